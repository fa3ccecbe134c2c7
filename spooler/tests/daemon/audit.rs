//! The trail over the socket: filters, pages, export and verification; and what is bent in the store is found there, too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use model::{AuditRow, audit::Chain};
use serde_json::{Value, json};
use shop::{
    Shop, Talk,
    people::{hire, talk_of},
};

fn rows(talk: &mut Talk, body: Value) -> Vec<Value> {
    talk.ok("audit", body)["rows"].as_array().unwrap().clone()
}

#[test]
fn the_trail_is_read_by_actor_act_and_time_page_by_page() {
    let shop = Shop::open("");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    for number in 1..=3 {
        manager.record(number);
    }
    assert_eq!(cashier.error("operators", json!({}))["reason"], "role_not_allowed");
    assert_eq!(cashier.error("job_hold", json!({"id": "J9"}))["kind"], "not_found");
    let refused = rows(&mut manager, json!({"actor": "02", "act": "job_hold"}));
    assert_eq!(refused.len(), 1);
    let row = &refused[0];
    assert_eq!((&row["object"], &row["outcome"], &row["approver"]), (&json!("J9"), &json!("refused"), &json!(null)));
    assert_eq!(row["origin"], json!({"uid": rustix::process::geteuid().as_raw(), "tty": "pts/1", "ssh": null}));
    assert!(row["hash"].as_str().unwrap().len() == 64 && row["seq"].is_u64() && row["at"].is_string());
    let recorded = rows(&mut manager, json!({"act": "record"}));
    assert_eq!(recorded.len(), 3, "one per commit");
    assert!(recorded.iter().all(|row| row["actor"].is_null()));
    // pages, newest first, without a gap
    let all = rows(&mut manager, json!({"limit": 500}));
    let (mut paged, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = manager.ok("audit", json!({"limit": 4, "after": after}));
        paged.extend(page["rows"].as_array().unwrap().clone());
        match page["next"].clone() {
            Value::Null => break,
            next => after = next,
        }
    }
    assert_eq!(paged, all);
    let newest = all[0]["at"].as_str().unwrap();
    assert!(rows(&mut manager, json!({"since": newest, "limit": 500})).contains(&all[0]));
    assert_eq!(rows(&mut manager, json!({"since": "2099-01-01T00:00:00Z"})), Vec::<Value>::new());
    assert_eq!(rows(&mut manager, json!({"since": "today", "limit": 500})).len(), all.len());
    assert_eq!(manager.error("audit", json!({"since": "the day before"}))["subject"], "since");
    assert_eq!(manager.error("audit", json!({"after": "x"}))["subject"], "after");
}

#[test]
fn who_reprinted_one_receipt_is_found_behind_ten_thousand_refused_rows() {
    let mut shop = Shop::with_file_printer("");
    let mut manager = hire(&shop);
    let id = manager.record(1);
    let other = manager.record(2);
    for id in [&id, &id, &other] {
        manager.ok("reprint", json!({"id": id}));
    }
    drop(manager);
    shop.close();
    let store = store::Store::open(&shop.path("state")).unwrap();
    let writer = store::Writer::spawn(store, |_| {});
    let buried = id.clone();
    let filled = writer.commit(move |batch| {
        for nth in 0..20_500 {
            let entry = store::AuditEntry {
                actor: Some("02".into()),
                approver: None,
                origin: model::Origin::default(),
                act: "reprint".into(),
                object: Some(if nth % 2 == 0 { buried.clone() } else { format!("J{nth}") }),
                outcome: model::Outcome::Refused,
                before: None,
                after: None,
            };
            batch.audit(entry, shop::now())?;
        }
        Ok(())
    });
    filled.unwrap();
    writer.shutdown();
    shop.start();
    let mut manager = talk_of(&shop, "01");
    let (mut found, mut after, mut pages) = (Vec::new(), Value::Null, 0);
    loop {
        let body = json!({"act": "reprint", "object": id, "outcome": "done", "limit": 100, "after": after});
        let page = manager.ok("audit", body);
        found.extend(page["rows"].as_array().unwrap().clone());
        pages += 1;
        match page["next"].clone() {
            Value::Null => break,
            next => after = next,
        }
    }
    assert_eq!((found.len(), pages), (2, 2), "one request looks at so many rows, whatever it finds");
    let after: Vec<&str> = found.iter().map(|row| row["after"].as_str().unwrap()).collect();
    assert!(after[0].contains(" reprint 1 customer ") && after[1].contains(" receipt 0 customer "), "{after:?}");
    let refused = rows(&mut manager, json!({"object": id, "outcome": "refused", "limit": 3}));
    assert!(refused.len() == 3 && refused.iter().all(|row| row["object"] == json!(id)), "{refused:?}");
    assert_eq!(manager.error("audit", json!({"outcome": "maybe"}))["kind"], "invalid");
}

