//! A printer that may stand in the midst of a command which never got its end: what it waits for is filled up with NUL, it
//! is seen to take commands again, and paper that looks like a slip and is none is made void. Before that nothing buffered
//! is sent to it.

use std::time::Duration;

use model::Proof;
use paper::command;

use super::{Session, debt::Stale, voice::Voice};
use crate::{Action, reply::Reply};

const PATIENCE_CLEAR: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(2);
/// A stuck printer is asked again this often.
const AGAIN: Duration = Duration::from_secs(5);
/// No command of ours is longer (GS ( k and GS v 0 count in two bytes).
const MOST: usize = 66_000;

/// Bytes of a command up to its length, at most (GS v 0).
const HEADER: usize = 8;

/// What stands on the paper between what broke off and what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// No slip broke off.
    Nothing,
    /// The slip had left us whole, or nobody knows: a person is told to look.
    Doubtful,
    /// The slip is not whole: said so, and cut off.
    Void,
}

/// What is printed behind a slip that broke off, each with its cut; empty: only the cut.
#[derive(Debug, Clone, Default)]
pub struct BrokenOff {
    /// It is surely not whole (`paper::void_line`).
    pub void: Vec<u8>,
    /// It may be (`paper::doubtful_line`).
    pub doubtful: Vec<u8>,
}

/// What has to be mended before anything else.
#[derive(Debug)]
pub(super) struct Need {
    /// The most bytes that it may lack.
    missing: usize,
    mark: Mark,
    /// The line broke; otherwise it was only silent where proof was expected.
    broken: bool,
    /// The longest of all commands was filled up, too.
    filled: bool,
    /// ESC @ was sent.
    initialised: bool,
    /// It did not take commands again, whatever was tried.
    stuck: bool,
}

impl Need {
    pub(super) fn new(missing: usize, mark: Mark, broken: bool) -> Self {
        Self { missing, mark, broken, filled: false, initialised: false, stuck: false }
    }
}

/// What is printed behind a slip that broke off, at least its cut: on its way until so much of the stream has left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marking {
    end: u64,
    /// The most bytes that it lacks if it breaks off, too.
    missing: usize,
    mark: Mark,
    taken: Taken,
}

/// When what is printed behind a slip that broke off is known to be with the printer. A connection may die with all of it
/// in its buffers, so having left is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// The printer returned this tag from behind it.
    ByTag([u8; 4]),
    /// No better is known.
    WhenLeft,
    /// By the next proof only.
    ByNext,
}

#[derive(Debug)]
enum Step {
    /// DLE DC4 8.
    Clear,
    /// Does it take commands again? By tag, or by sensor byte.
    Check { tag: Option<[u8; 4]>, longest: bool },
    /// It does not, whatever was tried.
    Stuck,
}

/// A repair under way.
#[derive(Debug)]
pub(super) struct Mend {
    step: Step,
    end: u64,
    left: Option<Duration>,
    deadline: Option<Duration>,
    patience: Duration,
}

impl Session {
    /// The line broke in the midst of a command, or may have.
    pub(super) fn need_mending(&mut self, missing: usize, mark: Mark) {
        if !self.abilities.answers {
            return;
        }
        let missing = missing.min(MOST);
        let need = self.need.get_or_insert_with(|| Need::new(missing, mark, true));
        (need.missing, need.mark, need.broken) = (need.missing.max(missing), need.mark.max(mark), true);
    }

    /// Proof was expected and did not come from a printer that says it is well: before the next job it is asked whether it
    /// listens at all. `cut`: what it has of the slip is cut off; otherwise the next slip could be printed right below it.
    pub(super) fn doubt(&mut self, cut: bool) {
        if self.need.is_none() {
            let mark = if cut { Mark::Nothing } else { Mark::Doubtful };
            self.need = Some(Need::new(0, mark, false));
        }
    }

    /// Before the first question: a printer takes the bytes of a real-time command as parameters, too, and a length made up of
    /// them would make it wait for megabytes. So few bytes do no harm to one that is not well.
    pub(super) fn begin_mending(&mut self, out: &mut Vec<Action>) {
        if self.need.as_ref().is_some_and(|need| need.broken && need.missing > 0) {
            self.write(&[0; HEADER], out);
        }
    }

    pub(super) fn is_mending(&self) -> bool {
        self.mend.as_ref().is_some_and(|mend| !matches!(mend.step, Step::Stuck))
    }

