//! A second person's approval 授权: an act that the daemon wants two for is asked again with the other's number and PIN.
//! Whoever is logged on stays so; both names stand in the trail and on a reprint.

mod target;

use protocol::{Pin, Problem, ProblemKind, Reason};
use ratatui::layout::Rect;

use target::Target;

use super::{
    action::Action,
    asked::Asked,
    canvas::Canvas,
    desk::Desk,
    dialog::Lines,
    field::Field,
    layer::{Layer, Name, Next},
    log_on::credentials::{Credentials, Entered},
    message::{Answer, Tag},
    theme::Role,
};
use crate::wording::{
    people::{self, Say, say},
    problem,
    text::Text,
};

/// The dialog, over the layer that asked.
#[derive(Debug)]
pub(crate) struct Approval {
    /// What was asked; its answer goes to whoever asked.
    tag: Tag,
    asked: Asked,
    target: Target,
    /// Why it needs approval.
    why: Box<Problem>,
    credentials: Credentials,
    approver: String,
    sent: bool,
    short: bool,
    refused: Option<Box<Problem>>,
}

impl Approval {
    /// Of a request that was refused for want of one.
    pub(crate) fn of(tag: Tag, asked: Asked, why: Box<Problem>, desk: &mut Desk) -> Approval {
        let credentials = Credentials::of(desk.seat.likely_approver());
        let target = Target::of(&asked, desk);
        let approver = String::new();
        Approval { tag, asked, target, why, credentials, approver, sent: false, short: false, refused: None }
    }

    fn send(&mut self, operator: String, pin: &Pin, desk: &mut Desk) {
        self.refused = None;
        self.sent = true;
        desk.ask_again(self.tag, &self.asked, &operator, pin);
        self.approver = operator;
    }
}

/// True if it is about the second person, not about the act.
fn about_approver(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::WrongPin | ProblemKind::LockedOut | ProblemKind::NeedsApproval)
        || matches!(problem.reason, Reason::ApproverIsAsking | Reason::ApproverMayNot | Reason::OperatorDisabled)
}

impl Layer for Approval {
    fn name(&self) -> Name {
        Name::Approval
    }

    fn title(&self) -> Text<'static> {
        Text::Approval
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn takes_badges(&self) -> bool {
        true
    }

    fn asks(&self, _desk: &Desk) -> bool {
        true
    }

    fn can(&self, action: Action, _desk: &Desk) -> bool {
        matches!(action, Action::Open | Action::Up | Action::Down | Action::Back) && !self.sent
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Open => Some(Text::DoApprove),
            Action::Back => Some(Text::DoNothing),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        self.short = false;
        match action {
            Action::Open => match self.credentials.enter() {
                Entered::More => {}
                Entered::Short => self.short = true,
                Entered::Ready { operator, pin } => self.send(operator, &pin, desk),
            },
            Action::Up | Action::Down => self.credentials.other(),
            Action::Back if !self.credentials.back() => {
                return Next::PassOn(self.tag, Err(self.why.clone()));
            }
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
        (!self.sent).then(|| self.credentials.field())
    }

    fn take_text(&mut self, text: &str, _open: bool, _desk: &mut Desk) -> Option<Next> {
        self.credentials.scanned(text);
        Some(Next::Stay)
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        if self.target.answer(tag, answer) {
            return Some(Next::Stay);
        }
        if tag != self.tag || !self.sent {
            return None;
        }
        self.sent = false;
        match answer {
            Err(problem) if about_approver(problem) => {
                self.refused = Some(problem.clone());
                Some(Next::Stay)
            }
            answer => {
                desk.seat.approver = Some(std::mem::take(&mut self.approver));
                Some(Next::PassOn(tag, answer.clone()))
            }
        }
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = canvas.language;
        let mut above = Lines::default();
        above.tell(&people::wants(self.asked.verb, language), Role::Strong);
        self.target.tell(&self.asked, &mut above, desk);
        let general = matches!(self.why.reason, Reason::RoleNeedsApproval | Reason::TwoPersons);
        if !general {
            above.tell(&problem::sentence(&self.why, language), Role::Warning);
        }
        above.tell(say(Say::WhoApproves, language), Role::Plain);
        above.tell(say(Say::StaysLoggedOn, language), Role::Plain);
        let mut below = Lines::default();
        below.gap();
        if self.short {
            below.tell(say(Say::ShortPin, language), Role::Trouble);
        } else if self.sent {
            below.tell(say(Say::Checking, language), Role::Plain);
        } else if let Some(refusal) = &self.refused {
            below.tell(&problem::sentence(refusal, language), Role::Trouble);
            below.tell(&problem::next_step(refusal, language), Role::Plain);
        } else if !desk.connected() {
            below.tell(&canvas.say(&Text::LinkAway), Role::Trouble);
        }
        let at = above.around(2, &below, canvas, area, &self.title());
        self.credentials.view(canvas, at.x, at.y, at.width);
    }
}
