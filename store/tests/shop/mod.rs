//! A small shop for the store's tests: events, slips, and a store in a folder of its own.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use jiff::civil::Date;
use model::{
    Align, Block, Caller, Copy, Currency, Document, Event, Evidence, Fen, Grade, Job, JobId, JobState, Kind, Language,
    MaskedCard, Method, Moment, Origin, SafeText, Size, Status, Transaction, TransactionId, caller::Access,
    job::Rendering,
};
use store::{Batch, Committed, Ending, PrintRequest, Recorded, Recording, Reprint, Store, StoreError, Writer};

/// 2026-11-20T09:00:00+08:00
pub const MORNING: i64 = 1_795_136_400_000;

pub struct Shop {
    pub folder: tempfile::TempDir,
    pub store: Store,
    pub writer: Writer,
    pub commits: Arc<Mutex<Vec<Committed>>>,
}

pub fn at(ms: i64) -> Moment {
    Moment::new(MORNING + ms, 480)
}

pub fn day() -> Date {
    Date::constant(2026, 11, 20)
}

pub fn caller() -> Caller {
    Caller::peer(Origin { uid: 1000, tty: None, ssh: None }, Access::Record)
}

pub fn fen(amount: u64) -> Fen {
    Fen::new(amount).unwrap()
}

/// An approved card sale of 88.50 with nothing but the required keys and a card.
pub fn sale(source_id: &str) -> Event {
    Event {
        source: "till".into(),
        source_id: source_id.into(),
        kind: Kind::Sale,
        amount: fen(8850),
        currency: Currency::CNY,
        time: at(0),
        status: Status::Approved,
        method: Method::Card,
        card: MaskedCard::new("622202******1234"),
        card_kind: None,
        issuer: None,
        entry_mode: None,
        order: None,
        trade: None,
        terminal_id: Some("12345678".into()),
        merchant_id: Some("898110012345678".into()),
        acquirer: None,
        voucher: None,
        batch: None,
        reference: None,
        authorization: None,
        response_code: None,
        operator: None,
        original: None,
        items: Vec::new(),
        note: None,
        print: None,
    }
}

pub fn slip(t: &Transaction, copy: Copy) -> Document {
    let pair = |label: &str, value: String| Block::Pair {
        label: SafeText::new(label),
        value: SafeText::new(&value),
        size: Size::Normal,
        bold: false,
    };
    let text =
        |text: &str| Block::Text { text: SafeText::new(text), align: Align::Center, size: Size::Large, bold: true };
    Document {
        language: Language::Zh,
        blocks: vec![
            text("红梅便利店"),
            text("POS 签购单"),
            pair("商户编号(MERCHANT NO.)", t.merchant_id.clone().unwrap_or_default()),
            pair("终端编号(TERMINAL NO.)", t.terminal_id.clone().unwrap_or_default()),
            pair("交易类型(TRANS TYPE)", t.kind.to_string()),
            pair("卡号(CARD NO.)", t.card.map(|c| c.shown()).unwrap_or_default()),
            pair("凭证号(VOUCHER NO.)", t.voucher.clone().unwrap_or_default()),
            pair("参考号(REFER NO.)", t.reference.clone().unwrap_or_default()),
            pair("授权码(AUTH NO.)", t.authorization.clone().unwrap_or_default()),
            pair("商户订单号(ORDER NO.)", t.order.clone().unwrap_or_default()),
            pair("日期/时间(DATE/TIME)", t.time.to_string()),
            pair("金额(AMOUNT)", format!("{}{}", t.currency.sign(), t.amount)),
            Block::Rule,
            Block::Signature { label: SafeText::new("持卡人签名(CARDHOLDER SIGNATURE)") },
            text(if copy == Copy::Merchant { "商户存根" } else { "持卡人存根" }),
            Block::Qr { text: SafeText::new(&t.id.to_string()) },
            Block::Blank { lines: 3 },
        ],
    }
}

pub fn print(copy: Copy, printer: &str) -> PrintRequest {
    PrintRequest { copy, printer: printer.into() }
}

/// Records within a batch, both copies composed.
pub fn record(batch: &mut Batch<'_>, event: &Event, print: &[PrintRequest]) -> Result<Recorded, StoreError> {
    let caller = caller();
    batch.record(&Recording {
        event,
        caller: &caller,
        now: at(1000),
        day: day(),
        print,
        compose: &slip,
        copies: &[Copy::Merchant, Copy::Customer],
    })
}

pub fn rendering() -> Rendering {
    Rendering { version: 1, sha256: "00".repeat(32), segment_ends: vec![100, 200, 300] }
}

pub fn evidence(grade: Grade) -> Evidence {
    Evidence { at: at(5000), grade, detail: "segment 3 of 3".into() }
}

pub fn ending(state: JobState, grades: &[Grade]) -> Ending {
    Ending { state, cause: None, evidence: grades.iter().map(|g| evidence(*g)).collect(), proven: None }
}

impl Shop {
    pub fn open() -> Shop {
        Shop::open_in(tempfile::tempdir().unwrap())
    }

    pub fn open_in(folder: tempfile::TempDir) -> Shop {
        let store = Store::open(folder.path()).unwrap();
        let commits = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&commits);
        let writer = Writer::spawn(store.clone(), move |c| seen.lock().unwrap().push(c.clone()));
        Shop { folder, store, writer, commits }
    }

    /// Closes everything and opens the same folder again.
    pub fn reopen(self) -> Shop {
        let Shop { folder, store, writer, .. } = self;
        writer.shutdown();
        drop(store);
        Shop::open_in(folder)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn record(&self, event: &Event, print: &[PrintRequest]) -> Result<Recorded, StoreError> {
        let (event, print) = (event.clone(), print.to_vec());
        self.writer.commit(move |batch| record(batch, &event, &print))
    }

    pub fn sale(&self, source_id: &str) -> TransactionId {
        self.record(&sale(source_id), &[]).unwrap().id
    }

    pub fn reprint(&self, id: TransactionId, printer: &str) -> Result<Job, StoreError> {
        let reprint = Reprint {
            id,
            copy: Copy::Customer,
            printer: printer.into(),
            operator: Some("02".into()),
            approver: None,
            reason: Some("顾客遗失".into()),
        };
        self.writer.commit(move |batch| batch.reprint(&reprint, &caller(), at(2000)))
    }

    pub fn start(&self, job: JobId) -> Result<Job, StoreError> {
        self.writer.commit(move |batch| batch.start(job, rendering(), 300, "front"))
    }

    pub fn end(&self, job: JobId, state: JobState, grades: &[Grade]) -> Result<Job, StoreError> {
        let ending = ending(state, grades);
        self.writer.commit(move |batch| batch.end(job, &ending, at(6000)))
    }
}
