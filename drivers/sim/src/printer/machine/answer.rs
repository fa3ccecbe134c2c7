//! What the printer says when a command's turn has come, and status by itself. How it travels is the mouth's.

use std::time::Duration;

use paper::interpret::{Event, Query};

use super::super::condition::Condition;
use super::super::identity::identity;
use super::super::quirk::Quirk;
use super::PrinterCore;

/// How late everything is with the quirk `slow`.
const SLOW: Duration = Duration::from_millis(400);

impl PrinterCore {
    pub(super) fn answer(&mut self, event: &Event) {
        match event {
            Event::Initialise => {
                if !self.manner.has(Quirk::EscAtKeepsAsb) {
                    self.asb = 0;
                }
                if self.manner.has(Quirk::AsbEight) {
                    self.reply(vec![0xB0]);
                }
            }
            Event::StatusBack(mask) if !self.manner.has(Quirk::NoAsb) => {
                self.asb = *mask;
                if *mask != 0 {
                    self.say_status();
                }
            }
            Event::Pulse { .. } => self.pulse(),
            Event::ResetCounter(n) if self.manner.has_counters() => {
                self.counters.reset(*n, self.paper.fed_dots(), self.paper.cuts());
            }
            Event::Query(query) => self.answer_query(*query),
            _ => {}
        }
    }

    fn answer_query(&mut self, query: Query) {
        match query {
            Query::PaperSensor | Query::Drawer if self.manner.is_early() => {}
            Query::PaperSensor | Query::Drawer => self.answer_sensor(query),
            Query::Identity(n) => self.reply(identity(n, &self.name, &self.manner)),
            Query::Counter(n) if self.proof_given(self.manner.has_counters()) => {
                self.reply(self.counters.answer(n, self.paper.fed_dots(), self.paper.cuts()));
            }
            Query::ProcessId(id) if self.proof_given(self.manner.has_process_id()) => {
                if !self.manner.has(Quirk::EarlyProcessId) {
                    self.process_ids.push_back(id);
                }
            }
            Query::OfflineResponse(1 | 2) if self.manner.is_full() => self.reply(vec![0x37, 0x23, 0x00]),
            Query::Counter(_) | Query::ProcessId(_) | Query::OfflineResponse(_) => {}
        }
    }

    pub(super) fn answer_sensor(&mut self, query: Query) {
        if self.proof_given(!self.manner.has(Quirk::NoGsR)) {
            let drawer = u8::from(self.condition.is_pin_high());
            self.reply(vec![if query == Query::Drawer { drawer } else { self.condition.sensor() }]);
        }
    }

    /// Says this, with whatever quirks break into it.
    pub(super) fn reply(&mut self, mut bytes: Vec<u8>) {
        if bytes.is_empty() || !self.manner.speaks() || self.muted || self.half_open || !self.is_powered() {
            return;
        }
        if self.manner.has(Quirk::AsbInBlock) && self.asb != 0 && bytes.len() > 4 {
            bytes.splice(2..2, self.condition.automatic());
        }
        if self.manner.has(Quirk::XoffInReply) && bytes.len() > 1 {
            bytes.splice(1..1, [0x13, 0x11]);
        }
        if self.is_garbled() {
            bytes.iter_mut().for_each(|byte| *byte = byte.rotate_left(3) ^ 0xA5);
        }
        let slow = if self.manner.has(Quirk::Slow) { SLOW } else { Duration::ZERO };
        self.mouth.say(bytes, self.delay + slow, self.clock);
    }

    /// Automatic status, now.
    pub(super) fn say_status(&mut self) {
        self.reported = self.condition.automatic();
        self.asb_at = self.clock;
        if self.manner.has(Quirk::AsbEight) {
            self.reply(self.condition.automatic_eight().to_vec());
        } else {
            self.reply(self.reported.to_vec());
        }
    }

    /// Sends automatic status back if something it watches has changed.
    pub(super) fn report(&mut self) {
        let now = self.condition.automatic();
        if Condition::reports(self.asb, self.reported, now) {
            self.say_status();
        }
        self.reported = now;
    }

    /// Whether automatic status is repeated without a change.
    pub(super) fn repeats_status(&self) -> bool {
        self.asb != 0 && self.is_powered() && self.manner.has(Quirk::AsbPeriodic)
    }
}
