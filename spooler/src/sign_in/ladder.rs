//! The ladder (`diagnose`): rung by rung from the cable to the keys, stopping where the cause is found. What was not measured
//! is said to be so, and is never ok (DESIGN §4.9). Each rung gets a limit of its own, or what is left of five seconds.

use std::time::Duration;

use acquirer::{MasterKey, SealedKeys, Verdict};
use model::{Measured, Moment, Reading, SignInAnswer, SignInCause as Cause, SignInState, Step, StepName, Via};
use protocol::{Conclusion, Diagnosed, Finding, PrinterRow, PrinterState, request::Ladder};
use store::SignInRow;

pub(crate) use super::probe::Machine;
use super::{
    core::{SKEW_MS, doubt_cause},
    probe::{Echoed, Probes, Rung},
    said::{self, Said},
    setup::{KNOCK, Setup},
    way, words,
};

/// The whole ladder: five seconds less what telling it takes.
pub(crate) const ALL: Duration = Duration::from_millis(4800);
/// The hosts, side by side.
const HOSTS: Duration = Duration::from_secs(2);
const ECHO: Duration = Duration::from_secs(2);
/// A rung with less time than this is not begun.
const WORTH: Duration = Duration::from_millis(200);

/// What is known without measuring.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) row: SignInRow,
    pub(crate) last_sign_in: Option<SignInAnswer>,
    pub(crate) now: Moment,
    /// The desk speaks with the payment terminal right now.
    pub(crate) line_busy: bool,
}

/// Who looks on while the ladder is climbed.
pub(crate) trait Watch {
    /// A rung has ended. `false`: nobody wants to know any more.
    fn rung(&mut self, finding: &Finding) -> bool;
}

/// Nobody looks on.
pub(crate) struct Unwatched;

impl Watch for Unwatched {
    fn rung(&mut self, _: &Finding) -> bool {
        true
    }
}

/// The rungs so far, and what time there is.
struct Climb<'a> {
    probes: &'a dyn Probes,
    watch: &'a mut dyn Watch,
    rungs: Vec<Rung>,
    stopped: bool,
}

impl Climb<'_> {
    /// A rung has ended, as it will stand in the answer.
    fn push(&mut self, rung: Rung) {
        self.stopped |= !self.watch.rung(&of_rung(&rung));
        self.rungs.push(rung);
    }

    fn found(&self) -> bool {
        found(&self.rungs)
    }

    /// How long this rung may take; or why there is no time for it.
    fn time_for(&self, own: Duration) -> Result<Duration, Said> {
        if self.stopped {
            return Err(Said::of(Reading::Stopped, "it was stopped"));
        }
        let left = ALL.saturating_sub(self.probes.elapsed());
        if left < WORTH {
            return Err(Said::of(Reading::OutOfTime, "the five seconds were over"));
        }
        Ok(own.min(left))
    }

    /// Runs a probe if there is time, else says that there is none.
    fn measured(&self, name: StepName, probe: impl FnOnce(&dyn Probes) -> Rung) -> Rung {
        match self.time_for(ALL) {
            Ok(_) => probe(self.probes),
            Err(why) => Rung::unmeasured(name, why),
        }
    }

    fn local(&self) -> Vec<Rung> {
        vec![
            self.measured(StepName::Link, |probes| probes.link()),
            self.measured(StepName::Address, |probes| probes.address()),
            self.measured(StepName::Gateway, |probes| probes.gateway()),
        ]
    }
}

