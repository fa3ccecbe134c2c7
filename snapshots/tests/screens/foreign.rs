//! Whatever a text from outside says, wherever it is shown: it stays in its own cells, and it commands no terminal. Through
//! the console's own painter into a terminal's parser.

use model::Language;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use ratatui::buffer::Buffer;
use serde_json::{Value, json};

use crate::harness::{Daemon, Session, people::Staff, shop};

/// A text that comes from outside, and where it is shown.
struct Place {
    name: &'static str,
    /// Puts it there.
    put: fn(&mut Daemon, &str),
    /// Who logs on, if anybody.
    operator: Option<&'static str>,
    keys: &'static str,
}

const fn place(name: &'static str, put: fn(&mut Daemon, &str), keys: &'static str) -> Place {
    Place { name, put, operator: None, keys }
}

const fn of(operator: &'static str, name: &'static str, put: fn(&mut Daemon, &str), keys: &'static str) -> Place {
    Place { name, put, operator: Some(operator), keys }
}

/// The newest payment with these keys.
fn sale(daemon: &mut Daemon, more: &Value) {
    let mut row = json!({ "method": "card", "amount": 12800, "card": "622202******1234" });
    more.as_object().unwrap().iter().for_each(|(key, value)| row[key] = value.clone());
    daemon.transactions[0] = shop::payment(132, "2026-11-20T14:02:41", row);
}

fn printer(daemon: &mut Daemon, more: Value) {
    daemon.printers[0] = shop::printer("front", more);
}

/// The first of the queue.
fn job(daemon: &mut Daemon, more: Value) {
    *daemon = Daemon::troubled();
    daemon.jobs[3] = shop::job(58, 130, model::JobState::Blocked, more);
}

fn acquirer(daemon: &mut Daemon, more: Value) {
    *daemon = Daemon::signed_out();
    daemon.staff().acquirer = crate::harness::people::acquirer("signed_out", more);
}

const PLACES: &[Place] = &[
    place("shop on Home", |d, t| d.overview.shop = t.to_owned(), "gh"),
    place("shop on a list", |d, t| d.overview.shop = t.to_owned(), "gt"),
    place("shop in trouble", |d, t| (*d = Daemon::troubled(), d.overview.shop = t.to_owned()).1, "gq"),
    place("item", |d, t| sale(d, &json!({ "items": [{ "name": t, "quantity": 3, "amount": 600 }] })), "gh<enter>"),
    place("note", |d, t| sale(d, &json!({ "note": t })), "gh<enter>"),
    place("issuer", |d, t| sale(d, &json!({ "issuer": t })), "gh<enter>"),
    place("operator of a payment", |d, t| sale(d, &json!({ "operator": t })), "gh<enter>"),
    place("order", |d, t| sale(d, &json!({ "order": t, "trade": t, "source": t })), "gh<enter>"),
    place("voucher in the list", |d, t| sale(d, &json!({ "voucher": t, "reference": t })), "gt"),
    place("voucher in a dialog", |d, t| sale(d, &json!({ "voucher": t })), "r"),
    place(
        "merchant on the paper",
        |d, t| sale(d, &json!({ "merchant_id": t.chars().take(9).collect::<String>() })),
        "gh<enter>",
    ),
    place("printer on Home", |d, t| d.printers[0].name = t.to_owned(), "gh"),
    place("printers", |d, t| d.printers[0].name = t.to_owned(), "gp"),
    place("printer", |d, t| d.printers[1].name = t.to_owned(), "gp<down><enter>"),
    place("printer of the queue", |d, t| (*d = Daemon::troubled(), d.printers[1].name = t.to_owned()).1, "gq"),
    place("printer of a reprint", |d, t| d.printers[0].name = t.to_owned(), "r+"),
    place("printer of a test page", |d, t| d.printers[0].name = t.to_owned(), "gpt"),
    place("printer among alerts", |d, t| (d.printers[0].near_end = true, d.printers[0].name = t.to_owned()).1, "!"),
    place("address", |d, t| printer(d, json!({ "connection": t, "profile": t })), "gp<enter>"),
    place(
        "maker",
        |d, t| printer(d, json!({ "identity": { "maker": t, "model": t, "serial": t, "firmware": t } })),
        "gp<enter>",
    ),
    place("proof", |d, t| printer(d, json!({ "proof_detail": t })), "gp<enter>"),
    place(
        "evidence",
        |d, t| {
            job(d, json!({ "evidence": [{ "at": "2026-11-20T14:02:45.000+08:00", "grade": "none", "detail": t }] }));
        },
        "gq<enter>",
    ),
    place("reason of a job", |d, t| job(d, json!({ "reason": t })), "gq<enter>"),
    place("approver of a job", |d, t| job(d, json!({ "approver": t })), "gq<enter>"),
    place("operator of a job", |d, t| job(d, json!({ "operator": t })), "gq<enter>"),
    place("acquirer", |d, t| acquirer(d, json!({ "name": t })), "gs"),
    place("terminal number", |d, t| acquirer(d, json!({ "terminal_id": t, "merchant_id": t, "batch": t })), "gs"),
    place(
        "step",
        |d, t| {
            let step = json!([{ "name": "tcp", "ok": false, "ms": 31, "detail": t }]);
            let last = crate::harness::people::sign_in("failed", json!({ "cause": "no_response", "steps": step }));
            acquirer(d, json!({ "last_sign_in": last }));
        },
        "gs",
    ),
    of("01", "operator", |d, t| staff(d, |s| s.operators[1].name = model::SafeText::new(t)), "gu"),
    of("01", "operator in the bar", |d, t| staff(d, |s| s.operators[0].name = model::SafeText::new(t)), "gt"),
    of("02", "reason of a reprint", |d, t| staff(d, |s| s.reasons = vec![leaked(t)]), "re"),
    of("01", "object in the trail", |d, t| entry(d, |row| row.object = Some(t.to_owned())), "ga"),
    of("01", "place in the trail", |d, t| entry(d, |row| row.origin.tty = Some(t.to_owned())), "ga"),
    of(
        "01",
        "support's address",
        |d, t| {
            staff(d, |s| {
                *s = s.clone().with_support();
                (s.sessions[0].origin.ssh, s.sessions[0].name) = (Some(t.to_owned()), model::SafeText::new(t));
            })
        },
        "gh",
    ),
];

