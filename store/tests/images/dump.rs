//! Every row of every table as bytes: two stores with the same dump hold the same. Definitions are written out once
//! more here, as another program would read the file.

use redb::{
    Database, Key, ReadTransaction, ReadableDatabase as _, ReadableTable as _, TableDefinition, TableError, Value,
};

pub type Bytes = &'static [u8];

/// Day, kind, method, status, currency.
pub type DaySort = (i32, u8, u8, u8, &'static [u8; 3]);

pub const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta-1");
pub const RECORDS: TableDefinition<'_, (u64, u8), Bytes> = TableDefinition::new("records-1");
pub const SOURCES: TableDefinition<'_, (u64, u64), ()> = TableDefinition::new("sources-1");
pub const BY_TIME: TableDefinition<'_, (u64, u64), &[u8; 10]> = TableDefinition::new("by-time-1");
pub const PARTIAL: TableDefinition<'_, (u8, u64, u64), ()> = TableDefinition::new("partial-1");
pub const INDEX: TableDefinition<'_, &[u8; 22], ()> = TableDefinition::new("index-1");
pub const TEXTS: TableDefinition<'_, u32, &str> = TableDefinition::new("texts-1");
pub const JOBS: TableDefinition<'_, u64, Bytes> = TableDefinition::new("jobs-1");
pub const PAPERS: TableDefinition<'_, u64, Bytes> = TableDefinition::new("papers-1");
pub const QUEUE: TableDefinition<'_, (&str, u64), u8> = TableDefinition::new("queue-1");
pub const PRINTERS: TableDefinition<'_, &str, Bytes> = TableDefinition::new("printers-1");
pub const TOTALS: TableDefinition<'_, DaySort, (u64, u64)> = TableDefinition::new("totals-1");
pub const OPERATORS: TableDefinition<'_, &str, Bytes> = TableDefinition::new("operators-1");
pub const SIGN_IN: TableDefinition<'_, (&str, u8), Bytes> = TableDefinition::new("sign-in-1");
pub const AUDIT: TableDefinition<'_, u64, Bytes> = TableDefinition::new("audit-1");

/// Runs a macro for each table.
macro_rules! every_table {
    ($run:ident!($($before:expr),*)) => {
        [
            $run!($($before,)* META), $run!($($before,)* RECORDS), $run!($($before,)* SOURCES),
            $run!($($before,)* BY_TIME), $run!($($before,)* PARTIAL), $run!($($before,)* INDEX),
            $run!($($before,)* TEXTS), $run!($($before,)* JOBS), $run!($($before,)* PAPERS),
            $run!($($before,)* QUEUE), $run!($($before,)* PRINTERS), $run!($($before,)* TOTALS),
            $run!($($before,)* OPERATORS), $run!($($before,)* SIGN_IN), $run!($($before,)* AUDIT),
        ]
    };
}
pub(crate) use every_table;

/// A row: key and value as they stand in the file.
pub type Row = (Vec<u8>, Vec<u8>);

/// All rows, in the order of keys: per table its number of rows, and per row the two lengths and the bytes. One run of
/// bytes, because it is made for each image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dump(Vec<u8>);

impl Dump {
    /// `None` if the file has no tables yet.
    pub fn of(database: &Database) -> Option<Dump> {
        let txn = database.begin_read().unwrap();
        let mut dump = Dump(Vec::with_capacity(64 << 10));
        macro_rules! add {
            ($dump:expr, $table:ident) => {
                $dump.add(&txn, $table)
            };
        }
        every_table!(add!(dump)).into_iter().collect::<Option<Vec<()>>>().map(|_| dump)
    }

    fn add<K: Key + 'static, V: Value + 'static>(
        &mut self,
        txn: &ReadTransaction,
        table: TableDefinition<'_, K, V>,
    ) -> Option<()> {
        let table = match txn.open_table(table) {
            Ok(table) => table,
            Err(TableError::TableDoesNotExist(_)) => return None,
            Err(error) => panic!("{error}"),
        };
        let head = self.0.len();
        self.number(0);
        let mut rows = 0;
        for row in table.iter().unwrap() {
            let (key, value) = row.unwrap();
            let (key, value) = (key.value(), value.value());
            for bytes in [K::as_bytes(&key).as_ref(), V::as_bytes(&value).as_ref()] {
                self.number(bytes.len());
                self.0.extend_from_slice(bytes);
            }
            rows += 1;
        }
        self.0[head..head + 4].copy_from_slice(&u32::to_le_bytes(rows));
        Some(())
    }

    fn number(&mut self, number: usize) {
        self.0.extend_from_slice(&u32::try_from(number).unwrap().to_le_bytes());
    }

    /// The rows of each table by its name.
    pub fn tables(&self) -> Vec<(&'static str, Vec<Row>)> {
        fn number(bytes: &mut &[u8]) -> usize {
            let (head, rest) = bytes.split_first_chunk::<4>().unwrap();
            *bytes = rest;
            u32::from_le_bytes(*head) as usize
        }
        fn piece(bytes: &mut &[u8]) -> Vec<u8> {
            let len = number(bytes);
            let (head, rest) = bytes.split_at(len);
            *bytes = rest;
            head.to_vec()
        }
        macro_rules! name {
            ($table:ident) => {
                redb::TableHandle::name(&$table)
            };
        }
        let mut bytes = self.0.as_slice();
        every_table!(name!())
            .into_iter()
            .map(|name| {
                let rows = number(&mut bytes);
                (name, (0..rows).map(|_| (piece(&mut bytes), piece(&mut bytes))).collect())
            })
            .collect()
    }

    pub fn rows(&self, name: &str) -> Vec<Row> {
        self.tables().into_iter().find(|(table, _)| *table == name).unwrap().1
    }
}
