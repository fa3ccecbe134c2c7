//! The worked examples of the fact sheet, byte for byte.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use acquirer::{
    Batch, KeyFault, KeyLayout, MasterKey, NetworkCode, Request, ResponseFault, SealedKeys, Terminal, Trace,
    iso::{Demand, Frame, FrameError, HostClock, Reconciled},
    keys::Layout,
};
use model::{BatchTotals, Fen, Moment, SignInCause, Total};

const TID: &str = "3132333435363738";
const MID: &str = "383938313130303132333435363738";
const MASTER: &[u8] = b"0123456789ABCDEFFEDCBA9876543210";
const PIK: &str = "9178BDAC04FD54E52CB4F6D696EB21E9 7647CD36";
const TDK: &str = "6B107698682DA51F65EC77399F96311A EDE6C451";

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn terminal() -> Terminal {
    let (tpdu, header) = ("6000030000".parse().unwrap(), "603100311000".parse().unwrap());
    Terminal::new(tpdu, header, "12345678", "898110012345678").unwrap()
}

fn master() -> MasterKey {
    MasterKey::from_hex(MASTER).unwrap()
}

fn batch(number: u32) -> Option<Batch> {
    Batch::new(number)
}

fn sign_in() -> Request {
    terminal().sign_in(Trace::FIRST, batch(1), NetworkCode::Double, "01").unwrap()
}

fn answer() -> Vec<u8> {
    hex(&format!(
        "0079 6000000003 603100311000 0810 003800010AC00014 000001 093015 1120 08 48021000 393933303135303030303031
         3030 {TID} {MID} 0011 000000020030
         0040 {PIK} EA4B127DABE2158C 0000000000000000 0494F897"
    ))
}

#[test]
fn the_sign_in_request_is_the_published_one() {
    let wanted =
        format!("003C 6000030000 603100311000 0800 0020000000C00012 000001 {TID} {MID} 0011 000000010030 0003 303120");
    assert_eq!(sign_in().bytes(), hex(&wanted));
}

#[test]
fn sign_out_and_echo_are_the_published_ones() {
    let off = format!("0037 6000030000 603100311000 0820 0020000000C00010 000009 {TID} {MID} 0011 000000020020");
    assert_eq!(terminal().sign_out(Trace::new(9).unwrap(), batch(2)).unwrap().bytes(), hex(&off));
    let echo = format!("0034 6000030000 603100311000 0820 0000000000C00010 {TID} {MID} 0011 000000023010");
    assert_eq!(terminal().echo(batch(2)).unwrap().bytes(), hex(&echo));
}

#[test]
fn the_settlement_request_is_the_published_one() {
    let totals = BatchTotals {
        debit: Total { count: 3, amount: Fen::new(123_400).unwrap() },
        credit: Total { count: 1, amount: Fen::new(5_000).unwrap() },
        ..BatchTotals::default()
    };
    let wanted = format!(
        "0060 6000030000 603100311000 0500 0020000000C18012 000008 {TID} {MID}
         0062 00000012340000300000000500000100000000000000000000000000000000 313536 0011 000000022010 0003 303120"
    );
    let request = terminal().settle(Trace::new(8).unwrap(), batch(2).unwrap(), &totals, "01").unwrap();
    assert_eq!(request.bytes(), hex(&wanted));
    let end = terminal().settle_end(Trace::new(9).unwrap(), batch(2).unwrap()).unwrap();
    assert_eq!(end.message().text(60), Some("00000002207"));
    assert_eq!(end.message().mti().to_string(), "0320");
}

#[test]
fn the_first_sign_in_ever_sends_batch_zero() {
    let request = terminal().sign_in(Trace::FIRST, None, NetworkCode::Sm4, "manager-7").unwrap();
    assert_eq!(request.message().text(60), Some("00000000006"));
    assert_eq!(request.message().text(63), Some("01 "));
}

