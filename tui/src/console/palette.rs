//! The palette: everything that can be done here and now, found by Chinese, by pinyin initials or by English. On a
//! numeric pad a row's digit does it.

use ratatui::layout::Rect;

use super::{
    action::{Action, Entry},
    canvas::Canvas,
    desk::Desk,
    dialog::frame,
    field::Field,
    layer::{Layer, Name, Next},
    list::{List, Step},
    theme::Role,
};
use crate::wording::text::Text;
use model::Language;

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
    list: List,
}

const WIDE: u16 = 58;

impl Palette {
    /// Over a layer in which these are possible.
    pub(crate) fn of(possible: Vec<(&'static Entry, Text<'static>)>) -> Palette {
        let rows = possible.into_iter().filter(|(entry, _)| !entry.moves());
        let rows = rows.map(|(entry, label)| Row { entry, label }).collect();
        Palette { field: Field::default(), rows, list: List::default() }
    }

    /// The rows that fit what is typed, best first.
    fn found(&self) -> Vec<&Row> {
        let words = self.field.value().trim().trim_start_matches(':').to_lowercase();
        let mut found: Vec<(usize, &Row)> =
            self.rows.iter().filter_map(|row| Some((rank(row, &words)?, row))).collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, row)| row).collect()
    }

    fn chosen(&self, at: usize) -> Next {
        self.found().get(at).map_or(Next::Stay, |row| Next::InsteadDo(row.entry.action))
    }
}

/// How well words fit: the beginning of a name before its middle. `None` if not at all.
fn rank(row: &Row, words: &str) -> Option<usize> {
    let names = [
        row.entry.initials.to_owned(),
        row.label.say(Language::Zh).into_owned(),
        row.label.say(Language::En).to_lowercase(),
        row.entry.label.say(Language::En).to_lowercase(),
        row.entry.name.replace('_', " "),
    ];
    if names.iter().any(|name| name == words) {
        Some(0)
    } else if names.iter().any(|name| name.starts_with(words)) {
        Some(1)
    } else {
        names.iter().any(|name| name.contains(words)).then_some(2)
    }
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

    fn can(&self, action: Action, _desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Open => !self.found().is_empty(),
            Action::Up | Action::Down => self.found().len() > 1,
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Open => Some(Text::DoIt),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, _desk: &mut Desk) -> Next {
        let len = self.found().len();
        match action {
            Action::Back => return Next::Pop,
            Action::Open => return self.chosen(self.list.selected),
            Action::Up => self.list.go(Step::Up, len, usize::MAX),
            Action::Down => self.list.go(Step::Down, len, usize::MAX),
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
        self.list = List::default();
    }

    fn on_char(&mut self, c: char, _desk: &mut Desk) -> Option<Next> {
        let empty = self.field.value().is_empty();
        match c {
            '1'..='9' if empty => {
                let at = c.to_digit(10).and_then(|digit| usize::try_from(digit).ok())?;
                Some(self.chosen(at - 1))
            }
            '+' => {
                self.list.go(Step::Down, self.found().len(), usize::MAX);
                Some(Next::Stay)
            }
            '-' => {
                self.list.go(Step::Up, self.found().len(), usize::MAX);
                Some(Next::Stay)
            }
            '.' if empty => Some(Next::Pop),
            _ => None,
        }
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let found = self.found();
        let wide = WIDE.min(area.width);
        // as high as the longest list, so that typing does not move it
        let high = u16::try_from(self.rows.len()).unwrap_or(u16::MAX).saturating_add(5).min(area.height);
        let (x, y) = (area.x + (area.width - wide) / 2, area.y + (area.height - high) / 2);
        frame(canvas, Rect::new(x, y, wide, high), &self.title());
        canvas.put(x + 3, y + 1, 2, ":", Role::Key);
        let room = usize::from(high.saturating_sub(4)).max(1);
        let top = self.list.top(room);
        if found.is_empty() {
            let text = canvas.say(&Text::PaletteNothing);
            canvas.put(x + 3, y + 3, wide - 6, &text, Role::Plain);
        }
        let rows = found.iter().enumerate().skip(top).zip(y + 3..y + high - 1);
        for ((at, row), y) in rows {
            let mark = if at == self.list.selected { ">" } else { " " };
            let digit = if at < 9 { (at + 1).to_string() } else { String::new() };
            let label = format!("{}{}", canvas.say(&row.label), desk.mark(row.entry.action, canvas.language));
            let keys = desk.keymap.names_of(row.entry, canvas.language);
            let role = if at == self.list.selected { Role::Selected } else { Role::Plain };
            canvas.put(x + 3, y, wide - 24, &format!("{mark} {digit:1}  {label} "), role);
            canvas.put(x + wide - 20, y, 17, &keys, Role::Key);
        }
        if let Some(more) = found.len().checked_sub(top + room).filter(|more| *more > 0) {
            let text = format!(" {} ", canvas.say(&Text::MoreAlerts(more)));
            canvas.right(x + 3, y + high - 1, wide - 6, &text, Role::Label);
        }
        self.field.view(canvas, x + 5, y + 1, wide - 9, true);
    }
}
