//! The terminal itself: keys, batch, trace and trades, and what it does when it is told to. It blocks while the host
//! thinks; the ECR link is none of its business.

use super::change::{Card, Deed};
use super::host_line::{HostLine, Trouble};
use super::record::Record;
use super::state::{Outcome, State};
use crate::acquirer::MacProfile;
use crate::acquirer::cipher::Cipher;
use crate::acquirer::message::Message;
use crate::acquirer::totals::{BALANCED, Totals};

/// The public UnionPay test card and a foreign one; nobody's.
const DOMESTIC: &str = "6200000000000005";
const FOREIGN: &str = "4111111111111111";
/// Codes of the terminal itself, beside those of `Trouble`.
const KEY_CHECK: &str = "N5";
const OTHER_BATCH: &str = "N6";
const NO_REVERSAL: &str = "N7";
pub(super) const BUSY: &str = "BY";

/// The keys of a sign-in.
#[derive(Clone)]
struct Keys {
    mak: Vec<u8>,
    profile: MacProfile,
}

/// A trade of the open batch.
#[derive(Debug, Clone)]
struct Trade {
    record: Record,
    voided: bool,
    foreign: bool,
}

/// The terminal.
#[derive(Clone)]
pub(super) struct Device {
    pub(super) merchant: String,
    pub(super) terminal: String,
    pub(super) network_code: String,
    pub(super) tmk: Vec<u8>,
    pub(super) line: HostLine,
    pub(super) card: Card,
    signed_in: bool,
    keys: Option<Keys>,
    batch: u32,
    trace: u32,
    trades: Vec<Trade>,
    last: Option<Record>,
    last_settlement: Option<Record>,
    totals: Totals,
    reversal: Option<Message>,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Device").field("terminal", &self.terminal).finish_non_exhaustive()
    }
}

impl Device {
    pub(super) fn new(merchant: &str, terminal: &str, network_code: &str, tmk: Vec<u8>, line: HostLine) -> Self {
        Self {
            merchant: merchant.to_owned(),
            terminal: terminal.to_owned(),
            network_code: network_code.to_owned(),
            tmk,
            line,
            card: Card::Domestic,
            signed_in: false,
            keys: None,
            batch: 0,
            trace: 1,
            trades: Vec::new(),
            last: None,
            last_settlement: None,
            totals: Totals::default(),
            reversal: None,
        }
    }

    /// Does it; the answer lacks only the check characters.
    pub(super) fn perform(&mut self, deed: &Deed) -> Record {
        match deed {
            Deed::SignIn => self.sign_in(),
            Deed::SignOut => self.sign_out(),
            Deed::Echo => self.simple("0820", "301"),
            Deed::Settle => self.settle(),
            Deed::Sale(amount) => self.trade("22", "000000", *amount, None),
            Deed::Refund(amount) => self.trade("25", "200000", *amount, None),
            Deed::Balance => self.trade("01", "310000", 0, None),
            Deed::Void(voucher) => {
                let sale = self.trades.iter().find(|trade| trade.record.voucher == *voucher && !trade.voided);
                match sale.map(|sale| sale.record.amount) {
                    Some(amount) => self.trade("23", "200000", amount, Some(voucher)),
                    None => self.local("25"),
                }
            }
            Deed::Reprint(voucher) => {
                let asked = voucher.trim_matches('0').is_empty();
                let mut found = self.trades.iter().rev().map(|trade| &trade.record);
                let found = if asked { self.last.as_ref() } else { found.find(|record| record.voucher == *voucher) };
                found.cloned().unwrap_or_else(|| self.local("25"))
            }
            Deed::ReprintSettlement => self.last_settlement.clone().unwrap_or_else(|| self.local("25")),
        }
    }

