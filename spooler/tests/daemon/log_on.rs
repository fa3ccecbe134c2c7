//! Who sits at a connection: setup, log-on, wrong PINs and the locks they lead to, over the real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::json;
use shop::{
    Shop, Talk, event,
    people::{MANAGER, hire, log_on, pin, talk_of, trail},
};

fn wrong(talk: &mut Talk, operator: &str, pin: &str) -> String {
    talk.error("log_on", json!({"operator": operator, "pin": pin}))["kind"].as_str().unwrap().to_owned()
}

#[test]
fn setup_makes_one_manager_and_from_then_on_everything_needs_a_log_on() {
    let mut shop = Shop::open("");
    let mut talk = shop.talk();
    assert!(talk.ok("status", json!({})).is_object(), "before it the daemon's own user may all");
    for (body, subject) in [
        (json!({"name": "王", "pin": "123"}), "pin"),
        (json!({"name": "王", "pin": "12345678901234"}), "pin"),
        (json!({"name": "王", "pin": "abcd"}), "pin"),
        (json!({"name": " ", "pin": "4711"}), "name"),
        (json!({"name": "王", "pin": "4711", "id": "a b"}), "id"),
        (json!({"name": "王", "pin": "4711", "id": "6222021234567890123"}), "id"),
    ] {
        let refused = talk.error("setup", body.clone());
        assert_eq!((&refused["kind"], &refused["subject"]), (&json!("invalid"), &json!(subject)), "{body}");
    }
    let made = talk.ok("setup", json!({"name": "王店长", "pin": "4711"}));
    assert_eq!((&made["id"], &made["name"], &made["disabled"]), (&json!("01"), &json!("王店长"), &json!(false)));
    assert!(made["locked_until"].is_null() && !made.to_string().contains("argon2"), "{made}");
    assert_eq!(talk.error("setup", json!({"name": "x", "pin": "4711"}))["kind"], "conflict");
    for talk in [&mut talk, &mut shop.talk()] {
        let refused = talk.error("status", json!({}));
        assert_eq!((&refused["kind"], &refused["reason"]), (&json!("not_permitted"), &json!("log_on_needed")));
    }
    assert!(talk.ok("record", event(1))["id"].is_string(), "the uid decides who may record");
    log_on(&mut talk, ("01", "4711"));
    assert!(talk.ok("status", json!({})).is_object());
    // and so it is after a restart
    drop(talk);
    assert!(shop.close().success());
    shop.start();
    let mut talk = shop.talk();
    assert_eq!(talk.error("jobs", json!({}))["reason"], "log_on_needed");
    assert_eq!(wrong(&mut talk, "01", "4712"), "wrong_pin");
    log_on(&mut talk, ("01", "4711"));
    assert_eq!(talk.ok("jobs", json!({}))["rows"], json!([]));
}

#[test]
fn a_client_is_told_where_it_stands() {
    let shop = Shop::open("[policy]\nidle_lock = \"5m\"\nreasons = [\"卡纸\"]\ntwo_person = [\"settle\"]");
    let greet = || {
        let mut talk = Talk::silent(&shop.socket());
        talk.send(r#"{"hello":{"program":"t","version":"0","protocol":1}}"#);
        talk.line()["hello"]["session"].clone()
    };
    let before = greet();
    assert_eq!((&before["set_up"], &before["operator"]), (&json!(false), &json!(null)));
    assert!(before["may"].as_object().unwrap().values().all(|verdict| verdict == "allowed"), "{before}");
    drop(hire(&shop));
    let nobody = greet();
    assert_eq!((&nobody["set_up"], &nobody["may"]["status"]), (&json!(true), &json!("refused")));
    assert_eq!(nobody["may"]["log_on"], "allowed");
    let mut talk = shop.talk();
    let cashier = log_on(&mut talk, ("02", &pin("02")));
    assert_eq!(
        (&cashier["operator"], &cashier["name"], &cashier["role"]),
        (&json!("02"), &json!("名02"), &json!("cashier"))
    );
    assert_eq!((&cashier["idle_lock_s"], &cashier["reasons"]), (&json!(300), &json!(["卡纸"])));
    let may = |verb: &str| cashier["may"][verb].as_str().unwrap().to_owned();
    assert_eq!([may("reprint"), may("settle"), may("audit")], ["allowed", "needs_approval", "refused"]);
    let nobody = talk.ok("log_off", json!({}));
    assert_eq!((&nobody["operator"], &nobody["may"]["reprint"]), (&json!(null), &json!("refused")));
    assert_eq!(talk.error("jobs", json!({}))["reason"], "log_on_needed");
}

#[test]
fn the_only_one_who_may_approve_is_told_and_nobody_where_several_may() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let told = || log_on(&mut shop.talk(), ("02", &pin("02")))["approver"].clone();
    assert_eq!(told(), json!(null));
    for id in ["08", "09"] {
        manager.ok("operators_disable", json!({"id": id}));
    }
    assert_eq!(told(), "01");
    // nobody approves himself
    assert_eq!(log_on(&mut manager, MANAGER)["approver"], json!(null));
}

