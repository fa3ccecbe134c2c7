//! The daemon as far as screens need it: fixed data, deterministic answers, requests read by the real protocol.

use model::{Change, FoundBy, Job, JobState, Moment, Status};
use protocol::{
    Line, Overview, Page, PrinterRow, Problem, ProblemKind, Reason, Request, Subscribed, TransactionRow,
    request::{self, Transactions},
};
use serde::Serialize;
use serde_json::{json, value::RawValue};
use tui::console::Answer;

use super::{people::Staff, shop};

/// What the daemon knows.
#[derive(Clone)]
pub(crate) struct Daemon {
    pub(crate) transactions: Vec<TransactionRow>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) printers: Vec<PrinterRow>,
    pub(crate) overview: Overview,
    /// The state in which a new job is accepted.
    pub(crate) accepts: Result<JobState, Reason>,
    /// Everything is refused, for this reason.
    pub(crate) refuses: Option<Reason>,
    /// Scans stop after so many rows.
    pub(crate) scan: usize,
    /// Operators and the acquirer; `None` in a shop before its setup.
    pub(crate) staff: Option<Staff>,
}

pub(super) fn raw(value: &impl Serialize) -> Answer {
    Ok(serde_json::value::to_raw_value(value).unwrap() as Box<RawValue>)
}

fn refuse(reason: Reason, subject: &str) -> Answer {
    Err(Box::new(Problem::new(ProblemKind::NotFound, reason, "test", "English", "next").about(subject)))
}

impl Daemon {
    /// A good day: everything printed, two printers.
    pub(crate) fn usual() -> Daemon {
        let printers = vec![shop::printer("front", json!({})), shop::printer("back", json!({ "proof": "none" }))];
        let mut transactions = shop::payments();
        for row in &mut transactions {
            row.unprinted = false;
        }
        Daemon {
            transactions,
            jobs: vec![
                shop::job(57, 132, JobState::Confirmed, json!({})),
                shop::job(56, 131, JobState::Confirmed, json!({ "finished_at": "2026-11-20T13:58:14.000+08:00" })),
                shop::job(
                    55,
                    128,
                    JobState::Unconfirmed,
                    json!({ "kind": "reprint", "reprint_number": 1, "copy": "merchant", "cause": "no_status",
                    "printer": "back", "printed_on": "back", "finished_at": "2026-11-20T13:23:00.000+08:00" }),
                ),
            ],
            overview: Overview {
                shop: "红梅便利店".into(),
                day: "2026-11-20".into(),
                now: shop::now(),
                totals: shop::totals(),
                unprinted: 0,
                unknown: 0,
                printers: Vec::new(),
                questions: protocol::Questions::default(),
                sign_in: None,
                change: Change(700),
            },
            printers,
            accepts: Ok(JobState::Sending),
            refuses: None,
            scan: usize::MAX,
            staff: None,
        }
    }

    /// What a connection is told when it begins: nothing of operators before there are any.
    pub(crate) fn session(&mut self) -> Option<protocol::Session> {
        let staff = self.staff.as_mut().filter(|staff| staff.set_up)?;
        staff.seat = None;
        staff.session().into()
    }

    /// A bad hour: no paper, receipts missing, a payment nobody knows the end of.
    pub(crate) fn troubled() -> Daemon {
        let mut daemon = Daemon::usual();
        daemon.transactions = shop::payments();
        daemon.printers[0] = shop::printer(
            "front",
            json!({ "state": "blocked", "cause": "paper_out", "since": "2026-11-20T13:50:00.000+08:00",
            "waiting": { "queued": 2, "blocked": 1, "held": 1, "expired": 0, "sending": 0 } }),
        );
        daemon.printers[1].near_end = true;
        daemon.overview.unprinted = 1;
        daemon.overview.unknown = 1;
        let waiting = |number, of, state, more| shop::job(number, of, state, more);
        daemon.jobs.splice(
            0..0,
            [
                waiting(61, 127, JobState::Held, json!({ "kind": "reprint", "reprint_number": 1 })),
                waiting(60, 132, JobState::Queued, json!({ "copy": "merchant" })),
                waiting(59, 131, JobState::Queued, json!({})),
                waiting(
                    58,
                    130,
                    JobState::Blocked,
                    json!({ "cause": "paper_out", "queued_at": "2026-11-20T13:51:03.000+08:00" }),
                ),
            ],
        );
        daemon
    }

