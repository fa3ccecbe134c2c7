//! What a session needs to know of a printer's model: which questions may be asked.

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
    /// GS r may be asked, and 100 mm of paper fed to measure it.
    pub may_ask_gs_r: bool,
    /// Dots per millimetre down the paper.
    pub dots_per_mm: f32,
    /// How a slip that stays incomplete is cut off.
    pub cut: CutForm,
}

impl From<&Profile> for Abilities {
    fn from(profile: &Profile) -> Self {
        Self {
            answers: true,
            asb: profile.asb,
            may_ask_process_id: profile.process_id == ProcessId::Ask,
            // an answer to GS r proves nothing unless it was measured behind a long feed
            may_ask_gs_r: profile.gs_r && profile.long_feed,
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
        assert_eq!(abilities.asb, profile.asb);
        assert!((7.0..13.0).contains(&abilities.dots_per_mm));
        let unmeasurable = Abilities::from(&Profile { long_feed: false, ..profile });
        assert!(!unmeasurable.may_ask_gs_r);
        assert!(!abilities.without_answers().answers);
    }
}
