//! The audit row, its one line form, and the hash chain that ties each row to all before it.
//!
//! The line form is canonical: fixed keys in fixed order, so that a row hashes the same wherever it is checked, and a
//! file of exported rows can be verified without the store.

mod anchor;
mod file;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{caller::Origin, moment::Moment, word::words};

pub use anchor::{Anchor, NoAnchor};
pub use file::{Chain, Verified, closing_line};

words! {
    /// What became of the act.
    Outcome {
        Done = 1 "done",
        /// not allowed, or not possible by its content
        Refused = 2 "refused",
        /// allowed, tried, and it went wrong
        Failed = 3 "failed",
    }
}

/// One row of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    pub seq: u64,
    pub at: Moment,
    /// Operator id; null before operators exist and for `record`.
    pub actor: Option<String>,
    pub approver: Option<String>,
    pub origin: Origin,
    /// The socket's verb: `record`, `reprint`, `log_on`.
    pub act: String,
    /// The id acted on; several are separated by blanks.
    pub object: Option<String>,
    pub outcome: Outcome,
    /// Milliseconds since this machine was switched on: a wall clock that somebody set shows. Absent in old rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mono_ms: Option<u64>,
    /// How it was and how it is, where something changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// SHA-256 in hex over the row before it and this row's line without `hash`.
    pub hash: String,
}

/// The hash that stands before the first row.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl AuditRow {
    /// Gives the row its place in the chain: sets `hash` from the hash of the row before it.
    pub fn seal(&mut self, before: &str) {
        self.hash = self.digest(before);
    }

    /// True if the row follows a row with that hash and was not changed since.
    pub fn follows(&self, before: &str) -> bool {
        self.hash == self.digest(before)
    }

    /// True if this is one of the ids acted on.
    pub fn is_about(&self, id: &str) -> bool {
        self.object.as_ref().is_some_and(|object| object.split(' ').any(|one| one == id))
    }

    /// The number that a `reprint` gave its paper: 0 for first paper. `None` where the row does not say.
    pub fn reprint_number(&self) -> Option<u32> {
        let after = self.after.as_ref().filter(|_| self.act == "reprint" && self.outcome == Outcome::Done)?;
        after.split(' ').nth(2)?.parse().ok()
    }

    /// The canonical line with the hash, without a newline.
    pub fn line(&self) -> String {
        let mut line = self.body();
        line.pop();
        let _ = write!(line, ",\"hash\":\"{}\"}}", self.hash);
        line
    }

    fn digest(&self, before: &str) -> String {
        let mut sha = Sha256::new();
        sha.update(before.as_bytes());
        sha.update(b"\n");
        sha.update(self.body().as_bytes());
        sha.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    fn body(&self) -> String {
        let mut out = String::with_capacity(256);
        let _ = write!(out, "{{\"seq\":{},\"at\":\"{}\",\"actor\":", self.seq, self.at);
        quote_or_null(&mut out, self.actor.as_deref());
        out.push_str(",\"approver\":");
        quote_or_null(&mut out, self.approver.as_deref());
        let _ = write!(out, ",\"origin\":{{\"uid\":{},\"tty\":", self.origin.uid);
        quote_or_null(&mut out, self.origin.tty.as_deref());
        out.push_str(",\"ssh\":");
        quote_or_null(&mut out, self.origin.ssh.as_deref());
        out.push_str("},\"act\":");
        quote_or_null(&mut out, Some(&self.act));
        out.push_str(",\"object\":");
        quote_or_null(&mut out, self.object.as_deref());
        let _ = write!(out, ",\"outcome\":\"{}\"", self.outcome);
        // what came later is left out where it is not known, so that old rows hash as they did
        if let Some(mono_ms) = self.mono_ms {
            let _ = write!(out, ",\"mono_ms\":{mono_ms}");
        }
        for (key, value) in [("before", &self.before), ("after", &self.after)] {
            if value.is_some() {
                let _ = write!(out, ",\"{key}\":");
                quote_or_null(&mut out, value.as_deref());
            }
        }
        out.push('}');
        out
    }
}

/// JSON's own string form: quotes, backslash and control characters escaped, nothing else.
fn quote_or_null(out: &mut String, text: Option<&str>) {
    let Some(text) = text else {
        out.push_str("null");
        return;
    };
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: u64) -> AuditRow {
        AuditRow {
            seq,
            at: Moment::new(1_795_000_000_000, 480),
            actor: Some("02".into()),
            approver: None,
            origin: Origin { uid: 1000, tty: Some("pts/3".into()), ssh: None },
            act: "reprint".into(),
            object: Some("quote \" and \n".into()),
            outcome: Outcome::Done,
            mono_ms: Some(86_400_000),
            before: Some("queued".into()),
            after: None,
            hash: String::new(),
        }
    }

    #[test]
    fn the_line_is_json_and_reads_back_as_the_same_row() {
        let mut sealed = row(7);
        sealed.seal(GENESIS);
        let read: AuditRow = serde_json::from_str(&sealed.line()).unwrap();
        assert_eq!(read, sealed);
        assert!(read.follows(GENESIS));
    }

    #[test]
    fn a_row_without_the_keys_that_came_later_has_the_line_it_always_had() {
        let mut old = AuditRow { mono_ms: None, before: None, object: Some("J1".into()), ..row(1) };
        old.seal(GENESIS);
        let line = "{\"seq\":1,\"at\":\"2026-11-18T19:06:40.000+08:00\",\"actor\":\"02\",\"approver\":null,\
                    \"origin\":{\"uid\":1000,\"tty\":\"pts/3\",\"ssh\":null},\"act\":\"reprint\",\"object\":\"J1\",\
                    \"outcome\":\"done\",\"hash\":\"bbabdde0959e6739341f9a604169996a7eb03dece73b1a7097c635b684619027\"}";
        assert_eq!(old.line(), line);
        let read: AuditRow = serde_json::from_str(&old.line()).unwrap();
        assert!(read == old && read.follows(GENESIS));
    }

    #[test]
    fn a_row_is_about_each_of_its_ids_and_a_reprint_tells_its_number() {
        let two = AuditRow { object: Some("J1 J22".into()), ..row(1) };
        assert!(two.is_about("J1") && two.is_about("J22") && !two.is_about("J2") && !two.is_about("J1 J22"));
        assert!(!AuditRow { object: None, ..row(1) }.is_about("J1"));
        let after = |text: &str| AuditRow { after: Some(text.into()), ..row(1) };
        assert_eq!(after("J9 reprint 3 customer front lost 5").reprint_number(), Some(3));
        assert_eq!(after("J9 receipt 0 merchant front").reprint_number(), Some(0));
        assert_eq!((row(1).reprint_number(), after("odd").reprint_number()), (None, None));
        assert_eq!(AuditRow { outcome: Outcome::Refused, ..after("J9 reprint 3") }.reprint_number(), None);
        assert_eq!(AuditRow { act: "record".into(), ..after("J9 reprint 3") }.reprint_number(), None);
    }

    #[test]
    fn any_change_breaks_the_chain() {
        let mut first = row(1);
        first.seal(GENESIS);
        let mut second = row(2);
        second.seal(&first.hash);
        assert!(second.follows(&first.hash));
        let mut bent = second.clone();
        bent.actor = Some("03".into());
        assert!(!bent.follows(&first.hash));
        assert!(!second.follows(GENESIS));
    }
}
