//! Every quirk on every way it fits: how the printer is found to prove, what is told of it, how the job ends, what came out.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use ::paper::{ChineseMode, CutForm, Drawn, ProcessId, Profile, SymbolForm};
use model::{Cause, JobState, Proof};
use serde_json::json;
use sim::printer::{Model, Quirk};
use socket2::SockRef;

use crate::{
    books::Entry,
    crowd,
    slip::{generic, slip},
    stand::{BAUD, EVERY, Stand, Way},
};

/// What happens while the first slip is printed, at a quarter of its bytes. It is undone when the
/// first of the expected causes was told.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Deed {
    Nothing,
    /// The cover is opened.
    Cover,
    /// The same at seven eighths, when the host has nothing left to send.
    LateCover,
    /// The roll is at its end.
    Paper,
    /// FEED is held down.
    Feed,
    /// A recoverable error; only DLE ENQ mends it.
    Jam,
    /// The drawer is opened by hand.
    Drawer,
    /// The plug of the line is pulled.
    Cable,
    /// The host's line has another speed.
    Baud,
    /// Another host's connection has just broken. `known`: our printer has proven before.
    DeadClient {
        known: bool,
    },
}

/// How the shop has described the printer.
#[derive(Debug, Clone, Copy, PartialEq)]
enum As {
    Usual,
    /// `process_id = "measure"`
    Doubted,
    /// Nothing that a bare clone would print as text.
    Bare,
    /// `chinese_mode = "by_command"`
    ByCommand,
    /// `cut = "feed_cut_full"`
    FullCut,
    /// Characters that the printer lacks, and QR codes, are dots.
    Dots,
    /// `clear_buffers = true`
    Clears,
}

impl As {
    fn profile(self) -> Profile {
        let usual = generic();
        match self {
            As::Usual => usual,
            As::Doubted => Profile { process_id: ProcessId::Measure, ..usual },
            As::Bare => {
                Profile { process_id: ProcessId::No, counters: false, qr: SymbolForm::Raster, density: None, ..usual }
            }
            As::ByCommand => Profile { chinese_mode: ChineseMode::ByCommand, ..usual },
            As::FullCut => Profile { cut: CutForm::FeedCutFull, ..usual },
            As::Dots => Profile { drawn: Drawn::RasterLine, qr: SymbolForm::Raster, ..usual },
            As::Clears => Profile { clear_buffers: true, ..usual },
        }
    }
}

