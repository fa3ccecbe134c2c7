//! Requests: `{"id":N,"<verb>":{…}}`. Verbs are strict: an unknown verb or key is answered with its name.

mod acquirer;
mod approval;
mod line;
mod people;
mod queue;
mod trail;

use model::{Copy, JobId, JobState, RawEvent, TransactionId};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::problem::{Kind, Problem, Reason};

pub use acquirer::{Diagnose, Ladder, Paper, Report};
pub use approval::Approval;
pub use line::{Line, approved_line, line};
pub use people::{LogOn, OperatorNamed, OperatorsAdd, OperatorsSet, OperatorsSetPin, SessionEnd, Setup};
pub use queue::{Answer, JobMove, JobNamed, JobResolve, PrinterMove};
pub use trail::{Audit, AuditExport, AuditVerify};

/// `transactions`: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Transactions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// `show`: a transaction with its print history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Show {
    pub id: TransactionId,
}

/// The form in which `receipt` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    #[default]
    Text,
    Json,
}

/// `receipt`: what would be printed, without printing. `width` in columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptOf {
    pub id: TransactionId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<Copy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<usize>,
    #[serde(default)]
    pub format: Format,
}

/// `reprint`: the next paper of a receipt; `id` or `last`. With `wait` (seconds) the answer comes when the job ended
/// or the time is over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reprint {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<TransactionId>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<Copy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
}

/// `jobs`: the queue, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Jobs {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<JobState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// `job_show`: one job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobShow {
    pub id: JobId,
}

/// `printer_test`: a page that shows what the printer makes of our commands. With `wait` as in `reprint`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterTest {
    /// The printer's name.
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
}

/// `printer_pause` and `printer_resume`: it takes no further job; it takes jobs again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterNamed {
    /// The printer's name.
    pub id: String,
}

/// `printer_probe`: what stands at an address, configured or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterProbe {
    /// The address as a config writes it: `tcp://HOST:PORT`, `serial:///dev/…`, `usb://…`, `file:///…`.
    pub id: String,
}

/// `drawer_open`: one pulse, by the printer named or the one for receipts. With `wait` as in `reprint`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DrawerOpen {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
}

/// `subscribe`: everything after that change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Subscribe {
    pub after: u64,
}

/// A request without options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A request, after its verb and keys were understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    Record(Box<RawEvent>),
    Transactions(Transactions),
    Show(Show),
    Receipt(ReceiptOf),
    Reprint(Reprint),
    Jobs(Jobs),
    JobShow(JobShow),
    JobHold(JobNamed),
    JobRelease(JobNamed),
    JobCancel(JobNamed),
    JobMove(JobMove),
    JobResolve(JobResolve),
    Printers(Nothing),
    PrinterTest(PrinterTest),
    PrinterPause(PrinterNamed),
    PrinterResume(PrinterNamed),
    PrinterProbe(PrinterProbe),
    PrinterMove(PrinterMove),
    DrawerOpen(DrawerOpen),
    Status(Nothing),
    Overview(Nothing),
    Subscribe(Subscribe),
    LogOn(LogOn),
    LogOff(Nothing),
    Setup(Setup),
    Operators(Nothing),
    OperatorsAdd(OperatorsAdd),
    OperatorsSet(OperatorsSet),
    OperatorsSetPin(OperatorsSetPin),
    OperatorsDisable(OperatorNamed),
    OperatorsUnlock(OperatorNamed),
    Sessions(Nothing),
    SessionEnd(SessionEnd),
    Audit(Audit),
    AuditVerify(AuditVerify),
    AuditExport(AuditExport),
    SignIn(Nothing),
    SignOut(Nothing),
    Echo(Nothing),
    Settle(Nothing),
    Acquirer(Nothing),
    Diagnose(Diagnose),
    Report(Report),
}

