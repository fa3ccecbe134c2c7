//! `transactions`: newest first, or what a search finds.

use protocol::request;

use super::{answers, rows};
use crate::{context::Context, failure::Failure, output::Output};

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Arguments {
    /// Words combined with AND: digits, 88.5, >100, wx, unprinted, today, 11-20, op:02, a product's name or
    /// pinyin initials
    #[arg(long, value_name = "Q")]
    search: Option<String>,
    /// How many; 50 if absent, at most 500
    #[arg(long)]
    limit: Option<usize>,
    /// Where the list before ended
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

pub(super) async fn run(context: &Context, arguments: Arguments, out: &mut Output) -> Result<u8, Failure> {
    let Arguments { search, limit, after } = arguments;
    let body = request::Transactions { search, limit, after };
    let year = rows::this_year();
    answers::list(context, "transactions", &body, out, |raw| rows::transaction(raw, year, context.language)).await
}
