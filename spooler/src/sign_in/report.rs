//! The papers of a batch as jobs: worded by `paper`, kept, and printed through the queue like everything else.

use model::{BatchTotals, Caller, Document, JobKind, Language, SafeText, SettleAnswer, Transaction, audit::Anchor};
use paper::{Letterhead, ReportHead};
use protocol::request::Paper;
use store::{NewJob, OpenBatch, SettledBatches, SignInRow, StoreError};

use super::setup::Setup;
use crate::house::{House, letterhead};

/// 结算总计单, as far as it is known before its commit: only there the anchor code is.
pub(super) struct Settlement {
    shop: Letterhead,
    head: ReportHead,
    ours: BatchTotals,
    host: Option<BatchTotals>,
    /// Transactions whose outcome was not known.
    unknown: u32,
    language: Language,
}

impl Settlement {
    pub(super) fn of(house: &House, setup: &Setup, answer: &SettleAnswer, unknown: u32, caller: &Caller) -> Settlement {
        Settlement {
            shop: letterhead(&house.config),
            head: head(setup, answer.batch.clone(), caller, answer.at),
            ours: answer.ours,
            host: answer.host,
            unknown,
            language: house.config.shop.language,
        }
    }

    /// With the anchor code of the trail.
    pub(super) fn document(&self, anchor: &Anchor) -> Document {
        let Settlement { shop, head, ours, host, unknown, language } = self;
        paper::settlement_report(shop, head, ours, host.as_ref(), *unknown, anchor, *language)
    }
}

/// The paper that was asked for; `None`: nothing was settled yet.
///
/// # Errors
/// When the store can't be read.
pub(crate) fn asked(
    house: &House,
    setup: &Setup,
    what: Paper,
    caller: &Caller,
) -> Result<Option<Document>, StoreError> {
    let reader = house.store.reader()?;
    if what == Paper::Settlement {
        return Ok(reader.report(&setup.terminal_id)?.map(paper::settlement_again));
    }
    let row: SignInRow = reader.sign_in(&setup.terminal_id)?;
    match row.settled.last() {
        // nothing new yet: what is wanted after a settlement is the list of what was settled
        Some((batch, up_to)) if house.sign_in.open(house, &row)?.count == 0 => {
            settled(house, setup, (batch, up_to), row.settled.pending(), what, caller).map(Some)
        }
        _ => listed(house, setup, &row, what, caller).map(Some),
    }
}

/// The batch that was settled last: what was in it then.
fn settled(
    house: &House,
    setup: &Setup,
    (batch, up_to): (u32, u64),
    pending: &[u64],
    what: Paper,
    caller: &Caller,
) -> Result<Document, StoreError> {
    let reader = house.store.reader()?;
    let mut whole = OpenBatch::new(&setup.terminal_id, batch, &SettledBatches::default());
    whole.refresh(&reader)?;
    let ids = whole.ids().into_iter().filter(|id| id.0 <= up_to && !pending.contains(&id.0));
    let rows: Vec<Transaction> = ids.filter_map(|id| reader.transaction(id).transpose()).collect::<Result<_, _>>()?;
    let mut totals = BatchTotals::default();
    rows.iter().for_each(|row| totals.add(row.kind, row.card_kind, row.amount));
    let head = head(setup, Some(format!("{batch:06}")), caller, house.now());
    Ok(paper::of_settled(list(house, &head, &rows, &totals, what)))
}

fn list(house: &House, head: &ReportHead, rows: &[Transaction], totals: &BatchTotals, what: Paper) -> Document {
    let (shop, language) = (letterhead(&house.config), house.config.shop.language);
    match what {
        Paper::Summary => paper::summary(&shop, head, rows, totals, language),
        _ => paper::detail_list(&shop, head, rows, totals, language),
    }
}

/// The batch that the row says is the current one, one by one or in sums.
///
/// # Errors
/// When the store can't be read.
pub(super) fn listed(
    house: &House,
    setup: &Setup,
    row: &SignInRow,
    what: Paper,
    caller: &Caller,
) -> Result<Document, StoreError> {
    let reader = house.store.reader()?;
    let (ids, totals) = house.sign_in.with_batch(house, row, |open| (open.ids(), open.totals()))?;
    let found = ids.into_iter().filter_map(|id| reader.transaction(id).transpose());
    let rows: Vec<Transaction> = found.collect::<Result<_, _>>()?;
    let head = head(setup, row.batch.map(|batch| format!("{batch:06}")), caller, house.now());
    Ok(list(house, &head, &rows, &totals, what))
}

fn head(setup: &Setup, batch: Option<String>, caller: &Caller, at: model::Moment) -> ReportHead {
    ReportHead {
        terminal_id: setup.terminal_id.clone(),
        merchant_id: setup.merchant_id.clone(),
        acquirer: setup.name.as_deref().map(SafeText::new),
        batch,
        operator: caller.operator.clone(),
        at,
    }
}

/// The job that prints a report.
pub(crate) fn job(printer: String, document: Document, caller: &Caller) -> NewJob {
    NewJob {
        kind: JobKind::Report,
        printer,
        document: Some(document),
        operator: caller.operator.clone(),
        approver: caller.approver.clone(),
        reason: None,
    }
}
