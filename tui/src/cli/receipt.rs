//! `receipt`: what would be printed, without printing.

use model::{Copy, SafeText};
use protocol::request::{Format, ReceiptOf};
use serde_json::value::RawValue;

use super::show::transaction_id;
use crate::{context::Context, failure::Failure, output::Output};

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Arguments {
    id: String,
    /// Whose slip
    #[arg(long, value_parser = super::copy())]
    copy: Option<String>,
    /// Columns of the paper; those of its printer if absent
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
    /// The text as it is laid out, or the document behind it
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    Text,
    Json,
}

pub(super) async fn run(context: &Context, arguments: Arguments, out: &mut Output) -> Result<u8, Failure> {
    let format = match arguments.format {
        Form::Text => Format::Text,
        Form::Json => Format::Json,
    };
    let body = ReceiptOf {
        id: transaction_id(&arguments.id)?,
        copy: arguments.copy.as_deref().and_then(Copy::from_word),
        width: arguments.width,
        format,
    };
    let mut client = context.connect().await?;
    let raw: Box<RawValue> = client.call("receipt", &body).await?;
    match serde_json::from_str::<Text>(raw.get()) {
        Ok(Text { text }) if format == Format::Text && !context.json => {
            for line in text.lines() {
                out.raw(SafeText::new(line).as_str())?;
            }
            out.flush()?;
        }
        _ => out.line(raw.get())?,
    }
    Ok(0)
}

#[derive(serde::Deserialize)]
struct Text {
    text: String,
}
