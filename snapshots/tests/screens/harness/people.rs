//! The shop's operators, the trail of what they did, and the acquirer: what the fixture daemon knows of them.

use std::collections::BTreeMap;

use model::{AuditRow, Operator, Role};
use protocol::{
    AcquirerState, Page, Problem, ProblemKind, Reason, Request, Session, SessionRow, SignInLine, Verdict,
    request::Approval,
};
use serde_json::{Value, json};
use tui::console::Answer;

use super::daemon::{Daemon, raw};

/// Rows of the trail that one request looks at.
const SCANNED: usize = 3_000;

/// Everybody's PIN.
pub(crate) const PIN: &str = "471100";

/// What the daemon knows of people and of the acquirer.
#[derive(Clone)]
pub(crate) struct Staff {
    /// Operators are asked to log on.
    pub(crate) set_up: bool,
    /// Who is logged on at this connection.
    pub(crate) seat: Option<String>,
    pub(crate) operators: Vec<Operator>,
    pub(crate) sessions: Vec<SessionRow>,
    pub(crate) trail: Vec<AuditRow>,
    /// Acts that are refused without a second person.
    pub(crate) guarded: Vec<&'static str>,
    /// Who alone may approve, as the daemon tells it.
    pub(crate) only_approver: Option<&'static str>,
    pub(crate) reasons: Vec<&'static str>,
    pub(crate) acquirer: AcquirerState,
    /// What the acquirer's verbs answer.
    pub(crate) outcome: Value,
    /// Who approved, and what.
    pub(crate) approved: Vec<(String, &'static str)>,
    /// Who got another PIN, and whether the present one was given.
    pub(crate) new_pins: Vec<(String, bool)>,
    /// What a verification finds.
    pub(crate) verified: Value,
}

fn operator(id: &str, name: &str, role: &str, more: Value) -> Operator {
    let mut row = json!({ "id": id, "name": name, "role": role, "disabled": false, "locked_until": null,
        "created_at": null, "changed_at": null });
    more.as_object().unwrap().iter().for_each(|(key, value)| row[key] = value.clone());
    serde_json::from_value(row).unwrap()
}

pub(crate) fn entry(seq: u64, at: &str, actor: &str, act: &str, more: Value) -> AuditRow {
    let mut row = json!({ "seq": seq, "at": format!("2026-11-20T{at}.000+08:00"), "actor": actor, "approver": null,
        "origin": { "uid": 1000, "tty": "tty1", "ssh": null }, "act": act, "object": null, "outcome": "done",
        "hash": "5e".repeat(32) });
    more.as_object().unwrap().iter().for_each(|(key, value)| row[key] = value.clone());
    serde_json::from_value(row).unwrap()
}

impl Staff {
    /// A manager, two cashiers and support, who all have the same PIN.
    pub(crate) fn usual() -> Staff {
        let sale = |number| super::shop::id(number).to_string();
        Staff {
            set_up: false,
            seat: None,
            operators: vec![
                operator("01", "王店长", "manager", json!({})),
                operator("02", "小李", "cashier", json!({})),
                operator(
                    "03",
                    "03",
                    "cashier",
                    json!({ "wrong_tries": 5, "locked_until": "2026-11-20T14:05:20.000+08:00" }),
                ),
                operator("04", "小周", "cashier", json!({ "disabled": true })),
                operator("08", "陈主管", "supervisor", json!({})),
                operator("20", "远程支持", "support", json!({})),
            ],
            sessions: Vec::new(),
            trail: vec![
                entry(
                    9,
                    "14:03:10",
                    "02",
                    "reprint",
                    json!({ "object": sale(132), "approver": "01", "after": "J18 reprint 1 customer front 顾客遗失" }),
                ),
                entry(8, "14:01:00", "02", "reprint", json!({ "object": sale(132), "outcome": "refused" })),
                entry(
                    7,
                    "13:40:00",
                    "02",
                    "reprint",
                    json!({ "object": sale(131), "after": "J16 reprint 2 merchant front" }),
                ),
                entry(6, "12:12:12", "03", "log_on", json!({ "actor": null, "object": "03", "outcome": "failed" })),
                entry(
                    5,
                    "11:30:00",
                    "20",
                    "printer_test",
                    json!({ "object": "front", "approver": "01",
                    "origin": { "uid": 1001, "tty": "pts/3", "ssh": "203.0.113.7" } }),
                ),
                entry(
                    4,
                    "10:00:00",
                    "03",
                    "reprint",
                    json!({ "object": sale(128), "after": "J12 reprint 1 customer front" }),
                ),
                entry(3, "09:10:00", "01", "operators_add", json!({ "object": "03", "after": "cashier active PIN 1" })),
                entry(2, "09:00:05", "02", "drawer_open", json!({ "object": "J11" })),
                entry(1, "09:00:00", "01", "setup", json!({ "object": "01", "after": "manager active PIN 1" })),
            ],
            guarded: Vec::new(),
            only_approver: None,
            reasons: Vec::new(),
            acquirer: acquirer("signed_in", json!({})),
            outcome: sign_in("signed_in", json!({ "batch": "000032" })),
            approved: Vec::new(),
            new_pins: Vec::new(),
            verified: json!({ "ok": true, "entries": 9, "first_bad": null }),
        }
    }

