//! The status bar: which shop, which screen, and how everything stands that nobody should have to look up: sign-in,
//! printers, jobs, alerts, connection, operator, clock.
//!
//! Where not everything has room, words give way in a fixed order ([`Thrift`]): the shop's name first, for everybody here
//! knows it, and never what is wrong.

use model::SignInState;
use protocol::{Overview, PrinterRow, PrinterState};
use ratatui::layout::Rect;

use super::{
    alert::alerts,
    canvas::Canvas,
    desk::{Desk, Link},
    text::width,
    theme::Role,
    value,
};
use crate::wording::{acquirer, text::Text};

/// Columns to which the shop's name is cut before anything else gives way.
const SHOP: u16 = 5;

/// What gives way next, each step with all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Thrift {
    /// Nothing.
    None,
    /// Printers are told in figures.
    Figures,
    /// The operator's number without the name.
    Number,
    /// Stopped jobs and open questions: the alerts count them, too.
    Parts,
    /// A connection that is fine goes without saying.
    Link,
    /// So does a terminal that is signed in.
    SignedIn,
    /// Jobs that wait; what stops them is among the alerts.
    Waiting,
}

use Thrift::{Figures, Number, Parts, SignedIn, Waiting};

const THRIFT: [Thrift; 7] = [Thrift::None, Figures, Number, Parts, Thrift::Link, SignedIn, Waiting];

/// Draws it.
pub(crate) fn status_bar(canvas: &mut Canvas<'_>, area: Rect, title: &Text<'_>, desk: &Desk) {
    let shop = shop(canvas, desk);
    let title = canvas.say(title);
    let least = width(&shop).min(SHOP) + 2 + width(&title) + 2;
    let room = area.width.saturating_sub(2);
    let all = THRIFT.map(|thrift| words(canvas, desk, thrift));
    let fits = |words: &&Vec<(String, Role)>| least + columns(words) <= room;
    let Some(words) = all.iter().find(fits).or(all.last()) else { return };
    canvas.tint(area, Role::Status);
    let mut x = (area.right().saturating_sub(1)).saturating_sub(columns(words)).max(area.x);
    // what is left over is the shop's; the screen's name stays whole
    let left = x.saturating_sub(area.x + 3);
    let used = canvas.put(area.x + 1, area.y, left.saturating_sub(width(&title) + 2), &shop, Role::Status);
    let at = area.x + 1 + if used > 0 { used + 2 } else { 0 };
    canvas.put(at, area.y, x.saturating_sub(at + 1), &title, Role::Status);
    for (text, role) in words {
        x += canvas.put(x, area.y, area.right().saturating_sub(x), text, *role) + 2;
    }
}

/// The shop's name; where none of it can be shown, what else tells one shop from another.
fn shop(canvas: &Canvas<'_>, desk: &Desk) -> String {
    let Some(overview) = &desk.overview else { return canvas.say(&Text::NoShop) };
    let readable = overview.shop.chars().any(|c| c.is_ascii_alphanumeric());
    if readable || !canvas.is_ascii() {
        return overview.shop.clone();
    }
    let terminal = desk.latest.iter().flatten().find_map(|row| row.transaction.terminal_id.as_deref());
    canvas.say(&terminal.map_or(Text::ShopNeedsUtf8, Text::ShopByTerminal))
}

/// The columns of words with two between them.
fn columns(words: &[(String, Role)]) -> u16 {
    words.iter().map(|(text, _)| width(text) + 2).sum::<u16>().saturating_sub(2)
}

