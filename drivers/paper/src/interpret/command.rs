//! What one complete command means: bytes to event, with its parameters checked. Lengths are the business of `framing`.

use super::Bitmap;
use super::event::{Align, CutKind, Event, Feed, Query, Style};
use super::symbol::{Symbols, scale};

/// Reads a command that is whole; `None` for control bytes that a printer passes over (NUL, CR, CAN …).
pub(super) fn read(bytes: &[u8], symbols: &mut Symbols) -> Option<Event> {
    Some(match bytes {
        [0x0A] => Event::LineFeed,
        [0x09] => Event::Tab,
        [0x0C] => Event::FormFeed { stay: false },
        [0x18] => Event::Cancel,
        [_] => return None,
        [0x10, ..] => Event::Accepted("real-time sequence"),
        // CSN-A2: 50 % and 5 % for each step of bits 0 to 4; bits 5 to 7 are a pause
        [0x12, b'#', n] => Event::Density(50 + 5 * u16::from(n & 0x1F)),
        [0x12, b'T'] => Event::SelfTest,
        [0x1B, code, parameters @ ..] => escape(*code, parameters, symbols),
        [0x1C, code, parameters @ ..] => chinese(*code, parameters, symbols),
        [0x1D, code, parameters @ ..] => group(*code, parameters, symbols),
        _ => return None,
    })
}

fn wrong(name: &str, parameters: &[u8]) -> Event {
    let shown: Vec<String> = parameters.iter().take(8).map(|byte| format!("{byte:02X}")).collect();
    Event::Problem(format!("{name} {} out of range", shown.join(" ")))
}

fn escape(code: u8, parameters: &[u8], symbols: &mut Symbols) -> Event {
    let style = Event::Style;
    match (code, parameters) {
        (b'@', _) => {
            symbols.initialise();
            Event::Initialise
        }
        (b' ', [n]) => style(Style::CharSpacing(*n)),
        (b'!', [n]) => style(Style::PrintMode(*n)),
        (b'$', [low, high]) => style(Style::Position(u16::from_le_bytes([*low, *high]))),
        (b'\\', [low, high]) => style(Style::Move(i16::from_le_bytes([*low, *high]))),
        (b'-', [0 | b'0']) => style(Style::Underline(0)),
        (b'-', [1 | b'1']) => style(Style::Underline(1)),
        (b'-', [2 | b'2']) => style(Style::Underline(2)),
        (b'2', _) => style(Style::LineSpacing(None)),
        (b'3', [n]) => style(Style::LineSpacing(Some(*n))),
        (b'=', [n]) => style(Style::Selected(n & 1 != 0)),
        (b'E' | b'G', [n]) => style(Style::Bold(n & 1 != 0)),
        (b'J', [n]) => Event::Feed(Feed::Units(*n)),
        (b'd', [n]) => Event::Feed(Feed::Lines(*n)),
        (b'K', [n @ 0..=48]) => Event::Feed(Feed::BackUnits(*n)),
        (b'e', [n @ 0..=2]) => Event::Feed(Feed::BackLines(*n)),
        (b'M', [0 | b'0' | 97]) => style(Style::FontB(false)),
        (b'M', [1 | b'1' | 98]) => style(Style::FontB(true)),
        (b'R', [n @ 0..=17]) => style(Style::NationalSet(*n)),
        (b'V', [n @ (0..=2 | b'0'..=b'2')]) => style(Style::Rotated(!matches!(n, 0 | b'0'))),
        (b'a', [0 | b'0']) => style(Style::Align(Align::Left)),
        (b'a', [1 | b'1']) => style(Style::Align(Align::Centre)),
        (b'a', [2 | b'2']) => style(Style::Align(Align::Right)),
        (b't', [n]) => style(Style::CodePage(*n)),
        (b'{', [n]) => style(Style::UpsideDown(n & 1 != 0)),
        (b'D', [stops @ .., 0]) => style(Style::Tabs(stops.to_vec())),
        (b'i' | b'm', _) => Event::Cut { kind: CutKind::Partial, feed: None },
        (b'p', [pin @ (0 | 1 | b'0' | b'1'), on, off]) => Event::Pulse {
            second: matches!(pin, 1 | b'1'),
            on_ms: u16::from(*on) * 2,
            off_ms: u16::from(*off).max(u16::from(*on)) * 2,
        },
        (b'u', _) => Event::Query(Query::Drawer),
        (b'v', _) => Event::Query(Query::PaperSensor),
        (b'*', [mode, _, _, bits @ ..]) => inline(*mode, bits),
        (b'L', _) => Event::PageMode(true),
        (b'S', _) => Event::PageMode(false),
        (0x0C, _) => Event::FormFeed { stay: true },
        (b'T', [n @ (0..=3 | b'0'..=b'3')]) => style(Style::Direction(n & 3)),
        (b'W', [xl, xh, yl, yh, wl, wh, hl, hh]) => style(Style::PageArea {
            x: u16::from_le_bytes([*xl, *xh]),
            y: u16::from_le_bytes([*yl, *yh]),
            width: u16::from_le_bytes([*wl, *wh]),
            height: u16::from_le_bytes([*hl, *hh]),
        }),
        (b'&', [tall, first, _, characters @ ..]) => user_characters(*tall, *first, characters),
        (b'%', [n]) => style(Style::UserSet(n & 1 != 0)),
        (b'?', [n @ 0x20..=0x7E]) => Event::UserCharacters { first: *n, pictures: None },
        // CSN-A2: the second is the time the dots are heated, in steps of 10 µs; 80 is normal
        (b'7', [_, heat, _]) => Event::Density(u16::from(*heat) * 5 / 4),
        (b'B', _) => Event::Accepted("buzzer"),
        (b'(' | b'<' | b'U' | b'c' | b'r', _) => Event::Accepted("device setting"),
        (_, rest) => wrong(&format!("ESC {}", char::from(code)), rest),
    }
}

