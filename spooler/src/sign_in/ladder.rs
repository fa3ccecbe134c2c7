//! The ladder (`diagnose`): rung by rung from the cable to the keys, stopping where the cause is found. What was not measured
//! is said to be so, and is never ok (DESIGN §4.9).

use std::time::{Duration, Instant};

use acquirer::{MasterKey, SealedKeys, Verdict};
use model::{Moment, SignInAnswer, SignInCause as Cause, SignInState, StepName, Via};
use protocol::{Conclusion, Diagnosed, Finding, PrinterRow, PrinterState, request::Ladder};
use store::SignInRow;

pub(crate) use super::probe::Machine;
use super::{
    core::{SKEW_MS, doubt_cause, skew_words},
    probe::{Echoed, NO_ROUTE, Probes, Rung},
    setup::Setup,
    way, words,
};

/// After so long no further host is spoken to: the whole ladder has five seconds.
const SPENT: Duration = Duration::from_millis(3000);

/// What is known without measuring.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) row: SignInRow,
    pub(crate) last_sign_in: Option<SignInAnswer>,
    pub(crate) now: Moment,
    /// The desk speaks with the payment terminal right now.
    pub(crate) line_busy: bool,
}

/// Findings, then the conclusion.
pub(crate) fn climb(
    which: Ladder,
    setup: Option<&Setup>,
    known: &Known,
    printers: &[PrinterRow],
    probes: &dyn Probes,
) -> Vec<Diagnosed> {
    let mut rungs = match (which, setup) {
        (Ladder::Printing, _) => Vec::new(),
        (Ladder::Network, None) => local(probes),
        (Ladder::SignIn | Ladder::All, None) => Vec::new(),
        (_, Some(setup)) => climbed(which, setup, known, probes),
    };
    if which == Ladder::SignIn && setup.is_none() {
        let verdict = Verdict::new(Cause::NotConfigured, &[]);
        rungs.push(Rung::bad(StepName::Identity, "there is no [acquirer] in the config", verdict));
    }
    let printing = matches!(which, Ladder::Printing | Ladder::All);
    let papers: Vec<Finding> = if printing { printers.iter().map(of_printer).collect() } else { Vec::new() };
    let conclusion = conclusion(&rungs, &papers);
    let findings = rungs.into_iter().map(|rung| Finding {
        finding: rung.name.word().to_owned(),
        ok: rung.ok,
        ms: rung.ms,
        detail: rung.detail,
        cause: rung.verdict.map(|verdict| verdict.cause.word().to_owned()),
    });
    findings.chain(papers).map(Diagnosed::Finding).chain(std::iter::once(Diagnosed::Conclusion(conclusion))).collect()
}

fn local(probes: &dyn Probes) -> Vec<Rung> {
    vec![probes.link(), probes.address(), probes.gateway()]
}

fn climbed(which: Ladder, setup: &Setup, known: &Known, probes: &dyn Probes) -> Vec<Rung> {
    let begun = Instant::now();
    if let Some(why) = unusable(setup) {
        return vec![Rung::bad(StepName::Identity, why, Verdict::new(Cause::NotConfigured, &[]))];
    }
    let mut rungs = Vec::new();
    if setup.via == Via::Terminal && which != Ladder::Network {
        rungs.extend(of_terminal(setup, known, probes));
    }
    let reached = if setup.route.is_some() && !found(&rungs) {
        let network = of_network(setup, probes);
        let reached = !found(&network);
        rungs.extend(network);
        reached
    } else {
        false
    };
    let mut clock = Rung::unmeasured(StepName::Clock, "no host has told its time");
    if which != Ladder::Network && !found(&rungs) {
        let mut echo_code = None;
        if reached && setup.via == Via::Host && begun.elapsed() < SPENT {
            let (echo, code) = of_echo(setup, known, probes, &mut clock);
            echo_code = code;
            rungs.push(echo);
        }
        if !found(&rungs) {
            rungs.extend(of_state(setup, known, echo_code.as_deref()));
        }
    }
    // nobody's card was ever paid in such a year: the battery of the clock is empty
    if known.now.wall().year() < 2024 {
        let detail = format!("our clock says {}", known.now.wall().year());
        clock = Rung::bad(StepName::Clock, detail, Verdict::new(Cause::ClockWrong, &[]));
    }
    rungs.insert(0, clock);
    rungs
}

