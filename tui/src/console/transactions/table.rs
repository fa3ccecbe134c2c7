//! The table of transactions: which columns, how wide, what stands in them. Amounts are never cut.

use model::{Language, Status, pinyin};
use protocol::TransactionRow;
use ratatui::layout::Rect;

use crate::{
    console::{canvas::Canvas, desk::Desk, list::List, text::width, theme::Role, value},
    wording::{codes, text::Text},
};

/// On a narrower screen the name of what was bought takes the place of voucher and card.
const ROOM_FOR_ALL: u16 = 100;
/// The widest name of what was bought; the rest of it is on the slip.
const WIDEST_NAME: u16 = 28;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Time,
    Kind,
    Amount,
    Method,
    Status,
    Voucher,
    Card,
    Printed,
    FoundBy,
    Reference,
    Operator,
    Order,
}

use Column::{Amount, Card, FoundBy, Kind, Method, Operator, Order, Printed, Reference, Time, Voucher};

const COLUMNS: [Column; 12] =
    [Time, Kind, Amount, Method, Column::Status, Voucher, Card, Printed, FoundBy, Reference, Operator, Order];

impl Column {
    fn head(self) -> Text<'static> {
        match self {
            Time => Text::HeadTime,
            Kind => Text::HeadKind,
            Amount => Text::HeadAmount,
            Method => Text::HeadMethod,
            Column::Status => Text::HeadStatus,
            Voucher => Text::HeadVoucher,
            Card => Text::HeadCard,
            Printed => Text::HeadPrinted,
            FoundBy => Text::HeadFoundBy,
            Reference => Text::HeadReference,
            Operator => Text::HeadOperator,
            Order => Text::HeadOrder,
        }
    }

    fn width(self, language: Language) -> u16 {
        match (self, language) {
            (Time, _) => 11,
            (Kind, Language::Zh) => 8,
            (Kind, Language::En) => 9,
            (Amount, _) => 11,
            (Method, Language::Zh) => 10,
            (Method, Language::En) => 8,
            (Column::Status, _) => 8,
            (Voucher, _) => 6,
            (Card, Language::Zh) => 4,
            (Card, Language::En) => 4,
            (Printed, Language::Zh) => 6,
            (Printed, Language::En) => 7,
            (FoundBy, _) => 7,
            (Reference, _) => 12,
            (Operator, _) => 8,
            (Order, _) => 20,
        }
    }

    fn text(self, row: &TransactionRow, products: &[String], desk: &Desk) -> (String, Role) {
        let language = desk.language;
        let sale = &row.transaction;
        let plain = |text: &str| (text.to_owned(), Role::Plain);
        let optional = |text: &Option<String>| (text.clone().unwrap_or_default(), Role::Plain);
        match self {
            Time => (value::when(value::paid(sale), desk.now), Role::Plain),
            Kind => plain(codes::kind(sale.kind, language)),
            Amount => (value::figure(sale), Role::Plain),
            Method => plain(codes::method(sale.method, language)),
            Column::Status => {
                let role = if sale.status == Status::Unknown { Role::Trouble } else { Role::Plain };
                (codes::status(sale.status, language).to_owned(), role)
            }
            Voucher => optional(&sale.voucher),
            Card => (sale.card.map(|card| card.last_four().to_owned()).unwrap_or_default(), Role::Plain),
            Printed => super::super::value::paper(row, language),
            FoundBy => (found_by(row, products, language), Role::Strong),
            Reference => optional(&sale.reference),
            Operator => optional(&sale.operator),
            Order => optional(&sale.order),
        }
    }
}

/// Why the row is a hit; if something bought is, its name.
fn found_by(row: &TransactionRow, products: &[String], language: Language) -> String {
    let Some(by) = row.found_by.filter(|by| *by != model::FoundBy::Filter) else { return String::new() };
    let said = codes::found_by(by, language);
    let fits = |name: &str| products.iter().any(|word| pinyin::find(name, word).is_some());
    match row.transaction.items.iter().find(|item| by == model::FoundBy::Product && fits(&item.name)) {
        Some(item) => format!("{said} {}", item.name.as_str()),
        None => said.to_owned(),
    }
}

/// Draws the head and the page with the selected row. `products`: the names that were looked for.
pub(super) fn view(
    canvas: &mut Canvas<'_>,
    area: Rect,
    rows: &[TransactionRow],
    list: List,
    products: &[String],
    in_field: bool,
    desk: &Desk,
) {
    let page = usize::from(area.height.saturating_sub(1)).max(1);
    let shown: Vec<&TransactionRow> = rows.iter().skip(list.top(page)).take(page).collect();
    let found = shown.iter().any(|row| row.found_by.is_some_and(|by| by != model::FoundBy::Filter));
    let named = shown.iter().any(|row| row.found_by == Some(model::FoundBy::Product));
    let gives_way = |column: Column| named && area.width < ROOM_FOR_ALL && matches!(column, Voucher | Card);
    let mut x = area.x + 1;
    let places: Vec<(Column, u16, u16)> = COLUMNS
        .iter()
        .filter(|column| (found || **column != FoundBy) && !gives_way(**column))
        .filter_map(|column| {
            let wide = match column {
                Amount => shown.iter().map(|row| width(&value::figure(&row.transaction))).max().unwrap_or(0),
                FoundBy => {
                    let names = shown.iter().map(|row| width(&found_by(row, products, desk.language)));
                    names.max().unwrap_or(0).min(WIDEST_NAME)
                }
                _ => 0,
            }
            .max(column.width(desk.language));
            let at = x;
            x += wide + 1;
            // what tells how a row was found may be narrower, the rest is left out whole
            let room = area.right().saturating_sub(at);
            match column {
                FoundBy if room >= 2 => Some((*column, at, wide.min(room))),
                _ if at + wide <= area.right() => Some((*column, at, wide)),
                _ => None,
            }
        })
        .collect();
    for (column, x, columns) in &places {
        let head = canvas.say(&column.head());
        match column {
            Amount => canvas.right(*x, area.y, *columns, &head, Role::Heading),
            _ => drop(canvas.put(*x, area.y, *columns, &head, Role::Heading)),
        }
    }
    for (at, (row, y)) in shown.iter().zip(area.y + 1..area.bottom()).enumerate() {
        for (column, x, columns) in &places {
            let (text, role) = column.text(row, products, desk);
            match column {
                Amount => canvas.right(*x, y, *columns, &text, role),
                _ => drop(canvas.put(*x, y, *columns, &text, role)),
            }
        }
        // while one types it is the first that Enter opens, or begins the choice with
        let marked = if in_field { 0 } else { list.selected };
        if list.top(page) + at == marked {
            canvas.put(area.x, y, 1, ">", Role::Plain);
        }
        if list.top(page) + at == list.selected && !in_field {
            canvas.tint(Rect::new(area.x, y, area.width, 1), Role::Selected);
            canvas.set_cursor(area.x, y, false);
        }
    }
}
