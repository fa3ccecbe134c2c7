//! Each rung has a fault that only it can name; with that probe not measured the cause is not named.

use std::{os::unix::fs::PermissionsExt as _, sync::Mutex};

use acquirer::ecr::{EcrAddress, LinkTimes};

use super::*;
use crate::config::Config;

mod past;

/// Probes that find what a test says: the names of those that are wrong, and of those that don't measure. Their clock goes on
/// only while one of them takes its time.
#[derive(Default)]
struct Played {
    wrong: Vec<(StepName, Cause)>,
    blind: Vec<StepName>,
    /// The echo is answered with this code by a host whose clock is so many seconds ahead.
    answer: Option<(&'static str, i32)>,
    /// So long each would wait: hosts, echo and terminal as long as they may, the others as long as they like.
    slow: Duration,
    spent: Mutex<Duration>,
    asked: Mutex<Vec<StepName>>,
}

impl Played {
    fn rung(&self, name: StepName) -> Rung {
        let said = |reading, what: &str| Said::of(reading, what);
        match self.wrong.iter().find(|(wrong, _)| *wrong == name) {
            _ if self.blind.contains(&name) => Rung::unmeasured(name, said(Reading::NotMeasured, "blind")),
            Some((_, cause)) => Rung::bad(name, said(Reading::NotMeasured, "played"), Verdict::new(*cause, &[])),
            None => Rung::good(name, said(Reading::NotMeasured, "played")),
        }
    }

    fn wait(&self, name: StepName, limit: Duration) {
        self.asked.lock().unwrap().push(name);
        *self.spent.lock().unwrap() += self.slow.min(limit);
    }
}

impl Probes for Played {
    fn elapsed(&self) -> Duration {
        *self.spent.lock().unwrap()
    }

    fn link(&self) -> Rung {
        self.wait(StepName::Link, Duration::MAX);
        self.rung(StepName::Link)
    }

    fn address(&self) -> Rung {
        self.wait(StepName::Address, Duration::MAX);
        self.rung(StepName::Address)
    }

    fn gateway(&self) -> Rung {
        self.wait(StepName::Gateway, Duration::MAX);
        self.rung(StepName::Gateway)
    }

    fn hosts(&self, _: &Setup, limit: Duration) -> Vec<Rung> {
        self.wait(StepName::Tcp, limit);
        // without a network no host is reached, but that is no cause of its own
        let dark = [StepName::Link, StepName::Address, StepName::Gateway];
        if self.wrong.iter().any(|(name, _)| dark.contains(name)) {
            return vec![Rung::unmeasured(StepName::Tcp, Said::of(Reading::NotMeasured, "not reached"))];
        }
        let mut rungs = Vec::new();
        for name in [StepName::Dns, StepName::Tcp, StepName::Tls] {
            rungs.push(self.rung(name));
            if found(&rungs) {
                break;
            }
        }
        rungs
    }

    fn echo(&self, setup: &Setup, batch: Option<u32>, limit: Duration) -> Echoed {
        self.wait(StepName::Echo, limit);
        match self.answer {
            Some((code, ahead)) if !self.blind.contains(&StepName::Echo) => answered(setup, batch, code, ahead),
            _ => Echoed::Nothing(self.rung(StepName::Echo)),
        }
    }

