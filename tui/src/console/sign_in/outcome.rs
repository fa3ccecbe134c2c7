//! What became of the last request to the acquirer, in one sentence, and what to do now.

use model::{Fen, Language, SettleOutcome, SignInAnswer, SignInCause, SignInOutcome, sign_in::BatchTotals};
use protocol::{Diagnosed, Settled};

use super::{
    super::{dialog::Lines, theme::Role, value},
    ladder::{self, Rung},
};
use crate::wording::{
    acquirer::{self, Asked, Label},
    measured,
    sign_in::{self, Say, say},
};

/// The last outcome that is known, whoever asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// Of a sign-in, sign-out or echo.
    Answer(Asked, SignInAnswer),
    Settled(Box<Settled>),
    Diagnosed(Vec<Diagnosed>),
    /// A diagnosis that somebody stopped: what it had told.
    Stopped(Vec<Rung>),
}

impl Outcome {
    /// What was checked.
    pub(crate) fn rungs(&self) -> Vec<Rung> {
        match self {
            Outcome::Answer(_, answer) => ladder::of_steps(&answer.steps),
            Outcome::Settled(settled) => ladder::of_steps(&settled.answer.steps),
            Outcome::Stopped(told) => told.clone(),
            Outcome::Diagnosed(rows) => rows
                .iter()
                .filter_map(|row| match row {
                    Diagnosed::Finding(finding) => Some(Rung::from(finding)),
                    Diagnosed::Conclusion(_) => None,
                })
                .collect(),
        }
    }

    /// The sentence, what to do now, and what else it may be.
    pub(crate) fn tell(&self, lines: &mut Lines, language: Language) {
        match self {
            Outcome::Answer(asked, answer) => {
                let good = matches!(
                    answer.outcome,
                    SignInOutcome::SignedIn | SignInOutcome::SignedOut | SignInOutcome::Answered
                );
                let word = acquirer::outcome(answer.outcome, language);
                let batch = answer.batch.as_ref().filter(|_| answer.outcome == SignInOutcome::SignedIn);
                match answer.cause.filter(|_| !good) {
                    Some(cause) => {
                        because(lines, (*asked, word), cause, answer.code.as_deref(), &answer.candidates, language);
                    }
                    None => {
                        let batch = batch.map(|batch| format!("  {} {batch}", acquirer::label(Label::Batch, language)));
                        let role = if good { Role::Good } else { Role::Trouble };
                        lines.tell(&format!("{word}{}", batch.unwrap_or_default()), role);
                        if let Some((left, action)) = sign_in::left_open(&answer.steps, language) {
                            lines.tell(&left, Role::Warning);
                            lines.tell(action, Role::Strong);
                        }
                    }
                }
            }
            Outcome::Settled(settled) => {
                let answer = &settled.answer;
                let word = acquirer::settled(answer.outcome, language);
                match answer.cause {
                    Some(cause) => {
                        let asked = (Asked::Settle, word);
                        because(lines, asked, cause, answer.code.as_deref(), &answer.candidates, language);
                    }
                    None => {
                        let good = answer.outcome == SettleOutcome::Balanced;
                        lines.tell(word, if good { Role::Good } else { Role::Trouble });
                    }
                }
                if answer.outcome == SettleOutcome::Unbalanced {
                    lines.tell(acquirer::compare(language), Role::Strong);
                }
                if settled.unknown_sales > 0 {
                    lines.tell(&sign_in::unknown_sales(settled.unknown_sales, language), Role::Warning);
                }
                if settled.unknown {
                    lines.tell(say(Say::MayBeDone, language), Role::Trouble);
                }
                if settled.report.is_some() {
                    lines.tell(say(Say::ReportQueued, language), Role::Plain);
                } else if !settled.left_out.is_empty() {
                    lines.tell(acquirer::no_report(language), Role::Warning);
                }
                totals(lines, &answer.ours, answer.host.as_ref(), language);
            }
            Outcome::Stopped(_) => lines.tell(say(Say::Stopped, language), Role::Plain),
            Outcome::Diagnosed(rows) => {
                let conclusion = rows.iter().find_map(|row| match row {
                    Diagnosed::Conclusion(conclusion) => Some(conclusion),
                    Diagnosed::Finding(_) => None,
                });
                let Some(conclusion) = conclusion else { return };
                let known = |word: &String| SignInCause::from_word(word);
                match (&conclusion.cause, conclusion.cause.as_ref().and_then(known)) {
                    (_, Some(cause)) => {
                        let candidates: Vec<SignInCause> = conclusion.candidates.iter().filter_map(known).collect();
                        because(lines, (Asked::SignIn, ""), cause, None, &candidates, language);
                    }
                    (None, _) => {
                        lines.tell(acquirer::nothing_wrong(language), Role::Good);
                        if let Some(gone) = &conclusion.measured {
                            let detail = measured::detail(Some(gone), &conclusion.message, language);
                            lines.tell(&sign_in::other_host(&detail, language), Role::Warning);
                        }
                        if conclusion.action == "sign in" {
                            lines.tell(say(Say::SignInNow, language), Role::Strong);
                        }
                    }
                    // a printer's, or a newer daemon's
                    (Some(_), None) => {
                        lines.tell(&model::SafeText::new(&conclusion.message), Role::Trouble);
                        lines.tell(&model::SafeText::new(&conclusion.action), Role::Plain);
                    }
                }
            }
        }
    }
}

