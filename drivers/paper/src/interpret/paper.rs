//! Events onto paper: the printer's modes, print buffer and motion. What bytes mean is the parser's business.

mod pictures;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bitmap::Bitmap;
use super::charset::Read;
use super::event::{CutKind, Event, Feed, Style};
use super::geometry::Geometry;
use super::line::Line;
use super::modes::Modes;
use super::page::Page;
use super::sheet::Sheet;

/// Longest feed of one command in millimetres.
const FEED_MOST_MM: u32 = 1016;

/// A printer's paper path: takes events, gives sheets. Memory is bounded: a sheet is torn off by itself at 2 m.
#[derive(Debug)]
pub struct Paper {
    geometry: Geometry,
    modes: Modes,
    line: Line,
    glyphs: BTreeMap<[u8; 2], Arc<Bitmap>>,
    selected: bool,
    page: Page,
    finished: Vec<Sheet>,
    fed: u64,
    cuts: u64,
    lines: u64,
}

impl Paper {
    /// Fresh paper and power-on modes.
    #[must_use]
    pub fn new(geometry: &Geometry) -> Self {
        let geometry = Geometry { dots: geometry.dots.clamp(8, 2400), dpi: geometry.dpi.clamp(60, 1200), ..*geometry };
        Self {
            modes: Modes::new(&geometry),
            line: Line::default(),
            glyphs: BTreeMap::new(),
            selected: true,
            page: Page::new(geometry.dots, geometry.dpi),
            finished: Vec::new(),
            fed: 0,
            cuts: 0,
            lines: 0,
            geometry,
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
        self.modes = Modes::new(&self.geometry);
        self.glyphs.clear();
        self.selected = true;
    }

    /// Throws the print buffer away (DLE ENQ 2, DLE DC4 8).
    pub fn clear_buffer(&mut self) {
        self.line.clear();
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
                self.line.clear();
                self.modes = Modes::new(&self.geometry);
            }
            Event::Feed(feed) => self.feed(offset, feed),
            Event::Style(style) => self.style(offset, &style),
            Event::Inline(picture) => self.inline(offset, picture),
            Event::Raster { picture, wide, tall } => self.raster(offset, &picture, wide, tall),
            Event::UserGlyph { code, picture: Some(picture) } => {
                if code[0] != 0xFE || !(0xA1..=0xFE).contains(&code[1]) {
                    self.problem(offset, "FS 2 code outside FE A1 to FE FE");
                } else {
                    self.glyphs.insert(code, Arc::new(picture));
                }
            }
            Event::UserGlyph { code, picture: None } => {
                self.glyphs.remove(&code);
            }
            Event::Qr { data, module, level } => self.qr(offset, &data, module, level),
            Event::Barcode(barcode) => self.barcode(offset, &barcode),
            Event::Cut { kind, feed } => self.cut(offset, kind, feed),
            Event::Pulse { .. } => self.page.add_pulse(),
            Event::SelfTest => self.self_test(),
            Event::Problem(message) => self.page.add_problem(offset, message),
            Event::Query(_) | Event::StatusBack(_) | Event::ResetCounter(_) | Event::Accepted(_) => {}
        }
    }

    fn problem(&mut self, offset: u64, message: &str) {
        self.page.add_problem(offset, message.to_owned());
    }

    fn interrupt_text(&mut self, offset: u64) {
        if let Some(Read::Broken(why)) = self.modes.charset.interrupt() {
            self.problem(offset, why);
            self.put('\u{fffd}', false, None);
        }
    }

    fn text(&mut self, offset: u64, bytes: &[u8]) {
        for (at, byte) in (offset..).zip(bytes) {
            for read in self.modes.charset.read(*byte).into_iter().flatten() {
                match read {
                    Read::Half(character) => self.put(character, false, None),
                    Read::Wide { code, character } => {
                        let glyph = self.glyphs.get(&code).cloned();
                        if glyph.is_some() {
                            self.put('\u{fffc}', true, glyph);
                        } else {
                            let private = character.is_some_and(|c| ('\u{e000}'..='\u{f8ff}').contains(&c));
                            if character.is_none() || private {
                                self.page.add_problem(
                                    at,
                                    format!("two-byte code {:02X} {:02X} has no glyph", code[0], code[1]),
                                );
                            }
                            self.put(character.unwrap_or('\u{fffd}'), true, None);
                        }
                    }
                    Read::Broken(why) => {
                        self.problem(at, why);
                        self.put('\u{fffd}', false, None);
                    }
                }
            }
        }
    }

    fn put(&mut self, character: char, two_byte: bool, picture: Option<Arc<Bitmap>>) {
        let (look, cell, before, after) = if two_byte {
            let look = self.modes.wide_look();
            let (before, after) = self.modes.cjk_spacing;
            (look, (24, 24), before, after)
        } else {
            (self.modes.half_look(), self.modes.half_cell(), 0, self.modes.char_spacing)
        };
        if !self.line.takes(cell.0 * look.wide + before, self.modes.area) {
            self.print_line(self.modes.line_spacing, 1);
        }
        self.line.space(before * look.wide);
        self.line.put_character(character, cell, look, picture);
        self.line.space(after * look.wide);
    }

    fn tab(&mut self) {
        let column = self.modes.half_cell().0 * self.modes.half_look().wide + self.modes.char_spacing;
        let x = self.line.x();
        let stop = self.modes.tabs.iter().map(|stop| u32::from(*stop) * column).find(|stop| *stop > x);
        if let Some(stop) = stop {
            self.line.move_to(stop.min(self.modes.area));
        }
    }

    fn style(&mut self, offset: u64, style: &Style) {
        match style {
            Style::Position(units) => {
                let x = self.modes.across(u32::from(*units));
                if x > self.modes.area {
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
            _ => {
                if let Some(why) = self.modes.apply(style, self.line.is_start()) {
                    self.page.add_problem(offset, format!("{style:?}: {why}"));
                }
            }
        }
    }

    fn feed(&mut self, offset: u64, feed: Feed) {
        let most = FEED_MOST_MM * self.geometry.dpi * 10 / 254;
        match feed {
            Feed::Units(units) => {
                let dots = self.modes.down(u32::from(units));
                if self.line.is_empty() {
                    self.line.clear();
                    self.advance(dots.min(most));
                } else {
                    self.print_line(dots.min(most), 1);
                }
            }
            Feed::Lines(lines) => {
                let dots = u32::from(lines) * self.modes.line_spacing;
                if lines > 0 || !self.line.is_empty() {
                    self.print_line(dots.min(most), u32::from(lines));
                }
            }
            Feed::BackUnits(_) | Feed::BackLines(_) => self.problem(offset, "reverse feed is not drawn here"),
        }
    }

    /// Prints the buffer and feeds `dots`, at least the height of the line; it counts as `count` lines of text.
    fn print_line(&mut self, dots: u32, count: u32) {
        let line = self.line.print(&mut self.page.dots, self.page.y, &self.modes);
        let (top, height) = (self.page.y, line.height);
        self.page.add_line(line);
        for index in 1..count {
            let top = top + index * self.modes.line_spacing;
            self.page.add_line(Line::default().print(&mut Bitmap::new(8), top, &self.modes));
        }
        self.lines += u64::from(count);
        self.advance(dots.max(height));
    }

    fn advance(&mut self, dots: u32) {
        self.page.y = self.page.y.saturating_add(dots);
        self.fed += u64::from(dots);
        if self.page.is_full() {
            let mut page = self.fresh_page();
            page.add_problem(0, "longer than a sheet may be: torn off here".to_owned());
            self.finished.push(page.into_sheet(None));
        }
    }

    fn fresh_page(&mut self) -> Page {
        std::mem::replace(&mut self.page, Page::new(self.geometry.dots, self.geometry.dpi))
    }

    fn inline(&mut self, offset: u64, picture: Bitmap) {
        if !self.line.takes(picture.width(), self.modes.area) {
            self.print_line(self.modes.line_spacing, 1);
        }
        if picture.width() > self.modes.area {
            self.problem(offset, "ESC * wider than the printing area");
        }
        self.line.put_picture(picture);
    }

    /// Whether a command that only counts at the start of a line may run; records the problem if not.
    fn at_line_start(&mut self, offset: u64, name: &str) -> bool {
        let start = self.line.is_start();
        if !start {
            self.page.add_problem(offset, format!("{name} in the middle of a line, ignored"));
        }
        start
    }

    fn cut(&mut self, offset: u64, kind: CutKind, feed: Option<u8>) {
        if !self.at_line_start(offset, "cut") {
            return;
        }
        let blade = self.geometry.blade;
        match feed {
            Some(units) => {
                let dots = blade + self.modes.down(u32::from(units));
                self.page.y = self.page.y.saturating_add(dots);
                self.fed += u64::from(dots);
            }
            None if self.page.has_ink() && self.page.dots.height() + blade > self.page.y => {
                self.problem(offset, "cut through the last lines: no feed to the blade before it");
            }
            None => {}
        }
        self.cuts += 1;
        let page = self.fresh_page();
        if !page.is_untouched() {
            self.finished.push(page.into_sheet(Some(kind)));
        }
    }

    /// GS ( A: a line that says what it is; afterwards the printer is as after power-on.
    fn self_test(&mut self) {
        self.line.clear();
        self.modes = Modes::new(&self.geometry);
        for character in "** self test **".chars() {
            self.put(character, false, None);
        }
        self.print_line(self.modes.line_spacing, 1);
    }
}
