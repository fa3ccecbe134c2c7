//! What tells one printer from another, as data. The built-in ones are the files in `profiles/`, each value with its
//! source; a shop may bring its own.
//!
//! `read` is the way from a file to a profile, `builtin` knows those that come with the program and finds the one for a
//! printer that told its name. No command is made here.

mod builtin;
mod read;

use serde::Deserialize;

pub use crate::profile::read::ProfileError;
use crate::{
    command::{self, BuzzerForm, CutForm, DensityForm},
    encoding::Encoding,
};

/// Everything the encoder and the session need to know about a model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// 1 to 32 characters without blanks.
    pub name: String,
    /// The built-in profile that gave what the file itself does not state.
    #[serde(default)]
    pub inherits: Option<String>,
    /// Keys of values that nobody has told us; the rest is stated.
    #[serde(default)]
    pub unknown: Vec<String>,

    /// How the maker's name appears in GS I 66; any of these.
    #[serde(default)]
    pub makers: Vec<String>,
    /// How the model's name begins in GS I 67; any of these, or every model of the maker if there are none.
    #[serde(default)]
    pub models: Vec<String>,
    /// What the font's name in GS I 69 contains; any of these, or it doesn't matter.
    #[serde(default)]
    pub fonts: Vec<String>,

    /// Characters of font A in a line, 24 to 64.
    pub columns: usize,
    /// Dots of the head, at least 12 for each column.
    pub dots_per_line: u32,
    /// Dots per inch, in both directions.
    pub dpi: u32,
    /// Horizontal motion units per inch, as sent by GS P; 0 for both: the printer's default, taken as one dot.
    pub motion_unit_x: u8,
    /// Vertical motion units per inch.
    pub motion_unit_y: u8,

    /// How text is coded.
    pub encoding: Encoding,
    /// The number of that code page in ESC t, if it is one.
    #[serde(default)]
    pub code_page: Option<u8>,
    /// Whether there is a Chinese mode, and whether the printer starts in it.
    pub chinese_mode: ChineseMode,
    /// Whether GS ! enlarges Chinese characters.
    pub cjk_size: CjkSize,
    /// How characters are printed that the encoding lacks.
    pub drawn: Drawn,
    /// How QR codes are printed.
    pub qr: SymbolForm,
    /// How Code 128 is printed.
    pub code128: SymbolForm,
    /// Rows of dots in one raster command, 1 to 255.
    pub max_raster_rows: u8,

    /// The command at the end of a sheet.
    pub cut: CutForm,
    /// Empty lines before it, 0 to 20; for a cut that does not feed to the blade itself.
    pub feed_before_cut: u8,
    /// The drawer's pin of the connector, 2 or 5.
    pub drawer_pin: u8,
    /// Length of its pulse in milliseconds, 2 to 510.
    pub drawer_on_ms: u16,
    /// The pause after it, 2 to 510.
    pub drawer_off_ms: u16,
    /// How it sounds; `None`: not at all, or not known.
    #[serde(default, deserialize_with = "read::or_none")]
    pub buzzer: Option<BuzzerForm>,

    /// The command that sets the density; `None`: none, or not known.
    #[serde(default, deserialize_with = "read::or_none")]
    pub density: Option<DensityForm>,
    /// Steps of 5 % from the standard density, -6 to 8, set at each sheet; `None`: the printer's own, nothing is sent.
    #[serde(default)]
    pub print_density: Option<i8>,
    /// Whether GS ( K, function 50, sets the speed.
    pub speed_command: bool,
    /// Print speed of GS ( K, 1 to 13, 0 for the stored one, set at each sheet; `None`: the printer's own, nothing is sent.
    #[serde(default)]
    pub print_speed: Option<u8>,

    /// Automatic status back is switched on in each job.
    pub asb: bool,
    /// Whether GS ( H may be tried.
    pub process_id: ProcessId,
    /// Whether GS r may be sent; what its answer proves is measured.
    pub gs_r: bool,
    /// Whether 100 mm of feed by ESC J can be asked for, to measure whether GS r is answered in order.
    pub long_feed: bool,
    /// Whether GS I 65 to 69 may be asked: maker, model, firmware, serial number, font.
    pub identity: bool,
    /// Whether GS g 2 may be asked: counters of lines, cuts, hours.
    pub counters: bool,
    /// Whether DLE ENQ recovers from a recoverable error.
    pub recover: bool,
    /// Whether DLE DC4 8 clears its buffers.
    pub clear_buffers: bool,

    /// Receive buffer in bytes; `None`: not known.
    #[serde(default)]
    pub rx_buffer: Option<u32>,
    /// Paper speed in mm/s; `None`: not known.
    #[serde(default)]
    pub speed: Option<u32>,
    /// Kilometres of paper that the head is made for; `None`: not known.
    #[serde(default)]
    pub head_life_km: Option<u32>,
    /// Days between cleanings of the head; `None`: not known.
    #[serde(default)]
    pub cleaning_days: Option<u32>,
}

