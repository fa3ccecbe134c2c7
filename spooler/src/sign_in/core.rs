//! The sign-in as a state machine without I/O: what was found, what happened and what time it is come in; the row to be kept
//! and the answer come out (facts 3.7). Who asks the acquirer, and where it is kept, is the desk's business.

use std::time::Duration;

use acquirer::{Batch, Trace, Verdict, iso::Reconciled};
use jiff::civil::Date;
use model::{
    BatchTotals, Moment, SettleAnswer, SettleOutcome, SignInAnswer, SignInCause as Cause, SignInOutcome, SignInState,
    Step, StepName, Via,
};
use store::{Doubt, Settling, SignInRow};

use super::{
    found::{Answer, End, Found, Keys},
    pace::{Pace, Reason},
    words,
};

/// A host's clock may differ by so much (facts 7, rung 6).
pub(crate) const SKEW_MS: u64 = 300_000;

/// A start so soon after a sign-in makes none.
const FRESH_MS: i64 = 600_000;

/// What time it is, for people and for patience; and the business day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) at: Moment,
    pub(crate) since_start: Duration,
    pub(crate) day: Date,
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
        Core { via, auto, row, pace, day, a0_spent: false }
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
    pub(crate) fn seen(&mut self, code: Option<&str>, approved: bool, now: Now) -> bool {
        if approved {
            // the keys are good
            let first = self.row.good_sales == 0 || self.row.doubt.is_some();
            self.row.good_sales = self.row.good_sales.saturating_add(1);
            self.row.doubt = None;
            return first;
        }
        let Some(code) = code.filter(|code| matches!(*code, "77" | "99" | "A0")) else { return false };
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

    fn signed_out(&mut self, cause: Cause, now: Now) {
        if self.row.state == SignInState::SignedIn {
            self.row.state = SignInState::SignedOut;
            self.row.since = Some(now.at);
        }
        self.row.cause = Some(cause);
    }

    /// How a sign-in ended. `open` counts the transactions of the current batch; `by` is who asked, none: nobody.
    pub(crate) fn signed_in(&mut self, found: &Found, open: u32, by: Option<&str>, automatic: bool, now: Now) -> Next {
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
                answer.step(StepName::Keys, Some(true), keys.check_values.clone());
                Some(keys)
            }
            Keys::NotOurs => None,
        };
        let (old, new) = (self.row.batch, heard.batch);
        let batch = match (old, new) {
            (None, None) => {
                answer.step(StepName::Batch, Some(false), "the answer names no batch".to_owned());
                answer.fail(SignInOutcome::Failed, &Verdict::new(Cause::MalformedResponse, &[]));
                return Next::Done(self.not_signed_in(answer, true, now));
            }
            (Some(old), None) => {
                answer.step(StepName::Batch, None, format!("the answer names no batch: {old:06} is kept"));
                old
            }
            (Some(old), Some(new)) if old != new && self.was_sent(old) => {
                let detail = format!(
                    "{new:06}: the host closed {old:06}, whose settlement we did not see balance; compare {open} \
                     transactions with the acquirer"
                );
                answer.step(StepName::Batch, Some(true), detail);
                new
            }
            // the terminal counts its batches itself; only a host's word must not overtake ours
            (Some(old), Some(new)) if old != new && open > 0 && self.via == Via::Host => {
                let detail = format!("the host says {new:06}, and {open} transactions of {old:06} are not settled");
                answer.step(StepName::Batch, Some(false), detail);
                answer.fail(SignInOutcome::Failed, &Verdict::new(Cause::BatchOpen, &[Cause::HostStateDiffers]));
                return Next::Done(self.not_signed_in(answer, true, now));
            }
            (Some(old), Some(new)) if old == new && open == 0 && self.is_settled(old) && self.via == Via::Host => {
                return Next::SignOutFirst;
            }
            (Some(old), Some(new)) if old != new && open > 0 => {
                let detail =
                    format!("{new:06} after {old:06}, of which {open} transactions were not settled from here");
                answer.step(StepName::Batch, Some(true), detail);
                new
            }
            (_, Some(new)) => {
                answer.step(StepName::Batch, Some(true), format!("{new:06}"));
                new
            }
        };
        self.clock_step(&mut answer);
        let row = &mut self.row;
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
        Next::Done(answer.finish(self.row.batch, "signed in".to_owned(), String::new()))
    }

    fn is_settled(&self, batch: u32) -> bool {
        self.row.settled.is_some_and(|(settled, _)| settled == batch)
    }

    /// Its totals left, and nobody knows what became of them; or the host would not have them.
    fn was_sent(&self, batch: u32) -> bool {
        self.row.settling.as_ref().is_some_and(|settling| settling.batch == batch)
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
        answer.failed(self.row.batch)
    }

    /// How a sign-out ended. Signing out twice is no failure.
    pub(crate) fn signed_out_now(&mut self, found: &Found, now: Now) -> SignInAnswer {
        let mut answer = Draft::of(found, now);
        let heard = match &found.end {
            End::Answered(heard) => heard,
            End::Failed(verdict) | End::Strange(verdict) => {
                answer.fail(SignInOutcome::Failed, verdict);
                if found.left {
                    // it may have worked: then the next one is told 77
                    self.signed_out(verdict.cause, now);
                }
                return answer.failed(self.row.batch);
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
            return answer.failed(self.row.batch);
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
        answer.finish(self.row.batch, "signed out".to_owned(), String::new())
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
                return answer.failed(self.row.batch);
            }
        }
        answer.outcome = SignInOutcome::Answered;
        answer.finish(self.row.batch, "answered".to_owned(), String::new())
    }

    /// A settlement begins: kept before it is sent. The totals of one that was begun and not ended stand.
    pub(crate) fn settle_begins(&mut self, ours: BatchTotals, up_to: u64, now: Now) -> Settling {
        let batch = self.row.batch.unwrap_or(Batch::FIRST.get());
        let settling = match &self.row.settling {
            Some(begun) if begun.batch == batch && begun.balanced => begun.clone(),
            _ => Settling { batch, ours, balanced: false, refused: false, up_to, since: now.at },
        };
        self.row.settling = Some(settling.clone());
        settling
    }

    /// How the totals were answered. Balanced: the row says so, and the end message is still to come.
    pub(crate) fn settled(&mut self, found: &Found, now: Now) -> SettleAnswer {
        let mut answer = Draft::of(found, now);
        let settling = self.row.settling.clone();
        let ours = settling.as_ref().map(|settling| settling.ours).unwrap_or_default();
        let batch = settling.as_ref().map(|settling| settling.batch);
        let outcome = |outcome, answer: Draft, host, message: String, action: &str| SettleAnswer {
            outcome,
            code: answer.code,
            batch: batch.map(|batch| format!("{batch:06}")),
            ours,
            host,
            cause: answer.cause,
            candidates: answer.candidates,
            steps: answer.steps,
            message,
            action: action.to_owned(),
            at: answer.at,
        };
        let failed = |kind, answer: Draft| {
            let cause = answer.cause.unwrap_or(Cause::UnknownCode);
            let (message, action) = (answer.message(), words::action(cause));
            outcome(kind, answer, None, message, action)
        };
        let heard = match &found.end {
            End::Answered(heard) => heard,
            End::Failed(verdict) | End::Strange(verdict) => {
                answer.fail(SignInOutcome::Failed, verdict);
                if !found.left {
                    // surely nobody settled anything
                    self.row.settling = None;
                }
                return failed(SettleOutcome::Failed, answer);
            }
        };
        self.hear(heard, &mut answer, now);
        if heard.wants_sign_in {
            self.want(Reason::Demand, now);
        }
        let host = heard.totals.as_ref().and_then(|totals| totals.as_ref().ok());
        let result = match (self.via, heard.code.as_deref(), host) {
            (_, Some(code), None) if !matches!(code, "00" | "95") => None,
            (Via::Terminal, Some("00"), _) => Some(Reconciled::Balanced),
            (Via::Terminal, Some("95"), _) => Some(Reconciled::Unbalanced),
            (Via::Terminal, ..) => None,
            (Via::Host, Some("95"), None) => Some(Reconciled::Unbalanced),
            (Via::Host, Some(code), Some(_)) if !matches!(code, "00" | "95") => None,
            (Via::Host, _, Some(totals)) => Some(totals.result()),
            (Via::Host, ..) => Some(Reconciled::NotSaid),
        };
        let told = host.map(|reply| reply.totals);
        match result {
            None => {
                answer.fail(SignInOutcome::Refused, &heard.verdict);
                let differs = heard.verdict.cause == Cause::HostStateDiffers;
                if differs {
                    self.signed_out(Cause::HostStateDiffers, now);
                }
                match &mut self.row.settling {
                    Some(settling) if differs => settling.refused = true,
                    settling => *settling = None,
                }
                failed(SettleOutcome::Refused, answer)
            }
            Some(Reconciled::Balanced) => {
                answer.step(StepName::Batch, Some(true), "the totals agree".to_owned());
                if let Some(settling) = &mut self.row.settling {
                    settling.balanced = true;
                }
                outcome(SettleOutcome::Balanced, answer, told, "the settlement balances".to_owned(), "")
            }
            Some(Reconciled::Unbalanced) => {
                answer.step(StepName::Batch, Some(false), "the totals differ".to_owned());
                self.row.settling = None;
                let device = match self.via {
                    Via::Host => "the device that took the cards must upload its transactions",
                    Via::Terminal => "the payment terminal has uploaded its transactions; compare its slip with ours",
                };
                let message = format!("the totals differ; the batch stays open; {device}");
                outcome(SettleOutcome::Unbalanced, answer, told, message, "compare both totals and call the acquirer")
            }
            Some(Reconciled::Error) => {
                answer.step(StepName::Batch, Some(false), "the host says that settling failed".to_owned());
                answer.fail(SignInOutcome::Failed, &Verdict::new(Cause::HostFault, &[Cause::HostStateDiffers]));
                self.row.settling = None;
                let settled = failed(SettleOutcome::Failed, answer);
                SettleAnswer { host: told, ..settled }
            }
            Some(Reconciled::NotSaid) => {
                answer.step(StepName::Batch, Some(false), "the answer does not say whether it balances".to_owned());
                answer.fail(SignInOutcome::Failed, &Verdict::new(Cause::MalformedResponse, &[]));
                let settled = failed(SettleOutcome::Failed, answer);
                SettleAnswer { host: told, ..settled }
            }
        }
    }

    /// The end message of a balanced settlement was answered, or not: the batch is settled either way, the host said so. A
    /// message that got lost is sent again before the next settlement.
    pub(crate) fn settle_ended(&mut self, found: Option<&Found>) -> Option<Step> {
        let settling = self.row.settling.clone()?;
        let step = found.map(|found| {
            let (ok, detail) = match &found.end {
                End::Answered(heard) => match heard.code.as_deref() {
                    Some("00") => (true, "00".to_owned()),
                    // it has ended before, or this host wants none
                    Some(code) => (matches!(code, "12" | "22" | "25" | "40" | "77"), format!("answered {code}")),
                    None => (true, "answered".to_owned()),
                },
                End::Strange(verdict) | End::Failed(verdict) => (false, verdict.cause.to_string()),
            };
            Step { name: StepName::End, ok: Some(ok), ms: 0, detail }
        });
        self.row.settled = Some((settling.batch, settling.up_to));
        self.row.settling = None;
        step
    }

    /// What every answer tells beside its purpose.
    fn hear(&mut self, heard: &Answer, answer: &mut Draft, now: Now) {
        answer.code.clone_from(&heard.code);
        if let Some(code) = &heard.code {
            let said = heard.text.as_deref().or(heard.meaning.as_deref()).unwrap_or("a code that we do not know");
            answer.step(StepName::Code, Some(code == "00"), format!("{code} {said}"));
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
        answer.step(StepName::Clock, Some(ok), skew_words(skew));
    }
}

