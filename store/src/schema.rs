//! The schema number of a file, and the ordered migrations from one to the next.

use redb::{Database, ReadableDatabase, WriteTransaction};

use crate::{
    error::StoreError,
    tables::{META, OPERATORS, SIGN_IN, TABLES},
};

/// The schema this program writes.
pub const SCHEMA: u32 = 3;

const NAME: &str = "schema";

/// One step. It may run again on what it made before: a crash between two steps is no harm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// The schema after it.
    pub(crate) to: u32,
    pub(crate) run: fn(&WriteTransaction) -> Result<(), StoreError>,
}

/// In the order of `to`.
pub(crate) const MIGRATIONS: &[Migration] = &[Migration { to: 2, run: operators }, Migration { to: 3, run: sign_in }];

/// Schema 2 knows operators: their table, empty.
fn operators(txn: &WriteTransaction) -> Result<(), StoreError> {
    Ok(txn.open_table(OPERATORS).map(drop)?)
}

/// Schema 3 knows the sign-in: its table, empty.
fn sign_in(txn: &WriteTransaction) -> Result<(), StoreError> {
    Ok(txn.open_table(SIGN_IN).map(drop)?)
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// No table: a new file.
    Nothing,
    /// Tables, but not ours.
    Strange,
    Schema(u32),
}

pub(crate) fn found(database: &Database) -> Result<Found, StoreError> {
    let txn = database.begin_read()?;
    if txn.list_tables()?.next().is_none() {
        return Ok(Found::Nothing);
    }
    let table = match txn.open_table(META) {
        Ok(table) => table,
        Err(redb::TableError::Storage(error)) => return Err(error.into()),
        Err(_) => return Ok(Found::Strange),
    };
    let number = table.get(NAME)?.map(|guard| guard.value());
    Ok(number.and_then(|n| u32::try_from(n).ok()).map_or(Found::Strange, Found::Schema))
}

/// Makes every table of a new file.
pub(crate) fn create(database: &Database, schema: u32) -> Result<(), StoreError> {
    step(database, schema, |txn| TABLES.iter().try_for_each(|table| (table.create)(txn)))
}

/// Runs the migrations that lead beyond `from`, each in its own commit together with its schema number.
pub(crate) fn migrate(database: &Database, from: u32, migrations: &[Migration]) -> Result<(), StoreError> {
    migrations.iter().filter(|m| m.to > from).try_for_each(|m| step(database, m.to, m.run))
}

fn step(
    database: &Database,
    schema: u32,
    run: impl Fn(&WriteTransaction) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let txn = database.begin_write()?;
    run(&txn)?;
    txn.open_table(META)?.insert(NAME, u64::from(schema))?;
    Ok(txn.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database() -> (tempfile::TempDir, Database) {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::create(folder.path().join("file")).unwrap();
        (folder, database)
    }

    fn add_ten(txn: &WriteTransaction) -> Result<(), StoreError> {
        txn.open_table(META)?.insert("ten", 10)?;
        Ok(())
    }

    fn double_it(txn: &WriteTransaction) -> Result<(), StoreError> {
        let mut table = txn.open_table(META)?;
        let ten = table.remove("ten")?.map(|guard| guard.value());
        if let Some(ten) = ten {
            table.insert("twenty", ten * 2)?;
        }
        Ok(())
    }

    const FAKE: &[Migration] = &[Migration { to: 2, run: add_ten }, Migration { to: 3, run: double_it }];

    #[test]
    fn migrations_run_once_in_their_order() {
        let (_folder, database) = database();
        assert_eq!(found(&database).unwrap(), Found::Nothing);
        create(&database, 1).unwrap();
        assert_eq!(found(&database).unwrap(), Found::Schema(1));
        migrate(&database, 1, FAKE).unwrap();
        migrate(&database, 3, FAKE).unwrap();
        assert_eq!(found(&database).unwrap(), Found::Schema(3));
        let table = database.begin_read().unwrap().open_table(META).unwrap();
        assert_eq!(table.get("twenty").unwrap().unwrap().value(), 20);
        assert!(table.get("ten").unwrap().is_none());
    }

    #[test]
    fn a_migration_that_fails_leaves_the_schema_before_it() {
        fn breaks(txn: &WriteTransaction) -> Result<(), StoreError> {
            add_ten(txn)?;
            Err(StoreError::DiskFull)
        }
        let (_folder, database) = database();
        create(&database, 1).unwrap();
        let steps = [Migration { to: 2, run: breaks }];
        assert_eq!(migrate(&database, 1, &steps), Err(StoreError::DiskFull));
        assert_eq!(found(&database).unwrap(), Found::Schema(1));
    }

    #[test]
    fn a_file_of_another_program_is_told_apart() {
        let (_folder, database) = database();
        let other: redb::TableDefinition<'_, u8, u8> = redb::TableDefinition::new("other");
        let txn = database.begin_write().unwrap();
        txn.open_table(other).unwrap();
        txn.commit().unwrap();
        assert_eq!(found(&database).unwrap(), Found::Strange);
    }
}
