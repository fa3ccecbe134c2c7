//! The worker's side towards the line: connecting, bytes in and out, sleeping until something happens or is due.

use std::{
    io, mem,
    os::fd::BorrowedFd,
    sync::Arc,
    time::{Duration, Instant},
};

use model::Cause;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{Event, Worker};
use crate::{
    Input,
    link::{self, Link, LinkError},
    opener::Opening,
    tcp::Progress,
    watch::Watch,
    way::{Down, RESOLVE, Up, Way, Why},
};

/// Buffers read before anything else is done. Replies are a few bytes; a whole buffer of them, several times, is no printer.
const AT_ONCE: usize = 16;

impl Worker {
    /// Does what the line needs now: looks for answers of the resolver, gives up what takes too long, connects when due.
    pub(super) fn tend(&mut self) {
        let now = Instant::now();
        match &self.way {
            Way::Down(down) if !self.stopping && down.due(self.waiting).is_some_and(|at| now >= at) => {
                self.connect(false);
            }
            Way::Resolving { since } => match self.opener.resolved() {
                Some(Ok(opening)) => self.way = Way::Connecting(opening),
                Some(Err(error)) => self.refused(&error, false),
                None if *since + RESOLVE <= now => {
                    let error = self.opener.error("looking up", io::ErrorKind::TimedOut.into());
                    self.refused(&error, false);
                }
                None => {}
            },
            Way::Connecting(opening) if opening.until() <= now => self.progress(false),
            _ => {}
        }
    }

    /// `told`: because the watch said so.
    fn connect(&mut self, told: bool) {
        if self.opener.connection().is_device() {
            // before looking, so that nothing is missed in between; without a watch the clock must do
            self.watch = Watch::new(&self.opener.targets()).ok();
        }
        let shared = Arc::clone(&self.shared);
        match self.opener.open(move || shared.ring()) {
            Ok(Opening::Open(link)) => self.opened(link),
            Ok(Opening::Connecting(opening)) => self.way = Way::Connecting(opening),
            Ok(Opening::Resolving) => self.way = Way::Resolving { since: Instant::now() },
            Err(error) => self.refused(&error, told),
        }
    }

    fn opened(&mut self, link: Link) {
        self.way = Way::Up(Up::now(link));
        self.unwritten.clear();
        self.tell(Input::Opened);
    }

    fn refused(&mut self, error: &LinkError, told: bool) {
        let cause = error.cause();
        let why = match cause {
            _ if self.watch.is_none() => Why::Trouble,
            Cause::PermissionDenied => Why::Absent { again: false },
            Cause::NoDevice if !self.opener.is_there() => Why::Absent { again: told },
            _ => Why::Trouble,
        };
        self.way = Way::Down(Down::now(why));
        self.inbox.push_back(Event::Closed(Some(cause)));
    }

    /// The address that is being connected to has answered, or, if not, is given up.
    fn progress(&mut self, answered: bool) {
        match mem::replace(&mut self.way, Way::Down(Down::now(Why::Trouble))) {
            Way::Connecting(opening) => {
                let progress = if answered { opening.finish() } else { opening.give_up() };
                match progress {
                    Ok(Progress::Open(link)) => self.opened(Link::Tcp(link)),
                    Ok(Progress::Pending(opening)) => self.way = Way::Connecting(opening),
                    Err(source) => {
                        let error = self.opener.error("connecting to", source);
                        self.refused(&error, false);
                    }
                }
            }
            other => self.way = other,
        }
    }

    /// Ends the connection on our side and tells the session.
    pub(super) fn hang_up(&mut self, cause: Option<Cause>) {
        match &mut self.way {
            Way::Up(up) => {
                up.link.close();
                // closed as soon as it was opened, with a job waiting: that is no idleness
                let cause = cause.or_else(|| (up.is_short() && self.waiting).then_some(Cause::ConnectionLost));
                let why = up.ends(cause.is_some(), self.opener.connection().is_device());
                self.way = Way::Down(Down::now(why));
                self.unwritten.clear();
                self.inbox.push_back(Event::Closed(cause));
            }
            Way::Connecting(_) | Way::Resolving { .. } => self.way = Way::Down(Down::now(Why::Trouble)),
            Way::Down(_) | Way::Away => {}
        }
    }

    /// On its way to let go of the line: no further job is taken.
    pub(super) fn leaving(&self) -> bool {
        self.away && !matches!(self.way, Way::Away)
    }

    /// Lets go of the line when that was ordered and no job is in hand; comes back when it is ours again.
    pub(super) fn step_aside(&mut self) {
        let jobs = self.session.job().is_some() || self.inbox.iter().any(|event| matches!(event, Event::Send(_)));
        if self.leaving() && !jobs && !self.stopping {
            self.hang_up(Some(Cause::Busy));
            self.way = Way::Away;
            self.watch = None;
            self.inbox.push_back(Event::Closed(Some(Cause::Busy)));
            self.shared.release();
        } else if !self.away && matches!(self.way, Way::Away) && self.shared.reclaim() {
            self.way = Way::Down(Down::now(Why::Fresh));
        }
    }

