//! The control lines: JSON in, what to change or to do, JSON out. No sockets, no terminal.

use serde::Deserialize;

use super::change::{Change, Deed};
use super::state::State;

/// A control line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order {
    Set(Box<Change>),
    Do(Deed),
    State,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    set: Option<Box<Change>>,
    get: Option<String>,
    r#do: Option<Deed>,
}

/// Reads one line; the error is a sentence for whoever wrote it.
pub(super) fn read(line: &[u8]) -> Result<Order, String> {
    let line: Line = serde_json::from_slice(line).map_err(|error| format!("not understood: {error}"))?;
    match (line.set, line.get.as_deref(), line.r#do) {
        (Some(change), None, None) => Ok(Order::Set(change)),
        (None, Some("state"), None) => Ok(Order::State),
        (None, Some(other), None) => Err(format!("get {other:?}: only \"state\" is known")),
        (None, None, Some(deed)) => Ok(Order::Do(deed)),
        _ => Err("a line has one of the keys \"set\", \"get\" and \"do\"".to_owned()),
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
        let order = read(br#"{"set":{"faults":["nak*2"],"card":"foreign"}}"#).unwrap();
        let Order::Set(change) = order else { panic!("not a change") };
        assert_eq!(change.faults, Change::faults(&["nak*2"]).unwrap().faults);
        assert_eq!(read(br#"{"get":"state"}"#), Ok(Order::State));
        assert_eq!(read(br#"{"do":"sign_in"}"#), Ok(Order::Do(Deed::SignIn)));
        assert_eq!(read(br#"{"do":{"sale":1234}}"#), Ok(Order::Do(Deed::Sale(1234))));
        for bad in ["", "{}", "[]", r#"{"set":{"fault":"nak"}}"#, r#"{"do":"dance"}"#, r#"{"set":{},"get":"state"}"#] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