#[test]
fn an_export_is_whole_up_to_its_own_row_and_nobody_reads_on_who_did_not_begin() {
    let mut shop = Shop::open("");
    drop(hire(&shop));
    shop.close();
    // a year of it at once
    let store = store::Store::open(&shop.path("state")).unwrap();
    let writer = store::Writer::spawn(store, |_| {});
    let filled = writer.commit(|batch| {
        for nth in 0..1_200 {
            let entry = store::AuditEntry {
                actor: Some("02".into()),
                approver: None,
                origin: model::Origin::default(),
                act: "reprint".into(),
                object: Some(format!("J{nth}")),
                outcome: model::Outcome::Done,
                before: None,
                after: None,
            };
            batch.audit(entry, shop::now())?;
        }
        Ok(())
    });
    filled.unwrap();
    writer.shutdown();
    shop.start();
    let mut manager = talk_of(&shop, "01");
    let (mut cashier, mut support) = (talk_of(&shop, "02"), talk_of(&shop, "20"));
    let (mut body, mut chain, mut pages, mut cursors) = (json!({}), Chain::default(), 0, Vec::new());
    let (entries, head) = loop {
        let page = manager.ok("audit_export", body);
        pages += 1;
        for row in page["rows"].as_array().unwrap() {
            let row: AuditRow = serde_json::from_value(row.clone()).unwrap();
            assert!(chain.row(&row), "{row:?}");
        }
        if page["next"].is_null() {
            break (page["entries"].as_u64().unwrap(), page["head"].as_str().unwrap().to_owned());
        }
        // what happens meanwhile is not in it
        manager.record(5_000 + pages);
        body = json!({"after": page["next"]});
        let cursor = body.clone();
        assert_eq!(cashier.error("audit_export", cursor.clone())["reason"], "role_not_allowed");
        assert_eq!(support.error("audit_export", cursor.clone())["reason"], "role_needs_approval");
        let mut other = talk_of(&shop, "09");
        assert_eq!(other.error("audit_export", cursor)["subject"], "after");
        cursors.push(body.clone());
        // neither a page anew, nor a cursor that somebody made up, gets anything without a row
        let made_up = format!("{:016x}{:016x}", 1, page["entries"].as_u64().unwrap());
        assert_eq!(manager.error("audit_export", json!({"after": made_up}))["subject"], "after");
        if let [before, _] = &cursors[cursors.len().saturating_sub(2)..] {
            assert_eq!(manager.error("audit_export", before.clone())["subject"], "after");
        }
    };
    assert!(pages > 2 && entries > 1_200, "{pages} pages, {entries} rows");
    assert_eq!(chain.head(), (entries, head.as_str()));
    let own = rows(&mut manager, json!({"act": "audit_export", "limit": 500}));
    let done: Vec<&Value> = own.iter().filter(|row| row["outcome"] == "done").collect();
    assert_eq!((done.len(), &done[0]["seq"]), (1, &json!(entries)), "one row for one export");
    assert_eq!(manager.ok("audit_verify", json!({}))["ok"], true);
    assert_eq!(support.ok("audit_verify", json!({}))["first_bad"], json!(null));
}

