//! When a command's turn comes: paper, blade, head and roll. What is said meanwhile is `answer`'s.

use paper::interpret::{CutKind, Event, Feed, Located, Parser};

use super::super::condition::{Fault, PaperSupply, Power};
use super::super::motion::Motion;
use super::super::quirk::Quirk;
use super::super::scanner::Scanner;
use super::super::state::Printed;
use super::{PrinterCore, ink_of};

/// Bytes kept for the `.bin` of one sheet.
const KEPT_MOST: usize = 4 << 20;
/// Paper left when the near-end sensor sees it, in mm.
pub(super) const NEAR_END_MM: u32 = 300;
/// Commands kept of one line, for printers that print it again.
const LINE_MOST: usize = 1000;

impl PrinterCore {
    /// Everything that takes no time.
    pub(super) fn act(&mut self) {
        while self.condition.is_online() && self.motion.is_none() {
            if self.owed > 0 {
                self.move_paper();
            } else if let Some(located) = self.events.front() {
                if matches!(located.event, Event::Cut { .. }) && !self.cut_announced {
                    self.cut_announced = true;
                    self.marks.cuts += 1;
                    self.strike();
                } else if let Some(located) = self.events.pop_front() {
                    self.cut_announced = false;
                    self.apply(located);
                }
            } else {
                self.settle();
                if self.condition.is_online() && !self.read_byte() {
                    return;
                }
            }
        }
    }

    /// Takes the next byte out of the receive buffer; false when there is none.
    fn read_byte(&mut self) -> bool {
        let Some(byte) = self.buffer.pop_front() else { return false };
        if self.consumed.len() < KEPT_MOST {
            self.consumed.push(byte);
        }
        self.events.extend(self.parser.feed(&[byte]));
        self.marks.consumed += 1;
        self.regulate();
        self.strike();
        true
    }

    /// The paper stands still: what was cut falls, and who waited for it is told.
    fn settle(&mut self) {
        if !self.held.is_empty() {
            self.marks.sheets += self.held.len() as u64;
            self.out.sheets.append(&mut self.held);
            self.strike();
        }
        if self.paper.line_is_empty() && self.is_powered() {
            while let Some([a, b, c, d]) = self.process_ids.pop_front() {
                self.reply(vec![0x37, 0x22, a, b, c, d, 0]);
            }
        }
    }

    /// Whether the printer overlooks this command.
    fn overlooks(&mut self, event: &Event) -> bool {
        let after_picture = std::mem::replace(&mut self.after_picture, matches!(event, Event::Raster { .. }));
        match event {
            Event::Cut { kind: CutKind::Partial, feed: Some(_) } => self.manner.has(Quirk::NoCut42),
            Event::Feed(Feed::Units(_)) => self.manner.has(Quirk::NoEscJ),
            Event::LineFeed => after_picture && self.manner.has(Quirk::PictureEatsLf),
            _ => false,
        }
    }

    fn apply(&mut self, located: Located) {
        if self.overlooks(&located.event) {
            return;
        }
        if self.paper.is_selected() {
            self.answer(&located.event);
        }
        self.ink += ink_of(&located.event);
        if self.manner.has(Quirk::DuplicatesLine) && self.this_line.len() < LINE_MOST {
            self.this_line.push(located.clone());
        }
        let before = self.paper.fed_dots();
        self.paper.apply(located.offset, located.event);
        for sheet in self.paper.take_finished() {
            let bytes = std::mem::take(&mut self.consumed);
            self.held.push(Printed { sheet, bytes, damage: self.damage.clone() });
        }
        let fed = self.paper.fed_dots() - before;
        if fed > 0 {
            self.owed += fed;
            self.last_line = std::mem::take(&mut self.this_line);
            let dots = (self.owed * u64::from(self.geometry.dots)).max(1);
            self.coverage = (std::mem::take(&mut self.ink) * 1000 / dots).min(1000);
        }
    }

    /// Starts the paper; it goes as far as there is paper, and stops at a dot where something is to happen.
    fn move_paper(&mut self) {
        let roll = self.roll.unwrap_or(u64::MAX);
        let step = self.script.dots_left(self.marks.dots).unwrap_or(u64::MAX);
        let dots = self.owed.min(roll).min(step);
        self.owed -= dots;
        self.motion = Some(Motion::new(self.clock, dots, self.speed, self.geometry.dpi));
    }

    /// The paper has gone its way and stands.
    pub(super) fn arrive(&mut self, motion: Motion) {
        self.motion = None;
        self.marks.dots += motion.dots();
        self.roll = self.roll.map(|left| left.saturating_sub(motion.dots()));
        if self.heat.print(self.coverage, motion.time(), self.clock) && self.condition.fault == Fault::None {
            self.condition.fault = Fault::Hot;
            self.cooling = true;
        }
        self.look_at_roll();
        self.strike();
    }

    /// The head was too hot and is no more.
    pub(super) fn cool_down(&mut self) {
        self.cooling = false;
        if self.condition.fault == Fault::Hot {
            self.condition.fault = Fault::None;
        }
        self.changed();
    }

    /// The sensors follow the roll.
    pub(super) fn look_at_roll(&mut self) {
        let near = self.geometry.dots_in_mm(NEAR_END_MM);
        match self.roll {
            Some(0) => self.condition.paper = PaperSupply::End,
            Some(left) if left < near && self.condition.paper == PaperSupply::Ok => {
                self.condition.paper = PaperSupply::NearEnd;
            }
            _ => {}
        }
        self.changed();
    }

    /// Stops the paper where it is; the rest of the line is owed.
    pub(super) fn pause(&mut self) {
        if let Some(motion) = self.motion.take() {
            let done = motion.done(self.clock);
            self.owed += motion.dots() - done;
            self.marks.dots += done;
            self.roll = self.roll.map(|left| left.saturating_sub(done));
        }
    }

    pub(super) fn new_roll(&mut self) {
        self.condition.paper = PaperSupply::Ok;
        self.roll = self.paper_length.map(|mm| self.geometry.dots_in_mm(mm));
        self.look_at_roll();
    }

    /// Receive and print buffers are thrown away; what is moving goes on.
    pub(super) fn clear(&mut self) {
        self.buffer.clear();
        self.events.clear();
        self.process_ids.clear();
        self.parser = Parser::with(&self.firmware);
        self.hasty = Parser::with(&self.firmware);
        self.cut_announced = false;
        self.this_line.clear();
        self.last_line.clear();
        self.ink = 0;
        self.paper.clear_buffer();
    }

    /// Buffers, modes and the line under way are lost; the ink that is out stays.
    pub(super) fn power_off(&mut self) {
        if !self.is_powered() {
            return;
        }
        self.clear();
        self.scanner = Scanner::default();
        self.paper.power_cycle(u32::try_from(self.owed).unwrap_or(u32::MAX));
        self.owed = 0;
        self.asb = 0;
        self.incoming.clear();
        self.mouth.clear();
        self.stopped = false;
        self.half_open = false;
        self.session.end(false, self.clock);
        self.out.sheets.append(&mut self.held);
        self.condition.power = Power::Off;
    }
}
