//! Text from outside: a scanner's code, and what is pasted. Into the field that has the focus, else into the search.

use super::Console;
use crate::console::{action::Action, desk::Kept, layer::Next};

impl Console {
    /// Pasted text is data: into the field that has the focus, else into the search.
    pub(super) fn paste(&mut self, text: &str) {
        match self.layers.last_mut() {
            Some(top) if top.has_focus() => {
                if top.field().is_some_and(|field| field.insert(text)) {
                    top.typed(&mut self.desk);
                }
            }
            _ => self.text(text, false),
        }
    }

    /// What came as a scanner's code, with its Enter. While a PIN is typed, digits alone are one: a badge's number is never
    /// to be taken for it, nor is a PIN ever to be shown as somebody's number.
    pub(super) fn scan(&mut self, text: &str) {
        let is_pin = self.layers.last_mut().filter(|top| top.has_focus()).and_then(|top| top.field());
        if is_pin.is_some_and(|field| field.typed_pin(text)) {
            self.key(crossterm::event::KeyCode::Enter.into());
        } else {
            self.text(text, true);
        }
    }

    /// Text from outside goes to the search, wherever one is: over what only informs at once, after a question once that
    /// is answered.
    pub(super) fn text(&mut self, text: &str, open: bool) {
        self.prefix = None;
        if model::SafeText::new(text).trim().is_empty() {
            return;
        }
        if let Some(top) = self.layers.last_mut().filter(|top| top.takes_badges()) {
            let _ = top.take_text(text, open, &mut self.desk);
            return;
        }
        if self.layers.iter().any(|layer| layer.asks(&self.desk)) {
            let text = model::SafeText::new(text).trim().to_owned();
            self.desk.kept = Some(Kept { text, open });
            return;
        }
        self.desk.kept = None;
        self.act(Action::GoTransactions);
        let at = self.layers.len().saturating_sub(1);
        let next = self.layers.last_mut().and_then(|top| top.take_text(text, open, &mut self.desk));
        self.follow(at, next.unwrap_or(Next::Stay));
    }

    /// Looks up what was scanned during a question, once no dialog is there any more: what was answered may have to be
    /// read, or followed by another question.
    pub(super) fn look_up_kept(&mut self) {
        if self.layers.iter().any(|layer| layer.is_dialog() || layer.shuts()) {
            return;
        }
        if let Some(Kept { text, open }) = self.desk.kept.take() {
            self.text(&text, open);
        }
    }
}
