//! Operators of a shop, and connections they log on at.

use serde_json::{Value, json};

use super::{Shop, Talk};

/// The first manager's PIN.
pub(crate) const MANAGER: (&str, &str) = ("01", "471100");

/// Makes the first manager and one operator of every role: `c`ashiers 02 and 03, supervisor 08, a second manager 09,
/// support 20, installer 30. Everybody's PIN is the number three times over.
pub(crate) fn hire(shop: &Shop) -> Talk {
    let mut talk = shop.talk();
    let made = talk.ok("setup", json!({"id": MANAGER.0, "name": "王店长", "pin": MANAGER.1}));
    assert_eq!((&made["id"], &made["role"]), (&json!("01"), &json!("manager")));
    log_on(&mut talk, MANAGER);
    for (id, role) in [
        ("02", "cashier"),
        ("03", "cashier"),
        ("08", "supervisor"),
        ("09", "manager"),
        ("20", "support"),
        ("30", "installer"),
    ] {
        talk.ok("operators_add", json!({"id": id, "role": role, "name": format!("名{id}"), "new_pin": pin(id)}));
    }
    talk
}

/// An operator's PIN.
pub(crate) fn pin(id: &str) -> String {
    if id == MANAGER.0 { MANAGER.1.to_owned() } else { id.repeat(3) }
}

pub(crate) fn log_on(talk: &mut Talk, (operator, pin): (&str, &str)) -> Value {
    talk.ok("log_on", json!({"operator": operator, "pin": pin}))
}

/// A connection of that operator's.
pub(crate) fn talk_of(shop: &Shop, operator: &str) -> Talk {
    let mut talk = shop.talk();
    let session = log_on(&mut talk, (operator, &pin(operator)));
    assert_eq!(session["operator"], operator);
    talk
}

/// The newest rows of the trail, newest first: actor, approver, act, object, outcome.
pub(crate) fn trail(manager: &mut Talk, count: usize) -> Vec<Value> {
    let rows = manager.ok("audit", json!({"limit": count}))["rows"].as_array().unwrap().clone();
    rows.iter().map(|row| json!([row["actor"], row["approver"], row["act"], row["object"], row["outcome"]])).collect()
}
