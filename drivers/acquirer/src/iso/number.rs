//! Numbers that a terminal counts with: trace (流水号), batch (批次号), and the network code of field 60.3.

use std::{fmt, str::FromStr};

const LAST: u32 = 999_999;

/// A text that is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be six digits, 000001 to 999999")]
pub struct BatchNumberFault;

macro_rules! counted {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u32);

        impl $name {
            /// The first.
            pub const FIRST: $name = $name(1);

            /// 1 … 999999.
            pub const fn new(number: u32) -> Option<$name> {
                if number >= 1 && number <= LAST { Some($name(number)) } else { None }
            }

            pub const fn get(self) -> u32 {
                self.0
            }

            /// The one after it; 000001 after 999999.
            #[must_use]
            pub const fn next(self) -> $name {
                if self.0 >= LAST { $name::FIRST } else { $name(self.0 + 1) }
            }
        }

        /// Six digits.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:06}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = BatchNumberFault;
            fn from_str(text: &str) -> Result<Self, BatchNumberFault> {
                let six = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
                six.then(|| text.parse().ok().and_then($name::new)).flatten().ok_or(BatchNumberFault)
            }
        }
    };
}

counted! {
    /// 流水号, field 11: one more with each request, never used again before it wraps.
    Trace
}
counted! {
    /// 批次号, field 60.2: what the last sign-in said.
    Batch
}

/// Field 60.3 of a sign-in: which keys are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NetworkCode {
    /// 001: single-length DES keys.
    Single,
    /// 003: double-length keys.
    Double,
    /// 004: double-length keys with a track key.
    DoubleWithTrack,
    /// 006: 国密 SM4 with a track key.
    Sm4,
}

impl NetworkCode {
    /// The three digits.
    pub const fn digits(self) -> &'static str {
        match self {
            NetworkCode::Single => "001",
            NetworkCode::Double => "003",
            NetworkCode::DoubleWithTrack => "004",
            NetworkCode::Sm4 => "006",
        }
    }

    /// From the three digits, as `network_code` of the config.
    pub fn from_digits(text: &str) -> Option<NetworkCode> {
        [NetworkCode::Single, NetworkCode::Double, NetworkCode::DoubleWithTrack, NetworkCode::Sm4]
            .into_iter()
            .find(|code| code.digits() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_wrap_to_one_and_never_are_zero() {
        assert_eq!(Trace::new(999_999).unwrap().next(), Trace::FIRST);
        assert_eq!(Batch::new(0), None);
        assert_eq!("000002".parse::<Batch>().unwrap().to_string(), "000002");
        for bad in ["", "1", "0000001", "000000", "00000x"] {
            assert!(bad.parse::<Trace>().is_err(), "{bad}");
        }
    }
}
