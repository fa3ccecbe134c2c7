//! Today's totals by method: figures in columns that are as wide as the widest of them, with a blank between. Where a sum
//! has no room at all it is cut with a mark, and a line says where to see it.

use model::{Currency, Kind, Language, Method};
use ratatui::layout::Rect;

use super::super::{
    canvas::Canvas,
    desk::Desk,
    sums::{Sums, bar},
    text::width,
    theme::Role,
    value,
};
use crate::wording::{codes, text::Text};

/// Where the names begin.
const NAME: u16 = 4;
/// Columns of the longest bar beside the figures; wide figures take theirs from it.
const BAR: u16 = 16;
/// A shorter one shows nothing.
const LEAST_BAR: u16 = 4;

/// One line: a method's figures, or those of all.
#[derive(Debug)]
struct Row {
    name: String,
    sums: Sums,
    role: Role,
    /// What the longest bar stands for; nothing beside the sum of all.
    most: Option<u128>,
}

/// How wide the columns are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    name: u16,
    /// Count and amount of what came in, and of what went back.
    sales: (u16, u16),
    refunds: (u16, u16),
}

impl Default for Columns {
    fn default() -> Columns {
        Columns { name: 12, sales: (4, 11), refunds: (4, 9) }
    }
}

impl Columns {
    fn of(rows: &[Row]) -> Columns {
        let least = Columns::default();
        let widest = |text: &dyn Fn(&Row) -> String, least: u16| {
            rows.iter().map(|row| width(&text(row))).max().unwrap_or(0).max(least)
        };
        let pair = |of: fn(&Sums) -> (u64, u128), (count, amount): (u16, u16)| {
            let count = widest(&|row| of(&row.sums).0.to_string(), count);
            (count, widest(&|row| value::sum(of(&row.sums).1), amount))
        };
        Columns {
            name: widest(&|row| row.name.clone(), least.name),
            sales: pair(|sums| sums.sales, least.sales),
            refunds: pair(|sums| sums.refunds, least.refunds),
        }
    }

    /// Up to the last figure, and a blank.
    pub(super) fn total(&self) -> u16 {
        self.refunds_at() + self.refunds.0 + 1 + self.refunds.1 + 1
    }

    fn sales_at(&self) -> u16 {
        NAME + self.name
    }

    fn refunds_at(&self) -> u16 {
        self.sales_at() + self.sales.0 + 1 + self.sales.1 + 1
    }

    /// Where counts and amounts stand, and how wide.
    fn pairs(&self) -> [(u16, (u16, u16)); 2] {
        [(self.sales_at(), self.sales), (self.refunds_at(), self.refunds)]
    }
}

/// The totals of a day, laid out.
#[derive(Debug)]
pub(super) struct Sheet {
    rows: Vec<Row>,
    pub(super) columns: Columns,
}

impl Sheet {
    /// Of what the daemon told.
    pub(super) fn of(desk: &Desk, language: Language) -> Sheet {
        let totals = desk.overview.as_ref().map(|overview| overview.totals.as_slice()).unwrap_or_default();
        let mut currencies: Vec<Currency> = totals.iter().map(|total| total.currency).collect();
        currencies.sort_unstable();
        currencies.dedup();
        let mut rows = Vec::new();
        for currency in currencies {
            let name = |text: &str| match currency.as_str() {
                "CNY" => text.to_owned(),
                other => format!("{text} {other}"),
            };
            let of = |method: Method| {
                let mut sums = Sums::default();
                let mine = totals.iter().filter(|total| total.currency == currency && total.method == method);
                mine.for_each(|total| sums.add(total.kind, total.count, total.amount.into()));
                sums
            };
            let sums: Vec<(Method, Sums)> = Method::ALL.iter().map(|method| (*method, of(*method))).collect();
            let most = sums.iter().map(|(_, sums)| sums.sales.1).max();
            let mut all = Sums::default();
            for (method, sums) in sums.into_iter().filter(|(_, sums)| !sums.is_empty()) {
                all.join(&sums);
                rows.push(Row { name: name(codes::method(method, language)), sums, role: Role::Plain, most });
            }
            rows.push(Row { name: name(&Text::TotalRow.say(language)), sums: all, role: Role::Strong, most: None });
        }
        let columns = Columns::of(&rows);
        Sheet { rows, columns }
    }

