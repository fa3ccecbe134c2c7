//! What the words of a search mean, said back: a word that was understood otherwise than meant is seen at once.

use jiff::{Timestamp, civil::Time, tz};
use model::{
    Fen, Language,
    search::{Calendar, Query, Term},
};

use crate::{
    console::{desk::Desk, value},
    wording::{codes, text::Text},
};

/// `[微信] [11-20] [>100.00]`; empty without words.
pub(super) fn chips(words: &str, desk: &Desk) -> String {
    let Some(calendar) = calendar(desk) else { return String::new() };
    let language = desk.language;
    let said: Vec<String> = Query::parse(words, &calendar)
        .terms
        .iter()
        .map(|term| format!("[{}]", say(term, &calendar, language)))
        .collect();
    said.join(" ")
}

/// The words that are looked for in the names of what was bought.
pub(super) fn products(words: &str, desk: &Desk) -> Vec<String> {
    let terms = calendar(desk).map(|calendar| Query::parse(words, &calendar).terms).unwrap_or_default();
    let name = |term| if let Term::Product(name) = term { Some(name) } else { None };
    terms.into_iter().filter_map(name).collect()
}

/// The shop's zone now; its business day is the daemon's business, a chip says the calendar's.
fn calendar(desk: &Desk) -> Option<Calendar> {
    let now = desk.now?;
    let offset = tz::Offset::from_seconds(i32::from(now.offset_minutes()) * 60).ok()?;
    let instant = Timestamp::from_millisecond(now.unix_ms()).ok()?;
    Some(Calendar { zone: tz::TimeZone::fixed(offset), day_starts: Time::midnight(), now: instant })
}

fn say(term: &Term, calendar: &Calendar, language: Language) -> String {
    match term {
        Term::Number { text, amount: Some(amount) } => {
            let amount = value::amount(*amount);
            Text::ChipNumber { text, amount: &amount }.say(language).into_owned()
        }
        Term::Number { text, amount: None } => text.clone(),
        Term::Amount(amount) => format!("¥{}", value::amount(*amount)),
        Term::Amounts { from, to } if *to == Fen::MAX => format!(">={}", value::amount(*from)),
        Term::Amounts { from, to } if *from == Fen::ZERO => format!("<={}", value::amount(*to)),
        Term::Amounts { from, to } => format!("{}..{}", value::amount(*from), value::amount(*to)),
        Term::Method(methods) => {
            methods.iter().map(|method| codes::method(*method, language)).collect::<Vec<_>>().join("/")
        }
        Term::Kind(kinds) => kinds.first().map_or("", |kind| codes::kind(*kind, language)).to_owned(),
        Term::Status(status) => codes::status(*status, language).to_owned(),
        Term::Unprinted => Text::NotOut.say(language).into_owned(),
        Term::Product(name) => Text::ChipProduct(name).say(language).into_owned(),
        Term::Operator(id) => format!("{} {id}", Text::LabelOperator.say(language)),
        Term::Between { from_ms, to_ms } => {
            let day = |ms: i64| {
                let date = Timestamp::from_millisecond(ms).ok().map(|at| calendar.business_day(at));
                let this_year = calendar.today().year();
                date.map_or_else(String::new, |date| match date.year() == this_year {
                    true => format!("{:02}-{:02}", date.month(), date.day()),
                    false => date.to_string(),
                })
            };
            let (first, last) = (day(*from_ms), day(to_ms.saturating_sub(1)));
            if first == last { first } else { format!("{first}..{last}") }
        }
    }
}
