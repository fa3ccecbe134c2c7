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

    #[test]
    fn a_foreign_shop_name_stays_in_its_bar_and_commands_no_terminal(text in any::<String>(), wide in "[农👩‍👧ｱ①“]{0,30}") {
        let with = |name: &str| {
            let mut daemon = Daemon::troubled();
            daemon.overview.shop = SafeText::new(name).to_string();
            Session::coloured(Language::Zh, (80, 24), daemon)
        };
        let (tame, mut wild) = (with("红梅"), with(&format!("{text}{wide}")));
        let (tame, shown) = (tame.picture().0, wild.picture().0);
        for y in 1..24 {
            for x in 0..80 {
                prop_assert_eq!(&tame[(x, y)], &shown[(x, y)], "{} {}", x, y);
            }
        }
        obeyed(&wild.frame(), &shown, 0)?;
    }

    #[test]
    fn what_is_typed_or_pasted_stays_in_its_field(text in any::<String>(), wide in "[农👩‍👧ｱ①“]{0,60}") {
        let with = |words: &str| {
            let mut session = Session::coloured(Language::Zh, (80, 24), Daemon::usual());
            session.tell(tui::console::Message::Paste(words.to_owned()));
            session
        };
        let (tame, mut wild) = (with("zzz"), with(&format!("z{text}{wide}")));
        prop_assume!(wild.text().contains("没有找到"));
        let (tame, shown) = (tame.picture().0, wild.picture().0);
        for y in (0..24).filter(|y| *y != 1) {
            for x in 0..80 {
                prop_assert_eq!(&tame[(x, y)], &shown[(x, y)], "{} {}", x, y);
            }
        }
        obeyed(&wild.frame(), &shown, 1)?;
    }
}

/// A real terminal shows what was drawn, but for the row of the foreign text, whose glyphs it may know otherwise; and
/// none of its modes changed.
fn obeyed(bytes: &str, drawn: &ratatui::buffer::Buffer, row: u16) -> Result<(), TestCaseError> {
    let mut terminal = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
    terminal.process(bytes.as_bytes());
    let screen = terminal.screen();
    for y in (0..24).filter(|y| *y != row) {
        for x in 0..80 {
            let symbol = drawn[(x, y)].symbol();
            let shown = screen.cell(y, x).map(vt100::Cell::contents).unwrap_or_default();
            prop_assert_eq!(shown.trim(), symbol.trim(), "{} {}", x, y);
        }
    }
    prop_assert!(!screen.alternate_screen() && !screen.application_cursor() && !screen.bracketed_paste());
    prop_assert!(!screen.application_keypad());
    prop_assert_eq!(screen.fgcolor(), vt100::Color::Default);
    Ok(())
}
