//! The printer's voice on a connection: what is known of it, and how long one that was mute is listened to. How it is
//! found out is `hearing`'s business.

use std::time::Duration;

/// A printer that was mute on the last connection too is given this long to speak: it prints again within a second of
/// its return.
pub(super) const LISTEN_AGAIN: Duration = Duration::from_millis(150);

/// Whether the printer speaks on this connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// Not asked to the end yet.
    Unasked,
    Heard,
    /// Asked, and never said a thing.
    Mute,
    /// Spoke before, on this connection or an earlier one, and does not answer now.
    Lost,
}
