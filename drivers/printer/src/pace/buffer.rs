//! A printer without flow control: what its buffer holds is reckoned from the bytes sent and the time gone by.

use std::{collections::VecDeque, time::Duration};

use super::{Clock, Gate, Intake, plan::Plan};

/// A buffer whose size is not known. Printers without flow control are mostly small panel modules with "a few hundred
/// bytes"; half of the least that is. A smaller guess costs nothing but the burst at the start: behind it the paper's
/// speed sets the rate either way.
const ROOM: u32 = 128;
/// Kept free, as printers with flow control do.
const MARGIN: u32 = 16;
/// The line is given this much at a time, and more when half of it is gone: it never waits for us to wake up.
const AHEAD: Duration = Duration::from_millis(100);
/// Bytes that the printer is through with at nearly the same time are one entry.
const GRAIN: Duration = Duration::from_millis(4);

/// Keeps a buffer from running over.
#[derive(Debug)]
pub(crate) struct Pace {
    clock: Clock,
    plan: Plan,
    room: usize,
    ahead: usize,
    /// Under way or in the buffer, oldest first.
    held: VecDeque<Held>,
    holding: usize,
    /// When the printer is through with everything.
    busy_until: Duration,
}

#[derive(Debug)]
struct Held {
    bytes: usize,
    from: Duration,
    until: Duration,
}

impl Pace {
    pub(crate) fn new(clock: Clock, intake: Intake) -> Self {
        let ahead = clock.bytes_in(AHEAD).max(2);
        let room = intake.buffer.unwrap_or(ROOM);
        Self {
            clock,
            plan: Plan::new(intake),
            room: usize::try_from(room.saturating_sub(MARGIN).max(8)).unwrap_or(usize::MAX),
            ahead,
            held: VecDeque::new(),
            holding: 0,
            busy_until: Duration::ZERO,
        }
    }

    /// More bytes to send, behind the earlier ones.
    pub(crate) fn hand(&mut self, bytes: &[u8]) {
        self.plan.hand(bytes);
    }

    /// Whether some of `waiting` bytes may go.
    pub(crate) fn gate(&mut self, waiting: usize, now: Duration) -> Gate {
        while let Some(held) = self.held.front()
            && held.until <= now
        {
            self.holding -= held.bytes;
            self.held.pop_front();
        }
        // a few at a time, not each byte as room for it comes up
        let want = waiting.min(self.room / 4).min(self.ahead / 2).max(1);
        let at = self.line_takes(want).max(self.buffer_takes(want));
        if at > now {
            return Gate::Wait(at);
        }
        let line = self.ahead.saturating_sub(self.clock.under_way(now));
        Gate::Go(waiting.min(line).min(self.room.saturating_sub(self.holding)).max(1))
    }

    /// So many bytes went into the kernel.
    pub(crate) fn sent(&mut self, bytes: usize, now: Duration) {
        for _ in 0..bytes {
            let arrived = self.clock.send(now);
            self.busy_until = self.busy_until.max(arrived) + self.plan.take();
            self.holding += 1;
            match self.held.back_mut() {
                Some(last) if self.busy_until < last.from + GRAIN => {
                    last.bytes += 1;
                    last.until = self.busy_until;
                }
                _ => self.held.push_back(Held { bytes: 1, from: self.busy_until, until: self.busy_until }),
            }
        }
    }

    fn line_takes(&self, bytes: usize) -> Duration {
        self.clock.down_to(self.ahead - bytes.min(self.ahead))
    }

