//! What the console knows, apart from its layers: the overview, the newest jobs and transactions, the link, the clock.
//! Every request goes out here.

use std::{borrow::Cow, collections::BTreeMap};

use model::{Change, Copy, Job, JobId, JobState, Language, Moment, Status, TransactionId};
use protocol::{
    Event, Hello, Overview, Page, Pin, PrinterRow, Problem, ProblemKind, Reason, SessionRow, TransactionRow, Verdict,
    request::{JobShow, Jobs, Nothing, Show, Subscribe, Transactions},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    action::Action,
    asked::Asked,
    away::Away,
    keymap::{Fault, Keymap},
    log_on::seat::Seat,
    message::{Answer, Effect, Tag},
    news::News,
    once::Once,
    sales::{Sale, Sales},
    theme::Role,
};
use crate::wording::text::Text;

/// How many of the newest jobs are kept at hand.
const JOBS: usize = 100;
/// How many of the newest transactions are kept at hand; the newest approved one is what `r` prints.
const LATEST: usize = 20;
/// More changed rows than this are re-read as one list.
pub(crate) const FEW: usize = 8;

/// The connection to the daemon.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Link {
    Connecting,
    Up(Hello),
    Away(Away),
}

/// The line above the help bar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Notice {
    /// Follows a job to its end.
    Job(JobId),
    Said(String, Role),
}

/// A reprint whose dialog was left before the answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) id: TransactionId,
    pub(crate) copy: Copy,
    /// `None` once the connection broke: what became of it is not known.
    pub(crate) tag: Option<Tag>,
}

/// Text for the search that has to wait.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    pub(crate) text: String,
    /// What it finds is to be opened.
    pub(crate) open: bool,
}

/// What is known.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) language: Language,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) link: Link,
    pub(crate) now: Option<Moment>,
    pub(crate) overview: Option<Overview>,
    /// The newest jobs, newest first.
    pub(crate) jobs: Option<Vec<Job>>,
    /// The newest transactions, newest first.
    pub(crate) latest: Option<Vec<TransactionRow>>,
    pub(crate) notice: Option<Notice>,
    /// Reprints that nobody waits for at their dialog any more.
    pub(crate) sent: Vec<Sent>,
    /// What was scanned or pasted while a person was asked something: looked up when that is done.
    pub(crate) kept: Option<Kept>,
    /// An answer takes long: what is under way is said.
    pub(crate) slow: bool,
    /// Since when it is silent, once that is more than slow.
    silent_since: Option<Moment>,
    /// What the clock showed when the oldest unanswered request left.
    asked_at: Option<Moment>,
    /// Who sits here.
    pub(crate) seat: Seat,
    pub(crate) keymap: Keymap,
    /// Where the shell puts files, as people write it.
    pub(crate) folder: Option<String>,
    pub(crate) keymap_faults: Vec<Fault>,
    sales: Sales,
    /// Requests without an answer yet.
    asked: BTreeMap<Tag, Asked>,
    outbox: Vec<Effect>,
    last_tag: u64,
    change: Change,
    subscribed: bool,
    ask_overview: Once,
    ask_jobs: Once,
    ask_latest: Once,
    ask_job: BTreeMap<JobId, Once>,
    /// Requests for jobs that wait but are older than the newest.
    ask_waiting: Vec<Tag>,
    subscribing: Option<Tag>,
}

impl Desk {
    pub(crate) fn new(language: Language, width: u16, height: u16) -> Desk {
        Desk {
            language,
            width,
            height,
            link: Link::Connecting,
            now: None,
            overview: None,
            jobs: None,
            latest: None,
            notice: None,
            sent: Vec::new(),
            kept: None,
            slow: false,
            silent_since: None,
            asked_at: None,
            seat: Seat::default(),
            keymap: Keymap::default(),
            folder: None,
            keymap_faults: Vec::new(),
            sales: Sales::default(),
            asked: BTreeMap::new(),
            outbox: Vec::new(),
            last_tag: 0,
            change: Change(0),
            subscribed: false,
            ask_overview: Once::default(),
            ask_jobs: Once::default(),
            ask_latest: Once::default(),
            ask_job: BTreeMap::new(),
            ask_waiting: Vec::new(),
            subscribing: None,
        }
    }

