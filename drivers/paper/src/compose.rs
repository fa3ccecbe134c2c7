//! What stands on a slip and in which order: from a transaction and the shop's letterhead to a document. Keys that the
//! transaction does not have leave no line. The words are in `wording`; widths and bytes come later.

use model::{
    Align, Block, Copy, Document, ItemRow, Kind, Language, Method, Moment, SafeText, Size, Status, Transaction,
};

use crate::wording::{Sentence, entry_letter};

/// Who the slip is from (config `[shop]`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letterhead {
    pub name: SafeText,
    pub address: Option<SafeText>,
    pub phone: Option<SafeText>,
    /// The last words of a slip.
    pub remark: Option<SafeText>,
}

/// Words a slip (签购单, 收款凭证, 小票). Done once, when the transaction is recorded.
pub fn compose(transaction: &Transaction, letterhead: &Letterhead, copy: Copy, language: Language) -> Document {
    let mut slip = Slip { language, blocks: Vec::with_capacity(48) };
    slip.head(transaction, letterhead, copy);
    slip.parties(transaction);
    slip.numbers(transaction);
    slip.money(transaction);
    slip.items(transaction);
    slip.foot(transaction, letterhead, copy);
    Document { language, blocks: slip.blocks }
}

struct Slip {
    language: Language,
    blocks: Vec<Block>,
}

impl Slip {
    fn head(&mut self, transaction: &Transaction, letterhead: &Letterhead, copy: Copy) {
        if !letterhead.name.is_empty() {
            self.centred(letterhead.name.clone(), Size::Large, true);
        }
        if let Some(address) = &letterhead.address {
            self.centred(address.clone(), Size::Normal, false);
        }
        if let Some(phone) = &letterhead.phone {
            let phone = format!("{}: {phone}", self.word(Sentence::Phone));
            self.centred(SafeText::new(&phone), Size::Normal, false);
        }
        let title = match (transaction.method, transaction.kind) {
            (Method::Card, _) => Sentence::SalesSlip,
            (_, Kind::Refund | Kind::Void) => Sentence::RefundReceipt,
            (Method::Cash, _) => Sentence::CashReceipt,
            _ => Sentence::PaymentReceipt,
        };
        // large lines touch each other on paper: the line feed is no higher than the letters
        self.blocks.push(Block::Blank { lines: 1 });
        self.centred(self.safe(title), Size::Tall, true);
        self.centred(self.safe(Sentence::Copy(copy)), Size::Normal, false);
        self.blocks.push(Block::Rule);
    }

    fn parties(&mut self, transaction: &Transaction) {
        let t = transaction;
        self.optional(Sentence::MerchantId, t.merchant_id.as_deref());
        self.optional(Sentence::TerminalId, t.terminal_id.as_deref());
        self.optional(Sentence::Operator, t.operator.as_deref());
        self.optional(Sentence::Acquirer, t.acquirer.as_deref());
        self.optional(Sentence::Issuer, t.issuer.as_deref());
        if let Some(card) = t.card {
            let read = t.entry_mode.map(|mode| format!(" /{}", entry_letter(mode))).unwrap_or_default();
            self.pair(Sentence::Card, &format!("{}{read}", card.shown()));
        }
        if let Some(kind) = t.card_kind {
            self.pair(Sentence::CardKindLabel, self.word(Sentence::CardKind(kind)));
        }
    }

    fn numbers(&mut self, transaction: &Transaction) {
        let t = transaction;
        self.pair(Sentence::KindLabel, self.word(Sentence::Kind(t.kind)));
        self.pair(Sentence::MethodLabel, self.word(Sentence::Method(t.method)));
        self.optional(Sentence::Voucher, t.voucher.as_deref());
        self.optional(Sentence::Batch, t.batch.as_deref());
        self.optional(Sentence::Reference, t.reference.as_deref());
        self.optional(Sentence::Authorization, t.authorization.as_deref());
        self.optional(Sentence::Order, t.order.as_deref());
        self.optional(Sentence::Trade, t.trade.as_deref());
        self.optional(Sentence::Original, t.original.as_deref());
        self.pair(Sentence::Time, &wall_clock(t.time));
    }

