//! `transactions`: newest first, or what a search finds.

use model::{Query, search::MOST_WORDS};
use protocol::{Page, Problem, TransactionRow, request::Transactions};

use super::{
    answer::{bad_key, fitting, json, limit},
    show,
};
use crate::house::{House, problem};

pub(super) fn answer(house: &House, body: &Transactions) -> Result<String, Problem> {
    let limit = limit(body.limit)?;
    let words = body.search.as_deref().unwrap_or_default();
    if words.split_whitespace().count() > MOST_WORDS {
        return Err(bad_key("search", &format!("search must have at most {MOST_WORDS} words")));
    }
    let query = Query::parse(words, &house.calendar());
    let searched = !query.terms.is_empty();
    fitting(limit, |limit| json(&page(house, &query, searched, body.after.as_deref(), limit)?))
}

fn page(
    house: &House,
    query: &Query,
    searched: bool,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<TransactionRow>, Problem> {
    let doing = |error| problem("searching transactions", &error);
    let reader = house.reader()?;
    let page = reader.search(query, after, limit).map_err(doing)?;
    let mut rows = Vec::with_capacity(page.rows.len());
    for hit in page.rows {
        rows.push(TransactionRow {
            prints: hit.prints,
            unprinted: show::unprinted(&reader, hit.transaction.id).map_err(doing)?,
            found_by: searched.then_some(hit.found_by),
            transaction: hit.transaction,
            print_history: None,
            reprint_needs_approval: None,
        });
    }
    // times that we make are in the shop's zone
    let zone = house.calendar();
    let searched_to = page
        .searched_to
        .map(|at| jiff::Timestamp::from_millisecond(at.unix_ms()).map_or(at, |instant| zone.moment(instant)));
    Ok(Page { rows, next: page.next, searched_to })
}
