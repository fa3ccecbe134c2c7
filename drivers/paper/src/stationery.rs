//! What a shop adds to every printer's own means: its logo, and a font for characters that neither printer nor Unifont has.

use std::sync::Arc;

use crate::{font::Font, logo::Logo};

/// The shop's own additions; the default is none. Copies share what was computed for them.
#[derive(Debug, Clone, Default)]
pub struct Stationery {
    /// Printed above the first line of each slip.
    pub logo: Option<Logo>,
    /// Draws what neither the printer nor Unifont has.
    pub font: Option<Arc<Font>>,
}
