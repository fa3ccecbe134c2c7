//! `[policy]`: what cashiers may do alone, once operators exist.

use std::time::Duration;

use model::{Fen, SafeText};

use super::document::{Faults, Section};
use crate::access;

/// A cashier needs approval for a reprint beyond any of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReprintPolicy {
    /// Age of the event's time.
    pub within: Duration,
    /// Reprints so far.
    pub most: u32,
    /// Amounts over, not equal.
    pub above: Fen,
    /// Another's sale, or one without operator, needs approval.
    pub own_only: bool,
}

/// The rules for operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub idle_lock: Duration,
    pub reprint: ReprintPolicy,
    /// Reasons to choose from; empty: any text or none.
    pub reasons: Vec<SafeText>,
    /// Acts that always need a second person, by verb.
    pub two_person: Vec<String>,
}

impl Policy {
    pub(super) fn read(mut section: Section<'_>, faults: &mut Faults) -> Policy {
        let idle_lock = section.duration("idle_lock", faults).unwrap_or(Duration::from_secs(15 * 60));
        let mut reprint = section.section("reprint", faults);
        let rules = ReprintPolicy {
            within: reprint.duration("within", faults).unwrap_or(Duration::from_secs(24 * 3600)),
            most: reprint.whole("most", 1_000, faults).map_or(2, |most| u32::try_from(most).unwrap_or(u32::MAX)),
            above: Fen::new(reprint.whole("above", Fen::MAX.get(), faults).unwrap_or(100_000)).unwrap_or(Fen::MAX),
            own_only: reprint.flag("own_only", faults).is_none_or(|flag| flag.value),
        };
        reprint.finish(faults);
        let mut reasons = Vec::new();
        for text in section.texts("reasons", faults).unwrap_or_default() {
            let safe = SafeText::new(text.value.trim());
            if safe.is_empty() || safe.chars().count() > 100 {
                faults.add(text.at, text.key, "must list reasons of 1 to 100 characters");
            } else {
                reasons.push(safe);
            }
        }
        let words: Vec<(&str, &str)> = access::acts().map(|act| (act, act)).collect();
        let two_person = section.words("two_person", &words, faults).unwrap_or_default();
        section.finish(faults);
        Policy { idle_lock, reprint: rules, reasons, two_person: two_person.into_iter().map(str::to_owned).collect() }
    }
}
