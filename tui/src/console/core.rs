//! The console's state and its only entry: a message in, effects out. No I/O, no clock, no ticks.

mod outside;
mod stack;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use model::Language;
use ratatui::{buffer::Buffer, layout::Rect};

use protocol::{ProblemKind, Reason, Session, Verdict, request};

use super::{
    action::{Action, Entry, Place, TABLE},
    approval::Approval,
    banner::banners,
    bars,
    canvas::Canvas,
    desk::{Desk, Link, Notice},
    help::Help,
    home::Home,
    key::Keys,
    keymap::{Fault, Keymap},
    layer::{Layer, Name},
    log_on::LogOn,
    message::{Answer, Tag},
    message::{Effect, Message},
    news::News,
    open::Change,
    painter::Cursor,
    palette::Palette,
    people::{end_support::EndSupport, person::Person},
    quit::Quit,
    reprint::Reprint,
    screens::Screen,
    status_bar::status_bar,
    text::fit,
    theme::{Glyphs, Role, Theme},
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
    /// The key before this one opened the search.
    searching: bool,
    /// Rows of the terminal; the desk's are those that banners leave.
    height: u16,
    /// Who logs on by himself, until it was tried.
    log_on: Option<request::LogOn>,
}

impl Console {
    /// A console of this size that knows nothing yet.
    pub fn new(language: Language, theme: Theme, width: u16, height: u16) -> Console {
        let desk = Desk::new(language, width, height);
        Console {
            desk,
            theme,
            layers: vec![Box::new(Home::default())],
            prefix: None,
            searching: false,
            height,
            log_on: None,
        }
    }

    /// With somebody who logs on as soon as the daemon asks who is there; once.
    #[must_use]
    pub fn with_log_on(mut self, log_on: request::LogOn) -> Console {
        self.log_on = Some(log_on);
        self
    }

    /// With the folder where the shell puts files: named before anything is written there.
    #[must_use]
    pub fn with_folder(mut self, folder: String) -> Console {
        self.desk.folder = Some(folder);
        self
    }

    /// With a shop's own keys, and what is wrong with them.
    #[must_use]
    pub fn with_keys(mut self, read: Result<Keymap, Vec<Fault>>) -> Console {
        match read {
            Ok(keymap) => self.desk.keymap = keymap,
            Err(faults) => self.desk.keymap_faults = faults,
        }
        self
    }

    /// Says something in the notice line until a key is pressed.
    pub fn remark(&mut self, text: String) {
        self.desk.notice = Some(Notice::Said(text, Role::Plain));
    }

    /// True while an answer is on its way.
    pub fn asks(&self) -> bool {
        self.desk.asks()
    }

    /// True while the daemon owes something that takes it no time: an answer, or its greeting.
    pub fn asks_in_passing(&self) -> bool {
        self.desk.asks_in_passing()
    }

    /// True while [`Message::Quiet`] is wanted.
    pub fn is_behind(&self) -> bool {
        self.layers.iter().any(|layer| layer.is_behind())
    }

    /// True while it is not known yet whether the daemon is there.
    pub fn connects(&self) -> bool {
        self.desk.link == Link::Connecting
    }

