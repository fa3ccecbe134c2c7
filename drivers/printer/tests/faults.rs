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
    /// Returns a tag of any job on any connection, be it over or not.
    OldTag(usize),
    /// Paper moves by so many lines, and is cut or not.
    Grow(u64, bool),
    /// Answers the question for a counter that it was asked last.
    Count,
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
        2 => any::<usize>().prop_map(Fault::OldTag),
        2 => (0u64..30, any::<bool>()).prop_map(|(lines, cut)| Fault::Grow(lines, cut)),
        6 => Just(Fault::Count),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(Fault::Noise),
        1 => any::<[u8; 4]>().prop_map(Fault::NoiseTag),
        3 => Just(Fault::Waiting(true)),
        1 => Just(Fault::Waiting(false)),
        5 => (1usize..8, 1usize..3_000).prop_map(|(segments, size)| Fault::Send(segments, size)),
        1 => Just(Fault::Cancel),
    ]
}

/// One query of a job, as the printer saw it.
struct Asked {
    job: u64,
    segment: usize,
    tag: [u8; 4],
    end: usize,
    connection: usize,
    /// It had left when its connection ended.
    left: bool,
    answered: bool,
}

struct Shop {
    counter: Counter,
    connection: usize,
    asked: Vec<Asked>,
    lines: u64,
    cuts: u64,
    /// What it had counted when the job was handed over.
    lines_before: u64,
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

    /// Keeps the queries that went out with a job.
    fn note(&mut self, job: Option<u64>) {
        let Some(job) = job.or(self.counter.session.job()) else { return };
        for (end, tag) in tags(&self.counter.stream) {
            if end > self.begin && self.asked.iter().all(|asked| asked.tag != tag) {
                let segment = self.asked.iter().filter(|asked| asked.job == job).count();
                let connection = self.connection;
                self.asked.push(Asked { job, segment, tag, end, connection, left: false, answered: false });
            }
        }
    }

    /// The printer returned a tag: an honest proof if its query had left us.
    fn returned_tag(&mut self, tag: [u8; 4]) {
        let (connection, written, open) = (self.connection, self.counter.written, self.open);
        if let Some(asked) = self.asked.iter_mut().find(|asked| asked.tag == tag) {
            let here = open && asked.connection == connection;
            asked.answered |= if here { asked.end <= written } else { asked.left };
        }
    }

    /// No late proof says more than was honestly answered.
    fn late_is_honest(&self) -> bool {
        self.counter.late().iter().all(|late| {
            let proven = |segment: usize| {
                self.asked.iter().any(|asked| asked.job == late.job && asked.segment == segment && asked.answered)
            };
            (0..late.proven as usize).all(proven) && late.whole == (late.proven == late.segments)
        })
    }

