//! The receipt document: what a slip says, worded once when the transaction is recorded and kept as it is.
//!
//! A reprint next year prints this document plus its mark, not today's template (DESIGN §3.2). How it is laid out in
//! columns and turned into bytes belongs to `paper`.

use serde::{Deserialize, Serialize};

use crate::{text::SafeText, word::words};

words! {
    /// 联: whose slip it is.
    Copy {
        /// 商户存根
        Merchant = 1 "merchant",
        /// 持卡人存根
        Customer = 2 "customer",
    }
}

words! {
    /// The language of slips and screens.
    Language {
        /// 中文
        Zh = 1 "zh",
        En = 2 "en",
    }
}

words! {
    Align { Left = 1 "left", Center = 2 "center", Right = 3 "right", }
}

words! {
    /// How large a text is printed.
    Size {
        Normal = 1 "normal",
        /// twice as high
        Tall = 2 "tall",
        /// twice as wide and high
        Large = 3 "large",
    }
}

/// One line of goods as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRow {
    pub name: SafeText,
    pub quantity: SafeText,
    pub amount: SafeText,
}

/// One piece of a slip, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Running text, wrapped to the width.
    Text { text: SafeText, align: Align, size: Size, bold: bool },
    /// A label on the left and its value on the right; on two lines when both don't fit on one.
    Pair { label: SafeText, value: SafeText, size: Size, bold: bool },
    /// Lines of goods in three columns.
    Items { rows: Vec<ItemRow> },
    /// A dashed line over the whole width.
    Rule,
    /// Empty lines.
    Blank { lines: u8 },
    /// Room for a signature under its label.
    Signature { label: SafeText },
    /// A QR code, centred.
    Qr { text: SafeText },
}

/// A slip, ready to be laid out for any width. The end of the document is a cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub language: Language,
    pub blocks: Vec<Block>,
}

/// What a reprint carries beyond its document: `重打印凭证/DUPLICATED … 第n次` and who asked and allowed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReprintMark {
    /// 1, 2 …; given at enqueue and never reused.
    pub number: u32,
    pub operator: Option<SafeText>,
    pub approver: Option<SafeText>,
}
