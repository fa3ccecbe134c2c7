//! Where on the paper a line of text stands. Nothing of what is in the line.

use super::event::Align;

/// Where a line goes: the dots from `left`, `area` of them, and how it stands in them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) left: u32,
    pub(super) area: u32,
    pub(super) align: Align,
    pub(super) upside_down: bool,
}