    /// Asked for a sensor byte, and not answered.
    pub(super) fn is_checking(&self) -> bool {
        self.mend.as_ref().is_some_and(|mend| matches!(mend.step, Step::Check { tag: None, .. }))
    }

    pub(super) fn is_stuck(&self) -> bool {
        self.need.as_ref().is_some_and(|need| need.stuck)
    }

    pub(super) fn mend_deadline(&self) -> Option<Duration> {
        self.mend.as_ref().filter(|_| self.may_mend()).and_then(|mend| mend.deadline)
    }

    fn may_mend(&self) -> bool {
        self.need.is_some() && !self.stopping && !self.closing && self.transfer.is_none()
    }

    pub(super) fn step_mend(&mut self, out: &mut Vec<Action>) {
        if !self.may_mend() {
            return;
        }
        // asking for automatic status is itself a command, so one that answers no question is mended unheard
        let unheard = (self.voice == Voice::Unasked && self.listen_until.is_some())
            || (self.voice == Voice::Mute && self.effective_proof() == Proof::NoProof);
        if self.is_draining() && !unheard {
            // what it still answers would be taken for the answer that it listens
            self.mend = None;
            return;
        }
        let well = unheard || (self.voice == Voice::Heard && self.told_cause().is_none());
        if !well {
            // what it has of the repair stays in its buffer; begun anew, that does no harm
            self.mend = None;
            return;
        }
        if self.mend.is_none() {
            if !self.poll.active() && self.stale.is_empty() {
                self.begin_mend(unheard, out);
            }
            return;
        }
        let (now, written) = (self.now, self.written);
        let Some(mend) = &mut self.mend else { return };
        if mend.left.is_none() && written >= mend.end {
            mend.left = Some(now);
            mend.deadline = Some(now + mend.patience);
        }
        if mend.deadline.is_none_or(|deadline| now < deadline) {
            return;
        }
        mend.deadline = None;
        match mend.step {
            Step::Clear => self.fill(self.need.as_ref().map_or(0, |need| need.missing), out),
            Step::Check { tag, longest } => {
                if tag.is_none() {
                    self.stale_until = now + PATIENCE;
                    self.stale.push_back(Stale { end: mend.end, of: None });
                }
                if !longest {
                    self.fill_longest(out);
                } else if let Some(need) = self.need.as_mut().filter(|need| need.broken) {
                    need.stuck = true;
                    let end = self.handed;
                    let (left, deadline) = (Some(now), Some(now + AGAIN));
                    self.mend = Some(Mend { step: Step::Stuck, end, left, deadline, patience: AGAIN });
                } else {
                    // nothing that it could be stuck in is that long: it listens, and has lost its proof
                    self.mended(out);
                }
            }
            Step::Stuck => self.check(true, &[], out),
        }
    }

    fn begin_mend(&mut self, unheard: bool, out: &mut Vec<Action>) {
        let Some(need) = &self.need else { return };
        let (missing, broken) = (need.missing, need.broken);
        if need.filled && !unheard {
            self.check(true, &[], out);
        } else if unheard {
            let bytes = self.padding(missing);
            self.write(&bytes, out);
            self.mended(out);
        } else if broken && self.abilities.clear_buffers && need.mark == Mark::Void {
            self.mend_by(Step::Clear, PATIENCE_CLEAR, &command::clear_buffers(), out);
        } else if broken {
            self.fill(missing, out);
        } else {
            self.check(false, &[], out);
        }
    }

    fn mend_by(&mut self, step: Step, patience: Duration, bytes: &[u8], out: &mut Vec<Action>) {
        let end = self.handed.saturating_add(bytes.len() as u64);
        self.mend = Some(Mend { step, end, left: None, deadline: None, patience });
        self.write(bytes, out);
    }

    fn fill(&mut self, missing: usize, out: &mut Vec<Action>) {
        let bytes = self.padding(missing);
        self.check(false, &bytes, out);
    }

    fn fill_longest(&mut self, out: &mut Vec<Action>) {
        if let Some(need) = &mut self.need {
            need.filled = true;
        }
        let bytes = self.padding(self.abilities.longest_command.min(MOST));
        self.check(true, &bytes, out);
    }

    fn padding(&mut self, missing: usize) -> Vec<u8> {
        if let Some(need) = &mut self.need {
            need.initialised = true;
        }
        let mut bytes = vec![0; missing];
        bytes.extend(command::initialise());
        bytes
    }

