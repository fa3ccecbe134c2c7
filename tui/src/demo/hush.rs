//! The terminal while the demo gets ready: what is typed before there is a screen is neither echoed nor obeyed.

use std::io::IsTerminal;

use rustix::termios::{LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcgetpgrp, tcsetattr};

/// Gives the terminal back as it was when dropped.
pub(super) struct Hush(Termios);

impl Hush {
    /// Of this process's terminal; `None` where there is none, or it is not ours to change. Ctrl+C still ends the demo.
    pub(super) fn of_process() -> Option<Hush> {
        let input = std::io::stdin();
        // from the background a change would stop us
        let ours = input.is_terminal() && tcgetpgrp(&input).ok()? == rustix::process::getpgrp();
        let before = ours.then(|| tcgetattr(&input).ok())??;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        tcsetattr(&input, OptionalActions::Now, &quiet).ok()?;
        Some(Hush(before))
    }
}

impl Drop for Hush {
    fn drop(&mut self) {
        let input = std::io::stdin();
        // whoever pressed Enter at an empty screen did not mean what would be selected there; a terminal that is gone
        // needs nothing any more
        let _ = tcflush(&input, QueueSelector::IFlush);
        let _ = tcsetattr(&input, OptionalActions::Now, &self.0);
    }
}
