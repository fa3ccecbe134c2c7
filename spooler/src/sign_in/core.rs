//! The sign-in as a state machine without I/O: what was found, what happened and what time it is come in; the row to be kept
//! and the answer come out (facts 3.7). Who asks the acquirer, and where it is kept, is the desk's business.

mod settlement;

use std::time::Duration;

use acquirer::{Batch, Trace, Verdict};
use jiff::civil::Date;
use model::{Moment, Reading, SignInAnswer, SignInCause as Cause, SignInOutcome, SignInState, StepName, Total, Via};
use store::{Doubt, SignInRow, Unsettled};

use super::{
    draft::Draft,
    found::{Answer, End, Found, Keys},
    now::Now,
    pace::{Pace, Reason},
    said::{self, Said},
    words,
};

/// A host's clock may differ by so much (facts 7, rung 6).
pub(crate) const SKEW_MS: u64 = 300_000;

/// A start so soon after a sign-in makes none.
const FRESH_MS: i64 = 600_000;

/// What a recorded transaction on our terminal number says of the sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sale {
    /// 应答码
    pub(crate) code: Option<String>,
    pub(crate) approved: bool,
    /// When it was made.
    pub(crate) at: Moment,
    /// 批次号
    pub(crate) batch: Option<u32>,
}

/// The state machine.
#[derive(Debug, Clone)]
pub(crate) struct Core {
    via: Via,
    /// The daemon may sign in by itself.
    auto: bool,
    pub(crate) row: SignInRow,
    pace: Pace,
    /// The day of the last sign-in, or on which one was wanted.
    day: Option<Date>,
    /// One sign-in because of A0 was made; a person or another day allows the next.
    a0_spent: bool,
    /// The sign-in that is under way had its sign-out in between.
    between: bool,
}

/// How a sign-in went on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Next {
    Done(SignInAnswer),
    /// The host still has the batch that was settled: it goes on only with a sign-out before the sign-in.
    SignOutFirst,
}

impl Core {
    /// As it stood in the store. `day` is the business day of the last sign-in.
    pub(crate) fn new(via: Via, auto: bool, row: SignInRow, day: Option<Date>, now: Now) -> Core {
        let ago = row.tried_at.map(|at| now.at.unix_ms() - at.unix_ms()).and_then(|ms| u64::try_from(ms).ok());
        let pace = Pace::resumed(row.tries, ago.map(Duration::from_millis), now.since_start);
        Core { via, auto, row, pace, day, a0_spent: false, between: false }
    }

    /// The daemon has started. Keys of a few minutes ago are as good as new ones, and a restart is no storm.
    pub(crate) fn started(&mut self, now: Now) {
        let age = self.row.signed_in_at.map(|at| now.at.unix_ms() - at.unix_ms());
        let fresh = age.is_some_and(|ms| (0..FRESH_MS).contains(&ms)) && self.row.state == SignInState::SignedIn;
        let same_day = self.day.replace(now.day) == Some(now.day);
        if !(fresh && same_day) {
            self.want(Reason::Start, now);
        }
    }

    /// Time passed: a new business day wants a sign-in.
    pub(crate) fn tick(&mut self, now: Now) {
        if self.day != Some(now.day) {
            self.day = Some(now.day);
            self.a0_spent = false;
            self.want(Reason::Day, now);
        }
    }

    /// When something is due by itself.
    pub(crate) fn due(&self) -> Option<Duration> {
        self.pace.due()
    }

    /// A sign-in by itself begins, if one is due.
    pub(crate) fn begin(&mut self, now: Now) -> Option<Reason> {
        let reason = self.pace.begin(now.since_start)?;
        self.row.tries = self.pace.tries();
        self.row.tried_at = Some(now.at);
        if reason == Reason::Code
            && let Some(doubt) = &mut self.row.doubt
        {
            doubt.answered = true;
            self.a0_spent |= doubt.code == "A0";
        }
        Some(reason)
    }

    fn want(&mut self, reason: Reason, now: Now) {
        if self.auto {
            self.pace.want(reason, now.since_start);
        }
    }

    /// The next trace, given out for good once the row is kept (facts 2, field 11).
    pub(crate) fn take_trace(&mut self) -> Trace {
        let trace = Trace::new(self.row.trace).map_or(Trace::FIRST, Trace::next);
        self.row.trace = trace.get();
        trace
    }

    /// 批次号
    pub(crate) fn batch(&self) -> Option<Batch> {
        self.row.batch.and_then(Batch::new)
    }

