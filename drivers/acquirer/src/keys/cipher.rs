//! DES, triple DES with two keys, and SM4, block by block (ECB), as keys travel; and the check value of a key.

use des::{
    Des, TdesEde2,
    cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit},
};
use sm4::Sm4;
use zeroize::Zeroizing;

/// With what keys are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cipher {
    /// DES for 8 bytes of key, triple DES (K1 K2 K1) for 16.
    Des,
    /// 国密
    Sm4,
}

/// 校验值: the first four bytes of a block of zeros under the key. `None` for a key of a length that the cipher doesn't have.
pub(super) fn check_value(cipher: Cipher, key: &[u8]) -> Option<[u8; 4]> {
    fn first<C: BlockCipherEncrypt + KeyInit>(key: &[u8]) -> Option<[u8; 4]> {
        let mut block = Block::<C>::default();
        C::new_from_slice(key).ok()?.encrypt_block(&mut block);
        block.first_chunk::<4>().copied()
    }
    match (cipher, key.len()) {
        (Cipher::Des, 8) => first::<Des>(key),
        (Cipher::Des, 16) => first::<TdesEde2>(key),
        (Cipher::Sm4, 16) => first::<Sm4>(key),
        _ => None,
    }
}

/// Decrypts whole blocks under a master key. `None` if the length is not one of whole blocks.
pub(super) fn decrypt(cipher: Cipher, master: &[u8; 16], bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    fn all<C: BlockCipherDecrypt + KeyInit>(master: &[u8; 16], bytes: &mut [u8]) -> Option<()> {
        let cipher = C::new_from_slice(master).ok()?;
        for block in bytes.chunks_mut(C::block_size()) {
            cipher.decrypt_block(<&mut Block<C>>::try_from(block).ok()?);
        }
        Some(())
    }
    let mut clear = Zeroizing::new(bytes.to_vec());
    match cipher {
        Cipher::Des => all::<TdesEde2>(master, &mut clear)?,
        Cipher::Sm4 => all::<Sm4>(master, &mut clear)?,
    }
    Some(clear)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    fn clear(cipher: Cipher, master: &str, sealed: &str) -> Vec<u8> {
        decrypt(cipher, &bytes(master).try_into().unwrap(), &bytes(sealed)).unwrap().to_vec()
    }

    const MASTER: &str = "0123456789ABCDEFFEDCBA9876543210";

    #[test]
    fn the_published_example_decrypts_to_its_published_keys() {
        let master = "CA5D92598DCA48CE8A4C76361A9269E9";
        let pik = clear(Cipher::Des, master, "6701EAD6A9AD51E51AA406E2C27FCFA9");
        assert_eq!(pik, bytes("807A23AD32B36D457AE91FDF927570EA"));
        assert_eq!(check_value(Cipher::Des, &pik).unwrap().as_slice(), bytes("8D0A74B8"));
        let mak = clear(Cipher::Des, master, "B651F9E9BACE9AE1");
        assert_eq!(mak, bytes("5BB5C72CD00B7338"));
        assert_eq!(check_value(Cipher::Des, &mak).unwrap().as_slice(), bytes("AB7153CA"));
    }

    #[test]
    fn every_key_of_the_worked_example_has_its_check_value() {
        assert_eq!(check_value(Cipher::Des, &bytes(MASTER)).unwrap().as_slice(), bytes("08D7B4FB"));
        for (sealed, key, check) in [
            ("9178BDAC04FD54E52CB4F6D696EB21E9", "1C2A3B4D5E6F708192A3B4C5D6E7F809", "7647CD36"),
            ("EA4B127DABE2158C", "8CA64DE9C1B123A7", "0494F897"),
            ("EA4B127DABE2158C063458DE22C008BD", "8CA64DE9C1B123A7D3E5F7192B4D6E80", "448FBFC8"),
            ("6B107698682DA51F65EC77399F96311A", "4A5B6C7D8E9F0A1B2C3D4E5F60718293", "EDE6C451"),
        ] {
            assert_eq!(clear(Cipher::Des, MASTER, sealed), bytes(key));
            assert_eq!(check_value(Cipher::Des, &bytes(key)).unwrap().as_slice(), bytes(check));
        }
    }

    #[test]
    fn sm4_keys_have_theirs() {
        assert_eq!(check_value(Cipher::Sm4, &bytes(MASTER)).unwrap().as_slice(), bytes("2677F46B"));
        for (sealed, key, check) in [
            ("A12EFE20FA2EA1FD99BF58FB9C3DD2AA", "1C2A3B4D5E6F708192A3B4C5D6E7F809", "B7218AE4"),
            ("13651BB1FD41E25E48478098BF124F1D", "8CA64DE9C1B123A7D3E5F7192B4D6E80", "D5B03390"),
            ("9D973423A26899D56F28BA722EE6DFF7", "4A5B6C7D8E9F0A1B2C3D4E5F60718293", "BF3E8291"),
        ] {
            assert_eq!(clear(Cipher::Sm4, MASTER, sealed), bytes(key));
            assert_eq!(check_value(Cipher::Sm4, &bytes(key)).unwrap().as_slice(), bytes(check));
        }
    }

    #[test]
    fn a_parity_bit_changes_nothing_and_odd_lengths_are_no_keys() {
        let flipped = bytes("0022446688AACCEEFFDDBB9977553311");
        assert_eq!(check_value(Cipher::Des, &flipped), check_value(Cipher::Des, &bytes(MASTER)));
        for length in [0, 1, 7, 9, 15, 17, 24] {
            assert_eq!(check_value(Cipher::Des, &vec![0; length]), None);
        }
        assert!(decrypt(Cipher::Des, &[0; 16], &[0; 9]).is_none());
        assert!(decrypt(Cipher::Sm4, &[0; 16], &[0; 8]).is_none());
    }
}
