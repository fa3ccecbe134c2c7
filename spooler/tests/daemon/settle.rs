//! Settlement through the real daemon: the totals of both sides, every way a host answers, the papers, and a crash at each
//! step.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{
    Shop, Talk,
    acquirer::{host, sale, terminal},
    people::{hire, talk_of},
};

/// Two sales, one of them voided, a foreign sale, a declined one.
fn trade(talk: &mut Talk) {
    for event in [
        sale(1, "sale", 8850, "000001", json!({ "card_kind": "debit" })),
        sale(2, "sale", 1150, "000001", json!({})),
        sale(3, "void", 1150, "000001", json!({ "original": "S2" })),
        sale(4, "sale", 700, "000001", json!({ "card_kind": "foreign" })),
        sale(5, "sale", 9999, "000001", json!({ "status": "declined", "response_code": "51" })),
        sale(6, "preauth", 5000, "000001", json!({})),
    ] {
        talk.ok("record", event);
    }
}

fn ours() -> Value {
    json!({
        "debit": { "count": 2, "amount": 10_000 }, "credit": { "count": 1, "amount": 1150 },
        "foreign_debit": { "count": 1, "amount": 700 }, "foreign_credit": { "count": 0, "amount": 0 },
    })
}

fn with_printer(shop: &Shop) -> String {
    format!("[[printer]]\nname = \"front\"\nconnection = \"file://{}\"\n", shop.path("paper.bin").display())
}

#[test]
fn a_cashier_does_her_whole_day_without_a_manager_and_a_policy_can_want_one() {
    let host = host();
    let day = |policy: &str| {
        let mut shop = Shop::closed("");
        let config = shop.by_host(host.address(), "auto_sign_in = false") + &with_printer(&shop) + policy;
        shop.config(&config);
        shop.start();
        drop(hire(&shop));
        let mut cashier = talk_of(&shop, "02");
        assert_eq!(cashier.ok("sign_in", json!({}))["outcome"], "signed_in");
        let batch = cashier.ok("acquirer", json!({}))["batch"].clone();
        let mut sold =
            sale(1, "sale", 8850, batch.as_str().unwrap(), json!({ "print": ["customer"], "operator": "02" }));
        sold["time"] = json!(shop::now().to_string());
        let id = cashier.ok("record", sold)["id"].clone();
        assert_eq!(cashier.ok("transactions", json!({ "search": "88.5" }))["rows"].as_array().unwrap().len(), 1);
        shop::till::until("the slip is out", || shop::till::newest_job(&mut cashier)["finished_at"].is_string());
        assert_eq!(cashier.ok("reprint", json!({ "id": id }))["reprint_number"], 1);
        cashier.ok("drawer_open", json!({ "printer": "front" }));
        cashier.ok("printer_test", json!({ "id": "front" }));
        cashier.ok("printer_pause", json!({ "id": "front" }));
        cashier.ok("printer_resume", json!({ "id": "front" }));
        cashier.ok("diagnose", json!({}));
        let settled = cashier.ask("settle", json!({}));
        if settled["ok"].is_object() {
            assert_eq!(cashier.ok("sign_out", json!({}))["outcome"], "signed_out");
        }
        settled
    };
    assert_eq!(day("")["ok"]["outcome"], "balanced");
    assert_eq!(day("[policy]\ntwo_person = [\"settle\"]\n")["error"]["kind"], "needs_approval");
}

