//! Random fault schedules: whatever printer, line and person do, a job ends exactly once and is confirmed only by
//! answers to queries that were really written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod counter;

use std::collections::HashSet;

use counter::*;
use model::{Cause, JobState, Proof};
use printer::{Action, Input};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Fault {
    Open,
    Close(bool),
    Write(usize),
    Pass(u64),
    AnswerQuestions,
    AnswerOutOfPaper,
    Asb(bool),
    /// Returns the n-th unanswered tag of the stream, be it written or not.
    Tag(usize),
    Sensor,
    Noise(Vec<u8>),
    NoiseTag([u8; 4]),
    Waiting(bool),
    Send(usize, usize),
    Cancel,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        2 => Just(Fault::Open),
        1 => any::<bool>().prop_map(Fault::Close),
        6 => (0usize..5_000).prop_map(Fault::Write),
        4 => (0u64..4_000).prop_map(Fault::Pass),
        1 => (4_000u64..40_000).prop_map(Fault::Pass),
        5 => Just(Fault::AnswerQuestions),
        1 => Just(Fault::AnswerOutOfPaper),
        3 => any::<bool>().prop_map(Fault::Asb),
        8 => (0usize..4).prop_map(Fault::Tag),
        4 => Just(Fault::Sensor),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(Fault::Noise),
        1 => any::<[u8; 4]>().prop_map(Fault::NoiseTag),
        3 => Just(Fault::Waiting(true)),
        1 => Just(Fault::Waiting(false)),
        5 => (1usize..8, 1usize..3_000).prop_map(|(segments, size)| Fault::Send(segments, size)),
        1 => Just(Fault::Cancel),
    ]
}

struct Shop {
    counter: Counter,
    open: bool,
    sent_jobs: u64,
    /// Tags and sensor bytes that were honestly answered on this connection.
    answered: HashSet<[u8; 4]>,
    sensor_answers: usize,
    sensor_queries: usize,
    begin: usize,
    segments: usize,
    proof: Proof,
}

impl Shop {
    fn written(&self) -> &[u8] {
        &self.counter.stream[..self.counter.written]
    }

    fn play(&mut self, fault: Fault) {
        let counter = &mut self.counter;
        match fault {
            Fault::Open if !self.open => {
                self.open = true;
                self.answered.clear();
                (self.sensor_answers, self.begin) = (0, 0);
                counter.on(Input::Opened);
            }
            Fault::Close(silent) if self.open => {
                self.open = false;
                counter.on(Input::Closed((!silent).then_some(Cause::ConnectionLost)));
            }
            Fault::Write(bytes) if self.open => {
                let bytes = bytes.min(counter.stream.len() - counter.written);
                counter.written += bytes;
                counter.on(Input::Written(bytes));
            }
            Fault::Pass(time) => counter.pass(ms(time)),
            Fault::AnswerQuestions => counter.receive(&WELL),
            Fault::AnswerOutOfPaper => counter.receive(&OUT_OF_PAPER),
            Fault::Asb(well) => counter.receive(if well { &ASB_WELL } else { &ASB_OUT }),
            Fault::Tag(nth) => {
                let written = counter.written;
                let all = tags(&counter.stream);
                let open = all.into_iter().filter(|(_, tag)| !self.answered.contains(tag)).nth(nth);
                if let (true, Some((end, tag))) = (self.open, open) {
                    // one that was not written yet is a lie, and must prove nothing
                    if end <= written {
                        self.answered.insert(tag);
                    }
                    self.counter.receive(&tag_reply(tag));
                }
            }
            Fault::Sensor => {
                self.sensor_queries = count(self.written(), &[0x1D, b'r', 1]);
                if self.open {
                    self.sensor_answers = (self.sensor_answers + 1).min(self.sensor_queries);
                    self.counter.receive(&[0]);
                }
            }
            // a sensor byte cannot be told from noise, so noise is only fair to a printer that proves by tag
            Fault::Noise(bytes) if self.proof == Proof::ProcessId => counter.receive(&bytes),
            Fault::NoiseTag(tag)
                if self.proof == Proof::ProcessId && tags(&counter.stream).iter().all(|(_, ours)| *ours != tag) =>
            {
                counter.receive(&tag_reply(tag));
            }
            Fault::Waiting(waiting) => counter.on(Input::Waiting(waiting)),
            Fault::Send(segments, size) if counter.session.job().is_none() => {
                self.sent_jobs += 1;
                (self.begin, self.segments) = (counter.stream.len(), segments);
                counter.on(Input::Send(ticket(self.sent_jobs, segments, size)));
            }
            Fault::Cancel => counter.on(Input::Cancel),
            _ => {}
        }
        if self.counter.log.contains(&Action::Close) {
            self.counter.log.retain(|action| *action != Action::Close);
            if self.open {
                self.open = false;
                self.counter.on(Input::Closed(None));
            }
        }
    }

