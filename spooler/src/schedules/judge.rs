//! The judge: what stands on paper against what the store says. It reads sheets with the interpreter, never with the
//! encoder, and knows which papers a job may leave only from the bytes that were claimed for it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use model::{Copy, Job, JobId, JobKind, JobState, TransactionId};
use paper::interpret::{self, Geometry};
use printer::Ticket;
use sim::printer::Printed;

use crate::queue::again;

/// One paper of a receipt: there must never be two of it.
type Paper = (TransactionId, Copy, u32);

/// What a claimed job would leave on one printer's paper, as read by eye.
struct Slip {
    paper: Paper,
    text: Arc<str>,
    /// In the order of claims on that printer.
    order: usize,
}

/// What one printer was given, and what came out of it.
#[derive(Default)]
struct Printer {
    slips: Vec<Slip>,
    claims: usize,
    /// The last claim of a slip, unless nothing of it left.
    last: Option<JobId>,
    /// The order of the last whole sheet.
    newest: usize,
}

#[derive(Default)]
pub(super) struct Judge {
    jobs: BTreeMap<JobId, Job>,
    accepted: HashSet<JobId>,
    printers: [Printer; 2],
    /// How often each paper came out whole.
    whole: HashMap<Paper, u32>,
    /// The daemon may add papers by itself.
    again: bool,
}

/// How the line begins that every reprint bears on top, and once more at its end.
const MARK: &str = "重打印凭证";

/// Says what is wrong.
pub(super) type Verdict = Result<(), String>;

fn paper_of(job: &Job) -> Option<Paper> {
    Some((job.transaction?, job.copy?, job.reprint_number))
}

