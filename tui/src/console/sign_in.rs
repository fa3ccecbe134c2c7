//! Sign-in 签到: is the payment terminal signed in, if not why, and what staff do now. Signs in and out, echoes, settles,
//! and checks the way to the acquirer step by step.

pub(crate) mod confirm;
mod ladder;
mod outcome;
pub(crate) mod papers;

use std::cell::Cell;

use model::{Language, SignInOutcome, SignInState};
use protocol::{
    AcquirerState, Diagnosed, Finding, Page, Problem, Settled, SignInLog,
    request::{Diagnose, Ladder, Nothing},
};
use ratatui::layout::Rect;
use serde_json::value::RawValue;

use super::{
    action::Action,
    canvas::Canvas,
    desk::{Desk, read},
    dialog::Lines,
    layer::{Layer, Name, Next},
    message::{Answer, Tag},
    news::News,
    once::Once,
    open::{Act, Open},
    theme::Role,
    value,
};
use crate::wording::{
    acquirer::{self, Asked, Label, label},
    codes, problem,
    sign_in::{self, Say, say},
    text::Text,
};
use ladder::Rung;
use outcome::Outcome;

/// The sign-in screen.
#[derive(Debug, Default)]
pub(crate) struct SignIn {
    state: Option<AcquirerState>,
    ask: Once,
    under_way: Option<(Tag, Act)>,
    /// What a diagnosis that is under way has told so far.
    told: Vec<Rung>,
    /// The connection broke between request and answer.
    lost: bool,
    /// What came of what was asked here; else the state's last sign-in is shown.
    outcome: Option<Outcome>,
    refused: Option<Box<Problem>>,
    /// The first rung in sight, once somebody has scrolled.
    scrolled: Option<usize>,
    /// Which rungs were in sight when it was drawn last, and how many there are.
    sight: Cell<(usize, usize, usize)>,
}

/// Between a label and what it says.
pub(crate) fn between(language: Language) -> &'static str {
    if language == Language::Zh { "：" } else { ": " }
}

impl SignIn {
    pub(crate) fn open(desk: &mut Desk) -> SignIn {
        let mut screen = SignIn::default();
        screen.read(desk);
        screen
    }

    fn read(&mut self, desk: &mut Desk) {
        if desk.connected() && self.ask.wish() {
            let tag = desk.ask("acquirer", &Nothing {});
            self.ask.asked(tag);
        }
    }

    fn configured(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.answer.state != SignInState::NotConfigured)
    }

    fn start(&mut self, act: Act, desk: &mut Desk) {
        (self.outcome, self.refused, self.lost) = (None, None, false);
        self.scrolled = None;
        self.told.clear();
        let nothing = Nothing {};
        let tag = match act {
            Act::SignIn => desk.ask("sign_in", &nothing),
            Act::SignOut => desk.ask("sign_out", &nothing),
            Act::Echo => desk.ask("echo", &nothing),
            Act::Settle => desk.ask("settle", &nothing),
            Act::Diagnose => desk.ask("diagnose", &Diagnose { id: Some(Ladder::SignIn), progress: true, stop: false }),
        };
        self.under_way = Some((tag, act));
    }

    /// True while a diagnosis is under way: nothing is changed by it, so it can be stopped.
    fn diagnoses(&self) -> bool {
        matches!(self.under_way, Some((_, Act::Diagnose)))
    }

    /// Nobody waits for it any more; what it has told stays.
    fn stop(&mut self, desk: &mut Desk) {
        self.under_way = None;
        self.outcome = Some(Outcome::Stopped(std::mem::take(&mut self.told)));
        // its answer comes soon then, and is nobody's
        desk.ask("diagnose", &Diagnose { stop: true, ..Diagnose::default() });
    }

    /// What is shown: what was asked here, else the last sign-in.
    fn shown(&self) -> Option<Outcome> {
        if self.outcome.is_some() {
            return self.outcome.clone();
        }
        let last = self.state.as_ref()?.answer.last_sign_in.clone()?;
        Some(Outcome::Answer(Asked::SignIn, last))
    }

    fn outcome_lines(&self, desk: &Desk) -> Lines {
        let language = desk.language;
        let mut lines = Lines::wide(desk.width.saturating_sub(2));
        if let Some((_, act)) = self.under_way {
            let text = match act {
                Act::SignIn => Say::SigningIn,
                Act::SignOut => Say::SigningOut,
                Act::Echo => Say::Echoing,
                Act::Settle => Say::Settling,
                Act::Diagnose => Say::Diagnosing,
            };
            lines.tell(say(text, language), Role::Strong);
            return lines;
        }
        if self.lost {
            lines.tell(&Text::LostWhileSending.say(language), Role::Trouble);
        } else if let Some(refusal) = &self.refused {
            lines.tell(&problem::sentence(refusal, language), Role::Trouble);
            lines.tell(&problem::next_step(refusal, language), Role::Plain);
        } else if let Some(outcome) = self.shown() {
            outcome.tell(&mut lines, language);
        }
        lines
    }
}

