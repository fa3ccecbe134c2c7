//! What the transactions of a search come to, by method: counted while you look, and stopped when you have seen enough.

use std::collections::BTreeMap;

use model::{Currency, Method, Moment, Status};
use protocol::TransactionRow;
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    dialog::Lines,
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    sums::{Sums, bar},
    sweep::{Stand, Sweep},
    theme::Role,
    value,
};
use crate::wording::{codes, problem, text::Text};

/// Columns of text in the dialog, and of the longest bar there.
const TEXT: usize = 52;
const LONGEST: u16 = 16;

/// The dialog.
#[derive(Debug)]
pub(crate) struct Totals {
    sweep: Sweep,
    tally: Tally,
    /// What is drawn; it follows now and then.
    shown: Tally,
}

/// What was counted so far.
#[derive(Debug, Clone, Default)]
struct Tally {
    sums: BTreeMap<(Currency, Method), Sums>,
    rows: u64,
    /// Declined or unknown: no money.
    other: u64,
    reached: Option<Moment>,
}

impl Tally {
    fn add(&mut self, row: &TransactionRow) {
        let sale = &row.transaction;
        if sale.status == Status::Approved {
            self.sums.entry((sale.currency, sale.method)).or_default().add(sale.kind, 1, sale.amount.get().into());
        } else {
            self.other += 1;
        }
    }
}

impl Totals {
    /// Of what these words find.
    pub(crate) fn of(words: &str, desk: &mut Desk) -> Totals {
        let sweep = Sweep::start(words, desk);
        Totals { sweep, tally: Tally::default(), shown: Tally::default() }
    }

    fn lines(&self, desk: &Desk) -> Lines {
        let language = desk.language;
        let mut lines = Lines::default();
        let words = self.sweep.words();
        let what = if words.is_empty() { Text::EveryTransaction.say(language).into() } else { words.to_owned() };
        lines.tell(&what, Role::Strong);
        lines.gap();
        let most = self.shown.sums.values().map(|sums| sums.sales.1).max().unwrap_or(0);
        let mut all: BTreeMap<Currency, Sums> = BTreeMap::new();
        // wide figures take their columns from the bars
        let whole =
            self.shown.sums.iter().fold(BTreeMap::<Currency, Sums>::new(), |mut whole, ((currency, _), sums)| {
                whole.entry(*currency).or_default().join(sums);
                whole
            });
        let widest = |of: fn(&Sums) -> String| whole.values().map(|sums| of(sums).len()).max().unwrap_or(0);
        let counts = widest(|sums| value::grouped(sums.sales.0)).max(6);
        let amounts = widest(|sums| value::sum(sums.sales.1)).max(14);
        let longest = u16::try_from(TEXT.saturating_sub(12 + 1 + counts + 1 + amounts + 2)).unwrap_or(0).min(LONGEST);
        let row = |name: &str, sums: &Sums, most: u128| {
            let bar = if most > 0 { bar(sums.sales.1, most, longest) } else { String::new() };
            let (count, sum) = (value::grouped(sums.sales.0), value::sum(sums.sales.1));
            format!("{} {count:>counts$} {sum:>amounts$}  {bar}", value::pad(name, 12)).trim_end().to_owned()
        };
        let name = |text: &str, currency: Currency| {
            if currency.as_str() == "CNY" { text.to_owned() } else { format!("{text} {}", currency.as_str()) }
        };
        for ((currency, method), sums) in self.shown.sums.iter().filter(|(_, sums)| !sums.is_empty()) {
            lines.tell(&row(&name(codes::method(*method, language), *currency), sums, most), Role::Plain);
            all.entry(*currency).or_default().join(sums);
        }
        for (currency, sums) in &all {
            lines.tell(&row(&name(&Text::TotalRow.say(language), *currency), sums, 0), Role::Strong);
            if sums.refunds.0 > 0 {
                let amount = value::sum(sums.refunds.1);
                lines.tell(&Text::TotalsBack { count: sums.refunds.0, amount: &amount }.say(language), Role::Plain);
            }
        }
        if self.shown.other > 0 {
            lines.tell(&Text::TotalsOther(self.shown.other).say(language), Role::Plain);
        }
        lines.gap();
        let to = self.shown.reached.map(|to| value::when(to, desk.now)).unwrap_or_default();
        let rows = value::grouped(self.shown.rows);
        match &self.sweep.stand {
            Stand::Running if self.shown.rows == 0 => lines.tell(&Text::Loading.say(language), Role::Plain),
            Stand::Running => lines.tell(&Text::Counting { rows: &rows, to: &to }.say(language), Role::Plain),
            Stand::Done if self.shown.rows == 0 => lines.tell(&Text::NoneFound.say(language), Role::Plain),
            Stand::Done => lines.tell(&Text::CountedAll(&rows).say(language), Role::Good),
            Stand::Stopped => lines.tell(&Text::CountedTo { rows: &rows, to: &to }.say(language), Role::Warning),
            Stand::Failed(refusal) => {
                lines.tell(&problem::sentence(refusal, language), Role::Trouble);
                lines.tell(&problem::next_step(refusal, language), Role::Plain);
            }
        }
        lines
    }
}

impl Layer for Totals {
    fn name(&self) -> Name {
        Name::Totals
    }

    fn title(&self) -> Text<'static> {
        Text::Totals
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn can(&self, action: Action, _desk: &Desk) -> bool {
        action == Action::Back
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        (action == Action::Back && self.sweep.running()).then_some(Text::DoStop)
    }

    fn act(&mut self, _action: Action, _desk: &mut Desk) -> Next {
        if !self.sweep.running() {
            return Next::Pop;
        }
        // what was counted stays to be read
        self.sweep.stop();
        self.shown = self.tally.clone();
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        let rows = self.sweep.answered(tag, answer, desk)?;
        rows.iter().for_each(|row| self.tally.add(row));
        (self.tally.rows, self.tally.reached) = (self.sweep.rows, self.sweep.reached);
        if self.sweep.worth_showing() {
            self.shown = self.tally.clone();
        }
        Some(Next::Stay)
    }

    fn disconnected(&mut self) {
        self.sweep.stop();
        self.shown = self.tally.clone();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        self.lines(desk).draw(canvas, area, &self.title());
    }
}