    /// Takes a message; returns what the shell is to do.
    pub fn on(&mut self, message: Message) -> Vec<Effect> {
        if matches!(message, Message::Key(_) | Message::Paste(_) | Message::Burst { .. } | Message::Scan(_)) {
            self.desk.seat.pressed();
        }
        match message {
            Message::Key(key) if key.kind == KeyEventKind::Release => {}
            Message::Key(key) => self.key(key),
            Message::Paste(text) => self.paste(&text),
            Message::Burst { text, passed } => {
                // where the first character was typed, the others follow it
                let typed = usize::from(passed && self.focused());
                // lines of a paste without marks become one line
                let line = |c| if c == '\n' { ' ' } else { c };
                self.paste(&text.chars().skip(typed).map(line).collect::<String>());
            }
            Message::Scan(text) => self.scan(&text),
            Message::Resize { width, height } => {
                (self.desk.width, self.height) = (width, height);
                self.make_room();
                self.tell(&News::default());
            }
            Message::Answer { tag, answer } => self.answer(tag, &answer),
            Message::Part { tag, part } => self.layers.iter_mut().for_each(|layer| layer.part(tag, &part)),
            Message::Quiet => self.layers.iter_mut().for_each(|layer| layer.catch_up()),
            Message::Slow => self.desk.slow = self.desk.asks(),
            Message::Silent => self.desk.silent(),
            Message::Filed(filed) => self.layers.iter_mut().for_each(|layer| layer.filed(&filed, &mut self.desk)),
            Message::Appended(outcome) => self.layers.iter_mut().for_each(|layer| layer.appended(&outcome)),
            Message::Event(event) => {
                let news = self.desk.event(event);
                self.tell(&news);
            }
            Message::Connected(hello) => {
                self.desk.up(hello);
                if self.desk.seat.is_empty() {
                    self.shut();
                } else {
                    self.layers.retain(|layer| layer.name() != Name::LogOn);
                }
                self.tell(&News { all: true, ..News::default() });
            }
            Message::Disconnected(away) => {
                self.desk.down(away);
                self.layers.retain(|layer| layer.name() != Name::Approval);
                self.layers.iter_mut().for_each(|layer| layer.disconnected());
            }
            Message::MinuteTurned { now } => {
                self.desk.minute(now);
                if self.desk.seat.minute() {
                    self.shut();
                }
            }
        }
        self.look_up_kept();
        if self.make_room() {
            self.tell(&News::default());
        }
        self.desk.take_effects()
    }

    /// Draws into a picture of the console's size; says where the hardware cursor belongs.
    pub fn view(&self, buffer: &mut Buffer) -> Option<Cursor> {
        let area = buffer.area;
        let mut canvas = Canvas::new(buffer, self.theme, self.desk.language);
        if area.width < LEAST.0 || area.height < LEAST.1 {
            let text = fit(&canvas.say(&Text::TooSmall), area.width);
            canvas.put(0, area.height / 2, area.width, &text, Role::Plain);
            return canvas.cursor;
        }
        let banners = banners(&self.desk);
        let below = 1 + u16::try_from(banners.len()).unwrap_or(0);
        let body = Rect::new(0, below, area.width, area.height.saturating_sub(below + 2));
        let screen = self.layers.iter().rposition(|layer| !layer.is_dialog()).unwrap_or(0);
        let title = self.layers.get(screen).map_or(Text::Home, |layer| layer.title());
        status_bar(&mut canvas, Rect::new(0, 0, area.width, 1), &title, &self.desk);
        for ((text, role), y) in banners.iter().zip(1..) {
            canvas.put(1, y, area.width - 2, text, *role);
        }
        for layer in self.layers.iter().skip(screen) {
            layer.view(&mut canvas, body, &self.desk);
        }
        bars::notice(&mut canvas, Rect::new(0, area.height - 2, area.width, 1), &self.desk);
        bars::help(&mut canvas, Rect::new(0, area.height - 1, area.width, 1), &self.possible());
        canvas.cursor
    }

    /// Where the hardware cursor belongs.
    pub fn cursor(&self) -> Option<Cursor> {
        self.view(&mut super::painter::empty(self.desk.width, self.height))
    }

    /// What the help bar names: everything possible now, or what may follow a first key.
    fn possible(&self) -> Vec<(String, String)> {
        let Some(top) = self.layers.last() else { return Vec::new() };
        let focused = self.focused();
        TABLE
            .iter()
            .filter(|entry| (entry.bar || self.prefix.is_some()) && !top.hides(entry.action) && self.offers(entry))
            .filter(|entry| !focused || entry.in_field)
            .filter_map(|entry| {
                // the first of its keys that does it here
                let does = |keys: &&Keys| match self.prefix {
                    Some(first) => matches!(keys, Keys::Two(c, _) if *c == first),
                    None => !(focused && keys.types()),
                };
                let keys = self.keys(entry).iter().find(does)?;
                let label = top.label(entry.action).unwrap_or(entry.label);
                let label = label.say(self.desk.language).into_owned();
                let sent = top.sends().filter(|_| entry.action.sends());
                let mark = match sent {
                    Some(verb) => self.desk.mark_of(verb, self.desk.language),
                    None => self.desk.mark(entry.action, self.desk.language),
                };
                Some((keys.name(self.desk.language), label + &mark))
            })
            .collect()
    }

