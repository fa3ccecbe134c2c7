//! A terminal that speaks MISPOS records over the framed link. It has no command for signing out, which its settlement does,
//! and none for asking about a transaction but its reprint.

use std::time::{Duration, Instant};

use model::{Step, StepName};

use super::{
    frame::{ETX, FrameFault, STX, framed, lrc},
    line::{EcrAddress, Line},
    link::{Action, Link, LinkEnd, LinkTimes},
    record::{RecordRequest, RecordResponse, Task},
    terminal::{Answered, Conversation, EcrFault, Original, PaymentTerminal},
};

/// Opening a TCP line, and getting rid of a frame.
const OPEN: Duration = Duration::from_secs(5);
const SEND: Duration = Duration::from_secs(3);
/// A record that nobody asked for may come before the answer, but a terminal that never stops must not hold us.
const OTHERS_MOST: usize = 32;

/// The terminal at this address.
#[derive(Debug, Clone)]
pub struct Mispos {
    address: EcrAddress,
    till: String,
    operator: String,
    times: LinkTimes,
    check: u16,
    terminal_id: Option<String>,
}

impl Mispos {
    /// `till` and `operator` are what the terminal prints, at most 8 characters each; `seed` is where the check digits begin,
    /// best something that differs from start to start, so that a late answer is not taken for a new one.
    pub fn new(address: EcrAddress, till: &str, operator: &str, times: LinkTimes, seed: u16) -> Mispos {
        Mispos {
            address,
            till: till.to_owned(),
            operator: operator.to_owned(),
            times,
            check: seed % 1000,
            terminal_id: None,
        }
    }

    /// Answers that name another terminal number (终端号) than this are not taken.
    #[must_use]
    pub fn expecting(self, terminal_id: &str) -> Mispos {
        Mispos { terminal_id: Some(terminal_id.to_owned()), ..self }
    }

    fn converse(&mut self, task: Task, of: &Original) -> Conversation {
        self.check = (self.check + 1) % 1000;
        let digit = |value: u16| b'0' + u8::try_from(value % 10).unwrap_or(0);
        let check = [digit(self.check / 100), digit(self.check / 10), digit(self.check)];
        let request = RecordRequest {
            till: self.till.clone(),
            operator: self.operator.clone(),
            task,
            original_date: of.date.clone(),
            original_reference: of.reference.clone(),
            original_voucher: of.voucher.clone(),
            check,
        };
        let mut steps = Vec::new();
        let end = request.encode().map_err(EcrFault::Request).and_then(|record| {
            let mut line = self.opened(&mut steps)?;
            let begun = Instant::now();
            let end = self.exchange(line.as_mut(), &record, check);
            note(&mut steps, StepName::Answer, begun, &end, |answered| {
                answered.record.as_ref().map_or_else(String::new, |record| format!("code {}", record.code))
            });
            end
        });
        Conversation { steps, end }
    }

    fn opened(&self, steps: &mut Vec<Step>) -> Result<Box<dyn Line>, EcrFault> {
        let begun = Instant::now();
        let line = self.address.open(OPEN);
        note(steps, StepName::EcrLink, begun, &line, |_| self.address.to_string());
        line
    }

