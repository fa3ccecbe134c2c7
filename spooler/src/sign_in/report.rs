//! The papers of a batch as jobs: worded by `paper`, kept, and printed through the queue like everything else.

use model::{Caller, Document, JobKind, SafeText, SettleAnswer, Transaction};
use paper::ReportHead;
use protocol::request::Paper;
use store::{NewJob, SignInRow, StoreError};

use super::setup::Setup;
use crate::house::{House, letterhead};

/// 结算总计单
pub(super) fn settlement(house: &House, setup: &Setup, answer: &SettleAnswer, caller: &Caller) -> Document {
    let head = head(setup, answer.batch.clone(), caller, answer.at);
    let shop = letterhead(&house.config);
    paper::settlement_report(&shop, &head, &answer.ours, answer.host.as_ref(), house.config.shop.language)
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
        return reader.report(&setup.terminal_id);
    }
    let row: SignInRow = reader.sign_in(&setup.terminal_id)?;
    let (ids, totals) = house.sign_in.with_batch(house, &row, |open| (open.ids(), open.totals()))?;
    let found = ids.into_iter().filter_map(|id| reader.transaction(id).transpose());
    let rows: Vec<Transaction> = found.collect::<Result<_, _>>()?;
    let head = head(setup, row.batch.map(|batch| format!("{batch:06}")), caller, house.now());
    let (shop, language) = (letterhead(&house.config), house.config.shop.language);
    Ok(Some(match what {
        Paper::Summary => paper::summary(&shop, &head, &rows, &totals, language),
        _ => paper::detail_list(&shop, &head, &rows, &totals, language),
    }))
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