    /// A sale on our terminal number was recorded. True if the row is to be kept.
    pub(crate) fn seen(&mut self, sale: &Sale, now: Now) -> bool {
        if !self.concerns(sale) {
            return false;
        }
        if sale.approved {
            // the keys are good
            let first = self.row.good_sales == 0 || self.row.doubt.is_some();
            self.row.good_sales = self.row.good_sales.saturating_add(1);
            self.row.doubt = None;
            return first;
        }
        let Some(code) = sale.code.as_deref().filter(|code| matches!(*code, "77" | "99" | "A0")) else { return false };
        let before = self.row.doubt.take().filter(|doubt| doubt.code == code);
        let good_before =
            before.as_ref().map_or(self.row.good_sales, |doubt| doubt.good_before.max(self.row.good_sales));
        let doubt =
            Doubt { code: code.to_owned(), at: now.at, good_before, answered: before.is_some_and(|d| d.answered) };
        let cause = doubt_cause(&doubt);
        let again = code == "A0" && self.a0_spent;
        self.row.doubt = Some(doubt);
        self.signed_out(cause, now);
        if !again {
            self.want(Reason::Code, now);
        }
        true
    }

    /// Made with the keys and in the batch that we have now: one from before, or of another batch, says nothing of them.
    /// Events carry whole seconds and often the host's clock, so the second of the sign-in counts, on the clock that is behind.
    fn concerns(&self, sale: &Sale) -> bool {
        let most = i64::try_from(SKEW_MS).unwrap_or(0);
        let behind = self.row.skew_ms.unwrap_or(0).clamp(-most, 0);
        let since = self.row.signed_in_at.map_or(i64::MIN, |at| {
            let at = at.unix_ms() + behind;
            at - at.rem_euclid(1000)
        });
        let same_batch = match (sale.batch, self.row.batch) {
            (Some(its), Some(ours)) => its == ours,
            _ => true,
        };
        sale.at.unix_ms() >= since && same_batch
    }

    fn signed_out(&mut self, cause: Cause, now: Now) {
        if self.row.state == SignInState::SignedIn {
            self.row.state = SignInState::SignedOut;
            self.row.since = Some(now.at);
        }
        self.row.cause = Some(cause);
    }

