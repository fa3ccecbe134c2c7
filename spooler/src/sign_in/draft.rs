//! An answer in the making: steps are added as they are judged, then the outcome, then the sentences. No state.

use acquirer::Verdict;
use model::{Moment, SignInAnswer, SignInCause as Cause, SignInOutcome, Step, StepName};

use super::{found::Found, now::Now, said::Said, words};

/// An answer in the making.
pub(super) struct Draft {
    pub(super) outcome: SignInOutcome,
    pub(super) code: Option<String>,
    pub(super) cause: Option<Cause>,
    pub(super) candidates: Vec<Cause>,
    pub(super) host_time: Option<Moment>,
    pub(super) steps: Vec<Step>,
    pub(super) at: Moment,
}

impl Draft {
    pub(super) fn of(found: &Found, now: Now) -> Draft {
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

    pub(super) fn step(&mut self, name: StepName, ok: Option<bool>, said: Said) {
        self.steps.push(said.step(name, ok, 0));
    }

    pub(super) fn fail(&mut self, outcome: SignInOutcome, verdict: &Verdict) {
        self.outcome = outcome;
        self.cause = Some(verdict.cause);
        self.candidates.clone_from(&verdict.candidates);
    }

    pub(super) fn message(&self) -> String {
        let cause = self.cause.map_or("", |cause| words::cause_beside(cause, &self.candidates));
        let measured = Step::decisive(&self.steps).map(|step| step.detail.as_str());
        match measured.filter(|detail| !detail.is_empty()) {
            Some(detail) => format!("{cause} ({detail})"),
            None => cause.to_owned(),
        }
    }

    /// What staff do about it.
    pub(super) fn action(&self, asked: words::Asked) -> String {
        self.cause.map(|cause| words::action(asked, cause, &self.candidates)).unwrap_or_default()
    }

    pub(super) fn failed(self, asked: words::Asked, batch: Option<u32>) -> SignInAnswer {
        let (message, action) = (self.message(), self.action(asked));
        self.finish(batch, message, action)
    }

    pub(super) fn finish(self, batch: Option<u32>, message: String, action: String) -> SignInAnswer {
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
