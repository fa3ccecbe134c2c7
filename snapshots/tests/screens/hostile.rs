//! Whatever a text says, it stays in its own place.

use model::{Language, SafeText};
use proptest::prelude::*;

use crate::harness::{Daemon, Session, shop};

fn list_with(issuer: &str, order: &str) -> Session {
    let mut daemon = Daemon::usual();
    daemon.transactions[3] = shop::payment(
        129,
        "2026-11-20T13:40:33",
        serde_json::json!({ "method": "card", "note": issuer, "issuer": issuer, "operator": "02", "order": order }),
    );
    daemon.transactions[3].transaction.order = Some(order.to_owned());
    daemon.transactions[3].transaction.reference = Some(order.to_owned());
    daemon.transactions[3].transaction.voucher = Some(order.to_owned());
    let mut session = Session::new(Language::Zh, (120, 40), daemon);
    session.press("gt");
    session
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn foreign_text_changes_no_cell_outside_its_row(text in any::<String>(), wide in "[农夫山泉👨‍👩‍👧ｱ]{0,40}") {
        let text = SafeText::new(&format!("{text}{wide}"));
        let tame = list_with("工商银行", "A1").picture().0;
        let wild = list_with(&text, &text).picture().0;
        // the fourth row of the table, below status bar, search line and heads
        let row = 6;
        for y in (0..40).filter(|y| *y != row) {
            for x in 0..120 {
                prop_assert_eq!(&tame[(x, y)], &wild[(x, y)], "{} {}", x, y);
            }
        }
    }

    #[test]
    fn foreign_text_in_the_detail_never_reaches_the_paper_beside_it(text in any::<String>(), wide in "[农👩‍👧]{0,60}") {
        let text = SafeText::new(&format!("{wide}{text}"));
        let mut tame = list_with("工商银行", "A1");
        tame.press("<down><down><down><enter>");
        let mut wild = list_with(&text, "A1");
        wild.press("<down><down><down><enter>");
        let (tame, wild) = (tame.picture().0, wild.picture().0);
        for y in 1..38 {
            for x in 67..120 {
                prop_assert_eq!(&tame[(x, y)], &wild[(x, y)], "{} {}", x, y);
            }
        }
    }

    #[test]
    fn a_frame_has_no_control_byte_but_its_own_sequences(text in any::<String>()) {
        let mut session = list_with(&SafeText::new(&text), &SafeText::new(&text));
        let bytes = session.frame();
        let escape = char::from(27);
        prop_assert!(bytes.chars().all(|c| !c.is_control() || c == escape));
        let sequences = bytes.split(escape).skip(1);
        for sequence in sequences {
            prop_assert!(sequence.starts_with('['), "{}", sequence);
        }
    }
}
