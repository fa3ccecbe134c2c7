//! Cable, power, paper and cover, pulled at many bytes of a slip: the cause is named, the end is true to the paper, and the
//! same worker prints the next slip whole once it is undone.

use std::ops::Range;

use ::paper::{Profile, SymbolForm};
use model::{Cause, JobState, Proof};
use serde_json::json;
use sim::printer::Model;

use crate::{
    books::{Entry, last_state},
    crowd,
    slip::{generic, slip},
    stand::{Stand, Way},
};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    Cable,
    Power,
    Paper,
    Cover,
}

/// Bytes of the cut at a slip's end (GS V B n) and of the longest query behind it (GS ( H).
const CUT_AND_QUERY: usize = 4 + 11;

/// A fault at a byte of what is sent for the first slip, its queries included.
#[derive(Debug, Clone, Copy)]
struct Run {
    fault: Fault,
    way: Way,
    model: Model,
    byte: usize,
}

/// With QR codes as dots, so that there are pictures to be broken in.
fn profile() -> Profile {
    Profile { qr: SymbolForm::Raster, max_raster_rows: 24, ..generic() }
}

fn proof(model: Model) -> Proof {
    match model {
        Model::Full => Proof::ProcessId,
        Model::InOrder => Proof::InOrderReply,
        Model::Mute | Model::Early => Proof::NoProof,
    }
}

/// What an undisturbed run looks like.
struct Calm {
    /// Bytes from the claim of the first slip to its end, by the printer's count.
    bytes: usize,
    pictures: [Vec<u8>; 2],
}

fn calm(model: Model) -> Calm {
    let profile = profile();
    let mut stand = Stand::new(Way::Usb, profile.clone(), |arguments| arguments.with_model(model));
    let of = slip(1, &profile);
    let query = match model {
        Model::Full => 11,
        Model::InOrder => 3,
        Model::Mute | Model::Early => 0,
    };
    let bytes = of.bytes.len() + query * of.segment_ends.len();
    stand.books.queue(of);
    stand.books.queue(slip(2, &profile));
    stand.open(Some(proof(model)));
    stand.books.wait_end(2).unwrap();
    let sheets = stand.close().unwrap();
    assert_eq!(sheets.words, "1 2");
    Calm { bytes, pictures: [1, 2].map(|number| sheets.picture(number, &profile).unwrap().to_vec()) }
}

/// Where the first command of these bytes begins in what is sent, behind `before` bytes of it.
fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|window| window == what).unwrap()
}

/// Bytes that must not be left out: around each border, inside a two-byte character, in the head and the dots of a band.
fn delicate(query: usize) -> Vec<usize> {
    let slip = slip(1, &profile());
    let sent = |at: usize| at + query * slip.segment_ends.iter().filter(|end| **end <= at).count();
    let mut bytes: Vec<usize> =
        slip.segment_ends.iter().flat_map(|end| [sent(*end) - query, sent(*end) - query / 2, sent(*end) + 1]).collect();
    bytes.push(sent(find(&slip.bytes, b"\xBA\xEC\xC3\xB7")) + 1);
    let band = sent(find(&slip.bytes, b"\x1dv0"));
    bytes.extend([band + 2, band + 5, band + 60]);
    let drawn = sent(find(&slip.bytes, b"\x1b*\x21"));
    bytes.extend([band, drawn + 4, drawn + 30]);
    bytes
}

impl Run {
    fn name(&self) -> String {
        format!("{:?} at byte {} on {:?}, {:?}", self.fault, self.byte, self.way, self.model)
    }

    fn stand(&self) -> Stand {
        let profile = profile();
        let stand = Stand::new(self.way, profile.clone(), |arguments| arguments.with_model(self.model));
        stand.books.queue(slip(1, &profile));
        stand.books.queue(slip(2, &profile));
        let strike = match self.fault {
            Fault::Cable if self.way == Way::Tcp => json!({"hang_up": "reset"}),
            Fault::Cable => json!({"half_open": "on"}),
            Fault::Power => json!({"power": "off"}),
            Fault::Paper => json!({"paper": "end"}),
            Fault::Cover => json!({"cover": "open"}),
        };
        stand.tell_at_claim(json!({ "after": { "bytes": self.byte }, "set": strike }));
        stand
    }

    /// Waits until the fault is known, and undoes it.
    fn undo(&self, stand: &mut Stand) -> Result<(), String> {
        match self.fault {
            Fault::Cable if self.way == Way::Tcp => {}
            Fault::Cable => {
                stand.until("at the byte", |state| state.half_open)?;
                stand.pull();
                stand.books.wait_cause(Cause::NoDevice)?;
                stand.put_back();
            }
            Fault::Power => {
                stand.until("off", |state| state.power == sim::printer::Power::Off)?;
                stand.books.wait("away", |entries| {
                    last_state(entries).is_some_and(|state| !state.connected)
                        && entries.iter().any(|entry| matches!(entry, Entry::Claimed(1)))
                })?;
                stand.set(&json!({"power": "on"}));
            }
            // a printer that says nothing stops, and goes on, without a word
            Fault::Paper | Fault::Cover if self.model == Model::Mute => {
                stand.until("stopped", |state| !state.online)?;
                stand.set(&json!({"paper": "ok", "cover": "closed"}));
            }
            Fault::Paper => {
                stand.books.wait_cause(Cause::PaperOut)?;
                stand.set(&json!({"paper": "ok"}));
            }
            Fault::Cover => {
                stand.books.wait_cause(Cause::CoverOpen)?;
                stand.set(&json!({"cover": "closed"}));
            }
        }
        Ok(())
    }

