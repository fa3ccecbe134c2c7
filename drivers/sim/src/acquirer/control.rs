//! The control lines: JSON in, what to change, JSON out. No sockets, no host.

use serde::Deserialize;

use super::change::Change;
use super::state::State;

/// A control line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order {
    Set(Box<Change>),
    State,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    set: Option<Box<Change>>,
    get: Option<String>,
}

/// Reads one line; the error is a sentence for whoever wrote it.
pub(super) fn read(line: &[u8]) -> Result<Order, String> {
    let line: Line = serde_json::from_slice(line).map_err(|error| format!("not understood: {error}"))?;
    match (line.set, line.get.as_deref()) {
        (Some(change), None) => Ok(Order::Set(change)),
        (None, Some("state")) => Ok(Order::State),
        (None, Some(other)) => Err(format!("get {other:?}: only \"state\" is known")),
        _ => Err("a line has one of the keys \"set\" and \"get\"".to_owned()),
    }
}

pub(super) fn answer(outcome: Result<(), String>) -> String {
    match outcome {
        Ok(()) => "{\"ok\":true}\n".to_owned(),
        Err(message) => format!("{}\n", serde_json::json!({ "error": message })),
    }
}

pub(super) fn answer_state(state: &State) -> String {
    match serde_json::to_string(state) {
        Ok(text) => text + "\n",
        Err(error) => answer(Err(format!("writing the state: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_understood_or_named() {
        let order = read(br#"{"set":{"faults":["code=97@0800/003*1"],"clock":-400}}"#).unwrap();
        let change = Change { clock: Some(-400), ..Change::faults(&["code=97@0800/003*1"]).unwrap() };
        assert_eq!(order, Order::Set(Box::new(change)));
        assert_eq!(read(br#"{"get":"state"}"#), Ok(Order::State));
        for bad in [
            "",
            "{}",
            "[]",
            r#"{"set":{"fault":"rst"}}"#,
            r#"{"set":{"faults":["loud"]}}"#,
            r#"{"set":{"terminal":{"id":"12345678","state":"in"}}}"#,
            r#"{"get":"all"}"#,
            r#"{"set":{},"get":"state"}"#,
        ] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
