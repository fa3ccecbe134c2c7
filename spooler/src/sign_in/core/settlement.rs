//! Settlement (结算) in the state machine: what is begun, what the host or the terminal says of it, and its end. No I/O.

use acquirer::{Batch, Verdict, iso::Reconciled};
use model::{
    BatchTotals, Reading, SettleAnswer, SettleOutcome, SignInCause as Cause, SignInOutcome, Step, StepName, Via,
};
use store::Settling;

use super::{
    super::{
        draft::Draft,
        found::{End, Found},
        now::Now,
        pace::Reason,
        said::Said,
        words,
    },
    Core,
};

impl Core {
    /// A settlement begins: kept before it is sent. `up_to` is the last transaction looked at, `unknown` are those before it
    /// whose outcome is not known.
    pub(crate) fn settle_begins(&mut self, ours: BatchTotals, up_to: u64, unknown: Vec<u64>, now: Now) -> Settling {
        let batch = self.row.batch.unwrap_or(Batch::FIRST.get());
        let before = self.row.settling.take().filter(|begun| begun.batch == batch);
        // what became of the attempt before is not known, or was told before
        let gone = before.is_some_and(|begun| !begun.balanced && (!begun.refused || begun.gone));
        let settling = Settling { batch, ours, balanced: false, refused: false, gone, up_to, unknown, since: now.at };
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
            let (message, action) = (answer.message(), answer.action(words::Asked::Settle));
            outcome(kind, answer, None, message, &action)
        };
        let heard = match &found.end {
            End::Answered(heard) => heard,
            End::Failed(verdict) | End::Strange(verdict) => {
                answer.fail(SignInOutcome::Failed, verdict);
                if !found.left {
                    // surely nobody settled anything this time
                    self.give_up();
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
                let announced = self.row.announced.is_some();
                match &mut self.row.settling {
                    Some(settling) if differs => {
                        settling.refused = true;
                        settling.gone |= announced;
                    }
                    _ => self.give_up(),
                }
                failed(SettleOutcome::Refused, answer)
            }
            Some(Reconciled::Balanced) => {
                answer.step(StepName::Batch, Some(true), Said::of(Reading::TotalsAgree, "the totals agree"));
                if let Some(settling) = &mut self.row.settling {
                    settling.balanced = true;
                    let (batch, unknown) = (settling.batch, settling.unknown.clone());
                    // from here on what is in it is never open again, whatever becomes of the end message
                    self.row.settled.note(batch, settling.up_to, unknown);
                    self.row.unsettled.retain(|left| left.batch != batch);
                }
                outcome(SettleOutcome::Balanced, answer, told, "the settlement balances".to_owned(), "")
            }
            Some(Reconciled::Unbalanced) => {
                answer.step(StepName::Batch, Some(false), Said::of(Reading::TotalsDiffer, "the totals differ"));
                self.row.settling = None;
                let device = match self.via {
                    Via::Host => "the device that took the cards must upload its transactions",
                    Via::Terminal => {
                        "the payment terminal uploads its transactions itself: compare its settlement slip with ours"
                    }
                };
                let message = format!("the totals differ; the batch stays open; {device}");
                outcome(SettleOutcome::Unbalanced, answer, told, message, "compare both totals and call the acquirer")
            }
            Some(Reconciled::Error) => {
                let said = Said::of(Reading::SettlingFailed, "the host says that settling failed");
                answer.step(StepName::Batch, Some(false), said);
                answer.fail(SignInOutcome::Failed, &Verdict::new(Cause::HostFault, &[Cause::HostStateDiffers]));
                self.row.settling = None;
                let settled = failed(SettleOutcome::Failed, answer);
                SettleAnswer { host: told, ..settled }
            }
            Some(Reconciled::NotSaid) => {
                let said = Said::of(Reading::BalanceNotSaid, "the answer does not say whether it balances");
                answer.step(StepName::Batch, Some(false), said);
                answer.fail(SignInOutcome::Failed, &Verdict::new(Cause::MalformedResponse, &[]));
                let settled = failed(SettleOutcome::Failed, answer);
                SettleAnswer { host: told, ..settled }
            }
        }
    }

    /// This attempt settled nothing. If what became of one before it is not known, that stays so.
    fn give_up(&mut self) {
        self.row.settling = self.row.settling.take().filter(|settling| settling.gone);
    }

    /// The answer to a settlement that is known to have balanced before, and only its end was missing.
    pub(crate) fn balanced_before(&self, now: Now) -> Option<SettleAnswer> {
        let settling = self.row.settling.as_ref().filter(|settling| settling.balanced)?;
        Some(SettleAnswer {
            outcome: SettleOutcome::Balanced,
            code: None,
            batch: Some(format!("{:06}", settling.batch)),
            ours: settling.ours,
            host: None,
            cause: None,
            candidates: Vec::new(),
            steps: Vec::new(),
            message: "the settlement balances".to_owned(),
            action: String::new(),
            at: now.at,
        })
    }

    /// The end message of a balanced settlement was acknowledged or not; `None`: there is none to send. The batch is settled
    /// either way, the host said so; without an acknowledgement the message is owed and sent again before anything else.
    pub(crate) fn settle_ended(&mut self, found: Option<&Found>) -> Option<Step> {
        let Some(found) = found else {
            self.row.settling = None;
            return None;
        };
        let (ended, said) = match &found.end {
            End::Answered(heard) => match heard.code.as_deref() {
                Some("00") => (true, Said::with(Reading::AnsweredCode, ["00"], "00")),
                Some(code) => {
                    // it has ended before, or this host wants none
                    let ended = matches!(code, "12" | "22" | "25" | "40" | "77");
                    (ended, Said::with(Reading::AnsweredCode, [code], format!("answered {code}")))
                }
                None => (true, Said::of(Reading::AnsweredWithoutCode, "answered")),
            },
            End::Strange(verdict) | End::Failed(verdict) => {
                let cause = verdict.cause.word();
                (false, Said::with(Reading::EndedBy, [cause], cause))
            }
        };
        if ended {
            self.row.settling = None;
        }
        Some(said.step(StepName::End, Some(ended), 0))
    }

    /// The end message of a balanced settlement is owed to the host (facts 3.7).
    pub(crate) fn owes_end(&self) -> bool {
        self.via == Via::Host && self.row.settling.as_ref().is_some_and(|settling| settling.balanced)
    }
}
