//! Bytes to events, in any pieces: keeps what is incomplete and the settings that symbols are printed with.

use super::command;
use super::event::{Event, Located};
use super::firmware::{Firmware, Utf8};
use super::framing::{Frame, frame};
use super::symbol::Symbols;

/// An incremental, tolerant reader of ESC/POS. Any bytes are taken; what is wrong becomes `Event::Problem` or
/// `Event::Unknown`.
#[derive(Debug, Default)]
pub struct Parser {
    /// The bytes of a command that is not complete.
    pending: Vec<u8>,
    /// Pending bytes that are needed before the length rule is asked again.
    need: usize,
    /// Printable bytes since the last event.
    text: Vec<u8>,
    /// Bytes that were fully read.
    offset: u64,
    symbols: Symbols,
    firmware: Firmware,
}

impl Parser {
    /// A parser at the start of a stream for the generic firmware.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A parser at the start of a stream for a printer that knows what this firmware knows.
    #[must_use]
    pub fn with(firmware: &Firmware) -> Self {
        Self { firmware: *firmware, ..Self::default() }
    }

    /// Power was lost: an incomplete command and all settings are gone, the stored (NV) pictures stay.
    pub fn power_cycle(&mut self) {
        self.pending.clear();
        self.need = 0;
        self.symbols.power_cycle();
    }

    /// Offset of the first byte that is not part of an event yet.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the next byte starts a new command or text, i.e. no command is incomplete.
    #[must_use]
    pub fn at_boundary(&self) -> bool {
        self.pending.is_empty()
    }

    /// What is missing, if the stream ended now.
    #[must_use]
    pub fn truncated(&self) -> Option<String> {
        let first: Vec<String> = self.pending.iter().take(4).map(|byte| format!("{byte:02X}")).collect();
        (!self.pending.is_empty()).then(|| {
            format!(
                "command {} cut off: {} bytes came, at least {} are needed",
                first.join(" "),
                self.pending.len(),
                self.need
            )
        })
    }

    /// Reads these bytes; the events they complete, in order.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Located> {
        let mut events = Vec::new();
        // bytes that a dropped command gives back, last one first
        let mut again: Vec<u8> = Vec::new();
        for byte in bytes {
            self.push(*byte, &mut again, &mut events);
            while let Some(back) = again.pop() {
                self.push(back, &mut again, &mut events);
            }
        }
        self.flush_text(&mut events);
        events
    }

    fn push(&mut self, byte: u8, again: &mut Vec<u8>, events: &mut Vec<Located>) {
        if self.pending.is_empty() {
            if byte >= 0x20 && byte != 0x7F {
                self.text.push(byte);
                self.offset += 1;
                return;
            }
            self.flush_text(events);
            self.need = 1;
        }
        self.pending.push(byte);
        if self.pending.len() <= 3 && self.is_unknown() {
            let bytes = std::mem::take(&mut self.pending);
            let offset = self.take(bytes.len());
            events.push(Located { offset, event: Event::Unknown { bytes } });
            return;
        }
        if self.pending.len() < self.need {
            return;
        }
        match frame(&self.pending, self.firmware.heat_commands) {
            Frame::Need(total) => self.need = total.max(self.pending.len() + 1),
            Frame::Whole(length) => {
                let rest = self.pending.split_off(length.min(self.pending.len()));
                let offset = self.take(length);
                let command = std::mem::take(&mut self.pending);
                if let Some(event) = command::read(&command, &mut self.symbols) {
                    events.push(Located { offset, event });
                }
                again.extend(rest.into_iter().rev());
            }
            Frame::Drop(length, why) => self.drop(length, |_| Event::Problem(why), again, events),
            Frame::Unknown(length) => self.drop(length, |bytes| Event::Unknown { bytes }, again, events),
        }
    }

    /// Passes over the first `length` pending bytes and gives back the rest.
    fn drop(
        &mut self,
        length: usize,
        event: impl FnOnce(Vec<u8>) -> Event,
        again: &mut Vec<u8>,
        events: &mut Vec<Located>,
    ) {
        let rest = self.pending.split_off(length.min(self.pending.len()));
        let offset = self.take(length);
        let bytes = std::mem::take(&mut self.pending);
        events.push(Located { offset, event: event(bytes) });
        again.extend(rest.into_iter().rev());
    }

    /// Whether the pending bytes are the whole name of a command that this firmware doesn't have.
    fn is_unknown(&self) -> bool {
        let name = self.pending.as_slice();
        match name {
            [0x1B, b'L' | b'S' | 0x0C] if self.firmware.page_rows.is_none() => true,
            [0x1B, b'T' | b'W'] | [0x1D, b'$' | b'\\'] if self.firmware.page_rows.is_none() => true,
            [0x1B, b'7'] => !self.firmware.heat_commands,
            [0x1C, b'(', b'C'] => self.firmware.utf8 == Utf8::Absent,
            _ => self.firmware.lacks.contains(&name),
        }
    }

    fn take(&mut self, length: usize) -> u64 {
        let start = self.offset;
        self.offset += length as u64;
        start
    }

    fn flush_text(&mut self, events: &mut Vec<Located>) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            events.push(Located { offset: self.offset - text.len() as u64, event: Event::Text(text) });
        }
    }
}