#[test]
fn requests_behind_a_log_on_are_its_operators_even_when_all_came_at_once() {
    let shop = Shop::open("");
    drop(hire(&shop));
    let mut talk = shop.talk();
    talk.raw(
        concat!(
            "{\"id\":1,\"jobs\":{}}\n{\"id\":2,\"log_on\":{\"operator\":\"02\",\"pin\":\"020202\"}}\n{\"id\":3,\"jobs\":{}}\n",
            "{\"id\":4,\"audit\":{}}\n{\"id\":5,\"log_on\":{\"operator\":\"01\",\"pin\":\"471100\"}}\n{\"id\":6,\"audit\":{}}\n",
            "{\"id\":7,\"log_off\":{}}\n{\"id\":8,\"jobs\":{}}\n"
        )
        .as_bytes(),
    );
    let answers: Vec<_> = (0..8).map(|_| talk.line()).collect();
    let good: Vec<bool> = answers.iter().map(|answer| answer["error"].is_null()).collect();
    assert_eq!(good, [false, true, true, false, true, true, true, false], "{answers:?}");
    assert_eq!(answers[3]["error"]["reason"], "role_not_allowed");
}

#[test]
fn a_wrong_pin_leaves_who_sits_there_and_a_right_one_takes_the_place() {
    let shop = Shop::open("");
    drop(hire(&shop));
    let mut talk = talk_of(&shop, "02");
    assert_eq!(wrong(&mut talk, "03", "999999"), "wrong_pin");
    assert_eq!(talk.error("audit", json!({}))["subject"], "audit");
    assert!(talk.ok("jobs", json!({})).is_object());
    log_on(&mut talk, ("03", &pin("03")));
    log_on(&mut talk, MANAGER);
    assert_eq!(
        trail(&mut talk, 3)[..2],
        [json!(["01", null, "log_on", "01", "done"]), json!(["03", null, "log_on", "03", "done"]),]
    );
}

#[test]
fn whatever_is_no_pin_is_a_wrong_one_counted_and_audited() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut talk = shop.talk();
    for (nth, typed) in ["", "02020", "020202\n", "０２０２０２"].into_iter().enumerate() {
        assert_eq!(wrong(&mut talk, "02", typed), "wrong_pin", "{typed:?}");
        let rows = manager.ok("operators", json!({}))["rows"].clone();
        let cashier = rows.as_array().unwrap().iter().find(|row| row["id"] == "02").unwrap();
        assert_eq!(cashier["wrong_tries"], nth + 1);
    }
    // one that nobody knows is no other answer, and no other time is measured here
    assert_eq!(wrong(&mut talk, "77", "020202"), "wrong_pin");
    assert_eq!(
        trail(&mut manager, 2),
        [json!([null, null, "log_on", "77", "failed"]), json!([null, null, "log_on", "02", "failed"]),]
    );
    // a right one forgets the others
    log_on(&mut talk, ("02", "020202"));
    for _ in 0..4 {
        assert_eq!(wrong(&mut talk, "02", "1"), "wrong_pin");
    }
    log_on(&mut talk, ("02", "020202"));
}

