//! The thread of one printer with real sockets and files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod lines;
mod shop;

use std::net::TcpListener;

use model::{Cause, Grade, JobState, Proof};
use printer::Connection;
use shop::*;

#[test]
fn a_new_printer_is_paired_and_prints_its_first_job_with_proof() {
    let (shop, tiny) = (Shop::default(), TinyPrinter::new(Manner::Honest));
    shop.queue(ticket(1, 3));
    let worker = shop.open(tiny.connection(), None);
    let ending = shop.ending(1);
    assert_eq!((ending.state, ending.grade, ending.proven), (JobState::Confirmed, Grade::ProcessId, 3));
    let entries = shop.entries();
    let at = |like: &Entry| entries.iter().position(|entry| entry == like).unwrap();
    assert!(at(&Entry::Paired(Proof::ProcessId)) < at(&Entry::Next(Some(1))));
    assert!(worker.join());
}

#[test]
fn the_end_of_one_job_and_the_claim_of_the_next_are_one_call() {
    let (shop, tiny) = (Shop::default(), TinyPrinter::new(Manner::Honest));
    (1..=20).for_each(|job| shop.queue(ticket(job, 2)));
    let worker = shop.open(tiny.connection(), Some(Proof::ProcessId));
    shop.ending(20);
    assert!(worker.join());
    let shared = shop.entries().iter().filter(|entry| matches!(entry, Entry::Ended(_, Some(_)))).count();
    let claimed = shop.entries().iter().filter(|entry| matches!(entry, Entry::Next(Some(_)))).count();
    assert_eq!(shared + claimed, 20);
    // a status that grew old on a slow machine may cost a claim of its own now and then
    assert!(shared >= 10, "{shared} shared");
    assert!((1..=20).all(|job| shop.ending(job).state == JobState::Confirmed));
}

#[test]
fn a_job_that_comes_in_idleness_is_printed_after_a_wake() {
    let (shop, tiny) = (Shop::default(), TinyPrinter::new(Manner::Honest));
    let worker = shop.open(tiny.connection(), Some(Proof::ProcessId));
    shop.wait_for("readiness", |entry| matches!(entry, Entry::Report(state) if state.ready));
    shop.queue(ticket(1, 1));
    worker.wake();
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    assert!(worker.join());
}

#[test]
fn a_refused_port_blocks_the_job_and_a_listener_that_appears_prints_it() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let shop = Shop::default();
    shop.queue(ticket(1, 1));
    let worker = shop.open(format!("tcp://{address}").parse().unwrap(), Some(Proof::ProcessId));
    shop.wait_for("refusal", |entry| *entry == Entry::Blocked(Some(Cause::ConnectionRefused)));
    let tiny = TinyPrinter::start(TcpListener::bind(address).unwrap(), Manner::Honest);
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    assert!(shop.entries().contains(&Entry::Blocked(None)));
    assert!(worker.join());
    drop(tiny);
}

#[test]
fn a_host_without_an_address_is_unreachable() {
    let shop = Shop::default();
    shop.queue(ticket(1, 1));
    let worker = shop.open("tcp://no-such-printer.invalid:9100".parse().unwrap(), None);
    shop.wait_for("cause", |entry| *entry == Entry::Blocked(Some(Cause::Unreachable)));
    assert!(worker.join());
}

#[test]
fn stop_in_the_midst_of_a_job_ends_it_truthfully() {
    let (shop, tiny) = (Shop::default(), TinyPrinter::new(Manner::Tagless));
    shop.queue(ticket(1, 2));
    shop.queue(ticket(2, 1));
    let worker = shop.open(tiny.connection(), Some(Proof::ProcessId));
    shop.wait_for("claim", |entry| *entry == Entry::Next(Some(1)));
    assert!(worker.join());
    let ending = shop.ending(1);
    assert!(matches!(ending.state, JobState::Unconfirmed), "{ending:?}");
    assert!(!shop.entries().contains(&Entry::Next(Some(2))));
}

