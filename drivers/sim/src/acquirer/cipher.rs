//! Block by block under a key: DES, triple DES and SM4 in ECB, and check values. No layouts, no MAC.

use des::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

/// Which cipher keys travel and check under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cipher {
    /// Single, double or triple length by the key: 8, 16 or 24 bytes.
    Des,
    /// SM4 with the first 16 bytes of the key.
    Sm4,
}

impl Cipher {
    /// Bytes of a block.
    pub(crate) fn block(self) -> usize {
        match self {
            Self::Des => 8,
            Self::Sm4 => 16,
        }
    }

    pub(crate) fn encrypt(self, key: &[u8], data: &[u8]) -> Vec<u8> {
        self.run(key, data, true)
    }

    pub(crate) fn decrypt(self, key: &[u8], data: &[u8]) -> Vec<u8> {
        self.run(key, data, false)
    }

    /// The first bytes of zeros under the key: four of them are a key check value (KCV, 校验值).
    pub(crate) fn check_value(self, key: &[u8], bytes: usize) -> Vec<u8> {
        let mut value = self.encrypt(key, &vec![0; self.block()]);
        value.truncate(bytes);
        value
    }

    /// Whole blocks only: a rest that fills none is left out, and so is everything under a key of a wrong length.
    fn run(self, key: &[u8], data: &[u8], forward: bool) -> Vec<u8> {
        match (self, key.len()) {
            (Self::Des, 8) => blocks::<des::Des>(key, data, forward),
            (Self::Des, 16) => blocks::<des::TdesEde2>(key, data, forward),
            (Self::Des, 24) => blocks::<des::TdesEde3>(key, data, forward),
            (Self::Sm4, 16..) => blocks::<sm4::Sm4>(key.get(..16).unwrap_or(key), data, forward),
            _ => Vec::new(),
        }
    }
}

fn blocks<C: KeyInit + BlockCipherEncrypt + BlockCipherDecrypt>(key: &[u8], data: &[u8], forward: bool) -> Vec<u8> {
    let Ok(cipher) = C::new_from_slice(key) else { return Vec::new() };
    let mut out = Vec::with_capacity(data.len());
    for block in data.chunks_exact(C::block_size()) {
        let mut block = des::cipher::Block::<C>::try_from(block).unwrap_or_default();
        if forward {
            cipher.encrypt_block(&mut block);
        } else {
            cipher.decrypt_block(&mut block);
        }
        out.extend_from_slice(&block);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acquirer::hex;

    const TMK: &str = "0123456789ABCDEFFEDCBA9876543210";

    fn value(cipher: Cipher, key: &str) -> String {
        hex::encode(&cipher.check_value(&hex::decode(key).unwrap(), 4))
    }

    #[test]
    fn check_values_are_those_of_the_fact_sheet() {
        assert_eq!(value(Cipher::Des, TMK), "08D7B4FB");
        assert_eq!(value(Cipher::Sm4, TMK), "2677F46B");
        assert_eq!(value(Cipher::Des, "8CA64DE9C1B123A7"), "0494F897");
        assert_eq!(value(Cipher::Des, "8CA64DE9C1B123A7D3E5F7192B4D6E80"), "448FBFC8");
    }

    #[test]
    fn a_published_key_comes_out_of_its_cryptogram() {
        let tmk = hex::decode("CA5D92598DCA48CE8A4C76361A9269E9").unwrap();
        let pik = hex::decode("6701EAD6A9AD51E51AA406E2C27FCFA9").unwrap();
        assert_eq!(hex::encode(&Cipher::Des.decrypt(&tmk, &pik)), "807A23AD32B36D457AE91FDF927570EA");
        assert_eq!(value(Cipher::Des, "807A23AD32B36D457AE91FDF927570EA"), "8D0A74B8");
    }
}