/// Findings, then the conclusion.
pub(crate) fn climb(
    which: Ladder,
    setup: Option<&Setup>,
    known: &Known,
    printers: &[PrinterRow],
    probes: &dyn Probes,
    watch: &mut dyn Watch,
) -> Vec<Diagnosed> {
    let mut climb = Climb { probes, watch, rungs: Vec::new(), stopped: false };
    match (which, setup) {
        (Ladder::Network, None) => climb.local().into_iter().for_each(|rung| climb.push(rung)),
        (Ladder::SignIn, None) => {
            let said = Said::of(Reading::NotConfigured, "there is no [acquirer] in the config");
            climb.push(Rung::bad(StepName::Identity, said, Verdict::new(Cause::NotConfigured, &[])));
        }
        (Ladder::Printing, _) | (Ladder::All, None) => {}
        (_, Some(setup)) => climb.way(which, setup, known),
    }
    let printing = matches!(which, Ladder::Printing | Ladder::All);
    let papers: Vec<Finding> = if printing { printers.iter().map(of_printer).collect() } else { Vec::new() };
    for paper in &papers {
        climb.stopped |= !climb.watch.rung(paper);
    }
    let waits = setup.is_some() && which != Ladder::Printing && which != Ladder::Network;
    let waits = waits && known.row.state != SignInState::SignedIn && !climb.stopped;
    let conclusion = conclusion(&climb.rungs, &papers, waits);
    let findings = climb.rungs.iter().map(of_rung).chain(papers).map(Diagnosed::Finding);
    findings.chain(std::iter::once(Diagnosed::Conclusion(conclusion))).collect()
}

fn of_rung(rung: &Rung) -> Finding {
    Finding {
        finding: rung.name.word().to_owned(),
        ok: rung.ok,
        ms: rung.ms,
        detail: rung.said.detail.clone(),
        measured: Some(rung.said.measured.clone()),
        cause: rung.verdict.as_ref().map(|verdict| verdict.cause.word().to_owned()),
    }
}

impl Climb<'_> {
    /// From here to the host and back.
    fn way(&mut self, which: Ladder, setup: &Setup, known: &Known) {
        if let Some(why) = unusable(setup) {
            let verdict = Verdict::new(Cause::NotConfigured, &[]);
            return self.push(Rung::bad(StepName::Identity, Said::config(&why), verdict));
        }
        if setup.via == Via::Terminal && which != Ladder::Network {
            self.terminal(setup, known);
        }
        let reached = setup.route.is_some() && !self.found() && {
            self.network(setup);
            !self.found()
        };
        let mut clock = Rung::unmeasured(StepName::Clock, Said::of(Reading::NoHostTime, "no host has told its time"));
        if which != Ladder::Network && !self.found() {
            let mut echo_code = None;
            if reached && setup.via == Via::Host {
                let (echo, code) = self.echo(setup, known, &mut clock);
                echo_code = code;
                self.push(echo);
            }
            if !self.found() {
                let line = self.rungs.iter().any(|rung| rung.name == StepName::EcrLink && rung.ok == Some(true));
                of_state(setup, known, echo_code.as_deref(), line).into_iter().for_each(|rung| self.push(rung));
            }
        }
        // nobody's card was ever paid in such a year: the battery of the clock is empty
        let year = known.now.wall().year();
        if year < 2024 {
            let said = Said::with(Reading::OurYear, [year.to_string()], format!("our clock says {year}"));
            clock = Rung::bad(StepName::Clock, said, Verdict::new(Cause::ClockWrong, &[]));
        }
        self.push(clock);
        // it is told last and read first
        self.rungs.rotate_right(1);
    }
}

fn unusable(setup: &Setup) -> Option<String> {
    let ecr = setup.ecr.as_ref().and_then(|ecr| ecr.address.as_ref().err().cloned());
    let route = setup.route.as_ref().and_then(|route| route.as_ref().err().cloned());
    ecr.or(route).or_else(|| setup.terminal.as_ref().err().cloned().filter(|_| setup.via == Via::Host))
}

fn found(rungs: &[Rung]) -> bool {
    rungs.iter().any(|rung| rung.ok == Some(false) && !rung.aside)
}

