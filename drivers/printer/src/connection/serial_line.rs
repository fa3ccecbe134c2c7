//! A serial line as the config writes it: `serial:///dev/ttyS0?baud=19200&flow=hardware`. Printers and payment terminals
//! share this grammar.

use std::{fmt, path::PathBuf, str::FromStr};

use super::ConnectionError;

/// How a printer says that it can take no more (流控).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flow {
    /// RTS/CTS, held by the kernel.
    Hardware,
    /// XON/XOFF from the printer, held by the kernel; we never send either.
    Software,
    /// The printer's DTR on our DSR, looked at before every few bytes.
    Dsr,
    /// It doesn't; bytes are paced.
    #[default]
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Parity {
    #[default]
    None,
    Even,
    Odd,
}

/// Data bits of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bits {
    Seven,
    #[default]
    Eight,
}

/// A serial line. One stop bit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerialLine {
    pub path: PathBuf,
    /// Bits per second.
    pub baud: u32,
    pub flow: Flow,
    pub parity: Parity,
    pub bits: Bits,
}

/// Without `baud`.
const BAUD: u32 = 9600;
/// What `termios` can say on Linux.
const SLOWEST: u32 = 50;
const FASTEST: u32 = 4_000_000;

const FLOWS: [(&str, Flow); 4] =
    [("hardware", Flow::Hardware), ("software", Flow::Software), ("dsr", Flow::Dsr), ("none", Flow::None)];
const PARITIES: [(&str, Parity); 3] = [("none", Parity::None), ("even", Parity::Even), ("odd", Parity::Odd)];
const BITS: [(&str, Bits); 2] = [("7", Bits::Seven), ("8", Bits::Eight)];

impl SerialLine {
    /// Bits that one byte takes on the line: start, data, parity, stop.
    pub fn bits_per_byte(&self) -> u32 {
        let data = if self.bits == Bits::Seven { 7 } else { 8 };
        2 + data + u32::from(self.parity != Parity::None)
    }
}

impl FromStr for SerialLine {
    type Err = ConnectionError;

    /// Reads `serial:///dev/…`; without options it is 9600 baud, 8 bits, no parity, no flow control.
    fn from_str(text: &str) -> Result<Self, ConnectionError> {
        let rest = text.strip_prefix("serial://").ok_or_else(|| ConnectionError::UnknownScheme(text.to_owned()))?;
        let (path, options) = rest.split_once('?').unwrap_or((rest, ""));
        if !path.starts_with('/') || path.len() < 2 {
            return Err(ConnectionError::NoDevice(text.to_owned()));
        }
        let mut line = SerialLine {
            path: path.into(),
            baud: BAUD,
            flow: Flow::default(),
            parity: Parity::default(),
            bits: Bits::default(),
        };
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (key, value) = option.split_once('=').unwrap_or((option, ""));
            let must = |must| ConnectionError::BadOption { text: text.to_owned(), key: key.to_owned(), must };
            match key {
                "baud" => {
                    let rate = value.parse().ok().filter(|rate| (SLOWEST..=FASTEST).contains(rate));
                    line.baud = rate.ok_or_else(|| must("must be a rate from 50 to 4000000"))?;
                }
                "flow" => {
                    line.flow =
                        word(&FLOWS, value).ok_or_else(|| must("must be one of: hardware software dsr none"))?;
                }
                "parity" => {
                    line.parity = word(&PARITIES, value).ok_or_else(|| must("must be one of: none even odd"))?;
                }
                "bits" => line.bits = word(&BITS, value).ok_or_else(|| must("must be 7 or 8"))?,
                _ => return Err(must("is no option; known are: baud flow parity bits")),
            }
        }
        Ok(line)
    }
}

fn word<T: Copy>(words: &[(&str, T)], text: &str) -> Option<T> {
    words.iter().find_map(|(word, value)| (*word == text).then_some(*value))
}

fn worded<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find_map(|(word, of)| (of == value).then_some(*word)).unwrap_or_default()
}

impl fmt::Display for SerialLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, baud, flow, parity, bits } = self;
        write!(f, "serial://{}?baud={baud}&flow={}", path.display(), worded(&FLOWS, flow))?;
        if *parity != Parity::default() {
            write!(f, "&parity={}", worded(&PARITIES, parity))?;
        }
        if *bits != Bits::default() {
            write!(f, "&bits={}", worded(&BITS, bits))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_its_rate_and_flow() {
        let line: SerialLine = "serial:///dev/ttyS0?baud=19200&flow=hardware".parse().unwrap();
        assert_eq!((line.path.as_path(), line.baud), ("/dev/ttyS0".as_ref(), 19_200));
        assert_eq!((line.flow, line.parity, line.bits), (Flow::Hardware, Parity::None, Bits::Eight));
        let bare: SerialLine = "serial:///dev/ttyS0".parse().unwrap();
        assert_eq!((bare.baud, bare.flow, bare.bits_per_byte()), (9600, Flow::None, 10));
        let odd: SerialLine = "serial:///dev/ttyS0?baud=250000&parity=odd&bits=7&flow=dsr".parse().unwrap();
        assert_eq!((odd.baud, odd.flow, odd.bits_per_byte()), (250_000, Flow::Dsr, 10));
    }

    #[test]
    fn what_a_line_cannot_be_is_named() {
        for (bad, key) in [
            ("serial:///d?baud=fast", "baud"),
            ("serial:///d?baud=1", "baud"),
            ("serial:///d?baud", "baud"),
            ("serial:///d?flow=x", "flow"),
            ("serial:///d?parity=mark", "parity"),
            ("serial:///d?bits=9", "bits"),
            ("serial:///d?x=1", "x"),
        ] {
            let error = bad.parse::<SerialLine>().unwrap_err();
            assert!(matches!(&error, ConnectionError::BadOption { key: named, .. } if named == key), "{error}");
        }
        for bad in ["serial://dev/ttyS0", "serial:///", "serial://"] {
            assert_eq!(bad.parse::<SerialLine>(), Err(ConnectionError::NoDevice(bad.to_owned())));
        }
    }
}
