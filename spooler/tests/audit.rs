//! The trail over the socket: filters, pages, export and verification; and what is bent in the store is found there, too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod shop;

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
    let (mut body, mut chain, mut pages) = (json!({}), Chain::default(), 0);
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
