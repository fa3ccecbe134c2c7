//! The daemon from start to end, callable in a process of its own or within a test.
//!
//! Order of the start: config, state folder and store, what a crash left, printers, socket: who can connect finds
//! everything in place. The end goes the other way.

use std::{
    collections::hash_map::RandomState, hash::BuildHasher, os::unix::fs::MetadataExt as _, path::PathBuf, sync::Arc,
    time::Duration,
};

use printer::{Abilities, BrokenOff, Intake, Places, Remembered, Setup, Worker};
use protocol::place::Environment;
use sd_notify::NotifyState;
use store::{OpenError, Store, StoreError};
use tokio::{
    net::UnixListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{
    clock::{self, Clock},
    config::{BadConfig, Config},
    desk::PrinterDesk,
    door::{Door, DoorError},
    house::House,
    people::People,
    restart, server, timer,
};

/// How the daemon is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--socket`
    pub socket: Option<PathBuf>,
    pub environment: Environment,
}

/// Why the daemon does not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Exit status 2; everything else is 1.
    #[error(transparent)]
    Config(#[from] BadConfig),
    #[error("another spooler is running: {0}")]
    Running(OpenError),
    #[error(transparent)]
    Store(#[from] OpenError),
    #[error("settling what the last run left behind: {0}")]
    Settling(#[from] StoreError),
    #[error(transparent)]
    Door(#[from] DoorError),
    #[error("starting printer {name}: {source}")]
    Worker { name: String, source: std::io::Error },
    #[error("starting: {0}")]
    Io(#[from] std::io::Error),
}

/// The way to end a running daemon from outside, as a signal does.
#[derive(Debug, Clone)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Stop {
        Stop(watch::Sender::new(false))
    }
}

impl Stop {
    /// Ends the daemon: no new connections, segments in hand are finished, the store is closed.
    pub fn now(&self) {
        self.0.send_replace(true);
    }
}

/// The end must not take longer than this, whatever a read is waiting for.
const LAST_READS: Duration = Duration::from_secs(1);

/// Runs until a signal (TERM, INT, HUP) or `stop`.
///
/// # Errors
/// When it cannot start.
pub fn run(options: &Options, stop: &Stop) -> Result<(), RunError> {
    let config = Arc::new(Config::load(&options.environment.config(options.config.as_deref()))?);
    for flaw in &config.flaws {
        tracing::error!("config, line {}: {}: {}; going on without it", flaw.line, flaw.key, flaw.sentence);
    }
    for name in People::of_system().unknown(&config.access) {
        tracing::warn!("[access] names {name:?}, which is no user or group of this system");
    }
    let store = open(&options.environment.state(config.state.as_deref()))?;
    let house = furnish(&config, store, stop)?;
    let result = staff(&house).and_then(|()| serve(options, &house, stop));
    // reached early when something of the start failed: then there is nobody else to tell the workers
    stop.now();
    house.sign_in.stop();
    for worker in house.printers.dismiss() {
        // a probe may still hold one whose line it has: that worker was told to end and does so by itself
        if Arc::into_inner(worker).is_some_and(|worker| !worker.join()) {
            tracing::error!("a printer's worker broke off");
        }
    }
    // the last one to hold the house drains the writer and closes the store
    drop(house);
    tracing::info!("ended");
    result
}

fn open(folder: &std::path::Path) -> Result<Store, RunError> {
    let checking = |progress: f64| {
        tracing::info!("checking records after an unclean end: {:.0} %", progress * 100.0);
        tell_systemd(&[NotifyState::Status("checking records")]);
    };
    if std::fs::metadata(folder).is_ok_and(|meta| meta.mode() & 0o022 != 0) {
        tracing::warn!(
            "others than the spooler's user may write into the state folder {}: take that away, chmod go-w",
            folder.display()
        );
    }
    let opened = Store::open_watched(folder, checking).map(|store| store.with_uptime(clock::uptime_ms));
    opened.map_err(|error| match error {
        OpenError::Locked { .. } => RunError::Running(error),
        error => RunError::Store(error),
    })
}

/// The shared parts; jobs that a crash interrupted are settled.
fn furnish(config: &Arc<Config>, store: Store, stop: &Stop) -> Result<Arc<House>, RunError> {
    let house = House::new(Arc::clone(config), store, Clock::system(), stop.0.subscribe())?;
    let reader = house.store.reader()?;
    let names: Vec<&str> = config.printers.iter().map(|printer| printer.name.as_str()).collect();
    for (name, at) in reader.last_good_prints(&names)? {
        house.printers.update(&name, |row| row.last_good_print = Some(at));
    }
    for (name, waiting) in reader.waiting_counts()? {
        if config.printer(&name).is_none() {
            let waiting = waiting.queued + waiting.blocked + waiting.held + waiting.expired;
            tracing::warn!("{waiting} jobs wait for {name:?}, which is no printer of the config any more");
        }
    }
    drop(reader);
    let now = house.now();
    let interrupted = house.writer.commit(move |batch| restart::settle(batch, now))?;
    for job in &interrupted {
        tracing::warn!("job {} was being sent when the spooler ended; it is {} now", job.id, job.state);
    }
    Ok(Arc::new(house))
}

/// A worker for each printer, and one for the acquirer.
fn staff(house: &Arc<House>) -> Result<(), RunError> {
    for printer in &house.config.printers {
        let name = printer.name.clone();
        let kept = house.store.reader()?.printer(&name)?;
        // what was measured on another connection or with another profile says nothing about this one
        let same = |p: &store::Pairing| p.connection == printer.connection_text && p.profile == printer.profile_mark;
        let pairing = kept.pairing.filter(same);
        house.printers.update(&name, |row| {
            row.paused = kept.paused;
            if let Some(pairing) = &pairing {
                row.proof = pairing.proof;
                row.proof_since = Some(pairing.since);
                row.proof_detail = Some(pairing.detail.clone());
                row.identity = pairing.identity.clone().filter(|identity| !identity.is_empty());
            }
        });
        let left = restart::left(house, printer)?;
        let setup = Setup {
            name: name.clone(),
            connection: printer.connection.clone(),
            abilities: Abilities::from(&printer.profile),
            remembered: pairing.clone().map(|p| Remembered { proof: p.proof, identity: p.identity }),
            broken_off: BrokenOff {
                void: paper::void_line(&printer.profile, house.config.shop.language),
                doubtful: paper::doubtful_line(&printer.profile, house.config.shop.language),
            },
            unfinished: left.unfinished,
            owed: left.owed,
            // differs from start to start, so that an answer to the last run's tags is not taken for one to ours
            seed: RandomState::new().hash_one(&name) as u32,
            intake: Intake::from(&printer.profile),
            places: Places::default(),
        };
        let desk = Box::new(PrinterDesk::new(Arc::clone(house), printer.clone(), pairing));
        let worker = Worker::spawn(setup, desk).map_err(|source| RunError::Worker { name: name.clone(), source })?;
        worker.pause(kept.paused);
        house.printers.staff(&name, worker);
    }
    house.sign_in.staff(house)?;
    Ok(())
}

fn serve(options: &Options, house: &Arc<House>, stop: &Stop) -> Result<(), RunError> {
    let path = options.environment.socket(options.socket.as_deref(), house.config.socket.as_deref());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // searches come one after another from people; a few threads carry them
        .max_blocking_threads(4)
        .build()?;
    let served = runtime.block_on(async {
        let mut ends =
            [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?];
        let door = Door::open(&path)?;
        let listener = UnixListener::from_std(door.listener.try_clone()?)?;
        let accepting = tokio::spawn(server::accept(Arc::clone(house), listener));
        tracing::info!("listening at {}", path.display());
        tell_systemd(&[NotifyState::Ready]);
        let [term, int, hup] = &mut ends;
        tokio::select! {
            _ = term.recv() => tracing::info!("ending: SIGTERM"),
            _ = int.recv() => tracing::info!("ending: SIGINT"),
            _ = hup.recv() => tracing::info!("ending: SIGHUP"),
            () = house.stopping() => tracing::info!("ending"),
            () = keep_alive() => {}
            () = timer::run(house) => {}
        }
        tell_systemd(&[NotifyState::Stopping]);
        stop.now();
        house.printers.stop();
        house.sign_in.stop();
        drop(door);
        let _ = accepting.await;
        Ok(())
    });
    runtime.shutdown_timeout(LAST_READS);
    served
}

/// Tells the watchdog that this thread still runs, if systemd wants to hear it; never returns.
async fn keep_alive() {
    let Some(within) = sd_notify::watchdog_enabled() else { return std::future::pending().await };
    loop {
        tokio::time::sleep(within / 2).await;
        tell_systemd(&[NotifyState::Watchdog]);
    }
}

/// Without systemd nobody listens, which is no trouble.
fn tell_systemd(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!("telling systemd: {error}");
    }
}