fn staff(daemon: &mut Daemon, change: impl FnOnce(&mut Staff)) {
    *daemon = Daemon::staffed();
    change(daemon.staff());
}

fn entry(daemon: &mut Daemon, change: impl FnOnce(&mut model::AuditRow)) {
    staff(daemon, |staff| change(&mut staff.trail[0]));
}

/// The fixture keeps the shop's own words for ever.
fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn shown(place: &Place, text: &str) -> Session {
    let mut daemon = Daemon::usual();
    (place.put)(&mut daemon, text);
    // enough for every screen, and quicker
    daemon.transactions.truncate(6);
    let mut session = match place.operator {
        Some(id) => Session::coloured_for(Language::Zh, daemon, id),
        None => Session::coloured(Language::Zh, (80, 24), daemon),
    };
    session.press(place.keys);
    session
}

/// Which columns of each row are the text's own, and the picture around it: found by texts that are tame.
struct Ground {
    own: Vec<Option<(u16, u16)>>,
    picture: Buffer,
}

fn ground(place: &Place) -> Ground {
    // of every length, so that lines broken anywhere are among them
    let lengths = [0, 1, 10, 30, 50, 75, 120, 300];
    let tame = lengths.iter().flat_map(|long| ["c".repeat(*long), "c ".repeat(long / 2), "农".repeat(long / 2)]);
    let pictures: Vec<Buffer> = tame.map(|text| shown(place, &text).picture().0).collect();
    let first = &pictures[0];
    let own = (0..24)
        .map(|y| {
            let differs = |x: &u16| pictures.iter().any(|other| other[(*x, y)] != first[(*x, y)]);
            let from = (0..80).find(differs)?;
            Some((from, (0..80).rev().find(differs)?))
        })
        .collect::<Vec<_>>();
    assert!(own.iter().any(Option::is_some), "{} is not shown", place.name);
    Ground { own, picture: first.clone() }
}

#[test]
fn foreign_text_stays_in_its_own_cells_and_commands_no_terminal() {
    let grounds: Vec<Ground> = PLACES.iter().map(ground).collect();
    let text = (any::<String>(), "[农夫👨‍👩‍👧ｱ①“\u{300}\u{200d}\u{202e}\u{1b}\u{9b}\\[;31mHJ ]{0,60}", 0..PLACES.len());
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(1000) });
    let outcome = runner.run(&text, |(any, nasty, at)| {
        let (place, ground) = (&PLACES[at], &grounds[at]);
        let mut session = shown(place, &format!("{nasty}{any}"));
        let (picture, _) = session.picture();
        for y in 0..24 {
            for x in 0..80 {
                let own = ground.own[usize::from(y)].is_some_and(|(from, to)| (from..=to).contains(&x));
                prop_assert!(
                    own || picture[(x, y)] == ground.picture[(x, y)],
                    "{} {x},{y}\n{}",
                    place.name,
                    session.text()
                );
            }
        }
        obeyed(&session.frame(), &picture, ground)
    });
    outcome.unwrap();
}

/// A real terminal shows what was drawn, but for the rows of the foreign text, whose glyphs it may know otherwise; and
/// none of its modes changed.
fn obeyed(bytes: &str, drawn: &Buffer, ground: &Ground) -> Result<(), TestCaseError> {
    let escape = char::from(27);
    prop_assert!(bytes.chars().all(|c| !c.is_control() || c == escape), "{bytes:?}");
    for sequence in bytes.split(escape).skip(1) {
        let end = sequence.trim_start_matches(|c: char| matches!(c, '[' | '?' | ';') || c.is_ascii_digit());
        prop_assert!(sequence.starts_with('[') && end.starts_with(['H', 'J', 'K', 'C', 'm', 'l', 'h']), "{sequence:?}");
    }
    let mut terminal = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
    terminal.process(bytes.as_bytes());
    let screen = terminal.screen();
    for y in (0..24).filter(|y| ground.own[usize::from(*y)].is_none()) {
        for x in 0..80 {
            let shown = screen.cell(y, x).map(vt100::Cell::contents).unwrap_or_default();
            prop_assert_eq!(shown.trim(), drawn[(x, y)].symbol().trim(), "{} {}", x, y);
        }
    }
    prop_assert!(!screen.alternate_screen() && !screen.application_cursor() && !screen.bracketed_paste());
    prop_assert!(!screen.application_keypad());
    prop_assert_eq!(screen.fgcolor(), vt100::Color::Default);
    Ok(())
}