impl Request {
    /// The verb as it stands on the wire and in the audit trail.
    pub fn verb(&self) -> &'static str {
        match self {
            Request::Record(_) => "record",
            Request::Transactions(_) => "transactions",
            Request::Show(_) => "show",
            Request::Receipt(_) => "receipt",
            Request::Reprint(_) => "reprint",
            Request::Jobs(_) => "jobs",
            Request::JobShow(_) => "job_show",
            Request::JobHold(_) => "job_hold",
            Request::JobRelease(_) => "job_release",
            Request::JobCancel(_) => "job_cancel",
            Request::JobMove(_) => "job_move",
            Request::JobResolve(_) => "job_resolve",
            Request::Printers(_) => "printers",
            Request::PrinterTest(_) => "printer_test",
            Request::PrinterPause(_) => "printer_pause",
            Request::PrinterResume(_) => "printer_resume",
            Request::PrinterProbe(_) => "printer_probe",
            Request::PrinterMove(_) => "printer_move",
            Request::DrawerOpen(_) => "drawer_open",
            Request::Status(_) => "status",
            Request::Overview(_) => "overview",
            Request::Subscribe(_) => "subscribe",
            Request::LogOn(_) => "log_on",
            Request::LogOff(_) => "log_off",
            Request::Setup(_) => "setup",
            Request::Operators(_) => "operators",
            Request::OperatorsAdd(_) => "operators_add",
            Request::OperatorsSet(_) => "operators_set",
            Request::OperatorsSetPin(_) => "operators_set_pin",
            Request::OperatorsDisable(_) => "operators_disable",
            Request::OperatorsUnlock(_) => "operators_unlock",
            Request::Sessions(_) => "sessions",
            Request::SessionEnd(_) => "session_end",
            Request::Audit(_) => "audit",
            Request::AuditVerify(_) => "audit_verify",
            Request::AuditExport(_) => "audit_export",
            Request::SignIn(_) => "sign_in",
            Request::SignOut(_) => "sign_out",
            Request::Echo(_) => "echo",
            Request::Settle(_) => "settle",
            Request::Acquirer(_) => "acquirer",
            Request::Diagnose(_) => "diagnose",
            Request::Report(_) => "report",
        }
    }
}

fn understood(verb: &str, body: &str) -> Result<Request, Problem> {
    Ok(match verb {
        "record" => Request::Record(Box::new(keys(verb, body)?)),
        "transactions" => Request::Transactions(keys(verb, body)?),
        "show" => Request::Show(keys(verb, body)?),
        "receipt" => Request::Receipt(keys(verb, body)?),
        "reprint" => Request::Reprint(keys(verb, body)?),
        "jobs" => Request::Jobs(keys(verb, body)?),
        "job_show" => Request::JobShow(keys(verb, body)?),
        "job_hold" => Request::JobHold(keys(verb, body)?),
        "job_release" => Request::JobRelease(keys(verb, body)?),
        "job_cancel" => Request::JobCancel(keys(verb, body)?),
        "job_move" => Request::JobMove(keys(verb, body)?),
        "job_resolve" => Request::JobResolve(keys(verb, body)?),
        "printers" => Request::Printers(keys(verb, body)?),
        "printer_test" => Request::PrinterTest(keys(verb, body)?),
        "printer_pause" => Request::PrinterPause(keys(verb, body)?),
        "printer_resume" => Request::PrinterResume(keys(verb, body)?),
        "printer_probe" => Request::PrinterProbe(keys(verb, body)?),
        "printer_move" => Request::PrinterMove(keys(verb, body)?),
        "drawer_open" => Request::DrawerOpen(keys(verb, body)?),
        "status" => Request::Status(keys(verb, body)?),
        "overview" => Request::Overview(keys(verb, body)?),
        "subscribe" => Request::Subscribe(keys(verb, body)?),
        "log_on" => Request::LogOn(keys(verb, body)?),
        "log_off" => Request::LogOff(keys(verb, body)?),
        "setup" => Request::Setup(keys(verb, body)?),
        "operators" | "operators_list" => Request::Operators(keys(verb, body)?),
        "operators_add" => Request::OperatorsAdd(keys(verb, body)?),
        "operators_set" => Request::OperatorsSet(keys(verb, body)?),
        "operators_set_pin" => Request::OperatorsSetPin(keys(verb, body)?),
        "operators_disable" => Request::OperatorsDisable(keys(verb, body)?),
        "operators_unlock" => Request::OperatorsUnlock(keys(verb, body)?),
        "sessions" => Request::Sessions(keys(verb, body)?),
        "session_end" => Request::SessionEnd(keys(verb, body)?),
        "audit" => Request::Audit(keys(verb, body)?),
        "audit_verify" => Request::AuditVerify(keys(verb, body)?),
        "audit_export" => Request::AuditExport(keys(verb, body)?),
        "sign_in" => Request::SignIn(keys(verb, body)?),
        "sign_out" => Request::SignOut(keys(verb, body)?),
        "echo" => Request::Echo(keys(verb, body)?),
        "settle" => Request::Settle(keys(verb, body)?),
        "acquirer" => Request::Acquirer(keys(verb, body)?),
        "diagnose" => Request::Diagnose(keys(verb, body)?),
        "report" => Request::Report(keys(verb, body)?),
        _ => {
            let shown: String = model::SafeText::new(verb).chars().take(40).collect();
            return Err(Problem::new(
                Kind::Invalid,
                Reason::UnknownVerb,
                "reading a request",
                format!("{shown:?} is no verb of this version"),
                "see counterfoil --help for the verbs",
            )
            .about(shown));
        }
    })
}

