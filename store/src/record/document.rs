//! The stored documents: all copies of one transaction in one value, blocks that copies share kept once, and texts
//! that recur from slip to slip named by their number in the table of texts.

use std::collections::{HashMap, HashSet};

use model::{Align, Block, Copy, Document, ItemRow, Language, SafeText, Size};
use serde::{Deserialize, Serialize};

use super::{Record, damaged};
use crate::error::StoreError;

/// So many texts get a number; after that they stand in their documents in full.
pub(crate) const MOST_TEXTS: u32 = 4096;

/// A shorter text is not worth a number.
const SHORTEST: usize = 4;

/// The texts that have a number, and those of the last slip: a text that comes a second time gets one.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) numbers: HashMap<String, u32>,
    last: HashSet<String>,
    this: HashSet<String>,
}

impl Texts {
    /// Starts a slip: texts of the one before that come again are worth a number.
    pub(crate) fn next_slip(&mut self) {
        self.last = std::mem::take(&mut self.this);
    }

    fn take(&mut self, text: &str, new: &mut Vec<(u32, String)>) -> TextV1 {
        if text.len() < SHORTEST {
            return TextV1::Full(text.to_owned());
        }
        if let Some(number) = self.numbers.get(text) {
            return TextV1::Known(*number);
        }
        let next = u32::try_from(self.numbers.len()).unwrap_or(MOST_TEXTS);
        if next < MOST_TEXTS && self.last.contains(text) {
            self.numbers.insert(text.to_owned(), next);
            new.push((next, text.to_owned()));
            return TextV1::Known(next);
        }
        self.this.insert(text.to_owned());
        TextV1::Full(text.to_owned())
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum TextV1 {
    Full(String),
    Known(u32),
}

/// align, size and weight in one byte: align in bits 0-1, size in 2-3, bold in 4
type StyleV1 = u8;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum BlockV1 {
    Text(TextV1, StyleV1),
    Pair(TextV1, TextV1, StyleV1),
    /// name, quantity, amount
    Items(Vec<(TextV1, TextV1, TextV1)>),
    Rule,
    Blank(u8),
    Signature(TextV1),
    Qr(TextV1),
}

/// copy (0: of a job without transaction), language, places in `blocks`
type CopyV1 = (u8, u8, Vec<u16>);

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct DocumentsV1 {
    blocks: Vec<BlockV1>,
    copies: Vec<CopyV1>,
}

impl Record for DocumentsV1 {
    const VERSION: u8 = 1;
    const TABLE: &'static str = "records-1";
}

fn style(align: Align, size: Size, bold: bool) -> StyleV1 {
    align.code() | size.code() << 2 | u8::from(bold) << 4
}

impl DocumentsV1 {
    /// Adds a copy's document. Texts that get a number are pushed on `new`.
    pub(crate) fn add(
        &mut self,
        copy: Option<Copy>,
        document: &Document,
        texts: &mut Texts,
        new: &mut Vec<(u32, String)>,
    ) -> Result<(), StoreError> {
        let mut places = Vec::with_capacity(document.blocks.len());
        for block in &document.blocks {
            let mut text = |t: &SafeText| texts.take(t, new);
            let stored = match block {
                Block::Text { text: t, align, size, bold } => BlockV1::Text(text(t), style(*align, *size, *bold)),
                Block::Pair { label, value, size, bold } => {
                    BlockV1::Pair(text(label), text(value), style(Align::Left, *size, *bold))
                }
                Block::Items { rows } => BlockV1::Items(
                    rows.iter().map(|row| (text(&row.name), text(&row.quantity), text(&row.amount))).collect(),
                ),
                Block::Rule => BlockV1::Rule,
                Block::Blank { lines } => BlockV1::Blank(*lines),
                Block::Signature { label } => BlockV1::Signature(text(label)),
                Block::Qr { text: t } => BlockV1::Qr(text(t)),
            };
            let place = self.blocks.iter().position(|known| *known == stored).unwrap_or_else(|| {
                self.blocks.push(stored);
                self.blocks.len() - 1
            });
            places.push(u16::try_from(place).map_err(|_| StoreError::Unwritable {
                table: Self::TABLE,
                what: "a document of more than 65536 blocks".to_owned(),
            })?);
        }
        self.copies.push((copy.map_or(0, Copy::code), document.language.code(), places));
        Ok(())
    }

    /// The copies there are.
    pub(crate) fn copies(&self) -> Vec<Copy> {
        self.copies.iter().filter_map(|(copy, ..)| Copy::from_code(*copy)).collect()
    }

    /// One copy's document, if it is there. `look_up` gives the text behind a number.
    pub(crate) fn document(
        &self,
        copy: Option<Copy>,
        key: &dyn std::fmt::Display,
        look_up: &mut dyn FnMut(u32) -> Result<Option<String>, StoreError>,
    ) -> Result<Option<Document>, StoreError> {
        let code = copy.map_or(0, Copy::code);
        let Some((_, language, places)) = self.copies.iter().find(|(c, ..)| *c == code) else { return Ok(None) };
        let bad = |what: &str| damaged::<DocumentsV1>(key, what);
        let language = Language::from_code(*language).ok_or_else(|| bad("language"))?;
        let mut text = |text: &TextV1| match text {
            TextV1::Full(text) => Ok(SafeText::new(text)),
            TextV1::Known(number) => {
                look_up(*number)?.map(|t| SafeText::new(&t)).ok_or_else(|| bad("a text's number is not known"))
            }
        };
        let size = |style: StyleV1| Size::from_code(style >> 2 & 3).ok_or_else(|| bad("size"));
        let bold = |style: StyleV1| style & 16 != 0;
        let mut blocks = Vec::with_capacity(places.len());
        for place in places {
            let stored = self.blocks.get(usize::from(*place)).ok_or_else(|| bad("a block is missing"))?;
            blocks.push(match stored {
                BlockV1::Text(t, s) => Block::Text {
                    text: text(t)?,
                    align: Align::from_code(s & 3).ok_or_else(|| bad("align"))?,
                    size: size(*s)?,
                    bold: bold(*s),
                },
                BlockV1::Pair(label, value, s) => {
                    Block::Pair { label: text(label)?, value: text(value)?, size: size(*s)?, bold: bold(*s) }
                }
                BlockV1::Items(stored) => {
                    let mut rows = Vec::with_capacity(stored.len());
                    for (name, quantity, amount) in stored {
                        rows.push(ItemRow { name: text(name)?, quantity: text(quantity)?, amount: text(amount)? });
                    }
                    Block::Items { rows }
                }
                BlockV1::Rule => Block::Rule,
                BlockV1::Blank(lines) => Block::Blank { lines: *lines },
                BlockV1::Signature(label) => Block::Signature { label: text(label)? },
                BlockV1::Qr(t) => Block::Qr { text: text(t)? },
            });
        }
        Ok(Some(Document { language, blocks }))
    }
}
