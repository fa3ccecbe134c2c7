//! Asks before a settlement or a sign-out, which nobody takes back: with the batch and what stands in it.

use model::Total;
use ratatui::layout::Rect;

use super::super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    dialog::Lines,
    layer::{Layer, Name, Next},
    open::Act,
    theme::Role,
    value,
};
use crate::wording::{
    acquirer::{Label, label},
    sign_in::{Say, say, unsettled},
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

    /// A sign-out over an open batch: settling comes first, signing out nonetheless has a key of its own.
    fn settles_first(&self) -> bool {
        self.act == Act::SignOut && self.open.count > 0
    }

    /// Enter settles.
    fn settles(&self) -> bool {
        self.act == Act::Settle || self.settles_first()
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

    fn asks(&self, _desk: &Desk) -> bool {
        true
    }

    fn sends(&self) -> Option<&'static str> {
        Some(if self.settles() { "settle" } else { "sign_out" })
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Print => desk.connected(),
            Action::SignOut => desk.connected() && self.settles_first(),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Print if self.settles() => Some(Text::DoSettle),
            Action::Print | Action::SignOut => Some(Text::DoSignOut),
            Action::Back => Some(Text::DoNothing),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, _desk: &mut Desk) -> Next {
        match action {
            Action::Back => Next::Pop,
            Action::Print if self.settles() => Next::InsteadDo(Action::SettleNow),
            Action::Print | Action::SignOut => Next::InsteadDo(Action::SignOutNow),
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
        if self.settles_first() {
            lines.tell(&unsettled(count, language), Role::Trouble);
        }
        lines.draw(canvas, area, &self.title());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_out_over_an_open_batch_offers_to_settle_first_and_an_empty_one_does_not() {
        let asks = |act, count| Confirm::of(act, None, Total { count, ..Total::default() });
        let open = asks(Act::SignOut, 3);
        assert_eq!(
            (open.label(Action::Print), open.label(Action::SignOut), open.sends()),
            (Some(Text::DoSettle), Some(Text::DoSignOut), Some("settle"))
        );
        let empty = asks(Act::SignOut, 0);
        assert_eq!((empty.label(Action::Print), empty.sends()), (Some(Text::DoSignOut), Some("sign_out")));
        assert_eq!(asks(Act::Settle, 3).sends(), Some("settle"));
    }
}