    fn terminal(&self, _: &Setup, limit: Duration) -> Vec<Rung> {
        self.wait(StepName::EcrLink, limit);
        vec![self.rung(StepName::EcrLink), self.rung(StepName::TerminalBusy)]
    }
}

/// What a host answers to an echo, its clock so many seconds ahead of [`known`]'s.
fn answered(setup: &Setup, batch: Option<u32>, code: &str, ahead: i32) -> Echoed {
    use acquirer::iso::{Frame, Message, Mti};
    let terminal = setup.terminal.as_ref().unwrap();
    let request = terminal.echo(batch.and_then(acquirer::Batch::new)).unwrap();
    let asked = Frame::decode(request.bytes()).unwrap();
    let time = jiff::Timestamp::from_millisecond(known().now.unix_ms() + i64::from(ahead) * 1000).unwrap();
    let time = jiff::tz::Offset::constant(8).to_datetime(time);
    let mut message = Message::new(Mti::MANAGEMENT.answer())
        .with(12, time.strftime("%H%M%S").to_string())
        .with(13, time.strftime("%m%d").to_string())
        .with(39, code);
    for field in [41, 42, 60] {
        message = message.with(field, asked.message.get(field).unwrap());
    }
    let frame = Frame { message, ..asked };
    Echoed::Answer(Box::new(request.check(&frame.encode().unwrap()).unwrap()))
}

fn setup(via: Via) -> Setup {
    let text = "[shop]\nname = \"x\"\n[acquirer]\nvia = \"host\"\nhost = \"192.0.2.1:8583\"\nexclusive = true\n\
                terminal_id = \"12345678\"\nmerchant_id = \"898110012345678\"\n";
    let config = Config::parse(text).unwrap();
    let mut setup = Setup::of(config.acquirer.as_ref().unwrap());
    setup.via = via;
    if via == Via::Terminal {
        let address = "192.0.2.2:9000".parse().map(EcrAddress::Tcp).map_err(|_| String::new());
        setup.ecr = Some(crate::sign_in::setup::Ecr { address, times: LinkTimes::default() });
    }
    setup
}

fn known() -> Known {
    Known { row: SignInRow::default(), last_sign_in: None, now: Moment::new(1_795_136_400_000, 480), line_busy: false }
}

fn concluded(which: Ladder, via: Via, known: &Known, probes: &Played) -> (Vec<Finding>, Conclusion) {
    let setup = setup(via);
    let mut findings = Vec::new();
    for row in climb(which, Some(&setup), known, &[], probes, &mut Unwatched) {
        match row {
            Diagnosed::Finding(finding) => findings.push(finding),
            Diagnosed::Conclusion(conclusion) => return (findings, conclusion),
        }
    }
    panic!("no conclusion");
}

#[test]
fn each_rung_of_the_network_names_its_own_cause_and_is_blind_without_its_probe() {
    for (name, cause) in [
        (StepName::Link, Cause::NoLink),
        (StepName::Address, Cause::NoAddress),
        (StepName::Gateway, Cause::NoGateway),
        (StepName::Dns, Cause::DnsFailed),
        (StepName::Tcp, Cause::Unreachable),
        (StepName::Tls, Cause::TlsExpired),
    ] {
        let mut probes = Played { wrong: vec![(name, cause)], ..Played::default() };
        let (findings, conclusion) = concluded(Ladder::Network, Via::Host, &known(), &probes);
        assert_eq!(conclusion.cause.as_deref(), Some(cause.word()), "{name}");
        let last = findings.last().unwrap();
        assert_eq!((last.finding.as_str(), last.ok), (name.word(), Some(false)), "it stops where the cause is found");
        probes.blind.push(name);
        let (findings, conclusion) = concluded(Ladder::Network, Via::Host, &known(), &probes);
        assert_eq!(conclusion.cause, None, "{name}");
        assert_eq!(
            findings.iter().find(|f| f.finding == name.word()).unwrap().ok,
            None,
            "{name} is never ok unmeasured"
        );
    }
}

#[test]
fn a_cable_that_seems_loose_is_no_cause_while_the_host_is_reached() {
    struct Odd(Played);
    impl Probes for Odd {
        fn link(&self) -> Rung {
            self.0.rung(StepName::Link)
        }
        fn address(&self) -> Rung {
            self.0.rung(StepName::Address)
        }
        fn gateway(&self) -> Rung {
            self.0.rung(StepName::Gateway)
        }
        fn elapsed(&self) -> Duration {
            self.0.elapsed()
        }
        fn hosts(&self, _: &Setup, _: Duration) -> Vec<Rung> {
            vec![Rung::good(StepName::Tcp, Said::of(Reading::ConnectedTo, "connected"))]
        }
        fn echo(&self, setup: &Setup, batch: Option<u32>, limit: Duration) -> Echoed {
            self.0.echo(setup, batch, limit)
        }
        fn terminal(&self, setup: &Setup, limit: Duration) -> Vec<Rung> {
            self.0.terminal(setup, limit)
        }
    }
    let played = Played { wrong: vec![(StepName::Link, Cause::NoLink)], ..Played::default() };
    let rows = climb(Ladder::Network, Some(&setup(Via::Host)), &known(), &[], &Odd(played), &mut Unwatched);
    let Some(Diagnosed::Conclusion(conclusion)) = rows.last() else { panic!("{rows:?}") };
    assert_eq!(conclusion.cause, None);
}

#[test]
fn the_line_of_the_payment_terminal_and_its_being_busy_are_told_apart() {
    for (name, cause) in
        [(StepName::EcrLink, Cause::TerminalNotAnswering), (StepName::TerminalBusy, Cause::TerminalBusy)]
    {
        let probes = Played { wrong: vec![(name, cause)], ..Played::default() };
        let (_, conclusion) = concluded(Ladder::SignIn, Via::Terminal, &known(), &probes);
        assert_eq!(conclusion.cause.as_deref(), Some(cause.word()));
        let (findings, conclusion) =
            concluded(Ladder::SignIn, Via::Terminal, &Known { line_busy: true, ..known() }, &probes);
        assert_eq!(conclusion.cause, None, "nobody looked while we speak with it ourselves");
        assert!(findings.iter().filter(|f| f.finding == name.word()).all(|f| f.ok.is_none()));
    }
}

#[test]
fn what_the_host_said_last_is_named_by_the_rung_it_belongs_to() {
    for (cause, rung) in [
        (Cause::TerminalNotRegistered, StepName::Identity),
        (Cause::KeyCheckFailed, StepName::Keys),
        (Cause::BatchOpen, StepName::Batch),
        (Cause::HostFault, StepName::Code),
    ] {
        let last = SignInAnswer {
            outcome: model::SignInOutcome::Refused,
            code: Some("00".into()),
            cause: Some(cause),
            candidates: vec![Cause::MasterKeyMissing],
            batch: None,
            host_time: None,
            steps: Vec::new(),
            message: String::new(),
            action: String::new(),
            at: known().now,
        };
        // via the terminal, so that a missing master key is not what is found
        let known = Known { last_sign_in: Some(last), ..known() };
        let (findings, conclusion) = concluded(Ladder::SignIn, Via::Terminal, &known, &Played::default());
        if cause == Cause::KeyCheckFailed {
            // the payment terminal's keys are not ours to judge
            assert_eq!(conclusion.cause.as_deref(), Some(cause.word()));
            continue;
        }
        assert_eq!(conclusion.cause.as_deref(), Some(cause.word()));
        assert_eq!(findings.last().unwrap().finding, rung.word(), "{cause}");
        // refused, and the keys from before hold: signed in, and yet the refusal is what is wrong
        let before = Moment::new(known.now.unix_ms() - 60_000, 480);
        let row = SignInRow { state: SignInState::SignedIn, signed_in_at: Some(before), ..SignInRow::default() };
        let (_, conclusion) =
            concluded(Ladder::SignIn, Via::Terminal, &Known { row, ..known.clone() }, &Played::default());
        assert_eq!(conclusion.cause.as_deref(), Some(cause.word()), "a sign-in before it mends nothing");
        let later = Moment::new(known.now.unix_ms() + 60_000, 480);
        let row = SignInRow { state: SignInState::SignedIn, signed_in_at: Some(later), ..SignInRow::default() };
        let mended = Known { row, ..known };
        assert_eq!(concluded(Ladder::SignIn, Via::Terminal, &mended, &Played::default()).1.cause, None);
    }
}

#[test]
fn a_clock_of_another_age_is_named_and_a_printer_only_by_printing() {
    let old = Known { now: Moment::new(0, 480), ..known() };
    let (_, conclusion) = concluded(Ladder::Network, Via::Host, &old, &Played::default());
    assert_eq!(conclusion.cause.as_deref(), Some("clock_wrong"));
    let rows = climb(Ladder::Printing, None, &known(), &[], &Played::default(), &mut Unwatched);
    assert_eq!(rows.len(), 1, "no printer, no finding: only the conclusion");
}

#[test]
fn without_an_acquirer_the_sign_in_is_not_configured_and_all_the_rest_goes_on() {
    let cause = |which| match climb(which, None, &known(), &[], &Played::default(), &mut Unwatched).pop() {
        Some(Diagnosed::Conclusion(conclusion)) => conclusion.cause,
        other => panic!("{other:?}"),
    };
    assert_eq!(cause(Ladder::SignIn).as_deref(), Some("not_configured"));
    assert_eq!(cause(Ladder::All), None);
    assert_eq!(cause(Ladder::Network), None);
}

fn refused_for(cause: Cause) -> Known {
    let last = SignInAnswer {
        outcome: model::SignInOutcome::Refused,
        code: None,
        cause: Some(cause),
        candidates: Vec::new(),
        batch: None,
        host_time: None,
        steps: Vec::new(),
        message: String::new(),
        action: String::new(),
        at: known().now,
    };
    Known { last_sign_in: Some(last), ..known() }
}

fn doubted(good_before: u32) -> Known {
    let doubt = store::Doubt { code: "A0".into(), at: known().now, good_before, answered: true };
    let row = SignInRow { doubt: Some(doubt), state: SignInState::SignedOut, ..SignInRow::default() };
    Known { row, ..known() }
}

/// Every rung of the ladder: what makes it fail, and that nothing else names it.
#[test]
fn each_rung_has_a_fault_that_only_it_can_name_and_without_its_probe_nobody_does() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("master.key");
    std::fs::write(&key, "0123456789ABCDEFFEDCBA9876543210").unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let probe = |name, cause| Played { wrong: vec![(name, cause)], ..Played::default() };
    let heard = |code, ahead| Played { answer: Some((code, ahead)), ..Played::default() };
    // rung, its cause, who speaks to the acquirer, what is known, what the probes find, and the probe whose blindness hides it;
    // none: the rung reads what a request before has left, so without that it is not measured
    let rows = [
        (StepName::Clock, Cause::ClockWrong, Via::Host, known(), heard("00", 3600), Some(StepName::Echo)),
        (StepName::Link, Cause::NoLink, Via::Host, known(), probe(StepName::Link, Cause::NoLink), Some(StepName::Link)),
        (
            StepName::Address,
            Cause::NoAddress,
            Via::Host,
            known(),
            probe(StepName::Address, Cause::NoAddress),
            Some(StepName::Address),
        ),
        (
            StepName::Gateway,
            Cause::NoGateway,
            Via::Host,
            known(),
            probe(StepName::Gateway, Cause::NoGateway),
            Some(StepName::Gateway),
        ),
        (
            StepName::Dns,
            Cause::DnsFailed,
            Via::Host,
            known(),
            probe(StepName::Dns, Cause::DnsFailed),
            Some(StepName::Dns),
        ),
        (
            StepName::Tcp,
            Cause::Unreachable,
            Via::Host,
            known(),
            probe(StepName::Tcp, Cause::Unreachable),
            Some(StepName::Tcp),
        ),
        (
            StepName::Tls,
            Cause::TlsExpired,
            Via::Host,
            known(),
            probe(StepName::Tls, Cause::TlsExpired),
            Some(StepName::Tls),
        ),
        (
            StepName::Echo,
            Cause::Addressing,
            Via::Host,
            known(),
            probe(StepName::Echo, Cause::Addressing),
            Some(StepName::Echo),
        ),
        (StepName::Identity, Cause::TerminalNotRegistered, Via::Host, known(), heard("97", 0), Some(StepName::Echo)),
        (StepName::Keys, Cause::KeyCheckFailed, Via::Host, refused_for(Cause::KeyCheckFailed), Played::default(), None),
        (StepName::Batch, Cause::BatchOpen, Via::Host, refused_for(Cause::BatchOpen), Played::default(), None),
        (StepName::Code, Cause::HostFault, Via::Host, refused_for(Cause::HostFault), Played::default(), None),
        (StepName::DuplicateTerminal, Cause::DuplicateTerminal, Via::Host, doubted(3), Played::default(), None),
        (StepName::Keys, Cause::MacMismatch, Via::Host, doubted(0), Played::default(), None),
        (
            StepName::EcrLink,
            Cause::TerminalNotAnswering,
            Via::Terminal,
            known(),
            probe(StepName::EcrLink, Cause::TerminalNotAnswering),
            Some(StepName::EcrLink),
        ),
        (
            StepName::TerminalBusy,
            Cause::TerminalBusy,
            Via::Terminal,
            known(),
            probe(StepName::TerminalBusy, Cause::TerminalBusy),
            Some(StepName::TerminalBusy),
        ),
    ];
    let mut seen = Vec::new();
    for (name, cause, via, known, mut probes, hidden_by) in rows {
        seen.push(name);
        let mut setup = setup(via);
        setup.master_key_file = Some(key.clone());
        let run = |known: &Known, probes: &Played| {
            let mut rows = climb(Ladder::SignIn, Some(&setup), known, &[], probes, &mut Unwatched);
            let Some(Diagnosed::Conclusion(conclusion)) = rows.pop() else { panic!("no conclusion") };
            let of_it = rows.into_iter().find_map(|row| match row {
                Diagnosed::Finding(finding) if finding.finding == name.word() => Some(finding.ok),
                _ => None,
            });
            (conclusion.cause, of_it)
        };
        let (named, ok) = run(&known, &probes);
        assert_eq!((named.as_deref(), ok), (Some(cause.word()), Some(Some(false))), "{name}");
        let (named, ok) = match hidden_by {
            Some(blind) => {
                probes.blind.push(blind);
                run(&known, &probes)
            }
            None => run(&super::tests::known(), &probes),
        };
        assert_eq!((named, ok.unwrap_or(None)), (None, None), "{name} is named though nothing measured it");
    }
    let ladder = [
        StepName::Clock,
        StepName::Link,
        StepName::Address,
        StepName::Gateway,
        StepName::Dns,
        StepName::Tcp,
        StepName::Tls,
        StepName::Echo,
        StepName::Identity,
        StepName::Keys,
        StepName::Batch,
        StepName::DuplicateTerminal,
        StepName::EcrLink,
        StepName::TerminalBusy,
        StepName::Code,
    ];
    for name in ladder {
        assert!(seen.contains(&name), "{name} has no row");
    }
}