/// How far the host's clock is from ours.
pub(crate) fn skew_words(skew_ms: i64) -> String {
    let seconds = skew_ms.unsigned_abs() / 1000;
    match skew_ms {
        ..0 => format!("the host's clock is {seconds} s behind ours"),
        _ => format!("the host's clock is {seconds} s ahead of ours"),
    }
}

/// What a sale's code says (INTERFACES §5): A0 after good sales on the same keys means that somebody else replaced them.
pub(crate) fn doubt_cause(doubt: &Doubt) -> Cause {
    match (doubt.code.as_str(), doubt.good_before) {
        ("A0", 0) => Cause::MacMismatch,
        ("A0", _) => Cause::DuplicateTerminal,
        _ => Cause::HostStateDiffers,
    }
}

/// An answer in the making.
struct Draft {
    outcome: SignInOutcome,
    code: Option<String>,
    cause: Option<Cause>,
    candidates: Vec<Cause>,
    host_time: Option<Moment>,
    steps: Vec<Step>,
    at: Moment,
}

impl Draft {
    fn of(found: &Found, now: Now) -> Draft {
        Draft {
            outcome: SignInOutcome::Failed,
            code: None,
            cause: None,
            candidates: Vec::new(),
            host_time: None,
            steps: found.steps.clone(),
            at: now.at,
        }
    }

