//! What stands where there are no rows, and the line below those that are there.

use model::Status;
use ratatui::layout::Rect;

use super::{Sort, Transactions, page};
use crate::{
    console::{
        canvas::Canvas,
        desk::{Desk, Link},
        text::wrap,
        theme::Role,
        value,
    },
    wording::{problem, text::Text},
};

impl Transactions {
    /// Why there are no rows, and what to do.
    pub(super) fn view_empty(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let searched = !self.field.value().trim().is_empty();
        let (title, hint) = if let Some(refusal) = &self.problem {
            let sentence = problem::sentence(refusal, canvas.language);
            (canvas.say(&Text::Failed(&sentence)), problem::next_step(refusal, canvas.language))
        } else if let (true, Link::Away(away)) = (self.unasked, &desk.link) {
            (away.what(canvas.language), away.next(canvas.language))
        } else if self.unasked || (self.searching.is_some() && (desk.slow || self.answered.is_none())) {
            (canvas.say(&Text::Searching), String::new())
        } else if let Some(to) = self.searched_to.filter(|_| self.capped) {
            let to = value::when(to, desk.now);
            // in the search line `n` is a letter
            let hint = if self.focused { Text::SearchedToEnter(&to) } else { Text::SearchedTo(&to) };
            (canvas.say(&Text::NoneUntil(&to)), canvas.say(&hint))
        } else if searched {
            (canvas.say(&Text::NoneFound), canvas.say(&Text::NoneFoundHint))
        } else {
            (canvas.say(&Text::NoneYet), canvas.say(&Text::NoneYetHint))
        };
        canvas.put(area.x + 4, area.y + 2, area.width.saturating_sub(5), &title, Role::Heading);
        for (line, y) in wrap(&hint, area.width.saturating_sub(8)).iter().zip(area.y + 3..area.bottom()) {
            canvas.put(area.x + 4, y, area.width.saturating_sub(5), line, Role::Plain);
        }
    }

    /// The line below the table: which page, how far back.
    pub(super) fn foot(&self, canvas: &Canvas<'_>, desk: &Desk) -> (String, Role) {
        if self.rows.is_empty() {
            return (String::new(), Role::Plain);
        }
        if let Some(to) = self.searched_to.filter(|_| self.capped) {
            return (canvas.say(&Text::SearchedTo(&value::when(to, desk.now))), Role::Warning);
        }
        if self.sort != Sort::Newest {
            let rows = self.rows.len();
            let text = if self.sort == Sort::Largest { Text::SortedLargest(rows) } else { Text::SortedSmallest(rows) };
            // what lies behind them may be larger still
            let (text, role) = match self.next {
                Some(_) => (format!("{}{}", canvas.say(&Text::SortedPart(rows)), canvas.say(&text)), Role::Warning),
                None => (canvas.say(&text), Role::Strong),
            };
            return (text, role);
        }
        if self.choose && self.next.is_none() {
            return (canvas.say(&Text::ManyFit(self.rows.len())), Role::Strong);
        }
        let size = page(desk);
        let page = self.list.selected / size + 1;
        let text = match self.next {
            Some(_) => Text::MoreFollow { page },
            None => Text::PageOf { page, pages: self.rows.len().div_ceil(size), rows: self.rows.len() },
        };
        let unknown = self.selected().is_some_and(|row| row.transaction.status == Status::Unknown);
        if unknown {
            return (canvas.say(&Text::UnknownRow), Role::Trouble);
        }
        (canvas.say(&text), Role::Plain)
    }
}
