//! What a printer's status bytes mean, and the one cause that a person should hear of.

use model::Cause;

/// 纸: what the roll sensors say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    #[default]
    Present,
    /// 纸将尽: still prints.
    NearEnd,
    /// 缺纸
    Out,
}

/// A printer's state as it told it itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// False: takes nothing to print now.
    pub online: bool,
    pub paper: Paper,
    /// 开盖
    pub cover_open: bool,
    /// 切刀错误
    pub cutter_error: bool,
    /// 打印头过热: goes on by itself. Epson also sets this bit when the cover was opened while printing.
    pub head_overheated: bool,
    pub unrecoverable: bool,
    pub recoverable: bool,
}

impl Status {
    /// From the answers to DLE EOT 1–4; `None` where a printer does not know the question, which counts as no fault.
    pub fn from_dle_eot(answers: [Option<u8>; 4]) -> Self {
        let [printer, offline, error, roll] = answers.map(|answer| answer.unwrap_or(0x12));
        let known_error = error & 0x6C != 0;
        Self {
            online: printer & 0x08 == 0,
            // DLE EOT 2, bit 5; DLE EOT 4, bits 5-6 and 2-3
            paper: paper(offline & 0x20 != 0 || roll & 0x60 != 0, roll & 0x0C != 0),
            cover_open: offline & 0x04 != 0,
            cutter_error: error & 0x08 != 0,
            head_overheated: error & 0x40 != 0,
            unrecoverable: error & 0x20 != 0,
            // DLE EOT 2, bit 6 says that there is an error; DLE EOT 3 need not say which
            recoverable: error & 0x04 != 0 || (offline & 0x40 != 0 && !known_error),
        }
    }

    /// From four bytes of automatic status back (ESC/POS: GS a).
    pub fn from_asb([first, second, third, _]: [u8; 4]) -> Self {
        Self {
            online: first & 0x08 == 0,
            paper: paper(third & 0x0C != 0, third & 0x03 != 0),
            cover_open: first & 0x20 != 0,
            cutter_error: second & 0x08 != 0,
            head_overheated: second & 0x40 != 0,
            unrecoverable: second & 0x20 != 0,
            recoverable: second & 0x04 != 0,
        }
    }

    /// Why it cannot print, the thing to mend first; `None` when it can. Paper near its end is no cause.
    pub fn cause(&self) -> Option<Cause> {
        [
            (self.cover_open, Cause::CoverOpen),
            (self.paper == Paper::Out, Cause::PaperOut),
            (self.cutter_error, Cause::CutterError),
            (self.head_overheated, Cause::HeadOverheated),
            (self.unrecoverable, Cause::UnrecoverableError),
            (self.recoverable, Cause::RecoverableError),
            (!self.online, Cause::Offline),
        ]
        .into_iter()
        .find_map(|(is, cause)| is.then_some(cause))
    }

    /// True when the roll should be changed soon; it still prints.
    pub fn near_end(&self) -> bool {
        self.paper == Paper::NearEnd
    }
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
        ([0x1E, 0x52, 0x1A, 0x12], [0x1C, 0x08, 0, 0], Some(Cause::CutterError)),
        ([0x1E, 0x52, 0x16, 0x12], [0x1C, 0x04, 0, 0], Some(Cause::RecoverableError)),
        ([0x1E, 0x52, 0x32, 0x12], [0x1C, 0x20, 0, 0], Some(Cause::UnrecoverableError)),
        ([0x1E, 0x52, 0x52, 0x12], [0x1C, 0x40, 0, 0], Some(Cause::HeadOverheated)),
        ([0x3E, 0x12, 0x12, 0x12], [0x1C, 0x01, 0, 0], Some(Cause::Offline)),
    ];

    #[test]
    fn both_ways_of_asking_name_the_same_cause() {
        for (answers, quad, cause) in TABLE {
            assert_eq!(Status::from_dle_eot(answers.map(Some)).cause(), *cause, "DLE EOT {answers:02X?}");
            assert_eq!(Status::from_asb(*quad).cause(), *cause, "ASB {quad:02X?}");
        }
    }

    #[test]
    fn near_end_warns_and_still_prints() {
        assert!(Status::from_asb([0x14, 0, 3, 0]).near_end());
        assert!(Status::from_dle_eot([0x16, 0x12, 0x12, 0x1E].map(Some)).near_end());
        assert!(!Status::from_asb([0x1C, 0, 0x0F, 0]).near_end());
    }

    #[test]
    fn an_error_without_a_name_is_recoverable_and_a_question_not_understood_is_no_fault() {
        let status = Status::from_dle_eot([Some(0x1E), Some(0x52), None, None]);
        assert_eq!(status.cause(), Some(Cause::RecoverableError));
        assert_eq!(Status::from_dle_eot([Some(0x16), None, None, None]).cause(), None);
    }
}
