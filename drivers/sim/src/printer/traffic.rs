//! What goes over a way to the host, of whatever kind the way is: what a read brings, and how much may wait to be read.

/// Answers kept for a host that doesn't read.
pub(super) const OUT_MOST: usize = 64 * 1024;

/// What a read brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Received {
    Nothing,
    Bytes,
    /// The host sends no more.
    Finished,
    /// The connection is dead.
    Broken,
}
