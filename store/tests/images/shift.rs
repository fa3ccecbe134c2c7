//! A shift in a small shop: every kind of operation the store knows, through the real writer with group commit, on a
//! medium that logs. Nothing in it depends on time, so that each run of the tests has the same log.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, mpsc},
};

use model::{
    Cause, Copy, Document, Event, Grade, Identity, JobId, JobKind, JobState, Moment, Outcome, Proof, Role, Status,
    Transaction, TransactionId,
};
use redb::Builder;
use store::{OpenError, Pairing, PrinterState, Store, StoreError, Writer};

use crate::{
    ledger::{Answer, Fact, Ledger},
    medium::Medium,
    operation::{Op, audit, claim, event, hire, job, operator, queue, record, reprint, sign_in},
    shop::{at, ending, evidence, fen, print, rendering},
};

type Answered = Result<Vec<Fact>, StoreError>;

/// So small that pages leave the cache before their commit.
const CACHE: usize = 32 << 10;

/// What the shift leaves: the medium with its log, the answers, and the place at which the new store was first open.
#[derive(Debug)]
pub struct Shift {
    pub medium: Medium,
    pub ledger: Ledger,
    pub born: usize,
}

pub fn work(rounds: u64) -> Shift {
    let mut till = Till::open(Medium::default(), Arc::default());
    let born = till.medium.position();
    for round in 0..rounds {
        till = till.round(round);
    }
    let Till { medium, ledger, store, writer, .. } = till;
    writer.shutdown();
    drop(store);
    let ledger = std::mem::take(&mut *ledger.lock().unwrap());
    Shift { medium, ledger, born }
}

struct Till {
    medium: Medium,
    store: Store,
    writer: Writer,
    ledger: Arc<Mutex<Ledger>>,
    printers: BTreeMap<String, PrinterState>,
    sales: u64,
}

impl Till {
    fn open(medium: Medium, ledger: Arc<Mutex<Ledger>>) -> Till {
        let device = medium.clone();
        let opener = move || {
            Builder::new()
                .set_cache_size(CACHE)
                .create_with_backend(device.clone())
                .map_err(|e| OpenError::Io { path: "medium".into(), what: e.to_string() })
        };
        let store = Store::with_opener(Path::new("medium"), opener).unwrap();
        let (told, at) = (Arc::clone(&ledger), medium.clone());
        let writer = Writer::spawn(store.clone(), move |committed| {
            told.lock().unwrap().commits.push((committed.change.0, at.position()));
        });
        Till { medium, store, writer, ledger, printers: BTreeMap::new(), sales: 0 }
    }

    fn reopen(self) -> Till {
        let Till { medium, store, writer, ledger, printers, sales } = self;
        writer.shutdown();
        drop(store);
        Till { printers, sales, ..Till::open(medium, ledger) }
    }

    /// Operations that share a commit: an empty one keeps the writer busy until all of them wait.
    fn group(&self, ops: Vec<Op>) -> Vec<Answered> {
        let (busy, is_busy) = mpsc::channel();
        let (go, all_wait) = mpsc::channel::<()>();
        self.writer.submit(
            move |_| {
                // neither end minds the other's end
                let _ = busy.send(());
                let _ = all_wait.recv();
                Ok(())
            },
            drop::<Result<(), StoreError>>,
        );
        let _ = is_busy.recv();
        let answers: Vec<_> = ops
            .into_iter()
            .map(|op| {
                let (answer, answered) = mpsc::channel();
                let (ledger, medium) = (Arc::clone(&self.ledger), self.medium.clone());
                self.writer.submit(
                    move |batch| {
                        let change = batch.change().0;
                        op(batch).map(|facts| (change, facts))
                    },
                    move |result: Result<(u64, Vec<Fact>), StoreError>| {
                        let place = medium.position();
                        let result = result.map(|(change, facts)| {
                            let answer = Answer { place, change, facts: facts.clone() };
                            ledger.lock().unwrap().answers.push(answer);
                            facts
                        });
                        answer.send(result).unwrap();
                    },
                );
                answered
            })
            .collect();
        drop(go);
        answers.into_iter().map(|answered| answered.recv().unwrap()).collect()
    }

    /// A group that must be done whole.
    fn all(&self, ops: Vec<Op>) -> Vec<Fact> {
        self.group(ops).into_iter().flat_map(|answered| answered.unwrap()).collect()
    }

    fn one(&self, op: Op) -> Vec<Fact> {
        self.all(vec![op])
    }

