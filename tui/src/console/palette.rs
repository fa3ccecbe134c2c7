//! The palette: everything that can be done here and now, found by Chinese, by pinyin initials or by English. On a
//! numeric pad a row's digit does it, and 0 turns to the next nine.

use ratatui::layout::Rect;

use super::{
    action::{Action, Entry, Place},
    canvas::Canvas,
    desk::Desk,
    dialog::frame,
    field::Field,
    layer::{Layer, Name, Next},
    list::{List, Step},
    theme::Role,
};
use crate::wording::text::Text;
use model::{Language, pinyin};

/// Something that can be done.
#[derive(Debug, Clone)]
struct Row {
    entry: &'static Entry,
    /// As the layer below calls it.
    label: Text<'static>,
}

/// The dialog.
#[derive(Debug)]
pub(crate) struct Palette {
    field: Field,
    rows: Vec<Row>,
    /// Those of them that fitted when no key was waiting, best first.
    shown: Vec<Row>,
    /// Something was typed since.
    behind: bool,
    list: List,
}

const WIDE: u16 = 58;
/// Rows of a page: one for each digit, where the window is high enough.
fn page(desk: &Desk) -> usize {
    usize::from(desk.height.saturating_sub(7)).clamp(1, 9)
}

impl Palette {
    /// Over a layer in which these are possible.
    pub(crate) fn of(possible: Vec<(&'static Entry, Text<'static>)>) -> Palette {
        let rows = possible.into_iter().filter(|(entry, _)| !entry.moves());
        let mut rows: Vec<Row> = rows.map(|(entry, label)| Row { entry, label }).collect();
        // what can be done with this very screen first, then where one goes most; the rest as in the table
        rows.sort_by_key(|row| place(row.entry));
        let mut dialog =
            Palette { field: Field::default(), rows, shown: Vec::new(), behind: true, list: List::default() };
        dialog.catch_up();
        dialog
    }

    /// The rows that fit what is typed, best first.
    fn found(&self) -> Vec<Row> {
        let words = self.field.value().trim().trim_start_matches(':').to_lowercase();
        let fitting = self.rows.iter().filter_map(|row| Some((rank(row, &words)?, row.clone())));
        let mut found: Vec<(usize, Row)> = fitting.collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, row)| row).collect()
    }

    /// The page below, and after the last one the first.
    fn turn(&mut self, desk: &Desk) {
        self.catch_up();
        let next = self.list.top(page(desk)) + page(desk);
        self.list.selected = if next < self.shown.len() { next } else { 0 };
    }

    fn chosen(&mut self, at: usize) -> Next {
        self.catch_up();
        self.shown.get(at).map_or(Next::Stay, |row| Next::InsteadDo(row.entry.action))
    }
}

/// Where an action stands before anything is typed.
fn place(entry: &Entry) -> usize {
    use Action::{GoAlerts, GoHome, GoPrinters, GoQueue, GoSignIn, GoTransactions, ReprintLast, Search};
    let often = [GoSignIn, GoQueue, GoPrinters, GoAlerts, ReprintLast, GoTransactions, GoHome];
    match often.iter().position(|action| *action == entry.action) {
        Some(at) => at + 1,
        None if entry.place == Place::Layer || entry.action == Search => 0,
        // a digit must not end it by chance
        None if entry.action == Action::Quit => often.len() + 2,
        None => often.len() + 1,
    }
}

/// How well words fit: the beginning of a name before its middle. `None` if not at all.
fn rank(row: &Row, words: &str) -> Option<usize> {
    let [now, always] = [&row.label, &row.entry.label].map(|label| label.say(Language::Zh));
    let chinese = [Some(&*now), Some(&*always), row.entry.chinese].map(|name| {
        let name = name?;
        let at = pinyin::find(name, words)?;
        Some(if at == (0..name.len()) { 0 } else { usize::from(at.start > 0) + 1 })
    });
    let names = [
        row.label.say(Language::En).to_lowercase(),
        row.entry.label.say(Language::En).to_lowercase(),
        row.entry.name.replace('_', " "),
    ];
    let english = names.map(|name| {
        let at = name.find(words)?;
        Some(if name == words { 0 } else { usize::from(at > 0) + 1 })
    });
    chinese.into_iter().chain(english).flatten().min()
}

