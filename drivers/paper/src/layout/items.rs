//! Lines of goods in three columns: name, quantity, amount.

use model::{Align, ItemRow};

use crate::{
    cell,
    layout::{Layout, PLAIN, Run, wrap::wrap},
};

/// Lays out the rows: quantity and amount right-aligned under each other, a long name on several lines,
/// the figures beside its last one if they fit there.
pub(super) fn lay_out(layout: &mut Layout, rows: &[ItemRow]) {
    let width = layout.columns;
    let gap = if width >= 40 { 2 } else { 1 };
    let encoding = layout.encoding;
    let measured: Vec<[(&str, usize); 3]> = rows
        .iter()
        .map(|row| [&row.name, &row.quantity, &row.amount].map(|text| text.trim_matches(' ')))
        .map(|texts| texts.map(|text| (text, cell::columns(text, encoding))))
        .collect();
    // the widest that leaves room for names; a text beyond that has lines of its own
    let widest = |most: usize, nth: fn(&[(&str, usize); 3]) -> usize| {
        measured.iter().map(nth).filter(|columns| *columns <= most).max().unwrap_or(0)
    };
    let amounts = widest(width / 3 + 2, |[_, _, amount]| amount.1);
    let quantities = widest(width / 5, |[_, quantity, _]| quantity.1);
    let names = width - amounts - gap - quantities - gap;

    for [name, quantity, amount] in &measured {
        let run = |(text, columns): &(&str, usize), column| Run { column, columns: *columns, text: (*text).to_owned() };
        if quantity.1 > quantities || amount.1 > amounts {
            layout.text(name.0, Align::Left, PLAIN);
            layout.text(quantity.0, Align::Right, PLAIN);
            layout.text(amount.0, Align::Right, PLAIN);
            continue;
        }
        let mut runs = Vec::with_capacity(3);
        let mut pieces = wrap(name.0, width, encoding);
        // the figures stand beside the name's last line if there is room
        if let Some(last) = pieces.pop_if(|piece| piece.columns <= names) {
            runs.push(run(&(last.text, last.columns), 0));
        }
        for piece in pieces {
            layout.row(vec![run(&(piece.text, piece.columns), 0)], Align::Left, PLAIN);
        }
        if quantity.1 > 0 {
            runs.push(run(quantity, width - amounts - gap - quantity.1));
        }
        if amount.1 > 0 {
            runs.push(run(amount, width - amount.1));
        }
        if !runs.is_empty() {
            layout.row(runs, Align::Left, PLAIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{Block, Document, Language, SafeText};

    use crate::text_view;

    fn view(columns: usize, rows: &[[&str; 3]]) -> Vec<String> {
        let rows = rows
            .iter()
            .map(|[name, quantity, amount]| model::ItemRow {
                name: SafeText::new(name),
                quantity: SafeText::new(quantity),
                amount: SafeText::new(amount),
            })
            .collect();
        let document = Document { language: Language::Zh, blocks: vec![Block::Items { rows }] };
        text_view(&document, None, columns).lines().map(str::to_owned).collect()
    }

    #[test]
    fn quantities_and_amounts_stand_under_each_other() {
        let seen = view(32, &[["品名", "数量", "金额"], ["可口可乐", "2", "7.00"], ["散装大米", "0.455", "103.50"]]);
        assert_eq!(
            seen,
            [
                "品名                 数量   金额",
                "可口可乐                2   7.00",
                "散装大米            0.455 103.50",
            ]
        );
    }

    #[test]
    fn a_long_name_has_lines_of_its_own_and_a_long_amount_too() {
        let seen = view(24, &[["海天金标生抽酱油一点九升家庭装特惠", "1", "12.90"], ["水", "1", "1234567890123.00"]]);
        assert_eq!(
            seen,
            [
                "海天金标生抽酱油一点九升",
                "家庭装特惠       1 12.90",
                "水",
                "                       1",
                "        1234567890123.00",
            ]
        );
    }
}