    fn next_sale(&mut self) -> Event {
        self.sales += 1;
        event(self.sales)
    }

    fn printer(&mut self, name: &'static str, change: impl FnOnce(&mut PrinterState)) -> Fact {
        let state = self.printers.entry(name.to_owned()).or_default();
        change(state);
        Fact::Printer(name.to_owned(), state.clone())
    }

    fn first(&self, printer: &str) -> Option<JobId> {
        self.store.reader().unwrap().peek(printer).unwrap().map(|job| job.id)
    }

    /// Sales that print, and their way through the front printer; then what is special in this round.
    fn round(mut self, round: u64) -> Till {
        let both = vec![print(Copy::Merchant, "front"), print(Copy::Customer, "front")];
        let sales = [self.next_sale(), self.next_sale(), self.next_sale()];
        let [card, wallet, mut open] = sales;
        open.status = if round.is_multiple_of(2) { Status::Unknown } else { Status::Declined };
        let facts = self.all(vec![
            record(card.clone(), both.clone(), 1000),
            record(wallet, vec![print(Copy::Customer, "back")], 1001),
            record(open.clone(), both.clone(), 1000),
        ]);
        // again: known, nothing is written
        assert!(self.one(record(card.clone(), both, 1000)).is_empty());
        let first = self.first("front").unwrap();
        self.one(claim(first, "front"));
        self.all(vec![
            job(move |b| b.stalled(first, Some(Cause::PaperOut), 0)),
            job(move |b| b.prove(first, 1, Some(evidence(Grade::None)))),
        ]);
        let ends = [JobState::Unconfirmed, JobState::Confirmed, JobState::Partial, JobState::NotPrinted];
        let state = ends[(round % 4) as usize];
        let next = self.first("front").unwrap();
        self.one(Box::new(move |batch| {
            let ended = batch.end(first, &ending(state, &[Grade::InOrderReply]), at(6000))?;
            let claimed = batch.start(next, rendering(), 300, "front")?;
            Ok(vec![Fact::Job(ended), Fact::Job(claimed)])
        }));
        let mut last = vec![job(move |b| b.end(next, &ending(JobState::Confirmed, &[Grade::ProcessId]), at(7000)))];
        if matches!(state, JobState::Unconfirmed | JobState::Partial) {
            // late proof, or a person's answer
            let (to, grade) =
                if round == 0 { (JobState::Confirmed, Grade::Counter) } else { (JobState::NotPrinted, Grade::Person) };
            last.push(job(move |b| b.end(first, &ending(to, &[grade]), at(8000))));
        }
        self.all(last);
        let id = facts.iter().find_map(|fact| match fact {
            Fact::Transaction(row) => Some(row.id),
            _ => None,
        });
        match round % 8 {
            0 => {
                self.pair();
                self.hire(round);
                // the round's number is the batch, its report a line of its own
                let report = Document {
                    language: model::Language::Zh,
                    blocks: vec![model::Block::Blank { lines: u8::try_from(round % 200).unwrap() }],
                };
                self.one(sign_in(u32::try_from(round).unwrap(), report));
            }
            1 => self.hold(),
            2 => self.ask_again(id.unwrap(), &card),
            3 => self.settle(),
            4 => self.undo(),
            5 => self.fill_the_disk(),
            6 => self.read_long(),
            _ => self = self.reopen(),
        }
        self
    }

    fn pair(&mut self) {
        let pairing = Pairing {
            connection: "tcp://192.0.2.1:9100".into(),
            profile: "generic-80".into(),
            proof: Proof::InOrderReply,
            detail: "reply after 912 ms".into(),
            since: Moment::new(0, 0),
            identity: Some(Identity { model: Some("TM-T88V".into()), ..Identity::default() }),
        };
        let kept = pairing.clone();
        let paired = self.printer("front", move |state| state.pairing = Some(kept));
        let paused = self.printer("back", |state| state.paused = true);
        self.all(vec![
            Box::new(move |batch| batch.remember_pairing("front", pairing).map(|()| vec![paired])),
            Box::new(move |batch| batch.set_paused("back", true).map(|()| vec![paused])),
            audit("pause", Outcome::Done),
            audit("move", Outcome::Refused),
        ]);
    }

    fn hire(&self, round: u64) {
        let (manager, cashier) = (format!("M{round}"), format!("C{round}"));
        self.all(vec![hire(&manager, Role::Manager), hire(&cashier, Role::Cashier)]);
        let tries = (0..6).map(|nth| {
            let id = cashier.clone();
            operator(move |batch| batch.count_try(&id, at(10_000 + nth)))
        });
        self.all(tries.collect());
        self.one(operator(move |batch| batch.set_pin(&cashier, "another".to_owned(), at(10_100))));
        self.one(operator(move |batch| batch.count_try(&manager, at(10_200))));
    }