#[test]
fn what_somebody_bent_in_the_store_is_found_and_named() {
    use redb::{Database, ReadableDatabase as _, TableDefinition};
    const AUDIT: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("audit-1");
    let mut shop = Shop::open("");
    let mut manager = hire(&shop);
    for number in 1..=20 {
        manager.record(number);
    }
    drop(manager);
    assert!(shop.close().success());
    let file = shop.path("state/counterfoil.redb");
    let whole = std::fs::read(&file).unwrap();
    let row = |database: &Database, seq: u64| {
        database.begin_read().unwrap().open_table(AUDIT).unwrap().get(seq).unwrap().unwrap().value().to_vec()
    };
    type Harm = fn(&Database, &dyn Fn(&Database, u64) -> Vec<u8>);
    let harms: [(&str, Harm, u64); 5] = [
        (
            "a row that is another",
            |database, row| {
                let mut bytes = row(database, 9);
                let place = bytes.len() - 40;
                bytes[place] ^= 1;
                let txn = database.begin_write().unwrap();
                txn.open_table(AUDIT).unwrap().insert(9, bytes.as_slice()).unwrap();
                txn.commit().unwrap();
            },
            9,
        ),
        (
            "a row that is gone",
            |database, _| {
                let txn = database.begin_write().unwrap();
                txn.open_table(AUDIT).unwrap().remove(12).unwrap();
                txn.commit().unwrap();
            },
            12,
        ),
        (
            "two rows that changed places",
            |database, row| {
                let (a, b) = (row(database, 5), row(database, 6));
                let txn = database.begin_write().unwrap();
                {
                    let mut table = txn.open_table(AUDIT).unwrap();
                    table.insert(5, b.as_slice()).unwrap();
                    table.insert(6, a.as_slice()).unwrap();
                }
                txn.commit().unwrap();
            },
            5,
        ),
        (
            "a row put before all",
            |database, row| {
                let bytes = row(database, 3);
                let txn = database.begin_write().unwrap();
                txn.open_table(AUDIT).unwrap().insert(0, bytes.as_slice()).unwrap();
                txn.commit().unwrap();
            },
            1,
        ),
        (
            "a row that cannot be read",
            |database, _| {
                let txn = database.begin_write().unwrap();
                txn.open_table(AUDIT).unwrap().insert(15, [9, 9].as_slice()).unwrap();
                txn.commit().unwrap();
            },
            15,
        ),
    ];
    for (what, harm, seq) in harms {
        std::fs::write(&file, &whole).unwrap();
        let database = Database::open(&file).unwrap();
        harm(&database, &row);
        drop(database);
        shop.start();
        let mut manager = talk_of(&shop, "01");
        let found = manager.ok("audit_verify", json!({}));
        assert_eq!(found, json!({"ok": false, "entries": seq - 1, "first_bad": seq}), "{what}");
        drop(manager);
        shop.close();
    }
}

#[test]
fn with_an_anchor_a_trail_that_was_cut_off_or_written_anew_is_found() {
    use redb::{Database, ReadableDatabase as _, TableDefinition};
    const AUDIT: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("audit-1");
    let mut shop = Shop::open("");
    let mut manager = hire(&shop);
    for number in 1..=10 {
        manager.record(number);
    }
    let rows = manager.ok("audit", json!({"limit": 500}))["rows"].clone();
    let (seq, hash) = (rows[0]["seq"].as_u64().unwrap(), rows[0]["hash"].as_str().unwrap().to_owned());
    let code = format!("{seq}-{}-{}-{}", &hash[..4], &hash[4..8], &hash[8..12]);
    let verify = |talk: &mut Talk, anchor: &str| talk.ok("audit_verify", json!({"anchor": anchor}));
    for good in [&code, &code.to_uppercase(), &format!("{seq}-{}", &hash[..8])] {
        assert_eq!(verify(&mut manager, good)["ok"], true, "{good}");
    }
    let other = format!("{seq}-{}", if hash.starts_with("0000") { "1111-1111" } else { "0000-0000" });
    let found = verify(&mut manager, &other);
    assert_eq!((&found["ok"], &found["first_bad"]), (&json!(false), &json!(seq)), "{found}");
    let ahead = verify(&mut manager, &format!("{}-{}", seq + 500, &hash[..8]));
    assert_eq!((&ahead["ok"], &ahead["first_bad"]), (&json!(false), &json!(seq + 500)));
    for bad in ["", "12", "x-9f3a07bc", "12-9f3a07"] {
        assert_eq!(manager.error("audit_verify", json!({"anchor": bad}))["subject"], "anchor", "{bad}");
    }
    assert_eq!(manager.ok("audit_verify", json!({}))["ok"], true, "without one as ever");
    drop(manager);
    assert!(shop.close().success());
    // the last three rows are taken away: the chain that is left is whole
    let file = shop.path("state/counterfoil.redb");
    let database = Database::open(&file).unwrap();
    let last = database.begin_read().unwrap().open_table(AUDIT).unwrap();
    let last = redb::ReadableTable::last(&last).unwrap().unwrap().0.value();
    let txn = database.begin_write().unwrap();
    for gone in seq - 2..=last {
        txn.open_table(AUDIT).unwrap().remove(gone).unwrap();
    }
    txn.commit().unwrap();
    drop(database);
    shop.start();
    let mut talk = shop.talk();
    // the log-on itself would write row seq - 2 anew, and others after it
    shop::people::log_on(&mut talk, shop::people::MANAGER);
    for number in 21..=30 {
        talk.record(number);
    }
    assert_eq!(talk.ok("audit_verify", json!({}))["ok"], true, "no chain alone can tell");
    let found = verify(&mut talk, &code);
    assert_eq!(found, json!({"ok": false, "entries": seq - 1, "first_bad": seq}), "another row stands there now");
}

