//! What the printer's modes are after the bytes sent so far, so that only differences are sent.

use crate::{
    command,
    profile::{ChineseMode, CjkSize, Profile},
};

/// Justification, as ESC a numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left = 0,
    Center = 1,
}

/// The modes that slips use, as ESC @ leaves them.
#[derive(Debug)]
pub(super) struct Mode {
    side: Side,
    wide: bool,
    high: bool,
    bold: bool,
    cjk_size: CjkSize,
}

impl Mode {
    /// ESC @ and everything that power-on settings of a printer may have different from one another.
    pub(super) fn begin(profile: &Profile, out: &mut Vec<u8>) -> Mode {
        out.extend(command::initialise());
        if profile.asb {
            // ESC @ may have switched it off
            out.extend(command::asb(0xFF));
        }
        if (profile.motion_unit_x, profile.motion_unit_y) != (0, 0) {
            out.extend(command::motion_units(profile.motion_unit_x, profile.motion_unit_y));
        }
        // a printer set to China prints ¥ for $
        out.extend(command::national_set_usa());
        if profile.chinese_mode != ChineseMode::None {
            // after ESC @ it is as at power-up
            out.extend(if profile.encoding.is_chinese() {
                command::chinese_mode()
            } else {
                command::leave_chinese_mode()
            });
        }
        if let Some(page) = profile.code_page.filter(|_| profile.encoding.is_code_page()) {
            out.extend(command::code_page(page));
        }
        Mode { side: Side::Left, wide: false, high: false, bold: false, cjk_size: profile.cjk_size }
    }

    pub(super) fn side(&self) -> Side {
        self.side
    }

    /// Only at the start of a line.
    pub(super) fn set_side(&mut self, side: Side, out: &mut Vec<u8>) {
        if self.side != side {
            self.side = side;
            out.extend(command::align(side as u8));
        }
    }

    pub(super) fn set_size(&mut self, wide: bool, high: bool, out: &mut Vec<u8>) {
        if (self.wide, self.high) != (wide, high) {
            (self.wide, self.high) = (wide, high);
            out.extend(command::size(wide, high));
            if self.cjk_size == CjkSize::Separate {
                out.extend(command::chinese_size(wide, high));
            }
        }
    }

    pub(super) fn set_bold(&mut self, bold: bool, out: &mut Vec<u8>) {
        if self.bold != bold {
            self.bold = bold;
            out.extend(command::bold(bold));
        }
    }
}
