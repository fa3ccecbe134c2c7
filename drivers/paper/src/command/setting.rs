//! How dark and how fast it prints.

use std::ops::RangeInclusive;

use serde::Deserialize;

use super::{DC2, GS};

/// Steps of 5 % that a density may differ from the standard: 70 to 140 %. Above the standard the head wears faster.
pub const DENSITY_STEPS: RangeInclusive<i8> = -6..=8;

/// Print speeds of GS ( K; 0 is what is stored in the printer, 1 the slowest.
pub const SPEED_STEPS: RangeInclusive<u8> = 0..=13;

/// How the density is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DensityForm {
    /// GS ( K, function 49 (Epson and most clones that have any).
    GsK,
    /// DC2 # (panel mechanisms of the CSN-A2 class).
    Dc2,
}

/// GS ( K function 49, or DC2 #: print density (浓度) in steps of 5 % from the standard; beyond [`DENSITY_STEPS`] the
/// nearest. 0 restores it.
///
/// DC2 # has 50 % + 5 % × bits 0–4, and in bits 5–7 the pause between heating in steps of 250 µs, of which two are the
/// maker's default.
pub fn density(form: DensityForm, steps: i8) -> Vec<u8> {
    let steps = steps.clamp(*DENSITY_STEPS.start(), *DENSITY_STEPS.end());
    match form {
        // 250 to 255 are the steps below the standard
        DensityForm::GsK => vec![GS, b'(', b'K', 2, 0, 49, steps.cast_unsigned()],
        DensityForm::Dc2 => vec![DC2, b'#', 2 << 5 | (10 + steps).cast_unsigned()],
    }
}

/// GS ( K, function 50: print speed; beyond [`SPEED_STEPS`] the fastest. 0 restores the printer's own.
pub const fn speed(n: u8) -> [u8; 7] {
    let fastest = *SPEED_STEPS.end();
    [GS, b'(', b'K', 2, 0, 50, if n > fastest { fastest } else { n }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn density_is_counted_from_the_standard_in_both_forms() {
        assert_eq!(density(DensityForm::GsK, -6).last(), Some(&250));
        assert_eq!(density(DensityForm::GsK, 0), [0x1D, b'(', b'K', 2, 0, 49, 0]);
        assert_eq!(density(DensityForm::GsK, 100).last(), Some(&8));
        assert_eq!(density(DensityForm::Dc2, 0), [0x12, b'#', 0b010_01010]);
        assert_eq!(density(DensityForm::Dc2, 8), [0x12, b'#', 0b010_10010]);
    }

    #[test]
    fn a_speed_beyond_the_fastest_is_the_fastest() {
        assert_eq!(speed(200), [0x1D, b'(', b'K', 2, 0, 50, 13]);
    }
}
