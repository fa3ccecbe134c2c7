//! One printer's desk: what its worker asks of the queue and the store, and what becomes of what it says.
//!
//! Called on the worker's thread. Intent is committed before the first byte leaves, the end after it (DESIGN §4.3);
//! the end of one job and the claim of the next share a commit.

use std::{fmt::Write as _, sync::Arc};

use model::{
    Cause, Document, Evidence, Grade, Job, JobId, JobKind, JobState, Moment, Proof, ReprintMark, SafeText,
    job::Rendering,
};
use paper::Rendered;
use printer::{Desk, Ticket};
use sha2::{Digest, Sha256};
use store::{Batch, Pairing, Reader, StoreError};

use crate::{config::Printer, house::House, printers};

/// A printer's desk.
pub(crate) struct PrinterDesk {
    house: Arc<House>,
    printer: Printer,
    /// What the worker said last.
    said: Option<printer::PrinterState>,
    in_hand: Option<JobId>,
    /// Why the first in line cannot be taken.
    blocked: Option<Cause>,
    /// What the store could not take; told again before anything else.
    unsaved: Vec<(JobId, Owed)>,
}

/// What became of a job, and is not in the store yet.
#[derive(Clone)]
enum Owed {
    End(store::Ending),
    /// Nothing left us: back in line.
    Back(Option<Cause>),
}

impl Owed {
    fn pay(&self, batch: &mut Batch<'_>, id: JobId, now: Moment) -> Result<(), StoreError> {
        match self {
            Owed::End(ending) => batch.end(id, ending, now).map(drop),
            Owed::Back(Some(cause)) => batch.block(id, *cause).map(drop),
            Owed::Back(None) => batch.unblock(id).map(drop),
        }
    }
}

/// True if the same may succeed later.
fn may_pass(error: &StoreError) -> bool {
    matches!(error, StoreError::DiskFull | StoreError::Io(_) | StoreError::Closed(_) | StoreError::Undone(_))
}

/// A job with its bytes, before it is claimed.
struct Claim {
    id: JobId,
    rendered: Rendered,
    rendering: Rendering,
}

impl Claim {
    fn ticket(self) -> Ticket {
        Ticket {
            job: self.id.0,
            segment_ends: self.rendered.segment_ends.iter().filter_map(|end| usize::try_from(*end).ok()).collect(),
            length_dots: self.rendered.length_dots,
            bytes: self.rendered.bytes,
        }
    }
}

impl PrinterDesk {
    pub(crate) fn new(house: Arc<House>, printer: Printer) -> PrinterDesk {
        PrinterDesk { house, printer, said: None, in_hand: None, blocked: None, unsaved: Vec::new() }
    }

    fn failed(&self, doing: &str, error: &StoreError) {
        tracing::error!("printer {}: {doing}: {error}", self.printer.name);
        if may_pass(error) {
            self.house.printers.owes(&self.printer.name);
        }
    }

    fn reader(&self) -> Option<Reader> {
        self.house.store.reader().inspect_err(|error| self.failed("reading the queue", error)).ok()
    }

    fn commit<R: Send + 'static>(
        &self,
        doing: &str,
        operation: impl FnOnce(&mut Batch<'_>) -> Result<R, StoreError> + Send + 'static,
    ) -> Option<R> {
        self.house.writer.commit(operation).inspect_err(|error| self.failed(doing, error)).ok()
    }

    /// The first job in line that can be rendered. One that cannot be is ended here, so that the others go on.
    fn first_in_line(&self) -> Option<Claim> {
        loop {
            let reader = self.reader()?;
            let job = reader.peek(&self.printer.name).inspect_err(|e| self.failed("reading the queue", e)).ok()??;
            let why = match document(&reader, &job) {
                Ok(Some(document)) => return Some(self.render(&job, &document)),
                Ok(None) => "there is no document to print".to_owned(),
                Err(error @ StoreError::Damaged { .. }) => error.to_string(),
                Err(error) => {
                    self.failed("reading a document", &error);
                    return None;
                }
            };
            drop(reader);
            tracing::error!("printer {}: job {} cannot be printed: {why}", self.printer.name, job.id);
            let now = self.house.now();
            let ending = store::Ending {
                state: JobState::NotPrinted,
                cause: None,
                evidence: vec![Evidence { at: now, grade: Grade::None, detail: why }],
                proven: None,
            };
            let id = job.id;
            self.commit("ending a job that cannot be printed", move |batch| batch.end(id, &ending, now))?;
        }
    }