impl Climb<'_> {
    /// Where the hosts are reached, cable, address and gateway can't be what is wrong: a bad one of these is told when that
    /// is known, and what lies above one that stays bad says nothing any more.
    fn network(&mut self, setup: &Setup) {
        let mut local = self.local();
        let bad = local.iter().position(|rung| rung.ok == Some(false)).unwrap_or(local.len());
        let mut held = local.split_off(bad);
        local.into_iter().for_each(|rung| self.push(rung));
        let (hosts, late) = match self.time_for(HOSTS) {
            Ok(limit) => (self.probes.hosts(setup, limit), None),
            Err(why) => (Vec::new(), Some(why)),
        };
        let here = setup.route.as_ref().and_then(|route| route.as_ref().ok()).is_some_and(|route| {
            std::iter::once(&route.primary)
                .chain(&route.backup)
                .all(|host| host.literal().is_some_and(|address| address.is_loopback()) || host.host() == "localhost")
        });
        let tcp = |causes: &[Cause]| {
            let failed =
                hosts.iter().filter(|rung| rung.name == StepName::Tcp).filter_map(|rung| rung.verdict.as_ref());
            failed.into_iter().any(|verdict| causes.contains(&verdict.cause))
        };
        // who refuses is there, too
        let connected = hosts.iter().any(|rung| rung.name == StepName::Tcp && rung.ok == Some(true))
            || tcp(&[Cause::ConnectionRefused, Cause::ConnectionDropped]);
        // without any way there the kernel would have said so at once
        let way = tcp(&[Cause::Unreachable]);
        for rung in held.iter_mut().filter(|rung| rung.ok == Some(false)) {
            let no_route = rung.said.measured.reading() == Some(Reading::NoRoute);
            let why = match (here, connected, way && no_route) {
                (true, ..) => (Reading::HostIsHere, "the host is on this machine"),
                (_, true, _) => (Reading::HostIsReached, "yet the host is reached"),
                (.., true) => (Reading::NoRouteNeeded, "the host needs none"),
                _ => continue,
            };
            *rung = Rung::unmeasured(rung.name, rung.said.clone().but(why.0, why.1));
        }
        for rung in held.into_iter().chain(hosts) {
            self.push(rung);
            if self.found() {
                return;
            }
        }
        for name in [StepName::Dns, StepName::Tcp, StepName::Tls] {
            if self.rungs.iter().any(|rung| rung.name == name) {
                continue;
            }
            let plain =
                setup.route.as_ref().and_then(|route| route.as_ref().ok()).is_some_and(|route| route.tls.is_none());
            let why = match &late {
                _ if name == StepName::Tls && plain => Said::of(Reading::PlainTcp, "the config asks for plain TCP"),
                Some(why) => why.clone(),
                None => Said::of(Reading::NotMeasured, "not measured"),
            };
            self.push(Rung::unmeasured(name, why));
        }
    }

    fn terminal(&mut self, setup: &Setup, known: &Known) {
        let names = [StepName::EcrLink, StepName::TerminalBusy];
        if known.line_busy {
            let why = Said::of(Reading::CommandUnderWay, "a command to the terminal is under way");
            return names.into_iter().for_each(|name| self.push(Rung::unmeasured(name, why.clone())));
        }
        match self.time_for(KNOCK) {
            Ok(limit) => self.probes.terminal(setup, limit).into_iter().for_each(|rung| self.push(rung)),
            Err(why) => self.push(Rung::unmeasured(StepName::EcrLink, why)),
        }
        if !self.found() {
            let busy = failed_last(known).filter(|(verdict, _)| verdict.cause == Cause::TerminalBusy);
            self.push(match busy {
                Some((verdict, said)) => Rung::bad(StepName::TerminalBusy, said, verdict),
                None => {
                    let why = "a terminal tells that only when it is asked to sign in";
                    Rung::unmeasured(StepName::TerminalBusy, Said::of(Reading::OnlyWhenAsked, why))
                }
            });
        }
    }

    /// The echo, the code it was answered with, and what it says of the clock.
    fn echo(&self, setup: &Setup, known: &Known, clock: &mut Rung) -> (Rung, Option<String>) {
        let limit = match self.time_for(ECHO) {
            Ok(limit) => limit,
            Err(why) => return (Rung::unmeasured(StepName::Echo, why), None),
        };
        match self.probes.echo(setup, known.row.batch, limit) {
            Echoed::Nothing(rung) => (rung, None),
            Echoed::Strange(said, verdict) => (Rung::bad(StepName::Echo, said, verdict), None),
            Echoed::Answer(response) => {
                if let Some(time) = response.host_clock().and_then(|host| host.near(known.now)) {
                    let skew = time.unix_ms() - known.now.unix_ms();
                    *clock = if skew.unsigned_abs() > SKEW_MS {
                        Rung::bad(StepName::Clock, said::skew(skew), Verdict::new(Cause::ClockWrong, &[]))
                    } else {
                        Rung::good(StepName::Clock, said::skew(skew))
                    };
                }
                let code = response.code().map(str::to_owned);
                let said = match &code {
                    Some(code) => Said::with(Reading::AnsweredCode, [code.as_str()], format!("answered {code}")),
                    None => Said::of(Reading::AnsweredWithoutCode, "answered without a code"),
                };
                (Rung::good(StepName::Echo, said), code)
            }
        }
    }
}

