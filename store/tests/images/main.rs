//! Crash images: what a power cut may leave of a shift's work, opened and compared with what was promised. Twenty
//! thousand of them; each says: nothing acknowledged is missing, nothing is half, no index differs from its rows, the
//! audit chain holds, every line stands in its order. Also when the power goes again while the file is being repaired.
//!
//! The one thing a cut may leave that does not open: a file that redb had not yet made a file of (it writes its magic
//! number last), in the first milliseconds of the first start, before anybody was told of a store. On a medium that
//! keeps its word nothing else is refused.
//!
//! A failure names a seed and a number; that one again:
//! `COUNTERFOIL_IMAGES_SEED=7 COUNTERFOIL_IMAGE=1234 cargo test -p counterfoil-store --test images cut`
//! Other images: another seed, `COUNTERFOIL_IMAGES_SEED=8`. Two million (`COUNTERFOIL_IMAGES` says how many):
//! `nice cargo test -p counterfoil-store --test images -- --ignored --nocapture`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(clippy::cast_possible_truncation, unreachable_pub, reason = "one test program of many files")]

mod cut;
mod damage;
mod derived;
mod dice;
mod dump;
mod inspection;
mod ledger;
mod medium;
mod operation;
mod shift;
#[path = "../shop/mod.rs"]
mod shop;
mod trial;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
    time::Instant,
};

use trial::{Outcome, Trials};

const ROUNDS: u64 = 8;

/// Two images come from one number, nearly.
const NUMBERS: u64 = 10_900;

static TRIALS: LazyLock<Trials> = LazyLock::new(|| Trials::new(shift::work(ROUNDS)));

fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Tries these numbers on all processors; every outcome with the seed and number it came from.
fn try_all(trials: &Trials, seed: u64, numbers: u64) -> Vec<(u64, Outcome)> {
    let next = AtomicU64::new(0);
    let threads = available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let run = || {
            let mut found = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= numbers {
                    return found;
                }
                found.extend(trials.image(seed, number).into_iter().map(|outcome| (number, outcome)));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Good(_) => "good",
        Outcome::Unborn => "unborn",
        Outcome::Lost { .. } => "lost",
        Outcome::Refused(_) => "refused",
        Outcome::Wrong(_) => "wrong",
    }
}

fn count(outcomes: &[(u64, Outcome)]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for (_, outcome) in outcomes {
        *counts.entry(name(outcome)).or_default() += 1;
    }
    counts
}

/// Tries them and fails with the first that is not good; how many were.
fn hold(seed: u64, numbers: u64) -> usize {
    let start = Instant::now();
    let outcomes = try_all(&TRIALS, seed, numbers);
    let counts = count(&outcomes);
    println!("seed {seed}: {} images in {:?}: {counts:?}", outcomes.len(), start.elapsed());
    let bad = outcomes.iter().find(|(_, outcome)| !matches!(outcome, Outcome::Good(_) | Outcome::Unborn));
    if let Some((number, outcome)) = bad {
        panic!("COUNTERFOIL_IMAGES_SEED={seed} COUNTERFOIL_IMAGE={number}: {outcome:?}");
    }
    counts["good"]
}

#[test]
fn nothing_promised_is_lost_in_a_power_cut_nor_in_one_during_the_repair() {
    let seed = from_environment("COUNTERFOIL_IMAGES_SEED", 7);
    if let Ok(number) = std::env::var("COUNTERFOIL_IMAGE") {
        println!("{:?}", TRIALS.image(seed, number.parse().unwrap()));
        return;
    }
    assert!(hold(seed, NUMBERS) >= 20_000);
}

#[test]
#[ignore = "half an hour: see the head of this file"]
fn nothing_promised_is_lost_in_any_of_very_many() {
    let seed = from_environment("COUNTERFOIL_IMAGES_SEED", 7);
    let (wanted, mut tried) = (from_environment("COUNTERFOIL_IMAGES", 2_000_000) as usize, 0);
    for seed in seed + 1.. {
        if tried >= wanted {
            break;
        }
        tried += hold(seed, 10_000);
    }
}

#[test]
fn a_shift_is_the_same_each_time() {
    assert_eq!(shift::work(ROUNDS).medium.log(), TRIALS.log().steps);
    // and it does what a power cut can harm
    let (lens, syncs) = TRIALS.log().steps.iter().fold((0, 0), |(lens, syncs), step| match step {
        medium::Step::Len(_) => (lens + 1, syncs),
        medium::Step::Sync => (lens, syncs + 1),
        medium::Step::Write { .. } => (lens, syncs),
    });
    println!("{} steps, {lens} lengths, {syncs} syncs, {} commits", TRIALS.log().steps.len(), TRIALS.states().len());
    assert!(lens > 1 && syncs > 80);
}

#[test]
fn a_medium_that_lies_about_syncs_is_caught_and_shows_nothing_wrong() {
    let lying = Trials::new(shift::work(ROUNDS)).lying(8, 7);
    let counts = count(&try_all(&lying, 7, 1_500));
    println!("{counts:?}");
    assert!(counts["lost"] > 0 && counts["refused"] > 0);
    // what it lost it has lost whole: half a commit is never shown
    assert_eq!(counts.get("wrong"), None, "{counts:?}");
}

#[test]
fn a_writer_that_answers_before_the_sync_is_caught() {
    let hasty = Trials::new(shift::work(ROUNDS)).hasty();
    let counts = count(&try_all(&hasty, 7, 1_000));
    println!("{counts:?}");
    assert!(counts["lost"] > 0 && !counts.contains_key("wrong"), "{counts:?}");
}

#[test]
fn a_row_that_is_missing_or_wrong_in_any_table_is_noticed() {
    TRIALS.inspect_last(TRIALS.last()).unwrap();
    let mut harmed = 0;
    damage::each(&TRIALS.last(), |what, image| {
        let noticed = TRIALS.inspect_last(image).is_err();
        assert!(noticed, "{what} was not noticed");
        harmed += 1;
    });
    assert!(harmed > 80, "{harmed}");
}

#[test]
fn every_table_of_the_registry_is_dumped_and_every_derived_one_is_made_again() {
    let names = |tables: &mut dyn Iterator<Item = &'static str>| tables.collect::<BTreeSet<_>>();
    let dumped = names(&mut TRIALS.states()[0].tables().into_iter().map(|(name, _)| name));
    assert_eq!(dumped, names(&mut store::TABLES.iter().map(|table| table.name)));
    let made = names(&mut derived::tables(&ledger::Expected::default()).into_keys());
    assert_eq!(made, names(&mut store::TABLES.iter().filter(|table| table.derived).map(|table| table.name)));
}
