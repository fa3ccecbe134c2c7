//! Events onto paper: the printer's modes, print buffer and motion. What bytes mean is the parser's business.

mod motion;
mod page_mode;
mod pictures;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bitmap::Bitmap;
use super::canvas::Canvas;
use super::cell::Glyphs;
use super::charset::Read;
use super::event::{Event, Style};
use super::firmware::Setup;
use super::line::Line;
use super::modes::Modes;
use super::page::Page;
use super::sheet::Sheet;

/// A printer's paper path: takes events, gives sheets. Memory is bounded: a sheet is torn off by itself at 2 m.
#[derive(Debug)]
pub struct Paper {
    setup: Setup,
    modes: Modes,
    line: Line,
    /// The page of page mode, while that is on.
    canvas: Option<Canvas>,
    glyphs: Glyphs,
    /// FS 2: the user's two-byte characters.
    user_codes: BTreeMap<[u8; 2], Arc<Bitmap>>,
    /// ESC &: the user's single-byte characters.
    user_characters: BTreeMap<u8, Arc<Bitmap>>,
    selected: bool,
    page: Page,
    reads: Vec<(usize, Read)>,
    finished: Vec<Sheet>,
    fed: u64,
    cuts: u64,
    lines: u64,
}

impl Paper {
    /// Fresh paper and power-on modes: of a `Setup`, or of a `Geometry` with the generic firmware.
    #[must_use]
    pub fn new(setup: impl Into<Setup>) -> Self {
        let mut setup: Setup = setup.into();
        setup.geometry.dots = setup.geometry.dots.clamp(8, 2400);
        setup.geometry.dpi = setup.geometry.dpi.clamp(60, 1200);
        setup.firmware.page_rows = setup.firmware.page_rows.map(|rows| rows.clamp(24, 8000));
        Self {
            modes: Modes::new(&setup),
            line: Line::default(),
            canvas: None,
            glyphs: Glyphs::default(),
            user_codes: BTreeMap::new(),
            user_characters: BTreeMap::new(),
            selected: true,
            page: Page::new(setup.geometry.dots, setup.geometry.dpi, 100),
            reads: Vec::new(),
            finished: Vec::new(),
            fed: 0,
            cuts: 0,
            lines: 0,
            setup,
        }
    }

    /// Dots fed forward since this paper was made, over all sheets.
    #[must_use]
    pub fn fed_dots(&self) -> u64 {
        self.fed
    }

    /// Cuts made since this paper was made.
    #[must_use]
    pub fn cuts(&self) -> u64 {
        self.cuts
    }

    /// Whether the print buffer is empty, i.e. all text so far is on paper.
    #[must_use]
    pub fn line_is_empty(&self) -> bool {
        self.line.is_empty()
    }

    /// Whether the printer listens (ESC =); one that doesn't ignores everything but ESC =.
    #[must_use]
    pub fn is_selected(&self) -> bool {
        self.selected
    }

    /// Whether ink is on the sheet in the mouth.
    #[must_use]
    pub fn has_ink(&self) -> bool {
        self.page.has_ink()
    }

    /// Power was lost: `not_moved` dots of the last motion never happened, print buffer and modes are gone, the paper stays.
    pub fn power_cycle(&mut self, not_moved: u32) {
        self.page.withdraw(not_moved);
        self.fed = self.fed.saturating_sub(u64::from(not_moved));
        self.clear_buffer();
        self.reset();
        self.selected = true;
    }

    /// ESC @: the modes of power-on; what is in the line and what the user drew is lost.
    fn reset(&mut self) {
        self.user_codes.clear();
        self.user_characters.clear();
        self.line.clear();
        self.canvas = None;
        self.modes = Modes::new(&self.setup);
        self.page.set_density(self.modes.density);
    }

    /// Throws the print buffer away and goes back to standard mode (DLE ENQ 2, DLE DC4 8).
    pub fn clear_buffer(&mut self) {
        self.line.clear();
        self.canvas = None;
        self.modes.sideways = false;
        self.modes.charset.interrupt();
    }

    /// The sheets that were finished since the last call.
    pub fn take_finished(&mut self) -> Vec<Sheet> {
        std::mem::take(&mut self.finished)
    }

    /// Tears off the sheet in the mouth; `None` when there is nothing on it and nothing was fed.
    pub fn take_open(&mut self) -> Option<Sheet> {
        let page = self.fresh_page();
        (!page.is_untouched()).then(|| page.into_sheet(None))
    }

