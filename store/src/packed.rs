//! The filter record beside each entry of the time index: enough to decide most filters without the row.

use model::{Fen, Kind, Method, Status, Transaction};

/// Kind, method and status of a transaction, its amount, and a hash of its operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packed {
    pub(crate) kind: u8,
    pub(crate) method: u8,
    pub(crate) status: u8,
    pub(crate) amount: u64,
    pub(crate) operator: u16,
}

impl Packed {
    pub(crate) fn of(t: &Transaction) -> Packed {
        Packed {
            kind: t.kind.code(),
            method: t.method.code(),
            status: t.status.code(),
            amount: t.amount.get(),
            operator: operator_hash(t.operator.as_deref()),
        }
    }

    /// kind, method, status, amount in five bytes, operator in two
    pub(crate) fn bytes(self) -> [u8; 10] {
        let [_, _, _, a, b, c, d, e] = self.amount.to_be_bytes();
        let [x, y] = self.operator.to_be_bytes();
        [self.kind, self.method, self.status, a, b, c, d, e, x, y]
    }

    pub(crate) fn read(bytes: &[u8; 10]) -> Packed {
        let [kind, method, status, a, b, c, d, e, x, y] = *bytes;
        let amount = u64::from_be_bytes([0, 0, 0, a, b, c, d, e]);
        Packed { kind, method, status, amount, operator: u16::from_be_bytes([x, y]) }
    }

    pub(crate) fn is_kind(self, kinds: &[Kind]) -> bool {
        kinds.iter().any(|kind| kind.code() == self.kind)
    }

    pub(crate) fn is_method(self, methods: &[Method]) -> bool {
        methods.iter().any(|method| method.code() == self.method)
    }

    pub(crate) fn is_status(self, status: Status) -> bool {
        status.code() == self.status
    }

    pub(crate) fn within(self, from: Fen, to: Fen) -> bool {
        (from.get()..=to.get()).contains(&self.amount)
    }
}

/// Zero for no operator. Capitals don't matter.
pub(crate) fn operator_hash(operator: Option<&str>) -> u16 {
    let Some(operator) = operator else { return 0 };
    let hash = hash(operator.to_ascii_lowercase().as_bytes());
    let [.., a, b] = hash.to_be_bytes();
    u16::from_be_bytes([a, b]).max(1)
}

/// FNV-1a, 64 bits: stored in keys, so it never changes. Spreads; protects nothing.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_amount_fits() {
        let packed = Packed { kind: 9, method: 8, status: 3, amount: Fen::MAX.get(), operator: 0xFFFE };
        assert_eq!(Packed::read(&packed.bytes()), packed);
    }

    #[test]
    fn the_stored_hash_is_fnv_1a() {
        assert_eq!(hash(b""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(hash(b"foobar"), 0x8594_4171_F739_67E8);
    }
}
