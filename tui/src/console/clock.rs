//! The minute that turns: a timer of the kernel, so that an idle console wakes once a minute. Tokio's timer wheel would
//! wake it three times for that.

use std::{
    io,
    time::{SystemTime, UNIX_EPOCH},
};

use model::Moment;
use rustix::{
    io::Errno,
    time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime},
};
use tokio::net::unix::pipe::Receiver;

/// Fires when the wall clock shows another minute, and when somebody sets it.
#[derive(Debug)]
pub(crate) struct Clock {
    /// Read like a pipe; tokio's `AsyncFd` can't be made in safe code.
    timer: Receiver,
}

impl Clock {
    /// From the next whole minute on. Needs a runtime.
    pub(crate) fn start(unix_s: i64) -> io::Result<Clock> {
        let timer = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        let clock = Clock { timer: Receiver::from_owned_fd_unchecked(timer)? };
        clock.set(unix_s)?;
        Ok(clock)
    }

    /// `timerfd_create(2)`: an absolute time is not moved by sleep, and a clock that is set cancels the read.
    fn set(&self, unix_s: i64) -> io::Result<()> {
        let second = |tv_sec| Timespec { tv_sec, tv_nsec: 0 };
        let times =
            Itimerspec { it_interval: second(60), it_value: second((unix_s.div_euclid(60) + 1).saturating_mul(60)) };
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        timerfd_settime(&self.timer, flags, &times)?;
        Ok(())
    }

    /// Waits for the next minute; `now` is asked when the clock was set.
    pub(crate) async fn turned(&self, now: impl Fn() -> i64) -> io::Result<()> {
        loop {
            self.timer.readable().await?;
            match self.timer.try_read(&mut [0; 8]) {
                Ok(_) => return Ok(()),
                Err(error) if error.raw_os_error() == Some(Errno::CANCELED.raw_os_error()) => return self.set(now()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

fn unix_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|d| i64::try_from(d.as_millis()).ok()).unwrap_or(0)
}

/// Now, in this machine's zone; the core prefers the shop's.
pub(crate) fn now() -> Moment {
    let ms = unix_ms();
    let offset = jiff::Timestamp::from_millisecond(ms)
        .map_or(0, |instant| jiff::tz::TimeZone::system().to_offset(instant).seconds() / 60);
    Moment::new(ms, i16::try_from(offset).unwrap_or(0))
}

pub(crate) fn unix_s() -> i64 {
    unix_ms().div_euclid(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_that_is_over_has_turned() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            // by this clock the next minute began long ago
            let clock = Clock::start(0).unwrap();
            clock.turned(|| 0).await.unwrap();
        });
    }
}
