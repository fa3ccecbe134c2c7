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
/// A daemon that says nothing for so long while it owes an answer that takes no time is not slow: it hangs.
const SILENT: Duration = Duration::from_secs(3);

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
    /// Since when nothing came from the daemon while it owes an answer that takes no time.
    silent_since: Option<Instant>,
    /// That was said.
    told_silent: bool,
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
            silent_since: None,
            told_silent: false,
            end: None,
        }
    }

    /// The other end of what the console asks; given once.
    pub(super) fn outgoing(&mut self) -> UnboundedReceiver<Outgoing> {
        self.outgoing.take().unwrap_or_else(|| unbounded_channel().1)
    }

    pub(super) fn tell(&mut self, message: Message) {
        self.dirty = true;
        if matches!(message, Message::Answer { .. } | Message::Part { .. } | Message::Event(_) | Message::Connected(_))
        {
            (self.silent_since, self.told_silent) = (None, false);
        }
        for effect in self.console.on(message) {
            match effect {
                Effect::Request { tag, verb, body } => {
                    // a line that ended is heard of as Disconnected
                    let _ = self.requests.send(Outgoing { tag, verb, body });
                }
                Effect::File(step) => {
                    if let Some(filed) = self.exports.step(step) {
                        self.tell(Message::Filed(filed));
                    }
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
        let in_passing = self.console.asks_in_passing();
        self.told_silent &= in_passing;
        self.silent_since = in_passing.then(|| self.silent_since.unwrap_or_else(Instant::now));
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

    /// True while the daemon may turn out to hang.
    pub(super) fn may_be_silent(&self) -> bool {
        self.silent_since.is_some() && !self.told_silent
    }

    pub(super) fn say_silent(&mut self) {
        self.told_silent = true;
        self.tell(Message::Silent);
    }

    /// How long until that is to be said.
    pub(super) fn until_silent(&self) -> Duration {
        self.silent_since.map_or(SILENT, |since| SILENT.saturating_sub(since.elapsed()))
    }

    /// True while something is to follow once no key is waiting.
    pub(super) fn is_behind(&self) -> bool {
        self.console.is_behind()
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
        self.frame().map_or(Ok(()), |frame| terminal::frame(&frame))
    }

    /// What turns the last picture into the next one; `None` if nothing happened since.
    fn frame(&mut self) -> Option<String> {
        std::mem::take(&mut self.dirty).then(|| {
            let mut picture = painter::empty(self.size.0, self.size.1);
            let cursor = self.console.view(&mut picture);
            self.painter.paint(picture, cursor)
        })
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use crossterm::event::{KeyCode, KeyEvent};
    use model::Language;
    use protocol::Hello;

    use super::*;
    use crate::console::theme::Theme;

    /// A terminal that counts how often it is written to.
    #[derive(Default)]
    struct Counted {
        writes: usize,
        bytes: usize,
    }

    impl Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.writes += 1;
            self.bytes += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            panic!("nothing is buffered");
        }
    }

    /// Everything that the loop would write now.
    fn drawn(shell: &mut Shell) -> (usize, usize) {
        let mut terminal = Counted::default();
        while let Some(frame) = shell.frame() {
            terminal::put(&mut terminal, &frame).unwrap();
        }
        (terminal.writes, terminal.bytes)
    }

    fn press(shell: &mut Shell, code: KeyCode) {
        shell.tell(Message::Key(KeyEvent::from(code)));
    }

    #[test]
    fn each_thing_that_happens_is_one_write_and_nothing_is_none() {
        let mut shell = Shell::new(Console::new(Language::Zh, Theme::COLOUR, 80, 24), 80, 24);
        let mut terminal = Counted::default();
        for sequence in [terminal::ENTER, terminal::LEAVE] {
            terminal::put(&mut terminal, sequence).unwrap();
        }
        assert_eq!(terminal.writes, 2, "one to enter, one to leave");
        let (writes, bytes) = drawn(&mut shell);
        assert!(writes == 1 && bytes > 100, "the first picture");
        assert_eq!(drawn(&mut shell), (0, 0), "nothing happened");
        // everything that came at once is one picture
        shell.tell(Message::Connected(Hello::of("counterfoil-spooler", "0.1.0")));
        shell.tell(Message::MinuteTurned { now: crate::console::clock::now() });
        assert_eq!(drawn(&mut shell).0, 1);
        for (what, keys) in [
            ("another screen", "gt"),
            ("the search", "/"),
            ("a typed key", "1"),
            ("one more", "2"),
            ("a longer word than the field", "34567890123456789012345678901234567890"),
        ] {
            for c in keys.chars() {
                press(&mut shell, KeyCode::Char(c));
                assert_eq!(drawn(&mut shell).0, 1, "{what}");
            }
        }
        for (what, code) in [
            ("out of the field", KeyCode::Esc),
            ("back", KeyCode::Esc),
            ("the menu", KeyCode::Char(':')),
            ("a row further", KeyCode::Down),
            ("and back", KeyCode::Up),
            ("closed", KeyCode::Esc),
            ("help", KeyCode::Char('?')),
        ] {
            press(&mut shell, code);
            assert_eq!(drawn(&mut shell).0, 1, "{what}");
        }
        shell.event(TerminalEvent::Resize(120, 40));
        assert_eq!(drawn(&mut shell).0, 1, "another size");
        // a key that means nothing here changes nothing
        press(&mut shell, KeyCode::F(12));
        assert_eq!(drawn(&mut shell), (0, 0));
    }
}
