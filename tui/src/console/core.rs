//! The console's state and its only entry: a message in, effects out. No I/O, no clock, no ticks.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};
use model::Language;
use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    action::{Action, Entry, Keys, Place, TABLE},
    bars,
    cancel::Cancel,
    canvas::Canvas,
    desk::{Desk, Notice},
    detail::Detail,
    errand::Errand,
    help::Help,
    home::Home,
    job::JobPage,
    layer::{Layer, Name, Next, Open},
    message::{Effect, Message},
    news::News,
    painter::Cursor,
    printer::Printer,
    printers::Printers,
    question::Question,
    queue::Queue,
    quit::Quit,
    reprint::Reprint,
    text::fit,
    theme::Theme,
    transactions::Transactions,
    transfer::Transfer,
};
use crate::wording::text::Text;

/// Smaller windows only say so.
const LEAST: (u16, u16) = (60, 16);

/// Everything the console knows and shows.
#[derive(Debug)]
pub struct Console {
    desk: Desk,
    theme: Theme,
    /// Home is always the lowest.
    layers: Vec<Box<dyn Layer>>,
    /// The first key of two, `g`, was pressed.
    prefix: Option<char>,
}

impl Console {
    /// A console of this size that knows nothing yet.
    pub fn new(language: Language, theme: Theme, width: u16, height: u16) -> Console {
        let desk = Desk::new(language, width, height);
        Console { desk, theme, layers: vec![Box::new(Home::default())], prefix: None }
    }

