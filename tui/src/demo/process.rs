//! A program that the demo started: found beside our own, ended on every way out.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use model::Language;
use rustix::process::{Pid, Signal};

use crate::{
    failure::Failure,
    wording::verbs::{self, Text},
};

/// How long a program may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(3);

/// The daemon and the simulators, as they lie beside this program.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    pub(super) spooler: PathBuf,
    pub(super) sim: PathBuf,
}

impl Programs {
    /// Finds them.
    pub(super) fn find(language: Language) -> Result<Programs, Failure> {
        let own = std::env::current_exe().map_err(|source| Failure::io("finding this program's file", source))?;
        let sibling = |name: &str| {
            let path = own.with_file_name(name);
            if path.is_file() {
                return Ok(path);
            }
            let (missing, build) =
                (verbs::text(Text::DemoProgramMissing, language), verbs::text(Text::DemoBuild, language));
            Err(Failure::Failed(format!("{missing}: {}{}{build}", path.display(), verbs::stop(language))))
        };
        Ok(Programs { spooler: sibling("counterfoil-spooler")?, sim: sibling("counterfoil-sim")? })
    }
}

/// A running program. Dropping it asks it to end, and after a while ends it.
#[derive(Debug)]
pub(super) struct Process {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program in a process group of its own, so that Ctrl+C reaches us and we end it in order. Its standard
    /// error goes to `log`, its standard output to whom this returns it.
    pub(super) fn start(
        name: &'static str,
        program: &Path,
        arguments: &[&std::ffi::OsStr],
        log: PathBuf,
    ) -> Result<(Process, Option<ChildStdout>), Failure> {
        let starting = |source| Failure::io(format!("starting {}", program.display()), source);
        let errors = File::create(&log).map_err(starting)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors).process_group(0);
        // what our caller set for a spooler of its own is not meant for this one
        for variable in
            ["COUNTERFOIL_SOCKET", "COUNTERFOIL_CONFIG", "RUNTIME_DIRECTORY", "STATE_DIRECTORY", "NOTIFY_SOCKET"]
        {
            command.env_remove(variable);
        }
        let mut child = command.spawn().map_err(starting)?;
        let stdout = child.stdout.take();
        Ok((Process { name, child, log }, stdout))
    }

    /// The failure to report if it has ended.
    pub(super) fn ended(&mut self) -> Option<Failure> {
        let status = self.child.try_wait().ok().flatten()?;
        Some(self.failure(status))
    }

    /// Waits for a program that ends by itself.
    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        let status = self.child.wait().map_err(|source| Failure::io(format!("waiting for {}", self.name), source))?;
        if status.success() { Ok(()) } else { Err(self.failure(status)) }
    }

    /// How it ended, with the last it said.
    fn failure(&self, status: ExitStatus) -> Failure {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        let tail: Vec<&str> = said.lines().rev().take(5).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        Failure::Failed(format!("{} ended ({status})\n{}", self.name, tail.join("\n")))
    }

    /// Ends it and waits until it is gone.
    pub(super) fn end(&mut self) {
        let Ok(None) = self.child.try_wait() else { return };
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, Signal::TERM);
        }
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                _ => return,
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Waits for the line `listening ADDR` and goes on reading, so that the program never waits for us.
pub(super) async fn listening(stdout: ChildStdout) -> Option<String> {
    let (to, address) = tokio::sync::oneshot::channel();
    let read = move || {
        let mut to = Some(to);
        for line in BufReader::new(stdout).lines() {
            let Ok(line) = line else { return };
            if let Some(address) = line.strip_prefix("listening ")
                && let Some(to) = to.take()
            {
                let _ = to.send(address.trim().to_owned());
            }
        }
    };
    std::thread::Builder::new().name("listening".to_owned()).spawn(read).ok()?;
    tokio::time::timeout(Duration::from_secs(10), address).await.ok()?.ok()
}
