//! PINs when something goes wrong: the secret beside the store is lost, a PIN is typed where the number belongs, a PIN is
//! the number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::os::unix::fs::PermissionsExt;

use serde_json::json;
use shop::{
    Shop, Talk,
    people::{hire, pin, talk_of, trail},
};

fn tried(shop: &Shop, operator: &str, pin: &str) -> (String, String) {
    let answer = shop.talk().ask("log_on", json!({"operator": operator, "pin": pin}));
    let word = |key: &str| answer["error"][key].as_str().unwrap_or("ok").to_owned();
    (word("kind"), word("reason"))
}

#[test]
fn root_begins_anew_where_the_secret_is_lost_and_everybody_is_told_what_to_do() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let secret = shop.path("state/pins.pepper");
    std::fs::remove_file(&secret).unwrap();
    assert_eq!(tried(&shop, "02", &pin("02")), ("unavailable".into(), "pepper_missing".into()));
    assert_eq!(trail(&mut manager, 1), [json!([null, null, "log_on", "02", "failed"])]);
    let refused = manager.error("operators_add", json!({"id": "66", "role": "cashier", "new_pin": "246810"}));
    assert_eq!(refused["reason"], "pepper_missing", "a manager's word does not make a new one");
    assert_eq!(trail(&mut manager, 1), [json!(["01", null, "operators_add", "66", "refused"])]);
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let mut root = shop.talk();
    root.ok("operators_set_pin", json!({"id": "01", "new_pin": "135790"}));
    let kept = std::fs::metadata(&secret).unwrap();
    assert_eq!((kept.len(), kept.permissions().mode() & 0o777), (32, 0o600));
    assert_eq!(manager.error("jobs", json!({}))["reason"], "log_on_needed", "log-ons of before count no more");
    assert_eq!(tried(&shop, "02", &pin("02")), ("not_permitted".into(), "pin_lost".into()));
    let mut manager: Talk = shop.talk();
    manager.ok("log_on", json!({"operator": "01", "pin": "135790"}));
    let row = manager.ok("audit", json!({"act": "operators_set_pin", "limit": 1}))["rows"][0].clone();
    assert!(row["after"].as_str().unwrap().contains("the secret was lost"), "{row}");
    assert!(trail(&mut manager, 3).contains(&json!([null, null, "log_on", "02", "refused"])));
    manager.ok("operators_set_pin", json!({"id": "02", "new_pin": pin("02")}));
    talk_of(&shop, "02").ok("status", json!({}));
}

#[test]
fn a_pin_typed_where_the_number_belongs_is_found_nowhere() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let answer = shop.talk().ask("log_on", json!({"operator": "918273", "pin": ""}));
    assert_eq!((&answer["error"]["reason"], &answer["error"]["subject"]), (&json!("wrong_pin"), &json!("****")));
    assert_eq!(trail(&mut manager, 1), [json!([null, null, "log_on", "****", "failed"])]);
    assert!(!answer.to_string().contains("918273") && !shop.log().contains("918273"));
    for unknown in ["nobody", "07", "1234567890123"] {
        tried(&shop, unknown, "1");
        assert_eq!(trail(&mut manager, 1), [json!([null, null, "log_on", unknown, "failed"])]);
    }
}

#[test]
fn a_pin_is_another_number_than_the_operators_own() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let refused = manager.error("operators_add", json!({"id": "4711", "role": "cashier", "new_pin": "4711"}));
    assert_eq!((&refused["kind"], &refused["reason"]), (&json!("invalid"), &json!("bad_new_pin")));
    manager.ok("operators_add", json!({"id": "4711", "role": "cashier", "new_pin": "1174"}));
    assert_eq!(manager.error("operators_set_pin", json!({"id": "4711", "new_pin": "4711"}))["kind"], "invalid");
}

#[test]
fn a_state_folder_that_others_may_write_into_is_warned_about() {
    let mut shop = Shop::closed("");
    std::fs::create_dir(shop.path("state")).unwrap();
    std::fs::set_permissions(shop.path("state"), std::fs::Permissions::from_mode(0o777)).unwrap();
    shop.start();
    assert!(shop.log().contains("may write into the state folder"), "{}", shop.log());
}

#[test]
fn looking_at_a_file_that_is_not_there_makes_none() {
    let shop = Shop::open("");
    let file = shop.path("slips.bin");
    let probed = shop.talk().ok("printer_probe", json!({"id": format!("file://{}", file.display())}));
    assert_eq!((&probed["ok"], &probed["cause"]), (&json!(true), &json!("no_status")));
    assert!(!file.exists());
}
