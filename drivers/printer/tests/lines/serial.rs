//! Serial lines.

use model::{Cause, JobState, Proof};
use rustix::termios::{ControlModes, InputModes, LocalModes, SpecialCodeIndex};
use serialport::TTYPort;

use super::{
    bench::{Bench, blocked, permit, reports},
    cable::{Cable, Habit},
};
use crate::shop::{Entry, Shop, ticket};

const TAGS: Option<Proof> = Some(Proof::ProcessId);

/// The job's own bytes as they came, without the questions between its segments.
fn lines(taken: &[u8]) -> usize {
    taken.split(|byte| *byte == b'\n').filter(|line| line.ends_with(b"one line of a slip")).count()
}

#[test]
fn a_printer_on_a_serial_line_is_paired_and_proves_its_job() {
    let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Brisk));
    bench.appear("ttyS1", &cable);
    shop.queue(ticket(1, 3));
    let worker = bench.open(&shop, "serial:///dev/ttyS1?baud=115200", None);
    let ending = shop.ending(1);
    assert_eq!((ending.state, ending.proven), (JobState::Confirmed, 3));
    assert_eq!(lines(&cable.taken()), 3);
    assert!(worker.join());
}

#[test]
fn a_line_is_raw_and_only_the_printer_may_stop_it() {
    for (flow, xon, crtscts) in [("software", true, false), ("hardware", false, true), ("none", false, false)] {
        let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Brisk));
        let mut before = cable.settings();
        before.input_modes |= InputModes::IXANY | InputModes::IXOFF | InputModes::IXON | InputModes::ICRNL;
        before.local_modes |= LocalModes::ECHO | LocalModes::ICANON;
        before.control_modes |= ControlModes::HUPCL;
        before.special_codes[SpecialCodeIndex::VSTOP] = b'x';
        before.special_codes[SpecialCodeIndex::VMIN] = 0;
        cable.set(&before);
        bench.appear("ttyS1", &cable);
        let worker = bench.open(&shop, &format!("serial:///dev/ttyS1?baud=57600&flow={flow}"), TAGS);
        reports(&shop, "readiness", |state| state.ready);
        let after = cable.settings();
        assert_eq!(after.input_modes.contains(InputModes::IXON), xon, "{flow}");
        assert!(!after.input_modes.intersects(InputModes::IXANY | InputModes::IXOFF | InputModes::ICRNL), "{flow}");
        assert!(!after.local_modes.intersects(LocalModes::ECHO | LocalModes::ICANON), "{flow}");
        assert_eq!(after.control_modes.contains(ControlModes::CRTSCTS), crtscts, "{flow}");
        assert!(!after.control_modes.contains(ControlModes::HUPCL), "{flow}");
        assert_eq!((after.input_speed(), after.output_speed()), (57_600, 57_600));
        let code = |index| after.special_codes[index];
        assert_eq!((code(SpecialCodeIndex::VSTART), code(SpecialCodeIndex::VSTOP)), (0x11, 0x13));
        assert_eq!(code(SpecialCodeIndex::VMIN), 1);
        assert!(worker.join());
    }
}

#[test]
fn a_printer_that_sends_xoff_gets_nothing_until_it_sends_xon() {
    let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Holds(2_000)));
    bench.appear("ttyS1", &cable);
    shop.queue(ticket(1, 400));
    let worker = bench.open(&shop, "serial:///dev/ttyS1?baud=115200&flow=software", TAGS);
    // it answers all it has, and still nothing comes
    let held = cable.held();
    assert!(lines(&cable.taken()) < 400, "{held} bytes");
    cable.release();
    let ending = shop.ending(1);
    assert_eq!((ending.state, ending.proven), (JobState::Confirmed, 400));
    assert_eq!(lines(&cable.taken()), 400);
    assert!(!cable.taken().iter().any(|byte| matches!(byte, 0x11 | 0x13)), "we never stop the printer");
    assert!(worker.join());
}

#[test]
fn a_slow_printer_gets_every_byte_once_and_in_order() {
    let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Slow));
    bench.appear("ttyS1", &cable);
    // more than the kernel takes for a reader that lags
    let job = ticket(1, 1_500);
    shop.queue(job.clone());
    let worker = bench.open(&shop, "serial:///dev/ttyS1?baud=921600&flow=hardware", Some(Proof::NoProof));
    assert_eq!(shop.ending(1).state, JobState::Unconfirmed);
    assert!(worker.join());
    cable.takes(|taken| taken.ends_with(&job.bytes));
}

