//! What is over, and what another way has got around: told, and no cause.

use super::*;

#[test]
fn what_the_last_sign_in_failed_for_is_no_cause_once_a_rung_measures_it_well() {
    let heard = || Played { answer: Some(("77", 0)), ..Played::default() };
    let (_, conclusion) = concluded(Ladder::SignIn, Via::Host, &refused_for(Cause::ConnectionRefused), &heard());
    assert_ne!(conclusion.cause.as_deref(), Some("connection_refused"), "the host answers");
    let (_, conclusion) = concluded(Ladder::SignIn, Via::Host, &refused_for(Cause::HostFault), &heard());
    assert_ne!(conclusion.cause, None, "an echo says nothing of that");
    let mut off = refused_for(Cause::TerminalNotAnswering);
    let step = |reading| Said::of(reading, "").step(StepName::Answer, Some(false), 0);
    for (reading, cause) in
        [(Reading::NotAcknowledged, None), (Reading::TerminalNoAnswer, Some("terminal_not_answering"))]
    {
        off.last_sign_in.as_mut().unwrap().steps = vec![step(reading)];
        let (_, conclusion) = concluded(Ladder::SignIn, Via::Terminal, &off, &Played::default());
        assert_eq!(conclusion.cause.as_deref(), cause);
        assert!(!conclusion.action.is_empty(), "not signed in: there is something to do");
    }
}

#[test]
fn a_host_that_is_gone_beside_one_that_works_is_told_and_is_no_cause() {
    struct Two(Played);
    impl Probes for Two {
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
            let said = Said::with(Reading::ConnectTimedOut, ["192.0.2.1:8583"], "192.0.2.1:8583: not answered");
            let gone = Rung::bad(StepName::Tcp, said, Verdict::new(Cause::Unreachable, &[]));
            let mut rungs = vec![Rung { aside: true, ..gone }];
            rungs.extend(self.0.hosts(setup, limit));
            rungs
        }
        fn echo(&self, setup: &Setup, batch: Option<u32>, limit: Duration) -> Echoed {
            self.0.echo(setup, batch, limit)
        }
        fn terminal(&self, setup: &Setup, limit: Duration) -> Vec<Rung> {
            self.0.terminal(setup, limit)
        }
    }
    let two = |played| {
        let rows = climb(Ladder::Network, Some(&setup(Via::Host)), &known(), &[], &Two(played), &mut Unwatched);
        let gone = rows
            .iter()
            .any(|row| matches!(row, Diagnosed::Finding(f) if f.detail.contains("192.0.2.1") && f.ok == Some(false)));
        assert!(gone, "{rows:?}");
        match rows.last() {
            Some(Diagnosed::Conclusion(conclusion)) => conclusion.clone(),
            other => panic!("{other:?}"),
        }
    };
    let works = two(Played::default());
    assert_eq!(works.cause, None);
    assert!(works.message.contains("192.0.2.1") && !works.action.is_empty(), "{works:?}");
    let worse = two(Played { wrong: vec![(StepName::Tls, Cause::TlsExpired)], ..Played::default() });
    assert_eq!(worse.cause.as_deref(), Some("tls_expired"), "of the one that came further");
}