    fn step(&mut self, name: StepName, ok: Option<bool>, detail: String) {
        self.steps.push(Step { name, ok, ms: 0, detail });
    }

    fn fail(&mut self, outcome: SignInOutcome, verdict: &Verdict) {
        self.outcome = outcome;
        self.cause = Some(verdict.cause);
        self.candidates.clone_from(&verdict.candidates);
    }

    fn message(&self) -> String {
        let cause = self.cause.map_or("", words::cause);
        let measured = self.steps.iter().rev().find(|step| step.ok == Some(false)).map(|step| step.detail.as_str());
        match measured.filter(|detail| !detail.is_empty()) {
            Some(detail) => format!("{cause} ({detail})"),
            None => cause.to_owned(),
        }
    }

    fn failed(self, batch: Option<u32>) -> SignInAnswer {
        let (message, action) = (self.message(), self.cause.map_or("", words::action).to_owned());
        self.finish(batch, message, action)
    }

    fn finish(self, batch: Option<u32>, message: String, action: String) -> SignInAnswer {
        SignInAnswer {
            outcome: self.outcome,
            code: self.code,
            cause: self.cause,
            candidates: self.candidates,
            batch: batch.map(|batch| format!("{batch:06}")),
            host_time: self.host_time,
            steps: self.steps,
            message,
            action,
            at: self.at,
        }
    }
}

#[cfg(test)]
mod tests;
