//! Each cause that a device can bring about, told by the right name before a job and amid one, and gone when it is undone.

use std::{
    fs::{File, Permissions},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    time::Duration,
};

use model::{Cause, JobState, Proof};
use rustix::{
    fs::{FlockOperation, flock},
    termios::{ioctl_tiocexcl, ioctl_tiocnxcl},
};
use serde_json::{Value, json};
use sim::printer::{Args, Model, Quirk, Second};

use crate::{
    books::{Books, Entry, last_state},
    crowd,
    slip::{generic, slip},
    stand::{EVERY, Stand, Way},
};

const TAGS: Option<Proof> = Some(Proof::ProcessId);

type Done = Result<(), String>;

struct Story {
    cause: Cause,
    name: String,
    run: Box<dyn Fn() -> Done + Sync>,
}

fn story(cause: Cause, name: impl Into<String>, run: impl Fn() -> Done + Sync + 'static) -> Story {
    Story { cause, name: name.into(), run: Box::new(run) }
}

fn stand(way: Way, arrange: impl FnOnce(Args) -> Args) -> Stand {
    let stand = Stand::new(way, generic(), arrange);
    stand.books.queue(slip(1, &generic()));
    stand
}

/// Waits until the first job in line is held up by this.
fn blocked(books: &Books, cause: Cause) -> Done {
    books.wait(&format!("blocked by {cause}"), |entries| {
        entries.iter().rev().find(|entry| matches!(entry, Entry::Blocked(_))) == Some(&Entry::Blocked(Some(cause)))
    })
}

/// It is undone: the slip comes out once, proven.
fn prints(stand: Stand) -> Done {
    let ending = stand.books.wait_end(1)?;
    let sheets = stand.close()?;
    let (state, words) = (ending.state, sheets.words);
    if (state, ending.cause, words.as_str()) == (JobState::Confirmed, None, "1") {
        Ok(())
    } else {
        Err(format!("{state:?} {:?}, paper {words}", ending.cause))
    }
}

/// What a printer tells of itself: before a job, which then waits, and amid one, which stays in hand.
fn conditions() -> Vec<Story> {
    let all = [
        (Cause::PaperOut, json!({"paper": "end"}), json!({"paper": "ok"})),
        (Cause::CoverOpen, json!({"cover": "open"}), json!({"cover": "closed"})),
        (Cause::CutterError, json!({"fault": "cutter"}), json!({"fault": "none"})),
        (Cause::HeadOverheated, json!({"fault": "hot"}), json!({"fault": "none"})),
        (Cause::RecoverableError, json!({"fault": "mechanical"}), json!({"fault": "none"})),
        (Cause::UnrecoverableError, json!({"fault": "unrecoverable"}), json!({"fault": "none"})),
        (Cause::Offline, json!({"feed": "held"}), json!({"feed": "released"})),
        (Cause::Offline, json!({"waiting": "on"}), json!({"waiting": "off"})),
    ];
    let mut stories = Vec::new();
    for (cause, set, undo) in all {
        for way in EVERY {
            for quirk in [None, Some(Quirk::NoAsb)] {
                let name = |moment: &str| format!("{way:?} {moment} {set} {quirk:?}");
                let (arrange, change, back) = (move |args: Args| quirked(args, quirk), set.clone(), undo.clone());
                stories.push(story(cause, name("before"), move || {
                    let mut stand = stand(*way, arrange);
                    stand.set(&change);
                    stand.open(TAGS);
                    blocked(&stand.books, cause)?;
                    stand.set(&back);
                    prints(stand)
                }));
                let (change, back): (Value, Value) = (set.clone(), undo.clone());
                stories.push(story(cause, name("amid"), move || {
                    let mut stand = stand(*way, arrange);
                    stand.tell_at_claim(json!({ "after": { "bytes": 1000 }, "set": change }));
                    stand.open(TAGS);
                    stand.books.wait_cause(cause)?;
                    if stand.books.state_of(1).is_some() {
                        return Err("the job did not wait for it".to_owned());
                    }
                    stand.set(&back);
                    prints(stand)
                }));
            }
        }
    }
    stories
}

