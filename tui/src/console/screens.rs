//! The screens that a key goes to. A new screen is a file with its layer, a row here, a row in the action table with its
//! key, a name in `layer`, and its words in `wording`.

use super::{
    action::Action,
    alerts::Alerts,
    audit::Audit,
    desk::Desk,
    layer::{Layer, Name},
    open::Choice,
    people::People,
    printers::Printers,
    queue::Queue,
    sign_in::SignIn,
    transactions::Transactions,
};

/// A screen, the action that goes there, and how it is made when it is not open yet. Home lies below all of them.
#[derive(Debug)]
pub(crate) struct Screen {
    pub(crate) name: Name,
    pub(crate) go: Action,
    pub(crate) open: fn(&mut Desk) -> Box<dyn Layer>,
}

/// All of them.
pub(crate) const SCREENS: &[Screen] = &[
    Screen { name: Name::Transactions, go: Action::GoTransactions, open: |desk| Box::new(Transactions::all(desk)) },
    Screen { name: Name::Queue, go: Action::GoQueue, open: |desk| Box::new(Queue::open(desk)) },
    Screen { name: Name::Printers, go: Action::GoPrinters, open: |_| Box::new(Printers::default()) },
    Screen { name: Name::SignIn, go: Action::GoSignIn, open: |desk| Box::new(SignIn::open(desk)) },
    Screen { name: Name::People, go: Action::GoPeople, open: |desk| Box::new(People::open(desk)) },
    Screen { name: Name::Audit, go: Action::GoAudit, open: |desk| Box::new(Audit::of(Choice::default(), desk)) },
    Screen { name: Name::Alerts, go: Action::GoAlerts, open: |_| Box::new(Alerts::default()) },
];

impl Screen {
    /// The screen that an action goes to.
    pub(crate) fn of(go: Action) -> Option<&'static Screen> {
        SCREENS.iter().find(|screen| screen.go == go)
    }
}
