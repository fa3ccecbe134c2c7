//! The control lines: JSON in, what to change, JSON out. No sockets, no printer.

use serde::{Deserialize, Serialize};

use super::condition::{Cover, Drawer, Fault, FeedButton, PaperSupply, Power};
use super::damage::Damage;
use super::quirk::Quirk;
use super::script::Step;
use super::session::{HangUp, Second};
use super::state::State;
use super::wire::Flow;

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Switch {
    On,
    Off,
}

impl Switch {
    pub(super) fn is_on(self) -> bool {
        self == Self::On
    }
}

/// The DIP switch that says when the printer takes no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Busy {
    /// While the buffer is full: status stays reachable while offline.
    #[default]
    Buffer,
    /// Also while offline: DLE EOT can't get in and is not answered.
    Offline,
}

/// What a hand does to the printer. Absent keys stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
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
    /// Holds FEED down or lets it go.
    pub feed: Option<FeedButton>,
    /// Whether it waits for FEED (or DLE ENQ 0) before it goes online.
    pub waiting: Option<Switch>,
    /// Plugs a drawer in, closes or opens it.
    pub drawer: Option<Drawer>,
    /// The DIP switch.
    pub busy: Option<Busy>,
    /// Degrees Celsius around the head; from then on much black makes it too hot.
    pub ambient: Option<i32>,
    /// Instead of those it had.
    pub quirks: Option<Vec<Quirk>>,
    /// Every reply comes this much later.
    pub answer_delay_ms: Option<u64>,
    /// Says nothing from now on, as if the wire from the printer were cut.
    pub mute: Option<Switch>,
    /// Neither reads nor answers from now on and hangs up nobody; `off` resets the connection that hung.
    pub half_open: Option<Switch>,
    /// Line speed in both directions, ten bits a byte; 0 unlimited.
    pub baud: Option<u32>,
    /// Bytes per second in both directions, before `baud`; 0 as `baud` says.
    pub drip: Option<u32>,
    /// Flow control of a pty.
    pub flow: Option<Flow>,
    /// What a second TCP client meets.
    pub second: Option<Second>,
    /// Seconds without a byte from the host until the connection is reset; 0 never.
    pub idle_reset: Option<u64>,
    /// Seconds between the host's FIN and the printer's.
    pub close_delay: Option<u64>,
    /// No FIN at all.
    pub never_close: Option<Switch>,
    /// Resets the connection after so many more bytes, once.
    pub drop_after: Option<u64>,
    /// Ends the connection now.
    pub hang_up: Option<HangUp>,
    /// How the print looks from the next sheet that falls; `{}` mends everything.
    pub damage: Option<Damage>,
}

impl Change {
    /// Whether it makes sense on TCP only.
    pub(super) fn is_about_connections(&self) -> bool {
        self.second.is_some()
            || self.idle_reset.is_some()
            || self.close_delay.is_some()
            || self.never_close.is_some()
            || self.drop_after.is_some()
            || self.hang_up.is_some()
    }
}

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
