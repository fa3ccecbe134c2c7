//! A drawer's pulse is read back where the printer can tell: the level of the drawer's pin before and after.

use std::time::Duration;

use model::{Evidence, Grade, JobId};

use super::PrinterDesk;

/// A drawer that opens does so within this time.
const WITHIN: Duration = Duration::from_secs(2);

/// A pulse that was given to the printer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pulse {
    id: JobId,
    epoch: u32,
    high: bool,
    at: Duration,
}

impl PrinterDesk {
    /// Watches the pin from now on, if its level is known.
    pub(super) fn watch_drawer(&mut self, id: JobId, epoch: u32) {
        let at = self.house.clock.elapsed();
        let conditions = self.said.and_then(|said| said.conditions);
        self.pulse = conditions.map(|conditions| Pulse { id, epoch, high: conditions.drawer_high, at });
        if self.pulse.is_some() {
            self.house.printers.wake_at(&self.printer.name, at + WITHIN);
        }
    }

    /// Remarks what the pin did, as soon as that is known or the time is over.
    pub(super) fn read_drawer_back(&mut self) {
        let Some(pulse) = self.pulse else { return };
        let passed = self.house.clock.elapsed().saturating_sub(pulse.at);
        let level = |high: bool| if high { "high" } else { "low" };
        let now_high = self.said.and_then(|said| said.conditions).map(|conditions| conditions.drawer_high);
        let detail = match now_high {
            Some(high) if high != pulse.high && passed <= WITHIN => {
                format!("the drawer's pin went from {} to {} after the pulse", level(pulse.high), level(high))
            }
            _ if passed >= WITHIN => {
                format!("the drawer's pin was {} before the pulse; no change was told within 2 s", level(pulse.high))
            }
            _ => return,
        };
        self.pulse = None;
        let (id, epoch, at) = (pulse.id, pulse.epoch, self.house.now());
        self.commit("noting what the drawer did", move |batch| {
            batch.of_claim(id, epoch)?;
            batch.remark(id, Evidence { at, grade: Grade::None, detail })
        });
    }
}