    /// Runs the link over the line until the answer to this check, or the end.
    fn exchange(&self, line: &mut dyn Line, record: &[u8], check: [u8; 3]) -> Result<Answered, EcrFault> {
        let frame = framed(record).ok_or(EcrFault::NotSupported)?;
        let begun = Instant::now();
        let (mut link, first) = Link::start(frame, self.times, Duration::ZERO);
        let mut todo = vec![first];
        let mut answered = Answered::default();
        let mut buffer = [0u8; 512];
        loop {
            for action in todo {
                match action {
                    Action::Send(bytes) => line.send(&bytes, SEND).map_err(lost)?,
                    Action::Ended(end) => return Err(ended(end)),
                    Action::Record(record) => {
                        let record = RecordResponse::decode(&record).map_err(EcrFault::Record)?;
                        if record.check == check {
                            if let (Some(must), Some(is)) = (&self.terminal_id, &record.terminal_id)
                                && must != is
                            {
                                return Err(EcrFault::WrongTerminal { is: is.clone() });
                            }
                            answered.record = Some(record);
                            return Ok(answered);
                        }
                        answered.others.push(record);
                        if answered.others.len() > OTHERS_MOST {
                            return Err(EcrFault::Mismatched);
                        }
                        link.not_ours(begun.elapsed());
                    }
                }
            }
            let now = begun.elapsed();
            let left = link.until().saturating_sub(now).max(Duration::from_millis(1));
            let count = line.hear(&mut buffer, left).map_err(|error| {
                if link.is_within_frame() { EcrFault::Garbled(FrameFault::CutShort) } else { lost(error) }
            })?;
            let now = begun.elapsed();
            todo = link.on_time(now);
            if count > 0 {
                todo.extend(link.on_bytes(buffer.get(..count).unwrap_or_default(), now));
            }
        }
    }

    /// Sends an empty frame whose LRC is wrong: a terminal that is there says NAK, and does nothing. Any byte counts.
    fn knock(line: &mut dyn Line, limit: Duration) -> Result<Answered, EcrFault> {
        let body = [0x00, 0x00, ETX];
        let mut frame = vec![STX];
        frame.extend(body);
        frame.push(!lrc(&body));
        line.send(&frame, limit).map_err(lost)?;
        let mut byte = [0u8; 16];
        match line.hear(&mut byte, limit).map_err(lost)? {
            0 => Err(EcrFault::NotAcknowledged),
            _ => Ok(Answered::default()),
        }
    }
}

impl PaymentTerminal for Mispos {
    fn sign_in(&mut self) -> Conversation {
        self.converse(Task::SignIn, &Original::default())
    }

    fn sign_out(&mut self) -> Conversation {
        Conversation { steps: Vec::new(), end: Err(EcrFault::NotSupported) }
    }

    fn settle(&mut self) -> Conversation {
        self.converse(Task::Settle, &Original::default())
    }

    fn reprint(&mut self, of: &Original) -> Conversation {
        self.converse(Task::Reprint, of)
    }

    fn reprint_settlement(&mut self) -> Conversation {
        self.converse(Task::ReprintSettlement, &Original::default())
    }

    fn query(&mut self, of: &Original) -> Conversation {
        self.converse(Task::Reprint, of)
    }

    fn probe(&mut self, limit: Duration) -> Conversation {
        let mut steps = Vec::new();
        let end = self.opened(&mut steps).and_then(|mut line| {
            let begun = Instant::now();
            let end = Mispos::knock(line.as_mut(), limit);
            note(&mut steps, StepName::Answer, begun, &end, |_| "a byte came back".to_owned());
            end
        });
        Conversation { steps, end }
    }
}

fn lost(error: std::io::Error) -> EcrFault {
    EcrFault::Lost { detail: error.to_string() }
}

fn ended(end: LinkEnd) -> EcrFault {
    match end {
        LinkEnd::NotAcknowledged => EcrFault::NotAcknowledged,
        LinkEnd::Refused => EcrFault::Refused,
        LinkEnd::NoAnswer => EcrFault::NoAnswer,
        LinkEnd::Garbled(fault) => EcrFault::Garbled(fault),
        LinkEnd::OnlyOthers => EcrFault::Mismatched,
    }
}

fn note<T>(
    steps: &mut Vec<Step>,
    name: StepName,
    begun: Instant,
    result: &Result<T, EcrFault>,
    detail: impl Fn(&T) -> String,
) {
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (ok, detail) = match result {
        Ok(value) => (true, detail(value)),
        Err(fault) => (false, fault.to_string()),
    };
    steps.push(Step { name, ok: Some(ok), ms, detail });
}