#[test]
fn five_wrong_ones_lock_also_over_a_restart_and_a_manager_unlocks() {
    let mut shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut talk = shop.talk();
    for _ in 0..5 {
        assert_eq!(wrong(&mut talk, "02", "0000"), "wrong_pin");
    }
    let locked = |manager: &mut Talk| {
        let rows = manager.ok("operators", json!({}))["rows"].clone();
        rows.as_array().unwrap().iter().find(|row| row["id"] == "02").unwrap()["locked_until"].clone()
    };
    let until = locked(&mut manager);
    let refused = talk.error("log_on", json!({"operator": "02", "pin": "020202"}));
    assert_eq!((&refused["kind"], &refused["reason"]), (&json!("locked_out"), &json!("locked_out")), "{refused}");
    assert_eq!(trail(&mut manager, 1), [json!([null, null, "log_on", "02", "refused"])]);
    assert!(until.is_string() && until == locked(&mut manager), "a try while it is locked does not count");
    drop((talk, manager));
    shop.kill();
    shop.start();
    let mut talk = shop.talk();
    assert_eq!(wrong(&mut talk, "02", "020202"), "locked_out");
    let mut manager = talk_of(&shop, "01");
    assert_eq!(locked(&mut manager), until);
    let row = manager.ok("operators_unlock", json!({"id": "02"}));
    assert_eq!((&row["locked_until"], &row["wrong_tries"]), (&json!(null), &json!(0)));
    log_on(&mut talk, ("02", "020202"));
}

#[test]
fn a_disabled_operator_and_an_old_pin_end_every_log_on_at_once() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    let mut other = talk_of(&shop, "03");
    assert_eq!(manager.ok("operators_disable", json!({"id": "02"}))["disabled"], true);
    assert_eq!(cashier.error("jobs", json!({}))["reason"], "log_on_needed");
    let refused = cashier.error("log_on", json!({"operator": "02", "pin": "020202"}));
    assert_eq!((&refused["kind"], &refused["reason"]), (&json!("not_permitted"), &json!("operator_disabled")));
    assert_eq!(wrong(&mut cashier, "02", "1"), "wrong_pin", "only who knows the PIN is told");
    manager.ok("operators_set_pin", json!({"id": "03", "new_pin": "8888"}));
    assert_eq!(other.error("jobs", json!({}))["reason"], "log_on_needed");
    assert_eq!(wrong(&mut other, "03", "030303"), "wrong_pin");
    log_on(&mut other, ("03", "8888"));
    let row = |manager: &mut Talk, act: &str| manager.ok("audit", json!({"act": act}))["rows"][0].clone();
    let disabled = row(&mut manager, "operators_disable");
    assert_eq!(
        (&disabled["before"], &disabled["after"]),
        (&json!("cashier active PIN 1"), &json!("cashier disabled PIN 2"))
    );
    assert_eq!(row(&mut manager, "operators_set_pin")["after"], "cashier active PIN 2");
    assert!(disabled["mono_ms"].as_u64().unwrap() > 0, "{disabled}");
    // two managers: one may go, the last one may not
    manager.ok("operators_disable", json!({"id": "09"}));
    let last = manager.error("operators_disable", json!({"id": "01"}));
    assert_eq!((&last["kind"], &last["reason"]), (&json!("conflict"), &json!("last_manager")));
    assert_eq!(manager.error("operators_add", json!({"id": "02", "new_pin": "1234"}))["reason"], "operator_exists");
    assert_eq!(manager.error("operators_unlock", json!({"id": "55"}))["kind"], "not_found");
    let added = manager.ok("operators_add", json!({"id": "04", "new_pin": "1234"}));
    assert_eq!((&added["role"], &added["name"]), (&json!("cashier"), &json!("04")));
}