    /// What a job may be said to have stopped by.
    fn causes(&self) -> &'static [Cause] {
        match (self.fault, self.way) {
            (Fault::Cable | Fault::Power, Way::Tcp) => &[Cause::ConnectionLost],
            (Fault::Cable, _) => &[Cause::NoDevice],
            // a pseudo-terminal hangs up and its node goes: whichever is seen first
            (Fault::Power, _) => &[Cause::NoDevice, Cause::ConnectionLost],
            (Fault::Paper, _) => &[Cause::PaperOut],
            (Fault::Cover, _) => &[Cause::CoverOpen],
        }
    }

    fn run(&self, calm: &Calm) -> Result<(), String> {
        let mut stand = self.stand();
        stand.open(Some(proof(self.model)));
        self.undo(&mut stand)?;
        let ends = stand.books.wait_end(1).and_then(|first| Ok((first, stand.books.wait_end(2)?)));
        let (first, second) = ends.map_err(|why| format!("{why}; printer {:?}", stand.state()))?;
        let stopped = matches!(self.fault, Fault::Paper | Fault::Cover);
        let proven = self.model != Model::Mute;
        if stopped && !proven {
            // all that is known is that it left
            stand.until("through with both", |state| state.sheets == 2)?;
        }
        let profile = stand.profile.clone();
        let state = stand.books.state_of(1);
        let books = stand.books.clone();
        let sheets = stand.close()?;
        let words = sheets.words.as_str();
        let seen = format!("{state:?} {:?} ({}), then {:?}: {words}", first.cause, first.detail, second.state);
        let holds =
            |is: bool, what: &str| if is { Ok(()) } else { Err(format!("{what}: {seen}; {:?}", books.causes())) };
        let lie = |is: bool, what: &str| holds(is, &format!("{}{what}", crowd::LIE));
        for number in ["1", "2"] {
            let copies = words.split([' ', '+', '(', ')']).filter(|word| *word == number).count();
            lie(copies <= 1, "a slip came out twice")?;
        }
        for (number, state) in [("1", state), ("2", Some(second.state))] {
            let there = words.split(' ').any(|word| word.trim_matches(['(', ')', '?']) == number);
            lie(there || state != Some(JobState::Confirmed), "proven, and not on paper")?;
        }
        // behind its last byte the first slip may be proven before the cable goes: then it is the second that was hit
        let behind = self.byte >= calm.bytes && matches!(self.fault, Fault::Cable | Fault::Power);
        if behind && state == Some(JobState::Confirmed) && second.state != JobState::Confirmed {
            return Ok(());
        }
        if proven {
            holds(second.state == JobState::Confirmed, "the next slip is not proven")?;
        }
        let accepted: &[&str] = match state {
            _ if stopped => &["1 2"],
            // whatever it took may be on paper or not: nobody says that it is, and nothing is sent twice
            Some(JobState::Unconfirmed | JobState::Partial) if !proven => &[words],
            Some(JobState::Confirmed) => &["1 2"],
            Some(JobState::Unconfirmed) => &["1? 2", "1 ? 2", "? 2"],
            Some(JobState::Partial) => &["1v 2", "1 v 2", "v 2"],
            _ => &[],
        };
        holds(accepted.contains(&words), "state and paper contradict each other")?;
        if stopped && proven {
            holds(first.state == JobState::Confirmed, "it was only held up")?;
        }
        if first.state != JobState::Confirmed && proven {
            holds(first.cause.is_some_and(|cause| self.causes().contains(&cause)), "wrong cause")?;
        }
        for (number, picture) in (1..).zip(&calm.pictures) {
            // one that broke off within its last command may lack the feed before its cut
            let within_the_cut = self.byte + CUT_AND_QUERY > calm.bytes;
            if number == 1 && within_the_cut && first.state != JobState::Confirmed && !stopped {
                continue;
            }
            let same = sheets.picture(number, &profile).is_none_or(|seen| seen == picture.as_slice());
            holds(same, &format!("slip {number} does not look as it should"))?;
        }
        Ok(())
    }
}

fn play(models: &[Model], bytes: impl Fn(&Calm, usize) -> Vec<usize>) {
    let calms: Vec<(Model, Calm)> = models.iter().map(|model| (*model, calm(*model))).collect();
    let calm_of = |model: Model| &calms.iter().find(|(of, _)| *of == model).unwrap().1;
    let mut runs = Vec::new();
    for fault in [Fault::Power, Fault::Cable, Fault::Paper, Fault::Cover] {
        for way in [Way::Tcp, Way::Usb] {
            for (index, (model, calm)) in calms.iter().enumerate() {
                let bytes = bytes(calm, index);
                runs.extend(bytes.into_iter().map(|byte| Run { fault, way, model: *model, byte }));
            }
        }
    }
    crowd::all(&runs, Run::name, |run| run.run(calm_of(run.model)));
}

#[test]
fn cable_power_paper_and_cover_at_many_bytes_of_a_slip_are_named_and_recovered_from() {
    // the two ways to prove take turns
    play(&[Model::Full, Model::InOrder], |calm, index| {
        let steps: Range<usize> = 0..20;
        let mut bytes: Vec<usize> =
            steps.filter(|step| step % 2 == index).map(|step| 1 + step * (calm.bytes - 1) / 19).collect();
        let delicate = delicate(if index == 0 { 11 } else { 3 });
        bytes.extend(
            delicate
                .into_iter()
                .enumerate()
                .filter(|(number, _)| number % 2 == index)
                .map(|(_, byte)| byte.min(calm.bytes)),
        );
        bytes
    });
}

#[test]
#[ignore = "every byte of a slip takes long; the command is in the head of main.rs"]
fn cable_power_paper_and_cover_at_every_byte_of_a_slip() {
    play(&[Model::Full, Model::InOrder, Model::Mute], |calm, _| (1..=calm.bytes).collect());
}
