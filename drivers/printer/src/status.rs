//! What a printer's status bytes mean, and the one cause that a person should hear of.

use model::{Cause, Conditions, Paper};

/// What is taken for granted of a printer that did not say.
const QUIET: Conditions = Conditions {
    online: true,
    paper: Paper::Present,
    cover_open: false,
    cutter_error: false,
    head_overheated: false,
    unrecoverable: false,
    recoverable: false,
    feeding: false,
    drawer_high: false,
};

/// From the answers to DLE EOT 1–4. `None` where a printer does not know the question: then `before` counts, what it told
/// by other means; and without that it counts as no fault.
pub fn real_time(answers: [Option<u8>; 4], before: Option<Conditions>) -> Conditions {
    let [printer, offline, error, roll] = answers;
    let mut now = before.unwrap_or(QUIET);
    let bit = |answer: Option<u8>, mask: u8| answer.is_some_and(|byte| byte & mask != 0);
    if let Some(byte) = printer {
        (now.online, now.drawer_high) = (byte & 0x08 == 0, byte & 0x04 != 0);
    }
    if offline.is_some() {
        now.cover_open = bit(offline, 0x04);
    }
    // DLE EOT 1 bit 6 (newer models), DLE EOT 2 bit 3
    if printer.is_some() || offline.is_some() {
        now.feeding = bit(printer, 0x40) || bit(offline, 0x08);
    }
    if let Some(byte) = error {
        now.cutter_error = byte & 0x08 != 0;
        now.head_overheated = byte & 0x40 != 0;
        now.unrecoverable = byte & 0x20 != 0;
        now.recoverable = byte & 0x04 != 0;
    }
    if let Some(byte) = offline {
        // DLE EOT 2, bit 6 says that there is an error; DLE EOT 3 need not say which
        let named = now.cutter_error || now.head_overheated || now.unrecoverable || now.recoverable;
        match (byte & 0x40 != 0, error) {
            (true, _) if !named => now.recoverable = true,
            (false, None) => {
                (now.cutter_error, now.head_overheated) = (false, false);
                (now.unrecoverable, now.recoverable) = (false, false);
            }
            _ => {}
        }
    }
    // DLE EOT 2, bit 5; DLE EOT 4, bits 5-6 and 2-3
    now.paper = match (offline.is_some() || roll.is_some(), bit(offline, 0x20) || bit(roll, 0x60)) {
        (false, _) => now.paper,
        (true, true) => Paper::Out,
        (true, false) if roll.is_none() && now.paper == Paper::NearEnd => Paper::NearEnd,
        (true, false) => paper(false, bit(roll, 0x0C)),
    };
    now
}

/// From four bytes of automatic status back (ESC/POS: GS a).
pub fn automatic([first, second, third, _]: [u8; 4]) -> Conditions {
    Conditions {
        online: first & 0x08 == 0,
        paper: paper(third & 0x0C != 0, third & 0x03 != 0),
        cover_open: first & 0x20 != 0,
        cutter_error: second & 0x08 != 0,
        head_overheated: second & 0x40 != 0,
        unrecoverable: second & 0x20 != 0,
        recoverable: second & 0x04 != 0,
        feeding: first & 0x40 != 0 || second & 0x02 != 0,
        drawer_high: first & 0x04 != 0,
    }
}

/// From the second of the eight bytes of automatic status back that Seiko printers send (`Cx Dx` …). Only cover and paper
/// are known of it; the rest stays as it was.
pub fn automatic_long(second: u8, before: Option<Conditions>) -> Conditions {
    let before = before.unwrap_or(QUIET);
    let (cover_open, out) = (second & 0xF8 == 0xD8, second & 0xF1 == 0xD1);
    Conditions { online: !cover_open && !out, paper: paper(out, before.paper == Paper::NearEnd), cover_open, ..before }
}

/// Why it cannot print, the thing to mend first; `None` when it can. Paper near its end is no cause.
pub fn cause(conditions: &Conditions) -> Option<Cause> {
    [
        (conditions.cover_open, Cause::CoverOpen),
        (conditions.paper == Paper::Out, Cause::PaperOut),
        (conditions.cutter_error, Cause::CutterError),
        (conditions.head_overheated, Cause::HeadOverheated),
        (conditions.unrecoverable, Cause::UnrecoverableError),
        (conditions.recoverable, Cause::RecoverableError),
        (!conditions.online, Cause::Offline),
    ]
    .into_iter()
    .find_map(|(is, cause)| is.then_some(cause))
}

