//! The dots of one character's picture, as every source of pictures gives them: Unifont, the shop's font, a frame. No
//! widths and no bytes; those are `glyph`'s business.

/// Height of a picture, that of a line of text.
pub(crate) const ROWS: usize = 24;

/// The dots of a picture from top to bottom, left-justified in 32 bits.
pub(crate) type Rows = [u32; ROWS];
