//! Transactions: a search line over a table in pages. Search runs while you type; an answer to older words is dropped.

mod chips;
mod page;
mod sort;
mod table;

use model::{FoundBy, Moment, Status, TransactionId};
use protocol::{Page, Problem, TransactionRow, request};
use ratatui::layout::Rect;

use self::sort::Sort;
use super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, FEW, read},
    field::Field,
    layer::{Layer, Name, Next},
    list::{List, Step},
    message::{Answer, Tag},
    news::News,
    once::Once,
    open::Open,
    reprint,
    theme::Role,
};
use crate::wording::text::Text;

/// Rows of one request.
const LIMIT: usize = 50;
/// The most a request may ask for (INTERFACES §5).
const MOST: usize = 500;

/// The list of transactions.
#[derive(Debug, Default)]
pub(crate) struct Transactions {
    field: Field,
    focused: bool,
    rows: Vec<TransactionRow>,
    list: List,
    next: Option<String>,
    searched_to: Option<Moment>,
    /// The scan stopped at its limit before it had a page full.
    capped: bool,
    /// The words that these rows are an answer to: what they mean is said with it, not in the frame of a typed key.
    answered: Option<String>,
    /// The newest search under way; older ones are not waited for.
    searching: Option<Tag>,
    more: Option<Tag>,
    refresh: Once,
    shows: Vec<Tag>,
    /// Enter was pressed before the answer came.
    open_when_found: bool,
    /// Several rows fit and a person has to choose.
    choose: bool,
    problem: Option<Box<Problem>>,
    /// The connection was away when the words changed: what they find is not known.
    unasked: bool,
    sort: Sort,
    /// New transactions came while a later page was shown.
    behind: bool,
}

/// How many rows of the table are shown at once.
fn page(desk: &Desk) -> usize {
    usize::from(desk.height.saturating_sub(6)).max(1)
}

impl Transactions {
    /// All, newest first.
    pub(crate) fn all(desk: &mut Desk) -> Transactions {
        Transactions::searching("", desk)
    }

    /// With these words in the search line.
    pub(crate) fn searching(words: &str, desk: &mut Desk) -> Transactions {
        let mut screen = Transactions { field: Field::with(words), ..Transactions::default() };
        screen.search(desk);
        screen
    }

    fn request(&self, limit: usize, after: Option<String>) -> request::Transactions {
        let words = self.field.value().trim();
        let search = (!words.is_empty()).then(|| words.to_owned());
        request::Transactions { search, limit: Some(limit), after }
    }

    fn search(&mut self, desk: &mut Desk) {
        let body = self.request(self.sort.limit(), None);
        self.searching = desk.connected().then(|| desk.ask("transactions", &body));
        self.more = None;
        self.refresh = Once::default();
        self.shows.clear();
        self.open_when_found = false;
        self.choose = false;
        self.behind = false;
        self.forget(self.searching.is_none());
    }

    /// Rows of other words must not stand below these: somebody would take them for the answer.
    fn forget(&mut self, unasked: bool) {
        self.unasked = unasked;
        if unasked {
            self.answered = None;
            self.rows.clear();
            self.list = List::default();
            self.problem = None;
            (self.next, self.searched_to, self.capped) = (None, None, false);
        }
    }

    /// Reads the list that is shown once more, in one request.
    fn reread(&mut self, desk: &mut Desk) {
        if self.unasked {
            return self.search(desk);
        }
        if desk.connected() && self.searching.is_none() && self.refresh.wish() {
            let wanted = self.rows.len().clamp(self.sort.limit(), MOST);
            let tag = desk.ask("transactions", &self.request(wanted, None));
            self.refresh.asked(tag);
        }
    }

    fn read_more(&mut self, desk: &mut Desk) {
        if let Some(after) = self.next.clone()
            && self.more.is_none()
            && self.searching.is_none()
            && (self.sort == Sort::Newest || self.capped)
            && desk.connected()
        {
            self.more = Some(desk.ask("transactions", &self.request(LIMIT, Some(after))));
        }
    }

    fn selected(&self) -> Option<&TransactionRow> {
        self.rows.get(self.list.selected)
    }

    /// Takes in a page; `wanted` is how many rows were asked for.
    fn take(&mut self, page: Page<TransactionRow>, wanted: usize) {
        self.capped = page.next.is_some() && page.searched_to.is_some() && page.rows.len() < wanted;
        (self.next, self.searched_to) = (page.next, page.searched_to);
        self.problem = None;
        self.rows.extend(page.rows);
        self.sort.arrange(&mut self.rows);
    }

