//! Queue and printers under fault schedules, on virtual time and in one thread: a store in memory, the real desks, sessions
//! and handlers, the simulator's printers, and a judge that compares every sheet with what the store says of it.
//!
//! 500 sequences run with the other tests, in two halves so that they share two cores. Many more on demand, each failure shrunk and printed as its schedule:
//!
//! ```sh
//! PROPTEST_CASES=20000 cargo test -p counterfoil-spooler --lib schedules
//! ```

mod clerk;
mod judge;
mod shop;
mod step;
mod wire;

use proptest::{prelude::*, test_runner::RngSeed};
use shop::Shop;
use step::{Schedule, Step, less, schedule, tags};

/// Sequences without `PROPTEST_CASES`, of both tests together.
const SEQUENCES: u32 = 500;

fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(SEQUENCES).div_ceil(2),
        failure_persistence: None,
        // the gate plays the same sequences each time; on demand they are new ones
        rng_seed: if asked.is_none() { RngSeed::Fixed(2026) } else { RngSeed::Random },
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    }
}

/// Plays a schedule; what is wrong, and at which of its steps.
fn play(schedule: &Schedule) -> Result<(), String> {
    let mut shop = Shop::open(schedule);
    // both are measured first: a schedule is about the work, and begins in the midst of it
    shop.play(&Step::Pass(5_000))?;
    for (at, step) in schedule.steps.iter().enumerate() {
        shop.play(step).map_err(|wrong| format!("step {at}, {step:?}: {wrong}"))?;
    }
    shop.end().map_err(|wrong| format!("at the end: {wrong}"))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_job_is_lost_doubled_in_silence_or_confirmed_without_its_paper_where_tags_prove(
        schedule in schedule(tags()),
    ) {
        play(&schedule).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn no_job_is_lost_doubled_in_silence_or_confirmed_without_its_paper_where_less_or_nothing_proves(
        schedule in schedule(less()),
    ) {
        play(&schedule).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn a_reprint_that_a_crash_robbed_of_its_last_line_is_no_second_first_paper() {
    let reprint = Step::Reprint { sale: 0, copy: model::Copy::Merchant, on: None };
    let steps = vec![Step::Overtake(0), Step::Pass(1764), reprint, Step::Pass(245), Step::Crash(false)];
    let (front, back) = (sim::printer::Model::Full, sim::printer::Model::Full);
    play(&Schedule { front, back, buffer: 256, window: 300, again: false, release_at_once: 1, steps }).unwrap();
}
