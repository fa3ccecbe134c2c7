//! Search: which way to the rows a query takes, one page at a time, newest first (DESIGN §6).
//!
//! A looked-up text goes through the index epoch by epoch; `unprinted` and `unknown` through their own lists; filters
//! alone through the time index, which decides on packed records. A product's name takes the time index, too, and is
//! compared with the names of the rows that the filters leave: an index of names would cost more writing than it is
//! worth. Whatever the way, the row has the last word.

use std::ops::ControlFlow;

use model::{FoundBy, Moment, Query, Status, Transaction, TransactionId, search::Term};
use redb::ReadOnlyTable;

use crate::{
    cursor::{self, MOST_COMPARED, MOST_ROWS, MOST_SCANNED, Place},
    error::StoreError,
    fit,
    index::{self, Span},
    packed::Packed,
    reader::Reader,
    record::ComparedV1,
    rows,
    tables::{BY_TIME, INDEX, PARTIAL, UNKNOWN, UNPRINTED, time_key, time_ms},
};

/// So many entries of a word are taken from the index at once: a few pages of hits.
const PIECE: usize = 256;

/// A transaction that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub transaction: Transaction,
    /// Jobs whose paper may have come out.
    pub prints: u32,
    /// The best reason.
    pub found_by: FoundBy,
}

/// A page of hits, newest first by event time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub rows: Vec<Hit>,
    /// Where to go on, if there may be more.
    pub next: Option<String>,
    /// With `next`: the time of the last row looked at, written in UTC where no row is behind it.
    pub searched_to: Option<Moment>,
}

/// The way to the rows.
enum Way {
    Index(Vec<Span>, Option<TransactionId>),
    List(u8),
    Time,
}

fn way(query: &Query) -> Way {
    let text = |term: &&Term| match term {
        Term::Number { text, .. } => text.len(),
        _ => 0,
    };
    let numbers = query.terms.iter().filter(|term| matches!(term, Term::Number { .. }));
    // the longest text selects best
    if let Some(Term::Number { text, amount }) = numbers.max_by_key(text) {
        return Way::Index(index::spans(text, *amount), TransactionId::parse(text));
    }
    if let Some(Term::Amount(amount)) = query.terms.iter().find(|term| matches!(term, Term::Amount(_))) {
        return Way::Index(vec![index::amount_span(*amount)], None);
    }
    if query.terms.contains(&Term::Status(Status::Unknown)) {
        return Way::List(UNKNOWN);
    }
    if query.terms.contains(&Term::Unprinted) {
        return Way::List(UNPRINTED);
    }
    Way::Time
}

/// A page in the making.
struct Run<'r> {
    query: &'r Query,
    records: ReadOnlyTable<(u64, u8), &'static [u8]>,
    partial: ReadOnlyTable<(u8, u64, u64), ()>,
    limit: usize,
    looked: usize,
    /// Rows whose names were compared; `None` if the query has no name.
    compared: Option<usize>,
    hits: Vec<Hit>,
    /// The last place looked at.
    last: Option<Place>,
    /// Set when it stopped before the end: the place to go on from.
    stopped: Option<Place>,
}

impl Run<'_> {
    /// Counts a step; breaks when this request has looked at enough.
    fn step(&mut self) -> ControlFlow<()> {
        if self.looked >= MOST_SCANNED || self.compared.is_some_and(|rows| rows >= MOST_COMPARED) {
            self.stopped = self.last;
            return ControlFlow::Break(());
        }
        self.looked += 1;
        ControlFlow::Continue(())
    }

    /// Looks at one row. `packed`, if at hand, spares most rows.
    fn look(&mut self, place: Place, packed: Option<Packed>) -> Result<ControlFlow<()>, StoreError> {
        if self.step().is_break() {
            return Ok(ControlFlow::Break(()));
        }
        let ms = time_ms(place.0);
        let ruled_out = |packed: Packed| self.query.terms.iter().any(|term| !fit::may_fit(packed, ms, term));
        if !packed.is_some_and(ruled_out) && self.may_name(place.1)? {
            let row = rows::indexed(&self.records, TransactionId(place.1))?;
            if let Some(found_by) = self.fits(&row)? {
                if self.hits.len() == self.limit {
                    // the page is full, and this one shows that there is another
                    self.stopped = self.hits.last().map(|hit| place_of(&hit.transaction));
                    return Ok(ControlFlow::Break(()));
                }
                let prints = rows::history(&self.records, row.id)?.prints();
                self.hits.push(Hit { transaction: row, prints, found_by });
            }
        }
        self.last = Some(place);
        Ok(ControlFlow::Continue(()))
    }

    /// False if no name of the row is one that is looked for.
    fn may_name(&mut self, id: u64) -> Result<bool, StoreError> {
        let Some(compared) = &mut self.compared else { return Ok(true) };
        *compared += 1;
        // a row that is not there or can't be read is damage, and reading it says so
        let Some(guard) = self.records.get((id, rows::ROW))? else { return Ok(true) };
        let may_fit = |row: ComparedV1<'_>| self.query.terms.iter().all(|term| fit::may_name(&row, term));
        Ok(ComparedV1::of(guard.value()).is_none_or(may_fit))
    }

    fn fits(&self, row: &Transaction) -> Result<Option<FoundBy>, StoreError> {
        let needs_list = self.query.terms.contains(&Term::Unprinted);
        let unprinted = needs_list && self.partial.get((UNPRINTED, time_key(row.time.unix_ms()), row.id.0))?.is_some();
        let mut best = FoundBy::Filter;
        for term in &self.query.terms {
            match fit::fits(row, &|| unprinted, term) {
                Some(found_by) => best = best.better(found_by),
                None => return Ok(None),
            }
        }
        Ok(Some(best))
    }

    fn page(self) -> Page {
        let Some(place) = self.stopped else { return Page { rows: self.hits, next: None, searched_to: None } };
        let last = self.hits.last().map(|hit| &hit.transaction).filter(|row| place_of(row) == place);
        let searched_to = last.map_or_else(|| Moment::new(time_ms(place.0), 0), |row| row.time);
        Page { rows: self.hits, next: Some(cursor::write(place)), searched_to: Some(searched_to) }
    }
}

