//! When a byte arrives: room, real-time commands, the answers of those that don't wait, flow control.

use paper::interpret::{Event, Query};

use super::super::condition::{Drawer, Fault};
use super::super::quirk::Quirk;
use super::super::scanner::RealTime;
use super::super::session::HangUp;
use super::super::wire::{Busy, Flow, GO_AT, STOP_AT};
use super::PrinterCore;

impl PrinterCore {
    /// One byte has come over the wire.
    pub(super) fn take(&mut self, byte: u8) {
        self.marks.bytes += 1;
        let byte = if self.is_garbled() { byte.rotate_left(3) ^ 0xA5 } else { byte };
        if self.free() > 0 {
            self.buffer.push_back(byte);
            self.hear(byte);
        } else {
            self.lost += 1;
            // ESC/POS: real-time commands act with a full buffer too, where their bytes can get in
            if self.flow != Flow::Wire {
                self.hear(byte);
            }
        }
        if let Some(how) = self.session.count(self.clock) {
            self.hang_up(how);
        }
        self.regulate();
        self.strike();
    }

    /// The host's line speed is not ours.
    pub(super) fn is_garbled(&self) -> bool {
        self.manner.has(Quirk::StrictBaud) && self.baud > 0 && self.host_baud.is_some_and(|baud| baud != self.baud)
    }

    fn hear(&mut self, byte: u8) {
        if self.manner.is_early() || self.manner.has(Quirk::EarlyProcessId) {
            for located in self.hasty.feed(std::slice::from_ref(&byte)) {
                self.answer_early(&located.event);
            }
        }
        let Some(command) = self.scanner.feed(byte) else { return };
        if self.mouth.is_in_block() {
            return;
        }
        match command {
            RealTime::Status(n) => {
                if self.manner.tells(n) && (!self.manner.has(Quirk::StatusOnlyWhenIdle) || self.is_idle()) {
                    self.reply(vec![self.condition.real_time(n)]);
                }
            }
            RealTime::Recover { discard } => self.recover(discard),
            RealTime::Press => {
                self.condition.waiting = false;
                self.changed();
            }
            RealTime::Pulse => {
                if self.condition.fault == Fault::None {
                    self.pulse();
                }
            }
            RealTime::PowerOff if self.manner.is_full() => {
                self.pause();
                self.power_off();
            }
            RealTime::Clear if self.manner.has_clear() => {
                self.clear();
                self.mend();
                self.reply(vec![0x37, 0x25, 0x00]);
                self.changed();
            }
            RealTime::PowerOff | RealTime::Clear => {}
        }
    }

    fn answer_early(&mut self, event: &Event) {
        match event {
            Event::Query(query @ (Query::PaperSensor | Query::Drawer)) if self.manner.is_early() => {
                self.answer_sensor(*query);
            }
            Event::Query(Query::ProcessId([a, b, c, d])) if self.manner.has(Quirk::EarlyProcessId) && self.proof => {
                self.reply(vec![0x37, 0x22, *a, *b, *c, *d, 0]);
            }
            _ => {}
        }
    }

    /// DLE ENQ 1 and 2: only after an error that can be recovered from.
    fn recover(&mut self, discard: bool) {
        if !self.mend() {
            return;
        }
        if discard {
            self.clear();
        } else if self.manner.has(Quirk::DuplicatesLine) {
            for located in self.last_line.iter().rev() {
                self.events.push_front(located.clone());
            }
        }
        self.changed();
    }

    fn mend(&mut self) -> bool {
        let mended = matches!(self.condition.fault, Fault::Cutter | Fault::Mechanical);
        if mended {
            self.condition.fault = Fault::None;
        }
        mended
    }

    /// A drawer pulse: the drawer jumps open and stays so.
    pub(super) fn pulse(&mut self) {
        self.pulses += 1;
        if self.condition.drawer == Drawer::Closed {
            self.condition.drawer = Drawer::Open;
            self.changed();
        }
    }

    /// Tells the host to stop when the buffer is nearly full, and to go on when there is room again.
    pub(super) fn regulate(&mut self) {
        let offline = self.busy == Busy::Offline && !self.condition.is_online();
        let stop_at = STOP_AT.min(self.buffer_size.saturating_sub(1));
        let go_at = GO_AT.min(self.buffer_size);
        let full = if self.stopped { self.free() < go_at } else { self.free() <= stop_at };
        let stopped = self.is_powered() && (offline || full);
        if stopped != self.stopped {
            self.stopped = stopped;
            if self.flow == Flow::Software && self.is_powered() && self.manner.speaks() && !self.muted {
                self.mouth.interject(if stopped { 0x13 } else { 0x11 }, self.clock);
            }
        }
    }

    /// The connection ends by the printer's will: what was on its way is lost.
    pub(super) fn hang_up(&mut self, how: HangUp) {
        self.session.end(false, self.clock);
        self.incoming.clear();
        self.mouth.clear();
        self.out.hang_up = Some(how);
    }
}
