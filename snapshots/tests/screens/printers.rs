//! The printers: the list, one of them, what can be done.

use model::{Cause, JobState, Language};
use protocol::Event;
use serde_json::{Value, json};

use crate::harness::{Daemon, Session, assert_sheet, chinese_screen, screens, shop, small_screens};

/// A shop with these printers.
fn shop_of(printers: Vec<protocol::PrinterRow>) -> Daemon {
    Daemon { printers, ..Daemon::usual() }
}

fn paper_out() -> Value {
    json!({ "state": "blocked", "cause": "paper_out", "since": "2026-11-20T13:50:00.000+08:00",
        "conditions": shop::conditions(json!({ "online": false, "paper": "out" })),
        "waiting": { "queued": 2, "blocked": 1, "held": 1, "expired": 0, "sending": 0 } })
}

/// Answers nothing at all.
fn mute() -> Value {
    json!({ "proof": "none", "proof_detail": "no answer to GS ( H, GS r and GS g within 500 ms each", "conditions": null,
        "identity": null, "counters": null, "connection": "usb:///dev/usb/lp0", "profile": "generic-58", "columns": 32 })
}

/// Not heard of since the daemon started.
fn silent() -> Value {
    json!({ "state": "unknown", "since": null, "proof": "unknown", "proof_since": null, "proof_detail": null,
        "conditions": null, "identity": null, "counters": null, "last_good_print": null,
        "connection": "serial:///dev/ttyS0?baud=19200&flow=hardware" })
}

/// One of every kind.
pub(crate) fn several() -> Daemon {
    shop_of(vec![
        shop::printer("front", paper_out()),
        shop::printer("back", mute()),
        shop::printer(
            "kitchen",
            json!({ "paused": true,
            "waiting": { "queued": 3, "blocked": 0, "held": 0, "expired": 0, "sending": 0 } }),
        ),
        shop::printer(
            "bar",
            json!({ "near_end": true, "proof": "process_id",
            "conditions": shop::conditions(json!({ "paper": "near_end" })) }),
        ),
        shop::printer("store", silent()),
    ])
}

/// As many wide glyphs in its line as there can be.
pub(crate) fn wordy() -> protocol::PrinterRow {
    let waiting = json!({ "queued": 1000, "blocked": 1, "held": 0, "expired": 0, "sending": 0 });
    shop::printer("前台打印", json!({ "state": "blocked", "cause": "busy", "waiting": waiting }))
}

fn changed(printer: &str) -> Event {
    Event::Changed { change: model::Change(700), transactions: vec![], jobs: vec![], printers: vec![printer.into()] }
}

#[test]
fn several_printers_and_what_they_need() {
    screens("printers", several, |s| s.press("gp"));
}

#[test]
fn a_shop_with_one_printer_sees_everything_about_it_at_once() {
    small_screens("printers-one", || shop_of(vec![shop::printer("front", json!({}))]), |s| s.press("gp"));
}

#[test]
fn no_printer_says_how_to_get_one() {
    small_screens("printers-empty", || shop_of(vec![]), |s| s.press("gp"));
}

#[test]
fn the_daemon_was_never_there() {
    for language in [Language::Zh, Language::En] {
        let mut session = Session::alone(language, (80, 24), Daemon::usual());
        session.disconnect(tui::console::Away::NotRunning);
        session.press("gp");
        assert_sheet(&format!("printers-away-{language}-80x24"), &session.sheet());
    }
}

#[test]
fn a_printer_that_is_ready() {
    screens("printer-ready", Daemon::usual, |s| s.press("gp<enter>"));
}

#[test]
fn a_printer_without_paper_and_its_queue() {
    small_screens("printer-paper-out", several, |s| s.press("gp<enter>"));
}

#[test]
fn a_mute_printer_is_not_called_ill() {
    chinese_screen("printer-mute", several, |s| s.press("gp<down><enter>"));
}

#[test]
fn a_paused_printer() {
    small_screens("printer-paused", several, |s| s.press("gp<down><down><enter>"));
}

#[test]
fn a_printer_near_the_end_of_its_roll() {
    chinese_screen("printer-near-end", several, |s| s.press("gp<down><down><down><enter>"));
}

#[test]
fn a_printer_never_heard_of_claims_nothing() {
    chinese_screen("printer-unknown", several, |s| s.press("gp<end><enter>"));
}

#[test]
fn a_small_window_scrolls_to_the_rest() {
    let mut session = Session::new(Language::En, (60, 16), several());
    session.press("gp");
    assert_sheet("printers-small-en-60x16", &session.sheet());
    session.press("<enter>");
    assert!(session.text().contains("PgDn for more"), "{}", session.text());
    assert!(!session.text().contains("generic-80"), "{}", session.text());
    session.press("<pgdn><pgdn>");
    assert!(session.text().contains("generic-80"), "{}", session.text());
}

#[test]
fn a_test_page_names_its_printer_and_is_followed_to_its_proof() {
    small_screens("printer-test", Daemon::usual, |s| s.press("gpt"));
    chinese_screen("printer-test-waits", several, |s| s.press("gpt"));
    let mut session = Session::usual();
    session.press("gpt<enter>");
    let job = &session.daemon.jobs[0];
    assert_eq!((job.kind, job.printer.as_str()), (model::JobKind::TestPage, "front"));
    assert!(session.text().contains("J58 测试页：打印中"), "{}", session.text());
    let event = session.daemon.end_job(JobState::Confirmed, None);
    session.event(event);
    assert!(session.text().contains("J58 测试页：已打出（打印机打完后有答复）"), "{}", session.text());
}

