//! What is kept of the sign-in of one terminal number: its state, and how its last requests ended.

use model::{BatchTotals, Fen, Moment, SignInAnswer, SignInCause, SignInOutcome, SignInState, Step, StepName, Total};
use serde::{Deserialize, Serialize};

use super::{MomentV1, Record, at, damaged, moment};
use crate::error::StoreError;

/// A settlement that was begun and is not ended: a crash leaves it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settling {
    /// 批次号
    pub batch: u32,
    /// Our totals as they were sent.
    pub ours: BatchTotals,
    /// The host said that it balances; only the end message may be missing.
    pub balanced: bool,
    /// The host said that it has another batch or state: this one can't be settled there any more.
    pub refused: bool,
    /// The last transaction that is in it.
    pub up_to: u64,
    pub since: Moment,
}

/// A code that a sale got, by which the host says that keys or batch are not what it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// `A0`, `99`, `77`
    pub code: String,
    pub at: Moment,
    /// Sales that were approved on the same keys before it.
    pub good_before: u32,
    /// A sign-in was made because of it.
    pub answered: bool,
}

/// What is known of the sign-in of one terminal number (终端号).
#[derive(Clone, PartialEq, Eq)]
pub struct SignInRow {
    /// Never `settling` or `not_configured`: the first is `settling`'s to say.
    pub state: SignInState,
    /// 批次号 in use.
    pub batch: Option<u32>,
    /// 流水号: the last one given out; 0 before the first.
    pub trace: u32,
    /// When the last sign-in succeeded, who asked for it (none: nobody), and the check values of its keys.
    pub signed_in_at: Option<Moment>,
    pub operator: Option<String>,
    pub check_values: Option<String>,
    /// Working keys under the master key.
    pub keys: Option<Vec<u8>>,
    /// The host's clock as it was said last, and how far it was ahead of ours, in milliseconds.
    pub host_time: Option<Moment>,
    pub skew_ms: Option<i64>,
    /// Approved sales since the last sign-in.
    pub good_sales: u32,
    pub doubt: Option<Doubt>,
    pub settling: Option<Settling>,
    /// The batch that was settled last, and the last transaction in it.
    pub settled: Option<(u32, u64)>,
    /// Sign-ins by itself since one helped, and when the last was tried.
    pub tries: u32,
    pub tried_at: Option<Moment>,
    /// Why it is not signed in, since when.
    pub cause: Option<SignInCause>,
    pub since: Option<Moment>,
}

impl Default for SignInRow {
    fn default() -> SignInRow {
        SignInRow {
            state: SignInState::Never,
            batch: None,
            trace: 0,
            signed_in_at: None,
            operator: None,
            check_values: None,
            keys: None,
            host_time: None,
            skew_ms: None,
            good_sales: 0,
            doubt: None,
            settling: None,
            settled: None,
            tries: 0,
            tried_at: None,
            cause: None,
            since: None,
        }
    }
}

/// Without the keys, though they are sealed.
impl std::fmt::Debug for SignInRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInRow")
            .field("state", &self.state)
            .field("batch", &self.batch)
            .field("trace", &self.trace)
            .field("cause", &self.cause)
            .field("settling", &self.settling)
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}

/// count and amount of debit, credit, foreign debit, foreign credit
type TotalsV1 = [(u32, u64); 4];

fn totals(totals: &BatchTotals) -> TotalsV1 {
    [totals.debit, totals.credit, totals.foreign_debit, totals.foreign_credit].map(|t| (t.count, t.amount.get()))
}

fn batch_totals([debit, credit, foreign_debit, foreign_credit]: TotalsV1) -> BatchTotals {
    let total = |(count, amount): (u32, u64)| Total { count, amount: Fen::new(amount).unwrap_or(Fen::MAX) };
    BatchTotals {
        debit: total(debit),
        credit: total(credit),
        foreign_debit: total(foreign_debit),
        foreign_credit: total(foreign_credit),
    }
}

/// batch, ours, balanced, refused, up to, since
type SettlingV1 = (u32, TotalsV1, bool, bool, u64, MomentV1);
/// code, at, good before, answered
type DoubtV1 = (String, MomentV1, u32, bool);

#[derive(Serialize, Deserialize)]
pub(crate) struct SignInV1 {
    state: u8,
    batch: Option<u32>,
    trace: u32,
    signed_in_at: Option<MomentV1>,
    operator: Option<String>,
    check_values: Option<String>,
    keys: Option<Vec<u8>>,
    host_time: Option<MomentV1>,
    skew_ms: Option<i64>,
    good_sales: u32,
    doubt: Option<DoubtV1>,
    settling: Option<SettlingV1>,
    settled: Option<(u32, u64)>,
    tries: u32,
    tried_at: Option<MomentV1>,
    cause: Option<u8>,
    since: Option<MomentV1>,
}