    fn render(&self, job: &Job, document: &Document) -> Claim {
        let safe = |text: &Option<String>| text.as_deref().map(SafeText::new);
        let mark = (job.kind == JobKind::Reprint).then(|| ReprintMark {
            number: job.reprint_number,
            operator: safe(&job.operator),
            approver: safe(&job.approver),
        });
        let rendered = paper::render(document, mark.as_ref(), &self.printer.profile);
        let rendering = Rendering {
            version: rendered.version,
            sha256: hex(&Sha256::digest(&rendered.bytes)),
            segment_ends: rendered.segment_ends.clone(),
        };
        Claim { id: job.id, rendered, rendering }
    }

    fn hand_over(&mut self, claim: Claim) -> Ticket {
        self.in_hand = Some(claim.id);
        self.blocked = None;
        self.show();
        claim.ticket()
    }

    /// Tells the consoles what is known now.
    fn show(&self) {
        let Some(state) = self.said else { return };
        let (job, now) = (self.in_hand, self.house.now());
        self.house.printers.update(&self.printer.name, |row| printers::said(row, &state, job, now));
        self.house.changes.printer_changed(&self.printer.name);
    }

    /// What a full disk kept from the store. True if nothing is left.
    fn save(&mut self) -> bool {
        while let Some((id, owed)) = self.unsaved.first().cloned() {
            let now = self.house.now();
            match self.house.writer.commit(move |batch| owed.pay(batch, id, now)) {
                Err(error) if may_pass(&error) => {
                    self.failed("saving what became of a job", &error);
                    return false;
                }
                Err(error) => self.failed("saving what became of a job", &error),
                Ok(()) => {}
            }
            self.unsaved.remove(0);
        }
        true
    }

    /// Makes the first in line say why it waits, or that it no longer has to.
    fn mark_first(&self) {
        let Some(reader) = self.reader() else { return };
        let Ok(Some(job)) = reader.peek(&self.printer.name) else { return };
        drop(reader);
        let id = job.id;
        match self.blocked {
            Some(cause) if (job.state, job.cause) != (JobState::Blocked, Some(cause)) => {
                self.commit("marking the first job in line", move |batch| match batch.job(id)? {
                    Some(job) if job.state.waits() => batch.block(id, cause).map(drop),
                    _ => Ok(()),
                });
            }
            None if job.state == JobState::Blocked => {
                self.commit("marking the first job in line", move |batch| match batch.job(id)? {
                    Some(job) if job.state == JobState::Blocked => batch.unblock(id).map(drop),
                    _ => Ok(()),
                });
            }
            _ => {}
        }
    }
}

impl Desk for PrinterDesk {
    fn waiting(&mut self) -> bool {
        if !self.save() {
            return false;
        }
        // another may have become the first since the printer said what is wrong
        if self.blocked.is_some() {
            self.mark_first();
        }
        self.reader().is_some_and(|reader| reader.peek(&self.printer.name).is_ok_and(|job| job.is_some()))
    }

    fn next(&mut self) -> Option<Ticket> {
        if !self.save() {
            return None;
        }
        loop {
            let claim = self.first_in_line()?;
            let (id, rendering, name) = (claim.id, claim.rendering.clone(), self.printer.name.clone());
            let bytes = claim.rendered.bytes.len() as u64;
            let claimed =
                self.commit("claiming a job", move |batch| claim_first(batch, id, rendering, bytes, &name))?;
            if claimed {
                return Some(self.hand_over(claim));
            }
        }
    }

