//! A failpoint between every two durable steps, each crashed once: a day in which everything happens, with a crash before its
//! first commit, after its first commit, before its second … until a day is through with its number never reached.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Kind, Lane, attempt, judge::number_of, shop::Talk};

/// So many shops share the points: nearly all of the time is paper.
const LANES: u64 = 8;
/// What has not happened by then never will.
const PATIENCE: Duration = Duration::from_secs(30);
/// Only there so that a day that never ends fails.
const MOST: u64 = 400;

/// Runs all points of a lane: `before:1`, `after:1`, and on by the number of lanes.
fn lane(first: u64) -> (super::closing::Report, u64) {
    let mut lane = Lane::open(Kind::Full, first);
    lane.shop.start();
    lane.shop.close();
    let mut reached = 0;
    for number in (first..).step_by(usize::try_from(LANES).unwrap()) {
        assert!(number < MOST, "the day has no end");
        let died: Vec<bool> = ["before", "after"].into_iter().map(|side| lane.crash_at(side, number)).collect();
        if !died.contains(&true) {
            break;
        }
        reached = number;
    }
    lane.shop.start();
    let kills = lane.kills;
    (lane.finish(kills), reached)
}

impl Lane {
    /// A day with a crash at this point; after it a start that crashes early, too, and one that goes on. `false` if the day
    /// ended before its point came.
    fn crash_at(&mut self, side: &str, number: u64) -> bool {
        let died = self.day_until(&format!("{side}:{number}"));
        self.printer_set(json!({"paper": "ok", "cover": "closed"}));
        if died {
            // in the midst of the recovery
            let early = format!("{side}:{}", 1 + number % 4);
            let mut child = self.child(&early);
            std::thread::sleep(Duration::from_millis(40));
            let _ = child.kill();
            child.wait().unwrap();
            self.kills += 2;
        }
        self.shop.start();
        self.look_again();
        let mut talk = self.shop.talk();
        // the crash came while a person had stopped something
        self.ask(&mut talk, "printer_resume", &json!({"id": "front"}));
        for row in talk.ok("jobs", json!({"state": "held"}))["rows"].as_array().unwrap() {
            self.ask(&mut talk, "job_release", &json!({"id": row["id"]}));
        }
        self.settled(&mut talk);
        self.shop.close();
        died
    }

    fn printer_set(&self, change: Value) {
        self.printer.set(serde_json::from_value(change).unwrap()).unwrap();
    }

