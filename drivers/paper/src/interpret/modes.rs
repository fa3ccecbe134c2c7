//! The modes a printer remembers between commands, and how a `Style` changes them. No text, no dots.

use super::charset::Charset;
use super::event::{Align, Style};
use super::geometry::Geometry;

/// How a character looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Look {
    pub(super) wide: u32,
    pub(super) tall: u32,
    pub(super) bold: bool,
    pub(super) underline: u32,
    pub(super) inverse: bool,
}

/// Everything ESC @ resets.
#[derive(Debug, Clone)]
pub(super) struct Modes {
    pub(super) charset: Charset,
    pub(super) align: Align,
    pub(super) left: u32,
    pub(super) area: u32,
    pub(super) char_spacing: u32,
    pub(super) cjk_spacing: (u32, u32),
    pub(super) line_spacing: u32,
    pub(super) tabs: Vec<u8>,
    pub(super) font_b: bool,
    pub(super) turned: bool,
    look: Look,
    cjk_wide: bool,
    cjk_tall: bool,
    cjk_underline: u32,
    units: (u32, u32),
    geometry: Geometry,
}

impl Modes {
    pub(super) fn new(geometry: &Geometry) -> Self {
        Self {
            charset: Charset::new(geometry.cjk_at_power_on),
            align: Align::Left,
            left: 0,
            area: geometry.dots,
            char_spacing: 0,
            cjk_spacing: (0, 0),
            line_spacing: geometry.line_spacing,
            tabs: (1..=31).map(|stop| stop * 8).collect(),
            font_b: false,
            turned: false,
            look: Look { wide: 1, tall: 1, ..Look::default() },
            cjk_wide: false,
            cjk_tall: false,
            cjk_underline: 0,
            units: (geometry.units_x, geometry.units_y),
            geometry: *geometry,
        }
    }

    pub(super) fn half_look(&self) -> Look {
        self.look
    }

    /// Two-byte characters obey GS ! and FS !, whichever is larger.
    pub(super) fn wide_look(&self) -> Look {
        Look {
            wide: self.look.wide.max(if self.cjk_wide { 2 } else { 1 }),
            tall: self.look.tall.max(if self.cjk_tall { 2 } else { 1 }),
            underline: self.look.underline.max(self.cjk_underline),
            ..self.look
        }
    }

    /// Width and height of a single-byte cell at normal size.
    pub(super) fn half_cell(&self) -> (u32, u32) {
        if self.font_b { (9, 17) } else { (12, 24) }
    }

    /// Horizontal motion units in dots.
    pub(super) fn across(&self, units: u32) -> u32 {
        units * self.geometry.dpi / self.units.0.max(1)
    }

    /// Vertical motion units in dots, at most the 1016 mm of one feed.
    pub(super) fn down(&self, units: u32) -> u32 {
        units * self.geometry.dpi / self.units.1.max(1)
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
            }
            Style::Bold(on) => self.look.bold = *on,
            Style::Underline(dots) => self.look.underline = u32::from(*dots),
            Style::FontB(on) => self.font_b = *on,
            Style::Size { width, height } => {
                self.look.wide = u32::from(*width).clamp(1, 8);
                self.look.tall = u32::from(*height).clamp(1, 8);
            }
            Style::Inverse(on) => self.look.inverse = *on,
            Style::UpsideDown(_) if !at_line_start => return LATE,
            Style::UpsideDown(on) | Style::Rotated(on) => {
                self.turned = *on;
                if *on {
                    return Some("turned text is drawn upright here");
                }
            }
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
            Style::Tabs(stops) => self.tabs.clone_from(stops),
            Style::CodePage(page) => self.charset.page = *page,
            Style::NationalSet(set) => self.charset.national = *set,
            Style::Cjk(on) => self.charset.cjk = *on,
            Style::CjkMode(bits) => {
                self.cjk_wide = bits & 0x04 != 0;
                self.cjk_tall = bits & 0x08 != 0;
                self.cjk_underline = u32::from(bits & 0x80 != 0);
            }
            Style::CjkUnderline(dots) => self.cjk_underline = u32::from(*dots),
            Style::CjkDouble(on) => (self.cjk_wide, self.cjk_tall) = (*on, *on),
            Style::CjkSpacing { left, right } => {
                self.cjk_spacing = (self.across(u32::from(*left)), self.across(u32::from(*right)));
            }
            Style::Position(_) | Style::Move(_) | Style::Selected(_) => {}
        }
        None
    }
}
