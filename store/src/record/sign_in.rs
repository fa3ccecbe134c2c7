//! What is kept of the sign-in of one terminal number: its state. How its last requests ended stands beside it.

use model::{BatchTotals, Fen, Moment, Origin, SignInCause, SignInState, Total};
use serde::{Deserialize, Serialize};

use super::{MomentV1, Record, SettledBatches, at, damaged, moment};
use crate::error::StoreError;

/// A settlement that was begun and is not ended: a crash leaves it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settling {
    /// 批次号
    pub batch: u32,
    /// Our totals as they were sent.
    pub ours: BatchTotals,
    /// The host said that it balances; its end message (0320/207) is owed until it is acknowledged.
    pub balanced: bool,
    /// The host said that it has another batch or state: this one can't be settled there any more.
    pub refused: bool,
    /// Though it was refused the host may well have settled it or have gone on: what became of an earlier attempt is not
    /// known, or the host had named another batch before it refused.
    pub gone: bool,
    /// The last transaction that is in it.
    pub up_to: u64,
    /// Transactions up to there whose outcome was not known: they are not in it.
    pub unknown: Vec<u64>,
    pub since: Moment,
}

/// A batch that was left with transactions that no settlement balanced: the host or the terminal went on without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettled {
    pub batch: u32,
    pub open: Total,
    pub at: Moment,
}

/// What was about to be asked of the acquirer, and for whom: what a crash leaves of it is told and audited with these names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The verb.
    pub act: String,
    /// Nobody asked for it.
    pub automatic: bool,
    pub actor: Option<String>,
    pub approver: Option<String>,
    pub origin: Origin,
    /// How it stood before, in the trail's words.
    pub before: String,
    pub at: Moment,
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
    /// Which transactions stand in a balanced settlement.
    pub settled: SettledBatches,
    /// The batch that the host named at a sign-in which was not followed, because ours was open.
    pub announced: Option<u32>,
    /// Batches that were left unsettled, newest first, at most [`SignInRow::MOST_UNSETTLED`].
    pub unsettled: Vec<Unsettled>,
    /// A request whose outcome is not kept yet.
    pub intent: Option<Intent>,
    /// Sign-ins by itself since one helped, and when the last was tried.
    pub tries: u32,
    pub tried_at: Option<Moment>,
    /// Why it is not signed in, since when.
    pub cause: Option<SignInCause>,
    pub since: Option<Moment>,
}

impl SignInRow {
    /// So many batches that were left unsettled are remembered.
    pub const MOST_UNSETTLED: usize = 8;
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
            settled: SettledBatches::default(),
            announced: None,
            unsettled: Vec::new(),
            intent: None,
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
/// Since version 2: gone, and the ids whose outcome was not known, too.
type SettlingV2 = (SettlingV1, bool, Vec<u64>);
/// code, at, good before, answered
type DoubtV1 = (String, MomentV1, u32, bool);

/// batches with the last transaction of each, floor, pending
type SettledV2 = (Vec<(u32, u64)>, u64, Vec<u64>);
/// batch, count, amount, at
type UnsettledV2 = (u32, u32, u64, MomentV1);
/// uid, tty, ssh
type OriginV2 = (u32, Option<String>, Option<String>);
/// act, automatic, actor, approver, origin, before, at
type IntentV2 = (String, bool, Option<String>, Option<String>, OriginV2, String, MomentV1);

/// Only the last settlement's batch was known.
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

#[derive(Serialize, Deserialize)]
pub(crate) struct SignInV2 {
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
    settling: Option<SettlingV2>,
    settled: SettledV2,
    announced: Option<u32>,
    unsettled: Vec<UnsettledV2>,
    intent: Option<IntentV2>,
    tries: u32,
    tried_at: Option<MomentV1>,
    cause: Option<u8>,
    since: Option<MomentV1>,
}

impl Record for SignInV2 {
    const VERSION: u8 = 2;
    const TABLE: &'static str = SignInV1::TABLE;
}

impl From<SignInV1> for SignInV2 {
    fn from(old: SignInV1) -> SignInV2 {
        SignInV2 {
            state: old.state,
            batch: old.batch,
            trace: old.trace,
            signed_in_at: old.signed_in_at,
            operator: old.operator,
            check_values: old.check_values,
            keys: old.keys,
            host_time: old.host_time,
            skew_ms: old.skew_ms,
            good_sales: old.good_sales,
            doubt: old.doubt,
            settling: old.settling.map(|settling| (settling, false, Vec::new())),
            settled: (old.settled.into_iter().collect(), 0, Vec::new()),
            announced: None,
            unsettled: Vec::new(),
            intent: None,
            tries: old.tries,
            tried_at: old.tried_at,
            cause: old.cause,
            since: old.since,
        }
    }
}

impl From<&SignInRow> for SignInV2 {
    fn from(row: &SignInRow) -> SignInV2 {
        let settling = |s: &Settling| {
            let first = (s.batch, totals(&s.ours), s.balanced, s.refused, s.up_to, moment(s.since));
            (first, s.gone, s.unknown.clone())
        };
        let intent = |i: &Intent| {
            let origin = (i.origin.uid, i.origin.tty.clone(), i.origin.ssh.clone());
            let names = (i.actor.clone(), i.approver.clone());
            (i.act.clone(), i.automatic, names.0, names.1, origin, i.before.clone(), moment(i.at))
        };
        SignInV2 {
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
            settling: row.settling.as_ref().map(settling),
            settled: row.settled.parts(),
            announced: row.announced,
            unsettled: row
                .unsettled
                .iter()
                .map(|one| (one.batch, one.open.count, one.open.amount.get(), moment(one.at)))
                .collect(),
            intent: row.intent.as_ref().map(intent),
            tries: row.tries,
            tried_at: row.tried_at.map(moment),
            cause: row.cause.map(SignInCause::code),
            since: row.since.map(moment),
        }
    }
}

impl SignInV2 {
    /// Reads a row of this version or of the one before: its first byte says which.
    pub(crate) fn read(bytes: &[u8], terminal: &str) -> Result<SignInV2, StoreError> {
        match bytes.first() {
            Some(&SignInV1::VERSION) => SignInV1::decode(bytes, terminal).map(SignInV2::from),
            _ => SignInV2::decode(bytes, terminal),
        }
    }

