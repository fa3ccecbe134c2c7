//! The link to a payment terminal as a state machine: bytes and time in, bytes and records out. Who opens the line, and what
//! stands in a record, is known elsewhere.

use std::time::Duration;

use super::frame::{ACK, FrameFault, Heard, NAK, hear};

/// A frame that was not understood is asked for again so many times in all.
const BAD_MOST: u32 = 3;

/// How long each side is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkTimes {
    /// For ACK or NAK; also the longest pause within a frame.
    pub ack: Duration,
    /// For the answer, from the ACK on: the terminal may be dialling.
    pub answer: Duration,
    /// How often a record is sent before the terminal is given up.
    pub tries: u32,
}

impl Default for LinkTimes {
    fn default() -> LinkTimes {
        LinkTimes { ack: Duration::from_secs(3), answer: Duration::from_secs(60), tries: 3 }
    }
}

/// What the link wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Send(Vec<u8>),
    /// A whole record came, and is acknowledged. The one who knows its meaning says whether it was the answer: by stopping, or
    /// by [`Link::not_ours`].
    Record(Vec<u8>),
    Ended(LinkEnd),
}

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkEnd {
    /// No ACK to any try.
    NotAcknowledged,
    /// NAK to the last try: it hears us and doesn't take it.
    Refused,
    /// ACK, and then nothing.
    NoAnswer,
    /// Answers came, and none was whole.
    Garbled(FrameFault),
    /// Only records came that answer something else.
    OnlyOthers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Sent so many times; ACK is waited for until then.
    Ack {
        tries: u32,
        until: Duration,
    },
    Answer {
        until: Duration,
    },
    Ended,
}

/// One command and its answer. Times are since any fixed moment.
#[derive(Debug)]
pub struct Link {
    frame: Vec<u8>,
    times: LinkTimes,
    state: State,
    buffer: Vec<u8>,
    last_byte: Duration,
    bad: Option<(u32, FrameFault)>,
    others: bool,
    noise: bool,
}

impl Link {
    /// Starts with a framed record, which is to be sent at once.
    pub fn start(frame: Vec<u8>, times: LinkTimes, now: Duration) -> (Link, Action) {
        let send = Action::Send(frame.clone());
        let state = State::Ack { tries: 1, until: now + times.ack };
        (Link { frame, times, state, buffer: Vec::new(), last_byte: now, bad: None, others: false, noise: false }, send)
    }

    /// When [`Link::on_time`] is to be called at the latest.
    pub fn until(&self) -> Duration {
        let until = match self.state {
            State::Ack { until, .. } | State::Answer { until } => until,
            State::Ended => Duration::ZERO,
        };
        if self.buffer.is_empty() { until } else { until.min(self.last_byte + self.times.ack) }
    }

    /// Bytes came.
    pub fn on_bytes(&mut self, bytes: &[u8], now: Duration) -> Vec<Action> {
        let mut actions = Vec::new();
        self.buffer.extend(bytes);
        self.last_byte = now;
        while self.state != State::Ended {
            match hear(&mut self.buffer) {
                Heard::Nothing => break,
                Heard::Noise => self.noise = true,
                Heard::Ack => {
                    if let State::Ack { .. } = self.state {
                        self.state = State::Answer { until: now + self.times.answer };
                    }
                }
                // once it was acknowledged a NAK is late, and the answer is still waited for
                Heard::Nak => {
                    if let State::Ack { tries, .. } = self.state {
                        actions.push(self.again(tries, now, LinkEnd::Refused));
                    }
                }
                Heard::Record(record) => {
                    self.taken(now);
                    actions.extend([Action::Send(vec![ACK]), Action::Record(record)]);
                }
                Heard::Broken(fault) => actions.extend(self.broken(fault, now)),
            }
        }
        actions
    }

    /// Time passed.
    pub fn on_time(&mut self, now: Duration) -> Vec<Action> {
        let mut actions = Vec::new();
        if !self.buffer.is_empty() && now >= self.last_byte + self.times.ack {
            self.buffer.clear();
            actions.extend(self.broken(FrameFault::CutShort, now));
        }
        match self.state {
            State::Ack { tries, until } if now >= until => {
                // a line at another speed talks, and says nothing
                let end = if self.noise { LinkEnd::Garbled(FrameFault::Noise) } else { LinkEnd::NotAcknowledged };
                actions.push(self.again(tries, now, end));
            }
            State::Answer { until } if now >= until => {
                let end = match (self.others, self.bad) {
                    (true, _) => LinkEnd::OnlyOthers,
                    (false, Some((_, fault))) => LinkEnd::Garbled(fault),
                    (false, None) if self.noise => LinkEnd::Garbled(FrameFault::Noise),
                    (false, None) => LinkEnd::NoAnswer,
                };
                actions.push(self.end(end));
            }
            _ => {}
        }
        actions
    }