fn paper(out: bool, near_end: bool) -> Paper {
    match (out, near_end) {
        (true, _) => Paper::Out,
        (false, true) => Paper::NearEnd,
        (false, false) => Paper::Present,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// State, DLE EOT 1–4, ASB: the table of the Epson family.
    const TABLE: &[([u8; 4], [u8; 4], Option<Cause>)] = &[
        ([0x16, 0x12, 0x12, 0x12], [0x14, 0, 0, 0], None),
        ([0x12, 0x12, 0x12, 0x12], [0x10, 0, 0, 0], None),
        ([0x16, 0x12, 0x12, 0x1E], [0x14, 0, 3, 0], None),
        ([0x1E, 0x32, 0x12, 0x7E], [0x1C, 0, 0x0F, 0], Some(Cause::PaperOut)),
        ([0x1E, 0x16, 0x12, 0x12], [0x3C, 0, 0, 0], Some(Cause::CoverOpen)),
        ([0x1E, 0x16, 0x12, 0x7E], [0x3C, 0, 0x0F, 0], Some(Cause::CoverOpen)),
        ([0x1E, 0x56, 0x52, 0x12], [0x3C, 0x40, 0, 0], Some(Cause::CoverOpen)),
        ([0x1E, 0x1A, 0x12, 0x12], [0x5C, 0, 0, 0], Some(Cause::Offline)),
        ([0x5E, 0x1A, 0x12, 0x12], [0x5C, 2, 0, 0], Some(Cause::Offline)),
        ([0x1E, 0x52, 0x1A, 0x12], [0x1C, 0x08, 0, 0], Some(Cause::CutterError)),
        ([0x1E, 0x52, 0x16, 0x12], [0x1C, 0x04, 0, 0], Some(Cause::RecoverableError)),
        ([0x1E, 0x52, 0x32, 0x12], [0x1C, 0x20, 0, 0], Some(Cause::UnrecoverableError)),
        ([0x1E, 0x52, 0x52, 0x12], [0x1C, 0x40, 0, 0], Some(Cause::HeadOverheated)),
        ([0x3E, 0x12, 0x12, 0x12], [0x1C, 0x01, 0, 0], Some(Cause::Offline)),
    ];

    #[test]
    fn both_ways_of_asking_tell_the_same_conditions_and_name_the_same_cause() {
        for (answers, quad, expected) in TABLE {
            let (asked, told) = (real_time(answers.map(Some), None), automatic(*quad));
            assert_eq!(cause(&asked), *expected, "DLE EOT {answers:02X?}");
            assert_eq!(asked, told, "DLE EOT {answers:02X?}, ASB {quad:02X?}");
        }
    }

    #[test]
    fn near_end_warns_and_still_prints() {
        assert_eq!(automatic([0x14, 0, 3, 0]).paper, Paper::NearEnd);
        assert_eq!(real_time([0x16, 0x12, 0x12, 0x1E].map(Some), None).paper, Paper::NearEnd);
        assert_eq!(automatic([0x1C, 0, 0x0F, 0]).paper, Paper::Out);
    }

    #[test]
    fn an_error_without_a_name_is_recoverable_and_a_question_not_understood_is_no_fault() {
        let conditions = real_time([Some(0x1E), Some(0x52), None, None], None);
        assert_eq!(cause(&conditions), Some(Cause::RecoverableError));
        assert_eq!(cause(&real_time([Some(0x16), None, None, None], None)), None);
    }

    #[test]
    fn a_question_that_it_does_not_know_leaves_what_it_said_by_itself() {
        let told = automatic([0x3C, 0, 0x03, 0]);
        let asked = real_time([Some(0x1E), None, None, None], Some(told));
        assert_eq!(asked, told);
        let closed = real_time([Some(0x16), Some(0x12), None, None], Some(automatic([0x3C, 0x08, 0x03, 0])));
        assert_eq!((cause(&closed), closed.paper), (None, Paper::NearEnd));
    }

    #[test]
    fn eight_bytes_of_a_seiko_tell_cover_and_paper() {
        assert_eq!(cause(&automatic_long(0xD0, None)), None);
        assert_eq!(cause(&automatic_long(0xD8, None)), Some(Cause::CoverOpen));
        assert_eq!(cause(&automatic_long(0xD1, None)), Some(Cause::PaperOut));
    }
}