    /// Draws it under its heading; the sum of all stays when methods have no room.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let Some(overview) = &desk.overview else { return };
        let heading = canvas.say(&Text::Today(&overview.day));
        canvas.put(area.x + 1, area.y, area.width - 1, &heading, Role::Heading);
        if overview.totals.is_empty() {
            let text = canvas.say(&Text::NothingToday);
            canvas.put(area.x + 4, area.y + 1, area.width.saturating_sub(4), &text, Role::Plain);
            return;
        }
        self.heads(canvas, area);
        let mut y = area.y + 2;
        // what has its figures cut says so before it shows every method
        let cut = self.columns.total() > area.width + 1;
        let bottom = area.bottom().saturating_sub(u16::from(cut));
        for row in &self.rows {
            let room = if row.most.is_some() { y + 1 < bottom } else { y < bottom };
            if room {
                self.row(canvas, area, y, row);
                y += 1;
            }
        }
        if cut && y < area.bottom() {
            let text = canvas.say(&Text::SumsCut);
            canvas.put(area.x + NAME, y, area.width.saturating_sub(NAME + 1), &text, Role::Warning);
            y += 1;
        }
        preauth(canvas, area, y, desk);
    }

    fn heads(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let (method, count) = (canvas.say(&Text::HeadMethod), canvas.say(&Text::HeadCount));
        let y = area.y + 1;
        canvas.put(area.x + NAME, y, self.columns.name, &method, Role::Label);
        for ((at, (counts, amounts)), text) in
            self.columns.pairs().into_iter().zip([Text::HeadSales, Text::HeadRefunds])
        {
            let text = canvas.say(&text);
            within(canvas, area, (at, y), counts, &count, Role::Label);
            within(canvas, area, (at + counts + 1, y), amounts, &text, Role::Label);
        }
    }

    fn row(&self, canvas: &mut Canvas<'_>, area: Rect, y: u16, row: &Row) {
        canvas.put(area.x + NAME, y, self.columns.name, &row.name, row.role);
        for ((at, (counts, amounts)), (count, sum)) in
            self.columns.pairs().into_iter().zip([row.sums.sales, row.sums.refunds])
        {
            if count > 0 {
                within(canvas, area, (at, y), counts, &count.to_string(), row.role);
                within(canvas, area, (at + counts + 1, y), amounts, &value::sum(sum), row.role);
            }
        }
        let at = self.columns.total();
        let longest = area.width.saturating_sub(at + 2).min(BAR);
        if let Some(most) = row.most.filter(|_| longest >= LEAST_BAR) {
            canvas.put(area.x + at, y, longest, &bar(row.sums.sales.1, most, longest), Role::Plain);
        }
    }
}

/// A figure at the right of its columns, as far as these are in the area: what is cut off has its mark.
fn within(canvas: &mut Canvas<'_>, area: Rect, (at, y): (u16, u16), columns: u16, text: &str, role: Role) {
    let room = area.width.saturating_sub(at);
    if room > 0 {
        canvas.right(area.x + at, y, columns.min(room), text, role);
    }
}

/// Pre-authorizations move no money; they are told apart.
fn preauth(canvas: &mut Canvas<'_>, area: Rect, y: u16, desk: &Desk) {
    let totals = desk.overview.as_ref().map(|overview| overview.totals.as_slice()).unwrap_or_default();
    let mine = || totals.iter().filter(|total| total.kind == Kind::Preauth);
    let Some(first) = mine().next().filter(|_| y < area.bottom()) else { return };
    let (count, sum) = mine()
        .filter(|total| total.currency == first.currency)
        .fold((0, 0), |(count, sum), total| (count + total.count, sum + u128::from(total.amount)));
    let sign = if first.currency.as_str() == "CNY" { "¥".to_owned() } else { format!("{} ", first.currency.as_str()) };
    let amount = format!("{sign}{}", value::sum(sum));
    let text = canvas.say(&Text::PreauthNote { count, amount: &amount });
    canvas.put(area.x + NAME, y, area.width.saturating_sub(NAME + 1), &text, Role::Plain);
}
