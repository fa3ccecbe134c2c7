//! `audit`: who did what and when; the trail copied out, and checked in the store or in a file without any daemon.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use model::{
    AuditRow, Language, Outcome,
    audit::{Anchor, Chain, Verified, closing_line},
};
use protocol::{AuditExported, request};
use serde_json::value::RawValue;

use super::{
    answers,
    rows::{self, field},
    table::{Cell, Tone},
};
use crate::{
    context::Context,
    failure::Failure,
    output::Output,
    wording::{
        codes, people,
        verbs::{self, Text},
    },
};

/// The list, or what is done with the whole trail.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AuditArguments {
    #[command(subcommand)]
    verb: Option<AuditVerb>,
    #[command(flatten)]
    list: ListArguments,
}

#[derive(Debug, Clone, Args)]
struct ListArguments {
    /// Only rows since then: 2026-11-20T09:05:00+08:00, or a day as 2026-11-20, today, yest
    #[arg(long, value_name = "T")]
    since: Option<String>,
    /// Only rows of this operator
    #[arg(long, value_name = "ID")]
    actor: Option<String>,
    /// Only rows of this act: reprint, log_on, operators_set_pin …
    #[arg(long, value_name = "A")]
    act: Option<String>,
    /// Only rows about this payment, job, printer or operator
    #[arg(long, value_name = "ID")]
    object: Option<String>,
    /// Only rows of this outcome: done, refused, failed
    #[arg(long, value_name = "O", value_parser = outcome)]
    outcome: Option<Outcome>,
    /// At most so many rows, 1 to 500; 50 if absent
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Goes on behind a page
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

#[derive(Debug, Subcommand)]
enum AuditVerb {
    /// Writes the whole trail to a file, mode 0600, that can be verified anywhere
    Export { file: PathBuf },
    /// Verifies the spooler's trail, or a file without any spooler
    Verify {
        file: Option<PathBuf>,
        /// The code on a day-end report: the entry with that number must be there and be the one that it was
        #[arg(long, value_name = "SEQ-XXXX-XXXX-XXXX")]
        anchor: Option<String>,
    },
}

/// Lists, exports or verifies.
pub(super) async fn run(context: &Context, arguments: AuditArguments, out: &mut Output) -> Result<u8, Failure> {
    match arguments.verb {
        None => list(context, arguments.list, out).await,
        Some(AuditVerb::Export { file }) => export(context, &file, out).await,
        Some(AuditVerb::Verify { file: Some(file), anchor }) => {
            let anchor = anchor.map(|text| code(&text, context.language)).transpose()?;
            let verified =
                verify_file(&file, anchor).map_err(|source| Failure::Input { file: file.clone(), source })?;
            told(context, &verified, out)
        }
        Some(AuditVerb::Verify { file: None, anchor }) => {
            let anchor = anchor.map(|text| code(&text, context.language)).transpose()?;
            let body = request::AuditVerify { anchor: anchor.map(|anchor| anchor.to_string()) };
            let mut client = context.connect().await?;
            let verified: Verified = client.call("audit_verify", &body).await?;
            told(context, &verified, out)
        }
    }
}

async fn list(context: &Context, arguments: ListArguments, out: &mut Output) -> Result<u8, Failure> {
    let ListArguments { since, actor, act, object, outcome, limit, after } = arguments;
    let body = request::Audit { since, actor, act, object, outcome, limit, after };
    answers::list(context, "audit", &body, out, |raw| row(raw, context.language)).await
}

fn outcome(word: &str) -> Result<Outcome, String> {
    let words: Vec<&str> = Outcome::ALL.iter().map(|outcome| outcome.word()).collect();
    Outcome::from_word(word).ok_or_else(|| words.join(", "))
}

fn row(raw: &RawValue, language: Language) -> Option<Vec<Cell>> {
    let row: AuditRow = serde_json::from_str(raw.get()).ok()?;
    let tone = match row.outcome {
        Outcome::Done => Tone::Plain,
        Outcome::Refused => Tone::Doubtful,
        Outcome::Failed => Tone::Bad,
    };
    let who = match (&row.actor, &row.approver) {
        (Some(actor), Some(approver)) => format!("{actor}+{approver}"),
        (Some(actor), None) => actor.clone(),
        (None, _) => format!("uid {}", row.origin.uid),
    };
    let from: Vec<&str> = [&row.origin.tty, &row.origin.ssh].into_iter().flatten().map(String::as_str).collect();
    Some(vec![
        Cell::right(row.seq.to_string()).toned(Tone::Faint),
        Cell::new(rows::clock(row.at)),
        Cell::new(who),
        Cell::new(codes::act(&row.act, language)),
        Cell::new(codes::outcome(row.outcome, language)).toned(tone),
        Cell::new(people::object(&row, language).unwrap_or_default()),
        Cell::new(from.join(" ")).toned(Tone::Faint),
    ])
}

/// What the verification found; exit 1 unless it is good.
fn told(context: &Context, verified: &Verified, out: &mut Output) -> Result<u8, Failure> {
    let json = serde_json::to_string(verified).map_err(|error| Failure::Failed(error.to_string()))?;
    if context.json {
        out.line(&json)?;
    } else {
        let language = context.language;
        let text = if verified.ok { Text::TrailGood } else { Text::TrailBad };
        out.words(verbs::text(text, language))?;
        out.words(&format!("{}: {}", verbs::text(Text::Entries, language), verified.entries))?;
        if let Some(seq) = verified.first_bad {
            out.words(&format!("{}: {seq}", verbs::text(Text::FirstBad, language)))?;
        }
        out.flush()?;
    }
    Ok(u8::from(!verified.ok))
}

/// An anchor code as somebody typed it from a paper.
fn code(text: &str, language: Language) -> Result<Anchor, Failure> {
    text.parse().map_err(|_| Failure::Usage(verbs::text(Text::BadAnchor, language).to_owned()))
}

/// No row is longer: a line that is, is bad.
const LONGEST_LINE: u64 = 1024 * 1024;

/// Verifies an exported file, line by line.
fn verify_file(path: &Path, anchor: Option<Anchor>) -> std::io::Result<Verified> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut chain = Chain::default().anchored(anchor);
    let mut line = Vec::new();
    loop {
        line.clear();
        // behind the first bad line nothing more can be said
        if reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 || !chain.line(&line) {
            return Ok(chain.verified_file());
        }
    }
}

