//! A console on a desk: keys in, requests answered by the fixture daemon, pictures out as text.

pub(crate) mod daemon;
pub(crate) mod people;
pub(crate) mod sheet;
pub(crate) mod shop;

use std::collections::{BTreeMap, VecDeque};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use model::{Language, Moment};
use protocol::Hello;
use ratatui::{buffer::Buffer, layout::Rect};
use tui::console::{Away, Console, Effect, Fault, FileStep, Filed, Keymap, Message, Painter, Tag, Theme};

pub(crate) use self::daemon::Daemon;

/// One console with its daemon.
pub(crate) struct Session {
    console: Console,
    pub(crate) daemon: Daemon,
    painter: Painter,
    size: (u16, u16),
    /// Requests that were sent and not answered.
    pub(crate) open: VecDeque<(Tag, &'static str, serde_json::Value)>,
    /// False: answers wait until [`Session::answer`].
    pub(crate) prompt: bool,
    pub(crate) quit: bool,
    pub(crate) suspended: bool,
    /// What was exported.
    pub(crate) files: BTreeMap<String, String>,
    /// The one that is being written and has no name yet.
    part: Option<(String, String)>,
}

impl Session {
    /// Connected, everything answered.
    pub(crate) fn new(language: Language, size: (u16, u16), daemon: Daemon) -> Session {
        let mut session = Session::alone(language, size, daemon);
        session.connect();
        session
    }

    /// Not connected yet.
    pub(crate) fn alone(language: Language, size: (u16, u16), daemon: Daemon) -> Session {
        Session::dressed(language, size, daemon, sheet::numbered())
    }

    /// In the colours that a terminal really gets.
    pub(crate) fn coloured(language: Language, size: (u16, u16), daemon: Daemon) -> Session {
        let mut session = Session::dressed(language, size, daemon, Theme::COLOUR);
        session.connect();
        session
    }

    pub(crate) fn dressed(language: Language, size: (u16, u16), daemon: Daemon, theme: Theme) -> Session {
        let mut session = Session {
            console: Console::new(language, theme, size.0, size.1),
            daemon,
            painter: Painter::new(),
            size,
            open: VecDeque::new(),
            prompt: true,
            quit: false,
            suspended: false,
            files: BTreeMap::new(),
            part: None,
        };
        session.tell(Message::MinuteTurned { now: shop::now() });
        session
    }

    /// A shop with operators, one of them logged on.
    pub(crate) fn logged_on(language: Language, daemon: Daemon, id: &str) -> Session {
        let mut session = Session::new(language, (80, 24), daemon);
        session.press(&format!("{id}<enter>{}<enter>", people::PIN));
        session
    }

    /// As the shop sees it by default: Chinese at 80x24.
    pub(crate) fn usual() -> Session {
        Session::new(Language::Zh, (80, 24), Daemon::usual())
    }

    pub(crate) fn connect(&mut self) {
        let mut hello = Hello::of("counterfoil-spooler", "0.1.0");
        hello.session = self.daemon.session().map(Box::new);
        self.tell(Message::Connected(hello));
    }

    pub(crate) fn disconnect(&mut self, away: Away) {
        self.open.clear();
        self.tell(Message::Disconnected(away));
    }

    pub(crate) fn tell(&mut self, message: Message) {
        for effect in self.console.on(message) {
            match effect {
                Effect::Request { tag, verb, body } => self.open.push_back((tag, verb, body)),
                Effect::Repaint => self.painter.forget(),
                Effect::File(step) => self.file(step),
                Effect::Append { name, text } => {
                    self.files.entry(name.clone()).or_default().push_str(&text);
                    self.tell(Message::Appended(Ok(format!("/home/till/{name}"))));
                }
                Effect::Suspend => self.suspended = true,
                Effect::Quit => self.quit = true,
            }
        }
        if self.prompt {
            self.answer();
        }
    }

    /// A file that somebody named, in the till's home.
    fn file(&mut self, step: FileStep) {
        let filed = match step {
            FileStep::Begin { path, replace } if !replace && self.files.contains_key(&path) => Filed::Exists(path),
            FileStep::Begin { path, .. } => {
                self.part = Some((path, String::new()));
                Filed::Begun
            }
            FileStep::Write(text) => {
                self.part.as_mut().unwrap().1.push_str(&text);
                return;
            }
            FileStep::Keep => {
                let (path, text) = self.part.take().unwrap();
                self.files.insert(path.clone(), text);
                Filed::Kept(format!("/home/till/{path}"))
            }
            FileStep::Drop => {
                self.part = None;
                return;
            }
        };
        self.tell(Message::Filed(filed));
    }

    /// Answers everything that was asked, and what was asked because of that.
    pub(crate) fn answer(&mut self) {
        while let Some((tag, verb, body)) = self.open.pop_front() {
            let answer = self.daemon.answer(verb, &body);
            self.tell(Message::Answer { tag, answer });
        }
    }

    /// Answers the oldest request alone.
    pub(crate) fn answer_one(&mut self) {
        let (tag, verb, body) = self.open.pop_front().expect("something was asked");
        let answer = self.daemon.answer(verb, &body);
        self.tell(Message::Answer { tag, answer });
    }

    /// A shop's own keys.
    pub(crate) fn keys(&mut self, read: Result<Keymap, Vec<Fault>>) {
        let console = std::mem::replace(&mut self.console, Console::new(Language::Zh, Theme::MONO, 1, 1));
        self.console = console.with_keys(read);
    }

