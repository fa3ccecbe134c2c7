//! Shows support the door: its connection ends at once.

use protocol::{SessionRow, request::SessionEnd};
use ratatui::layout::Rect;

use super::super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, Notice},
    dialog::{Lines, Submission},
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    theme::Role,
};
use crate::wording::{
    people::{self, Say, say},
    text::Text,
};

/// Asks before it is done.
#[derive(Debug)]
pub(crate) struct EndSupport {
    row: SessionRow,
    submission: Submission,
}

impl EndSupport {
    pub(crate) fn of(row: SessionRow) -> EndSupport {
        EndSupport { row, submission: Submission::default() }
    }
}

impl Layer for EndSupport {
    fn name(&self) -> Name {
        Name::EndSupport
    }

    fn title(&self) -> Text<'static> {
        Text::EndSupport
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn asks(&self, _desk: &Desk) -> bool {
        self.submission.open()
    }

    fn sends(&self) -> Option<&'static str> {
        Some("session_end")
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Print => self.submission.can(desk),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Print => Some(Text::DoEndSupport),
            Action::Back if self.submission.idle() => Some(Text::DoNothing),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Back => return Next::Pop,
            Action::Print => self.submission.send(desk.ask("session_end", &SessionEnd { id: self.row.session })),
            _ => {}
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        let done = self.submission.answered::<SessionRow>(tag, answer)?;
        desk.read_sessions();
        Some(done.map_or(Next::Stay, |row| {
            let text = Text::SupportEnded { id: &row.operator }.say(desk.language).into_owned();
            desk.notice = Some(Notice::Said(text, Role::Good));
            Next::Pop
        }))
    }

    fn disconnected(&mut self) {
        self.submission.disconnected();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = canvas.language;
        let mut lines = Lines::default();
        let who = format!("{} {}", self.row.operator, self.row.name);
        lines.tell(&people::support_here(&who, self.row.since, &self.row.origin, language), Role::Strong);
        lines.tell(say(Say::EndsAtOnce, language), Role::Plain);
        self.submission.tell(&mut lines, desk);
        lines.draw(canvas, area, &self.title());
    }
}
