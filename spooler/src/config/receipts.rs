//! `[receipts]`: which copies the shop prints, when and where.

use std::path::PathBuf;

use model::Copy;

use super::document::{At, Faults, Section};

/// What happens to a receipt that was cut short by the paper's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AfterPaper {
    /// a person is asked
    #[default]
    Ask,
    /// it is printed again, marked and numbered: the one re-sending a machine may do by itself (DESIGN §4.2)
    ReprintMarked,
}

/// How receipts are printed.
#[derive(Debug, Clone)]
pub struct Receipts {
    /// Copies printed as soon as an approved transaction is recorded.
    pub auto_print: Vec<Copy>,
    /// Copies that exist at all.
    pub copies: Vec<Copy>,
    pub printer: Option<String>,
    pub after_paper: AfterPaper,
    /// Characters beyond the printer's own and the basic plane.
    pub(super) fallback_font: Option<At<PathBuf>>,
}

const COPIES: &[(&str, Copy)] = &[("merchant", Copy::Merchant), ("customer", Copy::Customer)];

impl Receipts {
    pub(super) fn read(mut section: Section<'_>, printers: &[String], faults: &mut Faults) -> Receipts {
        let (at, noted) = (section.place("copies"), faults.count());
        let copies = section.words("copies", COPIES, faults).unwrap_or_else(|| vec![Copy::Merchant, Copy::Customer]);
        // of a list that is wrong nobody knows what else it would have named
        let sound = faults.count() == noted;
        if sound && copies.is_empty() {
            faults.add(at, section.key("copies"), "must name at least one copy: merchant customer");
        }
        let at = section.place("auto_print");
        let auto_print = section.words("auto_print", COPIES, faults).unwrap_or_default();
        for copy in auto_print.iter().filter(|copy| sound && !copies.contains(copy) && !copies.is_empty()) {
            faults.add(at, section.key("auto_print"), format!("names {copy}, which copies does not list"));
        }
        let printer = section.text("printer", faults);
        if let Some(name) = &printer
            && !printers.contains(&name.value)
        {
            faults.add(name.at, name.key.clone(), format!("names {:?}, but no [[printer]] has that name", name.value));
        }
        let after_paper = section
            .word("after_paper", &[("ask", AfterPaper::Ask), ("reprint_marked", AfterPaper::ReprintMarked)], faults)
            .unwrap_or_default();
        let fallback_font = section.placed_path("fallback_font", faults);
        section.finish(faults);
        Receipts { auto_print, copies, printer: printer.map(|name| name.value), after_paper, fallback_font }
    }

    /// The copy a `reprint` means when it names none: the customer's, or the first one the shop prints.
    pub fn default_copy(&self) -> Copy {
        if self.copies.contains(&Copy::Customer) {
            Copy::Customer
        } else {
            self.copies.first().copied().unwrap_or(Copy::Customer)
        }
    }
}