    fn hold(&mut self) {
        let held = self.first("back").unwrap();
        self.one(job(move |b| b.hold(held)));
        let expired = self.first("back").unwrap();
        self.one(job(move |b| b.expire(expired)));
        // refused: an expired job can't be claimed; the two beside it are done
        let refused = self.group(vec![
            job(move |b| b.release(held, at(90_000))),
            claim(expired, "back"),
            audit("cancel", Outcome::Refused),
        ]);
        assert!(matches!(refused[..], [Ok(_), Err(StoreError::IllegalMove { .. }), Ok(_)]), "{refused:?}");
        self.all(vec![
            job(move |b| b.block(held, Cause::CoverOpen)),
            job(move |b| b.move_to(held, "front")),
            job(move |b| b.release(expired, at(91_000))),
        ]);
        let resumed = self.printer("back", |state| state.paused = false);
        self.one(Box::new(move |batch| batch.set_paused("back", false).map(|()| vec![resumed])));
    }

    fn ask_again(&mut self, id: TransactionId, known: &Event) {
        let facts = self.all(vec![
            reprint(id, "front"),
            queue(
                JobKind::TestPage,
                Some(Document { language: model::Language::En, blocks: vec![model::Block::Rule] }),
            ),
            queue(JobKind::Drawer, None),
        ]);
        let Some(Fact::Job(drawer)) = facts.last().cloned() else { panic!("{facts:?}") };
        self.one(claim(drawer.id, "front"));
        self.one(job(move |b| b.end(drawer.id, &ending(JobState::Unconfirmed, &[]), at(9000))));
        let other = Event { amount: fen(1), ..known.clone() };
        let conflict = self.group(vec![record(other, Vec::new(), 1000)]);
        assert!(matches!(conflict[..], [Err(StoreError::Conflict { .. })]), "{conflict:?}");
    }

    /// An unknown outcome becomes final, and is printed.
    fn settle(&mut self) {
        let number = (1..=self.sales).find(|n| {
            let known = self.store.reader().unwrap().by_source("till", &event(*n).source_id).unwrap();
            known.is_some_and(|row: Transaction| row.status == Status::Unknown)
        });
        let settled = Event { time: at(60_000), amount: fen(777), ..event(number.unwrap()) };
        self.one(record(settled, vec![print(Copy::Customer, "back")], 1001));
    }

    /// One operation breaks its rule and is undone with those before it; those after it are not touched.
    fn undo(&mut self) {
        // both from a till that was never seen: their slips give its name a number, and that is undone too
        let new_till = Some("898110099990001".to_owned());
        let before = Event { merchant_id: new_till.clone(), ..self.next_sale() };
        let bad = Event { merchant_id: new_till, ..self.next_sale() };
        let after = self.next_sale();
        let both = vec![print(Copy::Merchant, "front"), print(Copy::Customer, "front")];
        let answered = self.group(vec![
            record(before.clone(), both.clone(), 1000),
            Box::new(move |batch| {
                record(bad, Vec::new(), 1000)(batch)?;
                Err(StoreError::BadCursor)
            }),
            record(after, both.clone(), 1000),
        ]);
        assert!(matches!(answered[..], [Err(StoreError::Undone(_)), Err(StoreError::BadCursor), Ok(_)]));
        self.one(record(before, both, 1000));
    }

    fn fill_the_disk(&mut self) {
        let lost = self.next_sale();
        self.medium.set_full(true);
        for _ in 0..2 {
            let answered = self.group(vec![record(lost.clone(), vec![print(Copy::Merchant, "front")], 1000)]);
            assert!(answered[0].is_err(), "{answered:?}");
        }
        self.medium.set_full(false);
        self.one(record(lost, vec![print(Copy::Merchant, "front")], 1000));
    }

    /// A reader that stays keeps old pages, so that the file grows.
    fn read_long(&mut self) {
        let reader = self.store.reader().unwrap();
        for _ in 0..10 {
            let sale = self.next_sale();
            self.one(record(sale, vec![print(Copy::Merchant, "bar")], 1000));
        }
        drop(reader);
        let first = self.first("bar").unwrap();
        self.one(job(move |b| b.end(first, &ending(JobState::Cancelled, &[]), at(9500))));
    }
}
