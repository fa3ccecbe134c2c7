//! What a screen and a dialog have in common: both are layers of one stack. The topmost one gets the keys.
//!
//! A layer does no I/O: it asks through the desk, and its answers come back by tag.

use protocol::Session;
use ratatui::layout::Rect;
use serde_json::value::RawValue;

use super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    field::Field,
    message::{Answer, Filed, Tag},
    news::News,
    open::Open,
};
use crate::wording::text::Text;

/// Which layer it is; a stack holds each at most once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Home,
    Transactions,
    Detail,
    Queue,
    Job,
    Cancel,
    Transfer,
    Question,
    Printers,
    Printer,
    Errand,
    Help,
    Reprint,
    Quit,
    Alerts,
    Palette,
    Filter,
    Totals,
    Export,
    LogOn,
    Approval,
    People,
    Person,
    Profile,
    TrailExport,
    EndSupport,
    Audit,
    AuditFilter,
    SignIn,
    SignInConfirm,
    SignInPapers,
}

/// What the stack does after a layer acted.
#[derive(Debug)]
pub(crate) enum Next {
    Stay,
    /// Put this layer on top.
    Open(Open),
    /// Take this layer off.
    Pop,
    /// Take this layer off and put that one on top.
    Instead(Open),
    /// Do this, as if its key were pressed now.
    Do(Action),
    /// Take this layer off and do this.
    InsteadDo(Action),
    Quit,
    /// Take this layer off; something changed that the others show.
    PopChanged,
    /// Take this layer off and give the layers below this answer to what they asked.
    PassOn(Tag, Answer),
    /// Take this layer off: somebody logged on.
    LoggedOn(Box<Session>),
}

/// A screen or a dialog.
pub(crate) trait Layer: std::fmt::Debug {
    fn name(&self) -> Name;

    fn title(&self) -> Text<'static>;

    /// Dialogs lie over a screen and take all keys.
    fn is_dialog(&self) -> bool {
        false
    }

    /// True while a person is asked something, or waits to hear that it is done: what is scanned meanwhile must not wipe
    /// it away, and is kept.
    fn asks(&self, _desk: &Desk) -> bool {
        false
    }

    /// True if nothing else of the console can be reached, or is shown, while this is on top.
    fn shuts(&self) -> bool {
        false
    }

    /// True if a scanned code is an operator's badge here.
    fn takes_badges(&self) -> bool {
        false
    }

    /// The verb that this dialog's Enter sends.
    fn sends(&self) -> Option<&'static str> {
        None
    }

    /// True if the action is possible here and now.
    fn can(&self, action: Action, desk: &Desk) -> bool;

    /// Why its key does nothing here, where somebody would expect it to do something: said in the notice line.
    fn why_not(&self, _action: Action, _desk: &Desk) -> Option<Text<'static>> {
        None
    }

    /// True if the help bar does not name it though it is possible.
    fn hides(&self, _action: Action) -> bool {
        false
    }

    /// The label where it differs from the table's.
    fn label(&self, _action: Action) -> Option<Text<'static>> {
        None
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next;

    /// True while keys go into a text field.
    fn has_focus(&self) -> bool {
        false
    }

    /// The text field with the focus.
    fn field(&mut self) -> Option<&mut Field> {
        None
    }

    /// A character that is about to go into the field; `Some` if it means something else here. Only for single keys
    /// that somebody presses: what is pasted or scanned is text.
    fn on_char(&mut self, _c: char, _desk: &mut Desk) -> Option<Next> {
        None
    }

    /// The field's text changed.
    fn typed(&mut self, _desk: &mut Desk) {}

    /// True while what is shown is behind what was typed: it follows once no key is waiting, so that the echo of a key is
    /// never behind its results on a thin line.
    fn is_behind(&self) -> bool {
        false
    }

    /// No key is waiting.
    fn catch_up(&mut self) {}

    /// Takes a code that was scanned, or text that was pasted outside of a field; `None` if this
    /// layer has no use for it. `open`: what it finds is to be opened.
    fn take_text(&mut self, _text: &str, _open: bool, _desk: &mut Desk) -> Option<Next> {
        None
    }

    /// `Some` if the answer was for this layer.
    fn answer(&mut self, _tag: Tag, _answer: &Answer, _desk: &mut Desk) -> Option<Next> {
        None
    }

    /// The console is about to lock itself: a PIN that was half typed must not stay.
    fn forget(&mut self) {}

    /// What became of a step of a file.
    fn filed(&mut self, _filed: &Filed, _desk: &mut Desk) {}

    /// A part of an answer that is still to come.
    fn part(&mut self, _tag: Tag, _part: &RawValue) {}

    /// A file was written, or why not: its path, or the reason.
    fn appended(&mut self, _outcome: &Result<String, String>) {}

    /// Rows changed; re-read those that are shown.
    fn changed(&mut self, _news: &News, _desk: &mut Desk) {}

    /// No answer will come any more to what was asked.
    fn disconnected(&mut self) {}

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk);
}
