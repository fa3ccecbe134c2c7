//! `printer test`, `pause`, `resume`, `move` of a configured printer, and `probe` of an address that may be none yet.

use clap::Subcommand;
use model::{Cause, Language, SafeText};
use protocol::{
    Moved, Probed,
    request::{PrinterMove, PrinterNamed, PrinterProbe, PrinterTest},
};
use serde_json::value::RawValue;

use super::{
    answers, job,
    rows::{self, field},
    table::{self, Cell},
};
use crate::{
    context::Context,
    failure::Failure,
    output::Output,
    wording::{
        codes, queue,
        verbs::{self, Text},
    },
};

/// What is asked of one printer.
#[derive(Debug, Subcommand)]
pub(crate) enum PrinterVerb {
    /// Prints a test page: alignment, code page, density, cut
    Test {
        name: String,
        /// Wait until it came out, at most so many seconds; 30 without a number
        #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "30")]
        wait: Option<u64>,
    },
    /// Takes no further job; the one in hand goes on
    Pause { name: String },
    /// Takes jobs again
    Resume { name: String },
    /// Sends everything that waits for a printer to another; what is being sent stays
    Move { name: String, printer: String },
    /// Finds out what stands at an address; its config block goes to standard output
    Probe {
        /// tcp://HOST:PORT, serial:///dev/ttyS0?baud=19200, usb:///dev/usb/lp0, usb://serial=ABC123, file:///path
        url: String,
    },
}

pub(super) async fn run(context: &Context, verb: PrinterVerb, out: &mut Output) -> Result<u8, Failure> {
    match verb {
        PrinterVerb::Test { name, wait } => {
            let mut client = context.connect().await?;
            let body = PrinterTest { id: name, wait };
            let raw: Box<RawValue> = client.call("printer_test", &body).await.map_err(Failure::sent)?;
            job::made(context, &raw, wait.is_some(), out)
        }
        PrinterVerb::Pause { name } => switch(context, "printer_pause", name, out).await,
        PrinterVerb::Resume { name } => switch(context, "printer_resume", name, out).await,
        PrinterVerb::Move { name, printer } => move_queue(context, name, printer, out).await,
        PrinterVerb::Probe { url } => probe(context, url, out).await,
    }
}

/// Pauses or resumes; twice is once, so silence is no unknown outcome: one may simply ask again.
async fn switch(context: &Context, verb: &str, name: String, out: &mut Output) -> Result<u8, Failure> {
    let mut client = context.connect().await?;
    let year = rows::this_year();
    answers::object(context, &mut client, verb, &PrinterNamed { id: name }, out, |row| {
        vec![rows::printer_cells(row, year, context.language)]
    })
    .await?;
    Ok(0)
}

/// Moves a whole queue. Silence after the request is an unknown outcome.
async fn move_queue(context: &Context, name: String, printer: String, out: &mut Output) -> Result<u8, Failure> {
    let mut client = context.connect().await?;
    let body = PrinterMove { id: name, printer };
    let raw: Box<RawValue> = client.call("printer_move", &body).await.map_err(Failure::sent)?;
    match serde_json::from_str::<Moved>(raw.get()) {
        Ok(done) if !context.json => {
            out.words(&queue::were_moved(done.moved, &body.printer, context.language))?;
            out.flush()?;
        }
        _ => out.line(raw.get())?,
    }
    Ok(0)
}

/// The block alone on standard output, so that it can be redirected behind the config; everything else beside it. A
/// printer that can't print now gets no block.
async fn probe(context: &Context, url: String, out: &mut Output) -> Result<u8, Failure> {
    let mut client = context.connect().await?;
    if !context.json {
        context.note(verbs::text(Text::Probing, context.language));
    }
    let raw: Box<RawValue> = client.call("printer_probe", &PrinterProbe { id: url }).await?;
    let Ok(found) = serde_json::from_str::<Probed>(raw.get()) else {
        // words of a newer daemon: as they came, and no claim that all is well
        out.line(raw.get())?;
        return Ok(1);
    };
    let status = u8::from(!found.ok);
    if context.json {
        out.line(raw.get())?;
        return Ok(status);
    }
    for line in table::lines(&fields(&found, context.language), false) {
        context.note(&line);
    }
    if found.ok {
        // only then: it is redirected behind the config, and an address where nothing answers must not get there
        for line in found.config.lines() {
            out.exact(line)?;
        }
        out.flush()?;
        context.note(verbs::text(Text::PasteBlock, context.language));
    }
    Ok(status)
}

/// What was found, with labels.
fn fields(found: &Probed, language: Language) -> Vec<Vec<Cell>> {
    let mut state = verbs::text(if found.ok { Text::CanPrint } else { Text::CannotPrint }, language).to_owned();
    // that it says nothing is said by its proof
    if let Some(cause) = found.cause.filter(|cause| !found.ok || *cause != Cause::NoStatus) {
        let between = verbs::stop(language);
        state = format!("{state}{between}{}{between}{}", codes::cause(cause, language), codes::remedy(cause, language));
    }
    // of what said nothing, profile and width are what the probe took for granted
    let profile = (found.ok || found.identity.is_some()).then(|| found.profile.clone());
    let columns = profile.as_ref().map(|_| found.columns.to_string());
    let identity = found.identity.clone().unwrap_or_default();
    let model: Vec<String> = [identity.maker, identity.model].into_iter().flatten().collect();
    let proof = match found.grade {
        model::Grade::None => codes::proof(model::Proof::NoProof, language),
        grade => codes::grade(grade, language),
    };
    let rows = [
        (Text::Connection, Some(found.connection.clone())),
        (Text::State, Some(state)),
        (Text::Model, Some(model.join(" ")).filter(|model| !model.is_empty())),
        (Text::Firmware, identity.firmware),
        (Text::Serial, identity.serial),
        (Text::Proof, found.ok.then(|| proof.to_owned())),
        (Text::Measured, found.detail.clone().filter(|_| found.ok)),
        (Text::Profile, profile),
        (Text::Columns, columns),
    ];
    rows.into_iter()
        .filter_map(|(label, value)| Some(field(label, SafeText::new(&value?).as_str(), language)))
        .collect()
}
