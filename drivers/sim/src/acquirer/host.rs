//! The host without I/O: a frame and the time in, a frame out. The checks and their order are those of the fact sheet
//! (§3.4). Settlement and trades have files of their own.

use std::collections::{BTreeMap, VecDeque};

use jiff::civil::DateTime;

use super::change::{Hsm, Merchant, Pin};
use super::fault::{Fault, FaultKind, Faults};
use super::frame::Frame;
use super::hex;
use super::key_set::{KeyMaker, KeySet, Layout, field_62};
use super::message::Message;
use super::state::{Exchange, State};
use super::station::{Signed, Standing, Station};

/// Exchanges that `get state` shows.
const RECENT: usize = 64;
/// Field 32.
pub(super) const ACQUIRER: &str = "48021000";
/// Reference numbers are this and a count.
const REFERENCE: &str = "093105";

/// What the host is made with.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) merchant_id: String,
    pub(super) terminals: Vec<String>,
    pub(super) tmk: Vec<u8>,
    pub(super) layout: Layout,
    pub(super) tpdu: [u8; 5],
    pub(super) header: [u8; 6],
    pub(super) clock: i64,
    pub(super) seed: u64,
    pub(super) faults: Vec<Fault>,
}

/// A code and why; the answer of a check that failed.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: String,
    pub(super) why: &'static str,
}

pub(super) fn refuse(code: &str, why: &'static str) -> Refusal {
    Refusal { code: code.to_owned(), why }
}

/// An answer, or why there is none.
#[derive(Debug)]
pub(super) enum Answer {
    Message(Message, &'static str),
    /// The connection is to end without a byte.
    Close(&'static str),
}

/// What leaves for one request.
#[derive(Debug)]
pub(super) struct Reply {
    /// With LEN; `None` closes the connection.
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) exchange: Exchange,
}

/// The host.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) merchant_id: String,
    pub(super) merchant: Merchant,
    pub(super) hsm: Hsm,
    tmk: Vec<u8>,
    pub(super) layout: Layout,
    tpdu: [u8; 5],
    header: [u8; 6],
    pub(super) clock: i64,
    pub(super) pin: Pin,
    pub(super) key_maker: KeyMaker,
    pub(super) faults: Faults,
    pub(super) stations: BTreeMap<String, Station>,
    references: u64,
    previous: Option<Vec<u8>>,
    exchanges: u64,
    pub(super) connections: u64,
    recent: VecDeque<Exchange>,
}

impl Host {
    pub(super) fn new(settings: Settings) -> Self {
        let stations = settings.terminals.into_iter().map(|id| (id, Station::default())).collect();
        Self {
            merchant_id: settings.merchant_id,
            merchant: Merchant::Normal,
            hsm: Hsm::Ok,
            tmk: settings.tmk,
            layout: settings.layout,
            tpdu: settings.tpdu,
            header: settings.header,
            clock: settings.clock,
            pin: Pin::default(),
            key_maker: KeyMaker::new(settings.seed),
            faults: Faults::new(settings.faults),
            stations,
            references: 0,
            previous: None,
            exchanges: 0,
            connections: 0,
            recent: VecDeque::new(),
        }
    }

    /// Answers what follows LEN. `now` is local time.
    pub(super) fn answer(&mut self, bytes: &[u8], now: DateTime) -> Reply {
        let frame = Frame::decode(bytes);
        let decoded = frame.as_ref().map(|frame| Message::decode(&frame.body));
        let (request, broken) = match decoded {
            None => (Message::default(), true),
            Some(Ok(message)) => (message, false),
            Some(Err(broken)) => (broken.message, true),
        };
        let answer = match &frame {
            None => Answer::Close("no frame"),
            Some(frame) if self.is_foreign_tpdu(frame) => Answer::Close("unknown NII"),
            Some(frame) if self.is_foreign_header(frame) => Answer::Close("unknown header version"),
            Some(_) => self.decide(&request, broken, now),
        };
        self.exchanges += 1;
        let mut exchange = Exchange {
            number: self.exchanges,
            request: request.name(),
            terminal: request.text(41).unwrap_or("").to_owned(),
            trace: request.text(11).unwrap_or("").to_owned(),
            batch: request.text(60).and_then(|text| text.get(2..8)).unwrap_or("").to_owned(),
            code: None,
            note: String::new(),
        };
        let bytes = match (answer, frame) {
            (Answer::Message(message, note), Some(frame)) => {
                exchange.code = Some(message.text(39).unwrap_or("--").to_owned());
                note.clone_into(&mut exchange.note);
                Some(self.put_in_frame(message, &frame))
            }
            (Answer::Close(note), _) => {
                note.clone_into(&mut exchange.note);
                None
            }
            (Answer::Message(..), None) => None,
        };
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(exchange.clone());
        Reply { bytes, exchange }
    }

    fn is_foreign_tpdu(&mut self, frame: &Frame) -> bool {
        frame.tpdu.get(..3) != self.tpdu.get(..3) && self.faults.strikes(&FaultKind::TpduStrict)
    }