fn unusable(setup: &Setup) -> Option<String> {
    let ecr = setup.ecr.as_ref().and_then(|ecr| ecr.address.as_ref().err().cloned());
    let route = setup.route.as_ref().and_then(|route| route.as_ref().err().cloned());
    ecr.or(route).or_else(|| setup.terminal.as_ref().err().cloned().filter(|_| setup.via == Via::Host))
}

fn found(rungs: &[Rung]) -> bool {
    rungs.iter().any(|rung| rung.ok == Some(false))
}

/// Hosts first: where they are reached, cable, address and gateway can't be what is wrong.
fn of_network(setup: &Setup, probes: &dyn Probes) -> Vec<Rung> {
    let hosts = probes.hosts(setup);
    let mut rungs = local(probes);
    let here = setup.route.as_ref().and_then(|route| route.as_ref().ok()).is_some_and(|route| {
        std::iter::once(&route.primary)
            .chain(&route.backup)
            .all(|host| host.literal().is_some_and(|address| address.is_loopback()) || host.host() == "localhost")
    });
    let tcp = |causes: &[Cause]| {
        let failed = hosts.iter().find(|rung| rung.name == StepName::Tcp).and_then(|rung| rung.verdict.as_ref());
        failed.is_some_and(|verdict| causes.contains(&verdict.cause))
    };
    // who refuses is there, too
    let connected = hosts.iter().any(|rung| rung.name == StepName::Tcp && rung.ok == Some(true))
        || tcp(&[Cause::ConnectionRefused, Cause::ConnectionDropped]);
    // without any way there the kernel would have said so at once
    let way = tcp(&[Cause::Unreachable]);
    for rung in &mut rungs {
        if rung.ok == Some(false) && (connected || here) {
            let why = if here { "the host is on this machine" } else { "yet the host is reached" };
            *rung = Rung::unmeasured(rung.name, format!("{}; {why}", rung.detail));
        }
        if rung.ok == Some(false) && way && rung.detail == NO_ROUTE {
            *rung = Rung::unmeasured(rung.name, format!("{NO_ROUTE}; the host needs none"));
        }
    }
    // the first that fails is the cause: what lies above it says nothing any more
    if let Some(place) = rungs.iter().position(|rung| rung.ok == Some(false)) {
        rungs.truncate(place + 1);
        return rungs;
    }
    rungs.extend(hosts);
    for name in [StepName::Dns, StepName::Tcp, StepName::Tls] {
        if found(&rungs) {
            break;
        }
        if !rungs.iter().any(|rung| rung.name == name) {
            let why = if name == StepName::Tls { "the config asks for plain TCP" } else { "not measured" };
            rungs.push(Rung::unmeasured(name, why));
        }
    }
    rungs
}

fn of_terminal(setup: &Setup, known: &Known, probes: &dyn Probes) -> Vec<Rung> {
    if known.line_busy {
        let why = "a command to the terminal is under way";
        return vec![Rung::unmeasured(StepName::EcrLink, why), Rung::unmeasured(StepName::TerminalBusy, why)];
    }
    let mut rungs = probes.terminal(setup);
    if !found(&rungs) {
        let busy = failed_last(known).filter(|(verdict, _)| verdict.cause == Cause::TerminalBusy);
        rungs.push(match busy {
            Some((verdict, detail)) => Rung::bad(StepName::TerminalBusy, detail, verdict),
            None => Rung::unmeasured(StepName::TerminalBusy, "a terminal tells that only when it is asked to sign in"),
        });
    }
    rungs
}

