//! The fields of the family as data: what each holds, how long it is, and whether we keep it. Nothing is parsed here.

use super::mti::Mti;

/// What a field is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// n: packed digits; its length counts digits.
    Digits,
    /// an, ans: ASCII, Chinese text as GBK; its length counts bytes.
    Text,
    /// b: bytes as they are.
    Bytes,
}

/// How long a field is, in the unit of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Always so long.
    Fixed(usize),
    /// LL: one byte of packed digits before it; at most so long.
    Ll(usize),
    /// LLL: two bytes of packed digits before it; at most so long.
    Lll(usize),
}

/// One field of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub number: u8,
    pub name: &'static str,
    pub kind: Kind,
    pub extent: Extent,
    /// Card numbers, tracks, PIN and IC data: never sent by us, and dropped while reading.
    pub kept: bool,
}

const fn field(number: u8, name: &'static str, kind: Kind, extent: Extent) -> Field {
    Field { number, name, kind, extent, kept: true }
}

const fn dropped(number: u8, name: &'static str, kind: Kind, extent: Extent) -> Field {
    Field { number, name, kind, extent, kept: false }
}

/// The table (facts: message layout). What is not in it can't be skipped, its length being unknown.
pub const FIELDS: &[Field] = &[
    // a track may hold a `D` among its digits, so what is dropped is read as bytes where that matters: see `decode`
    dropped(2, "主账号", Kind::Digits, Extent::Ll(19)),
    field(3, "交易处理码", Kind::Digits, Extent::Fixed(6)),
    field(4, "交易金额", Kind::Digits, Extent::Fixed(12)),
    field(11, "受卡方系统跟踪号", Kind::Digits, Extent::Fixed(6)),
    field(12, "时间", Kind::Digits, Extent::Fixed(6)),
    field(13, "日期", Kind::Digits, Extent::Fixed(4)),
    dropped(14, "卡有效期", Kind::Digits, Extent::Fixed(4)),
    field(15, "清算日期", Kind::Digits, Extent::Fixed(4)),
    field(22, "服务点输入方式码", Kind::Digits, Extent::Fixed(3)),
    field(23, "卡序列号", Kind::Digits, Extent::Fixed(3)),
    field(25, "服务点条件码", Kind::Digits, Extent::Fixed(2)),
    field(26, "PIN 获取码", Kind::Digits, Extent::Fixed(2)),
    field(32, "受理方标识码", Kind::Digits, Extent::Ll(11)),
    dropped(35, "二磁", Kind::Digits, Extent::Ll(37)),
    dropped(36, "三磁", Kind::Digits, Extent::Lll(104)),
    field(37, "检索参考号", Kind::Text, Extent::Fixed(12)),
    field(38, "授权码", Kind::Text, Extent::Fixed(6)),
    field(39, "应答码", Kind::Text, Extent::Fixed(2)),
    field(41, "终端号", Kind::Text, Extent::Fixed(8)),
    field(42, "商户号", Kind::Text, Extent::Fixed(15)),
    field(44, "附加响应", Kind::Text, Extent::Ll(25)),
    field(48, "附加数据", Kind::Bytes, Extent::Lll(512)),
    field(49, "货币", Kind::Text, Extent::Fixed(3)),
    dropped(52, "PIN 密文", Kind::Bytes, Extent::Fixed(8)),
    field(53, "安全控制信息", Kind::Digits, Extent::Fixed(16)),
    field(54, "附加金额", Kind::Text, Extent::Lll(20)),
    dropped(55, "IC 数据", Kind::Bytes, Extent::Lll(255)),
    field(60, "自定义域", Kind::Digits, Extent::Lll(17)),
    field(61, "原始信息", Kind::Digits, Extent::Lll(29)),
    field(62, "自定义域", Kind::Bytes, Extent::Lll(512)),
    field(63, "自定义域", Kind::Text, Extent::Lll(163)),
    field(64, "MAC", Kind::Bytes, Extent::Fixed(8)),
];

/// The field of this number in a message of this type. Field 48 is digits in settlement, upload and management messages
/// (n62 totals, n4 counts, versions), bytes elsewhere.
pub fn field_of(mti: Mti, number: u8) -> Option<Field> {
    let mut field = FIELDS.iter().find(|field| field.number == number).copied()?;
    if number == 48 && matches!(mti.class(), 3 | 5 | 8) {
        field.kind = Kind::Digits;
    }
    Some(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_has_no_doubles() {
        assert!(FIELDS.windows(2).all(|pair| pair[0].number < pair[1].number));
        assert!(FIELDS.iter().all(|field| (2..=64).contains(&field.number)));
    }

    #[test]
    fn what_a_till_must_never_hold_is_dropped() {
        for number in [2, 14, 35, 36, 52, 55] {
            assert!(!field_of(Mti::SIGN_IN, number).unwrap().kept, "{number}");
        }
    }
}
