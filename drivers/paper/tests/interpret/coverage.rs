//! Keeps `COVERAGE.md` honest: what it says is read has a case, and what the encoder can send has a row.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cases::cases;

/// A row of one of the tables.
struct Row {
    command: String,
    /// The bytes that are written out at the start of its second column.
    bytes: Vec<u8>,
    encoder: Vec<String>,
    interpreter: String,
    tests: Vec<String>,
    hardware: String,
}

fn crate_path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(crate_path("COVERAGE.md")).unwrap();
    let rows: Vec<Row> = text
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(cells.len(), 6, "six columns: {line}");
            let bytes = cells[1].split(' ').map_while(|word| {
                let pair = word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
                pair.then(|| u8::from_str_radix(word, 16).unwrap())
            });
            Row {
                command: quoted(cells[0]).remove(0).replace("\\|", "|"),
                bytes: bytes.collect(),
                encoder: quoted(cells[2]),
                interpreter: cells[3].to_owned(),
                tests: quoted(cells[4]),
                hardware: cells[5].trim_end_matches('|').trim().to_owned(),
            }
        })
        .collect();
    assert!(rows.len() > 100, "only {} rows were found", rows.len());
    rows
}

/// All Rust text of a file or folder of this crate.
fn source(path: &Path) -> String {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        return entries.iter().map(|entry| source(entry)).collect();
    }
    fs::read_to_string(path).unwrap_or_default()
}

/// The public functions of the encoder's commands.
fn command_functions() -> BTreeSet<String> {
    let text = source(&crate_path("src/command.rs")) + &source(&crate_path("src/command"));
    let mut names = BTreeSet::new();
    for line in text.lines() {
        let rest = line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) "));
        let rest = rest.map(|rest| rest.strip_prefix("const ").unwrap_or(rest));
        if let Some(name) = rest.and_then(|rest| rest.strip_prefix("fn ")) {
            names.insert(name.split(['(', '<']).next().unwrap().to_owned());
        }
    }
    assert!(names.contains("initialise"), "the encoder's commands were not found");
    names
}

#[test]
fn what_is_called_read_has_a_case_with_its_bytes() {
    let cases = cases();
    for row in rows() {
        assert!(["draws", "reads", "skips", "no"].contains(&row.interpreter.as_str()), "{}", row.command);
        if row.interpreter == "no" {
            continue;
        }
        let case = cases.iter().find(|case| case.name == row.command);
        let case = case.unwrap_or_else(|| panic!("{}: no case of this name", row.command));
        assert!(!row.bytes.is_empty(), "{}: its bytes are not written out", row.command);
        // some commands need others before them
        let found = case.bytes.windows(row.bytes.len()).any(|window| window == row.bytes);
        assert!(found, "{}: its case has other bytes than {:02X?}", row.command, row.bytes);
    }
}

#[test]
fn every_case_has_a_row() {
    let commands: BTreeSet<String> = rows().into_iter().map(|row| row.command).collect();
    for case in cases() {
        assert!(commands.contains(case.name), "{} is not in COVERAGE.md", case.name);
    }
}

#[test]
fn every_named_test_is_there_and_what_is_drawn_names_one() {
    let text = source(&crate_path("tests/interpret")) + &source(&crate_path("src/interpret"));
    for row in rows() {
        for test in &row.tests {
            assert!(text.contains(&format!("fn {test}()")), "{}: there is no test {test}", row.command);
        }
        if row.interpreter == "draws" {
            assert!(!row.tests.is_empty(), "{}: said to be drawn, and no test says how", row.command);
        }
    }
}

#[test]
fn every_command_of_the_encoder_is_named_and_every_name_is_a_command() {
    let text = fs::read_to_string(crate_path("COVERAGE.md")).unwrap();
    let (_, others) = text.split_once("make no command of their own:").unwrap();
    let others: BTreeSet<String> = quoted(others.split("\n\n").next().unwrap()).into_iter().collect();
    let named: BTreeSet<String> = rows().into_iter().flat_map(|row| row.encoder).chain(others).collect();
    let there = command_functions();
    let missing: Vec<_> = there.difference(&named).collect();
    let gone: Vec<_> = named.difference(&there).collect();
    assert!(missing.is_empty(), "COVERAGE.md doesn't name these functions of command: {missing:?}");
    assert!(gone.is_empty(), "COVERAGE.md names functions that command doesn't have: {gone:?}");
}

#[test]
fn what_the_encoder_sends_the_interpreter_reads() {
    for row in rows() {
        assert!(row.encoder.is_empty() || row.interpreter != "no", "{} is sent and not read", row.command);
    }
}

#[test]
fn nothing_was_seen_on_hardware_without_a_record() {
    for row in rows() {
        let empty = row.hardware.is_empty();
        // person, date, printer with firmware
        let record = row.hardware.split(", ").count() >= 3 && row.hardware.contains("20");
        assert!(empty || record, "{}: \"{}\" is no record", row.command, row.hardware);
    }
}

#[test]
fn the_interpreter_uses_nothing_of_the_encoder() {
    let text = source(&crate_path("src/interpret.rs")) + &source(&crate_path("src/interpret"));
    // the pictures of the font are nobody's work: both sides draw with them
    let own = |line: &&str| line.contains("crate::") && !line.contains("crate::unifont::");
    for line in text.lines().filter(own) {
        assert!(line.contains("crate::interpret::") && !line.contains("crate::{"), "{line}");
    }
}
