//! The real console on a real terminal: what it takes, what it gives back, and how it ends. What the screens say is
//! tested in `snapshots`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::{
    io::{Read, Write},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// A console on a pseudo terminal of 80x24, with everything it wrote.
struct Terminal {
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    written: Arc<Mutex<Vec<u8>>>,
    _home: tempfile::TempDir,
}

impl Terminal {
    fn open(arguments: &[&str], environment: &[(&str, &str)]) -> Terminal {
        let home = tempfile::tempdir().unwrap();
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_counterfoil"));
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("COUNTERFOIL_CONFIG", home.path().join("none.toml"));
        command.args(["--socket", home.path().join("spooler.sock").to_str().unwrap()]);
        command.args(arguments);
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&written);
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                sink.lock().unwrap().extend_from_slice(&chunk[..count]);
            }
        });
        Terminal { master: Some(pair.master), keys: Some(keys), child, written, _home: home }
    }

    fn bytes(&self) -> Vec<u8> {
        self.written.lock().unwrap().clone()
    }

    fn screen(&self) -> String {
        let mut parser = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        parser.process(&self.bytes());
        parser.screen().contents()
    }

    /// Waits until the screen says this; a limit only so that a broken console fails instead of hanging.
    fn wait_for(&self, text: &str) {
        let start = Instant::now();
        while !self.screen().contains(text) {
            assert!(start.elapsed() < Duration::from_secs(20), "no {text:?} on\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn press(&mut self, keys: &[u8]) {
        let writer = self.keys.as_mut().unwrap();
        writer.write_all(keys).unwrap();
        writer.flush().unwrap();
    }

    fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    fn ended(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            if start.elapsed() > Duration::from_secs(20) {
                self.child.kill().unwrap();
                panic!("the console did not end");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// True once everything taken from the terminal was given back.
    fn gave_back(&self) -> bool {
        let start = Instant::now();
        loop {
            let text = String::from_utf8_lossy(&self.bytes()).into_owned();
            let back = ["\x1b[?1049l", "\x1b[?2004l", "\x1b[?25h"].iter().all(|sequence| text.contains(sequence));
            if back || start.elapsed() > Duration::from_secs(10) {
                return back;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
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
fn an_arrow_that_arrives_in_pieces_types_nothing_and_leaves_nothing() {
    let mut terminal = Terminal::open(&["--lang", "en"], &[]);
    terminal.wait_for("not running");
    terminal.press(b"/a\x1b");
    std::thread::sleep(Duration::from_millis(20));
    terminal.press(b"[");
    std::thread::sleep(Duration::from_millis(20));
    terminal.press(b"D");
    terminal.press(b"b");
    terminal.wait_for("Search: ba");
    // one Esc leaves the field, the text stays
    terminal.press(b"\x1b");
    terminal.wait_for("quit");
    terminal.wait_for("Search: ba");
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn the_linux_console_is_spoken_to_in_english_and_no_color_means_none() {
    let mut terminal = Terminal::open(&["--lang", "zh"], &[("TERM", "linux"), ("NO_COLOR", "1")]);
    terminal.wait_for("not running");
    let text = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(!text.contains("\x1b[0;31m") && !text.contains(";31m"), "{text:?}");
    terminal.press(b"q");
    assert_eq!(terminal.ended().exit_code(), 0);
}
