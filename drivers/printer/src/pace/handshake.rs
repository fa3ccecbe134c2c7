//! A printer that says by a modem line that it is busy (its DTR on our DSR): no driver of the kernel heeds that line, so
//! it is looked at before every few bytes.

use std::time::Duration;

use super::{Clock, Gate};

/// Bytes that may still come after a printer has raised BUSY (ESC/POS printers raise it with 16 bytes free).
const MARGIN: usize = 16;
/// Bytes under way when the next are sent: the line goes on while we wake up.
const LOW: usize = 8;
/// How soon a busy line is looked at again: a printer that becomes ready gets its next byte within this.
const LOOK: Duration = Duration::from_millis(2);
/// Busy for this long, it is not printing but waiting for a person.
const LONG: Duration = Duration::from_secs(5);
const LOOK_LONG: Duration = Duration::from_millis(20);

/// Bytes behind a modem line.
#[derive(Debug)]
pub(crate) struct Handshake {
    clock: Clock,
    busy_since: Option<Duration>,
}

impl Handshake {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, busy_since: None }
    }

    /// Whether some of `waiting` bytes may go. `ready` looks at the line; it is asked only when bytes could go.
    ///
    /// # Errors
    /// Those of `ready`.
    pub(crate) fn gate<E>(
        &mut self,
        waiting: usize,
        now: Duration,
        ready: impl FnOnce() -> Result<bool, E>,
    ) -> Result<Gate, E> {
        let under_way = self.clock.under_way(now);
        if under_way > LOW {
            return Ok(Gate::Wait(self.clock.down_to(LOW)));
        }
        if ready()? {
            self.busy_since = None;
            return Ok(Gate::Go(waiting.min(MARGIN - under_way).max(1)));
        }
        let since = *self.busy_since.get_or_insert(now);
        Ok(Gate::Wait(now + if now < since + LONG { LOOK } else { LOOK_LONG }))
    }

    pub(crate) fn sent(&mut self, bytes: usize, now: Duration) {
        for _ in 0..bytes {
            self.clock.send(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// A printer with a small buffer: BUSY at 16 bytes free, ready again at 26, and what finds no room is lost.
    struct Busy {
        room: usize,
        held: usize,
        ready: bool,
        lost: usize,
        looks: usize,
    }

    impl Busy {
        fn take(&mut self) {
            if self.held == self.room {
                self.lost += 1;
            } else {
                self.held += 1;
            }
            self.ready &= self.room - self.held > 16;
        }

        fn print(&mut self) {
            self.held = self.held.saturating_sub(1);
            self.ready |= self.room - self.held >= 26;
        }
    }

    /// Sends `bytes` at 9600 baud to a printer that prints one byte each `printing`; returns it and the time it took.
    fn run(bytes: usize, printing: Duration) -> (Busy, Duration) {
        let clock = Clock::new(9600, 10);
        let byte = clock.time_of(1);
        let mut handshake = Handshake::new(clock);
        let mut printer = Busy { room: 45, held: 0, ready: true, lost: 0, looks: 0 };
        let (mut waiting, mut now, mut again) = (bytes, Duration::ZERO, Duration::ZERO);
        let (mut arrivals, mut line): (Vec<Duration>, Duration) = (Vec::new(), Duration::ZERO);
        let mut printed_at = Duration::ZERO;
        while waiting > 0 || !arrivals.is_empty() {
            while arrivals.first().is_some_and(|at| *at <= now) {
                arrivals.remove(0);
                printer.take();
            }
            if now >= printed_at {
                printer.print();
                printed_at = now + printing;
            }
            if waiting > 0 && now >= again {
                let ready = printer.ready;
                let looks = &mut printer.looks;
                let gate = handshake.gate(waiting, now, || {
                    *looks += 1;
                    Ok::<_, ()>(ready)
                });
                match gate.unwrap() {
                    Gate::Go(count) => {
                        handshake.sent(count, now);
                        waiting -= count;
                        for _ in 0..count {
                            line = line.max(now) + byte;
                            arrivals.push(line);
                        }
                    }
                    Gate::Wait(at) => again = at,
                }
            }
            now += MS / 8;
        }
        (printer, now)
    }

    #[test]
    fn a_printer_that_raises_busy_loses_no_byte() {
        for printing in [MS / 4, 2 * MS, 20 * MS] {
            let (printer, _) = run(500, printing);
            assert_eq!(printer.lost, 0, "{printing:?}");
        }
    }

    #[test]
    fn a_printer_that_is_never_busy_gets_its_bytes_at_the_rate_of_the_line() {
        let (_, took) = run(500, MS / 4);
        let line = Clock::new(9600, 10).time_of(500);
        assert!(took < line + 10 * MS, "{took:?} for {line:?}");
    }

    #[test]
    fn a_printer_that_waits_for_a_person_is_looked_at_less_often() {
        let mut handshake = Handshake::new(Clock::new(9600, 10));
        let busy = |now| match handshake.gate(1, now, || Ok::<_, ()>(false)) {
            Ok(Gate::Wait(at)) => at - now,
            other => panic!("{other:?}"),
        };
        let waits: Vec<Duration> = [0, 4, 6].map(Duration::from_secs).map(busy).into();
        assert_eq!(waits, [LOOK, LOOK, LOOK_LONG]);
    }

    #[test]
    fn the_line_is_not_looked_at_while_bytes_are_under_way() {
        let (printer, _) = run(160, MS / 4);
        assert!(printer.looks <= 160 / (MARGIN - LOW) + 1, "{} looks", printer.looks);
    }
}
