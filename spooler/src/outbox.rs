//! What a connection still has to say: lines waiting for a reader that may be slow. No I/O.

use protocol::{ANSWER_LIMIT, Event, Problem, ProblemKind, Reason};

/// Above this nothing new is answered or read until the reader has caught up. One answer may go beyond it.
const ENOUGH: usize = ANSWER_LIMIT;

/// So much that was sent may still lie in the buffer.
const COMPACT: usize = 64 * 1024;

/// Lines not yet taken by the socket.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    bytes: Vec<u8>,
    /// Bytes of it that are gone.
    sent: usize,
}

impl Outbox {
    /// True while another line may be put in.
    pub(crate) fn has_room(&self) -> bool {
        self.waiting().len() < ENOUGH
    }

    /// What is to be written next; empty: nothing.
    pub(crate) fn waiting(&self) -> &[u8] {
        self.bytes.get(self.sent..).unwrap_or_default()
    }

    /// The socket took so many bytes.
    pub(crate) fn took(&mut self, count: usize) {
        self.sent += count;
        if self.sent >= self.bytes.len() {
            self.bytes.clear();
            // an idle connection keeps no big buffer
            self.bytes.shrink_to(4096);
            self.sent = 0;
        }
    }

    /// A whole line with its newline.
    pub(crate) fn line(&mut self, line: &str) {
        // a reader that never quite catches up must not make us keep what it has read
        if self.sent >= COMPACT {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
        self.bytes.extend_from_slice(line.as_bytes());
    }

    /// An event.
    pub(crate) fn event(&mut self, event: &Event) {
        if let Ok(json) = serde_json::to_string(event) {
            self.line(&format!("{{\"event\":{json}}}\n"));
        }
    }
}

/// The line that answers a request; one that would be longer than a line may be is a problem instead.
pub(crate) fn answer(id: u64, result: Result<String, Problem>) -> String {
    let line = match result {
        Ok(json) => format!("{{\"id\":{id},\"ok\":{json}}}\n"),
        Err(problem) => return problem_line(Some(id), &problem),
    };
    if line.len() <= ANSWER_LIMIT {
        return line;
    }
    let problem = Problem::new(
        ProblemKind::TooLarge,
        Reason::AnswerTooLong,
        "answering a request",
        "the answer would be longer than 1 MiB",
        "ask for fewer rows with limit",
    );
    problem_line(Some(id), &problem)
}

/// The line that tells a part of an answer before it: for a request that asked for such.
pub(crate) fn part(id: u64, json: &str) -> String {
    format!("{{\"id\":{id},\"progress\":{json}}}\n")
}

/// The line for a problem; without an id when it belongs to no request.
pub(crate) fn problem_line(id: Option<u64>, problem: &Problem) -> String {
    let json = serde_json::to_string(problem).unwrap_or_else(|_| "{}".to_owned());
    match id {
        Some(id) => format!("{{\"id\":{id},\"error\":{json}}}\n"),
        None => format!("{{\"error\":{json}}}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_over_one_mebibyte_becomes_a_problem() {
        let line = answer(7, Ok(format!("\"{}\"", "x".repeat(ANSWER_LIMIT))));
        assert!(line.len() < 1000 && line.contains("answer_too_long") && line.starts_with("{\"id\":7,"), "{line}");
        assert!(answer(7, Ok("{}".into())).contains("\"ok\":{}"));
    }

    #[test]
    fn what_the_socket_took_is_gone() {
        let mut out = Outbox::default();
        out.line("abc\n");
        out.took(2);
        assert_eq!(out.waiting(), b"c\n");
        out.took(2);
        assert!(out.waiting().is_empty() && out.has_room());
    }

    #[test]
    fn a_reader_that_never_catches_up_costs_no_memory() {
        let mut out = Outbox::default();
        out.line("begun\n");
        for _ in 0..100_000 {
            out.line("0123456789\n");
            out.took(11);
        }
        assert!(out.bytes.capacity() < 4 * COMPACT, "{}", out.bytes.capacity());
    }
}