    /// What the daemon says when a connection begins, and when somebody logs on.
    pub(crate) fn session(&self) -> Session {
        let who = self.operators.iter().find(|row| Some(&row.id) == self.seat.as_ref());
        let mut may: BTreeMap<String, Verdict> = BTreeMap::new();
        let manager = who.is_some_and(|who| who.role == Role::Manager);
        for verb in [
            "operators",
            "operators_add",
            "operators_set",
            "operators_set_pin",
            "operators_disable",
            "operators_unlock",
        ]
        .into_iter()
        .chain(["audit", "audit_verify", "audit_export", "session_end"])
        {
            may.insert(verb.into(), if manager { Verdict::Allowed } else { Verdict::Refused });
        }
        for verb in ["reprint", "drawer_open", "job_hold", "job_release", "job_cancel", "job_move", "job_resolve"]
            .into_iter()
            .chain(["printer_test", "printer_pause", "printer_resume", "printer_move"])
            .chain(["acquirer", "sign_in", "sign_out", "settle", "echo", "diagnose"])
        {
            let support = who.is_some_and(|who| who.role == Role::Support);
            let verdict = if support { Verdict::NeedsApproval } else { Verdict::Allowed };
            may.insert(verb.into(), if who.is_some() { verdict } else { Verdict::Refused });
        }
        Session {
            set_up: true,
            operator: self.seat.clone(),
            name: who.map(|who| who.name.clone()),
            role: who.map(|who| who.role),
            may,
            idle_lock_s: 900,
            approver: self.only_approver.map(str::to_owned),
            reasons: self.reasons.iter().map(|reason| model::SafeText::new(reason)).collect(),
        }
    }

    /// Support is connected from elsewhere.
    pub(crate) fn with_support(mut self) -> Staff {
        self.sessions.push(
            serde_json::from_value(json!({ "session": 7, "operator": "20", "name": "远程支持", "role": "support",
                "since": "2026-11-20T14:02:00.000+08:00",
                "origin": { "uid": 1001, "tty": "pts/3", "ssh": "203.0.113.7" } }))
            .unwrap(),
        );
        self
    }

    /// Lets a guarded act pass only with a second person who knows the PIN.
    pub(crate) fn check(&mut self, verb: &'static str, approval: Option<Approval>) -> Result<(), Box<Problem>> {
        if !self.guarded.contains(&verb) {
            return Ok(());
        }
        let Some(approval) = approval else {
            return Err(problem(ProblemKind::NeedsApproval, Reason::ReprintTooOld, "24h"));
        };
        if approval.pin.expose() != PIN {
            return Err(problem(ProblemKind::WrongPin, Reason::WrongPin, &approval.approver));
        }
        self.approved.push((approval.approver, verb));
        Ok(())
    }

