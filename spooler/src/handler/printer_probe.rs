//! `printer_probe`: what stands at an address, and the block that a config needs for it. For a technician who has just
//! plugged something in; and for a configured printer, whose worker lets go of it meanwhile.

use std::{sync::Arc, time::Duration};

use model::{Cause, Outcome, Proof, SafeText, caller::Caller};
use paper::Profile;
use printer::{Abilities, BrokenOff, Connection, Intake, Places, Setup};
use protocol::{Probed, Problem, ProblemKind, Reason, request::PrinterProbe};
use store::AuditEntry;
use tokio::{sync::oneshot, time::timeout};

use crate::{
    config::{Device, Printer},
    house::{House, audit_entry, problem},
    printers::{Borrowed, Printers},
    probes::Turn,
};

const DOING: &str = "probing a printer";

/// How a probe stands in the trail before its result is there.
const BEGUN: &str = "begun";

/// A probe must have its result by then.
const LIMIT: Duration = Duration::from_secs(20);
/// What a device that lets nobody go may take longer than that, before the answer is given without it.
const GRACE: Duration = Duration::from_secs(3);
/// So long a worker may take to let go of its line.
const LET_GO: Duration = Duration::from_secs(2);

/// What is probed as if it were one of these, until it says who it is.
const UNKNOWN_PROFILE: &str = "generic-80";
/// What that takes for granted, because no printer tells how wide its paper is.
const ASSUMED: &str = "# 80 mm paper assumed; for 58 mm use generic-58\n";

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, body: PrinterProbe) -> Result<Probed, Problem> {
    let connection: Connection =
        body.id.parse().map_err(|error: printer::ConnectionError| bad(&body.id, &error.to_string()))?;
    let device = Device::of(&connection);
    let known = house.config.printers.iter().find(|printer| Device::of(&printer.connection) == device).cloned();
    if let Some(printer) = &known
        && house.printers.row(&printer.name).is_some_and(|row| row.job.is_some())
    {
        return Err(in_use(printer));
    }
    let turn = house.probes.begin(device.clone()).ok_or_else(|| running(&body.id))?;
    let profile = known.as_ref().map(|printer| printer.profile.clone()).or_else(|| Profile::builtin(UNKNOWN_PROFILE));
    let profile = profile.ok_or_else(|| broke_off("the built-in profile is not there"))?;
    // bytes go out: that stands in the trail before the first of them does
    let (entry, now) =
        (audit_entry(caller, "printer_probe", super::answer::named(&body.id), Outcome::Done), house.now());
    let begun = AuditEntry { after: Some(BEGUN.to_owned()), ..entry.clone() };
    let noted = house.act(caller, "printer_probe", move |batch| batch.audit(begun, now).map(Ok));
    noted.await.map_err(|error| problem(DOING, &error))??;
    let found = match missing_file(&connection) {
        Some(found) => found,
        None => {
            let probe = Probe { connection, profile: profile.clone(), known: known.clone(), turn };
            asked(house, probe, &body.id, known.as_ref()).await?
        }
    };
    let after = found.cause.map_or_else(|| found.proof.to_string(), |cause| cause.to_string());
    let (ended, now) = (AuditEntry { before: Some(BEGUN.to_owned()), after: Some(after), ..entry }, house.now());
    house.submit(move |batch| batch.audit(ended, now)).await.map_err(|error| problem(DOING, &error))?;
    Ok(report(house, &body.id, &device, known.as_ref(), &profile, found))
}

/// A file that is not there yet: it would be made by the first slip, and looking makes none.
fn missing_file(connection: &Connection) -> Option<printer::Probed> {
    let Connection::File { path } = connection else { return None };
    if path.symlink_metadata().is_ok() {
        return None;
    }
    let folder = path.parent().is_some_and(std::path::Path::is_dir);
    Some(printer::Probed {
        cause: (!folder).then_some(Cause::NoDevice),
        proof: if folder { Proof::NoProof } else { Proof::Unknown },
        identity: None,
        conditions: None,
        counters: None,
        detail: "there is no such file yet; nothing was written".to_owned(),
    })
}

/// What the device at the address says.
async fn asked(
    house: &Arc<House>,
    probe: Probe,
    id: &str,
    known: Option<&Printer>,
) -> Result<printer::Probed, Problem> {
    let (told, result) = oneshot::channel();
    let printers = Arc::clone(&house.printers);
    // a thread of its own: a device that takes no end must not hold one of those that answer consoles
    let thread = std::thread::Builder::new().name("probe".to_owned());
    thread.spawn(move || drop(told.send(probe.run(&printers)))).map_err(|error| broke_off(&error.to_string()))?;
    let found = tokio::select! {
        found = timeout(LET_GO + LIMIT + GRACE, result) => found,
        () = house.stopping() => return Err(stopping()),
    };
    match found {
        Ok(Ok(Some(found))) => Ok(found),
        Ok(Ok(None)) => Err(known.map_or_else(|| running(id), in_use)),
        Ok(Err(_)) => Err(broke_off("its thread broke off")),
        Err(_) => {
            let detail = "the device took a command of the probe and never let it go".to_owned();
            Ok(printer::Probed {
                cause: Some(Cause::Stalled),
                proof: Proof::Unknown,
                identity: None,
                conditions: None,
                counters: None,
                detail,
            })
        }
    }
}

