//! The modes a printer remembers between commands, and how a `Style` changes them. No text, no dots.

use super::charset::Charset;
use super::event::{Align, Style};
use super::firmware::{Chinese, ChineseSize, Firmware, Setup};
use super::geometry::Geometry;
use super::place::Place;

/// Longest feed of one command in millimetres.
pub(super) const FEED_MOST_MM: u32 = 1016;

/// How a character looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Look {
    pub(super) wide: u32,
    pub(super) tall: u32,
    pub(super) bold: bool,
    pub(super) underline: u32,
    pub(super) inverse: bool,
    /// Turned clockwise by a quarter.
    pub(super) rotated: bool,
}

/// Everything ESC @ resets.
#[derive(Debug, Clone)]
pub(super) struct Modes {
    pub(super) charset: Charset,
    align: Align,
    left: u32,
    pub(super) area: u32,
    pub(super) char_spacing: u32,
    pub(super) cjk_spacing: (u32, u32),
    pub(super) line_spacing: u32,
    /// Tab stops in dots.
    pub(super) tabs: Vec<u32>,
    /// The user's characters of ESC & are printed (ESC %).
    pub(super) user_set: bool,
    /// Heat in percent of normal.
    pub(super) density: u16,
    font_b: bool,
    small_chinese: bool,
    upside_down: bool,
    look: Look,
    /// The enlargement that ESC ! gave, which not every firmware gives Chinese characters too.
    by_print_mode: bool,
    cjk_wide: bool,
    cjk_tall: bool,
    cjk_underline: u32,
    units: (u32, u32),
    /// Page mode with text that runs up or down: the units of both directions change places.
    pub(super) sideways: bool,
    geometry: Geometry,
    firmware: Firmware,
}

impl Modes {
    /// The modes after power-on and ESC @.
    pub(super) fn new(setup: &Setup) -> Self {
        let Setup { geometry, firmware } = *setup;
        Self {
            charset: Charset::new(&firmware, geometry.cjk_at_power_on),
            align: Align::Left,
            left: 0,
            area: geometry.dots,
            char_spacing: 0,
            cjk_spacing: (0, 0),
            line_spacing: geometry.line_spacing,
            tabs: (1..=31).map(|stop| stop * 8 * 12).collect(),
            user_set: false,
            density: 100,
            font_b: false,
            small_chinese: false,
            upside_down: false,
            by_print_mode: false,
            look: Look { wide: 1, tall: 1, ..Look::default() },
            cjk_wide: false,
            cjk_tall: false,
            cjk_underline: 0,
            units: (geometry.units_x, geometry.units_y),
            sideways: false,
            geometry,
            firmware,
        }
    }

    pub(super) fn half_look(&self) -> Look {
        self.look
    }

    /// Two-byte characters obey GS ! and FS !, whichever is larger, as far as the firmware does.
    pub(super) fn wide_look(&self) -> Look {
        let also = match self.firmware.chinese_size {
            ChineseSize::All => true,
            ChineseSize::GroupAndChinese => !self.by_print_mode,
            ChineseSize::ChineseOnly => false,
        };
        let (wide, tall) = if also { (self.look.wide, self.look.tall) } else { (1, 1) };
        Look {
            wide: wide.max(if self.cjk_wide { 2 } else { 1 }),
            tall: tall.max(if self.cjk_tall { 2 } else { 1 }),
            underline: self.look.underline.max(self.cjk_underline),
            ..self.look
        }
    }

    /// Width and height of a single-byte cell at normal size.
    pub(super) fn half_cell(&self) -> (u32, u32) {
        if self.font_b { (9, 17) } else { (12, 24) }
    }

    /// Width and height of a Chinese cell at normal size.
    pub(super) fn wide_cell(&self) -> (u32, u32) {
        if self.small_chinese { (16, 16) } else { (24, 24) }
    }

    /// Where lines of standard mode go.
    pub(super) fn place(&self) -> Place {
        Place { left: self.left, area: self.area, align: self.align, upside_down: self.upside_down }
    }

    /// Horizontal motion units in dots.
    pub(super) fn across(&self, units: u32) -> u32 {
        let per_inch = if self.sideways { self.units.1 } else { self.units.0 };
        units * self.geometry.dpi / per_inch.max(1)
    }

    /// Vertical motion units in dots, at most the longest feed of one command.
    pub(super) fn down(&self, units: u32) -> u32 {
        let per_inch = if self.sideways { self.units.0 } else { self.units.1 };
        (units * self.geometry.dpi / per_inch.max(1)).min(FEED_MOST_MM * self.geometry.dpi * 10 / 254)
    }