impl Layer for SignIn {
    fn name(&self) -> Name {
        Name::SignIn
    }

    fn title(&self) -> Text<'static> {
        Text::SignIn
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        let free = desk.connected() && self.under_way.is_none() && self.configured();
        match action {
            Action::Back => true,
            Action::SignIn | Action::SignOut | Action::Settle | Action::Echo => free,
            Action::Reports => desk.connected() && self.configured(),
            Action::Diagnose => desk.connected() && self.under_way.is_none(),
            Action::Up => self.sight.get().0 > 0 && self.under_way.is_none(),
            Action::Down => self.sight.get().1 < self.sight.get().2 && self.under_way.is_none(),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        (action == Action::Back && self.diagnoses()).then_some(Text::DoStop)
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Back if self.diagnoses() => self.stop(desk),
            Action::Back => return Next::Pop,
            Action::Reports => return Next::Open(Open::SignInPapers),
            Action::Up => self.scrolled = Some(self.sight.get().0.saturating_sub(1)),
            Action::Down => self.scrolled = Some(self.sight.get().0 + 1),
            Action::SignIn => self.start(Act::SignIn, desk),
            Action::Echo => self.start(Act::Echo, desk),
            Action::Diagnose => self.start(Act::Diagnose, desk),
            Action::SignOutNow => self.start(Act::SignOut, desk),
            Action::SettleNow => self.start(Act::Settle, desk),
            Action::SignOut | Action::Settle => {
                let answer = self.state.as_ref().map(|state| &state.answer);
                let batch = answer.and_then(|answer| answer.batch.clone());
                let open = answer.map(|answer| answer.open).unwrap_or_default();
                let act = if action == Action::Settle { Act::Settle } else { Act::SignOut };
                return Next::Open(Open::SignInConfirm { act, batch, open });
            }
            _ => {}
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        if self.ask.answered(tag) {
            match read::<AcquirerState>(answer) {
                Ok(state) => self.state = Some(state),
                Err(problem) => self.refused = Some(problem),
            }
            if self.ask.again() {
                self.read(desk);
            }
            return Some(Next::Stay);
        }
        let (_, act) = self.under_way.take_if(|(asked, _)| *asked == tag)?;
        let read = match act {
            Act::Settle => read::<Settled>(answer).map(|settled| Outcome::Settled(Box::new(settled))),
            Act::Diagnose => read::<Page<Diagnosed>>(answer).map(|page| Outcome::Diagnosed(page.rows)),
            Act::SignIn => read(answer).map(|answer| Outcome::Answer(Asked::SignIn, answer)),
            Act::SignOut | Act::Echo => read(answer).map(|answer| Outcome::Answer(Asked::Other, answer)),
        };
        match read {
            Ok(outcome) => self.outcome = Some(outcome),
            Err(problem) => self.refused = Some(problem),
        }
        self.read(desk);
        Some(Next::Stay)
    }

    fn part(&mut self, tag: Tag, part: &RawValue) {
        if let Some((asked, Act::Diagnose)) = self.under_way
            && asked == tag
            && let Ok(finding) = serde_json::from_str::<Finding>(part.get())
        {
            self.told.push(Rung::from(&finding));
        }
    }

    fn changed(&mut self, news: &News, desk: &mut Desk) {
        if news.all || news.others || !news.transactions.is_empty() {
            self.read(desk);
        }
    }

    fn disconnected(&mut self) {
        self.ask = Once::default();
        self.lost |= self.under_way.take().is_some();
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = canvas.language;
        let (x, wide) = (area.x + 1, area.width - 2);
        let mut y = area.y + 1;
        canvas.set_cursor(x, y, false);
        let Some(state) = &self.state else {
            let mut lines = self.outcome_lines(desk);
            if self.refused.is_none() {
                lines.tell(&canvas.say(&Text::Loading), Role::Plain);
            }
            lines.put(canvas, Rect::new(x, y, wide, 4));
            return;
        };
        y += head(canvas, Rect::new(x, y, wide, 4), state, desk);
        let lines = self.outcome_lines(desk);
        y += lines.put(canvas, Rect::new(x, y + 1, wide, area.bottom().saturating_sub(y + 1))) + 2;
        if y >= area.bottom() {
            return;
        }
        canvas.put(x, y, wide, say(Say::Steps, language), Role::Heading);
        let running = self.diagnoses().then(|| ladder::running(&self.told, state.answer.via)).flatten();
        let rungs: Vec<Rung> = match self.under_way {
            Some(_) => self.told.clone(),
            None => self.shown().map(|outcome| outcome.rungs()).unwrap_or_default(),
        };
        let history: Vec<&SignInLog> = state.history.iter().take(5).collect();
        // the history keeps a few rows below, or stands beside where there is room
        let beside = area.width >= 118;
        let below = if beside { 0 } else { u16::try_from(history.len()).unwrap_or(0).clamp(1, 3) + 1 };
        let bottom = area.bottom().saturating_sub(below);
        // what was measured needs most of it
        let left = if beside { wide - 40 } else { wide };
        if rungs.is_empty() && self.under_way.is_none() {
            canvas.put(x + 2, y + 1, wide, say(Say::NoSteps, language), Role::Plain);
        }
        let steps = Rect::new(x + 2, y + 1, left - 2, bottom.saturating_sub(y + 1));
        let sight = ladder::in_sight(&rungs, running.is_some(), usize::from(steps.height), self.scrolled);
        if sight.len() < rungs.len() {
            let more = sign_in::more(sight.start, rungs.len().saturating_sub(sight.end), language);
            canvas.put(x + 8, y, wide - 8, &more, Role::Label);
        }
        self.sight.set((sight.start, sight.end, rungs.len()));
        ladder::draw(canvas, steps, &rungs, running, self.scrolled);
        let at = if beside {
            Rect::new(x + left, y, wide - left, area.bottom() - y)
        } else {
            Rect::new(x, bottom, wide, area.bottom().saturating_sub(bottom))
        };
        lately(canvas, at, &history, desk);
    }
}

