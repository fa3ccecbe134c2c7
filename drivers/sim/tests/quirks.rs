//! One story per quirk, on the core in virtual time. The match has no default arm: a quirk without a story is a compile error.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use clap::ValueEnum;
use paper::interpret::Geometry;
use sim::printer::{
    Change, Cover, Drawer, Fault, FeedButton, Flow, Model, Outputs, PaperSupply, PrinterCore, Quirk, Settings,
};

const ID: &[u8] = b"\x1d(H\x06\x0000ab01";
const ID_REPLY: &[u8] = b"\x37\x22ab01\x00";
const ALL_STATUS: &[u8] = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04";
const CLEAR: &[u8] = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08";
const COUNTERS: &[u8] = b"\x1dg2\x00\x14\x00";
const ASB_ON: &[u8] = b"\x1da\xff";

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn settings(model: Model, quirk: Quirk) -> Settings {
    Settings { quirks: [quirk].into_iter().collect(), speed: 0, ..Settings::new(model, Geometry::columns_48()) }
}

fn printer(model: Model, quirk: Quirk) -> PrinterCore {
    PrinterCore::new(settings(model, quirk))
}

/// What comes back at once from a printer with unlimited speed.
fn ask(core: &mut PrinterCore, bytes: &[u8]) -> Vec<u8> {
    core.on_received(bytes, ms(0)).replies
}

fn full(quirk: Quirk) -> PrinterCore {
    printer(Model::Full, quirk)
}

fn cover(core: &mut PrinterCore, cover: Cover) -> Outputs {
    core.set(&Change { cover: Some(cover), ..Change::default() }, ms(0))
}

fn torn(core: &mut PrinterCore) -> String {
    core.tear_off().pop().map_or_else(String::new, |printed| printed.sheet.text)
}

#[test]
fn every_quirk_plays_what_its_row_says() {
    for quirk in Quirk::ALL {
        story(*quirk);
    }
}

