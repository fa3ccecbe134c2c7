//! What a hand, or the script, does to the printer. Time has been brought up to date before.

use std::time::Duration;

use super::super::change::{Change, Switch};
use super::super::condition::{Cover, Fault, PaperSupply, Power};
use super::super::quirk::{Quirk, Quirks};
use super::super::session::HangUp;
use super::PrinterCore;
use super::mechanism::NEAR_END_MM;

/// How long `holds-dead-client` holds a client that is gone.
const HELD: Duration = Duration::from_secs(30);

impl PrinterCore {
    pub(super) fn change(&mut self, change: &Change) {
        // stopped paper is not printing: who opens the cover to change the roll makes no error
        let printing = self.motion.is_some() || self.owed > 0 && self.condition.is_online();
        self.pause();
        self.change_wire(change);
        self.change_manner(change);
        self.speed = change.speed.unwrap_or(self.speed);
        if let Some(fault) = change.fault {
            self.condition.fault = fault;
            self.cooling &= fault == Fault::Hot;
        }
        if let Some(celsius) = change.ambient {
            self.heat.set_ambient(Some(celsius));
        }
        if let Some(damage) = &change.damage {
            self.damage = damage.clone();
        }
        match change.paper {
            None => {}
            Some(PaperSupply::Ok) => self.new_roll(),
            Some(PaperSupply::End) => self.condition.paper = PaperSupply::End,
            Some(PaperSupply::NearEnd) => {
                self.condition.paper = PaperSupply::NearEnd;
                let near = self.geometry.dots_in_mm(NEAR_END_MM);
                self.roll = self.roll.map(|left| if left == 0 { near } else { left.min(near) });
            }
        }
        if let Some(cover) = change.cover {
            let opens = cover == Cover::Open && self.condition.cover == Cover::Closed;
            self.condition.opened_while_printing =
                cover == Cover::Open && (self.condition.opened_while_printing || opens && printing);
            self.condition.cover = cover;
        }
        self.condition.feed = change.feed.unwrap_or(self.condition.feed);
        self.condition.waiting = on(change.waiting, self.condition.waiting);
        self.condition.drawer = change.drawer.unwrap_or(self.condition.drawer);
        match change.power {
            Some(Power::Off) => self.power_off(),
            Some(Power::On) => self.condition.power = Power::On,
            None => {}
        }
        self.changed();
    }

    fn change_wire(&mut self, change: &Change) {
        self.busy = change.busy.unwrap_or(self.busy);
        self.flow = change.flow.unwrap_or(self.flow);
        self.baud = change.baud.unwrap_or(self.baud);
        self.drip = change.drip.unwrap_or(self.drip);
        self.set_rate();
        self.session.second = change.second.unwrap_or(self.session.second);
        if let Some(seconds) = change.idle_reset {
            self.session.idle_reset = (seconds > 0).then(|| Duration::from_secs(seconds));
        }
        if let Some(seconds) = change.close_delay {
            self.session.close_after = Duration::from_secs(seconds);
        }
        self.session.never_closes = on(change.never_close, self.session.never_closes);
        if let Some(bytes) = change.drop_after {
            self.session.drop_after = Some(bytes);
        }
        let was_half_open = self.half_open;
        self.half_open = on(change.half_open, self.half_open);
        if was_half_open && !self.half_open {
            self.hang_up(HangUp::Reset);
        }
        if let Some(how) = change.hang_up {
            self.hang_up(how);
        }
    }

    fn change_manner(&mut self, change: &Change) {
        self.proof = on(change.proof, self.proof);
        self.muted = on(change.mute, self.muted);
        if let Some(ms) = change.answer_delay_ms {
            self.delay = Duration::from_millis(ms);
        }
        if let Some(quirks) = &change.quirks {
            let quirks: Quirks = quirks.iter().copied().collect();
            if quirks.check(self.manner.model).is_ok() {
                self.set_quirks(quirks);
            }
        }
    }

    pub(super) fn set_quirks(&mut self, quirks: Quirks) {
        self.manner.quirks = quirks;
        self.condition.cover_hides_paper = quirks.has(Quirk::CoverHidesPaper);
        self.condition.panel_bits = quirks.has(Quirk::PanelBits);
        self.condition.drawer_open_high = quirks.has(Quirk::DrawerOpenHigh);
        self.session.holds_dead = quirks.has(Quirk::HoldsDeadClient).then_some(HELD);
    }

    /// Both directions of the wire get the speed that is set.
    pub(super) fn set_rate(&mut self) {
        let rate = if self.drip > 0 { self.drip } else { self.baud.div_ceil(10) };
        self.incoming.set_rate(rate);
        self.mouth.set_rate(rate);
    }
}

/// Whether a switch in a change is there and on.
fn on(switch: Option<Switch>, old: bool) -> bool {
    switch.map_or(old, Switch::is_on)
}
