//! The control lines: JSON in, what to change, JSON out. No sockets, no printer.

use serde::Deserialize;

use super::change::Change;
use super::script::Step;
use super::state::State;

/// A control line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order {
    Set(Box<Change>),
    Later(Box<Step>),
    State,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Get {
    get: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    set: Box<Change>,
}

/// Reads one line; the error is a sentence for whoever wrote it.
pub(super) fn read(line: &[u8]) -> Result<Order, String> {
    let not_understood = |error: serde_json::Error| format!("not understood: {error}");
    let keys: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(line).map_err(not_understood)?;
    if keys.contains_key("after") || keys.contains_key("at") {
        let step: Step = serde_json::from_slice(line).map_err(not_understood)?;
        step.check()?;
        return Ok(Order::Later(Box::new(step)));
    }
    match (keys.contains_key("set"), keys.contains_key("get")) {
        (true, false) => Ok(Order::Set(serde_json::from_slice::<Set>(line).map_err(not_understood)?.set)),
        (false, true) => match serde_json::from_slice::<Get>(line).map_err(not_understood)?.get.as_str() {
            "state" => Ok(Order::State),
            other => Err(format!("get {other:?}: only \"state\" is known")),
        },
        _ => Err("a line has one of the keys \"set\" and \"get\", and \"after\" or \"at\" beside \"set\"".to_owned()),
    }
}

pub(super) fn answer_ok() -> String {
    "{\"ok\":true}\n".to_owned()
}

pub(super) fn answer_error(message: &str) -> String {
    format!("{}\n", serde_json::json!({ "error": message }))
}

pub(super) fn answer_state(state: &State) -> String {
    match serde_json::to_string(state) {
        Ok(mut text) => {
            text.push('\n');
            text
        }
        Err(error) => answer_error(&format!("writing the state: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::condition::{PaperSupply, Power};
    use crate::printer::script::When;

    #[test]
    fn lines_are_understood_or_named() {
        let order = read(br#"{"set":{"paper":"near_end","power":"off"}}"#).unwrap();
        let change = Change { paper: Some(PaperSupply::NearEnd), power: Some(Power::Off), ..Change::default() };
        assert_eq!(order, Order::Set(Box::new(change)));
        assert_eq!(read(br#"{"get":"state"}"#), Ok(Order::State));
        for bad in [
            "",
            "{",
            "{}",
            "[]",
            r#"{"set":{"papr":"ok"}}"#,
            r#"{"set":{"paper":"wet"}}"#,
            r#"{"get":"all"}"#,
            r#"{"set":{},"get":"state"}"#,
            r#"{"after":{"bytes":3}}"#,
            r#"{"after":{"bytes":3},"at":{"ms":3},"set":{}}"#,
            r#"{"after":{"bytes":3,"ms":2},"set":{}}"#,
            r#"{"after":{"bytes":3},"set":{},"then":[{"set":{}}]}"#,
            r#"{"set":{"quirks":["loud"]}}"#,
        ] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_step_may_have_steps_after_it() {
        let line = br#"{"after":{"bytes":700},"set":{"power":"off"},"then":[{"after":{"ms":9},"set":{"power":"on"}}]}"#;
        let Ok(Order::Later(step)) = read(line) else { panic!("not a step") };
        assert_eq!((step.after, step.at), (Some(When::Bytes(700)), None));
        assert_eq!(step.then.first().unwrap().set.power, Some(Power::On));
    }
}