fn quirked(arguments: Args, quirk: Option<Quirk>) -> Args {
    match quirk {
        Some(quirk) => arguments.with_quirk(quirk),
        None => arguments,
    }
}

/// A host that has the printer's only connection, and then lets it go.
fn second(cause: Cause, second: Second) -> Story {
    story(cause, format!("Tcp {second:?}"), move || {
        let mut stand = stand(Way::Tcp, |mut arguments| {
            arguments.second = second;
            arguments
        });
        let other = TcpStream::connect(stand.printer.address()).unwrap();
        stand.until("connected", |state| state.connected)?;
        stand.open(TAGS);
        blocked(&stand.books, cause)?;
        drop(other);
        prints(stand)
    })
}

/// The way to it: held, closed, gone, forbidden, silent.
fn ways() -> Vec<Story> {
    let mut stories = vec![
        second(Cause::ConnectionRefused, Second::Refuse),
        second(Cause::Unreachable, Second::Ignore),
        second(Cause::Stalled, Second::Queue),
        story(Cause::Busy, "Usb, another program has it", || {
            let mut stand = stand(Way::Usb, |arguments| arguments);
            std::fs::set_permissions(stand.node(), Permissions::from_mode(0o666)).unwrap();
            let other = File::open(stand.node()).unwrap();
            ioctl_tiocexcl(&other).unwrap();
            stand.open_unprivileged(TAGS);
            blocked(&stand.books, Cause::Busy)?;
            ioctl_tiocnxcl(&other).unwrap();
            drop(other);
            prints(stand)
        }),
        story(Cause::Stalled, "Tcp amid, neither takes nor says anything", || {
            let mut stand = stand(Way::Tcp, |arguments| arguments);
            stand.tell_at_claim(json!({ "after": { "bytes": 1000 }, "set": { "half_open": "on" } }));
            stand.open(TAGS);
            stand.books.wait_cause(Cause::Stalled)?;
            stand.set(&json!({ "half_open": "off" }));
            lost(stand)
        }),
        story(Cause::ConnectionLost, "Tcp amid", || {
            let mut stand = stand(Way::Tcp, |arguments| arguments);
            stand.tell_at_claim(json!({ "after": { "bytes": 1000 }, "set": { "hang_up": "close" } }));
            stand.open(TAGS);
            lost(stand)
        }),
        story(Cause::Unreachable, "a name that nobody knows", || {
            let mut stand = stand(Way::Tcp, |arguments| arguments);
            stand.host = Some("no-such-printer.invalid".to_owned());
            stand.open(TAGS);
            blocked(&stand.books, Cause::Unreachable)
        }),
    ];
    for way in EVERY {
        let absent = if *way == Way::Tcp { Cause::ConnectionRefused } else { Cause::NoDevice };
        stories.push(story(absent, format!("{way:?} switched off"), move || {
            let mut stand = stand(*way, |arguments| arguments);
            stand.set(&json!({"power": "off"}));
            stand.open(TAGS);
            blocked(&stand.books, absent)?;
            stand.set(&json!({"power": "on"}));
            prints(stand)
        }));
        stories.push(story(
            Cause::Stalled,
            format!("{way:?} amid, busy without paper and no automatic status"),
            move || {
                let mut stand = stand(*way, |arguments| arguments.with_quirk(Quirk::NoAsb));
                stand.set(&json!({"busy": "offline"}));
                stand.tell_at_claim(json!({ "after": { "bytes": 1000 }, "set": { "paper": "end" } }));
                stand.open(TAGS);
                // where bytes can't be held back, questions get in and are answered
                let told = if *way == Way::Serial { Cause::PaperOut } else { Cause::Stalled };
                stand.books.wait_cause(told).map_err(|why| format!("{why}; {:?}", stand.state()))?;
                stand.set(&json!({"paper": "ok"}));
                prints(stand)
            },
        ));
        stories.push(story(Cause::NoStatus, format!("{way:?} mute"), move || {
            let mut stand = stand(*way, |arguments| arguments.with_model(Model::Mute));
            stand.open(None);
            let ending = stand.books.wait_end(1)?;
            stand.until("printed", |state| state.sheets == 1)?;
            let words = stand.close()?.words;
            match (ending.state, ending.cause, words.as_str()) {
                (JobState::Unconfirmed, Some(Cause::NoStatus), "1") => Ok(()),
                seen => Err(format!("{seen:?}")),
            }
        }));
        stories.push(story(Cause::PaperNearEnd, format!("{way:?} is a warning and no cause"), move || {
            let mut stand = stand(*way, |arguments| arguments);
            stand.tell_at_claim(json!({ "after": { "bytes": 1000 }, "set": { "paper": "near_end" } }));
            stand.open(TAGS);
            let warned =
                |entries: &[Entry]| last_state(entries).is_some_and(|state| state.near_end && state.cause.is_none());
            stand.books.wait("a warning", warned)?;
            prints(stand)
        }));
        stories.push(story(Cause::Paused, format!("{way:?}"), move || {
            let mut stand = stand(*way, |arguments| arguments);
            stand.set(&json!({"cover": "open"}));
            stand.open(TAGS);
            blocked(&stand.books, Cause::CoverOpen)?;
            let pause = |on| stand.worker.as_ref().unwrap().pause(on);
            pause(true);
            stand.set(&json!({"cover": "closed"}));
            stand.books.wait_cause(Cause::Paused)?;
            pause(false);
            prints(stand)
        }));
        stories.push(story(Cause::Busy, format!("{way:?} lent to another"), move || {
            let mut stand = stand(*way, |arguments| arguments);
            stand.set(&json!({"cover": "open"}));
            stand.open(TAGS);
            blocked(&stand.books, Cause::CoverOpen)?;
            let worker = stand.worker.as_ref().unwrap();
            if !worker.let_go(Duration::from_secs(60)) {
                return Err("it was not let go".to_owned());
            }
            stand.books.wait_cause(Cause::Busy)?;
            stand.set(&json!({"cover": "closed"}));
            worker.take_back();
            prints(stand)
        }));
    }
    for way in [Way::Serial, Way::Soft] {
        stories.push(story(Cause::Busy, format!("{way:?}, another program has it"), move || {
            let mut stand = stand(way, |arguments| arguments);
            let other = File::options().read(true).write(true).open(stand.node()).unwrap();
            flock(&other, FlockOperation::NonBlockingLockExclusive).unwrap();
            stand.open(TAGS);
            blocked(&stand.books, Cause::Busy)?;
            drop(other);
            prints(stand)
        }));
    }
    for way in [Way::Serial, Way::Soft, Way::Usb] {
        stories.push(story(Cause::PermissionDenied, format!("{way:?}"), move || {
            let mut stand = stand(way, |arguments| arguments);
            let permit = |mode| std::fs::set_permissions(stand.node(), Permissions::from_mode(mode)).unwrap();
            permit(0o000);
            stand.open_unprivileged(TAGS);
            blocked(&stand.books, Cause::PermissionDenied)?;
            std::fs::set_permissions(stand.node(), Permissions::from_mode(0o666)).unwrap();
            prints(stand)
        }));
    }
    stories
}

/// The job in hand lost its connection, and nothing but that; what is of it on paper is not called whole.
fn lost(stand: Stand) -> Done {
    let ending = stand.books.wait_end(1)?;
    stand.books.queue(slip(2, &generic()));
    stand.wake();
    let next = stand.books.wait_end(2)?;
    let words = stand.close()?.words;
    match (ending.state, ending.cause, next.state, words.as_str()) {
        (JobState::Partial, Some(Cause::ConnectionLost), JobState::Confirmed, "1v 2") => Ok(()),
        seen => Err(format!("{seen:?}")),
    }
}

#[test]
fn every_cause_is_told_by_its_name_and_gone_when_it_is_undone() {
    let stories: Vec<Story> = conditions().into_iter().chain(ways()).collect();
    for cause in Cause::ALL {
        assert!(stories.iter().any(|story| story.cause == *cause), "{cause} has no story");
    }
    crowd::all(&stories, |story| format!("{} {}", story.cause, story.name), |story| (story.run)());
}