    fn keys(&self, entry: &Entry) -> &[Keys] {
        self.desk.keymap.of(entry)
    }

    fn is_home(&self) -> bool {
        self.layers.last().is_some_and(|top| top.name() == Name::Home)
    }

    fn focused(&self) -> bool {
        self.layers.last().is_some_and(|top| top.has_focus())
    }

    /// True if the action is possible now.
    fn offers(&self, entry: &Entry) -> bool {
        let Some(top) = self.layers.last() else { return false };
        let may = entry.action.verb().is_none_or(|verb| self.desk.may(verb) != Verdict::Refused);
        let there = may && (!entry.needs_spooler || self.desk.connected());
        match entry.place {
            Place::Everywhere => true,
            Place::Layer => there && top.can(entry.action, &self.desk),
            Place::Screens if top.is_dialog() || top.shuts() => false,
            Place::Screens => match entry.action {
                Action::GoHome => top.name() != Name::Home,
                Action::Help => top.name() != Name::Help,
                Action::OtherLanguage => self.theme.glyphs != Glyphs::Ascii,
                Action::Lock => self.desk.seat.is_taken(),
                Action::OwnPin => there && self.desk.seat.is_taken(),
                Action::GoPeople => there && self.desk.seat.is_taken() && top.name() != Name::People,
                Action::EndSupport => there && self.desk.seat.support().next().is_some(),
                action => there && Screen::of(action).is_none_or(|screen| screen.name != top.name()),
            },
        }
    }

