//! One business day: when customers come, who is at the till, what goes wrong.

use std::collections::HashMap;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use serde_json::{Value, json};

use super::{dice::Dice, goods, payment};

/// Customers per hour from 7 to 22 on a weekday: breakfast, lunch, the way home.
const CUSTOMERS: [u64; 16] = [9, 12, 6, 4, 5, 10, 9, 4, 4, 5, 8, 12, 11, 7, 5, 3];

const TERMINAL: &str = "12345678";
const MERCHANT: &str = "898110012345678";

/// A day that is about to happen.
pub(super) struct Day<'a> {
    date: Date,
    zone: TimeZone,
    source: &'a str,
    dice: Dice,
}

/// Something that happened, before it has its numbers.
struct Happening {
    at: Timestamp,
    event: Value,
    /// The event's place among its day's as they were thought up, and that of the sale it is about.
    place: usize,
    about: Option<About>,
}

/// What a later event does to an earlier one.
enum About {
    Undoes(usize),
    /// the answer that was lost came after all: the same payment, with its final status
    Settles(usize),
}

impl<'a> Day<'a> {
    pub(super) fn new(date: Date, zone: TimeZone, source: &'a str, dice: Dice) -> Day<'a> {
        Day { date, zone, source, dice }
    }

    /// Everything that happens, in order.
    pub(super) fn events(mut self) -> Vec<(Timestamp, Value)> {
        let weekend = matches!(self.date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let mut times: Vec<(u64, u64)> = Vec::new();
        for (hour, customers) in (7..).zip(CUSTOMERS) {
            let customers = if weekend { customers * 5 / 4 } else { customers };
            let count = self.dice.number(customers * 3 / 4, customers * 5 / 4 + 1);
            times.extend((0..count).map(|_| (hour, self.dice.number(0, 3600))));
        }
        times.sort_unstable();
        // a payment whose answer got lost happens once a day, at the busiest time
        let lost = times.len() * 2 / 3;
        let mut day: Vec<Happening> = Vec::new();
        for (nth, (hour, second)) in times.into_iter().enumerate() {
            let Some(at) = self.at(hour, second) else { continue };
            let sale = self.sale(at, hour, nth == lost);
            let chance = if sale["method"] == "card" { 3 } else { 1 };
            let undone = sale["status"] == "approved" && sale["method"] != "cash" && self.dice.percent(chance);
            let place = day.len();
            let later = if undone {
                self.undoing(at, &sale).map(|(at, event)| (at, event, About::Undoes(place)))
            } else if sale["status"] == "unknown" {
                self.settling(at, &sale).map(|(at, event)| (at, event, About::Settles(place)))
            } else {
                None
            };
            day.push(Happening { at, event: sale, place, about: None });
            day.extend(later.map(|(at, event, about)| Happening { at, event, place: place + 1, about: Some(about) }));
        }
        day.sort_by_key(|happening| happening.at);
        self.numbered(day)
    }

    /// Gives the numbers as a till does, in the order of time: vouchers and orders start anew with each batch, which is
    /// a day here.
    fn numbered(&self, mut day: Vec<Happening>) -> Vec<(Timestamp, Value)> {
        let date = self.day();
        let mut first: HashMap<usize, Value> = HashMap::new();
        let mut serial = 0;
        for Happening { event, place, about, .. } in &mut day {
            if let Some(About::Settles(earlier)) = about {
                for key in ["source_id", "order", "voucher"] {
                    event[key] = first.get(earlier).map(|sale| sale[key].clone()).unwrap_or_default();
                }
                continue;
            }
            serial += 1;
            event["source_id"] = json!(format!("{date}-{serial:04}"));
            event["order"] = json!(format!("HM{date}{serial:04}"));
            if event.get("voucher").is_some() {
                event["voucher"] = json!(format!("{serial:06}"));
            }
            if let Some(About::Undoes(earlier)) = about {
                event["original"] = first.get(earlier).map(|sale| sale["source_id"].clone()).unwrap_or_default();
            }
            first.insert(*place, event.clone());
        }
        day.into_iter().map(|happening| (happening.at, happening.event)).collect()
    }

    fn at(&self, hour: u64, second: u64) -> Option<Timestamp> {
        let hour = i8::try_from(hour).ok()?;
        let start = self.date.at(hour, 0, 0, 0).to_zoned(self.zone.clone()).ok()?.timestamp();
        start.checked_add(i64::try_from(second).ok()?.seconds()).ok()
    }

    fn day(&self) -> String {
        format!("{:04}{:02}{:02}", self.date.year(), self.date.month(), self.date.day())
    }

    /// The keys that every event of this till has.
    fn head(&self, at: Timestamp, hour: u64) -> Value {
        let offset = self.zone.to_offset(at);
        json!({
            "source": self.source,
            "currency": "CNY",
            "time": at.display_with_offset(offset).to_string(),
            "operator": if hour < 15 { "01" } else { "02" },
        })
    }

    fn sale(&mut self, at: Timestamp, hour: u64, lost: bool) -> Value {
        let mut event = self.head(at, hour);
        let (items, amount) = goods::basket(&mut self.dice);
        for (key, value) in payment::keys(&mut self.dice, self.date, amount) {
            event[key] = value;
        }
        event["kind"] = json!("sale");
        event["amount"] = json!(amount);
        event["items"] = json!(items);
        let cash = event["method"] == "cash";
        let declined = !cash && self.dice.percent(2);
        let status = match (lost && !cash, declined) {
            (true, _) => "unknown",
            (_, true) => "declined",
            _ => "approved",
        };
        event["status"] = json!(status);
        if !cash {
            self.through_the_terminal(&mut event, status);
        }
        if self.dice.percent(1) {
            event["note"] = json!(self.dice.one_of(&["顾客自带杯", "积分已兑", "需开发票：抬头个人", "加热"], "加热"));
        }
        event
    }

    /// What the payment terminal adds.
    fn through_the_terminal(&mut self, event: &mut Value, status: &str) {
        event["terminal_id"] = json!(TERMINAL);
        event["merchant_id"] = json!(MERCHANT);
        event["acquirer"] = json!("示例收单");
        event["voucher"] = json!("");
        event["batch"] = json!(format!("{:06}", self.date.day_of_year()));
        match status {
            "approved" => {
                event["reference"] = json!(self.dice.digits(12));
                event["response_code"] = json!("00");
            }
            "declined" => event["response_code"] = json!(self.dice.one_of(&["51", "55", "61", "91"], "51")),
            _ => {}
        }
    }

    /// The cashier queries a payment whose answer got lost, and it was approved.
    fn settling(&mut self, asked_at: Timestamp, sale: &Value) -> Option<(Timestamp, Value)> {
        let at = asked_at.checked_add(i64::try_from(self.dice.number(180, 900)).ok()?.seconds()).ok()?;
        let mut event = sale.clone();
        event["status"] = json!("approved");
        self.through_the_terminal(&mut event, "approved");
        Some((at, event))
    }

    /// A refund or void some minutes later, which the same till records.
    fn undoing(&mut self, sold_at: Timestamp, sale: &Value) -> Option<(Timestamp, Value)> {
        let at = sold_at.checked_add(i64::try_from(self.dice.number(120, 1800)).ok()?.seconds()).ok()?;
        let mut event = self.head(at, u64::try_from(self.zone.to_datetime(at).hour()).ok()?);
        for key in ["method", "card", "card_kind", "issuer", "entry_mode", "trade", "amount"] {
            if let Some(value) = sale.get(key) {
                event[key] = value.clone();
            }
        }
        event["kind"] = json!(if sale["method"] == "card" { "void" } else { "refund" });
        event["status"] = json!("approved");
        self.through_the_terminal(&mut event, "approved");
        Some((at, event))
    }
}
