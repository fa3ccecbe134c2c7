//! A printer of the simulator behind a TCP line, in virtual time: what was written waits for the printer's room, and what
//! breaks loses what is under way. No rule of ours stands here.

use std::{collections::VecDeque, time::Duration};

use model::Cause;
use paper::interpret::Geometry;
use sim::printer::{Change, Model, Power, Printed, PrinterCore, Settings};

/// One connection, as the kernels keep it.
#[derive(Default)]
struct Line {
    /// Written by the host and not read by the printer.
    out: VecDeque<u8>,
    /// The host has said farewell; the rest is still read.
    finished: bool,
}

/// The printer with everything that was ever connected to it and is not over.
pub(super) struct Wire {
    core: PrinterCore,
    /// The first is the one that the printer reads; the others wait for its end.
    lines: VecDeque<Line>,
    /// The last of them is the host's present one.
    connected: bool,
    /// Nobody is let in.
    refusing: bool,
    window: usize,
    replies: Vec<u8>,
    /// The host's connection ended by the other side, and it was not told yet.
    ended: bool,
    sheets: Vec<Printed>,
}

impl Wire {
    pub(super) fn new(model: Model, buffer: usize, window: usize) -> Wire {
        let settings = Settings { buffer, ..Settings::new(model, Geometry::columns_48()) };
        Wire {
            core: PrinterCore::new(settings),
            lines: VecDeque::new(),
            connected: false,
            refusing: false,
            window,
            replies: Vec::new(),
            ended: false,
            sheets: Vec::new(),
        }
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.core.deadline()
    }

    /// Everything it was sent is on paper, and it stands still and is well.
    pub(super) fn is_at_rest(&self) -> bool {
        let state = self.core.state(self.connected, 0);
        state.online && state.buffered == 0 && !state.moving && self.lines.iter().all(|line| line.out.is_empty())
    }

    pub(super) fn pulses(&self) -> u64 {
        self.core.state(self.connected, 0).drawer_pulses
    }

    /// The sheets that fell since the last look.
    pub(super) fn take_sheets(&mut self) -> Vec<Printed> {
        std::mem::take(&mut self.sheets)
    }

    /// A person tears off what stands out of it.
    pub(super) fn tear_off(&mut self) {
        let torn = self.core.tear_off();
        self.sheets.extend(torn);
    }

    pub(super) fn connect(&mut self, now: Duration) -> Result<(), Cause> {
        if !self.core.is_powered() {
            return Err(Cause::Unreachable);
        }
        if self.refusing {
            return Err(Cause::ConnectionRefused);
        }
        (self.connected, self.ended) = (true, false);
        self.replies.clear();
        self.lines.push_back(Line::default());
        if self.lines.len() == 1 {
            let outputs = self.core.on_connected(now);
            self.take_out(outputs);
        }
        Ok(())
    }

    /// What the kernel takes of these bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> usize {
        let Some(line) = self.lines.back_mut().filter(|_| self.connected) else { return 0 };
        let fits = self.window.saturating_sub(line.out.len()).min(bytes.len());
        line.out.extend(&bytes[..fits]);
        fits
    }

    /// The host says farewell.
    pub(super) fn finish(&mut self) {
        if let Some(line) = self.lines.back_mut().filter(|_| self.connected) {
            line.finished = true;
        }
        self.connected = false;
        self.replies.clear();
    }

    /// The host's connection breaks; of what is under way so many bytes still arrive, as far as there is room.
    pub(super) fn break_off(&mut self, arrives: usize, now: Duration) {
        if self.connected && self.lines.len() == 1 {
            self.deliver(arrives, now);
            let outputs = self.core.on_broken(now);
            self.take_out(outputs);
        }
        if self.connected {
            self.lines.pop_back();
            (self.connected, self.ended) = (false, true);
            self.replies.clear();
        }
    }

    pub(super) fn refuse(&mut self, refusing: bool) {
        self.refusing = refusing;
    }

    pub(super) fn change(&mut self, change: &Change, now: Duration) {
        let outputs = self.core.set(change, now);
        self.take_out(outputs);
        if change.power == Some(Power::Off) && !self.lines.is_empty() {
            self.lines.clear();
            self.replies.clear();
            self.ended = self.connected;
            self.connected = false;
        }
    }

    /// Moves bytes as far as they go now; true if something happened.
    pub(super) fn pump(&mut self, now: Duration) -> bool {
        let outputs = self.core.tick(now);
        self.take_out(outputs);
        let mut moved = false;
        while let Some(line) = self.lines.front() {
            if !line.out.is_empty() {
                if self.deliver(usize::MAX, now) == 0 {
                    break;
                }
            } else if line.finished {
                let outputs = self.core.on_finished(now);
                self.take_out(outputs);
            } else {
                break;
            }
            moved = true;
        }
        moved
    }

    /// What the host reads: bytes, and whether the line has ended behind them.
    pub(super) fn read(&mut self) -> (Vec<u8>, bool) {
        (std::mem::take(&mut self.replies), std::mem::take(&mut self.ended))
    }

    fn deliver(&mut self, most: usize, now: Duration) -> usize {
        let room = self.core.room();
        let Some(line) = self.lines.front_mut() else { return 0 };
        let bytes: Vec<u8> = line.out.drain(..room.min(most).min(line.out.len())).collect();
        if !bytes.is_empty() {
            let outputs = self.core.on_received(&bytes, now);
            self.take_out(outputs);
        }
        bytes.len()
    }

    /// Sheets before answers: whoever is told "printed" finds the paper.
    fn take_out(&mut self, outputs: sim::printer::Outputs) {
        self.sheets.extend(outputs.sheets);
        if self.connected && self.lines.len() == 1 {
            self.replies.extend(outputs.replies);
        }
        if outputs.hang_up.is_some() && self.lines.pop_front().is_some() {
            if self.lines.is_empty() {
                self.ended = self.connected;
                self.connected = false;
            } else {
                let now = Duration::from_millis(self.core.state(true, 0).clock_ms);
                let outputs = self.core.on_connected(now);
                self.take_out(outputs);
            }
        }
    }
}