    pub(crate) fn into_row(self, terminal: &str) -> Result<SignInRow, StoreError> {
        let cause = |code| SignInCause::from_code(code).ok_or_else(|| damaged::<SignInV2>(terminal, "cause"));
        let settling = |((batch, ours, balanced, refused, up_to, since), gone, unknown): SettlingV2| Settling {
            batch,
            ours: batch_totals(ours),
            balanced,
            refused,
            gone,
            up_to,
            unknown,
            since: at(since),
        };
        let unsettled = |(batch, count, amount, when): UnsettledV2| Unsettled {
            batch,
            open: Total { count, amount: Fen::new(amount).unwrap_or(Fen::MAX) },
            at: at(when),
        };
        let intent = |(act, automatic, actor, approver, (uid, tty, ssh), before, when): IntentV2| Intent {
            act,
            automatic,
            actor,
            approver,
            origin: Origin { uid, tty, ssh },
            before,
            at: at(when),
        };
        Ok(SignInRow {
            state: SignInState::from_code(self.state).ok_or_else(|| damaged::<SignInV2>(terminal, "state"))?,
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
            settling: self.settling.map(settling),
            settled: SettledBatches::of(self.settled),
            announced: self.announced,
            unsettled: self.unsettled.into_iter().map(unsettled).collect(),
            intent: self.intent.map(intent),
            tries: self.tries,
            tried_at: self.tried_at.map(at),
            cause: self.cause.map(cause).transpose()?,
            since: self.since.map(at),
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
                gone: true,
                up_to: 99,
                unknown: vec![97, 98],
                since: now,
            }),
            settled: SettledBatches::of((vec![(5, 44), (6, 55)], 3, vec![12])),
            announced: Some(8),
            unsettled: vec![Unsettled { batch: 4, open: Total { count: 2, amount: Fen::new(300).unwrap() }, at: now }],
            intent: Some(Intent {
                act: "settle".into(),
                automatic: false,
                actor: Some("02".into()),
                approver: Some("01".into()),
                origin: Origin { uid: 1000, tty: Some("tty1".into()), ssh: None },
                before: "signed_in 000007".into(),
                at: now,
            }),
            tries: 2,
            tried_at: Some(now),
            cause: Some(SignInCause::BatchOpen),
            since: Some(now),
        }
    }

    #[test]
    fn a_row_is_read_back_whole_and_its_keys_are_not_shown() {
        for row in [SignInRow::default(), row()] {
            let bytes = SignInV2::from(&row).encode().unwrap();
            assert_eq!(SignInV2::read(&bytes, "12345678").unwrap().into_row("12345678").unwrap(), row);
            assert!(!format!("{row:?}").contains("keys"));
        }
    }

    #[test]
    fn a_row_of_the_version_before_is_read_with_the_batch_that_it_knew() {
        let now = moment(Moment::new(1_795_000_000_000, 480));
        let old = SignInV1 {
            state: SignInState::SignedIn.code(),
            batch: Some(7),
            trace: 41,
            signed_in_at: Some(now),
            operator: None,
            check_values: None,
            keys: Some(vec![1]),
            host_time: None,
            skew_ms: None,
            good_sales: 0,
            doubt: None,
            settling: Some((7, [(1, 100), (0, 0), (0, 0), (0, 0)], false, true, 99, now)),
            settled: Some((6, 55)),
            tries: 0,
            tried_at: None,
            cause: None,
            since: None,
        };
        let row = SignInV2::read(&old.encode().unwrap(), "12345678").unwrap().into_row("12345678").unwrap();
        assert_eq!((row.batch, row.trace, row.settled.last()), (Some(7), 41, Some((6, 55))));
        let settling = row.settling.unwrap();
        assert_eq!((settling.up_to, settling.refused, settling.gone, settling.unknown.len()), (99, true, false, 0));
        assert_eq!((row.unsettled.len(), row.intent), (0, None));
    }
}
