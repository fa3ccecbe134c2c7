//! The one table of actions: name, keys, label, where, what it needs. Dispatch, the help bar, the help page, the palette
//! and `keymap.toml` read this table and nothing else, so a key that is shown works and a key that works is shown.
//!
//! Letters and digits suffice for everything, F-keys are second names; `+` `-` `*` `.` and Enter are the numeric pad's,
//! with which a cashier's jobs can be done alone.

use crossterm::event::KeyCode;

use super::key::Keys;
use crate::wording::text::Text;

/// Everything a key can do, apart from typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Open,
    Print,
    ConfirmQuit,
    Search,
    ReprintThis,
    ReprintLast,
    SearchOn,
    Filter,
    Totals,
    Export,
    Sort,
    OtherCopy,
    CopyCustomer,
    CopyMerchant,
    OtherPrinter,
    TestPage,
    Pause,
    Resume,
    Drawer,
    Hold,
    Release,
    Cancel,
    Move,
    MoveQueue,
    Answer,
    Yes,
    No,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    GoHome,
    GoTransactions,
    GoQueue,
    GoPrinters,
    GoSignIn,
    GoPeople,
    GoAudit,
    GoAlerts,
    SignIn,
    SignOut,
    Settle,
    Echo,
    Diagnose,
    Reports,
    /// After it was confirmed; no key does it.
    SignOutNow,
    SettleNow,
    Lock,
    EndSupport,
    AddPerson,
    Edit,
    SetPin,
    OwnPin,
    Disable,
    Unlock,
    Week,
    VerifyTrail,
    ExportTrail,
    Who,
    OtherReason,
    Palette,
    OtherLanguage,
    Repaint,
    Suspend,
    Back,
    Quit,
    Help,
}

impl Action {
    /// The daemon's verb behind it, where it always is the same one: what may not be asked is not offered.
    pub(crate) fn verb(self) -> Option<&'static str> {
        Some(match self {
            Action::ReprintThis | Action::ReprintLast => "reprint",
            Action::TestPage => "printer_test",
            Action::Pause => "printer_pause",
            Action::Resume => "printer_resume",
            Action::Drawer => "drawer_open",
            Action::Hold => "job_hold",
            Action::Release => "job_release",
            Action::Cancel => "job_cancel",
            Action::Move => "job_move",
            Action::MoveQueue => "printer_move",
            Action::Answer => "job_resolve",
            Action::GoSignIn => "acquirer",
            Action::SignIn => "sign_in",
            Action::SignOut => "sign_out",
            Action::Settle => "settle",
            Action::Echo => "echo",
            Action::Diagnose => "diagnose",
            Action::Reports => "report",
            Action::GoPeople => "operators",
            Action::AddPerson => "operators_add",
            Action::Edit => "operators_set",
            Action::SetPin => "operators_set_pin",
            Action::Disable => "operators_disable",
            Action::Unlock => "operators_unlock",
            Action::EndSupport => "session_end",
            Action::GoAudit | Action::Who => "audit",
            Action::VerifyTrail => "audit_verify",
            Action::ExportTrail => "audit_export",
            _ => return None,
        })
    }

    /// True for what a dialog's verb is sent by.
    pub(crate) fn sends(self) -> bool {
        matches!(self, Action::Print | Action::Yes | Action::No | Action::Open)
    }
}

/// Where an action may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where the topmost layer says so.
    Layer,
    /// On every screen, not in dialogs.
    Screens,
    Everywhere,
}

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) action: Action,
    /// Its name in `keymap.toml`; the palette finds it by this, too.
    pub(crate) name: &'static str,
    /// Unless `keymap.toml` says otherwise; the first one is shown.
    pub(crate) keys: &'static [Keys],
    pub(crate) label: Text<'static>,
    /// What the palette finds it by in Chinese where its label is in another language.
    pub(crate) chinese: Option<&'static str>,
    pub(crate) place: Place,
    /// Named in the help bar, as far as there is room; the help page names all.
    pub(crate) bar: bool,
    /// Also while a text field has the focus.
    pub(crate) in_field: bool,
    /// Changes something outside of the console without asking first, or ends it: a key that may be the first character
    /// of a scanner's burst waits until that is known.
    pub(crate) at_once: bool,
    /// Only possible while the spooler is there.
    pub(crate) needs_spooler: bool,
}

