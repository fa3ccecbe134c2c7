//! Requests: `{"id":N,"<verb>":{…}}`. Verbs are strict: an unknown verb or key is answered with its name.

mod queue;

use model::{Copy, JobId, JobState, RawEvent, TransactionId};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    hello::Hello,
    problem::{Kind, Problem, Reason},
};

pub use queue::{Answer, JobMove, JobNamed, JobResolve, PrinterMove};

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
        }
    }
}

/// One line from a client.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    Hello(Hello),
    /// `verb` is known even when the request could not be understood, so that a refusal can be audited.
    Request {
        id: u64,
        verb: String,
        request: Result<Box<Request>, Problem>,
    },
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// A problem that belongs to no request: the line is not JSON, or has no verb.
    pub fn parse(line: &[u8]) -> Result<Line, (Option<u64>, Problem)> {
        const DOING: &str = "reading a request";
        const FORM: &str = "send one JSON object a line: {\"id\":1,\"<verb>\":{…}}";
        let raw: RawLine = serde_json::from_slice(line).map_err(|e| {
            let message = if e.is_data() { "the line is no object" } else { "the line is not JSON in UTF-8" };
            (None, Problem::new(Kind::Invalid, Reason::NotJson, DOING, message, FORM))
        })?;
        if let Some(hello) = raw.hello {
            return keys("hello", hello.get()).map(Line::Hello).map_err(|problem| (None, problem));
        }
        let Some((verb, body)) = raw.verb else {
            let problem = Problem::new(Kind::Invalid, Reason::UnknownVerb, DOING, "the line names no verb", FORM);
            return Err((raw.id, problem));
        };
        let Some(id) = raw.id else {
            let message = "the request has no id: a whole number that comes back with the answer";
            return Err((None, Problem::new(Kind::Invalid, Reason::BadKey, DOING, message, FORM).about("id")));
        };
        if let Some(extra) = raw.extra {
            let message = format!("{extra} is one too many: one id and one verb a line");
            let problem = Problem::new(Kind::Invalid, Reason::BadKey, DOING, message, FORM).about(extra);
            return Err((Some(id), problem));
        }
        let request = understood(&verb, body.get()).map(Box::new);
        Ok(Line::Request { id, verb, request })
    }
}

/// The line for a request.
///
/// # Errors
/// When the body cannot be written as JSON, which the types of this module exclude.
pub fn line(id: u64, verb: &str, body: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(format!("{{\"id\":{id},{}:{}}}\n", serde_json::to_string(verb)?, serde_json::to_string(body)?))
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

/// A line before its verb is understood; the body stays as it came, so that doubled keys in it are seen.
struct RawLine {
    id: Option<u64>,
    hello: Option<Box<RawValue>>,
    verb: Option<(String, Box<RawValue>)>,
    extra: Option<String>,
}

impl<'de> Deserialize<'de> for RawLine {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = RawLine;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a request object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawLine, A::Error> {
                let mut line = RawLine { id: None, hello: None, verb: None, extra: None };
                while let Some(key) = map.next_key::<String>()? {
                    let body: Box<RawValue> = map.next_value()?;
                    match key.as_str() {
                        "id" if line.id.is_some() => line.extra = Some(key),
                        "id" => line.id = serde_json::from_str(body.get()).ok(),
                        "hello" => line.hello = Some(body),
                        _ if line.verb.is_none() => line.verb = Some((key, body)),
                        _ => line.extra = Some(model::SafeText::new(&key).chars().take(40).collect()),
                    }
                }
                Ok(line)
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
