//! Where keys and check values stand in field 62, by network code and length. Always encrypted under the master key, block
//! by block.

use super::cipher::Cipher;
use crate::iso::NetworkCode;

/// `key_layout` of the config: what may be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyLayout {
    /// Standard, double, short: what the check values confirm.
    #[default]
    Auto,
    /// MAC key of 8 bytes, 8 zeros, check value.
    Standard,
    /// MAC key of 16 bytes, check value over 16.
    Double,
    /// MAC key of 8 bytes, check value right behind it.
    Short,
}

/// The layout that keys came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// 001: two keys of 8 bytes.
    Single,
    Standard,
    Double,
    Short,
    /// 006: three keys of 16 bytes under SM4.
    Sm4,
}

/// A key and its check value: where it begins, how long it is, where the value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) key: usize,
    pub(super) length: usize,
    pub(super) check: usize,
}

const fn slot(key: usize, length: usize, check: usize) -> Slot {
    Slot { key, length, check }
}

impl Slot {
    pub(super) fn sealed(self, field: &[u8]) -> Option<&[u8]> {
        field.get(self.key..self.key + self.length)
    }

    pub(super) fn value(self, field: &[u8]) -> Option<[u8; 4]> {
        field.get(self.check..)?.first_chunk::<4>().copied()
    }
}

/// One way to read field 62.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) layout: Layout,
    pub(super) cipher: Cipher,
    pub(super) length: usize,
    /// PIK
    pub(super) pin: Slot,
    /// MAK
    pub(super) mac: Slot,
    /// TDK
    pub(super) track: Option<Slot>,
}

const PIN: Slot = slot(0, 16, 16);
const TRACK: Slot = slot(40, 16, 56);

const fn double(layout: Layout, length: usize, mac: Slot, track: Option<Slot>) -> Plan {
    Plan { layout, cipher: Cipher::Des, length, pin: PIN, mac, track }
}

/// Facts: 3.2. In the order in which they are tried.
const SINGLE: &[Plan] = &[Plan {
    layout: Layout::Single,
    cipher: Cipher::Des,
    length: 24,
    pin: slot(0, 8, 8),
    mac: slot(12, 8, 20),
    track: None,
}];
const DOUBLE: &[Plan] = &[
    double(Layout::Standard, 40, slot(20, 8, 36), None),
    double(Layout::Double, 40, slot(20, 16, 36), None),
    double(Layout::Short, 32, slot(20, 8, 28), None),
    // some branches fill the short one to the length of the standard
    double(Layout::Short, 40, slot(20, 8, 28), None),
];
const WITH_TRACK: &[Plan] = &[
    double(Layout::Standard, 60, slot(20, 8, 36), Some(TRACK)),
    double(Layout::Double, 60, slot(20, 16, 36), Some(TRACK)),
    double(Layout::Short, 60, slot(20, 8, 28), Some(TRACK)),
];
const SM4: &[Plan] = &[Plan {
    layout: Layout::Sm4,
    cipher: Cipher::Sm4,
    length: 60,
    pin: PIN,
    mac: slot(20, 16, 36),
    track: Some(TRACK),
}];

/// The plans for an answer to this network code.
pub(super) fn plans(network: NetworkCode) -> &'static [Plan] {
    match network {
        NetworkCode::Single => SINGLE,
        NetworkCode::Double => DOUBLE,
        NetworkCode::DoubleWithTrack => WITH_TRACK,
        NetworkCode::Sm4 => SM4,
    }
}

impl KeyLayout {
    /// True if keys in this layout are to be taken. What has only one layout is not subject to the setting.
    pub(super) fn takes(self, layout: Layout) -> bool {
        match (self, layout) {
            (KeyLayout::Auto, _) | (_, Layout::Single | Layout::Sm4) => true,
            (KeyLayout::Standard, layout) => layout == Layout::Standard,
            (KeyLayout::Double, layout) => layout == Layout::Double,
            (KeyLayout::Short, layout) => layout == Layout::Short,
        }
    }
}

impl Layout {
    /// The number it is kept under.
    pub(super) const fn code(self) -> u8 {
        match self {
            Layout::Single => 1,
            Layout::Standard => 2,
            Layout::Double => 3,
            Layout::Short => 4,
            Layout::Sm4 => 5,
        }
    }
}
