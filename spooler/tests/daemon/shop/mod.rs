//! A shop for tests: a folder with a config, the real daemon as a process, and a client that speaks raw lines.
#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod acquirer;
pub(crate) mod people;
pub(crate) mod till;

use std::{
    io::{BufRead, BufReader, Read, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Nothing here may take longer; only there so that a broken daemon fails a test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const BIN: &str = env!("CARGO_BIN_EXE_counterfoil-spooler");

pub(crate) struct Shop {
    pub(crate) dir: TempDir,
    pub(crate) child: Option<Child>,
}

impl Shop {
    /// A closed shop; `more` is added to its config.
    pub(crate) fn closed(more: &str) -> Shop {
        let dir = tempfile::Builder::new().prefix("cf").tempdir().unwrap();
        let shop = Shop { dir, child: None };
        shop.config(more);
        shop
    }

    pub(crate) fn open(more: &str) -> Shop {
        let mut shop = Shop::closed(more);
        shop.start();
        shop
    }

    /// A shop with a printer that is a file: takes everything, proves nothing.
    pub(crate) fn with_file_printer(more: &str) -> Shop {
        let mut shop = Shop::closed("");
        let paper = shop.path("paper.bin");
        shop.config(&format!("{more}\n[[printer]]\nname = \"front\"\nconnection = \"file://{}\"\n", paper.display()));
        shop.start();
        shop
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.path("s")
    }

    pub(crate) fn config(&self, more: &str) {
        let text = format!(
            "[shop]\nname = \"红梅便利店\"\ntimezone = \"Asia/Shanghai\"\n[store]\npath = \"{}\"\n[spooler]\nsocket = \"{}\"\n{more}\n",
            self.path("state").display(),
            self.socket().display()
        );
        std::fs::write(self.path("c.toml"), text).unwrap();
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(BIN);
        command.arg("--config").arg(self.path("c.toml")).env_remove("COUNTERFOIL_SOCKET").stdin(Stdio::null());
        command
    }

    /// Starts the daemon and waits until it answers.
    pub(crate) fn start(&mut self) {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.path("log")).unwrap();
        let mut child = self.command().stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let begun = Instant::now();
        while UnixStream::connect(self.socket()).is_err() {
            if let Some(status) = child.try_wait().unwrap() {
                panic!("the daemon ended with {status}: {}", self.log());
            }
            assert!(begun.elapsed() < PATIENCE, "the daemon never answered: {}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
        self.child = Some(child);
    }

    /// Runs the daemon to its end, as a start that fails: exit status and what it said.
    pub(crate) fn fails(&self) -> (i32, String) {
        let out = self.command().output().unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stderr).unwrap())
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(self.child.as_ref().unwrap());
        rustix::process::kill_process(pid, signal).unwrap();
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.take().unwrap().wait().unwrap()
    }

    /// kill -9.
    pub(crate) fn kill(&mut self) {
        self.signal(rustix::process::Signal::KILL);
        self.wait();
    }

    /// SIGTERM, and the end.
    pub(crate) fn close(&mut self) -> ExitStatus {
        self.signal(rustix::process::Signal::TERM);
        self.wait()
    }

    pub(crate) fn talk(&self) -> Talk {
        Talk::to(&self.socket())
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A client that has said hello.
pub(crate) struct Talk {
    pub(crate) reader: BufReader<UnixStream>,
    last: u64,
}

impl Talk {
    pub(crate) fn to(path: &Path) -> Talk {
        let mut talk = Talk::silent(path);
        talk.send(r#"{"hello":{"program":"test","version":"0","protocol":1,"tty":"pts/1"}}"#);
        let hello = talk.line();
        assert_eq!(hello["hello"]["protocol"], 1, "{hello}");
        talk
    }

    /// A connection that has said nothing yet.
    pub(crate) fn silent(path: &Path) -> Talk {
        let stream = UnixStream::connect(path).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Talk { reader: BufReader::new(stream), last: 0 }
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.reader.get_mut().write_all(bytes).unwrap();
    }

    pub(crate) fn send(&mut self, line: &str) {
        self.raw(line.as_bytes());
        self.raw(b"\n");
    }

    pub(crate) fn line(&mut self) -> Value {
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "the connection ended: {line:?}");
        serde_json::from_str(&line).unwrap()
    }

    /// Everything until the daemon closes.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        let _ = self.reader.read_to_end(&mut rest);
        String::from_utf8(rest).unwrap()
    }

    pub(crate) fn ask(&mut self, verb: &str, body: Value) -> Value {
        self.last += 1;
        let id = self.last;
        self.send(&json!({ "id": id, verb: body }).to_string());
        loop {
            let answer = self.line();
            if answer["event"].is_null() {
                assert_eq!(answer["id"], id, "{answer}");
                return answer;
            }
        }
    }

    pub(crate) fn ok(&mut self, verb: &str, body: Value) -> Value {
        let answer = self.ask(verb, body);
        assert!(answer["error"].is_null(), "{verb}: {answer}");
        answer["ok"].clone()
    }

    pub(crate) fn error(&mut self, verb: &str, body: Value) -> Value {
        let answer = self.ask(verb, body);
        assert!(!answer["error"].is_null(), "{verb}: {answer}");
        answer["error"].clone()
    }

    pub(crate) fn record(&mut self, number: u64) -> String {
        self.ok("record", event(number))["id"].as_str().unwrap().to_owned()
    }
}

/// An approved sale over `number` fen.
pub(crate) fn event(number: u64) -> Value {
    json!({
        "source": "pos1", "source_id": format!("T{number}"), "kind": "sale", "amount": number, "currency": "CNY",
        "time": "2026-11-20T09:05:00+08:00", "status": "approved", "method": "card", "card": "6222021234567890123",
        "voucher": format!("{:06}", number % 1_000_000), "operator": "02",
    })
}

/// Now by the system's clock, in the shop's zone: what waits in a prepared store must not be too old.
pub(crate) fn now() -> model::Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    model::Moment::new(i64::try_from(since.as_millis()).unwrap(), 480)
}