#[test]
fn the_answer_brings_batch_time_and_keys_that_check() {
    let response = sign_in().check(&answer()).unwrap();
    assert!(response.is_approved());
    assert_eq!(response.batch(), batch(2));
    assert_eq!(response.reference(), Some("993015000001"));
    assert_eq!(response.demand(), Demand::None);
    assert_eq!(response.host_clock(), HostClock::read(b"093015", b"1120"));
    let now = Moment::parse("2026-11-20T09:30:00+08:00").unwrap();
    assert_eq!(response.host_clock().unwrap().near(now).unwrap().unix_ms() - now.unix_ms(), 15_000);
    let keys = SealedKeys::accept(NetworkCode::Double, KeyLayout::Auto, response.key_field(), &master()).unwrap();
    assert_eq!(keys.layout(), Layout::Standard);
    assert_eq!(keys.check_values().to_string(), "PIK 7647CD36 MAK 0494F897");
    let again = Frame::decode(&answer()).unwrap().encode().unwrap();
    assert_eq!(again, answer());
}

#[test]
fn a_refusal_is_an_answer_with_its_code_and_the_host_time() {
    let refusal = hex(&format!(
        "003E 6000000003 603100311000 0810 0038000002C00010 000001 093015 1120 3937 {TID} {MID} 0011 000000010030"
    ));
    let response = sign_in().check(&refusal).unwrap();
    assert_eq!((response.code(), response.is_approved()), (Some("97"), false));
    assert!(response.host_clock().is_some() && response.key_field().is_none());
}

#[test]
fn an_unswapped_tpdu_and_a_demand_are_taken() {
    let mut bytes = answer();
    bytes[2..7].copy_from_slice(&hex("6000030000"));
    bytes[9] = 0x03;
    assert_eq!(sign_in().check(&bytes).unwrap().demand(), Demand::SignIn);
    bytes[9] = 0x07;
    assert_eq!(sign_in().check(&bytes).unwrap().demand(), Demand::Load(7));
}

#[test]
fn an_answer_to_something_else_is_named_by_what_differs() {
    let changed = |at: usize, byte: u8| {
        let mut bytes = answer();
        bytes[at] = byte;
        sign_in().check(&bytes).unwrap_err()
    };
    // LEN 2, TPDU 5, header 6, MTI 2, map 8
    assert!(matches!(changed(14, 0x00), ResponseFault::Type { .. }));
    assert!(matches!(changed(25, 0x02), ResponseFault::Trace { .. }));
    let terminal = answer().windows(8).position(|w| w == b"12345678").unwrap();
    assert!(matches!(changed(terminal, b'9'), ResponseFault::Terminal { .. }));
    let merchant = answer().windows(15).position(|w| w == b"898110012345678").unwrap();
    assert!(matches!(changed(merchant, b'7'), ResponseFault::Merchant { .. }));
    assert_eq!(changed(0, 0x01).verdict().cause, SignInCause::MalformedResponse);
    assert_eq!(changed(14, 0x00).verdict().cause, SignInCause::MismatchedResponse);
    let code = answer().windows(10).position(|w| w == b"0012345678").unwrap();
    assert_eq!(changed(code, 0x00), ResponseFault::BadCode);
}

#[test]
fn field_39_may_be_missing_only_from_a_settlement() {
    let without = hex(&format!(
        "003C 6000000003 603100311000 0810 0038000000C00010 000001 093015 1120 {TID} {MID} 0011 000000010030"
    ));
    assert_eq!(sign_in().check(&without), Err(ResponseFault::NoCode));
    let request = terminal().settle(Trace::new(8).unwrap(), batch(2).unwrap(), &BatchTotals::default(), "01").unwrap();
    let balanced = hex(&format!(
        "005D 6000000003 603100311000 0510 0038000000C10010 000008 093015 1120 {TID} {MID}
         0062 00000012340000300000000500000110000000000000000000000000000001 0011 000000022010"
    ));
    let response = request.check(&balanced).unwrap();
    assert_eq!(response.code(), None);
    let reply = response.totals().unwrap().unwrap();
    assert_eq!(reply.result(), Reconciled::Balanced);
    assert_eq!(reply.totals.debit, Total { count: 3, amount: Fen::new(123_400).unwrap() });
}