#[test]
fn a_manager_changes_names_and_roles_and_both_stand_in_the_trail() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    assert_eq!(cashier.error("operators_set", json!({"id": "02", "role": "manager"}))["reason"], "role_not_allowed");
    let mut supervisor = talk_of(&shop, "08");
    let body = json!({"id": "08", "role": "manager"});
    assert_eq!(supervisor.error("operators_set", body)["reason"], "role_needs_approval");
    let row = manager.ok("operators_set", json!({"id": "02", "name": "小李 6222021234567890128"}));
    assert_eq!((&row["id"], &row["role"]), (&json!("02"), &json!("cashier")));
    let name = row["name"].as_str().unwrap();
    assert!(name.starts_with("小李") && !name.contains("6222021234567890128"), "masked like all free text: {name}");
    let newest =
        |manager: &mut Talk| manager.ok("audit", json!({"act": "operators_set", "limit": 1}))["rows"][0].clone();
    let noted = newest(&mut manager);
    assert_eq!(
        (&noted["actor"], &noted["object"], &noted["outcome"], &noted["before"]),
        (&json!("01"), &json!("02"), &json!("done"), &json!("名02 cashier active PIN 1"))
    );
    assert_eq!(noted["after"], json!(format!("{name} cashier active PIN 1")));
    // what the new role may, it may at once, at the connection that is there
    assert_eq!(cashier.error("operators", json!({}))["reason"], "role_not_allowed");
    let row = manager.ok("operators_set", json!({"id": "02", "role": "supervisor", "name": "李"}));
    assert_eq!((&row["name"], &row["role"]), (&json!("李"), &json!("supervisor")));
    assert!(cashier.ok("operators", json!({}))["rows"].is_array());
    assert_eq!(newest(&mut manager)["after"], "李 supervisor active PIN 1");
    for (body, reason) in [
        (json!({"id": "02"}), "bad_key"),
        (json!({"id": "02", "name": "  "}), "bad_key"),
        (json!({"id": "02", "name": "x".repeat(41)}), "bad_key"),
        (json!({"id": "02", "role": "king"}), "bad_key"),
        (json!({"id": "77", "role": "cashier"}), "no_such_operator"),
    ] {
        assert_eq!(manager.error("operators_set", body.clone())["reason"], reason, "{body}");
    }
    // two managers: one may become something else, the last one may not
    manager.ok("operators_set", json!({"id": "09", "role": "cashier"}));
    let last = manager.error("operators_set", json!({"id": "01", "role": "supervisor"}));
    assert_eq!((&last["kind"], &last["reason"]), (&json!("conflict"), &json!("last_manager")));
    assert_eq!(newest(&mut manager)["outcome"], "refused");
    manager.ok("operators_set", json!({"id": "01", "name": "王", "role": "manager"}));
    // a disabled one is none to count on
    manager.ok("operators_set", json!({"id": "09", "role": "manager"}));
    manager.ok("operators_disable", json!({"id": "09"}));
    assert_eq!(manager.error("operators_set", json!({"id": "01", "role": "cashier"}))["reason"], "last_manager");
    assert!(manager.ok("audit_verify", json!({}))["ok"] == true);
}

#[test]
fn everybody_changes_his_own_pin_with_the_present_one_and_nobody_elses() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    for id in ["02", "08", "09", "20", "30"] {
        let mut talk = talk_of(&shop, id);
        let mut elsewhere = talk_of(&shop, id);
        let own = |present: &str, new: &str| json!({"id": id, "pin": present, "new_pin": new});
        let other = talk.error("operators_set_pin", json!({"id": "03", "pin": pin(id), "new_pin": "77777"}));
        let role = ["role_not_allowed", "role_needs_approval", "bad_key"];
        assert!(role.contains(&other["reason"].as_str().unwrap()), "{id}: {other}");
        if id != "09" {
            let without = talk.error("operators_set_pin", json!({"id": id, "new_pin": "77777"}));
            assert!(["not_permitted", "needs_approval"].contains(&without["kind"].as_str().unwrap()), "{without}");
            // one PIN alone is the new one
            let alone = talk.error("operators_set_pin", json!({"id": id, "pin": "77777"}));
            assert_eq!(alone["kind"], without["kind"], "{alone}");
        }
        let bad = talk.error("operators_set_pin", own("999999", "77777"));
        assert_eq!((&bad["kind"], &bad["reason"]), (&json!("wrong_pin"), &json!("wrong_pin")));
        assert_eq!(
            trail(&mut manager, 2),
            [json!([id, null, "operators_set_pin", id, "refused"]), json!([id, null, "log_on", id, "failed"])]
        );
        assert_eq!(talk.error("operators_set_pin", own(&pin(id), "12"))["subject"], "new_pin");
        assert_eq!(talk.ok("operators_set_pin", own(&pin(id), "77777"))["id"], id);
        let row = manager.ok("audit", json!({"act": "operators_set_pin", "limit": 1}))["rows"][0].clone();
        assert_eq!((&row["actor"], &row["object"], &row["outcome"]), (&json!(id), &json!(id), &json!("done")));
        assert!(
            row["before"].as_str().unwrap().ends_with("PIN 1") && row["after"].as_str().unwrap().ends_with("PIN 2")
        );
        // who changed it stays; every other log-on with the old one is over
        assert!(talk.ok("jobs", json!({})).is_object());
        assert_eq!(elsewhere.error("jobs", json!({}))["reason"], "log_on_needed");
        assert_eq!(wrong(&mut elsewhere, id, &pin(id)), "wrong_pin");
        log_on(&mut elsewhere, (id, "77777"));
        // and again, from the connection that stayed
        talk.ok("operators_set_pin", own("77777", "88888"));
        assert!(talk.ok("jobs", json!({})).is_object());
        log_on(&mut elsewhere, (id, "88888"));
    }
}

