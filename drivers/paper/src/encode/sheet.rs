//! The sheet being written: lines become bytes, borders of segments are set, paper is counted.

mod pictures;

use model::{Align, Size};

use crate::{
    cell::{self, Form},
    command,
    encode::{
        RENDERER_VERSION, Rendered, band,
        mode::{Mode, Side},
    },
    font::Font,
    glyph::{self, Glyph, GlyphSource},
    layout::{Line, Row, Run},
    profile::{Drawn, Profile},
};

/// Lines after which a segment ends: 60 mm, small enough that a cut-off slip says where, large enough that tags cost little.
const SEGMENT_LINES: usize = 16;

/// Fewer lines than this before a QR code are sent together with it.
const SMALL_SEGMENT: usize = 6;

/// Bytes of ESC $.
const POSITION_BYTES: usize = 4;

/// Bytes of ESC a 1 and ESC a 0 around a centred block.
const CENTRING_BYTES: usize = 6;

/// Empty lines from which ESC d is shorter than LF after LF.
const FEED_LINES: usize = 4;

/// From the head to the blade, 1/20 inch short of an inch: what GS V 42 feeds at most.
const BLADE_TWENTIETHS: u32 = 19;

pub(crate) struct Sheet<'p> {
    profile: &'p Profile,
    out: Vec<u8>,
    mode: Mode,
    segment_ends: Vec<u32>,
    lines_in_segment: usize,
    drawn: Vec<(char, GlyphSource)>,
    font: Option<&'p Font>,
    length_dots: u32,
}

