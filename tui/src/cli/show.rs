//! `show`: a transaction with its print history.

use model::{Language, TransactionId};
use protocol::{Problem, ProblemKind, Reason, TransactionRow, request};

use super::{
    answers,
    rows::{self, field},
    table::Cell,
};
use crate::{
    context::Context,
    failure::Failure,
    output::Output,
    wording::{
        codes,
        verbs::{self, Text},
    },
};

pub(super) async fn run(context: &Context, id: &str, out: &mut Output) -> Result<u8, Failure> {
    let body = request::Show { id: transaction_id(id)? };
    let mut client = context.connect().await?;
    answers::object(context, &mut client, "show", &body, out, |row| fields(row, context.language)).await?;
    Ok(0)
}

/// What is typed as a transaction's id. Text that can be no id belongs to no transaction.
pub(super) fn transaction_id(text: &str) -> Result<TransactionId, Failure> {
    TransactionId::parse(text).ok_or_else(|| {
        let message = "no transaction has this id";
        let next = "find it with counterfoil transactions --search";
        let reason = Reason::NoSuchTransaction;
        let problem = Problem::new(ProblemKind::NotFound, reason, "looking up the transaction", message, next);
        Failure::Refused(Box::new(problem.about(model::SafeText::new(text).as_str())))
    })
}

fn fields(row: &TransactionRow, language: Language) -> Vec<Vec<Cell>> {
    let t = &row.transaction;
    let mut out = vec![
        field(Text::Id, t.id.to_string(), language),
        field(Text::Time, rows::clock(rows::paid(t)), language),
        field(Text::Kind, codes::kind(t.kind, language), language),
        field(Text::Method, codes::method(t.method, language), language),
        field(Text::Amount, format!("{}{}", t.currency.sign(), t.amount), language),
        vec![
            Cell::new(verbs::text(Text::Status, language)),
            Cell::new(codes::status(t.status, language)).toned(rows::status_tone(t.status)),
        ],
    ];
    let optional = [
        (Text::Card, t.card.as_ref().map(model::MaskedCard::shown)),
        (Text::CardKind, t.card_kind.map(|kind| codes::card_kind(kind, language).to_owned())),
        (Text::Issuer, t.issuer.as_ref().map(ToString::to_string)),
        (Text::EntryMode, t.entry_mode.map(|mode| codes::entry_mode(mode, language).to_owned())),
        (Text::Voucher, t.voucher.clone()),
        (Text::Batch, t.batch.clone()),
        (Text::Reference, t.reference.clone()),
        (Text::Authorization, t.authorization.clone()),
        (Text::ResponseCode, t.response_code.clone()),
        (Text::Order, t.order.clone()),
        (Text::Trade, t.trade.clone()),
        (Text::TerminalId, t.terminal_id.clone()),
        (Text::MerchantId, t.merchant_id.clone()),
        (Text::Acquirer, t.acquirer.as_ref().map(ToString::to_string)),
        (Text::Operator, t.operator.clone()),
        (Text::Original, t.original.clone()),
        (Text::Note, t.note.as_ref().map(ToString::to_string)),
    ];
    out.extend(optional.into_iter().filter_map(|(label, value)| Some(field(label, value?, language))));
    out.push(field(Text::Source, format!("{} {}", t.source, t.source_id), language));
    out.push(field(Text::RecordedAt, rows::clock(t.recorded_at), language));
    let prints = match row.unprinted {
        true => format!("{} ({})", row.prints, verbs::text(Text::Unprinted, language)),
        false => row.prints.to_string(),
    };
    out.push(field(Text::Prints, prints, language));
    for (nth, item) in t.items.iter().enumerate() {
        let label = if nth == 0 { verbs::text(Text::Items, language) } else { "" };
        out.push(vec![Cell::new(label), Cell::new(format!("{}  x{}  {}", item.name, item.quantity, item.amount))]);
    }
    for (nth, job) in row.print_history.iter().flatten().enumerate() {
        let label = if nth == 0 { verbs::text(Text::PrintHistory, language) } else { "" };
        let mut line = vec![Cell::new(label)];
        line.push(Cell::new(rows::job_line(job, language)).toned(rows::job_tone(job.state)));
        out.push(line);
        let evidence = job.evidence.iter().map(|piece| rows::evidence(piece, language));
        out.extend(evidence.map(|text| vec![Cell::new(""), Cell::new(format!("  {text}"))]));
    }
    out
}