#[test]
fn the_ladder_never_takes_more_than_its_five_seconds_and_says_what_it_had_no_time_for() {
    // everything hangs as long as it may: what is left of the whole, at most the rung's own limit
    let patient = Played { slow: Duration::from_secs(60), wrong: Vec::new(), ..Played::default() };
    *patient.spent.lock().unwrap() = ALL.saturating_sub(Duration::from_millis(2500));
    let mut rungs = Climb { probes: &patient, watch: &mut Unwatched, rungs: Vec::new(), stopped: false };
    assert_eq!(rungs.time_for(HOSTS).ok(), Some(HOSTS));
    rungs.probes.hosts(&setup(Via::Host), HOSTS);
    assert_eq!(rungs.time_for(ECHO).ok(), Some(Duration::from_millis(500)), "the rest");
    rungs.probes.echo(&setup(Via::Host), None, Duration::from_millis(500));
    assert!(rungs.time_for(ECHO).is_err());
    rungs.stopped = true;
    assert_eq!(rungs.time_for(ECHO).unwrap_err().measured, Measured::of(Reading::Stopped));
    assert!(patient.elapsed() <= ALL);

    // for both ways and every time that each probe may hang
    for via in [Via::Host, Via::Terminal] {
        for ms in (0..4000).step_by(100) {
            let probes = Played { slow: Duration::from_millis(ms), ..Played::default() };
            let (findings, conclusion) = concluded(Ladder::SignIn, via, &known(), &probes);
            // link, address and gateway read files, and have no limit but not to be begun too late
            let longest = ALL + Duration::from_millis(ms);
            assert!(probes.elapsed() <= longest, "{via:?} {ms}: {:?}", probes.elapsed());
            let asked = probes.asked.lock().unwrap().clone();
            for finding in &findings {
                let late = finding.measured.as_ref().and_then(Measured::reading) == Some(Reading::OutOfTime);
                assert!(!(late && finding.ok.is_some()), "{finding:?}");
                let name = StepName::from_word(&finding.finding).unwrap();
                assert!(!(late && asked.contains(&name) && name != StepName::Tcp), "{name} was asked and is not told");
            }
            if !asked.contains(&StepName::Echo) && via == Via::Host {
                let echo = findings.iter().find(|finding| finding.finding == "echo").unwrap();
                assert_eq!((echo.ok, echo.cause.as_deref()), (None, None), "{ms}");
            }
            // no probe was wrong, so nothing is named for want of time (the master key alone is known without a probe)
            assert!([None, Some("master_key_missing")].contains(&conclusion.cause.as_deref()), "{conclusion:?}");
        }
    }
}

