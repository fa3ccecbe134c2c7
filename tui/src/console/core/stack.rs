//! The stack of layers: what a layer asked for is done, and what it asked to open is made, so that screens need not know
//! each other.

use super::Console;
use crate::console::{
    audit::{Audit, export::TrailExport, filter::AuditFilter},
    cancel::Cancel,
    detail::Detail,
    errand::Errand,
    export::Export,
    filter::Filter,
    job::JobPage,
    layer::{Layer, Name, Next},
    message::Effect,
    news::News,
    open::Open,
    people::{person::Person, profile::Profile},
    printer::Printer,
    printers::Printers,
    question::Question,
    queue::Queue,
    reprint::Reprint,
    sign_in::{SignIn, confirm::Confirm, papers::Papers},
    totals::Totals,
    transactions::Transactions,
    transfer::Transfer,
};

impl Console {
    /// Does what the layer at this place asked for.
    pub(super) fn follow(&mut self, at: usize, next: Next) {
        match next {
            Next::Stay => {}
            Next::Open(open) => {
                let layer = self.opened(open);
                // a screen is in the stack once; the older one would show what is gone
                let name = layer.name();
                self.layers.retain(|below| below.name() == Name::Home || below.name() != name);
                self.layers.push(layer);
            }
            Next::Instead(open) => {
                self.follow(at, Next::Pop);
                self.follow(at, Next::Open(open));
            }
            Next::Do(action) => self.act(action),
            Next::InsteadDo(action) => {
                self.follow(at, Next::Pop);
                self.act(action);
            }
            Next::PopChanged => {
                self.follow(at, Next::Pop);
                self.tell(&News { others: true, ..News::default() });
            }
            Next::PassOn(tag, answer) => {
                self.follow(at, Next::Pop);
                self.deliver(tag, &answer);
            }
            Next::LoggedOn(session) => {
                self.follow(at, Next::Pop);
                self.logged_on(*session);
            }
            Next::Pop if at > 0 => drop(self.layers.remove(at)),
            Next::Pop => {}
            Next::Quit => self.desk.effect(Effect::Quit),
        }
    }

    fn opened(&mut self, open: Open) -> Box<dyn Layer> {
        let desk = &mut self.desk;
        match open {
            Open::Transactions { words } => Box::new(Transactions::searching(&words, desk)),
            Open::Detail(row) => Box::new(Detail::of(*row, desk)),
            Open::DetailOf(id) => Box::new(Detail::at(id, desk)),
            Open::Queue => Box::new(Queue::open(desk)),
            Open::Job(id) => Box::new(JobPage::of(id, desk)),
            Open::Cancel(id) => Box::new(Cancel::of(id, desk)),
            Open::Transfer(what) => Box::new(Transfer::of(what, desk)),
            Open::Question(id) => Box::new(Question::about(id, desk)),
            Open::Printers => Box::new(Printers::default()),
            Open::SignIn => Box::new(SignIn::open(desk)),
            Open::Printer(name) => Box::new(Printer::of(name)),
            Open::Filter { words } => Box::new(Filter::of(&words)),
            Open::Totals { words } => Box::new(Totals::of(&words, desk)),
            Open::Export { words } => Box::new(Export::of(&words, desk)),
            Open::Errand { work, printer } => Box::new(Errand::of(work, printer)),
            Open::Reprint { row, copy: Some(copy) } => Box::new(Reprint::with_copy(&row, copy, desk)),
            Open::Reprint { row, copy: None } => Box::new(Reprint::of(&row, desk)),
            Open::SignInPapers => Box::new(Papers::default()),
            Open::SignInConfirm { act, batch, open } => Box::new(Confirm::of(act, batch, open)),
            Open::Person(change) => Box::new(Person::of(change)),
            Open::Profile(person) => Box::new(Profile::of(person)),
            Open::TrailExport => Box::new(TrailExport::of(desk)),
            Open::Audit(choice) => Box::new(Audit::of(choice, desk)),
            Open::AuditFilter { choice, people } => Box::new(AuditFilter::of(choice, people)),
            Open::ReprintOf { id, copy } => Box::new(Reprint::at(id, copy, desk)),
        }
    }
}