    fn money(&mut self, transaction: &Transaction) {
        self.blocks.push(Block::Rule);
        // a slip of what did not happen must not pass for one of what did
        let result = match transaction.status {
            Status::Approved => None,
            Status::Declined => Some(Sentence::Declined),
            Status::Unknown => Some(Sentence::Unknown),
        };
        if let Some(result) = result {
            self.large(Sentence::Result, self.word(result));
            self.optional(Sentence::ResponseCode, transaction.response_code.as_deref());
        }
        let back =
            matches!(transaction.kind, Kind::Void | Kind::Refund | Kind::PreauthVoid | Kind::PreauthCompleteVoid);
        let sign = transaction.currency.sign();
        // letters need a blank before the figures, signs don't
        let blank = if sign.len() == 3 && sign.is_ascii() { " " } else { "" };
        let minus = if back { "-" } else { "" };
        self.large(Sentence::Amount, &format!("{minus}{sign}{blank}{}", transaction.amount));
    }

    fn items(&mut self, transaction: &Transaction) {
        if transaction.items.is_empty() {
            return;
        }
        self.blocks.push(Block::Rule);
        let mut rows = Vec::with_capacity(transaction.items.len() + 1);
        rows.push(ItemRow {
            name: self.safe(Sentence::ItemName),
            quantity: self.safe(Sentence::ItemQuantity),
            amount: self.safe(Sentence::ItemAmount),
        });
        rows.extend(transaction.items.iter().map(|item| ItemRow {
            name: item.name.clone(),
            quantity: SafeText::new(&item.quantity.to_string()),
            amount: SafeText::new(&item.amount.to_string()),
        }));
        self.blocks.push(Block::Items { rows });
        let total: u128 = transaction.items.iter().map(|item| u128::from(item.amount.get())).sum();
        self.pair(Sentence::ItemsTotal, &format!("{}.{:02}", total / 100, total % 100));
    }

    fn foot(&mut self, transaction: &Transaction, letterhead: &Letterhead, copy: Copy) {
        self.blocks.push(Block::Rule);
        if let Some(note) = &transaction.note {
            let note = format!("{}: {note}", self.word(Sentence::Note));
            self.blocks.push(left(SafeText::new(&note)));
        }
        if copy == Copy::Merchant && transaction.method == Method::Card && transaction.status == Status::Approved {
            self.blocks.push(Block::Signature { label: self.safe(Sentence::Signature) });
            self.blocks.push(left(self.safe(Sentence::Acknowledgement)));
        }
        if let Some(remark) = &letterhead.remark {
            self.centred(remark.clone(), Size::Normal, false);
        }
        let id = SafeText::new(&transaction.id.to_string());
        // a QR code needs four light modules on every side, 3 mm
        self.blocks.push(Block::Blank { lines: 1 });
        self.blocks.push(Block::Qr { text: id.clone() });
        self.blocks.push(Block::Blank { lines: 1 });
        self.centred(id, Size::Normal, false);
    }

    fn word(&self, sentence: Sentence) -> &'static str {
        sentence.text(self.language)
    }

    fn safe(&self, sentence: Sentence) -> SafeText {
        SafeText::new(self.word(sentence))
    }

    fn optional(&mut self, label: Sentence, value: Option<&str>) {
        if let Some(value) = value {
            self.pair(label, value);
        }
    }

    fn pair(&mut self, label: Sentence, value: &str) {
        let (label, value) = (self.safe(label), SafeText::new(value));
        self.blocks.push(Block::Pair { label, value, size: Size::Normal, bold: false });
    }

    fn large(&mut self, label: Sentence, value: &str) {
        let (label, value) = (self.safe(label), SafeText::new(value));
        self.blocks.push(Block::Pair { label, value, size: Size::Large, bold: true });
    }

    fn centred(&mut self, text: SafeText, size: Size, bold: bool) {
        self.blocks.push(Block::Text { text, align: Align::Center, size, bold });
    }
}

fn left(text: SafeText) -> Block {
    Block::Text { text, align: Align::Left, size: Size::Normal, bold: false }
}

/// `2026-11-20 09:05:00`, the clock it was said with.
fn wall_clock(time: Moment) -> String {
    let wall = time.wall();
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        wall.year(),
        wall.month(),
        wall.day(),
        wall.hour(),
        wall.minute(),
        wall.second()
    )
}