/// The state, and what it is about; says how many rows that took.
fn head(canvas: &mut Canvas<'_>, area: Rect, state: &AcquirerState, desk: &Desk) -> u16 {
    let language = canvas.language;
    let answer = &state.answer;
    let role = match answer.state {
        SignInState::SignedIn => Role::Good,
        SignInState::Settling | SignInState::NotConfigured => Role::Plain,
        SignInState::SignedOut | SignInState::Never => Role::Trouble,
    };
    let used = canvas.put(area.x, area.y, area.width, acquirer::state(answer.state, language), role);
    if answer.state == SignInState::NotConfigured {
        canvas.put(area.x, area.y + 1, area.width, say(Say::NotConfigured, language), Role::Plain);
        return 2;
    }
    let mut about: Vec<String> = Vec::new();
    about.extend(state.name.as_ref().map(|name| model::SafeText::new(name).to_string()));
    about.extend(answer.via.map(|via| sign_in::via(via, language).to_owned()));
    canvas.put(area.x + used + 2, area.y, area.width.saturating_sub(used + 2), &about.join("  "), Role::Plain);
    let none = || "-".to_owned();
    let open = format!("{} / {}", answer.open.count, value::amount(answer.open.amount));
    let host = state.host_time.map(|at| {
        let skew = state.skew_ms.map(|ms| format!("  {}", sign_in::skew(ms, language)));
        format!("{}{}", value::exact(at), skew.unwrap_or_default())
    });
    let keys = state.signed_in_at.map(|since| sign_in::age(since, desk.now, language));
    let rows: [Vec<(&str, Option<String>)>; 3] = [
        vec![
            (label(Label::Terminal, language), answer.terminal_id.clone()),
            (label(Label::Merchant, language), answer.merchant_id.clone()),
        ],
        vec![
            (label(Label::Batch, language), answer.batch.clone()),
            (label(Label::Open, language), Some(open)),
            (say(Say::Operator, language), state.operator.clone()),
        ],
        vec![(label(Label::HostTime, language), host), (say(Say::Keys, language), keys)],
    ];
    for (row, y) in rows.into_iter().zip(area.y + 1..) {
        let mut x = area.x;
        for (name, text) in row {
            x += canvas.put(x, y, area.right().saturating_sub(x), name, Role::Label) + 1;
            let text = text.unwrap_or_else(none);
            x += canvas.put(x, y, area.right().saturating_sub(x), &text, Role::Strong) + 3;
        }
    }
    4
}

/// The last requests, newest first.
fn lately(canvas: &mut Canvas<'_>, area: Rect, history: &[&SignInLog], desk: &Desk) {
    let language = canvas.language;
    canvas.put(area.x, area.y, area.width, say(Say::History, language), Role::Heading);
    if history.is_empty() {
        canvas.put(area.x + 2, area.y + 1, area.width, say(Say::NoHistory, language), Role::Plain);
    }
    for (log, y) in history.iter().zip(area.y + 1..area.bottom()) {
        let answer = &log.answer;
        let mut words = vec![value::when(answer.at, desk.now), codes::act(&log.act, language).to_owned()];
        words.push(match (answer.cause, log.act.as_str(), answer.outcome) {
            (Some(cause), ..) => acquirer::cause(cause, language).to_owned(),
            // a settlement's line has the outcomes of a sign-in
            (None, "settle", SignInOutcome::Answered) => say(Say::Balanced, language).to_owned(),
            (None, "settle", SignInOutcome::Refused) => say(Say::Unbalanced, language).to_owned(),
            (None, _, outcome) => acquirer::outcome(outcome, language).to_owned(),
        });
        if log.automatic {
            words.push(say(Say::Automatic, language).to_owned());
        }
        let good = !matches!(answer.outcome, SignInOutcome::Refused | SignInOutcome::Failed);
        canvas.put(area.x + 2, y, area.width - 2, &words.join("  "), if good { Role::Plain } else { Role::Warning });
    }
}
