//! A second person's approval of one act: `approver` and `approver_pin` beside the verb or among its keys
//! (INTERFACES §6).

use serde_json::value::RawValue;

use super::{Values, bad_body};
use crate::{pin::Pin, problem::Problem};

/// Who approves, and the PIN that is to prove it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub approver: String,
    pub pin: Pin,
}

pub(super) const KEYS: [&str; 2] = ["approver", "approver_pin"];

/// What was found of it so far, as it came.
#[derive(Default)]
pub(super) struct Found([Option<Box<RawValue>>; 2]);

impl Found {
    /// Takes a value; false if there was one before.
    pub(super) fn take(&mut self, key: &str, value: Box<RawValue>) -> bool {
        let slot = self.0.iter_mut().zip(KEYS).find(|(_, name)| *name == key);
        slot.is_some_and(|(slot, _)| slot.replace(value).is_none())
    }

    /// The approval, if there is one.
    ///
    /// # Errors
    /// One key without the other, or a value that is no text.
    pub(super) fn approval(&self, verb: &str) -> Result<Option<Approval>, Problem> {
        let [approver, pin] = &self.0;
        if approver.is_none() && pin.is_none() {
            return Ok(None);
        }
        let text = |value: &Option<Box<RawValue>>, key: &str| {
            let text = value.as_ref().and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
            text.ok_or_else(|| bad_body(verb, key, format!("{key}: must be a text, with the other of the two")))
        };
        let [name, secret] = KEYS;
        Ok(Some(Approval { approver: text(approver, name)?, pin: Pin::new(text(pin, secret)?) }))
    }
}

/// The verb's body without the two keys; `None` if it has neither, or is no object.
pub(super) fn taken_from(body: &str, found: &mut Found) -> Option<String> {
    if !body.contains(KEYS[0]) {
        return None;
    }
    let values: Values<'_> = serde_json::from_str(body).ok()?;
    let mut rest = Vec::new();
    let mut any = false;
    for (key, value) in values.0 {
        if KEYS.contains(&key.as_str()) {
            // doubled: it stays, and is refused as a key that the verb does not know
            if found.take(&key, value.to_owned()) {
                any = true;
                continue;
            }
        }
        rest.push(format!("{}:{}", serde_json::to_string(&key).ok()?, value.get()));
    }
    any.then(|| format!("{{{}}}", rest.join(",")))
}