/// Why the last sign-in failed, if none has succeeded since. After some codes the keys from before still hold, and the terminal
/// is signed in nonetheless: that mends nothing.
fn failed_last(known: &Known) -> Option<(Verdict, Said)> {
    let helped = |last: &&SignInAnswer| known.row.signed_in_at.is_none_or(|at| at.unix_ms() <= last.at.unix_ms());
    let last = known.last_sign_in.as_ref().filter(helped)?;
    let settled = || known.row.settled.last().is_some_and(|(batch, _)| Some(batch) == known.row.batch);
    let cause = last.cause.filter(|cause| *cause != Cause::BatchOpen || !settled())?;
    Some((Verdict::new(cause, &last.candidates), said::last_sign_in(last.at, last.code.as_deref())))
}

/// A rung has just measured well what the last sign-in failed for: what is so no more is no cause.
fn is_over(cause: Cause, last: &SignInAnswer, echoed: bool, line: bool) -> bool {
    let reading = || Step::decisive(&last.steps).and_then(|step| step.measured.as_ref()).and_then(Measured::reading);
    match cause {
        Cause::NoLink
        | Cause::NoAddress
        | Cause::NoGateway
        | Cause::DnsFailed
        | Cause::Unreachable
        | Cause::ConnectionRefused
        | Cause::TlsExpired
        | Cause::TlsUntrusted
        | Cause::TlsWrongName
        | Cause::TlsFailed
        | Cause::ClockWrong
        | Cause::Addressing => echoed,
        // one that took the command and fell silent may do so again
        Cause::TerminalNotAnswering => {
            line && matches!(reading(), Some(Reading::NotAcknowledged | Reading::LineNotOpened))
        }
        _ => false,
    }
}

