//! One row for each command: its bytes and the events they are read as. `COVERAGE.md` names the rows.

use paper::interpret::{Align, Barcode, Bitmap, CutKind, Event, Feed, Firmware, Parser, Query, Style, Symbology};

/// A row of the table. The bytes stand alone, or behind what they need before them.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    events: Vec<Event>,
}

fn accepted(what: &'static str) -> Event {
    Event::Accepted(what)
}

fn style(style: Style) -> Event {
    Event::Style(style)
}

fn bars(symbology: Symbology, data: &[u8]) -> Event {
    let data = data.to_vec();
    Event::Barcode(Barcode { symbology, data, height: 162, module: 3, hri: 0, hri_small: false })
}

fn eight() -> Bitmap {
    Bitmap::from_rows(1, &[0xF0])
}

fn text(text: &str) -> Event {
    Event::Text(text.as_bytes().to_vec())
}

pub(crate) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    let mut case = |name: &'static str, bytes: &[u8], events: Vec<Event>| {
        all.push(Case { name, bytes: bytes.to_vec(), events });
    };

    case("NUL", b"\x00\x00a", vec![text("a")]);
    case("HT", b"\x09", vec![Event::Tab]);
    case("LF", b"\x0a", vec![Event::LineFeed]);
    case("FF", b"\x0c", vec![Event::FormFeed { stay: false }]);
    case("CR", b"\x0da", vec![text("a")]);
    case("CAN", b"\x18", vec![Event::Cancel]);

    case("DLE EOT", b"\x10\x04\x01", vec![accepted("real-time sequence")]);
    case("DLE EOT 7", b"\x10\x04\x07\x01a", vec![accepted("real-time sequence"), text("a")]);
    case("DLE ENQ", b"\x10\x05\x02", vec![accepted("real-time sequence")]);
    case("DLE DC4 pulse", b"\x10\x14\x01\x00\x01a", vec![accepted("real-time sequence"), text("a")]);
    case("DLE DC4 buzzer", b"\x10\x14\x03\x01\x00\x01\x01\x00a", vec![accepted("real-time sequence"), text("a")]);
    case("DLE DC4 status", b"\x10\x14\x07\x01a", vec![accepted("real-time sequence"), text("a")]);
    case(
        "DLE DC4 clear",
        b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08a",
        vec![accepted("real-time sequence"), text("a")],
    );

    case("DC2 #", b"\x12#\x0f", vec![Event::Density(125)]);
    case("DC2 T", b"\x12T", vec![Event::SelfTest]);
    case("ESC 7", b"\x1b7\x07\x50\x02", vec![Event::Density(100)]);

    case("ESC @", b"\x1b@", vec![Event::Initialise]);
    case("ESC SP", b"\x1b \x02", vec![style(Style::CharSpacing(2))]);
    case("ESC !", b"\x1b!\x39", vec![style(Style::PrintMode(0x39))]);
    case("ESC $", b"\x1b$\x40\x01", vec![style(Style::Position(320))]);
    case("ESC \\", b"\x1b\\\xff\xff", vec![style(Style::Move(-1))]);
    case("ESC -", b"\x1b-\x32", vec![style(Style::Underline(2))]);
    case("ESC 2", b"\x1b2", vec![style(Style::LineSpacing(None))]);
    case("ESC 3", b"\x1b3\x18", vec![style(Style::LineSpacing(Some(24)))]);
    case("ESC =", b"\x1b=\x02", vec![style(Style::Selected(false))]);
    case("ESC E", b"\x1bE\x01", vec![style(Style::Bold(true))]);
    case("ESC G", b"\x1bG\x00", vec![style(Style::Bold(false))]);
    case("ESC J", b"\x1bJ\x1e", vec![Event::Feed(Feed::Units(30))]);
    case("ESC K", b"\x1bK\x0a", vec![Event::Feed(Feed::BackUnits(10))]);
    case("ESC d", b"\x1bd\x03", vec![Event::Feed(Feed::Lines(3))]);
    case("ESC e", b"\x1be\x02", vec![Event::Feed(Feed::BackLines(2))]);
    case("ESC M", b"\x1bM\x31", vec![style(Style::FontB(true))]);
    case("ESC R", b"\x1bR\x0f", vec![style(Style::NationalSet(15))]);
    case("ESC t", b"\x1bt\x13", vec![style(Style::CodePage(19))]);
    case("ESC V", b"\x1bV\x01", vec![style(Style::Rotated(true))]);
    case("ESC {", b"\x1b{\x01", vec![style(Style::UpsideDown(true))]);
    case("ESC a", b"\x1ba\x31", vec![style(Style::Align(Align::Centre))]);
    case("ESC D", b"\x1bD\x08\x10\x00", vec![style(Style::Tabs(vec![8, 16]))]);
    case("ESC *", b"\x1b*\x21\x01\x00\xf0\x00\x00", vec![Event::Inline(Bitmap::from_columns(3, &[0xF0, 0, 0]))]);
    case(
        "ESC &",
        b"\x1b&\x03AB\x01\xf0\x00\x00\x00",
        vec![Event::UserCharacters {
            first: b'A',
            pictures: Some(vec![Bitmap::from_columns(3, &[0xF0, 0, 0]), Bitmap::from_columns(3, &[])]),
        }],
    );
    case("ESC %", b"\x1b%\x01", vec![style(Style::UserSet(true))]);
    case("ESC ?", b"\x1b?A", vec![Event::UserCharacters { first: b'A', pictures: None }]);
    case("ESC i", b"\x1bi", vec![Event::Cut { kind: CutKind::Partial, feed: None }]);
    case("ESC m", b"\x1bm", vec![Event::Cut { kind: CutKind::Partial, feed: None }]);
    case("ESC p", b"\x1bp\x01\x19\xfa", vec![Event::Pulse { second: true, on_ms: 50, off_ms: 500 }]);
    case("ESC u", b"\x1bu\x00", vec![Event::Query(Query::Drawer)]);
    case("ESC v", b"\x1bv", vec![Event::Query(Query::PaperSensor)]);
    case("ESC B", b"\x1bB\x02\x02a", vec![accepted("buzzer"), text("a")]);
    case("ESC ( A", b"\x1b(A\x04\x000\x31\x01\x0aa", vec![accepted("device setting"), text("a")]);
    case("ESC c 3", b"\x1bc3\x00a", vec![accepted("device setting"), text("a")]);
    case("ESC c 4", b"\x1bc4\x00a", vec![accepted("device setting"), text("a")]);
    case("ESC c 5", b"\x1bc5\x01a", vec![accepted("device setting"), text("a")]);
    case("ESC <", b"\x1b<a", vec![accepted("device setting"), text("a")]);
    case("ESC U", b"\x1bU\x01a", vec![accepted("device setting"), text("a")]);
    case("ESC r", b"\x1br\x00a", vec![accepted("device setting"), text("a")]);

    case("ESC L", b"\x1bL", vec![Event::PageMode(true)]);
    case("ESC S", b"\x1bS", vec![Event::PageMode(false)]);
    case("ESC FF", b"\x1b\x0c", vec![Event::FormFeed { stay: true }]);
    case("ESC T", b"\x1bT\x33", vec![style(Style::Direction(3))]);
    case(
        "ESC W",
        b"\x1bW\x01\x00\x02\x00\x00\x01\x04\x00",
        vec![style(Style::PageArea { x: 1, y: 2, width: 256, height: 4 })],
    );
    case("GS $", b"\x1d$\x00\x01", vec![style(Style::Down(256))]);
    case("GS \\", b"\x1d\\\xfe\xff", vec![style(Style::MoveDown(-2))]);

    case("FS &", b"\x1c&", vec![style(Style::Cjk(true))]);
    case("FS .", b"\x1c.", vec![style(Style::Cjk(false))]);
    case("FS C", b"\x1cC1", vec![style(Style::CodeSystem(1))]);
    case("FS !", b"\x1c!\x0c", vec![style(Style::CjkMode(12))]);
    case("FS -", b"\x1c-\x01", vec![style(Style::CjkUnderline(1))]);
    case("FS W", b"\x1cW\x01", vec![style(Style::CjkDouble(true))]);
    case("FS S", b"\x1cS\x01\x02", vec![style(Style::CjkSpacing { left: 1, right: 2 })]);
    case("FS ( A", b"\x1c(A\x02\x000\x01", vec![style(Style::CjkFont(true))]);
    case("FS ( C 48", b"\x1c(C\x02\x000\x02", vec![style(Style::Utf8(true))]);
    case("FS ( C 60", b"\x1c(C\x03\x00<\x00\x0ba", vec![accepted("order of the fonts"), text("a")]);
    case("FS ( E", b"\x1c(E\x02\x00<\x01a", vec![accepted("device setting"), text("a")]);
    let glyph = [0xF0; 72];
    let picture = Some(Bitmap::from_columns(3, &glyph));
    case(
        "FS 2",
        &[b"\x1c2\xfe\xa1".as_slice(), &glyph].concat(),
        vec![Event::UserGlyph { code: [0xFE, 0xA1], picture }],
    );
    case("FS ?", b"\x1c?\xfe\xa1", vec![Event::UserGlyph { code: [0xFE, 0xA1], picture: None }]);
    case("FS g 1", b"\x1cg1\x00\x00\x00\x00\x00\x02\x00xya", vec![accepted("user memory"), text("a")]);
    case("FS g 2", b"\x1cg2\x00\x00\x00\x00\x00\x02\x00a", vec![accepted("user memory"), text("a")]);
    let column = [0xF0, 0, 0, 0, 0, 0, 0, 0];
    let stored = Bitmap::from_columns(1, &column);
    let q = [b"\x1cq\x01\x01\x00\x01\x00".as_slice(), &column].concat();
    case("FS q", &q, vec![accepted("pictures stored")]);
    let raster = |picture, wide, tall| Event::Raster { picture, wide, tall };
    case(
        "FS p",
        &[&q, b"\x1cp\x01\x03".as_slice()].concat(),
        vec![accepted("pictures stored"), raster(stored.clone(), 2, 2)],
    );

    case("GS !", b"\x1d!\x12", vec![style(Style::Size { width: 2, height: 3 })]);
    case("GS B", b"\x1dB\x01", vec![style(Style::Inverse(true))]);
    case("GS b", b"\x1db\x01a", vec![accepted("device setting"), text("a")]);
    case("GS L", b"\x1dL\x10\x00", vec![style(Style::LeftMargin(16))]);
    case("GS W", b"\x1dW\x00\x01", vec![style(Style::AreaWidth(256))]);
    case("GS P", b"\x1dP\xcb\xcb", vec![style(Style::MotionUnits { x: 203, y: 203 })]);
    case("GS T", b"\x1dT\x00a", vec![accepted("device setting"), text("a")]);
    case("GS V 0", b"\x1dV\x00", vec![Event::Cut { kind: CutKind::Full, feed: None }]);
    case("GS V 1", b"\x1dV1", vec![Event::Cut { kind: CutKind::Partial, feed: None }]);
    case("GS V 65", b"\x1dVA\x10", vec![Event::Cut { kind: CutKind::Full, feed: Some(16) }]);
    case("GS V 66", b"\x1dVB\x00", vec![Event::Cut { kind: CutKind::Partial, feed: Some(0) }]);
    case("GS V 97", b"\x1dVb\x00", vec![Event::Cut { kind: CutKind::Partial, feed: Some(0) }]);
    case("GS V 103", b"\x1dVg\x00", vec![Event::Cut { kind: CutKind::Full, feed: Some(0) }]);
    case("GS v 0", b"\x1dv0\x01\x01\x00\x01\x00\xf0", vec![raster(eight(), 2, 1)]);
    let download = [b"\x1d*\x01\x01".as_slice(), &column].concat();
    case("GS *", &download, vec![accepted("picture downloaded")]);
    case(
        "GS /",
        &[&download, b"\x1d/\x02".as_slice()].concat(),
        vec![accepted("picture downloaded"), raster(stored, 1, 2)],
    );
    let store = b"0p0\x01\x021\x08\x00\x01\x00\xf0";
    case(
        "GS ( L 50",
        &[b"\x1d(L\x0b\x00".as_slice(), store, b"\x1d(L\x02\x0002"].concat(),
        vec![accepted("graphics stored"), raster(eight(), 1, 2)],
    );
    case("GS ( L 112", &[b"\x1d(L\x0b\x00".as_slice(), store].concat(), vec![accepted("graphics stored")]);
    case("GS ( L 113", b"\x1d(L\x0b\x000q0\x01\x011\x01\x00\x08\x00\xf0", vec![accepted("graphics stored")]);
    case("GS ( L 49", b"\x1d(L\x04\x0001\x32\x32", vec![accepted("graphics density")]);
    case("GS ( L 51", b"\x1d(L\x02\x0003", vec![accepted("graphics capacity query")]);
    case("GS ( L 64", b"\x1d(L\x04\x000@KC", vec![accepted("list of pictures query")]);
    case("GS ( L 65", b"\x1d(L\x05\x000ACLR", vec![accepted("pictures deleted")]);
    case("GS ( L 66", b"\x1d(L\x04\x000Bab", vec![accepted("picture deleted")]);
    let define = b"\x1d(L\x0c\x000C0ab\x01\x08\x00\x01\x001\xf0";
    case("GS ( L 67", define, vec![accepted("picture stored")]);
    case(
        "GS ( L 69",
        &[define.as_slice(), b"\x1d(L\x06\x000Eab\x02\x01"].concat(),
        vec![accepted("picture stored"), raster(eight(), 2, 1)],
    );
    let define = b"\x1d(L\x0c\x000S0ab\x01\x08\x00\x01\x001\xf0";
    case("GS ( L 83", define, vec![accepted("picture stored")]);
    case(
        "GS ( L 85",
        &[define.as_slice(), b"\x1d(L\x06\x000Uab\x01\x01"].concat(),
        vec![accepted("picture stored"), raster(eight(), 1, 1)],
    );
    case(
        "GS 8 L",
        &[b"\x1d8L\x0b\x00\x00\x00".as_slice(), store, b"a"].concat(),
        vec![accepted("graphics stored"), text("a")],
    );

    case("GS h", b"\x1dh\x40", vec![accepted("bar code height")]);
    case("GS w", b"\x1dw\x02", vec![accepted("bar code width")]);
    case("GS H", b"\x1dH\x02", vec![accepted("bar code text")]);
    case("GS f", b"\x1df\x01", vec![accepted("bar code font")]);
    case("GS k 0", b"\x1dk\x0001234567890\x00", vec![bars(Symbology::UpcA, b"01234567890")]);
    case("GS k 1", b"\x1dk\x01123456\x00", vec![bars(Symbology::UpcE, b"123456")]);
    case("GS k 2", b"\x1dk\x02590123412345\x00", vec![bars(Symbology::Ean13, b"590123412345")]);
    case("GS k 3", b"\x1dk\x039638507\x00", vec![bars(Symbology::Ean8, b"9638507")]);
    case("GS k 4", b"\x1dk\x04A-1\x00", vec![bars(Symbology::Code39, b"A-1")]);
    case("GS k 5", b"\x1dk\x051234\x00", vec![bars(Symbology::Itf, b"1234")]);
    case("GS k 6", b"\x1dk\x06A12B\x00", vec![bars(Symbology::Codabar, b"A12B")]);
    case("GS k 65", b"\x1dkA\x0b01234567890", vec![bars(Symbology::UpcA, b"01234567890")]);
    case("GS k 66", b"\x1dkB\x06123456", vec![bars(Symbology::UpcE, b"123456")]);
    case("GS k 67", b"\x1dkC\x0c590123412345", vec![bars(Symbology::Ean13, b"590123412345")]);
    case("GS k 68", b"\x1dkD\x079638507", vec![bars(Symbology::Ean8, b"9638507")]);
    case("GS k 69", b"\x1dkE\x03A-1", vec![bars(Symbology::Code39, b"A-1")]);
    case("GS k 70", b"\x1dkF\x041234", vec![bars(Symbology::Itf, b"1234")]);
    case("GS k 71", b"\x1dkG\x04A12B", vec![bars(Symbology::Codabar, b"A12B")]);
    case("GS k 72", b"\x1dkH\x03abc", vec![bars(Symbology::Code93, b"abc")]);
    case("GS k 73", b"\x1dkI\x04{B12", vec![bars(Symbology::Code128, b"{B12")]);
    case("GS k 74", b"\x1dkJ\x0401ab", vec![bars(Symbology::Gs1, b"01ab")]);
    case("GS k 75", b"\x1dkK\x040123", vec![bars(Symbology::DataBar, b"0123")]);
    case("GS k 79", b"\x1dkO\x02ab", vec![bars(Symbology::Code128Auto, b"ab")]);

    case("GS ( k 49 65", b"\x1d(k\x04\x001A2\x00", vec![accepted("QR model")]);
    case("GS ( k 49 67", b"\x1d(k\x03\x001C\x06", vec![accepted("QR module size")]);
    case("GS ( k 49 69", b"\x1d(k\x03\x001E1", vec![accepted("QR error correction")]);
    case("GS ( k 49 80", b"\x1d(k\x05\x001P0hi", vec![accepted("QR data")]);
    case(
        "GS ( k 49 81",
        b"\x1d(k\x05\x001P0hi\x1d(k\x03\x001Q0",
        vec![accepted("QR data"), Event::Qr { data: b"hi".to_vec(), module: 3, level: 48 }],
    );
    case("GS ( k 49 82", b"\x1d(k\x03\x001R0", vec![accepted("QR size query")]);
    case("GS ( k 48 65", b"\x1d(k\x03\x000A\x04", vec![accepted("PDF417 columns")]);
    case("GS ( k 48 66", b"\x1d(k\x03\x000B\x10", vec![accepted("PDF417 rows")]);
    case("GS ( k 48 67", b"\x1d(k\x03\x000C\x02", vec![accepted("PDF417 module width")]);
    case("GS ( k 48 68", b"\x1d(k\x03\x000D\x04", vec![accepted("PDF417 row height")]);
    case("GS ( k 48 69", b"\x1d(k\x04\x000E01", vec![accepted("PDF417 error correction")]);
    case("GS ( k 48 70", b"\x1d(k\x03\x000F\x00", vec![accepted("PDF417 options")]);
    case("GS ( k 48 80", b"\x1d(k\x05\x000P0hi", vec![accepted("PDF417 data")]);
    case(
        "GS ( k 48 81",
        b"\x1d(k\x05\x000P0hi\x1d(k\x03\x000Q0",
        vec![accepted("PDF417 data"), Event::Pdf417 { data: b"hi".to_vec(), columns: 0, module: 3, row: 3 }],
    );

    case("GS ( K 48", b"\x1d(K\x02\x0001", vec![accepted("print mode")]);
    case("GS ( K 49", b"\x1d(K\x02\x001\xfa", vec![Event::Density(70)]);
    case("GS ( K 50", b"\x1d(K\x02\x002\x09", vec![accepted("print speed")]);
    case("GS ( K 97", b"\x1d(K\x02\x00a\x02", vec![accepted("head split")]);
    case("GS |", b"\x1d|\x08", vec![Event::Density(150)]);
    case("GS ( E", b"\x1d(E\x03\x00\x01INa", vec![accepted("device setting"), text("a")]);
    case("GS ( D", b"\x1d(D\x03\x00\x14\x01\x00a", vec![accepted("device setting"), text("a")]);
    case("GS ( A", b"\x1d(A\x02\x00\x00\x02", vec![Event::SelfTest]);
    case("GS :", b"\x1d:a\x1d:", vec![accepted("macro"), text("a"), accepted("macro")]);
    case("GS c", b"\x1dca", vec![accepted("device setting"), text("a")]);

    case("GS a", b"\x1da\xff", vec![Event::StatusBack(255)]);
    case("GS r 1", b"\x1dr1", vec![Event::Query(Query::PaperSensor)]);
    case("GS r 2", b"\x1dr\x02", vec![Event::Query(Query::Drawer)]);
    case("GS I", b"\x1dIC", vec![Event::Query(Query::Identity(67))]);
    case("GS g 0", b"\x1dg0\x00\x14\x00", vec![Event::ResetCounter(20)]);
    case("GS g 2", b"\x1dg2\x00\x14\x00", vec![Event::Query(Query::Counter(20))]);
    case("GS ( H 48", b"\x1d(H\x06\x0000ab01", vec![Event::Query(Query::ProcessId(*b"ab01"))]);
    case("GS ( H 49", b"\x1d(H\x03\x00101", vec![Event::Query(Query::OfflineResponse(1))]);
    all
}