#[test]
fn guessing_the_present_pin_is_counted_and_locks_like_guessing_at_the_log_on() {
    let mut shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut talk = talk_of(&shop, "02");
    let guess = |talk: &mut Talk, pin: &str| {
        let refused = talk.error("operators_set_pin", json!({"id": "02", "pin": pin, "new_pin": "77777"}));
        refused["kind"].as_str().unwrap().to_owned()
    };
    for tries in 1..=5 {
        assert_eq!(guess(&mut talk, "000000"), "wrong_pin");
        let rows = manager.ok("operators", json!({}))["rows"].clone();
        let row = rows.as_array().unwrap().iter().find(|row| row["id"] == "02").unwrap().clone();
        assert_eq!((&row["wrong_tries"], row["locked_until"].is_string()), (&json!(tries), tries == 5), "{row}");
    }
    assert_eq!(guess(&mut talk, &pin("02")), "locked_out", "the right one, too");
    drop((talk, manager));
    shop.kill();
    shop.start();
    assert_eq!(wrong(&mut shop.talk(), "02", &pin("02")), "locked_out");
}

#[test]
fn a_shop_that_wants_two_persons_for_a_new_pin_gets_them_for_ones_own_too() {
    let shop = Shop::open("[policy]\ntwo_person = [\"operators_set_pin\"]");
    drop(hire(&shop));
    let mut talk = talk_of(&shop, "02");
    let mut body = json!({"id": "02", "pin": pin("02"), "new_pin": "77777"});
    assert_eq!(talk.error("operators_set_pin", body.clone())["reason"], "two_persons");
    (body["approver"], body["approver_pin"]) = (json!("01"), json!(MANAGER.1));
    talk.ok("operators_set_pin", body);
    assert!(talk.ok("jobs", json!({})).is_object());
}

#[test]
fn root_gives_a_manager_a_new_pin_without_a_log_on_and_that_is_audited() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can");
        return;
    }
    let shop = Shop::open("[policy]\ntwo_person = [\"operators_set_pin\"]");
    drop(hire(&shop));
    let mut talk = shop.talk();
    assert_eq!(talk.ok("operators_set_pin", json!({"id": "01", "new_pin": "55555"}))["id"], "01");
    assert_eq!(talk.ok("operators_set", json!({"id": "02", "role": "manager"}))["role"], "manager");
    assert_eq!(talk.error("operators_unlock", json!({"id": "01"}))["reason"], "log_on_needed", "that and nothing else");
    log_on(&mut talk, ("01", "55555"));
    let rows = talk.ok("audit", json!({"act": "operators_set_pin"}))["rows"].clone();
    assert_eq!(
        (&rows[0]["actor"], &rows[0]["object"], &rows[0]["origin"]["uid"]),
        (&json!(null), &json!("01"), &json!(0))
    );
}

#[test]
fn without_its_pepper_the_daemon_lets_nobody_on_and_says_why() {
    let shop = Shop::open("");
    drop(hire(&shop));
    let pepper = shop.path("state/pins.pepper");
    assert_eq!(std::fs::read(&pepper).unwrap().len(), 32);
    std::fs::rename(&pepper, shop.path("elsewhere")).unwrap();
    let mut talk = shop.talk();
    let refused = talk.error("log_on", json!({"operator": "01", "pin": MANAGER.1}));
    assert_eq!((&refused["kind"], &refused["reason"]), (&json!("unavailable"), &json!("pepper_missing")), "{refused}");
    for _ in 0..5 {
        talk.error("log_on", json!({"operator": "01", "pin": "0000"}));
    }
    std::fs::rename(shop.path("elsewhere"), &pepper).unwrap();
    // what nobody could compare was no try
    log_on(&mut talk, MANAGER);
}

