//! What a printer tells of itself: its state in words, who it is, what it has counted. How it says so in bytes is known to
//! `printer` alone.

use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// 纸: what the roll sensors say.
    Paper {
        Present = 0 "present",
        /// 纸将尽: still prints
        NearEnd = 1 "near_end",
        /// 缺纸
        Out = 2 "out",
    }
}

/// A printer's state as it told it itself, bit by bit. One cause for a person is drawn from it elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// False: takes nothing to print now.
    pub online: bool,
    pub paper: Paper,
    /// 开盖
    pub cover_open: bool,
    /// 切刀错误
    pub cutter_error: bool,
    /// 打印头过热: goes on by itself. Epson also sets this bit when the cover was opened while printing.
    pub head_overheated: bool,
    /// Only a technician helps.
    pub unrecoverable: bool,
    /// Goes away by a command once its reason is gone.
    pub recoverable: bool,
    /// Somebody holds the FEED button, or it waits for it.
    pub feeding: bool,
    /// 钱箱: the level of drawer connector pin 3. Which level means open depends on the drawer.
    pub drawer_high: bool,
}

/// Who a printer says that it is (GS I 65 to 69). Firmware of no name answers with nothing or with nonsense, so every
/// part may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Identity {
    pub maker: Option<String>,
    pub model: Option<String>,
    pub firmware: Option<String>,
    pub serial: Option<String>,
    /// The font's language, as `CHINA GB18030`.
    pub font: Option<String>,
}

impl Identity {
    /// True if it told nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Identity::default()
    }
}

/// What a printer has counted (GS g 2); `None` where it does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    /// Lines fed in all its life: one is 30 dots.
    pub lines: Option<u64>,
    /// Cuts in all its life.
    pub cuts: Option<u64>,
    /// Hours under power in all its life.
    pub hours: Option<u64>,
}