    fn child(&self, point: &str) -> std::process::Child {
        let mut command = self.shop.command();
        command.env("COUNTERFOIL_CRASH", point).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Works until the daemon dies at that point.
    fn day_until(&mut self, point: &str) -> bool {
        self.shop.child = Some(self.child(point));
        let begun = Instant::now();
        let talk = loop {
            assert!(begun.elapsed() < PATIENCE, "{point}: the daemon never answered");
            match self.greeting() {
                Some(talk) => break Some(talk),
                None if self.shop.child.as_mut().unwrap().try_wait().unwrap().is_some() => break None,
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        let through = talk.is_some_and(|mut talk| self.day(&mut talk).is_some());
        if through {
            let status = self.shop.close();
            // the last commits come with the end
            return !status.success();
        }
        self.shop.wait();
        true
    }

    /// Everything that makes a durable step; `None` when the daemon died.
    fn day(&mut self, talk: &mut Talk) -> Option<()> {
        // accept, claim, end; the end of one and the claim of the next share a commit
        self.sell(talk, vec!["merchant", "customer"])?;
        self.ended(talk)?;
        self.print_again(talk, self.sales.len() - 1)?;
        self.ended(talk)?;
        // decisions about what waits
        self.ask(talk, "printer_pause", &json!({"id": "front"}))?;
        self.sell(talk, vec!["customer"])?;
        let job = self.newest(talk)?;
        self.ask(talk, "job_hold", &json!({ "id": job }))?;
        self.ask(talk, "job_release", &json!({ "id": job }))?;
        self.ask(talk, "printer_resume", &json!({"id": "front"}))?;
        self.ended(talk)?;
        // a slip that is stopped by its paper, and called off
        self.printer_set(json!({"paper": "end"}));
        self.sell(talk, vec!["customer"])?;
        let job = self.newest(talk)?;
        self.state_of(talk, &job, &["blocked", "sending"])?;
        self.ask(talk, "job_cancel", &json!({ "id": job }))?;
        self.printer_set(json!({"paper": "ok"}));
        self.ended(talk)?;
        // one that is cut short, and what a person saw
        self.sell(talk, vec!["customer"])?;
        let job = self.newest(talk)?;
        self.state_of(talk, &job, &["sending", "confirmed"])?;
        self.printer_set(json!({"cover": "open"}));
        self.ask(talk, "job_cancel", &json!({ "id": job }))?;
        self.printer_set(json!({"cover": "closed"}));
        self.ended(talk)?;
        self.still(talk)?;
        if let Some(seen) = self.seen_on_paper(self.sales.len() - 1) {
            self.ask(talk, "job_resolve", &json!({ "id": job, "answer": seen }))?;
        }
        self.ask(talk, "drawer_open", &json!({}))?;
        self.ask(talk, "printer_test", &json!({"id": "front"}))?;
        self.ended(talk)
    }

    /// Asks; a refusal is an answer too: the crash may have left another day than the one planned.
    fn ask(&mut self, talk: &mut Talk, verb: &str, body: &Value) -> Option<Value> {
        let answer = attempt(talk, verb, body)?;
        let row = &answer["ok"];
        if row["kind"].is_string() && row["id"].as_str().is_some_and(|id| id.starts_with('J')) {
            self.see(row);
        }
        Some(answer)
    }

    fn newest_row(&mut self, talk: &mut Talk) -> Option<Value> {
        Some(self.ask(talk, "jobs", &json!({"limit": 1}))?["ok"]["rows"][0].take())
    }

    fn newest(&mut self, talk: &mut Talk) -> Option<Value> {
        Some(self.newest_row(talk)?["id"].take())
    }

    /// Waits until the job is in one of the states.
    fn state_of(&mut self, talk: &mut Talk, job: &Value, states: &[&str]) -> Option<()> {
        self.waited(talk, &format!("J{} {states:?}", number_of(job)), |lane, talk| {
            let row = lane.ask(talk, "job_show", &json!({ "id": job }))?["ok"].take();
            Some(row["state"].as_str().is_some_and(|state| states.contains(&state)) || !row["finished_at"].is_null())
        })
    }

    /// Waits until nothing waits.
    fn ended(&mut self, talk: &mut Talk) -> Option<()> {
        self.waited(talk, "nothing waits", |lane, talk| {
            // in one answer: between two a job may pass from one state to the other
            let rows = lane.ask(talk, "jobs", &json!({"limit": 20}))?["ok"]["rows"].take();
            let waits = |row: &Value| ["queued", "blocked", "sending"].contains(&row["state"].as_str().unwrap());
            Some(!rows.as_array()?.iter().any(waits))
        })
    }

    /// Waits until the paper stands still.
    fn still(&mut self, talk: &mut Talk) -> Option<()> {
        self.waited(talk, "still", |lane, _| {
            lane.printer.state().map(|state| !state.moving && state.buffered == 0).ok()
        })
    }

    fn settled(&mut self, talk: &mut Talk) {
        let done = self.ended(talk).and_then(|()| self.still(talk));
        assert!(done.is_some(), "the daemon died without being told to");
    }

    fn waited(
        &mut self,
        talk: &mut Talk,
        what: &str,
        mut is_so: impl FnMut(&mut Lane, &mut Talk) -> Option<bool>,
    ) -> Option<()> {
        let begun = Instant::now();
        while !is_so(self, talk)? {
            if begun.elapsed() > PATIENCE {
                let row = self.newest_row(talk)?;
                self.wrong.push(format!("{what}: never; {row}"));
                return Some(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(())
    }

    /// What a person would answer who looks at the paper; `None`: a part of it came out, which is left as it is.
    fn seen_on_paper(&self, sale: usize) -> Option<&'static str> {
        let order = self.sales[sale].order();
        let texts: Vec<String> = std::fs::read_dir(&self.arguments.paper)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "txt"))
            .map(|path| std::fs::read_to_string(path).unwrap())
            .filter(|text| text.contains(&order))
            .collect();
        // the end of a whole one is its code
        let whole = |text: &String| text.contains("[QR") && !text.contains("作废");
        if texts.is_empty() { Some("not-printed") } else { texts.iter().any(whole).then_some("printed") }
    }
}

#[test]
fn a_crash_before_and_after_every_commit_loses_nothing_doubles_nothing_and_confirms_nothing_falsely() {
    let lanes: Vec<_> = (1..=LANES).map(|first| std::thread::spawn(move || lane(first))).collect();
    let reports: Vec<_> = lanes.into_iter().map(|lane| lane.join().unwrap()).collect();
    let reached = reports.iter().map(|(_, reached)| *reached).max().unwrap_or(0);
    for (report, _) in &reports {
        println!("{}", report.text);
    }
    println!("{reached} commits in a day, a crash before and after each");
    assert!(reached >= 20, "only {reached} points were reached");
    let wrong: Vec<&str> =
        reports.iter().filter(|(report, _)| report.wrong > 0).map(|(report, _)| report.text.as_str()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
