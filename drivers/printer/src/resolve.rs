//! Looking up a host's name beside the printer's thread: the system's resolver may block for half a minute.

use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
    sync::mpsc::{Receiver, TryRecvError, channel},
    thread,
};

/// A name that is being looked up. Dropped, its answer is not waited for.
#[derive(Debug)]
pub(crate) struct Lookup {
    answer: Receiver<io::Result<Vec<SocketAddr>>>,
}

impl Lookup {
    /// Asks the system's resolver on a thread of its own, which calls `ring` once the answer is there.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(host: &str, port: u16, ring: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (say, answer) = channel();
        let host = host.to_owned();
        thread::Builder::new().name(format!("look up {host}")).spawn(move || {
            let found = (host.as_str(), port).to_socket_addrs().map(Iterator::collect);
            // nobody may be waiting any more
            let _ = say.send(found);
            ring();
        })?;
        Ok(Self { answer })
    }

    /// The host's addresses, once they are known; handed out once.
    pub(crate) fn answer(&self) -> Option<io::Result<Vec<SocketAddr>>> {
        match self.answer.try_recv() {
            Ok(found) => Some(found),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(io::Error::other("the look-up ended without an answer"))),
        }
    }
}
