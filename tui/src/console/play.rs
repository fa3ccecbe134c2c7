//! Plays keys without a terminal and prints the screen they lead to: for support, for bug reports, for scripts. The
//! daemon is a real one, and what the keys do is really done.

use std::{path::PathBuf, time::Duration};

use protocol::Hello;
use ratatui::buffer::Buffer;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};

use super::{Console, Effect, Message, exports::Exports, key::Keys, link, link::Outgoing, painter};

/// The longest that a key's answers are waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Something that is done to the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stroke {
    Keys(Keys),
    Scan(String),
    Paste(String),
}

/// Reads `g t / 1 2 3 4 Enter`: keys by name with blanks between them; `1234` is its four keys, `scan:…` a scanner's
/// code, `paste:…` pasted text.
///
/// # Errors
/// The word that is no key.
pub(crate) fn strokes(text: &str) -> Result<Vec<Stroke>, String> {
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        if let Some(code) = word.strip_prefix("scan:") {
            out.push(Stroke::Scan(code.to_owned()));
        } else if let Some(text) = word.strip_prefix("paste:") {
            out.push(Stroke::Paste(text.to_owned()));
        } else if let Some(keys) = Keys::parse(word) {
            out.push(Stroke::Keys(keys));
        } else if word.starts_with(|c: char| c.is_ascii_uppercase()) {
            // a name that was meant to be one must not press its letters
            return Err(word.to_owned());
        } else {
            let keys = |c: char| Keys::parse(&c.to_string()).map(Stroke::Keys).ok_or_else(|| word.to_owned());
            out.extend(word.chars().map(keys).collect::<Result<Vec<Stroke>, String>>()?);
        }
    }
    Ok(out)
}

/// Reads `80x24`.
pub(crate) fn size(text: &str) -> Option<(u16, u16)> {
    let (width, height) = text.split_once('x')?;
    let (width, height) = (width.parse().ok()?, height.parse().ok()?);
    ((1..=1000).contains(&width) && (1..=1000).contains(&height)).then_some((width, height))
}

/// The screen after these strokes, and whether the daemon was there.
pub(crate) async fn play(
    console: Console,
    socket: PathBuf,
    hello: Hello,
    strokes: Vec<Stroke>,
    size: (u16, u16),
) -> (String, bool) {
    let (requests, outgoing) = unbounded_channel();
    let (heard_sender, heard) = unbounded_channel();
    let line = tokio::spawn(link::keep(socket, hello, outgoing, heard_sender));
    let mut player = Player { console, requests, heard, exports: Exports::of_process(), connected: false, quit: false };
    player.tell(Message::MinuteTurned { now: super::clock::now() });
    player.settle().await;
    for stroke in strokes {
        let messages = match stroke {
            Stroke::Keys(keys) => keys.events().into_iter().map(Message::Key).collect(),
            Stroke::Scan(code) => vec![Message::Scan(code)],
            Stroke::Paste(text) => vec![Message::Paste(text)],
        };
        messages.into_iter().for_each(|message| player.tell(message));
        player.tell(Message::Quiet);
        player.settle().await;
        if player.quit {
            break;
        }
    }
    line.abort();
    let mut picture = painter::empty(size.0, size.1);
    let _ = player.console.view(&mut picture);
    (print(&picture), player.connected)
}

struct Player {
    console: Console,
    requests: UnboundedSender<Outgoing>,
    heard: UnboundedReceiver<Message>,
    exports: Exports,
    connected: bool,
    quit: bool,
}

impl Player {
    fn tell(&mut self, message: Message) {
        match &message {
            Message::Connected(_) => self.connected = true,
            Message::Disconnected(_) => self.connected = false,
            _ => {}
        }
        for effect in self.console.on(message) {
            match effect {
                // a line that ended is heard of as Disconnected
                Effect::Request { tag, verb, body } => drop(self.requests.send(Outgoing { tag, verb, body })),
                Effect::File(step) => {
                    if let Some(filed) = self.exports.step(step) {
                        self.tell(Message::Filed(filed));
                    }
                }
                Effect::Append { name, text } => {
                    let outcome = self.exports.append(&name, &text);
                    self.tell(Message::Appended(outcome));
                }
                Effect::Repaint | Effect::Suspend => {}
                Effect::Quit => self.quit = true,
            }
        }
    }

    /// Waits until everything that was asked is answered.
    async fn settle(&mut self) {
        while self.console.connects() || self.console.asks() {
            match timeout(PATIENCE, self.heard.recv()).await {
                Ok(Some(message)) => self.tell(message),
                Ok(None) => return,
                Err(_) => {
                    self.tell(Message::Slow);
                    return self.tell(Message::Silent);
                }
            }
        }
    }
}

/// The characters, without blanks at the ends of lines.
fn print(picture: &Buffer) -> String {
    let area = picture.area;
    let row = |y| (0..area.width).filter_map(|x| picture.cell((x, y))).map(|cell| cell.symbol()).collect::<String>();
    (0..area.height).map(|y| format!("{}\n", row(y).trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyCode;

    use super::*;

    #[test]
    fn keys_are_written_with_blanks_and_digits_may_stand_together() {
        let one = |code| Stroke::Keys(Keys::One(code));
        let c = |c| one(KeyCode::Char(c));
        let read = strokes("g t / 1234 Enter F5 scan:0123ABC Ctrl+L").unwrap();
        let wanted = [c('g'), c('t'), c('/'), c('1'), c('2'), c('3'), c('4'), one(KeyCode::Enter), one(KeyCode::F(5))];
        assert_eq!(read[..9], wanted);
        assert_eq!(read[9..], [Stroke::Scan("0123ABC".into()), Stroke::Keys(Keys::Control('l'))]);
        assert_eq!(strokes("Entr"), Err("Entr".into()));
    }

    #[test]
    fn a_size_is_two_numbers() {
        assert_eq!(size("80x24"), Some((80, 24)));
        for wrong in ["", "80", "80x", "x24", "0x24", "80x-1", "5000x24", "80X24"] {
            assert_eq!(size(wrong), None, "{wrong}");
        }
    }
}
