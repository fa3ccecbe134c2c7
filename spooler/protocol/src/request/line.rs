//! A line of a client: a hello or a request, and how a request is written.

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Approval, Request, approval, keys, understood};
use crate::{
    hello::Hello,
    problem::{Kind, Problem, Reason},
};

/// One line from a client.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    Hello(Hello),
    /// `verb` is known even when the request could not be understood, so that a refusal can be audited.
    Request {
        id: u64,
        verb: String,
        /// A second person's, where the line carries one.
        approval: Option<Approval>,
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
        // an event has keys of its own, and needs nobody's approval
        let mut found = raw.approval;
        let rest = if verb == "record" { None } else { approval::taken_from(body.get(), &mut found) };
        let (approval, request) = match found.approval(&verb) {
            Ok(approval) => (approval, understood(&verb, rest.as_deref().unwrap_or(body.get())).map(Box::new)),
            Err(problem) => (None, Err(problem)),
        };
        Ok(Line::Request { id, verb, approval, request })
    }
}

/// The line for a request.
///
/// # Errors
/// When the body cannot be written as JSON, which the types of this module exclude.
pub fn line(id: u64, verb: &str, body: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(format!("{{\"id\":{id},{}:{}}}\n", serde_json::to_string(verb)?, serde_json::to_string(body)?))
}

/// The line for a request that a second person approves.
///
/// # Errors
/// As [`line`].
pub fn approved_line(
    id: u64,
    verb: &str,
    body: &impl Serialize,
    approval: &Approval,
) -> Result<String, serde_json::Error> {
    let line = line(id, verb, body)?;
    let line = line.trim_end().strip_suffix('}').unwrap_or(&line);
    let (approver, pin) = (serde_json::to_string(&approval.approver)?, serde_json::to_string(&approval.pin)?);
    Ok(format!("{line},\"approver\":{approver},\"approver_pin\":{pin}}}\n"))
}

/// A line before its verb is understood; the body stays as it came, so that doubled keys in it are seen.
struct RawLine {
    id: Option<u64>,
    hello: Option<Box<RawValue>>,
    verb: Option<(String, Box<RawValue>)>,
    approval: approval::Found,
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
                let mut line =
                    RawLine { id: None, hello: None, verb: None, approval: approval::Found::default(), extra: None };
                while let Some(key) = map.next_key::<String>()? {
                    let body: Box<RawValue> = map.next_value()?;
                    match key.as_str() {
                        "id" if line.id.is_some() => line.extra = Some(key),
                        "id" => line.id = serde_json::from_str(body.get()).ok(),
                        "hello" => line.hello = Some(body),
                        key if approval::KEYS.contains(&key) => {
                            if !line.approval.take(key, body) {
                                line.extra = Some(key.to_owned());
                            }
                        }
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
