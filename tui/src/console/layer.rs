//! What a screen and a dialog have in common: both are layers of one stack. The topmost one gets the keys.
//!
//! A layer does no I/O: it asks through the desk, and its answers come back by tag.

use model::{Copy, JobId, TransactionId};
use protocol::TransactionRow;
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    errand::Work,
    field::Field,
    message::{Answer, Tag},
    news::News,
    transfer::What,
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
}

/// A layer to be opened, with what it is about. The stack makes it, so that screens need not know each other.
#[derive(Debug)]
pub(crate) enum Open {
    Transactions {
        words: String,
    },
    Detail(Box<TransactionRow>),
    DetailOf(TransactionId),
    Queue,
    Job(JobId),
    Cancel(JobId),
    Transfer(What),
    Question(JobId),
    Printers,
    /// By its name.
    Printer(String),
    Errand {
        work: Work,
        printer: String,
    },
    /// `copy`: the one to begin with, else the shop's first.
    Reprint {
        row: Box<TransactionRow>,
        copy: Option<Copy>,
    },
    /// The same, where only the id is known.
    ReprintOf {
        id: TransactionId,
        copy: Copy,
    },
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
    Quit,
}

/// A screen or a dialog.
pub(crate) trait Layer: std::fmt::Debug {
    fn name(&self) -> Name;

    fn title(&self) -> Text<'static>;

    /// Dialogs lie over a screen and take all keys.
    fn is_dialog(&self) -> bool {
        false
    }

    /// True if the action is possible here and now.
    fn can(&self, action: Action, desk: &Desk) -> bool;

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

    /// The field's text changed.
    fn typed(&mut self, _desk: &mut Desk) {}

    /// `Some` if the answer was for this layer.
    fn answer(&mut self, _tag: Tag, _answer: &Answer, _desk: &mut Desk) -> Option<Next> {
        None
    }

    /// Rows changed; re-read those that are shown.
    fn changed(&mut self, _news: &News, _desk: &mut Desk) {}

    /// No answer will come any more to what was asked.
    fn disconnected(&mut self) {}

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk);
}
