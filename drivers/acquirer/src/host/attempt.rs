//! Attempts at a route's hosts, primary first: what each step took and where it ended.

use std::{
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use model::{Measured, Reading, Step, StepName};
use rustls::StreamOwned;

use super::{address::HostAddress, fault::LinkFault, reader::Timed, resolve::resolve, tls::TlsTrust, wire::Wire};
use crate::{iso::Request, verdict::Verdict};

/// A peer that closes without a word is given so long to do it, beyond the round trip.
const EARLY: Duration = Duration::from_millis(30);
const EARLY_MOST: Duration = Duration::from_millis(300);

/// Where hosts are, and how they are spoken to.
#[derive(Debug, Clone)]
pub struct Route {
    pub primary: HostAddress,
    pub backup: Option<HostAddress>,
    /// `None`: plain TCP.
    pub tls: Option<TlsTrust>,
}

/// How long each step may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub resolve: Duration,
    /// All addresses of a name together.
    pub connect: Duration,
    pub tls: Duration,
    /// From the first byte sent to the last byte of the answer.
    pub response: Duration,
    /// For all steps at all hosts together; `None`: as long as they take.
    pub total: Option<Duration>,
}

/// A step with less time than this is not begun.
const WORTH: Duration = Duration::from_millis(200);

impl Limits {
    /// From `connect_timeout` and `response_timeout` of the config.
    pub fn new(connect: Duration, response: Duration) -> Limits {
        Limits { resolve: connect.min(Duration::from_secs(5)), connect, tls: connect, response, total: None }
    }

    /// The same limit for every step: for probes.
    pub fn each(limit: Duration) -> Limits {
        Limits { resolve: limit, connect: limit, tls: limit, response: limit, total: None }
    }
}

/// A step of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Resolve,
    Connect,
    Tls,
    Send,
    Answer,
}

impl Stage {
    /// Its name among the steps of an outcome.
    pub fn name(self) -> StepName {
        match self {
            Stage::Resolve => StepName::Dns,
            Stage::Connect => StepName::Tcp,
            Stage::Tls => StepName::Tls,
            Stage::Send => StepName::Send,
            Stage::Answer => StepName::Answer,
        }
    }
}

/// A step that went well, what it found, and its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Took {
    pub stage: Stage,
    pub time: Duration,
    pub detail: String,
    pub measured: Measured,
}

/// One try at one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub host: HostAddress,
    /// The address that took the connection.
    pub peer: Option<SocketAddr>,
    /// The steps that went well, in order.
    pub done: Vec<Took>,
    /// Where it ended and how long that step had taken; `None`: it went well.
    pub fault: Option<(LinkFault, Duration)>,
    /// The frame that came back, LEN first.
    pub answer: Option<Vec<u8>>,
}

impl Attempt {
    /// True if the kernel took our whole frame: the host may have it.
    pub fn frame_left(&self) -> bool {
        self.done.iter().any(|took| took.stage == Stage::Send)
    }

    /// Its steps as an outcome lists them.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = self
            .done
            .iter()
            .map(|took| Step {
                name: took.stage.name(),
                ok: Some(true),
                ms: milliseconds(took.time),
                detail: took.detail.clone(),
                measured: Some(took.measured.clone()),
            })
            .collect();
        if let Some((fault, time)) = &self.fault {
            steps.push(Step {
                name: fault.step(),
                ok: Some(false),
                ms: milliseconds(*time),
                detail: format!("{}: {fault}", self.host),
                measured: Some(fault.measured(&self.host)),
            });
        }
        steps
    }

    /// Runs a step with its own limit, or what is left of all.
    fn run<T>(
        &mut self,
        stage: Stage,
        limit: Duration,
        until: Option<Instant>,
        step: impl FnOnce(Duration) -> Result<(T, String, Measured), LinkFault>,
    ) -> Option<T> {
        let begun = Instant::now();
        let left = until.map_or(limit, |until| limit.min(until.saturating_duration_since(begun)));
        if left < limit && left < WORTH {
            self.fault = Some((LinkFault::OutOfTime { step: stage.name() }, Duration::ZERO));
            return None;
        }
        match step(left) {
            Ok((value, detail, measured)) => {
                self.done.push(Took { stage, time: begun.elapsed(), detail, measured });
                Some(value)
            }
            Err(fault) => {
                self.fault = Some((fault, begun.elapsed()));
                None
            }
        }
    }
}