#[test]
fn a_drawer_is_asked_about_and_its_pulse_is_no_paper() {
    chinese_screen("printer-drawer", several, |s| s.press("gpd"));
    let mut session = Session::usual();
    session.press("gp<down>d<esc>");
    assert_eq!(session.daemon.jobs.len(), 3, "Esc opens nothing");
    session.press("d<enter>");
    assert_eq!(session.daemon.jobs[0].printer, "back");
    for (state, cause, said) in [
        (JobState::Unconfirmed, Some(Cause::NoStatus), "请看钱箱"),
        (JobState::Confirmed, None, "打印机已执行"),
        (JobState::NotPrinted, Some(Cause::CoverOpen), "没开，上盖没合好"),
        (JobState::Expired, None, "不会自动再开"),
    ] {
        let event = session.daemon.end_job(state, cause);
        session.event(event);
        assert!(session.text().contains(said), "{}", session.text());
    }
}

#[test]
fn pausing_takes_one_key_and_so_does_going_on() {
    let mut session = Session::usual();
    session.press("gpz");
    assert!(session.daemon.printers[0].paused);
    let text = session.text();
    assert!(text.contains("打印机 1/2 台暂停") && text.contains("front 已暂停") && text.contains("z 恢复"), "{text}");
    session.press("gh");
    assert!(session.text().contains("* front 已暂停"), "{}", session.text());
    session.press("<enter>z");
    assert!(!session.daemon.printers[0].paused, "Home leads to it");
    assert!(session.text().contains("front 已恢复打印"), "{}", session.text());
}

#[test]
fn a_second_press_before_the_answer_undoes_nothing() {
    let mut session = Session::usual();
    session.press("gp");
    session.prompt = false;
    session.press("zz");
    assert_eq!(session.open.len(), 1);
    session.disconnect(tui::console::Away::Closed);
    session.press("ztd");
    assert!(session.open.is_empty(), "nothing leaves while the daemon is away");
    session.prompt = true;
    session.connect();
    session.press("z");
    assert!(session.daemon.printers[0].paused);
}

#[test]
fn a_refused_pause_says_why() {
    let mut session = Session::usual();
    session.press("gp");
    session.daemon.accepts = Err(protocol::Reason::NoSuchPrinter);
    session.press("z");
    assert!(session.text().contains("没有叫 front 的打印机"), "{}", session.text());
    session.press("t<enter>");
    assert!(session.text().contains("没有叫 front 的打印机"), "it stays in the dialog: {}", session.text());
}

#[test]
fn a_line_that_breaks_after_asking_for_a_pulse_does_not_ask_twice() {
    let mut session = Session::usual();
    session.press("gpd");
    session.prompt = false;
    session.press("<enter>");
    session.disconnect(tui::console::Away::Closed);
    session.prompt = true;
    session.connect();
    session.press("<enter>");
    assert!(session.text().contains("不知道是否已收下"), "{}", session.text());
    assert_eq!(session.daemon.jobs.len(), 3);
}

#[test]
fn what_a_printer_says_is_seen_while_one_looks_at_it() {
    let mut session = Session::new(Language::En, (80, 24), Daemon::usual());
    session.press("gp<enter>");
    assert!(session.text().contains("cover         closed"), "{}", session.text());
    let open = shop::conditions(json!({ "cover_open": true, "online": false }));
    session.daemon.printers[0] =
        shop::printer("front", json!({ "state": "blocked", "cause": "cover_open", "conditions": open }));
    session.event(changed("front"));
    let text = session.text();
    assert!(text.contains("cover         open") && text.contains("! close the cover firmly"), "{text}");
}

#[test]
fn what_a_printer_calls_itself_commands_no_terminal() {
    let nasty = "\u{1b}[2J\u{9b}31m\u{202e}TM\r\n";
    let identity = json!({ "maker": nasty, "model": nasty, "firmware": nasty, "serial": nasty, "font": nasty });
    let printer = shop::printer("front", json!({ "identity": identity, "proof_detail": nasty, "connection": nasty }));
    let mut session = Session::new(Language::Zh, (80, 24), shop_of(vec![printer]));
    for keys in ["gp", "<enter>", "t"] {
        session.press(keys);
        assert!(session.text().chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{}", session.text());
    }
}

#[test]
fn the_selection_stays_on_its_printer() {
    let mut session = Session::new(Language::En, (80, 24), several());
    session.press("gp<down><down>");
    session.daemon.printers.swap(0, 2);
    session.event(changed("front"));
    assert!(session.text().contains(">kitchen"), "{}", session.text());
}

#[test]
fn forty_printers_are_paged() {
    let many = (0..40).map(|nth| shop::printer(&format!("p{nth:02}"), json!({ "near_end": nth % 2 == 0 }))).collect();
    let mut session = Session::new(Language::En, (80, 24), shop_of(many));
    session.press("gp<end>");
    assert!(session.text().contains(">p39"), "{}", session.text());
    session.press("<pgup><home>");
    assert!(session.text().contains(">p00"), "{}", session.text());
}

#[test]
fn jobs_without_a_receipt_have_words_in_the_queue() {
    let mut daemon = Daemon::usual();
    let errand = |number: u64, kind: &str, state| {
        shop::job(number, 1, state, json!({ "kind": kind, "transaction": null, "copy": null }))
    };
    daemon.jobs.insert(0, errand(58, "test_page", JobState::Confirmed));
    daemon.jobs.insert(0, errand(59, "drawer", JobState::Confirmed));
    for (language, words) in [
        (
            Language::Zh,
            [
                "J59                 开钱箱                  已执行",
                "J58                 测试页                  已打出",
            ],
        ),
        (
            Language::En,
            ["J59                 drawer                  done", "J58                 test page               printed"],
        ),
    ] {
        let mut session = Session::new(language, (80, 24), daemon.clone());
        session.press("gq");
        let text = session.text();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    }
}