const fn entry(action: Action, name: &'static str, keys: &'static [Keys], label: Text<'static>, place: Place) -> Entry {
    Entry {
        action,
        name,
        keys,
        label,
        chinese: None,
        place,
        bar: true,
        in_field: false,
        at_once: false,
        needs_spooler: false,
    }
}

impl Entry {
    const fn in_chinese(mut self, name: &'static str) -> Entry {
        self.chinese = Some(name);
        self
    }

    const fn unnamed(mut self) -> Entry {
        self.bar = false;
        self
    }

    const fn in_field(mut self) -> Entry {
        self.in_field = true;
        self
    }

    const fn at_once(mut self) -> Entry {
        self.at_once = true;
        self
    }

    const fn needs_spooler(mut self) -> Entry {
        self.needs_spooler = true;
        self
    }

    /// The row of an action.
    pub(crate) fn of(action: Action) -> Option<&'static Entry> {
        TABLE.iter().find(|entry| entry.action == action)
    }

    /// True for moves within what is shown, which the palette leaves out.
    pub(crate) fn moves(&self) -> bool {
        use Action::{Back, Down, First, Last, PageDown, PageUp, Palette, Up};
        matches!(self.action, Up | Down | PageUp | PageDown | First | Last | Back | Palette)
    }
}

use Keys::{Control, One, Two};
use Place::{Everywhere, Layer, Screens};

const fn key(c: char) -> Keys {
    One(KeyCode::Char(c))
}

const fn f(n: u8) -> Keys {
    One(KeyCode::F(n))
}

const ENTER: Keys = One(KeyCode::Enter);

