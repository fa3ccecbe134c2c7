//! Many small runs at once: most of their time is waiting.
//!
//! Two dozen real printers on one loaded machine bend the clock that some rows depend on, so a row that failed among the
//! others is run once more alone, and said so. A lie (see [`LIE`]) is never given a second try.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// So many at once; each needs a few descriptors, and a user of Linux has 128 inotify instances.
const AT_ONCE: usize = 24;

/// How the reason of a failure begins that no loaded machine excuses: paper and books contradict each other.
pub(crate) const LIE: &str = "LIE: ";

/// Runs all of them and fails with one line for each that failed, alone too.
pub(crate) fn all<T: Sync>(
    runs: &[T],
    name: impl Fn(&T) -> String + Sync,
    run: impl Fn(&T) -> Result<(), String> + Sync,
) {
    let (next, failed, slowest) =
        (AtomicUsize::new(0), Mutex::new(Vec::new()), Mutex::new((Duration::ZERO, String::new())));
    // to look at some of them again: a part of their names
    let only = std::env::var("ZOO_ONLY").unwrap_or_default();
    let runs: Vec<&T> = runs.iter().filter(|one| name(one).contains(&only)).collect();
    let at_once = std::env::var("ZOO_AT_ONCE").ok().and_then(|number| number.parse().ok()).unwrap_or(AT_ONCE);
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..at_once.min(runs.len()) {
            scope.spawn(|| {
                while let Some(one) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let start = Instant::now();
                    let result = run(one);
                    let mut most = slowest.lock().unwrap();
                    if start.elapsed() > most.0 {
                        *most = (start.elapsed(), name(one));
                    }
                    drop(most);
                    if let Err(why) = result {
                        failed.lock().unwrap().push((*one, why));
                    }
                }
            });
        }
    });
    let slowest = slowest.into_inner().unwrap();
    println!(
        "{} runs in {:.1} s, the longest {:.1} s: {}",
        runs.len(),
        begun.elapsed().as_secs_f32(),
        slowest.0.as_secs_f32(),
        slowest.1
    );
    let mut failed: Vec<String> = failed
        .into_inner()
        .unwrap()
        .into_iter()
        .filter_map(|(one, why)| {
            let line = format!("{}: {why}", name(one));
            if why.starts_with(LIE) {
                return Some(line);
            }
            println!("once more, alone: {line}");
            run(one).err().map(|again| format!("{line}; and alone: {again}"))
        })
        .collect();
    failed.sort();
    assert!(failed.is_empty(), "{} of {} are not true:\n{}", failed.len(), runs.len(), failed.join("\n"));
}
