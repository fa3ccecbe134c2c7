//! Harm done to one row at a time, as a write left out of a commit or a wrong one would do it: so that the inspection
//! shows that it sees each table.

use redb::{
    Builder, Database, Key, ReadableTable as _, ReadableTableMetadata as _, TableDefinition, TableHandle as _, Value,
};

use crate::{
    dump::{
        AUDIT, BY_TIME, INDEX, JOBS, META, OPERATORS, PAPERS, PARTIAL, PRINTERS, QUEUE, RECORDS, SIGN_IN, SOURCES,
        TEXTS, TOTALS, every_table,
    },
    medium::{Image, Medium},
};

/// So many rows of each table at most, spread over it.
const SAMPLE: u64 = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    Removed,
    /// The last bit of the value is another.
    Bent,
}

/// Calls with each harmed image and what was done to it.
pub fn each(image: &Image, mut run: impl FnMut(&str, Image)) {
    macro_rules! harm {
        ($table:ident) => {
            each_of(image, $table, &mut run)
        };
    }
    every_table!(harm!());
}

fn each_of<K: Key + 'static, V: Value + 'static>(
    image: &Image,
    table: TableDefinition<'static, K, V>,
    run: &mut impl FnMut(&str, Image),
) {
    let open = |medium: &Medium| Builder::new().set_cache_size(1 << 20).create_with_backend(medium.clone()).unwrap();
    let rows = {
        let txn = open(&Medium::holding(image.clone())).begin_write().unwrap();
        txn.open_table(table).unwrap().len().unwrap()
    };
    assert!(rows > 0, "{} has no row to harm", table.name());
    for nth in (0..rows).step_by(usize::try_from(rows.div_ceil(SAMPLE)).unwrap()) {
        for harm in [Harm::Removed, Harm::Bent] {
            let medium = Medium::holding(image.clone());
            if do_to(&open(&medium), table, usize::try_from(nth).unwrap(), harm) {
                run(&format!("row {nth} of {} {harm:?}", table.name()), medium.image());
            }
        }
    }
}

/// False if there is nothing to bend.
fn do_to<K: Key + 'static, V: Value + 'static>(
    database: &Database,
    table: TableDefinition<'static, K, V>,
    nth: usize,
    harm: Harm,
) -> bool {
    let txn = database.begin_write().unwrap();
    {
        let mut table = txn.open_table(table).unwrap();
        let (key, mut value) = {
            let row = table.iter().unwrap().nth(nth).unwrap().unwrap();
            (K::as_bytes(&row.0.value()).as_ref().to_vec(), V::as_bytes(&row.1.value()).as_ref().to_vec())
        };
        match (harm, value.last_mut()) {
            (Harm::Removed, _) => drop(table.remove(K::from_bytes(&key)).unwrap()),
            (Harm::Bent, None) => return false,
            (Harm::Bent, Some(last)) => {
                *last ^= 1;
                table.insert(K::from_bytes(&key), V::from_bytes(&value)).unwrap();
            }
        }
    }
    txn.commit().unwrap();
    true
}