    /// True if a frame has begun and is not whole.
    pub fn is_within_frame(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// The record that came answers another question: a late one, or one that nobody asked. It says nothing of when the right
    /// one comes, which is waited for as long as before.
    pub fn not_ours(&mut self) {
        self.others = true;
    }

    /// A frame instead of an ACK says as much as the ACK.
    fn taken(&mut self, now: Duration) {
        if let State::Ack { .. } = self.state {
            self.state = State::Answer { until: now + self.times.answer };
        }
    }

    fn broken(&mut self, fault: FrameFault, now: Duration) -> Vec<Action> {
        self.taken(now);
        let count = self.bad.map_or(1, |(count, _)| count + 1);
        self.bad = Some((count, fault));
        if count >= BAD_MOST {
            return vec![self.end(LinkEnd::Garbled(fault))];
        }
        vec![Action::Send(vec![NAK])]
    }

    fn again(&mut self, tries: u32, now: Duration, end: LinkEnd) -> Action {
        if tries >= self.times.tries {
            return self.end(end);
        }
        self.state = State::Ack { tries: tries + 1, until: now + self.times.ack };
        Action::Send(self.frame.clone())
    }

    fn end(&mut self, end: LinkEnd) -> Action {
        self.state = State::Ended;
        Action::Ended(end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ecr::frame::framed;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn link() -> (Link, Vec<u8>) {
        let frame = framed(b"question").unwrap();
        let (link, send) = Link::start(frame.clone(), LinkTimes::default(), at(0));
        assert_eq!(send, Action::Send(frame.clone()));
        (link, frame)
    }

    #[test]
    fn a_command_is_acknowledged_answered_and_the_answer_acknowledged() {
        let (mut link, _) = link();
        assert_eq!(link.on_bytes(&[ACK], at(1)), []);
        assert_eq!(link.until(), at(61));
        let answer = framed(b"answer").unwrap();
        assert_eq!(link.on_bytes(&answer[..5], at(30)), []);
        assert_eq!(link.on_bytes(&answer[5..], at(31)), [Action::Send(vec![ACK]), Action::Record(b"answer".to_vec())]);
    }

    #[test]
    fn silence_is_tried_three_times_three_seconds_each() {
        let (mut link, frame) = link();
        assert_eq!(link.on_time(at(2)), []);
        assert_eq!(link.on_time(at(3)), [Action::Send(frame.clone())]);
        assert_eq!(link.on_time(at(6)), [Action::Send(frame)]);
        assert_eq!(link.on_time(at(9)), [Action::Ended(LinkEnd::NotAcknowledged)]);
    }

    #[test]
    fn a_terminal_that_says_nak_three_times_refuses() {
        let (mut link, frame) = link();
        assert_eq!(link.on_bytes(&[NAK], at(0)), [Action::Send(frame.clone())]);
        assert_eq!(link.on_bytes(&[NAK], at(0)), [Action::Send(frame)]);
        assert_eq!(link.on_bytes(&[NAK], at(0)), [Action::Ended(LinkEnd::Refused)]);
    }

    #[test]
    fn an_ack_and_then_nothing_is_told_from_no_ack() {
        let (mut link, _) = link();
        link.on_bytes(&[ACK], at(0));
        assert_eq!(link.on_time(at(59)), []);
        assert_eq!(link.on_time(at(60)), [Action::Ended(LinkEnd::NoAnswer)]);
    }

    #[test]
    fn a_broken_answer_is_asked_for_again() {
        let (mut link, _) = link();
        let mut broken = framed(b"answer").unwrap();
        *broken.last_mut().unwrap() ^= 1;
        link.on_bytes(&[ACK], at(0));
        assert_eq!(link.on_bytes(&broken, at(1)), [Action::Send(vec![NAK])]);
        assert_eq!(
            link.on_bytes(&framed(b"answer").unwrap(), at(2)),
            [Action::Send(vec![ACK]), Action::Record(b"answer".to_vec())]
        );
    }

    #[test]
    fn an_answer_that_stops_in_the_middle_is_asked_for_again_and_then_given_up() {
        let (mut link, _) = link();
        let answer = framed(b"answer").unwrap();
        link.on_bytes(&[ACK], at(0));
        for second in [0, 10] {
            link.on_bytes(&answer[..6], at(second));
            assert_eq!(link.until(), at(second + 3));
            assert_eq!(link.on_time(at(second + 3)), [Action::Send(vec![NAK])]);
        }
        link.on_bytes(&answer[..6], at(20));
        assert_eq!(link.on_time(at(23)), [Action::Ended(LinkEnd::Garbled(FrameFault::CutShort))]);
    }

    #[test]
    fn noise_is_told_from_silence() {
        let (mut link, _) = link();
        link.on_bytes(&[ACK, 0xfe, 0x80], at(0));
        assert_eq!(link.on_time(at(60)), [Action::Ended(LinkEnd::Garbled(FrameFault::Noise))]);
    }

    #[test]
    fn a_record_that_answers_another_question_does_not_shorten_the_wait_for_ours() {
        let (mut link, _) = link();
        link.on_bytes(&[ACK], at(0));
        link.on_bytes(&framed(b"late").unwrap(), at(1));
        link.not_ours();
        assert_eq!(link.until(), at(60));
        assert_eq!(link.on_time(at(59)), []);
        assert_eq!(
            link.on_bytes(&framed(b"answer").unwrap(), at(59)),
            [Action::Send(vec![ACK]), Action::Record(b"answer".to_vec())]
        );
        assert_eq!(link.on_time(at(60)), [Action::Ended(LinkEnd::OnlyOthers)]);
    }

    proptest! {
        #[test]
        fn whatever_comes_it_ends_and_sends_a_bounded_number_of_times(
            chunks in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..40), 0u64..4), 0..60),
        ) {
            let (mut link, frame) = link();
            let (mut now, mut sends) = (at(0), 1);
            let mut ended = false;
            for (bytes, pause) in chunks {
                now += at(pause);
                let mut actions = link.on_time(now);
                actions.extend(link.on_bytes(&bytes, now));
                sends += actions.iter().filter(|action| **action == Action::Send(frame.clone())).count();
                ended |= actions.iter().any(|action| matches!(action, Action::Ended(_)));
            }
            for _ in 0..10 {
                now += at(61);
                ended |= link.on_time(now).iter().any(|action| matches!(action, Action::Ended(_)));
            }
            prop_assert!(ended);
            prop_assert!(sends <= 3);
        }
    }
}
