//! The working keys of one sign-in and field 62 that carries them. New at every sign-in; they leave only encrypted.

use super::cipher::Cipher;
use super::mac::MacProfile;
use super::word::words;

words! {
    /// How field 62 of a good answer is laid out for 60.3 = 003 and 004.
    Layout, "key layout" {
        Standard "standard" "PIK 16, KCV 4, MAK 8, zeros 8, KCV 4: 40 bytes; 004 with TDK 16, KCV 4";
        Double "double" "PIK 16, KCV 4, MAK 16, KCV 4: 40 bytes";
        Short "short" "PIK 16, KCV 4, MAK 8, KCV 4: 32 bytes";
        Single "single" "PIK 8, KCV 4, MAK 8, KCV 4: 24 bytes, as for 001";
        Sm4 "sm4" "three SM4 keys of 16 with KCV 4: 60 bytes, as for 006";
        Tagged "tagged" "tag 01 MAK, 02 PIK, 03 TDK, each 16 and check 8: 75 bytes";
    }
}

words! {
    /// What is wrong with field 62 of a good answer.
    KeyFault, "key fault" {
        WrongTmk "wrong-tmk" "the keys are encrypted under another TMK";
        FlipPikKcv "flip-pik-kcv" "the check value of the PIK has a wrong bit";
        FlipMakKcv "flip-mak-kcv" "the check value of the MAK has a wrong bit";
        KcvAt28 "kcv-at-28" "40 bytes with the MAK's check value at 28 and zeros behind it";
        Bytes32 "32-byte" "the short layout, whatever was asked";
        Bytes39 "39-byte" "the last byte is missing";
        No62 "no-62" "field 62 is missing";
        Sm4 "sm4" "SM4 keys, whatever was asked";
        Tagged "tagged" "the tagged layout, whatever was asked";
    }
}

/// Clear keys. Not `Debug`: they must not get into a line by accident.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KeySet {
    pub(crate) pik: [u8; 16],
    pub(crate) mak: [u8; 16],
    pub(crate) tdk: [u8; 16],
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("KeySet")
    }
}

/// Makes keys that are never the same twice for one seed, and the same again for the same seed.
#[derive(Debug, Clone)]
pub(crate) struct KeyMaker {
    seed: u64,
    count: u64,
}

impl KeyMaker {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, count: 0 }
    }

    pub(crate) fn make(&mut self) -> KeySet {
        KeySet { pik: self.key(), mak: self.key(), tdk: self.key() }
    }

    fn key(&mut self) -> [u8; 16] {
        let mut key = [0; 16];
        self.count += 1;
        let blocks = [self.seed.to_be_bytes(), (self.seed ^ self.count).to_be_bytes()].concat();
        let cover = [&self.count.to_be_bytes()[..], b"key mill"].concat();
        for (to, from) in key.iter_mut().zip(Cipher::Des.encrypt(&cover, &blocks)) {
            *to = from;
        }
        key
    }
}

/// One key of field 62: its cryptogram, zeros behind it, its check value.
struct Block {
    cryptogram: Vec<u8>,
    fill: usize,
    check: Vec<u8>,
}

impl Block {
    fn new(cipher: Cipher, tmk: &[u8], key: &[u8], fill: usize) -> Self {
        Self { cryptogram: cipher.encrypt(tmk, key), fill, check: cipher.check_value(key, 4) }
    }

    fn bytes(&self) -> Vec<u8> {
        [self.cryptogram.as_slice(), &vec![0; self.fill], &self.check].concat()
    }
}

impl Layout {
    /// What this network code gets: 001 and 006 have one layout each.
    pub(crate) fn for_code(self, network_code: &str) -> Self {
        match network_code {
            "001" => Self::Single,
            "006" => Self::Sm4,
            _ => self,
        }
    }

    /// How trades under these keys are authenticated.
    pub(crate) fn mac(self) -> MacProfile {
        match self {
            Self::Standard | Self::Short | Self::Single => MacProfile::Ecb,
            Self::Double | Self::Tagged => MacProfile::Ecb3Des,
            Self::Sm4 => MacProfile::Sm4,
        }
    }
}