#[allow(clippy::too_many_lines, reason = "one arm per row of the table")]
fn story(quirk: Quirk) {
    match quirk {
        Quirk::PartialEot => assert_eq!(ask(&mut full(quirk), ALL_STATUS), [0x16, 0x12]),
        Quirk::AsbOnly => {
            let mut core = full(quirk);
            assert_eq!(ask(&mut core, ALL_STATUS), b"");
            assert_eq!(ask(&mut core, ASB_ON), [0x14, 0, 0, 0]);
        }
        Quirk::NoAsb => {
            let mut core = full(quirk);
            assert_eq!(ask(&mut core, ASB_ON), b"");
            assert_eq!(cover(&mut core, Cover::Open).replies, b"");
        }
        Quirk::AsbPeriodic => {
            let mut core = full(quirk);
            ask(&mut core, ASB_ON);
            assert_eq!(core.tick(ms(7000)).replies, [0x14, 0, 0, 0].repeat(3));
        }
        Quirk::AsbEight => {
            let mut core = full(quirk);
            assert_eq!(ask(&mut core, b"\x1b@\x1da\xff"), b"\xb0\xc0\xd0\x80\x80\x80\x80\x80\x80");
            assert_eq!(cover(&mut core, Cover::Open).replies[1], 0xD8);
        }
        Quirk::AsbInBlock => {
            let mut core = full(quirk);
            ask(&mut core, ASB_ON);
            assert_eq!(ask(&mut core, ID), b"\x37\x22\x14\0\0\0ab01\0");
        }
        Quirk::EscAtCancelsAsb | Quirk::EscAtKeepsAsb => {
            let mut core = full(quirk);
            ask(&mut core, b"\x1da\xff\x1b@");
            let told = !cover(&mut core, Cover::Open).replies.is_empty();
            assert_eq!(told, quirk == Quirk::EscAtKeepsAsb);
        }
        Quirk::StatusOnlyWhenIdle => {
            let mut core = full(quirk);
            assert_eq!(ask(&mut core, b"\x10\x04\x01"), [0x16]);
            core.set(&Change { paper: Some(PaperSupply::End), ..Change::default() }, ms(0));
            assert_eq!(ask(&mut core, b"\x10\x04\x01"), [0x1E], "an empty printer without paper is idle");
            assert_eq!(ask(&mut core, b"text\n\x10\x04\x01"), b"");
        }
        Quirk::Slow => {
            let mut core = full(quirk);
            assert_eq!(ask(&mut core, b"\x10\x04\x01\x10\x04\x04"), b"");
            assert_eq!(core.deadline(), Some(ms(400)));
            assert_eq!(core.tick(ms(400)).replies, [0x16, 0x12]);
        }
        Quirk::UsbMute => {
            let mut core = full(quirk);
            let out = core.on_received(&[ALL_STATUS, ASB_ON, b"x\n\x1dVB\x00", ID].concat(), ms(0));
            assert_eq!((out.replies.len(), out.sheets.len()), (0, 1));
        }
        Quirk::XoffInReply => assert_eq!(ask(&mut full(quirk), ID), b"\x37\x13\x11\x22ab01\0"),
        Quirk::NoIdentity => assert_eq!(ask(&mut full(quirk), b"\x1dI\x01\x1dI\x42\x1dr1"), [0]),
        Quirk::NonsenseIdentity => {
            let mut core = full(quirk);
            assert_eq!(ask(&mut core, b"\x1dI\x01"), [0x02]);
            let name = ask(&mut core, b"\x1dI\x42");
            assert!(name.first() == Some(&0x5F) && name.last() == Some(&0) && name.iter().any(|byte| *byte > 0x7E));
        }
        Quirk::EmptyIdentity => assert_eq!(ask(&mut full(quirk), b"\x1dI\x42\x1dI\x43"), b"_\0_\0"),
        Quirk::NoGsR => assert_eq!(ask(&mut full(quirk), &[b"\x1dr1", COUNTERS].concat()), b"_0\0"),
        Quirk::CountersWithoutProcessId => {
            for model in [Model::Full, Model::InOrder] {
                assert_eq!(ask(&mut printer(model, quirk), &[b"x\n", ID, COUNTERS].concat()), b"_1\0");
            }
        }
        Quirk::EarlyProcessId => {
            let mut core = full(quirk);
            core.set(&Change { paper: Some(PaperSupply::End), ..Change::default() }, ms(0));
            assert_eq!(ask(&mut core, &[b"never\n", ID].concat()), ID_REPLY, "with nothing on paper");
            let new_roll = core.set(&Change { paper: Some(PaperSupply::Ok), ..Change::default() }, ms(0));
            assert_eq!(new_roll.replies, b"", "and not again");
        }
        Quirk::ClearBuffer => assert_eq!(ask(&mut printer(Model::InOrder, quirk), CLEAR), [0x37, 0x25, 0]),
        Quirk::NoClearBuffer => assert_eq!(ask(&mut full(quirk), CLEAR), b""),
        Quirk::UnknownAsText => {
            let mut core = printer(Model::InOrder, quirk);
            assert_eq!(ask(&mut core, &[b"x\n".as_slice(), ID, b"\n"].concat()), b"");
            assert!(torn(&mut core).contains("00ab01"), "the tag stands on the paper");
        }
        Quirk::NoFourByte => {
            // U+3400 of extension A
            let code = b"\x81\x39\xEE\x39\n";
            let mut knows = PrinterCore::new(Settings::new(Model::Full, Geometry::columns_48()));
            knows.on_received(code, ms(0));
            knows.tick(ms(1000));
            assert_eq!(torn(&mut knows), "\u{3400}");
            let mut core = full(quirk);
            ask(&mut core, code);
            assert!(torn(&mut core).contains('9'), "junk and digits");
        }
        Quirk::ChineseOff => {
            let mut core = full(quirk);
            ask(&mut core, b"\xd6\xd0\n\x1c&\xd6\xd0\n");
            let text = torn(&mut core);
            assert!(!text.starts_with('中') && text.ends_with('中'), "{text}");
        }
        Quirk::NoCut42 => {
            let mut core = full(quirk);
            assert_eq!(core.on_received(b"x\n\x1dVB\x00", ms(0)).sheets.len(), 0);
            assert_eq!(core.on_received(b"x\n\x1dVA\x00", ms(0)).sheets.len(), 1);
        }
        Quirk::NoEscJ => {
            let mut core = full(quirk);
            ask(&mut core, b"x\n\x1bJ\xc8");
            assert_eq!(core.state(false, 0).moved_dots, 30);
        }
        Quirk::PictureEatsLf => {
            let mut core = full(quirk);
            ask(&mut core, b"\x1dv0\x00\x01\x00\x01\x00\xff\n\n");
            assert_eq!(core.state(false, 0).moved_dots, 1 + 30);
        }
        Quirk::LosesBufferOffline => {
            let mut core = PrinterCore::new(Settings { speed: 150, ..settings(Model::Full, quirk) });
            core.on_received(b"first\nsecond\nthird\n", ms(0));
            core.set(&Change { cover: Some(Cover::Open), ..Change::default() }, ms(5));
            core.set(&Change { cover: Some(Cover::Closed), ..Change::default() }, ms(10));
            core.on_received(b"after\n", ms(1000));
            core.tick(ms(5000));
            assert_eq!(torn(&mut core), "first\nafter");
        }
        Quirk::DuplicatesLine => {
            let mut core = full(quirk);
            ask(&mut core, b"one\ntwo\n");
            core.set(&Change { fault: Some(Fault::Mechanical), ..Change::default() }, ms(0));
            ask(&mut core, b"three\n\x10\x05\x01");
            assert_eq!(torn(&mut core), "one\ntwo\ntwo\nthree");
        }
        Quirk::PowerCut => {
            let mut core = full(quirk);
            ask(&mut core, &b"0123456789012345678\n".repeat(30));
            assert!(!core.is_powered());
            assert_eq!(core.state(false, 0).received, 400);
            core.tick(ms(2000));
            assert!(core.is_powered());
            assert_eq!(ask(&mut core, &[b'\n'; 1000]), b"", "once");
            assert!(core.is_powered());
        }
        Quirk::CoverHidesPaper => {
            let mut core = full(quirk);
            cover(&mut core, Cover::Open);
            assert_eq!(ask(&mut core, ALL_STATUS), [0x1E, 0x16, 0x12, 0x7E]);
        }
        Quirk::PanelBits => {
            let mut core = full(quirk);
            core.set(&Change { feed: Some(FeedButton::Held), ..Change::default() }, ms(0));
            assert_eq!(ask(&mut core, b"\x10\x04\x01"), [0x5E]);
        }
        Quirk::DrawerOpenHigh => {
            let mut core = full(quirk);
            assert_eq!(ask(&mut core, b"\x10\x04\x01\x1bp\x00\x19\xfa\x10\x04\x01"), [0x12, 0x16]);
            assert_eq!(core.state(false, 0).drawer, Drawer::Open);
        }
        Quirk::StrictBaud => {
            let mut core = PrinterCore::new(Settings { baud: 9600, flow: Flow::None, ..settings(Model::Full, quirk) });
            core.set_host(true, Some(19200));
            core.on_received(b"\x10\x04\x01", ms(0));
            assert_eq!(core.tick(ms(100)).replies, b"");
            core.set_host(true, Some(9600));
            core.on_received(b"\x10\x04\x01", ms(100));
            assert_eq!(core.tick(ms(200)).replies, [0x16]);
        }
        Quirk::HoldsDeadClient => {
            let mut core = full(quirk);
            core.on_connected(ms(0));
            core.on_broken(ms(1000));
            assert!(!core.admits());
            core.tick(ms(30_999));
            assert!(!core.admits());
            core.tick(ms(31_000));
            assert!(core.admits());
        }
    }
}

#[test]
fn quirks_combine_and_contradictions_change_nothing() {
    let mut core = PrinterCore::new(Settings {
        quirks: [Quirk::PartialEot, Quirk::NoIdentity].into_iter().collect(),
        ..settings(Model::InOrder, Quirk::Slow)
    });
    assert_eq!(ask(&mut core, &[ALL_STATUS, b"\x1dI\x42\x1dr1"].concat()), [0x16, 0x12, 0]);
    let both = vec![Quirk::NoAsb, Quirk::AsbPeriodic];
    core.set(&Change { quirks: Some(both), ..Change::default() }, ms(0));
    assert_eq!(core.state(false, 0).quirks, [Quirk::PartialEot, Quirk::NoIdentity]);
    core.set(&Change { quirks: Some(Vec::new()), ..Change::default() }, ms(0));
    assert_eq!(ask(&mut core, ALL_STATUS).len(), 4);
}

#[test]
fn the_help_shows_every_row_of_the_table() {
    for quirk in Quirk::value_variants() {
        let shown = quirk.to_possible_value().unwrap();
        assert_eq!((shown.get_name(), shown.get_help().unwrap().to_string()), (quirk.name(), quirk.plays().to_owned()));
    }
}
