//! The printer without I/O: bytes and time in, answers and sheets out. Sockets, clocks and files are the shell's.
//! Here: what it is made of and how it looks. `moment` is its time, `receive` what happens when a byte comes, `mechanism`
//! when its turn comes, `answer` what is said, `hand` what is done to it.

mod answer;
mod hand;
mod mechanism;
mod moment;
mod receive;

use std::collections::VecDeque;
use std::time::Duration;

use paper::interpret::{Chinese, Event, Firmware, Geometry, Located, Paper, Parser, Setup};

use super::change::Change;
use super::condition::{Condition, Power};
use super::damage::Damage;
use super::heat::Heat;
use super::identity::Counters;
use super::manner::Manner;
use super::motion::Motion;
use super::mouth::Mouth;
use super::quirk::{Quirk, Quirks};
use super::scanner::Scanner;
use super::script::{Marks, Script, Step, When};
use super::session::{Second, Session};
use super::state::{Outputs, Printed, Settings, State};
use super::wire::{Busy, Flow, Pace};

/// Bytes read ahead on a line with a speed: as many as a host's UART holds.
const AHEAD: usize = 64;
/// Bytes of one read on a line without.
const CHUNK: usize = 64 * 1024;

/// The state machine. Time is a duration since any fixed moment and never runs back.
#[derive(Debug)]
pub struct PrinterCore {
    name: String,
    geometry: Geometry,
    firmware: Firmware,
    buffer_size: usize,
    paper_length: Option<u32>,
    speed: u32,
    manner: Manner,
    condition: Condition,
    damage: Damage,
    proof: bool,
    muted: bool,
    half_open: bool,

    // the wire
    busy: Busy,
    flow: Flow,
    baud: u32,
    drip: u32,
    stopped: bool,
    host_obeys: bool,
    host_baud: Option<u32>,
    incoming: Pace,
    mouth: Mouth,
    delay: Duration,
    session: Session,

    // bytes
    buffer: VecDeque<u8>,
    scanner: Scanner,
    /// Reads at receive time what is answered too soon.
    hasty: Parser,
    parser: Parser,
    /// Parsed and not applied: the paper has to stand still first.
    events: VecDeque<Located>,
    /// What made the last line, and what makes the present one.
    last_line: Vec<Located>,
    this_line: Vec<Located>,
    after_picture: bool,
    cut_announced: bool,
    consumed: Vec<u8>,
    lost: u64,

    // paper
    paper: Paper,
    motion: Option<Motion>,
    /// Dots of the present line that wait for paper or cover.
    owed: u64,
    /// Black dots since the paper moved last, and the coverage in per mille of what is owed.
    ink: u64,
    coverage: u64,
    heat: Heat,
    /// The fault is heat of our own making and goes away.
    cooling: bool,
    roll: Option<u64>,
    held: Vec<Printed>,

    // answers
    asb: u8,
    asb_at: Duration,
    reported: [u8; 4],
    was_online: bool,
    process_ids: VecDeque<[u8; 4]>,
    counters: Counters,
    pulses: u64,

    clock: Duration,
    marks: Marks,
    script: Script,
    out: Outputs,
}

