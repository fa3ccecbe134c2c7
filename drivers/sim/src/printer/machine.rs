//! The printer without I/O: bytes and time in, answers and sheets out. Sockets, clocks and files are the shell's.

use std::collections::VecDeque;
use std::time::Duration;

use paper::interpret::{Event, Located, Paper, Parser, Query};

use super::condition::{Condition, Cover, Fault, PaperSupply, Power};
use super::control::{Change, Switch};
use super::identity::{Counters, identity};
use super::motion::Motion;
use super::scanner::{RealTime, Scanner};
use super::state::{Outputs, Printed, Settings, State};

/// Bytes kept for the `.bin` of one sheet.
const KEPT_MOST: usize = 4 << 20;
/// Paper left when the near-end sensor sees it, in mm.
const NEAR_END_MM: u32 = 300;

/// The state machine. Time is a duration since any fixed moment and never runs back.
#[derive(Debug)]
pub struct PrinterCore {
    settings: Settings,
    condition: Condition,
    proof: bool,
    buffer: VecDeque<u8>,
    scanner: Scanner,
    /// Reads at receive time what `Early` answers too soon.
    hasty: Parser,
    parser: Parser,
    /// Parsed and not applied: the paper has to stand still first.
    events: VecDeque<Located>,
    paper: Paper,
    consumed: Vec<u8>,
    motion: Option<Motion>,
    /// Dots of the present line that wait for paper or cover.
    owed: u64,
    roll: Option<u64>,
    clock: Duration,
    asb: u8,
    reported: [u8; 4],
    process_ids: VecDeque<[u8; 4]>,
    counters: Counters,
    pulses: u64,
    held: Vec<Printed>,
    out: Outputs,
}

