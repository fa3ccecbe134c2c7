//! What must be in sight on every screen: that the payment terminal is not signed in, and that support looks on.

use model::SignInState;

use super::{action::Action, desk::Desk, text::wrap, theme::Role};
use crate::wording::{acquirer, people, sign_in};

/// The lines below the status bar; mostly none.
pub(crate) fn banners(desk: &Desk) -> Vec<(String, Role)> {
    let language = desk.language;
    let mut out: Vec<(String, Role)> = Vec::new();
    let line = desk.overview.as_ref().and_then(|overview| overview.sign_in.as_ref());
    out.extend(line.filter(|line| matches!(line.state, SignInState::SignedOut | SignInState::Never)).map(|line| {
        let why = match line.cause {
            Some(cause) => acquirer::cause(cause, language),
            None => acquirer::state(line.state, language),
        };
        let key = desk.keymap.names(Action::GoSignIn, language);
        (sign_in::banner(why, &key, language), Role::Trouble)
    }));
    out.extend(desk.seat.support().next().map(|row| {
        let who = format!("{} {}", row.operator, row.name);
        let mut text = people::support_here(who.trim(), row.since, &row.origin, language);
        if desk.may("session_end") != protocol::Verdict::Refused {
            text += people::end_key(&desk.keymap.names(Action::EndSupport, language), language).as_str();
        }
        (text, Role::Warning)
    }));
    let columns = desk.width.saturating_sub(2);
    out.into_iter().flat_map(|(text, role)| wrap(&text, columns).into_iter().map(move |line| (line, role))).collect()
}
