//! The exported trail: canonical lines, verified byte for byte, then `{"entries":N,"head":HASH}` and nothing behind it
//! (INTERFACES §5). Needs no store and no daemon.

use serde::{Deserialize, Serialize};

use super::{Anchor, AuditRow, GENESIS};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    pub ok: bool,
    /// Rows that are good, one after another from the first.
    pub entries: u64,
    /// The number that the first bad row should have, even where its line can't be read; the one behind the last row
    /// when what closes the file is bad; the anchor's where its row is missing or another.
    pub first_bad: Option<u64>,
}

/// The line that closes an export, without its newline.
pub fn closing_line(entries: u64, head: &str) -> String {
    format!("{{\"entries\":{entries},\"head\":\"{head}\"}}")
}

/// Follows the chain row by row or line by line.
#[derive(Debug, Clone)]
pub struct Chain {
    /// The last good row's number and hash.
    last: u64,
    head: String,
    closed: bool,
    bad: bool,
    /// A row that must be there as it was written down elsewhere.
    anchor: Option<Anchor>,
}

impl Default for Chain {
    fn default() -> Chain {
        Chain::after(0, GENESIS)
    }
}

impl Chain {
    /// From behind a row that is known to be good: a checkpoint.
    pub fn after(seq: u64, hash: &str) -> Chain {
        Chain { last: seq, head: hash.to_owned(), closed: false, bad: false, anchor: None }
    }

    /// The same, where the row of this code must come and be the one that it was: so a trail that was cut off before it,
    /// or hashed anew as a whole, is found.
    #[must_use]
    pub fn anchored(mut self, anchor: Option<Anchor>) -> Chain {
        self.anchor = anchor;
        self
    }

    /// Takes the next row; false from the first bad one on.
    pub fn row(&mut self, row: &AuditRow) -> bool {
        let another = self.anchor.as_ref().is_some_and(|anchor| anchor.seq() == row.seq && !anchor.fits(&row.hash));
        self.bad = self.bad || self.closed || another;
        self.bad = self.bad || row.seq != self.last.saturating_add(1) || !row.follows(&self.head);
        if !self.bad {
            self.last = row.seq;
            self.head.clone_from(&row.hash);
        }
        !self.bad
    }

    /// Says that the next row can't be read at all.
    pub fn unreadable(&mut self) {
        self.bad = true;
    }

    /// Takes the next line of a file, with its newline; false from the first bad one on.
    pub fn line(&mut self, line: &[u8]) -> bool {
        let text = line.strip_suffix(b"\n").and_then(|line| std::str::from_utf8(line).ok());
        let Some(text) = text else {
            self.bad = true;
            return false;
        };
        if !self.bad && !self.closed && text == closing_line(self.last, &self.head) {
            self.closed = true;
            return true;
        }
        match serde_json::from_str::<AuditRow>(text) {
            // the same value in other bytes is another line
            Ok(row) if row.line() == text => self.row(&row),
            _ => {
                self.bad = true;
                false
            }
        }
    }

    /// The last good row's number and hash.
    pub fn head(&self) -> (u64, &str) {
        (self.last, &self.head)
    }

    /// The outcome for a trail that nothing closes: a store's.
    pub fn verified(&self) -> Verified {
        let missing = self.anchor.as_ref().map(Anchor::seq).filter(|seq| *seq > self.last);
        let first_bad = if self.bad { Some(self.last.saturating_add(1)) } else { missing };
        Verified { ok: first_bad.is_none(), entries: self.last, first_bad }
    }

    /// The outcome for a file, which must be closed.
    pub fn verified_file(mut self) -> Verified {
        self.bad |= !self.closed;
        self.verified()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Moment, Origin, Outcome};

    fn rows(count: u64) -> Vec<AuditRow> {
        let mut before = GENESIS.to_owned();
        (1..=count)
            .map(|seq| {
                let mut row = AuditRow {
                    seq,
                    at: Moment::new(1_795_000_000_000 + i64::try_from(seq).unwrap() * 1000, 480),
                    actor: (seq % 3 > 0).then(|| format!("0{}", seq % 3)),
                    approver: (seq % 5 == 0).then(|| "09".to_owned()),
                    origin: Origin { uid: 1000, tty: Some("pts/3".into()), ssh: None },
                    act: ["reprint", "record", "log_on"][usize::try_from(seq % 3).unwrap()].into(),
                    object: Some(format!("J{seq}")),
                    outcome: if seq % 7 == 0 { Outcome::Refused } else { Outcome::Done },
                    mono_ms: (seq > 3).then_some(seq * 999),
                    before: (seq % 4 == 0).then(|| "queued".to_owned()),
                    after: (seq % 4 == 0).then(|| "held".to_owned()),
                    hash: String::new(),
                };
                row.seal(&before);
                before.clone_from(&row.hash);
                row
            })
            .collect()
    }

    fn lines(rows: &[AuditRow]) -> Vec<Vec<u8>> {
        let mut lines: Vec<Vec<u8>> = rows.iter().map(|row| format!("{}\n", row.line()).into_bytes()).collect();
        let last = rows.last().unwrap();
        lines.push(format!("{}\n", closing_line(last.seq, &last.hash)).into_bytes());
        lines
    }