/// Writes the trail page by page into a file beside the one that was asked for, which takes its place when all is there.
async fn export(context: &Context, path: &Path, out: &mut Output) -> Result<u8, Failure> {
    let failed = |source| Failure::io(format!("writing {}", path.display()), source);
    let mut client = context.connect().await?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = Part(path.with_file_name(name));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part.0).map_err(failed)?;
    let mut writer = BufWriter::new(file);
    let mut body = request::AuditExport::default();
    let (entries, head) = loop {
        let page: AuditExported = client.call("audit_export", &body).await.map_err(Failure::sent)?;
        for row in &page.rows {
            writeln!(writer, "{}", row.line()).map_err(failed)?;
        }
        match page.next {
            Some(next) => body.after = Some(next),
            None => break (page.entries, page.head),
        }
    };
    let closing = closing_line(entries, &head);
    writeln!(writer, "{closing}").map_err(failed)?;
    let file = writer.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    fs::rename(&part.0, path).map_err(failed)?;
    if context.json {
        out.line(&closing)?;
        return Ok(0);
    }
    for line in super::table::lines(
        &[field(Text::Entries, entries.to_string(), context.language), field(Text::Head, &head, context.language)],
        context.color,
    ) {
        out.raw(&line)?;
    }
    out.flush()?;
    Ok(0)
}

/// A file on the way; what is left of it when the export fails is taken away.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