    fn play(&mut self, fault: Fault) {
        if let Fault::OldTag(nth) = fault
            && self.open
            && !self.asked.is_empty()
        {
            let tag = self.asked[nth % self.asked.len()].tag;
            if self.asked.iter().any(|asked| asked.tag == tag && asked.connection == self.connection) {
                let end = self.asked.iter().find(|asked| asked.tag == tag).unwrap().end;
                if end <= self.counter.written {
                    self.answered.insert(tag);
                }
            }
            self.returned_tag(tag);
            self.counter.receive(&tag_reply(tag));
        }
        let counter = &mut self.counter;
        match fault {
            Fault::Open if !self.open => {
                self.open = true;
                self.connection += 1;
                self.answered.clear();
                (self.sensor_answers, self.begin) = (0, 0);
                counter.on(Input::Opened);
            }
            Fault::Close(silent) if self.open => {
                self.open = false;
                for asked in &mut self.asked {
                    asked.left |= asked.connection == self.connection && asked.end <= counter.written;
                }
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
                    self.returned_tag(tag);
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
            Fault::Grow(lines, cut) => {
                self.lines += lines;
                self.cuts += u64::from(cut);
            }
            Fault::Count if self.open => {
                let written = &counter.stream[..counter.written];
                let asked = written.windows(6).rev().find(|six| six.starts_with(&[0x1D, b'g', b'2']));
                if let Some(reply) = asked.and_then(|six| told(six, &[], &[(148, self.lines), (178, self.cuts)])) {
                    counter.receive(&reply);
                }
            }
            Fault::Waiting(waiting) => counter.on(Input::Waiting(waiting)),
            Fault::Send(segments, size) if counter.session.job().is_none() => {
                self.sent_jobs += 1;
                self.lines_before = self.lines;
                (self.begin, self.segments) = (counter.stream.len(), segments);
                counter.on(Input::Send(ticket(self.sent_jobs, segments, size)));
            }
            Fault::Cancel => counter.on(Input::Cancel),
            _ => {}
        }
        if self.counter.log.iter().any(|action| matches!(action, Action::Close(_))) {
            self.counter.log.retain(|action| !matches!(action, Action::Close(_)));
            if self.open {
                self.play(Fault::Close(true));
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
            // 100 mm are 26 lines, and a fifth less is believed
            Proof::Counter => self.lines >= self.lines_before + 21 && self.counter.written >= self.begin,
            _ => self.sensor_answers >= count(self.written(), &[0x1D, b'r', 1]),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_job_ends_once_and_is_confirmed_only_by_answers_to_written_queries(
        proof in prop_oneof![Just(Proof::ProcessId), Just(Proof::InOrderReply), Just(Proof::NoProof), Just(Proof::Counter)],
        faults in prop::collection::vec(fault(), 1..120),
        stop in any::<bool>(),
    ) {
        let mut counter = Counter::new(abilities(), Some(proof));
        counter.held = true;
        let mut shop = Shop {
            counter, connection: 0, asked: vec![],
            lines: 0, cuts: 0, lines_before: 0, open: false, sent_jobs: 0, answered: HashSet::new(), sensor_answers: 0, sensor_queries: 0,
            begin: 0, segments: 0, proof,
        };
        let mut start = vec![Fault::Open, Fault::Write(12), Fault::AnswerQuestions, Fault::Write(3), Fault::Waiting(true)];
        start.extend(faults);
        for fault in start {
            let before = shop.counter.endings().len();
            let job = shop.counter.session.job();
            shop.play(fault);
            shop.note(job);
            prop_assert!(proof != Proof::ProcessId || shop.late_is_honest(), "{:?}", shop.counter.late());
            if let Some(ending) = shop.counter.endings().get(before) && ending.state == JobState::Confirmed {
                prop_assert!(proof != Proof::NoProof && shop.honest(), "{:?}", ending);
                prop_assert_eq!(ending.proven as usize, shop.segments);
            }
        }
        if stop {
            shop.counter.on(Input::Stop);
            shop.counter.pass(ms(2_000));
            let closed = shop.counter.log.iter().any(|action| matches!(action, Action::Close(_)));
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
            counter, connection: 0, asked: vec![],
            lines: 0, cuts: 0, lines_before: 0, open: false, sent_jobs: 0, answered: HashSet::new(), sensor_answers: 0, sensor_queries: 0,
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

/// How a printer answers at its pairing: each answer takes so long, and one to a query behind paper so much longer.
#[derive(Debug, Clone, Copy)]
struct Manner {
    latency: u64,
    jitter: u64,
    paper: u64,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_printer_that_answers_before_paper_can_have_moved_is_never_believed_however_slow_its_line_is(
        latency in 0u64..450, jitter in 0u64..50, honest in any::<bool>(), by_tag in any::<bool>(),
    ) {
        let paper = if honest { if by_tag { 160 } else { 670 } } else { 0 };
        let manner = Manner { latency, jitter, paper };
        let abilities = printer::Abilities { may_ask_process_id: by_tag, measure_process_id: true, may_ask_gs_r: !by_tag, ..abilities() };
        let mut counter = Counter::new(abilities, None);
        counter.open_well();
        for question in 0..2 {
            let sent = counter.sent();
            let behind = if question == 1 { manner.jitter + manner.paper } else { 0 };
            counter.pass(ms(manner.latency + behind));
            if by_tag { counter.answer_tags(&sent) } else { counter.receive(&[0]) }
        }
        counter.pass(ms(2_000));
        let expected = match (honest, by_tag) {
            (false, _) => Proof::NoProof,
            (true, true) => Proof::ProcessId,
            (true, false) => Proof::InOrderReply,
        };
        prop_assert_eq!(counter.paired().unwrap().0, expected);
    }

    /// `printers`: who stands there on each connection, and whether paper is out when it opens.
    #[test]
    fn whoever_stands_there_gets_no_job_before_he_was_measured_himself(
        printers in prop::collection::vec((0usize..3, any::<bool>(), 0u64..3_000), 1..12),
    ) {
        let names: [&[(u8, &str)]; 3] = [&SAM, &[(65, "9.9"), (67, "POS-80")], &[]];
        let abilities = printer::Abilities { identity: true, ..abilities() };
        let mut counter = Counter::new(abilities, None);
        let mut measured = None;
        for (who, ill, time) in printers {
            counter.on(Input::Opened);
            counter.on(Input::Waiting(true));
            counter.receive(if ill { &OUT_OF_PAPER } else { &WELL });
            let end = counter.now + ms(time);
            let mut answered = 0;
            while counter.now < end {
                let (_, told) = counter.tell(names[who], &[]);
                answered += told;
                let before = counter.log.len();
                let asked = tags(&counter.stream);
                if let Some((_, tag)) = asked.last() {
                    counter.receive(&tag_reply(*tag));
                }
                counter.receive(&ASB_WELL);
                if counter.log[before..].iter().any(|action| matches!(action, Action::Paired(..))) {
                    measured = Some(who);
                }
                counter.pass(ms(50));
            }
            // one that tells nothing cannot be told from another that tells nothing; all others were looked at
            if counter.state().ready && !names[who].is_empty() && answered > 0 {
                prop_assert_eq!(measured, Some(who));
            }
            counter.on(Input::Closed(None));
        }
    }
}
