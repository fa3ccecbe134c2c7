//! The transactions of a search as a CSV file: written while they are read, stopped when somebody says so.
//!
//! The rows leave as text for the shell to append; what the file is called in the end, it says.

use model::Language;
use protocol::TransactionRow;
use ratatui::layout::Rect;

use super::{
    action::Action,
    canvas::Canvas,
    desk::Desk,
    dialog::Lines,
    layer::{Layer, Name, Next},
    message::{Answer, Effect, Tag},
    sweep::{Stand, Sweep},
    theme::Role,
    value,
};
use crate::wording::{codes, problem, text::Text};

/// The dialog.
#[derive(Debug)]
pub(crate) struct Export {
    words: String,
    sweep: Option<Sweep>,
    name: String,
    /// Where it went, as the shell says.
    path: Option<String>,
    failed: Option<String>,
    shown: u64,
}

impl Export {
    /// Of what these words find; begins when somebody says so.
    pub(crate) fn of(words: &str, desk: &Desk) -> Export {
        let stamp = desk.now.map(|now| value::exact(now).replace([':', '-'], "").replace(' ', "-"));
        let name = format!("counterfoil-{}.csv", stamp.as_deref().and_then(|s| s.get(..13)).unwrap_or("export"));
        Export { words: words.trim().to_owned(), sweep: None, name, path: None, failed: None, shown: 0 }
    }

    fn running(&self) -> bool {
        self.sweep.as_ref().is_some_and(Sweep::running)
    }
}

impl Layer for Export {
    fn name(&self) -> Name {
        Name::Export
    }

    fn title(&self) -> Text<'static> {
        Text::Export
    }

    fn is_dialog(&self) -> bool {
        true
    }

    fn asks(&self, _desk: &Desk) -> bool {
        self.sweep.is_none() || self.running()
    }

    fn can(&self, action: Action, desk: &Desk) -> bool {
        match action {
            Action::Back => true,
            Action::Print => self.sweep.is_none() && desk.connected(),
            _ => false,
        }
    }

    fn label(&self, action: Action) -> Option<Text<'static>> {
        match action {
            Action::Print => Some(Text::DoExport),
            Action::Back if self.running() => Some(Text::DoStop),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, desk: &mut Desk) -> Next {
        match action {
            Action::Print => {
                let text = format!("\u{feff}{}", head(desk.language));
                desk.effect(Effect::Append { name: self.name.clone(), text });
                self.sweep = Some(Sweep::start(&self.words, desk));
            }
            Action::Back if self.running() => {
                self.sweep.iter_mut().for_each(Sweep::stop);
                self.shown = self.sweep.as_ref().map_or(0, |sweep| sweep.rows);
            }
            Action::Back => return Next::Pop,
            _ => {}
        }
        Next::Stay
    }

    fn answer(&mut self, tag: Tag, answer: &Answer, desk: &mut Desk) -> Option<Next> {
        let sweep = self.sweep.as_mut()?;
        let rows = sweep.answered(tag, answer, desk)?;
        if !rows.is_empty() {
            let text = rows.iter().map(|row| line(row, desk.language)).collect();
            desk.effect(Effect::Append { name: self.name.clone(), text });
        }
        if sweep.worth_showing() {
            self.shown = sweep.rows;
        }
        Some(Next::Stay)
    }

    fn appended(&mut self, outcome: &Result<String, String>) {
        match outcome {
            Ok(path) => self.path = Some(path.clone()),
            Err(why) => {
                self.failed.get_or_insert_with(|| why.clone());
                self.sweep.iter_mut().for_each(Sweep::stop);
            }
        }
    }

    fn disconnected(&mut self) {
        self.sweep.iter_mut().for_each(Sweep::stop);
    }

    fn view(&self, canvas: &mut Canvas<'_>, area: Rect, desk: &Desk) {
        let language = desk.language;
        let mut lines = Lines::default();
        let every = || Text::EveryTransaction.say(language).into_owned();
        lines.tell(&if self.words.is_empty() { every() } else { self.words.clone() }, Role::Strong);
        let place = || match &desk.folder {
            Some(folder) => format!("{}/{}", folder.trim_end_matches('/'), self.name),
            None => self.name.clone(),
        };
        lines.tell(&self.path.clone().unwrap_or_else(place), Role::Plain);
        lines.gap();
        let rows = value::grouped(self.shown);
        let stand = self.sweep.as_ref().map(|sweep| &sweep.stand);
        if let Some(why) = &self.failed {
            lines.tell(&Text::ExportFailed(why).say(language), Role::Trouble);
        } else {
            match stand {
                None => lines.tell(&Text::ExportWill.say(language), Role::Plain),
                Some(Stand::Running) => lines.tell(&Text::Exporting(&rows).say(language), Role::Plain),
                Some(Stand::Done) => lines.tell(&Text::Exported(&rows).say(language), Role::Good),
                Some(Stand::Stopped) => lines.tell(&Text::ExportStopped(&rows).say(language), Role::Warning),
                Some(Stand::Failed(refusal)) => {
                    lines.tell(&problem::sentence(refusal, language), Role::Trouble);
                    lines.tell(&problem::next_step(refusal, language), Role::Plain);
                }
            }
        }
        lines.draw(canvas, area, &self.title());
    }
}

