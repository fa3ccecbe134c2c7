//! Which transactions of a terminal number are open: whatever is recorded, settled and restarted in whatever order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod shop;

use std::collections::{BTreeMap, BTreeSet};

use model::{Status, TransactionId};
use proptest::prelude::*;
use shop::Shop;
use store::{OpenBatch, SettledBatches};

const TERMINAL: &str = "12345678";

#[derive(Debug, Clone)]
enum Deed {
    /// A sale of this batch; its outcome is known at once or not.
    Record { batch: u32, known: bool },
    /// The oldest unknown one is approved or declined.
    Resolve(bool),
    /// A settlement of the current batch begins and balances, with so many sales recorded in between; or it doesn't balance,
    /// is refused, or its outcome stays unknown, which all keep nothing.
    Settle { balanced: bool, between: u8 },
    /// A sign-in brings this batch.
    Batch(u32),
    /// The daemon starts anew.
    Restart,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let one = prop_oneof![
        4 => (1u32..4, any::<bool>()).prop_map(|(batch, known)| Deed::Record { batch, known }),
        2 => any::<bool>().prop_map(Deed::Resolve),
        3 => (prop::bool::weighted(0.7), 0u8..2).prop_map(|(balanced, between)| Deed::Settle { balanced, between }),
        2 => (1u32..4).prop_map(Deed::Batch),
        1 => Just(Deed::Restart),
    ];
    prop::collection::vec(one, 1..25)
}

/// What is known without any cleverness.
#[derive(Default)]
struct Ledger {
    batches: BTreeMap<TransactionId, u32>,
    approved: BTreeSet<TransactionId>,
    settled: BTreeSet<TransactionId>,
    unknown: Vec<(String, TransactionId)>,
}

impl Ledger {
    fn record(&mut self, shop: &Shop, batch: u32, known: bool) {
        let name = format!("s{}", self.batches.len());
        let id = self.write(shop, &name, batch, if known { Status::Approved } else { Status::Unknown });
        self.batches.insert(id, batch);
        if known {
            self.approved.insert(id);
        } else {
            self.unknown.push((name, id));
        }
    }

    fn write(&self, shop: &Shop, name: &str, batch: u32, status: Status) -> TransactionId {
        let mut event = shop::sale(name);
        (event.batch, event.status) = (Some(format!("{batch:06}")), status);
        shop.record(&event, &[]).unwrap().id
    }

    fn open(&self, batch: u32) -> Vec<TransactionId> {
        self.approved.difference(&self.settled).copied().filter(|id| self.batches[id] == batch).collect()
    }
}

fn now(open: &mut OpenBatch, shop: &Shop, batch: u32, settled: &SettledBatches) {
    if !open.is_of(TERMINAL, batch, settled) {
        *open = OpenBatch::new(TERMINAL, batch, settled);
    }
    open.refresh(&shop.store.reader().unwrap()).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn a_settled_sale_is_never_open_again_and_any_other_of_the_batch_always_is(deeds in deeds()) {
        let shop = Shop::open();
        let (mut ledger, mut settled, mut batch) = (Ledger::default(), SettledBatches::default(), 1);
        let mut open = OpenBatch::new(TERMINAL, batch, &settled);
        for deed in deeds {
            match deed {
                Deed::Record { batch, known } => ledger.record(&shop, batch, known),
                Deed::Resolve(approved) => {
                    if let Some((name, id)) = (!ledger.unknown.is_empty()).then(|| ledger.unknown.remove(0)) {
                        let status = if approved { Status::Approved } else { Status::Declined };
                        prop_assert_eq!(ledger.write(&shop, &name, ledger.batches[&id], status), id);
                        if approved {
                            ledger.approved.insert(id);
                        }
                    }
                }
                Deed::Settle { balanced, between } => {
                    now(&mut open, &shop, batch, &settled);
                    let (ids, up_to, unknown) = (open.ids(), open.looked_to(), open.unknown_ids());
                    (0..between).for_each(|_| ledger.record(&shop, batch, true));
                    if balanced {
                        settled.note(batch, up_to, unknown);
                        ledger.settled.extend(ids);
                    }
                }
                Deed::Batch(next) => batch = next,
                Deed::Restart => open = OpenBatch::default(),
            }
            now(&mut open, &shop, batch, &settled);
            prop_assert_eq!(open.ids(), ledger.open(batch));
        }
    }
}