#[test]
fn a_length_that_lies_or_a_foreign_protocol_is_no_frame() {
    let mut long = answer();
    long.push(0);
    assert!(matches!(Frame::decode(&long), Err(FrameError::Length { said: 0x79, have: 0x7a })));
    let mut odd = answer();
    odd[2] = 0x61;
    assert_eq!(Frame::decode(&odd), Err(FrameError::Tpdu { id: 0x61 }));
    assert!(Frame::decode(b"HTTP/1.1 400 Bad Request\r\n\r\n").is_err());
}

#[test]
fn device_information_in_field_62_is_read_as_it_is_sent() {
    let shape = hex(&format!(
        "0063 6000030000 603100311000 0800 0020000000C00016 000001 {TID} {MID} 0011 000000000030
         0037 53657175656E6365204E6F 3234 303132333435363738394142434445463031323334353637 0003 313233"
    ));
    let frame = Frame::decode(&shape).unwrap();
    assert_eq!(frame.message.get(62).unwrap().len(), 37);
    assert_eq!(frame.encode().unwrap(), shape);
}

fn accept(network: NetworkCode, wanted: KeyLayout, field: &str) -> Result<SealedKeys, KeyFault> {
    SealedKeys::accept(network, wanted, Some(&hex(field)), &master())
}

#[test]
fn every_layout_is_found_by_its_check_values() {
    let standard = format!("{PIK} EA4B127DABE2158C 0000000000000000 0494F897");
    let double = format!("{PIK} EA4B127DABE2158C063458DE22C008BD 448FBFC8");
    let short = format!("{PIK} EA4B127DABE2158C 0494F897");
    let filled = format!("{short} 0000000000000000");
    let sm4 = "A12EFE20FA2EA1FD99BF58FB9C3DD2AA B7218AE4 13651BB1FD41E25E48478098BF124F1D D5B03390
               9D973423A26899D56F28BA722EE6DFF7 BF3E8291";
    for (network, field, layout) in [
        (NetworkCode::Single, "9178BDAC04FD54E5 CFBC5FA0 EA4B127DABE2158C 0494F897".to_owned(), Layout::Single),
        (NetworkCode::Double, standard.clone(), Layout::Standard),
        (NetworkCode::Double, double.clone(), Layout::Double),
        (NetworkCode::Double, short.clone(), Layout::Short),
        (NetworkCode::Double, filled.clone(), Layout::Short),
        (NetworkCode::DoubleWithTrack, format!("{standard} {TDK}"), Layout::Standard),
        (NetworkCode::DoubleWithTrack, format!("{double} {TDK}"), Layout::Double),
        (NetworkCode::Sm4, sm4.to_owned(), Layout::Sm4),
    ] {
        let keys = accept(network, KeyLayout::Auto, &field).unwrap();
        assert_eq!(keys.layout(), layout, "{field}");
        let kept = SealedKeys::from_bytes(&keys.to_bytes()).unwrap();
        assert_eq!(kept, keys);
        assert_eq!(kept.verify(&master()), Ok(()));
    }
    assert!(accept(NetworkCode::Double, KeyLayout::Double, &double).is_ok());
    let wrong = accept(NetworkCode::Double, KeyLayout::Standard, &filled).unwrap_err();
    assert_eq!(wrong.verdict().candidates, [SignInCause::KeyLayoutUnknown], "only the MAK differs");
    assert!(matches!(accept(NetworkCode::Double, KeyLayout::Standard, &short), Err(KeyFault::Length { .. })));
}