/// The echo, the code it was answered with, and what it says of the clock.
fn of_echo(setup: &Setup, known: &Known, probes: &dyn Probes, clock: &mut Rung) -> (Rung, Option<String>) {
    match probes.echo(setup, known.row.batch) {
        Echoed::Nothing(rung) => (rung, None),
        Echoed::Strange(why) => {
            let verdict = Verdict::new(Cause::MismatchedResponse, &[]);
            (Rung::bad(StepName::Echo, why, verdict), None)
        }
        Echoed::Answer(response) => {
            if let Some(time) = response.host_clock().and_then(|host| host.near(known.now)) {
                let skew = time.unix_ms() - known.now.unix_ms();
                *clock = if skew.unsigned_abs() > SKEW_MS {
                    Rung::bad(StepName::Clock, skew_words(skew), Verdict::new(Cause::ClockWrong, &[]))
                } else {
                    Rung::good(StepName::Clock, skew_words(skew))
                };
            }
            let code = response.code().map(str::to_owned);
            let detail = format!("answered {}", code.as_deref().unwrap_or("without a code"));
            (Rung::good(StepName::Echo, detail), code)
        }
    }
}

/// Why the last sign-in failed, if nothing has helped since.
fn failed_last(known: &Known) -> Option<(Verdict, String)> {
    let last = known.last_sign_in.as_ref().filter(|_| known.row.state != SignInState::SignedIn)?;
    let cause = last.cause?;
    let code = last.code.as_deref().map(|code| format!(", code {code}")).unwrap_or_default();
    Some((Verdict::new(cause, &last.candidates), format!("the last sign-in, {}{code}", last.at)))
}

/// identity, keys, batch, duplicate_terminal, and the code of the last sign-in: what the host says of us.
fn of_state(setup: &Setup, known: &Known, echo: Option<&str>) -> Vec<Rung> {
    use Cause::{
        BatchOpen, DuplicateTerminal, HostStateDiffers, KeyCheckFailed, KeyLayoutUnknown, MacMismatch,
        MasterKeyMissing, MerchantNotRegistered, TerminalNotPermitted, TerminalNotRegistered,
    };
    let name = setup.name.as_deref();
    let last = failed_last(known);
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
        (Verdict::new(cause, also), detail)
    });
    let echo_verdict = echo.filter(|code| *code != "00").map(|code| setup.book.verdict(name, code));
    let of_echo = |causes: &[Cause]| {
        let verdict = echo_verdict.clone().filter(|verdict| causes.contains(&verdict.cause))?;
        Some((verdict, format!("the echo was answered {}", echo.unwrap_or_default())))
    };
    let signed_in = known.row.state == SignInState::SignedIn;
    let rung = |name, bad: Option<(Verdict, String)>, good: Option<String>, unmeasured: &str| match (bad, good) {
        (Some((verdict, detail)), _) => Rung::bad(name, detail, verdict),
        (None, Some(detail)) => Rung::good(name, detail),
        (None, None) => Rung::unmeasured(name, unmeasured),
    };
    let identities = &[MerchantNotRegistered, TerminalNotRegistered, TerminalNotPermitted];
    let identity = rung(
        StepName::Identity,
        last_of(identities).or_else(|| of_echo(identities)),
        (signed_in && echo == Some("00")).then(|| "the host knows terminal and merchant".to_owned()),
        "only a sign-in tells",
    );
    let mac = doubt.clone().filter(|(verdict, _)| verdict.cause == MacMismatch);
    let keys = match setup.via {
        Via::Terminal => Rung::unmeasured(StepName::Keys, "the payment terminal has the keys"),
        Via::Host => {
            let (bad, good) = kept_keys(setup, known);
            rung(
                StepName::Keys,
                bad.or_else(|| last_of(&[KeyCheckFailed, KeyLayoutUnknown, MasterKeyMissing])).or(mac.clone()),
                good,
                "there are no keys",
            )
        }
    };
    let keys = match (setup.via, mac) {
        (Via::Terminal, Some((verdict, detail))) => Rung::bad(StepName::Keys, detail, verdict),
        _ => keys,
    };
    let duplicate = rung(
        StepName::DuplicateTerminal,
        doubt.clone().filter(|(verdict, _)| verdict.cause == DuplicateTerminal),
        (signed_in && known.row.good_sales > 0).then(|| "sales since the sign-in were approved".to_owned()),
        "no sale since the sign-in",
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
        (signed_in && echo == Some("00")).then(|| "the host has the same batch".to_owned()),
        "only a sign-in tells",
    );
    let mut rungs = vec![identity, keys, batch, duplicate];
    if let Some(place) = rungs.iter().position(|rung| rung.ok == Some(false)) {
        rungs.truncate(place + 1);
    } else if let Some((verdict, detail)) = last {
        rungs.push(Rung::bad(StepName::Code, detail, verdict));
    } else if let Some((verdict, detail)) =
        echo_verdict.map(|verdict| (verdict, format!("the echo was answered {}", echo.unwrap_or_default())))
    {
        rungs.push(Rung::bad(StepName::Code, detail, verdict));
    }
    rungs
}

