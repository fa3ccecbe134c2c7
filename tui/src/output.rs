//! Standard output, line by line. Nothing that came from outside leaves here with a character that commands a
//! terminal.

use std::{borrow::Cow, fmt::Write as _, io::Write};

use model::SafeText;

use crate::failure::Failure;

/// Where the answers go.
pub(crate) struct Output {
    to: Box<dyn Write + Send>,
}

impl Output {
    /// This process's standard output, buffered until a flush.
    pub(crate) fn stdout() -> Output {
        Output::to(std::io::stdout())
    }

    /// Any writer.
    pub(crate) fn to(writer: impl Write + Send + 'static) -> Output {
        Output { to: Box::new(std::io::BufWriter::new(writer)) }
    }

    /// Writes a line of JSON and flushes.
    pub(crate) fn line(&mut self, json: &str) -> Result<(), Failure> {
        self.raw_json(json)?;
        self.flush()
    }

    /// Writes a line of JSON.
    pub(crate) fn raw_json(&mut self, json: &str) -> Result<(), Failure> {
        self.raw(&escaped(json))
    }

    /// Writes a line of text, filtered.
    pub(crate) fn words(&mut self, text: &str) -> Result<(), Failure> {
        self.raw(SafeText::new(text).as_str())
    }

    /// Writes a line that must keep every character, but for those that command a terminal.
    pub(crate) fn exact(&mut self, line: &str) -> Result<(), Failure> {
        self.raw(&line.chars().filter(|c| !harmful(*c)).collect::<String>())
    }

    /// Writes a line that its caller made safe.
    pub(crate) fn raw(&mut self, line: &str) -> Result<(), Failure> {
        self.to.write_all(line.as_bytes()).and_then(|()| self.to.write_all(b"\n")).map_err(Failure::output)
    }

    /// Hands over what was written.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.to.flush().map_err(Failure::output)
    }
}

/// Controls, and marks that turn the direction of what follows.
fn harmful(c: char) -> bool {
    c.is_control() || matches!(u32::from(c), 0x61C | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F)
}

/// JSON in which C1 controls, DEL and direction marks stand as `\u` escapes: the same value, but harmless on a
/// terminal. JSON escapes C0 itself, and none of these stands outside of a string.
fn escaped(json: &str) -> Cow<'_, str> {
    if !json.chars().any(harmful) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match c {
            '\t' | '\r' | '\n' => out.push(' '),
            c if harmful(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_value_and_loses_its_teeth() {
        let nasty = "{\"a\":\"x\u{9b}31m\u{202e}y\"}";
        let safe = escaped(nasty);
        assert_eq!(safe, "{\"a\":\"x\\u009b31m\\u202ey\"}");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&safe), value(nasty));
        assert!(matches!(escaped("{\"名\":1}"), Cow::Borrowed(_)));
    }
}
