//! Amounts, times and names as they stand on the screen.

use model::{Cause, Currency, Fen, Job, JobKind, Kind, Language, Moment, Transaction};

use protocol::{PrinterRow, PrinterState, TransactionRow};

use super::{text::width, theme::Role};
use crate::wording::{codes, text::Text};

/// `1,280.00`: major units, grouped, two decimals.
pub(crate) fn amount(fen: Fen) -> String {
    let plain = fen.to_string();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, "00"));
    format!("{}.{part}", thousands(whole))
}

/// The same of a sum in minor units, which may be more than one amount can be.
pub(crate) fn sum(minor: u128) -> String {
    format!("{}.{:02}", thousands(&(minor / 100).to_string()), minor % 100)
}

/// The same of a payment: what goes back to the customer has a minus sign.
pub(crate) fn figure(sale: &Transaction) -> String {
    format!("{}{}", sign(sale.kind), amount(sale.amount))
}

/// The same with its currency: `-¥128.00`.
pub(crate) fn worth(kind: Kind, fen: Fen, currency: Currency) -> String {
    format!("{}{}", sign(kind), money(fen, currency))
}

fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::Void | Kind::Refund | Kind::PreauthVoid | Kind::PreauthCompleteVoid => "-",
        Kind::Sale | Kind::Preauth | Kind::PreauthComplete | Kind::Tip | Kind::OfflineSale => "",
    }
}

/// `1,280`.
pub(crate) fn grouped(number: u64) -> String {
    thousands(&number.to_string())
}

fn thousands(digits: &str) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// With its currency: `¥1,280.00`, `USD 12.00`. The yen sign is one column everywhere.
pub(crate) fn money(fen: Fen, currency: Currency) -> String {
    let figure = amount(fen);
    if currency.as_str() == "CNY" { format!("¥{figure}") } else { format!("{} {figure}", currency.as_str()) }
}

/// `14:05`.
pub(crate) fn clock(moment: Moment) -> String {
    let wall = moment.wall();
    format!("{:02}:{:02}", wall.hour(), wall.minute())
}

/// `11-20 14:05`, or with the year when that is not the current one.
pub(crate) fn when(moment: Moment, now: Option<Moment>) -> String {
    let wall = moment.wall();
    let day = format!("{:02}-{:02}", wall.month(), wall.day());
    match now {
        Some(now) if now.wall().year() != wall.year() => format!("{}-{day}", wall.year()),
        _ => format!("{day} {}", clock(moment)),
    }
}

/// `14:05` today, `11-19` on another day: enough for a column of what waits.
pub(crate) fn clock_or_day(moment: Moment, now: Option<Moment>) -> String {
    let day = |moment: Moment| moment.wall().date();
    if now.is_none_or(|now| day(now) == day(moment)) {
        return clock(moment);
    }
    let wall = moment.wall();
    format!("{:02}-{:02}", wall.month(), wall.day())
}

/// When it was paid, by the shop's clock: an event may come with any offset, its recording has the shop's.
pub(crate) fn paid(sale: &Transaction) -> Moment {
    Moment::new(sale.time.unix_ms(), sale.recorded_at.offset_minutes())
}

/// `2026-11-20 14:05:09`.
pub(crate) fn exact(moment: Moment) -> String {
    let wall = moment.wall();
    let date = format!("{:04}-{:02}-{:02}", wall.year(), wall.month(), wall.day());
    format!("{date} {:02}:{:02}:{:02}", wall.hour(), wall.minute(), wall.second())
}

/// What a job prints: `持卡人存根 重打印第2次`, `test page`.
pub(crate) fn job(job: &Job, language: Language) -> String {
    let mut words = match job.copy {
        Some(copy) => codes::copy(copy, language).to_owned(),
        None => codes::job_kind(job.kind, language).to_owned(),
    };
    if matches!(job.kind, JobKind::Receipt | JobKind::Reprint) {
        words = format!("{words} {}", number(job.reprint_number, language));
    }
    words
}

/// `首次`, `重打印第2次`.
pub(crate) fn number(reprint: u32, language: Language) -> String {
    let text = if reprint == 0 { Text::FirstPaper } else { Text::ReprintNo(reprint) };
    text.say(language).into_owned()
}

/// Widens a text with blanks to so many columns.
pub(crate) fn pad(text: &str, columns: u16) -> String {
    format!("{text}{}", " ".repeat(usize::from(columns.saturating_sub(width(text)))))
}

/// Whether its paper is out, as the table says it.
pub(crate) fn paper(row: &TransactionRow, language: Language) -> (String, Role) {
    if row.unprinted {
        (Text::NotOut.say(language).into_owned(), Role::Warning)
    } else if row.prints > 0 {
        (Text::Times(row.prints).say(language).into_owned(), Role::Plain)
    } else {
        (String::new(), Role::Plain)
    }
}

