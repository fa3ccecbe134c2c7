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

/// Accepts until the daemon ends.
pub(crate) async fn accept(house: Arc<House>, listener: UnixListener) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
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
            say(&stream, &busy());
            continue;
        };
        let house = Arc::clone(&house);
        tokio::spawn(async move {
            let _place = place;
            serve(house, stream).await;
        });
    }
    drop(listener);
    // all places are free again when the last connection has taken its answers
    let all = u32::try_from(MOST_CONNECTIONS).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(connection::FAREWELL * 2, places.acquire_many(all)).await;
}

async fn serve(house: Arc<House>, stream: UnixStream) {
    let Ok(uid) = stream.peer_cred().map(|peer| peer.uid()) else { return };
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
            connection::serve(house, stream, Caller { origin, access, operator: None, role: None, approver: None })
                .await;
        }
        None => {
            tracing::warn!("user {uid} may not connect");
            let caller = Caller { origin, access: Access::Record, operator: None, role: None, approver: None };
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

fn busy() -> Problem {
    Problem::new(
        ProblemKind::Busy,
        Reason::TooManyConnections,
        "connecting",
        "64 connections are open",
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