fn keys<T: DeserializeOwned>(verb: &str, body: &str) -> Result<T, Problem> {
    // serde would take a list for an object whose keys stand in their order
    if !body.starts_with('{') {
        return Err(bad_body(verb, verb, format!("{verb}: must be an object")));
    }
    serde_json::from_str(body).map_err(|error| match key_at(body, &error) {
        Some(key) if verb == "record" => {
            let message = format!("{key}: {}", rule(&error));
            bad_body(verb, &key, message).because(Reason::BadEvent)
        }
        Some(key) => bad_body(verb, &key, format!("{key}: {}", rule(&error))),
        None => bad_key(verb, &error),
    })
}

/// The key whose value serde did not like: the last one that begins before the place of the error. `None` where the
/// error is about the keys themselves and names them.
fn key_at(body: &str, error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    if ["unknown field", "duplicate field", "missing field"].iter().any(|start| text.starts_with(start)) {
        return None;
    }
    let values: Values<'_> = serde_json::from_str(body).ok()?;
    let begins = |value: &RawValue| value.get().as_ptr().addr().saturating_sub(body.as_ptr().addr());
    let (key, _) = values.0.iter().rev().find(|(_, value)| begins(value) < error.column())?;
    Some(model::SafeText::new(key).chars().take(64).collect())
}

/// What serde expected, without the value it found: a refusal never repeats one.
fn rule(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    match text.rsplit_once(", expected ") {
        Some((_, "usize" | "u64")) => "must be a whole number".to_owned(),
        Some((_, expected)) => format!("must be {expected}"),
        None => text.trim_end().to_owned(),
    }
}

fn bad_body(verb: &str, key: &str, message: impl Into<String>) -> Problem {
    let doing = format!("reading {verb}");
    Problem::new(Kind::Invalid, Reason::BadKey, &doing, message, "correct the key and send the request again")
        .about(key)
}

/// serde names the key; its words are filtered and masked like all foreign text.
fn bad_key(verb: &str, error: &serde_json::Error) -> Problem {
    let message = model::SafeText::new(&error.to_string());
    let key = message.split('`').nth(1).unwrap_or(verb).to_owned();
    bad_body(verb, &key, message.chars().take(200).collect::<String>())
}

/// The keys of an object with their values as they came.
struct Values<'l>(Vec<(String, &'l RawValue)>);

