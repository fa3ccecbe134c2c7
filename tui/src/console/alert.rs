//! What is wrong now, worst first: each with what to do, and where Enter leads.

use model::{Cause, JobId, Language, SignInCause, SignInState};
use protocol::PrinterState;

use super::{
    away::Away,
    desk::{Desk, Link},
    open::Open,
    theme::Role,
    value,
};
use crate::wording::{codes, sign_in, text::Text};

/// Something that needs a person.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Alert {
    Away(Away),
    NoPrinter,
    Printer {
        name: String,
        cause: Option<Cause>,
        waiting: u32,
    },
    /// A person paused it: no trouble, but it must not be forgotten.
    Paused {
        name: String,
        waiting: u32,
    },
    /// Slips that only a person can tell about: how many, and the newest.
    Question(u64, JobId),
    /// Jobs that only go on when a person says so.
    Decide(u32),
    Unknown(u64),
    /// Not signed in, or a settlement without an outcome.
    SignIn(SignInState, Option<SignInCause>),
    Unprinted(u64),
    PaperLow(String),
    /// The daemon is another version: it works, but somebody should know.
    OtherVersion(String),
    /// The faults of the `keymap.toml`, all of them.
    Keymap(String),
}

/// Everything that is wrong now.
pub(crate) fn alerts(desk: &Desk) -> Vec<Alert> {
    let mut out = Vec::new();
    if let Link::Away(away) = &desk.link {
        out.push(Alert::Away(away.clone()));
    }
    let others = |out: &mut Vec<Alert>| {
        out.extend(desk.other_version().map(Alert::OtherVersion));
        let faults: Vec<String> = desk.keymap_faults.iter().map(|fault| fault.say(desk.language)).collect();
        out.extend((!faults.is_empty()).then(|| Alert::Keymap(faults.join("; "))));
    };
    let Some(overview) = &desk.overview else {
        others(&mut out);
        return out;
    };
    if overview.printers.is_empty() {
        out.push(Alert::NoPrinter);
    }
    for printer in overview.printers.iter().filter(|printer| value::in_trouble(printer)) {
        let (name, waiting) = (printer.name.clone(), printer.waiting.total());
        out.push(Alert::Printer { name, cause: printer.cause, waiting });
    }
    for printer in overview.printers.iter().filter(|printer| printer.paused) {
        // what waits is said once
        let waiting = if value::in_trouble(printer) { 0 } else { printer.waiting.total() };
        out.push(Alert::Paused { name: printer.name.clone(), waiting });
    }
    if let Some(newest) = overview.questions.newest.first() {
        out.push(Alert::Question(overview.questions.count, *newest));
    }
    let decide: u32 = overview.printers.iter().map(|p| p.waiting.held + p.waiting.expired).sum();
    if decide > 0 {
        out.push(Alert::Decide(decide));
    }
    let sign_in = overview.sign_in.as_ref().map(|line| (line.state, line.cause));
    let waits = |(state, _): &(SignInState, _)| !matches!(state, SignInState::SignedIn | SignInState::NotConfigured);
    let sign_in = sign_in.filter(waits).map(|(state, cause)| Alert::SignIn(state, cause));
    // a settlement that waits is less than a payment that nobody knows of
    let (first, later) = sign_in.into_iter().partition::<Vec<_>, _>(|alert| alert.role() == Role::Trouble);
    out.extend(first);
    if overview.unknown > 0 {
        out.push(Alert::Unknown(overview.unknown));
    }
    out.extend(later);
    if overview.unprinted > 0 {
        out.push(Alert::Unprinted(overview.unprinted));
    }
    for printer in overview.printers.iter().filter(|p| p.near_end && !value::in_trouble(p)) {
        out.push(Alert::PaperLow(printer.name.clone()));
    }
    others(&mut out);
    out
}

/// Advice, and how many jobs wait until it is followed.
pub(crate) fn behind(advice: &str, waiting: u32, language: Language) -> String {
    match waiting {
        0 => advice.to_owned(),
        n => format!("{advice}{}", Text::WaitBehind(n).say(language)),
    }
}