fn place_of(row: &Transaction) -> Place {
    (time_key(row.time.unix_ms()), row.id.0)
}

impl Reader {
    /// The page after a cursor, newest first. `limit` is 1 … 500.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`]; or the store can't be read.
    pub fn search(&self, query: &Query, after: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        let mut from = 0;
        let mut below: Place = (u64::MAX, u64::MAX);
        for term in &query.terms {
            if let Term::Between { from_ms, to_ms } = term {
                from = from.max(time_key(*from_ms));
                below = below.min((time_key(*to_ms), 0));
            }
        }
        if let Some(after) = after {
            below = below.min(cursor::read(after)?);
        }
        let mut run = Run {
            query,
            records: self.records()?,
            partial: self.txn.open_table(PARTIAL)?,
            limit: limit.clamp(1, MOST_ROWS),
            looked: 0,
            compared: query.terms.iter().any(|term| matches!(term, Term::Product(_))).then_some(0),
            hits: Vec::new(),
            last: None,
            stopped: None,
        };
        if below <= (from, 0) {
            return Ok(run.page());
        }
        match way(query) {
            Way::Index(spans, id) => self.by_index(&mut run, &spans, id, from, below)?,
            Way::List(list) => {
                let entries = self.txn.open_table(PARTIAL)?;
                for entry in entries.range((list, from, 0)..(list, below.0, below.1))?.rev() {
                    let (_, time, id) = entry?.0.value();
                    if run.look((time, id), None)?.is_break() {
                        break;
                    }
                }
            }
            Way::Time => {
                let by_time = self.txn.open_table(BY_TIME)?;
                for entry in by_time.range((from, 0)..below)?.rev() {
                    let (place, packed) = entry?;
                    if run.look(place.value(), Some(Packed::read(packed.value())))?.is_break() {
                        break;
                    }
                }
            }
        }
        Ok(run.page())
    }

    /// Epoch by epoch from the newest; within one, all spans' entries in the order of time.
    fn by_index(
        &self,
        run: &mut Run<'_>,
        spans: &[Span],
        id: Option<TransactionId>,
        from: u64,
        below: Place,
    ) -> Result<(), StoreError> {
        let table = self.txn.open_table(INDEX)?;
        let by_id = match id {
            Some(id) => rows::stored(&run.records, id)?.map(|s| (time_key(s.transaction.time.unix_ms()), id.0)),
            None => None,
        };
        let mut below = below;
        let mut upper = index::up_to(index::epoch(below.0));
        let lowest = index::start_of(index::epoch(from));
        loop {
            // which epoch comes next: that of the last entry before
            let newest = match table.range::<&index::Key>(&lowest..=&upper)?.next_back() {
                Some(entry) => index::read(entry?.0.value()).0,
                None => return Ok(()),
            };
            let mut places: Vec<Place> = Vec::new();
            places.extend(by_id.filter(|place| index::epoch(place.0) == newest));
            // below this the places of some span are not all taken yet
            let mut floor: Option<Place> = None;
            for span in spans {
                let keys = span.keys(newest, below);
                let mut taken = 0;
                for entry in table.range::<&index::Key>(&keys.start..&keys.end)?.rev() {
                    let (_, time, id) = index::read(entry?.0.value());
                    if (time, id) < below && time >= from {
                        places.push((time, id));
                        taken += 1;
                        // entries of one word stand in the order of time, so they can be taken piece by piece
                        if span.one_word() && taken == PIECE {
                            floor = floor.max(Some((time, id)));
                            break;
                        }
                    }
                }
            }
            places.retain(|place| *place < below && place.0 >= from && floor.is_none_or(|floor| *place >= floor));
            places.sort_unstable_by(|a, b| b.cmp(a));
            places.dedup();
            for place in places {
                if run.look(place, None)?.is_break() {
                    return Ok(());
                }
            }
            if let Some(floor) = floor {
                below = floor;
                continue;
            }
            // an epoch without a hit is work too
            run.last = Some((u64::from(newest) << 32, 0));
            let Some(older) = newest.checked_sub(1) else { return Ok(()) };
            upper = index::up_to(older);
            if upper < lowest || run.step().is_break() {
                return Ok(());
            }
        }
    }
}