    /// How a sign-in ended. `open` is what stands unsettled in the current batch; `by` is who asked, none: nobody.
    pub(crate) fn signed_in(
        &mut self,
        found: &Found,
        open: Total,
        by: Option<&str>,
        automatic: bool,
        now: Now,
    ) -> Next {
        let between = std::mem::take(&mut self.between);
        let mut answer = Draft::of(found, now);
        let heard = match &found.end {
            End::Answered(heard) => heard,
            End::Failed(verdict) | End::Strange(verdict) => {
                answer.fail(SignInOutcome::Failed, verdict);
                return Next::Done(self.not_signed_in(answer, found.left, now));
            }
        };
        self.hear(heard, &mut answer, now);
        if heard.code.as_deref() != Some("00") {
            answer.fail(SignInOutcome::Refused, &heard.verdict);
            // these say that keys or number are void; after others the keys from before still hold
            let void = matches!(
                heard.verdict.cause,
                Cause::MerchantNotRegistered
                    | Cause::TerminalNotRegistered
                    | Cause::TerminalNotPermitted
                    | Cause::HostStateDiffers
                    | Cause::MacMismatch
            );
            return Next::Done(self.not_signed_in(answer, void, now));
        }
        let keys = match &heard.keys {
            Keys::Bad(verdict, why) => {
                answer.step(StepName::Keys, Some(false), why.clone());
                answer.fail(SignInOutcome::Failed, verdict);
                return Next::Done(self.not_signed_in(answer, true, now));
            }
            Keys::Good(keys) => {
                let said = Said::with(Reading::CheckValues, [keys.values.as_str()], keys.check_values.as_str());
                answer.step(StepName::Keys, Some(true), said);
                Some(keys)
            }
            Keys::NotOurs => None,
        };
        let (old, new) = (self.row.batch, heard.batch);
        let batch = match (old, new) {
            (None, None) => {
                let said = Said::of(Reading::BatchMissing, "the answer names no batch");
                answer.step(StepName::Batch, Some(false), said);
                answer.fail(SignInOutcome::Failed, &Verdict::new(Cause::MalformedResponse, &[]));
                return Next::Done(self.not_signed_in(answer, true, now));
            }
            (Some(old), None) => {
                let detail = format!("the answer names no batch: {old:06} is kept");
                answer.step(StepName::Batch, None, Said::with(Reading::BatchKept, [format!("{old:06}")], detail));
                old
            }
            (Some(old), Some(new)) if old != new && open.count > 0 && self.may_be_left(old) => {
                let count = open.count;
                let detail = format!(
                    "{new:06}: the host closed {old:06}, whose settlement we did not see balance; compare {count} \
                     transactions with the acquirer"
                );
                answer.step(StepName::Batch, Some(true), batches(Reading::BatchClosedByHost, new, old, count, detail));
                new
            }
            // the terminal counts its batches itself; only a host's word must not overtake ours
            (Some(old), Some(new)) if old != new && open.count > 0 && self.via == Via::Host => {
                let count = open.count;
                let detail = format!("the host says {new:06}, and {count} transactions of {old:06} are not settled");
                answer.step(StepName::Batch, Some(false), batches(Reading::BatchNotSettled, new, old, count, detail));
                self.row.announced = Some(new);
                answer.fail(SignInOutcome::Failed, &Verdict::new(Cause::BatchOpen, &[Cause::HostStateDiffers]));
                return Next::Done(self.not_signed_in(answer, true, now));
            }
            // once only: a host that keeps it even then is followed, and what was settled in it stays settled
            (Some(old), Some(new))
                if old == new && open.count == 0 && self.is_settled(old) && self.via == Via::Host && !between =>
            {
                self.between = true;
                return Next::SignOutFirst;
            }
            (Some(old), Some(new)) if old != new && open.count > 0 => {
                let count = open.count;
                let detail =
                    format!("{new:06} after {old:06}, of which {count} transactions were not settled from here");
                answer.step(StepName::Batch, Some(true), batches(Reading::BatchOvertaken, new, old, count, detail));
                new
            }
            (_, Some(new)) => {
                let detail = format!("{new:06}");
                answer.step(StepName::Batch, Some(true), Said::with(Reading::Batch, [detail.clone()], detail));
                new
            }
        };
        self.clock_step(&mut answer);
        let left =
            old.filter(|old| *old != batch && open.count > 0).map(|old| Unsettled { batch: old, open, at: now.at });
        let row = &mut self.row;
        if let Some(left) = &left {
            row.unsettled.insert(0, left.clone());
            row.unsettled.truncate(SignInRow::MOST_UNSETTLED);
        }
        row.announced = None;
        row.state = SignInState::SignedIn;
        row.batch = Some(batch);
        row.settling = row.settling.take().filter(|settling| settling.batch == batch && !settling.refused);
        row.signed_in_at = Some(now.at);
        row.operator = by.map(str::to_owned);
        row.keys = keys.map(|keys| keys.sealed.clone());
        row.check_values = keys.map(|keys| keys.check_values.clone());
        row.good_sales = 0;
        row.cause = None;
        row.since = Some(now.at);
        if automatic {
            self.pace.helped();
        } else {
            row.doubt = None;
            row.tries = 0;
            self.a0_spent = false;
            self.pace.by_hand();
        }
        self.day = Some(now.day);
        answer.outcome = SignInOutcome::SignedIn;
        let (mut message, mut action) = match &left {
            Some(left) => (format!("signed in; {}", words::left(left)), words::left_action(left.batch)),
            None => ("signed in".to_owned(), String::new()),
        };
        let off = |step: &&model::Step| step.name == StepName::Clock && step.ok == Some(false);
        if let Some(clock) = answer.steps.iter().find(off) {
            message = format!("{message}; {}", clock.detail);
            if action.is_empty() {
                words::CLOCK_ACTION.clone_into(&mut action);
            }
            answer.candidates = vec![Cause::ClockWrong];
        }
        Next::Done(answer.finish(self.row.batch, message, action))
    }

    fn is_settled(&self, batch: u32) -> bool {
        self.row.settled.last().is_some_and(|(settled, _)| settled == batch)
    }

    /// Another batch may be followed though this one is open: its totals left and nobody knows what became of them, so that the
    /// host probably settled it; or it can't be settled any more, because the host refuses it after it named the other one.
    /// A refusal before that says nothing: the terminal may only not have been signed in.
    fn may_be_left(&self, batch: u32) -> bool {
        let settling = self.row.settling.as_ref().filter(|settling| settling.batch == batch);
        settling.is_some_and(|settling| !settling.refused || settling.gone)
    }

    /// `void`: the keys from before hold no more, or that is not known.
    fn not_signed_in(&mut self, answer: Draft, void: bool, now: Now) -> SignInAnswer {
        let cause = answer.cause.unwrap_or(Cause::UnknownCode);
        if void || self.row.state != SignInState::SignedIn {
            self.signed_out(cause, now);
            if void {
                self.row.keys = None;
                self.row.check_values = None;
            }
        }
        answer.failed(words::Asked::SignIn, self.row.batch)
    }

