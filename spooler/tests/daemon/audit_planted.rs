//! A thousand card numbers, tracks, codes and PINs where people and programs put them by mistake: none of them is kept,
//! told or printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use std::path::Path;

use serde_json::json;
use shop::{
    Shop, Talk, event,
    people::{hire, pin, talk_of},
    till::{newest_job, until},
};

/// A card number of that length with a right check digit; every seed has another middle.
fn card(prefix: &str, length: usize, seed: u64) -> String {
    let mut digits = prefix.to_owned();
    let mut state = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
    while digits.len() < length - 1 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        digits.push(char::from(b'0' + u8::try_from((state >> 33) % 10).unwrap()));
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let twice = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
            if twice > 9 { twice - 9 } else { twice }
        })
        .sum();
    digits.push(char::from(b'0' + u8::try_from((10 - sum % 10) % 10).unwrap()));
    digits
}

/// What must not be found again: of each number all but its ends, so that no hash or time has it by chance.
struct Planted(Vec<String>);

impl Planted {
    fn card(&mut self, seed: u64) -> String {
        let (prefix, length) = [("622202", 19), ("411111", 16), ("552233", 16), ("370000", 15), ("621700", 19)]
            [usize::try_from(seed % 5).unwrap()];
        let number = card(prefix, length, seed);
        self.0.push(number[3..number.len() - 2].to_owned());
        number
    }

    fn pin(&mut self, seed: u64) -> String {
        let pin = format!("{:012}", 700_000_000_000 + seed * 7_919_001);
        self.0.push(pin.clone());
        pin
    }
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match std::fs::metadata(&path) {
            Ok(meta) if meta.is_dir() => files(&path, found),
            Ok(meta) if meta.is_file() => found.push((path.display().to_string(), std::fs::read(&path).unwrap())),
            _ => {}
        }
    }
}

#[test]
fn nothing_that_was_planted_is_found_again() {
    let mut shop = Shop::with_file_printer("");
    let mut manager = hire(&shop);
    let mut cashier = talk_of(&shop, "02");
    let mut planted = Planted(Vec::new());
    let mut told = String::new();
    let mut ask = |talk: &mut Talk, verb: &str, body: serde_json::Value| {
        let answer = talk.ask(verb, body);
        told += &answer.to_string();
        answer
    };
    for n in 0..150_u64 {
        let spaced = |number: &str| {
            let groups: Vec<&str> = number.as_bytes().chunks(4).map(|c| std::str::from_utf8(c).unwrap()).collect();
            groups.join(if n % 2 == 0 { " " } else { "-" })
        };
        let mut sale = event(n + 1);
        sale["card"] = json!(planted.card(n * 10));
        sale["note"] = json!(format!("卡 {} 有效", spaced(&planted.card(n * 10 + 1))));
        let track = planted.card(n * 10 + 2);
        sale["items"] = json!([{"name": format!("%B{track}^LI/NA^2912101123400001230?"), "quantity": 1, "amount": 1}]);
        sale["order"] = json!(planted.card(n * 10 + 3));
        sale["issuer"] = json!(format!("银行{}", planted.card(n * 10 + 4)));
        if n % 10 == 0 {
            sale["print"] = json!(["customer"]);
        }
        let recorded = ask(&mut manager, "record", sale);
        assert!(recorded["error"].is_null(), "{recorded}");
        // where it is refused, too
        let mut refused = event(1_000 + n);
        refused["reference"] = json!(planted.card(n * 10 + 5));
        assert_eq!(ask(&mut manager, "record", refused)["error"]["kind"], "invalid");
        ask(&mut cashier, "transactions", json!({"search": planted.card(n * 10 + 6)}));
        ask(&mut cashier, "show", json!({"id": planted.card(n * 10 + 7)}));
        ask(&mut cashier, "printer_pause", json!({"id": planted.card(n * 10 + 8)}));
        ask(&mut manager, "audit", json!({"actor": planted.card(n * 10 + 9)}));
        if n % 30 == 0 {
            // a card's number is no operator's, and a PIN's place is not the id's
            ask(&mut cashier, "log_on", json!({"operator": planted.card(n * 10 + 2_000), "pin": "0000"}));
            ask(&mut cashier, "log_on", json!({"operator": "20", "pin": planted.pin(n)}));
            ask(&mut manager, "operators_unlock", json!({"id": "20"}));
            ask(&mut manager, "operators_unlock", json!({"id": planted.card(n * 10 + 2_001)}));
            let name = planted.card(n * 10 + 2_002);
            ask(
                &mut manager,
                "operators_add",
                json!({"id": format!("A{n}"), "name": name, "new_pin": planted.pin(n + 1)}),
            );
            let set = json!({"id": format!("A{n}"), "name": spaced(&planted.card(n * 10 + 2_005))});
            ask(&mut manager, "operators_set", set);
            ask(&mut manager, "operators_set", json!({"id": planted.card(n * 10 + 2_006), "role": "cashier"}));
            ask(&mut manager, "audit_verify", json!({"anchor": planted.card(n * 10 + 2_007)}));
            // one's own: refused, then done and done back
            let own = json!({"id": "02", "pin": planted.pin(n + 3), "new_pin": planted.pin(n + 4)});
            ask(&mut cashier, "operators_set_pin", own);
            let new = planted.pin(n + 5);
            for (present, new) in [(pin("02"), new.clone()), (new, pin("02"))] {
                let own = json!({"id": "02", "pin": present, "new_pin": new});
                assert!(ask(&mut cashier, "operators_set_pin", own)["error"].is_null());
            }
            let last = json!({"last": true, "reason": planted.card(n * 10 + 2_003), "approver": "08",
                "approver_pin": planted.pin(n + 2)});
            ask(&mut cashier, "reprint", last);
            ask(&mut manager, "operators_unlock", json!({"id": "08"}));
            ask(&mut manager, "reprint", json!({"last": true, "reason": planted.card(n * 10 + 2_004)}));
        }
    }
    assert!(planted.0.len() > 1_000, "{}", planted.0.len());
    until("all is printed", || newest_job(&mut manager)["finished_at"].is_string());
    for verb in ["audit", "transactions", "jobs"] {
        ask(&mut manager, verb, json!({"limit": 500}));
    }
    ask(&mut manager, "audit_export", json!({}));
    ask(&mut manager, "operators", json!({}));
    drop((cashier, manager));
    assert!(shop.close().success());
    let mut found = vec![("what was answered".to_owned(), told.into_bytes())];
    // store, log, printed bytes
    files(shop.dir.path(), &mut found);
    assert!(found.iter().any(|(name, bytes)| name.ends_with("paper.bin") && !bytes.is_empty()));
    // one look at each place for all that was planted: by its first five digits, then whole
    let mut heads: std::collections::HashMap<&[u8], Vec<&String>> = std::collections::HashMap::new();
    for secret in &planted.0 {
        heads.entry(&secret.as_bytes()[..5]).or_default().push(secret);
    }
    for (name, bytes) in &found {
        for (at, window) in bytes.windows(5).enumerate() {
            for secret in heads.get(window).into_iter().flatten() {
                let around = &bytes[at.saturating_sub(60)..bytes.len().min(at + 60)];
                let shown = String::from_utf8_lossy(around);
                assert!(!bytes[at..].starts_with(secret.as_bytes()), "{secret} stands in {name}: …{shown}…");
            }
        }
    }
}
