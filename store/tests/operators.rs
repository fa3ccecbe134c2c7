//! Operators as they are kept: the first manager, PINs, locks, and the last manager who can't be lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(dead_code, reason = "the shop of the tests is shared, not every test needs all of it")]

mod shop;

use model::Role;
use shop::{Shop, at};
use store::{Batch, NewOperator, OperatorRow, Store, StoreError};

fn new(id: &str, role: Role) -> NewOperator {
    NewOperator { id: id.into(), name: "小王".into(), role, pin: format!("hash of {id}") }
}

fn done<R: Send + 'static>(
    shop: &Shop,
    run: impl FnOnce(&mut Batch<'_>) -> Result<R, StoreError> + Send + 'static,
) -> Result<R, StoreError> {
    shop.writer.commit(run)
}

fn row(shop: &Shop, id: &str) -> OperatorRow {
    shop.store.reader().unwrap().operator(id).unwrap().unwrap()
}

#[test]
fn the_first_manager_is_made_once() {
    let shop = Shop::open();
    assert!(!shop.store.reader().unwrap().has_operators().unwrap());
    // whatever role was asked for
    let made = done(&shop, |b| b.set_up(new("01", Role::Cashier), at(1))).unwrap();
    assert_eq!((made.operator.role, made.operator.name.as_str()), (Role::Manager, "小王"));
    assert_eq!(done(&shop, |b| b.set_up(new("02", Role::Manager), at(2))), Err(StoreError::AlreadySetUp));
    let again = done(&shop, |b| b.add_operator(new("01", Role::Cashier), at(2)));
    assert_eq!(again, Err(StoreError::OperatorExists { id: "01".into() }));
    assert!(shop.store.reader().unwrap().has_operators().unwrap());
}

#[test]
fn tries_are_counted_over_a_restart_and_lock_longer_each_time() {
    let shop = Shop::open();
    done(&shop, |b| b.set_up(new("01", Role::Manager), at(0))).unwrap();
    for (tries, seconds) in [(1, 0), (2, 0), (3, 0), (4, 0), (5, 30), (6, 60), (7, 120)] {
        let counted = done(&shop, |b| b.count_try("01", at(100))).unwrap();
        assert_eq!((counted.operator.wrong_tries, counted.lock_seconds), (tries, seconds));
        let until = counted.operator.locked_until.map(|until| (until.unix_ms() - at(100).unix_ms()) / 1000);
        assert_eq!(until, (seconds > 0).then_some(i64::try_from(seconds).unwrap()));
    }
    let Shop { folder, store, writer, .. } = shop;
    writer.shutdown();
    drop(store);
    let reader = Store::open(folder.path()).unwrap().reader().unwrap();
    assert_eq!(reader.operator("01").unwrap().unwrap().operator.wrong_tries, 7);
}

#[test]
fn a_right_pin_forgets_the_tries_unless_the_pin_was_changed_meanwhile() {
    let shop = Shop::open();
    done(&shop, |b| b.set_up(new("01", Role::Manager), at(0))).unwrap();
    let before = done(&shop, |b| b.count_try("01", at(1))).unwrap();
    let credential = before.credential;
    assert!(done(&shop, move |b| b.clear_tries("01", credential)).unwrap().is_some());
    assert_eq!(row(&shop, "01").operator.wrong_tries, 0);
    done(&shop, |b| b.set_pin("01", "other".into(), at(2))).unwrap();
    assert_eq!(done(&shop, move |b| b.clear_tries("01", credential)).unwrap(), None);
    assert_eq!((row(&shop, "01").pin, row(&shop, "01").credential), ("other".to_owned(), credential + 1));
}

#[test]
fn the_last_manager_cannot_be_disabled_and_who_is_disabled_can_be_let_in_again() {
    let shop = Shop::open();
    done(&shop, |b| b.set_up(new("01", Role::Manager), at(0))).unwrap();
    done(&shop, |b| b.add_operator(new("02", Role::Supervisor), at(1))).unwrap();
    let last = Err(StoreError::LastManager { id: "01".into() });
    assert_eq!(done(&shop, |b| b.disable_operator("01", at(2))), last);
    done(&shop, |b| b.add_operator(new("03", Role::Manager), at(3))).unwrap();
    assert!(done(&shop, |b| b.disable_operator("01", at(4))).unwrap().operator.disabled);
    assert_eq!(done(&shop, |b| b.disable_operator("03", at(5))), Err(StoreError::LastManager { id: "03".into() }));
    assert_eq!(done(&shop, |b| b.clear_tries("01", 2)).unwrap(), None, "a right PIN lets nobody in who is disabled");
    assert!(!done(&shop, |b| b.unlock_operator("01", at(6))).unwrap().operator.disabled);
    let nobody = done(&shop, |b| b.disable_operator("09", at(7)));
    assert_eq!(nobody, Err(StoreError::NotFound { what: "operator 09".into() }));
}

#[test]
fn the_hash_of_a_pin_is_in_no_log() {
    let shop = Shop::open();
    let made = done(&shop, |b| b.set_up(new("01", Role::Manager), at(0))).unwrap();
    assert!(!format!("{made:?} {:?}", new("01", Role::Cashier)).contains("hash of"));
}