    /// The verbs about people, the trail and the acquirer; `None` for all others.
    pub(crate) fn answer(&mut self, request: &Request) -> Option<Answer> {
        let page = |rows: Value| raw(&json!({ "rows": rows, "next": null, "searched_to": null }));
        Some(match request {
            Request::LogOn(wanted) => {
                let known = self.operators.iter().find(|row| row.id == wanted.operator && !row.disabled);
                match known.filter(|_| wanted.pin.expose() == PIN) {
                    Some(row) => {
                        self.seat = Some(row.id.clone());
                        raw(&self.session())
                    }
                    None => Err(problem(ProblemKind::WrongPin, Reason::WrongPin, &wanted.operator)),
                }
            }
            Request::Operators(_) => page(json!(self.operators)),
            Request::OperatorsAdd(wanted) => {
                self.operators.push(operator(&wanted.id, &wanted.id, wanted.role.word(), json!({})));
                raw(self.operators.last().unwrap())
            }
            Request::OperatorsSet(wanted) => {
                let row = self.one(&wanted.id);
                row.name = wanted.name.as_deref().map_or(row.name.clone(), model::SafeText::new);
                row.role = wanted.role.unwrap_or(row.role);
                raw(row)
            }
            Request::OperatorsSetPin(wanted) => match &wanted.pin {
                Some(present) if present.expose() != PIN => {
                    Err(problem(ProblemKind::WrongPin, Reason::WrongPin, &wanted.id))
                }
                _ => {
                    self.new_pins.push((wanted.id.clone(), wanted.pin.is_some()));
                    raw(self.one(&wanted.id))
                }
            },
            Request::OperatorsDisable(wanted) => {
                self.one(&wanted.id).disabled = true;
                raw(self.one(&wanted.id))
            }
            Request::OperatorsUnlock(wanted) => {
                let row = self.one(&wanted.id);
                (row.disabled, row.locked_until, row.wrong_tries) = (false, None, 0);
                raw(row)
            }
            Request::Sessions(_) => page(json!(self.sessions)),
            Request::SessionEnd(wanted) => {
                let at = self.sessions.iter().position(|row| row.session == wanted.id).unwrap();
                raw(&self.sessions.remove(at))
            }
            Request::Audit(wanted) => {
                let below = wanted.after.as_ref().map_or(u64::MAX, |after| after.parse().unwrap());
                let mut rows: Vec<AuditRow> = Vec::new();
                let mut last = None;
                let mut older = self.trail.iter().filter(|row| row.seq < below);
                // it looks at no more rows than this in one go
                for row in older.by_ref().take(SCANNED) {
                    last = Some(row.seq);
                    let act = wanted.act.as_ref().is_none_or(|act| row.act == *act);
                    let actor = wanted.actor.is_none() || row.actor == wanted.actor;
                    let object = wanted.object.as_ref().is_none_or(|object| row.is_about(object));
                    if act && actor && object && wanted.outcome.is_none_or(|outcome| row.outcome == outcome) {
                        rows.push(row.clone());
                    }
                    if rows.len() == wanted.limit.unwrap_or(50) {
                        break;
                    }
                }
                let next = older.next().and(last).map(|seq| seq.to_string());
                raw(&Page { rows, next, searched_to: None })
            }
            Request::AuditVerify(_) => raw(&self.verified),
            Request::AuditExport(wanted) => {
                // four rows a page, oldest first
                let from: usize = wanted.after.as_deref().map_or(0, |after| after.parse().unwrap());
                let rows: Vec<_> = self.trail.iter().rev().skip(from).take(4).cloned().collect();
                let next = (from + 4 < self.trail.len()).then(|| (from + 4).to_string());
                let last = &self.trail[0];
                raw(&json!({ "rows": rows, "next": next, "entries": last.seq, "head": last.hash }))
            }
            Request::Acquirer(_) => raw(&self.acquirer),
            Request::SignIn(_) | Request::SignOut(_) | Request::Echo(_) | Request::Settle(_) | Request::Diagnose(_) => {
                raw(&self.outcome)
            }
            _ => return None,
        })
    }

