//! Printers on the network, and letting go of a line.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use model::{Cause, JobState, Proof};
use socket2::SockRef;

use super::bench::{blocked, reports};
use crate::shop::{Entry, Manner, Shop, TinyPrinter, ticket, understand};

const TAGS: Option<Proof> = Some(Proof::ProcessId);
const LONG: Duration = Duration::from_secs(30);

#[test]
fn a_printer_is_reached_by_its_name() {
    let (shop, listener) = (Shop::default(), TcpListener::bind("127.0.0.1:0").unwrap());
    let port = listener.local_addr().unwrap().port();
    let tiny = TinyPrinter::start(listener, Manner::Honest);
    shop.queue(ticket(1, 2));
    // the name may stand for ::1 too, where nobody listens
    let worker = shop.open(format!("tcp://localhost:{port}").parse().unwrap(), TAGS);
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    assert!(worker.join());
    drop(tiny);
}

#[test]
fn a_name_that_could_not_be_found_is_looked_up_again() {
    let shop = Shop::default();
    shop.queue(ticket(1, 1));
    let worker = shop.open("tcp://no-such-printer.invalid:9100".parse().unwrap(), TAGS);
    blocked(&shop, Cause::Unreachable);
    // orders are heard while a name is looked up
    shop.queue(ticket(2, 1));
    worker.wake();
    assert!(worker.join());
}

#[test]
fn a_peer_that_never_closes_does_not_hold_a_stop() {
    let (shop, listener) = (Shop::default(), TcpListener::bind("127.0.0.1:0").unwrap());
    let worker = shop.open(format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap(), TAGS);
    let (peer, _) = listener.accept().unwrap();
    assert!(worker.join());
    drop(peer);
}

#[test]
fn a_reset_in_idleness_is_no_trouble_and_the_next_job_connects_again() {
    let (shop, listener) = (Shop::default(), TcpListener::bind("127.0.0.1:0").unwrap());
    let connection = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
    let worker = shop.open(connection, TAGS);
    let (peer, _) = listener.accept().unwrap();
    shop.wait_for("connection", |entry| matches!(entry, Entry::Report(state) if state.connected));
    SockRef::from(&peer).set_linger(Some(Duration::ZERO)).unwrap();
    drop(peer);
    reports(&shop, "its end", |state| !state.connected && state.cause.is_none());
    let tiny = TinyPrinter::start(listener, Manner::Honest);
    shop.queue(ticket(1, 1));
    worker.wake();
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    assert!(worker.join());
    drop(tiny);
}

#[test]
fn a_peer_that_falls_silent_is_connected_to_anew_before_a_job_is_given_to_it() {
    let (shop, (listener, connection)) = (Shop::default(), one_client());
    let worker = shop.open(connection.parse().unwrap(), TAGS);
    let (mut peer, _) = listener.accept().unwrap();
    let mut pending = Vec::new();
    // the first questions and automatic status are answered, and then no more
    while !pending.starts_with(&[0x1D, b'a']) {
        let mut byte = [0u8];
        peer.read_exact(&mut byte).unwrap();
        pending.push(byte[0]);
        while let Some((used, reply)) = understand(&pending, Manner::Honest) {
            let asb = pending.starts_with(&[0x1D, b'a']);
            peer.write_all(&reply).unwrap();
            if asb {
                break;
            }
            pending.drain(..used);
        }
    }
    reports(&shop, "readiness", |state| state.ready);
    // what was heard a moment ago would count as fresh
    thread::sleep(Duration::from_millis(1_500));
    shop.queue(ticket(1, 2));
    worker.wake();
    shop.wait_for("the cause", |entry| matches!(entry, Entry::Blocked(Some(Cause::Stalled | Cause::Unreachable))));
    let tiny = TinyPrinter::start(listener, Manner::Honest);
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    assert!(worker.join());
    drop((peer, tiny));
}

/// A printer for one client: says when a client came and when it left.
fn one_client() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connection = format!("tcp://{}", listener.local_addr().unwrap());
    (listener, connection)
}

fn is_closed(peer: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    peer.set_read_timeout(Some(LONG)).unwrap();
    peer.read_to_end(&mut rest).is_ok()
}

#[test]
fn a_line_that_is_let_go_is_free_for_somebody_else_and_taken_back_at_once() {
    let shop = Shop::default();
    let (listener, connection) = one_client();
    let worker = shop.open(connection.parse().unwrap(), TAGS);
    let (mut peer, _) = listener.accept().unwrap();
    assert!(worker.let_go(LONG));
    assert!(is_closed(&mut peer));
    reports(&shop, "absence", |state| !state.connected && state.cause == Some(Cause::Busy));
    shop.queue(ticket(1, 1));
    worker.wake();
    blocked(&shop, Cause::Busy);
    assert!(worker.let_go(LONG), "it is still free");
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "nobody comes meanwhile");
    listener.set_nonblocking(false).unwrap();
    let tiny = TinyPrinter::start(listener, Manner::Honest);
    worker.take_back();
    assert_eq!(shop.ending(1).state, JobState::Confirmed);
    assert!(worker.join());
    drop(tiny);
}

#[test]
fn a_line_with_a_job_in_hand_is_let_go_when_that_is_over_or_not_at_all() {
    let (shop, tiny) = (Shop::default(), TinyPrinter::new(Manner::Tagless));
    shop.queue(ticket(1, 20));
    let worker = shop.open(tiny.connection(), TAGS);
    shop.wait_for("claim", |entry| *entry == Entry::Next(Some(1)));
    assert!(!worker.let_go(Duration::from_millis(1)), "and then the order is withdrawn");
    thread::scope(|scope| {
        let letting_go = scope.spawn(|| worker.let_go(LONG));
        worker.cancel(1);
        assert!(letting_go.join().unwrap());
    });
    assert_eq!(shop.ending(1).state, JobState::Partial);
    reports(&shop, "absence", |state| !state.connected && state.cause == Some(Cause::Busy));
    assert!(worker.join());
}
