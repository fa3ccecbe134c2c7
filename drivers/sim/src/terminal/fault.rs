//! The switches that break the payment terminal, as a table. How a switch does what it does stands where it is asked for.

use crate::acquirer::switch::{Breakable, Row, Switch, Switches, code, number, unknown};

/// A switch of the terminal, e.g. `nak*2` or `code=96@05`.
pub type Fault = Switch<FaultKind>;
/// Those that are on.
pub(super) type Faults = Switches<FaultKind>;

/// What a switch breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "what each does stands in the table, see `Breakable::TABLE`")]
pub enum FaultKind {
    Silent,
    NoAck,
    NoAnswer,
    Nak,
    WrongLrc,
    Busy(String),
    Code { code: String, kind: Option<String> },
    Late(u64),
    Slow(u32),
    Drop(usize),
    Garbage,
    RecordLength(usize),
    WrongCheck,
    WrongTerminal,
    Basic,
}

impl Breakable for FaultKind {
    const TABLE: &[Row] = &[
        ("silent", "", "hears nothing: neither ACK nor answer"),
        ("no-ack", "", "answers without an ACK before"),
        ("no-answer", "", "ACKs, does what it is told, and answers nothing"),
        ("nak", "", "answers a good frame by NAK"),
        ("wrong-lrc", "", "the LRC of an answer is wrong"),
        ("busy", "[XX]", "does nothing and answers this code, BY without one"),
        ("code", "XX[@TYPE]", "does nothing and answers this code, to every command or to those of a type"),
        ("late", "MS", "answers come later"),
        ("slow", "BYTES_PER_S", "answers trickle"),
        ("drop", "N", "after so many bytes of an answer the connection ends; a serial line goes quiet"),
        ("garbage", "", "the answer is noise"),
        ("record-length", "N", "the record of an answer is cut or filled to so many bytes"),
        ("wrong-check", "", "the check characters don't come back"),
        ("wrong-terminal", "", "the answer carries another terminal number"),
        ("basic", "", "knows the types 00 to 06 only: 40 to every other"),
    ];

    fn read(name: &str, value: Option<&str>) -> Result<Self, String> {
        let needed = || value.ok_or_else(|| format!("{name} needs a value"));
        Ok(match name {
            "busy" => Self::Busy(code(value.unwrap_or("BY"))?),
            "code" => {
                let (field, kind) =
                    needed()?.split_once('@').map_or((needed()?, None), |(field, kind)| (field, Some(kind)));
                Self::Code { code: code(field)?, kind: kind.map(code).transpose()? }
            }
            "late" => Self::Late(number(name, needed()?)?),
            "slow" => Self::Slow(number(name, needed()?)?),
            "drop" => Self::Drop(number(name, needed()?)?),
            "record-length" => Self::RecordLength(number(name, needed()?)?),
            _ if value.is_some() => return Err(unknown::<Self>(name)),
            "silent" => Self::Silent,
            "no-ack" => Self::NoAck,
            "no-answer" => Self::NoAnswer,
            "nak" => Self::Nak,
            "wrong-lrc" => Self::WrongLrc,
            "garbage" => Self::Garbage,
            "wrong-check" => Self::WrongCheck,
            "wrong-terminal" => Self::WrongTerminal,
            "basic" => Self::Basic,
            _ => return Err(unknown::<Self>(name)),
        })
    }

    fn written(&self) -> String {
        match self {
            Self::Silent => "silent".to_owned(),
            Self::NoAck => "no-ack".to_owned(),
            Self::NoAnswer => "no-answer".to_owned(),
            Self::Nak => "nak".to_owned(),
            Self::WrongLrc => "wrong-lrc".to_owned(),
            Self::Busy(code) => format!("busy={code}"),
            Self::Code { code, kind } => {
                format!("code={code}{}", kind.as_ref().map(|kind| format!("@{kind}")).unwrap_or_default())
            }
            Self::Late(ms) => format!("late={ms}"),
            Self::Slow(speed) => format!("slow={speed}"),
            Self::Drop(count) => format!("drop={count}"),
            Self::Garbage => "garbage".to_owned(),
            Self::RecordLength(length) => format!("record-length={length}"),
            Self::WrongCheck => "wrong-check".to_owned(),
            Self::WrongTerminal => "wrong-terminal".to_owned(),
            Self::Basic => "basic".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read_and_written_the_same() {
        for (name, value, plays) in FaultKind::TABLE {
            let value = match *value {
                "" => "",
                "[XX]" => "=B1",
                "XX[@TYPE]" => "=96@05",
                _ => "=5",
            };
            let written = format!("{name}{value}*2");
            assert_eq!(written.parse::<Fault>().unwrap().to_string(), written, "{plays}");
        }
        assert_eq!("busy".parse::<Fault>().unwrap().to_string(), "busy=BY");
        for bad in ["", "loud", "nak=1", "code=9", "code=96@5", "late", "drop=x"] {
            assert!(bad.parse::<Fault>().is_err(), "{bad}");
        }
    }
}
