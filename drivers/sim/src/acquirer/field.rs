//! The fields of a UnionPay terminal message as data (银联终端报文, Q/CUP 009 family). How they are read is `message`'s.

/// What stands in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Packed BCD; odd counts are padded right with 0.
    Digits,
    /// Packed, with `D` as separator (tracks).
    Track,
    /// Text or raw bytes as they are.
    Bytes,
}

/// How long a field is: digits of a packed one, bytes of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// Always so long.
    Fixed(usize),
    /// One BCD byte says how long, at most so long.
    Ll(usize),
    /// Two BCD bytes say how long, at most so long.
    Lll(usize),
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) form: Form,
    pub(crate) length: Length,
}

const fn digits(length: Length) -> Field {
    Field { form: Form::Digits, length }
}

const fn track(length: Length) -> Field {
    Field { form: Form::Track, length }
}

const fn bytes(length: Length) -> Field {
    Field { form: Form::Bytes, length }
}

/// The row of a field; `None` for one that no terminal sends.
pub(crate) const fn row(number: u8) -> Option<Field> {
    use Length::{Fixed, Ll, Lll};
    Some(match number {
        2 => digits(Ll(19)),
        3 => digits(Fixed(6)),
        4 => digits(Fixed(12)),
        11 | 12 => digits(Fixed(6)),
        13..=15 => digits(Fixed(4)),
        22 | 23 => digits(Fixed(3)),
        25 | 26 => digits(Fixed(2)),
        32 => digits(Ll(11)),
        35 => track(Ll(37)),
        36 => track(Lll(104)),
        37 => bytes(Fixed(12)),
        38 => bytes(Fixed(6)),
        39 => bytes(Fixed(2)),
        41 => bytes(Fixed(8)),
        42 => bytes(Fixed(15)),
        44 => bytes(Ll(25)),
        48 => digits(Lll(322)),
        49 => bytes(Fixed(3)),
        52 => bytes(Fixed(8)),
        53 => digits(Fixed(16)),
        54 => bytes(Lll(20)),
        55 => bytes(Lll(255)),
        60 => digits(Lll(17)),
        61 => digits(Lll(29)),
        62 => bytes(Lll(512)),
        63 => bytes(Lll(163)),
        64 => bytes(Fixed(8)),
        _ => return None,
    })
}