    /// Sends a request; while the daemon is away nothing leaves, and everything is asked anew when it is back.
    pub(crate) fn ask(&mut self, verb: &'static str, body: &impl Serialize) -> Tag {
        self.last_tag += 1;
        let tag = Tag(self.last_tag);
        if matches!(self.link, Link::Up(_))
            && let Ok(body) = serde_json::to_value(body)
        {
            // a log-on is never asked again
            let kept = if verb == "log_on" { serde_json::Value::Null } else { body.clone() };
            if self.asked.is_empty() {
                self.asked_at = self.now;
            }
            self.asked.insert(tag, Asked { verb, body: kept });
            self.outbox.push(Effect::Request { tag, verb, body });
        }
        tag
    }

    /// Sends the same once more, with a second person's approval; its answer comes under the same tag.
    pub(crate) fn ask_again(&mut self, tag: Tag, asked: &Asked, approver: &str, pin: &Pin) {
        let Asked { verb, mut body } = asked.clone();
        if let (Link::Up(_), Some(keys)) = (&self.link, body.as_object_mut()) {
            keys.insert("approver".to_owned(), approver.into());
            keys.insert("approver_pin".to_owned(), pin.expose().into());
            self.asked.insert(tag, asked.clone());
            self.outbox.push(Effect::Request { tag, verb, body });
        }
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.outbox.push(effect);
    }

    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.outbox)
    }

    /// True while an answer is on its way.
    pub(crate) fn asks(&self) -> bool {
        !self.asked.is_empty()
    }

    /// True while the daemon does not answer what takes it no time.
    pub(crate) fn is_silent(&self) -> bool {
        self.slow && self.asks_in_passing()
    }

    /// True while the daemon owes something that takes it no time: an answer, or its greeting.
    pub(crate) fn asks_in_passing(&self) -> bool {
        let slow = ["sign_in", "sign_out", "settle", "echo", "diagnose", "report", "audit_verify", "audit_export"];
        self.link == Link::Connecting || self.asked.values().any(|asked| !slow.contains(&asked.verb))
    }

    /// Nothing came for long.
    pub(crate) fn silent(&mut self) {
        self.silent_since = self.asked_at.or(self.now).filter(|_| self.asks_in_passing());
    }

    /// Since when the daemon has answered nothing, where that is more than slow.
    pub(crate) fn silent_since(&self) -> Option<Moment> {
        self.silent_since.filter(|_| self.asks_in_passing())
    }

    /// An answer came, whoever asked; gives what was asked.
    pub(crate) fn came(&mut self, tag: Tag) -> Option<Asked> {
        let asked = self.asked.remove(&tag);
        self.slow &= !self.asked.is_empty();
        (self.silent_since, self.asked_at) = (None, self.now);
        asked
    }

    /// True while something can be asked: the daemon is there, and somebody is logged on where that is needed.
    pub(crate) fn connected(&self) -> bool {
        matches!(self.link, Link::Up(_)) && !self.seat.is_empty()
    }

    /// The daemon's version, if it is another than ours.
    pub(crate) fn other_version(&self) -> Option<String> {
        match &self.link {
            Link::Up(hello) if hello.version != env!("CARGO_PKG_VERSION") => Some(hello.version.clone()),
            _ => None,
        }
    }

    pub(crate) fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.as_ref()?.iter().find(|job| job.id == id)
    }

    /// Takes in a job as the daemon told it.
    pub(crate) fn keep_job(&mut self, job: Job) {
        let jobs = self.jobs.get_or_insert_default();
        match jobs.iter_mut().find(|kept| kept.id == job.id) {
            // an answer that was under way while a newer one came must not turn time back
            Some(kept) if kept.change <= job.change => *kept = job,
            Some(_) => {}
            None => {
                let at = jobs.iter().position(|kept| kept.id < job.id).unwrap_or(jobs.len());
                jobs.insert(at, job);
                // one that waits, or that a person is asked about, is never forgotten for newer ones
                let asked = self.overview.as_ref().map(|o| o.questions.newest.as_slice()).unwrap_or_default();
                let mut ended = 0;
                jobs.retain(|job| {
                    ended += usize::from(job.state.ended());
                    !job.state.ended() || ended <= JOBS || asked.contains(&job.id)
                });
            }
        }
    }

    /// The configured printers, as far as they are known.
    pub(crate) fn printers(&self) -> &[PrinterRow] {
        self.overview.as_ref().map(|overview| overview.printers.as_slice()).unwrap_or_default()
    }

    pub(crate) fn printer(&self, name: &str) -> Option<&PrinterRow> {
        self.printers().iter().find(|printer| printer.name == name)
    }

    /// Takes in a printer as the daemon told it; an overview that was under way meanwhile is asked for again.
    pub(crate) fn keep_printer(&mut self, printer: PrinterRow) {
        let rows = self.overview.iter_mut().flat_map(|overview| &mut overview.printers);
        if let Some(kept) = rows.into_iter().find(|kept| kept.name == printer.name) {
            *kept = printer;
        }
        self.read_overview();
    }

    /// Takes in a list of jobs; what was told newer than the list stays.
    fn keep_jobs(&mut self, jobs: Vec<Job>) {
        let known = self.jobs.replace(jobs).unwrap_or_default();
        let newer = |job: &Job| self.job(job.id).is_some_and(|listed| listed.change < job.change);
        let newer: Vec<Job> = known.into_iter().filter(newer).collect();
        newer.into_iter().for_each(|job| self.keep_job(job));
        self.read_waiting();
        self.read_questions();
    }

    /// Slips that a person is to look at, newest first, as far as they are known.
    pub(crate) fn questions(&self) -> &[JobId] {
        self.overview.as_ref().map(|overview| overview.questions.newest.as_slice()).unwrap_or_default()
    }

    /// Reads those of them that ended before the newest jobs did.
    fn read_questions(&mut self) {
        let unknown = |id: &&JobId| self.jobs.is_some() && self.job(**id).is_none();
        let unknown: Vec<JobId> = self.questions().iter().filter(unknown).copied().collect();
        unknown.into_iter().for_each(|id| self.read_job(id));
    }

    /// What a payment is known by, as far as it was read.
    pub(crate) fn sale(&self, id: TransactionId) -> Option<&Sale> {
        self.sales.get(id)
    }

    /// Reads what these payments are known by; they are what is shown now.
    pub(crate) fn learn(&mut self, shown: &[TransactionId]) {
        self.sales.keep_only(shown);
        for id in shown.iter().copied().filter(|_| self.connected()).collect::<Vec<_>>() {
            if self.sales.wishes(id) {
                let tag = self.ask("show", &Show { id });
                self.sales.asked(tag, id);
            }
        }
    }

    /// Reads the jobs that wait behind so many newer ones that the list of the newest has them not.
    fn read_waiting(&mut self) {
        let (Some(overview), Some(jobs)) = (&self.overview, &self.jobs) else { return };
        let told: u32 = overview.printers.iter().map(|printer| printer.waiting.total()).sum();
        let known = jobs.iter().filter(|job| !job.state.ended()).count();
        if jobs.len() < JOBS || known >= told as usize || !self.ask_waiting.is_empty() || !self.connected() {
            return;
        }
        for state in JobState::ALL.iter().copied().filter(|state| !state.ended()) {
            let tag = self.ask("jobs", &Jobs { state: Some(state), limit: Some(JOBS), ..Jobs::default() });
            self.ask_waiting.push(tag);
        }
    }

    /// The newest transaction that has a receipt: what `r` prints.
    pub(crate) fn last_printable(&self) -> Option<&TransactionRow> {
        self.latest.as_ref()?.iter().find(|row| row.transaction.status == Status::Approved)
    }

    /// The connection is there: read everything anew.
    pub(crate) fn up(&mut self, hello: Hello) {
        self.silent_since = None;
        self.seat.greeted(hello.session.as_deref().cloned());
        self.link = Link::Up(hello);
        self.read_all();
    }

    pub(crate) fn down(&mut self, away: Away) {
        self.link = Link::Away(away);
        self.subscribed = false;
        self.subscribing = None;
        self.ask_overview = Once::default();
        self.ask_jobs = Once::default();
        self.ask_latest = Once::default();
        self.ask_job.clear();
        self.ask_waiting.clear();
        self.sales.disconnected();
        self.asked.clear();
        self.slow = false;
        self.silent_since = None;
        self.sent.iter_mut().for_each(|sent| sent.tag = None);
    }

    pub(crate) fn read_all(&mut self) {
        self.read_overview();
        self.read_jobs();
        self.read_latest();
        self.read_sessions();
    }

    pub(crate) fn read_overview(&mut self) {
        if self.connected() && self.ask_overview.wish() {
            let tag = self.ask("overview", &Nothing {});
            self.ask_overview.asked(tag);
        }
    }

    fn read_jobs(&mut self) {
        if self.connected() && self.ask_jobs.wish() {
            let tag = self.ask("jobs", &Jobs { limit: Some(JOBS), ..Jobs::default() });
            self.ask_jobs.asked(tag);
        }
    }

    fn read_latest(&mut self) {
        if self.connected() && self.ask_latest.wish() {
            let tag = self.ask("transactions", &Transactions { limit: Some(LATEST), ..Transactions::default() });
            self.ask_latest.asked(tag);
        }
    }

    pub(crate) fn read_job(&mut self, id: JobId) {
        if self.connected() && self.ask_job.entry(id).or_default().wish() {
            let tag = self.ask("job_show", &JobShow { id });
            self.ask_job.entry(id).or_default().asked(tag);
        }
    }

    /// An event of the subscription; says what layers should look at.
    pub(crate) fn event(&mut self, event: Event) -> News {
        match event {
            Event::Reset { reset } => {
                self.change = reset;
                self.read_all();
                News { all: true, ..News::default() }
            }
            Event::SignIn(changed) => {
                self.change = self.change.max(changed.change);
                self.read_overview();
                News { others: true, ..News::default() }
            }
            Event::Changed { change, transactions, jobs, printers, .. } => {
                self.change = self.change.max(change);
                self.read_overview();
                if !transactions.is_empty() {
                    self.read_latest();
                }
                if jobs.len() > FEW {
                    self.read_jobs();
                } else {
                    jobs.iter().for_each(|id| self.read_job(*id));
                }
                let others = transactions.is_empty() && jobs.is_empty() && printers.is_empty();
                if others {
                    self.read_sessions();
                }
                News { all: false, transactions, jobs, others }
            }
        }
    }

    /// True if the answer was for the desk.
    pub(crate) fn answer(&mut self, tag: Tag, answer: &Answer) -> bool {
        if self.ask_overview.answered(tag) {
            match read::<Overview>(answer) {
                Ok(overview) => self.keep_overview(overview),
                Err(problem) => self.complain(&problem),
            }
            if self.ask_overview.again() {
                self.read_overview();
            }
        } else if self.ask_jobs.answered(tag) {
            match read::<Page<Job>>(answer) {
                Ok(page) => self.keep_jobs(page.rows),
                Err(problem) => self.complain(&problem),
            }
            if self.ask_jobs.again() {
                self.read_jobs();
            }
        } else if self.ask_latest.answered(tag) {
            match read::<Page<TransactionRow>>(answer) {
                Ok(page) => {
                    page.rows.iter().for_each(|row| self.sales.keep(&row.transaction));
                    self.latest = Some(page.rows);
                }
                Err(problem) => self.complain(&problem),
            }
            if self.ask_latest.again() {
                self.read_latest();
            }
        } else if let Some(at) = self.ask_waiting.iter().position(|asked| *asked == tag) {
            self.ask_waiting.swap_remove(at);
            match read::<Page<Job>>(answer) {
                Ok(page) => page.rows.into_iter().for_each(|job| self.keep_job(job)),
                Err(problem) => self.complain(&problem),
            }
        } else if self.sales.is_mine(tag) {
            self.sales.answered(tag, read::<TransactionRow>(answer).ok().as_ref().map(|row| &row.transaction));
        } else if self.sessions_answer(tag, answer) {
            // kept in the seat
        } else if let Some(at) = self.sent.iter().position(|sent| sent.tag == Some(tag)) {
            self.sent.remove(at);
            match read::<Job>(answer) {
                Ok(job) => {
                    self.notice = Some(Notice::Job(job.id));
                    self.keep_job(job);
                }
                Err(problem) => self.complain(&problem),
            }
        } else if self.subscribing == Some(tag) {
            self.subscribing = None;
            self.subscribed = answer.is_ok();
        } else {
            return self.job_answer(tag, answer);
        }
        true
    }

    fn job_answer(&mut self, tag: Tag, answer: &Answer) -> bool {
        let Some((id, once)) = self.ask_job.iter_mut().find_map(|(id, once)| once.answered(tag).then_some((*id, once)))
        else {
            return false;
        };
        let again = once.again();
        self.ask_job.remove(&id);
        if let Ok(job) = read::<Job>(answer) {
            self.keep_job(job);
        }
        if again {
            self.read_job(id);
        }
        true
    }

    fn keep_overview(&mut self, overview: Overview) {
        let now = self.now.map_or(overview.now.unix_ms(), |now| now.unix_ms().max(overview.now.unix_ms()));
        self.now = Some(Moment::new(now, overview.now.offset_minutes()));
        self.change = self.change.max(overview.change);
        self.overview = Some(overview);
        self.read_waiting();
        self.read_questions();
        if !self.subscribed && self.subscribing.is_none() {
            let tag = self.ask("subscribe", &Subscribe { after: self.change.0 });
            self.subscribing = Some(tag);
        }
    }

    /// The minute turned; the zone stays the shop's. A new day may have begun: its totals are another's.
    pub(crate) fn minute(&mut self, now: Moment) {
        let offset = self.overview.as_ref().map_or(now.offset_minutes(), |o| o.now.offset_minutes());
        let now = Moment::new(now.unix_ms(), offset);
        self.now = Some(now);
        if now.wall().minute() % 15 == 0 {
            self.read_overview();
        }
    }

    /// Shows a refusal in the notice line.
    pub(crate) fn complain(&mut self, problem: &Problem) {
        let sentence = crate::wording::problem::sentence(problem, self.language);
        let next = crate::wording::problem::next_step(problem, self.language);
        let between = if self.language == Language::Zh { "；" } else { "; " };
        self.notice = Some(Notice::Said(format!("{sentence}{between}{next}"), Role::Trouble));
    }
}

