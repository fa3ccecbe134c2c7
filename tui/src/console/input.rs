//! Guards against escape sequences that a slow line cut in two. Without I/O: keys and time in, keys out.
//!
//! crossterm takes an ESC at the end of a read for the Esc key (crossterm#993); over SSH an arrow key can then arrive
//! as Esc, `[`, `B`: it would leave the screen and type letters. So Esc is held for a moment, and a tail that
//! follows makes it the key it was.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// How long Esc waits for a tail, in milliseconds; longer than a packet's stutter, shorter than a person's patience.
pub(super) const HOLD_MS: u64 = 50;

/// The guard.
#[derive(Debug, Default)]
pub struct Guard {
    /// Esc and what came after it.
    held: Vec<KeyEvent>,
    since_ms: u64,
    /// The start of a paste was cut off its ESC: what follows at once is its text and no keys. crossterm drops the
    /// paste's end then, so silence ends it.
    pasting: bool,
}

impl Guard {
    /// Takes a key; gives the keys that are certain now.
    pub fn on(&mut self, key: KeyEvent, now_ms: u64) -> Vec<KeyEvent> {
        let mut out = self.elapsed(now_ms);
        if self.pasting {
            self.since_ms = now_ms;
            return out;
        }
        if self.held.is_empty() {
            if key.code == KeyCode::Esc && key.modifiers.is_empty() {
                self.held.push(key);
                self.since_ms = now_ms;
            } else {
                out.push(key);
            }
            return out;
        }
        let KeyCode::Char(c) = key.code else {
            out.append(&mut self.held);
            out.extend(self.on(key, now_ms));
            return out;
        };
        self.held.push(key);
        self.since_ms = now_ms;
        let tail: String = self.held.iter().filter_map(|k| k.code.as_char()).collect();
        match meaning(&tail) {
            Meaning::Unfinished => {}
            Meaning::Key(code) => {
                self.held.clear();
                out.push(KeyEvent::new(code, KeyModifiers::NONE));
            }
            // a sequence for a key we do not use: drop it whole, its letters are no typing
            Meaning::Ignored => self.held.clear(),
            Meaning::Paste => {
                self.held.clear();
                self.pasting = true;
            }
            Meaning::Typed => {
                debug_assert_eq!(self.held.last().map(|k| k.code), Some(KeyCode::Char(c)));
                out.append(&mut self.held);
            }
        }
        out
    }

    /// When [`Guard::elapsed`] has to be called, in the clock of `now_ms`.
    pub fn deadline_ms(&self) -> Option<u64> {
        (self.pasting || !self.held.is_empty()).then_some(self.since_ms + HOLD_MS)
    }

    /// Time has passed: gives what was held long enough.
    pub fn elapsed(&mut self, now_ms: u64) -> Vec<KeyEvent> {
        match self.deadline_ms() {
            Some(deadline) if now_ms >= deadline => {
                self.pasting = false;
                std::mem::take(&mut self.held)
            }
            _ => Vec::new(),
        }
    }
}

enum Meaning {
    Unfinished,
    Key(KeyCode),
    Ignored,
    Paste,
    Typed,
}

/// ECMA-48 control sequences as xterm and the Linux console send them for keys.
fn meaning(tail: &str) -> Meaning {
    let Some(rest) = tail.strip_prefix('[').or_else(|| tail.strip_prefix('O')) else { return Meaning::Typed };
    let Some(last) = rest.chars().last() else { return Meaning::Unfinished };
    if last.is_ascii_digit() || last == ';' || rest == "[" {
        return if rest.len() > 12 { Meaning::Ignored } else { Meaning::Unfinished };
    }
    if tail == "[200~" {
        return Meaning::Paste;
    }
    Meaning::Key(match (rest, last) {
        (_, 'A') if !rest.starts_with('[') => KeyCode::Up,
        (_, 'B') if !rest.starts_with('[') => KeyCode::Down,
        (_, 'C') if !rest.starts_with('[') => KeyCode::Right,
        (_, 'D') if !rest.starts_with('[') => KeyCode::Left,
        (_, 'H') | ("1~" | "7~", _) => KeyCode::Home,
        (_, 'F') | ("4~" | "8~", _) => KeyCode::End,
        ("3~", _) => KeyCode::Delete,
        ("5~", _) => KeyCode::PageUp,
        ("6~", _) => KeyCode::PageDown,
        ("M", _) if tail.starts_with('O') => KeyCode::Enter,
        _ => return Meaning::Ignored,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(keys: Vec<KeyEvent>) -> Vec<KeyCode> {
        keys.into_iter().map(|k| k.code).collect()
    }

    fn feed(guard: &mut Guard, text: &str, step_ms: u64) -> Vec<KeyCode> {
        let mut now = 0;
        let mut out = Vec::new();
        for c in text.chars() {
            now += step_ms;
            let code = if c == '\u{1b}' { KeyCode::Esc } else { KeyCode::Char(c) };
            out.extend(guard.on(KeyEvent::from(code), now));
        }
        out.extend(guard.elapsed(now + HOLD_MS));
        codes(out)
    }

    #[test]
    fn an_arrow_cut_in_two_is_still_an_arrow() {
        for (sequence, key) in [
            ("\u{1b}[B", KeyCode::Down),
            ("\u{1b}OA", KeyCode::Up),
            ("\u{1b}[6~", KeyCode::PageDown),
            ("\u{1b}[1;5C", KeyCode::Right),
            ("\u{1b}[H", KeyCode::Home),
        ] {
            assert_eq!(feed(&mut Guard::default(), sequence, 30), [key], "{sequence:?}");
        }
        assert_eq!(feed(&mut Guard::default(), "\u{1b}[15~x", 30), [KeyCode::Char('x')]);
        assert_eq!(feed(&mut Guard::default(), "\u{1b}[[Ax", 30), [KeyCode::Char('x')]);
    }

    #[test]
    fn a_paste_cut_off_its_esc_presses_no_keys() {
        let mut guard = Guard::default();
        assert_eq!(feed(&mut guard, "\u{1b}[200~qr 12", 10), []);
        assert_eq!(feed(&mut guard, "q", 1), [KeyCode::Char('q')], "after a silence keys are keys");
    }

    #[test]
    fn esc_alone_comes_after_its_hold_and_a_letter_after_it_is_a_letter() {
        let mut guard = Guard::default();
        assert!(guard.on(KeyEvent::from(KeyCode::Esc), 100).is_empty());
        assert_eq!(guard.deadline_ms(), Some(150));
        assert!(guard.elapsed(149).is_empty());
        assert_eq!(codes(guard.elapsed(150)), [KeyCode::Esc]);
        assert_eq!(guard.deadline_ms(), None);
        assert_eq!(feed(&mut guard, "\u{1b}q", 10), [KeyCode::Esc, KeyCode::Char('q')]);
        assert_eq!(feed(&mut guard, "\u{1b}\u{1b}", 10), [KeyCode::Esc, KeyCode::Esc]);
        assert_eq!(feed(&mut guard, "\u{1b}[", 10), [KeyCode::Esc, KeyCode::Char('[')]);
    }
}