#[test]
fn dns_tcp_and_tls_that_each_hang_leave_the_rest_of_the_five_seconds_to_the_echo() {
    struct Limits(Played, Mutex<Vec<(StepName, Duration)>>);
    impl Probes for Limits {
        fn elapsed(&self) -> Duration {
            self.0.elapsed()
        }
        fn link(&self) -> Rung {
            self.0.rung(StepName::Link)
        }
        fn address(&self) -> Rung {
            self.0.rung(StepName::Address)
        }
        fn gateway(&self) -> Rung {
            self.0.rung(StepName::Gateway)
        }
        fn hosts(&self, setup: &Setup, limit: Duration) -> Vec<Rung> {
            self.1.lock().unwrap().push((StepName::Tcp, limit));
            self.0.hosts(setup, limit)
        }
        fn echo(&self, setup: &Setup, batch: Option<u32>, limit: Duration) -> Echoed {
            self.1.lock().unwrap().push((StepName::Echo, limit));
            self.0.echo(setup, batch, limit)
        }
        fn terminal(&self, setup: &Setup, limit: Duration) -> Vec<Rung> {
            self.1.lock().unwrap().push((StepName::EcrLink, limit));
            self.0.terminal(setup, limit)
        }
    }
    for via in [Via::Host, Via::Terminal] {
        let probes = Limits(Played { slow: Duration::from_secs(60), ..Played::default() }, Mutex::default());
        climb(Ladder::SignIn, Some(&setup(via)), &known(), &[], &probes, &mut Unwatched);
        let limits = probes.1.into_inner().unwrap();
        let total: Duration = limits.iter().map(|(_, limit)| *limit).sum();
        assert!(limits.len() >= 2 && total <= ALL, "{limits:?}");
        assert!(limits.iter().all(|(_, limit)| *limit <= Duration::from_secs(2)), "two seconds each: {limits:?}");
    }
}

