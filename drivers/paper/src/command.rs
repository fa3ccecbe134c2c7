//! Every command this program sends to a printer. Nowhere else are control bytes made.
//!
//! One function for each command, named for what it does, with the bytes' source in ESC/POS terms; a file for each family.
//! What is sent when is decided by the encoder and by the session; what a printer understands stands in its profile.
//! [`extent`] knows where each of them ends.
//!
//! No command here holds what a printer would take for a real-time command inside its data, except those that are one.

mod drawer;
mod extent;
mod feed;
mod mode;
mod picture;
mod query;
mod setting;
mod symbol;

pub use drawer::{BuzzerForm, buzz, drawer_pulse};
pub use extent::{longest_command, missing_after};
pub use feed::{CutForm, LINE_FEED, cut, end_of_sheet, feed_dots, feed_lines, nul};
pub use mode::{
    align, bold, chinese_mode, chinese_size, code_page, initialise, leave_chinese_mode, motion_units, national_set_usa,
    position, size,
};
pub use picture::{column_image, raster};
pub use query::{asb, clear_buffers, counter, dle_enq, dle_eot, identity, paper_sensor, process_id};
pub use setting::{DENSITY_STEPS, DensityForm, SPEED_STEPS, density, speed};
pub use symbol::{bar_height, bar_module, bar_text, code128, qr};

const ESC: u8 = 0x1B;
const FS: u8 = 0x1C;
const GS: u8 = 0x1D;
const DLE: u8 = 0x10;
const DC2: u8 = 0x12;

/// The first two bytes of the commands that a printer obeys wherever they stand in the data (DLE EOT, DLE ENQ, DLE DC4).
/// The third byte is not looked at: makers have added values.
fn is_real_time(two: &[u8]) -> bool {
    matches!(two, [DLE, 0x04 | 0x05 | 0x14])
}

/// Whether one stands anywhere in these bytes.
fn holds_real_time(bytes: &[u8]) -> bool {
    bytes.windows(2).any(is_real_time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_command_but_the_real_time_ones_holds_a_real_time_command(
            n in any::<u8>(), word in any::<u16>(), other in any::<u16>(), on in any::<bool>(),
            dots in prop::collection::vec(prop::sample::select(vec![0x10_u8, 0x04, 0x05, 0x14, 0x01, 0x00]), 0..200),
            stride in 1_u8..20, text in "[\u{0}-\u{7f}]{0,40}", steps in any::<i8>(),
        ) {
            let all: Vec<Vec<u8>> = vec![
                column_image(&dots, on), raster(&dots, stride), feed_dots(u32::from(word)), feed_lines(n).to_vec(),
                nul(usize::from(n)), drawer_pulse(on, word, other).to_vec(), position(word).to_vec(),
                motion_units(n, word.to_le_bytes()[0]).to_vec(), code_page(n).to_vec(), counter(word).to_vec(),
                code128(&dots).unwrap_or_default(), qr(&text, n).unwrap_or_default(), bar_height(n).to_vec(),
                bar_module(n).to_vec(), density(DensityForm::GsK, steps), density(DensityForm::Dc2, steps),
                speed(n).to_vec(), buzz(BuzzerForm::EscA, n), buzz(BuzzerForm::EscATone, n), buzz(BuzzerForm::EscB, n),
                process_id(word.to_le_bytes().repeat(2).try_into().unwrap()).to_vec(), identity(n).to_vec(),
            ];
            for bytes in all {
                prop_assert!(!holds_real_time(&bytes), "{:02X?}", bytes);
            }
        }
    }
}
