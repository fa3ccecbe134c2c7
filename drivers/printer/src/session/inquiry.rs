//! Buffered questions that a printer answers with a block of text (GS I, GS g 2): one at a time, each answer awaited, and
//! nothing else sent meanwhile. What the answers mean to whom is told by the purpose.

use std::{collections::VecDeque, time::Duration};

use model::{Counters, Identity};
use paper::command;

use super::Session;
use crate::Action;

/// For the first question: a printer that answers none costs no more than this.
const PATIENCE_FIRST: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(1);
/// Behind paper that has to move first.
const PATIENCE_FEED: Duration = Duration::from_secs(10);
/// A given-up question may be answered yet; the answer to the next one must not be mistaken for it.
const DOUBT: Duration = Duration::from_secs(1);

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// GS I n.
    Identity(u8),
    /// GS g 2 n.
    Counter(u16),
}

/// A line that needs longer than this for an answer is not asked the rest while somebody waits for paper.
const SLOW: Duration = Duration::from_millis(150);

/// What the answers are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Who it is, for the first time.
    Introduce,
    /// Whether it is still the same.
    Recognise,
    /// What it has counted, in idleness.
    Count,
    /// The same, before and behind the feed of a measurement.
    CountBeforeFeed,
    CountAfterFeed,
    /// Before and behind a job that is proven by it.
    TallyBefore,
    TallyAfter,
}

#[derive(Debug)]
struct Asked {
    question: Question,
    /// Where it ends in the stream.
    end: u64,
    /// When it had left.
    left: Option<Duration>,
    deadline: Option<Duration>,
    extended: bool,
}

/// Questions under way, and the answers so far.
#[derive(Debug)]
pub(super) struct Inquiry {
    pub(super) purpose: Purpose,
    rest: VecDeque<Question>,
    asked: Option<Asked>,
    pub(super) identity: Identity,
    pub(super) counters: Counters,
    /// The questions that were answered.
    pub(super) answered: Vec<Question>,
    /// When the first answer came, and how long it took.
    pub(super) first: Option<(Duration, Duration)>,
    /// Not all was asked.
    pub(super) cut_short: bool,
    /// It is not known yet which counters there are.
    searching: bool,
}

impl Session {
    pub(super) fn inquire(&mut self, purpose: Purpose, questions: impl IntoIterator<Item = Question>) {
        self.inquiry = Some(Inquiry {
            purpose,
            rest: questions.into_iter().collect(),
            asked: None,
            identity: Identity::default(),
            counters: Counters::default(),
            answered: Vec::new(),
            first: None,
            cut_short: false,
            searching: self.numbers.is_none(),
        });
    }

    pub(super) fn inquiry_open(&self) -> bool {
        self.inquiry.is_some()
    }

    /// When the question in hand had left.
    pub(super) fn inquiry_left(&self) -> Option<Duration> {
        self.inquiry.as_ref()?.asked.as_ref()?.left
    }

    pub(super) fn inquiry_deadline(&self) -> Option<Duration> {
        let inquiry = self.inquiry.as_ref().filter(|_| !self.inquiry_suspended())?;
        match &inquiry.asked {
            Some(asked) => asked.deadline,
            None if self.poll.active() => None,
            None => Some(self.doubt_until.max(self.now)),
        }
    }

    /// Gives the questions up; an answer may still come.
    pub(super) fn drop_inquiry(&mut self) {
        if self.inquiry.take().is_some_and(|inquiry| inquiry.asked.is_some()) {
            self.doubt_until = self.now + DOUBT;
        }
    }

    /// A printer in trouble gets no question, and one that it has is not given up: it answers when it prints again.
    fn inquiry_suspended(&self) -> bool {
        !self.well()
    }

    pub(super) fn step_inquiry(&mut self, out: &mut Vec<Action>) {
        let tallies = self.transfer.is_some();
        if self.stopping || (self.inquiry_suspended() && !tallies) {
            self.drop_inquiry();
        }
        while !self.inquiry_suspended() {
            let (now, written, within_block) = (self.now, self.written, self.replies.within_block());
            let hurried = self.waiting;
            let Some(inquiry) = &mut self.inquiry else { return };
            if hurried && inquiry.purpose == Purpose::Recognise && inquiry.first.is_some_and(|(_, took)| took > SLOW) {
                inquiry.cut_short |= !inquiry.rest.is_empty();
                inquiry.rest.clear();
            }
            match &mut inquiry.asked {
                Some(asked) => {
                    if asked.left.is_none() && written >= asked.end {
                        asked.left = Some(now);
                        asked.deadline = Some(now + patience(inquiry.purpose, inquiry.answered.is_empty()));
                    }
                    if asked.deadline.is_none_or(|deadline| now < deadline) {
                        return;
                    }
                    if within_block && !asked.extended {
                        (asked.extended, asked.deadline) = (true, Some(now + PATIENCE));
                        return;
                    }
                    let question = asked.question;
                    inquiry.asked = None;
                    inquiry.unanswered(question);
                    self.doubt_until = now + DOUBT;
                }
                None => match inquiry.rest.pop_front() {
                    None => {
                        if let Some(inquiry) = self.inquiry.take() {
                            self.inquired(&inquiry, out);
                        }
                    }
                    Some(question) if now < self.doubt_until || self.poll.active() => {
                        inquiry.rest.push_front(question);
                        return;
                    }
                    Some(question) => {
                        let bytes = question.bytes();
                        let end = self.handed.saturating_add(bytes.len() as u64);
                        inquiry.asked = Some(Asked { question, end, left: None, deadline: None, extended: false });
                        self.write(&bytes, out);
                        return;
                    }
                },
            }
        }
    }

