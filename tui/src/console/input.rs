//! Guards the keys: against escape sequences that a slow line cut in two, and against a barcode scanner, whose letters
//! are no keys. Without I/O: keys and time in, what was meant out.
//!
//! crossterm takes an ESC at the end of a read for the Esc key (crossterm#993); over SSH an arrow key can then arrive
//! as Esc, `[`, `B`: it would leave the screen and type letters. So Esc is held for a moment, and a tail that follows
//! makes it the key it was; after the start of a paste everything is its text.
//!
//! A scanner types faster than people can. The first character goes through at once, unless it would change something
//! ([`Guard::on`], `delicate`); one that follows it faster than a finger waits until it is clear what comes.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// How long Esc waits for a tail, in milliseconds; longer than a packet's stutter, shorter than a person's patience.
const ESC_MS: u64 = 50;
/// How long a paste that lost its ESC may be silent before it is over: crossterm drops the mark of its end.
const PASTE_MS: u64 = 150;
/// Keys closer than this are no finger's: people need 50 ms and a held key repeats every 30.
const BURST_MS: u64 = 20;
/// The fewest characters of a burst.
const BURST: usize = 6;

/// What was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Key(KeyEvent),
    /// A code that a scanner read.
    Scan(String),
    /// Characters without an Enter at their end that came too fast for fingers. `passed`: the first one was told as a
    /// key already.
    Burst {
        text: String,
        passed: bool,
    },
    Paste(String),
}

/// The guard.
#[derive(Debug, Default)]
pub struct Guard {
    /// Esc and what came after it.
    held: Vec<KeyEvent>,
    since_ms: u64,
    paste: Option<String>,
    run: Run,
}

/// Characters that came after each other.
#[derive(Debug, Default)]
struct Run {
    text: String,
    /// Those of them that were not told yet.
    held: Vec<KeyEvent>,
    last_ms: u64,
}

impl Guard {
    /// Takes a key; gives what is certain now. `delicate`: as the first of a burst this key would change something.
    pub fn on(&mut self, key: KeyEvent, delicate: bool, now_ms: u64) -> Vec<Heard> {
        let mut out = Vec::new();
        // Esc and a paste wait until the shell says that nothing came: where this process was kept waiting itself, the
        // clock alone would cut a sequence whose rest lies there already
        if !self.run.held.is_empty() && now_ms >= self.run.last_ms + BURST_MS {
            self.run.over(&mut out);
        }
        if self.paste.is_some() {
            self.pasted(key, now_ms, &mut out);
            return out;
        }
        if self.held.is_empty() {
            if key.code == KeyCode::Esc && key.modifiers.is_empty() {
                self.run.release(&mut out);
                self.held.push(key);
                self.since_ms = now_ms;
            } else {
                self.run.on(key, delicate, now_ms, &mut out);
            }
            return out;
        }
        let KeyCode::Char(_) = key.code else {
            out.extend(self.held.drain(..).map(Heard::Key));
            out.extend(self.on(key, delicate, now_ms));
            return out;
        };
        self.held.push(key);
        self.since_ms = now_ms;
        match meaning(&self.tail()) {
            Meaning::Unfinished => {}
            Meaning::Key(code) => {
                self.held.clear();
                out.push(Heard::Key(code.into()));
            }
            // a sequence for a key we do not use: drop it whole, its letters are no typing
            Meaning::Ignored | Meaning::PasteEnd => self.held.clear(),
            Meaning::PasteStart => {
                self.held.clear();
                self.paste = Some(String::new());
            }
            Meaning::Typed => out.extend(self.held.drain(..).map(Heard::Key)),
        }
        out
    }

    /// A key within a paste is a character of it.
    fn pasted(&mut self, key: KeyEvent, now_ms: u64, out: &mut Vec<Heard>) {
        self.since_ms = now_ms;
        if key.code == KeyCode::Esc || !self.held.is_empty() {
            self.held.push(key);
            match meaning(&self.tail()) {
                Meaning::Unfinished => return,
                Meaning::PasteEnd => {
                    self.held.clear();
                    out.extend(self.paste.take().map(Heard::Paste));
                    return;
                }
                _ => {}
            }
        }
        let Some(text) = &mut self.paste else { return };
        let keys = if self.held.is_empty() { vec![key] } else { std::mem::take(&mut self.held) };
        text.extend(keys.iter().filter_map(|key| match key.code {
            KeyCode::Char(c) => Some(c),
            KeyCode::Enter => Some('\n'),
            KeyCode::Tab => Some(' '),
            _ => None,
        }));
    }

