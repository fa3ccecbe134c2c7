//! Brings the demo up: simulators, sample days, things to find, and then the daemon that stays.
//!
//! A first daemon with a socket of its own takes the sample days; the one that stays starts when all is loaded. Its
//! socket is given the name `spooler.sock` only when the printers have said how they are, so whoever waits for that
//! name finds everything there, and nothing moves any more.

use std::{
    ffi::OsStr,
    fs::OpenOptions,
    io::{BufRead, BufReader, Cursor, Write},
    os::unix::{fs::OpenOptionsExt, net::UnixStream},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use model::{Job, JobState, Language, Proof, SignInState};
use protocol::{
    AcquirerState, Client, ClientError, Page, PrinterRow, PrinterState, Recorded,
    request::{Jobs, Nothing, Reprint},
};

use super::{
    events,
    folder::{Folder, LOADING, MARK, SOCKET},
    process::{self, Process, Programs},
};
use crate::{
    cli::pump,
    context::{Context, hello},
    failure::Failure,
    output::Output,
};

/// Everything of a running demo. The order is that of ending: daemon, printers, acquirer, folder.
#[derive(Debug)]
pub(super) struct Demo {
    spooler: Process,
    printers: Vec<Process>,
    acquirer: Process,
    folder: Folder,
}

/// The master key of the simulated host: everybody knows it, and it opens nothing.
const TEST_KEY: &str = "0123456789ABCDEFFEDCBA9876543210\n";

/// A printer or host, and where it listens.
struct Printer {
    process: Process,
    address: String,
}

impl Demo {
    /// Starts everything; when this returns nothing happens by itself any more.
    pub(super) async fn start(context: &Context, dir: Option<&Path>) -> Result<Demo, Failure> {
        let programs = Programs::find(context.language)?;
        let folder = Folder::open(dir, context.language)?;
        let at = folder.path().to_owned();
        let mut front = printer(&programs, &at, "front", "full", "48").await?;
        let mut back = printer(&programs, &at, "back", "in-order", "32").await?;

        let mut host = acquirer(&programs, &at).await?;

        let ends = Ends { front: &front.address, back: &back.address, host: &host.address };
        let config = |socket: &str| config(&at, socket, &ends, context.language);
        write(&at.join("counterfoil.toml"), &config(SOCKET))?;
        let loading = at.join("loading.toml");
        write(&loading, &config(LOADING))?;
        let (mut loader, mut client) =
            spooler(&programs, &loading, &at.join(LOADING), at.join("logs/loading.log")).await?;
        let loaded = load(&programs, &at, &mut client).await;
        drop(client);
        let failed = [front.process.ended(), back.process.ended(), host.process.ended()].into_iter().flatten().next();
        match (loaded, failed) {
            (_, Some(failure)) => return Err(failure),
            // a daemon that died says more in its log than our broken connection does
            (loaded, None) => loaded.map_err(|failure| loader.ended().unwrap_or(failure))?,
        }
        loader.end();
        for left in [loading, at.join(LOADING)] {
            let _ = std::fs::remove_file(left);
        }

        let (spooler, mut client) =
            spooler(&programs, &at.join("counterfoil.toml"), &at.join(LOADING), at.join("logs/spooler.log")).await?;
        settled(&mut client).await?;
        // a socket that is renamed goes on listening
        let (from, to) = (at.join(LOADING), at.join(SOCKET));
        std::fs::rename(&from, &to).map_err(|source| Failure::io(format!("naming {}", to.display()), source))?;
        Ok(Demo { spooler, printers: vec![front.process, back.process], acquirer: host.process, folder })
    }

    /// The daemon's socket.
    pub(super) fn socket(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }

    /// Where everything lives.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the front printer's sheets fall.
    pub(super) fn paper(&self) -> PathBuf {
        self.folder.path().join("paper/front")
    }

    /// A connection of its own.
    pub(super) async fn connect(&self) -> Result<Client, Failure> {
        Ok(Client::connect(&self.socket(), &hello()).await?)
    }

    /// Waits until one of the programs has ended by itself.
    pub(super) async fn died(&mut self) -> Failure {
        loop {
            let ended =
                [&mut self.spooler, &mut self.acquirer].into_iter().chain(&mut self.printers).find_map(Process::ended);
            if let Some(failure) = ended {
                return failure;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// Starts a virtual printer. Speeds are those of real ones, or pairing would not believe it.
async fn printer(programs: &Programs, at: &Path, name: &str, model: &str, columns: &str) -> Result<Printer, Failure> {
    let control = at.join(format!("printer-{name}.control"));
    let paper = at.join("paper").join(name);
    let words = ["printer", "--listen", "127.0.0.1:0", "--model", model, "--columns", columns, "--speed", "400"];
    let mut arguments: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
    arguments.extend([OsStr::new("--control"), control.as_os_str(), OsStr::new("--paper"), paper.as_os_str()]);
    let log = at.join(format!("logs/printer-{name}.log"));
    let (mut process, stdout) = Process::start("counterfoil-sim printer", &programs.sim, &arguments, log)?;
    let address = match stdout {
        Some(stdout) => process::listening(stdout).await,
        None => None,
    };
    let silent = || Failure::Failed("counterfoil-sim printer did not say where it listens".to_owned());
    match address {
        Some(address) => Ok(Printer { process, address }),
        None => Err(process.ended().unwrap_or_else(silent)),
    }
}

/// Starts an acquirer's host, which tells the time of the shop's zone.
async fn acquirer(programs: &Programs, at: &Path) -> Result<Printer, Failure> {
    let key = at.join("master.key");
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&key)
        .and_then(|mut file| file.write_all(TEST_KEY.as_bytes()))
        .map_err(|source| Failure::io(format!("writing {}", key.display()), source))?;
    let ahead = (8 * 3600 - jiff::Zoned::now().offset().seconds()).to_string();
    let control = at.join("acquirer.control");
    let first_batch = format!("batch={}*1", events::batch());
    let words = ["acquirer", "--listen", "127.0.0.1:0", "--clock", &ahead, "--fault", &first_batch];
    let mut arguments: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
    arguments.extend([OsStr::new("--control"), control.as_os_str()]);
    let log = at.join("logs/acquirer.log");
    let (mut process, stdout) = Process::start("counterfoil-sim acquirer", &programs.sim, &arguments, log)?;
    let address = match stdout {
        Some(stdout) => process::listening(stdout).await,
        None => None,
    };
    let silent = || Failure::Failed("counterfoil-sim acquirer did not say where it listens".to_owned());
    match address {
        Some(address) => Ok(Printer { process, address }),
        None => Err(process.ended().unwrap_or_else(silent)),
    }
}

/// Where everything outside listens.
struct Ends<'a> {
    front: &'a str,
    back: &'a str,
    host: &'a str,
}

/// The shop's config with this socket.
fn config(at: &Path, socket: &str, ends: &Ends<'_>, language: Language) -> String {
    let text = |path: PathBuf| toml::Value::String(path.to_string_lossy().into_owned()).to_string();
    format!(
        r#"{MARK}
[shop]
name = "红梅便利店"
address = "梧桐路 18 号"
phone = "0771-5550188"
lang = "{language}"
timezone = "Asia/Shanghai"
remark = "谢谢惠顾，请保留小票"

[store]
path = {state}

[spooler]
socket = {socket}

[receipts]
printer = "front"

[acquirer]
via = "host"
name = "示例收单"
host = "{host}"
tpdu = "6000030000"
header = "603100311000"
terminal_id = "12345678"
merchant_id = "898110012345678"
exclusive = true
master_key_file = {key}

[[printer]]
name = "front"
connection = "tcp://{front}"
profile = "generic-80"

[[printer]]
name = "back"
connection = "tcp://{back}"
profile = "generic-58"
"#,
        state = text(at.join("state")),
        key = text(at.join("master.key")),
        front = ends.front,
        back = ends.back,
        host = ends.host,
        socket = text(at.join(socket)),
    )
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|source| Failure::io(format!("writing {}", path.display()), source))
}

/// Starts a daemon and connects to it.
async fn spooler(
    programs: &Programs,
    config: &Path,
    socket: &Path,
    log: PathBuf,
) -> Result<(Process, Client), Failure> {
    let arguments = [OsStr::new("--config"), config.as_os_str(), OsStr::new("--socket"), socket.as_os_str()];
    let (mut process, stdout) = Process::start("counterfoil-spooler", &programs.spooler, &arguments, log)?;
    if let Some(stdout) = stdout {
        // it says nothing there; but if it does it shall not wait for us
        let drain = move || {
            let _ = std::io::copy(&mut BufReader::new(stdout), &mut std::io::sink());
        };
        std::thread::Builder::new()
            .name("drain".to_owned())
            .spawn(drain)
            .map_err(|source| Failure::io("starting a thread", source))?;
    }
    let begun = Instant::now();
    loop {
        match Client::connect(socket, &hello()).await {
            Ok(client) => return Ok((process, client)),
            Err(ClientError::Unreachable { .. }) if begun.elapsed() < Duration::from_secs(15) => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(failure) = process.ended() {
            return Err(failure);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Everything the shop has done so far, and what there is to find.
async fn load(programs: &Programs, at: &Path, client: &mut Client) -> Result<(), Failure> {
    let loading = at.join(LOADING);
    // these print while the rest is loaded
    record(&loading, Cursor::new(lines(&events::first()))).await?;
    let end = jiff::Timestamp::now().to_string();
    let words = ["shop", "--days", "30", "--seed", "7", "--end", end.as_str()];
    let arguments: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
    let (mut shop, stdout) =
        Process::start("counterfoil-sim shop", &programs.sim, &arguments, at.join("logs/shop.log"))?;
    if let Some(stdout) = stdout {
        record(&loading, stdout).await?;
    }
    shop.finish()?;
    let waits: Recorded = client.call("record", &events::waiting()).await?;
    let _: Recorded = client.call("record", &events::last()).await?;

    // paper must have come out, and the back printer have shown what it can prove, before anyone breaks it
    until(Duration::from_secs(4), async || {
        let jobs: Page<Job> = client.call("jobs", &Jobs::default()).await?;
        let printers: Page<PrinterRow> = client.call("printers", &Nothing {}).await?;
        let known = |row: &PrinterRow| row.state == PrinterState::Ready && row.proof != Proof::Unknown;
        Ok(jobs.rows.iter().all(|job| job.state.ended()) && printers.rows.iter().all(known))
    })
    .await?;
    order(&at.join("printer-back.control"), r#"{"set":{"paper":"end"}}"#)?;
    order(&at.join("printer-front.control"), r#"{"set":{"paper":"near_end"}}"#)?;
    let body = Reprint { id: Some(waits.id), printer: Some("back".to_owned()), ..Reprint::default() };
    let job: Job = client.call("reprint", &body).await?;
    until(Duration::from_secs(2), async || {
        let now: Job = client.call("job_show", &protocol::request::JobShow { id: job.id }).await?;
        Ok(now.state == JobState::Blocked)
    })
    .await
}

/// Waits until the printers say what they said before, out of paper and paper low, and the job that waits is known to.
async fn settled(client: &mut Client) -> Result<(), Failure> {
    until(Duration::from_secs(2), async || {
        let printers: Page<PrinterRow> = client.call("printers", &Nothing {}).await?;
        let jobs: Page<Job> = client.call("jobs", &Jobs::default()).await?;
        let still = |job: &Job| job.state.ended() || job.state == JobState::Blocked;
        let acquirer: AcquirerState = client.call("acquirer", &Nothing {}).await?;
        let signed_in = acquirer.answer.state == SignInState::SignedIn;
        Ok(signed_in
            && printers.rows.iter().all(|row| match row.name.as_str() {
                "front" => row.state == PrinterState::Ready && row.near_end,
                _ => row.state == PrinterState::Blocked,
            })
            && jobs.rows.iter().all(still))
    })
    .await
}

/// Asks again and again until it is so, or the time is over: a demo on a slow machine is still a demo.
async fn until(most: Duration, mut so: impl AsyncFnMut() -> Result<bool, ClientError>) -> Result<(), Failure> {
    let begun = Instant::now();
    while begun.elapsed() < most {
        if so().await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// One event per line.
fn lines(events: &[serde_json::Value]) -> Vec<u8> {
    events.iter().flat_map(|event| format!("{event}\n").into_bytes()).collect()
}

/// Records a stream of events; one that is refused is a fault of ours.
async fn record(socket: &Path, input: impl std::io::Read + Send + 'static) -> Result<(), Failure> {
    let client = Client::connect(socket, &hello()).await?;
    let tally = pump(client, input, &mut Output::to(std::io::sink()), Language::En).await?;
    match tally.bad {
        0 => Ok(()),
        bad => Err(Failure::Failed(format!("loading the sample days: {bad} of {} events refused", bad + tally.good))),
    }
}

/// One line to a virtual printer's control socket.
fn order(control: &Path, line: &str) -> Result<(), Failure> {
    let failed = |source| Failure::io(format!("telling {} what to do", control.display()), source);
    let mut stream = UnixStream::connect(control).map_err(failed)?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).map_err(failed)?;
    stream.write_all(format!("{line}\n").as_bytes()).map_err(failed)?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).map_err(failed)?;
    match answer.contains("error") {
        false => Ok(()),
        true => Err(Failure::Failed(format!("{} answered {}", control.display(), answer.trim()))),
    }
}