    /// An answer without the host.
    pub(super) fn local(&self, code: &str) -> Record {
        let now = jiff::Zoned::now();
        Record {
            code: code.to_owned(),
            text: text(code).to_owned(),
            voucher: String::new(),
            merchant: self.merchant.clone(),
            terminal: self.terminal.clone(),
            batch: format!("{:06}", self.batch),
            date: now.strftime("%m%d").to_string(),
            time: now.strftime("%H%M%S").to_string(),
            ..Record::default()
        }
    }

    pub(super) fn state(&self) -> State {
        State {
            terminal_id: self.terminal.clone(),
            merchant_id: self.merchant.clone(),
            signed_in: self.signed_in,
            batch: format!("{:06}", self.batch),
            trace: format!("{:06}", self.trace),
            open: self.trades.len(),
            totals: self.totals,
            reversal_pending: self.reversal.is_some(),
            card: Some(self.card),
            ..State::default()
        }
    }

    fn request(&mut self, mti: &str, trade: &str, network_code: &str) -> Message {
        let trace = format!("{:06}", self.trace);
        self.trace = self.trace % 999_999 + 1;
        Message::new(mti)
            .with(11, trace)
            .with(41, &self.terminal)
            .with(42, &self.merchant)
            .with(60, format!("{trade}{:06}{network_code}", self.batch))
    }

    /// Asks the host and heeds its 处理要求 and the codes that end a sign-in.
    fn ask(&mut self, request: &Message) -> Result<Message, Trouble> {
        let (answer, demand) = self.line.ask(request)?;
        if demand == 3 || matches!(answer.text(39), Some("77" | "99" | "A0")) {
            self.signed_in = false;
        }
        Ok(answer)
    }

    /// The record of a host's answer.
    fn record(&self, answer: &Message) -> Record {
        let code = answer.text(39).unwrap_or("00");
        let field = |number| answer.text(number).unwrap_or("").to_owned();
        Record {
            voucher: field(11),
            amount: answer.number(4).unwrap_or(0),
            date: field(13),
            time: field(12),
            reference: field(37),
            authorization: field(38),
            settle_date: field(15),
            ..self.local(code)
        }
    }

    fn simple(&mut self, mti: &str, network_code: &str) -> Record {
        let request = self.request(mti, "00", network_code);
        match self.ask(&request) {
            Ok(answer) => self.record(&answer),
            Err(trouble) => self.local(trouble.code()),
        }
    }

    fn sign_in(&mut self) -> Record {
        let network_code = self.network_code.clone();
        let request = self.request("0800", "00", &network_code).with(63, "01 ");
        let answer = match self.ask(&request) {
            Ok(answer) => answer,
            Err(trouble) => return self.local(trouble.code()),
        };
        if answer.text(39) != Some("00") {
            return self.record(&answer);
        }
        let keys = match answer.bytes(62) {
            Some(field) => self.load(field),
            // nobody behind the line: nobody needs keys
            None if self.line.host.is_none() => Some(Keys { mak: vec![0; 16], profile: MacProfile::Ecb }),
            None => None,
        };
        let Some(keys) = keys else {
            self.signed_in = false;
            self.keys = None;
            return self.local(KEY_CHECK);
        };
        let batch = answer.batch().unwrap_or(self.batch).max(1);
        if batch != self.batch && !self.trades.is_empty() {
            return self.local(OTHER_BATCH);
        }
        self.batch = batch;
        self.keys = Some(keys);
        self.signed_in = true;
        self.record(&answer)
    }

