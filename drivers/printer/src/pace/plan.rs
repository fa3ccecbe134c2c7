//! How long a printer is busy with each byte, told from what the bytes say. An estimate, and rather too long.

use std::{collections::VecDeque, time::Duration};

use paper::interpret::{Event, Feed, Parser, Style};

use super::Intake;

/// A mechanism whose speed is not known: a 55 W head prints solid black at 38 mm/s, and text faster.
const SPEED: u32 = 40;
const DPI: u32 = 203;
/// Font A with the space below it, and the characters themselves.
const SPACING: u32 = 30;
const TALL: u32 = 24;
const SPACE: u32 = SPACING - TALL;
/// A blade goes through and back within this.
const CUT: Duration = Duration::from_millis(800);
/// Larger than most symbols that fit on 80 mm.
const QR_MODULES: u32 = 57;
const SELF_TEST: Duration = Duration::from_secs(10);

/// The times of bytes that are handed over and not sent yet.
#[derive(Debug)]
pub(super) struct Plan {
    parser: Parser,
    per_dot: Duration,
    /// Line spacing in dots, and how tall the characters are.
    spacing: u32,
    height: u32,
    /// Bytes taken out so far.
    taken: u64,
    spans: VecDeque<Span>,
}

/// The bytes up to `end`, and the time left for them.
#[derive(Debug)]
struct Span {
    end: u64,
    left: Duration,
}

impl Plan {
    pub(super) fn new(intake: Intake) -> Self {
        let speed = u64::from(intake.speed.filter(|speed| *speed > 0).unwrap_or(SPEED));
        let dpi = u64::from(intake.dpi.filter(|dpi| *dpi > 0).unwrap_or(DPI));
        Self {
            parser: Parser::new(),
            per_dot: Duration::from_nanos(25_400_000_000 / (dpi * speed)),
            spacing: SPACING,
            height: 1,
            taken: 0,
            spans: VecDeque::new(),
        }
    }

    /// More bytes, behind the earlier ones.
    pub(super) fn hand(&mut self, bytes: &[u8]) {
        let events = self.parser.feed(bytes);
        let ends = events.iter().skip(1).map(|next| next.offset).chain([self.parser.offset()]).collect::<Vec<_>>();
        for (located, end) in events.iter().zip(ends) {
            let left = self.time_of(&located.event);
            self.spans.push_back(Span { end, left });
        }
    }

    /// The time that the next byte costs.
    pub(super) fn take(&mut self) -> Duration {
        self.taken += 1;
        let mut time = Duration::ZERO;
        while let Some(span) = self.spans.front_mut() {
            let bytes = span.end.saturating_sub(self.taken) + 1;
            // a picture is printed row by row as it comes in, so each of its bytes has its share
            if span.end > self.taken {
                let share = span.left / u32::try_from(bytes).unwrap_or(u32::MAX);
                span.left -= share;
                return time + share;
            }
            time += span.left;
            let last = span.end == self.taken;
            self.spans.pop_front();
            if last {
                break;
            }
        }
        time
    }

    fn time_of(&mut self, event: &Event) -> Duration {
        match event {
            Event::LineFeed => self.dots(self.spacing.max(TALL * self.height + SPACE)),
            Event::Feed(Feed::Units(units) | Feed::BackUnits(units)) => {
                self.dots(u32::from(*units) + TALL * self.height)
            }
            Event::Feed(Feed::Lines(lines) | Feed::BackLines(lines)) => {
                self.dots(u32::from(*lines) * self.spacing + TALL * self.height)
            }
            Event::Inline(picture) => self.dots(picture.height()),
            Event::Raster { picture, tall, .. } => self.dots(picture.height().saturating_mul(*tall)),
            Event::Qr { module, .. } => self.dots(QR_MODULES * module),
            Event::Barcode(barcode) => self.dots(barcode.height + 2 * SPACING),
            Event::Cut { feed, .. } => CUT + self.dots(feed.map_or(0, |feed| 100 + u32::from(feed))),
            Event::Pulse { on_ms, off_ms, .. } => Duration::from_millis(u64::from(*on_ms) + u64::from(*off_ms)),
            Event::SelfTest => SELF_TEST,
            Event::Style(style) => {
                self.obey(style);
                Duration::ZERO
            }
            Event::Initialise => {
                (self.spacing, self.height) = (SPACING, 1);
                Duration::ZERO
            }
            _ => Duration::ZERO,
        }
    }

    fn obey(&mut self, style: &Style) {
        match style {
            Style::Size { height, .. } => self.height = u32::from(*height),
            Style::PrintMode(bits) => self.height = if bits & 0x10 != 0 { 2 } else { 1 },
            Style::CjkMode(bits) if bits & 0x08 != 0 => self.height = self.height.max(2),
            Style::CjkDouble(true) => self.height = self.height.max(2),
            Style::LineSpacing(units) => self.spacing = units.map_or(SPACING, u32::from),
            _ => {}
        }
    }

    fn dots(&self, dots: u32) -> Duration {
        self.per_dot.saturating_mul(dots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 203 dots take a second.
    const INTAKE: Intake = Intake { buffer: None, speed: Some(25), dpi: Some(203) };

    fn times(pieces: &[&[u8]]) -> Vec<u128> {
        let mut plan = Plan::new(INTAKE);
        let mut times = Vec::new();
        for piece in pieces {
            plan.hand(piece);
            times.extend(piece.iter().map(|_| plan.take().as_millis()));
        }
        times
    }

    #[test]
    fn text_costs_nothing_until_its_line_is_printed() {
        let times = times(&[b"abc\n", b"de\n"]);
        assert_eq!(times[..3], [0, 0, 0]);
        assert!((140..160).contains(&times[3]), "30 dots: {times:?}");
        assert_eq!(times[6], times[3]);
    }

    #[test]
    fn a_tall_line_costs_more_until_the_printer_is_initialised() {
        let times = times(&[b"\x1D!\x01a\n\x1B@a\n"]);
        assert!((260..280).contains(&times[4]), "54 dots: {times:?}");
        assert!((140..160).contains(times.last().unwrap()), "{times:?}");
    }

    #[test]
    fn the_rows_of_a_picture_cost_as_they_come() {
        let mut picture = vec![0x1D, b'v', b'0', 0, 2, 0, 100, 0];
        picture.extend([0xAA; 200]);
        let times = times(&[&picture]);
        let all: u128 = times.iter().sum();
        let half: u128 = times[..104].iter().sum();
        assert!((300..=500).contains(&all), "100 dots, less the rounding: {all}");
        assert!(half * 2 >= all - 2 && half * 2 <= all + 2, "{half} of {all}");
    }

    #[test]
    fn a_command_in_two_pieces_costs_its_time_when_it_is_whole() {
        let times = times(&[b"\x1BJ", b"\xC8", b"x"]);
        assert_eq!(times[..2], [0, 0]);
        assert!(times[2] > 1000, "{times:?}");
        assert_eq!(times[3], 0);
    }
}
