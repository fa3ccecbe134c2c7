//! Cuts a file or a live pipe into numbered lines: on a thread of its own, because reading a terminal or a pipe blocks.

use std::io::{self, BufRead, BufReader, Read};

use protocol::REQUEST_LIMIT;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

/// Lines read ahead of the requests under way.
const AHEAD: usize = 64;

/// A line that is not blank; the first one of the input is 1, blank ones count too.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) body: Body,
}

/// What stands on it.
#[derive(Debug)]
pub(super) enum Body {
    /// JSON text as it came, doubled keys and all.
    Json(Box<RawValue>),
    NotJson,
    NotUtf8,
    TooLong,
}

/// The lines as they come. The channel ends with the input.
pub(super) fn lines(input: impl Read + Send + 'static) -> io::Result<mpsc::Receiver<io::Result<Line>>> {
    let (to, lines) = mpsc::channel(AHEAD);
    let read = move || {
        let mut input = BufReader::with_capacity(64 * 1024, input);
        let mut number = 0;
        loop {
            let line = match next(&mut input) {
                Ok(None) => return,
                Ok(Some(line)) => line,
                Err(error) => {
                    let _ = to.blocking_send(Err(error));
                    return;
                }
            };
            number += 1;
            let Some(body) = body(line, number == 1) else { continue };
            if to.blocking_send(Ok(Line { number, body })).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("events".to_owned()).spawn(read)?;
    Ok(lines)
}

/// The next line without its newline; `Some(None)` for one over the limit, which is read to its end and dropped.
fn next(input: &mut impl BufRead) -> io::Result<Option<Option<Vec<u8>>>> {
    let mut line = Vec::new();
    let mut any = false;
    let mut over = false;
    loop {
        let chunk = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if chunk.is_empty() {
            return Ok(any.then_some((!over).then_some(line)));
        }
        any = true;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let piece = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        over |= line.len() + piece.len() > REQUEST_LIMIT;
        if over {
            line = Vec::new();
        } else {
            line.extend_from_slice(piece);
        }
        let taken = piece.len() + usize::from(end.is_some());
        input.consume(taken);
        if end.is_some() {
            return Ok(Some((!over).then_some(line)));
        }
    }
}

/// What a line is; nothing for a blank one.
fn body(line: Option<Vec<u8>>, first: bool) -> Option<Body> {
    let Some(line) = line else { return Some(Body::TooLong) };
    let Ok(text) = std::str::from_utf8(&line) else { return Some(Body::NotUtf8) };
    // a file written on Windows may begin with a byte order mark
    let text = if first { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
    if text.trim().is_empty() {
        return None;
    }
    Some(match serde_json::from_str::<Box<RawValue>>(text) {
        Ok(raw) => Body::Json(raw),
        Err(_) => Body::NotJson,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(input: &'static [u8]) -> Vec<(u64, &'static str)> {
        let mut lines = lines(input).unwrap();
        let mut out = Vec::new();
        while let Some(line) = lines.blocking_recv() {
            let line = line.unwrap();
            let what = match line.body {
                Body::Json(_) => "json",
                Body::NotJson => "not json",
                Body::NotUtf8 => "not utf-8",
                Body::TooLong => "too long",
            };
            out.push((line.number, what));
        }
        out
    }

    #[test]
    fn blank_lines_count_but_are_passed_over_and_the_last_needs_no_newline() {
        assert_eq!(
            bodies(b"\xef\xbb\xbf{\"a\":1}\r\n\n  \n{,}\n\xff\n{\"b\":{}}"),
            [(1, "json"), (4, "not json"), (5, "not utf-8"), (6, "json")]
        );
        assert_eq!(bodies(b""), []);
    }

    #[test]
    fn a_line_over_the_limit_is_dropped_and_the_next_counts() {
        let mut text = vec![b'x'; 5 * 1024 * 1024];
        text.extend_from_slice(b"\n{}\n");
        assert_eq!(bodies(text.leak()), [(1, "too long"), (2, "json")]);
    }
}
