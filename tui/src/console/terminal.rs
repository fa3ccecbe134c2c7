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
pub(crate) const ENTER: &str = "\x1b[?1049h\x1b[?2004h\x1b[?25l";
/// Attributes off, cursor shown, bracketed paste off, the first screen back.
pub(crate) const LEAVE: &str = "\x1b[0m\x1b[?25h\x1b[?2004l\x1b[?1049l";

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

/// Takes the terminal again: after a stop, and after somebody else may have changed it.
pub(crate) fn resume() -> io::Result<()> {
    enable_raw_mode()?;
    OURS.store(true, Ordering::SeqCst);
    frame(ENTER)
}

/// Gives the terminal back and stops, as Ctrl+Z does elsewhere; returns when somebody lets us go on. Where nobody could,
/// because no shell waits for us, the kernel does not stop us (signal(7), orphaned process groups).
pub(crate) fn suspend() -> io::Result<()> {
    leave();
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP)?;
    Ok(())
}

/// Gives the terminal back, if it is ours.
fn leave() {
    if OURS.swap(false, Ordering::SeqCst) {
        // the terminal may be gone already; there is nobody left to tell
        let _ = frame(LEAVE);
        let _ = disable_raw_mode();
    }
}

/// Writes a frame to the terminal.
pub(crate) fn frame(bytes: &str) -> io::Result<()> {
    // standard output's own buffer would cut the frame at every line end and at 8 KiB
    put(&mut File::from(rustix::io::dup(rustix::stdio::stdout())?), bytes)
}

/// Writes a frame in one go; an interrupted or cut write is continued.
pub(crate) fn put(terminal: &mut impl Write, bytes: &str) -> io::Result<()> {
    if bytes.is_empty() { Ok(()) } else { terminal.write_all(bytes.as_bytes()) }
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

#[cfg(test)]
mod tests {
    use std::io::Read;

    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    use super::*;

    /// Set for the copy of this test program that is to panic on a terminal.
    const CHILD: &str = "COUNTERFOIL_TEST_PANICS";

    #[test]
    fn the_child_that_panics() {
        if std::env::var_os(CHILD).is_some() {
            let _guard = Guard::enter().unwrap();
            panic!("of the child");
        }
    }

    #[test]
    fn a_panic_is_told_on_a_terminal_that_was_given_back() {
        let pty = native_pty_system().openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["--exact", "console::terminal::tests::the_child_that_panics", "--nocapture"]);
        command.env(CHILD, "1");
        let mut child = pty.slave.spawn_command(command).unwrap();
        let mut reader = pty.master.try_clone_reader().unwrap();
        drop(pty.slave);
        let mut bytes = Vec::new();
        // the end of a terminal is an error on Linux
        let _ = reader.read_to_end(&mut bytes);
        let said = String::from_utf8_lossy(&bytes);
        child.wait().unwrap();
        let at = |text: &str| said.find(text).unwrap_or_else(|| panic!("no {text:?} in {said:?}"));
        assert!(at(ENTER) < at(LEAVE) && at(LEAVE) < at("of the child"), "{said:?}");
        assert_eq!(said.matches(LEAVE).count(), 1);
    }
}
