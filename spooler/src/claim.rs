//! A job made ready for its printer: what stands on it, rendered, and what there is to remark about that.
//!
//! A renderer that breaks off breaks nothing but this try.
//! Read and rendered before the claim is committed, so that the writer's thread has nothing to compute.

use std::{
    any::Any,
    fmt::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
};

use model::{Document, Evidence, Grade, Job, JobId, JobKind, Proof, ReprintMark, SafeText, job::Rendering};
use paper::{GlyphSource, Rendered, StandIn, TestFacts};
use printer::Ticket;
use sha2::{Digest, Sha256};
use store::{Batch, Reader, StoreError};

use crate::{config::Printer, house::House};

/// A job with its bytes, before it is claimed.
pub(crate) struct Claim {
    /// As it was when it was chosen.
    pub(crate) job: Job,
    rendered: Rendered,
    rendering: Rendering,
    remarks: Vec<Evidence>,
}

/// Why a job could not be made ready.
pub(crate) enum Unready {
    /// It never can be; English, for the evidence beside it.
    Never(String),
    /// Rendering it broke off; English.
    BrokeOff(String),
    /// The store could not be read.
    Store(StoreError),
}

impl Claim {
    /// Renders a job for a printer.
    pub(crate) fn of(house: &House, printer: &Printer, reader: &Reader, job: &Job) -> Result<Claim, Unready> {
        let document = document(reader, job).map_err(|error| match error {
            StoreError::Damaged { .. } => Unready::Never(error.to_string()),
            error => Unready::Store(error),
        })?;
        let rendered = catch_unwind(AssertUnwindSafe(|| render(house, printer, job, document)));
        let rendered = rendered.map_err(|panic| Unready::BrokeOff(said(&*panic)))??;
        let at = house.now();
        let mut remarks: Vec<String> = drawn(&rendered.drawn).into_iter().collect();
        if job.printer != printer.name {
            let cause = house.printers.row(&job.printer).and_then(|row| row.cause);
            let why = cause.map_or_else(|| "cannot print".to_owned(), |cause| format!("cannot print: {cause}"));
            remarks.push(format!("printed on {}, because {} {why}", printer.name, job.printer));
        }
        let remarks = remarks.into_iter().map(|detail| Evidence { at, grade: Grade::None, detail }).collect();
        let rendering = Rendering {
            version: rendered.version,
            sha256: hex(&Sha256::digest(&rendered.bytes)),
            segment_ends: rendered.segment_ends.clone(),
        };
        Ok(Claim { job: job.clone(), rendered, rendering, remarks })
    }

    /// The rendered bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.rendered.bytes
    }

    /// What is to be committed when it is claimed for this printer.
    pub(crate) fn entry(&self, printer: &Printer) -> Entry {
        Entry {
            id: self.job.id,
            queue: self.job.printer.clone(),
            rendering: self.rendering.clone(),
            bytes: self.rendered.bytes.len() as u64,
            printer: printer.name.clone(),
            remarks: self.remarks.clone(),
        }
    }

    /// The job as the printer's worker takes it.
    pub(crate) fn ticket(self) -> Ticket {
        Ticket {
            job: self.job.id.0,
            segment_ends: self.rendered.segment_ends.iter().filter_map(|end| usize::try_from(*end).ok()).collect(),
            length_dots: self.rendered.length_dots,
            bytes: self.rendered.bytes,
        }
    }
}

/// The store's side of a claim.
pub(crate) struct Entry {
    id: JobId,
    /// Whose queue it stands in.
    queue: String,
    rendering: Rendering,
    bytes: u64,
    printer: String,
    remarks: Vec<Evidence>,
}

impl Entry {
    /// Claims the job if it still stands in that line; a person may have held, moved or cancelled it meanwhile, or another
    /// printer taken it. The number of the claim.
    ///
    /// # Errors
    /// When the store can't be read or written.
    pub(crate) fn commit(self, batch: &mut Batch<'_>) -> Result<Option<u32>, StoreError> {
        if batch.job(self.id)?.is_none_or(|job| !job.state.in_line() || job.printer != self.queue) {
            return Ok(None);
        }
        let job = batch.start(self.id, self.rendering, self.bytes, &self.printer)?;
        // one that came back in line was remarked on already
        for remark in self.remarks {
            batch.remark(self.id, remark)?;
        }
        Ok(Some(job.attempts))
    }
}

