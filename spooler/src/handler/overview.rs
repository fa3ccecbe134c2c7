//! `overview`: what Home shows, in one answer and of one moment.

use model::Status;
use protocol::{Overview, Problem, Total};

use super::printers;
use crate::house::{House, problem};

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
        amount: total.fen(),
    });
    Ok(Overview {
        shop: house.config.shop.name.as_str().to_owned(),
        day: today.to_string(),
        now: calendar.moment(calendar.now),
        totals: totals.collect(),
        unprinted: reader.unprinted_count().map_err(doing)?,
        unknown: reader.unknown_count().map_err(doing)?,
        printers: printers::rows(house, &reader)?,
        change: reader.change().map_err(doing)?,
    })
}
