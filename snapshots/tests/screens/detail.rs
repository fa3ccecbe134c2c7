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
