//! `demo --check`: records, prints, compares the paper, reprints, searches and signs in once; the summary says what held.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use model::{Fen, Job, JobState, SignInAnswer, SignInOutcome, TransactionId};
use protocol::{
    Client, Page, Recorded, TransactionRow,
    request::{Nothing, ReceiptOf, Reprint, Show, Transactions},
};
use serde::{Deserialize, Serialize};

use super::{events, start::Demo};
use crate::{failure::Failure, output::Output};

/// How long everything may take together.
const PATIENCE: Duration = Duration::from_secs(18);

/// The last line on standard output.
#[derive(Debug, Default, Serialize)]
struct Summary {
    ok: bool,
    recorded: usize,
    printed: usize,
    reprinted: usize,
    confirmed: usize,
    /// The terminal signed in at the acquirer.
    signed_in: bool,
    /// The sale was found by its card's last four digits.
    found: bool,
    /// Sheets that came out, and how many of them say what they have to say.
    sheets: usize,
    matching: usize,
    ms: u128,
}

/// What a sheet has to say.
struct Expected {
    id: TransactionId,
    amount: String,
    voucher: String,
}

/// Checks a running demo; 0 if all of it was confirmed.
pub(super) async fn run(demo: &Demo, begun: Instant, out: &mut Output) -> Result<u8, Failure> {
    let mut client = demo.connect().await?;
    let before = sheets(&demo.paper());
    let mut summary = Summary::default();
    let mut expected = Vec::new();
    for event in events::checked() {
        let recorded: Recorded = client.call("record", &event).await?;
        summary.recorded += 1;
        expected.push(Expected {
            id: recorded.id,
            amount: event["amount"].as_u64().and_then(Fen::new).unwrap_or_default().to_string(),
            voucher: event["voucher"].as_str().unwrap_or_default().to_owned(),
        });
    }
    for sale in &expected {
        let jobs = printed(&mut client, sale.id, begun).await?;
        summary.printed += jobs.len();
        summary.confirmed += confirmed(&jobs);
    }
    let now = fresh(&before, sheets(&demo.paper()));
    for sale in &expected {
        let receipt = receipt(&mut client, sale.id).await?;
        let says = |text: &str| text.contains(&sale.amount) && text.contains(&sale.voucher);
        summary.matching += usize::from(says(&receipt) && now.values().any(|sheet| says(sheet)));
    }

    if let Some(sale) = expected.first() {
        let left = PATIENCE.saturating_sub(begun.elapsed()).as_secs().clamp(1, 10);
        let body = Reprint { id: Some(sale.id), wait: Some(left), ..Reprint::default() };
        let job: Job = client.call("reprint", &body).await?;
        summary.reprinted = 1;
        summary.confirmed += usize::from(job.state == JobState::Confirmed);
        let after = fresh(&before, sheets(&demo.paper()));
        let marks = [format!("第{}次", job.reprint_number), format!("No.{}", job.reprint_number)];
        let says = |text: &String| {
            let marked = text.contains("重打印") || text.contains("DUPLICATED");
            marked && text.contains(&sale.voucher) && marks.iter().any(|mark| text.contains(mark.as_str()))
        };
        let marked = after.iter().filter(|(name, _)| !now.contains_key(*name)).any(|(_, text)| says(text));
        summary.matching += usize::from(job.reprint_number == 1 && marked);
        summary.sheets = after.len();
        summary.found = found(&mut client, sale.id).await?;
    }

    let sign_in: SignInAnswer = client.call("sign_in", &Nothing {}).await?;
    summary.signed_in = sign_in.outcome == SignInOutcome::SignedIn;

    let papers = summary.printed + summary.reprinted;
    summary.ok = summary.found
        && summary.signed_in
        && summary.printed == expected.len()
        && [summary.confirmed, summary.sheets, summary.matching].iter().all(|count| *count == papers);
    summary.ms = begun.elapsed().as_millis();
    let line = serde_json::to_string(&summary).map_err(|e| Failure::Failed(format!("writing the summary: {e}")))?;
    out.line(&line)?;
    Ok(u8::from(!summary.ok))
}

/// The jobs of a sale, once they have ended or the time is over.
async fn printed(client: &mut Client, id: TransactionId, begun: Instant) -> Result<Vec<Job>, Failure> {
    loop {
        let row: TransactionRow = client.call("show", &Show { id }).await?;
        let jobs = row.print_history.unwrap_or_default();
        if jobs.iter().all(|job| job.state.ended()) || begun.elapsed() > PATIENCE {
            return Ok(jobs);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn confirmed(jobs: &[Job]) -> usize {
    jobs.iter().filter(|job| job.state == JobState::Confirmed).count()
}

/// The receipt as it would be printed, without its blanks.
async fn receipt(client: &mut Client, id: TransactionId) -> Result<String, Failure> {
    #[derive(Deserialize)]
    struct Text {
        text: String,
    }
    let body = ReceiptOf { id, copy: None, width: None, format: protocol::request::Format::Text };
    Ok(bare(&client.call::<Text>("receipt", &body).await?.text))
}

/// Whether the sale is among those with its card's last four digits.
async fn found(client: &mut Client, id: TransactionId) -> Result<bool, Failure> {
    let row: TransactionRow = client.call("show", &Show { id }).await?;
    let last_four = row.transaction.card.as_ref().map(|card| card.last_four().to_owned());
    let page: Page<TransactionRow> =
        client.call("transactions", &Transactions { search: last_four, ..Transactions::default() }).await?;
    Ok(page.rows.iter().any(|row| row.transaction.id == id))
}

/// The sheets in a folder, by name, without their blanks: large print puts some between letters.
fn sheets(folder: &Path) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .filter_map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            let text = name.ends_with(".txt").then(|| std::fs::read_to_string(file.path()).ok())??;
            Some((name, bare(&text)))
        })
        .collect()
}

fn fresh(before: &BTreeMap<String, String>, now: BTreeMap<String, String>) -> BTreeMap<String, String> {
    now.into_iter().filter(|(name, _)| !before.contains_key(name)).collect()
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