#[test]
fn pins_stand_nowhere_and_this_process_cannot_be_read_out() {
    let mut shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut talk = shop.talk();
    for secret in ["7391524680", "13579246801"] {
        let _ = wrong(&mut talk, "02", secret);
        let _ = talk.ask("operators_set_pin", json!({"id": "02", "new_pin": secret}));
        let _ = talk.ask("reprint", json!({"last": true, "approver": "08", "approver_pin": secret}));
        manager.ok("operators_set_pin", json!({"id": "30", "new_pin": secret}));
        let _ = manager.ask("drawer_open", json!({"approver": "08", "approver_pin": secret}));
    }
    let pid = shop.child.as_ref().unwrap().id();
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core}");
    // what is not dumpable belongs to root in /proc, whoever runs it: so no other process of its user may attach
    let rows = manager.ok("audit", json!({"limit": 500}));
    drop((talk, manager));
    assert!(shop.close().success());
    let mut all = vec![rows.to_string().into_bytes(), shop.log().into_bytes()];
    all.extend(std::fs::read_dir(shop.path("state")).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap()));
    for secret in ["7391524680", "13579246801", "471100"] {
        for bytes in &all {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} was kept");
        }
    }
}

#[test]
fn a_shop_sees_support_come_and_go_and_a_manager_shows_it_the_door() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    let mut watcher = talk_of(&shop, "02");
    let change = watcher.ok("status", json!({}))["change"].clone();
    watcher.ok("subscribe", json!({"after": change}));
    let mut support = talk_of(&shop, "20");
    // its log-on is a change like any other, so that a console looks again
    let event = watcher.line();
    assert!(event["event"]["change"].as_u64() > change.as_u64(), "{event}");
    let here = |talk: &mut Talk| {
        let rows = talk.ok("sessions", json!({}))["rows"].as_array().unwrap().clone();
        rows.into_iter().find(|row| row["role"] == "support")
    };
    let row = here(&mut cashier).unwrap();
    assert_eq!(
        (&row["operator"], &row["name"], &row["origin"]["tty"]),
        (&json!("20"), &json!("名20"), &json!("pts/1"))
    );
    let id = &row["session"];
    assert_eq!(cashier.error("session_end", json!({"id": id}))["reason"], "role_not_allowed");
    assert_eq!(manager.ok("session_end", json!({"id": id}))["operator"], "20");
    assert_eq!(support.rest(), "", "the connection is closed");
    assert_eq!(here(&mut cashier), None);
    assert_eq!(trail(&mut manager, 1), [json!(["01", null, "session_end", "20", "done"])]);
    let gone = manager.error("session_end", json!({"id": id}));
    assert_eq!((&gone["kind"], &gone["reason"]), (&json!("not_found"), &json!("no_such_session")));
    // one that goes by itself leaves a row, too
    manager.ok("operators_unlock", json!({"id": "20"}));
    drop(talk_of(&shop, "20"));
    shop::till::until("its leaving is noted", || trail(&mut manager, 1)[0][2] == "log_off");
    assert_eq!(trail(&mut manager, 1), [json!(["20", null, "log_off", "20", "done"])]);
}

#[test]
fn a_subscription_sleeps_while_nobody_is_logged_on_and_misses_nothing() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut talk = talk_of(&shop, "02");
    let change = talk.ok("status", json!({}))["change"].clone();
    talk.ok("subscribe", json!({"after": change}));
    manager.record(1);
    let first = talk.line()["event"]["change"].as_u64().unwrap();
    talk.ok("log_off", json!({}));
    for number in 2..=4 {
        manager.record(number);
    }
    // whatever was said would come before this answer
    talk.send(r#"{"id":77,"status":{}}"#);
    assert_eq!(talk.line()["id"], 77);
    talk.send(&json!({"id": 78, "log_on": {"operator": "03", "pin": pin("03")}}).to_string());
    assert_eq!(talk.line()["ok"]["operator"], "03");
    let mut told = 0;
    let mut last = first;
    while told < 3 {
        let event = talk.line()["event"].clone();
        assert!(event["change"].as_u64().unwrap() > last, "in order and none twice: {event}");
        last = event["change"].as_u64().unwrap();
        told += event["transactions"].as_array().unwrap().len();
    }
}
