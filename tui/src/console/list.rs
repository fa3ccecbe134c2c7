//! A list with one selected row, shown in pages: scrolling by a line would repaint the whole list over a thin line.

/// Which row is selected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) selected: usize,
}

/// A move of the selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

impl List {
    /// Moves within `len` rows of which `page` are shown at once.
    pub(crate) fn go(&mut self, step: Step, len: usize, page: usize) {
        let page = page.max(1);
        let last = len.saturating_sub(1);
        self.selected = match step {
            Step::Up => self.selected.saturating_sub(1),
            Step::Down => self.selected.saturating_add(1),
            Step::PageUp => (self.selected / page).saturating_sub(1) * page,
            Step::PageDown if self.selected / page == last / page => last,
            Step::PageDown => (self.selected / page + 1) * page,
            Step::First => 0,
            Step::Last => last,
        }
        .min(last);
    }

    /// The first row of the page that is shown.
    pub(crate) fn top(&self, page: usize) -> usize {
        let page = page.max(1);
        self.selected / page * page
    }

    /// Keeps the selection inside a list that became shorter.
    pub(crate) fn clamp(&mut self, len: usize) {
        self.selected = self.selected.min(len.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_begin_at_their_first_row_and_ends_hold() {
        let mut list = List::default();
        list.go(Step::Up, 40, 18);
        assert_eq!(list.selected, 0);
        list.go(Step::PageDown, 40, 18);
        assert_eq!((list.selected, list.top(18)), (18, 18));
        list.go(Step::PageDown, 40, 18);
        list.go(Step::PageDown, 40, 18);
        assert_eq!((list.selected, list.top(18)), (39, 36));
        list.go(Step::PageUp, 40, 18);
        assert_eq!(list.selected, 18);
        list.clamp(0);
        assert_eq!(list.selected, 0);
        list.go(Step::Down, 0, 0);
        assert_eq!(list.selected, 0);
    }
}
