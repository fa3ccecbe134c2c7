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
    /// Characters that came too fast for fingers, and no Enter after them. `passed`: the first came as a key already.
    Burst {
        text: String,
        passed: bool,
    },
    /// A code from a barcode scanner: found and opened from anywhere.
    Scan(String),
    Resize {
        width: u16,
        height: u16,
    },
    Answer {
        tag: Tag,
        answer: Answer,
    },
    /// No key is waiting: what was left for later is done now.
    Quiet,
    /// A part of an answer that is still to come.
    Part {
        tag: Tag,
        part: Box<RawValue>,
    },
    /// An answer is being waited for longer than a person waits without wondering.
    Slow,
    /// Nothing came from the daemon for so long that it is no slow answer any more.
    Silent,
    /// Text was appended to a file, at this path; or why not.
    Appended(Result<String, String>),
    /// What became of a step of a file.
    Filed(Filed),
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
    /// Append text to a file of this name that only its owner may read, in the folder for exports. The first text of a
    /// name begins a new file; one that exists is never written over.
    Append {
        name: String,
        text: String,
    },
    /// A step of the one file that somebody named.
    File(FileStep),
    /// Paint everything anew, even what seems to be there.
    Repaint,
    /// Give the terminal back and stop until somebody lets us go on.
    Suspend,
    Quit,
}

/// A file that somebody named, step by step: nothing is at its path until it is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileStep {
    /// Begins it, for its owner alone. What is at that path already is only replaced if somebody said so.
    Begin {
        path: String,
        replace: bool,
    },
    Write(String),
    /// It is whole: it gets its name.
    Keep,
    /// It is not wanted any more.
    Drop,
}

/// What became of such a step; a `Write` and a `Drop` that succeed are not told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filed {
    Begun,
    /// There is something at this path.
    Exists(String),
    /// It is at this path.
    Kept(String),
    Failed(String),
}
