//! What one printer's firmware knows and how it reads text: what differs between printers that look alike. Plain data.

use super::code_page::{CodePage, EPSON_PAGES, ZJIANG_PAGES};
use super::geometry::Geometry;

/// How Chinese text is coded (FS & on).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chinese {
    /// No Chinese font: FS & changes nothing.
    None,
    /// GB 2312: two bytes, A1–F7 and A1–FE.
    Gb2312,
    /// GBK: two bytes. A four-byte code is printed as junk and two digits.
    Gbk,
    /// GB 18030: two bytes as GBK, or four, in one cell of 24 × 24 dots.
    Gb18030,
    /// Big5: two bytes, 81–FE and 40–7E or A1–FE.
    Big5,
}

impl Chinese {
    pub(super) fn leads(self) -> (u8, u8) {
        if self == Self::Gb2312 { (0xA1, 0xF7) } else { (0x81, 0xFE) }
    }

    /// Whether `second` makes a two-byte code with `first`.
    pub(super) fn follows(self, _first: u8, second: u8) -> bool {
        match self {
            Self::None => false,
            Self::Gb2312 => matches!(second, 0xA1..=0xFE),
            Self::Gbk | Self::Gb18030 => matches!(second, 0x40..=0x7E | 0x80..=0xFE),
            Self::Big5 => matches!(second, 0x40..=0x7E | 0xA1..=0xFE),
        }
    }

    pub(super) fn has_four_bytes(self) -> bool {
        self == Self::Gb18030
    }

    /// The character of a code of two or four bytes.
    pub(super) fn character(self, code: &[u8]) -> Option<char> {
        let encoding = match self {
            Self::None => return None,
            Self::Gb2312 | Self::Gbk | Self::Gb18030 => encoding_rs::GB18030,
            Self::Big5 => encoding_rs::BIG5,
        };
        let text = encoding.decode_without_bom_handling_and_without_replacement(code)?;
        let mut characters = text.chars();
        characters.next().filter(|_| characters.next().is_none())
    }
}

/// Whether text may be UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Utf8 {
    /// FS ( C is not known and is printed as text.
    Absent,
    /// FS ( C switches it on.
    BySwitch,
    /// The printer was set to UTF-8 by its maker or a tool; FS ( C may switch it off.
    AtPowerOn,
}

/// Which commands enlarge Chinese characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChineseSize {
    /// ESC !, GS ! and FS !: the larger one counts.
    All,
    /// GS ! and FS !, as on Epson printers: ESC ! enlarges Latin characters only.
    GroupAndChinese,
    /// FS ! only.
    ChineseOnly,
}

/// A printer's firmware, as far as it changes what is on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Firmware {
    /// How Chinese text is coded.
    pub chinese: Chinese,
    /// What FS C n switches to; a number that isn't here changes nothing.
    pub code_systems: &'static [(u8, Chinese)],
    /// Whether text may be UTF-8.
    pub utf8: Utf8,
    /// What the numbers of ESC t mean.
    pub pages: &'static [(u8, CodePage)],
    /// The number of the code page after power-on and ESC @.
    pub page: u8,
    /// The national set (ESC R) after power-on and ESC @.
    pub national: u8,
    /// Which commands enlarge Chinese characters.
    pub chinese_size: ChineseSize,
    /// FS ! bit 0 chooses a Chinese font of 16 × 16 dots.
    pub small_chinese: bool,
    /// DC2 # n and ESC 7 set the heat, DC2 T prints a test page (CSN-A2 class); otherwise they are text.
    pub heat_commands: bool,
    /// Dot rows of the page of page mode, at most 8000; `None`: no page mode, ESC L is not known.
    pub page_rows: Option<u32>,
    /// First bytes (two or three) of commands that this firmware doesn't know: they are passed over, and what follows
    /// them is printed as text.
    pub lacks: &'static [&'static [u8]],
}

/// What a printer of the cheapest kind lacks: process ids, counters, graphics, settings, QR codes.
const BARE_LACKS: &[&[u8]] =
    &[b"\x1d(H", b"\x1dg", b"\x1d(L", b"\x1d8", b"\x1d(K", b"\x1d(E", b"\x1d(M", b"\x1c(", b"\x1d(k", b"\x1b("];

impl Firmware {
    /// A printer that takes everything and knows GBK: the judge of a driver that is to be right everywhere.
    pub const GENERIC: Self = Self {
        chinese: Chinese::Gbk,
        code_systems: &[],
        utf8: Utf8::BySwitch,
        pages: EPSON_PAGES,
        page: 0,
        national: 0,
        chinese_size: ChineseSize::All,
        small_chinese: false,
        heat_commands: false,
        page_rows: Some(1662),
        lacks: &[],
    };

    /// An Epson for China: GB 18030 with four bytes, ESC ! for Latin only.
    pub const EPSON: Self =
        Self { chinese: Chinese::Gb18030, chinese_size: ChineseSize::GroupAndChinese, ..Self::GENERIC };

    /// A clone of the cheapest kind: two-byte GBK, its own code pages, no page mode, no function blocks.
    pub const BARE: Self = Self {
        utf8: Utf8::Absent,
        pages: ZJIANG_PAGES,
        page_rows: None,
        small_chinese: true,
        lacks: BARE_LACKS,
        ..Self::GENERIC
    };

    const NAMED: &'static [(&'static str, Self)] = &[
        ("generic", Self::GENERIC),
        ("epson", Self::EPSON),
        ("bare", Self::BARE),
        ("gb2312", Self { chinese: Chinese::Gb2312, ..Self::GENERIC }),
        ("gb18030", Self { chinese: Chinese::Gb18030, ..Self::GENERIC }),
        ("big5", Self { chinese: Chinese::Big5, ..Self::GENERIC }),
        ("utf8", Self { utf8: Utf8::AtPowerOn, ..Self::GENERIC }),
        ("latin", Self { chinese: Chinese::None, utf8: Utf8::Absent, ..Self::GENERIC }),
        ("panel", Self { heat_commands: true, ..Self::BARE }),
    ];

    /// The firmware of this name, e.g. for a switch of the virtual printer.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, firmware)| *firmware)
    }

    /// The names that [`by_name`](Self::by_name) knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMED.iter().map(|(name, _)| *name)
    }
}

impl Default for Firmware {
    fn default() -> Self {
        Self::GENERIC
    }
}

/// One printer: its measures and its firmware.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setup {
    /// Head and paper.
    pub geometry: Geometry,
    /// What it knows.
    pub firmware: Firmware,
}

impl From<&Geometry> for Setup {
    /// These measures with the generic firmware.
    fn from(geometry: &Geometry) -> Self {
        Self { geometry: *geometry, firmware: Firmware::GENERIC }
    }
}

impl From<&Setup> for Setup {
    fn from(setup: &Setup) -> Self {
        *setup
    }
}