/// INTERFACES §7; in the order in which the help bar names them.
#[rustfmt::skip]
pub(crate) const TABLE: &[Entry] = &[
    entry(Action::Print, "print", &[ENTER], Text::DoPrint, Layer).at_once().needs_spooler(),
    entry(Action::ConfirmQuit, "confirm_quit", &[ENTER], Text::DoQuit, Layer).at_once(),
    entry(Action::Open, "open", &[ENTER], Text::DoOpen, Layer).in_field(),
    entry(Action::SearchOn, "search_on", &[key('n')], Text::DoSearchOn, Layer).needs_spooler(),
    entry(Action::ReprintThis, "reprint_this", &[key('p'), key('*')], Text::DoReprintThis, Layer),
    entry(Action::OtherCopy, "other_copy", &[key('c'), One(KeyCode::Tab)], Text::DoOtherCopy, Layer),
    entry(Action::CopyCustomer, "copy_customer", &[key('1')], Text::DoCopyCustomer, Layer).unnamed(),
    entry(Action::CopyMerchant, "copy_merchant", &[key('2')], Text::DoCopyMerchant, Layer).unnamed(),
    entry(Action::OtherPrinter, "other_printer",
        &[One(KeyCode::Right), One(KeyCode::Left), key('o'), key('+')], Text::DoOtherPrinter, Layer),
    entry(Action::TestPage, "test_page", &[key('t')], Text::DoTestPage, Layer),
    // one key, two actions: only one of them is possible at a time
    entry(Action::Pause, "pause", &[key('z')], Text::DoPause, Layer).at_once(),
    entry(Action::Resume, "resume", &[key('z')], Text::DoResume, Layer).at_once(),
    entry(Action::Drawer, "drawer", &[key('d')], Text::DoDrawer, Layer),
    entry(Action::Yes, "yes", &[key('y'), key('1')], Text::DoYes, Layer).at_once(),
    entry(Action::No, "no", &[key('n'), key('2')], Text::DoNo, Layer).at_once(),
    entry(Action::Answer, "answer", &[key('a')], Text::DoAnswer, Layer),
    entry(Action::Release, "release", &[key('s')], Text::DoRelease, Layer).at_once(),
    entry(Action::Hold, "hold", &[key('h')], Text::DoHold, Layer).at_once(),
    entry(Action::Move, "move", &[key('m')], Text::DoMove, Layer),
    entry(Action::MoveQueue, "move_queue", &[key('w')], Text::DoMoveQueue, Layer),
    entry(Action::Cancel, "cancel", &[key('x')], Text::DoCancelJob, Layer),
    entry(Action::SignIn, "sign_in", &[ENTER], Text::DoSignIn, Layer).at_once().needs_spooler(),
    entry(Action::Diagnose, "diagnose", &[key('d')], Text::DoDiagnose, Layer).at_once().needs_spooler(),
    entry(Action::Settle, "settle", &[key('b')], Text::DoSettle, Layer).needs_spooler(),
    entry(Action::SignOut, "sign_out", &[key('o')], Text::DoSignOut, Layer).needs_spooler(),
    entry(Action::Echo, "echo", &[key('e')], Text::DoEcho, Layer).at_once().needs_spooler(),
    entry(Action::Reports, "batch_papers", &[key('p'), key('+')], Text::DoReports, Layer).needs_spooler(),
    entry(Action::AddPerson, "add_operator", &[key('a')], Text::DoAddPerson, Layer).needs_spooler(),
    entry(Action::Edit, "edit_operator", &[ENTER, key('e')], Text::DoEdit, Layer).needs_spooler(),
    entry(Action::SetPin, "set_pin", &[key('s')], Text::DoSetPin, Layer).needs_spooler(),
    entry(Action::Disable, "disable_operator", &[key('x')], Text::DoDisable, Layer).needs_spooler(),
    entry(Action::Unlock, "unlock_operator", &[key('u')], Text::DoUnlock, Layer).needs_spooler(),
    entry(Action::Week, "reprints_of_the_week", &[key('w')], Text::DoWeek, Layer).needs_spooler(),
    entry(Action::VerifyTrail, "verify_trail", &[key('v')], Text::DoVerify, Layer).needs_spooler(),
    entry(Action::ExportTrail, "export_trail", &[key('o')], Text::DoExport, Layer).needs_spooler(),
    entry(Action::Who, "who_reprinted", &[key('w')], Text::DoWho, Layer).needs_spooler(),
    entry(Action::OtherReason, "other_reason", &[key('e'), key('0')], Text::DoOtherReason, Layer),
    entry(Action::Back, "back", &[One(KeyCode::Esc), key('.')], Text::DoBack, Layer).in_field(),
    entry(Action::Search, "search", &[key('/'), f(3)], Text::DoSearch, Screens),
    entry(Action::Filter, "filter", &[key('f')], Text::DoFilter, Layer).needs_spooler(),
    entry(Action::Totals, "totals", &[key('t')], Text::DoTotals, Layer).needs_spooler(),
    entry(Action::Sort, "sort", &[key('s')], Text::DoSort, Layer).needs_spooler(),
    entry(Action::Export, "export", &[key('o')], Text::DoExport, Layer).needs_spooler(),
    entry(Action::ReprintLast, "reprint_last", &[key('r'), f(5), key('*')], Text::DoReprintLast, Screens)
        .needs_spooler(),
    entry(Action::GoHome, "home", &[Two('g', 'h'), f(2)], Text::DoGoHome, Screens),
    entry(Action::GoTransactions, "transactions", &[Two('g', 't'), f(7)], Text::DoGoTransactions, Screens),
    entry(Action::GoQueue, "queue", &[Two('g', 'q'), f(4)], Text::DoGoQueue, Screens),
    entry(Action::GoPrinters, "printers", &[Two('g', 'p'), f(6)], Text::DoGoPrinters, Screens),
    entry(Action::Quit, "quit", &[key('q'), f(10)], Text::DoQuit, Screens).at_once(),
    entry(Action::Palette, "palette", &[key(':'), f(9)], Text::DoPalette, Screens).in_field(),
    entry(Action::GoAlerts, "alerts", &[key('!'), Two('g', '!'), f(8)], Text::DoGoAlerts, Screens),
    entry(Action::GoSignIn, "sign_in_screen", &[Two('g', 's')], Text::DoGoSignIn, Screens).needs_spooler(),
    entry(Action::Lock, "lock", &[key('L')], Text::DoLock, Screens).at_once(),
    entry(Action::EndSupport, "end_support", &[key('X')], Text::DoEndSupport, Screens).needs_spooler(),
    entry(Action::GoPeople, "people", &[Two('g', 'u')], Text::DoGoPeople, Screens).unnamed().needs_spooler(),
    entry(Action::GoAudit, "audit", &[Two('g', 'a')], Text::DoGoAudit, Screens).unnamed().needs_spooler(),
    entry(Action::OwnPin, "own_pin", &[key('K')], Text::DoOwnPin, Screens).unnamed().needs_spooler(),
    entry(Action::Help, "help", &[key('?'), f(1)], Text::DoHelp, Screens),
    entry(Action::Up, "up", &[One(KeyCode::Up), key('k'), key('-')], Text::DoUp, Layer).unnamed().in_field(),
    entry(Action::Down, "down", &[One(KeyCode::Down), key('j'), key('+')], Text::DoDown, Layer)
        .unnamed().in_field(),
    entry(Action::PageUp, "page_up", &[One(KeyCode::PageUp)], Text::DoPageUp, Layer).unnamed().in_field(),
    entry(Action::PageDown, "page_down", &[One(KeyCode::PageDown), key(' ')], Text::DoPageDown, Layer)
        .unnamed().in_field(),
    entry(Action::First, "first", &[One(KeyCode::Home)], Text::DoFirst, Layer).unnamed(),
    entry(Action::Last, "last", &[One(KeyCode::End), key('G')], Text::DoLast, Layer).unnamed(),
    entry(Action::OtherLanguage, "other_language", &[Control('e')], Text::DoOtherLanguage, Screens)
        .in_chinese("语言").unnamed(),
    entry(Action::Repaint, "repaint", &[Control('l')], Text::DoRepaint, Everywhere).unnamed().in_field(),
    entry(Action::Suspend, "suspend", &[Control('z')], Text::DoSuspend, Everywhere).unnamed().in_field(),
];

