//! Compares what the daemon says with the paper that came out. No process and no printer: jobs and sheets go in, what is
//! wrong comes out.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

/// States in which paper may have come out.
const MAY_BE_OUT: [&str; 3] = ["confirmed", "unconfirmed", "partial"];

/// A job as `jobs` shows it, as far as paper is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) id: u64,
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) transaction: String,
    pub(crate) copy: String,
    pub(crate) reprint_number: u64,
}

impl Job {
    pub(crate) fn of(row: &Value) -> Job {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        Job {
            id: number_of(&row["id"]),
            kind: text("kind"),
            state: text("state"),
            transaction: text("transaction"),
            copy: text("copy"),
            reprint_number: row["reprint_number"].as_u64().unwrap_or(0),
        }
    }

    fn may_be_out(&self) -> bool {
        MAY_BE_OUT.contains(&self.state.as_str())
    }
}

/// `J12` is 12.
pub(crate) fn number_of(id: &Value) -> u64 {
    id.as_str().and_then(|id| id.strip_prefix('J')).unwrap().parse().unwrap()
}

/// One paper: transaction, copy, reprint number.
type Paper = (String, String, u64);

/// What the slips of a printer must look like.
#[derive(Debug, Default)]
pub(crate) struct Slips {
    /// The lines of a whole slip without its mark, to transaction and copy.
    whole: HashMap<Vec<String>, (String, String)>,
    /// The order number on it, to its transaction.
    orders: HashMap<String, String>,
}

impl Slips {
    pub(crate) fn add(&mut self, transaction: &str, copy: &str, order: &str, text: &str) {
        let known = self.whole.insert(inked(text), (transaction.to_owned(), copy.to_owned()));
        assert!(known.is_none(), "two slips look alike: {text}");
        self.orders.insert(order.to_owned(), transaction.to_owned());
    }
}

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Count {
    pub(crate) whole: usize,
    /// Parts of a slip, each made void or left to a person's eye.
    pub(crate) parts: usize,
    /// Sheets without a slip: blank ones and notes about the sheet before.
    pub(crate) others: usize,
    pub(crate) wrong: Vec<String>,
}

/// A sheet as it was read.
struct Sheet {
    paper: Option<Paper>,
    whole: bool,
}

/// Lines without the blanks around them and without empty ones: large print is wider on paper than in a view.
fn inked(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty() && !line.starts_with("[QR"))
        .collect()
}

/// `重打印凭证/DUPLICATED 第2次` is 2.
fn mark(line: &str) -> Option<u64> {
    line.strip_prefix("重打印凭证/DUPLICATED 第")?.strip_suffix('次')?.parse().ok()
}

/// The order numbers `K000123E` in a text.
fn orders(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .split_whitespace()
        .filter(|word| word.len() == 8 && word.starts_with('K') && word.ends_with('E'))
        .map(str::to_owned)
        .collect();
    found.dedup();
    found
}

