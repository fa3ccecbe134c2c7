//! The core with its guard and its painter: tells it what the terminal says, does what it asks for, draws once after
//! everything that was ready.

use std::{
    io,
    time::{Duration, Instant},
};

use crossterm::event::{Event as TerminalEvent, KeyEventKind};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{
    Console, Effect, Guard, Message, Painter, exports::Exports, input::Heard, link::Outgoing, painter, terminal,
};

/// Answers that take longer are told of.
const SLOW: Duration = Duration::from_millis(300);

/// Why the loop ended.
pub(super) enum End {
    Quit,
    Signal(u8),
    HungUp,
}

/// The core and what it works with.
pub(super) struct Shell {
    console: Console,
    painter: Painter,
    guard: Guard,
    exports: Exports,
    started: Instant,
    size: (u16, u16),
    requests: UnboundedSender<Outgoing>,
    outgoing: Option<UnboundedReceiver<Outgoing>>,
    dirty: bool,
    suspend: bool,
    /// Since when an answer is waited for.
    asking_since: Option<Instant>,
    /// That it takes long was said.
    told: bool,
    pub(super) end: Option<End>,
}

impl Shell {
    pub(super) fn new(console: Console, width: u16, height: u16) -> Shell {
        let (requests, outgoing) = unbounded_channel();
        Shell {
            console,
            painter: Painter::new(),
            guard: Guard::default(),
            exports: Exports::of_process(),
            started: Instant::now(),
            size: (width, height),
            requests,
            outgoing: Some(outgoing),
            dirty: true,
            suspend: false,
            asking_since: None,
            told: false,
            end: None,
        }
    }

    /// The other end of what the console asks; given once.
    pub(super) fn outgoing(&mut self) -> UnboundedReceiver<Outgoing> {
        self.outgoing.take().unwrap_or_else(|| unbounded_channel().1)
    }

    pub(super) fn tell(&mut self, message: Message) {
        self.dirty = true;
        for effect in self.console.on(message) {
            match effect {
                Effect::Request { tag, verb, body } => {
                    // a line that ended is heard of as Disconnected
                    let _ = self.requests.send(Outgoing { tag, verb, body });
                }
                Effect::Append { name, text } => {
                    let outcome = self.exports.append(&name, &text);
                    self.tell(Message::Appended(outcome));
                }
                Effect::Repaint => self.painter.forget(),
                Effect::Suspend => self.suspend = true,
                Effect::Quit => self.end = Some(End::Quit),
            }
        }
        self.told &= self.console.asks();
        self.asking_since = self.console.asks().then(|| self.asking_since.unwrap_or_else(Instant::now));
    }

    /// True while an answer is waited for and nothing was said about it yet.
    pub(super) fn may_be_slow(&self) -> bool {
        self.asking_since.is_some() && !self.told
    }

    pub(super) fn say_slow(&mut self) {
        self.told = true;
        self.tell(Message::Slow);
    }

    /// How long until it is to be said.
    pub(super) fn until_slow(&self) -> Duration {
        self.asking_since.map_or(SLOW, |since| SLOW.saturating_sub(since.elapsed()))
    }

    pub(super) fn event(&mut self, event: TerminalEvent) {
        match event {
            TerminalEvent::Key(key) if key.kind != KeyEventKind::Release => {
                let delicate = self.console.is_delicate(&key);
                let heard = self.guard.on(key, delicate, self.clock_ms());
                self.heard(heard);
            }
            TerminalEvent::Paste(text) => self.tell(Message::Paste(text)),
            TerminalEvent::Resize(width, height) => {
                self.size = (width, height);
                // also when a terminal is attached anew: what it shows is not known
                self.painter.forget();
                self.tell(Message::Resize { width, height });
            }
            _ => {}
        }
    }

    fn heard(&mut self, heard: Vec<Heard>) {
        for heard in heard {
            self.tell(match heard {
                Heard::Key(key) => Message::Key(key),
                Heard::Scan(code) => Message::Scan(code),
                Heard::Burst { text, passed } => Message::Burst { text, passed },
                Heard::Paste(text) => Message::Paste(text),
            });
        }
    }

    fn clock_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn holds(&self) -> bool {
        self.guard.deadline_ms().is_some()
    }

    pub(super) fn until_deadline(&self) -> Duration {
        let deadline = self.guard.deadline_ms().unwrap_or(0);
        Duration::from_millis(deadline.saturating_sub(self.clock_ms()).saturating_add(1))
    }

    pub(super) fn time(&mut self) {
        let heard = self.guard.elapsed(self.clock_ms());
        self.heard(heard);
    }

    /// Draws if something happened; writes only what differs, in one go. Stops afterwards if somebody asked for that.
    pub(super) fn draw(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.suspend) {
            terminal::suspend()?;
            return self.wake();
        }
        if !std::mem::take(&mut self.dirty) {
            return Ok(());
        }
        let mut picture = painter::empty(self.size.0, self.size.1);
        let cursor = self.console.view(&mut picture);
        terminal::frame(&self.painter.paint(picture, cursor))
    }

    /// Looks how large the terminal is now.
    pub(super) fn measure(&mut self) -> io::Result<()> {
        let (width, height) = crossterm::terminal::size()?;
        if self.size != (width, height) {
            self.event(TerminalEvent::Resize(width, height));
        }
        Ok(())
    }

    /// Takes the terminal as it is now, and paints everything anew.
    pub(super) fn wake(&mut self) -> io::Result<()> {
        terminal::resume()?;
        let (width, height) = crossterm::terminal::size()?;
        self.event(TerminalEvent::Resize(width, height));
        self.draw()
    }
}