#[test]
fn a_balanced_batch_is_printed_and_the_next_sign_in_brings_the_next() {
    let host = host();
    let mut shop = Shop::closed("");
    let config = shop.by_host(host.address(), "auto_sign_in = false") + &with_printer(&shop);
    shop.config(&config);
    shop.start();
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    trade(&mut talk);
    assert_eq!(talk.ok("acquirer", json!({}))["open"], json!({ "count": 5, "amount": 9550 }));
    let settled = talk.ok("settle", json!({}));
    assert_eq!(
        (&settled["outcome"], &settled["batch"], &settled["cause"]),
        (&json!("balanced"), &json!("000001"), &Value::Null)
    );
    assert_eq!((&settled["ours"], &settled["host"]), (&ours(), &ours()));
    assert_eq!(settled["left_out"], json!([]));
    let requests: Vec<String> = host.state().unwrap().recent.into_iter().map(|one| one.request).collect();
    assert_eq!(requests, ["0800/003", "0500/201", "0320/207"]);
    let job = talk.ok("job_show", json!({ "id": settled["report"] }));
    assert_eq!((&job["kind"], &job["printer"]), (&json!("report"), &json!("front")));
    assert_eq!(talk.ok("acquirer", json!({}))["open"]["count"], 0, "what was settled is not open");
    // what changed stands in the trail, and the paper vouches for the trail up to there
    let trail = |talk: &mut Talk, act: &str| talk.ok("audit", json!({ "act": act, "limit": 1 }))["rows"][0].clone();
    let row = trail(&mut talk, "settle");
    let hash = row["hash"].as_str().unwrap();
    let code = format!("{}-{}-{}-{}", row["seq"], &hash[..4], &hash[4..8], &hash[8..12]);
    let found = talk.ok("audit_verify", json!({ "anchor": code }));
    assert_eq!(found["ok"], true, "{found}");
    assert_eq!((&row["before"], &row["after"]), (&json!("signed_in 000001"), &json!("signed_in 000001")));
    let signed_in = trail(&mut talk, "sign_in");
    assert_eq!((&signed_in["before"], &signed_in["after"]), (&json!("never"), &json!("signed_in 000001")));
    shop::till::until("the report is on paper", || {
        let paper = String::from_utf8_lossy(&std::fs::read(shop.path("paper.bin")).unwrap_or_default()).into_owned();
        paper.contains(&code)
    });
    let again = talk.ok("report", json!({ "id": "settlement" }));
    assert_eq!(again["kind"], "report", "重打结算单");
    let on_paper = || String::from_utf8_lossy(&std::fs::read(shop.path("paper.bin")).unwrap_or_default()).into_owned();
    shop::till::until("the second paper says that it is no first one", || {
        on_paper().matches("DUPLICATED").count() == 1
    });
    // nothing new is sold: the list that is wanted now is that of what was settled, every sale of it
    assert!(!on_paper().contains("88.50"));
    talk.ok("report", json!({ "id": "details" }));
    shop::till::until("the settled batch's list", || {
        let paper = on_paper();
        ["88.50", "11.50", "7.00", "000003"].iter().all(|words| paper.contains(words)) && !paper.contains("99.99")
    });
    // the fact sheet's host goes on with the batch at a sign-out only
    let answer = talk.ok("sign_in", json!({}));
    assert_eq!((&answer["outcome"], &answer["batch"]), (&json!("signed_in"), &json!("000002")), "{answer}");
    talk.ok("record", sale(7, "sale", 100, "000002", json!({})));
    assert_eq!(talk.ok("acquirer", json!({}))["open"], json!({ "count": 1, "amount": 100 }));
    for what in ["details", "summary"] {
        assert_eq!(talk.ok("report", json!({ "id": what }))["kind"], "report");
    }
}

#[test]
fn without_a_printer_the_report_is_left_out_and_named() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    let settled = talk.ok("settle", json!({}));
    assert_eq!(
        (&settled["outcome"], &settled["report"], &settled["left_out"]),
        (&json!("balanced"), &Value::Null, &json!(["report"]))
    );
    assert!(settled["message"].as_str().unwrap().contains("no printer"), "{settled}");
}

#[test]
fn every_answer_to_a_settlement_has_its_outcome() {
    for (fault, outcome, cause, state, unknown) in [
        ("settle=unbalanced-domestic", "unbalanced", Value::Null, "signed_in", false),
        ("settle=unbalanced-foreign", "unbalanced", Value::Null, "signed_in", false),
        ("settle=error", "failed", json!("host_fault"), "signed_in", false),
        ("code=96@0500", "refused", json!("host_fault"), "signed_in", false),
        ("code=77@0500", "refused", json!("host_state_differs"), "signed_out", false),
        ("code=40@0500", "refused", json!("function_not_supported"), "signed_in", false),
        ("refuse", "failed", json!("connection_refused"), "signed_in", false),
        ("close-after-request", "failed", json!("addressing"), "settling", true),
        ("no-answer", "failed", json!("no_response"), "settling", true),
        ("half-frame", "failed", json!("malformed_response"), "settling", true),
        ("echo-wrong=11", "failed", json!("mismatched_response"), "settling", true),
    ] {
        let host = host();
        let shop = Shop::at_host(&host, "");
        let mut talk = shop.talk();
        talk.ok("sign_in", json!({}));
        trade(&mut talk);
        host.fault(&[fault]).unwrap();
        let settled = talk.ok("settle", json!({}));
        assert_eq!((&settled["outcome"], &settled["cause"]), (&json!(outcome), &cause), "{fault}: {settled}");
        assert_eq!((&settled["ours"], &settled["unknown"]), (&ours(), &json!(unknown)), "{fault}");
        if outcome == "unbalanced" {
            assert!(settled["host"].is_object() && settled["host"] != settled["ours"], "{fault}: {settled}");
        }
        let now = talk.ok("acquirer", json!({}));
        assert_eq!(
            (&now["state"], &now["open"]["count"], &now["batch"]),
            (&json!(state), &json!(5), &json!("000001")),
            "{fault}"
        );
        host.fault(&[]).unwrap();
        assert_eq!(talk.ok("settle", json!({}))["outcome"], "balanced", "after {fault}");
        assert_ne!(talk.ok("acquirer", json!({}))["state"], "settling");
    }
}