/// The printer: its class, the speed of its paper in mm/s (0: no time at all), how it is described.
type Kind = (Model, u32, As);
/// What happens, and the causes that are told of the printer from the first claim on.
type Story = (Deed, &'static [Cause]);
/// How it proves, and how the first job ends.
type End = (Proof, JobState, Option<Cause>);

#[derive(Debug, Clone, Copy)]
struct Case {
    quirks: &'static [Quirk],
    kind: Kind,
    ways: &'static [Way],
    story: Story,
    end: End,
    paper: &'static str,
    /// It is not so today, and why.
    known: Option<&'static str>,
}

const fn case(
    quirks: &'static [Quirk],
    kind: Kind,
    ways: &'static [Way],
    story: Story,
    end: End,
    paper: &'static str,
) -> Case {
    Case { quirks, kind, ways, story, end, paper, known: None }
}

const fn known(why: &'static str, case: Case) -> Case {
    Case { known: Some(why), ..case }
}

const FULL: Kind = (Model::Full, 0, As::Usual);
const ORDER: Kind = (Model::InOrder, 150, As::Usual);
const WELL: Story = (Deed::Nothing, &[]);
const COVER: Story = (Deed::Cover, &[Cause::CoverOpen]);
const PAPER: Story = (Deed::Paper, &[Cause::PaperOut]);
const BY_TAG: End = (Proof::ProcessId, JobState::Confirmed, None);
const IN_ORDER: End = (Proof::InOrderReply, JobState::Confirmed, None);
const BY_COUNT: End = (Proof::Counter, JobState::Confirmed, None);
const NONE: End = (Proof::NoProof, JobState::Unconfirmed, Some(Cause::NoStatus));
const LOST: End = (Proof::ProcessId, JobState::Partial, Some(Cause::ConnectionLost));
const GONE: End = (Proof::ProcessId, JobState::Partial, Some(Cause::NoDevice));
const LINES: &[Way] = &[Way::Serial, Way::Soft];
const NODES: &[Way] = &[Way::Serial, Way::Soft, Way::Usb];
const WIRED: &[Way] = &[Way::Tcp, Way::Usb];
const NET: &[Way] = &[Way::Tcp];

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    use Quirk::*;
    vec![
        case(&[], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[], ORDER, EVERY, WELL, IN_ORDER, "1 2"),
        case(&[], (Model::Early, 150, As::Usual), EVERY, WELL, NONE, "1 2"),
        case(&[], (Model::Mute, 150, As::Usual), EVERY, WELL, NONE, "1 2"),
        case(&[PartialEot], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[PartialEot], FULL, EVERY, PAPER, BY_TAG, "1 2"),
        case(&[PartialEot], FULL, EVERY, COVER, BY_TAG, "1 2"),
        case(&[PartialEot, NoAsb], FULL, EVERY, (Deed::Cover, &[Cause::Offline]), BY_TAG, "1 2"),
        case(&[AsbOnly], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[AsbOnly], FULL, EVERY, PAPER, BY_TAG, "1 2"),
        case(&[AsbOnly], ORDER, EVERY, COVER, IN_ORDER, "1 2"),
        case(&[NoAsb], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[NoAsb], FULL, EVERY, COVER, BY_TAG, "1 2"),
        case(&[NoAsb], ORDER, EVERY, PAPER, IN_ORDER, "1 2"),
        case(&[AsbPeriodic], (Model::Full, 40, As::Usual), EVERY, WELL, BY_TAG, "1 2"),
        case(&[AsbEight], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[AsbEight], FULL, EVERY, COVER, BY_TAG, "1 2"),
        case(&[AsbEight], ORDER, EVERY, PAPER, IN_ORDER, "1 2"),
        case(&[AsbInBlock], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[AsbInBlock], FULL, EVERY, COVER, BY_TAG, "1 2"),
        case(&[EscAtCancelsAsb], FULL, EVERY, COVER, BY_TAG, "1 2"),
        case(&[EscAtKeepsAsb], FULL, EVERY, COVER, BY_TAG, "1 2"),
        case(&[StatusOnlyWhenIdle], (Model::Full, 60, As::Usual), EVERY, WELL, BY_TAG, "1 2"),
        case(&[StatusOnlyWhenIdle], (Model::Full, 60, As::Usual), EVERY, PAPER, BY_TAG, "1 2"),
        known(
            "asked while the cut behind its measurement is still moving it says nothing, and is called stalled for a second",
            case(&[StatusOnlyWhenIdle, NoAsb], (Model::InOrder, 150, As::Usual), EVERY, WELL, IN_ORDER, "1 2"),
        ),
        case(&[Slow], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[Slow], FULL, EVERY, PAPER, BY_TAG, "1 2"),
        case(&[Slow], ORDER, EVERY, WELL, IN_ORDER, "1 2"),
        case(&[Slow], (Model::Early, 150, As::Usual), EVERY, WELL, NONE, "1 2"),
        case(&[UsbMute], FULL, EVERY, WELL, NONE, "1 2"),
        case(&[XoffInReply], FULL, LINES, WELL, BY_TAG, "1 2"),
        case(&[XoffInReply], FULL, LINES, COVER, BY_TAG, "1 2"),
        case(&[NoIdentity], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[NonsenseIdentity], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[EmptyIdentity], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[NoGsR], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[NoGsR], ORDER, EVERY, WELL, NONE, "1 2"),
        case(&[CountersWithoutProcessId], (Model::Full, 150, As::Usual), EVERY, WELL, IN_ORDER, "1 2"),
        case(&[CountersWithoutProcessId, NoGsR], (Model::Full, 150, As::Usual), EVERY, WELL, BY_COUNT, "1 2"),
        case(&[CountersWithoutProcessId, NoGsR], (Model::InOrder, 150, As::Usual), EVERY, PAPER, BY_COUNT, "1 2"),
        known("`process_id = \"ask\"` believes a tag that nobody measured", case(&[EarlyProcessId], (Model::Full, 150, As::Usual), EVERY, WELL, IN_ORDER, "1 2")),
        case(&[EarlyProcessId], (Model::InOrder, 150, As::Doubted), EVERY, WELL, IN_ORDER, "m 1 2"),
        case(&[EarlyProcessId], (Model::InOrder, 150, As::Doubted), EVERY, PAPER, IN_ORDER, "m 1 2"),
        case(&[EarlyProcessId, NoGsR], (Model::Full, 150, As::Doubted), EVERY, WELL, BY_COUNT, "m 1 2"),
        case(&[EarlyProcessId], (Model::Early, 150, As::Doubted), EVERY, WELL, NONE, "m 1 2"),
        case(&[ClearBuffer], (Model::InOrder, 150, As::Clears), EVERY, WELL, IN_ORDER, "1 2"),
        case(&[ClearBuffer, EscAtKeepsAsb], (Model::Full, 0, As::Clears), NET, (Deed::Cable, &[Cause::ConnectionLost]), LOST, "1v 2"),
        case(&[ClearBuffer], (Model::Full, 0, As::Clears), NODES, (Deed::Cable, &[Cause::NoDevice]), GONE, "1v 2"),
        case(&[NoClearBuffer], (Model::Full, 0, As::Clears), NET, (Deed::Cable, &[Cause::ConnectionLost]), LOST, "1v 2"),
        case(&[NoClearBuffer], (Model::Full, 0, As::Clears), NODES, (Deed::Cable, &[Cause::NoDevice]), GONE, "1v 2"),
        case(&[UnknownAsText], (Model::InOrder, 150, As::Bare), EVERY, WELL, IN_ORDER, "1 2"),
        case(&[UnknownAsText], (Model::InOrder, 150, As::Bare), EVERY, PAPER, IN_ORDER, "1 2"),
        case(&[UnknownAsText], (Model::Mute, 150, As::Bare), EVERY, WELL, NONE, "1 2"),
        case(&[NoFourByte], FULL, EVERY, WELL, BY_TAG, "1 2"),
        case(&[ChineseOff], (Model::Full, 0, As::ByCommand), EVERY, WELL, BY_TAG, "1 2"),
        case(&[NoCut42], (Model::Full, 0, As::FullCut), EVERY, WELL, BY_TAG, "1 2"),
        // described wrongly, it never cuts: both slips are on the paper, and on one piece
        case(&[NoCut42], FULL, EVERY, WELL, BY_TAG, "(1+2)"),
        case(&[NoEscJ], FULL, EVERY, WELL, BY_TAG, "1 2"),
        // what was to be measured can't be
        case(&[NoEscJ], ORDER, EVERY, WELL, NONE, "1 2"),
        case(&[PictureEatsLf], (Model::Full, 0, As::Dots), EVERY, WELL, BY_TAG, "1 2"),
        // cut off where the host had stopped; when it had sent all, the cut is lost with the rest. (On a slow line the rest of
        // what is under way is printed when the cover is closed: how much depends on the hand.)
        case(&[LosesBufferOffline], (Model::Full, 150, As::Usual), WIRED, COVER, (Proof::ProcessId, JobState::Partial, Some(Cause::CoverOpen)), "1- 2"),
        case(&[LosesBufferOffline], (Model::Full, 150, As::Usual), EVERY, (Deed::LateCover, &[Cause::CoverOpen]), (Proof::ProcessId, JobState::Partial, Some(Cause::CoverOpen)), "1? 2"),
        case(&[DuplicatesLine], FULL, EVERY, (Deed::Jam, &[Cause::RecoverableError]), BY_TAG, "1d 2"),
        case(&[PowerCut], FULL, NET, (Deed::Nothing, &[Cause::ConnectionLost, Cause::ConnectionRefused]), LOST, "1v 2"),
        case(&[PowerCut], FULL, NODES, (Deed::Nothing, &[Cause::NoDevice]), GONE, "1v 2"),
        case(&[CoverHidesPaper], FULL, EVERY, COVER, BY_TAG, "1 2"),
        case(&[CoverHidesPaper], ORDER, EVERY, COVER, IN_ORDER, "1 2"),
        case(&[PanelBits], FULL, EVERY, (Deed::Feed, &[Cause::Offline]), BY_TAG, "1 2"),
        case(&[DrawerOpenHigh], FULL, EVERY, (Deed::Drawer, &[]), BY_TAG, "1 2"),
        case(&[StrictBaud], FULL, LINES, WELL, BY_TAG, "1 2"),
        // it is as good as mute, and what it prints is rubbish
        case(&[StrictBaud], FULL, LINES, (Deed::Baud, &[]), NONE, "~"),
        case(&[HoldsDeadClient], FULL, NET, WELL, BY_TAG, "1 2"),
        case(&[HoldsDeadClient], FULL, NET, (Deed::DeadClient { known: true }, &[Cause::Stalled]), BY_TAG, "1 2"),
        case(&[HoldsDeadClient], FULL, NET, (Deed::DeadClient { known: false }, &[]), NONE, "1 2"),
    ]
}