impl Record for SignInV1 {
    const VERSION: u8 = 1;
    const TABLE: &'static str = "sign-in-1";
}

impl From<&SignInRow> for SignInV1 {
    fn from(row: &SignInRow) -> SignInV1 {
        SignInV1 {
            state: row.state.code(),
            batch: row.batch,
            trace: row.trace,
            signed_in_at: row.signed_in_at.map(moment),
            operator: row.operator.clone(),
            check_values: row.check_values.clone(),
            keys: row.keys.clone(),
            host_time: row.host_time.map(moment),
            skew_ms: row.skew_ms,
            good_sales: row.good_sales,
            doubt: row.doubt.as_ref().map(|d| (d.code.clone(), moment(d.at), d.good_before, d.answered)),
            settling: row
                .settling
                .as_ref()
                .map(|s| (s.batch, totals(&s.ours), s.balanced, s.refused, s.up_to, moment(s.since))),
            settled: row.settled,
            tries: row.tries,
            tried_at: row.tried_at.map(moment),
            cause: row.cause.map(SignInCause::code),
            since: row.since.map(moment),
        }
    }
}

impl SignInV1 {
    pub(crate) fn into_row(self, terminal: &str) -> Result<SignInRow, StoreError> {
        let cause = |code| SignInCause::from_code(code).ok_or_else(|| damaged::<SignInV1>(terminal, "cause"));
        Ok(SignInRow {
            state: SignInState::from_code(self.state).ok_or_else(|| damaged::<SignInV1>(terminal, "state"))?,
            batch: self.batch,
            trace: self.trace,
            signed_in_at: self.signed_in_at.map(at),
            operator: self.operator,
            check_values: self.check_values,
            keys: self.keys,
            host_time: self.host_time.map(at),
            skew_ms: self.skew_ms,
            good_sales: self.good_sales,
            doubt: self.doubt.map(|(code, when, good_before, answered)| Doubt {
                code,
                at: at(when),
                good_before,
                answered,
            }),
            settling: self.settling.map(|(batch, ours, balanced, refused, up_to, since)| Settling {
                batch,
                ours: batch_totals(ours),
                balanced,
                refused,
                up_to,
                since: at(since),
            }),
            settled: self.settled,
            tries: self.tries,
            tried_at: self.tried_at.map(at),
            cause: self.cause.map(cause).transpose()?,
            since: self.since.map(at),
        })
    }
}

/// How one request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInEntry {
    /// The verb: `sign_in`, `sign_out`, `echo`.
    pub act: String,
    /// Nobody asked for it.
    pub automatic: bool,
    pub answer: SignInAnswer,
}

/// name, ok (0 not measured, 1 no, 2 yes), milliseconds, detail
type StepV1 = (u8, u8, u64, String);

#[derive(Serialize, Deserialize)]
struct EntryV1 {
    act: String,
    automatic: bool,
    outcome: u8,
    code: Option<String>,
    cause: Option<u8>,
    candidates: Vec<u8>,
    batch: Option<String>,
    host_time: Option<MomentV1>,
    steps: Vec<StepV1>,
    message: String,
    action: String,
    at: MomentV1,
}

/// The last requests, newest first, and the last answer to a sign-in, which stays when others push it out.
#[derive(Serialize, Deserialize)]
pub(crate) struct SignInHistoryV1 {
    entries: Vec<EntryV1>,
    last_sign_in: Option<EntryV1>,
}

impl Record for SignInHistoryV1 {
    const VERSION: u8 = 1;
    const TABLE: &'static str = SignInV1::TABLE;
}

/// The last requests of a terminal number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignInHistory {
    /// Newest first, at most [`SignInHistory::MOST`].
    pub entries: Vec<SignInEntry>,
    pub last_sign_in: Option<SignInEntry>,
}

impl SignInHistory {
    /// So many are kept.
    pub const MOST: usize = 20;

    pub(crate) fn note(&mut self, entry: SignInEntry) {
        if entry.act == "sign_in" {
            self.last_sign_in = Some(entry.clone());
        }
        self.entries.insert(0, entry);
        self.entries.truncate(SignInHistory::MOST);
    }
}

impl From<&SignInEntry> for EntryV1 {
    fn from(entry: &SignInEntry) -> EntryV1 {
        let answer = &entry.answer;
        let step =
            |step: &Step| (step.name.code(), step.ok.map_or(0, |ok| 1 + u8::from(ok)), step.ms, step.detail.clone());
        EntryV1 {
            act: entry.act.clone(),
            automatic: entry.automatic,
            outcome: answer.outcome.code(),
            code: answer.code.clone(),
            cause: answer.cause.map(SignInCause::code),
            candidates: answer.candidates.iter().map(|cause| cause.code()).collect(),
            batch: answer.batch.clone(),
            host_time: answer.host_time.map(moment),
            steps: answer.steps.iter().map(step).collect(),
            message: answer.message.clone(),
            action: answer.action.clone(),
            at: moment(answer.at),
        }
    }
}

