//! One image: opened as the daemon opens its file, compared with what was promised, worked with, and crashed again while
//! it is being opened.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use redb::Builder;
use store::{OpenError, Store, Writer};

use crate::{
    cut::Log,
    dice::Dice,
    dump::Dump,
    inspection::inspect,
    ledger::{Expected, Fact},
    medium::{Image, Medium},
    operation::{record, reprint},
    shift::Shift,
    shop,
};

const CACHE: usize = 1 << 20;

/// A store in an image, with the rows it had before anything of ours looked at it.
struct Opened {
    medium: Medium,
    store: Store,
    /// `None`: it had no tables, so no store had ever been there.
    dump: Option<Dump>,
}

/// Opens an image through the store's own path: recovery, schema, tables of a new file.
fn open(medium: Medium, thorough: bool) -> Result<Opened, OpenError> {
    let dump = Arc::new(Mutex::new(None));
    let opener = {
        let (medium, dump) = (medium.clone(), Arc::clone(&dump));
        move || {
            let path = || "image".into();
            let database = Builder::new().set_cache_size(CACHE).create_with_backend(medium.clone());
            let mut database = database.map_err(|e| OpenError::Damaged { path: path(), what: e.to_string() })?;
            if thorough {
                let whole = database.check_integrity();
                let whole = whole.map_err(|e| OpenError::Damaged { path: path(), what: e.to_string() })?;
                assert!(whole, "redb repaired what its recovery had left");
            }
            *dump.lock().unwrap() = Dump::of(&database);
            Ok(database)
        }
    };
    let store = Store::with_opener(Path::new("image"), opener)?;
    let dump = dump.lock().unwrap().take();
    Ok(Opened { medium, store, dump })
}

/// What an image showed.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A state that it may have: so many changes.
    Good(u64),
    /// The medium was cut before redb had made a file of it: nobody had been told of a store.
    Unborn,
    /// A whole state, but one that somebody was promised to be past.
    Lost { found: u64, promised: u64 },
    /// It can't be opened, and says so.
    Refused(String),
    /// It opens and shows what never was.
    Wrong(String),
}

/// The run, its log, and the content after each of its commits.
#[derive(Debug)]
pub struct Trials {
    shift: Shift,
    log: Log,
    states: Vec<Dump>,
}

impl Trials {
    /// Works the shift and inspects the content after each commit, found at the place where it was told of.
    pub fn new(shift: Shift) -> Trials {
        let log = Log::new(shift.medium.log(), Image::default());
        let mut trials = Trials { shift, log, states: Vec::new() };
        let told: Vec<(u64, usize)> = trials.shift.ledger.commits.clone();
        for (change, place) in std::iter::once((0, trials.shift.born)).chain(told) {
            let expected = trials.shift.ledger.expected(change);
            let opened = open(Medium::holding(trials.log.whole(place)), true).unwrap();
            let dump = opened.dump.unwrap();
            inspect(&opened.store, &dump, &expected).unwrap_or_else(|why| panic!("change {change}: {why}"));
            assert_eq!(trials.states.len() as u64, change);
            trials.states.push(dump);
        }
        trials
    }

    /// The medium as the shift left it.
    pub fn last(&self) -> Image {
        self.shift.medium.image()
    }

    /// What the inspection says of an image that should hold all of the shift's work.
    pub fn inspect_last(&self, image: Image) -> Result<(), String> {
        let opened = open(Medium::holding(image), true).map_err(|e| e.to_string())?;
        let dump = opened.dump.ok_or("it has no tables")?;
        inspect(&opened.store, &dump, &self.shift.ledger.expected(self.shift.ledger.last()))
    }

    pub fn log(&self) -> &Log {
        &self.log
    }

    pub fn states(&self) -> &[Dump] {
        &self.states
    }

    /// The same run on a medium that reports some of its syncs and does not do them.
    pub fn lying(mut self, syncs_per_lie: usize, seed: u64) -> Trials {
        let mut dice = Dice::new(seed, 0);
        let steps = std::mem::take(&mut self.log.steps);
        self.log = Log::ignoring(steps, Image::default(), |_| dice.below(syncs_per_lie) == 0);
        self
    }

    /// The same run by a writer that answers before the sync.
    pub fn hasty(mut self) -> Trials {
        for answer in &mut self.shift.ledger.answers {
            answer.place = answer.place.saturating_sub(1);
        }
        self
    }

