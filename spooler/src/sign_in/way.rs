//! The two ways to the acquirer, each carrying out one request: blocking, with limits of its own. Both find the same things.

use std::time::Instant;

use acquirer::{
    Batch, MasterKey, Request, Response, ResponseFault, SealedKeys, Trace, Verdict,
    ecr::{Conversation, EcrFault, Mispos, PaymentTerminal, RecordResponse},
    exchange,
    iso::Demand,
};
use model::{BatchTotals, Reading, SignInCause as Cause, Step, StepName, Via};

use super::{
    found::{Answer, End, Found, GoodKeys, Keys},
    said::Said,
    setup::{KNOCK, Setup},
};

/// What is asked of the acquirer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    SignIn {
        operator: Option<String>,
    },
    SignOut,
    Echo,
    Settle {
        totals: Box<BatchTotals>,
        operator: Option<String>,
    },
    /// 上送结束: balanced.
    SettleEnd,
}

/// Carries out one request. `trace` was given out for it and is used by nothing else.
pub(crate) fn ask(setup: &Setup, what: &Ask, trace: Trace, batch: Option<Batch>) -> Found {
    match setup.via {
        Via::Host => by_host(setup, what, trace, batch),
        Via::Terminal => by_terminal(setup, what, trace),
    }
}

fn step(name: StepName, ok: bool, begun: Instant, said: Said) -> Step {
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    said.step(name, Some(ok), ms)
}

fn not_configured(name: StepName, why: &str) -> Found {
    let found = Said::config(why).step(name, Some(false), 0);
    Found::nothing(Verdict::new(Cause::NotConfigured, &[]), vec![found])
}

fn by_host(setup: &Setup, what: &Ask, trace: Trace, batch: Option<Batch>) -> Found {
    let (terminal, route) = match (&setup.terminal, &setup.route) {
        (Ok(terminal), Some(Ok(route))) => (terminal, route),
        (Err(why), _) | (_, Some(Err(why))) => return not_configured(StepName::Identity, why),
        (_, None) => return not_configured(StepName::Dns, "no host is configured"),
    };
    let master = match what {
        // before anybody is asked: keys that can't be read would replace good ones
        Ask::SignIn { .. } => match master_key(setup) {
            Ok(master) => Some(master),
            Err((verdict, step)) => return Found::nothing(verdict, vec![step]),
        },
        _ => None,
    };
    let request = match what {
        Ask::SignIn { operator } => terminal.sign_in(trace, batch, setup.network, operator.as_deref().unwrap_or("01")),
        Ask::SignOut => terminal.sign_out(trace, batch),
        Ask::Echo => terminal.echo(batch),
        Ask::Settle { totals, operator } => {
            terminal.settle(trace, batch.unwrap_or(Batch::FIRST), totals, operator.as_deref().unwrap_or("01"))
        }
        Ask::SettleEnd => terminal.settle_end(trace, batch.unwrap_or(Batch::FIRST)),
    };
    let request = match request {
        Ok(request) => request,
        Err(error) => {
            let found = Said::of(Reading::RequestNotMade, error.to_string()).step(StepName::Send, Some(false), 0);
            return Found::nothing(Verdict::new(Cause::FormatRefused, &[]), vec![found]);
        }
    };
    let exchange = exchange(route, &request, &setup.limits);
    let (mut steps, left) = (exchange.steps(), exchange.frame_left());
    let end = match exchange.answer() {
        Some(bytes) => checked(setup, &request, bytes, master.as_ref(), &mut steps),
        // the fault of the attempt that came furthest
        None => End::Failed(exchange.verdict().unwrap_or_else(|| Verdict::new(Cause::NoResponse, &[]))),
    };
    Found { steps, left, end, others: Vec::new() }
}

/// The master key, or why there is none.
pub(crate) fn master_key(setup: &Setup) -> Result<MasterKey, (Verdict, Step)> {
    let begun = Instant::now();
    let loaded = match &setup.master_key_file {
        Some(path) => MasterKey::load(path).map_err(|error| (error.verdict(), Said::fault(&error, error.measured()))),
        None => {
            let why = "no master_key_file is configured in [acquirer]";
            Err((
                Verdict::new(Cause::MasterKeyMissing, &[]),
                Said::with(Reading::ConfigUnusable, ["acquirer.master_key_file"], why),
            ))
        }
    };
    loaded.map_err(|(verdict, said)| (verdict, step(StepName::Keys, false, begun, said)))
}