/// A probe on its way to its thread. What it holds is given back when the thread is done, however long that takes.
struct Probe {
    connection: Connection,
    profile: Profile,
    known: Option<Printer>,
    turn: Turn,
}

impl Probe {
    /// `None`: the printer's worker did not let go of it.
    fn run(self, printers: &Printers) -> Option<printer::Probed> {
        let borrowed: Option<Borrowed> = match &self.known {
            Some(printer) => Some(printers.borrow(&printer.name, LET_GO)?),
            None => None,
        };
        let setup = Setup {
            name: "probe".to_owned(),
            connection: self.connection,
            abilities: Abilities::from(&self.profile),
            remembered: None,
            broken_off: BrokenOff::default(),
            unfinished: None,
            owed: false,
            seed: std::process::id(),
            intake: Intake::from(&self.profile),
            places: Places::default(),
        };
        let found = printer::probe(setup, LIMIT);
        drop(borrowed);
        drop(self.turn);
        Some(found)
    }
}

/// The answer to what was found. Without a word about who it is, a configured printer keeps its profile.
fn report(
    house: &House,
    address: &str,
    device: &Device,
    known: Option<&Printer>,
    asked_with: &Profile,
    found: printer::Probed,
) -> Probed {
    let profile = found.identity.as_ref().and_then(Profile::for_identity);
    let guessed = known.is_none() && profile.is_none();
    let profile = match known {
        // whoever set it up knew what they did, and a file of their own is never guessed
        Some(printer) if profile.is_none() || Profile::builtin(&printer.profile.name).is_none() => asked_with.clone(),
        _ => profile.unwrap_or_else(|| asked_with.clone()),
    };
    let (ok, cause) = match (found.cause, found.proof) {
        (Some(cause), _) => (false, Some(cause)),
        (None, Proof::NoProof) => (true, Some(Cause::NoStatus)),
        // it answers, and did not come to an end with it
        (None, Proof::Unknown) => (false, Some(Cause::Stalled)),
        (None, _) => (true, None),
    };
    let name = match known {
        Some(printer) => printer.name.clone(),
        // where nothing prints nothing is put into a config
        None => house.probes.name(device, ok, |name| house.config.printer(name).is_some()),
    };
    let assumed = if guessed { ASSUMED } else { "" };
    Probed {
        connection: address.to_owned(),
        ok,
        cause,
        grade: found.proof.grade(),
        config: block(&name, address, known.is_some(), assumed, &profile),
        columns: profile.columns,
        profile: profile.name,
        identity: found.identity,
        detail: Some(found.detail),
    }
}

/// A `[[printer]]` that can be put behind the config as it is; one that is there already has its own name, so that the
/// config with both is refused.
fn block(name: &str, address: &str, known: bool, assumed: &str, profile: &Profile) -> String {
    let note = if known { format!("# already configured as {name}\n") } else { String::new() };
    format!(
        "{note}[[printer]]\nname = {}\nconnection = {}\n{assumed}profile = {}\n",
        quoted(name),
        quoted(address),
        quoted(&profile.name)
    )
}

/// As a basic string of TOML: JSON's escapes are among those that it knows.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn bad(address: &str, message: &str) -> Problem {
    let mut shown = SafeText::new(address);
    shown.shorten(120);
    let message: String = SafeText::new(message).chars().take(300).collect();
    // the message says how it is written
    let next = "correct the address and probe again";
    Problem::new(ProblemKind::Invalid, Reason::BadConnection, DOING, message, next).about(shown.as_str())
}

fn in_use(printer: &Printer) -> Problem {
    let message = format!("{} has a job in hand", printer.name);
    let next = "wait until it is done, or cancel the job";
    Problem::new(ProblemKind::Busy, Reason::PrinterInUse, DOING, message, next).about(&printer.name)
}

fn running(address: &str) -> Problem {
    let message = "this address is being probed, or several others are";
    Problem::new(ProblemKind::Busy, Reason::ProbeRunning, DOING, message, "wait for that to end").about(address)
}

fn stopping() -> Problem {
    let next = "try again when the spooler has started again";
    Problem::new(ProblemKind::Unavailable, Reason::Stopping, DOING, "the spooler ends", next)
}

fn broke_off(why: &str) -> Problem {
    let message = format!("it could not be done: {why}");
    Problem::new(ProblemKind::Unavailable, Reason::Other, DOING, message, "try again")
}
