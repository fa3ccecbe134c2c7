//! Settlement (结算) at the desk: reads our totals, asks, and keeps the outcome with its report.

use model::{Caller, Outcome, SettleAnswer, SettleOutcome, SignInAnswer, SignInOutcome, Total, audit::Anchor};
use protocol::Problem;
use store::{AuditEntry, SignInEntry};

use super::{
    super::{
        found::{End, Found},
        now::Now,
        report,
        way::Ask,
        words,
    },
    Closed, DOING, Desk, standing,
};
use crate::house::{audit_entry, problem};

impl Desk {
    pub(super) fn settle(&mut self, caller: &Caller) -> Result<Result<protocol::Settled, Problem>, Closed> {
        let stood = standing(&self.core.row, false);
        let before = self.core.balanced_before(self.now()?);
        let ended = match self.owed_end()? {
            Ok(ended) => ended,
            Err(problem) => return Ok(Err(problem)),
        };
        let house = self.house()?;
        let read = house.sign_in.with_batch(&house, &self.core.row, |open| {
            ((open.totals(), open.looked_to(), open.unknown_ids()), open.open(), open.late())
        });
        drop(house);
        let ((ours, up_to, unknown), open, late) = match read {
            Ok(read) => read,
            Err(error) => return Ok(Err(problem(DOING, &error))),
        };
        let now = self.now()?;
        let owed = self.core.owes_end();
        let steps = match (before, ended) {
            // nothing else may be sent before it, and nothing else is to be settled after it (facts 3.7)
            (Some(before), Some(ended)) if owed || open.count == 0 => {
                let answer = ended_only(before, ended, owed, now);
                return self.settlement_kept(caller, stood, answer, false, late);
            }
            (_, ended) => ended.map(|ended| ended.steps).unwrap_or_default(),
        };
        let settling = self.core.settle_begins(ours, up_to, unknown, now);
        self.intend("settle", caller, false, &stood)?;
        let what = Ask::Settle { totals: Box::new(settling.ours), operator: caller.operator.clone() };
        let found = match self.ask(&what)? {
            Ok(mut found) => {
                found.steps = steps.into_iter().chain(found.steps).collect();
                found
            }
            Err(problem) => return Ok(Err(problem)),
        };
        let now = self.now()?;
        let (mut answer, left) = (self.core.settled(&found, now), found.left);
        if answer.outcome == SettleOutcome::Balanced {
            // kept before the end message: a crash now must not ask for the totals again
            if let Err(problem) = self.keep()? {
                return Ok(Err(problem));
            }
            match self.setup.via {
                model::Via::Terminal => drop(self.core.settle_ended(None)),
                model::Via::Host => {
                    // what the store could not keep stays owed
                    if let Ok(end) = self.ask(&Ask::SettleEnd)? {
                        answer.steps.extend(self.core.settle_ended(Some(&end)));
                    }
                }
            }
        }
        self.settlement_kept(caller, stood, answer, left, late)
    }

    /// Keeps a settlement's outcome with its report's job in one commit.
    pub(super) fn settlement_kept(
        &mut self,
        caller: &Caller,
        stood: String,
        mut answer: SettleAnswer,
        left: bool,
        late: Total,
    ) -> Result<Result<protocol::Settled, Problem>, Closed> {
        let house = self.house()?;
        self.core.row.intent = None;
        let balanced = answer.outcome == SettleOutcome::Balanced;
        let read = house.sign_in.with_batch(&house, &self.core.row, |open| open.unknown());
        let unknown_sales = match read {
            Ok(read) => read,
            Err(error) => return Ok(Err(problem(DOING, &error))),
        };
        if unknown_sales > 0 {
            answer.message.push_str(&words::unknown(unknown_sales));
        }
        if late.count > 0 {
            answer.message.push_str(&words::late(late));
        }
        let unknown_sales = u32::try_from(unknown_sales).unwrap_or(u32::MAX);
        let report = balanced.then(|| report::Settlement::of(&house, &self.setup, &answer, unknown_sales, caller));
        let printer = house.config.receipt_printer().map(|printer| printer.name.clone());
        let left_out = if balanced && printer.is_none() { vec!["report".to_owned()] } else { Vec::new() };
        if !left_out.is_empty() {
            answer.message.push_str("; no printer is configured, so the report is left out");
        }
        let (row, terminal) = (self.core.row.clone(), self.setup.terminal_id.clone());
        let outcome = if balanced { Outcome::Done } else { Outcome::Failed };
        let unknown = left && answer.outcome == SettleOutcome::Failed && answer.host.is_none();
        let audit = AuditEntry {
            before: Some(stood),
            after: Some(standing(&row, unknown)),
            ..audit_entry(caller, "settle", Some(terminal.clone()), outcome)
        };
        let (at, caller) = (answer.at, caller.clone());
        let entry = SignInEntry { act: "settle".to_owned(), automatic: false, answer: as_entry(&answer) };
        let kept = house.writer.commit(move |batch| {
            batch.keep_sign_in(&terminal, &row)?;
            batch.note_sign_in(&terminal, entry)?;
            let row = batch.audit(audit, at)?;
            let mut job = None;
            if let Some(report) = report {
                // the paper vouches for the trail up to the settlement itself
                let report = report.document(&Anchor::of(row.seq, &row.hash));
                batch.keep_report(&terminal, &report)?;
                if let Some(printer) = printer {
                    job = Some(batch.queue(report::job(printer, report, &caller), at)?.id);
                }
            }
            Ok(job)
        });
        house.sign_in.changed(&house);
        Ok(kept
            .map(|report| protocol::Settled { answer, report, left_out, unknown, unknown_sales })
            .map_err(|error| problem(DOING, &error)))
    }
}

/// The answer when only the end message of a settlement that balanced before was sent; `owed`: it still is not acknowledged.
fn ended_only(before: SettleAnswer, ended: Found, owed: bool, now: Now) -> SettleAnswer {
    let answer = SettleAnswer { steps: ended.steps, at: now.at, ..before };
    if !owed {
        return answer;
    }
    let (code, cause) = match ended.end {
        End::Failed(verdict) | End::Strange(verdict) => (None, verdict.cause),
        End::Answered(heard) => (heard.code, heard.verdict.cause),
    };
    SettleAnswer {
        outcome: SettleOutcome::Failed,
        code,
        cause: Some(cause),
        message: words::END_OWED.to_owned(),
        action: words::END_OWED_ACTION.to_owned(),
        ..answer
    }
}

/// A settlement as a line of the history.
fn as_entry(answer: &SettleAnswer) -> SignInAnswer {
    SignInAnswer {
        outcome: match answer.outcome {
            SettleOutcome::Balanced => SignInOutcome::Answered,
            SettleOutcome::Unbalanced | SettleOutcome::Refused => SignInOutcome::Refused,
            SettleOutcome::Failed => SignInOutcome::Failed,
        },
        code: answer.code.clone(),
        cause: answer.cause,
        candidates: answer.candidates.clone(),
        batch: answer.batch.clone(),
        host_time: None,
        steps: answer.steps.clone(),
        message: answer.message.clone(),
        action: answer.action.clone(),
        at: answer.at,
    }
}