/// ESC *: 8-dot modes are three times as tall, single density is twice as wide.
fn inline(mode: u8, bits: &[u8]) -> Event {
    let (bytes_tall, wide, tall) = match mode {
        0 => (1, 2, 3),
        1 => (1, 1, 3),
        32 => (3, 2, 1),
        _ => (3, 1, 1),
    };
    let picture = Bitmap::from_columns(bytes_tall, bits);
    Event::Inline(if wide * tall > 1 { picture.scaled(wide, tall) } else { picture })
}

/// ESC &: each character is its width in columns and `tall` bytes for each of them.
fn user_characters(tall: u8, first: u8, mut rest: &[u8]) -> Event {
    let mut pictures = Vec::new();
    while let Some((columns, tail)) = rest.split_first() {
        let Some((bits, next)) = tail.split_at_checked(usize::from(*columns) * usize::from(tall)) else { break };
        pictures.push(Bitmap::from_columns(u32::from(tall), bits));
        rest = next;
    }
    Event::UserCharacters { first, pictures: Some(pictures) }
}

fn chinese(code: u8, parameters: &[u8], symbols: &mut Symbols) -> Event {
    let style = Event::Style;
    match (code, parameters) {
        (b'&', _) => style(Style::Cjk(true)),
        (b'.', _) => style(Style::Cjk(false)),
        (b'!', [n]) => style(Style::CjkMode(*n)),
        (b'-', [n @ (0..=2 | b'0'..=b'2')]) => style(Style::CjkUnderline(n & 3)),
        (b'W', [n]) => style(Style::CjkDouble(n & 1 != 0)),
        (b'S', [left, right]) => style(Style::CjkSpacing { left: *left, right: *right }),
        (b'2', [c1, c2, bits @ ..]) => {
            Event::UserGlyph { code: [*c1, *c2], picture: Some(Bitmap::from_columns(3, bits)) }
        }
        (b'?', [c1, c2]) => Event::UserGlyph { code: [*c1, *c2], picture: None },
        (b'C', [n]) => style(Style::CodeSystem(if *n >= b'0' { n - b'0' } else { *n })),
        (b'(', [b'C', 2, 0, b'0', n @ (1 | 2 | b'1' | b'2')]) => style(Style::Utf8(n & 3 == 2)),
        (b'(', [b'C', 3, 0, b'<', 0 | 1, _]) => Event::Accepted("order of the fonts"),
        (b'(', [b'A', 2, 0, b'0', n @ (0..=2 | b'0'..=b'2')]) => style(Style::CjkFont(n & 3 != 0)),
        (b'(', [b'C' | b'A', rest @ ..]) => wrong("FS ( block", rest),
        (b'(', [b'E' | b'L' | b'e', ..]) => Event::Accepted("device setting"),
        (b'(', [function, ..]) => Event::Unknown { bytes: vec![0x1C, b'(', *function] },
        (b'g', _) => Event::Accepted("user memory"),
        (b'p', [number, mode]) => symbols.print_stored(*number, *mode),
        (b'q', [_, pictures @ ..]) => symbols.store(pictures),
        (_, rest) => wrong(&format!("FS {}", char::from(code)), rest),
    }
}