fn checked(setup: &Setup, request: &Request, bytes: &[u8], master: Option<&MasterKey>, steps: &mut Vec<Step>) -> End {
    let begun = Instant::now();
    let response = match request.check(bytes) {
        Ok(response) => response,
        Err(fault) => {
            steps.push(step(StepName::Check, false, begun, Said::fault(&fault, fault.measured())));
            let verdict = fault.verdict();
            return match fault {
                ResponseFault::Frame(_) => End::Failed(verdict),
                _ => End::Strange(verdict),
            };
        }
    };
    let message = response.frame().message.mti();
    let read = Said::with(Reading::AnswerRead, [message.to_string()], message.to_string());
    steps.push(step(StepName::Check, true, begun, read));
    End::Answered(Box::new(answer(setup, &response, master)))
}

fn answer(setup: &Setup, response: &Response, master: Option<&MasterKey>) -> Answer {
    let code = response.code().map(str::to_owned);
    let keys = match master {
        Some(master) if response.is_approved() => {
            match SealedKeys::accept(setup.network, setup.layout, response.key_field(), master) {
                Ok(keys) => Keys::Good(GoodKeys {
                    sealed: keys.to_bytes(),
                    values: keys.check_values().to_string(),
                    check_values: format!("{:?} layout, {}", keys.layout(), keys.check_values()),
                }),
                Err(fault) => Keys::Bad(fault.verdict(), Said::fault(fault, fault.measured())),
            }
        }
        _ => Keys::NotOurs,
    };
    let name = setup.name.as_deref();
    let meaning = code.as_deref().and_then(|code| setup.book.look_up(name, code));
    Answer {
        text: None,
        batch: response.batch().map(Batch::get),
        clock: response.host_clock(),
        wants_sign_in: response.demand() == Demand::SignIn,
        keys,
        totals: response.totals(),
        verdict: code
            .as_deref()
            .map_or_else(|| Verdict::new(Cause::MalformedResponse, &[]), |code| setup.book.verdict(name, code)),
        meaning: meaning.map(|meaning| (meaning.zh.clone(), meaning.en.clone())),
        code,
    }
}

/// The payment terminal as it is configured. `seed` is where its check digits begin.
pub(crate) fn payment_terminal(setup: &Setup, seed: u32) -> Result<Mispos, String> {
    let ecr = setup.ecr.as_ref().ok_or_else(|| "no payment terminal is configured".to_owned())?;
    let address = ecr.address.clone()?;
    let seed = u16::try_from(seed % 1000).unwrap_or(0);
    Ok(Mispos::new(address, "1", "01", ecr.times, seed).expecting(&setup.terminal_id))
}

fn by_terminal(setup: &Setup, what: &Ask, trace: Trace) -> Found {
    let mut terminal = match payment_terminal(setup, trace.get()) {
        Ok(terminal) => terminal,
        Err(why) => return not_configured(StepName::EcrLink, &why),
    };
    let talk = match what {
        Ask::SignIn { .. } => terminal.sign_in(),
        Ask::SignOut => terminal.sign_out(),
        Ask::Echo => terminal.probe(KNOCK),
        Ask::Settle { .. } => terminal.settle(),
        // the terminal ended it itself
        Ask::SettleEnd => return not_configured(StepName::End, "the terminal ends its settlement itself"),
    };
    told(setup, talk)
}

/// What a conversation with the terminal found.
fn told(setup: &Setup, talk: Conversation) -> Found {
    let Conversation { steps, end, others } = talk;
    match end {
        Ok(answered) => {
            let end = match answered.record {
                Some(record) => End::Answered(Box::new(of_record(setup, &record))),
                None => End::Answered(Box::new(Answer {
                    code: None,
                    text: None,
                    batch: None,
                    clock: None,
                    wants_sign_in: false,
                    keys: Keys::NotOurs,
                    totals: None,
                    verdict: Verdict::new(Cause::MalformedResponse, &[]),
                    meaning: None,
                })),
            };
            Found { steps, left: true, end, others }
        }
        Err(fault) => {
            // without an acknowledgement the terminal surely did not take the command
            let left = !matches!(
                fault,
                EcrFault::Open { .. }
                    | EcrFault::InUse { .. }
                    | EcrFault::NotAcknowledged
                    | EcrFault::Refused
                    | EcrFault::NotSupported
                    | EcrFault::Request(_)
            );
            Found { steps, left, end: End::Failed(fault.verdict()), others }
        }
    }
}

fn of_record(setup: &Setup, record: &RecordResponse) -> Answer {
    let name = setup.name.as_deref();
    let meaning = setup.book.look_up_terminal(name, &record.code);
    let meaning = meaning.map(|meaning| (meaning.zh.clone(), meaning.en.clone()));
    Answer {
        code: Some(record.code.clone()),
        text: record.text.as_ref().map(|text| text.as_str().to_owned()),
        batch: record.batch.as_deref().and_then(|batch| batch.parse::<u32>().ok()).filter(|batch| *batch > 0),
        clock: record.clock,
        wants_sign_in: false,
        keys: Keys::NotOurs,
        totals: record.totals.map(Ok),
        verdict: record.verdict(&setup.book, name),
        meaning,
    }
}
