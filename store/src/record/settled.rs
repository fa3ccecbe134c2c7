//! Which transactions of one terminal number stand in a balanced settlement: the rest of the current batch is open.

/// What the last settlements took in, by batch. A transaction that is in one is never open again, also when its batch number
/// comes back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettledBatches {
    /// Batch, and the last transaction that its settlements looked at; the one settled last stands last.
    batches: Vec<(u32, u64)>,
    /// Settlements that are not listed any more took in everything up to here.
    floor: u64,
    /// Transactions before those whose outcome was not known then: they are in no settlement.
    pending: Vec<u64>,
}

impl SettledBatches {
    /// So many batches are told apart.
    pub const MOST: usize = 64;

    /// So many transactions whose outcome stays unknown are watched; no batch holds more.
    pub const MOST_PENDING: usize = 2000;

    pub(crate) fn of((batches, floor, pending): (Vec<(u32, u64)>, u64, Vec<u64>)) -> SettledBatches {
        SettledBatches { batches, floor, pending }
    }

    pub(crate) fn parts(&self) -> (Vec<(u32, u64)>, u64, Vec<u64>) {
        (self.batches.clone(), self.floor, self.pending.clone())
    }

    /// A settlement of this batch balanced: what was recorded up to `up_to` is in it, but not what is `unknown`, oldest first.
    pub fn note(&mut self, batch: u32, up_to: u64, mut unknown: Vec<u64>) {
        unknown.drain(..unknown.len().saturating_sub(SettledBatches::MOST_PENDING));
        let up_to = self.after(batch).max(up_to);
        self.batches.retain(|(known, _)| *known != batch);
        self.batches.push((batch, up_to));
        if self.batches.len() > SettledBatches::MOST {
            let (_, oldest) = self.batches.remove(0);
            self.floor = self.floor.max(oldest);
        }
        self.pending = unknown;
    }

    /// Transactions of this batch up to here are in a settlement, but those that are pending.
    pub fn after(&self, batch: u32) -> u64 {
        let listed = self.batches.iter().find(|(known, _)| *known == batch);
        listed.map_or(0, |(_, up_to)| *up_to).max(self.floor)
    }

    /// The batch that was settled last, and the last transaction that was looked at.
    pub fn last(&self) -> Option<(u32, u64)> {
        self.batches.last().copied()
    }

    /// Those whose outcome was not known when their batch was settled.
    pub fn pending(&self) -> &[u64] {
        &self.pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_settlement_never_takes_back_what_was_settled() {
        let mut settled = SettledBatches::default();
        settled.note(1, 9, vec![4]);
        settled.note(1, 0, Vec::new());
        assert_eq!((settled.after(1), settled.last(), settled.pending()), (9, Some((1, 9)), &[][..]));
    }

    #[test]
    fn a_batch_number_that_comes_back_brings_nothing_back() {
        let mut settled = SettledBatches::default();
        for batch in 1..=100 {
            settled.note(batch, u64::from(batch) * 10, Vec::new());
        }
        assert_eq!(settled.after(90), 900);
        assert_eq!(settled.after(2), 360, "too long ago to be told apart: nothing from then is open");
        assert_eq!(settled.after(101), 360);
    }
}
