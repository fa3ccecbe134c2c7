//! A PIN on its way: never shown, never logged, wiped when it is let go.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What somebody typed as PIN, whatever it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct Pin(String);

impl Pin {
    /// Takes it as it was typed.
    pub fn new(typed: String) -> Pin {
        Pin(typed)
    }

    /// The digits, for whoever has to check them.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True for a PIN as one may be set: 4 to 12 ASCII digits (INTERFACES §1).
    pub fn is_well_formed(&self) -> bool {
        model::operator::is_pin(&self.0)
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}