    /// How a sign-out ended. Signing out twice is no failure. `open` is what stands unsettled in the current batch.
    pub(crate) fn signed_out_now(&mut self, found: &Found, open: Total, now: Now) -> SignInAnswer {
        let mut answer = Draft::of(found, now);
        let heard = match &found.end {
            End::Answered(heard) => heard,
            End::Failed(verdict) | End::Strange(verdict) => {
                answer.fail(SignInOutcome::Failed, verdict);
                if found.left {
                    // it may have worked: then the next one is told 77
                    self.signed_out(verdict.cause, now);
                }
                return answer.failed(words::Asked::Other, self.row.batch);
            }
        };
        self.hear(heard, &mut answer, now);
        let done = match heard.code.as_deref() {
            Some("00") => true,
            // the first one worked, or nobody was signed in
            Some("77") => self.row.state != SignInState::SignedIn,
            _ => false,
        };
        if !done {
            answer.fail(SignInOutcome::Refused, &heard.verdict);
            if heard.verdict.cause == Cause::HostStateDiffers {
                self.signed_out(Cause::HostStateDiffers, now);
            }
            return answer.failed(words::Asked::Other, self.row.batch);
        }
        self.row.cause = None;
        if self.row.state == SignInState::SignedIn {
            self.row.state = SignInState::SignedOut;
            self.row.since = Some(now.at);
        }
        self.row.keys = None;
        self.row.check_values = None;
        self.row.doubt = None;
        self.pace.by_hand();
        answer.outcome = SignInOutcome::SignedOut;
        if let Some(batch) = self.row.batch.filter(|_| open.count > 0) {
            let values = [format!("{batch:06}"), open.count.to_string(), open.amount.to_string()];
            let said = Said::with(Reading::BatchStillOpen, values, words::open(batch, open));
            answer.step(StepName::Batch, Some(false), said);
        }
        let (message, action) = match self.row.batch.filter(|_| open.count > 0) {
            Some(batch) => (format!("signed out; {}", words::open(batch, open)), words::OPEN_ACTION.to_owned()),
            None => ("signed out".to_owned(), String::new()),
        };
        answer.finish(self.row.batch, message, action)
    }

    /// How an echo ended: whatever can be decoded proves the way.
    pub(crate) fn echoed(&mut self, found: &Found, now: Now) -> SignInAnswer {
        let mut answer = Draft::of(found, now);
        match &found.end {
            End::Answered(heard) => {
                self.hear(heard, &mut answer, now);
                if heard.wants_sign_in {
                    self.want(Reason::Demand, now);
                }
            }
            End::Strange(_) => {}
            End::Failed(verdict) => {
                answer.fail(SignInOutcome::Failed, verdict);
                return answer.failed(words::Asked::Other, self.row.batch);
            }
        }
        answer.outcome = SignInOutcome::Answered;
        answer.finish(self.row.batch, "answered".to_owned(), String::new())
    }

    /// What every answer tells beside its purpose.
    fn hear(&mut self, heard: &Answer, answer: &mut Draft, now: Now) {
        answer.code.clone_from(&heard.code);
        if let Some(code) = &heard.code {
            let (zh, en) = heard.meaning.clone().unwrap_or_default();
            let said = match heard.text.as_deref().filter(|text| !text.is_empty()) {
                Some(text) => Said::with(Reading::TerminalSaid, [code.as_str(), text], format!("{code} {text}")),
                None => {
                    let words = if en.is_empty() { "a code that we do not know" } else { en.as_str() };
                    Said::with(Reading::HostCode, [code.as_str(), zh.as_str(), en.as_str()], format!("{code} {words}"))
                }
            };
            answer.step(StepName::Code, Some(code == "00"), said);
        }
        if let Some(time) = heard.clock.and_then(|clock| clock.near(now.at)) {
            answer.host_time = Some(time);
            self.row.host_time = Some(time);
            self.row.skew_ms = Some(time.unix_ms() - now.at.unix_ms());
        }
    }

    fn clock_step(&self, answer: &mut Draft) {
        if answer.host_time.is_none() {
            return;
        }
        let skew = self.row.skew_ms.unwrap_or_default();
        let ok = skew.unsigned_abs() <= SKEW_MS;
        answer.step(StepName::Clock, Some(ok), said::skew(skew));
    }
}

/// The host's batch, ours, and how many transactions of ours are open.
fn batches(reading: Reading, new: u32, old: u32, open: u32, detail: String) -> Said {
    Said::with(reading, [format!("{new:06}"), format!("{old:06}"), open.to_string()], detail)
}

/// What a sale's code says (INTERFACES §5): A0 after good sales on the same keys means that somebody else replaced them.
pub(crate) fn doubt_cause(doubt: &Doubt) -> Cause {
    match (doubt.code.as_str(), doubt.good_before) {
        ("A0", 0) => Cause::MacMismatch,
        ("A0", _) => Cause::DuplicateTerminal,
        _ => Cause::HostStateDiffers,
    }
}

#[cfg(test)]
mod tests;
