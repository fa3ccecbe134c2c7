//! Long and unlucky days in virtual time: idle connections, serial lines, heat, and faults that strike at an exact moment.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use paper::interpret::Geometry;
use sim::printer::{
    Busy, Change, Cover, Drawer, Fault, FeedButton, Flow, HangUp, Model, PaperSupply, Power, PrinterCore, Quirk,
    Settings, Step, Switch, When,
};

const ID: &[u8] = b"\x1d(H\x06\x0000ab01";
const ID_REPLY: &[u8] = b"\x37\x22ab01\x00";
const HOUR: Duration = Duration::from_secs(3600);

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn settings() -> Settings {
    Settings::new(Model::Full, Geometry::columns_48())
}

fn change() -> Change {
    Change::default()
}

fn after(when: When, set: Change) -> Step {
    Step { after: Some(when), at: None, set, then: Vec::new() }
}

fn torn(core: &mut PrinterCore) -> String {
    core.tear_off().pop().map_or_else(String::new, |printed| printed.sheet.text)
}

#[test]
fn an_idle_day_with_periodic_status_and_a_host_that_says_nothing() {
    let quirks = [Quirk::AsbPeriodic].into_iter().collect();
    let mut core = PrinterCore::new(Settings { quirks, idle_reset: 90, ..settings() });
    core.on_connected(ms(0));
    core.on_received(b"\x1da\xff", ms(0));
    let (mut status, mut resets, mut now) = (0, 0, ms(0));
    while now < 24 * HOUR {
        now = core.deadline().expect("it never falls silent");
        let out = core.tick(now);
        status += out.replies.len() / 4;
        if let Some(how) = out.hang_up {
            assert_eq!((how, now), (HangUp::Reset, Duration::from_secs(90) * (resets + 1)));
            resets += 1;
            core.on_connected(now);
        }
    }
    // every 2 s, but for the one that is due when the connection is reset
    assert_eq!((status, resets), (43_200 - 960, 960));
    assert_eq!(core.state(true, 0).connections, 961);
}

#[test]
fn bytes_keep_a_connection_alive() {
    let mut core = PrinterCore::new(Settings { idle_reset: 90, ..settings() });
    core.on_connected(ms(0));
    for second in 1..200 {
        let out = core.on_received(b"\x10\x04\x01", Duration::from_secs(second * 60));
        assert_eq!((out.replies.as_slice(), out.hang_up), ([0x16].as_slice(), None));
    }
}

#[test]
fn a_slow_close_waits_and_a_printer_that_never_closes_does_not() {
    let mut core = PrinterCore::new(Settings { close_delay: 5, ..settings() });
    core.on_connected(ms(0));
    assert_eq!(core.on_finished(ms(100)).hang_up, None);
    assert_eq!(core.tick(ms(5099)).hang_up, None);
    assert_eq!(core.tick(ms(5100)).hang_up, Some(HangUp::Close));
    core.set(&Change { never_close: Some(Switch::On), ..change() }, ms(6000));
    core.on_connected(ms(6000));
    core.on_finished(ms(6000));
    assert_eq!((core.tick(24 * HOUR).hang_up, core.deadline()), (None, None));
}

#[test]
fn a_connection_drops_after_so_many_bytes_and_the_printer_goes_on_with_what_it_has() {
    let mut core = PrinterCore::new(Settings { drop_after: Some(9), speed: 0, ..settings() });
    core.on_connected(ms(0));
    let out = core.on_received(b"one\ntwo\nthree\n", ms(0));
    assert_eq!(out.hang_up, Some(HangUp::Reset));
    core.on_connected(ms(1));
    assert_eq!(core.on_received(b"hree\n", ms(1)).hang_up, None, "once");
    assert_eq!(torn(&mut core), "one\ntwo\nthree");
}

