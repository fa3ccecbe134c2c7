//! What a session needs to know of a printer's model: which questions may be asked, which commands sent.

use paper::{CutForm, ProcessId, Profile};

/// Which questions a session may ask. Made from a profile; what is not certain is off or found at pairing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Abilities {
    /// There is a way back at all. False for a file: then nothing is asked and nothing but the job is written.
    pub answers: bool,
    /// Automatic status back (GS a).
    pub asb: bool,
    /// GS ( H may be asked; a model that misreads it would print the tag.
    pub may_ask_process_id: bool,
    /// The tag is believed only after it was seen to wait for paper. Costs 24 mm of paper once per printer.
    pub measure_process_id: bool,
    /// GS r may be asked; what its answer proves is measured behind 100 mm of feed.
    pub may_ask_gs_r: bool,
    /// GS I 65 to 69 may be asked.
    pub identity: bool,
    /// GS g 2 may be asked; that the counters move is measured behind 100 mm of feed.
    pub counters: bool,
    /// DLE ENQ may be sent.
    pub recover: bool,
    /// DLE DC4 8 may be sent.
    pub clear_buffers: bool,
    /// Bytes of the longest command that any job for it may hold.
    pub longest_command: usize,
    /// Dots per millimetre down the paper.
    pub dots_per_mm: f32,
    /// How a slip that stays incomplete is cut off.
    pub cut: CutForm,
}

impl From<&Profile> for Abilities {
    fn from(profile: &Profile) -> Self {
        let row = profile.dots_per_line.div_ceil(8) as usize;
        // GS v 0, ESC *, and the text of a QR code
        let longest = (row * usize::from(profile.max_raster_rows) + 8).max(profile.dots_per_line as usize * 3 + 5);
        Self {
            answers: true,
            asb: profile.asb,
            may_ask_process_id: profile.process_id != ProcessId::No,
            measure_process_id: profile.process_id == ProcessId::Measure,
            // an answer to GS r proves nothing unless it was measured behind a long feed, and so does a counter
            may_ask_gs_r: profile.gs_r && profile.long_feed,
            counters: profile.counters && profile.long_feed,
            identity: profile.identity,
            recover: profile.recover,
            clear_buffers: profile.clear_buffers,
            longest_command: longest.max(512),
            dots_per_mm: profile.dpi as f32 / 25.4,
            cut: profile.cut,
        }
    }
}

impl Abilities {
    /// The same model behind a connection without a way back.
    #[must_use]
    pub fn without_answers(self) -> Self {
        Self { answers: false, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_decides_what_may_be_asked() {
        let profile = Profile::builtin("generic-80").unwrap();
        let abilities = Abilities::from(&profile);
        assert_eq!((abilities.asb, abilities.identity), (profile.asb, profile.identity));
        assert!((7.0..13.0).contains(&abilities.dots_per_mm));
        assert!(abilities.longest_command > 72 * 64);
        assert!(abilities.may_ask_process_id && !abilities.measure_process_id);
        let doubted = Abilities::from(&Profile { process_id: ProcessId::Measure, ..profile.clone() });
        assert!(doubted.may_ask_process_id && doubted.measure_process_id);
        let unmeasurable = Abilities::from(&Profile { long_feed: false, ..profile });
        assert!(!unmeasurable.may_ask_gs_r && !unmeasurable.counters);
        assert!(!abilities.without_answers().answers);
    }
}
