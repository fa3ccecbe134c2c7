//! What may happen in a schedule: people, printers, lines, time, and the end of the daemon. Plain data and its generator.

use std::fmt;

use model::Copy;
use proptest::prelude::*;
use sim::printer::{Cover, Fault, Model, PaperSupply};

#[derive(Debug, Clone)]
pub(super) enum Step {
    Sale(&'static [Copy]),
    /// Another paper of the n-th sale, on the printer named or where it belongs.
    Reprint {
        sale: usize,
        copy: Copy,
        on: Option<usize>,
    },
    Drawer(usize),
    /// A sale's job is held, the next sale with both copies comes, and so many milliseconds later the held one is
    /// released: rare by chance, and what the rule of sets is for.
    Overtake(u64),
    /// Jobs are counted from the newest, of those that this can be done to.
    Hold(usize),
    Release(usize),
    Cancel(usize),
    Move(usize, usize),
    MoveAll(usize),
    /// Somebody looks at the paper of a doubtful job and says what is there.
    Resolve(usize),
    Pause(usize, bool),
    /// Milliseconds.
    Pass(u64),
    Paper(usize, PaperSupply),
    Cover(usize, Cover),
    Power(usize, bool),
    Mechanism(usize, Fault),
    /// The connection breaks, and so many of the bytes under way still arrive.
    Break(usize, usize),
    Refuse(usize, bool),
    Proof(usize, bool),
    /// kill -9; what the kernel holds is lost, or arrives.
    Crash(bool),
    Restart,
}

/// A shop and what happens in it.
#[derive(Clone)]
pub(super) struct Schedule {
    pub(super) front: Model,
    pub(super) back: Model,
    /// Of the printers, and of the kernel, in bytes.
    pub(super) buffer: usize,
    pub(super) window: usize,
    /// `after_paper = "reprint_marked"`.
    pub(super) again: bool,
    pub(super) release_at_once: u32,
    pub(super) steps: Vec<Step>,
}

/// A step on each line.
impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Schedule { front, back, buffer, window, again, release_at_once, steps } = self;
        write!(f, "front {front:?}, back {back:?}, buffer {buffer}, window {window}, ")?;
        write!(f, "again {again}, release_at_once {release_at_once}")?;
        steps.iter().enumerate().try_for_each(|(at, step)| write!(f, "\n{at:4} {step:?}"))
    }
}

impl Schedule {
    pub(super) fn model(&self, printer: usize) -> Model {
        if printer == 0 { self.front } else { self.back }
    }
}

const BOTH: &[Copy] = &[Copy::Merchant, Copy::Customer];

fn step() -> impl Strategy<Value = Step> {
    let job = || 0usize..6;
    let printer = || 0usize..2;
    let copy = || prop_oneof![Just(Copy::Merchant), Just(Copy::Customer)];
    let works = prop_oneof![
        4 => Just(Step::Sale(BOTH)),
        4 => Just(Step::Sale(&[Copy::Customer])),
        1 => Just(Step::Sale(&[])),
        3 => (0usize..3, copy(), prop::option::of(printer())).prop_map(|(sale, copy, on)| Step::Reprint { sale, copy, on }),
        2 => printer().prop_map(Step::Drawer),
        1 => (0u64..2_500).prop_map(Step::Overtake),
    ];
    let people = prop_oneof![
        3 => job().prop_map(Step::Hold),
        4 => job().prop_map(Step::Release),
        3 => job().prop_map(Step::Cancel),
        2 => (job(), printer()).prop_map(|(job, to)| Step::Move(job, to)),
        1 => printer().prop_map(Step::MoveAll),
        3 => job().prop_map(Step::Resolve),
        1 => (printer(), any::<bool>()).prop_map(|(printer, on)| Step::Pause(printer, on)),
    ];
    let supply = prop_oneof![Just(PaperSupply::End), Just(PaperSupply::NearEnd), Just(PaperSupply::Ok)];
    let fault = prop_oneof![Just(Fault::Cutter), Just(Fault::Hot), Just(Fault::Mechanical), Just(Fault::None)];
    let faults = prop_oneof![
        3 => (printer(), supply).prop_map(|(printer, paper)| Step::Paper(printer, paper)),
        2 => (printer(), prop_oneof![Just(Cover::Open), Just(Cover::Closed)]).prop_map(|(p, cover)| Step::Cover(p, cover)),
        2 => (printer(), any::<bool>()).prop_map(|(printer, on)| Step::Power(printer, on)),
        2 => (printer(), fault).prop_map(|(printer, fault)| Step::Mechanism(printer, fault)),
        3 => (printer(), prop_oneof![Just(0), 0usize..1500]).prop_map(|(printer, arrives)| Step::Break(printer, arrives)),
        2 => (printer(), any::<bool>()).prop_map(|(printer, refuse)| Step::Refuse(printer, refuse)),
        1 => (printer(), any::<bool>()).prop_map(|(printer, on)| Step::Proof(printer, on)),
        2 => any::<bool>().prop_map(Step::Crash),
        1 => Just(Step::Restart),
    ];
    let time = prop_oneof![
        8 => (1u64..800).prop_map(Step::Pass),
        4 => (800u64..6_000).prop_map(Step::Pass),
        2 => (6_000u64..70_000).prop_map(Step::Pass),
        1 => (300_000u64..700_000).prop_map(Step::Pass),
    ];
    prop_oneof![6 => works, 5 => people, 5 => faults, 7 => time]
}

/// Printers that return the tag behind a segment.
pub(super) fn tags() -> impl Strategy<Value = Model> {
    Just(Model::Full)
}

/// Printers that prove by the order of their answers, or not at all.
pub(super) fn less() -> impl Strategy<Value = Model> {
    prop_oneof![2 => Just(Model::InOrder), 1 => Just(Model::Mute)]
}

/// `front` is the printer that most of the work is for; its standby is any.
pub(super) fn schedule(front: impl Strategy<Value = Model>) -> impl Strategy<Value = Schedule> {
    let back = prop_oneof![4 => Just(Model::Full), 2 => Just(Model::InOrder), 1 => Just(Model::Mute)];
    let sizes = (prop_oneof![Just(256usize), Just(1024), Just(4096)], prop_oneof![Just(300usize), Just(16_384)]);
    let policy = (any::<bool>(), prop_oneof![Just(1u32), Just(20)]);
    let steps = prop::collection::vec(step(), 1..26);
    (front, back, sizes, policy, steps).prop_map(|(front, back, (buffer, window), (again, release_at_once), steps)| {
        Schedule { front, back, buffer, window, again, release_at_once, steps }
    })
}
