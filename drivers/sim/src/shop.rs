//! `counterfoil-sim shop`: days of transaction events of a believable Chinese corner shop, as NDJSON for
//! `counterfoil record`. The same seed, days and end give the same events, byte for byte.
//!
//! It knows the event's keys from INTERFACES only; it talks to nobody.

mod day;
mod dice;
mod goods;
mod payment;

use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use self::{day::Day, dice::Dice};

/// What `shop` is asked for.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// How many business days, the last one being the day of --end
    #[arg(long, default_value_t = 30)]
    days: u16,
    /// Which shop: the same number gives the same days
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Nothing happens after this time (RFC 3339); now if absent
    #[arg(long)]
    end: Option<String>,
    /// The shop's time zone
    #[arg(long, default_value = "Asia/Shanghai")]
    timezone: String,
    /// The `source` of every event
    #[arg(long, default_value = "pos-1")]
    source: String,
}

/// Prints the events in the order in which they happened.
///
/// # Errors
/// A time or zone that cannot be read, or a standard output that cannot be written.
pub fn run(args: Args) -> Result<()> {
    let zone = TimeZone::get(&args.timezone)
        .with_context(|| format!("looking up the time zone {} for --timezone", args.timezone))?;
    let end = match &args.end {
        Some(text) => text.parse::<Timestamp>().with_context(|| format!("reading --end {text} as RFC 3339"))?,
        None => Timestamp::now(),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    for event in events(args.seed, args.days, end, &zone, &args.source) {
        serde_json::to_writer(&mut out, &event).context("writing an event to standard output")?;
        out.write_all(b"\n").context("writing an event to standard output")?;
    }
    out.flush().context("writing the events to standard output")
}

/// The events of so many days up to `end`, oldest first.
fn events(seed: u64, days: u16, end: Timestamp, zone: &TimeZone, source: &str) -> Vec<serde_json::Value> {
    let last: Date = zone.to_datetime(end).date();
    (0..days)
        .rev()
        .filter_map(|back| last.checked_sub(i64::from(back).days()).ok())
        .flat_map(|date| {
            // every day has dice of its own, so that yesterday is the same whenever one asks
            let dice = Dice::new(seed ^ (date.year() as u64 * 10_000 + date.month() as u64 * 100 + date.day() as u64));
            Day::new(date, zone.clone(), source, dice).events()
        })
        .filter(|(at, _)| *at <= end)
        .map(|(_, event)| event)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn thirty_days(seed: u64) -> Vec<serde_json::Value> {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        events(seed, 30, "2026-11-20T23:00:00+08:00".parse().unwrap(), &zone, "pos-1")
    }

    #[test]
    fn the_same_seed_gives_the_same_days() {
        assert_eq!(thirty_days(7), thirty_days(7));
        assert_ne!(thirty_days(7), thirty_days(8));
    }

    #[test]
    fn a_month_holds_what_a_corner_shop_sees() {
        let month = thirty_days(7);
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for event in &month {
            for key in ["kind", "method", "status"] {
                *seen.entry(event[key].as_str().unwrap().to_owned()).or_default() += 1;
            }
            let items: u64 =
                event["items"].as_array().map_or(0, |list| list.iter().map(|i| i["amount"].as_u64().unwrap()).sum());
            assert!(items == 0 || items == event["amount"].as_u64().unwrap(), "goods add up to the amount: {event}");
        }
        assert!((1_500..6_000).contains(&month.len()), "{} events", month.len());
        for word in ["sale", "refund", "void", "wechat", "alipay", "card", "cash", "unionpay_qr", "declined", "unknown"]
        {
            assert!(seen.get(word).is_some_and(|n| *n > 0), "no {word} in {seen:?}");
        }
        assert!(seen["wechat"] > seen["card"]);
    }

    #[test]
    fn a_payment_whose_answer_got_lost_is_settled_the_same_day_under_its_own_id() {
        let month = thirty_days(3);
        let lost: Vec<&serde_json::Value> = month.iter().filter(|event| event["status"] == "unknown").collect();
        assert!(lost.len() > 20, "{}", lost.len());
        for sale in lost {
            let said: Vec<&str> = month
                .iter()
                .filter(|event| event["source_id"] == sale["source_id"])
                .map(|event| event["status"].as_str().unwrap())
                .collect();
            assert_eq!(said, ["unknown", "approved"], "{sale}");
        }
    }

    #[test]
    fn every_other_event_has_an_id_of_its_own() {
        let month = thirty_days(3);
        let first = month.iter().filter(|event| event["status"] != "unknown");
        let ids: Vec<&str> = first.map(|event| event["source_id"].as_str().unwrap()).collect();
        let different: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), different.len());
    }
}
