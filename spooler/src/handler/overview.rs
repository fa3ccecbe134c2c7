//! `overview`: what Home shows, in one answer and of one moment.

use model::{Moment, Status};
use protocol::{Overview, Problem, Questions, Total};

use super::printers;
use crate::house::{House, problem};

/// A slip is asked about for so long; later nobody remembers whether it lay there.
const ASKED_FOR_MS: i64 = 24 * 3600 * 1000;
/// So many questions are named.
const NAMED: usize = 5;

pub(super) fn answer(house: &House) -> Result<Overview, Problem> {
    let doing = |error| problem("reading the overview", &error);
    let calendar = house.calendar();
    let today = calendar.today();
    let reader = house.reader()?;
    let totals = reader.day_totals(today, today).map_err(doing)?;
    let totals = totals.into_iter().filter(|total| total.status == Status::Approved).map(|total| Total {
        kind: total.kind,
        method: total.method,
        currency: total.currency,
        count: total.count,
        amount: total.amount,
    });
    let now = calendar.moment(calendar.now);
    let since = Moment::new(now.unix_ms().saturating_sub(ASKED_FOR_MS), now.offset_minutes());
    let (count, newest) = reader.questions(since, NAMED).map_err(doing)?;
    Ok(Overview {
        shop: house.config.shop.name.as_str().to_owned(),
        day: today.to_string(),
        now,
        totals: totals.collect(),
        unprinted: reader.unprinted_count().map_err(doing)?,
        unknown: reader.unknown_count().map_err(doing)?,
        printers: printers::rows(house, &reader)?,
        questions: Questions { count, newest },
        sign_in: Some(house.sign_in.line(&reader).map_err(doing)?),
        change: reader.change().map_err(doing)?,
    })
}
