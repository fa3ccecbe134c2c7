//! What the printer was told, command by command, in plain values. No layout, no dots of text.

use super::Bitmap;

/// An event and the offset of its first byte in the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Bytes before the first byte of this event since the parser was made.
    pub offset: u64,
    /// What the bytes mean.
    pub event: Event,
}

/// One thing a printer is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A run of printable bytes, undecoded: their meaning depends on the modes. A run may come in pieces.
    Text(Vec<u8>),
    /// Print the line and feed one line spacing.
    LineFeed,
    /// To the next tab stop.
    Tab,
    /// ESC @.
    Initialise,
    /// Print the line and move the paper.
    Feed(Feed),
    /// A mode that later text obeys.
    Style(Style),
    /// A picture inside the line (ESC *), already at its printed size.
    Inline(Bitmap),
    /// A picture of its own lines, each dot `wide` × `tall` (GS v 0, GS ( L, FS p, GS /).
    Raster { picture: Bitmap, wide: u32, tall: u32 },
    /// FS 2 (24 × 24) or, with `None`, FS ?: the picture of a two-byte code.
    UserGlyph { code: [u8; 2], picture: Option<Bitmap> },
    /// GS ( k 81: `module` dots per module, level 48 L … 51 H.
    Qr { data: Vec<u8>, module: u32, level: u8 },
    /// GS ( k 48 81: `columns` 0 for as many as fit, `module` dots wide and `row` modules tall.
    Pdf417 { data: Vec<u8>, columns: u8, module: u32, row: u32 },
    /// GS k.
    Barcode(Barcode),
    /// ESC &: pictures of single-byte characters from `first` on, in the order of their codes; with `None` ESC ?.
    UserCharacters { first: u8, pictures: Option<Vec<Bitmap>> },
    /// ESC L (true) and ESC S (false): page mode begins, or ends with its page thrown away.
    PageMode(bool),
    /// FF and, with `stay`, ESC FF: print the page of page mode. In standard mode nothing.
    FormFeed { stay: bool },
    /// CAN: throw away what stands in the area of page mode. In standard mode nothing.
    Cancel,
    /// GS ( K 49, GS |, DC2 #, ESC 7: heat in percent of normal.
    Density(u16),
    /// `feed` is `None` for a cut at the present position, else motion units beyond the blade.
    Cut { kind: CutKind, feed: Option<u8> },
    /// ESC p: drawer pin 2 (`second` false) or 5, times in milliseconds.
    Pulse { second: bool, on_ms: u16, off_ms: u16 },
    /// A question that is answered in its turn.
    Query(Query),
    /// GS a n: automatic status back.
    StatusBack(u8),
    /// GS g 0: set a maintenance counter to zero.
    ResetCounter(u16),
    /// GS ( A: the printer prints its test page and resets.
    SelfTest,
    /// Understood, and nothing on the paper changes by it (density, buttons, a real-time sequence in its place).
    Accepted(&'static str),
    /// A command that this firmware doesn't know: these bytes are passed over, what follows is read as text.
    Unknown { bytes: Vec<u8> },
    /// Something no careful driver sends: out of range, in the wrong place.
    Problem(String),
}

/// Paper motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// ESC J, vertical motion units.
    Units(u8),
    /// ESC d, line spacings.
    Lines(u8),
    /// ESC K, motion units backwards.
    BackUnits(u8),
    /// ESC e, line spacings backwards.
    BackLines(u8),
}

/// A mode. Distances are in motion units as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Style {
    /// ESC ! with its bits.
    PrintMode(u8),
    /// ESC E and ESC G.
    Bold(bool),
    /// ESC -, dots 0 to 2.
    Underline(u8),
    /// ESC M: font B.
    FontB(bool),
    /// GS !, both 1 to 8.
    Size { width: u8, height: u8 },
    /// GS B.
    Inverse(bool),
    /// ESC {.
    UpsideDown(bool),
    /// ESC V.
    Rotated(bool),
    /// ESC a.
    Align(Align),
    /// GS L.
    LeftMargin(u16),
    /// GS W.
    AreaWidth(u16),
    /// ESC SP.
    CharSpacing(u8),
    /// ESC 3, or `None` for ESC 2.
    LineSpacing(Option<u8>),
    /// GS P, units per inch, 0 is the default.
    MotionUnits { x: u8, y: u8 },
    /// ESC $.
    Position(u16),
    /// ESC \.
    Move(i16),
    /// ESC D, columns.
    Tabs(Vec<u8>),
    /// ESC t.
    CodePage(u8),
    /// ESC R.
    NationalSet(u8),
    /// ESC %: the user's characters of ESC &.
    UserSet(bool),
    /// FS C: the way Chinese text is coded, by the firmware's own numbers.
    CodeSystem(u8),
    /// FS ( C 48: UTF-8 or the printer's own codes.
    Utf8(bool),
    /// FS ( A 48: the small Chinese font.
    CjkFont(bool),
    /// ESC T: 0 to the right, 1 up, 2 to the left, 3 down (page mode).
    Direction(u8),
    /// ESC W: the area of page mode.
    PageArea { x: u16, y: u16, width: u16, height: u16 },
    /// GS $ (page mode).
    Down(u16),
    /// GS \ (page mode).
    MoveDown(i16),
    /// FS & and FS . (Chinese mode, 汉字模式).
    Cjk(bool),
    /// FS ! with its bits.
    CjkMode(u8),
    /// FS -, dots.
    CjkUnderline(u8),
    /// FS W.
    CjkDouble(bool),
    /// FS S.
    CjkSpacing { left: u8, right: u8 },
    /// ESC =: whether the printer listens.
    Selected(bool),
}

/// Justification of whole lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// ESC a 0.
    #[default]
    Left,
    /// ESC a 1.
    Centre,
    /// ESC a 2.
    Right,
}

/// What the blade leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutKind {
    /// Nothing.
    Full,
    /// A point or three that hold the sheet.
    Partial,
}

/// A question on the forward channel, answered when it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// GS r 1 (or ESC v): roll paper sensor.
    PaperSensor,
    /// GS r 2 (or ESC u): drawer connector pin 3.
    Drawer,
    /// GS I n.
    Identity(u8),
    /// GS g 2.
    Counter(u16),
    /// GS ( H, function 48: four bytes to be answered when the printing before them is complete.
    ProcessId([u8; 4]),
    /// GS ( H, function 49.
    OfflineResponse(u8),
}

/// A bar code as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barcode {
    /// Which kind of bars.
    pub symbology: Symbology,
    /// The data bytes, with the `{A` `{B` `{C` of Code 128.
    pub data: Vec<u8>,
    /// Bar height in dots (GS h).
    pub height: u32,
    /// Dots per module (GS w).
    pub module: u32,
    /// Where the readable text stands: bit 0 above, bit 1 below (GS H).
    pub hri: u8,
    /// The readable text is in font B (GS f).
    pub hri_small: bool,
}

/// GS k m, both forms joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the symbologies")]
pub enum Symbology {
    UpcA,
    UpcE,
    Ean13,
    Ean8,
    Code39,
    Itf,
    Codabar,
    Code93,
    Code128,
    Gs1,
    DataBar,
    Code128Auto,
}