    /// Takes in what was read once more. One request may come less far back than those before it together: what they
    /// found beyond stays, so that a sale does not undo a long search.
    fn retake(&mut self, page: Page<TransactionRow>, wanted: usize) {
        let (older, next, searched_to, capped) =
            (std::mem::take(&mut self.rows), self.next.take(), self.searched_to, self.capped);
        self.take(page, wanted);
        let Some(reached) = self.searched_to.filter(|_| self.capped).map(Moment::unix_ms) else { return };
        if searched_to.is_none_or(|to| to.unix_ms() < reached) {
            let known: Vec<TransactionId> = self.rows.iter().map(|row| row.transaction.id).collect();
            let beyond = |row: &TransactionRow| {
                row.transaction.time.unix_ms() <= reached && !known.contains(&row.transaction.id)
            };
            self.rows.extend(older.into_iter().filter(beyond));
            self.sort.arrange(&mut self.rows);
            (self.next, self.searched_to, self.capped) = (next, searched_to, capped);
        }
    }

    /// Enter in the search line: opens the hit when it is the only or the best one, else leaves the choice to a person;
    /// goes on when there is none so far.
    fn enter(&mut self, desk: &mut Desk) -> Next {
        let searched = !self.field.value().trim().is_empty();
        if self.searching.is_some() && searched {
            self.open_when_found = true;
            return Next::Stay;
        }
        self.field.keep();
        let found = |at: usize| self.rows.get(at).and_then(|row| row.found_by).filter(|by| *by != FoundBy::Filter);
        let best = self.rows.len() == 1 || found(0).is_some() && found(0) != found(1);
        self.focused = self.rows.is_empty() && searched && !self.capped;
        self.list.selected = 0;
        if self.rows.is_empty() && self.capped {
            self.read_more(desk);
        }
        match self.rows.first() {
            Some(row) if searched && best => Next::Open(Open::Detail(Box::new(row.clone()))),
            _ => {
                self.choose = searched && self.rows.len() > 1;
                Next::Stay
            }
        }
    }

    fn keep_selected(&mut self, id: Option<TransactionId>) {
        if let Some(at) = id.and_then(|id| self.rows.iter().position(|row| row.transaction.id == id)) {
            self.list.selected = at;
        }
        self.list.clamp(self.rows.len());
    }
}

impl Layer for Transactions {
    fn name(&self) -> Name {
        Name::Transactions
    }