/// All events of these bytes, without their offsets; text that came in pieces is joined.
pub(crate) fn events(firmware: &Firmware, pieces: &[&[u8]]) -> Vec<Event> {
    let mut parser = Parser::with(firmware);
    let mut all: Vec<Event> = Vec::new();
    for located in pieces.iter().flat_map(|piece| parser.feed(piece)) {
        match (all.last_mut(), located.event) {
            (Some(Event::Text(text)), Event::Text(more)) => text.extend(more),
            (_, event) => all.push(event),
        }
    }
    assert!(parser.at_boundary(), "something is left over: {:?}", parser.truncated());
    all
}

/// The generic firmware and the heat commands of panel printers.
const ALL: Firmware = Firmware { heat_commands: true, ..Firmware::GENERIC };

#[test]
fn every_command_is_read_as_its_event() {
    for case in cases() {
        assert_eq!(events(&ALL, &[&case.bytes]), case.events, "{}", case.name);
    }
}

#[test]
fn every_command_is_read_the_same_byte_by_byte_and_ends_where_it_ends() {
    for case in cases() {
        let followed = [&case.bytes, b"\x0aZ".as_slice()].concat();
        let single: Vec<&[u8]> = followed.chunks(1).collect();
        let mut expected = case.events;
        expected.extend([Event::LineFeed, text("Z")]);
        assert_eq!(events(&ALL, &single), expected, "{}", case.name);
    }
}

