//! Home, on a good day and a bad one.

use crate::harness::{Daemon, screens, small_screens};

#[test]
fn home_on_a_good_day() {
    screens("home", Daemon::usual, |_| {});
}

#[test]
fn home_says_what_is_wrong_and_what_to_do() {
    screens("home-trouble", Daemon::troubled, |_| {});
}

#[test]
fn home_before_the_first_sale() {
    let new_shop = || {
        let mut daemon = Daemon::usual();
        daemon.transactions.clear();
        daemon.jobs.clear();
        daemon.overview.totals.clear();
        daemon
    };
    small_screens("home-first-day", new_shop, |_| {});
}