/// Where a quirk can be met.
fn fits(quirk: Quirk) -> &'static [Way] {
    match quirk {
        Quirk::XoffInReply | Quirk::StrictBaud => LINES,
        Quirk::HoldsDeadClient => NET,
        _ => EVERY,
    }
}

impl Case {
    fn name(&self, way: Way) -> String {
        let quirks: Vec<&str> = self.quirks.iter().map(|quirk| quirk.name()).collect();
        format!("{:?} {:?} [{}] {:?} {:?}", way, self.kind.0, quirks.join(" "), self.kind.2, self.story.0)
    }

    fn run(&self, way: Way) -> Result<(), String> {
        let (model, speed, described) = self.kind;
        let (deed, causes) = self.story;
        let profile = described.profile();
        let mut stand = Stand::new(way, profile.clone(), |mut arguments| {
            arguments.quirks = self.quirks.to_vec();
            arguments.with_model(model).with_speed(speed)
        });
        let slips = [slip(1, &profile), slip(2, &profile)];
        let bytes = slips[0].bytes.len();
        let when = match deed {
            // what breaks a line does so when the byte comes, everything else when it is printed
            Deed::Cable => json!({ "bytes": bytes / 4 }),
            Deed::LateCover => json!({ "consumed": bytes * 7 / 8 }),
            Deed::Jam => json!({ "dots": 400 }),
            _ => json!({ "consumed": bytes / 4 }),
        };
        slips.into_iter().for_each(|slip| stand.books.queue(slip));
        let (step, undo) = match deed {
            Deed::Nothing | Deed::Baud | Deed::DeadClient { .. } => (None, None),
            Deed::Cover | Deed::LateCover => (Some(json!({"cover": "open"})), Some(json!({"cover": "closed"}))),
            Deed::Paper => (Some(json!({"paper": "end"})), Some(json!({"paper": "ok"}))),
            Deed::Feed => (Some(json!({"feed": "held"})), Some(json!({"feed": "released"}))),
            Deed::Jam => (Some(json!({"fault": "mechanical"})), None),
            Deed::Drawer => (Some(json!({"drawer": "open"})), None),
            Deed::Cable if way == Way::Tcp => (Some(json!({"hang_up": "reset"})), None),
            Deed::Cable => (Some(json!({"half_open": "on"})), None),
        };
        if let Some(step) = step {
            stand.tell_at_claim(json!({ "after": when, "set": step }));
        }
        let mut remembered = None;
        match deed {
            Deed::Baud => stand.baud = BAUD / 2,
            Deed::DeadClient { known } => {
                dead_client(&stand)?;
                remembered = known.then_some(Proof::ProcessId);
            }
            _ => {}
        }
        stand.open(remembered);
        if deed == Deed::Cable && way != Way::Tcp {
            stand.until("at the byte", |state| state.half_open)?;
            stand.pull();
        }
        if let Some(cause) = causes.first() {
            stand.books.wait_cause(*cause)?;
        }
        if deed == Deed::Cable && way != Way::Tcp {
            stand.put_back();
        }
        if let Some(undo) = undo {
            stand.set(&undo);
        }
        let first = stand.books.wait_end(1)?;
        let second = stand.books.wait_end(2)?;
        stand.books.wait_ready()?;
        let proof = stand.books.entries().iter().rev().find_map(|entry| match entry {
            Entry::Report(state) if state.ready => Some(state.proof),
            _ => None,
        });
        if self.end.0 == Proof::NoProof && self.paper != "~" {
            // all that is known is that it left
            let sheets = self.paper.split(' ').filter(|word| !word.starts_with('(')).count();
            stand.until("so far", |state| state.sheets as usize >= sheets)?;
        }
        let mut told = stand.books.causes();
        let mut cause_seen = first.cause;
        if way != Way::Tcp && told.contains(&Cause::NoDevice) {
            // a pseudo-terminal hangs up and its node goes: whichever is seen first
            told.retain(|cause| *cause != Cause::ConnectionLost);
            cause_seen = cause_seen.map(|cause| if cause == Cause::ConnectionLost { Cause::NoDevice } else { cause });
        }
        let paired: Vec<Entry> =
            stand.books.entries().into_iter().filter(|entry| matches!(entry, Entry::Paired(..))).collect();
        let sheets = stand.close()?;
        if told.first() == causes.first() && !causes.contains(&Cause::Offline) {
            // the hand that mends it may come between the four answers that tell how it is
            told.retain(|cause| *cause != Cause::Offline);
        }
        let (expected_proof, state, cause) = self.end;
        let expected_second =
            if expected_proof == Proof::NoProof { JobState::Unconfirmed } else { JobState::Confirmed };
        let mut wrong = Vec::new();
        let mut same = |what: &str, expected: String, seen: String| {
            if expected != seen {
                wrong.push(format!("{what} {seen}, not {expected}"));
            }
        };
        same("proof", format!("{:?}", Some(expected_proof)), format!("{proof:?}"));
        same("end", format!("{state:?} {cause:?}"), format!("{:?} {cause_seen:?}", first.state));
        same("grade", format!("{:?}", grade(expected_proof, state)), format!("{:?}", first.grade));
        same("next", format!("{expected_second:?}"), format!("{:?}", second.state));
        same("told", format!("{causes:?}"), format!("{told:?}"));
        match self.paper {
            "~" => {
                let whole = sheets.words.contains(['1', '2']);
                same("whole slips on paper", "false".to_owned(), whole.to_string());
            }
            paper => same("paper", paper.to_owned(), sheets.words.clone()),
        }
        if wrong.is_empty() {
            return Ok(());
        }
        let rest =
            if sheets.words.contains('x') { sheets.texts.join("---\n").replace('\n', "|") } else { String::new() };
        let lie = first.state == JobState::Confirmed && state != JobState::Confirmed;
        let lie = if lie { crowd::LIE } else { "" };
        Err(format!("{lie}{}; {}; {paired:?} {rest}", wrong.join("; "), first.detail))
    }
}

