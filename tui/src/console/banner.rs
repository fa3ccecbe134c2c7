//! What must be in sight on every screen: that the payment terminal is not signed in, and that support looks on.

use model::SignInState;

use super::{
    action::Action,
    desk::Desk,
    text::{fit, wrap},
    theme::Role,
};
use crate::wording::{people, sign_in};

/// The lines below the status bar; mostly none.
pub(crate) fn banners(desk: &Desk) -> Vec<(String, Role)> {
    let language = desk.language;
    let mut out: Vec<(String, Role)> = Vec::new();
    let line = desk.overview.as_ref().and_then(|overview| overview.sign_in.as_ref());
    let trouble = line.and_then(|line| Some((line.state, sign_in::trouble(line.state, line.cause, language)?)));
    out.extend(trouble.map(|(state, (what, next))| {
        let key = desk.keymap.names(Action::GoSignIn, language);
        let role = if state == SignInState::Settling { Role::Warning } else { Role::Trouble };
        (sign_in::banner(&what, &next, &key, language), role)
    }));
    out.extend(desk.seat.support().next().map(|row| {
        // foreign words stay short enough for two lines
        let who = fit(&format!("{} {}", row.operator, row.name), 24);
        let mut origin = row.origin.clone();
        origin.ssh = origin.ssh.map(|address| fit(&address, 40));
        origin.tty = origin.tty.map(|tty| fit(&tty, 16));
        let mut text = people::support_here(who.trim(), row.since, &origin, language);
        if desk.may("session_end") != protocol::Verdict::Refused {
            text += people::end_key(&desk.keymap.names(Action::EndSupport, language), language).as_str();
        }
        (text, Role::Warning)
    }));
    let columns = desk.width.saturating_sub(2);
    out.into_iter().flat_map(|(text, role)| wrap(&text, columns).into_iter().map(move |line| (line, role))).collect()
}
