//! `reprint`: the next paper of a receipt, and whether it came out.

use model::Copy;
use protocol::request::Reprint;
use serde_json::value::RawValue;

use super::{job, show::transaction_id};
use crate::{context::Context, failure::Failure, output::Output};

#[derive(Debug, Clone, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true).args(["id", "last"]))]
pub(crate) struct Arguments {
    /// The transaction
    pub(crate) id: Option<String>,
    /// The transaction recorded last
    #[arg(long)]
    pub(crate) last: bool,
    /// Whose slip; `customer` if absent
    #[arg(long, value_parser = super::copy())]
    copy: Option<String>,
    /// Where; the receipts' own printer if absent
    #[arg(long, value_name = "P")]
    printer: Option<String>,
    /// Why it is printed again
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Wait until it came out, at most so many seconds; 30 without a number
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "30")]
    pub(crate) wait: Option<u64>,
}

pub(super) async fn run(context: &Context, arguments: Arguments, out: &mut Output) -> Result<u8, Failure> {
    let body = Reprint {
        id: arguments.id.as_deref().map(transaction_id).transpose()?,
        last: arguments.last,
        copy: arguments.copy.as_deref().and_then(Copy::from_word),
        printer: arguments.printer,
        reason: arguments.reason,
        wait: arguments.wait,
    };
    let mut client = context.connect().await?;
    let raw: Box<RawValue> = client.call("reprint", &body).await.map_err(Failure::sent)?;
    job::made(context, &raw, arguments.wait.is_some(), out)
}
