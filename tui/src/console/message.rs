//! What goes into the console and what comes out of it.

use crossterm::event::KeyEvent;
use model::Moment;
use protocol::{Event, Hello, Problem};
use serde_json::value::RawValue;

use super::away::Away;

/// Joins a request with its answer. Never given twice, so an answer that nobody waits for any more is seen as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(pub u64);

/// What the daemon said to a request.
pub type Answer = Result<Box<RawValue>, Box<Problem>>;

/// Something happened.
#[derive(Debug)]
pub enum Message {
    Key(KeyEvent),
    /// Text that came at once: data, never keys.
    Paste(String),
    Resize {
        width: u16,
        height: u16,
    },
    Answer {
        tag: Tag,
        answer: Answer,
    },
    Event(Event),
    Connected(Hello),
    Disconnected(Away),
    /// The clock shows another minute.
    MinuteTurned {
        now: Moment,
    },
}

/// Something is to be done by the shell.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Request {
        tag: Tag,
        verb: &'static str,
        body: serde_json::Value,
    },
    /// Paint everything anew, even what seems to be there.
    Repaint,
    Quit,
}
