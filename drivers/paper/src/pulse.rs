//! A drawer job: one pulse and no paper.

use crate::{
    command,
    encode::{RENDERER_VERSION, Rendered},
    profile::Profile,
};

/// The pulse that opens the drawer (开钱箱), as the profile has it. No paper moves, nothing is cut; one segment.
pub fn pulse(profile: &Profile) -> Rendered {
    let bytes = command::drawer_pulse(profile.drawer_pin == 5, profile.drawer_on_ms, profile.drawer_off_ms).to_vec();
    let end = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    Rendered { bytes, segment_ends: vec![end], version: RENDERER_VERSION, drawn: Vec::new(), length_dots: 0 }
}
