//! A pseudo terminal with the real console on it, and everything the console wrote.

use std::{
    io::{Read, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// A console on a pseudo terminal of 80x24, with everything it wrote.
pub(crate) struct Terminal {
    /// The terminal is to vanish: its reader ends with what it reads next.
    gone: Arc<AtomicBool>,
    pub(crate) master: Option<Box<dyn MasterPty + Send>>,
    pub(crate) keys: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    written: Arc<Mutex<Vec<u8>>>,
    _home: tempfile::TempDir,
}

impl Terminal {
    /// A console of its own whose daemon is away.
    pub(crate) fn open(arguments: &[&str], environment: &[(&str, &str)]) -> Terminal {
        let home = tempfile::tempdir().unwrap();
        let socket = home.path().join("spooler.sock");
        let mut words = vec![env!("CARGO_BIN_EXE_counterfoil"), "--socket", socket.to_str().unwrap()];
        words.extend(arguments);
        Terminal::run(home, &words, environment)
    }

    /// Any program; the console's binary is `$COUNTERFOIL`, its socket `$SOCKET`.
    pub(crate) fn run(home: tempfile::TempDir, words: &[&str], environment: &[(&str, &str)]) -> Terminal {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(words[0]);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", home.path());
        command.env("COUNTERFOIL", env!("CARGO_BIN_EXE_counterfoil"));
        command.env("SOCKET", home.path().join("spooler.sock"));
        command.env("COUNTERFOIL_CONFIG", home.path().join("counterfoil.toml"));
        command.args(&words[1..]);
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&written);
        let gone = Arc::new(AtomicBool::new(false));
        let going = Arc::clone(&gone);
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                sink.lock().unwrap().extend_from_slice(&chunk[..count]);
                if going.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        Terminal { gone, master: Some(pair.master), keys: Some(keys), child, written, _home: home }
    }

    /// The terminal is gone, as when an SSH server dies: nobody holds its other end any more.
    pub(crate) fn vanish(&mut self) {
        self.gone.store(true, Ordering::SeqCst);
        // the reader holds the terminal, too, until it has read this repaint
        let before = self.bytes().len();
        self.press(b"\x0c");
        while self.bytes().len() == before {
            std::thread::sleep(Duration::from_millis(1));
        }
        drop(self.keys.take());
        drop(self.master.take());
    }

    pub(crate) fn resize(&self, cols: u16, rows: u16) {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    /// Presses keys as a slow line brings them: in these pieces, with a pause of 30 ms between them.
    pub(crate) fn press_in_pieces<'a>(&mut self, pieces: impl IntoIterator<Item = &'a [u8]>) {
        for piece in pieces {
            self.press(piece);
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Clock ticks of CPU that the process has used; `None` once it is gone.
    pub(crate) fn ticks(&self) -> Option<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.process_id()?)).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
    }

    /// The process, as `/proc` names it.
    pub(crate) fn process(&self) -> String {
        format!("/proc/{}", self.child.process_id().unwrap())
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.written.lock().unwrap().clone()
    }

    pub(crate) fn screen(&self) -> String {
        let mut parser = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        parser.process(&self.bytes());
        parser.screen().contents()
    }

    /// Waits until the screen says this; a limit only so that a broken console fails instead of hanging.
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait_until(text, |screen| screen.contains(text));
    }

    /// Waits until the screen does not say this any more.
    pub(crate) fn wait_without(&self, text: &str) {
        self.wait_until(text, |screen| !screen.contains(text));
    }

    fn wait_until(&self, what: &str, holds: impl Fn(&str) -> bool) {
        let start = Instant::now();
        while !holds(&self.screen()) {
            assert!(start.elapsed() < Duration::from_secs(20), "waiting for {what:?} on\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn press(&mut self, keys: &[u8]) {
        let writer = self.keys.as_mut().unwrap();
        writer.write_all(keys).unwrap();
        writer.flush().unwrap();
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    pub(crate) fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    pub(crate) fn ended(&mut self) -> ExitStatus {
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
    pub(crate) fn gave_back(&self) -> bool {
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

impl Drop for Terminal {
    /// A console of a test that failed goes with it.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
