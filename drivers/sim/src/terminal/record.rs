//! The records of the ECR link (收银机与 POS 的交易报文), by offset, text in GBK: 59 bytes of command, 148 of answer and
//! what follows them. Nothing is carried out here.

use crate::acquirer::totals::Totals;

/// Bytes of a command.
const COMMAND: usize = 59;

/// What the till wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    /// Two digits, see `Deed::of`.
    pub(super) kind: String,
    /// Fen.
    pub(super) amount: u64,
    /// The original's voucher, empty without.
    pub(super) voucher: String,
    /// Comes back in the answer.
    pub(super) check: String,
}

impl Command {
    /// Reads a record; a longer one is read by its offsets. `None` when it is too short or no text.
    pub(super) fn read(record: &[u8]) -> Option<Self> {
        let part = |at: usize, length: usize| std::str::from_utf8(record.get(at..at + length)?).ok();
        if record.len() < COMMAND {
            return None;
        }
        let amount = part(18, 12)?.trim();
        Some(Self {
            kind: part(16, 2)?.to_owned(),
            amount: if amount.is_empty() { 0 } else { amount.parse().ok()? },
            voucher: part(50, 6)?.trim().to_owned(),
            check: part(56, 3)?.to_owned(),
        })
    }
}

/// What the terminal answers; texts are cut or filled to their width.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Record {
    pub(super) code: String,
    pub(super) bank: String,
    /// Masked.
    pub(super) card: String,
    pub(super) voucher: String,
    pub(super) amount: u64,
    pub(super) text: String,
    pub(super) merchant: String,
    pub(super) terminal: String,
    pub(super) batch: String,
    /// MMDD.
    pub(super) date: String,
    pub(super) time: String,
    pub(super) reference: String,
    pub(super) authorization: String,
    pub(super) settle_date: String,
    pub(super) check: String,
    /// After a settlement the record goes on: field 48 of the host's answer, 62 digits.
    pub(super) totals: Option<(Totals, u8, u8)>,
}

impl Record {
    /// 148 bytes, 210 after a settlement.
    pub(super) fn write(&self) -> Vec<u8> {
        let amount = format!("{:012}", self.amount % 1_000_000_000_000);
        let parts: [(&str, usize); 15] = [
            (&self.code, 2),
            (&self.bank, 4),
            (&self.card, 20),
            (&self.voucher, 6),
            (&amount, 12),
            (&self.text, 40),
            (&self.merchant, 15),
            (&self.terminal, 8),
            (&self.batch, 6),
            (&self.date, 4),
            (&self.time, 6),
            (&self.reference, 12),
            (&self.authorization, 6),
            (&self.settle_date, 4),
            (&self.check, 3),
        ];
        let mut out = Vec::with_capacity(210);
        for (text, width) in parts {
            out.extend(gbk(text, width));
        }
        if let Some((totals, domestic, foreign)) = &self.totals {
            out.extend(totals.digits(*domestic, *foreign).into_bytes());
        }
        out
    }
}

/// So many bytes of GBK, filled with spaces; a character that doesn't fit any more is left out whole.
fn gbk(text: &str, width: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(width);
    for letter in text.chars() {
        let mut space = [0; 4];
        let (bytes, _, _) = encoding_rs::GBK.encode(letter.encode_utf8(&mut space));
        if out.len() + bytes.len() > width {
            break;
        }
        out.extend_from_slice(&bytes);
    }
    out.resize(width, b' ');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_148_bytes_by_offset() {
        let record = Record {
            code: "00".to_owned(),
            text: "签到成功".repeat(6),
            batch: "000002".to_owned(),
            check: "123".to_owned(),
            ..Record::default()
        };
        let bytes = record.write();
        assert_eq!(bytes.len(), 148);
        assert_eq!((&bytes[..2], &bytes[107..113], &bytes[145..]), (&b"00"[..], &b"000002"[..], &b"123"[..]));
        assert_eq!(encoding_rs::GBK.decode(&bytes[44..84]).0, "签到成功".repeat(5));
        let settled = Record { totals: Some((Totals::default(), 1, 1)), ..record };
        assert_eq!(settled.write().len(), 210);
    }

    #[test]
    fn a_command_is_read_by_offset() {
        let bytes = b"TILL0001OP000001000000000012340000000000000000000000000123xyz";
        assert_eq!(Command::read(&bytes[..58]), None);
        let command = Command::read(&bytes[..59]).unwrap();
        assert_eq!((command.kind.as_str(), command.amount), ("00", 1234));
        assert_eq!(Command::read(&[0xFF; 59]), None);
    }
}