    /// The MAK out of field 62, when every check value is right.
    fn load(&self, field: &[u8]) -> Option<Keys> {
        let cipher = if self.network_code == "006" { Cipher::Sm4 } else { Cipher::Des };
        let (pik, mak, check, profile) = match (field.len(), cipher) {
            (24, _) => (0..8, 12..20, 20, MacProfile::Ecb),
            (32, _) => (0..16, 20..28, 28, MacProfile::Ecb),
            (40 | 60, Cipher::Des) => {
                let double = field.get(28..36)? != [0; 8];
                (
                    0..16,
                    20..if double { 36 } else { 28 },
                    36,
                    if double { MacProfile::Ecb3Des } else { MacProfile::Ecb },
                )
            }
            (60, Cipher::Sm4) => (0..16, 20..36, 36, MacProfile::Sm4),
            _ => return None,
        };
        let pik_check = field.get(pik.end..pik.end + 4)?;
        let clear = |range: std::ops::Range<usize>| Some(cipher.decrypt(&self.tmk, field.get(range)?));
        let (pik, mut mak) = (clear(pik)?, clear(mak)?);
        let good =
            cipher.check_value(&pik, 4) == pik_check && cipher.check_value(&mak, 4) == field.get(check..check + 4)?;
        mak.resize(16, 0);
        good.then_some(Keys { mak, profile })
    }

    fn sign_out(&mut self) -> Record {
        if !self.trades.is_empty() {
            return Record { text: "请先结算".to_owned(), ..self.local(OTHER_BATCH) };
        }
        let record = self.simple("0820", "002");
        if record.code == "00" {
            self.signed_in = false;
            self.keys = None;
        }
        record
    }

    fn trade(&mut self, kind: &str, processing: &str, amount: u64, original: Option<&str>) -> Record {
        let Some(keys) = self.keys.clone().filter(|_| self.signed_in) else { return self.local("77") };
        if !self.take_back() {
            return self.local(NO_REVERSAL);
        }
        let card = match self.card {
            Card::Domestic => DOMESTIC,
            Card::Foreign => FOREIGN,
        };
        let batch = self.batch;
        let mut request = self
            .request("0200", kind, "000")
            .with(2, card)
            .with(3, processing)
            .with(4, amount.to_string())
            .with(22, "051")
            .with(25, "00")
            .with(49, "156");
        if let Some(voucher) = original {
            request.set(61, format!("{batch:06}{voucher}"));
        }
        request.set(64, request.authenticated(keys.profile, &keys.mak));
        let answer = match self.ask(&request) {
            Ok(answer) => answer,
            Err(trouble) => {
                if trouble != Trouble::Unreachable && kind != "01" {
                    self.reversal = Some(reversal_of(&request, "98"));
                }
                return self.local(trouble.code());
            }
        };
        let record = Record { card: masked(card), bank: "0102".to_owned(), ..self.record(&answer) };
        if answer.text(39) != Some("00") {
            return record;
        }
        if self.line.host.is_some() && answer.text(64) != Some(answer.authenticated(keys.profile, &keys.mak).as_str()) {
            self.reversal = (kind != "01").then(|| reversal_of(&request, "A0"));
            return self.local("A0");
        }
        let foreign = self.card == Card::Foreign;
        if let Some(sum) = self.totals.sum_of(kind, foreign) {
            sum.add(amount);
            if let Some(sale) = self.trades.iter_mut().find(|trade| Some(trade.record.voucher.as_str()) == original) {
                sale.voided = true;
            }
            self.trades.push(Trade { record: record.clone(), voided: false, foreign });
            self.last = Some(record.clone());
        }
        record
    }

    /// Takes back the trade that got no answer; false while that can't be done.
    fn take_back(&mut self) -> bool {
        let Some(mut request) = self.reversal.clone() else { return true };
        if let Some(keys) = &self.keys {
            request.set(64, request.authenticated(keys.profile, &keys.mak));
        }
        let done = self.ask(&request).is_ok_and(|answer| matches!(answer.text(39), Some("00" | "12" | "25")));
        if done {
            self.reversal = None;
        }
        done
    }

