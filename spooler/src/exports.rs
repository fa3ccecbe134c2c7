//! Exports of the audit trail that are under way: where each one stands. A cursor is good once, and only where its export
//! was begun: whoever wants the trail again begins again, and leaves a row.

use std::{
    collections::VecDeque,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use model::{Caller, Origin};

/// So many at once; the one that was not gone on with for longest is forgotten.
const MOST: usize = 16;

/// The exports, until the daemon ends.
#[derive(Debug, Default)]
pub(crate) struct Exports(Mutex<VecDeque<Export>>);

/// One of them.
#[derive(Debug)]
struct Export {
    cursor: String,
    /// Who began it, and where.
    operator: Option<String>,
    origin: Origin,
    place: Place,
}

/// The row that comes next, and the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) from: u64,
    pub(crate) last: u64,
}

impl Exports {
    fn all(&self) -> MutexGuard<'_, VecDeque<Export>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps where an export stands; gives the cursor that it goes on with.
    ///
    /// # Errors
    /// When this machine gives no random bytes.
    pub(crate) fn keep(&self, caller: &Caller, place: Place) -> io::Result<String> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let cursor = format!("{:032x}", u128::from_be_bytes(bytes));
        let (operator, origin) = (caller.operator.clone(), caller.origin.clone());
        let mut all = self.all();
        if all.len() >= MOST {
            all.pop_front();
        }
        all.push_back(Export { cursor: cursor.clone(), operator, origin, place });
        Ok(cursor)
    }

    /// Where the export of this cursor stands, if this caller began it; the cursor is used up.
    pub(crate) fn take(&self, caller: &Caller, cursor: &str) -> Option<Place> {
        let mut all = self.all();
        let his = |export: &Export| export.operator == caller.operator && export.origin == caller.origin;
        let at = all.iter().position(|export| export.cursor == cursor && his(export))?;
        all.remove(at).map(|export| export.place)
    }
}

#[cfg(test)]
mod tests {
    use model::caller::Access;

    use super::*;

    fn caller(operator: &str) -> Caller {
        Caller { operator: Some(operator.into()), ..Caller::peer(Origin::default(), Access::Use) }
    }

    #[test]
    fn a_cursor_is_good_once_and_for_nobody_else() {
        let exports = Exports::default();
        let place = Place { from: 501, last: 1_200 };
        let cursor = exports.keep(&caller("01"), place).unwrap();
        assert_eq!(exports.take(&caller("09"), &cursor), None);
        let mut elsewhere = caller("01");
        elsewhere.origin.tty = Some("pts/9".into());
        assert_eq!(exports.take(&elsewhere, &cursor), None);
        assert_eq!(exports.take(&caller("01"), &"0".repeat(32)), None);
        assert_eq!(exports.take(&caller("01"), &cursor), Some(place), "what others tried took nothing away");
        assert_eq!(exports.take(&caller("01"), &cursor), None);
    }

    #[test]
    fn exports_that_nobody_goes_on_with_are_forgotten() {
        let exports = Exports::default();
        let keep = |from| exports.keep(&caller("01"), Place { from, last: 9_000 }).unwrap();
        let first = keep(2);
        let cursors: Vec<String> = (0..16).map(|nth| keep(nth + 3)).collect();
        assert_eq!(exports.take(&caller("01"), &first), None);
        assert!(cursors.iter().all(|cursor| exports.take(&caller("01"), cursor).is_some()));
    }
}