    fn one(&mut self, id: &str) -> &mut Operator {
        self.operators.iter_mut().find(|row| row.id == id).unwrap()
    }
}

fn problem(kind: ProblemKind, reason: Reason, subject: &str) -> Box<Problem> {
    Box::new(Problem::new(kind, reason, "test", "English", "next").about(subject))
}

/// An answer of sign-in, sign-out or echo.
pub(crate) fn sign_in(outcome: &str, more: Value) -> Value {
    let mut row = json!({ "outcome": outcome, "code": null, "cause": null, "candidates": [], "batch": null,
        "host_time": null, "message": "English", "action": "English", "at": "2026-11-20T14:05:00.000+08:00", "steps": [
            { "name": "dns", "ok": true, "ms": 4, "detail": "203.0.113.80" },
            { "name": "tcp", "ok": true, "ms": 31, "detail": "203.0.113.80:8583" },
            { "name": "send", "ok": true, "ms": 0, "detail": "84 bytes" },
            { "name": "answer", "ok": true, "ms": 412, "detail": "118 bytes" },
            { "name": "check", "ok": true, "ms": 0, "detail": "" },
            { "name": "code", "ok": true, "ms": 0, "detail": "00" } ] });
    more.as_object().unwrap().iter().for_each(|(key, value)| row[key] = value.clone());
    row
}

/// The acquirer's state.
pub(crate) fn acquirer(state: &str, more: Value) -> AcquirerState {
    let done = sign_in("signed_in", json!({ "batch": "000031", "at": "2026-11-20T08:00:02.000+08:00" }));
    let mut log = done.clone();
    (log["act"], log["automatic"]) = (json!("sign_in"), json!(true));
    let mut row = json!({ "state": state, "via": "host", "terminal_id": "12345678", "merchant_id": "898110012345678",
        "batch": "000031", "last_sign_in": done, "open": { "count": 57, "amount": 1_234_560 }, "name": "示例收单",
        "signed_in_at": "2026-11-20T08:00:02.000+08:00", "operator": null,
        "host_time": "2026-11-20T08:00:04.000+08:00", "skew_ms": 2000, "history": [log] });
    more.as_object().unwrap().iter().for_each(|(key, value)| row[key] = value.clone());
    serde_json::from_value(row).unwrap()
}

impl Daemon {
    /// A good day in a shop with operators; nobody is logged on yet.
    pub(crate) fn staffed() -> Daemon {
        Daemon { staff: Some(Staff { set_up: true, ..Staff::usual() }), ..Daemon::usual() }
    }

    pub(crate) fn staff(&mut self) -> &mut Staff {
        self.staff.get_or_insert_with(Staff::usual)
    }

    /// Not signed in, for this reason.
    pub(crate) fn signed_out() -> Daemon {
        let mut daemon = Daemon::usual();
        let cause = json!("no_response");
        let refused = sign_in(
            "failed",
            json!({ "cause": cause, "candidates": ["addressing"], "steps": [
                { "name": "link", "ok": true, "ms": 1, "detail": "eth0 is connected",
                  "measured": { "code": "interface_connected", "args": ["eth0"] } },
                { "name": "dns", "ok": true, "ms": 4, "detail": "203.0.113.80" },
                { "name": "tcp", "ok": true, "ms": 31, "detail": "203.0.113.80:8583" },
                { "name": "tls", "ok": null, "ms": 0, "detail": "the config asks for plain TCP",
                  "measured": { "code": "plain_tcp" } },
                { "name": "send", "ok": true, "ms": 0, "detail": "84 bytes",
                  "measured": { "code": "bytes_sent", "args": ["84"] } },
                { "name": "answer", "ok": false, "ms": 30000, "detail": "connected and sent, but not a byte came back",
                  "measured": { "code": "silent", "args": ["203.0.113.80:8583"] } } ] }),
        );
        let line = json!({ "state": "signed_out", "cause": cause, "at": "2026-11-20T14:01:00.000+08:00",
            "batch": "000031" });
        daemon.overview.sign_in = Some(serde_json::from_value::<SignInLine>(line).unwrap());
        let staff = daemon.staff();
        staff.acquirer =
            acquirer("signed_out", json!({ "cause": cause, "last_sign_in": refused, "signed_in_at": null }));
        daemon
    }
}