#[test]
fn a_half_open_printer_neither_reads_nor_answers_and_resets_when_it_is_back() {
    let mut core = PrinterCore::new(Settings { speed: 0, ..settings() });
    core.on_connected(ms(0));
    core.set(&Change { half_open: Some(Switch::On), ..change() }, ms(0));
    assert_eq!((core.room(), core.admits()), (0, false));
    assert!(core.on_received(b"\x10\x04\x01", ms(1)).replies.is_empty());
    let out = core.set(&Change { half_open: Some(Switch::Off), ..change() }, HOUR);
    assert_eq!((out.hang_up, core.admits()), (Some(HangUp::Reset), true));
}

#[test]
fn a_mute_line_can_be_cut_and_mended() {
    let mut core = PrinterCore::new(settings());
    core.set(&Change { mute: Some(Switch::On), ..change() }, ms(0));
    assert!(core.on_received(b"\x10\x04\x01", ms(0)).replies.is_empty());
    core.set(&Change { mute: Some(Switch::Off), ..change() }, ms(0));
    assert_eq!(core.on_received(b"\x10\x04\x01", ms(0)).replies, [0x16]);
}

#[test]
fn a_line_of_9600_baud_carries_960_bytes_a_second_both_ways() {
    let mut core = PrinterCore::new(Settings { speed: 0, baud: 9600, flow: Flow::None, ..settings() });
    core.on_received(&[b'\n'; 2000], ms(0));
    core.tick(ms(1000));
    assert_eq!(core.state(true, 0).received, 960);
    core.tick(ms(2000));
    assert_eq!(core.state(true, 0).received, 1920);
    core.tick(ms(3000));
    // an answer of 13 bytes: the question takes 3 byte times, the answer one more for each byte
    core.on_received(b"\x1dI\x42", ms(10_000));
    let byte = Duration::from_nanos(1_000_000_000 / 960);
    assert_eq!(core.tick(ms(10_000) + byte * 3).replies.len(), 0);
    assert_eq!(core.tick(ms(10_000) + byte * 7).replies, b"_COU");
    assert_eq!(core.tick(ms(10_000) + byte * 16).replies, b"NTERFOIL\0");
}

#[test]
fn during_a_block_real_time_commands_are_not_heard() {
    let mut core = PrinterCore::new(Settings { speed: 0, baud: 9600, flow: Flow::None, ..settings() });
    core.on_received(b"\x1dI\x42\x10\x04\x01", ms(0));
    let replies = core.tick(ms(1000)).replies;
    assert_eq!(replies, b"_COUNTERFOIL\0");
}

#[test]
fn without_flow_control_what_does_not_fit_is_lost_and_counted() {
    let mut core = PrinterCore::new(Settings { buffer: 100, flow: Flow::None, ..settings() });
    core.set(&Change { paper: Some(PaperSupply::End), ..change() }, ms(0));
    assert!(core.room() > 1000, "the host can't be stopped");
    core.on_received(&[b'x'; 150], ms(0));
    let state = core.state(true, 0);
    assert_eq!((state.received, state.buffered, state.lost), (150, 100, 50));
    assert_eq!(core.on_received(b"\x10\x04\x01", ms(0)).replies, [0x1E], "real-time acts with a full buffer too");
}

#[test]
fn xoff_comes_at_16_free_bytes_and_xon_at_26() {
    let mut core = PrinterCore::new(Settings { buffer: 100, flow: Flow::Software, ..settings() });
    core.set(&Change { cover: Some(Cover::Open), ..change() }, ms(0));
    assert_eq!(core.on_received(&[b'x'; 83], ms(0)).replies, b"");
    assert_eq!(core.on_received(b"x", ms(0)).replies, [0x13]);
    assert_eq!(core.room(), 0, "a host that obeys sends no more");
    core.set_host(false, None);
    assert!(core.room() > 1000, "one that doesn't goes on");
    assert_eq!(core.on_received(&[b'x'; 20], ms(0)).replies, b"", "said once");
    assert_eq!(core.state(true, 0).lost, 4);
    let out = core.set(&Change { cover: Some(Cover::Closed), ..change() }, ms(1));
    assert_eq!(out.replies, [0x11]);
}