impl<'de> Deserialize<'de> for Values<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Values<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Values<'de>, A::Error> {
                let mut values = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    values.push(entry);
                }
                Ok(Values(values))
            }
        }
        d.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(line: &str) -> Line {
        Line::parse(line.as_bytes()).unwrap()
    }

    #[test]
    fn a_request_names_its_verb_and_keys() {
        let Line::Request { id: 7, request: Ok(request), .. } = parsed(r#"{"id":7,"transactions":{"limit":5}}"#) else {
            panic!("not understood")
        };
        assert_eq!(*request, Request::Transactions(Transactions { limit: Some(5), ..Transactions::default() }));
        assert_eq!(request.verb(), "transactions");
    }

    #[test]
    fn a_new_pin_comes_alone_or_with_the_present_one() {
        let set = |body: &str| match parsed(&format!("{{\"id\":1,\"operators_set_pin\":{body}}}")) {
            Line::Request { request, .. } => request,
            Line::Hello(_) => panic!("a hello"),
        };
        let pin = |text: &str| crate::Pin::new(text.to_owned());
        let wanted = |present: Option<&str>| {
            Request::OperatorsSetPin(OperatorsSetPin { id: "02".into(), pin: present.map(pin), new_pin: pin("5555") })
        };
        for (body, present) in [
            (r#"{"id":"02","new_pin":"5555"}"#, None),
            (r#"{"id":"02","pin":"5555"}"#, None),
            (r#"{"id":"02","pin":"4711","new_pin":"5555"}"#, Some("4711")),
        ] {
            assert_eq!(*set(body).unwrap(), wanted(present), "{body}");
        }
        assert_eq!(set(r#"{"id":"02"}"#).unwrap_err().subject.as_deref(), Some("new_pin"));
        assert_eq!(set(r#"{"id":"02","new_pin":"5555","x":1}"#).unwrap_err().subject.as_deref(), Some("x"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, subject) in [
            (r#"{"id":1,"transactions":{"limits":5}}"#, "limits"),
            (r#"{"id":1,"tranactions":{}}"#, "tranactions"),
            (r#"{"id":1,"show":{}}"#, "id"),
            (r#"{"id":1,"transactions":{"search":"a","limit":"x"}}"#, "limit"),
            (r#"{"id":1,"transactions":{"limit":-1,"search":"a"}}"#, "limit"),
            (r#"{"id":1,"receipt":{"id":"x","copy":"customer"}}"#, "id"),
            (r#"{"id":1,"jobs":{"limit":1,"state":"gone"}}"#, "state"),
            (r#"{"id":1,"subscribe":{"after":"x"}}"#, "after"),
            (r#"{"id":1,"printer_pause":{}}"#, "id"),
            (r#"{"id":1,"printer_test":{"id":"front","wait":"x"}}"#, "wait"),
            (r#"{"id":1,"printer_probe":{"url":"tcp://h:1"}}"#, "url"),
            (r#"{"id":1,"drawer_open":{"id":"front"}}"#, "id"),
            (r#"{"id":1,"job_hold":{"id":"J1","printer":"back"}}"#, "printer"),
            (r#"{"id":1,"job_move":{"id":"J1"}}"#, "printer"),
            (r#"{"id":1,"job_resolve":{"id":"J1","answer":"yes"}}"#, "answer"),
            (r#"{"id":1,"printer_move":{"id":"front"}}"#, "printer"),
            (r#"{"id":1,"status":[]}"#, "status"),
            (r#"{"id":1,"transactions":["wx",1]}"#, "transactions"),
            (r#"{"id":1,"record":{"source":"a","amount":1e400,"note":"x"}}"#, "amount"),
            (r#"{"id":1,"record":{"source":"a","note":"\ud800","amount":1}}"#, "note"),
            (r#"{"id":1,"record":"4111"}"#, "record"),
        ] {
            let Line::Request { request: Err(problem), .. } = parsed(line) else { panic!("{line}") };
            assert_eq!(problem.subject.as_deref(), Some(subject), "{line}");
            assert!(problem.message.contains(subject) || !line.contains("record"), "{problem}");
        }
        assert!(Line::parse(b"{\"id\":1}").is_err());
        assert!(Line::parse(b"\xff\xfe").is_err());
        assert!(Line::parse(b"[1]").is_err());
        assert_eq!(Line::parse(br#"{"id":1,"status":{},"printers":{}}"#).unwrap_err().0, Some(1));
        assert_eq!(Line::parse(br#"{"id":1,"id":2,"status":{}}"#).unwrap_err().0, Some(1), "whose answer would it be");
    }

    #[test]
    fn an_approval_stands_beside_the_verb_or_among_its_keys_and_is_never_shown() {
        for line in [
            r#"{"id":1,"job_hold":{"id":"J7"},"approver":"09","approver_pin":"4711"}"#,
            r#"{"id":1,"approver":"09","job_hold":{"approver_pin":"4711","id":"J7"}}"#,
            r#"{"id":1,"job_hold":{"approver":"09","id":"J7","approver_pin":"4711"}}"#,
        ] {
            let read = parsed(line);
            assert!(!format!("{read:?}").contains("4711"), "{read:?}");
            let Line::Request { request: Ok(request), approval: Some(approval), .. } = read else { panic!("{line}") };
            assert_eq!(*request, Request::JobHold(JobNamed { id: JobId(7) }));
            assert_eq!((approval.approver.as_str(), approval.pin.expose()), ("09", "4711"));
        }
        for line in [
            r#"{"id":1,"job_hold":{"id":"J7"},"approver":"09"}"#,
            r#"{"id":1,"job_hold":{"id":"J7"},"approver":"09","approver_pin":4711}"#,
            r#"{"id":1,"job_hold":{"id":"J7","approver":"08"},"approver":"09","approver_pin":"4711"}"#,
        ] {
            let Line::Request { request: Err(problem), approval: _, .. } = parsed(line) else { panic!("{line}") };
            assert!(!format!("{problem:?}").contains("4711"), "{problem:?}");
        }
        assert!(Line::parse(br#"{"id":1,"approver":"1","approver":"2","status":{}}"#).is_err());
        let approval = Approval { approver: "09".into(), pin: crate::Pin::new("4711".into()) };
        let written = approved_line(1, "job_hold", &JobNamed { id: JobId(7) }, &approval).unwrap();
        let Line::Request { approval: Some(read), .. } = parsed(written.trim_end()) else { panic!("{written}") };
        assert_eq!(read, approval);
        // an event is an event, whatever its keys are called
        let Line::Request { request: Ok(_), approval: None, .. } =
            parsed(r#"{"id":1,"record":{"source":"a","approver":"09"}}"#)
        else {
            panic!("not understood")
        };
    }

    #[test]
    fn a_value_that_is_wrong_is_not_repeated() {
        let hello = br#"{"hello":{"program":"p","version":"1","protocol":"secret"}}"#;
        let (_, problem) = Line::parse(hello).unwrap_err();
        assert_eq!(problem.subject.as_deref(), Some("protocol"));
        assert!(!format!("{problem:?}").contains("secret"), "{problem:?}");
        for line in [
            r#"{"id":1,"transactions":{"limit":"secret"}}"#,
            r#"{"id":1,"jobs":{"state":"secret"}}"#,
            r#"{"id":1,"record":"secret"}"#,
            r#"{"id":1,"receipt":{"id":"secret"}}"#,
            r#"{"id":1,"receipt":{"id":"00","format":"secret"}}"#,
        ] {
            let Line::Request { request: Err(problem), .. } = parsed(line) else { panic!("{line}") };
            assert!(!format!("{problem:?}").contains("secret"), "{problem:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let body = Reprint { last: true, wait: Some(30), ..Reprint::default() };
        let text = line(3, "reprint", &body).unwrap();
        let Line::Request { request: Ok(request), .. } = parsed(text.trim_end()) else { panic!("{text}") };
        assert_eq!(*request, Request::Reprint(body));
        let body = PrinterTest { id: "front".into(), wait: None };
        let text = line(4, "printer_test", &body).unwrap();
        assert_eq!(text, "{\"id\":4,\"printer_test\":{\"id\":\"front\"}}\n");
        let Line::Request { request: Ok(request), .. } = parsed(text.trim_end()) else { panic!("{text}") };
        assert_eq!((request.verb(), *request.clone()), ("printer_test", Request::PrinterTest(body)));
    }

    #[test]
    fn an_answer_is_understood_in_the_spelling_of_the_wire_and_of_the_command_line() {
        for (word, answer) in
            [("printed", Answer::Printed), ("not_printed", Answer::NotPrinted), ("not-printed", Answer::NotPrinted)]
        {
            let line = format!(r#"{{"id":1,"job_resolve":{{"id":"J7","answer":"{word}"}}}}"#);
            let Line::Request { request: Ok(request), .. } = parsed(&line) else { panic!("{line}") };
            assert_eq!(*request, Request::JobResolve(JobResolve { id: JobId(7), answer }));
        }
        let text = line(1, "job_resolve", &JobResolve { id: JobId(7), answer: Answer::NotPrinted }).unwrap();
        assert!(text.contains(r#""answer":"not_printed""#), "{text}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_line_or_a_problem(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Line::parse(&bytes);
        }
    }
}