/// The lines without blanks around them.
fn lines(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

thread_local! {
    /// Reading a slip takes longer than printing it: the same bytes are read once.
    static READ: RefCell<HashMap<Vec<u8>, Arc<str>>> = RefCell::default();
}

fn read(bytes: &[u8]) -> Arc<str> {
    READ.with_borrow_mut(|known| {
        if let Some(text) = known.get(bytes) {
            return Arc::clone(text);
        }
        let sheets = interpret::sheets(bytes, &Geometry::columns_48());
        let text: Arc<str> =
            lines(&sheets.iter().map(|sheet| sheet.text.as_str()).collect::<Vec<_>>().join("\n")).into();
        known.insert(bytes.to_vec(), Arc::clone(&text));
        text
    })
}

/// True if a job can have come from one state to the other by the table's moves.
fn can_have_become(from: JobState, to: JobState) -> bool {
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(state) = reached.get(next).copied() {
        if state == to {
            return true;
        }
        reached.extend(
            JobState::ALL.iter().filter(|to| state.may_become(**to) && !reached.contains(to)).collect::<Vec<_>>(),
        );
        next += 1;
    }
    false
}

impl Judge {
    pub(super) fn new(again: bool) -> Judge {
        Judge { again, ..Judge::default() }
    }

    pub(super) fn accepted(&mut self, id: JobId) {
        self.accepted.insert(id);
    }

    pub(super) fn jobs(&self) -> impl DoubleEndedIterator<Item = &Job> {
        self.jobs.values()
    }

    pub(super) fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.get(&id)
    }

    /// A person sees a whole slip of that job.
    pub(super) fn is_on_paper(&self, job: &Job) -> bool {
        paper_of(job).is_some_and(|paper| self.whole.contains_key(&paper))
    }

    /// A printer was given a job; `now` are all jobs right behind the claim.
    pub(super) fn claimed(&mut self, printer: usize, name: &str, ticket: &Ticket, now: &[Job]) -> Verdict {
        let id = JobId(ticket.job);
        let job = now.iter().find(|job| job.id == id).ok_or("a claimed job is not in the store")?;
        if job.state != JobState::Sending {
            return Err(format!("job {id} was given to {name} and is {}, not durable as sending", job.state));
        }
        let sent = |other: &&Job| other.state == JobState::Sending && other.printed_on.as_deref() == Some(name);
        if let Some(other) = now.iter().filter(sent).find(|other| other.id != id) {
            return Err(format!("job {id} was given to {name} while {} was still being sent", other.id));
        }
        let desk = &mut self.printers[printer];
        // the copies of one sale that were queued together: the run of numbers around it
        let set = |of: &Job| -> Vec<JobId> {
            let first = |id: u64| {
                now.iter().any(|j| j.id.0 == id && j.kind == JobKind::Receipt && j.transaction == of.transaction)
            };
            let up = (of.id.0 + 1..).take_while(|id| first(*id));
            std::iter::once(of.id.0)
                .chain(up)
                .chain((0..of.id.0).rev().take_while(|id| first(*id)))
                .map(JobId)
                .collect()
        };
        let last = desk.last.and_then(|last| now.iter().find(|job| job.id == last));
        let root = last.map(|last| again::root(last).unwrap_or(last.id));
        let together = root.and_then(|root| now.iter().find(|job| job.id == root)).map(set).unwrap_or_default();
        let favoured = again::root(job).is_some() || together.contains(&id);
        let own = |other: &&Job| other.printer == name && other.state.in_line();
        if !favoured {
            if let Some(left) = now.iter().filter(own).find(|other| together.contains(&other.id)) {
                return Err(format!("job {id} came between the copies of {}: {} still waits", left.id, left.id));
            }
            if let Some(older) = now.iter().filter(own).find(|other| other.id < id) {
                return Err(format!("job {id} overtook {} on {name}", older.id));
            }
        }
        if let Some(paper) = paper_of(job) {
            desk.claims += 1;
            desk.last = Some(id);
            desk.slips.push(Slip { paper, text: read(&ticket.bytes), order: desk.claims });
        }
        Ok(())
    }

    pub(super) fn returned(&mut self, printer: usize, job: u64) {
        let desk = &mut self.printers[printer];
        desk.last = desk.last.filter(|last| last.0 != job);
    }

    /// A sheet fell out of a printer, or was torn off.
    pub(super) fn fell(&mut self, printer: usize, printed: &Printed) -> Verdict {
        let desk = &mut self.printers[printer];
        let mut text = lines(&printed.sheet.text);
        // one that stands within another (an unmarked slip in a marked one) is looked for after it
        let mut order: Vec<usize> = (0..desk.slips.len()).collect();
        order.sort_by_key(|at| (std::cmp::Reverse(desk.slips[*at].text.len()), *at));
        let mut found: Vec<(usize, usize)> = Vec::new();
        for at in order {
            let slip = &desk.slips[at];
            while let Some(place) = text.find(&*slip.text) {
                let (before, behind) = (&text[..place], &text[place + slip.text.len()..]);
                // a reprint that lost its last line to a crash still bears its mark on top
                let marked = before.lines().rev().take(2).any(|line| line.starts_with(MARK));
                if !marked && !behind.contains("以上作废") {
                    found.push((place, at));
                }
                text.replace_range(place..place + slip.text.len(), &"\u{1}".repeat(slip.text.len()));
            }
        }
        found.sort_unstable();
        for (_, at) in found {
            let paper = desk.slips[at].paper;
            if !printed.sheet.qr.contains(&paper.0.to_string()) {
                return Err(format!("the slip of {paper:?} lacks its number: {:?}", printed.sheet.qr));
            }
            let times = self.whole.entry(paper).or_default();
            *times += 1;
            if *times > 1 {
                return Err(format!("{paper:?} came out whole {times} times"));
            }
            let newest = desk.slips.iter().filter(|slip| slip.paper == paper).map(|slip| slip.order).max();
            if newest.is_some_and(|order| order < desk.newest) {
                return Err(format!("{paper:?} came out behind what was claimed after it"));
            }
            desk.newest = desk.slips[at].order.max(desk.newest);
        }
        Ok(())
    }

    /// The store has changed: these are all jobs now. `pulses` of each printer.
    pub(super) fn look(&mut self, now: Vec<Job>, names: [&str; 2], pulses: [u64; 2]) -> Verdict {
        let now: BTreeMap<JobId, Job> = now.into_iter().map(|job| (job.id, job)).collect();
        if let Some(lost) = self.accepted.iter().find(|id| !now.contains_key(id)) {
            return Err(format!("job {lost} was accepted and is lost"));
        }
        let mut numbers = HashSet::new();
        for job in now.values() {
            match self.jobs.get(&job.id) {
                Some(before) => changed(before, job)?,
                None if self.accepted.contains(&job.id) => {}
                None if self.again && again::root(job).is_some() && job.kind == JobKind::Reprint => {
                    self.accepted.insert(job.id);
                }
                None => return Err(format!("nobody asked for job {}", job.id)),
            }
            if job.kind == JobKind::Reprint && !numbers.insert(paper_of(job)) {
                return Err(format!("job {} has a number that was given before", job.id));
            }
        }
        self.jobs = now;
        self.weigh()?;
        for (name, pulses) in names.iter().zip(pulses) {
            let drawers = || {
                self.jobs.values().filter(|job| job.kind == JobKind::Drawer && job.printed_on.as_deref() == Some(name))
            };
            let may = drawers().filter(|job| job.state.may_be_out()).count() as u64;
            let surely = drawers().filter(|job| job.state == JobState::Confirmed).count() as u64;
            if pulses > may || pulses < surely {
                return Err(format!("{name} gave {pulses} pulses; {surely} are confirmed, {may} can have been sent"));
            }
        }
        Ok(())
    }

    /// What the store says of each paper against the sheets there are.
    fn weigh(&self) -> Verdict {
        let mut papers: HashMap<Paper, Vec<&Job>> = HashMap::new();
        for job in self.jobs.values() {
            if let Some(paper) = paper_of(job) {
                papers.entry(paper).or_default().push(job);
            }
        }
        for (paper, jobs) in papers {
            let whole = self.whole.get(&paper).copied().unwrap_or(0) as usize;
            let confirmed = jobs.iter().filter(|job| job.state == JobState::Confirmed).count();
            let may_be_out = jobs.iter().any(|job| job.state.may_be_out());
            if confirmed > whole {
                return Err(format!("{confirmed} jobs of {paper:?} are confirmed, and {whole} whole sheets are there"));
            }
            if whole > 0 && !may_be_out {
                let states: Vec<_> = jobs.iter().map(|job| (job.id, job.state)).collect();
                return Err(format!("a whole sheet of {paper:?} is there, and nobody knows: {states:?}"));
            }
        }
        Ok(())
    }

    /// Everything is well and still.
    pub(super) fn is_settled(&self) -> bool {
        self.jobs.values().all(|job| job.state.ended() || matches!(job.state, JobState::Held | JobState::Expired))
    }
}

fn changed(before: &Job, job: &Job) -> Verdict {
    let (from, to) = (before.state, job.state);
    if !can_have_become(from, to) {
        return Err(format!("job {} was {from} and is {to}", job.id));
    }
    let fixed = |job: &Job| (job.kind, job.transaction, job.copy, job.reprint_number);
    let grows = job.evidence.starts_with(&before.evidence) && job.attempts >= before.attempts;
    if fixed(before) != fixed(job) || !grows {
        return Err(format!("what stood fast of job {} has changed: {before:?}, then {job:?}", job.id));
    }
    if from.ended() && job.attempts != before.attempts {
        return Err(format!("job {} had ended and was sent again", job.id));
    }
    Ok(())
}
