//! `drawer open`: one pulse, which is a job that is never repeated.

use clap::Subcommand;
use protocol::request::DrawerOpen;
use serde_json::value::RawValue;

use super::job;
use crate::{context::Context, failure::Failure, output::Output};

/// What is asked of the drawer.
#[derive(Debug, Subcommand)]
pub(crate) enum DrawerVerb {
    /// Sends one pulse
    Open {
        /// Whose drawer; that of the receipts' own printer if absent
        #[arg(long, value_name = "P")]
        printer: Option<String>,
        /// Wait until it was sent, at most so many seconds; 30 without a number
        #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "30")]
        wait: Option<u64>,
    },
}

pub(super) async fn run(context: &Context, verb: DrawerVerb, out: &mut Output) -> Result<u8, Failure> {
    let DrawerVerb::Open { printer, wait } = verb;
    let mut client = context.connect().await?;
    let raw: Box<RawValue> = client.call("drawer_open", &DrawerOpen { printer, wait }).await.map_err(Failure::sent)?;
    job::made(context, &raw, wait.is_some(), out)
}