    fn settle(&mut self) -> Record {
        if !self.take_back() {
            return self.local(NO_REVERSAL);
        }
        let request =
            self.request("0500", "00", "201").with(48, self.totals.digits(0, 0)).with(49, "156").with(63, "01 ");
        let answer = match self.ask(&request) {
            Ok(answer) => answer,
            Err(trouble) => return self.local(trouble.code()),
        };
        let Some(totals) = answer.text(48).and_then(Totals::read) else { return self.record(&answer) };
        let balanced = (totals.1, totals.2) == (BALANCED, BALANCED);
        let net = (self.totals.debit.amount + self.totals.foreign_debit.amount)
            .saturating_sub(self.totals.credit.amount + self.totals.foreign_credit.amount);
        let code = if balanced { "00" } else { "95" };
        let record = Record {
            amount: net,
            code: code.to_owned(),
            text: if balanced { "结算完成 对账平" } else { "结算完成 对账不平" }.to_owned(),
            totals: Some(totals),
            ..self.record(&answer)
        };
        match self.end_settlement(balanced) {
            Ok(()) => {
                self.trades.clear();
                self.totals = Totals::default();
                self.last_settlement = Some(record.clone());
                record
            }
            Err(failed) => *failed,
        }
    }

    /// Details when they are wanted, then the end message.
    fn end_settlement(&mut self, balanced: bool) -> Result<(), Box<Record>> {
        if !balanced {
            for trade in self.trades.clone() {
                // one block of 40 digits: card kind, trace, card, amount
                let card = if trade.foreign { FOREIGN } else { DOMESTIC };
                let block = format!("0100{:0>6}{card:0>18}{:012}", trade.record.voucher, trade.record.amount);
                self.upload("201", &block)?;
            }
        }
        self.upload(if balanced { "207" } else { "202" }, "00")
    }

    fn upload(&mut self, network_code: &str, details: &str) -> Result<(), Box<Record>> {
        let request = self.request("0320", "00", network_code).with(48, details);
        match self.ask(&request) {
            Ok(answer) if answer.text(39) == Some("00") => Ok(()),
            Ok(answer) => Err(Box::new(self.record(&answer))),
            Err(trouble) => Err(Box::new(self.local(trouble.code()))),
        }
    }
}

impl Record {
    pub(super) fn outcome(&self) -> Outcome {
        Outcome {
            code: self.code.clone(),
            text: self.text.clone(),
            voucher: self.voucher.clone(),
            amount: self.amount,
            batch: self.batch.clone(),
            reference: self.reference.clone(),
            authorization: self.authorization.clone(),
            card: self.card.clone(),
        }
    }
}

fn reversal_of(request: &Message, reason: &str) -> Message {
    let mut reversal = request.clone().with(39, reason);
    reversal.set_mti("0400");
    let batch = format!("{:06}", request.batch().unwrap_or(0));
    reversal.set(61, batch + request.text(11).unwrap_or("000000"));
    reversal.remove(64);
    reversal
}

/// First six and last four.
fn masked(card: &str) -> String {
    let (head, tail) = (card.get(..6).unwrap_or(""), card.get(card.len().saturating_sub(4)..).unwrap_or(""));
    format!("{head}{}{tail}", "*".repeat(card.len().saturating_sub(10)))
}

/// What the terminal shows for a code.
fn text(code: &str) -> &'static str {
    match code {
        "00" => "交易成功",
        "03" => "商户未登记",
        "25" => "没有原始交易",
        "30" => "报文格式错误",
        "40" => "请求的功能尚不支持",
        "58" => "终端无效",
        "77" => "请签到",
        "94" => "重复交易",
        "95" => "对账不平",
        "96" => "交易中心异常",
        "97" => "终端未登记",
        "99" => "请重新签到",
        "A0" => "校验错,请重新签到",
        "N1" => "无法连接主机",
        "N2" => "主机无应答",
        "N3" => "应答报文错",
        "N4" => "应答不符",
        KEY_CHECK => "密钥校验错",
        OTHER_BATCH => "批次未结,请先结算",
        NO_REVERSAL => "冲正未完成",
        BUSY => "终端忙",
        _ => "交易失败",
    }
}