    /// A shop of many years: a million payments lie behind the list, and every figure is as long as it gets.
    pub(crate) fn vast() -> Daemon {
        let mut daemon = Daemon::troubled();
        let many = |back: u64| {
            let status = if back % 7 == 3 { "unknown" } else { "approved" };
            let (hour, minute) = (23 - back / 60 % 24, 59 - back % 60);
            shop::payment(
                1_000_000 - back,
                &format!("2026-11-20T{hour:02}:{minute:02}:59"),
                json!({ "method": if back % 5 == 4 { "wechat" } else { "card" }, "amount": 999_999_999_999_u64 - back * 1_234_567, "status": status,
                "card": format!("622202******{:04}", back % 10_000), "card_kind": "credit", "entry_mode": "tap",
                "issuer": "中国邮政储蓄银行股份有限公司", "voucher": format!("{:06}", 999_999 - back), "batch": "999999",
                "reference": format!("{:012}", 999_999_999_999 - back), "order": format!("HM2026112099999{back:06}"),
                "trade": format!("42000024192026112099999{back:06}"), "prints": 12, "operator": "02" }),
            )
        };
        daemon.transactions = (0..600).map(many).collect();
        let state =
            |back: u64| [JobState::Blocked, JobState::Queued, JobState::Held][usize::try_from(back % 3).unwrap()];
        let job = |back: u64| {
            let (copy, cause) = (["customer", "merchant"][usize::try_from(back % 2).unwrap()], "paper_out");
            let cause = if state(back) == JobState::Blocked { json!(cause) } else { json!(null) };
            let more = json!({ "kind": "reprint", "reprint_number": 99, "copy": copy, "cause": cause });
            shop::job(1_000_000 - back, 1_000_000 - back, state(back), more)
        };
        daemon.jobs = (0..99).map(job).collect();
        let waiting = json!({ "queued": 33_333, "blocked": 33_333, "held": 33_333, "expired": 0, "sending": 0 });
        daemon.printers[0].waiting = serde_json::from_value(waiting).unwrap();
        for total in &mut daemon.overview.totals {
            (total.count, total.amount) =
                (total.count * 50_000, serde_json::from_value(json!(999_999_999_999_u64)).unwrap());
        }
        (daemon.overview.unprinted, daemon.overview.unknown) = (123_456, 123_456);
        daemon.overview.questions.count = 12_345;
        daemon.overview.questions.newest = daemon.jobs.iter().take(5).map(|job| job.id).collect();
        daemon
    }

    /// The same with operators and an acquirer that does not answer.
    pub(crate) fn with_everything(mut self) -> Daemon {
        let Daemon { overview, staff, .. } = Daemon::signed_out();
        self.overview.sign_in = overview.sign_in;
        self.staff = staff.map(|staff| Staff { set_up: true, ..staff });
        self
    }

    /// Answers a request, which must be one that the real daemon understands.
    pub(crate) fn answer(&mut self, verb: &str, body: &serde_json::Value) -> Answer {
        let line = request::line(1, verb, body).unwrap();
        let Ok(Line::Request { request: Ok(request), approval, .. }) = Line::parse(line.trim_end().as_bytes()) else {
            panic!("the daemon would not understand {line}");
        };
        if let Some(reason) = self.refuses {
            return refuse(reason, "");
        }
        if let Some(staff) = &mut self.staff {
            staff.check(request.verb(), approval)?;
            if let Some(answer) = staff.answer(&request) {
                return answer;
            }
        }
        match *request {
            Request::Overview(_) => raw(&Overview { printers: self.printers.clone(), ..self.overview.clone() }),
            Request::Subscribe(subscribe) => raw(&Subscribed { change: Change(subscribe.after) }),
            Request::Jobs(jobs) => raw(&Page {
                rows: self
                    .jobs
                    .iter()
                    .filter(|job| jobs.state.is_none_or(|state| job.state == state))
                    .take(jobs.limit.unwrap_or(50))
                    .cloned()
                    .collect(),
                next: None,
                searched_to: None,
            }),
            Request::JobShow(show) => match self.jobs.iter().find(|job| job.id == show.id) {
                Some(job) => raw(job),
                None => refuse(Reason::NoSuchJob, &show.id.to_string()),
            },
            Request::Transactions(wanted) => raw(&self.search(&wanted)),
            Request::Show(show) => match self.transactions.iter().find(|row| row.transaction.id == show.id) {
                Some(row) => {
                    let history = self.jobs.iter().filter(|job| job.transaction == Some(show.id)).cloned().collect();
                    raw(&TransactionRow { print_history: Some(history), ..row.clone() })
                }
                None => refuse(Reason::NoSuchTransaction, &show.id.to_string()),
            },
            Request::Receipt(of) => match self.transactions.iter().find(|row| row.transaction.id == of.id) {
                Some(row) if row.transaction.status == Status::Approved => {
                    raw(&json!({ "text": slip(row, of.width.unwrap_or(48)) }))
                }
                Some(row) => refuse(Reason::NoReceipt, row.transaction.status.word()),
                None => refuse(Reason::NoSuchTransaction, &of.id.to_string()),
            },
            Request::Reprint(wanted) => self.print(&wanted),
            Request::PrinterTest(wanted) => self.errand(model::JobKind::TestPage, &wanted.id),
            Request::JobHold(named) => self.order(named.id, |job| job.state = JobState::Held),
            Request::JobRelease(named) => self.order(named.id, |job| job.state = JobState::Queued),
            Request::JobCancel(named) => self.order(named.id, |job| {
                let sent = job.state == JobState::Sending;
                job.state = if sent { JobState::Partial } else { JobState::Cancelled };
                job.finished_at = Some(shop::now());
            }),
            Request::JobMove(wanted) => self.order(wanted.id, |job| job.printer = wanted.printer.clone()),
            Request::JobResolve(wanted) => {
                let answer = self.order(wanted.id, |job| {
                    job.state = wanted.answer.state();
                    job.evidence.push(model::Evidence {
                        at: shop::now(),
                        grade: model::Grade::Person,
                        detail: wanted.answer.state().word().into(),
                    });
                });
                let questions = &mut self.overview.questions;
                questions.newest.retain(|id| *id != wanted.id);
                questions.count = questions.newest.len() as u64;
                answer
            }
            Request::PrinterMove(wanted) => self.move_queue(&wanted.id, &wanted.printer),
            Request::DrawerOpen(wanted) => self.errand(model::JobKind::Drawer, wanted.printer.as_deref().unwrap()),
            Request::PrinterPause(named) => self.pause(&named.id, true),
            Request::PrinterResume(named) => self.pause(&named.id, false),
            other => panic!("the console asked {other:?}"),
        }
    }