/// RFC 4180, with the mark of UTF-8 in front: without it a spreadsheet takes Chinese for something else.
fn head(language: Language) -> String {
    let heads = [
        Text::LabelTime,
        Text::HeadKind,
        Text::HeadAmount,
        Text::HeadCurrency,
        Text::HeadMethod,
        Text::HeadStatus,
        Text::HeadCard,
        Text::LabelVoucher,
        Text::LabelBatch,
        Text::LabelReference,
        Text::LabelAuthorization,
        Text::LabelOrder,
        Text::LabelTrade,
        Text::LabelTerminal,
        Text::LabelOperator,
        Text::LabelNote,
        Text::HeadPrinted,
        Text::LabelId,
    ];
    row(heads.iter().map(|text| text.say(language).into_owned()))
}

fn line(of: &TransactionRow, language: Language) -> String {
    let sale = &of.transaction;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    row([
        value::exact(value::paid(sale)),
        codes::kind(sale.kind, language).to_owned(),
        sale.amount.to_string(),
        sale.currency.as_str().to_owned(),
        codes::method(sale.method, language).to_owned(),
        codes::status(sale.status, language).to_owned(),
        sale.card.map(|card| card.last_four().to_owned()).unwrap_or_default(),
        text(&sale.voucher),
        text(&sale.batch),
        text(&sale.reference),
        text(&sale.authorization),
        text(&sale.order),
        text(&sale.trade),
        text(&sale.terminal_id),
        text(&sale.operator),
        sale.note.as_ref().map(ToString::to_string).unwrap_or_default(),
        of.prints.to_string(),
        sale.id.to_string(),
    ])
}

fn row(cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|text| cell(&text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// Quoted where it must be. A spreadsheet takes a cell that begins with one of these for a formula (OWASP, CSV
/// injection), and drops the zeros before a voucher number: an apostrophe makes both text.
fn cell(text: &str) -> String {
    let formula = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let digits = text.len() > 1 && text.bytes().all(|b| b.is_ascii_digit());
    let number = digits && (text.starts_with('0') || text.len() > 11);
    let text = if formula || number { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r', '\'', ';', '\t']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_keeps_its_zeros() {
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell("@SUM(A1)"), "\"'@SUM(A1)\"");
        assert_eq!(cell("-5"), "\"'-5\"");
        assert_eq!(cell(" =x"), "\"' =x\"");
        assert_eq!(cell("000123"), "\"'000123\"");
        assert_eq!(cell("140241884213"), "\"'140241884213\"");
        assert_eq!(cell("128.00"), "128.00");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("农夫山泉"), "农夫山泉");
    }

    proptest! {
        #[test]
        fn whatever_a_cell_says_it_is_one_cell_that_begins_with_no_formula(text in any::<String>()) {
            let cell = cell(&model::SafeText::new(&text));
            let inner = cell.strip_prefix('"').unwrap_or(&cell);
            prop_assert!(!inner.starts_with(['=', '+', '-', '@']));
            if !cell.starts_with('"') {
                prop_assert!(!cell.contains([',', '\n', '"']));
            }
        }
    }
}
