//! The control lines: JSON in, what to change, JSON out. No sockets, no printer.

use serde::Deserialize;

use super::condition::{Cover, Fault, PaperSupply, Power};
use super::state::State;

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Switch {
    On,
    Off,
}

/// What a hand does to the printer. Absent keys stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// `ok` puts a new roll in.
    pub paper: Option<PaperSupply>,
    /// Opens or closes the cover.
    pub cover: Option<Cover>,
    /// Pulls or puts the plug.
    pub power: Option<Power>,
    /// Breaks or mends the mechanism.
    pub fault: Option<Fault>,
    /// Whether it answers what proves printing: GS ( H, GS r, GS g 2.
    pub proof: Option<Switch>,
    /// Paper speed in mm/s, 0 unlimited.
    pub speed: Option<u32>,
}

/// A control line, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Set(Change),
    State,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    set: Option<Change>,
    get: Option<String>,
}

/// Reads one line; the error is a sentence for whoever wrote it.
pub(super) fn read(line: &[u8]) -> Result<Order, String> {
    let line: Line = serde_json::from_slice(line).map_err(|error| format!("not understood: {error}"))?;
    match (line.set, line.get.as_deref()) {
        (Some(change), None) => Ok(Order::Set(change)),
        (None, Some("state")) => Ok(Order::State),
        (None, Some(other)) => Err(format!("get {other:?}: only \"state\" is known")),
        _ => Err("a line has one key: \"set\" or \"get\"".to_owned()),
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

    #[test]
    fn lines_are_understood_or_named() {
        let order = read(br#"{"set":{"paper":"near_end","power":"off"}}"#).unwrap();
        let change = Change { paper: Some(PaperSupply::NearEnd), power: Some(Power::Off), ..Change::default() };
        assert_eq!(order, Order::Set(change));
        assert_eq!(read(br#"{"get":"state"}"#), Ok(Order::State));
        for bad in ["", "{", "{}", "[]", r#"{"set":{"papr":"ok"}}"#, r#"{"set":{"paper":"wet"}}"#, r#"{"get":"all"}"#] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