/// Field 62; `None` when the fault leaves it out.
pub(crate) fn field_62(
    keys: &KeySet,
    tmk: &[u8],
    layout: Layout,
    network_code: &str,
    fault: Option<KeyFault>,
) -> Option<Vec<u8>> {
    let mut tmk = tmk.to_vec();
    let mut layout = layout.for_code(network_code);
    match fault {
        Some(KeyFault::No62) => return None,
        Some(KeyFault::WrongTmk) => tmk.iter_mut().for_each(|byte| *byte ^= 0x5A),
        Some(KeyFault::Bytes32) => layout = Layout::Short,
        Some(KeyFault::Sm4) => layout = Layout::Sm4,
        Some(KeyFault::Tagged) => layout = Layout::Tagged,
        Some(KeyFault::KcvAt28) => layout = Layout::Standard,
        Some(KeyFault::FlipPikKcv | KeyFault::FlipMakKcv | KeyFault::Bytes39) | None => {}
    }
    let (cipher, pik, mak, fill) = match layout {
        Layout::Standard => (Cipher::Des, &keys.pik[..], &keys.mak[..8], 8),
        Layout::Short => (Cipher::Des, &keys.pik[..], &keys.mak[..8], 0),
        Layout::Single => (Cipher::Des, &keys.pik[..8], &keys.mak[..8], 0),
        Layout::Double | Layout::Tagged => (Cipher::Des, &keys.pik[..], &keys.mak[..], 0),
        Layout::Sm4 => (Cipher::Sm4, &keys.pik[..], &keys.mak[..], 0),
    };
    let mut pik = Block::new(cipher, &tmk, pik, 0);
    let mut mak = Block::new(cipher, &tmk, mak, fill);
    let tdk = Block::new(cipher, &tmk, &keys.tdk, 0);
    match fault {
        Some(KeyFault::FlipPikKcv) => pik.check.iter_mut().take(1).for_each(|byte| *byte ^= 1),
        Some(KeyFault::FlipMakKcv) => mak.check.iter_mut().take(1).for_each(|byte| *byte ^= 1),
        _ => {}
    }
    let mut bytes = match layout {
        Layout::Tagged => {
            let part = |tag: u8, key: &[u8], block: &Block| {
                let mut check = block.check.clone();
                check.extend(cipher.check_value(key, 8).into_iter().skip(4));
                [&[tag][..], &block.cryptogram, &check].concat()
            };
            [part(1, &keys.mak, &mak), part(2, &keys.pik, &pik), part(3, &keys.tdk, &tdk)].concat()
        }
        Layout::Sm4 => [pik.bytes(), mak.bytes(), tdk.bytes()].concat(),
        _ if fault == Some(KeyFault::KcvAt28) => [pik.bytes(), mak.cryptogram, mak.check, vec![0; 8]].concat(),
        _ => [pik.bytes(), mak.bytes()].concat(),
    };
    if network_code == "004" && !matches!(layout, Layout::Sm4 | Layout::Tagged) {
        bytes.extend(tdk.bytes());
    }
    if fault == Some(KeyFault::Bytes39) {
        bytes.pop();
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acquirer::hex;

    fn sheet() -> (KeySet, Vec<u8>) {
        let keys = KeySet {
            pik: hex::array("1C2A3B4D5E6F708192A3B4C5D6E7F809").unwrap(),
            mak: hex::array("8CA64DE9C1B123A7D3E5F7192B4D6E80").unwrap(),
            tdk: hex::array("4A5B6C7D8E9F0A1B2C3D4E5F60718293").unwrap(),
        };
        (keys, hex::decode("0123456789ABCDEFFEDCBA9876543210").unwrap())
    }

    #[test]
    fn layouts_are_those_of_the_fact_sheet() {
        let (keys, tmk) = sheet();
        let field = |layout, code| hex::encode(&field_62(&keys, &tmk, layout, code, None).unwrap());
        let pik = "9178BDAC04FD54E52CB4F6D696EB21E97647CD36";
        let tdk = "6B107698682DA51F65EC77399F96311AEDE6C451";
        let standard = format!("{pik}EA4B127DABE2158C00000000000000000494F897");
        assert_eq!(field(Layout::Standard, "003"), standard);
        assert_eq!(field(Layout::Standard, "004"), format!("{standard}{tdk}"));
        assert_eq!(field(Layout::Double, "003"), format!("{pik}EA4B127DABE2158C063458DE22C008BD448FBFC8"));
        assert_eq!(field(Layout::Short, "003"), format!("{pik}EA4B127DABE2158C0494F897"));
        assert_eq!(field(Layout::Standard, "001"), "9178BDAC04FD54E5CFBC5FA0EA4B127DABE2158C0494F897");
        assert_eq!(
            field(Layout::Standard, "006"),
            "A12EFE20FA2EA1FD99BF58FB9C3DD2AAB7218AE413651BB1FD41E25E48478098BF124F1DD5B03390\
             9D973423A26899D56F28BA722EE6DFF7BF3E8291"
        );
        assert_eq!(field(Layout::Tagged, "003").len(), 150);
    }

    #[test]
    fn keys_are_new_every_time_and_the_same_for_the_same_seed() {
        let (mut one, mut other) = (KeyMaker::new(7), KeyMaker::new(7));
        let first = one.make();
        assert!(first == other.make());
        assert!(first != one.make());
        assert!(first != KeyMaker::new(8).make());
    }
}
