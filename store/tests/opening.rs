//! Opening: modes, owners, locks, schemas, damage; and the fixture file of each released schema.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod shop;

use std::{fs, io::Write as _, os::unix::fs::PermissionsExt as _, path::Path};

use model::{Copy, JobState, Query, Status};
use redb::{Database, TableDefinition};
use shop::{Shop, print, sale};
use store::{FILE, OpenError, Store};

#[test]
fn the_folder_and_the_file_are_only_ours() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    drop(Store::open(&state).unwrap());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&state), mode(&state.join(FILE))), (0o700, 0o600));
    fs::set_permissions(state.join(FILE), fs::Permissions::from_mode(0o644)).unwrap();
    drop(Store::open(&state).unwrap());
    assert_eq!(mode(&state.join(FILE)), 0o600);
}

#[test]
fn a_second_open_is_told_that_it_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert!(matches!(Store::open(folder.path()), Err(OpenError::Locked { .. })));
    drop(store);
    assert!(Store::open(folder.path()).is_ok());
}

#[test]
fn a_newer_schema_is_refused_and_left_as_it_is() {
    const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta-1");
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    let database = Database::open(folder.path().join(FILE)).unwrap();
    let txn = database.begin_write().unwrap();
    txn.open_table(META).unwrap().insert("schema", 99).unwrap();
    txn.commit().unwrap();
    drop(database);
    for _ in 0..2 {
        let refused = Store::open(folder.path()).unwrap_err();
        assert!(matches!(refused, OpenError::NewerSchema { found: 99, .. }), "{refused}");
        assert!(refused.to_string().contains("install that version"), "{refused}");
    }
}

#[test]
fn a_damaged_file_is_an_error() {
    let shop = Shop::open();
    for n in 0..50 {
        shop.sale(&n.to_string());
    }
    let path = shop.path().join(FILE);
    let Shop { folder, store, writer, .. } = shop;
    writer.shutdown();
    drop(store);
    let whole = fs::read(&path).unwrap();
    let mut noise: Vec<u8> = whole.clone();
    let mut seed = 1u32;
    noise.iter_mut().for_each(|byte| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (seed >> 24) as u8;
    });
    let torn = whole[..whole.len() / 3].to_vec();
    let no_redb = b"not a database".to_vec();
    for (what, bytes) in [("noise", noise), ("torn", torn), ("text", no_redb)] {
        fs::File::create(&path).unwrap().write_all(&bytes).unwrap();
        let error = Store::open(folder.path()).map(drop).unwrap_err();
        assert!(matches!(error, OpenError::Damaged { .. }), "{what}: {error}");
    }
    // a good head before bad pages: opening or reading says so, nothing panics
    let mut bent = whole;
    bent[8192..].iter_mut().step_by(97).for_each(|byte| *byte ^= 0x5A);
    fs::File::create(&path).unwrap().write_all(&bent).unwrap();
    if let Ok(store) = Store::open(folder.path()) {
        let read = store.reader().and_then(|reader| reader.search(&Query::default(), None, 50));
        assert!(read.is_err());
    }
}

#[test]
fn a_redb_file_of_another_program_is_refused() {
    const OTHER: TableDefinition<'_, u8, u8> = TableDefinition::new("other");
    let folder = tempfile::tempdir().unwrap();
    let database = Database::create(folder.path().join(FILE)).unwrap();
    let txn = database.begin_write().unwrap();
    drop(txn.open_table(OTHER).unwrap());
    txn.commit().unwrap();
    drop(database);
    assert!(matches!(Store::open(folder.path()), Err(OpenError::Damaged { .. })));
}

#[test]
fn a_damaged_value_is_named_by_table_and_key() {
    const RECORDS: TableDefinition<'_, (u64, u8), &[u8]> = TableDefinition::new("records-1");
    let shop = Shop::open();
    let id = shop.sale("1");
    let Shop { folder, store, writer, .. } = shop;
    writer.shutdown();
    drop(store);
    let database = Database::open(folder.path().join(FILE)).unwrap();
    for bytes in [&[][..], &[9, 1, 2], &[1, 2, 3], &[1; 400]] {
        let txn = database.begin_write().unwrap();
        txn.open_table(RECORDS).unwrap().insert((id.0, 0), bytes).unwrap();
        txn.commit().unwrap();
    }
    drop(database);
    let store = Store::open(folder.path()).unwrap();
    let error = store.reader().unwrap().transaction(id).unwrap_err().to_string();
    assert!(error.contains("records-1") && error.contains(&id.to_string()), "{error}");
}

#[test]
fn a_folder_that_cannot_be_written_or_is_not_ours_is_said() {
    // sysfs takes no folders, not even from root
    let error = Store::open(Path::new("/sys/counterfoil-test")).unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error}");
    let folder = tempfile::tempdir().unwrap();
    if std::os::unix::fs::chown(folder.path(), Some(12_345), None).is_ok() {
        assert!(matches!(Store::open(folder.path()), Err(OpenError::Foreign { owner: 12_345, .. })));
    } else {
        // not root: the root folder is another's
        assert!(matches!(Store::open(Path::new("/")), Err(OpenError::Foreign { owner: 0, .. })));
    }
}

