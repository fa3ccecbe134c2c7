//! How the last requests of one terminal number ended.

use model::{Measured, SignInAnswer, SignInCause, SignInOutcome, Step, StepName};
use serde::{Deserialize, Serialize};

use super::{MomentV1, Record, at, damaged, moment, sign_in::SignInV1};
use crate::error::StoreError;

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

/// Since version 2 of the history a step says what it measured as a code and its values, too.
type StepV2 = (u8, u8, u64, String, Option<(String, Vec<String>)>);

/// `S`: the form of its steps, which is all in which the versions differ.
#[derive(Serialize, Deserialize)]
struct EntryOf<S> {
    act: String,
    automatic: bool,
    outcome: u8,
    code: Option<String>,
    cause: Option<u8>,
    candidates: Vec<u8>,
    batch: Option<String>,
    host_time: Option<MomentV1>,
    steps: Vec<S>,
    message: String,
    action: String,
    at: MomentV1,
}

/// The last requests, newest first, and the last answer to a sign-in, which stays when others push it out.
#[derive(Serialize, Deserialize)]
pub(crate) struct SignInHistoryV1 {
    entries: Vec<EntryOf<StepV1>>,
    last_sign_in: Option<EntryOf<StepV1>>,
}

impl Record for SignInHistoryV1 {
    const VERSION: u8 = 1;
    const TABLE: &'static str = SignInV1::TABLE;
}

/// The same with steps that say what they measured.
#[derive(Serialize, Deserialize)]
pub(crate) struct SignInHistoryV2 {
    entries: Vec<EntryOf<StepV2>>,
    last_sign_in: Option<EntryOf<StepV2>>,
}

impl Record for SignInHistoryV2 {
    const VERSION: u8 = 2;
    const TABLE: &'static str = SignInV1::TABLE;
}

impl From<EntryOf<StepV1>> for EntryOf<StepV2> {
    fn from(old: EntryOf<StepV1>) -> EntryOf<StepV2> {
        let step = |(name, ok, ms, detail): StepV1| (name, ok, ms, detail, None);
        EntryOf {
            act: old.act,
            automatic: old.automatic,
            outcome: old.outcome,
            code: old.code,
            cause: old.cause,
            candidates: old.candidates,
            batch: old.batch,
            host_time: old.host_time,
            steps: old.steps.into_iter().map(step).collect(),
            message: old.message,
            action: old.action,
            at: old.at,
        }
    }
}

impl From<SignInHistoryV1> for SignInHistoryV2 {
    fn from(old: SignInHistoryV1) -> SignInHistoryV2 {
        SignInHistoryV2 {
            entries: old.entries.into_iter().map(EntryOf::from).collect(),
            last_sign_in: old.last_sign_in.map(EntryOf::from),
        }
    }
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

impl From<&SignInEntry> for EntryOf<StepV2> {
    fn from(entry: &SignInEntry) -> EntryOf<StepV2> {
        let answer = &entry.answer;
        let step = |step: &Step| {
            let measured = step.measured.clone().map(|measured| (measured.code, measured.args));
            (step.name.code(), step.ok.map_or(0, |ok| 1 + u8::from(ok)), step.ms, step.detail.clone(), measured)
        };
        EntryOf {
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

impl EntryOf<StepV2> {
    fn into_entry(self, terminal: &str) -> Result<SignInEntry, StoreError> {
        let bad = |what| damaged::<SignInHistoryV2>(terminal, what);
        let cause = |code| SignInCause::from_code(code).ok_or_else(|| bad("cause"));
        let step = |(name, ok, ms, detail, measured): StepV2| {
            let name = StepName::from_code(name).ok_or_else(|| bad("step"))?;
            let measured = measured.map(|(code, args)| Measured { code, args });
            Ok(Step { name, ok: (ok > 0).then_some(ok > 1), ms, detail, measured })
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

impl From<&SignInHistory> for SignInHistoryV2 {
    fn from(history: &SignInHistory) -> SignInHistoryV2 {
        SignInHistoryV2 {
            entries: history.entries.iter().map(EntryOf::from).collect(),
            last_sign_in: history.last_sign_in.as_ref().map(EntryOf::from),
        }
    }
}

impl SignInHistoryV2 {
    /// Reads a history of this version or of the one before: its first byte says which.
    pub(crate) fn read(bytes: &[u8], terminal: &str) -> Result<SignInHistoryV2, StoreError> {
        match bytes.first() {
            Some(&SignInHistoryV1::VERSION) => SignInHistoryV1::decode(bytes, terminal).map(SignInHistoryV2::from),
            _ => SignInHistoryV2::decode(bytes, terminal),
        }
    }

    pub(crate) fn into_history(self, terminal: &str) -> Result<SignInHistory, StoreError> {
        Ok(SignInHistory {
            entries: self.entries.into_iter().map(|e| e.into_entry(terminal)).collect::<Result<_, _>>()?,
            last_sign_in: self.last_sign_in.map(|e| e.into_entry(terminal)).transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use model::{Moment, Reading};

    use super::*;

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
                Step {
                    name: StepName::Tcp,
                    ok: Some(true),
                    ms: 3,
                    detail: "10.0.0.1:8583".into(),
                    measured: Some(Measured::with(Reading::ConnectedTo, ["10.0.0.1:8583"])),
                },
                Step { name: StepName::Code, ok: Some(false), ms: 0, detail: "96".into(), measured: None },
                Step { name: StepName::Keys, ok: None, ms: 0, detail: String::new(), measured: None },
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
        let bytes = SignInHistoryV2::from(&history).encode().unwrap();
        let read = SignInHistoryV2::read(&bytes, "12345678").unwrap().into_history("12345678").unwrap();
        assert_eq!(read, history);
    }

    #[test]
    fn a_history_of_the_version_before_is_read_and_its_steps_say_nothing_more() {
        let step = |name: StepName| -> StepV1 { (name.code(), 1, 5, "96 refused".into()) };
        let old = EntryOf {
            act: "sign_in".into(),
            automatic: false,
            outcome: SignInOutcome::Refused.code(),
            code: Some("96".into()),
            cause: Some(SignInCause::HostFault.code()),
            candidates: Vec::new(),
            batch: Some("000007".into()),
            host_time: None,
            steps: vec![step(StepName::Tcp), step(StepName::Code)],
            message: "m".into(),
            action: "a".into(),
            at: moment(Moment::new(1_795_000_000_000, 480)),
        };
        let bytes = SignInHistoryV1 { entries: vec![old], last_sign_in: None }.encode().unwrap();
        let read = SignInHistoryV2::read(&bytes, "12345678").unwrap().into_history("12345678").unwrap();
        let answer = &read.entries[0].answer;
        assert_eq!((answer.steps.len(), answer.steps[1].detail.as_str()), (2, "96 refused"));
        assert!(answer.steps.iter().all(|step| step.measured.is_none() && step.ok == Some(false)));
    }
}