#[test]
fn the_published_key_field_is_taken_under_its_master_key_and_no_other() {
    let field = hex("6701EAD6A9AD51E51AA406E2C27FCFA9 8D0A74B8 B651F9E9BACE9AE1 0000000000000000 AB7153CA");
    let right = MasterKey::from_hex(b"CA5D92598DCA48CE8A4C76361A9269E9").unwrap();
    let keys = SealedKeys::accept(NetworkCode::Double, KeyLayout::Auto, Some(&field), &right).unwrap();
    assert_eq!(keys.layout(), Layout::Standard);
    let fault = KeyFault::Check { pin: false, mac: false, track: None };
    assert_eq!(keys.verify(&master()), Err(fault));
    assert_eq!(fault.verdict().cause, SignInCause::KeyCheckFailed);
    assert_eq!(fault.verdict().candidates, [SignInCause::MasterKeyMissing]);
}

#[test]
fn keys_that_are_missing_odd_or_wrong_have_each_a_fault() {
    let standard = format!("{PIK} EA4B127DABE2158C 0000000000000000 0494F897");
    assert_eq!(
        SealedKeys::accept(NetworkCode::Double, KeyLayout::Auto, None, &master()).unwrap_err(),
        KeyFault::Missing
    );
    let odd = accept(NetworkCode::Double, KeyLayout::Auto, standard.get(..standard.len() - 2).unwrap()).unwrap_err();
    assert_eq!(odd, KeyFault::Length { length: 39, network: NetworkCode::Double });
    assert_eq!(odd.verdict().cause, SignInCause::KeyLayoutUnknown);
    let flipped = standard.replace("7647CD36", "7647CD37");
    let fault = accept(NetworkCode::Double, KeyLayout::Auto, &flipped).unwrap_err();
    assert_eq!(fault, KeyFault::Check { pin: false, mac: true, track: None });
    let flipped = standard.replace("0494F897", "0494F896");
    let fault = accept(NetworkCode::Double, KeyLayout::Auto, &flipped).unwrap_err();
    assert_eq!(fault, KeyFault::Check { pin: true, mac: false, track: None });
    // a right PIK proves the master key: nobody is sent to load it anew, and nothing is said of a key that never came
    assert_eq!(fault.verdict().candidates, [SignInCause::KeyLayoutUnknown]);
    assert_eq!(fault.to_string(), "check values: PIK right, MAK wrong");
}

/// Lengths that the fact sheet lists without a layout that anybody could check: 24-byte keys, and the tagged forms.
#[test]
fn a_key_field_of_a_length_without_a_layout_is_named_with_its_length_and_never_guessed_at() {
    for length in [0_usize, 1, 23, 25, 31, 33, 39, 41, 56, 75, 84, 100, 512] {
        for network in [NetworkCode::Single, NetworkCode::Double, NetworkCode::DoubleWithTrack, NetworkCode::Sm4] {
            let field = vec![0x5A; length];
            let fault = SealedKeys::accept(network, KeyLayout::Auto, Some(&field), &master()).unwrap_err();
            let measured = fault.measured();
            assert_eq!(fault.verdict().cause, SignInCause::KeyLayoutUnknown, "{length}");
            if length == 0 {
                assert_eq!(measured.code, "key_field_missing");
            } else {
                assert_eq!((measured.code.as_str(), measured.args), ("key_field_length", vec![length.to_string()]));
            }
        }
    }
}

#[test]
fn no_key_not_even_a_sealed_one_shows_in_a_dump() {
    let keys =
        accept(NetworkCode::Double, KeyLayout::Auto, &format!("{PIK} EA4B127DABE2158C 0000000000000000 0494F897"));
    let response = sign_in().check(&answer()).unwrap();
    let dump = format!("{:?} {:?} {response:?} {:?}", keys.unwrap(), master(), sign_in()).to_uppercase();
    for secret in ["9178BDAC", "1C2A3B4D", "EA4B127D", "8CA64DE9", "01234567", "145, 120", "234, 75"] {
        assert!(!dump.contains(secret), "{secret} in {dump}");
    }
}