    fn tail(&self) -> String {
        self.held.iter().filter_map(|key| key.code.as_char()).collect()
    }

    /// When [`Guard::elapsed`] has to be called, in the clock of `now_ms`.
    pub fn deadline_ms(&self) -> Option<u64> {
        if self.paste.is_some() {
            return Some(self.since_ms + PASTE_MS);
        }
        let esc = (!self.held.is_empty()).then_some(self.since_ms + ESC_MS);
        let run = (!self.run.held.is_empty()).then_some(self.run.last_ms + BURST_MS);
        esc.into_iter().chain(run).min()
    }

    /// Time has passed and no key is there: gives what was held long enough.
    pub fn elapsed(&mut self, now_ms: u64) -> Vec<Heard> {
        let mut out = Vec::new();
        if self.deadline_ms().is_none_or(|deadline| now_ms < deadline) {
            return out;
        }
        if let Some(text) = self.paste.take() {
            self.held.clear();
            out.push(Heard::Paste(text));
            return out;
        }
        self.run.over(&mut out);
        out.extend(self.held.drain(..).map(Heard::Key));
        out
    }
}

impl Run {
    fn on(&mut self, key: KeyEvent, delicate: bool, now_ms: u64, out: &mut Vec<Heard>) {
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let fast = !self.text.is_empty() && now_ms.saturating_sub(self.last_ms) < BURST_MS;
        match key.code {
            KeyCode::Char(c) if plain => {
                if fast {
                    self.held.push(key);
                } else {
                    self.release(out);
                    if delicate {
                        self.held.push(key);
                    } else {
                        out.push(Heard::Key(key));
                    }
                }
                self.text.push(c);
                self.last_ms = now_ms;
            }
            KeyCode::Enter | KeyCode::Tab if fast && is_code(&self.text) => {
                self.held.clear();
                out.push(Heard::Scan(std::mem::take(&mut self.text)));
            }
            // a line of something pasted, or a key that somebody's script sent with others: the rest tells. Terminals
            // send a line feed in a paste as it is, and that is Ctrl+J
            KeyCode::Enter | KeyCode::Char('j') if fast && (key.code == KeyCode::Enter || !plain) => {
                self.held.push(key);
                self.text.push('\n');
                self.last_ms = now_ms;
            }
            _ => {
                self.over(out);
                out.push(Heard::Key(key));
            }
        }
    }

    /// Nothing followed in time.
    fn over(&mut self, out: &mut Vec<Heard>) {
        if is_code(&self.text) || is_prose(&self.text) {
            let passed = self.held.len() < self.text.chars().count();
            self.held.clear();
            out.push(Heard::Burst { text: std::mem::take(&mut self.text), passed });
        } else {
            self.release(out);
        }
    }

    /// They were keys after all.
    fn release(&mut self, out: &mut Vec<Heard>) {
        self.text.clear();
        out.extend(self.held.drain(..).map(Heard::Key));
    }
}

/// What stands in bar and QR codes of slips, orders and goods; keys that somebody or a script sends in one go don't look
/// like that.
fn is_code(text: &str) -> bool {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (plain && text.len() >= BURST && digits >= 4) || text.starts_with("http://") || text.starts_with("https://")
}

/// Lines that nobody would press as keys: pasted at a terminal that does not mark a paste. What a script sends has no
/// blanks in it, and spells words only into a field that a key before them opened.
fn is_prose(text: &str) -> bool {
    let Some((first, rest)) = text.split_once('\n') else { return false };
    if rest.trim().is_empty() {
        return false;
    }
    let blank = |line: &str| line.trim().contains(char::is_whitespace) || !line.is_ascii();
    let word = |line: &str| {
        let letters = line.split(|c: char| !c.is_ascii_alphabetic());
        !line.contains(['/', ':']) && letters.map(str::len).max().is_some_and(|longest| longest >= 5)
    };
    blank(first) || rest.lines().any(blank) || word(first)
}

enum Meaning {
    Unfinished,
    Key(KeyCode),
    Ignored,
    PasteStart,
    PasteEnd,
    Typed,
}

