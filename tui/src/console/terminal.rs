//! The terminal while the console has it: raw mode, the other screen, bracketed paste; given back in every case.
//!
//! Each frame is one `write(2)`. The only place that writes to the terminal.

use std::{
    fs::File,
    io::{self, IsTerminal, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::event::{PollFd, PollFlags, poll};
use tokio::sync::mpsc::UnboundedSender;

/// The other screen, bracketed paste, cursor hidden. Crossterm's commands would write each by itself.
const ENTER: &str = "\x1b[?1049h\x1b[?2004h\x1b[?25l";
/// Attributes off, cursor shown, bracketed paste off, the first screen back.
const LEAVE: &str = "\x1b[0m\x1b[?25h\x1b[?2004l\x1b[?1049l";

/// True while the terminal is ours; the panic hook and the guard both give it back, once.
static OURS: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back when dropped.
#[derive(Debug)]
pub(crate) struct Guard(());

impl Guard {
    /// Takes the terminal.
    pub(crate) fn enter() -> io::Result<Guard> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(io::Error::other("standard input and output are no terminal"));
        }
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            leave();
            before(info);
        }));
        enable_raw_mode()?;
        OURS.store(true, Ordering::SeqCst);
        let guard = Guard(());
        frame(ENTER)?;
        Ok(guard)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        leave();
    }
}

/// Gives the terminal back, if it is ours.
fn leave() {
    if OURS.swap(false, Ordering::SeqCst) {
        // the terminal may be gone already; there is nobody left to tell
        let _ = frame(LEAVE);
        let _ = disable_raw_mode();
    }
}

/// Writes a frame in one go; an interrupted or cut write is continued.
pub(crate) fn frame(bytes: &str) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    // standard output's own buffer would cut the frame at every line end and at 8 KiB
    let mut file = File::from(rustix::io::dup(rustix::stdio::stdout())?);
    file.write_all(bytes.as_bytes())
}

/// Tells when the terminal hung up. crossterm's reader spins for ever then (crossterm#793), and under wrappers
/// SIGHUP may never come. Polling for nothing but the hang-up wakes no one before it.
pub(crate) fn watch_hang_up(gone: UnboundedSender<()>) {
    std::thread::spawn(move || {
        let Ok(tty) = rustix::io::dup(rustix::stdio::stdin()) else { return };
        let mut fds = [PollFd::new(&tty, PollFlags::empty())];
        while poll(&mut fds, None) == Err(rustix::io::Errno::INTR) {}
        // the console may have ended first
        let _ = gone.send(());
    });
}