/// All that was tried for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    pub attempts: Vec<Attempt>,
}

impl Exchange {
    /// The frame that came back, LEN first.
    pub fn answer(&self) -> Option<&[u8]> {
        self.attempts.iter().find_map(|attempt| attempt.answer.as_deref())
    }

    /// True if a whole frame of ours may have reached a host.
    pub fn frame_left(&self) -> bool {
        self.attempts.iter().any(Attempt::frame_left)
    }

    /// The fault of the attempt that came furthest, of equals the first; `None` if one went well.
    pub fn fault(&self) -> Option<&LinkFault> {
        if self.attempts.iter().any(|attempt| attempt.fault.is_none()) {
            return None;
        }
        let mut furthest: Option<&Attempt> = None;
        for attempt in &self.attempts {
            if furthest.is_none_or(|best| attempt.done.len() > best.done.len()) {
                furthest = Some(attempt);
            }
        }
        furthest.and_then(|attempt| attempt.fault.as_ref()).map(|(fault, _)| fault)
    }

    /// The cause of the furthest fault; the causes of the other attempts follow its candidates.
    pub fn verdict(&self) -> Option<Verdict> {
        let mut verdict = self.fault()?.verdict();
        for (fault, _) in self.attempts.iter().filter_map(|attempt| attempt.fault.as_ref()) {
            verdict.also(fault.verdict().cause);
        }
        Some(verdict)
    }

    /// The steps of all attempts, in the order tried.
    pub fn steps(&self) -> Vec<Step> {
        self.attempts.iter().flat_map(Attempt::steps).collect()
    }
}

/// Sends a request and brings one frame back. The backup is tried when the primary surely had no whole frame of ours.
pub fn exchange(route: &Route, request: &Request, limits: &Limits) -> Exchange {
    let until = limits.total.map(|total| Instant::now() + total);
    let mut attempts = vec![attempt(&route.primary, route.tls.as_ref(), Some(request.bytes()), limits, until)];
    let go_on = attempts.iter().all(|tried| tried.fault.is_some() && !tried.frame_left());
    if let Some(backup) = route.backup.as_ref().filter(|_| go_on) {
        attempts.push(attempt(backup, route.tls.as_ref(), Some(request.bytes()), limits, until));
    }
    Exchange { attempts }
}

/// Goes as far as TCP and, if wanted, TLS, sends nothing, and closes: a probe of one host.
pub fn reach(host: &HostAddress, tls: Option<&TlsTrust>, limits: &Limits) -> Attempt {
    attempt(host, tls, None, limits, limits.total.map(|total| Instant::now() + total))
}

fn attempt(
    host: &HostAddress,
    tls: Option<&TlsTrust>,
    frame: Option<&[u8]>,
    limits: &Limits,
    until: Option<Instant>,
) -> Attempt {
    let mut tried = Attempt { host: host.clone(), peer: None, done: Vec::new(), fault: None, answer: None };
    converse(&mut tried, tls, frame, limits, until);
    tried
}

