//! `receipt`: what would be printed, without printing it. Without a reprint's mark: that belongs to a paper.

use model::Status;
use protocol::{
    Problem, ProblemKind, Reason, Receipt,
    request::{Format, ReceiptOf},
};

use super::answer::bad_key;
use crate::house::{House, problem};

/// Columns of a view when there is no printer to take them from: 80 mm paper.
const COLUMNS: usize = 48;

pub(super) fn answer(house: &House, body: &ReceiptOf) -> Result<Receipt, Problem> {
    if body.width.is_some_and(|width| !(24..=64).contains(&width)) {
        return Err(bad_key("width", "width must be 24 to 64 columns"));
    }
    let doing = |error| problem("reading a receipt", &error);
    let reader = house.reader()?;
    let transaction =
        reader.transaction(body.id).map_err(doing)?.ok_or_else(|| super::answer::no_transaction(body.id))?;
    let copy = body.copy.unwrap_or(house.config.receipts.default_copy());
    let Some(document) = reader.document(body.id, copy).map_err(doing)? else {
        return Err(if transaction.status == Status::Approved {
            no_copy(copy)
        } else {
            no_receipt(transaction.status)
        });
    };
    Ok(match body.format {
        Format::Json => Receipt::Document(document),
        Format::Text => {
            let printer = house.config.receipt_printer().map_or(COLUMNS, |printer| printer.profile.columns);
            Receipt::Text { text: paper::text_view(&document, None, body.width.unwrap_or(printer)) }
        }
    })
}

fn no_copy(copy: model::Copy) -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        Reason::NoSuchCopy,
        "reading a receipt",
        format!("this receipt has no {copy} copy"),
        "ask for a copy that the shop prints",
    )
    .about(copy.word())
}

/// The problem of a transaction that was not approved.
pub(super) fn no_receipt(status: Status) -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        Reason::NoReceipt,
        "looking for a receipt",
        format!("the transaction is {status}, so there is no receipt"),
        "only approved transactions have receipts",
    )
    .about(status.word())
}