/// identity, keys, batch, duplicate_terminal, and the code of the last sign-in: what the host says of us.
fn of_state(setup: &Setup, known: &Known, echo: Option<&str>, line: bool) -> Vec<Rung> {
    use Cause::{
        BatchOpen, DuplicateTerminal, HostStateDiffers, KeyCheckFailed, KeyLayoutUnknown, MacMismatch,
        MasterKeyMissing, MerchantNotRegistered, TerminalNotPermitted, TerminalNotRegistered,
    };
    let name = setup.name.as_deref();
    let over = |(verdict, _): &(Verdict, Said)| {
        known.last_sign_in.as_ref().is_some_and(|last| is_over(verdict.cause, last, echo.is_some(), line))
    };
    let last = failed_last(known).filter(|failed| !over(failed));
    let last_of = |causes: &[Cause]| last.clone().filter(|(verdict, _)| causes.contains(&verdict.cause));
    let doubt = known.row.doubt.as_ref().map(|doubt| {
        let cause = doubt_cause(doubt);
        let also: &[Cause] = match cause {
            MacMismatch => &[DuplicateTerminal],
            DuplicateTerminal => &[MacMismatch],
            _ => &[],
        };
        let detail = format!(
            "a sale got {} at {}, after {} good ones on the same keys",
            doubt.code, doubt.at, doubt.good_before
        );
        let args = [doubt.code.clone(), doubt.at.to_string(), doubt.good_before.to_string()];
        (Verdict::new(cause, also), Said::with(Reading::SaleCode, args, detail))
    });
    let echo_verdict = echo.filter(|code| *code != "00").map(|code| setup.book.verdict(name, code));
    let echo_said = || {
        let code = echo.unwrap_or_default();
        Said::with(Reading::AnsweredCode, [code], format!("the echo was answered {code}"))
    };
    let of_echo = |causes: &[Cause]| {
        let verdict = echo_verdict.clone().filter(|verdict| causes.contains(&verdict.cause))?;
        Some((verdict, echo_said()))
    };
    let signed_in = known.row.state == SignInState::SignedIn;
    let rung = |name, bad: Option<(Verdict, Said)>, good: Option<Said>, unmeasured: Said| match (bad, good) {
        (Some((verdict, said)), _) => Rung::bad(name, said, verdict),
        (None, Some(said)) => Rung::good(name, said),
        (None, None) => Rung::unmeasured(name, unmeasured),
    };
    let only_sign_in = || Said::of(Reading::OnlySignInTells, "only a sign-in tells");
    let identities = &[MerchantNotRegistered, TerminalNotRegistered, TerminalNotPermitted];
    let identity = rung(
        StepName::Identity,
        last_of(identities).or_else(|| of_echo(identities)),
        (signed_in && echo == Some("00"))
            .then(|| Said::of(Reading::HostKnowsUs, "the host knows terminal and merchant")),
        only_sign_in(),
    );
    let mac = doubt.clone().filter(|(verdict, _)| verdict.cause == MacMismatch);
    let keys = match setup.via {
        Via::Terminal => {
            let why = Said::of(Reading::TerminalHasKeys, "the payment terminal has the keys");
            Rung::unmeasured(StepName::Keys, why)
        }
        Via::Host => {
            let (bad, good) = kept_keys(setup, known);
            rung(
                StepName::Keys,
                bad.or_else(|| last_of(&[KeyCheckFailed, KeyLayoutUnknown, MasterKeyMissing])).or(mac.clone()),
                good,
                Said::of(Reading::NoKeys, "there are no keys"),
            )
        }
    };
    let keys = match (setup.via, mac) {
        (Via::Terminal, Some((verdict, said))) => Rung::bad(StepName::Keys, said, verdict),
        _ => keys,
    };
    let duplicate = rung(
        StepName::DuplicateTerminal,
        doubt.clone().filter(|(verdict, _)| verdict.cause == DuplicateTerminal),
        (signed_in && known.row.good_sales > 0)
            .then(|| Said::of(Reading::SalesApproved, "sales since the sign-in were approved")),
        Said::of(Reading::NoSaleYet, "no sale since the sign-in"),
    );
    let replaced = doubt.as_ref().is_some_and(|(verdict, _)| verdict.cause != HostStateDiffers);
    let differs = doubt.filter(|(verdict, _)| verdict.cause == HostStateDiffers && !signed_in);
    // 77 on an echo says only that nobody is signed in: an older cause says more
    let other = last.clone().filter(|(verdict, _)| ![BatchOpen, HostStateDiffers].contains(&verdict.cause));
    let batch = rung(
        StepName::Batch,
        last_of(&[BatchOpen, HostStateDiffers])
            .or(differs)
            .or_else(|| of_echo(&[HostStateDiffers]).filter(|_| other.is_none() && !replaced)),
        (signed_in && echo == Some("00")).then(|| Said::of(Reading::SameBatch, "the host has the same batch")),
        only_sign_in(),
    );
    let mut rungs = vec![identity, keys, batch, duplicate];
    if let Some(place) = rungs.iter().position(|rung| rung.ok == Some(false)) {
        rungs.truncate(place + 1);
    } else if let Some((verdict, said)) = last {
        rungs.push(Rung::bad(StepName::Code, said, verdict));
    } else if let Some(verdict) = echo_verdict {
        rungs.push(Rung::bad(StepName::Code, echo_said(), verdict));
    }
    rungs
}