#[test]
fn a_settlement_is_not_refused_for_want_of_a_sign_in() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let settled = shop.talk().ok("settle", json!({}));
    assert_eq!(
        (&settled["outcome"], &settled["code"]),
        (&json!("refused"), &json!("77")),
        "the host decides: {settled}"
    );
}

#[test]
fn an_end_message_that_is_lost_does_not_undo_what_balanced() {
    let host = host();
    let shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    trade(&mut talk);
    host.fault(&["code=96@0320"]).unwrap();
    let settled = talk.ok("settle", json!({}));
    assert_eq!(settled["outcome"], "balanced");
    let end = settled["steps"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&end["name"], &end["ok"]), (&json!("end"), &json!(false)), "{settled}");
    assert_eq!(talk.ok("acquirer", json!({}))["open"]["count"], 0);
}

#[test]
fn killed_while_it_settles_it_is_settling_and_ends_when_settled_again() {
    let host = host();
    let mut shop = Shop::at_host(&host, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    trade(&mut talk);
    for fault in ["no-answer", "half-frame", "no-answer"] {
        host.fault(&[fault]).unwrap();
        let before = host.state().unwrap().exchanges;
        // who hangs up at once may not be heard
        let mut asking = shop.talk();
        asking.send(&json!({ "id": 1, "settle": {} }).to_string());
        let begun = std::time::Instant::now();
        while host.state().unwrap().exchanges == before {
            assert!(begun.elapsed().as_secs() < 60);
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        shop.kill();
        shop.start();
        let state = shop.talk().ok("acquirer", json!({}));
        assert_eq!(
            (&state["state"], &state["open"]["count"], &state["batch"]),
            (&json!("settling"), &json!(5), &json!("000001"))
        );
    }
    host.fault(&[]).unwrap();
    let settled = shop.talk().ok("settle", json!({}));
    assert_eq!((&settled["outcome"], &settled["ours"]), (&json!("balanced"), &ours()));
    let traces: std::collections::BTreeSet<String> =
        host.state().unwrap().recent.into_iter().map(|one| one.trace).collect();
    assert_eq!(traces.len(), host.state().unwrap().recent.len(), "no trace twice");
}

#[test]
fn a_payment_terminal_settles_its_own_batch_and_its_totals_are_shown() {
    let host = host();
    host.fault(&["settle=compare"]).unwrap();
    let device = terminal(&host);
    let shop = Shop::at_terminal(&device, "");
    let mut talk = shop.talk();
    talk.ok("sign_in", json!({}));
    assert_eq!(device.perform(sim::terminal::Deed::Sale(8850)).unwrap().code, "00");
    talk.ok("record", sale(1, "sale", 8850, "000001", json!({})));
    let settled = talk.ok("settle", json!({}));
    assert_eq!(
        (&settled["outcome"], &settled["host"]["debit"]),
        (&json!("balanced"), &json!({ "count": 1, "amount": 8850 })),
        "{settled}"
    );
    assert_eq!(device.state().unwrap().open, 0);
    device.perform(sim::terminal::Deed::Sale(100)).unwrap();
    host.fault(&["settle=unbalanced-domestic"]).unwrap();
    assert_eq!(talk.ok("settle", json!({}))["outcome"], "unbalanced");
    device.fault(&["busy"]).unwrap();
    let busy = talk.ok("settle", json!({}));
    assert_eq!(
        (&busy["outcome"], &busy["cause"], &busy["unknown"]),
        (&json!("refused"), &json!("terminal_busy"), &json!(false))
    );
    device.fault(&["no-answer"]).unwrap();
    assert_eq!(talk.ok("settle", json!({}))["unknown"], true);
}