/// The steps one after the other; `None` where one failed, which is noted in the attempt.
fn converse(
    tried: &mut Attempt,
    tls: Option<&TlsTrust>,
    frame: Option<&[u8]>,
    limits: &Limits,
    until: Option<Instant>,
) -> Option<()> {
    let host = tried.host.clone();
    let addresses = tried.run(Stage::Resolve, limits.resolve, until, |limit| {
        let found = resolve(&host, limit)?;
        let detail = found.iter().map(|address| address.ip().to_string()).collect::<Vec<_>>().join(", ");
        let measured = Measured::with(Reading::LookedUp, [detail.clone()]);
        Ok((found, detail, measured))
    })?;
    let begun = Instant::now();
    let (stream, peer) = tried.run(Stage::Connect, limits.connect, until, |limit| {
        let (stream, peer) = connect(&addresses, limit)?;
        Ok(((stream, peer), peer.to_string(), Measured::with(Reading::ConnectedTo, [peer.to_string()])))
    })?;
    let connecting = begun.elapsed();
    tried.peer = Some(peer);
    let mut timed = Timed::new(stream, Instant::now() + limits.tls);
    // what a peer does that closes as soon as it has accepted arrives one round trip after the connect, and connecting took
    // one; sent at once, our frame would be on its way by then, and it would look like a peer that had heard it
    let begun = Instant::now();
    if timed.closes_within((connecting + EARLY).min(EARLY_MOST)) {
        let fault = LinkFault::Dropped { sent: false, detail: "closed as soon as connected".to_owned() };
        tried.fault = Some((fault, begun.elapsed()));
        return None;
    }
    let mut wire = match tls {
        None => Wire::Plain(timed),
        Some(trust) => {
            let connection = tried.run(Stage::Tls, limits.tls, until, |limit| {
                timed.set_until(Instant::now() + limit);
                let connection = trust.handshake(&mut timed)?;
                let version =
                    connection.protocol_version().map_or_else(String::new, |version| format!("{version:?}, "));
                let measured = Measured::with(Reading::TlsAgreed, [trust.server_name().to_string()]);
                Ok((connection, format!("{version}certificate for {}", trust.server_name()), measured))
            })?;
            Wire::Tls(Box::new(StreamOwned::new(connection, timed)))
        }
    };
    if let Some(frame) = frame {
        let begun = Instant::now();
        tried.run(Stage::Send, limits.response, until, |limit| {
            let length = frame.len().to_string();
            wire.send(frame, begun + limit)?;
            Ok(((), format!("{length} bytes"), Measured::with(Reading::BytesSent, [length])))
        })?;
        // sending and answering share their limit
        let rest = limits.response.saturating_sub(begun.elapsed());
        let answer = tried.run(Stage::Answer, rest, until, |limit| {
            let answer = wire.receive(Instant::now() + limit, connecting)?;
            let length = answer.len().to_string();
            Ok((answer, format!("{length} bytes"), Measured::with(Reading::BytesCame, [length])))
        })?;
        tried.answer = Some(answer);
    }
    wire.close();
    Some(())
}

/// Address after address; each gets its share of what is left.
fn connect(addresses: &[SocketAddr], limit: Duration) -> Result<(TcpStream, SocketAddr), LinkFault> {
    let until = Instant::now() + limit;
    let mut failed = LinkFault::ConnectTimedOut;
    for (place, address) in addresses.iter().enumerate() {
        let share = u32::try_from(addresses.len() - place).unwrap_or(u32::MAX);
        let left = until.saturating_duration_since(Instant::now()) / share;
        if left.is_zero() {
            break;
        }
        match TcpStream::connect_timeout(address, left) {
            Ok(stream) => {
                // one small frame each way; without it only speed is lost
                let _ = stream.set_nodelay(true);
                return Ok((stream, *address));
            }
            Err(error) => {
                let fault = match error.kind() {
                    std::io::ErrorKind::ConnectionRefused => LinkFault::ConnectRefused,
                    std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => LinkFault::ConnectTimedOut,
                    std::io::ErrorKind::NetworkUnreachable => LinkFault::NetworkUnreachable,
                    std::io::ErrorKind::HostUnreachable => LinkFault::HostUnreachable,
                    _ => LinkFault::ConnectFailed { detail: error.to_string() },
                };
                // a refusal says most: somebody is there
                if failed != LinkFault::ConnectRefused {
                    failed = fault;
                }
            }
        }
    }
    Err(failed)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
