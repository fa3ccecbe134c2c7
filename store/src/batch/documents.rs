//! Keeping composed documents.

use model::{Copy, Document, TransactionId};
use redb::ReadableTable;

use super::Batch;
use crate::{
    error::StoreError,
    record::{DocumentsV1, MOST_TEXTS, Record as _, Texts},
    rows,
    tables::{RECORDS, TEXTS},
};

impl Batch<'_> {
    /// Keeps the documents of a transaction in place of those it had.
    pub(super) fn put_documents(
        &mut self,
        id: TransactionId,
        documents: &[(Copy, Document)],
    ) -> Result<(), StoreError> {
        let list: Vec<(Option<Copy>, &Document)> = documents.iter().map(|(c, d)| (Some(*c), d)).collect();
        let bytes = self.packed(&list)?;
        self.writes += 1;
        self.txn.open_table(RECORDS)?.insert((id.0, rows::DOCUMENTS), bytes.as_slice())?;
        Ok(())
    }

    /// Documents as they are stored; texts that recur get their number on the way.
    pub(super) fn packed(&mut self, documents: &[(Option<Copy>, &Document)]) -> Result<Vec<u8>, StoreError> {
        let mut table = self.txn.open_table(TEXTS)?;
        let texts = match &mut self.memory.texts {
            Some(texts) => texts,
            slot => {
                let mut texts = Texts::default();
                for entry in table.range(..MOST_TEXTS)? {
                    let (number, text) = entry?;
                    texts.numbers.insert(text.value().to_owned(), number.value());
                }
                slot.insert(texts)
            }
        };
        texts.next_slip();
        let mut new = Vec::new();
        let mut packed = DocumentsV1::default();
        for (copy, document) in documents {
            packed.add(*copy, document, texts, &mut new)?;
        }
        for (number, text) in new {
            self.writes += 1;
            table.insert(number, text.as_str())?;
        }
        packed.encode()
    }
}
