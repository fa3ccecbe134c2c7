//! Where a test lets the daemon die, as a power cut or kill -9 would: around its n-th commit since it started.
//!
//! `COUNTERFOIL_CRASH=before:7` dies when the seventh commit is written and not durable: everything that follows the sixth
//! has happened. `after:7` dies when it is durable and nothing that follows from it has happened, no answer, no byte. So all
//! numbers, each on both sides, are a failpoint between every two durable steps. A release build never looks.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// The point that was asked for, and how many commits there were.
#[derive(Debug, Clone)]
pub(crate) struct Crash {
    point: Option<(Side, u64)>,
    commits: Arc<AtomicU64>,
}

impl Crash {
    /// The point that the environment names, if this is a build for tests.
    pub(crate) fn asked_for() -> Crash {
        let asked = if cfg!(debug_assertions) { std::env::var("COUNTERFOIL_CRASH").ok() } else { None };
        Crash { point: asked.as_deref().and_then(point), commits: Arc::default() }
    }

    pub(crate) fn before_commit(&mut self) {
        let number = self.commits.fetch_add(1, Ordering::Relaxed) + 1;
        self.die_at(Side::Before, number);
    }

    pub(crate) fn after_commit(&self) {
        self.die_at(Side::After, self.commits.load(Ordering::Relaxed));
    }

    fn die_at(&self, side: Side, number: u64) {
        if self.point == Some((side, number)) {
            std::process::abort();
        }
    }
}

fn point(text: &str) -> Option<(Side, u64)> {
    let (side, number) = text.split_once(':')?;
    let side = match side {
        "before" => Side::Before,
        "after" => Side::After,
        _ => return None,
    };
    Some((side, number.parse().ok()?))
}