/// The kept keys under the master key as it is now.
fn kept_keys(setup: &Setup, known: &Known) -> (Option<(Verdict, String)>, Option<String>) {
    let master: MasterKey = match way::master_key(setup) {
        Ok(master) => master,
        Err((verdict, step)) => return (Some((verdict, step.detail)), None),
    };
    let Some(sealed) = &known.row.keys else { return (None, None) };
    match SealedKeys::from_bytes(sealed).map_err(|error| error.to_string()) {
        Ok(keys) => match keys.verify(&master) {
            Ok(()) => (None, Some(keys.check_values().to_string())),
            Err(fault) => (Some((fault.verdict(), fault.to_string())), None),
        },
        Err(why) => (Some((Verdict::new(Cause::KeyCheckFailed, &[]), why)), None),
    }
}

fn of_printer(row: &PrinterRow) -> Finding {
    let (ok, detail) = match row.state {
        _ if row.paused => (Some(false), "paused"),
        PrinterState::Ready if row.near_end => (Some(true), "ready, paper low"),
        PrinterState::Ready => (Some(true), "ready"),
        PrinterState::Printing => (Some(true), "printing"),
        PrinterState::Blocked => (Some(false), "cannot print"),
        PrinterState::Unknown => (None, "not heard of yet"),
        PrinterState::Pairing => (None, "being asked what it can prove"),
    };
    let cause = if row.paused { Some(model::Cause::Paused) } else { row.cause };
    let waiting = row.waiting.total();
    let detail = if waiting > 0 { format!("{detail}, {waiting} jobs wait") } else { detail.to_owned() };
    let cause = cause.filter(|_| ok == Some(false)).map(|cause| cause.word().to_owned());
    Finding { finding: format!("printer {}", row.name), ok, ms: 0, detail, cause }
}

fn conclusion(rungs: &[Rung], papers: &[Finding]) -> Conclusion {
    // a clock that is off stops no sign-in by itself: whatever else was found says more
    let (clock, others): (Vec<&Rung>, Vec<&Rung>) = rungs.iter().partition(|rung| rung.name == StepName::Clock);
    let failed = others.into_iter().chain(clock).filter(|rung| rung.ok == Some(false));
    if let Some((rung, verdict)) = failed.filter_map(|rung| Some((rung, rung.verdict.as_ref()?))).next() {
        let says = words::cause(verdict.cause);
        return Conclusion {
            conclusion: true,
            cause: Some(verdict.cause.word().to_owned()),
            candidates: verdict.candidates.iter().map(|cause| cause.word().to_owned()).collect(),
            message: if rung.detail.is_empty() { says.to_owned() } else { format!("{says} ({})", rung.detail) },
            action: words::action(verdict.cause).to_owned(),
        };
    }
    if let Some(printer) = papers.iter().find(|finding| finding.ok == Some(false)) {
        let cause = printer.cause.clone();
        return Conclusion {
            conclusion: true,
            message: format!("{}: {}", printer.finding, printer.detail),
            action: format!("look at {}", printer.finding),
            candidates: Vec::new(),
            cause,
        };
    }
    Conclusion {
        conclusion: true,
        cause: None,
        candidates: Vec::new(),
        message: "nothing wrong was found".to_owned(),
        action: String::new(),
    }
}

#[cfg(test)]
mod tests;