impl<'p> Sheet<'p> {
    pub(crate) fn begin(profile: &'p Profile) -> Sheet<'p> {
        let mut out = Vec::with_capacity(2048);
        let mode = Mode::begin(profile, &mut out);
        let mut sheet = Sheet {
            profile,
            out,
            mode,
            segment_ends: Vec::new(),
            lines_in_segment: 0,
            drawn: Vec::new(),
            font: None,
            length_dots: 0,
        };
        sheet.settings();
        sheet
    }

    /// With what the shop has for characters that nobody else has.
    pub(crate) fn with_font(mut self, font: Option<&'p Font>) -> Sheet<'p> {
        self.font = font;
        self
    }

    pub(crate) fn lines(&mut self, lines: &[Line]) {
        let mut rest = lines;
        while let Some((line, tail)) = rest.split_first() {
            match line {
                Line::Row(row) => self.row(row, rest),
                Line::Rule => self.rule(),
                Line::Blank => {
                    let count = rest.iter().take_while(|line| **line == Line::Blank).count();
                    self.blank(count);
                    rest = rest.get(count..).unwrap_or_default();
                    self.border_if_due(rest);
                    continue;
                }
                Line::Qr(text) => self.qr(text),
            }
            rest = tail;
            self.border_if_due(rest);
        }
    }

    pub(crate) fn finish(mut self) -> Rendered {
        self.restore_settings();
        self.blank(usize::from(self.profile.feed_before_cut));
        self.out.extend(command::cut(self.profile.cut));
        if self.profile.cut.feeds() {
            self.length_dots += self.profile.dpi * BLADE_TWENTIETHS / 20;
        }
        self.border();
        Rendered {
            bytes: self.out,
            segment_ends: self.segment_ends,
            version: RENDERER_VERSION,
            drawn: self.drawn,
            length_dots: self.length_dots,
        }
    }

    /// Ends the segment where it is long enough or a picture follows; the last few lines go with the cut.
    fn border_if_due(&mut self, following: &[Line]) {
        let long = self.lines_in_segment >= SEGMENT_LINES && following.len() > 2;
        let picture = matches!(following.first(), Some(Line::Qr(_))) && self.lines_in_segment >= SMALL_SEGMENT;
        if long || picture {
            self.border();
        }
    }

    /// Ends the segment here, between lines.
    pub(crate) fn border(&mut self) {
        let end = u32::try_from(self.out.len()).unwrap_or(u32::MAX);
        if self.segment_ends.last() != Some(&end) {
            self.segment_ends.push(end);
        }
        self.lines_in_segment = 0;
    }

    fn row(&mut self, row: &Row, from_here: &[Line]) {
        let wide = row.size == Size::Large;
        let has_drawn = self.note_drawn(row);
        // a picture inside a line is one line high: a tall line with one would lose its height
        let high = row.size != Size::Normal;
        if has_drawn && (high || self.profile.drawn == Drawn::RasterLine) {
            self.raster_row(row);
            return;
        }

        let side = self.cheaper_side(row, from_here);
        self.mode.set_side(side, &mut self.out);
        self.mode.set_size(wide, high, &mut self.out);
        self.mode.set_bold(row.bold, &mut self.out);
        let mut column = 0;
        for run in &row.runs {
            if side == Side::Left {
                self.gap(column, run.column, wide);
            }
            self.run(run, wide, row.bold);
            column = run.column + run.columns;
        }
        self.line_feed(if high { 2 * glyph::ROWS } else { glyph::ROWS });
        if high && !matches!(from_here.get(1), None | Some(Line::Blank)) {
            // the feed of a line is no higher than tall letters: the next line would touch them
            self.out.extend(command::feed_dots(self.profile.units_y(band::GAP_DOTS)));
            self.length_dots += band::GAP_DOTS;
        }
    }

    /// Centred rows that follow each other share one ESC a 1; a few blanks are shorter for a single one.
    fn cheaper_side(&self, row: &Row, from_here: &[Line]) -> Side {
        if row.align != Align::Center {
            return Side::Left;
        }
        if self.mode.side() == Side::Center {
            return Side::Center;
        }
        let mut by_gaps = 0;
        for line in from_here {
            match line {
                Line::Row(row) if row.align == Align::Center => {
                    by_gaps += row.runs.first().map_or(0, |run| run.column.min(POSITION_BYTES));
                }
                Line::Row(_) => break,
                Line::Rule if !self.rule_fills_line() => break,
                // needs it anyway
                Line::Qr(_) => return Side::Center,
                Line::Rule | Line::Blank => {}
            }
        }
        if by_gaps > CENTRING_BYTES { Side::Center } else { Side::Left }
    }

    /// To a column of the row's size, by blanks or by ESC $.
    fn gap(&mut self, from: usize, to: usize, wide: bool) {
        let blanks = to.saturating_sub(from);
        if blanks <= POSITION_BYTES {
            self.out.extend(std::iter::repeat_n(b' ', blanks));
        } else {
            let dots = to * glyph::COLUMN_DOTS * if wide { 2 } else { 1 };
            self.out.extend(command::position(self.profile.units_x(dots)));
        }
    }

    fn run(&mut self, run: &Run, wide: bool, bold: bool) {
        for cell in cell::cells(&run.text, self.profile.encoding) {
            match cell.form {
                Form::Code(code) => self.out.extend(code.bytes()),
                Form::Drawn => {
                    if let Some(glyph) = Glyph::of(cell.text, self.font) {
                        // ESC E does not reach pictures
                        let glyph = if bold { glyph.bold() } else { glyph };
                        self.out.extend(command::column_image(&glyph.column_bytes(), wide));
                    }
                }
            }
        }
    }

    /// Notes what the encoding lacks; true if there is any.
    fn note_drawn(&mut self, row: &Row) -> bool {
        let mut any = false;
        for cell in row.runs.iter().flat_map(|run| cell::cells(&run.text, self.profile.encoding)) {
            if cell.form == Form::Drawn
                && let Some(base) = cell.text.chars().next()
            {
                any = true;
                if !self.drawn.iter().any(|(known, _)| *known == base)
                    && let Some(glyph) = Glyph::of(cell.text, self.font)
                {
                    self.drawn.push((base, glyph.source));
                }
            }
        }
        any
    }

    /// The whole line as dots, in its full size.
    fn raster_row(&mut self, row: &Row) {
        let centred = row.align == Align::Center;
        let from_column = if centred { row.runs.first().map_or(0, |run| run.column) } else { 0 };
        let picture = band::band(row, from_column, self.profile.encoding, self.font);
        let lines = self.lines_in_segment;
        self.picture(&picture, if centred { Side::Center } else { Side::Left });
        // ESC J and no LF: an LF right after a raster is swallowed by some
        self.out.extend(command::feed_dots(self.profile.units_y(band::GAP_DOTS)));
        self.lines_in_segment = lines + 1;
        self.length_dots += band::GAP_DOTS;
    }

    /// Where it does, it stands in the same place centred or not.
    fn rule_fills_line(&self) -> bool {
        u32::try_from(self.profile.columns * glyph::COLUMN_DOTS) == Ok(self.profile.dots_per_line)
    }

    fn rule(&mut self) {
        if !self.rule_fills_line() {
            self.mode.set_side(Side::Left, &mut self.out);
        }
        self.mode.set_size(false, false, &mut self.out);
        self.mode.set_bold(false, &mut self.out);
        self.out.extend(std::iter::repeat_n(b'-', self.profile.columns));
        self.line_feed(glyph::ROWS);
    }

    fn blank(&mut self, lines: usize) {
        let mut rest = lines;
        while rest >= FEED_LINES {
            let step = u8::try_from(rest).unwrap_or(u8::MAX);
            self.out.extend(command::feed_lines(step));
            rest -= usize::from(step);
        }
        self.out.extend(std::iter::repeat_n(command::LINE_FEED, rest));
        self.lines_in_segment += lines;
        self.length_dots += self.profile.line_dots() * u32::try_from(lines).unwrap_or(u32::MAX);
    }

    /// Layout has made sure that it fits.
    fn qr(&mut self, text: &str) {
        self.qr_within(text, self.text_dots());
    }

    fn line_feed(&mut self, dots: usize) {
        self.out.push(command::LINE_FEED);
        self.lines_in_segment += 1;
        self.length_dots += self.profile.line_dots().max(u32::try_from(dots).unwrap_or(u32::MAX));
    }
}