#[test]
fn who_looks_on_is_told_each_finding_once_as_it_stands_in_the_answer_and_can_stop_it() {
    struct Told(Vec<Finding>, usize);
    impl Watch for Told {
        fn rung(&mut self, finding: &Finding) -> bool {
            self.0.push(finding.clone());
            self.0.len() < self.1
        }
    }
    let cases = [
        Played::default(),
        Played { wrong: vec![(StepName::Address, Cause::NoAddress)], ..Played::default() },
        Played { wrong: vec![(StepName::Tls, Cause::TlsExpired)], ..Played::default() },
        Played { answer: Some(("97", 9000)), ..Played::default() },
    ];
    for probes in cases {
        for via in [Via::Host, Via::Terminal] {
            let mut told = Told(Vec::new(), usize::MAX);
            let rows = climb(Ladder::SignIn, Some(&setup(via)), &known(), &[], &probes, &mut told);
            let mut answer: Vec<Finding> = rows
                .into_iter()
                .filter_map(|row| match row {
                    Diagnosed::Finding(finding) => Some(finding),
                    Diagnosed::Conclusion(_) => None,
                })
                .collect();
            // the clock is known last and stands first
            if answer[0].finding == "clock" {
                answer.rotate_left(1);
            }
            assert_eq!(told.0, answer);
        }
    }
    let probes = Played::default();
    let mut told = Told(Vec::new(), 2);
    let rows = climb(Ladder::SignIn, Some(&setup(Via::Host)), &known(), &[], &probes, &mut told);
    assert!(!probes.asked.lock().unwrap().contains(&StepName::Tcp), "nobody looks on: no host is spoken to any more");
    let stopped =
        |row: &Diagnosed| matches!(row, Diagnosed::Finding(f) if f.detail == "it was stopped" && f.ok.is_none());
    assert!(rows.iter().any(stopped), "{rows:?}");
}
