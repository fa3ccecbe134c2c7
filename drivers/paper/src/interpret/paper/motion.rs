//! Lines onto paper, feeding and cutting; in page mode down the page instead. No text, no pictures.

use super::Paper;
use crate::interpret::bitmap::Bitmap;
use crate::interpret::event::{CutKind, Feed};
use crate::interpret::line::Line;
use crate::interpret::modes::FEED_MOST_MM;

impl Paper {
    pub(super) fn feed(&mut self, feed: Feed) {
        let most = FEED_MOST_MM * self.setup.geometry.dpi * 10 / 254;
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
            Feed::BackUnits(units) => self.back(self.modes.down(u32::from(units))),
            Feed::BackLines(lines) => self.back(u32::from(lines) * self.modes.line_spacing),
        }
    }

    /// Prints the buffer and draws the paper back; what is printed next stands over what is there.
    fn back(&mut self, dots: u32) {
        if !self.line.is_empty() {
            self.print_line(0, 1);
        }
        if self.canvas.is_none() {
            self.page.y = self.page.y.saturating_sub(dots);
            self.page.set_density(self.modes.density);
        }
    }

    /// Prints the buffer and feeds `dots`, at least the height of the line; it counts as `count` lines of text.
    pub(super) fn print_line(&mut self, dots: u32, count: u32) {
        if self.canvas.is_some() {
            self.draw_line();
            self.advance(dots);
            return;
        }
        let place = self.modes.place();
        let line = self.line.print(&mut self.page.dots, self.page.y, &place, &mut self.glyphs);
        let (top, height) = (self.page.y, line.height);
        self.page.add_line(line);
        for index in 1..count {
            let top = top + index * self.modes.line_spacing;
            self.page.add_line(Line::default().print(&mut Bitmap::new(8), top, &place, &mut self.glyphs));
        }
        self.lines += u64::from(count);
        self.advance(dots.max(height));
    }

    pub(super) fn advance(&mut self, dots: u32) {
        if let Some(canvas) = &mut self.canvas {
            canvas.advance(dots);
            return;
        }
        self.page.y = self.page.y.saturating_add(dots);
        self.fed += u64::from(dots);
        if self.page.is_full() {
            let mut page = self.fresh_page();
            page.add_problem(0, "longer than a sheet may be: torn off here".to_owned());
            self.finished.push(page.into_sheet(None));
        }
    }

    /// Whether a command that only counts at the start of a line may run; records the problem if not. In page mode
    /// there is no such rule: the line so far is drawn, and the place stays.
    pub(super) fn at_line_start(&mut self, offset: u64, name: &str) -> bool {
        if self.canvas.is_some() {
            self.draw_line();
            return true;
        }
        let start = self.line.is_start();
        if !start {
            self.page.add_problem(offset, format!("{name} in the middle of a line, ignored"));
        }
        start
    }

    pub(super) fn cut(&mut self, offset: u64, kind: CutKind, feed: Option<u8>) {
        if self.canvas.is_some() {
            self.problem(offset, "cut in page mode, ignored");
            return;
        }
        if !self.at_line_start(offset, "cut") {
            return;
        }
        let blade = self.setup.geometry.blade;
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
}