#[test]
fn a_command_that_lacks_its_last_byte_swallows_what_follows() {
    for case in cases().into_iter().filter(|case| case.bytes.len() > 1 && !matches!(case.name, "CR" | "NUL" | "GS :")) {
        let behind = usize::from(case.events.last() == Some(&text("a")));
        let cut_off = &case.bytes[..case.bytes.len() - behind - 1];
        let mut parser = Parser::with(&ALL);
        parser.feed(cut_off);
        assert!(!parser.at_boundary(), "{} without its last byte still waits", case.name);
        // a NUL completes it or is swallowed by it; either way nothing of it is text
        assert!(!parser.feed(b"\x00").iter().any(|located| matches!(located.event, Event::Text(_))), "{}", case.name);
    }
}

#[test]
fn a_firmware_without_a_command_prints_it_as_text() {
    let bare = |bytes: &[u8]| events(&Firmware::BARE, &[bytes]);
    let unknown = |bytes: &[u8]| Event::Unknown { bytes: bytes.to_vec() };
    assert_eq!(bare(b"\x1d(K\x02\x0011"), [unknown(b"\x1d(K"), text("11")]);
    assert_eq!(bare(b"\x1bLa"), [unknown(b"\x1bL"), text("a")]);
    assert_eq!(bare(b"\x1b7\x07Pa"), [unknown(b"\x1b7"), text("Pa")]);
    assert_eq!(bare(b"\x12#*"), [text("#*")], "DC2 alone is nothing");
    assert_eq!(bare(b"\x1b\x01x"), [unknown(b"\x1b\x01"), text("x")]);
    assert_eq!(bare(b"\x10\x1b@"), [unknown(b"\x10"), Event::Initialise], "a stray DLE takes nothing with it");
}
