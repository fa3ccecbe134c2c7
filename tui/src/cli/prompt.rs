//! Questions on a terminal: one line at a time, shown as it is typed or not at all. On standard error, so that standard
//! output says only what a verb says.

use std::io::{self, IsTerminal, Write};

use crossterm::{
    event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
    terminal,
};
use futures_util::StreamExt as _;
use model::SafeText;
use protocol::Pin;
use unicode_width::UnicodeWidthChar as _;

use crate::failure::Failure;

/// The longest line that is taken, in characters.
const LONGEST: usize = 200;

/// True if somebody can be asked.
pub(super) fn possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Somebody who is asked. The terminal is as it was once this is dropped.
pub(super) struct Prompt(EventStream);

impl Prompt {
    /// Takes the terminal: from here on typing is ours to show.
    pub(super) fn open() -> Result<Prompt, Failure> {
        terminal::enable_raw_mode().map_err(failed)?;
        Ok(Prompt(EventStream::new()))
    }

    /// A line for people.
    pub(super) fn say(&mut self, text: &str) -> Result<(), Failure> {
        // in this mode the end of a line does not go back to its beginning
        write(&format!("{}\r\n", SafeText::new(text)))
    }

    /// Asks for a line.
    pub(super) async fn line(&mut self, question: &str) -> Result<String, Failure> {
        let pin = self.read(question, true).await?;
        Ok(pin.expose().to_owned())
    }

    /// Asks for a PIN; nothing of it is shown, not even how long it is.
    pub(super) async fn pin(&mut self, question: &str) -> Result<Pin, Failure> {
        self.read(question, false).await
    }

    async fn read(&mut self, question: &str, shown: bool) -> Result<Pin, Failure> {
        write(&format!("{question}: "))?;
        let mut typed = Typed(String::with_capacity(4 * LONGEST));
        loop {
            let key = match self.0.next().await {
                Some(Ok(Event::Key(key))) if key.kind != KeyEventKind::Release => key,
                Some(Ok(_)) => continue,
                Some(Err(error)) => return Err(failed(error)),
                // the terminal is gone
                None => return Err(Failure::Stopped(128 + 1)),
            };
            match meant(key) {
                Meant::Char(c) if typed.0.chars().count() < LONGEST => {
                    typed.0.push(c);
                    if shown {
                        write(c.encode_utf8(&mut [0; 4]))?;
                    }
                }
                Meant::Back => {
                    let columns = typed.0.pop().and_then(|c| c.width()).unwrap_or(0);
                    if shown {
                        write(&"\u{8} \u{8}".repeat(columns))?;
                    }
                }
                Meant::Done => {
                    write("\r\n")?;
                    return Ok(Pin::new(std::mem::take(&mut typed.0)));
                }
                Meant::Stop => {
                    write("\r\n")?;
                    return Err(Failure::Stopped(128 + 2));
                }
                Meant::Char(_) | Meant::Nothing => {}
            }
        }
    }
}

impl Drop for Prompt {
    fn drop(&mut self) {
        let _ = terminal::disable_raw_mode();
    }
}

/// What is being typed; wiped when it is let go.
struct Typed(String);

impl Drop for Typed {
    fn drop(&mut self) {
        drop(Pin::new(std::mem::take(&mut self.0)));
    }
}

enum Meant {
    Char(char),
    Back,
    Done,
    Stop,
    Nothing,
}

fn meant(key: KeyEvent) -> Meant {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Enter => Meant::Done,
        KeyCode::Backspace => Meant::Back,
        KeyCode::Char('c' | 'd') if control => Meant::Stop,
        KeyCode::Char('h') if control => Meant::Back,
        KeyCode::Char('j' | 'm') if control => Meant::Done,
        // what is shown must not command the terminal
        KeyCode::Char(c) if !control && !key.modifiers.contains(KeyModifiers::ALT) && is_plain(c) => Meant::Char(c),
        _ => Meant::Nothing,
    }
}

fn is_plain(c: char) -> bool {
    SafeText::new(c.encode_utf8(&mut [0; 4])).chars().eq([c])
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = io::stderr();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(failed)
}

fn failed(source: io::Error) -> Failure {
    Failure::io("asking on the terminal", source)
}
