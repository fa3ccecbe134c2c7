//! What a hand does to the host: a change checked and carried out. The host's own doings are elsewhere.

use super::change::{Change, TerminalChange};
use super::fault::{FaultKind, Faults};
use super::hex;
use super::host::Host;
use super::station::Signed;
use super::switch::Lasts;

impl Host {
    /// Carries out a change.
    ///
    /// # Errors
    /// A sentence when it makes no sense; nothing has changed then.
    pub(super) fn set(&mut self, change: Change) -> Result<(), String> {
        if let Some(pin) = &change.pin
            && pin.keys.iter().flatten().any(|key| hex::array::<16>(key).is_none())
        {
            return Err("pin: a key is 32 hex digits".to_owned());
        }
        if let Some(TerminalChange { batch: Some(batch), .. }) = &change.terminal
            && !(1..=999_999).contains(batch)
        {
            return Err(format!("batch {batch}: 1 to 999999"));
        }
        self.clock = change.clock.unwrap_or(self.clock);
        self.layout = change.layout.unwrap_or(self.layout);
        self.merchant = change.merchant.unwrap_or(self.merchant);
        self.hsm = change.hsm.unwrap_or(self.hsm);
        self.pin = change.pin.unwrap_or(std::mem::take(&mut self.pin));
        if let Some(totals) = change.totals {
            self.stations.values_mut().for_each(|station| station.totals = totals);
        }
        if let Some(terminal) = change.terminal {
            self.set_terminal(&terminal);
        }
        if let Some(faults) = change.faults {
            self.faults = Faults::new(faults);
            self.disturb_now();
        }
        Ok(())
    }

    /// A second terminal that turns up meanwhile disturbs those that are signed in at once.
    fn disturb_now(&mut self) {
        let second = self.faults.list().iter().find_map(|fault| match (&fault.kind, fault.lasts) {
            (FaultKind::SecondTerminal { batch }, lasts) => Some((*batch, lasts != Lasts::Always)),
            _ => None,
        });
        let Some((batch, counted)) = second else { return };
        let mut disturbed = false;
        for station in self.stations.values_mut().filter(|station| station.signed == Signed::In) {
            station.disturb(self.key_maker.make(), batch);
            disturbed = true;
        }
        if disturbed && counted {
            self.faults.strikes(&FaultKind::SecondTerminal { batch });
        }
    }

    fn set_terminal(&mut self, change: &TerminalChange) {
        if !change.id.is_empty() {
            self.stations.entry(change.id.clone()).or_default();
        }
        let every = change.id.is_empty();
        for (_, station) in self.stations.iter_mut().filter(|(id, _)| every || **id == change.id) {
            station.standing = change.standing.unwrap_or(station.standing);
            if let Some(signed) = change.signed {
                station.signed = signed;
                station.keys = (signed == Signed::In).then(|| (self.key_maker.make(), self.layout));
            }
            if let Some(batch) = change.batch.filter(|batch| *batch != station.batch) {
                station.empty();
                station.batch = batch;
            }
            station.totals = change.totals.unwrap_or(station.totals);
        }
    }
}