impl PrinterCore {
    /// A printer that was just switched on with a full roll.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let mut core = Self {
            condition: Condition::new(),
            proof: true,
            buffer: VecDeque::new(),
            scanner: Scanner::default(),
            hasty: Parser::new(),
            parser: Parser::new(),
            events: VecDeque::new(),
            paper: Paper::new(&settings.geometry),
            consumed: Vec::new(),
            motion: None,
            owed: 0,
            roll: None,
            clock: Duration::ZERO,
            asb: 0,
            reported: [0; 4],
            process_ids: VecDeque::new(),
            counters: Counters::default(),
            pulses: 0,
            held: Vec::new(),
            out: Outputs::default(),
            settings,
        };
        core.new_roll();
        core
    }

    /// Bytes that still go into the receive buffer; whoever sends more loses them, as on a serial line.
    #[must_use]
    pub fn free(&self) -> usize {
        self.settings.buffer.saturating_sub(self.buffer.len())
    }

    /// When `tick` is due; `None` while nothing happens by itself.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.motion.map(|motion| motion.end())
    }

    /// Whether the plug is in.
    #[must_use]
    pub fn is_powered(&self) -> bool {
        self.condition.power == Power::On
    }

    /// What the control socket tells; connection and folder are the shell's knowledge.
    #[must_use]
    pub fn state(&self, connected: bool, sheets: u32) -> State {
        let moved = self.motion.map_or(0, |motion| motion.done(self.clock));
        State {
            paper: self.condition.paper,
            cover: self.condition.cover,
            power: self.condition.power,
            fault: self.condition.fault,
            online: self.condition.is_online(),
            connected,
            sheets,
            buffered: self.buffer.len(),
            model: self.settings.model,
            proof: self.proof,
            speed: self.settings.speed,
            paper_left: self
                .roll
                .map(|dots| dots.saturating_sub(moved) * 254 / 10 / u64::from(self.settings.geometry.dpi)),
            drawer_pulses: self.pulses,
            moving: self.motion.is_some(),
        }
    }

    /// Bytes came in. Real-time commands act now, the rest when its turn comes.
    pub fn on_received(&mut self, bytes: &[u8], now: Duration) -> Outputs {
        self.work(now);
        if self.is_powered() {
            for byte in bytes {
                if self.free() > 0 {
                    self.buffer.push_back(*byte);
                    self.receive(*byte, now);
                }
            }
        }
        self.work(now);
        std::mem::take(&mut self.out)
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Duration) -> Outputs {
        self.work(now);
        std::mem::take(&mut self.out)
    }

    /// A hand changes the printer.
    pub fn set(&mut self, change: &Change, now: Duration) -> Outputs {
        self.work(now);
        // stopped paper is not printing: who opens the cover to change the roll makes no error
        let printing = self.motion.is_some();
        self.pause(now);
        if let Some(speed) = change.speed {
            self.settings.speed = speed;
        }
        if let Some(proof) = change.proof {
            self.proof = proof == Switch::On;
        }
        if let Some(fault) = change.fault {
            self.condition.fault = fault;
        }
        match change.paper {
            None => {}
            Some(PaperSupply::Ok) => self.new_roll(),
            Some(PaperSupply::End) => self.condition.paper = PaperSupply::End,
            Some(PaperSupply::NearEnd) => {
                self.condition.paper = PaperSupply::NearEnd;
                let near = self.settings.geometry.dots_in_mm(NEAR_END_MM);
                self.roll = self.roll.map(|left| if left == 0 { near } else { left.min(near) });
            }
        }
        if let Some(cover) = change.cover {
            let opens = cover == Cover::Open && self.condition.cover == Cover::Closed;
            self.condition.opened_while_printing =
                cover == Cover::Open && (self.condition.opened_while_printing || opens && printing);
            self.condition.cover = cover;
        }
        match change.power {
            Some(Power::Off) => self.power_off(),
            Some(Power::On) => self.condition.power = Power::On,
            None => {}
        }
        self.report();
        self.work(now);
        std::mem::take(&mut self.out)
    }

    /// The printer goes away: finished sheets that were still moving, and the torn sheet in its mouth if there is ink on it.
    pub fn tear_off(&mut self) -> Vec<Printed> {
        let mut sheets = std::mem::take(&mut self.held);
        if self.paper.has_ink() {
            let bytes = std::mem::take(&mut self.consumed);
            sheets.extend(self.paper.take_open().map(|sheet| Printed { sheet, bytes }));
        }
        sheets
    }

    fn receive(&mut self, byte: u8, now: Duration) {
        if self.settings.model.is_early() {
            for located in self.hasty.feed(std::slice::from_ref(&byte)) {
                if let Event::Query(query @ (Query::PaperSensor | Query::Drawer)) = located.event {
                    self.answer_sensor(query);
                }
            }
        }
        match self.scanner.feed(byte) {
            Some(RealTime::Status(n)) => self.reply(&[self.condition.real_time(n)]),
            Some(RealTime::Recover { discard }) => {
                if matches!(self.condition.fault, Fault::Cutter | Fault::Mechanical) {
                    self.condition.fault = Fault::None;
                    if discard {
                        self.clear();
                    }
                    self.report();
                }
            }
            Some(RealTime::Pulse) => {
                if self.condition.fault == Fault::None {
                    self.pulses += 1;
                }
            }
            Some(RealTime::PowerOff) if self.settings.model.is_full() => {
                self.pause(now);
                self.power_off();
            }
            Some(RealTime::Clear) if self.settings.model.is_full() => {
                self.clear();
                if matches!(self.condition.fault, Fault::Cutter | Fault::Mechanical) {
                    self.condition.fault = Fault::None;
                }
                self.reply(&[0x37, 0x25, 0x00]);
                self.report();
            }
            Some(RealTime::PowerOff | RealTime::Clear) | None => {}
        }
    }

    /// Everything that can happen up to `now`, each thing at its own time.
    fn work(&mut self, now: Duration) {
        while self.condition.is_online() {
            if let Some(motion) = self.motion {
                if motion.end() > now {
                    break;
                }
                self.clock = self.clock.max(motion.end());
                self.arrive(motion.dots());
                continue;
            }
            if self.owed > 0 {
                self.move_paper();
                continue;
            }
            if let Some(located) = self.events.pop_front() {
                self.apply(located);
                continue;
            }
            self.settle();
            let Some(byte) = self.buffer.pop_front() else { break };
            if self.consumed.len() < KEPT_MOST {
                self.consumed.push(byte);
            }
            self.events.extend(self.parser.feed(&[byte]));
        }
        self.clock = self.clock.max(now);
    }

    /// The paper stands still: what was cut falls, and who waited for it is told.
    fn settle(&mut self) {
        self.out.sheets.append(&mut self.held);
        if self.paper.line_is_empty() {
            while let Some([a, b, c, d]) = self.process_ids.pop_front() {
                self.reply(&[0x37, 0x22, a, b, c, d, 0]);
            }
        }
    }

    fn apply(&mut self, located: Located) {
        if self.paper.is_selected() {
            self.answer(&located.event);
        }
        let before = self.paper.fed_dots();
        self.paper.apply(located.offset, located.event);
        for sheet in self.paper.take_finished() {
            self.held.push(Printed { sheet, bytes: std::mem::take(&mut self.consumed) });
        }
        self.owed += self.paper.fed_dots() - before;
    }

    fn answer(&mut self, event: &Event) {
        let proves = self.proof && self.settings.model.is_full();
        match event {
            Event::Initialise => self.asb = 0,
            Event::StatusBack(mask) => {
                self.asb = *mask;
                if *mask != 0 {
                    self.reported = self.condition.automatic();
                    self.reply(&self.reported.clone());
                }
            }
            Event::Pulse { .. } => self.pulses += 1,
            Event::ResetCounter(n) if self.settings.model.is_full() => {
                self.counters.reset(*n, self.paper.fed_dots(), self.paper.cuts());
            }
            Event::Query(query) => match query {
                Query::PaperSensor | Query::Drawer if self.settings.model.is_early() => {}
                Query::PaperSensor | Query::Drawer => self.answer_sensor(*query),
                Query::Identity(n) => self.reply(&identity(*n, &self.settings.name)),
                Query::Counter(n) if proves => {
                    self.reply(&self.counters.answer(*n, self.paper.fed_dots(), self.paper.cuts()));
                }
                Query::ProcessId(id) if proves => self.process_ids.push_back(*id),
                Query::OfflineResponse(1 | 2) if self.settings.model.is_full() => self.reply(&[0x37, 0x23, 0x00]),
                Query::Counter(_) | Query::ProcessId(_) | Query::OfflineResponse(_) => {}
            },
            _ => {}
        }
    }

    fn answer_sensor(&mut self, query: Query) {
        if self.proof {
            self.reply(&[if query == Query::Drawer { 0x01 } else { self.condition.sensor() }]);
        }
    }

    fn reply(&mut self, bytes: &[u8]) {
        if self.settings.model.speaks() && self.is_powered() {
            self.out.replies.extend_from_slice(bytes);
        }
    }

    /// Sends automatic status back if something it watches has changed.
    fn report(&mut self) {
        let now = self.condition.automatic();
        if Condition::reports(self.asb, self.reported, now) {
            self.reply(&now);
        }
        self.reported = now;
    }

    /// Starts the paper; on a roll too short for what is owed it goes as far as there is paper.
    fn move_paper(&mut self) {
        let dots = self.roll.map_or(self.owed, |left| self.owed.min(left));
        self.owed -= dots;
        self.motion = Some(Motion::new(self.clock, dots, self.settings.speed, self.settings.geometry.dpi));
    }

    /// The paper has gone `dots` and stands.
    fn arrive(&mut self, dots: u64) {
        self.motion = None;
        self.roll = self.roll.map(|left| left.saturating_sub(dots));
        self.look_at_roll();
    }

    /// The sensors follow the roll.
    fn look_at_roll(&mut self) {
        let near = self.settings.geometry.dots_in_mm(NEAR_END_MM);
        match self.roll {
            Some(0) => self.condition.paper = PaperSupply::End,
            Some(left) if left < near && self.condition.paper == PaperSupply::Ok => {
                self.condition.paper = PaperSupply::NearEnd;
            }
            _ => {}
        }
        self.report();
    }

    /// Stops the paper where it is; the rest of the line is owed.
    fn pause(&mut self, now: Duration) {
        if let Some(motion) = self.motion.take() {
            let done = motion.done(now);
            self.owed += motion.dots() - done;
            self.roll = self.roll.map(|left| left.saturating_sub(done));
        }
    }

    fn new_roll(&mut self) {
        self.condition.paper = PaperSupply::Ok;
        self.roll = self.settings.paper_length.map(|mm| self.settings.geometry.dots_in_mm(mm));
        self.look_at_roll();
    }

    /// Receive and print buffers are thrown away; what is moving goes on.
    fn clear(&mut self) {
        self.buffer.clear();
        self.events.clear();
        self.process_ids.clear();
        self.parser = Parser::new();
        self.hasty = Parser::new();
        self.paper.clear_buffer();
    }

    /// Buffers, modes and the line under way are lost; the ink that is out stays.
    fn power_off(&mut self) {
        self.clear();
        self.scanner = Scanner::default();
        self.paper.power_cycle(u32::try_from(self.owed).unwrap_or(u32::MAX));
        self.owed = 0;
        self.asb = 0;
        self.out.replies.clear();
        self.out.sheets.append(&mut self.held);
        self.condition.power = Power::Off;
    }
}
