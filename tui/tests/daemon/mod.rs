//! A daemon of the tests: a real Unix socket that answers what the test tells it to.

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

/// What the daemon does with a request.
pub(crate) enum Act {
    /// These lines, as they are.
    Say(Vec<String>),
    /// Close the connection.
    Close,
}

/// A listening daemon; it goes with the test.
pub(crate) struct Daemon {
    folder: tempfile::TempDir,
    /// Every request line as it came.
    pub(crate) heard: Arc<Mutex<Vec<String>>>,
}

impl Daemon {
    /// Answers every request by `script`, which is given the id, the verb and the whole request.
    pub(crate) fn start(script: impl Fn(u64, &str, &Value) -> Act + Send + Sync + 'static) -> Daemon {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("s")).unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (script, log) = (Arc::new(script), Arc::clone(&heard));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                std::thread::spawn(move || serve(&stream.unwrap(), &*script, &log));
            }
        });
        Daemon { folder, heard }
    }

    /// Answers every verb with this object.
    pub(crate) fn answering(answer: Value) -> Daemon {
        Daemon::start(move |id, _, _| ok(id, &answer))
    }

    /// Refuses everything with this kind and reason.
    pub(crate) fn refusing(kind: &'static str, reason: &'static str) -> Daemon {
        Daemon::start(move |id, _, _| {
            Act::Say(vec![
                json!({"id": id, "error": {"kind": kind, "reason": reason, "subject": "S7",
                "message": "said the daemon", "doing": "being a test", "next": "go on"}})
                .to_string(),
            ])
        })
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("s")
    }

    /// The program with this daemon's socket, and nothing from this process's environment that could lead it astray.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = counterfoil(arguments);
        command.env("COUNTERFOIL_SOCKET", self.socket());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }
}

/// The answer `{"id":…,"ok":…}`.
pub(crate) fn ok(id: u64, answer: &Value) -> Act {
    Act::Say(vec![json!({"id": id, "ok": answer}).to_string()])
}

/// The program, in English, knowing no config.
pub(crate) fn counterfoil(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_counterfoil"));
    command.args(arguments).env_clear().env("COUNTERFOIL_CONFIG", "/nonexistent/counterfoil.toml");
    command
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Ran {
        Ran {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// Standard output as JSON lines.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A path on which nobody listens.
pub(crate) fn nobody(folder: &Path) -> String {
    folder.join("nobody").to_string_lossy().into_owned()
}

fn serve(stream: &UnixStream, script: &dyn Fn(u64, &str, &Value) -> Act, heard: &Mutex<Vec<String>>) {
    let mut writer = stream;
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { return };
        let request: Value = serde_json::from_str(&line).unwrap();
        let act = match request.get("hello") {
            Some(_) => Act::Say(vec![json!({"hello":{"program":"test","version":"9","protocol":1}}).to_string()]),
            None => {
                heard.lock().unwrap().push(line);
                let keys = request.as_object().unwrap();
                let verb = keys.keys().find(|key| !["id", "approver", "approver_pin"].contains(&key.as_str())).unwrap();
                script(request["id"].as_u64().unwrap(), verb, &request[verb])
            }
        };
        let Act::Say(lines) = act else {
            let _ = stream.shutdown(std::net::Shutdown::Both);
            return;
        };
        for line in lines {
            if writeln!(writer, "{line}").is_err() {
                return;
            }
        }
    }
}
