//! The MISPOS record: 59 bytes out, 148 or more back, every field at its offset, text in GBK.

use encoding_rs::GBK;
use model::{Fen, MaskedCard, SafeText};

use crate::iso::{HostClock, TotalsReply, totals};

/// Type of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// 04 重打印: the terminal prints again, and answers with the transaction.
    Reprint,
    /// 05 签到
    SignIn,
    /// 06 结算
    Settle,
    /// 07 重打结算单
    ReprintSettlement,
}

impl Task {
    /// The two digits.
    pub const fn digits(self) -> &'static str {
        match self {
            Task::Reprint => "04",
            Task::SignIn => "05",
            Task::Settle => "06",
            Task::ReprintSettlement => "07",
        }
    }
}

/// A request. Fields that are shorter than their place are filled with blanks on the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRequest {
    /// 收银机号, 8
    pub till: String,
    /// 操作员号, 8
    pub operator: String,
    pub task: Task,
    /// 原交易日期 YYYYMMDD, 参考号 12, 凭证号 6; empty where there is no original.
    pub original_date: String,
    pub original_reference: String,
    pub original_voucher: String,
    /// Three digits that come back in the answer.
    pub check: [u8; 3],
}

impl RecordRequest {
    /// The 59 bytes. Amounts are never asked for from here: 12 zeros.
    ///
    /// # Errors
    /// The first field that is too long or not printable ASCII.
    pub fn encode(&self) -> Result<Vec<u8>, RecordError> {
        let mut bytes = Vec::with_capacity(59);
        for (name, value, length) in [
            ("till", self.till.as_str(), 8),
            ("operator", &self.operator, 8),
            ("type", self.task.digits(), 2),
            ("amount", "000000000000", 12),
            ("original date", &self.original_date, 8),
            ("original reference", &self.original_reference, 12),
            ("original voucher", &self.original_voucher, 6),
        ] {
            if value.len() > length || !value.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(RecordError::Request { field: name, length });
            }
            bytes.extend(format!("{value:<length$}").bytes());
        }
        bytes.extend(self.check);
        Ok(bytes)
    }
}

/// A record that can't be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    #[error("{field} must be at most {length} printable ASCII characters")]
    Request { field: &'static str, length: usize },
    #[error("a record of {0} bytes, 148 are needed")]
    CutShort(usize),
    #[error("the code is no code")]
    Code,
    #[error("the amount is no number")]
    Amount,
}

/// An answer. Texts are trimmed; empty ones are `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordResponse {
    /// 应答码; `00` is done.
    pub code: String,
    /// 银行代码, 4
    pub bank: Option<String>,
    /// At most its first six and last four digits, even if the terminal sent it whole.
    pub card: Option<MaskedCard>,
    /// 凭证号
    pub voucher: Option<String>,
    pub amount: Fen,
    /// What the terminal says, in Chinese.
    pub text: Option<SafeText>,
    /// 商户号
    pub merchant_id: Option<String>,
    /// 终端号
    pub terminal_id: Option<String>,
    /// 批次号
    pub batch: Option<String>,
    /// MMDD and hhmmss together; `None` if they are no time.
    pub clock: Option<HostClock>,
    /// 参考号
    pub reference: Option<String>,
    /// 授权码
    pub authorization: Option<String>,
    /// 清算日期 MMDD
    pub settled: Option<String>,
    /// The three digits of the request.
    pub check: [u8; 3],
    /// After a settlement some terminals hand on the host's totals: the 62 digits of field 48 behind the record.
    pub totals: Option<TotalsReply>,
}

impl RecordResponse {
    /// Reads an answer by offset; of what stands behind the 148th byte only totals are looked at.
    ///
    /// # Errors
    /// When it is too short, or code or amount are none.
    pub fn decode(bytes: &[u8]) -> Result<RecordResponse, RecordError> {
        let mut rest = bytes.get(..148).ok_or(RecordError::CutShort(bytes.len()))?;
        let mut take = |length: usize| -> &[u8] {
            let (taken, left) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            rest = left;
            taken
        };
        let code = take(2);
        if !code.iter().all(u8::is_ascii_alphanumeric) {
            return Err(RecordError::Code);
        }
        let (bank, card, voucher, amount, text) = (take(4), take(20), take(6), take(12), take(40));
        let (merchant, terminal, batch, date, time) = (take(15), take(8), take(6), take(4), take(6));
        let (reference, authorization, settled, check) = (take(12), take(6), take(4), take(3));
        Ok(RecordResponse {
            code: String::from_utf8_lossy(code).to_ascii_uppercase(),
            bank: ascii(bank),
            card: ascii(card).and_then(|card| MaskedCard::new(&card)),
            voucher: ascii(voucher),
            amount: fen(amount)?,
            text: chinese(text),
            merchant_id: ascii(merchant),
            terminal_id: ascii(terminal),
            batch: ascii(batch),
            clock: HostClock::read(time, date),
            reference: ascii(reference),
            authorization: ascii(authorization),
            settled: ascii(settled),
            check: check.first_chunk::<3>().copied().unwrap_or_default(),
            totals: bytes.get(148..210).and_then(|digits| totals::read(digits).ok()),
        })
    }

