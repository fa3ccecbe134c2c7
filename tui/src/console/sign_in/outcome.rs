//! What became of the last request to the acquirer, in one sentence, and what to do now.

use model::{Fen, Language, SettleOutcome, SignInAnswer, SignInCause, SignInOutcome, sign_in::BatchTotals};
use protocol::{Diagnosed, Settled};

use super::{
    super::{dialog::Lines, theme::Role, value},
    ladder::Rung,
};
use crate::wording::{
    acquirer::{self, Label},
    sign_in::{self, Say, say},
};

/// The last outcome that is known, whoever asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Answer(SignInAnswer),
    Settled(Box<Settled>),
    Diagnosed(Vec<Diagnosed>),
}

impl Outcome {
    /// What was checked.
    pub(crate) fn rungs(&self) -> Vec<Rung> {
        match self {
            Outcome::Answer(answer) => answer.steps.iter().map(Rung::from).collect(),
            Outcome::Settled(settled) => settled.answer.steps.iter().map(Rung::from).collect(),
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
            Outcome::Answer(answer) => {
                let good = matches!(
                    answer.outcome,
                    SignInOutcome::SignedIn | SignInOutcome::SignedOut | SignInOutcome::Answered
                );
                let word = acquirer::outcome(answer.outcome, language);
                let batch = answer.batch.as_ref().filter(|_| answer.outcome == SignInOutcome::SignedIn);
                match answer.cause.filter(|_| !good) {
                    Some(cause) => because(lines, word, cause, answer.code.as_deref(), &answer.candidates, language),
                    None => {
                        let batch = batch.map(|batch| format!("  {} {batch}", acquirer::label(Label::Batch, language)));
                        let role = if good { Role::Good } else { Role::Trouble };
                        lines.tell(&format!("{word}{}", batch.unwrap_or_default()), role);
                    }
                }
            }
            Outcome::Settled(settled) => {
                let answer = &settled.answer;
                let word = acquirer::settled(answer.outcome, language);
                match answer.cause {
                    Some(cause) => because(lines, word, cause, answer.code.as_deref(), &answer.candidates, language),
                    None => {
                        let good = answer.outcome == SettleOutcome::Balanced;
                        lines.tell(word, if good { Role::Good } else { Role::Trouble });
                    }
                }
                if answer.outcome == SettleOutcome::Unbalanced {
                    lines.tell(acquirer::compare(language), Role::Strong);
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
                        because(lines, "", cause, None, &candidates, language);
                    }
                    (None, _) => lines.tell(acquirer::nothing_wrong(language), Role::Good),
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
    word: &str,
    cause: SignInCause,
    code: Option<&str>,
    candidates: &[SignInCause],
    language: Language,
) {
    let between = super::super::sign_in::between(language);
    let mut sentence = acquirer::cause(cause, language).to_owned();
    if !word.is_empty() {
        sentence = format!("{word}{between}{sentence}");
    }
    if let Some(code) = code {
        let code = model::SafeText::new(code);
        sentence = format!("{sentence}  {}", sign_in::code(&code, language));
    }
    lines.tell(&sentence, Role::Trouble);
    lines.tell(acquirer::action(cause, language), Role::Strong);
    if !candidates.is_empty() {
        let names: Vec<&str> = candidates.iter().take(3).map(|cause| acquirer::cause(*cause, language)).collect();
        let names = names.join(if language == Language::Zh { "；" } else { "; " });
        lines.tell(&format!("{}{between}{names}", say(Say::AlsoPossible, language)), Role::Plain);
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
    let head =
        format!("{}{}{}", value::pad("", 16), value::pad(say(Say::Ours, language), 20), say(Say::Host, language));
    lines.tell(&head, Role::Label);
    for (name, side) in rows {
        let (mine, theirs) = (side(ours), host.map(side));
        if mine.count == 0 && mine.amount == none && theirs.is_none_or(|total| total.count == 0) {
            continue;
        }
        let show = |total: model::sign_in::Total| format!("{:>4}  {:>12}", total.count, value::amount(total.amount));
        let theirs_shown = theirs.map_or_else(|| "?".to_owned(), show);
        let differs = theirs.is_some_and(|theirs| theirs != mine);
        let line = format!("{}{}{theirs_shown}", value::pad(say(name, language), 16), value::pad(&show(mine), 20));
        lines.tell(&line, if differs { Role::Trouble } else { Role::Plain });
    }
}