/// Reads the sheets of a printer, oldest first, against its jobs; `confirmed` is how many sheets there were when a job was seen
/// to be confirmed, `pulses` is what the drawer got.
pub(crate) fn judge(
    jobs: &[Job],
    slips: &Slips,
    sheets: &[String],
    confirmed: &BTreeMap<u64, u64>,
    pulses: u64,
) -> Count {
    let mut count = Count::default();
    let read: Vec<Sheet> = sheets.iter().map(|sheet| read(sheet, slips, &mut count)).collect();
    let mut by_paper: BTreeMap<Paper, Vec<&Job>> = BTreeMap::new();
    for job in jobs.iter().filter(|job| !job.transaction.is_empty()) {
        let paper = (job.transaction.clone(), job.copy.clone(), job.reprint_number);
        by_paper.entry(paper).or_default().push(job);
    }
    let mut last = 0;
    for (text, paper) in sheets.iter().zip(&read).filter_map(|(text, sheet)| Some((text, sheet.paper.as_ref()?))) {
        let owner = by_paper.get(paper).into_iter().flatten().find(|job| job.may_be_out());
        match owner {
            None => {
                count.wrong.push(format!("paper of {paper:?} came out, its jobs: {:?}\n{text}", by_paper.get(paper)))
            }
            Some(job) if job.id < last => count.wrong.push(format!("J{} came out after J{last}", job.id)),
            Some(job) => last = job.id,
        }
    }
    for (paper, jobs) in &by_paper {
        let out: Vec<_> = jobs.iter().filter(|job| job.may_be_out()).collect();
        let of_it = || read.iter().filter(|sheet| sheet.paper.as_ref() == Some(paper));
        let (whole, all) = (of_it().filter(|sheet| sheet.whole).count(), of_it().count());
        if out.len() > 1 {
            count.wrong.push(format!("{paper:?} was printed by two jobs: {out:?}"));
        }
        if all > 1 {
            count.wrong.push(format!("{paper:?} is on {all} sheets, {whole} of them whole: {jobs:?}"));
        }
        if out.iter().any(|job| job.state == "confirmed") && whole != 1 {
            count.wrong.push(format!("{paper:?} is confirmed, and {whole} whole sheets of {all} show it: {jobs:?}"));
        }
    }
    for job in jobs.iter().filter(|job| !job.transaction.is_empty()) {
        let (Some(then), number) = (confirmed.get(&job.id), job.reprint_number) else { continue };
        let is_it =
            |(transaction, copy, n): &Paper| *transaction == job.transaction && *copy == job.copy && *n == number;
        let there = read.iter().position(|sheet| sheet.whole && sheet.paper.as_ref().is_some_and(is_it));
        // one that never came is told above
        if there.is_some_and(|index| index as u64 >= *then) {
            count.wrong.push(format!("{job:?} was confirmed before its sheet, with {then} sheets before {there:?}"));
        }
    }
    let drawers = |states: &[&str]| {
        jobs.iter().filter(|job| job.kind == "drawer" && states.contains(&job.state.as_str())).count() as u64
    };
    let (sure, most) = (drawers(&["confirmed"]), drawers(&MAY_BE_OUT));
    if !(sure..=most).contains(&pulses) {
        count.wrong.push(format!("{pulses} pulses, {sure} confirmed and {most} possible"));
    }
    count
}

fn read(text: &str, slips: &Slips, count: &mut Count) -> Sheet {
    let mut lines = inked(text);
    let number = lines.iter().find_map(|line| mark(line)).unwrap_or(0);
    lines.retain(|line| mark(line).is_none());
    if let Some((transaction, copy)) = slips.whole.get(&lines) {
        count.whole += 1;
        return Sheet { paper: Some((transaction.clone(), copy.clone(), number)), whole: true };
    }
    let orders = orders(text);
    if orders.len() > 1 {
        count.wrong.push(format!("two slips on one sheet:\n{text}"));
    }
    let slip = lines.iter().any(|line| line.contains("红梅便利店"));
    if slip && !text.contains("作废") {
        count.wrong.push(format!("a part of a slip that nobody was warned of:\n{text}"));
    }
    if slip || !orders.is_empty() {
        count.parts += 1;
    } else {
        count.others += 1;
    }
    let copy = if text.contains("商户存根") { "merchant" } else { "customer" };
    // of two slips on one sheet nobody can say whose mark it bears
    let [order] = orders.as_slice() else { return Sheet { paper: None, whole: false } };
    let transaction = slips.orders.get(order);
    Sheet { paper: transaction.map(|id| (id.clone(), copy.to_owned(), number)), whole: false }
}

/// A daemon that lies is found out: each of its lies alone.
mod lies {
    use super::*;

