//! `printers`: the devices as they are now.

use protocol::request::Nothing;

use super::{answers, rows};
use crate::{context::Context, failure::Failure, output::Output};

pub(super) async fn run(context: &Context, out: &mut Output) -> Result<u8, Failure> {
    let year = rows::this_year();
    answers::list(context, "printers", &Nothing {}, out, |raw| rows::printer(raw, year, context.language)).await
}