/// ECMA-48 control sequences as xterm and the Linux console send them for keys.
fn meaning(tail: &str) -> Meaning {
    if tail.is_empty() {
        return Meaning::Unfinished;
    }
    let Some(rest) = tail.strip_prefix('[').or_else(|| tail.strip_prefix('O')) else { return Meaning::Typed };
    let Some(last) = rest.chars().last() else { return Meaning::Unfinished };
    if last.is_ascii_digit() || last == ';' || rest == "[" {
        return if rest.len() > 12 { Meaning::Ignored } else { Meaning::Unfinished };
    }
    // the Linux console's F1 to F5
    if let Some(key) = rest.strip_prefix('[') {
        return match key {
            "A" => Meaning::Key(KeyCode::F(1)),
            "B" => Meaning::Key(KeyCode::F(2)),
            "C" => Meaning::Key(KeyCode::F(3)),
            "D" => Meaning::Key(KeyCode::F(4)),
            "E" => Meaning::Key(KeyCode::F(5)),
            _ => Meaning::Ignored,
        };
    }
    let ss3 = tail.starts_with('O');
    Meaning::Key(match (rest, last) {
        ("200~", _) => return Meaning::PasteStart,
        ("201~", _) => return Meaning::PasteEnd,
        (_, 'A') => KeyCode::Up,
        (_, 'B') => KeyCode::Down,
        (_, 'C') => KeyCode::Right,
        (_, 'D') => KeyCode::Left,
        (_, 'H') | ("1~" | "7~", _) => KeyCode::Home,
        (_, 'F') | ("4~" | "8~", _) => KeyCode::End,
        ("3~", _) => KeyCode::Delete,
        ("5~", _) => KeyCode::PageUp,
        ("6~", _) => KeyCode::PageDown,
        ("M", _) if ss3 => KeyCode::Enter,
        ("P", _) | ("11~", _) => KeyCode::F(1),
        ("Q", _) | ("12~", _) => KeyCode::F(2),
        ("R", _) if ss3 => KeyCode::F(3),
        ("13~", _) => KeyCode::F(3),
        ("S", _) | ("14~", _) => KeyCode::F(4),
        ("15~", _) => KeyCode::F(5),
        ("17~", _) => KeyCode::F(6),
        ("18~", _) => KeyCode::F(7),
        ("19~", _) => KeyCode::F(8),
        ("20~", _) => KeyCode::F(9),
        ("21~", _) => KeyCode::F(10),
        _ => return Meaning::Ignored,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(c: char) -> KeyEvent {
        match c {
            '\u{1b}' => KeyCode::Esc.into(),
            '\r' => KeyCode::Enter.into(),
            c => KeyCode::Char(c).into(),
        }
    }

    fn feed_into(guard: &mut Guard, text: &str, step_ms: u64) -> Vec<Heard> {
        let mut now = guard.run.last_ms.max(guard.since_ms) + 1000;
        let mut out = Vec::new();
        for c in text.chars() {
            now += step_ms;
            out.extend(guard.on(key(c), c == 'q', now));
        }
        out.extend(guard.elapsed(now + 1000));
        out
    }

    fn feed(text: &str, step_ms: u64) -> Vec<Heard> {
        feed_into(&mut Guard::default(), text, step_ms)
    }

    fn keys(codes: &[KeyCode]) -> Vec<Heard> {
        codes.iter().map(|code| Heard::Key((*code).into())).collect()
    }

    fn typed(text: &str) -> Vec<Heard> {
        text.chars().map(|c| Heard::Key(key(c))).collect()
    }

    #[test]
    fn a_key_cut_in_two_is_still_that_key() {
        for (sequence, code) in [
            ("\u{1b}[B", KeyCode::Down),
            ("\u{1b}OA", KeyCode::Up),
            ("\u{1b}[6~", KeyCode::PageDown),
            ("\u{1b}[1;5C", KeyCode::Right),
            ("\u{1b}[H", KeyCode::Home),
            ("\u{1b}[15~", KeyCode::F(5)),
            ("\u{1b}[[A", KeyCode::F(1)),
            ("\u{1b}OR", KeyCode::F(3)),
        ] {
            for step in [1, 30] {
                assert_eq!(feed(sequence, step), keys(&[code]), "{sequence:?}");
            }
        }
        assert_eq!(feed("\u{1b}[29~x", 30), typed("x"), "a key we do not use types nothing");
    }

    #[test]
    fn a_paste_cut_off_its_esc_is_still_data() {
        let mut guard = Guard::default();
        assert_eq!(feed_into(&mut guard, "\u{1b}[200~qr 12\rq", 30), [Heard::Paste("qr 12\nq".into())]);
        assert_eq!(feed_into(&mut guard, "a", 1), typed("a"), "after a silence keys are keys");
        let whole = "\u{1b}[200~qr\u{1b}[201~x";
        assert_eq!(feed(whole, 30), [vec![Heard::Paste("qr".into())], typed("x")].concat());
    }

    #[test]
    fn esc_alone_comes_after_its_hold_and_a_letter_after_it_is_a_letter() {
        let mut guard = Guard::default();
        assert!(guard.on(key('\u{1b}'), false, 100).is_empty());
        assert_eq!(guard.deadline_ms(), Some(150));
        assert!(guard.elapsed(149).is_empty());
        assert_eq!(guard.elapsed(150), keys(&[KeyCode::Esc]));
        assert_eq!(guard.deadline_ms(), None);
        assert_eq!(feed("\u{1b}w", 10), typed("\u{1b}w"));
        assert_eq!(feed("\u{1b}\u{1b}", 10), typed("\u{1b}\u{1b}"));
        assert_eq!(feed("\u{1b}[", 10), typed("\u{1b}["));
    }

    #[test]
    fn a_scanners_burst_is_one_scan_and_a_persons_keys_are_keys() {
        let code = "01JD6Y8K3M000";
        let first = typed("0");
        let scan = |text: &str| Heard::Scan(text.into());
        assert_eq!(feed("01JD6Y8K3M000\r", 3), [first, vec![scan(code)]].concat());
        assert_eq!(feed("qr4711-2026\r", 1), [scan("qr4711-2026")], "a key that would change something waited");
        assert_eq!(feed("140241884213\r", 60), typed("140241884213\r"));
        for script in ["g", "gt", "gq\r", "8801\r", "/8801\rp\r", ":printers\r", "gt/1234\r", "r\r"] {
            assert_eq!(feed(script, 0), typed(script), "{script}");
        }
    }

    #[test]
    fn lines_that_come_at_once_are_pasted_text_and_no_keys() {
        let pasted = |text: &str| Heard::Burst { text: text.into(), passed: true };
        for text in ["g t\np", "refund\nr\n", "退货\nr", "r\ncall the bank\n"] {
            let first = text.chars().next().map(|c| Heard::Key(key(c)));
            assert_eq!(feed(&text.replace('\n', "\r"), 0), [first.unwrap(), pasted(text)], "{text}");
        }
        // a line feed as it is
        let mut guard = Guard::default();
        let feed = KeyEvent::new(KeyCode::Char('j'), KeyModifiers::CONTROL);
        let events = [key('g'), key(' '), key('t'), feed, key('p')];
        let mut heard: Vec<Heard> = events.into_iter().flat_map(|event| guard.on(event, false, 100)).collect();
        heard.extend(guard.elapsed(1000));
        assert_eq!(heard, [Heard::Key(key('g')), pasted("g t\np")]);
        // a quick person, and a script
        for script in ["g t", "gtjj\rp", "02\r1234\r", "g t\r"] {
            assert_eq!(super::tests::feed(script, 0), typed(script), "{script}");
        }
        assert_eq!(super::tests::feed("g t\rp", 30), typed("g t\rp"), "by hand");
    }

    #[test]
    fn a_scanner_without_an_enter_is_heard_too() {
        let burst = Heard::Burst { text: "6901028075763".into(), passed: true };
        assert_eq!(feed("6901028075763", 2), [typed("6"), vec![burst]].concat());
    }

    #[test]
    fn a_single_key_never_waits_unless_it_would_change_something() {
        let mut guard = Guard::default();
        assert_eq!(guard.on(key('r'), false, 10), typed("r"));
        assert_eq!(guard.deadline_ms(), None);
        assert!(guard.on(key('q'), true, 100).is_empty());
        assert_eq!(guard.elapsed(100 + BURST_MS), typed("q"));
    }
}