/// Whether a printer has a Chinese mode (汉字模式: FS & on, FS . off).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChineseMode {
    /// It is on after power-up and after ESC @, as in Chinese firmware.
    AtPowerUp,
    /// FS & switches it on.
    ByCommand,
    /// Neither command is known: they would print `&` and `.`.
    None,
}

/// Which commands enlarge Chinese characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CjkSize {
    /// GS ! enlarges all characters.
    WithLatin,
    /// GS ! the Latin ones, FS ! the Chinese ones.
    Separate,
}

/// Whether a GS ( H probe may be sent at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessId {
    /// One probe at pairing.
    Ask,
    /// The same, and the tag is believed only if it waits for 24 mm of paper: firmware that may return it too early.
    Measure,
    /// Never: it prints the command as text.
    No,
}

/// How characters are printed that the encoding lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drawn {
    /// ESC * for each, inside the text line, which then is one line high.
    ColumnImage,
    /// GS v 0 for the whole line in which there is one.
    RasterLine,
}

/// How symbols are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SymbolForm {
    /// GS ( k, GS k: the printer makes it.
    Native,
    /// GS v 0: sent as dots.
    Raster,
}

impl Profile {
    /// The bytes that feed this many millimetres of paper (ESC J); motion units must have been set as the profile says.
    pub fn feed(&self, millimetres: u32) -> Vec<u8> {
        let unit = if self.motion_unit_y == 0 { self.dpi } else { u32::from(self.motion_unit_y) };
        command::feed_dots(u32::try_from(u64::from(millimetres) * u64::from(unit) * 10 / 254).unwrap_or(u32::MAX))
    }

    /// Horizontal motion units of this many dots.
    pub(crate) fn units_x(&self, dots: usize) -> u16 {
        let unit = if self.motion_unit_x == 0 { self.dpi } else { u32::from(self.motion_unit_x) };
        let units = dots as u64 * u64::from(unit) / u64::from(self.dpi.max(1));
        u16::try_from(units).unwrap_or(u16::MAX)
    }

    /// Vertical motion units of this many dots.
    pub(crate) fn units_y(&self, dots: u32) -> u32 {
        let unit = if self.motion_unit_y == 0 { self.dpi } else { u32::from(self.motion_unit_y) };
        dots * unit / self.dpi.max(1)
    }

    /// Dots from one line to the next: a sixth of an inch, the default of ESC 2 (clones: 30 dots, which is less).
    pub(crate) fn line_dots(&self) -> u32 {
        self.dpi.div_ceil(6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_millimetres_are_a_hundred_on_every_head() {
        let fed = |name| Profile::builtin(name).unwrap().feed(100).chunks(3).map(|c| u32::from(c[2])).sum::<u32>();
        assert_eq!(fed("generic-80"), 799);
        assert_eq!(fed("epson-tm-t88"), 708);
    }
}
