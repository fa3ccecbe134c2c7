//! `subscribe`: the number of the last commit, and from there everything that changes.

use model::Change;
use protocol::{Problem, Subscribed, request::Subscribe};

use crate::{changes::Following, house::House};

/// The answer, and the events that follow it on the same connection.
pub(crate) fn subscribe(house: &House, body: &Subscribe) -> (Result<String, Problem>, Following) {
    let (change, following) = house.changes.after(Change(body.after));
    (super::answer::json(&Subscribed { change }), following)
}