    /// One image and those that crashes in its recovery make of it. The outcome of each, the first that is not good last.
    pub fn image(&self, seed: u64, number: u64) -> Vec<Outcome> {
        let mut dice = Dice::new(seed, number);
        // every interval between two syncs comes in turn
        let place = self.log.place(number as usize % self.log.intervals(), &mut dice);
        let (mut promised, latest) = self.shift.ledger.bounds(place);
        let mut unborn = place < self.shift.born;
        let mut image = self.log.cut(place, &mut dice);
        let mut outcomes = Vec::new();
        // every second one crashes once more while it is opened, every fourth twice, every eighth three times
        let deeper = (number.trailing_ones() as usize).min(3);
        for depth in 0..=deeper {
            let medium = Medium::holding(image.clone());
            let thorough = dice.percent(5);
            let opened = match open(medium, thorough) {
                Ok(opened) => opened,
                Err(error) => {
                    let why = error.to_string();
                    let no_file = unborn && why.contains("magic number");
                    outcomes.push(if no_file { Outcome::Unborn } else { Outcome::Refused(why) });
                    break;
                }
            };
            let open_at = opened.medium.position();
            let outcome = self.judge(&opened, promised, latest);
            let Outcome::Good(found) = outcome else {
                outcomes.push(outcome);
                break;
            };
            outcomes.push(Outcome::Good(found));
            let medium = opened.medium.clone();
            if depth == deeper {
                if dice.percent(6)
                    && let Err(why) = self.go_on(opened, found)
                {
                    outcomes.push(Outcome::Wrong(why));
                }
                break;
            }
            drop(opened);
            // the log of this opening, and of the closing after it
            let log = Log::new(medium.log(), image);
            let place = log.place(dice.below(log.intervals()), &mut dice);
            if place >= open_at {
                // it was open, so somebody may have seen it
                (promised, unborn) = (found, false);
            }
            image = log.cut(place, &mut dice);
        }
        outcomes
    }

    fn judge(&self, opened: &Opened, promised: u64, latest: u64) -> Outcome {
        let change = match opened.store.reader().and_then(|reader| reader.change()) {
            Ok(change) => change.0,
            Err(error) => return Outcome::Wrong(error.to_string()),
        };
        let state = usize::try_from(change).ok().and_then(|change| self.states.get(change));
        match (&opened.dump, state) {
            (None, _) if change == 0 && promised > 0 => return Outcome::Lost { found: 0, promised },
            (None, _) if change == 0 => return Outcome::Good(0),
            (Some(dump), Some(state)) if dump == state => {}
            (Some(dump), Some(_)) => {
                let why = inspect(&opened.store, dump, &self.shift.ledger.expected(change));
                return Outcome::Wrong(format!("change {change}: {why:?}"));
            }
            _ => return Outcome::Wrong(format!("change {change} was never committed")),
        }
        if change < promised {
            Outcome::Lost { found: change, promised }
        } else if change > latest {
            Outcome::Wrong(format!("change {change} was not begun, only {latest}"))
        } else {
            Outcome::Good(change)
        }
    }

    /// A recovered store must take new work and keep it: pages that recovery called free must be free.
    fn go_on(&self, opened: Opened, change: u64) -> Result<(), String> {
        let mut expected: Expected = self.shift.ledger.expected(change);
        let Opened { medium, store, .. } = opened;
        let writer = Writer::spawn(store.clone(), |_| {});
        for round in 0..3 {
            let event = shop::sale(&format!("after-{round}"));
            let facts: Vec<Fact> = writer
                .commit(move |batch| {
                    let mut facts = record(event, vec![shop::print(model::Copy::Customer, "front")], 1002)(batch)?;
                    let Fact::Recorded(_, id) = facts[0] else { panic!("{facts:?}") };
                    facts.extend(reprint(id, "back")(batch)?);
                    Ok(facts)
                })
                .map_err(|e| e.to_string())?;
            expected.change += 1;
            expected.add(facts.iter());
        }
        writer.shutdown();
        drop(store);
        let opened = open(Medium::holding(medium.image()), true).map_err(|e| e.to_string())?;
        let dump = opened.dump.ok_or("the tables are gone")?;
        inspect(&opened.store, &dump, &expected)
    }
}