    /// Applies a mode. `at_line_start` matters for the commands that only count there; the answer is a problem, if there is one.
    /// Positions (ESC $, ESC \) and ESC = are not modes and are left to the caller.
    pub(super) fn apply(&mut self, style: &Style, at_line_start: bool) -> Option<&'static str> {
        const LATE: Option<&str> = Some("only valid at the start of a line, ignored");
        match style {
            Style::PrintMode(bits) => {
                self.font_b = bits & 0x01 != 0;
                self.look.bold = bits & 0x08 != 0;
                self.look.tall = if bits & 0x10 != 0 { 2 } else { 1 };
                self.look.wide = if bits & 0x20 != 0 { 2 } else { 1 };
                self.look.underline = u32::from(bits & 0x80 != 0);
                self.by_print_mode = true;
            }
            Style::Bold(on) => self.look.bold = *on,
            Style::Underline(dots) => self.look.underline = u32::from(*dots),
            Style::FontB(on) => self.font_b = *on,
            Style::Size { width, height } => {
                self.look.wide = u32::from(*width).clamp(1, 8);
                self.look.tall = u32::from(*height).clamp(1, 8);
                self.by_print_mode = false;
            }
            Style::Inverse(on) => self.look.inverse = *on,
            Style::UpsideDown(_) if !at_line_start => return LATE,
            Style::UpsideDown(on) => self.upside_down = *on,
            Style::Rotated(on) => self.look.rotated = *on,
            Style::Align(_) | Style::LeftMargin(_) | Style::AreaWidth(_) if !at_line_start => return LATE,
            Style::Align(align) => self.align = *align,
            Style::LeftMargin(units) => {
                self.left = self.across(u32::from(*units)).min(self.geometry.dots.saturating_sub(1));
                self.area = self.area.min(self.geometry.dots - self.left).max(1);
            }
            Style::AreaWidth(units) => {
                self.area = self.across(u32::from(*units)).clamp(1, (self.geometry.dots - self.left).max(1));
            }
            Style::CharSpacing(units) => self.char_spacing = self.across(u32::from(*units)),
            Style::LineSpacing(None) => self.line_spacing = self.geometry.line_spacing,
            Style::LineSpacing(Some(units)) => self.line_spacing = self.down(u32::from(*units)),
            Style::MotionUnits { x, y } => {
                self.units.0 = if *x == 0 { self.geometry.units_x } else { u32::from(*x) };
                self.units.1 = if *y == 0 { self.geometry.units_y } else { u32::from(*y) };
            }
            Style::Tabs(stops) => {
                // a stop keeps its place when the characters change their width afterwards
                let column = self.half_cell().0 * self.look.wide + self.char_spacing;
                self.tabs = stops.iter().map(|stop| u32::from(*stop) * column).collect();
            }
            Style::CodePage(page) => {
                if !self.charset.choose_page(*page) {
                    return Some("no such code page in this printer, ignored");
                }
            }
            Style::UserSet(on) => self.user_set = *on,
            Style::CodeSystem(number) => {
                let system = self.firmware.code_systems.iter().find(|(known, _)| known == number);
                if let Some((_, chinese)) = system {
                    self.charset.chinese = *chinese;
                }
            }
            Style::Utf8(on) => self.charset.utf8 = *on,
            Style::CjkFont(small) => self.small_chinese = *small && self.firmware.small_chinese,
            Style::NationalSet(set) => self.charset.national = *set,
            Style::Cjk(on) => self.charset.cjk = *on && self.charset.chinese != Chinese::None,
            Style::CjkMode(bits) => {
                self.cjk_wide = bits & 0x04 != 0;
                self.cjk_tall = bits & 0x08 != 0;
                self.cjk_underline = u32::from(bits & 0x80 != 0);
                self.small_chinese = bits & 0x01 != 0 && self.firmware.small_chinese;
            }
            Style::CjkUnderline(dots) => self.cjk_underline = u32::from(*dots),
            Style::CjkDouble(on) => (self.cjk_wide, self.cjk_tall) = (*on, *on),
            Style::CjkSpacing { left, right } => {
                self.cjk_spacing = (self.across(u32::from(*left)), self.across(u32::from(*right)));
            }
            Style::Position(_)
            | Style::Move(_)
            | Style::Selected(_)
            | Style::Direction(_)
            | Style::PageArea { .. }
            | Style::Down(_)
            | Style::MoveDown(_) => {}
        }
        None
    }
}
