//! Looking up a host's name on a thread of its own: the system's resolver may block for half a minute and can't be stopped.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use super::{address::HostAddress, fault::LinkFault};

/// The host's addresses. An address that is written out is not looked up.
///
/// # Errors
/// [`LinkFault::NameNotFound`], [`LinkFault::NameTimedOut`].
pub fn resolve(host: &HostAddress, limit: Duration) -> Result<Vec<SocketAddr>, LinkFault> {
    if let Some(address) = host.literal() {
        return Ok(vec![SocketAddr::new(address, host.port())]);
    }
    let (say, answer) = channel();
    let (name, port) = (host.host().to_owned(), host.port());
    let not_found = |detail: String| LinkFault::NameNotFound { detail };
    thread::Builder::new()
        .name("resolve host".to_owned())
        .spawn(move || {
            let found = (name.as_str(), port).to_socket_addrs().map(|found| found.collect::<Vec<_>>());
            // nobody may be waiting any more
            let _ = say.send(found);
        })
        .map_err(|error| not_found(format!("no thread to look it up: {error}")))?;
    match answer.recv_timeout(limit) {
        Ok(Ok(found)) if !found.is_empty() => Ok(found),
        Ok(Ok(_)) => Err(not_found("the name has no address".to_owned())),
        Ok(Err(error)) => Err(not_found(error.to_string())),
        Err(RecvTimeoutError::Timeout) => Err(LinkFault::NameTimedOut),
        Err(RecvTimeoutError::Disconnected) => Err(not_found("the look-up ended without an answer".to_owned())),
    }
}