    fn is_foreign_header(&mut self, frame: &Frame) -> bool {
        frame.header.get(..2) != self.header.get(..2) && self.faults.strikes(&FaultKind::HeaderStrict)
    }

    /// The frame of an answer, with the faults of integrity in it.
    fn put_in_frame(&mut self, mut message: Message, frame: &Frame) -> Vec<u8> {
        if let Some(field) =
            self.faults.take(|kind| if let FaultKind::EchoWrong(field) = kind { Some(*field) } else { None })
            && let Some(value) = message.bytes(field)
        {
            let mut value = value.to_vec();
            value.iter_mut().rev().take(1).for_each(|byte| *byte = if *byte == b'9' { b'8' } else { b'9' });
            message.set(field, value);
        }
        if let Some(mti) =
            self.faults.take(|kind| if let FaultKind::Mti(mti) = kind { Some(mti.clone()) } else { None })
        {
            message.set_mti(&mti);
        }
        if message.has(39) && self.faults.strikes(&FaultKind::No39) {
            message.remove(39);
        }
        let demand = self.faults.take(|kind| if let FaultKind::Demand(digit) = kind { Some(*digit) } else { None });
        let swap = !self.faults.strikes(&FaultKind::TpduNoswap);
        let bytes = frame.answer(message.encode(), swap, demand.unwrap_or(0)).encode();
        match self.previous.replace(bytes.clone()) {
            Some(previous) if self.faults.strikes(&FaultKind::ReplayPrevious) => previous,
            _ => bytes,
        }
    }

    fn decide(&mut self, request: &Message, broken: bool, now: DateTime) -> Answer {
        let mut answer = self.start_answer(request, now);
        match self.carry_out(request, broken, &mut answer) {
            Ok(None) => Answer::Message(answer, ""),
            Ok(Some(close)) => Answer::Close(close),
            Err(refusal) => {
                for field in [15, 32, 37, 38, 48, 62] {
                    answer.remove(field);
                }
                answer.set(39, &refusal.code);
                self.seal(request, &mut answer);
                Answer::Message(answer, refusal.why)
            }
        }
    }

    /// What every answer carries: what is echoed, and the host's time.
    fn start_answer(&mut self, request: &Message, now: DateTime) -> Message {
        let mti = request.mti().parse::<u16>().unwrap_or(800).saturating_add(10);
        let mut answer = Message::new(&format!("{mti:04}"));
        for field in [11, 41, 42, 60] {
            if let Some(value) = request.bytes(field) {
                answer.set(field, value);
            }
        }
        let shift = self.faults.look(|kind| if let FaultKind::Clock(shift) = kind { Some(*shift) } else { None });
        let shift = jiff::SignedDuration::from_secs(self.clock.saturating_add(shift.unwrap_or(0)));
        let time = self.pin.time.unwrap_or(now).saturating_add(shift);
        answer.set(12, time.strftime("%H%M%S").to_string());
        answer.set(13, time.strftime("%m%d").to_string());
        answer
    }

    /// Field 37 and 32 of a good answer, 39 = 00.
    pub(super) fn approve(&mut self, answer: &mut Message) {
        self.references += 1;
        answer.set(32, ACQUIRER);
        answer.set(37, format!("{REFERENCE}{:06}", self.references % 1_000_000));
        answer.set(39, "00");
    }