    /// A shell that says where files go.
    pub(crate) fn folder(&mut self, folder: &str) {
        let console = std::mem::replace(&mut self.console, Console::new(Language::Zh, Theme::MONO, 1, 1));
        self.console = console.with_folder(folder.to_owned());
    }

    pub(crate) fn is_delicate(&self, c: char) -> bool {
        self.console.is_delicate(&KeyCode::Char(c).into())
    }

    /// Presses keys: letters as they are, others as `<enter>`.
    pub(crate) fn press(&mut self, keys: &str) {
        for key in parse(keys) {
            self.tell(Message::Key(key));
            if self.prompt {
                self.quiet();
            }
        }
    }

    /// No key is waiting: what was left for later is done.
    pub(crate) fn quiet(&mut self) {
        if self.console.is_behind() {
            self.tell(Message::Quiet);
        }
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        self.size = (width, height);
        self.tell(Message::Resize { width, height });
    }

    pub(crate) fn minute(&mut self, now: Moment) {
        self.tell(Message::MinuteTurned { now });
    }

    /// The daemon's jobs or rows changed: the console is told.
    pub(crate) fn event(&mut self, event: protocol::Event) {
        self.tell(Message::Event(event));
    }

    pub(crate) fn picture(&self) -> (Buffer, Option<tui::console::Cursor>) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        let cursor = self.console.view(&mut buffer);
        (buffer, cursor)
    }

    /// The screen as text with roles and cursor.
    pub(crate) fn sheet(&self) -> String {
        let (buffer, cursor) = self.picture();
        sheet::print(&buffer, cursor)
    }

    /// Only the characters.
    pub(crate) fn text(&self) -> String {
        sheet::text(&self.picture().0)
    }

    /// A shop with operators, one of them logged on, in the colours that a terminal really gets.
    pub(crate) fn coloured_for(language: Language, daemon: Daemon, id: &str) -> Session {
        let mut session = Session::coloured(language, (80, 24), daemon);
        session.press(&format!("{id}<enter>{}<enter>", people::PIN));
        session
    }

    /// Presses keys, and gives the bytes of every frame that follows: of the last key's own, and of each answer's.
    pub(crate) fn frames(&mut self, keys: &str) -> Vec<usize> {
        self.prompt = false;
        self.press(keys);
        let mut frames = vec![self.frame().len()];
        self.quiet();
        frames.push(self.frame().len());
        while !self.open.is_empty() {
            self.answer_one();
            frames.push(self.frame().len());
        }
        self.prompt = true;
        frames
    }

    /// The bytes of the next frame.
    pub(crate) fn frame(&mut self) -> String {
        let (buffer, cursor) = self.picture();
        self.painter.paint(buffer, cursor)
    }
}

fn parse(keys: &str) -> Vec<KeyEvent> {
    let mut out = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        if let Some((name, after)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
            rest = after;
            out.push(match name {
                "enter" => KeyCode::Enter.into(),
                "esc" => KeyCode::Esc.into(),
                "up" => KeyCode::Up.into(),
                "down" => KeyCode::Down.into(),
                "left" => KeyCode::Left.into(),
                "right" => KeyCode::Right.into(),
                "pgup" => KeyCode::PageUp.into(),
                "pgdn" => KeyCode::PageDown.into(),
                "home" => KeyCode::Home.into(),
                "end" => KeyCode::End.into(),
                "tab" => KeyCode::Tab.into(),
                "f1" => KeyCode::F(1).into(),
                "f5" => KeyCode::F(5).into(),
                "f9" => KeyCode::F(9).into(),
                "back" => KeyCode::Backspace.into(),
                "ctrl-z" => KeyEvent::new(KeyCode::Char('z'), KeyModifiers::CONTROL),
                "ctrl-l" => KeyEvent::new(KeyCode::Char('l'), KeyModifiers::CONTROL),
                other => panic!("no key {other}"),
            });
        } else {
            out.push(KeyCode::Char(first).into());
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// Accepts or compares screens in both languages at both sizes after the same keys.
pub(crate) fn screens(name: &str, daemon: impl Fn() -> Daemon, play: impl Fn(&mut Session)) {
    for language in [Language::Zh, Language::En] {
        for size in [(80, 24), (120, 40)] {
            one(name, language, size, &daemon, &play);
        }
    }
}

/// The same at 80x24 only.
pub(crate) fn small_screens(name: &str, daemon: impl Fn() -> Daemon, play: impl Fn(&mut Session)) {
    for language in [Language::Zh, Language::En] {
        one(name, language, (80, 24), &daemon, &play);
    }
}

/// The same in Chinese alone: a variant of a screen that is there in English already.
pub(crate) fn chinese_screen(name: &str, daemon: impl Fn() -> Daemon, play: impl Fn(&mut Session)) {
    one(name, Language::Zh, (80, 24), &daemon, &play);
}

fn one(name: &str, language: Language, size: (u16, u16), daemon: impl Fn() -> Daemon, play: impl Fn(&mut Session)) {
    let mut session = Session::new(language, size, daemon());
    play(&mut session);
    assert_sheet(&format!("{name}-{language}-{}x{}", size.0, size.1), &session.sheet());
}

pub(crate) fn assert_sheet(name: &str, sheet: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), sheet));
}