    /// True if the code is 00.
    pub fn is_done(&self) -> bool {
        self.code == "00"
    }
}

/// Printable ASCII without the blanks and zero bytes around it.
fn ascii(bytes: &[u8]) -> Option<String> {
    let trimmed = trimmed(bytes);
    let good = !trimmed.is_empty() && trimmed.iter().all(|b| b.is_ascii_graphic() || *b == b' ');
    good.then(|| String::from_utf8_lossy(trimmed).into_owned())
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    let blank = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
    let begin = bytes.iter().position(|byte| !blank(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !blank(byte)).map_or(begin, |last| last + 1);
    bytes.get(begin..end).unwrap_or_default()
}

/// Blank where there is no amount, as after a sign-in.
fn fen(bytes: &[u8]) -> Result<Fen, RecordError> {
    let digits = trimmed(bytes);
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(RecordError::Amount);
    }
    let value = digits.iter().fold(0u64, |sum, digit| sum.saturating_mul(10) + u64::from(digit - b'0'));
    Fen::new(value).ok_or(RecordError::Amount)
}

/// GBK; a character cut at the 40th byte becomes U+FFFD and goes with the blanks.
fn chinese(bytes: &[u8]) -> Option<SafeText> {
    let (text, _, _) = GBK.decode(trimmed(bytes));
    let text = SafeText::new(text.trim_end_matches(char::REPLACEMENT_CHARACTER).trim());
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An answer as a terminal sends it after a sale.
    fn answer() -> Vec<u8> {
        let mut bytes = b"000102622202******1234    000123000000008850".to_vec();
        let (text, _, _) = GBK.encode("交易成功");
        bytes.extend(text.iter());
        bytes.extend(b" ".repeat(40 - text.len()));
        bytes.extend(b"898110012345678123456780000021120093015093015000001A1B2C3".iter());
        bytes.extend(b"1120042");
        bytes
    }

    #[test]
    fn a_request_is_59_bytes_by_offset() {
        let request = RecordRequest {
            till: "till1".to_owned(),
            operator: "01".to_owned(),
            task: Task::SignIn,
            original_date: String::new(),
            original_reference: String::new(),
            original_voucher: String::new(),
            check: *b"042",
        };
        let bytes = request.encode().unwrap();
        assert_eq!(bytes, b"till1   01      05000000000000                          042");
        assert_eq!(bytes.len(), 59);
        let long = RecordRequest { till: "123456789".to_owned(), ..request };
        assert_eq!(long.encode(), Err(RecordError::Request { field: "till", length: 8 }));
    }

    #[test]
    fn an_answer_is_read_by_offset_and_may_go_on() {
        let mut bytes = answer();
        assert_eq!(bytes.len(), 148);
        let read = RecordResponse::decode(&bytes).unwrap();
        assert_eq!((read.code.as_str(), read.amount), ("00", Fen::new(8850).unwrap()));
        assert_eq!(read.card.unwrap().to_string(), "622202******1234");
        assert_eq!(read.voucher.as_deref(), Some("000123"));
        assert_eq!(read.text.as_ref().map(SafeText::as_str), Some("交易成功"));
        assert_eq!(read.merchant_id.as_deref(), Some("898110012345678"));
        assert_eq!(read.terminal_id.as_deref(), Some("12345678"));
        assert_eq!(read.batch.as_deref(), Some("000002"));
        assert_eq!(read.clock, HostClock::read(b"093015", b"1120"));
        assert_eq!(read.reference.as_deref(), Some("093015000001"));
        assert_eq!(read.authorization.as_deref(), Some("A1B2C3"));
        assert_eq!(read.settled.as_deref(), Some("1120"));
        assert_eq!(&read.check, b"042");
        bytes.extend([b' '; 200]);
        assert_eq!(RecordResponse::decode(&bytes), Ok(read));
    }

    #[test]
    fn a_terminal_that_sends_the_whole_card_number_does_not_make_us_keep_it() {
        let mut bytes = answer();
        bytes[6..26].copy_from_slice(b"6222021234567890123 ");
        let read = RecordResponse::decode(&bytes).unwrap();
        assert!(!format!("{read:?}").contains("123456789"), "{read:?}");
        assert_eq!(read.card.unwrap().last_four(), "0123");
    }

    #[test]
    fn a_record_that_is_none_is_named() {
        assert_eq!(RecordResponse::decode(&answer()[..147]), Err(RecordError::CutShort(147)));
        let mut bytes = answer();
        bytes[0] = 0;
        assert_eq!(RecordResponse::decode(&bytes), Err(RecordError::Code));
        let mut bytes = answer();
        bytes[40] = b'x';
        assert_eq!(RecordResponse::decode(&bytes), Err(RecordError::Amount));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_record_or_a_named_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let short = bytes.len() < 148;
            let read = RecordResponse::decode(&bytes);
            prop_assert!(!short || read == Err(RecordError::CutShort(bytes.len())));
        }
    }
}