    pub(super) fn write(&mut self) {
        while !self.unwritten.is_empty() {
            let Way::Up(up) = &mut self.way else {
                self.unwritten.clear();
                return;
            };
            match up.link.write(&self.unwritten) {
                Ok(0) => return self.hang_up(Some(Cause::ConnectionLost)),
                Ok(written) => {
                    self.unwritten.drain(..written.min(self.unwritten.len()));
                    // told before anything is read: a reply counts only for what was written before it
                    self.tell(Input::Written(written));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => return self.lost(&error),
            }
        }
    }

    fn read(&mut self) {
        let mut buffer = [0u8; 1024];
        for _ in 0..AT_ONCE {
            let Way::Up(up) = &mut self.way else { return };
            if up.deaf().is_some() {
                return;
            }
            match up.link.read(&mut buffer) {
                Ok(0) => {
                    let in_use = self.session.job().is_some();
                    return self.hang_up(in_use.then_some(Cause::ConnectionLost));
                }
                Ok(read) => self.tell(Input::Received(buffer.get(..read).unwrap_or_default())),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => return self.lost(&error),
            }
        }
        if let Way::Up(up) = &mut self.way {
            up.flooded();
        }
    }

    /// An error on an open connection; without a job in hand a reset is no more than the printer's way to close.
    fn lost(&mut self, error: &io::Error) {
        let cause = match link::cause(error) {
            Cause::ConnectionLost if self.session.job().is_none() => None,
            // it stood, and what it does now is being lost
            Cause::ConnectionRefused => Some(Cause::ConnectionLost),
            cause => Some(cause),
        };
        self.hang_up(cause);
    }

    /// The watch told something: the device came, went, or changed its rights.
    fn stirred(&mut self) {
        match &self.way {
            Way::Up(_) => {
                // the folder itself may be another one now
                self.watch = Watch::new(&self.opener.targets()).ok();
                if !self.opener.is_same() {
                    self.hang_up(Some(Cause::NoDevice));
                }
            }
            Way::Down(_) if !self.stopping => self.connect(true),
            _ => {}
        }
    }

    /// Sleeps exactly until something happens or is due.
    pub(super) fn sleep(&mut self) {
        let told = self.state.cause.is_some_and(|cause| cause != Cause::Stalled);
        if let Way::Up(up) = &mut self.way {
            up.link.bear(told, self.session.job().is_some());
        }
        let timeout = self.timeout();
        let device = match &self.way {
            Way::Up(up) => {
                let interest = up.link.interest(!self.unwritten.is_empty());
                let interest = if up.deaf().is_some() { interest - PollFlags::IN } else { interest };
                Some((up.link.fd(), interest))
            }
            Way::Connecting(opening) => Some((opening.fd(), PollFlags::OUT)),
            Way::Down(_) | Way::Resolving { .. } | Way::Away => None,
        };
        let watch = self.watch.as_ref().map(|watch| (watch.fd(), PollFlags::IN));
        let [rung, told, ready] = wait([Some((self.shared.bell(), PollFlags::IN)), watch, device], timeout);
        if rung {
            self.shared.silence();
        }
        if ready {
            match &self.way {
                Way::Connecting(_) => self.progress(true),
                Way::Up(_) => self.read(),
                Way::Down(_) | Way::Resolving { .. } | Way::Away => {}
            }
        }
        if told && self.watch.as_ref().is_some_and(Watch::stirred) {
            // what a device that goes says last is heard first, and its end before another beginning
            self.settle();
            self.stirred();
        }
    }

    fn timeout(&self) -> Option<Duration> {
        let session = self.session.deadline().map(|at| at.saturating_sub(self.now()));
        let line = match &self.way {
            Way::Down(down) if !self.stopping => down.due(self.waiting),
            Way::Down(_) | Way::Away => None,
            Way::Resolving { since } => Some(*since + RESOLVE),
            Way::Connecting(opening) => Some(opening.until()),
            Way::Up(up) => [up.link.due(!self.unwritten.is_empty()), up.deaf()].into_iter().flatten().min(),
        };
        let line = line.map(|at| at.saturating_duration_since(Instant::now()));
        [session, line].into_iter().flatten().min()
    }
}

/// Waits for any of these, for so long; says which are ready.
fn wait<const N: usize>(fds: [Option<(BorrowedFd<'_>, PollFlags)>; N], timeout: Option<Duration>) -> [bool; N] {
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    // without a flag poll would still report a hang-up, again and again
    let asked = fds.map(|fd| fd.filter(|(_, flags)| !flags.is_empty()));
    let mut polled: Vec<PollFd<'_>> =
        asked.iter().flatten().map(|(fd, flags)| PollFd::from_borrowed_fd(*fd, *flags)).collect();
    // interrupted by a signal, or no memory: the next turn looks again
    let done = poll(&mut polled, timeout.as_ref()).is_ok();
    let mut ready = polled.iter().map(|fd| done && !fd.revents().is_empty());
    asked.map(|fd| fd.is_some() && ready.next().unwrap_or(false))
}