impl Alert {
    /// What is wrong, in a few words.
    pub(crate) fn what(&self, language: Language) -> String {
        let text = match self {
            Alert::Away(away) => return away.what(language),
            Alert::NoPrinter => Text::AlertNoPrinter,
            Alert::Printer { name, cause, .. } => {
                let why = cause.map_or_else(
                    || codes::printer_state(PrinterState::Blocked, language),
                    |cause| codes::cause(cause, language),
                );
                return format!("{name} {why}");
            }
            Alert::Paused { name, .. } => return format!("{name} {}", codes::cause(Cause::Paused, language)),
            Alert::Question(count, _) => Text::AlertQuestion(*count),
            Alert::Decide(count) => Text::AlertHeld(*count),
            Alert::Unknown(count) => Text::AlertUnknown(*count),
            Alert::SignIn(state, cause) => {
                return sign_in::trouble(*state, *cause, language).map(|(what, _)| what).unwrap_or_default();
            }
            Alert::Unprinted(count) => Text::AlertUnprinted(*count),
            Alert::PaperLow(name) => Text::AlertPaperLow(name),
            Alert::OtherVersion(theirs) => Text::AlertOtherVersion(theirs),
            Alert::Keymap(_) => Text::AlertKeymap,
        };
        text.say(language).into_owned()
    }

    /// What to do about it.
    pub(crate) fn next(&self, language: Language) -> String {
        let text = match self {
            Alert::Away(away) => return away.next(language),
            Alert::NoPrinter => Text::AlertNoPrinterNext,
            Alert::Printer { cause, waiting, .. } => {
                return behind(codes::remedy(cause.unwrap_or(Cause::Offline), language), *waiting, language);
            }
            Alert::Paused { waiting, .. } => {
                return behind(&Text::AlertPausedNext.say(language), *waiting, language);
            }
            Alert::Question(..) => Text::AlertQuestionNext,
            Alert::Decide(_) => Text::AlertHeldNext,
            Alert::Unknown(_) => Text::AlertUnknownNext,
            Alert::SignIn(state, cause) => {
                return sign_in::trouble(*state, *cause, language).map(|(_, next)| next).unwrap_or_default();
            }
            Alert::Unprinted(_) => Text::AlertUnprintedNext,
            Alert::PaperLow(_) => return codes::remedy(Cause::PaperNearEnd, language).to_owned(),
            Alert::OtherVersion(theirs) if newer(theirs) => Text::AlertNewerNext,
            Alert::OtherVersion(_) => Text::AlertOlderNext,
            Alert::Keymap(fault) => return fault.clone(),
        };
        text.say(language).into_owned()
    }

    /// True if both are about the same thing, however much of it there is now.
    pub(crate) fn same(&self, other: &Alert) -> bool {
        match (self, other) {
            (Alert::Printer { name: mine, .. }, Alert::Printer { name: theirs, .. })
            | (Alert::Paused { name: mine, .. }, Alert::Paused { name: theirs, .. })
            | (Alert::PaperLow(mine), Alert::PaperLow(theirs))
            | (Alert::Keymap(mine), Alert::Keymap(theirs)) => mine == theirs,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// How urgent it is; the mark in front of it says the same without colour.
    pub(crate) fn role(&self) -> Role {
        match self {
            Alert::Away(_) | Alert::NoPrinter | Alert::Printer { .. } | Alert::Unknown(_) => Role::Trouble,
            Alert::SignIn(SignInState::Settling, _) => Role::Warning,
            Alert::SignIn(..) => Role::Trouble,
            Alert::Paused { .. }
            | Alert::Question(..)
            | Alert::Decide(_)
            | Alert::Unprinted(_)
            | Alert::PaperLow(_)
            | Alert::OtherVersion(_)
            | Alert::Keymap(_) => Role::Warning,
        }
    }

    /// The same without colour.
    pub(crate) fn mark(&self) -> &'static str {
        if self.role() == Role::Trouble { "!" } else { "*" }
    }

    /// Where Enter leads, if anywhere.
    pub(crate) fn target(&self) -> Option<Open> {
        Some(match self {
            Alert::Away(_) | Alert::OtherVersion(_) | Alert::Keymap(_) => return None,
            Alert::NoPrinter => Open::Printers,
            Alert::Printer { name, .. } | Alert::Paused { name, .. } | Alert::PaperLow(name) => {
                Open::Printer(name.clone())
            }
            Alert::Question(_, newest) => Open::Question(*newest),
            Alert::Decide(_) => Open::Queue,
            Alert::SignIn(..) => Open::SignIn,
            Alert::Unknown(_) => Open::Transactions { words: "unknown".to_owned() },
            Alert::Unprinted(_) => Open::Transactions { words: "unprinted".to_owned() },
        })
    }
}

/// True if the daemon's version is above ours.
fn newer(theirs: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> { version.split('.').map(|part| part.parse().unwrap_or(0)).collect() };
    numbers(theirs) > numbers(env!("CARGO_PKG_VERSION"))
}
