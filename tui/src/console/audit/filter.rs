//! Which entries of the trail are shown: which act, whose, and since when; and the dialog that chooses them by digits.

use model::{Language, Outcome};
use ratatui::layout::Rect;

use super::super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    dialog::Lines,
    layer::{Layer, Name, Next},
    open::{Choice, Open, Since},
    theme::Role,
    value,
};
use crate::wording::{
    codes,
    people::{Say, say},
    text::Text,
};

/// The acts that somebody asks about, most asked first.
const ACTS: [&str; 15] = [
    "reprint",
    "log_on",
    "drawer_open",
    "job_cancel",
    "job_resolve",
    "settle",
    "sign_in",
    "sign_out",
    "operators_add",
    "operators_set",
    "operators_set_pin",
    "operators_disable",
    "operators_unlock",
    "audit_export",
    "session_end",
];

const SINCE: [Since; 5] = [Since::Always, Since::Today, Since::Yesterday, Since::Week, Since::Month];

impl Choice {
    /// In words.
    pub(crate) fn say(&self, language: Language) -> String {
        let mut words = vec![
            self.act.map_or_else(|| say(Say::AnyAct, language), |act| codes::act(act, language)).to_owned(),
            self.since.say(language).to_owned(),
            self.actor.clone().unwrap_or_else(|| say(Say::Anybody, language).to_owned()),
        ];
        words.extend(self.outcome.map(|outcome| codes::outcome(outcome, language).to_owned()));
        words.extend(self.object.clone());
        words.join("  ")
    }
}

impl Since {
    fn say(self, language: Language) -> &'static str {
        say(
            match self {
                Since::Always => Say::Always,
                Since::Today => Say::Today,
                Since::Yesterday => Say::Yesterday,
                Since::Week => Say::Week,
                Since::Month => Say::Month,
            },
            language,
        )
    }
}

/// The dialog.
#[derive(Debug)]
pub(crate) struct AuditFilter {
    choice: Choice,
    /// Those whose entries were seen.
    people: Vec<String>,
}

impl AuditFilter {
    pub(crate) fn of(choice: Choice, people: Vec<String>) -> AuditFilter {
        AuditFilter { choice, people }
    }
}

/// The one after this one; after the last one none, which is the first.
fn turn<T: Clone + PartialEq>(now: Option<&T>, all: &[T]) -> Option<T> {
    match now.and_then(|now| all.iter().position(|one| one == now)) {
        None => all.first().cloned(),
        Some(at) => all.get(at + 1).cloned(),
    }
}

impl Layer for AuditFilter {
    fn name(&self) -> Name {
        Name::AuditFilter
    }

    fn title(&self) -> Text<'static> {
        Text::Filter
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn can(&self, action: Action, _desk: &Desk) -> bool {
        matches!(action, Action::Back | Action::Open)
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        (action == Action::Open).then_some(Text::DoShow)
    }

    fn act(&mut self, action: Action, _desk: &mut Desk) -> Next {
        match action {
            Action::Back => Next::Pop,
            Action::Open => Next::Instead(Open::Audit(self.choice.clone())),
            _ => Next::Stay,
        }
    }

    fn has_focus(&self) -> bool {
        true
    }

    fn on_char(&mut self, c: char, _desk: &mut Desk) -> Option<Next> {
        match c {
            '1' => self.choice.act = turn(self.choice.act.as_ref(), &ACTS),
            '2' => self.choice.since = turn(Some(&self.choice.since), &SINCE).unwrap_or_default(),
            '3' => self.choice.actor = turn(self.choice.actor.as_ref(), &self.people),
            '4' => self.choice.outcome = turn(self.choice.outcome.as_ref(), Outcome::ALL),
            '0' => self.choice = Choice::default(),
            '.' => return Some(Next::Pop),
            _ => {}
        }
        Some(Next::Stay)
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = desk.language;
        let mut lines = Lines::default();
        let act = self.choice.act.map_or_else(|| say(Say::AnyAct, language), |act| codes::act(act, language));
        let actor = self.choice.actor.as_deref().unwrap_or_else(|| say(Say::Anybody, language));
        let outcome = self.choice.outcome;
        let ended = outcome.map_or_else(|| say(Say::AnyOutcome, language), |outcome| codes::outcome(outcome, language));
        for (digit, label, what, chosen) in [
            ("1", Say::Act, act, self.choice.act.is_some()),
            ("2", Say::Since, self.choice.since.say(language), self.choice.since != Since::Always),
            ("3", Say::Actor, actor, self.choice.actor.is_some()),
            ("4", Say::Outcome, ended, outcome.is_some()),
        ] {
            let role = if chosen { Role::Strong } else { Role::Plain };
            lines.tell(&format!("{digit}  {}{what}", value::pad(say(label, language), 10)), role);
        }
        lines.gap();
        lines.tell(say(Say::FilterHow, language), Role::Plain);
        lines.draw(canvas, area, &self.title());
    }
}
