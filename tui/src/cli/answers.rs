//! Answers as they came: pages of untouched rows, so that keys of a newer daemon survive `--json`.

use protocol::Client;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::table;
use crate::{
    context::Context,
    failure::Failure,
    output::Output,
    wording::verbs::{self, Text},
};

/// A page whose rows nobody has read yet.
#[derive(Debug, Deserialize)]
pub(crate) struct RawPage {
    pub(crate) rows: Vec<Box<RawValue>>,
    #[serde(default)]
    pub(crate) next: Option<String>,
    #[serde(default)]
    pub(crate) searched_to: Option<String>,
}

/// Asks for a list and prints it: a line per row, then where it goes on.
pub(crate) async fn list(
    context: &Context,
    verb: &str,
    body: &impl Serialize,
    out: &mut Output,
    row: impl Fn(&RawValue) -> Option<Vec<table::Cell>>,
) -> Result<u8, Failure> {
    let mut client = context.connect().await?;
    let page: RawPage = client.call(verb, body).await?;
    print(context, &page, out, row)?;
    Ok(0)
}

/// Prints a page; rows that this version cannot read are printed as they came.
pub(crate) fn print(
    context: &Context,
    page: &RawPage,
    out: &mut Output,
    row: impl Fn(&RawValue) -> Option<Vec<table::Cell>>,
) -> Result<(), Failure> {
    if context.json {
        for row in &page.rows {
            out.raw_json(row.get())?;
        }
        if let Some(next) = &page.next {
            out.raw_json(&serde_json::json!({ "next": next, "searched_to": page.searched_to }).to_string())?;
        }
        return out.flush();
    }
    let cells: Vec<Vec<table::Cell>> =
        page.rows.iter().map(|raw| row(raw).unwrap_or_else(|| vec![table::Cell::new(raw.get())])).collect();
    for line in table::lines(&cells, context.color) {
        out.raw(&line)?;
    }
    out.flush()?;
    let note = |text: &str| context.note(text);
    if page.rows.is_empty() && page.next.is_none() {
        note(verbs::text(Text::NothingThere, context.language));
    }
    if let Some(next) = &page.next {
        note(&format!("{} --after {next}", verbs::text(Text::MoreWith, context.language)));
        if let Some(time) = &page.searched_to {
            note(&format!("{} {time}", verbs::text(Text::SearchedTo, context.language)));
        }
    }
    Ok(())
}

/// Asks for one object and prints it as it came, or in words.
pub(crate) async fn object<T: serde::de::DeserializeOwned>(
    context: &Context,
    client: &mut Client,
    verb: &str,
    body: &impl Serialize,
    out: &mut Output,
    rows: impl Fn(&T) -> Vec<Vec<table::Cell>>,
) -> Result<(), Failure> {
    let raw: Box<RawValue> = client.call(verb, body).await?;
    show(context, &raw, out, rows)
}

/// Prints one object.
pub(crate) fn show<T: serde::de::DeserializeOwned>(
    context: &Context,
    raw: &RawValue,
    out: &mut Output,
    rows: impl Fn(&T) -> Vec<Vec<table::Cell>>,
) -> Result<(), Failure> {
    match serde_json::from_str::<T>(raw.get()) {
        Ok(value) if !context.json => {
            for line in table::lines(&rows(&value), context.color) {
                out.raw(&line)?;
            }
            out.flush()
        }
        _ => out.line(raw.get()),
    }
}