/// The kept keys under the master key as it is now.
fn kept_keys(setup: &Setup, known: &Known) -> (Option<(Verdict, Said)>, Option<Said>) {
    let master: MasterKey = match way::master_key(setup) {
        Ok(master) => master,
        Err((verdict, step)) => {
            let measured = step.measured.unwrap_or_else(|| Measured::of(Reading::MasterKeyUnusable));
            return (Some((verdict, Said { detail: step.detail, measured })), None);
        }
    };
    let Some(sealed) = &known.row.keys else { return (None, None) };
    match SealedKeys::from_bytes(sealed).map_err(|error| error.to_string()) {
        Ok(keys) => match keys.verify(&master) {
            Ok(()) => {
                let values = keys.check_values().to_string();
                (None, Some(Said::with(Reading::CheckValues, [values.as_str()], values.as_str())))
            }
            Err(fault) => (Some((fault.verdict(), Said::fault(fault, fault.measured()))), None),
        },
        Err(why) => {
            let said = Said::of(Reading::KeptKeysUnreadable, why);
            (Some((Verdict::new(Cause::KeyCheckFailed, &[]), said)), None)
        }
    }
}

fn of_printer(row: &PrinterRow) -> Finding {
    let (ok, word, detail) = match row.state {
        _ if row.paused => (Some(false), "paused", "paused"),
        PrinterState::Ready if row.near_end => (Some(true), "paper_low", "ready, paper low"),
        PrinterState::Ready => (Some(true), "ready", "ready"),
        PrinterState::Printing => (Some(true), "printing", "printing"),
        PrinterState::Blocked => (Some(false), "blocked", "cannot print"),
        PrinterState::Unknown => (None, "unknown", "not heard of yet"),
        PrinterState::Pairing => (None, "pairing", "being asked what it can prove"),
    };
    let cause = if row.paused { Some(model::Cause::Paused) } else { row.cause };
    let waiting = row.waiting.total();
    let detail = if waiting > 0 { format!("{detail}, {waiting} jobs wait") } else { detail.to_owned() };
    let cause = cause.filter(|_| ok == Some(false)).map(|cause| cause.word().to_owned());
    let measured = Some(Measured::with(Reading::Printer, [word.to_owned(), waiting.to_string()]));
    Finding { finding: format!("printer {}", row.name), ok, ms: 0, detail, measured, cause }
}

/// `waits`: nobody is signed in.
fn conclusion(rungs: &[Rung], papers: &[Finding], waits: bool) -> Conclusion {
    // a clock that is off stops no sign-in by itself: whatever else was found says more
    let (clock, others): (Vec<&Rung>, Vec<&Rung>) = rungs.iter().partition(|rung| rung.name == StepName::Clock);
    let failed = others.into_iter().chain(clock).filter(|rung| rung.ok == Some(false) && !rung.aside);
    if let Some((rung, verdict)) = failed.filter_map(|rung| Some((rung, rung.verdict.as_ref()?))).next() {
        let says = words::cause_beside(verdict.cause, &verdict.candidates);
        return Conclusion {
            conclusion: true,
            cause: Some(verdict.cause.word().to_owned()),
            candidates: verdict.candidates.iter().map(|cause| cause.word().to_owned()).collect(),
            message: match rung.said.detail.as_str() {
                "" => says.to_owned(),
                detail => format!("{says} ({detail})"),
            },
            measured: Some(rung.said.measured.clone()),
            action: words::action(words::Asked::SignIn, verdict.cause, &verdict.candidates),
        };
    }
    if let Some(printer) = papers.iter().find(|finding| finding.ok == Some(false)) {
        let cause = printer.cause.clone();
        return Conclusion {
            conclusion: true,
            message: format!("{}: {}", printer.finding, printer.detail),
            measured: printer.measured.clone(),
            action: format!("look at {}", printer.finding),
            candidates: Vec::new(),
            cause,
        };
    }
    // one of two hosts is gone: nothing is wrong yet, and somebody should know
    let aside = rungs.iter().find(|rung| rung.aside);
    let mut message = "nothing wrong was found".to_owned();
    if let Some(aside) = aside {
        message = format!("{message}; the other host is in use ({})", aside.said.detail);
    }
    let action = match (waits, aside.is_some()) {
        (true, _) => "sign in",
        (false, true) => "tell the acquirer",
        (false, false) => "",
    };
    Conclusion {
        conclusion: true,
        cause: None,
        candidates: Vec::new(),
        message,
        measured: aside.map(|aside| aside.said.measured.clone()),
        action: action.to_owned(),
    }
}

#[cfg(test)]
mod tests;