    fn job(id: u64, state: &str, reprint_number: u64) -> Job {
        let kind = if reprint_number == 0 { "receipt" } else { "reprint" };
        let (state, kind) = (state.to_owned(), kind.to_owned());
        Job { id, kind, state, transaction: "A".to_owned(), copy: "customer".to_owned(), reprint_number }
    }

    const TEXT: &str = "红梅便利店\n商户订单号 K000001E\n￥1.00\n";
    const HALF: &str = "红梅便利店\n商户订单号 K000001E\n以上作废 VOID\n";

    fn wrong(jobs: &[Job], sheets: &[&str], pulses: u64) -> Vec<String> {
        wrong_when(jobs, sheets, &[], pulses)
    }

    fn wrong_when(jobs: &[Job], sheets: &[&str], confirmed: &[(u64, u64)], pulses: u64) -> Vec<String> {
        let mut slips = Slips::default();
        slips.add("A", "customer", "K000001E", TEXT);
        let sheets: Vec<String> = sheets.iter().map(|sheet| (*sheet).to_owned()).collect();
        judge(jobs, &slips, &sheets, &confirmed.iter().copied().collect(), pulses).wrong
    }

    #[test]
    fn what_is_as_it_is_told_is_not_objected_to() {
        let marked = format!("重打印凭证/DUPLICATED 第1次\n{TEXT}");
        assert_eq!(wrong(&[job(1, "confirmed", 0), job(2, "confirmed", 1)], &[TEXT, &marked], 0), [""; 0]);
        assert_eq!(wrong(&[job(1, "partial", 0)], &[HALF], 0), [""; 0]);
        assert_eq!(wrong(&[job(1, "unconfirmed", 0)], &[TEXT, "上张若不完整即作废"], 0), [""; 0]);
        assert_eq!(wrong(&[job(1, "cancelled", 0), job(2, "confirmed", 0)], &[TEXT], 0), [""; 0]);
    }

    #[test]
    fn proof_from_before_the_sheet_is_objected_to() {
        let job = [job(1, "confirmed", 0)];
        assert_eq!(wrong_when(&job, &[TEXT], &[(1, 1)], 0), [""; 0]);
        assert!(wrong_when(&job, &[TEXT], &[(1, 0)], 0)[0].contains("confirmed before its sheet"));
    }

    #[test]
    fn every_lie_is_objected_to() {
        let marked = format!("重打印凭证/DUPLICATED 第1次\n{TEXT}");
        let drawer = Job { kind: "drawer".to_owned(), transaction: String::new(), ..job(2, "confirmed", 0) };
        for (jobs, sheets, pulses, says) in [
            (vec![job(1, "confirmed", 0)], vec![], 0, "0 whole sheets"),
            (vec![job(1, "confirmed", 0)], vec![HALF], 0, "0 whole sheets of 1"),
            (vec![job(1, "partial", 0)], vec![TEXT, TEXT], 0, "is on 2 sheets"),
            (vec![job(1, "partial", 0)], vec![HALF, TEXT], 0, "is on 2 sheets"),
            (vec![job(1, "not_printed", 0)], vec![TEXT], 0, "came out"),
            (vec![job(1, "queued", 0)], vec![HALF], 0, "came out"),
            (vec![job(1, "confirmed", 0)], vec![TEXT, &marked], 0, "came out"),
            (vec![job(1, "confirmed", 0), job(2, "confirmed", 1)], vec![&marked, TEXT], 0, "J1 came out after J2"),
            (vec![job(1, "partial", 0), job(2, "partial", 0)], vec![], 0, "two jobs"),
            (vec![job(1, "partial", 0)], vec!["红梅便利店\n商户订单号 K000001E"], 0, "nobody was warned"),
            (vec![], vec![], 1, "1 pulses"),
            (vec![drawer], vec![], 0, "0 pulses"),
        ] {
            let found = wrong(&jobs, &sheets, pulses);
            assert!(found.iter().any(|wrong| wrong.contains(says)), "{says}: {found:?}");
        }
    }
}
