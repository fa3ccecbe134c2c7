//! What kind of message it is. What a kind holds is the fields' table's business.

use std::fmt;

/// 消息类型: four digits, packed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mti(u16);

impl Mti {
    /// 0800: 签到, and what is downloaded.
    pub const SIGN_IN: Mti = Mti(0x0800);
    /// 0820: 签退, 回响测试.
    pub const MANAGEMENT: Mti = Mti(0x0820);
    /// 0500: 批结算.
    pub const SETTLEMENT: Mti = Mti(0x0500);
    /// 0320: 批上送, and its end.
    pub const UPLOAD: Mti = Mti(0x0320);

    /// From its packed form, as `0x0810`; `None` if a nibble is no digit.
    pub const fn new(packed: u16) -> Option<Mti> {
        let digits = packed & 0xf <= 9 && packed >> 4 & 0xf <= 9 && packed >> 8 & 0xf <= 9 && packed >> 12 <= 9;
        if digits { Some(Mti(packed)) } else { None }
    }

    /// The packed form.
    pub const fn packed(self) -> u16 {
        self.0
    }

    /// The type of the answer: ten more (0800 → 0810, 0820 → 0830).
    pub const fn answer(self) -> Mti {
        Mti(self.0 | 0x0010)
    }

    /// The second digit: 3 upload, 5 settlement, 8 management.
    pub(crate) const fn class(self) -> u16 {
        self.0 >> 8 & 0xf
    }
}

impl fmt::Display for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Debug for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mti({self})")
    }
}
