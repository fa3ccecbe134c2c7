//! `settle` (结算): our totals to the host or the terminal, and what it says of them. Never refused for want of a sign-in.

use std::sync::Arc;

use model::caller::Caller;
use protocol::{Problem, Settled};

use crate::{
    house::House,
    sign_in::{self, Replied, Verb},
};

pub(super) async fn answer(house: &Arc<House>, caller: &Caller) -> Result<Settled, Problem> {
    if house.sign_in.setup().is_none() {
        return Ok(sign_in::nothing_to_settle(house.now()));
    }
    match house.sign_in.ask(Verb::Settle, caller).await {
        Some(Replied::Settle(answer)) => *answer,
        _ => Err(sign_in::stopping()),
    }
}