/// True if it was let go on, but what it said last is still that it is paused.
pub(crate) fn resuming(printer: &PrinterRow) -> bool {
    !printer.paused && printer.cause == Some(Cause::Paused)
}

/// True if it cannot print, for another reason than a person's pause.
pub(crate) fn in_trouble(printer: &PrinterRow) -> bool {
    printer.state == PrinterState::Blocked && printer.cause != Some(Cause::Paused)
}

/// The state of a printer in words, with what stands in its way.
pub(crate) fn printer(printer: &PrinterRow, language: Language) -> (String, Role) {
    use PrinterState::{Blocked, Pairing, Printing, Ready, Unknown};
    let word = codes::printer_state(printer.state, language);
    if resuming(printer) {
        return (codes::resuming(language).to_owned(), Role::Plain);
    }
    if printer.paused {
        let paused = codes::cause(Cause::Paused, language);
        return match printer.cause.filter(|_| in_trouble(printer)) {
            Some(cause) => (format!("{paused} {}", codes::cause(cause, language)), Role::Trouble),
            None if printer.near_end => (format!("{paused} {}", Text::PaperLow.say(language)), Role::Warning),
            None => (paused.to_owned(), Role::Warning),
        };
    }
    match (printer.state, printer.cause) {
        (Blocked, Some(cause)) => (codes::cause(cause, language).to_owned(), Role::Trouble),
        (Blocked, None) => (word.to_owned(), Role::Trouble),
        (Ready | Printing, _) if printer.near_end => {
            (format!("{word} {}", Text::PaperLow.say(language)), Role::Warning)
        }
        (Ready | Printing, _) => (word.to_owned(), Role::Good),
        (Unknown | Pairing, _) => (word.to_owned(), Role::Plain),
    }
}

/// What it is doing, in a word.
pub(crate) fn printer_state(printer: &PrinterRow, language: Language) -> (&'static str, Role) {
    if printer.paused {
        return (codes::cause(Cause::Paused, language), Role::Warning);
    }
    if resuming(printer) {
        return (codes::resuming(language), Role::Plain);
    }
    let role = match printer.state {
        PrinterState::Blocked => Role::Trouble,
        PrinterState::Ready | PrinterState::Printing => Role::Good,
        PrinterState::Unknown | PrinterState::Pairing => Role::Plain,
    };
    (codes::printer_state(printer.state, language), role)
}

/// Why it is so, or what is to be known of it; empty when there is nothing.
pub(crate) fn printer_why(printer: &PrinterRow, language: Language) -> (String, Role) {
    match printer.cause.filter(|_| in_trouble(printer)) {
        Some(cause) => (codes::cause(cause, language).to_owned(), Role::Trouble),
        None if printer.near_end => (Text::PaperLow.say(language).into_owned(), Role::Warning),
        // that it can prove nothing is no trouble, but whoever waits for a proof should know
        None if printer.proof == model::Proof::NoProof => {
            (codes::proof(printer.proof, language).to_owned(), Role::Plain)
        }
        None => (String::new(), Role::Plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paused_printer_never_looks_ready_and_its_trouble_is_not_hidden_behind_the_pause() {
        let row = |state: &str, cause: Option<&str>, paused: bool| -> PrinterRow {
            serde_json::from_value(serde_json::json!({
                "name": "front", "connection": "file:///dev/null", "profile": "generic-80", "columns": 48,
                "state": state, "cause": cause, "since": null, "near_end": false, "proof": "none", "proof_since": null,
                "waiting": { "queued": 0, "blocked": 0, "held": 0, "expired": 0, "sending": 0 }, "job": null,
                "last_good_print": null, "paused": paused,
            }))
            .unwrap()
        };
        let say = |row: &PrinterRow| printer(row, Language::En);
        for only_paused in [row("ready", None, true), row("blocked", Some("paused"), true), row("unknown", None, true)]
        {
            assert_eq!(say(&only_paused), ("paused".to_owned(), Role::Warning));
            assert!(!in_trouble(&only_paused));
        }
        let both = row("blocked", Some("paper_out"), true);
        assert_eq!(say(&both), ("paused out of paper".to_owned(), Role::Trouble));
        assert!(in_trouble(&both));
        let resumed = row("blocked", Some("paused"), false);
        assert_eq!(say(&resumed), ("resuming".to_owned(), Role::Plain));
        assert!(!in_trouble(&resumed));
    }

    #[test]
    fn amounts_are_grouped_and_never_rounded() {
        for (minor, shown) in [(0, "0.00"), (5, "0.05"), (128_000, "1,280.00"), (999_999_999_999, "9,999,999,999.99")] {
            assert_eq!(amount(Fen::new(minor).unwrap()), shown);
            assert_eq!(sum(u128::from(minor)), shown);
        }
    }
}
