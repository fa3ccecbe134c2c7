//! The real console on a real terminal: what it takes, what it gives back, and how it ends. What the screens say is
//! tested in `snapshots`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod terminal;

use std::time::Duration;

use terminal::Terminal;

/// A pause of 30 ms is much longer on a machine that is busy with other tests: a story about one is told up to three times.
fn told_patiently(story: fn()) {
    for _ in 1..3 {
        if std::panic::catch_unwind(story).is_ok() {
            return;
        }
    }
    story();
}

#[test]
fn without_a_daemon_it_opens_says_so_and_quits() {
    let mut terminal = Terminal::open(&["--lang", "zh"], &[]);
    terminal.wait_for("打印服务没有运行");
    terminal.press(b"?");
    terminal.wait_for("到处可以按");
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
    assert!(terminal.gave_back());
}

#[test]
fn nobody_reads_its_memory_out() {
    use std::os::unix::fs::MetadataExt as _;

    let mut terminal = Terminal::open(&["--lang", "en"], &[]);
    terminal.wait_for("not running");
    let process = terminal.process();
    let limits = std::fs::read_to_string(format!("{process}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    // what is not dumpable belongs to root in /proc, whoever runs it: so no other process of its user may attach
    assert_eq!(std::fs::metadata(format!("{process}/environ")).unwrap().uid(), 0);
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn sigterm_gives_the_terminal_back() {
    let mut terminal = Terminal::open(&["--lang", "en"], &[]);
    terminal.wait_for("not running");
    terminal.signal("-TERM");
    assert!([0, 128 + 15].contains(&terminal.ended().exit_code()));
    assert!(terminal.gave_back());
}

#[test]
fn sighup_ends_the_console() {
    let mut terminal = Terminal::open(&["--lang", "en"], &[]);
    terminal.wait_for("not running");
    terminal.signal("-HUP");
    assert!([0, 128 + 1].contains(&terminal.ended().exit_code()));
    drop(terminal.keys.take());
    drop(terminal.master.take());
}

#[test]
fn a_sequence_in_pieces_is_the_key_it_was_wherever_it_is_cut() {
    told_patiently(a_sequence_in_pieces);
}

fn a_sequence_in_pieces() {
    let mut terminal = Terminal::open(&["--lang", "en"], &[]);
    terminal.wait_for("not running");
    terminal.press(b"/a");
    let mut wanted = "a".to_owned();
    // left, then a letter in front of all others
    let mut letters = 'b'..='z';
    for sequence in [b"\x1b[D", b"\x1bOD"] {
        for cut in [vec![1], vec![2], vec![1, 2]] {
            let letter = letters.next().unwrap();
            let mut pieces: Vec<&[u8]> = Vec::new();
            let mut rest = &sequence[..];
            let mut from = 0;
            for at in cut {
                let (piece, after) = rest.split_at(at - from);
                pieces.push(piece);
                (rest, from) = (after, at);
            }
            pieces.push(rest);
            terminal.press_in_pieces(pieces);
            for _ in 1..wanted.len() {
                terminal.press(b"\x1b[D");
            }
            terminal.press(&[letter as u8]);
            wanted.insert(0, letter);
            terminal.wait_for(&format!("Search: {wanted}"));
            // to the place behind the first letter
        }
    }
    // one Esc leaves the field, the text stays
    terminal.press(b"\x1b");
    terminal.wait_for("quit");
    terminal.wait_for(&format!("Search: {wanted}"));
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn a_paste_in_pieces_is_data_wherever_it_is_cut() {
    told_patiently(a_paste_in_pieces);
}

fn a_paste_in_pieces() {
    let paste = b"\x1b[200~q7r\r\x1b[201~";
    let mut terminal = Terminal::open(&["--lang", "en"], &[]);
    terminal.wait_for("not running");
    for cut in 1..paste.len() {
        let (before, after) = paste.split_at(cut);
        terminal.press_in_pieces([before, after]);
        terminal.wait_for("Search: q7r");
        // home again, with an empty field
        terminal.press(b"\x15");
        terminal.wait_for("Search:  ");
        terminal.press(b"\x1b");
        terminal.wait_without("leave field");
        terminal.press(b"gh");
        terminal.wait_without("Search:");
    }
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn a_scanners_burst_is_searched_for_from_anywhere() {
    told_patiently(a_scanners_burst);
}

fn a_scanners_burst() {
    let mut terminal = Terminal::open(&["--lang", "en"], &[]);
    terminal.wait_for("not running");
    terminal.press(b"?");
    terminal.wait_for("Keys everywhere");
    terminal.press(b"01JD6Y8K3M000\r");
    terminal.wait_for("Search: 01JD6Y8K3M000");
    terminal.press(b"\x1b");
    terminal.wait_for("quit");
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn a_terminal_that_vanishes_ends_the_console_also_where_sighup_is_ignored() {
    let home = tempfile::tempdir().unwrap();
    let script = "trap '' HUP; exec \"$COUNTERFOIL\" --socket \"$SOCKET\" --lang en";
    let mut terminal = Terminal::run(home, &["/bin/sh", "-c", script], &[]);
    terminal.wait_for("not running");
    let before = terminal.ticks().unwrap();
    terminal.vanish();
    let mut last = before;
    let begun = std::time::Instant::now();
    while !terminal.is_over() {
        last = terminal.ticks().unwrap_or(last).max(last);
        assert!(begun.elapsed() < Duration::from_secs(20), "it lives on, {} ticks", last - before);
        std::thread::sleep(Duration::from_millis(2));
    }
    // crossterm's reader would spin: a core for as long as it lives
    assert!(last - before < 20, "{} ticks", last - before);
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_fg_takes_it_again() {
    let home = tempfile::tempdir().unwrap();
    let script =
        "set -m; \"$COUNTERFOIL\" --socket \"$SOCKET\" --lang en; echo it stopped; read word; fg; echo it is over";
    let mut terminal = Terminal::run(home, &["/bin/bash", "-c", script], &[]);
    terminal.wait_for("not running");
    terminal.press(b"/ab\x1a");
    terminal.wait_for("it stopped");
    assert!(terminal.gave_back());
    terminal.press(b"go\r");
    terminal.wait_for("Search: ab");
    terminal.press(b"c");
    terminal.wait_for("Search: abc");
    terminal.press(b"\x1b");
    terminal.wait_for("quit");
    terminal.press(b"q");
    terminal.wait_for("it is over");
    terminal.ended();
}

#[test]
fn every_size_of_a_window_is_survived() {
    let mut terminal = Terminal::open(&["--lang", "zh"], &[]);
    terminal.wait_for("打印服务没有运行");
    for round in 0..100u16 {
        terminal.resize(60 + round % 7, 16 + round % 5);
    }
    for (cols, rows) in [(20, 5), (1, 1), (0, 0), (0, 24), (80, 0), (300, 100), (2, 1)] {
        terminal.resize(cols, rows);
        std::thread::sleep(Duration::from_millis(20));
    }
    terminal.resize(80, 24);
    terminal.press(b"?");
    terminal.wait_for("到处可以按");
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn a_key_that_comes_together_with_another_size_waits_for_no_other_key() {
    let mut terminal = Terminal::open(&["--lang", "en"], &[]);
    terminal.wait_for("not running");
    terminal.press(b"/");
    let mut wanted = String::new();
    for (round, letter) in ('a'..='z').chain('a'..='z').enumerate() {
        // both are there before the console has looked
        terminal.signal("-STOP");
        let (cols, letter_first) = (80 + u16::try_from(round % 2).unwrap(), round % 3 == 0);
        if letter_first {
            terminal.press(&[letter as u8]);
        }
        terminal.resize(cols, 24);
        if !letter_first {
            terminal.press(&[letter as u8]);
        }
        terminal.signal("-CONT");
        wanted.push(letter);
        let tail: String = wanted.chars().skip(wanted.len().saturating_sub(20)).collect();
        terminal.wait_for(&tail);
    }
    terminal.press(b"\x1b");
    terminal.wait_for("quit");
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn the_linux_console_is_spoken_to_in_english_and_no_color_means_none() {
    let mut terminal = Terminal::open(&["--lang", "zh"], &[("TERM", "linux"), ("NO_COLOR", "1")]);
    terminal.wait_for("not running");
    terminal.wait_for("no Chinese glyphs here (? stands for one): use SSH, kmscon or fbterm");
    let bytes = terminal.bytes();
    assert!(bytes.is_ascii() && !String::from_utf8_lossy(&bytes).contains("31m"), "{bytes:?}");
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn a_locale_without_utf8_gets_ascii_alone_and_says_so() {
    let mut terminal = Terminal::open(&["--lang", "zh"], &[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]);
    terminal.wait_for("shows ASCII alone");
    assert!(terminal.bytes().is_ascii());
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn a_theme_comes_from_the_option_the_environment_or_a_file() {
    let edges = |terminal: &Terminal| terminal.screen().contains("+-");
    let mut terminal = Terminal::open(&["--lang", "en", "--theme", "plain"], &[("COUNTERFOIL_THEME", "default")]);
    terminal.wait_for("not running");
    terminal.press(b":");
    terminal.wait_for("What to do");
    assert!(!edges(&terminal));
    drop(terminal);
    let mut terminal = Terminal::open(&["--lang", "en"], &[("COUNTERFOIL_THEME", "plain")]);
    terminal.wait_for("not running");
    terminal.press(b":");
    terminal.wait_for("What to do");
    assert!(!edges(&terminal));
    drop(terminal);
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("console.toml"), "theme = 'plain'\n").unwrap();
    std::fs::write(home.path().join("keymap.toml"), "palette = 'M'\n").unwrap();
    let mut terminal =
        Terminal::run(home, &[env!("CARGO_BIN_EXE_counterfoil"), "--socket", "/nonexistent/s", "--lang", "en"], &[]);
    terminal.wait_for("not running");
    terminal.press(b"M");
    terminal.wait_for("What to do");
    assert!(!edges(&terminal));
}

#[test]
fn the_demo_says_at_once_that_it_gets_ready_and_echoes_nothing_until_it_is() {
    // links, not copies: a file that was just written is "busy" while another test's fork still holds it open
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::hard_link(env!("CARGO_BIN_EXE_counterfoil"), at("counterfoil")).unwrap();
    std::os::unix::fs::symlink("/bin/sh", at("counterfoil-sim")).unwrap();
    std::os::unix::fs::symlink("/bin/sh", at("counterfoil-spooler")).unwrap();
    // a simulator that takes for ever to say where it listens; Ctrl+C shall not take with it what was echoed before
    std::fs::write(at("printer"), "sleep 60").unwrap();
    let script = r#"trap : INT; stty noflsh; cd "$FOLDER"; ./counterfoil demo --lang zh; stty -a; echo over"#;
    let home = [("FOLDER", folder.path().to_str().unwrap())];
    let mut terminal = Terminal::run(tempfile::tempdir().unwrap(), &["/bin/sh", "-c", script], &home);
    terminal.wait_for("正在准备三十天的交易");
    terminal.press(b"zzz\r");
    terminal.press(b"\x03");
    terminal.wait_for("over");
    let screen = terminal.screen();
    assert!(!screen.contains("zzz"), "{screen}");
    assert!(screen.contains(" echo ") && !screen.contains("-echo "), "as it was: {screen}");
    assert!(terminal.ended().success());
}