impl Desk {
    /// What may be asked now.
    pub(crate) fn may(&self, verb: &str) -> Verdict {
        self.seat.may(verb)
    }

    /// What stands behind the label of something that needs a second person.
    pub(crate) fn mark_of(&self, verb: &str, language: Language) -> Cow<'static, str> {
        if self.may(verb) == Verdict::NeedsApproval { Text::WithApproval.say(language) } else { Cow::Borrowed("") }
    }

    /// The same for a key.
    pub(crate) fn mark(&self, action: Action, language: Language) -> Cow<'static, str> {
        action.verb().map_or(Cow::Borrowed(""), |verb| self.mark_of(verb, language))
    }

    /// Reads who is logged on; there is nobody to read of before there are operators.
    pub(crate) fn read_sessions(&mut self) {
        if self.seat.is_taken() && self.connected() && self.seat.ask_sessions.wish() {
            let tag = self.ask("sessions", &Nothing {});
            self.seat.ask_sessions.asked(tag);
        }
    }

    /// True if the answer was for that.
    pub(crate) fn sessions_answer(&mut self, tag: Tag, answer: &Answer) -> bool {
        if !self.seat.ask_sessions.answered(tag) {
            return false;
        }
        if let Ok(page) = read::<Page<SessionRow>>(answer) {
            self.seat.sessions = page.rows;
        }
        if self.seat.ask_sessions.again() {
            self.read_sessions();
        }
        true
    }
}

/// The answer as the type it should be.
pub(crate) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Box<Problem>> {
    let raw = answer.as_ref().map_err(Clone::clone)?;
    serde_json::from_str(raw.get()).map_err(|error| {
        Box::new(Problem::new(
            ProblemKind::Invalid,
            Reason::OtherProtocol,
            "reading an answer",
            error.to_string(),
            "install the same version of both programs",
        ))
    })
}