impl Layer for Palette {
    fn name(&self) -> Name {
        Name::Palette
    }

    fn title(&self) -> Text<'static> {
        Text::Palette
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Open => !self.shown.is_empty() || self.behind,
            Action::Up | Action::Down => self.shown.len() > 1,
            Action::PageUp | Action::PageDown => self.shown.len() > page(desk),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Open => Some(Text::DoIt),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        self.catch_up();
        let len = self.shown.len();
        match action {
            Action::Back => return Next::Pop,
            Action::Open => return self.chosen(self.list.selected),
            Action::Up => self.list.go(Step::Up, len, usize::MAX),
            Action::Down => self.list.go(Step::Down, len, usize::MAX),
            Action::PageUp => self.list.go(Step::PageUp, len, page(desk)),
            Action::PageDown => self.list.go(Step::PageDown, len, page(desk)),
            _ => {}
        }
        Next::Stay
    }

    fn has_focus(&self) -> bool {
        true
    }

    fn field(&mut self) -> Option<&mut Field> {
        Some(&mut self.field)
    }

    fn typed(&mut self, _desk: &mut Desk) {
        self.behind = true;
    }

    fn is_behind(&self) -> bool {
        self.behind
    }

    fn catch_up(&mut self) {
        if std::mem::take(&mut self.behind) {
            self.shown = self.found();
            self.list = List::default();
        }
    }

    /// The bar waits for what is found, too.
    fn hides(&self, action: Action) -> bool {
        action == Action::Open && self.shown.is_empty()
    }

    fn on_char(&mut self, c: char, desk: &mut Desk) -> Option<Next> {
        let empty = self.field.value().is_empty();
        match c {
            '1'..='9' if empty => {
                let at = c.to_digit(10).and_then(|digit| usize::try_from(digit).ok())?;
                Some(self.chosen(self.list.top(page(desk)) + at - 1))
            }
            '0' if empty => {
                self.turn(desk);
                Some(Next::Stay)
            }
            '+' => Some(self.act(Action::Down, desk)),
            '-' => Some(self.act(Action::Up, desk)),
            '.' if empty => Some(Next::Pop),
            _ => None,
        }
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let found = &self.shown;
        let wide = WIDE.min(area.width);
        let room = page(desk);
        // as high as the longest list, so that typing does not move it
        let high = u16::try_from(self.rows.len().min(room)).unwrap_or(u16::MAX).saturating_add(5).min(area.height);
        let (x, y) = (area.x + (area.width - wide) / 2, area.y + (area.height - high) / 2);
        frame(canvas, Rect::new(x, y, wide, high), &self.title());
        canvas.put(x + 3, y + 1, 2, ":", Role::Key);
        let top = self.list.top(room);
        if found.is_empty() {
            let text = canvas.say(&Text::PaletteNothing);
            canvas.put(x + 3, y + 3, wide - 6, &text, Role::Plain);
        }
        let rows = found.iter().enumerate().skip(top).take(room).zip(y + 3..y + high - 1);
        for ((at, row), y) in rows {
            let mark = if at == self.list.selected { ">" } else { " " };
            let digit = at - top + 1;
            let label = format!("{}{}", canvas.say(&row.label), desk.mark(row.entry.action, canvas.language));
            let keys = desk.keymap.names_of(row.entry, canvas.language);
            let role = if at == self.list.selected { Role::Selected } else { Role::Plain };
            canvas.put(x + 3, y, wide - 24, &format!("{mark} {digit:1}  {label} "), role);
            canvas.put(x + wide - 20, y, 17, &keys, Role::Key);
        }
        if found.len() > room {
            let (page, pages) = (top / room + 1, found.len().div_ceil(room));
            let text = format!(" {} ", canvas.say(&Text::MenuPage { page, pages }));
            canvas.right(x + 3, y + high - 1, wide - 6, &text, Role::Label);
        }
        self.field.view(canvas, x + 5, y + 1, wide - 9, true);
    }
}