    /// A block of text came: it answers the question in hand.
    pub(super) fn inquiry_heard(&mut self, body: &[u8]) {
        let (now, written) = (self.now, self.written);
        let Some(inquiry) = &mut self.inquiry else { return };
        // one that came before its question was written answers another
        let Some(asked) = inquiry.asked.take_if(|asked| asked.end <= written) else { return };
        if inquiry.first.is_none() {
            inquiry.first = Some((now, now.saturating_sub(asked.left.unwrap_or(now))));
        }
        inquiry.answer(asked.question, body);
    }

    fn inquired(&mut self, inquiry: &Inquiry, out: &mut Vec<Action>) {
        match inquiry.purpose {
            Purpose::Introduce => self.introduced(inquiry, out),
            Purpose::Recognise => self.recognised(inquiry),
            Purpose::Count => self.counted(inquiry, out),
            Purpose::CountBeforeFeed => self.counted_before_feed(inquiry, out),
            Purpose::CountAfterFeed => self.counted_after_feed(inquiry, out),
            Purpose::TallyBefore => self.tallied_before(inquiry),
            Purpose::TallyAfter => self.tallied_after(inquiry, out),
        }
    }
}

fn patience(purpose: Purpose, first: bool) -> Duration {
    match purpose {
        Purpose::CountAfterFeed | Purpose::TallyAfter => PATIENCE_FEED,
        _ if first => PATIENCE_FIRST,
        _ => PATIENCE,
    }
}

impl Inquiry {
    fn answer(&mut self, question: Question, body: &[u8]) {
        self.answered.push(question);
        match question {
            Question::Identity(n) => {
                let part = match n {
                    65 => &mut self.identity.firmware,
                    66 => &mut self.identity.maker,
                    67 => &mut self.identity.model,
                    68 => &mut self.identity.serial,
                    _ => &mut self.identity.font,
                };
                *part = name(body);
            }
            Question::Counter(n) => {
                let counter = match n {
                    20 | 148 => &mut self.counters.lines,
                    50 | 178 => &mut self.counters.cuts,
                    _ => &mut self.counters.hours,
                };
                *counter = number(body);
            }
        }
    }

    /// What to ask instead, or no more.
    fn unanswered(&mut self, question: Question) {
        match question {
            // it answers none, or the first would have been answered
            Question::Identity(_) if self.answered.is_empty() => self.rest.clear(),
            Question::Counter(_) if !self.searching => self.rest.clear(),
            // the resettable counter in place of the one of all its life
            Question::Counter(148) => self.rest.push_front(Question::Counter(20)),
            Question::Counter(178) => self.rest.push_front(Question::Counter(50)),
            Question::Counter(198) => self.rest.push_front(Question::Counter(70)),
            Question::Counter(20) => self.rest.clear(),
            Question::Identity(_) | Question::Counter(_) => {}
        }
    }
}

impl Question {
    fn bytes(self) -> Vec<u8> {
        match self {
            Question::Identity(n) => command::identity(n).to_vec(),
            Question::Counter(n) => command::counter(n).to_vec(),
        }
    }
}

/// What a person can read of a name; `None` where that is nothing, or more than the 80 bytes that a block may hold.
fn name(body: &[u8]) -> Option<String> {
    let text: String = body.iter().filter(|byte| (0x20..=0x7E).contains(*byte)).map(|byte| char::from(*byte)).collect();
    let text = text.trim();
    // more nonsense than text is nonsense
    let sense = text.chars().any(|letter| letter.is_ascii_alphanumeric()) && text.len() * 2 >= body.len();
    (sense && body.len() <= 80).then(|| text.to_owned())
}

/// GS g 2: one to ten digits.
fn number(body: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(body).ok()?.trim();
    let fair = (1..=10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fair.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_or_dropped() {
        let read = |body: &[u8]| name(body);
        assert_eq!(read(b"TM-T88V"), Some("TM-T88V".to_owned()));
        assert_eq!(read(b" POS-80\x01\r\n"), Some("POS-80".to_owned()));
        for nonsense in [&b""[..], b"   ", b"---", b"\xBC\xD1\xB2\xA9\xBC\xD1A", &[b'A'; 81]] {
            assert_eq!(read(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn only_digits_are_a_count() {
        assert_eq!(number(b"0012345"), Some(12_345));
        for nonsense in [&b""[..], b"12a", b"-1", b"12345678901"] {
            assert_eq!(number(nonsense), None, "{nonsense:?}");
        }
    }
}