    fn print(&mut self, wanted: &request::Reprint) -> Answer {
        let state = match self.accepts {
            Ok(state) => state,
            Err(reason) => return refuse(reason, ""),
        };
        let id = wanted.id.expect("the console prints what it shows");
        let before = self.jobs.iter().filter(|job| job.transaction == Some(id) && job.copy == wanted.copy).count();
        let mut job = self.jobs[0].clone();
        job = Job {
            id: model::JobId(self.jobs[0].id.0 + 1),
            kind: if before == 0 { model::JobKind::Receipt } else { model::JobKind::Reprint },
            transaction: Some(id),
            copy: wanted.copy,
            reprint_number: u32::try_from(before).unwrap(),
            printer: wanted.printer.clone().unwrap_or_else(|| "front".into()),
            state,
            evidence: Vec::new(),
            finished_at: None,
            cause: None,
            change: Change(job.change.0 + 1),
            ..job
        };
        self.jobs.insert(0, job.clone());
        raw(&job)
    }

    /// A job without a receipt.
    fn errand(&mut self, kind: model::JobKind, printer: &str) -> Answer {
        let state = match self.accepts {
            Ok(state) => state,
            Err(reason) => return refuse(reason, printer),
        };
        let number = self.jobs[0].id.0 + 1;
        let more = json!({ "kind": kind, "transaction": null, "copy": null, "printer": printer, "printed_on": null,
            "change": 600 + number });
        self.jobs.insert(0, shop::job(number, 1, state, more));
        raw(&self.jobs[0])
    }

    /// Something is done with a job.
    fn order(&mut self, id: model::JobId, change: impl FnOnce(&mut Job)) -> Answer {
        if let Err(reason) = self.accepts {
            return refuse(reason, &id.to_string());
        }
        let job = self.jobs.iter_mut().find(|job| job.id == id).unwrap();
        change(job);
        job.change = Change(job.change.0 + 1000);
        raw(job)
    }

    fn move_queue(&mut self, from: &str, to: &str) -> Answer {
        if let Err(reason) = self.accepts {
            return refuse(reason, from);
        }
        let waiting: Vec<&mut Job> =
            self.jobs.iter_mut().filter(|job| job.printer == from && job.state.waits()).collect();
        let moved = waiting.len() as u64;
        waiting.into_iter().for_each(|job| job.printer = to.to_owned());
        raw(&protocol::Moved { moved })
    }

    fn pause(&mut self, name: &str, paused: bool) -> Answer {
        if let Err(reason) = self.accepts {
            return refuse(reason, name);
        }
        let printer = self.printers.iter_mut().find(|printer| printer.name == name).unwrap();
        printer.paused = paused;
        raw(printer)
    }