fn render(house: &House, printer: &Printer, job: &Job, document: Option<Document>) -> Result<Rendered, Unready> {
    let (config, profile) = (&house.config, &printer.profile);
    Ok(match (document, job.kind) {
        (_, JobKind::Drawer) => paper::pulse(profile),
        (Some(document), _) if job.printer != printer.name => {
            let names = StandIn { meant_for: SafeText::new(&job.printer), printed_on: SafeText::new(&printer.name) };
            paper::render_stand_in(&document, mark(house, job).as_ref(), &names, profile, &config.stationery)
        }
        (Some(document), _) => paper::render(&document, mark(house, job).as_ref(), profile, &config.stationery),
        (None, JobKind::TestPage) => {
            paper::test_page(profile, config.shop.language, &facts(house, printer), &config.stationery)
        }
        (None, _) => return Err(Unready::Never("there is no document to print".to_owned())),
    })
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a word".to_owned())
}

/// What a test page says of its printer.
fn facts(house: &House, printer: &Printer) -> TestFacts {
    let row = house.printers.row(&printer.name);
    let calendar = house.calendar();
    let time = calendar.now.to_zoned(calendar.zone).strftime("%Y-%m-%d %H:%M:%S").to_string();
    TestFacts {
        printer: SafeText::new(&printer.name),
        connection: SafeText::new(&printer.connection_text),
        time: SafeText::new(&time),
        proof: row.as_ref().map_or(Proof::Unknown, |row| row.proof),
        identity: row.and_then(|row| row.identity).unwrap_or_default(),
    }
}

/// So many drawn characters are named; a slip in a script that the printer lacks would name all of it.
const NAMED: usize = 16;

/// Which characters the printer does not have, and where their dots came from.
fn drawn(list: &[(char, GlyphSource)]) -> Option<String> {
    if list.is_empty() {
        return None;
    }
    let mut text = String::from("drawn, because the printer lacks them:");
    for (character, source) in list.iter().take(NAMED) {
        let _ = match source {
            GlyphSource::Unifont => write!(text, " {character} (Unifont)"),
            GlyphSource::Font => write!(text, " {character} (the shop's font)"),
            GlyphSource::CodePoint => write!(text, " U+{:04X} (no font has it)", u32::from(*character)),
        };
    }
    if list.len() > NAMED {
        let _ = write!(text, " and {} more", list.len() - NAMED);
    }
    Some(text)
}

fn mark(house: &House, job: &Job) -> Option<ReprintMark> {
    let safe = |id: &Option<String>| id.as_deref().map(|id| house.signature(id));
    (job.kind == JobKind::Reprint).then(|| ReprintMark {
        number: job.reprint_number,
        operator: safe(&job.operator),
        approver: safe(&job.approver),
    })
}

fn document(reader: &Reader, job: &Job) -> Result<Option<Document>, StoreError> {
    match (job.transaction, job.copy) {
        (Some(id), Some(copy)) => reader.document(id, copy),
        _ => reader.job_document(job.id),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_characters_are_named_with_their_source_and_many_are_counted() {
        assert_eq!(drawn(&[]), None);
        let list = [('㛃', GlyphSource::Unifont), ('𬭊', GlyphSource::Font), ('\u{10FFFD}', GlyphSource::CodePoint)];
        assert_eq!(
            drawn(&list).unwrap(),
            "drawn, because the printer lacks them: 㛃 (Unifont) 𬭊 (the shop's font) U+10FFFD (no font has it)"
        );
        let many: Vec<_> = ('а'..='я').map(|c| (c, GlyphSource::Unifont)).collect();
        assert!(drawn(&many).unwrap().ends_with("п (Unifont) and 16 more"));
    }
}