    /// The stream ends at `offset`: text that never got its line feed is a problem.
    pub(super) fn end_of_stream(&mut self, offset: u64) {
        self.interrupt_text(offset);
        if !self.line.is_empty() {
            self.problem(offset, "text left in the print buffer");
        } else if self.canvas.is_some() {
            self.problem(offset, "a page of page mode left unprinted");
        }
    }

    /// Applies one event whose first byte stands at `offset`.
    pub fn apply(&mut self, offset: u64, event: Event) {
        if !self.selected && !matches!(event, Event::Style(Style::Selected(_))) {
            return;
        }
        if !matches!(event, Event::Text(_)) {
            self.interrupt_text(offset);
        }
        match event {
            Event::Text(bytes) => self.text(offset, &bytes),
            Event::LineFeed => self.print_line(self.modes.line_spacing, 1),
            Event::Tab => self.tab(),
            Event::Initialise => {
                if !self.line.is_empty() {
                    self.problem(offset, "ESC @ throws away text in the print buffer");
                }
                self.reset();
            }
            Event::Feed(feed) => self.feed(feed),
            Event::Style(style) => self.style(offset, &style),
            Event::Inline(picture) => self.inline(offset, picture),
            Event::Raster { picture, wide, tall } => self.raster(offset, &picture, wide, tall),
            Event::UserGlyph { code, picture } => self.user_glyph(offset, code, picture),
            Event::UserCharacters { first, pictures } => self.set_characters(first, pictures),
            Event::Qr { data, module, level } => self.qr(offset, &data, module, level),
            Event::Pdf417 { data, columns, module, row } => self.pdf417(offset, &data, columns, module, row),
            Event::Barcode(barcode) => self.barcode(offset, &barcode),
            Event::Cut { kind, feed } => self.cut(offset, kind, feed),
            Event::Pulse { .. } => self.page.add_pulse(),
            Event::PageMode(on) => self.page_mode(offset, on),
            Event::FormFeed { stay } => self.form_feed(stay),
            Event::Cancel => self.cancel(),
            Event::Density(percent) => {
                self.modes.density = percent;
                self.page.set_density(percent);
            }
            Event::SelfTest => self.self_test(),
            Event::Unknown { bytes } => {
                let shown: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
                self.page.add_problem(offset, format!("unknown command {}", shown.join(" ")));
            }
            Event::Problem(message) => self.page.add_problem(offset, message),
            Event::Query(_) | Event::StatusBack(_) | Event::ResetCounter(_) | Event::Accepted(_) => {}
        }
    }

    fn problem(&mut self, offset: u64, message: &str) {
        self.page.add_problem(offset, message.to_owned());
    }

    fn style(&mut self, offset: u64, style: &Style) {
        match style {
            Style::Position(units) => {
                let x = self.modes.across(u32::from(*units));
                if x > self.area() {
                    self.problem(offset, "ESC $ beyond the printing area, ignored");
                } else {
                    self.line.move_to(x);
                }
            }
            Style::Move(units) => {
                let dots = i64::from(self.modes.across(u32::from(units.unsigned_abs())));
                let moved = self.line.move_by(if *units < 0 { -dots } else { dots });
                if !moved {
                    self.problem(offset, "ESC \\ left of the margin, ignored");
                }
            }
            Style::Selected(on) => self.selected = *on,
            Style::Direction(_) | Style::PageArea { .. } | Style::Down(_) | Style::MoveDown(_) => {
                self.place_on_page(offset, style);
            }
            _ => {
                let start = self.line.is_start() || self.canvas.is_some();
                if let Some(why) = self.modes.apply(style, start) {
                    self.page.add_problem(offset, format!("{style:?}: {why}"));
                }
            }
        }
    }

    /// Dots that a line may be long.
    fn area(&self) -> u32 {
        self.canvas.as_ref().map_or(self.modes.area, Canvas::line_length)
    }

    fn fresh_page(&mut self) -> Page {
        let geometry = self.setup.geometry;
        std::mem::replace(&mut self.page, Page::new(geometry.dots, geometry.dpi, self.modes.density))
    }

    /// GS ( A: a line that says what it is; afterwards the printer is as after power-on.
    fn self_test(&mut self) {
        self.reset();
        self.text(0, b"** self test **");
        self.print_line(self.modes.line_spacing, 1);
    }
}
