//! Logging on 操作员登录, and the lock: nothing of the shop is shown until somebody has proved who he is. What was begun
//! stays below and is there again for the same operator; another one begins at Home.
//!
//! A right PIN is the daemon's business; here is only what is typed.

pub(crate) mod credentials;
pub(crate) mod seat;

use protocol::{Session, request};
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    dialog::{Lines, Submission},
    field::Field,
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    theme::Role,
};
use crate::wording::{
    people::{self, Say, say},
    text::Text,
};
use credentials::{Credentials, Entered};

/// The screen that asks who somebody is.
#[derive(Debug)]
pub(crate) struct LogOn {
    credentials: Credentials,
    submission: Submission,
    /// The screen was locked with somebody's work below it.
    locked: bool,
    short: bool,
}

impl LogOn {
    /// Of nobody in particular.
    pub(crate) fn first() -> LogOn {
        LogOn { credentials: Credentials::of(None), submission: Submission::default(), locked: false, short: false }
    }

    /// Over the work of whoever was logged on.
    pub(crate) fn over(desk: &Desk) -> LogOn {
        let worker = desk.seat.worker();
        LogOn { credentials: Credentials::of(worker), locked: worker.is_some(), ..LogOn::first() }
    }

    /// Sends what was typed, or what the command line said.
    pub(crate) fn send(&mut self, log_on: &request::LogOn, desk: &mut Desk) {
        self.submission.send(desk.ask("log_on", log_on));
    }

    fn lines(&self, desk: &Desk) -> Lines {
        let language = desk.language;
        let mut lines = Lines::default();
        if let (true, Some(worker)) = (self.locked, desk.seat.worker()) {
            let worker = desk.seat.operator().unwrap_or_else(|| worker.to_owned());
            lines.tell(&people::locked_by(&worker, language), Role::Strong);
            lines.tell(say(Say::NothingLost, language), Role::Plain);
        } else {
            lines.tell(say(Say::HowToLogOn, language), Role::Plain);
        }
        lines
    }

    fn below(&self, desk: &Desk) -> Lines {
        let language = desk.language;
        let mut lines = Lines::default();
        if self.short {
            lines.gap();
            lines.tell(say(Say::ShortPin, language), Role::Trouble);
        } else if self.submission.under_way() {
            lines.gap();
            lines.tell(say(Say::Checking, language), Role::Plain);
        } else {
            self.submission.tell(&mut lines, desk);
        }
        if self.locked {
            lines.gap();
            lines.tell(say(Say::SomebodyElse, language), Role::Plain);
            lines.tell(say(Say::OthersWork, language), Role::Plain);
        }
        lines
    }
}

impl Layer for LogOn {
    fn name(&self) -> Name {
        Name::LogOn
    }

    fn title(&self) -> Text<'static> {
        if self.locked { Text::Locked } else { Text::LogOn }
    }

    fn shuts(&self) -> bool {
        true
    }

    fn takes_badges(&self) -> bool {
        true
    }

    fn can(&self, action: Action, _desk: &Desk) -> bool {
        match action {
            Action::Open | Action::Up | Action::Down => self.submission.idle(),
            Action::Back => !self.locked || self.credentials.can_go_back(),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Open => Some(Text::DoLogOn),
            Action::Back if !self.locked => Some(Text::DoQuit),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        self.short = false;
        match action {
            Action::Open => match self.credentials.enter() {
                Entered::More => {}
                Entered::Short => self.short = true,
                Entered::Ready { operator, pin } => self.send(&request::LogOn { operator, pin }, desk),
            },
            Action::Up | Action::Down => self.credentials.other(),
            Action::Back if !self.credentials.back() && !self.locked => return Next::Quit,
            _ => {}
        }
        Next::Stay
    }

    fn has_focus(&self) -> bool {
        true
    }

    fn forget(&mut self) {
        self.credentials.forget();
    }

    fn field(&mut self) -> Option<&mut Field> {
        self.submission.idle().then(|| self.credentials.field())
    }

    fn take_text(&mut self, text: &str, _open: bool, _desk: &mut Desk) -> Option<Next> {
        self.credentials.scanned(text);
        Some(Next::Stay)
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, _desk: &mut Desk) -> Option<Next> {
        let session = self.submission.answered::<Session>(tag, answer)?;
        Some(session.map_or(Next::Stay, |session| Next::LoggedOn(Box::new(session))))
    }

    fn disconnected(&mut self) {
        // a try that nobody answered is counted or not; either way it is tried again
        self.credentials.forget();
        self.submission = Submission::default();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let at = self.lines(desk).around(2, &self.below(desk), canvas, area, &self.title());
        self.credentials.view(canvas, at.x, at.y, at.width);
    }
}
