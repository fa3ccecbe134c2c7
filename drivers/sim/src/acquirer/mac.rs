//! Field 64 of trades (报文鉴别码): eight hex characters over everything from the MTI to the field before. No keys are kept.

use super::cipher::Cipher;
use super::hex;
use super::word::words;

words! {
    /// How field 64 is computed.
    MacProfile, "MAC profile" {
        Ecb "ecb" "UnionPay ECB, single DES with the first 8 bytes";
        Ecb3Des "ecb-3des" "UnionPay ECB, triple DES with 16 bytes";
        X9_9 "x9.9" "ANSI X9.9: CBC, single DES";
        X9_19 "x9.19" "ANSI X9.19: CBC, the last block triple";
        Sm4 "sm4" "as UnionPay ECB, with SM4";
    }
}

impl MacProfile {
    /// Field 64 over the bytes before it, bit 64 already set. `key` is the MAK, 16 bytes.
    pub(crate) fn over(self, key: &[u8], bytes: &[u8]) -> String {
        let single = key.get(..8).unwrap_or(key);
        let full = match self {
            Self::Ecb => folded(Cipher::Des, single, bytes),
            Self::Ecb3Des => folded(Cipher::Des, key, bytes),
            Self::Sm4 => folded(Cipher::Sm4, key, bytes),
            Self::X9_9 => hex::encode(&chained(single, bytes)),
            Self::X9_19 => {
                let last = Cipher::Des.decrypt(key.get(8..16).unwrap_or(single), &chained(single, bytes));
                hex::encode(&Cipher::Des.encrypt(single, &last))
            }
        };
        full.get(..8).unwrap_or(&full).to_owned()
    }
}

/// All blocks into one, that as hex, its first half encrypted, the second half in, encrypted again.
fn folded(cipher: Cipher, key: &[u8], bytes: &[u8]) -> String {
    let width = cipher.block();
    let one = bytes.chunks(width).fold(vec![0; width], |one, block| xor(&one, block));
    let text = hex::encode(&one).into_bytes();
    let (first, second) = text.split_at(text.len() / 2);
    hex::encode(&cipher.encrypt(key, &xor(&cipher.encrypt(key, first), second)))
}

fn chained(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(8).fold(vec![0; 8], |value, block| Cipher::Des.encrypt(key, &xor(&value, block)))
}

/// As long as `one`; a shorter `other` counts as filled with zeros.
fn xor(one: &[u8], other: &[u8]) -> Vec<u8> {
    one.iter().zip(other.iter().chain(std::iter::repeat(&0))).map(|(one, other)| one ^ other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAB: &str = "02003020048000C080110000000000000001000000020210003132333435363738383938313130303132333435363738\
                       313536001322000002000500";
    const MAK: &str = "8CA64DE9C1B123A7D3E5F7192B4D6E80";

    #[test]
    fn every_profile_gives_the_value_of_the_fact_sheet() {
        let (mak, mab) = (hex::decode(MAK).unwrap(), hex::decode(MAB).unwrap());
        for (profile, expected) in [
            (MacProfile::Ecb, "4168F7CF"),
            (MacProfile::Ecb3Des, "560F7C81"),
            (MacProfile::X9_9, "DBE1D390"),
            (MacProfile::X9_19, "78C4CB24"),
            (MacProfile::Sm4, "05F40A9B"),
        ] {
            assert_eq!(profile.over(&mak, &mab), expected, "{}", profile.word());
        }
    }
}
