//! Pausing a printer and letting it go on. Asked for at once, since one key undoes the other; the notice says what came
//! of it.

use protocol::{PrinterRow, request::PrinterNamed};

use super::{
    action::Action,
    desk::{Desk, Notice, read},
    message::{Answer, Tag},
    theme::Role,
};
use crate::wording::text::Text;

/// The request that is under way, if one is: a second press must not undo the first by accident.
#[derive(Debug, Default)]
pub(crate) struct Pause {
    /// Its tag, and whether it asked for a pause.
    asked: Option<(Tag, bool)>,
}

impl Pause {
    /// True if the printer can be paused, or go on, now.
    pub(crate) fn can(&self, action: Action, printer: &PrinterRow, desk: &Desk) -> bool {
        self.asked.is_none() && desk.connected() && (action == Action::Resume) == printer.paused
    }

    /// Asks for it.
    pub(crate) fn ask(&mut self, action: Action, printer: &str, desk: &mut Desk) {
        let pause = action == Action::Pause;
        let verb = if pause { "printer_pause" } else { "printer_resume" };
        self.asked = Some((desk.ask(verb, &PrinterNamed { id: printer.to_owned() }), pause));
    }

    /// True if the answer was to this.
    pub(crate) fn answered(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> bool {
        let Some((_, pause)) = self.asked.take_if(|(asked, _)| *asked == tag) else { return false };
        match read::<PrinterRow>(answer) {
            Ok(printer) => {
                let text = if pause { Text::WasPaused(&printer.name) } else { Text::WasResumed(&printer.name) };
                desk.notice = Some(Notice::Said(text.say(desk.language).into_owned(), Role::Plain));
                desk.keep_printer(printer);
            }
            Err(problem) => desk.complain(&problem),
        }
        true
    }

    /// What came of it is told by the next overview.
    pub(crate) fn disconnected(&mut self) {
        self.asked = None;
    }
}