fn group(code: u8, parameters: &[u8], symbols: &mut Symbols) -> Event {
    let style = Event::Style;
    match (code, parameters) {
        (b'!', [n]) if n & 0x88 == 0 => style(Style::Size { width: (n >> 4) + 1, height: (n & 7) + 1 }),
        (b'B', [n]) => style(Style::Inverse(n & 1 != 0)),
        (b'L', [low, high]) => style(Style::LeftMargin(u16::from_le_bytes([*low, *high]))),
        (b'W', [low, high]) => style(Style::AreaWidth(u16::from_le_bytes([*low, *high]))),
        (b'P', [x, y]) => style(Style::MotionUnits { x: *x, y: *y }),
        (b'V', [0 | b'0']) => Event::Cut { kind: CutKind::Full, feed: None },
        (b'V', [1 | b'1']) => Event::Cut { kind: CutKind::Partial, feed: None },
        (b'V', [65 | 97 | 103, n]) => Event::Cut { kind: CutKind::Full, feed: Some(*n) },
        (b'V', [66 | 98 | 104, n]) => Event::Cut { kind: CutKind::Partial, feed: Some(*n) },
        (b'v', [_, mode, xl, xh, _, _, bits @ ..]) => {
            let (wide, tall) = scale(*mode).unwrap_or((1, 1));
            let stride = u32::from(u16::from_le_bytes([*xl, *xh]));
            Event::Raster { picture: Bitmap::from_rows(stride, bits), wide, tall }
        }
        (b'*', [_, tall, bits @ ..]) => symbols.download(*tall, bits),
        (b'/', [mode]) => symbols.print_downloaded(*mode),
        (b'k', [m @ 0..=6, data @ .., 0]) => symbols.barcode(*m, data),
        (b'k', [m, _, data @ ..]) => symbols.barcode(*m, data),
        (b'h', [n @ 1..=255]) => {
            symbols.bar_height = u32::from(*n);
            Event::Accepted("bar code height")
        }
        (b'w', [n @ (2..=6 | 68..=76)]) => {
            symbols.bar_module = if *n > 6 { u32::from(n - 64).div_ceil(2) } else { u32::from(*n) };
            Event::Accepted("bar code width")
        }
        (b'H', [n @ (0..=3 | b'0'..=b'3')]) => {
            symbols.hri = n & 3;
            Event::Accepted("bar code text")
        }
        (b'f', [n @ (0..=4 | b'0'..=b'4' | 97 | 98)]) => {
            symbols.hri_small = matches!(n, 1 | b'1' | 98);
            Event::Accepted("bar code font")
        }
        (b'a', [n]) => Event::StatusBack(*n),
        (b'r', [1 | b'1']) => Event::Query(Query::PaperSensor),
        (b'r', [2 | b'2']) => Event::Query(Query::Drawer),
        (b'I', [n]) => Event::Query(Query::Identity(*n)),
        (b'g', [b'2', 0, low, high]) => Event::Query(Query::Counter(u16::from_le_bytes([*low, *high]))),
        (b'g', [b'0', 0, low, high]) => Event::ResetCounter(u16::from_le_bytes([*low, *high])),
        (b'(', [b'k', _, _, data @ ..]) => symbols.two_dimensional(data),
        (b'(', [b'L', _, _, data @ ..]) | (b'8', [b'L', _, _, _, _, data @ ..]) => symbols.graphics(data),
        (b'(', [b'H', 6, 0, b'0', b'0', a, b, c, d]) if [a, b, c, d].iter().all(|id| (0x20..=0x7E).contains(*id)) => {
            Event::Query(Query::ProcessId([*a, *b, *c, *d]))
        }
        (b'(', [b'H', 3, 0, b'1', b'0', n @ (0..=2 | b'0'..=b'2')]) => Event::Query(Query::OfflineResponse(n & 3)),
        (b'(', [b'H', rest @ ..]) => wrong("GS ( H", rest),
        (b'(', [b'A', 2, 0, 0..=2 | b'0'..=b'2', 1..=3 | b'1'..=b'3']) => Event::SelfTest,
        (b'(', [b'A', rest @ ..]) => wrong("GS ( A", rest),
        (b'(', [b'K', rest @ ..]) => heat(rest),
        (b'(', [b'E' | b'D' | b'M' | b'N' | b'C' | b'P', ..]) => Event::Accepted("device setting"),
        (b'(', [function, ..]) => Event::Unknown { bytes: vec![0x1D, b'(', *function] },
        // Custom and others: steps of 12.5 %, 4 is normal
        (b'|', [n @ 0..=8]) => Event::Density(50 + u16::from(*n) * 25 / 2),
        (b':', _) => Event::Accepted("macro"),
        (b'^', _) => Event::Problem("a macro is not run here".to_owned()),
        (b'b' | b'T' | b'c', _) => Event::Accepted("device setting"),
        (b'$', [low, high]) => style(Style::Down(u16::from_le_bytes([*low, *high]))),
        (b'\\', [low, high]) => style(Style::MoveDown(i16::from_le_bytes([*low, *high]))),
        (_, rest) => wrong(&format!("GS {}", char::from(code)), rest),
    }
}

/// GS ( K from pL on: 49 is the density, 250 to 255 and 0 to 8 in steps of 5 % from 70 to 140, at most 130.
fn heat(block: &[u8]) -> Event {
    match block {
        [2, 0, b'1', m @ 250..=255] => Event::Density(100 - 5 * u16::from(u8::MAX - m + 1)),
        [2, 0, b'1', m @ 0..=8] => Event::Density((100 + 5 * u16::from(*m)).min(130)),
        [2, 0, b'0', 0..=4 | b'0'..=b'4'] => Event::Accepted("print mode"),
        [2, 0, b'2', 0..=13 | b'0'..=b'9'] => Event::Accepted("print speed"),
        [2, 0, b'a', 0..=4 | b'0'..=b'4'] => Event::Accepted("head split"),
        rest => wrong("GS ( K", rest),
    }
}