/// What stands at the right. While the daemon is away nothing is known of what it told before.
fn words(canvas: &Canvas<'_>, desk: &Desk, thrift: Thrift) -> Vec<(String, Role)> {
    let mut out: Vec<(String, Role)> = Vec::new();
    if let (Some(overview), Link::Up(_)) = (&desk.overview, &desk.link) {
        out.extend(sign_in(canvas, overview, thrift));
        for (text, role) in printers(&overview.printers, thrift) {
            out.push((canvas.say(&text), role));
        }
        let waiting: u32 = overview.printers.iter().map(|p| p.waiting.total()).sum();
        if waiting > 0 && thrift < Waiting {
            out.push((canvas.say(&Text::WaitingJobs(waiting)), Role::Status));
        }
        let stopped: u32 = overview.printers.iter().map(|p| p.waiting.held + p.waiting.expired).sum();
        if stopped > 0 && thrift < Parts {
            out.push((canvas.say(&Text::HeldJobs(stopped)), Role::Status));
        }
        if overview.questions.count > 0 && thrift < Parts {
            out.push((canvas.say(&Text::QuestionCount(overview.questions.count)), Role::StatusTrouble));
        }
    }
    let alerts = alerts(desk).len();
    if alerts > 0 {
        out.push((canvas.say(&Text::AlertCount(alerts)), Role::StatusTrouble));
    }
    out.extend(match desk.link {
        Link::Up(_) if desk.is_silent() => Some((canvas.say(&Text::LinkSilent), Role::StatusTrouble)),
        Link::Up(_) if thrift >= Thrift::Link => None,
        Link::Up(_) => Some((canvas.say(&Text::LinkUp), Role::Status)),
        Link::Connecting => Some((canvas.say(&Text::LinkConnecting), Role::Status)),
        Link::Away(_) => Some((canvas.say(&Text::LinkAway), Role::StatusTrouble)),
    });
    let number = || desk.seat.id().map(str::to_owned);
    let operator = if thrift < Number { desk.seat.operator() } else { number() };
    out.extend(operator.map(|operator| (operator, Role::Status)));
    // before the shop's zone is known any time would be a guess
    let now = desk.now.filter(|_| desk.overview.is_some());
    out.extend(now.map(|now| (value::clock(now), Role::Status)));
    out
}

/// Whether the payment terminal is signed in; nothing in a shop without an acquirer. Why it is not, and what not to do,
/// stands below the bar.
fn sign_in(canvas: &Canvas<'_>, overview: &Overview, thrift: Thrift) -> Option<(String, Role)> {
    let (state, role) = match overview.sign_in.as_ref()?.state {
        SignInState::NotConfigured => return None,
        SignInState::SignedIn if thrift >= SignedIn => return None,
        state @ (SignInState::SignedIn | SignInState::Settling) => (state, Role::Status),
        SignInState::SignedOut | SignInState::Never => (SignInState::SignedOut, Role::StatusTrouble),
    };
    Some((acquirer::state(state, canvas.language).to_owned(), role))
}

/// How many printers are well: a paused one is no trouble, but it is not ready either.
fn printers(printers: &[PrinterRow], thrift: Thrift) -> Vec<(Text<'static>, Role)> {
    let n = printers.len();
    let bad = printers.iter().filter(|p| value::in_trouble(p)).count();
    let paused = printers.iter().filter(|p| p.paused && !value::in_trouble(p)).count();
    let ready = |p: &&PrinterRow| matches!(p.state, PrinterState::Ready | PrinterState::Printing) && !p.paused;
    let good = printers.iter().filter(ready).count();
    match (n, bad, paused) {
        (0, ..) => vec![(Text::NoPrinters, Role::StatusTrouble)],
        // the same figures as in words
        (_, 0, 0) if thrift >= Figures => vec![(Text::PrintersShort { good, n }, Role::Status)],
        (_, 0, paused) if thrift >= Figures => vec![(Text::AlsoPaused(paused), Role::Status)],
        (_, bad, _) if thrift >= Figures => vec![(Text::PrintersTroubleShort { bad, n }, Role::StatusTrouble)],
        (_, 0, 0) if good == n => vec![(Text::PrintersFine { n }, Role::Status)],
        (_, 0, 0) => vec![(Text::PrintersSome { good, n }, Role::Status)],
        (_, 0, paused) => vec![(Text::PrintersPaused { paused, n }, Role::Status)],
        (_, bad, 0) => vec![(Text::PrintersTrouble { bad, n }, Role::StatusTrouble)],
        (_, bad, paused) => {
            vec![(Text::PrintersTrouble { bad, n }, Role::StatusTrouble), (Text::AlsoPaused(paused), Role::Status)]
        }
    }
}
