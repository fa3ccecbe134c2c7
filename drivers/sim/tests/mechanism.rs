//! The printer core in virtual time: what is answered when, and what is on the paper then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use paper::interpret::{CutKind, Geometry};
use sim::printer::{Change, Cover, Fault, Model, Outputs, PaperSupply, Power, PrinterCore, Settings, Switch};

const ID: &[u8] = b"\x1d(H\x06\x0000ab01";
const ID_REPLY: &[u8] = b"\x37\x22ab01\x00";
const HOUR: Duration = Duration::from_secs(3600);

fn printer(model: Model) -> PrinterCore {
    with(model, 150, None)
}

fn with(model: Model, speed: u32, paper_length: Option<u32>) -> PrinterCore {
    let geometry = Geometry::columns_48();
    PrinterCore::new(Settings { speed, paper_length, ..Settings::new(model, geometry) })
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn change() -> Change {
    Change::default()
}

/// Lets everything happen, deadline by deadline, and collects what came out.
fn run_out(core: &mut PrinterCore) -> Outputs {
    let mut all = Outputs::default();
    while let Some(due) = core.deadline() {
        let step = core.tick(due);
        all.sheets.extend(step.sheets);
        all.replies.extend(step.replies);
    }
    all
}

#[test]
fn a_line_takes_the_time_of_its_paper() {
    let mut core = printer(Model::Full);
    let out = core.on_received(b"hello\n\x1dr1", ms(1000));
    assert!(out.replies.is_empty());
    // 30 dots of 25.4/203 mm at 150 mm/s
    let due = core.deadline().unwrap();
    assert_eq!((due - ms(1000)).as_micros(), 25_024);
    assert!(core.tick(due - Duration::from_nanos(1)).replies.is_empty());
    assert_eq!(core.tick(due).replies, [0]);
    assert_eq!(core.deadline(), None);
}

#[test]
fn waking_late_loses_no_paper_time() {
    let mut core = printer(Model::Full);
    core.on_received(b"a\nb\nc\n", ms(0));
    core.tick(ms(60));
    assert_eq!(core.deadline().unwrap().as_micros(), 75_073, "the third line ends when it would have ended");
}

#[test]
fn unlimited_speed_prints_at_once() {
    let mut core = with(Model::Full, 0, None);
    let out = core.on_received(&[b"hello\n\x1dVB\x00", ID].concat(), ms(0));
    assert_eq!((out.sheets.len(), out.replies.as_slice()), (1, ID_REPLY));
    assert_eq!(core.deadline(), None);
}

#[test]
fn a_process_id_is_answered_when_the_printing_before_it_is_complete() {
    let mut core = printer(Model::Full);
    let out = core.on_received(&[b"hello".as_slice(), ID].concat(), ms(0));
    assert!(out.replies.is_empty() && core.deadline().is_none(), "the text is still in the print buffer");
    let out = core.on_received(b"\n", ms(10));
    assert!(out.replies.is_empty(), "the line is under way");
    assert_eq!(run_out(&mut core).replies, ID_REPLY);
}

#[test]
fn a_sheet_falls_before_its_proof_is_sent_and_brings_its_bytes() {
    let mut core = printer(Model::Full);
    let job = b"hello\n\x1dVB\x00";
    core.on_received(&[job.as_slice(), ID].concat(), ms(0));
    let mut sheets = 0;
    while let Some(due) = core.deadline() {
        let out = core.tick(due);
        for printed in out.sheets {
            sheets += 1;
            assert_eq!((printed.bytes.as_slice(), printed.sheet.text.as_str()), (job.as_slice(), "hello"));
            assert_eq!(printed.sheet.cut, Some(CutKind::Partial));
        }
        assert!(out.replies.is_empty() || sheets == 1);
    }
    assert_eq!(sheets, 1);
}

#[test]
fn the_early_model_answers_before_anything_moved() {
    let mut core = printer(Model::Early);
    let out = core.on_received(b"hello\n\x1dr1", ms(0));
    assert_eq!(out.replies, [0]);
    assert!(run_out(&mut core).replies.is_empty(), "and not again");
    assert!(core.on_received(ID, HOUR).replies.is_empty(), "it has no process id");
}

#[test]
fn the_in_order_model_has_neither_process_id_nor_counters() {
    let mut core = with(Model::InOrder, 0, None);
    let out = core.on_received(
        &[b"x\n", ID, b"\x1dg2\x00\x14\x00\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08\x1dr1"].concat(),
        ms(0),
    );
    assert_eq!(out.replies, [0]);
}

#[test]
fn the_mute_model_prints_and_says_nothing() {
    let mut core = with(Model::Mute, 0, None);
    let out = core.on_received(&[b"\x10\x04\x01\x1da\xffhello\n\x1dr1\x1dI\x42", ID, b"\x1dVB\x00"].concat(), ms(0));
    assert_eq!((out.replies.len(), out.sheets.len()), (0, 1));
}

#[test]
fn proof_can_be_switched_off_while_status_goes_on() {
    let mut core = with(Model::Full, 0, None);
    core.set(&Change { proof: Some(Switch::Off), ..change() }, ms(0));
    let out = core.on_received(&[b"x\n\x1dr1\x1dg2\x00\x14\x00", ID, b"\x10\x04\x04"].concat(), ms(0));
    assert_eq!(out.replies, [0x12]);
}

#[test]
fn paper_end_stops_in_the_middle_and_the_same_line_goes_on() {
    let mut core = printer(Model::Full);
    core.on_received(&[b"first\nsecond\nthird\n\x1dVB\x00", ID].concat(), ms(0));
    core.tick(ms(30));
    let out = core.set(&Change { paper: Some(PaperSupply::End), ..change() }, ms(35));
    assert!(out.replies.is_empty());
    assert_eq!(core.deadline(), None);
    assert_eq!(core.on_received(b"\x10\x04\x01\x10\x04\x02\x10\x04\x04", ms(40)).replies, [0x1E, 0x32, 0x7E]);
    let late = core.tick(HOUR);
    assert!(late.replies.is_empty() && late.sheets.is_empty());
    assert!(core.state(true, 0).buffered > 0);

    // a good 15 ms of the second line are left when the new roll is in: whole dots of 834 µs
    core.set(&Change { paper: Some(PaperSupply::Ok), ..change() }, HOUR);
    let left = core.deadline().unwrap() - HOUR;
    assert!((15_000..15_900).contains(&left.as_micros()), "{left:?}");
    let out = run_out(&mut core);
    assert_eq!(out.replies, ID_REPLY);
    assert_eq!(out.sheets[0].sheet.text, "first\nsecond\nthird");
}

#[test]
fn a_roll_counts_down_to_near_end_and_end() {
    let mut core = with(Model::Full, 0, Some(400));
    core.on_received(b"\x1da\x08", ms(0));
    let out = core.on_received(&b"\x1bJ\xff".repeat(4), ms(0));
    assert_eq!(out.replies, [0x14, 0, 0x03, 0], "127 mm of 400 are fed: below 300 mm");
    let out = core.on_received(&[b"\x1bJ\xff".repeat(9).as_slice(), ID].concat(), ms(0));
    assert_eq!(out.replies, [0x1C, 0, 0x0F, 0]);
    assert_eq!(core.state(true, 0).paper_left, Some(0));
    let out = core.set(&Change { paper: Some(PaperSupply::Ok), ..change() }, ms(0));
    assert_eq!(out.replies, [b"\x14\x00\x00\x00".as_slice(), ID_REPLY].concat());
    // 13 x 255 dots are 414 mm and a bit: the rest of the last feed was owed to the new roll
    assert!((384..=386).contains(&core.state(true, 0).paper_left.unwrap()), "{:?}", core.state(true, 0));
}

#[test]
fn a_cover_opened_while_printing_is_an_error_until_it_is_closed() {
    let mut core = printer(Model::Full);
    core.set(&Change { cover: Some(Cover::Open), ..change() }, ms(0));
    assert_eq!(core.on_received(b"\x10\x04\x01\x10\x04\x02\x10\x04\x03", ms(0)).replies, [0x1E, 0x16, 0x12]);
    core.set(&Change { cover: Some(Cover::Closed), ..change() }, ms(0));
    core.on_received(b"hello\n", ms(0));
    core.set(&Change { cover: Some(Cover::Open), ..change() }, ms(5));
    assert_eq!(core.on_received(b"\x10\x04\x02\x10\x04\x03", ms(6)).replies, [0x56, 0x52]);
    core.set(&Change { cover: Some(Cover::Closed), ..change() }, ms(7));
    assert_eq!(core.on_received(b"\x10\x04\x02\x10\x04\x03", ms(8)).replies, [0x12, 0x12]);
    assert!(core.deadline().is_some(), "the line goes on");
}

#[test]
fn automatic_status_comes_at_once_and_on_change_of_what_is_watched() {
    let mut core = with(Model::Full, 0, None);
    assert_eq!(core.on_received(b"\x1da\x02", ms(0)).replies, [0x14, 0, 0, 0]);
    assert!(core.set(&Change { paper: Some(PaperSupply::NearEnd), ..change() }, ms(0)).replies.is_empty());
    let out = core.set(&Change { cover: Some(Cover::Open), ..change() }, ms(0));
    assert_eq!(out.replies, [0x3C, 0, 0x03, 0]);
    assert!(core.set(&Change { cover: Some(Cover::Open), ..change() }, ms(0)).replies.is_empty());
    core.set(&Change { cover: Some(Cover::Closed), ..change() }, ms(0));
    core.on_received(b"\x1b@", ms(0));
    let out = core.set(&Change { cover: Some(Cover::Open), ..change() }, ms(0));
    assert!(out.replies.is_empty(), "ESC @ has switched it off");
}

#[test]
fn real_time_commands_act_inside_a_picture() {
    let mut core = with(Model::Full, 0, None);
    let out = core.on_received(b"\x1dv0\x00\x03\x00\x02\x00\x10\x04\x01\x10\x04\x04", ms(0));
    assert_eq!(out.replies, [0x16, 0x12]);
    let torn = core.tear_off();
    assert_eq!((torn[0].sheet.dots.ink(), torn[0].sheet.problems.len()), (6, 0), "and are its dots as well");
}

#[test]
fn clear_buffers_empties_them_and_says_so() {
    let mut core = printer(Model::Full);
    core.set(&Change { paper: Some(PaperSupply::End), ..change() }, ms(0));
    core.on_received(b"never\nprinted\n\x1dv0", ms(0));
    let out = core.on_received(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", ms(0));
    assert_eq!(out.replies, [0x37, 0x25, 0]);
    core.set(&Change { paper: Some(PaperSupply::Ok), ..change() }, ms(0));
    core.on_received(b"fresh\n", ms(0));
    run_out(&mut core);
    assert_eq!(core.tear_off()[0].sheet.text, "fresh");
}

#[test]
fn a_full_buffer_takes_nothing_more_not_even_real_time() {
    let mut core = printer(Model::Full);
    core.set(&Change { paper: Some(PaperSupply::End), ..change() }, ms(0));
    core.on_received(&[b'x'; 5000], ms(0));
    assert_eq!(core.free(), 0);
    assert!(core.on_received(b"\x10\x04\x01", ms(0)).replies.is_empty());
}

#[test]
fn a_jammed_blade_is_freed_by_dle_enq() {
    let mut core = with(Model::InOrder, 0, None);
    core.set(&Change { fault: Some(Fault::Cutter), ..change() }, ms(0));
    assert_eq!(core.on_received(b"\x1dr1\x10\x04\x03", ms(0)).replies, [0x1A]);
    assert_eq!(core.on_received(b"\x10\x05\x01", ms(0)).replies, [0]);
}

#[test]
fn without_power_the_buffer_is_lost_and_the_ink_stays() {
    let mut core = printer(Model::Full);
    core.on_received(b"\x1da\xfffirst\nsecond\nthird\n", ms(0));
    let out = core.set(&Change { power: Some(Power::Off), ..change() }, ms(40));
    assert!(out.replies.is_empty() && !core.is_powered());
    assert!(core.on_received(b"\x10\x04\x01lost\n", ms(50)).replies.is_empty());
    core.set(&Change { power: Some(Power::On), ..change() }, HOUR);
    assert_eq!((core.state(false, 0).buffered, core.deadline()), (0, None));
    core.on_received(b"after\n", HOUR);
    run_out(&mut core);
    let torn = core.tear_off().remove(0).sheet;
    assert_eq!((torn.text.as_str(), torn.cut), ("first\nsecond\nafter", None));
    assert!(torn.lines[2].top < 60, "the second line was under way and is shorter than a line");
}

#[test]
fn counters_count_lines_and_cuts() {
    let mut core = with(Model::Full, 0, None);
    core.on_received(b"a\nb\nc\n\x1dVB\x00", ms(0));
    assert_eq!(core.on_received(b"\x1dg2\x00\x14\x00\x1dg2\x00\x32\x00", ms(0)).replies, b"_6\0_1\0");
    assert_eq!(core.on_received(b"\x1dg0\x00\x14\x00\x1dg2\x00\x14\x00", ms(0)).replies, b"_0\0");
}

#[test]
fn it_says_who_it_is() {
    let mut core = with(Model::Full, 0, None);
    assert_eq!(core.on_received(b"\x1dI\x42\x1dI\x43", ms(0)).replies, b"_COUNTERFOIL\0_SIM-80\0");
}

#[test]
fn drawer_pulses_are_counted_in_both_ways() {
    let mut core = with(Model::Full, 0, None);
    core.on_received(b"\x1bp\x00\x19\xfa\x10\x14\x01\x00\x02", ms(0));
    assert_eq!(core.state(false, 0).drawer_pulses, 2);
}