#[test]
fn xoff_breaks_into_a_reply_that_is_under_way() {
    let mut core = PrinterCore::new(Settings { buffer: 20, baud: 9600, flow: Flow::Software, ..settings() });
    core.on_received(b"\x1dI\x42", ms(0));
    core.tick(ms(5));
    // the line feed moves paper, and meanwhile the buffer fills
    core.on_received(&[b"\n".as_slice(), &[b'x'; 20]].concat(), ms(5));
    let mut replies = Vec::new();
    while let Some(due) = core.deadline() {
        replies.extend(core.tick(due).replies);
    }
    let at = replies.iter().position(|byte| *byte == 0x13).expect("XOFF");
    assert!(at < replies.len() - 2, "{replies:02X?}");
    replies.retain(|byte| !matches!(byte, 0x11 | 0x13));
    assert!(b"_COUNTERFOIL\0".ends_with(&replies), "{replies:02X?}");
}

#[test]
fn the_dip_switch_decides_whether_status_gets_in_while_offline() {
    let mut core = PrinterCore::new(settings());
    core.set(&Change { cover: Some(Cover::Open), ..change() }, ms(0));
    assert!(core.room() > 0);
    core.set(&Change { busy: Some(Busy::Offline), ..change() }, ms(0));
    assert_eq!(core.room(), 0);
    core.set(&Change { cover: Some(Cover::Closed), ..change() }, ms(0));
    assert!(core.room() > 0);
}

#[test]
fn dripping_takes_so_many_bytes_a_second() {
    let mut core = PrinterCore::new(Settings { speed: 0, ..settings() });
    core.set(&Change { drip: Some(10), ..change() }, ms(0));
    core.on_received(&[b'\n'; 50], ms(0));
    core.tick(ms(3000));
    assert_eq!(core.state(true, 0).consumed, 30);
}

#[test]
fn states_of_the_panel_and_the_drawer_are_told() {
    let mut core = PrinterCore::new(Settings { speed: 0, ..settings() });
    core.on_received(b"\x1da\xff", ms(0));
    let out = core.set(&Change { feed: Some(FeedButton::Held), ..change() }, ms(0));
    assert_eq!(out.replies, [0x5C, 0, 0, 0]);
    core.set(&Change { feed: Some(FeedButton::Released), ..change() }, ms(0));
    let out = core.set(&Change { waiting: Some(Switch::On), ..change() }, ms(0));
    assert_eq!(out.replies, [0x1C, 0x01, 0, 0]);
    assert_eq!(core.on_received(b"text\n\x1dr1", ms(0)).replies, b"");
    assert_eq!(core.on_received(b"\x10\x05\x00", ms(0)).replies, [0x14, 0, 0, 0, 0], "as a press of FEED");
    assert_eq!(core.on_received(b"\x1bp\x00\x19\xfa\x1dr2", ms(0)).replies, [0x10, 0, 0, 0, 0], "the drawer is open");
    let out = core.set(&Change { drawer: Some(Drawer::Closed), ..change() }, ms(0));
    assert_eq!(out.replies, [0x14, 0, 0, 0]);
}

#[test]
fn much_black_makes_the_head_pause_and_go_on_by_itself() {
    let mut core = PrinterCore::new(Settings { ambient: Some(50), speed: 38, ..settings() });
    core.on_received(b"\x1da\xff", ms(0));
    let band = [b"\x1dv0\x00\x48\x00\x80\x00".as_slice(), &[0xFF; 72 * 128]].concat();
    let (mut status, mut sent, mut now) = (Vec::new(), 0, ms(0));
    let job = band.repeat(10);
    while sent < job.len() || core.deadline().is_some() {
        let room = core.room().min(job.len() - sent);
        let mut out = core.on_received(&job[sent..sent + room], now);
        sent += room;
        status.append(&mut out.replies);
        now = core.deadline().unwrap_or(now);
        status.append(&mut core.tick(now).replies);
    }
    assert_eq!(status.get(..4), Some([0x1C, 0x40, 0, 0].as_slice()), "too hot");
    assert_eq!(status.get(4..8), Some([0x14, 0, 0, 0].as_slice()), "and well again");
    assert_eq!(core.state(true, 0).moved_dots, 1280, "everything is printed in the end");
    assert!(now > Duration::from_secs(60), "{now:?}");
}

