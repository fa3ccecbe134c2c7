//! The time as the sign-in takes it: a value that is passed in.

use std::time::Duration;

use jiff::civil::Date;
use model::Moment;

/// What time it is, for people and for patience; and the business day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) at: Moment,
    pub(crate) since_start: Duration,
    pub(crate) day: Date,
}
