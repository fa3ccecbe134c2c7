//! Where a page ended: opaque text outside, the last key inside. It names a place, not a count, so it stays right
//! while rows are added.

use crate::error::StoreError;

/// A page has at most so many rows.
pub const MOST_ROWS: usize = 500;

/// One request looks at no more rows than this.
pub const MOST_SCANNED: usize = 20_000;

/// One request compares the names of no more rows than this: each of them has to be read.
pub(crate) const MOST_COMPARED: usize = 10_000;

/// An event time as in keys and a transaction id.
pub(crate) type Place = (u64, u64);

pub(crate) fn write((time, id): Place) -> String {
    format!("{time:014x}{id:016x}")
}

pub(crate) fn read(text: &str) -> Result<Place, StoreError> {
    let number = |part: Option<&str>| u64::from_str_radix(part.unwrap_or("-"), 16).map_err(|_| StoreError::BadCursor);
    if text.len() != 30 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(StoreError::BadCursor);
    }
    Ok((number(text.get(..14))?, number(text.get(14..))?))
}

pub(crate) fn write_number(number: u64) -> String {
    format!("{number:016x}")
}

pub(crate) fn read_number(text: &str) -> Result<u64, StoreError> {
    if text.len() != 16 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(StoreError::BadCursor);
    }
    u64::from_str_radix(text, 16).map_err(|_| StoreError::BadCursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_given_out_is_read() {
        assert_eq!(read(&write((7, u64::MAX))), Ok((7, u64::MAX)));
        assert_eq!(read_number(&write_number(9)), Ok(9));
        for bad in ["", "xyz", "+0000000000001", "00000000000001", &"中".repeat(10)] {
            assert_eq!(read(bad), Err(StoreError::BadCursor), "{bad}");
            assert_eq!(read_number(bad), Err(StoreError::BadCursor), "{bad}");
        }
    }
}
