//! Who may connect and what for, asked by another user than the daemon's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::os::unix::fs::PermissionsExt;

use serde_json::json;
use shop::{Shop, Talk, event};

/// A user that no system has.
const STRANGER: u32 = 54_321;

/// Runs as the stranger; only this thread changes. False where that is not possible.
fn as_stranger(run: impl FnOnce() + Send + 'static) -> bool {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can ask as somebody else");
        return false;
    }
    std::thread::spawn(move || {
        // the group stays, so that the socket's mode lets it in and the daemon has to decide
        rustix::thread::set_thread_uid(rustix::process::Uid::from_raw(STRANGER)).unwrap();
        run();
    })
    .join()
    .unwrap();
    true
}

fn open(more: &str) -> Shop {
    let shop = Shop::open(more);
    std::fs::set_permissions(shop.dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    shop
}

#[test]
fn who_is_not_listed_is_refused_and_that_is_audited() {
    let mut shop = open("");
    let socket = shop.socket();
    let asked = as_stranger(move || {
        let mut talk = Talk::silent(&socket);
        let refused = talk.line();
        assert_eq!(
            (&refused["error"]["kind"], &refused["error"]["reason"]),
            (&json!("not_permitted"), &json!("user_not_allowed"))
        );
        assert_eq!(talk.rest(), "");
    });
    assert!(shop.close().success());
    if asked {
        let store = store::Store::open(&shop.path("state")).unwrap();
        let rows = store.reader().unwrap().audit_from(0).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].origin.uid, rows[0].outcome), (STRANGER, model::Outcome::Refused));
    }
}

#[test]
fn before_setup_a_listed_user_may_only_record() {
    for listed in ["record", "use"] {
        let mut shop = open(&format!("[access]\n{listed} = [\"{STRANGER}\"]"));
        let socket = shop.socket();
        let asked = as_stranger(move || {
            let mut talk = Talk::to(&socket);
            // what only `use` names has the rest, and recording is not of it
            match listed {
                "record" => assert!(talk.ok("record", event(1))["id"].is_string()),
                _ => assert_eq!(talk.error("record", event(1))["kind"], "not_permitted"),
            }
            for verb in ["transactions", "status", "reprint", "subscribe", "no_such_verb"] {
                // not even the keys are looked at
                let refused = talk.error(verb, json!({ "nonsense": 1 }));
                assert_eq!((&refused["kind"], &refused["subject"]), (&json!("not_permitted"), &json!(verb)));
            }
        });
        assert!(shop.close().success());
        if asked {
            let store = store::Store::open(&shop.path("state")).unwrap();
            let rows = store.reader().unwrap().audit_from(0).unwrap();
            assert_eq!(
                rows.iter().filter(|row| row.outcome == model::Outcome::Refused).count(),
                if listed == "record" { 5 } else { 6 }
            );
        }
    }
}