#[test]
fn cancel_ends_a_job_in_hand_as_partial_and_the_next_goes_on() {
    let (shop, tiny) = (Shop::default(), TinyPrinter::new(Manner::Tagless));
    shop.queue(ticket(1, 20));
    let worker = shop.open(tiny.connection(), Some(Proof::ProcessId));
    shop.wait_for("claim", |entry| *entry == Entry::Next(Some(1)));
    worker.cancel(99);
    worker.cancel(1);
    assert_eq!(shop.ending(1).state, JobState::Partial);
    shop.queue(ticket(2, 1));
    worker.wake();
    shop.wait_for("claim", |entry| *entry == Entry::Next(Some(2)));
    assert!(worker.join());
    assert!(tiny.taken().windows(3).any(|bytes| bytes == [0x1D, b'V', 0x42]));
}

#[test]
fn a_printer_that_hangs_up_in_a_job_ends_it_and_the_queue_goes_on() {
    let (shop, tiny) = (Shop::default(), TinyPrinter::new(Manner::HangsUpOnce));
    shop.queue(ticket(1, 2));
    shop.queue(ticket(2, 2));
    let worker = shop.open(tiny.connection(), Some(Proof::ProcessId));
    let ending = shop.ending(1);
    assert_eq!((ending.state, ending.cause), (JobState::Unconfirmed, Some(Cause::ConnectionLost)));
    assert_eq!(shop.ending(2).state, JobState::Confirmed);
    assert!(worker.join());
}

#[test]
fn an_idle_close_is_no_trouble_and_the_next_job_connects_again() {
    let (shop, tiny) = (Shop::default(), TinyPrinter::new(Manner::ClosesIdleOnce));
    let worker = shop.open(tiny.connection(), Some(Proof::ProcessId));
    shop.wait_until("close after it was open", |entries| {
        let open = |entry: &Entry| matches!(entry, Entry::Report(state) if state.connected);
        let shut = |entry: &Entry| matches!(entry, Entry::Report(state) if !state.connected && state.cause.is_none());
        entries.iter().position(open).is_some_and(|at| entries[at..].iter().any(shut))
    });
    shop.queue(ticket(1, 1));
    worker.wake();
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    assert!(worker.join());
}

#[test]
fn a_paused_printer_takes_no_job_until_it_is_resumed() {
    let (shop, tiny) = (Shop::default(), TinyPrinter::new(Manner::Honest));
    let worker = shop.open(tiny.connection(), Some(Proof::ProcessId));
    worker.pause(true);
    shop.wait_for("pause", |entry| matches!(entry, Entry::Report(state) if state.cause == Some(Cause::Paused)));
    shop.queue(ticket(1, 1));
    worker.wake();
    worker.pause(false);
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    assert!(worker.join());
}

#[test]
fn a_file_takes_the_bytes_of_the_jobs_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slips.bin");
    let shop = Shop::default();
    let jobs = [ticket(1, 3), ticket(2, 1)];
    jobs.iter().for_each(|job| shop.queue(job.clone()));
    let worker = shop.open(Connection::File { path: path.clone() }, None);
    for job in [1, 2] {
        let ending = shop.ending(job);
        assert_eq!((ending.state, ending.cause), (JobState::Unconfirmed, Some(Cause::NoStatus)));
    }
    assert!(worker.join());
    assert_eq!(std::fs::read(&path).unwrap(), [&jobs[0].bytes[..], &jobs[1].bytes].concat());
}

#[test]
fn a_file_in_a_folder_that_is_not_there_is_no_device() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::default();
    shop.queue(ticket(1, 1));
    let worker = shop.open(Connection::File { path: folder.path().join("gone/slips.bin") }, None);
    shop.wait_for("cause", |entry| *entry == Entry::Blocked(Some(Cause::NoDevice)));
    assert!(worker.join());
    assert_eq!(shop.entries().iter().filter(|entry| matches!(entry, Entry::Next(_))).count(), 0);
}