    /// The newest job comes to its end; gives the event.
    pub(crate) fn end_job(&mut self, state: JobState, cause: Option<model::Cause>) -> protocol::Event {
        let evidence = shop::job(1, 1, state, json!({})).evidence;
        let job = &mut self.jobs[0];
        (job.state, job.cause, job.evidence) = (state, cause, evidence);
        job.finished_at = Some(shop::now());
        job.change = Change(job.change.0 + 1);
        let (change, jobs) = (job.change, vec![job.id]);
        let transactions = job.transaction.into_iter().collect();
        protocol::Event::Changed { change, transactions, jobs, printers: vec![] }
    }

    /// A sale is recorded; gives the event.
    pub(crate) fn sell(&mut self, number: u64) -> protocol::Event {
        let row = shop::payment(number, "2026-11-20T14:04:30", json!({}));
        let (change, id) = (Change(700 + number), row.transaction.id);
        self.transactions.insert(0, row);
        protocol::Event::Changed { change, transactions: vec![id], jobs: vec![], printers: vec![] }
    }

    fn search(&self, wanted: &Transactions) -> Page<TransactionRow> {
        let start: usize = wanted.after.as_deref().map_or(0, |after| after.parse().unwrap());
        let limit = wanted.limit.unwrap_or(50);
        let words = wanted.search.clone().unwrap_or_default();
        let mut rows: Vec<TransactionRow> = Vec::new();
        let mut at = start;
        while at < self.transactions.len() && rows.len() < limit && at - start < self.scan {
            let row = &self.transactions[at];
            at += 1;
            if words.is_empty() {
                rows.push(row.clone());
            } else if let Some(by) = found(row, &words) {
                rows.push(TransactionRow { found_by: Some(by), ..row.clone() });
            }
        }
        rows.sort_by_key(|row| row.found_by.map_or(0, FoundBy::code));
        let more = at < self.transactions.len();
        let reached: Option<Moment> = at.checked_sub(1).map(|at| self.transactions[at].transaction.time);
        Page { rows, next: more.then(|| at.to_string()), searched_to: reached.filter(|_| more) }
    }
}

fn found(row: &TransactionRow, words: &str) -> Option<FoundBy> {
    let sale = &row.transaction;
    let amount = model::Fen::from_major(words);
    match words {
        "unprinted" => row.unprinted.then_some(FoundBy::Filter),
        "unknown" => (sale.status == Status::Unknown).then_some(FoundBy::Filter),
        "wx" => (sale.method == model::Method::Wechat).then_some(FoundBy::Filter),
        _ if sale.id.to_string() == words => Some(FoundBy::Id),
        _ if sale.card.is_some_and(|card| card.last_four() == words) => Some(FoundBy::LastFour),
        _ if sale.voucher.as_ref().is_some_and(|v| v.trim_start_matches('0') == words) => Some(FoundBy::Voucher),
        _ if amount == Some(sale.amount) => Some(FoundBy::Amount),
        _ if words.bytes().any(|byte| byte.is_ascii_digit()) => None,
        _ => {
            let named = sale.items.iter().any(|item| model::pinyin::find(&item.name, words).is_some());
            named.then_some(FoundBy::Product)
        }
    }
}

/// The text of a slip as `paper` would lay it out; only its shape matters here.
fn slip(row: &TransactionRow, columns: usize) -> String {
    let sale = &row.transaction;
    let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let middle = |text: &str| format!("{}{text}", " ".repeat((columns - wide(text)) / 2));
    let pair = |label: &str, value: &str| {
        format!("{label}{}{value}", " ".repeat(columns.saturating_sub(wide(label) + wide(value)).max(1)))
    };
    let rule = "-".repeat(columns);
    let mut lines = vec![middle("红梅便利店"), middle("签购单"), rule.clone()];
    lines.push(pair("商户号", sale.merchant_id.as_deref().unwrap_or("-")));
    lines.push(pair("终端号", sale.terminal_id.as_deref().unwrap_or("-")));
    lines.push(pair("操作员", sale.operator.as_deref().unwrap_or("-")));
    lines.push(pair("卡号", &sale.card.map(|card| card.shown()).unwrap_or_default()));
    lines.push(pair("凭证号", sale.voucher.as_deref().unwrap_or("-")));
    lines.push(pair("参考号", sale.reference.as_deref().unwrap_or("-")));
    lines.push(pair("日期时间", &sale.time.wall().to_string().replace('T', " ")));
    lines.push(rule.clone());
    lines.extend(sale.items.iter().map(|item| pair(&item.name, &item.amount.to_string())));
    lines.push(pair("金额", &format!("RMB {}", sale.amount)));
    lines.push(rule);
    lines.extend(["".to_owned(), "持卡人签名:".into(), "".into(), "".into()]);
    lines.push(middle("本人确认以上交易"));
    lines.push(middle("同意记入本卡账户"));
    lines.extend(["[QR]".to_owned(), middle("谢谢惠顾")]);
    lines.join("\n")
}