    /// As a reader of a file takes it: cut at newlines, whatever the bytes are.
    fn verify(mut chain: Chain, bytes: &[u8]) -> Verified {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            chain.line(line);
        }
        chain.verified_file()
    }

    fn bad(seq: u64) -> Verified {
        Verified { ok: false, entries: seq - 1, first_bad: Some(seq) }
    }

    #[test]
    fn a_whole_file_is_good_and_nothing_may_be_missing_from_or_added_to_its_end() {
        let lines = lines(&rows(20));
        let whole = lines.concat();
        assert_eq!(verify(Chain::default(), &whole), Verified { ok: true, entries: 20, first_bad: None });
        for cut in 1..=lines.last().unwrap().len() {
            assert_eq!(verify(Chain::default(), &whole[..whole.len() - cut]), bad(21), "{cut} bytes cut");
        }
        for more in ["\n", " ", "{}\n", "x", std::str::from_utf8(&lines[19]).unwrap()] {
            assert_eq!(verify(Chain::default(), &[&whole, more.as_bytes()].concat()), bad(21), "{more:?} added");
        }
        assert_eq!(verify(Chain::default(), b""), bad(1));
        let none = format!("{}\n", closing_line(0, GENESIS));
        assert_eq!(verify(Chain::default(), none.as_bytes()), Verified { ok: true, entries: 0, first_bad: None });
    }

    #[test]
    fn every_bit_of_three_rows_and_of_the_closing_line_is_covered() {
        let lines = lines(&rows(5));
        for place in [0, 2, 4, 5] {
            for bit in 0..lines[place].len() * 8 {
                let mut bent = lines.clone();
                bent[place][bit / 8] ^= 1 << (bit % 8);
                assert_eq!(verify(Chain::default(), &bent.concat()), bad(place as u64 + 1), "bit {bit} of {place}");
            }
        }
    }

    #[test]
    fn what_is_bent_in_ten_thousand_rows_is_found_and_named() {
        let rows = rows(10_000);
        let lines = lines(&rows);
        // from the checkpoint before the harm: the rows before it are as they were
        let check = |from: usize, tail: &[&[u8]], expected: u64, what: &str| {
            let (seq, hash) = from.checked_sub(1).map_or((0, GENESIS), |at| (rows[at].seq, rows[at].hash.as_str()));
            let found = verify(Chain::after(seq, hash), &tail.concat());
            assert_eq!((found.ok, found.first_bad), (false, Some(expected)), "{what} at {from}");
        };
        let mut seed = 7_u64;
        let mut dice = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % below
        };
        for _ in 0..10_000 {
            let place = dice(lines.len());
            let mut bent = lines[place].clone();
            let bit = dice(bent.len() * 8);
            bent[bit / 8] ^= 1 << (bit % 8);
            check(place, &[&bent], place as u64 + 1, "a flip");
        }
        for at in 0..rows.len() {
            let seq = at as u64 + 1;
            check(at, &[&lines[at + 1]], seq, "a row left out");
            if at + 1 < rows.len() {
                check(at, &[&lines[at + 1], &lines[at]], seq, "two rows swapped");
            }
            // another row of the trail, and one whose maker numbered and sealed it as well as he could
            let other = (at + 1 + dice(rows.len() - 1)) % rows.len();
            check(at, &[&lines[other], &lines[at]], seq, "a row put in");
            let mut forged = AuditRow { actor: Some("99".into()), ..rows[at].clone() };
            forged.seal(at.checked_sub(1).map_or(GENESIS, |before| rows[before].hash.as_str()));
            let forged = format!("{}\n", forged.line());
            check(at, &[forged.as_bytes(), &lines[at]], seq + 1, "a forged row put in");
        }
    }

    #[test]
    fn with_an_anchor_a_trail_that_was_cut_off_or_hashed_anew_is_found() {
        let rows = rows(20);
        let lines = |rows: &[AuditRow]| {
            let mut lines: Vec<String> = rows.iter().map(|row| row.line() + "\n").collect();
            let last = rows.last().unwrap();
            lines.push(closing_line(last.seq, &last.hash) + "\n");
            lines
        };
        let verify = |rows: &[AuditRow], anchor: Option<Anchor>| {
            let mut chain = Chain::default().anchored(anchor);
            lines(rows).iter().all(|line| chain.line(line.as_bytes()));
            chain.verified_file()
        };
        let anchor = |seq: usize| Some(Anchor::of(rows[seq - 1].seq, &rows[seq - 1].hash));
        for seq in [1, 12, 20] {
            assert_eq!(verify(&rows, anchor(seq)), Verified { ok: true, entries: 20, first_bad: None });
        }
        // cut off at the end and closed as an export of its own
        let cut = &rows[..10];
        assert_eq!(verify(cut, None), Verified { ok: true, entries: 10, first_bad: None }, "no chain alone can tell");
        assert_eq!(verify(cut, anchor(10)), Verified { ok: true, entries: 10, first_bad: None }, "up to there");
        assert_eq!(verify(cut, anchor(12)), Verified { ok: false, entries: 10, first_bad: Some(12) });
        // one row is another, and every hash behind it was made anew
        let mut bent = rows.clone();
        bent[4].actor = Some("03".into());
        for at in 4..20 {
            let before = bent[at - 1].hash.clone();
            bent[at].seal(&before);
        }
        assert!(verify(&bent, None).ok, "no chain alone can tell");
        assert!(verify(&bent, anchor(4)).ok, "what stands before it is as it was");
        for seq in [5, 12, 20] {
            let found = Verified { ok: false, entries: seq - 1, first_bad: Some(seq) };
            assert_eq!(verify(&bent, anchor(usize::try_from(seq).unwrap())), found);
        }
    }
}
