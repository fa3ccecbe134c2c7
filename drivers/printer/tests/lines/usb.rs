//! USB printers that come, go, and come back somewhere else.

use model::{Cause, JobState, Proof};
use rustix::termios::{ioctl_tiocexcl, ioctl_tiocnxcl};

use super::{
    bench::{Bench, blocked, permit, reports},
    cable::{Cable, Habit},
};
use crate::shop::{Shop, ticket};

const TAGS: Option<Proof> = Some(Proof::ProcessId);

#[test]
fn a_printer_that_is_plugged_in_prints_what_waits_and_is_opened_once() {
    for connection in ["usb:///dev/usb/lp0", "usb://serial=ABC123", "usb://port=1-1.2"] {
        let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Brisk));
        shop.queue(ticket(1, 2));
        let worker = bench.open(&shop, connection, TAGS);
        // not even the folder is there
        blocked(&shop, Cause::NoDevice);
        bench.plug("lp0", "1-1.2", "ABC123", &cable);
        assert_eq!(shop.ending(1).state, JobState::Confirmed, "{connection}");
        assert_eq!(cable.visits(), 1, "{connection}");
        assert!(worker.join());
    }
}

#[test]
fn a_printer_that_comes_back_on_another_node_is_known_again() {
    for connection in ["usb:///dev/usb/lp0", "usb://serial=ABC123"] {
        let (bench, shop, first) = (Bench::new(), Shop::default(), Cable::new(Habit::Brisk));
        bench.plug("lp0", "1-1.2", "ABC123", &first);
        let worker = bench.open(&shop, connection, TAGS);
        reports(&shop, "readiness", |state| state.ready);
        bench.unplug("lp0", "1-1.2");
        reports(&shop, "absence", |state| state.cause == Some(Cause::NoDevice));
        drop(first);
        let (stranger, second) = (Cable::new(Habit::Brisk), Cable::new(Habit::Brisk));
        bench.plug("lp1", "1-1.2", "ABC123", &second);
        bench.plug("lp0", "1-4", "XYZ", &stranger);
        shop.queue(ticket(1, 2));
        worker.wake();
        assert_eq!(shop.ending(1).state, JobState::Confirmed, "{connection}");
        assert_eq!((second.visits(), stranger.visits()), (1, 0), "{connection}");
        assert!(worker.join());
    }
}

#[test]
fn somebody_elses_printer_is_left_alone() {
    let (bench, shop, stranger) = (Bench::new(), Shop::default(), Cable::new(Habit::Brisk));
    shop.queue(ticket(1, 2));
    let worker = bench.open(&shop, "usb://serial=ABC123", TAGS);
    blocked(&shop, Cause::NoDevice);
    bench.plug("lp0", "1-1", "XYZ", &stranger);
    let ours = Cable::new(Habit::Brisk);
    bench.plug("lp1", "1-2", "ABC123", &ours);
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    assert_eq!((ours.visits(), stranger.visits()), (1, 0));
    assert!(worker.join());
}

#[test]
fn power_off_in_a_job_ends_it_and_power_on_prints_the_next() {
    let (bench, shop, first) = (Bench::new(), Shop::default(), Cable::new(Habit::Stuck(100)));
    bench.plug("lp0", "1-1", "A", &first);
    shop.queue(ticket(1, 300));
    let worker = bench.open(&shop, "usb:///dev/usb/lp0", TAGS);
    first.has(100);
    bench.unplug("lp0", "1-1");
    let ending = shop.ending(1);
    assert_eq!((ending.state, ending.cause), (JobState::Partial, Some(Cause::NoDevice)));
    drop(first);
    shop.queue(ticket(2, 1));
    worker.wake();
    let second = Cable::new(Habit::Brisk);
    bench.plug("lp0", "1-1", "A", &second);
    assert_eq!(shop.ending(2).state, JobState::Confirmed);
    assert!(worker.join());
}

#[test]
fn a_printer_that_takes_nothing_does_not_hold_a_stop() {
    let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Stuck(100)));
    bench.plug("lp0", "1-1", "A", &cable);
    // more than a pseudo terminal takes
    shop.queue(ticket(1, 2_000));
    let worker = bench.open(&shop, "usb:///dev/usb/lp0", Some(Proof::NoProof));
    cable.has(100);
    assert!(worker.join());
    assert_eq!(shop.ending(1).state, JobState::Partial);
}

#[test]
fn a_printer_that_another_program_holds_is_busy() {
    let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Brisk));
    bench.plug("lp0", "1-1", "A", &cable);
    permit(&cable.node, 0o666);
    let other = std::fs::File::open(&cable.node).unwrap();
    ioctl_tiocexcl(&other).unwrap();
    shop.queue(ticket(1, 1));
    let worker = bench.open_unprivileged(&shop, "usb:///dev/usb/lp0");
    blocked(&shop, Cause::Busy);
    ioctl_tiocnxcl(&other).unwrap();
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    assert!(worker.join());
}