#[cfg(test)]
mod tests {
    use model::Language;

    use super::*;

    #[test]
    fn every_action_has_one_row_and_the_keys_that_stay() {
        for (at, entry) in TABLE.iter().enumerate() {
            assert!(!entry.keys.is_empty() && !entry.name.is_empty());
            for other in TABLE.iter().skip(at + 1) {
                assert!(other.action != entry.action && other.name != entry.name, "{:?}", entry.action);
            }
        }
        let first = |action| Entry::of(action).unwrap().keys[0].name(Language::En);
        for (action, key) in [
            (Action::GoHome, "g h"),
            (Action::GoTransactions, "g t"),
            (Action::GoQueue, "g q"),
            (Action::GoPrinters, "g p"),
            (Action::Search, "/"),
            (Action::Open, "Enter"),
            (Action::ReprintLast, "r"),
            (Action::ReprintThis, "p"),
            (Action::Help, "?"),
            (Action::Palette, ":"),
            (Action::GoAlerts, "!"),
            (Action::Quit, "q"),
            (Action::Back, "Esc"),
            (Action::Repaint, "Ctrl+L"),
        ] {
            assert_eq!(first(action), key);
        }
    }

    #[test]
    fn everything_has_a_key_without_control_and_function_keys() {
        let plain =
            |keys: &Keys| matches!(keys, One(code) if !matches!(code, KeyCode::F(_))) || matches!(keys, Two(..));
        let spared = [Action::Repaint, Action::Suspend, Action::OtherLanguage];
        for entry in TABLE.iter().filter(|entry| !spared.contains(&entry.action)) {
            assert!(entry.keys.iter().any(plain), "{}", entry.name);
        }
    }
}