#[test]
fn what_changed_stands_in_the_trail_with_how_it_was_and_how_it_is() {
    let shop = Shop::open(
        "[[printer]]\nname = \"front\"\nconnection = \"file:///nonexistent/front\"\n\
                           [[printer]]\nname = \"back\"\nconnection = \"file:///nonexistent/back\"\n",
    );
    let mut manager = hire(&shop);
    let sides = |manager: &mut Talk, act: &str| {
        let row = manager.ok("audit", json!({"act": act, "limit": 1}))["rows"][0].clone();
        [row["before"].clone(), row["after"].clone()]
    };
    manager.ok("printer_pause", json!({"id": "front"}));
    assert_eq!(sides(&mut manager, "printer_pause"), ["running", "paused"]);
    // an outcome that was not known
    let mut event = shop::event(1);
    event["status"] = json!("unknown");
    let id = manager.ok("record", event.clone())["id"].clone();
    assert_eq!(sides(&mut manager, "record"), [Value::Null, Value::Null]);
    event["status"] = json!("approved");
    manager.ok("record", event.clone());
    let id = id.as_str().unwrap().to_owned();
    assert_eq!(sides(&mut manager, "record"), [format!("{id} unknown"), format!("{id} approved")]);
    let job = manager.ok("reprint", json!({"id": id, "reason": "卡纸"}))["id"].clone();
    let job = job.as_str().unwrap();
    let [before, after] = sides(&mut manager, "reprint");
    assert_eq!(
        (before, after),
        (Value::Null, json!(format!("{job} receipt 0 customer front 卡纸"))),
        "which paper, and why"
    );
    manager.ok("job_hold", json!({"id": job}));
    assert_eq!(sides(&mut manager, "job_hold")[1], "held front");
    manager.ok("job_release", json!({"id": job}));
    assert_eq!(sides(&mut manager, "job_release")[0], "held front");
    manager.ok("printer_move", json!({"id": "front", "printer": "back"}));
    assert_eq!(sides(&mut manager, "printer_move"), ["1 front", "1 back"]);
    manager.ok("printer_pause", json!({"id": "back"}));
    manager.ok("job_move", json!({"id": job, "printer": "front"}));
    let [before, after] = sides(&mut manager, "job_move");
    assert!(
        before.as_str().unwrap().ends_with(" back") && after.as_str().unwrap().ends_with(" front"),
        "{before} {after}"
    );
    manager.ok("job_cancel", json!({"id": job}));
    assert_eq!(sides(&mut manager, "job_cancel")[1], "cancelled front");
    manager.ok("printer_resume", json!({"id": "front"}));
    assert_eq!(sides(&mut manager, "printer_resume"), ["paused", "running"]);
}
