//! Code pages: which character a high byte is, and which page a number of ESC t means on which printer. No state.

mod dos;

use encoding_rs::Encoding;

/// A single-byte code page; only its upper half differs from ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the pages")]
pub enum CodePage {
    Cp437,
    /// Half-width katakana at A1 to DF.
    Katakana,
    Cp720,
    Cp737,
    Cp775,
    Cp850,
    Cp852,
    Cp855,
    Cp857,
    Cp858,
    Cp860,
    Cp861,
    Cp862,
    Cp863,
    Cp864,
    Cp865,
    Cp866,
    Cp869,
    Iso8859_2,
    Iso8859_7,
    Iso8859_15,
    Windows1250,
    Windows1251,
    Windows1252,
    Windows1253,
    Windows1254,
    Windows1255,
    Windows1256,
    Windows1257,
    Windows1258,
    /// A page the user fills; blank until then.
    User,
}

use CodePage::{
    Cp437, Cp720, Cp737, Cp775, Cp850, Cp852, Cp855, Cp857, Cp858, Cp860, Cp861, Cp862, Cp863, Cp864, Cp865, Cp866,
    Cp869, Iso8859_2, Iso8859_7, Iso8859_15, Katakana, User, Windows1250, Windows1251, Windows1252, Windows1253,
    Windows1254, Windows1255, Windows1256, Windows1257, Windows1258,
};

/// The numbers of ESC t on Epson printers (escpos facts 1.3; page 11, CP851, is not read).
pub const EPSON_PAGES: &[(u8, CodePage)] = &[
    (0, Cp437),
    (1, Katakana),
    (2, Cp850),
    (3, Cp860),
    (4, Cp863),
    (5, Cp865),
    (13, Cp857),
    (14, Cp737),
    (15, Iso8859_7),
    (16, Windows1252),
    (17, Cp866),
    (18, Cp852),
    (19, Cp858),
    (32, Cp720),
    (33, Cp775),
    (34, Cp855),
    (35, Cp861),
    (36, Cp862),
    (37, Cp864),
    (38, Cp869),
    (39, Iso8859_2),
    (40, Iso8859_15),
    (45, Windows1250),
    (46, Windows1251),
    (47, Windows1253),
    (48, Windows1254),
    (49, Windows1255),
    (50, Windows1256),
    (51, Windows1257),
    (52, Windows1258),
    (254, User),
    (255, User),
];

/// The numbers of ESC t on Zjiang POS-5890 and its many sisters (receipt-print-hq/escpos-printer-db, CC BY 4.0;
/// only the pages that are known under a name).
pub const ZJIANG_PAGES: &[(u8, CodePage)] = &[
    (0, Cp437),
    (1, Katakana),
    (2, Cp850),
    (3, Cp860),
    (4, Cp863),
    (5, Cp865),
    (16, Windows1252),
    (17, Cp866),
    (18, Cp852),
    (19, Cp858),
    (25, Windows1257),
    (27, Windows1258),
    (28, Cp864),
    (32, Windows1255),
    (50, Cp437),
    (52, Cp437),
    (53, Cp858),
    (54, Cp852),
    (55, Cp860),
    (56, Cp861),
    (57, Cp863),
    (58, Cp865),
    (59, Cp866),
    (60, Cp855),
    (61, Cp857),
    (62, Cp862),
    (63, Cp864),
    (64, Cp737),
    (66, Cp869),
    (71, Windows1252),
    (72, Windows1250),
    (73, Windows1251),
    (90, Windows1253),
    (91, Windows1254),
    (92, Windows1256),
    (93, Cp720),
    (94, Windows1258),
    (95, Cp775),
];

impl CodePage {
    /// The character of a byte from 80 on, if the page has one there.
    pub(super) fn character(self, byte: u8) -> Option<char> {
        match self.half() {
            Half::Table(table) => {
                let index = usize::from(byte.checked_sub(0x80)?);
                table.chars().nth(index).filter(|character| *character != '\u{fffd}' && !character.is_control())
            }
            Half::Known(encoding) => encoding
                .decode_without_bom_handling_and_without_replacement(&[byte])
                .and_then(|text| text.chars().next())
                .filter(|character| !character.is_control()),
            Half::Katakana => matches!(byte, 0xA1..=0xDF).then(|| char::from_u32(0xFEC0 + u32::from(byte))).flatten(),
            Half::Empty => None,
        }
    }

    /// Whether the page has this character in its upper half.
    pub(super) fn holds(self, character: char) -> bool {
        (0x80..=0xFF).any(|byte| self.character(byte) == Some(character))
    }

    fn half(self) -> Half {
        match self {
            Cp437 => Half::Table(dos::CP437),
            Cp720 => Half::Table(dos::CP720),
            Cp737 => Half::Table(dos::CP737),
            Cp775 => Half::Table(dos::CP775),
            Cp850 => Half::Table(dos::CP850),
            Cp852 => Half::Table(dos::CP852),
            Cp855 => Half::Table(dos::CP855),
            Cp857 => Half::Table(dos::CP857),
            Cp858 => Half::Table(dos::CP858),
            Cp860 => Half::Table(dos::CP860),
            Cp861 => Half::Table(dos::CP861),
            Cp862 => Half::Table(dos::CP862),
            Cp863 => Half::Table(dos::CP863),
            Cp864 => Half::Table(dos::CP864),
            Cp865 => Half::Table(dos::CP865),
            Cp866 => Half::Table(dos::CP866),
            Cp869 => Half::Table(dos::CP869),
            Katakana => Half::Katakana,
            Iso8859_2 => Half::Known(encoding_rs::ISO_8859_2),
            Iso8859_7 => Half::Known(encoding_rs::ISO_8859_7),
            Iso8859_15 => Half::Known(encoding_rs::ISO_8859_15),
            Windows1250 => Half::Known(encoding_rs::WINDOWS_1250),
            Windows1251 => Half::Known(encoding_rs::WINDOWS_1251),
            Windows1252 => Half::Known(encoding_rs::WINDOWS_1252),
            Windows1253 => Half::Known(encoding_rs::WINDOWS_1253),
            Windows1254 => Half::Known(encoding_rs::WINDOWS_1254),
            Windows1255 => Half::Known(encoding_rs::WINDOWS_1255),
            Windows1256 => Half::Known(encoding_rs::WINDOWS_1256),
            Windows1257 => Half::Known(encoding_rs::WINDOWS_1257),
            Windows1258 => Half::Known(encoding_rs::WINDOWS_1258),
            User => Half::Empty,
        }
    }
}

/// Where the characters of an upper half come from.
enum Half {
    Table(&'static str),
    Known(&'static Encoding),
    Katakana,
    Empty,
}
