//! Page mode: into it, about in it, and its page onto paper.

use super::Paper;
use crate::interpret::bitmap::Bitmap;
use crate::interpret::canvas::Canvas;
use crate::interpret::event::{Align, Style};
use crate::interpret::place::Place;

impl Paper {
    /// ESC L and ESC S.
    pub(super) fn page_mode(&mut self, offset: u64, on: bool) {
        if on && self.canvas.is_none() && self.at_line_start(offset, "ESC L") {
            let rows = self.setup.firmware.page_rows.unwrap_or(24);
            self.canvas = Some(Canvas::new(self.setup.geometry.dots, rows));
        } else if !on && self.canvas.is_some() {
            self.line.clear();
            self.canvas = None;
            self.modes.sideways = false;
        }
    }

    /// ESC T, ESC W, GS $ and GS \: nothing outside page mode.
    pub(super) fn place_on_page(&mut self, offset: u64, style: &Style) {
        if self.canvas.is_none() {
            self.page.add_problem(offset, format!("{style:?} outside page mode, ignored"));
            return;
        }
        let x = self.line.x();
        self.draw_line();
        let modes = &self.modes;
        let Some(canvas) = &mut self.canvas else { return };
        match style {
            Style::Direction(direction) => {
                canvas.set_direction(*direction);
                self.modes.sideways = canvas.is_sideways();
            }
            Style::PageArea { x, y, width, height } => {
                // the area is measured on the paper, whichever way the text runs
                let sideways = std::mem::take(&mut self.modes.sideways);
                let modes = &self.modes;
                let [x, width] = [*x, *width].map(|units| modes.across(u32::from(units)));
                let [y, height] = [*y, *height].map(|units| modes.down(u32::from(units)));
                self.modes.sideways = sideways;
                if !canvas.set_area(x, y, width, height) {
                    self.page.add_problem(offset, "ESC W out of range, ignored".to_owned());
                }
            }
            Style::Down(units) => {
                canvas.move_to(modes.down(u32::from(*units)));
                self.line.move_to(x);
            }
            Style::MoveDown(units) => {
                let dots = modes.down(u32::from(units.unsigned_abs()));
                let y = if *units < 0 { canvas.y.saturating_sub(dots) } else { canvas.y.saturating_add(dots) };
                canvas.move_to(y);
                self.line.move_to(x);
            }
            _ => {}
        }
    }

    /// Draws the line so far onto the page; the place stays in its row, at the start of the line.
    pub(super) fn draw_line(&mut self) {
        let Some(canvas) = &mut self.canvas else { return };
        if self.line.is_empty() {
            self.line.clear();
            return;
        }
        let area = canvas.line_length();
        let place = Place { left: 0, area, align: Align::Left, upside_down: false };
        let mut band = Bitmap::new(area);
        let line = self.line.print(&mut band, 0, &place, &mut self.glyphs);
        let whole = canvas.draw(&band, 0, line.height);
        canvas.add_line(line);
        if !whole {
            self.page.add_problem(0, "page mode: something lies outside its area and is lost".to_owned());
        }
    }

    /// FF and ESC FF.
    pub(super) fn form_feed(&mut self, stay: bool) {
        self.draw_line();
        let Some(canvas) = self.canvas.take() else { return };
        self.page.dots.stamp(&canvas.dots, 0, self.page.y, 1, 1);
        let (lines, symbols) = canvas.printed(self.page.y);
        for line in lines {
            self.page.add_line(line);
        }
        for (bottom, symbol) in symbols {
            self.page.add_symbol(bottom, symbol);
        }
        // the paper moves before the page is back, or it would move the page's place
        self.advance(canvas.extent());
        if stay {
            self.canvas = Some(canvas);
        } else {
            self.modes.sideways = false;
        }
    }

    /// CAN.
    pub(super) fn cancel(&mut self) {
        if let Some(canvas) = &mut self.canvas {
            self.line.clear();
            canvas.cancel();
        }
    }
}