impl PrinterCore {
    /// A printer that was just switched on with a full roll. Quirks that contradict each other are left out.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let quirks = if settings.quirks.check(settings.model).is_ok() { settings.quirks } else { Quirks::default() };
        let setup = setup(&settings, quirks);
        let mut core = Self {
            name: settings.name,
            buffer_size: settings.buffer.max(1),
            paper_length: settings.paper_length,
            speed: settings.speed,
            manner: Manner { model: settings.model, quirks },
            condition: Condition::new(),
            damage: settings.damage,
            proof: true,
            muted: false,
            half_open: false,
            busy: settings.busy,
            flow: settings.flow,
            baud: settings.baud,
            drip: settings.drip,
            stopped: false,
            host_obeys: true,
            host_baud: None,
            incoming: Pace::default(),
            mouth: Mouth::default(),
            delay: Duration::ZERO,
            session: Session::default(),
            buffer: VecDeque::new(),
            scanner: Scanner::default(),
            hasty: Parser::with(&setup.firmware),
            parser: Parser::with(&setup.firmware),
            events: VecDeque::new(),
            last_line: Vec::new(),
            this_line: Vec::new(),
            after_picture: false,
            cut_announced: false,
            consumed: Vec::new(),
            lost: 0,
            paper: Paper::new(setup),
            motion: None,
            owed: 0,
            ink: 0,
            coverage: 0,
            heat: Heat::default(),
            cooling: false,
            roll: None,
            held: Vec::new(),
            asb: 0,
            asb_at: Duration::ZERO,
            reported: [0; 4],
            was_online: true,
            process_ids: VecDeque::new(),
            counters: Counters::default(),
            pulses: 0,
            clock: Duration::ZERO,
            marks: Marks::default(),
            script: Script::default(),
            out: Outputs::default(),
            geometry: setup.geometry,
            firmware: setup.firmware,
        };
        core.session.second = settings.second;
        core.session.idle_reset = (settings.idle_reset > 0).then(|| Duration::from_secs(settings.idle_reset));
        core.session.close_after = Duration::from_secs(settings.close_delay);
        core.session.never_closes = settings.never_close;
        core.session.drop_after = settings.drop_after;
        core.heat.set_ambient(settings.ambient);
        core.set_rate();
        core.set_quirks(quirks);
        core.new_roll();
        if quirks.has(Quirk::PowerCut) {
            let power = |power| Change { power: Some(power), ..Change::default() };
            let on = Step { after: Some(When::Ms(2000)), at: None, set: power(Power::On), then: Vec::new() };
            let off = Step { after: Some(When::Bytes(400)), at: None, set: power(Power::Off), then: vec![on] };
            core.script.add(off, &core.marks);
        }
        core
    }

    /// Bytes that still go into the receive buffer.
    #[must_use]
    pub fn free(&self) -> usize {
        self.buffer_size.saturating_sub(self.buffer.len())
    }

    /// Bytes that may be taken off the wire now. Where the host can't be stopped, more than fit: they are lost.
    #[must_use]
    pub fn room(&self) -> usize {
        if !self.is_powered() || self.half_open {
            return 0;
        }
        let ahead = if self.incoming.is_limited() { AHEAD } else { CHUNK };
        let most = ahead.saturating_sub(self.incoming.len());
        let fits = self.free().saturating_sub(self.incoming.len()).min(most);
        match self.flow {
            Flow::Wire if self.busy == Busy::Offline && !self.condition.is_online() => 0,
            Flow::Wire => fits,
            Flow::Software | Flow::Hardware if self.host_obeys => {
                if self.stopped {
                    0
                } else {
                    fits
                }
            }
            Flow::Software | Flow::Hardware | Flow::None => most,
        }
    }

    /// What the host's side of a serial line is set to: whether it obeys the flow control in force, and its speed.
    pub fn set_host(&mut self, obeys: bool, baud: Option<u32>) {
        self.host_obeys = obeys;
        self.host_baud = baud;
    }

    /// Whether the plug is in.
    #[must_use]
    pub fn is_powered(&self) -> bool {
        self.condition.power == Power::On
    }

    /// The flow control in force.
    #[must_use]
    pub fn flow(&self) -> Flow {
        self.flow
    }

    /// What a second client meets.
    #[must_use]
    pub fn second(&self) -> Second {
        self.session.second
    }

    /// Whether a client is let in now.
    #[must_use]
    pub fn admits(&self) -> bool {
        !self.half_open && self.session.admits(self.clock)
    }

    /// Whether the connection is left to itself: nothing read, nothing said, not hung up.
    #[must_use]
    pub fn is_half_open(&self) -> bool {
        self.half_open
    }

    /// The quirks it has.
    #[must_use]
    pub fn quirks(&self) -> Quirks {
        self.manner.quirks
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
            model: self.manner.model,
            proof: self.proof,
            speed: self.speed,
            paper_left: self.roll.map(|dots| dots.saturating_sub(moved) * 254 / 10 / u64::from(self.geometry.dpi)),
            drawer_pulses: self.pulses,
            moving: self.motion.is_some(),
            feed: self.condition.feed,
            waiting: self.condition.waiting,
            drawer: self.condition.drawer,
            busy: self.busy,
            quirks: self.manner.quirks.list().collect(),
            flow: self.flow,
            baud: self.baud,
            drip: self.drip,
            stopped: self.stopped,
            mute: self.muted,
            half_open: self.half_open,
            second: self.session.second,
            received: self.marks.bytes,
            lost: self.lost,
            consumed: self.marks.consumed,
            sent: self.mouth.sent,
            connections: self.session.connections,
            moved_dots: self.marks.dots + moved,
            lines: self.paper.fed_dots() / 30,
            cuts: self.paper.cuts(),
            automatic_status: self.asb,
            heat: self.heat.percent(self.clock),
            steps: self.script.len(),
            damage: self.damage.clone(),
            clock_ms: u64::try_from(self.clock.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// The printer goes away: finished sheets that were still moving, and the torn sheet in its mouth if there is ink on it.
    pub fn tear_off(&mut self) -> Vec<Printed> {
        let mut sheets = std::mem::take(&mut self.held);
        if self.paper.has_ink() {
            let bytes = std::mem::take(&mut self.consumed);
            let damage = self.damage.clone();
            sheets.extend(self.paper.take_open().map(|sheet| Printed { sheet, bytes, damage }));
        }
        sheets
    }

    /// Before or after a change of state: status that is watched is told, the host is stopped or let go.
    fn changed(&mut self) {
        self.report();
        let online = self.condition.is_online();
        if self.was_online && !online && self.manner.has(Quirk::LosesBufferOffline) {
            self.clear();
        }
        self.was_online = online;
        self.regulate();
    }

    fn proof_given(&self, has: bool) -> bool {
        self.proof && has
    }

    fn is_idle(&self) -> bool {
        // the command that asks is itself in the buffer while the printer is offline
        self.motion.is_none() && self.owed == 0 && self.events.is_empty() && self.buffer.len() <= 3
    }
}

/// Measures and firmware with the quirks that are built into them.
fn setup(settings: &Settings, quirks: Quirks) -> Setup {
    let Settings { mut geometry, mut firmware, .. } = *settings;
    geometry.cjk_at_power_on &= !quirks.has(Quirk::ChineseOff);
    if quirks.has(Quirk::NoFourByte) && firmware.chinese == Chinese::Gb18030 {
        firmware.chinese = Chinese::Gbk;
    }
    if quirks.has(Quirk::UnknownAsText) {
        firmware.lacks = Firmware::BARE.lacks;
        firmware.page_rows = None;
    }
    Setup { geometry, firmware }
}

/// The sheet's ink that a command brings, roughly: text covers a quarter of its cells (escpos facts §3.4).
fn ink_of(event: &Event) -> u64 {
    const CELL: u64 = 12 * 24;
    match event {
        Event::Text(bytes) => bytes.len() as u64 * CELL / 4,
        Event::Raster { picture, wide, tall } => picture.ink() * u64::from(*wide) * u64::from(*tall),
        Event::Inline(picture) => picture.ink(),
        Event::Qr { data, module, .. } => (data.len() as u64 * 8 + 200) * u64::from(*module) * u64::from(*module),
        Event::Barcode(barcode) => {
            barcode.data.len() as u64 * 6 * u64::from(barcode.module) * u64::from(barcode.height)
        }
        _ => 0,
    }
}
