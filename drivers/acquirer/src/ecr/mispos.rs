//! A terminal that speaks MISPOS records over the framed link. It has no command for signing out, which its settlement does,
//! and none for asking about a transaction but its reprint.

use std::time::{Duration, Instant};

use model::{Measured, Reading, Step, StepName};

use super::{
    frame::{ACK, ETX, FrameFault, Heard, STX, framed, hear, lrc},
    line::{EcrAddress, Line},
    link::{Action, Link, LinkEnd, LinkTimes},
    record::{RecordRequest, RecordResponse, Task},
    terminal::{Answered, Conversation, EcrFault, Original, PaymentTerminal},
};

/// Opening a TCP line, and getting rid of a frame.
const OPEN: Duration = Duration::from_secs(5);
const SEND: Duration = Duration::from_secs(3);
/// What the terminal said before the command lies in the buffer and comes at once, or does not lie there.
const QUIET: Duration = Duration::from_millis(20);
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
        let (mut steps, mut others) = (Vec::new(), Vec::new());
        let end = request.encode().map_err(EcrFault::Request).and_then(|record| {
            let mut line = self.opened(&mut steps, OPEN)?;
            let begun = Instant::now();
            let end = overheard(line.as_mut(), self.times.ack, &mut others)
                .and_then(|()| self.exchange(line.as_mut(), &record, check, &mut others));
            note(&mut steps, StepName::Answer, begun, &end, |answered| {
                let code = answered.record.as_ref().map_or_else(String::new, |record| record.code.clone());
                (format!("code {code}"), Measured::with(Reading::AnsweredCode, [code]))
            });
            end
        });
        Conversation { steps, end, others }
    }

    fn opened(&self, steps: &mut Vec<Step>, limit: Duration) -> Result<Box<dyn Line>, EcrFault> {
        let begun = Instant::now();
        let line = self.address.open(limit);
        note(steps, StepName::EcrLink, begun, &line, |_| {
            (self.address.to_string(), Measured::with(Reading::LineOpen, [self.address.to_string()]))
        });
        line
    }

    /// Runs the link over the line until the answer to this check, or the end. `others` are the records that came and were
    /// acknowledged beside it.
    fn exchange(
        &self,
        line: &mut dyn Line,
        record: &[u8],
        check: [u8; 3],
        others: &mut Vec<RecordResponse>,
    ) -> Result<Answered, EcrFault> {
        let frame = framed(record).ok_or(EcrFault::NotSupported)?;
        let begun = Instant::now();
        let (mut link, first) = Link::start(frame, self.times, Duration::ZERO);
        let mut todo = vec![first];
        let mut buffer = [0u8; 512];
        // how it ended; what came with the end is still acknowledged and kept
        let mut end = None;
        loop {
            for action in todo {
                match action {
                    Action::Send(bytes) => match line.send(&bytes, SEND) {
                        Ok(()) => {}
                        // who answered and hung up heard no acknowledgement, which changes no answer
                        Err(_) if end.is_some() => break,
                        Err(error) => return Err(lost(error)),
                    },
                    Action::Ended(why) => end = end.or(Some(Err(ended(why)))),
                    Action::Record(record) => {
                        let record = match RecordResponse::decode(&record) {
                            Ok(record) => record,
                            Err(error) => {
                                end = end.or(Some(Err(EcrFault::Record(error))));
                                continue;
                            }
                        };
                        if record.check == check && end.is_none() {
                            end = Some(match (&self.terminal_id, &record.terminal_id) {
                                (Some(must), Some(is)) if must != is => {
                                    Err(EcrFault::WrongTerminal { must: must.clone(), is: is.clone() })
                                }
                                _ => Ok(Answered { record: Some(record) }),
                            });
                            continue;
                        }
                        others.push(record);
                        link.not_ours();
                        if others.len() > OTHERS_MOST {
                            end = end.or(Some(Err(EcrFault::Mismatched)));
                        }
                    }
                }
            }
            if let Some(end) = end {
                return end;
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
        Conversation { steps: Vec::new(), end: Err(EcrFault::NotSupported), others: Vec::new() }
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
        let (mut steps, mut others) = (Vec::new(), Vec::new());
        let until = Instant::now() + limit;
        let end = self.opened(&mut steps, limit).and_then(|mut line| {
            let begun = Instant::now();
            let end = overheard(line.as_mut(), limit / 4, &mut others).and_then(|()| {
                let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
                Mispos::knock(line.as_mut(), left)
            });
            note(&mut steps, StepName::Answer, begun, &end, |_| {
                ("a byte came back".to_owned(), Measured::of(Reading::TerminalAnswers))
            });
            end
        });
        Conversation { steps, end, others }
    }
}

/// Takes what the terminal said before it was asked anything: whole records are acknowledged and kept, the rest is no answer
/// to what is asked next and is dropped. A record that is under way is waited for, `pause` at most between its bytes.
fn overheard(line: &mut dyn Line, pause: Duration, others: &mut Vec<RecordResponse>) -> Result<(), EcrFault> {
    let (mut heard, mut buffer) = (Vec::new(), [0u8; 512]);
    while others.len() <= OTHERS_MOST {
        let limit = if heard.is_empty() { QUIET } else { pause };
        let count = line.hear(&mut buffer, limit).map_err(lost)?;
        if count == 0 {
            break;
        }
        heard.extend(buffer.get(..count).unwrap_or_default());
        loop {
            match hear(&mut heard) {
                Heard::Nothing => break,
                Heard::Ack | Heard::Nak | Heard::Noise | Heard::Broken(_) => {}
                Heard::Record(record) => {
                    line.send(&[ACK], SEND).map_err(lost)?;
                    others.extend(RecordResponse::decode(&record).ok());
                }
            }
        }
    }
    Ok(())
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
    said: impl Fn(&T) -> (String, Measured),
) {
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (ok, (detail, measured)) = match result {
        Ok(value) => (true, said(value)),
        Err(fault) => (false, (fault.to_string(), fault.measured())),
    };
    steps.push(Step { name, ok: Some(ok), ms, detail, measured: Some(measured) });
}