    /// What a key would do now; `None` if it would only type.
    fn meant(&self, prefix: Option<char>, key: &KeyEvent) -> Option<&'static Entry> {
        let focused = self.focused();
        TABLE
            .iter()
            .filter(|entry| !focused || entry.in_field)
            .filter(|entry| self.keys(entry).iter().any(|keys| !(focused && keys.types()) && keys.fits(prefix, key)))
            // one key of the numeric pad prints: beside a list or a payment it must not mean another customer's slip
            .filter(|entry| entry.action != Action::ReprintLast || key.code != KeyCode::Char('*') || self.is_home())
            .find(|entry| self.offers(entry))
    }

    /// Why the first thing that this key could do on this screen is not possible now; nothing where it is, or nobody
    /// would expect it.
    fn not_here(&self, prefix: Option<char>, key: &KeyEvent) -> Option<Text<'static>> {
        let top = self.layers.last().filter(|top| !top.has_focus())?;
        let here = |entry: &&Entry| entry.place == Place::Layer && !self.offers(entry);
        let fits = |entry: &&Entry| self.keys(entry).iter().any(|keys| keys.fits(prefix, key));
        TABLE.iter().filter(here).filter(fits).find_map(|entry| top.why_not(entry.action, &self.desk))
    }

    /// True if this key would change something at once that a scanner must not: the guard lets such a key wait until it
    /// is sure that no burst follows.
    pub fn is_delicate(&self, key: &KeyEvent) -> bool {
        let meant = self.meant(self.prefix, key);
        let at_once = meant.is_some_and(|entry| entry.at_once);
        // in a question even a choice would change what is agreed to
        let asks = || self.layers.last().is_some_and(|top| top.asks(&self.desk));
        matches!(key.code, KeyCode::Char(_)) && (at_once || (meant.is_some() || self.focused()) && asks())
    }

    fn key(&mut self, key: KeyEvent) {
        // what a job came to is read by now; a job that is still under way stays in sight
        let under_way = |id| self.desk.job(id).is_none_or(|job| !job.state.ended());
        if !matches!(self.desk.notice, Some(Notice::Job(id)) if under_way(id)) {
            self.desk.notice = None;
        }
        let focused = self.focused();
        let prefix = self.prefix.take();
        // shown as `g t`, and typed so by who reads it the first time
        if prefix.is_some() && key.code == KeyCode::Char(' ') {
            self.prefix = prefix;
            return;
        }
        if let Some(why) = self.not_here(prefix, &key) {
            self.searching = false;
            self.desk.notice = Some(Notice::Said(why.say(self.desk.language).into_owned(), Role::Warning));
            return;
        }
        if let Some(entry) = self.meant(prefix, &key) {
            self.act(entry.action);
            self.searching = entry.action == Action::Search;
            return;
        }
        if focused {
            self.type_in(key);
            self.searching = false;
            return;
        }
        self.searching = false;
        if let Some(why) = self.why_not(prefix, &key) {
            self.desk.notice = Some(Notice::Said(why.say(self.desk.language).into_owned(), Role::Warning));
            return;
        }
        let KeyCode::Char(c) = key.code else { return };
        let begins = |c: char| {
            TABLE.iter().any(|e| self.offers(e) && self.keys(e).iter().any(|k| matches!(k, Keys::Two(f, _) if *f == c)))
        };
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let dialog = self.layers.last().is_some_and(|top| top.is_dialog());
        if prefix.is_none() && begins(c) {
            self.prefix = Some(c);
        } else if prefix.is_none() && c.is_ascii_digit() && plain && !dialog {
            // a digit is the beginning of a card, a voucher or an amount
            self.act(Action::Search);
            self.type_in(key);
        }
    }

    /// Why a key that goes somewhere from every screen does nothing now.
    fn why_not(&self, prefix: Option<char>, key: &KeyEvent) -> Option<Text<'static>> {
        let top = self.layers.last()?;
        if top.is_dialog() || top.shuts() {
            return None;
        }
        let entry = TABLE
            .iter()
            .filter(|entry| entry.place == Place::Screens)
            .find(|entry| self.keys(entry).iter().any(|keys| keys.fits(prefix, key)));
        let Some(entry) = entry else { return prefix.map(|_| Text::NothingThere) };
        let people = matches!(entry.action, Action::Lock | Action::GoPeople | Action::GoAudit | Action::OwnPin);
        if people && !self.desk.seat.is_taken() {
            Some(Text::NoOperatorsYet)
        } else if entry.needs_spooler && !self.desk.connected() {
            Some(Text::NotWhileAway)
        } else if entry.action.verb().is_some_and(|verb| self.desk.may(verb) == Verdict::Refused) {
            Some(Text::NotForThisRole)
        } else {
            None
        }
    }

    fn type_in(&mut self, key: KeyEvent) {
        let Some(top) = self.layers.last_mut() else { return };
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        if let (KeyCode::Char(c), true) = (key.code, plain)
            && let Some(next) = top.on_char(c, &mut self.desk)
        {
            let at = self.layers.len() - 1;
            return self.follow(at, next);
        }
        if top.field().is_some_and(|field| field.on_key(key)) {
            top.typed(&mut self.desk);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            // its first row is what needs somebody most; where the selection was before is forgotten
            Action::GoHome => self.layers = vec![Box::new(Home::default())],
            Action::Search => {
                self.act(Action::GoTransactions);
                self.on_top(Action::Search);
            }
            Action::Palette => {
                self.leave_search();
                let Some(top) = self.layers.last() else { return };
                let possible = TABLE.iter().filter(|entry| self.offers(entry));
                let possible = possible.map(|entry| (entry, top.label(entry.action).unwrap_or(entry.label))).collect();
                self.layers.push(Box::new(Palette::of(possible)));
            }
            Action::OtherLanguage => {
                self.desk.language = match self.desk.language {
                    Language::Zh => Language::En,
                    Language::En => Language::Zh,
                };
                self.tell(&News::default());
            }
            Action::Lock => self.shut(),
            Action::EndSupport => {
                if let Some(row) = self.desk.seat.support().next().cloned() {
                    self.layers.push(Box::new(EndSupport::of(row)));
                }
            }
            Action::OwnPin => {
                if let Some(id) = self.desk.seat.id().map(str::to_owned) {
                    self.layers.push(Box::new(Person::of(Change::OwnPin(id))));
                }
            }
            Action::Suspend => self.desk.effect(Effect::Suspend),
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
            _ => match Screen::of(action) {
                Some(screen) => self.go(screen),
                None => self.on_top(action),
            },
        }
    }

    /// On a numeric pad the search's key twice is the menu: of the screen where it was pressed first.
    fn leave_search(&mut self) {
        let below = self.layers.len().checked_sub(2).and_then(|at| self.layers.get(at)).map(|layer| layer.name());
        if std::mem::take(&mut self.searching) && below.is_some_and(|name| name != Name::Home) {
            let search = self.layers.pop();
            // above Home, below the others
            search.into_iter().for_each(|search| self.layers.insert(1, search));
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
    fn go(&mut self, screen: &Screen) {
        self.layers.retain(|layer| !layer.is_dialog() && layer.name() != Name::Help);
        let layer = match self.layers.iter().position(|layer| layer.name() == screen.name) {
            Some(at) => self.layers.remove(at),
            None => (screen.open)(&mut self.desk),
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

    /// Nothing is shown any more until somebody has logged on.
    fn shut(&mut self) {
        self.layers.iter_mut().for_each(|layer| layer.forget());
        if !self.layers.iter().any(|layer| layer.name() == Name::LogOn) {
            (self.prefix, self.desk.kept) = (None, None);
            let mut layer = LogOn::over(&self.desk);
            if let Some(log_on) = self.log_on.take() {
                layer.send(&log_on, &mut self.desk);
            }
            self.layers.push(Box::new(layer));
        }
    }

    /// Whoever worked here finds the screens as they were left; another one begins at Home.
    fn logged_on(&mut self, session: Session) {
        if !self.desk.seat.taken(session) {
            self.layers = vec![Box::new(Home::default())];
            self.desk.notice = None;
        }
        self.desk.read_all();
        self.tell(&News { all: true, ..News::default() });
    }

    /// Gives the screens the rows that banners leave; true if that changed.
    fn make_room(&mut self) -> bool {
        let rows = u16::try_from(banners(&self.desk).len()).unwrap_or(0);
        let height = self.height.saturating_sub(rows);
        std::mem::replace(&mut self.desk.height, height) != height
    }

    fn answer(&mut self, tag: Tag, answer: &Answer) {
        let asked = self.desk.came(tag);
        match answer {
            Err(problem) if problem.reason == Reason::LogOnNeeded && self.desk.seat.is_taken() => {
                self.desk.seat.lost();
                self.shut();
            }
            // operators came to be while this console was open
            Err(problem) if problem.reason == Reason::LogOnNeeded && !self.desk.seat.is_empty() => {
                self.desk.seat.set_up();
                self.shut();
            }
            // an approval that is under way hears of it itself
            Err(problem) if problem.kind == ProblemKind::NeedsApproval => {
                let approving = self.layers.iter().any(|layer| layer.name() == Name::Approval);
                if let (Some(asked), false) = (asked, approving) {
                    let dialog = Approval::of(tag, asked, problem.clone(), &mut self.desk);
                    self.layers.push(Box::new(dialog));
                    return;
                }
            }
            _ => {}
        }
        self.deliver(tag, answer);
        if matches!(answer, Err(problem) if problem.reason == Reason::LogOnNeeded) {
            // the log-on screen says it better
            self.desk.notice = None;
        }
    }

    fn deliver(&mut self, tag: Tag, answer: &Answer) {
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
