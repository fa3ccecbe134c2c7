//! One terminal as the host keeps it: standing, state, batch, keys, trades and totals. Plain data and small rules.

use std::collections::BTreeSet;

use super::cipher::Cipher;
use super::hex;
use super::key_set::{KeySet, Layout};
use super::state::TerminalState;
use super::totals::Totals;
use super::word::words;

words! {
    /// How the host thinks of a terminal number.
    Standing, "standing" {
        Normal "normal" "in use";
        Missing "missing" "not registered: 97";
        NeverActivated "never-activated" "registered, without a row for sign-ins: 97 to everything but a sign-in";
        Stopped "stopped" "stopped: 58";
        Deregistered "deregistered" "deregistered: 58 to everything but a sign-in";
        BoundElsewhere "bound-elsewhere" "bound to another line: 58";
        Blacklisted "blacklisted" "on the risk list: 58";
        NoKey "no-key" "the security module has no TMK for it: 96 at sign-in";
    }
}

words! {
    /// Where a terminal stands at the host.
    Signed, "sign-in state" {
        Never "never" "has never signed in";
        In "signed_in" "signed in";
        Off "signed_off" "has signed off";
    }
}

/// A trade of the open batch.
#[derive(Debug, Clone)]
pub(super) struct Trade {
    pub(super) trace: String,
    pub(super) kind: String,
    pub(super) amount: u64,
    pub(super) foreign: bool,
    pub(super) voided: bool,
}

/// A settlement that has been answered and not ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settling {
    pub(super) balanced: bool,
    pub(super) uploads: u32,
}

/// A terminal number.
#[derive(Debug, Clone)]
pub(super) struct Station {
    pub(super) standing: Standing,
    pub(super) signed: Signed,
    pub(super) batch: u32,
    pub(super) keys: Option<(KeySet, Layout)>,
    pub(super) sign_ins: u64,
    pub(super) settlements: u64,
    /// The trace of its last request.
    pub(super) trace: Option<String>,
    /// Traces of trades in this batch.
    pub(super) traces: BTreeSet<String>,
    pub(super) trades: Vec<Trade>,
    pub(super) totals: Totals,
    pub(super) settling: Option<Settling>,
}

impl Default for Station {
    fn default() -> Self {
        Self {
            standing: Standing::Normal,
            signed: Signed::Never,
            batch: 1,
            keys: None,
            sign_ins: 0,
            settlements: 0,
            trace: None,
            traces: BTreeSet::new(),
            trades: Vec::new(),
            totals: Totals::default(),
            settling: None,
        }
    }
}

impl Station {
    /// 999999 is followed by 000001.
    pub(super) fn advance_batch(&mut self, by: u32) {
        self.batch = (self.batch - 1 + by) % 999_999 + 1;
        self.empty();
    }

    /// The batch is closed or another: what was in it is gone.
    pub(super) fn empty(&mut self) {
        self.traces.clear();
        self.trades.clear();
        self.totals = Totals::default();
        self.settling = None;
    }

    /// Whether a request's batch is the host's, or off by one when that is tolerated.
    pub(super) fn accepts_batch(&self, batch: Option<u32>, tolerant: bool) -> bool {
        batch.is_some_and(|batch| batch == self.batch || (tolerant && batch.abs_diff(self.batch) == 1))
    }

    /// Another device has signed in on the number; with `batch` it has also settled and signed off before.
    pub(super) fn disturb(&mut self, keys: KeySet, batch: bool) {
        let layout = self.keys.as_ref().map_or(Layout::Standard, |(_, layout)| *layout);
        self.keys = Some((keys, layout));
        self.sign_ins += 1;
        if batch {
            self.advance_batch(1);
        }
    }

    pub(super) fn state(&self, id: &str) -> TerminalState {
        let checks = self.keys.as_ref().map(|(keys, layout)| {
            let (cipher, mak) = match layout {
                Layout::Standard | Layout::Short | Layout::Single => (Cipher::Des, &keys.mak[..8]),
                Layout::Double | Layout::Tagged => (Cipher::Des, &keys.mak[..]),
                Layout::Sm4 => (Cipher::Sm4, &keys.mak[..]),
            };
            let pik = if *layout == Layout::Single { &keys.pik[..8] } else { &keys.pik[..] };
            [pik, mak].map(|key| hex::encode(&cipher.check_value(key, 4)))
        });
        TerminalState {
            id: id.to_owned(),
            standing: self.standing,
            signed: self.signed,
            batch: format!("{:06}", self.batch),
            trace: self.trace.clone(),
            sign_ins: self.sign_ins,
            settlements: self.settlements,
            key_checks: checks,
            totals: self.totals,
            settling: self.settling.is_some(),
            uploads: self.settling.map_or(0, |settling| settling.uploads),
        }
    }
}