impl EntryV1 {
    fn into_entry(self, terminal: &str) -> Result<SignInEntry, StoreError> {
        let bad = |what| damaged::<SignInHistoryV1>(terminal, what);
        let cause = |code| SignInCause::from_code(code).ok_or_else(|| bad("cause"));
        let step = |(name, ok, ms, detail): StepV1| {
            let name = StepName::from_code(name).ok_or_else(|| bad("step"))?;
            Ok(Step { name, ok: (ok > 0).then_some(ok > 1), ms, detail })
        };
        Ok(SignInEntry {
            act: self.act,
            automatic: self.automatic,
            answer: SignInAnswer {
                outcome: SignInOutcome::from_code(self.outcome).ok_or_else(|| bad("outcome"))?,
                code: self.code,
                cause: self.cause.map(cause).transpose()?,
                candidates: self.candidates.into_iter().map(cause).collect::<Result<_, _>>()?,
                batch: self.batch,
                host_time: self.host_time.map(at),
                steps: self.steps.into_iter().map(step).collect::<Result<_, StoreError>>()?,
                message: self.message,
                action: self.action,
                at: at(self.at),
            },
        })
    }
}

impl From<&SignInHistory> for SignInHistoryV1 {
    fn from(history: &SignInHistory) -> SignInHistoryV1 {
        SignInHistoryV1 {
            entries: history.entries.iter().map(EntryV1::from).collect(),
            last_sign_in: history.last_sign_in.as_ref().map(EntryV1::from),
        }
    }
}

impl SignInHistoryV1 {
    pub(crate) fn into_history(self, terminal: &str) -> Result<SignInHistory, StoreError> {
        Ok(SignInHistory {
            entries: self.entries.into_iter().map(|e| e.into_entry(terminal)).collect::<Result<_, _>>()?,
            last_sign_in: self.last_sign_in.map(|e| e.into_entry(terminal)).transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> SignInRow {
        let now = Moment::new(1_795_000_000_000, 480);
        SignInRow {
            state: SignInState::SignedIn,
            batch: Some(7),
            trace: 41,
            signed_in_at: Some(now),
            operator: Some("02".into()),
            check_values: Some("PIK 7647CD36 MAK 0494F897".into()),
            keys: Some(vec![1, 2, 3]),
            host_time: Some(now),
            skew_ms: Some(-1500),
            good_sales: 3,
            doubt: Some(Doubt { code: "A0".into(), at: now, good_before: 3, answered: true }),
            settling: Some(Settling {
                batch: 7,
                ours: batch_totals([(1, 100), (2, 200), (0, 0), (3, 300)]),
                balanced: true,
                refused: false,
                up_to: 99,
                since: now,
            }),
            settled: Some((6, 55)),
            tries: 2,
            tried_at: Some(now),
            cause: Some(SignInCause::BatchOpen),
            since: Some(now),
        }
    }

    #[test]
    fn a_row_is_read_back_whole_and_its_keys_are_not_shown() {
        for row in [SignInRow::default(), row()] {
            let bytes = SignInV1::from(&row).encode().unwrap();
            assert_eq!(SignInV1::decode(&bytes, "12345678").unwrap().into_row("12345678").unwrap(), row);
            assert!(!format!("{row:?}").contains("keys"));
        }
    }

    #[test]
    fn twenty_requests_are_kept_and_the_last_sign_in_longer() {
        let answer = |message: &str| SignInAnswer {
            outcome: SignInOutcome::Refused,
            code: Some("96".into()),
            cause: Some(SignInCause::HostFault),
            candidates: vec![SignInCause::MasterKeyMissing],
            batch: None,
            host_time: None,
            steps: vec![
                Step { name: StepName::Tcp, ok: Some(true), ms: 3, detail: "10.0.0.1:8583".into() },
                Step { name: StepName::Code, ok: Some(false), ms: 0, detail: "96".into() },
                Step { name: StepName::Keys, ok: None, ms: 0, detail: String::new() },
            ],
            message: message.into(),
            action: String::new(),
            at: Moment::new(1_795_000_000_000, 480),
        };
        let mut history = SignInHistory::default();
        history.note(SignInEntry { act: "sign_in".into(), automatic: true, answer: answer("first") });
        for n in 0..30 {
            history.note(SignInEntry { act: "echo".into(), automatic: false, answer: answer(&n.to_string()) });
        }
        assert_eq!((history.entries.len(), history.entries[0].answer.message.as_str()), (20, "29"));
        assert_eq!(history.last_sign_in.as_ref().unwrap().answer.message, "first");
        let bytes = SignInHistoryV1::from(&history).encode().unwrap();
        let read = SignInHistoryV1::decode(&bytes, "12345678").unwrap().into_history("12345678").unwrap();
        assert_eq!(read, history);
    }
}
