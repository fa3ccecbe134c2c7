//! The console without a terminal: keys in, the screen out; and what a shell and a manual need to know.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[allow(dead_code, reason = "shared with the tests of the verbs, which use the rest")]
mod daemon;
#[allow(dead_code, reason = "shared with the tests of the terminal itself, which use the rest")]
mod terminal;

use daemon::{Act, Daemon, Ran, counterfoil, nobody, ok};
use serde_json::json;
use terminal::Terminal;

/// A shop with one payment, and a printer that is well.
fn shop() -> Daemon {
    Daemon::start(|id, verb, request| match verb {
        "overview" => ok(
            id,
            &json!({ "shop": "红梅便利店", "day": "2026-11-20", "now": "2026-11-20T14:05:00.000+08:00", "totals": [],
                "unprinted": 0, "unknown": 0, "printers": [], "change": 7 }),
        ),
        "transactions" => {
            let found = request["search"].as_str().is_none_or(|words| "000132".contains(words));
            ok(
                id,
                &json!({ "rows": if found { json!([{ "id": "01JD6Y8K3M000", "recorded_at": "2026-11-20T14:02:42.000+08:00",
                    "change": 5, "source": "t", "source_id": "1", "kind": "sale", "amount": 12800, "currency": "CNY",
                    "time": "2026-11-20T14:02:41+08:00", "status": "approved", "method": "wechat",
                    "voucher": "000132", "items": [], "prints": 0, "found_by": "voucher" }]) } else { json!([]) },
                    "next": null, "searched_to": null }),
            )
        }
        "jobs" => ok(id, &json!({ "rows": [], "next": null, "searched_to": null })),
        "subscribe" => ok(id, &json!({ "change": 7 })),
        "receipt" => ok(id, &json!({ "text": "红梅便利店\n签购单" })),
        _ => Act::Say(vec![
            json!({"id": id, "error": {"kind": "not_found", "reason": "no_such_transaction", "subject": "x",
                "message": "no", "doing": "d", "next": "n"}})
            .to_string(),
        ]),
    })
}

#[test]
fn keys_are_played_and_the_screen_is_printed() {
    let shop = shop();
    let ran = shop.run(&["--lang", "zh", "--print", "80x24"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(ran.out.lines().count(), 24);
    assert!(ran.out.contains("红梅便利店") && ran.out.contains("¥128.00"), "{}", ran.out);
    let ran = shop.run(&["--lang", "zh", "--keys", "g t / 0 0 1 3 2 Enter", "--print", "120x40"]);
    assert!(ran.out.contains("交易明细") && ran.out.contains("签购单"), "{}", ran.out);
    let ran = shop.run(&["--lang", "en", "--keys", "/9999", "--print", "80x24"]);
    assert!(ran.out.contains("9999") && !ran.out.contains("128.00"), "{}", ran.out);
}

#[test]
fn a_daemon_that_is_away_is_on_the_screen_and_in_the_exit_status() {
    let folder = tempfile::tempdir().unwrap();
    let socket = nobody(folder.path());
    let ran = Ran::of(&counterfoil(&["--socket", &socket, "--lang", "en", "--print", "80x24"]).output().unwrap());
    assert_eq!(ran.status, 3);
    assert!(ran.out.contains("not running"), "{}", ran.out);
}

#[test]
fn a_key_that_does_not_exist_is_wrong_usage_and_presses_nothing() {
    let shop = shop();
    let ran = shop.run(&["--keys", "g t Entr", "--print", "80x24"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("Entr") && ran.out.is_empty(), "{ran:?}");
    assert_eq!(shop.run(&["--keys", "g t"]).status, 2, "keys alone would open nothing");
    assert_eq!(shop.run(&["--print", "80"]).status, 2);
}

#[test]
fn completions_and_a_manual_come_from_the_binary() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = Ran::of(&counterfoil(&["completions", shell]).output().unwrap());
        assert!(ran.status == 0 && ran.out.contains("counterfoil") && ran.out.contains("reprint"), "{shell}");
    }
    let ran = Ran::of(&counterfoil(&["man"]).output().unwrap());
    assert!(ran.status == 0 && ran.out.contains(".TH counterfoil 1") && ran.out.contains("reprint"), "{}", ran.out);
    let help = Ran::of(&counterfoil(&["--help"]).output().unwrap());
    assert!(help.out.contains("completions") && help.out.contains("  man "), "{}", help.out);
}

#[test]
fn two_consoles_on_one_daemon_do_not_disturb_each_other() {
    let shop = shop();
    let socket = shop.socket();
    let open = |language| {
        let home = tempfile::tempdir().unwrap();
        let words = [env!("CARGO_BIN_EXE_counterfoil"), "--socket", socket.to_str().unwrap(), "--lang", language];
        Terminal::run(home, &words, &[])
    };
    let (mut clerk, mut support) = (open("zh"), open("en"));
    clerk.wait_for("最近一笔");
    support.wait_for("Latest transaction");
    clerk.press(b"/132");
    clerk.wait_for("[132 ");
    support.press(b"g");
    support.press(b"p");
    support.wait_for("no printer is set up");
    assert!(clerk.screen().contains("132") && !support.screen().contains("132"));
    support.press(b"q");
    assert_eq!(support.ended().exit_code(), 0);
    clerk.press(b"\x1b");
    clerk.wait_for("返回");
    clerk.press(b"q");
    assert_eq!(clerk.ended().exit_code(), 0);
}