    /// Sends these bytes, and asks behind them what it can answer.
    fn check(&mut self, longest: bool, behind: &[u8], out: &mut Vec<Action>) {
        let mut bytes = behind.to_vec();
        match self.proof {
            Proof::ProcessId => {
                let tag = self.tags.take();
                bytes.extend(command::process_id(tag));
                self.mend_by(Step::Check { tag: Some(tag), longest }, PATIENCE, &bytes, out);
            }
            Proof::InOrderReply => {
                bytes.extend(command::paper_sensor());
                self.mend_by(Step::Check { tag: None, longest }, PATIENCE, &bytes, out);
            }
            Proof::Unknown | Proof::NoProof | Proof::Counter => {
                self.write(&bytes, out);
                self.mended(out);
            }
        }
    }

    /// Takes a reply that belongs to the repair; false if it does not.
    pub(super) fn mend_heard(&mut self, reply: &Reply, out: &mut Vec<Action>) -> bool {
        let written = self.written;
        let Some(mend) = self.mend.as_ref().filter(|mend| mend.end <= written) else { return false };
        match (&mend.step, reply) {
            (Step::Clear, Reply::Block { header: 0x37, body }) if body.as_slice() == [0x25] => {
                let missing = self.need.as_ref().map_or(0, |need| need.missing);
                self.fill(missing, out);
                true
            }
            (Step::Check { tag: Some(asked), .. }, Reply::ProcessId(tag)) if asked == tag => {
                self.drain.settled();
                self.mended(out);
                true
            }
            (Step::Check { tag: None, .. }, Reply::Single(_)) => {
                self.mended(out);
                true
            }
            _ => false,
        }
    }

    /// A part of a slip is to be cut off by these bytes; they are handed over.
    pub(super) fn owe_cut(&mut self, mut bytes: Vec<u8>, out: &mut Vec<Action>) {
        let missing = paper::missing_after(&bytes, 0..=bytes.len());
        let taken = if self.proof == Proof::ProcessId && self.abilities.answers {
            let tag = self.tags.take();
            bytes.extend(command::process_id(tag));
            Taken::ByTag(tag)
        } else {
            Taken::ByNext
        };
        self.write(&bytes, out);
        self.marking = Some(Marking { end: self.handed, missing, mark: Mark::Void, taken });
    }

    /// What was printed behind a slip that broke off has left.
    pub(super) fn note_marking(&mut self, out: &mut Vec<Action>) {
        let written = self.written;
        let left = |marking: &mut Marking| marking.taken == Taken::WhenLeft && marking.end <= written;
        if self.marking.take_if(left).is_some() {
            out.push(Action::Mended);
        }
    }

    /// The printer returned the tag that stood behind it.
    pub(super) fn prove_marking(&mut self, tag: [u8; 4], out: &mut Vec<Action>) -> bool {
        let proven = self.marking.take_if(|marking| marking.taken == Taken::ByTag(tag)).is_some();
        if proven {
            out.push(Action::Mended);
        }
        proven
    }

    /// What came behind it is proven, so it is on the paper, too.
    pub(super) fn pass_marking(&mut self) {
        self.marking = None;
    }

    /// The line breaks, and with it perhaps that.
    pub(super) fn lose_marking(&mut self) {
        let written = self.written;
        let kept = |marking: &Marking| !matches!(marking.taken, Taken::ByTag(_)) && marking.end <= written;
        if let Some(marking) = self.marking.take().filter(|marking| !kept(marking)) {
            self.need_mending(marking.missing, marking.mark);
        }
    }

    fn mended(&mut self, out: &mut Vec<Action>) {
        self.mend = None;
        let Some(need) = self.need.take() else { return };
        match need.mark {
            Mark::Nothing => {}
            mark => {
                let line = if mark == Mark::Void { &self.broken_off.void } else { &self.broken_off.doubtful };
                let bytes = if line.is_empty() { command::cut(self.abilities.cut) } else { line.clone() };
                let end = self.handed.saturating_add(bytes.len() as u64);
                let missing = paper::missing_after(&bytes, 0..=bytes.len());
                self.marking = Some(Marking { end, missing, mark, taken: Taken::WhenLeft });
                self.write(&bytes, out);
            }
        }
        // ESC @ may end automatic status
        if need.initialised {
            self.ask_for_asb(out);
        }
    }
}
