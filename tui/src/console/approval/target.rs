//! What an approval is for: which payment, batch, job or printer, and how much money it is about. Nobody approves blindly.

use model::{Copy, JobId, TransactionId};
use protocol::{AcquirerState, request::Nothing};

use super::super::{
    asked::Asked,
    desk::{Desk, read},
    dialog::Lines,
    message::{Answer, Tag},
    theme::Role,
    value,
};
use crate::wording::{
    acquirer::{Label, label},
    codes,
    people::{Say, say},
    text::Text,
};

/// What was read of it.
#[derive(Debug, Default)]
pub(crate) struct Target {
    /// The batch was asked for.
    tag: Option<Tag>,
    acquirer: Option<Box<AcquirerState>>,
}

impl Target {
    /// Reads what the request is about, as far as the console does not know it.
    pub(crate) fn of(asked: &Asked, desk: &mut Desk) -> Target {
        let sale = match asked.verb {
            "reprint" => asked.word("id").and_then(TransactionId::parse),
            _ => job(asked).and_then(|id| desk.job(id)?.transaction),
        };
        desk.learn(sale.as_slice());
        let tag = matches!(asked.verb, "settle" | "sign_out").then(|| desk.ask("acquirer", &Nothing {}));
        Target { tag, acquirer: None }
    }

    /// True if the answer was for that.
    pub(crate) fn answer(&mut self, tag: Tag, answer: &Answer) -> bool {
        let mine = self.tag.take_if(|asked| *asked == tag).is_some();
        if mine {
            self.acquirer = read(answer).ok();
        }
        mine
    }

    /// Says it.
    pub(crate) fn tell(&self, asked: &Asked, lines: &mut Lines, desk: &Desk) {
        let language = desk.language;
        let sale = |id: TransactionId| {
            let known = desk.sale(id).map(|sale| sale.named(language));
            known.unwrap_or_else(|| Text::Loading.say(language).into_owned())
        };
        let mut words: Vec<String> = match (asked.verb, job(asked)) {
            ("reprint", _) => {
                let copy = asked.word("copy").and_then(Copy::from_word);
                let sale = asked.word("id").and_then(TransactionId::parse).map(sale);
                sale.into_iter().chain(copy.map(|copy| codes::copy(copy, language).to_owned())).collect()
            }
            (_, Some(id)) => {
                let job = desk.job(id);
                let sale = job.and_then(|job| job.transaction).map(sale);
                let paper = job.map(|job| value::job(job, language));
                sale.into_iter().chain(paper).chain([id.to_string()]).collect()
            }
            ("settle" | "sign_out", _) => vec![self.batch(desk)],
            ("drawer_open", _) => {
                let usual = || Text::UsualPrinter.say(language).into_owned();
                vec![asked.word("printer").map_or_else(usual, str::to_owned)]
            }
            _ => asked.word("id").map(str::to_owned).into_iter().collect(),
        };
        if let ("job_move" | "printer_move", Some(printer)) = (asked.verb, asked.word("printer")) {
            words.push(format!("-> {printer}"));
        }
        if !words.is_empty() {
            lines.tell(&words.join("  "), Role::Strong);
        }
        if let Some(reason) = asked.word("reason") {
            lines.tell(&format!("{}  {reason}", say(Say::ReasonHead, language)), Role::Plain);
        }
    }

    /// `批次号 000031  未结 57 / 12,345.60`.
    fn batch(&self, desk: &Desk) -> String {
        let language = desk.language;
        let line = desk.overview.as_ref().and_then(|overview| overview.sign_in.as_ref());
        let read = self.acquirer.as_deref();
        let batch =
            read.and_then(|read| read.answer.batch.clone()).or_else(|| line.and_then(|line| line.batch.clone()));
        let batch = format!("{} {}", label(Label::Batch, language), batch.as_deref().unwrap_or("-"));
        match read.map(|read| read.answer.open) {
            Some(open) => {
                let open = format!("{} / {}", open.count, value::amount(open.amount));
                format!("{batch}  {} {open}", label(Label::Open, language))
            }
            None if self.tag.is_some() => format!("{batch}  {}", Text::Loading.say(language)),
            None => batch,
        }
    }
}

/// The job that a request is about.
fn job(asked: &Asked) -> Option<JobId> {
    asked.word("id").filter(|_| asked.verb.starts_with("job_")).and_then(JobId::parse)
}
