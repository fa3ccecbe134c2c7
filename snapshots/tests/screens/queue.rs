//! The print queue.

use crate::harness::{Daemon, screens, small_screens};

#[test]
fn what_waits_and_why() {
    screens("queue", Daemon::troubled, |s| s.press("gq"));
}

#[test]
fn nothing_waits() {
    small_screens("queue-empty", Daemon::usual, |s| s.press("gq"));
}