    /// When the buffer has room for so many more, a quarter of it at most.
    fn buffer_takes(&self, bytes: usize) -> Duration {
        let (mut holding, mut at) = (self.holding, Duration::ZERO);
        for held in &self.held {
            if holding + bytes <= self.room {
                break;
            }
            holding = holding.saturating_sub(held.bytes);
            at = held.until;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICK: Duration = Duration::from_micros(250);

    /// A printer that takes text into its line at once, and nothing while it prints a line.
    #[derive(Default)]
    struct Module {
        held: VecDeque<u8>,
        fullest: usize,
        busy_until: Duration,
        line: Duration,
        printed: Vec<u8>,
    }

    impl Module {
        fn work(&mut self, now: Duration) {
            while now >= self.busy_until
                && let Some(byte) = self.held.pop_front()
            {
                self.printed.push(byte);
                if byte == b'\n' {
                    self.busy_until = now + self.line;
                }
            }
        }
    }

    struct Run {
        module: Module,
        took: Duration,
        turns: usize,
    }

    fn run(baud: u32, intake: Intake, millimetres_per_second: u32, bytes: &[u8]) -> Run {
        let clock = Clock::new(baud, 10);
        let byte = clock.time_of(1);
        let mut pace = Pace::new(clock, intake);
        pace.hand(bytes);
        let mut module =
            Module { line: Duration::from_micros(3_750_000 / u64::from(millimetres_per_second)), ..Module::default() };
        let (mut sent, mut now, mut again, mut turns) = (0, Duration::ZERO, Duration::ZERO, 0);
        let (mut wire, mut line) = (VecDeque::new(), Duration::ZERO);
        while module.printed.len() < bytes.len() {
            while wire.front().is_some_and(|(at, _)| *at <= now) {
                module.work(now);
                module.held.extend(wire.pop_front().map(|(_, byte)| byte));
                module.fullest = module.fullest.max(module.held.len());
            }
            module.work(now);
            if sent < bytes.len() && now >= again {
                turns += 1;
                match pace.gate(bytes.len() - sent, now) {
                    Gate::Go(count) => {
                        pace.sent(count, now);
                        for byte_sent in &bytes[sent..sent + count] {
                            line = line.max(now) + byte;
                            wire.push_back((line, *byte_sent));
                        }
                        sent += count;
                    }
                    Gate::Wait(at) => {
                        assert!(at > now);
                        again = at;
                    }
                }
            }
            now += TICK;
            assert!(now < Duration::from_secs(600), "it stands still");
        }
        Run { module, took: now, turns }
    }

    fn receipt(lines: usize, columns: usize) -> Vec<u8> {
        let mut line = vec![b'x'; columns];
        line.push(b'\n');
        line.repeat(lines)
    }

    #[test]
    fn a_small_buffer_is_never_overrun() {
        for (columns, baud) in [(0, 9600), (3, 19_200), (32, 9600), (32, 115_200), (48, 230_400)] {
            let slips = receipt(60, columns);
            // the slowest that a mechanism of unknown speed is taken for
            let run = run(baud, Intake::default(), 40, &slips);
            assert!(run.module.fullest <= 128, "{} bytes with {columns} columns at {baud}", run.module.fullest);
            assert_eq!(run.module.printed, slips);
        }
    }

    #[test]
    fn a_printer_of_known_speed_and_buffer_prints_without_a_pause() {
        let slips = receipt(100, 32);
        let intake = Intake { buffer: Some(4096), speed: Some(100), dpi: Some(203) };
        let run = run(115_200, intake, 100, &slips);
        let printing = run.module.line * 100;
        assert!(run.took < printing + Duration::from_millis(60), "{:?} for {printing:?}", run.took);
        assert!(run.module.fullest <= 4096);
    }

    #[test]
    fn a_slow_line_is_never_idle_and_seldom_looked_at() {
        let slips = receipt(50, 48);
        let intake = Intake { buffer: Some(4096), speed: Some(150), dpi: Some(203) };
        let run = run(2400, intake, 150, &slips);
        let line = Clock::new(2400, 10).time_of(slips.len());
        assert!(run.took < line + Duration::from_millis(60), "{:?} for {line:?}", run.took);
        assert!(run.turns < slips.len() / 5, "{} turns for {} bytes", run.turns, slips.len());
    }

    #[test]
    fn after_a_rest_a_whole_buffer_may_go_at_once() {
        let mut pace = Pace::new(Clock::new(921_600, 10), Intake { buffer: Some(1040), ..Intake::default() });
        let slips = receipt(500, 32);
        pace.hand(&slips);
        assert_eq!(pace.gate(slips.len(), Duration::ZERO), Gate::Go(1024));
        pace.sent(1024, Duration::ZERO);
        assert!(matches!(pace.gate(slips.len() - 1024, Duration::ZERO), Gate::Wait(_)));
        assert_eq!(pace.gate(slips.len() - 1024, Duration::from_secs(60)), Gate::Go(1024));
    }
}
