//! `status`: the daemon itself.

use protocol::{Status, request::Nothing};

use super::{answers, rows::field};
use crate::{
    context::Context,
    failure::Failure,
    output::Output,
    wording::verbs::{self, Text},
};

pub(super) async fn run(context: &Context, out: &mut Output) -> Result<u8, Failure> {
    let language = context.language;
    let mut client = context.connect().await?;
    answers::object(context, &mut client, "status", &Nothing {}, out, |status: &Status| {
        vec![
            field(Text::Version, &status.version, language),
            field(Text::Uptime, verbs::span(status.uptime_s, language), language),
            field(Text::Change, status.change.0.to_string(), language),
            field(Text::StoreSize, size(status.store_bytes), language),
            field(Text::Memory, size(status.rss_bytes), language),
        ]
    })
    .await?;
    Ok(0)
}

/// Bytes in the unit that leaves one decimal.
fn size(bytes: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", tenths(1024)),
        1_048_576..1_073_741_824 => format!("{} MiB", tenths(1_048_576)),
        _ => format!("{} GiB", tenths(1_073_741_824)),
    }
}
