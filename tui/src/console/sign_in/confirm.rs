//! Asks before a settlement or a sign-out, which nobody takes back: with the batch and what stands in it.

use model::Total;
use ratatui::layout::Rect;

use super::{
    super::{
        action::Action,
        canvas::Canvas,
        desk::Desk,
        dialog::Lines,
        layer::{Layer, Name, Next},
        theme::Role,
        value,
    },
    Act,
};
use crate::wording::{
    acquirer::{Label, label},
    sign_in::{Say, say},
    text::Text,
};

/// The dialog.
#[derive(Debug)]
pub(crate) struct Confirm {
    act: Act,
    batch: Option<String>,
    open: Total,
}

impl Confirm {
    pub(crate) fn of(act: Act, batch: Option<String>, open: Total) -> Confirm {
        Confirm { act, batch, open }
    }
}

impl Layer for Confirm {
    fn name(&self) -> Name {
        Name::SignInConfirm
    }

    fn title(&self) -> Text<'static> {
        if self.act == Act::Settle { Text::Settlement } else { Text::SigningOut }
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn sends(&self) -> Option<&'static str> {
        Some(if self.act == Act::Settle { "settle" } else { "sign_out" })
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Print => desk.connected(),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Print if self.act == Act::Settle => Some(Text::DoSettle),
            Action::Print => Some(Text::DoSignOut),
            Action::Back => Some(Text::DoNothing),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, _desk: &mut Desk) -> Next {
        match action {
            Action::Back => Next::Pop,
            Action::Print if self.act == Act::Settle => Next::InsteadDo(Action::SettleNow),
            Action::Print => Next::InsteadDo(Action::SignOutNow),
            _ => Next::Stay,
        }
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = desk.language;
        let mut lines = Lines::default();
        let batch = self.batch.as_deref().unwrap_or("-");
        let (count, amount) = (self.open.count, value::amount(self.open.amount));
        let (named, open) = (label(Label::Batch, language), label(Label::Open, language));
        lines.tell(&format!("{named} {batch}  {open} {count} / {amount}"), Role::Strong);
        let will = if self.act == Act::Settle { Say::SettleWill } else { Say::SignOutWill };
        lines.tell(say(will, language), Role::Plain);
        lines.draw(canvas, area, &self.title());
    }
}