/// Why it did not succeed, what staff do now, and what else fits.
fn because(
    lines: &mut Lines,
    (asked, word): (Asked, &str),
    cause: SignInCause,
    code: Option<&str>,
    candidates: &[SignInCause],
    language: Language,
) {
    let between = super::super::sign_in::between(language);
    let mut sentence = acquirer::cause_beside(cause, candidates, language).to_owned();
    if !word.is_empty() {
        sentence = format!("{word}{between}{sentence}");
    }
    if let Some(code) = code {
        let code = model::SafeText::new(code);
        sentence = format!("{sentence}  {}", sign_in::code(&code, language));
    }
    lines.tell(&sentence, Role::Trouble);
    lines.tell(&acquirer::action(asked, cause, candidates, language), Role::Strong);
    // below a settlement both totals and what was counted need the room
    for candidate in candidates.iter().take(if asked == Asked::Settle { 1 } else { 2 }) {
        let (name, told_by) = (acquirer::cause(*candidate, language), acquirer::told_by(*candidate, language));
        lines.tell(&sign_in::also(name, told_by, language), Role::Plain);
    }
}

/// Both sides' totals; the rows that differ stand out.
fn totals(lines: &mut Lines, ours: &BatchTotals, host: Option<&BatchTotals>, language: Language) {
    type Side = fn(&BatchTotals) -> model::sign_in::Total;
    let rows: [(Say, Side); 4] = [
        (Say::Debit, |totals| totals.debit),
        (Say::Credit, |totals| totals.credit),
        (Say::ForeignDebit, |totals| totals.foreign_debit),
        (Say::ForeignCredit, |totals| totals.foreign_credit),
    ];
    let none = Fen::default();
    let empty = |side: &Side| {
        let (mine, theirs) = (side(ours), host.map(side));
        mine.count == 0 && mine.amount == none && theirs.is_none_or(|total| total.count == 0)
    };
    let rows: Vec<(Say, Side)> = rows.into_iter().filter(|(_, side)| !empty(side)).collect();
    if rows.is_empty() {
        return;
    }
    let head =
        format!("{}{}{}", value::pad("", 16), value::pad(say(Say::Ours, language), 20), say(Say::Host, language));
    lines.tell(&head, Role::Label);
    for (name, side) in rows {
        let (mine, theirs) = (side(ours), host.map(side));
        let show = |total: model::sign_in::Total| format!("{:>4}  {:>12}", total.count, value::amount(total.amount));
        let theirs_shown = theirs.map_or_else(|| "?".to_owned(), show);
        let differs = theirs.is_some_and(|theirs| theirs != mine);
        let line = format!("{}{}{theirs_shown}", value::pad(say(name, language), 16), value::pad(&show(mine), 20));
        lines.tell(&line, if differs { Role::Trouble } else { Role::Plain });
    }
}