    /// Takes a message; returns what the shell is to do.
    pub fn on(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Key(key) if key.kind == KeyEventKind::Release => {}
            Message::Key(key) => self.key(key),
            Message::Paste(text) => self.paste(&text),
            Message::Resize { width, height } => {
                (self.desk.width, self.desk.height) = (width, height);
                self.tell(&News::default());
            }
            Message::Answer { tag, answer } => self.answer(tag, &answer),
            Message::Event(event) => {
                let news = self.desk.event(event);
                self.tell(&news);
            }
            Message::Connected(hello) => {
                self.desk.up(hello);
                self.tell(&News { all: true, ..News::default() });
            }
            Message::Disconnected(away) => {
                self.desk.down(away);
                self.layers.iter_mut().for_each(|layer| layer.disconnected());
            }
            Message::MinuteTurned { now } => self.desk.minute(now),
        }
        self.desk.take_effects()
    }

    /// Draws into a picture of the console's size; says where the hardware cursor belongs.
    pub fn view(&self, buffer: &mut Buffer) -> Option<Cursor> {
        let area = buffer.area;
        let mut canvas = Canvas::new(buffer, self.theme, self.desk.language);
        if area.width < LEAST.0 || area.height < LEAST.1 {
            let text = fit(&canvas.say(&Text::TooSmall), area.width);
            canvas.put(0, area.height / 2, area.width, &text, super::theme::Role::Plain);
            return canvas.cursor;
        }
        let body = Rect::new(0, 1, area.width, area.height - 3);
        let screen = self.layers.iter().rposition(|layer| !layer.is_dialog()).unwrap_or(0);
        let title = self.layers.get(screen).map_or(Text::Home, |layer| layer.title());
        bars::status(&mut canvas, Rect::new(0, 0, area.width, 1), &title, &self.desk);
        for layer in self.layers.iter().skip(screen) {
            layer.view(&mut canvas, body, &self.desk);
        }
        bars::notice(&mut canvas, Rect::new(0, area.height - 2, area.width, 1), &self.desk);
        bars::help(&mut canvas, Rect::new(0, area.height - 1, area.width, 1), &self.possible());
        canvas.cursor
    }

    /// Where the hardware cursor belongs.
    pub fn cursor(&self) -> Option<Cursor> {
        self.view(&mut super::painter::empty(self.desk.width, self.desk.height))
    }

    /// What the help bar names: everything possible now, or what may follow a first key.
    fn possible(&self) -> Vec<(&'static Entry, Text<'static>)> {
        let Some(top) = self.layers.last() else { return Vec::new() };
        let focused = self.focused();
        TABLE
            .iter()
            .filter(|entry| entry.bar && self.offers(entry))
            .filter(|entry| !focused || (entry.in_field && entry.keys.iter().any(|keys| !keys.types())))
            .filter(|entry| match self.prefix {
                Some(first) => entry.keys.iter().any(|keys| matches!(keys, Keys::Two(c, _) if *c == first)),
                None => true,
            })
            .map(|entry| (entry, top.label(entry.action).unwrap_or(entry.label)))
            .collect()
    }

    fn focused(&self) -> bool {
        self.layers.last().is_some_and(|top| top.has_focus())
    }

    /// True if the action is possible now.
    fn offers(&self, entry: &Entry) -> bool {
        let Some(top) = self.layers.last() else { return false };
        match entry.place {
            Place::Everywhere => true,
            Place::Layer => top.can(entry.action, &self.desk),
            Place::Screens if top.is_dialog() => false,
            Place::Screens => match entry.action {
                Action::GoHome => top.name() != Name::Home,
                Action::GoTransactions => top.name() != Name::Transactions,
                Action::GoQueue => top.name() != Name::Queue,
                Action::GoPrinters => top.name() != Name::Printers,
                Action::Help => top.name() != Name::Help,
                Action::ReprintLast => self.desk.connected(),
                _ => true,
            },
        }
    }

    fn key(&mut self, key: KeyEvent) {
        // what a job came to is read by now; a job that is still under way stays in sight
        let under_way = |id| self.desk.job(id).is_none_or(|job| !job.state.ended());
        if !matches!(self.desk.notice, Some(Notice::Job(id)) if under_way(id)) {
            self.desk.notice = None;
        }
        let focused = self.focused();
        let prefix = self.prefix.take();
        let action = TABLE
            .iter()
            .filter(|entry| !focused || entry.in_field)
            .filter(|entry| entry.keys.iter().any(|keys| !(focused && keys.types()) && keys.fits(prefix, &key)))
            .find(|entry| self.offers(entry))
            .map(|entry| entry.action);
        if let Some(action) = action {
            return self.act(action);
        }
        if focused {
            if let Some(top) = self.layers.last_mut()
                && top.field().is_some_and(|field| field.on_key(key))
            {
                top.typed(&mut self.desk);
            }
            return;
        }
        let begins = |c: char| {
            TABLE.iter().any(|e| self.offers(e) && e.keys.iter().any(|k| matches!(k, Keys::Two(f, _) if *f == c)))
        };
        if let (None, KeyCode::Char(c)) = (prefix, key.code)
            && begins(c)
        {
            self.prefix = Some(c);
        }
    }

    fn paste(&mut self, text: &str) {
        if let Some(top) = self.layers.last_mut()
            && top.field().is_some_and(|field| field.insert(text))
        {
            top.typed(&mut self.desk);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::GoHome => self.layers.truncate(1),
            Action::GoTransactions => self.go(Name::Transactions, |desk| Box::new(Transactions::all(desk))),
            Action::GoQueue => self.go(Name::Queue, |desk| Box::new(Queue::open(desk))),
            Action::GoPrinters => self.go(Name::Printers, |_| Box::new(Printers::default())),
            Action::Search => {
                self.go(Name::Transactions, |desk| Box::new(Transactions::all(desk)));
                self.on_top(Action::Search);
            }
            Action::ReprintLast => {
                let dialog = Reprint::last(&mut self.desk);
                self.layers.push(Box::new(dialog));
            }
            Action::Help => {
                let Some(top) = self.layers.last() else { return };
                let here = TABLE.iter().map(|e| e.action).filter(|a| top.can(*a, &self.desk)).collect();
                let help = Help::of(top.title(), here);
                self.layers.push(Box::new(help));
            }
            Action::Repaint => self.desk.effect(Effect::Repaint),
            Action::Quit => self.quit(),
            _ => self.on_top(action),
        }
    }

    fn on_top(&mut self, action: Action) {
        if let Some(top) = self.layers.last_mut() {
            let next = top.act(action, &mut self.desk);
            let at = self.layers.len() - 1;
            self.follow(at, next);
        }
    }

    /// Brings the screen to the top as it was left, or opens it.
    fn go(&mut self, name: Name, open: impl FnOnce(&mut Desk) -> Box<dyn Layer>) {
        self.layers.retain(|layer| !layer.is_dialog() && layer.name() != Name::Help);
        let layer = match self.layers.iter().position(|layer| layer.name() == name) {
            Some(at) => self.layers.remove(at),
            None => open(&mut self.desk),
        };
        self.layers.push(layer);
    }

    /// Quits, or asks first while a job that was asked for here is under way.
    fn quit(&mut self) {
        let under_way = match &self.desk.notice {
            Some(Notice::Job(id)) => self.desk.job(*id).filter(|job| !job.state.ended()),
            _ => None,
        };
        match under_way {
            Some(job) => {
                let what = format!("{} {}", job.id, super::value::job(job, self.desk.language));
                self.layers.push(Box::new(Quit { what }));
            }
            None => self.desk.effect(Effect::Quit),
        }
    }

    fn follow(&mut self, at: usize, next: Next) {
        match next {
            Next::Stay => {}
            Next::Open(open) => {
                let layer = self.opened(open);
                // a screen is in the stack once; the older one would show what is gone
                let name = layer.name();
                self.layers.retain(|below| below.name() == Name::Home || below.name() != name);
                self.layers.push(layer);
            }
            Next::Instead(open) => {
                self.follow(at, Next::Pop);
                self.follow(at, Next::Open(open));
            }
            Next::Pop if at > 0 => drop(self.layers.remove(at)),
            Next::Pop => {}
            Next::Quit => self.desk.effect(Effect::Quit),
        }
    }

    fn opened(&mut self, open: Open) -> Box<dyn Layer> {
        let desk = &mut self.desk;
        match open {
            Open::Transactions { words } => Box::new(Transactions::searching(&words, desk)),
            Open::Detail(row) => Box::new(Detail::of(*row, desk)),
            Open::DetailOf(id) => Box::new(Detail::at(id, desk)),
            Open::Queue => Box::new(Queue::open(desk)),
            Open::Job(id) => Box::new(JobPage::of(id, desk)),
            Open::Cancel(id) => Box::new(Cancel::of(id, desk)),
            Open::Transfer(what) => Box::new(Transfer::of(what, desk)),
            Open::Question(id) => Box::new(Question::about(id, desk)),
            Open::Printers => Box::new(Printers::default()),
            Open::Printer(name) => Box::new(Printer::of(name)),
            Open::Errand { work, printer } => Box::new(Errand::of(work, printer)),
            Open::Reprint { row, copy: Some(copy) } => Box::new(Reprint::with_copy(&row, copy, desk)),
            Open::Reprint { row, copy: None } => Box::new(Reprint::of(&row, desk)),
            Open::ReprintOf { id, copy } => Box::new(Reprint::at(id, copy, desk)),
        }
    }

    fn answer(&mut self, tag: super::message::Tag, answer: &super::message::Answer) {
        if self.desk.answer(tag, answer) {
            // what layers waited for may be known now
            return self.tell(&News::default());
        }
        let found = self
            .layers
            .iter_mut()
            .enumerate()
            .rev()
            .find_map(|(at, layer)| layer.answer(tag, answer, &mut self.desk).map(|next| (at, next)));
        if let Some((at, next)) = found {
            self.follow(at, next);
        }
    }

    fn tell(&mut self, news: &News) {
        for layer in &mut self.layers {
            layer.changed(news, &mut self.desk);
        }
    }
}