    /// The queries of the last job that are on the wire, and whether each was answered.
    fn honest(&self) -> bool {
        match self.proof {
            Proof::ProcessId => {
                let asked = tags(self.written()).into_iter().filter(|(end, _)| *end > self.begin).collect::<Vec<_>>();
                asked.len() == self.segments && asked.iter().all(|(_, tag)| self.answered.contains(tag))
            }
            _ => self.sensor_answers >= count(self.written(), &[0x1D, b'r', 1]),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_job_ends_once_and_is_confirmed_only_by_answers_to_written_queries(
        proof in prop_oneof![Just(Proof::ProcessId), Just(Proof::InOrderReply), Just(Proof::NoProof)],
        faults in prop::collection::vec(fault(), 1..120),
        stop in any::<bool>(),
    ) {
        let mut counter = Counter::new(abilities(), Some(proof));
        counter.held = true;
        let mut shop = Shop {
            counter, open: false, sent_jobs: 0, answered: HashSet::new(), sensor_answers: 0, sensor_queries: 0,
            begin: 0, segments: 0, proof,
        };
        let mut start = vec![Fault::Open, Fault::Write(12), Fault::AnswerQuestions, Fault::Write(3), Fault::Waiting(true)];
        start.extend(faults);
        for fault in start {
            let before = shop.counter.endings().len();
            shop.play(fault);
            if let Some(ending) = shop.counter.endings().get(before) && ending.state == JobState::Confirmed {
                prop_assert!(proof != Proof::NoProof && shop.honest(), "{:?}", ending);
                prop_assert_eq!(ending.proven as usize, shop.segments);
            }
        }
        if stop {
            shop.counter.on(Input::Stop);
            shop.counter.pass(ms(2_000));
            let closed = shop.counter.log.contains(&Action::Close);
            prop_assert!(closed);
        }
        shop.counter.on(Input::Closed(None));
        for job in 1..=shop.sent_jobs {
            let ended = shop.counter.endings().iter().filter(|ending| ending.job == job).count();
            let returned = shop.counter.returned().iter().filter(|(back, _)| *back == job).count();
            prop_assert_eq!(ended + returned, 1, "job {}", job);
        }
        prop_assert_eq!(shop.counter.session.job(), None);
    }

    #[test]
    fn a_cancelled_job_is_over_within_two_seconds(faults in prop::collection::vec(fault(), 0..60), segments in 1usize..8) {
        let mut counter = Counter::new(abilities(), Some(Proof::ProcessId));
        counter.held = true;
        let mut shop = Shop {
            counter, open: false, sent_jobs: 0, answered: HashSet::new(), sensor_answers: 0, sensor_queries: 0,
            begin: 0, segments: 0, proof: Proof::ProcessId,
        };
        let start = [Fault::Open, Fault::Write(12), Fault::AnswerQuestions, Fault::Write(3), Fault::Send(segments, 1_000)];
        for fault in start.into_iter().chain(faults) {
            shop.play(fault);
        }
        shop.counter.on(Input::Cancel);
        shop.counter.pass(ms(2_000));
        prop_assert_eq!(shop.counter.session.job(), None);
    }
}