fn grade(proof: Proof, state: JobState) -> model::Grade {
    if state == JobState::Confirmed { proof.grade() } else { model::Grade::None }
}

/// A host that broke down with an answer unread.
fn dead_client(stand: &Stand) -> Result<(), String> {
    let mut host = TcpStream::connect(stand.printer.address()).unwrap();
    host.write_all(b"\x10\x04\x01").unwrap();
    host.read_exact(&mut [0]).unwrap();
    SockRef::from(&host).set_linger(Some(Duration::ZERO)).unwrap();
    drop(host);
    stand.until("alone", |state| !state.connected)
}

/// Liars are found out by a clock. A machine that has other things to do may hold an answer back until it looks like paper,
/// so such a line is tried again.
const TRIES: usize = 3;

impl Case {
    fn tried(&self, way: Way) -> Result<(), String> {
        let clock = self.kind.0 == Model::Early || self.quirks.contains(&Quirk::EarlyProcessId);
        let tries = if clock && self.known.is_none() { TRIES } else { 1 };
        let mut result = self.run(way);
        for _ in 1..tries {
            if result.is_err() {
                result = self.run(way);
            }
        }
        result
    }
}

#[test]
fn every_quirk_on_every_way_it_fits_ends_in_the_true_state() {
    let cases = cases();
    for quirk in Quirk::ALL {
        let told: Vec<Way> = cases
            .iter()
            .filter(|case| case.quirks.first() == Some(quirk))
            .flat_map(|case| case.ways)
            .copied()
            .collect();
        let missing: Vec<&Way> = fits(*quirk).iter().filter(|way| !told.contains(way)).collect();
        assert!(missing.is_empty(), "{} has no line for {missing:?}", quirk.name());
    }
    let mut runs: Vec<(Case, Way)> = cases.iter().flat_map(|case| case.ways.iter().map(|way| (*case, *way))).collect();
    // the longest first
    runs.sort_by_key(|(case, _)| !matches!(case.story.0, Deed::DeadClient { .. }));
    crowd::all(
        &runs,
        |(case, way)| case.name(*way),
        |(case, way)| match (case.tried(*way), case.known) {
            (result, None) => result,
            (Err(_), Some(_)) => Ok(()),
            (Ok(()), Some(why)) => Err(format!("is true now and no longer: {why}")),
        },
    );
}