#[test]
fn a_line_without_flow_control_gets_every_byte_too() {
    let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Brisk));
    bench.appear("ttyS1", &cable);
    shop.queue(ticket(1, 5));
    let worker = bench.open(&shop, "serial:///dev/ttyS1?baud=9600&flow=none&parity=even", TAGS);
    assert_eq!(shop.ending(1).proven, 5);
    assert_eq!(lines(&cable.taken()), 5);
    assert!(worker.join());
}

#[test]
fn a_line_that_somebody_else_has_is_busy_until_he_lets_go() {
    let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Brisk));
    bench.appear("ttyS1", &cable);
    let other = TTYPort::open(&serialport::new(cable.node.to_str().unwrap(), 9600)).unwrap();
    shop.queue(ticket(1, 1));
    let worker = bench.open(&shop, "serial:///dev/ttyS1", TAGS);
    blocked(&shop, Cause::Busy);
    drop(other);
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    let again = TTYPort::open(&serialport::new(cable.node.to_str().unwrap(), 9600));
    assert!(again.is_err(), "and then it is ours alone");
    assert!(worker.join());
}

#[test]
fn who_finds_a_line_taken_does_not_end_the_exclusive_use_of_its_owner() {
    let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Brisk));
    bench.appear("ttyS1", &cable);
    permit(&cable.node, 0o666);
    let other = TTYPort::open(&serialport::new(cable.node.to_str().unwrap(), 9600)).unwrap();
    shop.queue(ticket(1, 1));
    let privileged = bench.open(&shop, "serial:///dev/ttyS1", TAGS);
    blocked(&shop, Cause::Busy);
    let third = Shop::default();
    third.queue(ticket(2, 1));
    // TIOCEXCL binds everybody but root: had root's try ended it, this one would get further
    let unprivileged = bench.open_unprivileged(&third, "serial:///dev/ttyS1");
    blocked(&third, Cause::Busy);
    assert!(privileged.join() && unprivileged.join());
    drop(other);
}

#[test]
fn a_line_pulled_out_of_a_job_ends_it_and_the_line_that_comes_back_takes_the_next() {
    let (bench, shop, first) = (Bench::new(), Shop::default(), Cable::new(Habit::Stuck(100)));
    bench.appear("ttyUSB0", &first);
    shop.queue(ticket(1, 300));
    let worker = bench.open(&shop, "serial:///dev/ttyUSB0?flow=hardware", TAGS);
    first.has(100);
    bench.vanish("ttyUSB0");
    drop(first);
    let ending = shop.ending(1);
    assert_eq!(ending.state, JobState::Partial);
    assert!(matches!(ending.cause, Some(Cause::ConnectionLost | Cause::NoDevice)), "{ending:?}");
    shop.queue(ticket(2, 2));
    worker.wake();
    blocked(&shop, Cause::NoDevice);
    let second = Cable::new(Habit::Brisk);
    bench.appear("ttyUSB0", &second);
    assert_eq!(shop.ending(2).state, JobState::Confirmed);
    assert_eq!(second.visits(), 1);
    assert!(worker.join());
}

#[test]
fn a_line_whose_rights_change_is_opened_then_and_not_before() {
    let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Brisk));
    permit(&cable.node, 0);
    shop.queue(ticket(1, 1));
    let worker = bench.open_unprivileged(&shop, "serial:///dev/ttyUSB0");
    blocked(&shop, Cause::NoDevice);
    bench.appear("ttyUSB0", &cable);
    blocked(&shop, Cause::PermissionDenied);
    assert_eq!(cable.visits(), 0);
    // the link stays as it is; where it leads, rights change
    permit(&cable.node, 0o666);
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    assert_eq!(cable.visits(), 1);
    assert!(worker.join());
}

#[test]
fn a_file_that_is_no_serial_line_is_no_device() {
    let (bench, shop) = (Bench::new(), Shop::default());
    std::fs::write(bench.places().dev.join("ttyS1"), "").unwrap();
    shop.queue(ticket(1, 1));
    let worker = bench.open(&shop, "serial:///dev/ttyS1", TAGS);
    blocked(&shop, Cause::NoDevice);
    assert!(worker.join());
    assert_eq!(std::fs::read(bench.places().dev.join("ttyS1")).unwrap(), b"");
}

#[test]
fn a_line_without_modem_lines_is_no_line_for_dsr() {
    let (bench, shop, cable) = (Bench::new(), Shop::default(), Cable::new(Habit::Brisk));
    bench.appear("ttyS1", &cable);
    shop.queue(ticket(1, 1));
    let worker = bench.open(&shop, "serial:///dev/ttyS1?flow=dsr", TAGS);
    blocked(&shop, Cause::NoDevice);
    assert!(worker.join());
    assert!(!shop.entries().iter().any(|entry| matches!(entry, Entry::Next(_))));
}