    fn title(&self) -> Text<'static> {
        Text::Transactions
    }

    fn can(&self, action: Action, _desk: &Desk) -> bool {
        let rows = !self.rows.is_empty();
        match action {
            Action::Open => rows || (self.focused && (self.searching.is_some() || self.capped)),
            Action::Down | Action::PageDown => rows,
            Action::Up | Action::PageUp | Action::First | Action::Last => rows && !self.focused,
            Action::ReprintThis => {
                !self.focused && self.selected().is_some_and(|row| row.transaction.status == Status::Approved)
            }
            Action::Filter => !self.focused,
            Action::Totals | Action::Export | Action::Sort => rows && !self.focused,
            Action::SearchOn => !self.focused && self.capped && self.more.is_none(),
            Action::Back | Action::Search => true,
            _ => false,
        }
    }

    fn why_not(&self, action: Action, _desk: &Desk) -> Option<Text<'static>> {
        let status = self.selected()?.transaction.status;
        if action == Action::ReprintThis { reprint::why_not(status) } else { None }
    }

    /// Before the answer there may be something to open; the bar waits for it, so that it stands still while one types.
    fn hides(&self, action: Action) -> bool {
        action == Action::Open && self.rows.is_empty()
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        (action == Action::Back && self.focused).then_some(Text::DoLeaveField)
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        let step = match action {
            Action::Search => {
                self.focused = true;
                self.field.select_all();
                return Next::Stay;
            }
            Action::Back if self.focused => {
                self.focused = false;
                self.open_when_found = false;
                self.field.keep();
                return Next::Stay;
            }
            Action::Back => return Next::Pop,
            Action::Open if self.focused => return self.enter(desk),
            Action::Open => {
                let row = self.selected().cloned();
                return row.map_or(Next::Stay, |row| Next::Open(Open::Detail(Box::new(row))));
            }
            Action::ReprintThis => {
                let row = self.selected().cloned();
                return row.map_or(Next::Stay, |row| Next::Open(Open::Reprint { row: Box::new(row), copy: None }));
            }
            Action::SearchOn => {
                self.read_more(desk);
                return Next::Stay;
            }
            Action::Filter => return Next::Open(Open::Filter { words: self.field.value().to_owned() }),
            Action::Totals => return Next::Open(Open::Totals { words: self.field.value().to_owned() }),
            Action::Export => return Next::Open(Open::Export { words: self.field.value().to_owned() }),
            Action::Sort => {
                self.sort = self.sort.next();
                self.search(desk);
                return Next::Stay;
            }
            // the first row is marked already while one types
            Action::Down if self.focused => {
                self.focused = false;
                self.field.keep();
                self.list.selected = 1.min(self.rows.len().saturating_sub(1));
                return Next::Stay;
            }
            Action::Up => Step::Up,
            Action::Down => Step::Down,
            Action::PageUp => Step::PageUp,
            Action::PageDown => Step::PageDown,
            Action::First => Step::First,
            Action::Last => Step::Last,
            _ => return Next::Stay,
        };
        self.focused = false;
        self.field.keep();
        self.list.go(step, self.rows.len(), page(desk));
        if self.list.selected + page(desk) >= self.rows.len() && !self.capped {
            self.read_more(desk);
        }
        if self.behind && self.list.selected < page(desk) {
            self.behind = false;
            self.reread(desk);
        }
        Next::Stay
    }

    fn has_focus(&self) -> bool {
        self.focused
    }

    fn field(&mut self) -> Option<&mut Field> {
        self.focused.then_some(&mut self.field)
    }

    fn typed(&mut self, desk: &mut Desk) {
        self.search(desk);
    }

    /// On a numeric pad nothing else moves down, wipes, or opens the menu; none of these means anything in a search.
    fn on_char(&mut self, c: char, desk: &mut Desk) -> Option<Next> {
        match c {
            '+' if !self.rows.is_empty() => Some(self.act(Action::Down, desk)),
            '*' => {
                self.field.clear();
                self.search(desk);
                Some(Next::Stay)
            }
            '/' => {
                self.focused = false;
                self.field.keep();
                Some(Next::Do(Action::Palette))
            }
            _ => None,
        }
    }

    fn take_text(&mut self, text: &str, open: bool, desk: &mut Desk) -> Option<Next> {
        self.focused = true;
        self.field.select_all();
        if self.field.insert(text) {
            self.search(desk);
        }
        Some(if open { self.enter(desk) } else { Next::Stay })
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        let page = || read::<Page<TransactionRow>>(answer);
        if self.searching == Some(tag) {
            self.searching = None;
            self.answered = Some(self.field.value().to_owned());
            self.rows.clear();
            (self.next, self.searched_to, self.capped) = (None, None, false);
            self.list = List::default();
            match page() {
                Ok(page) => self.take(page, self.sort.limit()),
                Err(problem) => self.problem = Some(problem),
            }
            return Some(if std::mem::take(&mut self.open_when_found) { self.enter(desk) } else { Next::Stay });
        }
        if self.more == Some(tag) {
            self.more = None;
            match page() {
                Ok(page) => self.take(page, LIMIT),
                Err(problem) => desk.complain(&problem),
            }
            return Some(Next::Stay);
        }
        if self.refresh.answered(tag) {
            let (id, wanted) =
                (self.selected().map(|row| row.transaction.id), self.rows.len().clamp(self.sort.limit(), MOST));
            match page() {
                Ok(page) => {
                    // a page that was under way behind the old rows would leave a gap
                    self.more = None;
                    self.retake(page, wanted);
                }
                Err(problem) => desk.complain(&problem),
            }
            self.keep_selected(id);
            if self.refresh.again() {
                self.reread(desk);
            }
            return Some(Next::Stay);
        }
        let at = self.shows.iter().position(|shown| *shown == tag)?;
        self.shows.swap_remove(at);
        if let Ok(row) = read::<TransactionRow>(answer)
            && let Some(old) = self.rows.iter_mut().find(|old| old.transaction.id == row.transaction.id)
        {
            *old = TransactionRow { found_by: old.found_by, print_history: None, ..row };
        }
        Some(Next::Stay)
    }

    fn changed(&mut self, news: &News, desk: &mut Desk) {
        let shown = |id: &TransactionId| self.rows.iter().any(|row| row.transaction.id == *id);
        let mut ids: Vec<TransactionId> = news.transactions.clone();
        ids.extend(news.jobs.iter().filter_map(|id| desk.job(*id)?.transaction).filter(|id| shown(id)));
        ids.sort_unstable();
        ids.dedup();
        let new = ids.iter().any(|id| !shown(id));
        if news.all || ids.len() > FEW || (new && self.list.selected < page(desk)) {
            self.reread(desk);
            return;
        }
        self.behind |= new;
        for id in ids.into_iter().filter(shown) {
            self.shows.push(desk.ask("show", &request::Show { id }));
        }
    }

    fn disconnected(&mut self) {
        let unasked = self.unasked || self.searching.is_some();
        self.forget(unasked);
        (self.searching, self.more, self.open_when_found) = (None, None, false);
        self.refresh = Once::default();
        self.shows.clear();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let label = canvas.say(&Text::SearchLabel);
        let used = canvas.put(area.x + 1, area.y, 12, &label, Role::Label);
        let x = area.x + 2 + used;
        let columns = 32.min(area.width.saturating_sub(x + 1));
        self.field.view(canvas, x, area.y, columns, self.focused);
        let after = x + columns + 2;
        let answered = self.answered.as_deref().unwrap_or_default();
        let chips = chips::chips(answered, desk);
        let hint = if chips.is_empty() { canvas.say(&Text::SearchHint) } else { chips };
        canvas.put(after, area.y, area.right().saturating_sub(after + 1), &hint, Role::Plain);
        let body = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(2));
        if self.rows.is_empty() {
            self.view_empty(canvas, body, desk);
        } else {
            let products = chips::products(answered, desk);
            table::view(canvas, body, &self.rows, self.list, &products, self.focused, desk);
        }
        let (foot, role) = self.foot(canvas, desk);
        canvas.put(area.x + 1, area.bottom().saturating_sub(1), area.width - 2, &foot, role);
    }
}
