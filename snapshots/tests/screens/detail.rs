//! One transaction.

use crate::harness::{Daemon, screens, small_screens};

#[test]
fn a_card_payment_with_its_receipt() {
    screens("detail", Daemon::usual, |s| s.press("gt<enter>"));
}

#[test]
fn an_unknown_payment_warns_and_has_no_receipt() {
    small_screens("detail-unknown", Daemon::troubled, |s| s.press("gt<down><down><down><enter>"));
}

#[test]
fn a_window_without_room_for_paper_shows_the_fields_whole() {
    for language in [model::Language::Zh, model::Language::En] {
        let mut session = crate::harness::Session::new(language, (60, 16), Daemon::usual());
        session.press("gt<enter>");
        crate::harness::assert_sheet(&format!("detail-small-{language}-60x16"), &session.sheet());
    }
}
