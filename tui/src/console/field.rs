//! One line that is typed into. Editing is `tui-input`'s; what a cashier expects of `/` is ours: the old text stays
//! until the first character replaces it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use protocol::Pin;
use tui_input::{Input, InputRequest};
use zeroize::{Zeroize as _, Zeroizing};

use super::{
    canvas::Canvas,
    text::{tail, width},
    theme::Role,
};

/// The longest text a field takes, in characters.
const LONGEST: usize = 120;

/// The shortest PIN and the longest (INTERFACES §1).
const SHORTEST_PIN: usize = 4;
const LONGEST_PIN: usize = 12;

/// A text field.
#[derive(Default)]
pub(crate) struct Field {
    input: Input,
    /// The next character replaces what is there.
    fresh: bool,
    /// A PIN: digits only, and none of them is ever shown. Always in the same memory, which is wiped when it is let go:
    /// a text that grows leaves copies of itself behind.
    secret: Option<Zeroizing<String>>,
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = if self.secret.is_some() { "(secret)" } else { self.input.value() };
        f.debug_struct("Field").field("text", &text).field("fresh", &self.fresh).finish()
    }
}

impl Field {
    pub(crate) fn with(text: &str) -> Field {
        Field { input: Input::new(text.to_owned()), ..Field::default() }
    }

    /// For a PIN.
    pub(crate) fn secret() -> Field {
        Field { secret: Some(Zeroizing::new(String::with_capacity(LONGEST_PIN))), ..Field::default() }
    }

    /// What was typed, as a PIN; the field is empty afterwards.
    pub(crate) fn take_pin(&mut self) -> Pin {
        self.fresh = false;
        match &mut self.secret {
            Some(digits) => Pin::new(std::mem::replace(&mut **digits, String::with_capacity(LONGEST_PIN))),
            None => Pin::new(self.input.value_and_reset()),
        }
    }

    pub(crate) fn value(&self) -> &str {
        self.secret.as_ref().map_or_else(|| self.input.value(), |digits| digits.as_str())
    }

    /// Wipes it if it is a PIN; other text stays.
    pub(crate) fn forget(&mut self) {
        if let Some(digits) = &mut self.secret {
            digits.zeroize();
        }
    }

    /// From here on the next character replaces the text.
    pub(crate) fn select_all(&mut self) {
        self.fresh = !self.value().is_empty();
    }

    /// Empties it.
    pub(crate) fn clear(&mut self) {
        // wiped when it is let go
        drop(self.take_pin());
    }

    /// Keeps the text as it is.
    pub(crate) fn keep(&mut self) {
        self.fresh = false;
    }

    /// Takes a key; true if the text changed.
    pub(crate) fn on_key(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let request = match (key.code, control) {
            (KeyCode::Char('u'), true) => InputRequest::DeleteLine,
            (KeyCode::Char('w'), true) => InputRequest::DeletePrevWord,
            (KeyCode::Char('a'), true) | (KeyCode::Home, _) => InputRequest::GoToStart,
            (KeyCode::Char('e'), true) | (KeyCode::End, _) => InputRequest::GoToEnd,
            (KeyCode::Char(c), false) if !key.modifiers.contains(KeyModifiers::ALT) => {
                return self.insert(c.encode_utf8(&mut [0; 4]));
            }
            (KeyCode::Backspace, _) => InputRequest::DeletePrevChar,
            (KeyCode::Delete, _) => InputRequest::DeleteNextChar,
            (KeyCode::Left, _) => InputRequest::GoToPrevChar,
            (KeyCode::Right, _) => InputRequest::GoToNextChar,
            _ => return false,
        };
        self.fresh = false;
        if let Some(digits) = &mut self.secret {
            // nobody can see where in it the caret would be
            return match request {
                InputRequest::DeletePrevChar => digits.pop().is_some(),
                InputRequest::DeleteLine | InputRequest::DeletePrevWord => {
                    let there = !digits.is_empty();
                    digits.zeroize();
                    there
                }
                _ => false,
            };
        }
        self.input.handle(request).is_some_and(|change| change.value)
    }

    /// The rest of a PIN that was typed faster than fingers are, or by a keypad in one go: 4 to 12 digits, the first of
    /// which came as a key already. False if it is none, or no PIN is typed here.
    pub(crate) fn typed_pin(&mut self, text: &str) -> bool {
        let Some(digits) = &mut self.secret else { return false };
        let is_pin = (SHORTEST_PIN..=LONGEST_PIN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let (Some(first), true) = (text.chars().next(), is_pin) else { return false };
        let rest = if digits.ends_with(first) { text.get(1..).unwrap_or_default() } else { text };
        let room = LONGEST_PIN.saturating_sub(digits.len());
        digits.extend(rest.chars().take(room));
        true
    }

    /// Inserts text as data: pasted, typed by a scanner. Line ends and control characters are left out.
    pub(crate) fn insert(&mut self, text: &str) -> bool {
        let text = model::SafeText::new(text.trim_end_matches(['\r', '\n']));
        if text.is_empty() {
            return false;
        }
        if let Some(digits) = &mut self.secret {
            let before = digits.len();
            let room = LONGEST_PIN.saturating_sub(before);
            digits.extend(text.chars().filter(char::is_ascii_digit).take(room));
            return digits.len() > before;
        }
        if std::mem::take(&mut self.fresh) {
            self.input.reset();
        }
        let room = LONGEST.saturating_sub(self.input.value().chars().count());
        let taken: Vec<char> = text.chars().take(room).collect();
        for c in &taken {
            self.input.handle(InputRequest::InsertChar(*c));
        }
        !taken.is_empty()
    }

    /// Draws the text and, when it is typed into, the caret.
    pub(crate) fn view(&self, canvas: &mut Canvas<'_>, x: u16, y: u16, columns: u16, focused: bool) {
        let (before, after): (String, String) = match &self.secret {
            Some(digits) => ("*".repeat(digits.len()), String::new()),
            None => {
                let chars = || self.input.value().chars();
                (chars().take(self.input.cursor()).collect(), chars().skip(self.input.cursor()).collect())
            }
        };
        let room = columns.saturating_sub(1);
        let shown = tail(&before, room);
        let role = if focused && self.fresh { Role::Replaced } else { Role::Field };
        let caret = width(shown);
        canvas.put(x, y, columns, &format!("{shown}{after}"), role);
        let end = caret + width(&after);
        if end < columns {
            canvas.put(x + end, y, columns - end, &" ".repeat(usize::from(columns - end)), Role::Field);
        }
        if focused {
            canvas.set_cursor(x + caret, y, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_character_replaces_old_text_and_an_edit_keeps_it() {
        let mut field = Field::with("88.5");
        field.select_all();
        assert!(field.on_key(KeyEvent::from(KeyCode::Char('1'))));
        assert_eq!(field.value(), "1");
        field.select_all();
        assert!(field.on_key(KeyEvent::from(KeyCode::Backspace)));
        assert_eq!(field.value(), "");
    }

    #[test]
    fn a_paste_is_data_without_control_characters() {
        let mut field = Field::default();
        assert!(field.insert("01JD6Y8K3M\u{1b}[A0\r\n"));
        assert_eq!(field.value(), "01JD6Y8K3M[A0");
        assert!(!field.insert("\r\n"));
    }
}
