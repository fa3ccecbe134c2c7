//! Tries are never under-counted: the daemon is killed between guess and answer, again and again.
//!
//! `cargo test -p counterfoil-spooler --test daemon attempts -- --ignored` does it 200 times.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::{process::Stdio, time::Duration};

use serde_json::json;
use shop::{Shop, people::MANAGER};

#[test]
fn a_kill_between_guess_and_answer_gives_no_free_guess() {
    guess(20);
}

#[test]
#[ignore = "some minutes: see the head of this file"]
fn two_hundred_kills_give_no_free_guess() {
    guess(200);
}

/// So many kills. After each, what the store has counted is at least the answers that came, so that nobody learns for
/// free that a guess was wrong; and at most the guesses.
fn guess(kills: u32) {
    let mut shop = Shop::open("");
    shop.talk().ok("setup", json!({"name": "王", "pin": MANAGER.1}));
    let (mut answered, mut asked, mut seed) = (0_u32, 0_u32, 1_u32);
    let (mut cut_off, mut locked) = (0, 0);
    for kill in 0..kills {
        let mut talk = shop.talk();
        talk.send(&json!({"id": 1, "log_on": {"operator": "01", "pin": "0000"}}).to_string());
        asked += 1;
        // from at once to well behind the answer
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        std::thread::sleep(Duration::from_micros(u64::from(seed >> 16) * 4));
        shop.kill();
        match talk.rest().as_str() {
            answer if answer.contains("wrong_pin") => answered += 1,
            answer if answer.contains("locked_out") => locked += 1,
            _ => cut_off += 1,
        }
        let counted = counted(&shop);
        assert!(
            counted >= answered && counted <= asked,
            "kill {kill}: {counted} counted, {answered} of {asked} answered"
        );
        if counted >= 5 {
            // as a manager would: the next ones are looked at again
            let store = store::Store::open(&shop.path("state")).unwrap();
            let writer = store::Writer::spawn(store, |_| {});
            writer.commit(|batch| batch.unlock_operator("01", shop::now())).unwrap();
            writer.shutdown();
            (answered, asked) = (0, 0);
        }
        shop.start();
    }
    println!("{kills} kills: {cut_off} before the answer, {locked} while it was locked");
    assert!(cut_off > 0, "no kill came before an answer");
    let mut talk = shop.talk();
    shop::people::log_on(&mut talk, MANAGER);
}

/// The same without dice: the daemon dies by itself when the try is counted and nothing has come of it.
#[test]
fn a_daemon_that_dies_when_it_has_counted_and_before_it_compares_has_counted() {
    let mut shop = Shop::open("");
    shop.talk().ok("setup", json!({"name": "王", "pin": MANAGER.1}));
    shop.close();
    for tries in 1..=3 {
        // its first commit is the one that counts; a right PIN is no exception
        let mut child = shop.command().env("COUNTERFOIL_CRASH", "after:1").stderr(Stdio::null()).spawn().unwrap();
        let mut talk = loop {
            match std::os::unix::net::UnixStream::connect(shop.socket()) {
                Ok(_) => break shop.talk(),
                Err(_) => assert!(child.try_wait().unwrap().is_none(), "it ended before anybody asked"),
            }
        };
        talk.send(&json!({"id": 1, "log_on": {"operator": "01", "pin": MANAGER.1}}).to_string());
        assert_eq!(talk.rest(), "", "no answer");
        child.wait().unwrap();
        assert_eq!(counted(&shop), tries);
    }
    shop.start();
    shop::people::log_on(&mut shop.talk(), MANAGER);
}

fn counted(shop: &Shop) -> u32 {
    let store = store::Store::open(&shop.path("state")).unwrap();
    store.reader().unwrap().operator("01").unwrap().unwrap().operator.wrong_tries
}
