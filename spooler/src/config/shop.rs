//! `[shop]`: what stands on every slip, the language, the zone and the business day.

use std::path::PathBuf;

use jiff::{civil::Time, tz::TimeZone};
use model::{Language, SafeText};

use super::document::{At, Faults, Section};

/// The shop.
#[derive(Debug, Clone)]
pub struct Shop {
    pub name: SafeText,
    pub address: Option<SafeText>,
    pub phone: Option<SafeText>,
    pub language: Language,
    pub zone: TimeZone,
    /// When the business day starts, 营业日.
    pub day_starts: Time,
    /// Last lines of a slip.
    pub remark: Option<SafeText>,
}

const LONGEST: usize = 500;

impl Shop {
    /// The shop, and its logo (店标), a PNG at the top of every slip, which is looked for even if the rest is wrong.
    pub(super) fn read(mut section: Section<'_>, faults: &mut Faults) -> (Option<Shop>, Option<At<PathBuf>>) {
        if !section.has("name") {
            section.missing("name", "is required: the shop's name stands at the top of every receipt", faults);
        }
        let text = |section: &mut Section<'_>, key: &str, faults: &mut Faults| {
            let text = section.filled(key, faults)?;
            let safe = SafeText::new(text.value.trim());
            if safe.is_empty() || safe.chars().count() > LONGEST {
                faults.add(text.at, text.key, format!("must be 1 to {LONGEST} characters that can be printed"));
                return None;
            }
            Some(safe)
        };
        let name = text(&mut section, "name", faults);
        let address = text(&mut section, "address", faults);
        let phone = text(&mut section, "phone", faults);
        let remark = text(&mut section, "remark", faults);
        let logo = section.placed_path("logo", faults);
        let language = section.word("lang", &[("zh", Language::Zh), ("en", Language::En)], faults);
        let zone = zone(&mut section, faults);
        let day_starts = day_starts(&mut section, faults);
        section.finish(faults);
        let language = language.unwrap_or(Language::Zh);
        (name.map(|name| Shop { name, address, phone, language, zone, day_starts, remark }), logo)
    }
}

fn zone(section: &mut Section<'_>, faults: &mut Faults) -> TimeZone {
    let Some(text) = section.text("timezone", faults) else { return TimeZone::system() };
    TimeZone::get(&text.value).unwrap_or_else(|_| {
        faults.add(text.at, text.key, "is no time zone of this system: write it as Asia/Shanghai");
        TimeZone::UTC
    })
}

fn day_starts(section: &mut Section<'_>, faults: &mut Faults) -> Time {
    let Some(text) = section.text("day_starts", faults) else { return Time::midnight() };
    let two = |digits: &str| (digits.len() == 2).then(|| digits.parse::<i8>().ok())?;
    let time = text.value.split_once(':').and_then(|(h, m)| Time::new(two(h)?, two(m)?, 0, 0).ok());
    time.unwrap_or_else(|| {
        faults.add(text.at, text.key, "must be a time of day such as \"05:00\"");
        Time::midnight()
    })
}