    fn ended(&mut self, ending: &printer::Ending, ready: bool) -> Option<Ticket> {
        let now = self.house.now();
        let id = JobId(ending.job);
        self.in_hand = None;
        let end = store::Ending {
            state: ending.state,
            cause: ending.cause,
            evidence: vec![Evidence { at: now, grade: ending.grade, detail: ending.detail.clone() }],
            proven: Some(ending.proven),
        };
        if ending.state == JobState::Confirmed {
            self.house.printers.update(&self.printer.name, |row| row.last_good_print = Some(now));
        }
        tracing::info!("printer {}: job {id} ended {}: {}", self.printer.name, ending.state, ending.detail);
        let next = if ready { self.first_in_line() } else { None };
        let claim = next.as_ref().map(|claim| (claim.id, claim.rendering.clone(), claim.rendered.bytes.len() as u64));
        let (name, to_save) = (self.printer.name.clone(), end.clone());
        let claimed = self.house.writer.commit(move |batch| {
            batch.end(id, &end, now)?;
            match claim {
                Some((next, rendering, bytes)) => claim_first(batch, next, rendering, bytes, &name),
                None => Ok(false),
            }
        });
        match (claimed, next) {
            (Ok(true), Some(claim)) => return Some(self.hand_over(claim)),
            (Ok(_), _) => {}
            (Err(error), _) => {
                self.failed("ending a job", &error);
                if may_pass(&error) {
                    self.unsaved.push((id, Owed::End(to_save)));
                }
            }
        }
        self.show();
        None
    }

    fn returned(&mut self, job: u64, cause: Option<Cause>) {
        self.in_hand = None;
        self.blocked = cause;
        self.unsaved.push((JobId(job), Owed::Back(cause)));
        self.save();
        self.show();
    }

    fn blocked(&mut self, cause: Option<Cause>) {
        // it only opened its door: whether it is well is not known, and one that closes it again at once, every half
        // second, must not cost two commits each time. The claim takes a blocked job, too
        if cause.is_none() && self.said.is_some_and(|said| said.connected && !said.ready && said.cause.is_none()) {
            return;
        }
        self.blocked = cause;
        self.mark_first();
    }

    fn proven(&mut self, job: u64, segments: u32) {
        // kept with the end: a commit per segment would wear the disk for nothing a person could use
        tracing::debug!("printer {}: job {}: {segments} segments are on paper", self.printer.name, JobId(job));
    }

    fn report(&mut self, state: &printer::PrinterState) {
        let cause_before = self.said.and_then(|said| said.cause);
        self.said = Some(*state);
        self.show();
        // the one in hand stays `sending` and shows why it stands still
        if let Some(id) = self.in_hand
            && state.cause != cause_before
        {
            let cause = state.cause;
            self.commit("noting why a job stands still", move |batch| match batch.job(id)? {
                Some(job) if job.state == JobState::Sending => batch.stalled(id, cause).map(drop),
                _ => Ok(()),
            });
        }
    }

    fn paired(&mut self, proof: Proof, detail: &str) {
        tracing::info!("printer {}: proves by {proof}: {detail}", self.printer.name);
        let pairing = Pairing {
            connection: self.printer.connection_text.clone(),
            profile: self.printer.profile.name.clone(),
            proof,
            detail: detail.to_owned(),
            since: self.house.now(),
        };
        let name = self.printer.name.clone();
        self.commit("remembering a pairing", move |batch| batch.remember_pairing(&name, pairing));
    }
}

/// Claims the job if it is still the first in line; a person may have held, moved or cancelled it meanwhile.
fn claim_first(
    batch: &mut Batch<'_>,
    id: JobId,
    rendering: Rendering,
    bytes: u64,
    printer: &str,
) -> Result<bool, StoreError> {
    if batch.peek(printer)?.is_none_or(|first| first.id != id) {
        return Ok(false);
    }
    batch.start(id, rendering, bytes, printer)?;
    Ok(true)
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
