//! `printers`: the devices as they are now.

use protocol::request::Nothing;

use super::{answers, rows};
use crate::{context::Context, failure::Failure, output::Output};

pub(super) async fn run(context: &Context, out: &mut Output) -> Result<u8, Failure> {
    answers::list(context, "printers", &Nothing {}, out, |raw| rows::printer(raw, context.language)).await
}
