//! Serial lines and USB nodes as a config writes them: `serial:///dev/ttyS0?baud=19200&flow=hardware`. Only the
//! grammar; opening is the drivers' business.

use std::path::PathBuf;

/// Flow control of a serial line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flow {
    Hardware,
    Software,
    #[default]
    None,
}

/// A serial line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerialLine {
    pub path: PathBuf,
    pub baud: u32,
    pub flow: Flow,
}

const RATES: &[u32] = &[1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400];

impl SerialLine {
    /// Reads `serial:///dev/…`; without `baud` it is 9600.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub(super) fn parse(text: &str) -> Result<SerialLine, String> {
        let rest = text.strip_prefix("serial://").ok_or("must begin with serial://")?;
        let (path, options) = rest.split_once('?').unwrap_or((rest, ""));
        if !path.starts_with('/') || path.len() < 2 {
            return Err("must name a device with three slashes: serial:///dev/ttyS0".into());
        }
        let mut line = SerialLine { path: path.into(), baud: 9600, flow: Flow::None };
        for option in options.split('&').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("baud", rate)) => {
                    line.baud = rate.parse().ok().filter(|rate| RATES.contains(rate)).ok_or_else(|| {
                        let rates: Vec<String> = RATES.iter().map(ToString::to_string).collect();
                        format!("baud must be one of: {}", rates.join(" "))
                    })?;
                }
                Some(("flow", "hardware")) => line.flow = Flow::Hardware,
                Some(("flow", "software")) => line.flow = Flow::Software,
                Some(("flow", "none")) => line.flow = Flow::None,
                Some(("flow", _)) => return Err("flow must be one of: hardware software none".into()),
                _ => return Err("knows only baud and flow behind the question mark".into()),
            }
        }
        Ok(line)
    }
}

/// Checks `usb:///dev/usb/lp0` and `usb://serial=ABC123`.
pub(super) fn check_usb(text: &str) -> Result<(), String> {
    let rest = text.strip_prefix("usb://").ok_or("must begin with usb://")?;
    let named = rest.strip_prefix("serial=").is_some_and(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_graphic()));
    if named || (rest.starts_with('/') && rest.len() > 1) {
        return Ok(());
    }
    Err("must be usb:///dev/usb/lp0 or usb://serial=ABC123".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_line_says_its_rate_and_flow() {
        let line = SerialLine::parse("serial:///dev/ttyS0?baud=19200&flow=hardware").unwrap();
        assert_eq!(line, SerialLine { path: "/dev/ttyS0".into(), baud: 19_200, flow: Flow::Hardware });
        assert_eq!(SerialLine::parse("serial:///dev/ttyS0").unwrap().baud, 9600);
        for bad in [
            "serial://dev/ttyS0",
            "serial:///",
            "serial:///d?baud=fast",
            "serial:///d?baud=1",
            "serial:///d?flow=x",
            "serial:///d?x=1",
        ] {
            assert!(SerialLine::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_usb_printer_is_a_node_or_a_serial_number() {
        assert!(check_usb("usb:///dev/usb/lp0").is_ok() && check_usb("usb://serial=ABC123").is_ok());
        assert!(check_usb("usb://").is_err() && check_usb("usb://serial=").is_err() && check_usb("usb://ABC").is_err());
    }
}
