//! The end of the day: the queue runs empty, the printer is switched off, and all records, jobs and sheets are looked at.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sim::printer::Running;

use super::{
    Lane,
    judge::{Job, Slips, judge, number_of},
    shop::Talk,
};

/// Only there so that a queue that stands still is told instead of waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// What became of a shop.
pub(crate) struct Report {
    /// For a person: what was counted, and what is wrong.
    pub(crate) text: String,
    pub(crate) wrong: usize,
}

impl Lane {
    fn all(talk: &mut Talk, verb: &str) -> Vec<Value> {
        let (mut rows, mut after) = (Vec::new(), Value::Null);
        loop {
            let mut page = talk.ok(verb, json!({ "limit": 500, "after": after }));
            rows.append(page["rows"].as_array_mut().unwrap());
            after = page["next"].take();
            if after.is_null() {
                return rows;
            }
        }
    }

    /// Waits, without doing anything, until nothing waits and the paper stands still.
    fn run_empty(&mut self, talk: &mut Talk) {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let moving = |printer: &Running| printer.state().map(|s| s.moving || s.buffered > 0).unwrap();
            let waits = ["queued", "blocked", "sending"].iter().any(|state| {
                !talk.ok("jobs", json!({"state": state, "limit": 1}))["rows"].as_array().unwrap().is_empty()
            });
            if !waits && !moving(&self.printer) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        for row in Self::all(talk, "jobs") {
            if row["finished_at"].is_null() && row["state"] != "expired" {
                self.wrong.push(format!("the queue never ran empty: {row}"));
            }
        }
    }

    /// Closes the shop and holds all that it says against the paper.
    pub(crate) fn finish(mut self, cycles: usize) -> Report {
        self.look_again();
        let mut talk = self.shop.talk();
        self.run_empty(&mut talk);
        let rows = Self::all(&mut talk, "jobs");
        let jobs: Vec<Job> = rows.iter().map(|row| self.see(row)).collect();
        let hits = rows.iter().filter(|row| row["evidence"].to_string().contains("restart while sending")).count();
        let mut ids: Vec<u64> = rows.iter().map(|row| number_of(&row["id"])).collect();
        ids.sort_unstable();
        if ids != (1..=ids.len() as u64).collect::<Vec<_>>() || self.jobs.len() != ids.len() {
            self.wrong.push(format!("of {} jobs that were seen {} are left: {ids:?}", self.jobs.len(), ids.len()));
        }
        let mut slips = Slips::default();
        let recorded: HashMap<Value, Value> =
            Self::all(&mut talk, "transactions").into_iter().map(|row| (row["id"].clone(), row)).collect();
        if recorded.len() != self.sales.len() {
            self.wrong.push(format!("{} sales, {} records", self.sales.len(), recorded.len()));
        }
        for sale in &self.sales {
            let Some(id) = &sale.id else { continue };
            if recorded.get(&json!(id)).is_none_or(|row| row["order"] != sale.order()) {
                self.wrong.push(format!("sale {} is lost", sale.number));
                continue;
            }
            for copy in ["merchant", "customer"] {
                let text = talk.ok("receipt", json!({"id": id, "copy": copy}))["text"].take();
                slips.add(id, copy, &sale.order(), text.as_str().unwrap());
            }
            for copy in &sale.copies {
                if !jobs.iter().any(|job| job.kind == "receipt" && job.transaction == *id && job.copy == *copy) {
                    self.wrong.push(format!("the {copy} slip of sale {} was never queued", sale.number));
                }
            }
        }
        let pulses = self.printer.state().unwrap().drawer_pulses;
        self.shop.close();
        // switched off, it gives out what was not cut yet
        drop(self.printer);
        let mut paths: Vec<_> = std::fs::read_dir(&self.arguments.paper)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "txt"))
            .collect();
        // beyond sheet-9999 the numbers grow
        paths.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
        let sheets: Vec<String> = paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let mut count = judge(&jobs, &slips, &sheets, &self.confirmed, pulses);
        count.wrong.append(&mut self.wrong);
        let mut states: BTreeMap<String, usize> = BTreeMap::new();
        for job in &jobs {
            *states.entry(job.state.clone()).or_default() += 1;
        }
        let mut text = format!(
            "{}: seed {}, {cycles} cycles, {} kills, {} jobs hit while sending; {} records, {} jobs {states:?}; {} sheets: \
             {} whole, {} parts, {} others; {pulses} pulses; {} violations",
            self.kind.name(),
            self.seed,
            self.kills,
            hits,
            self.sales.len(),
            jobs.len(),
            sheets.len(),
            count.whole,
            count.parts,
            count.others,
            count.wrong.len(),
        );
        for wrong in count.wrong.iter().take(20) {
            let _ = write!(text, "\n- {wrong}");
        }
        Report { text, wrong: count.wrong.len() }
    }
}
