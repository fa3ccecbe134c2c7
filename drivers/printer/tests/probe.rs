//! Looking at a printer once, with real sockets and files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(dead_code, reason = "the shop serves other tests, too")]

mod shop;

use std::{net::TcpListener, time::Duration};

use model::{Cause, Proof};
use paper::Profile;
use printer::{Abilities, BrokenOff, Connection, Intake, Places, Probed, Setup, probe};
use shop::*;

const LIMIT: Duration = Duration::from_secs(30);

fn look(connection: Connection) -> Probed {
    let profile = Profile::builtin("generic-80").unwrap();
    let abilities = Abilities { identity: false, counters: false, ..Abilities::from(&profile) };
    let setup = Setup {
        name: "probe".to_owned(),
        connection,
        abilities,
        remembered: None,
        broken_off: BrokenOff::default(),
        unfinished: None,
        owed: false,
        seed: 5,
        intake: Intake::default(),
        places: Places::default(),
    };
    probe(setup, LIMIT)
}

#[test]
fn a_printer_that_returns_tags_is_paired_and_tells_how_it_is() {
    let tiny = TinyPrinter::new(Manner::Honest);
    let probed = look(tiny.connection());
    assert_eq!((probed.cause, probed.proof), (None, Proof::ProcessId), "{}", probed.detail);
    assert!(probed.conditions.unwrap().online);
    assert_eq!(probed.identity, None);
}

#[test]
fn a_printer_that_answers_only_status_proves_nothing() {
    let tiny = TinyPrinter::new(Manner::Tagless);
    let probed = look(tiny.connection());
    assert_eq!((probed.cause, probed.proof), (None, Proof::NoProof), "{}", probed.detail);
}

#[test]
fn one_that_never_says_a_word_is_known_to_be_mute() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let probed = look(format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap());
    assert_eq!((probed.cause, probed.proof, probed.conditions), (None, Proof::NoProof, None), "{}", probed.detail);
}

#[test]
fn a_refused_port_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let probed = look(format!("tcp://{address}").parse().unwrap());
    assert_eq!((probed.cause, probed.proof), (Some(Cause::ConnectionRefused), Proof::Unknown));
}

#[test]
fn one_that_lets_us_in_and_closes_again_and_again_is_lost() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || listener.incoming().take(2).for_each(drop));
    let probed = look(format!("tcp://{address}").parse().unwrap());
    assert_eq!((probed.cause, probed.proof), (Some(Cause::ConnectionLost), Proof::Unknown));
}

#[test]
fn a_file_is_well_and_proves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let probed = look(Connection::File { path: folder.path().join("slips.bin") });
    assert_eq!((probed.cause, probed.proof), (None, Proof::NoProof));
}
