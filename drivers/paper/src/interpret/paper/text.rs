//! Text into the line: characters, user glyphs, tabs. No motion but the line that is full.

use std::sync::Arc;

use super::Paper;
use crate::interpret::bitmap::Bitmap;
use crate::interpret::charset::Read;

/// User glyphs kept of FS 2: 94 codes on Chinese models (FE A1 to FE FE).
const USER_CODES: std::ops::RangeInclusive<u8> = 0xA1..=0xFE;

impl Paper {
    /// A command came in the middle of a character.
    pub(super) fn interrupt_text(&mut self, offset: u64) {
        if let Some(Read::Broken(why)) = self.modes.charset.interrupt() {
            self.problem(offset, why);
            self.put_half('\u{fffd}', None);
        }
    }

    pub(super) fn text(&mut self, offset: u64, bytes: &[u8]) {
        let mut reads = std::mem::take(&mut self.reads);
        self.modes.charset.read(bytes, &mut reads);
        for (index, read) in reads.drain(..) {
            let at = offset.saturating_add(index as u64);
            match read {
                Read::Half(character) => {
                    let own = self.modes.user_set && character.is_ascii();
                    let picture = own.then(|| u8::try_from(character).ok()).flatten();
                    let picture = picture.and_then(|code| self.user_characters.get(&code)).cloned();
                    self.put_half(character, picture);
                }
                Read::Wide { code, character } => self.wide(at, code, character),
                Read::Broken(why) => {
                    self.problem(at, why);
                    self.put_half('\u{fffd}', None);
                }
            }
        }
        self.reads = reads;
    }

    fn wide(&mut self, at: u64, code: [u8; 4], character: Option<char>) {
        let glyph = match code {
            [c1, c2, 0, 0] => self.user_codes.get(&[c1, c2]).cloned(),
            _ => None,
        };
        if glyph.is_some() {
            self.put_wide('\u{fffc}', glyph);
            return;
        }
        let private = character.is_some_and(|c| ('\u{e000}'..='\u{f8ff}').contains(&c));
        if character.is_none() || private {
            let shown: Vec<String> = code.iter().filter(|byte| **byte != 0).map(|b| format!("{b:02X}")).collect();
            let name = if code[2] == 0 { "two-byte" } else { "four-byte" };
            self.page.add_problem(at, format!("{name} code {} has no glyph", shown.join(" ")));
        }
        self.put_wide(character.unwrap_or('\u{fffd}'), None);
    }

    fn put_half(&mut self, character: char, picture: Option<Arc<Bitmap>>) {
        let (cell, after) = (self.modes.half_cell(), self.modes.char_spacing);
        let character = if picture.is_some() { '\u{fffc}' } else { character };
        let look = self.modes.half_look();
        let length = if look.rotated { cell.1 * look.tall } else { cell.0 * look.wide };
        if !self.line.takes(length, self.area()) {
            self.print_line(self.modes.line_spacing, 1);
        }
        self.line.put_character(character, cell, look, picture);
        self.line.space(after * look.wide);
    }

    fn put_wide(&mut self, character: char, picture: Option<Arc<Bitmap>>) {
        let look = self.modes.wide_look();
        let cell = if picture.is_some() { (24, 24) } else { self.modes.wide_cell() };
        let (before, after) = self.modes.cjk_spacing;
        let length = if look.rotated { cell.1 * look.tall } else { cell.0 * look.wide };
        if !self.line.takes(length + before * look.wide, self.area()) {
            self.print_line(self.modes.line_spacing, 1);
        }
        self.line.space(before * look.wide);
        self.line.put_character(character, cell, look, picture);
        self.line.space(after * look.wide);
    }

    /// HT: to the next stop; without one nothing happens.
    pub(super) fn tab(&mut self) {
        let x = self.line.x();
        let stop = self.modes.tabs.iter().find(|stop| **stop > x);
        if let Some(stop) = stop {
            self.line.move_to((*stop).min(self.area()));
        }
    }

    /// FS 2 and FS ?.
    pub(super) fn user_glyph(&mut self, offset: u64, code: [u8; 2], picture: Option<Bitmap>) {
        match picture {
            Some(_) if code[0] != 0xFE || !USER_CODES.contains(&code[1]) => {
                self.problem(offset, "FS 2 code outside FE A1 to FE FE");
            }
            Some(picture) => {
                self.user_codes.insert(code, Arc::new(picture));
            }
            None => {
                self.user_codes.remove(&code);
            }
        }
    }

    /// ESC & and ESC ?.
    pub(super) fn set_characters(&mut self, first: u8, pictures: Option<Vec<Bitmap>>) {
        match pictures {
            Some(pictures) => {
                let codes = first..=0x7E;
                self.user_characters.extend(codes.zip(pictures.into_iter().map(Arc::new)));
            }
            None => {
                self.user_characters.remove(&first);
            }
        }
    }
}
