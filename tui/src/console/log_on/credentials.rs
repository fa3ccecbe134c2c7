//! An operator's number and PIN, as they are typed or scanned: at the log-on and where a second person approves.
//!
//! The digits of a PIN are never shown, kept no longer than until they are sent, and wiped when they are let go.

use protocol::Pin;

use super::super::{canvas::Canvas, field::Field, text::width, theme::Role};
use crate::wording::people::{self, Say};

/// The shortest PIN there can be (INTERFACES §1); fewer digits are somebody's number.
const SHORTEST: usize = 4;

/// What Enter came to.
#[derive(Debug)]
pub(crate) enum Entered {
    /// Something is still missing.
    More,
    /// That is no PIN.
    Short,
    Ready {
        operator: String,
        pin: Pin,
    },
}

/// Two fields, one of which is typed into.
#[derive(Debug)]
pub(crate) struct Credentials {
    id: Field,
    pin: Field,
    at_pin: bool,
    /// The number that stood there from the beginning.
    known: Option<String>,
}

impl Credentials {
    /// With the number of whoever it will be, if that is known.
    pub(crate) fn of(known: Option<&str>) -> Credentials {
        let id = known.map_or_else(Field::default, Field::with);
        Credentials { id, pin: Field::secret(), at_pin: known.is_some(), known: known.map(str::to_owned) }
    }

    pub(crate) fn field(&mut self) -> &mut Field {
        if self.at_pin { &mut self.pin } else { &mut self.id }
    }

    /// Enter was pressed.
    pub(crate) fn enter(&mut self) -> Entered {
        let id = self.id.value().trim().to_owned();
        if !self.at_pin {
            self.at_pin = !id.is_empty();
            return Entered::More;
        }
        let pin = self.pin.take_pin();
        match pin.expose().len() {
            0 => Entered::More,
            // somebody else's number, typed over the known one
            1..SHORTEST if self.known.as_deref() == Some(id.as_str()) => {
                self.id = Field::with(pin.expose());
                Entered::More
            }
            1..SHORTEST => Entered::Short,
            _ => Entered::Ready { operator: id, pin },
        }
    }

    /// True if something is not as it was at the beginning.
    pub(crate) fn can_go_back(&self) -> bool {
        let as_it_was = self.known.as_deref().unwrap_or_default() == self.id.value();
        !as_it_was || self.at_pin != self.known.is_some() || !self.pin.value().is_empty()
    }

    /// Esc was pressed; false if there is nothing to go back to.
    pub(crate) fn back(&mut self) -> bool {
        if !self.can_go_back() {
            return false;
        }
        if !self.pin.value().is_empty() {
            self.pin.clear();
            return true;
        }
        match &self.known {
            Some(known) => *self = Credentials::of(Some(&known.clone())),
            None if self.at_pin => {
                self.at_pin = false;
                self.id.select_all();
            }
            None => self.id.clear(),
        }
        true
    }

    /// From one field to the other.
    pub(crate) fn other(&mut self) {
        self.pin.clear();
        self.at_pin = !self.at_pin;
        if !self.at_pin {
            self.id.select_all();
        }
    }

    /// A badge was scanned: it says who, never the PIN.
    pub(crate) fn scanned(&mut self, badge: &str) {
        let badge = badge.trim();
        if !badge.is_empty() && badge.chars().count() <= model::operator::LONGEST_ID {
            self.id = Field::with(badge);
            self.pin.clear();
            self.at_pin = true;
        }
    }

    /// True while there is something to wipe before anything else.
    pub(crate) fn forget(&mut self) {
        self.pin.clear();
    }

    /// Two rows.
    pub(crate) fn view(&self, canvas: &mut Canvas<'_>, x: u16, y: u16, columns: u16) {
        let labels = [Say::Number, Say::Pin].map(|label| people::say(label, canvas.language));
        let column = labels.iter().map(|label| width(label)).max().unwrap_or(8) + 2;
        for ((at, label), y) in labels.iter().enumerate().zip(y..) {
            canvas.put(x, y, column, label, Role::Label);
            let (field, here) = if at == 0 { (&self.id, !self.at_pin) } else { (&self.pin, self.at_pin) };
            field.view(canvas, x + column, y, columns.saturating_sub(column).min(18), here);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(credentials: &mut Credentials, text: &str) {
        credentials.field().insert(text);
    }

    #[test]
    fn a_number_then_a_pin_and_a_short_pin_is_somebody_elses_number() {
        let mut at_start = Credentials::of(None);
        typed(&mut at_start, "02");
        assert!(matches!(at_start.enter(), Entered::More));
        typed(&mut at_start, "47a1b1");
        let Entered::Ready { operator, pin } = at_start.enter() else { panic!() };
        assert_eq!((operator.as_str(), pin.expose()), ("02", "4711"), "digits only");
        assert!(matches!(at_start.enter(), Entered::More), "a PIN is sent once");
        typed(&mut at_start, "12");
        assert!(matches!(at_start.enter(), Entered::Short));
        let mut locked = Credentials::of(Some("02"));
        typed(&mut locked, "03");
        assert!(matches!(locked.enter(), Entered::More));
        assert_eq!((locked.id.value(), locked.at_pin), ("03", true));
        assert!(locked.back() && locked.id.value() == "02" && !locked.back());
        locked.scanned("A-7731-0004");
        typed(&mut locked, "9999");
        let Entered::Ready { operator, .. } = locked.enter() else { panic!() };
        assert_eq!(operator, "A-7731-0004");
    }

    #[test]
    fn nothing_of_a_pin_is_in_what_is_printed_for_debugging() {
        let mut credentials = Credentials::of(Some("02"));
        typed(&mut credentials, "918273");
        assert!(!format!("{credentials:?}").contains("918273"));
    }
}
