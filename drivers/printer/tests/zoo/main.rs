//! The zoo: every quirk of the virtual printer, every fault at a byte of a slip, and every cause, on real sockets and
//! pseudo-terminals, with a whole worker and real slips. What the desk is told is compared with the paper that came out.
//!
//! `quirks` is the table of quirks and ways, `faults` pulls cable, power, paper and cover at many bytes, `causes` names each
//! cause, `late` is proof that comes when its job is over. Every byte of a slip, for every proof (long):
//! `cargo test -p counterfoil-printer --test zoo -- --ignored every_byte --nocapture`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod books;
mod causes;
mod crowd;
mod faults;
mod late;
mod paper;
mod quirks;
mod slip;
mod stand;