    /// The checks of §3.4 in their order, then the request itself. `Some` closes the connection.
    fn carry_out(
        &mut self,
        request: &Message,
        broken: bool,
        answer: &mut Message,
    ) -> Result<Option<&'static str>, Refusal> {
        let (mti, network_code) = (request.mti().to_owned(), request.network_code().to_owned());
        let code = self.faults.take(|kind| match kind {
            FaultKind::Code(fault) if fault.is_for(&mti, &network_code) => Some(fault.code.clone()),
            _ => None,
        });
        if let Some(code) = code {
            return Err(Refusal { code, why: "by switch" });
        }
        if broken || network_code.is_empty() {
            return Err(refuse("30", "format"));
        }
        let (Some(terminal), Some(merchant)) = (request.text(41), request.text(42)) else {
            return Err(refuse("30", "no terminal or merchant number"));
        };
        if merchant != self.merchant_id || self.merchant == Merchant::Missing {
            return Err(refuse("03", "merchant not registered"));
        }
        if self.merchant == Merchant::Closed {
            return Err(refuse("03", "merchant closed"));
        }
        let settle_first = self.faults.has(&FaultKind::RequireSettle);
        let echo_open = self.faults.has(&FaultKind::EchoOpen);
        let station = self.stations.get_mut(terminal).filter(|station| station.standing != Standing::Missing);
        let station = station.ok_or_else(|| refuse("97", "terminal not registered"))?;
        station.trace = request.text(11).map(str::to_owned).or(station.trace.take());
        match station.standing {
            Standing::Stopped => return Err(refuse("58", "terminal stopped")),
            Standing::BoundElsewhere => return Err(refuse("58", "terminal bound to another line")),
            _ => {}
        }
        let sign_in = mti == "0800" && matches!(network_code.as_str(), "001" | "003" | "004" | "006");
        let (echo, settling) = (mti == "0820" && network_code == "301", matches!(mti.as_str(), "0500" | "0320"));
        let sign_off = mti == "0820" && network_code == "002";
        let excused = sign_in || (echo && echo_open) || (settling && settle_first);
        if !excused {
            if station.standing == Standing::NeverActivated {
                return Err(refuse("97", "no row of sign-ins"));
            }
            if station.standing == Standing::Deregistered {
                return Err(refuse("58", "terminal deregistered"));
            }
            if station.signed != Signed::In {
                return Err(refuse("77", "terminal not signed in"));
            }
            if !station.accepts_batch(request.batch(), sign_off) {
                return Err(refuse("77", "another batch"));
            }
        }
        if station.standing == Standing::Blacklisted {
            return Err(refuse("58", "terminal blacklisted"));
        }
        if settle_first && !settling && !echo {
            self.faults.take(|kind| (*kind == FaultKind::RequireSettle).then_some(()));
            return Err(refuse("77", "to be settled first"));
        }
        match (mti.as_str(), network_code.as_str()) {
            _ if sign_in => self.sign_in(request, answer).map(|()| None),
            _ if sign_off => self.sign_off(request, answer).map(|()| None),
            ("0820", "301" | "362") => {
                self.approve(answer);
                Ok(None)
            }
            ("0500", "201") => self.settle(request, answer).map(|()| None),
            ("0320", _) => self.upload(request, answer),
            ("0200", _) => self.trade(request, answer).map(|()| None),
            ("0400", _) => self.reverse(request, answer).map(|()| None),
            ("0800" | "0820" | "0500" | "0100" | "0220", _) => Err(refuse("40", "function not supported")),
            _ => Err(refuse("12", "unknown message")),
        }
    }

    pub(super) fn station(&mut self, request: &Message) -> Result<&mut Station, Refusal> {
        let station = request.text(41).and_then(|terminal| self.stations.get_mut(terminal));
        station.ok_or_else(|| refuse("97", "terminal not registered"))
    }

    fn sign_in(&mut self, request: &Message, answer: &mut Message) -> Result<(), Refusal> {
        match self.hsm {
            Hsm::Ok => {}
            Hsm::Down => return Err(refuse("96", "security module down")),
            Hsm::Failing => return Err(refuse("A7", "security module fails")),
        }
        if self.station(request)?.standing == Standing::NoKey {
            return Err(refuse("96", "no TMK for the terminal"));
        }
        let keys = self.new_keys();
        let given = self.faults.take(|kind| if let FaultKind::Batch(batch) = kind { Some(*batch) } else { None });
        let jump = self.faults.strikes(&FaultKind::BatchJump);
        let layout = self.layout.for_code(request.network_code());
        let station = self.station(request)?;
        station.sign_ins += 1;
        station.signed = Signed::In;
        if matches!(station.standing, Standing::NeverActivated | Standing::Deregistered) {
            station.standing = Standing::Normal;
        }
        match given {
            Some(batch) if batch != station.batch => {
                station.empty();
                station.batch = batch;
            }
            _ if jump => station.advance_batch(7),
            _ => {}
        }
        station.keys = Some((keys.clone(), layout));
        let batch = station.batch;
        self.approve(answer);
        answer.set(60, format!("{}{batch:06}{}", request.trade(), request.network_code()));
        let fault = self.faults.take(|kind| if let FaultKind::Keys(fault) = kind { Some(*fault) } else { None });
        if let Some(field) = field_62(&keys, &self.tmk, self.layout, request.network_code(), fault) {
            answer.set(62, field);
        }
        let second =
            |kind: &FaultKind| if let FaultKind::SecondTerminal { batch } = kind { Some(*batch) } else { None };
        if let Some(batch) = self.faults.take(second) {
            let keys = self.key_maker.make();
            self.station(request)?.disturb(keys, batch);
        }
        Ok(())
    }

    fn new_keys(&mut self) -> KeySet {
        let pinned = self.pin.keys.as_ref().and_then(|[pik, mak, tdk]| {
            Some(KeySet { pik: hex::array(pik)?, mak: hex::array(mak)?, tdk: hex::array(tdk)? })
        });
        pinned.unwrap_or_else(|| self.key_maker.make())
    }

    fn sign_off(&mut self, request: &Message, answer: &mut Message) -> Result<(), Refusal> {
        let station = self.station(request)?;
        station.signed = Signed::Off;
        station.keys = None;
        station.advance_batch(1);
        self.faults.signed_off();
        self.approve(answer);
        Ok(())
    }

    pub(super) fn state(&self) -> State {
        State {
            merchant_id: self.merchant_id.clone(),
            merchant: self.merchant,
            hsm: self.hsm,
            layout: self.layout,
            clock: self.clock,
            faults: self.faults.list().to_vec(),
            terminals: self.stations.iter().map(|(id, station)| station.state(id)).collect(),
            connections: self.connections,
            exchanges: self.exchanges,
            recent: self.recent.iter().cloned().collect(),
        }
    }
}