fn fixture(schema: u32) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/schema-{schema}.redb"))
}

#[test]
fn a_file_of_schema_1_opens_and_reads_and_its_backup_stays_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture(1), folder.path().join(FILE)).unwrap();
    let store = Store::open(folder.path()).unwrap();
    reads(&store);
    assert!(!store.reader().unwrap().has_operators().unwrap());
    assert_eq!(store.reader().unwrap().row_counts().unwrap().len(), store::TABLES.len());
    assert!(folder.path().join("counterfoil.schema-1.redb").exists());
}

#[test]
fn a_file_of_schema_2_opens_and_reads() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture(2), folder.path().join(FILE)).unwrap();
    let store = Store::open(folder.path()).unwrap();
    reads(&store);
    let operators = store.reader().unwrap().operators().unwrap();
    let told: Vec<_> =
        operators.iter().map(|row| (row.operator.id.as_str(), row.operator.role, row.operator.disabled)).collect();
    assert_eq!(told, [("01", model::Role::Manager, false), ("02", model::Role::Cashier, true)]);
    assert_eq!((operators[1].operator.wrong_tries, operators[1].credential, operators[1].lock_seconds), (5, 2, 30));
}

#[test]
fn a_file_of_schema_3_opens_and_reads() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture(3), folder.path().join(FILE)).unwrap();
    let store = Store::open(folder.path()).unwrap();
    reads(&store);
    let row = store.reader().unwrap().sign_in("12345678").unwrap();
    assert_eq!((row.state, row.batch, row.trace), (model::SignInState::SignedIn, Some(2), 41));
    assert_eq!(row.keys.as_deref(), Some(&[1, 3, 2, 0x91][..]));
    assert_eq!(store.reader().unwrap().sign_in("99999999").unwrap(), store::SignInRow::default());
}

fn reads(store: &Store) {
    let reader = store.reader().unwrap();
    let page = reader.search(&Query::default(), None, 50).unwrap();
    let names: Vec<&str> = page.rows.iter().map(|hit| hit.transaction.source_id.as_str()).collect();
    assert_eq!(names, ["3", "2", "1"]);
    assert_eq!((reader.unknown_count().unwrap(), reader.unprinted_count().unwrap()), (1, 1));
    let jobs = reader.jobs_of(page.rows[2].transaction.id).unwrap();
    assert_eq!(jobs[0].state, JobState::Confirmed);
    assert_eq!(page.rows[2].prints, 1);
    for hit in &page.rows {
        let document = reader.document(hit.transaction.id, Copy::Merchant).unwrap();
        let approved = hit.transaction.status == Status::Approved;
        assert_eq!(document, approved.then(|| shop::slip(&hit.transaction, Copy::Merchant)));
    }
    let mut before = model::audit::GENESIS.to_owned();
    for row in reader.audit_from(1).unwrap() {
        assert!(row.follows(&before));
        before = row.hash;
    }
    assert!(reader.printer("front").unwrap().paused);
}

#[test]
#[ignore = "writes the fixture of the current schema; only for a new schema"]
fn write_the_fixture() {
    let shop = Shop::open();
    let first = shop.record(&sale("1"), &[print(Copy::Customer, "front")]).unwrap();
    shop.start(first.jobs[0]).unwrap();
    shop.end(first.jobs[0], JobState::Confirmed, &[model::Grade::ProcessId]).unwrap();
    let second = shop.sale("2");
    shop.reprint(second, "back").unwrap();
    let unknown = model::Event { status: Status::Unknown, ..sale("3") };
    shop.record(&unknown, &[]).unwrap();
    shop.writer.commit(|b| b.set_paused("front", true)).unwrap();
    let new =
        |id: &str, role| store::NewOperator { id: id.into(), name: "小王".into(), role, pin: "$argon2id$".into() };
    let (first, second) = (new("01", model::Role::Manager), new("02", model::Role::Cashier));
    let added = shop.writer.commit(move |b| {
        b.set_up(first, shop::at(10))?;
        b.add_operator(second, shop::at(11))?;
        for second in 12..17 {
            b.count_try("02", shop::at(second))?;
        }
        b.disable_operator("02", shop::at(18))
    });
    added.unwrap();
    let row = store::SignInRow {
        state: model::SignInState::SignedIn,
        batch: Some(2),
        trace: 41,
        keys: Some(vec![1, 3, 2, 0x91]),
        ..store::SignInRow::default()
    };
    shop.writer.commit(move |b| b.keep_sign_in("12345678", &row)).unwrap();
    let Shop { folder, store, writer, .. } = shop;
    writer.shutdown();
    drop(store);
    let path = folder.path().join(FILE);
    let mut database = Database::open(&path).unwrap();
    while database.compact().unwrap() {}
    drop(database);
    fs::copy(path, fixture(store::SCHEMA)).unwrap();
}
