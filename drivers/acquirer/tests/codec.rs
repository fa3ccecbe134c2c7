//! The codec over any bytes: total, and what is encoded comes back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use acquirer::{
    KeyLayout, MasterKey, NetworkCode, SealedKeys, Terminal, Trace,
    iso::{
        EncodeError, Extent, FIELDS, FieldFault, Frame, FrameError, Kind, Message, MessageError, Mti, field::field_of,
    },
};
use proptest::prelude::*;

fn types() -> impl Strategy<Value = Mti> {
    prop::sample::select(vec![0x0800u16, 0x0810, 0x0820, 0x0830, 0x0500, 0x0510, 0x0320, 0x0330, 0x0200, 0x0210])
        .prop_map(|packed| Mti::new(packed).unwrap())
}

/// A message of any fields of the table, each with contents that fit it.
fn messages() -> impl Strategy<Value = Message> {
    (types(), prop::collection::vec((prop::sample::select(FIELDS), any::<prop::sample::Index>(), any::<u64>()), 0..12))
        .prop_map(|(mti, picks)| {
            let mut message = Message::new(mti);
            for (pick, length, seed) in picks {
                let field = field_of(mti, pick.number).unwrap();
                if !field.kept {
                    continue;
                }
                let length = match field.extent {
                    Extent::Fixed(length) => length,
                    Extent::Ll(most) | Extent::Lll(most) => length.index(most + 1),
                };
                let mut state = seed;
                let content: Vec<u8> = (0..length)
                    .map(|_| {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        let byte = (state >> 33) as u8;
                        if field.kind == Kind::Digits { b'0' + byte % 10 } else { byte }
                    })
                    .collect();
                message = message.with(field.number, content);
            }
            message
        })
}

fn valid() -> Vec<u8> {
    let terminal =
        Terminal::new("6000030000".parse().unwrap(), "603100311000".parse().unwrap(), "12345678", "898110012345678");
    terminal.unwrap().sign_in(Trace::FIRST, None, NetworkCode::Double, "01").unwrap().bytes().to_vec()
}

proptest! {
    #[test]
    fn what_is_encoded_comes_back(message in messages()) {
        let bytes = message.encode().unwrap();
        prop_assert_eq!(Message::decode(&bytes).unwrap(), message.clone());
        let frame = Frame { tpdu: "6000030000".parse().unwrap(), header: "603100311000".parse().unwrap(), message };
        prop_assert_eq!(Frame::decode(&frame.encode().unwrap()).unwrap(), frame);
    }

    #[test]
    fn a_message_cut_anywhere_is_cut_short_and_nothing_else(message in messages(), cut in any::<prop::sample::Index>()) {
        let bytes = message.encode().unwrap();
        let cut = cut.index(bytes.len());
        let short = matches!(
            Message::decode(&bytes[..cut]),
            Err(MessageError::CutShort { .. } | MessageError::Field { fault: FieldFault::CutShort { .. }, .. })
        );
        prop_assert!(short);
    }

    #[test]
    fn bytes_behind_a_message_are_counted(message in messages(), extra in 1usize..50) {
        let mut bytes = message.encode().unwrap();
        bytes.extend(vec![0; extra]);
        prop_assert_eq!(Message::decode(&bytes), Err(MessageError::Trailing { mti: message.mti(), extra }));
    }

    #[test]
    fn any_bytes_are_a_frame_or_a_named_error(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(frame) = Frame::decode(&bytes) {
            prop_assert!(frame.message.numbers().all(|number| (2..=64).contains(&number)));
        }
    }

    #[test]
    fn a_frame_with_bytes_changed_is_a_frame_or_a_named_error(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = valid();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        match Frame::decode(&bytes) {
            Ok(frame) => prop_assert!(frame.message.encode().is_ok()),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn any_bytes_behind_a_good_head_are_a_message_or_a_named_error(
        map in any::<u64>(), body in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut bytes = vec![0x08, 0x10];
        bytes.extend((map & !(1 << 63)).to_be_bytes());
        bytes.extend(body);
        let _ = Message::decode(&bytes);
    }

    #[test]
    fn any_key_field_is_refused_or_checks(field in prop::collection::vec(any::<u8>(), 0..120)) {
        let master = MasterKey::from_hex(b"0123456789ABCDEFFEDCBA9876543210").unwrap();
        for network in [NetworkCode::Single, NetworkCode::Double, NetworkCode::DoubleWithTrack, NetworkCode::Sm4] {
            let fault = SealedKeys::accept(network, KeyLayout::Auto, Some(&field), &master).unwrap_err();
            prop_assert!(!fault.to_string().is_empty());
        }
        if let Ok(keys) = SealedKeys::from_bytes(&field) {
            prop_assert_eq!(keys.to_bytes(), field);
        }
    }
}

#[test]
fn what_a_till_must_never_send_is_refused_by_name() {
    for field in [2, 14, 35, 36, 52, 55] {
        let refused = Message::new(Mti::SIGN_IN).with(field, *b"00000000").encode();
        assert_eq!(refused, Err(EncodeError { mti: Mti::SIGN_IN, field, fault: FieldFault::NeverSent }));
    }
}

#[test]
fn a_track_in_an_answer_is_read_over_and_forgotten() {
    // 35: 37 digits with the separator D, then 39
    let mut bytes = vec![0x02, 0x10];
    bytes.extend((1u64 << (64 - 35) | 1 << (64 - 39)).to_be_bytes());
    bytes.push(0x37);
    bytes.extend([0xd1; 19]);
    bytes.extend(b"00");
    let message = Message::decode(&bytes).unwrap();
    assert_eq!((message.get(35), message.text(39)), (None, Some("00")));
}

#[test]
fn contents_that_do_not_fit_are_refused_by_field() {
    let fault = |field: u8, content: &[u8]| Message::new(Mti::SIGN_IN).with(field, content).encode().unwrap_err().fault;
    assert_eq!(fault(11, b"1"), FieldFault::WrongLength { must: 6, is: 1 });
    assert_eq!(fault(11, b"00000x"), FieldFault::NotDigits);
    assert_eq!(fault(60, &[b'0'; 18]), FieldFault::TooLong { said: 18, most: 17 });
    assert_eq!(fault(5, b"1"), FieldFault::Unknown);
}

#[test]
fn a_second_map_and_an_unknown_field_are_named() {
    let message = |map: u64| {
        let mut bytes = vec![0x08, 0x10];
        bytes.extend(map.to_be_bytes());
        Message::decode(&bytes).unwrap_err()
    };
    assert!(matches!(message(1 << 63), MessageError::SecondMap(_)));
    assert!(matches!(message(1 << (64 - 7)), MessageError::Field { field: 7, fault: FieldFault::Unknown, .. }));
    assert_eq!(Message::decode(&[0x0a; 10]), Err(MessageError::Type(0x0a0a)));
    assert_eq!(Frame::decode(&[0]), Err(FrameError::CutShort { have: 1 }));
}
