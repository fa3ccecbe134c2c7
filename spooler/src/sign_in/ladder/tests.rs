//! Each rung has a fault that only it can name; with that probe not measured the cause is not named.

use acquirer::ecr::{EcrAddress, LinkTimes};

use super::*;
use crate::config::Config;

/// Probes that find what a test says: the names of those that are wrong, and of those that don't measure.
#[derive(Default)]
struct Played {
    wrong: Vec<(StepName, Cause)>,
    blind: Vec<StepName>,
}

impl Played {
    fn rung(&self, name: StepName) -> Rung {
        match self.wrong.iter().find(|(wrong, _)| *wrong == name) {
            _ if self.blind.contains(&name) => Rung::unmeasured(name, "blind"),
            Some((_, cause)) => Rung::bad(name, "played", Verdict::new(*cause, &[])),
            None => Rung::good(name, "played"),
        }
    }
}

impl Probes for Played {
    fn link(&self) -> Rung {
        self.rung(StepName::Link)
    }

    fn address(&self) -> Rung {
        self.rung(StepName::Address)
    }

    fn gateway(&self) -> Rung {
        self.rung(StepName::Gateway)
    }

    fn hosts(&self, _: &Setup) -> Vec<Rung> {
        // without a network no host is reached, but that is no cause of its own
        let dark = [StepName::Link, StepName::Address, StepName::Gateway];
        if self.wrong.iter().any(|(name, _)| dark.contains(name)) {
            return vec![Rung::unmeasured(StepName::Tcp, "not reached")];
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

    fn echo(&self, _: &Setup, _: Option<u32>) -> Echoed {
        Echoed::Nothing(self.rung(StepName::Echo))
    }

    fn terminal(&self, _: &Setup) -> Vec<Rung> {
        vec![self.rung(StepName::EcrLink), self.rung(StepName::TerminalBusy)]
    }
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
    for row in climb(which, Some(&setup), known, &[], probes) {
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
        fn hosts(&self, _: &Setup) -> Vec<Rung> {
            vec![Rung::good(StepName::Tcp, "connected")]
        }
        fn echo(&self, setup: &Setup, batch: Option<u32>) -> Echoed {
            self.0.echo(setup, batch)
        }
        fn terminal(&self, setup: &Setup) -> Vec<Rung> {
            self.0.terminal(setup)
        }
    }
    let played = Played { wrong: vec![(StepName::Link, Cause::NoLink)], ..Played::default() };
    let rows = climb(Ladder::Network, Some(&setup(Via::Host)), &known(), &[], &Odd(played));
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
        let mended = Known { row: SignInRow { state: SignInState::SignedIn, ..SignInRow::default() }, ..known };
        assert_eq!(concluded(Ladder::SignIn, Via::Terminal, &mended, &Played::default()).1.cause, None);
    }
}

#[test]
fn a_clock_of_another_age_is_named_and_a_printer_only_by_printing() {
    let old = Known { now: Moment::new(0, 480), ..known() };
    let (_, conclusion) = concluded(Ladder::Network, Via::Host, &old, &Played::default());
    assert_eq!(conclusion.cause.as_deref(), Some("clock_wrong"));
    let rows = climb(Ladder::Printing, None, &known(), &[], &Played::default());
    assert_eq!(rows.len(), 1, "no printer, no finding: only the conclusion");
}

#[test]
fn without_an_acquirer_the_sign_in_is_not_configured_and_all_the_rest_goes_on() {
    let cause = |which| match climb(which, None, &known(), &[], &Played::default()).pop() {
        Some(Diagnosed::Conclusion(conclusion)) => conclusion.cause,
        other => panic!("{other:?}"),
    };
    assert_eq!(cause(Ladder::SignIn).as_deref(), Some("not_configured"));
    assert_eq!(cause(Ladder::All), None);
    assert_eq!(cause(Ladder::Network), None);
}