#[test]
fn a_fault_strikes_at_an_exact_byte() {
    let mut core = PrinterCore::new(Settings { speed: 0, ..settings() });
    let off = Change { power: Some(Power::Off), ..change() };
    let on = after(When::Ms(3000), Change { power: Some(Power::On), ..change() });
    core.plan(Step { then: vec![on], ..after(When::Bytes(9), off) }, ms(0));
    core.on_received(b"one\ntwo\nthree\n", ms(0));
    let state = core.state(true, 0);
    assert_eq!((state.power, state.received, state.steps), (Power::Off, 9, 1));
    assert!(core.on_received(b"lost\n", ms(2999)).replies.is_empty());
    core.tick(ms(3000));
    core.on_received(b"after\n", ms(3000));
    assert_eq!(torn(&mut core), "one\ntwo\nafter");
}

#[test]
fn a_fault_strikes_at_an_exact_dot_of_the_paper() {
    for speed in [0, 150] {
        let mut core = PrinterCore::new(Settings { speed, ..settings() });
        core.plan(after(When::Dots(40), Change { paper: Some(PaperSupply::End), ..change() }), ms(0));
        core.on_received(&[b"one\ntwo\nthree\n".as_slice(), ID].concat(), ms(0));
        core.tick(HOUR);
        let state = core.state(true, 0);
        assert_eq!((state.moved_dots, state.paper), (40, PaperSupply::End));
        let out = core.set(&Change { paper: Some(PaperSupply::Ok), ..change() }, HOUR);
        let replies = [out.replies, core.tick(2 * HOUR).replies].concat();
        assert_eq!((replies.as_slice(), core.state(true, 0).moved_dots), (ID_REPLY, 90));
    }
}

#[test]
fn the_blade_jams_at_the_second_cut_and_the_sheet_hangs_on() {
    let mut core = PrinterCore::new(Settings { speed: 0, ..settings() });
    core.plan(after(When::Cut(2), Change { fault: Some(Fault::Cutter), ..change() }), ms(0));
    let job = [b"slip\n\x1dVB\x00".as_slice(), ID].concat();
    let out = core.on_received(&job.repeat(2), ms(0));
    assert_eq!((out.sheets.len(), out.replies.as_slice()), (1, ID_REPLY));
    let out = core.on_received(b"\x10\x05\x01", ms(0));
    assert_eq!((out.sheets.len(), out.replies.as_slice()), (1, ID_REPLY));
}

#[test]
fn steps_wait_for_sheets_and_moments_from_the_start() {
    let mut core = PrinterCore::new(Settings { speed: 0, ..settings() });
    core.plan(after(When::Sheets(1), Change { cover: Some(Cover::Open), ..change() }), ms(0));
    let at = Step { at: Some(When::Ms(5000)), after: None, ..after(When::Ms(0), Change::default()) };
    core.plan(Step { set: Change { cover: Some(Cover::Closed), ..change() }, ..at }, ms(1000));
    let job = [b"slip\n\x1dVB\x00".as_slice(), ID].concat();
    let out = core.on_received(&job, ms(2000));
    assert_eq!((out.sheets.len(), out.replies.len()), (1, 0), "the sheet fell, its proof has to wait");
    assert_eq!(core.tick(ms(4999)).replies, b"");
    assert_eq!(core.tick(ms(5000)).replies, ID_REPLY);
}

#[test]
fn a_cover_that_opens_in_the_middle_of_a_line_is_an_error() {
    let mut core = PrinterCore::new(settings());
    core.plan(after(When::Dots(40), Change { cover: Some(Cover::Open), ..change() }), ms(0));
    core.on_received(b"one\ntwo\n", ms(0));
    core.tick(HOUR);
    assert_eq!(core.on_received(b"\x10\x04\x02\x10\x04\x03", HOUR).replies, [0x56, 0x52]);
}
