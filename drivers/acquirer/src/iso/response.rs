//! An answer: that it is one, that it answers this request, and what stands in it.

use std::fmt;

use jiff::civil::Date;
use model::Moment;

use super::{
    frame::{Frame, FrameError},
    message::Message,
    mti::Mti,
    number::Batch,
    totals::{self, TotalsError, TotalsReply},
};

/// Why bytes are not the answer to a request; each is a different fault of host or way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResponseFault {
    #[error("no frame of this family: {0}")]
    Frame(#[from] FrameError),
    #[error("message type {is} where {must} answers")]
    Type { must: Mti, is: Mti },
    #[error("field 11 (trace) is {is}, sent was {sent}")]
    Trace { sent: String, is: String },
    #[error("field 41 (terminal) is {is}, sent was {sent}")]
    Terminal { sent: String, is: String },
    #[error("field 42 (merchant) is {is}, sent was {sent}")]
    Merchant { sent: String, is: String },
    #[error("field 39 (answer code) is missing")]
    NoCode,
    #[error("field 39 (answer code) is no code")]
    BadCode,
}

/// 处理要求: what the host wants done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// 0
    None,
    /// 3: sign in again.
    SignIn,
    /// 2: upload status.
    UploadStatus,
    /// Parameters, keys or lists are to be loaded, which only a payment terminal needs: the digit.
    Load(u8),
}

/// Host time: fields 12 and 13, local to the host, without a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostClock {
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
}

impl HostClock {
    /// From `hhmmss` and `MMDD`; `None` if that is no time in a leap year.
    pub fn read(time: &[u8], date: &[u8]) -> Option<HostClock> {
        let pair = |bytes: &[u8], at: usize| -> Option<i8> {
            let two = bytes.get(at..at + 2)?;
            two.iter().all(u8::is_ascii_digit).then(|| std::str::from_utf8(two).ok()?.parse().ok()).flatten()
        };
        if time.len() != 6 || date.len() != 4 {
            return None;
        }
        let clock = HostClock {
            month: pair(date, 0)?,
            day: pair(date, 2)?,
            hour: pair(time, 0)?,
            minute: pair(time, 2)?,
            second: pair(time, 4)?,
        };
        Date::new(2000, clock.month, clock.day).ok()?;
        jiff::civil::Time::new(clock.hour, clock.minute, clock.second, 0).ok()?;
        Some(clock)
    }

    /// The moment nearest to `now` that this clock can mean, in `now`'s offset: a year is not said, so at New Year it may be
    /// the year before or after.
    pub fn near(self, now: Moment) -> Option<Moment> {
        let wall = now.wall();
        let offset_ms = i64::from(now.offset_minutes()) * 60_000;
        (-1..=1i16)
            .filter_map(|years| {
                let date = Date::new(wall.year().checked_add(years)?, self.month, self.day).ok()?;
                let local = date.at(self.hour, self.minute, self.second, 0);
                let utc = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond() - offset_ms;
                Some(Moment::new(utc, now.offset_minutes()))
            })
            .min_by_key(|moment| (moment.unix_ms() - now.unix_ms()).unsigned_abs())
    }
}

impl fmt::Display for HostClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02} {:02}:{:02}:{:02}", self.month, self.day, self.hour, self.minute, self.second)
    }
}

/// An answer that belongs to its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    frame: Frame,
    code: Option<String>,
}

impl Response {
    pub(super) fn read(request: &Message, bytes: &[u8]) -> Result<Response, ResponseFault> {
        let frame = Frame::decode(bytes)?;
        let message = &frame.message;
        let (must, is) = (request.mti().answer(), message.mti());
        if must != is {
            return Err(ResponseFault::Type { must, is });
        }
        let differs = |field: u8| match (request.get(field), message.get(field)) {
            (Some(sent), is) if is != Some(sent) => Some((shown(sent), is.map_or_else(|| "missing".to_owned(), shown))),
            _ => None,
        };
        if let Some((sent, is)) = differs(11) {
            return Err(ResponseFault::Trace { sent, is });
        }
        if let Some((sent, is)) = differs(41) {
            return Err(ResponseFault::Terminal { sent, is });
        }
        if let Some((sent, is)) = differs(42) {
            return Err(ResponseFault::Merchant { sent, is });
        }
        let code = match message.get(39) {
            Some(code) if code.iter().all(u8::is_ascii_alphanumeric) => {
                Some(String::from_utf8_lossy(code).to_ascii_uppercase())
            }
            Some(_) => return Err(ResponseFault::BadCode),
            // 0510 carries its result in field 48
            None if must == Mti::SETTLEMENT.answer() => None,
            None => return Err(ResponseFault::NoCode),
        };
        Ok(Response { frame, code })
    }

    /// 应答码; only a settlement's answer may have none.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// True if the code is 00.
    pub fn is_approved(&self) -> bool {
        self.code() == Some("00")
    }

    /// What the header asks for.
    pub fn demand(&self) -> Demand {
        match self.frame.header.demand() {
            0 => Demand::None,
            2 => Demand::UploadStatus,
            3 => Demand::SignIn,
            digit => Demand::Load(digit),
        }
    }

    /// The host's clock; `None` if it said none, or no time at all.
    pub fn host_clock(&self) -> Option<HostClock> {
        HostClock::read(self.frame.message.get(12)?, self.frame.message.get(13)?)
    }

    /// Field 60.2: after a sign-in the batch to use from now on.
    pub fn batch(&self) -> Option<Batch> {
        self.frame.message.text(60)?.get(2..8)?.parse().ok()
    }

    /// 检索参考号
    pub fn reference(&self) -> Option<&str> {
        self.frame.message.text(37)
    }

    /// Field 62 of a sign-in: working keys under the master key, for [`crate::SealedKeys::accept`].
    pub fn key_field(&self) -> Option<&[u8]> {
        self.frame.message.get(62)
    }

    /// Field 48 of a settlement; `None` if it is missing.
    pub fn totals(&self) -> Option<Result<TotalsReply, TotalsError>> {
        self.frame.message.get(48).map(totals::read)
    }

    /// The frame as it came.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }
}

/// A foreign value in a sentence: printable ASCII only, and short.
fn shown(bytes: &[u8]) -> String {
    bytes.iter().take(15).map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_clock_without_year_means_the_nearest_one() {
        let near = |time: &str, date: &str, now: &str| {
            let clock = HostClock::read(time.as_bytes(), date.as_bytes()).unwrap();
            clock.near(Moment::parse(now).unwrap()).unwrap().to_string()
        };
        assert_eq!(near("093015", "1120", "2026-11-20T09:30:00+08:00"), "2026-11-20T09:30:15.000+08:00");
        assert_eq!(near("235959", "1231", "2027-01-01T00:00:05+08:00"), "2026-12-31T23:59:59.000+08:00");
        assert_eq!(near("000001", "0101", "2026-12-31T23:59:59+08:00"), "2027-01-01T00:00:01.000+08:00");
        assert_eq!(near("120000", "0229", "2027-03-01T00:00:00+08:00"), "2028-02-29T12:00:00.000+08:00");
    }

    #[test]
    fn what_is_no_time_is_none() {
        for (time, date) in
            [("240000", "1120"), ("093015", "1320"), ("093015", "0230"), ("09301", "1120"), ("+93015", "1120")]
        {
            assert_eq!(HostClock::read(time.as_bytes(), date.as_bytes()), None, "{time} {date}");
        }
    }
}
