//! Accepting connections: who is it, is there room, may it come in at all.

use std::sync::Arc;

use model::Origin;
use model::caller::{Access, Caller};
use protocol::{Problem, ProblemKind, Reason};
use tokio::{
    net::{UnixListener, UnixStream},
    sync::Semaphore,
};

use crate::{connection, handler, house::House, outbox, people::People};

/// So many connections at once; the next one is told `busy`.
pub(crate) const MOST_CONNECTIONS: usize = 64;

/// So many of them for users other than root and the daemon's own: whoever only records, or only says that he will, must not
/// keep out who could end that.
const MOST_OTHERS: usize = 48;

/// Accepts until the daemon ends.
pub(crate) async fn accept(house: Arc<House>, listener: UnixListener) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let for_others = Arc::new(Semaphore::new(MOST_OTHERS));
    loop {
        let stream = tokio::select! {
            () = house.stopping() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // no descriptors left, most likely: let some connections end first
                    tracing::warn!("accepting a connection: {error}");
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            say(&stream, &busy(MOST_CONNECTIONS));
            continue;
        };
        let Ok(uid) = stream.peer_cred().map(|peer| peer.uid()) else { continue };
        let owner = uid == 0 || uid == rustix::process::geteuid().as_raw();
        let others = if owner { Ok(None) } else { Arc::clone(&for_others).try_acquire_owned().map(Some) };
        let Ok(others) = others else {
            say(&stream, &busy(MOST_OTHERS));
            continue;
        };
        let house = Arc::clone(&house);
        tokio::spawn(async move {
            let _places = (place, others);
            serve(house, stream, uid).await;
        });
    }
    drop(listener);
    // all places are free again when the last connection has taken its answers
    let all = u32::try_from(MOST_CONNECTIONS).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(connection::FAREWELL * 2, places.acquire_many(all)).await;
}

async fn serve(house: Arc<House>, stream: UnixStream, uid: u32) {
    let own = rustix::process::geteuid().as_raw();
    // read anew for each connection: users come and go while the daemon runs
    let access = if uid == 0 || uid == own {
        Some(Access::Owner)
    } else {
        People::of_system().access(uid, own, &house.config.access)
    };
    let origin = Origin { uid, tty: None, ssh: None };
    match access {
        Some(access) => {
            connection::serve(house, stream, Caller::peer(origin, access)).await;
        }
        None => {
            tracing::warn!("user {uid} may not connect");
            let caller = Caller::peer(origin, Access::Record);
            if let Err(problem) = handler::refused(&house, &caller, "hello", None, not_permitted()).await {
                say(&stream, &problem);
            }
        }
    }
}

/// Says one thing to somebody who is not let in. A new connection has room for it.
fn say(stream: &UnixStream, problem: &Problem) {
    let _ = stream.try_write(outbox::problem_line(None, problem).as_bytes());
}

fn busy(open: usize) -> Problem {
    Problem::new(
        ProblemKind::Busy,
        Reason::TooManyConnections,
        "connecting",
        format!("{open} connections are open"),
        "close another console and try again",
    )
}

fn not_permitted() -> Problem {
    Problem::new(
        ProblemKind::NotPermitted,
        Reason::UserNotAllowed,
        "connecting",
        "this user may not connect to the spooler",
        "let the config's [access] name the user or one of its groups",
    )
}
