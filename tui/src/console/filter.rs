//! The common filters of the transactions, each with a digit; what is chosen stands in the search line as words, where
//! it can be changed.

use model::Language;
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    dialog::Lines,
    layer::{Layer, Name, Next},
    list::{List, Step},
    open::Open,
    theme::Role,
};
use crate::wording::text::Text;

/// A word of the search grammar (INTERFACES §5), and what it means: in Chinese that is a word of the grammar, too.
const WORDS: [(&str, Text<'static>); 9] = [
    ("today", Text::FilterToday),
    ("yest", Text::FilterYesterday),
    ("card", Text::FilterCard),
    ("wx", Text::FilterWechat),
    ("ali", Text::FilterAlipay),
    ("refund", Text::FilterRefund),
    ("unknown", Text::FilterUnknown),
    ("declined", Text::FilterDeclined),
    ("unprinted", Text::FilterUnprinted),
];

/// The dialog.
#[derive(Debug)]
pub(crate) struct Filter {
    /// Words that are none of these; they stay.
    others: Vec<String>,
    chosen: [bool; WORDS.len()],
    list: List,
}

impl Filter {
    /// Beginning with what is being searched for.
    pub(crate) fn of(words: &str) -> Filter {
        let mut filter = Filter { others: Vec::new(), chosen: [false; WORDS.len()], list: List::default() };
        for word in words.split_whitespace() {
            let means = |text: &Text<'static>| text.say(Language::Zh) == word;
            match WORDS.iter().position(|(known, meaning)| *known == word || means(meaning)) {
                Some(at) => filter.toggle(at),
                None => filter.others.push(word.to_owned()),
            }
        }
        filter
    }

    fn toggle(&mut self, at: usize) {
        if let Some(chosen) = self.chosen.get_mut(at) {
            *chosen = !*chosen;
            self.list.selected = at;
        }
    }

    fn words(&self) -> String {
        let chosen = WORDS.iter().zip(self.chosen).filter(|(_, chosen)| *chosen).map(|((word, _), _)| *word);
        let words: Vec<&str> = self.others.iter().map(String::as_str).chain(chosen).collect();
        words.join(" ")
    }
}

impl Layer for Filter {
    fn name(&self) -> Name {
        Name::Filter
    }

    fn title(&self) -> Text<'static> {
        Text::Filter
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn can(&self, action: Action, _desk: &Desk) -> bool {
        matches!(action, Action::Back | Action::Open | Action::Up | Action::Down)
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Open => Some(Text::DoShow),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, _desk: &mut Desk) -> Next {
        match action {
            Action::Back => return Next::Pop,
            Action::Open => return Next::Instead(Open::Transactions { words: self.words() }),
            Action::Up => self.list.go(Step::Up, WORDS.len(), usize::MAX),
            Action::Down => self.list.go(Step::Down, WORDS.len(), usize::MAX),
            _ => {}
        }
        Next::Stay
    }

    fn has_focus(&self) -> bool {
        true
    }

    fn on_char(&mut self, c: char, _desk: &mut Desk) -> Option<Next> {
        match c {
            '1'..='9' => self.toggle(usize::try_from(c.to_digit(10)?).ok()?.checked_sub(1)?),
            ' ' | '*' => self.toggle(self.list.selected),
            '+' => self.list.go(Step::Down, WORDS.len(), usize::MAX),
            '-' => self.list.go(Step::Up, WORDS.len(), usize::MAX),
            '.' => return Some(Next::Pop),
            _ => {}
        }
        Some(Next::Stay)
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = desk.language;
        let mut lines = Lines::default();
        for (at, ((word, meaning), chosen)) in WORDS.iter().zip(self.chosen).enumerate() {
            let (arrow, role) = if at == self.list.selected { (">", Role::Selected) } else { (" ", Role::Plain) };
            let mark = if chosen { "[x]" } else { "[ ]" };
            let meaning = super::value::pad(&meaning.say(language), 16);
            lines.tell(&format!("{arrow} {}  {mark} {meaning} {word:<10}", at + 1), role);
        }
        lines.gap();
        lines.tell(&Text::FilterHow.say(language), Role::Plain);
        lines.draw(canvas, area, &self.title());
    }
}
