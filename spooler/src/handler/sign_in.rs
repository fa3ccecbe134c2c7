//! `sign_in` (签到): asks the acquirer for new keys or the payment terminal for its sign-in. A person's always asks.

use std::sync::Arc;

use model::{SignInAnswer, caller::Caller};
use protocol::Problem;

use crate::{
    house::House,
    sign_in::{self, Replied, Verb},
};

pub(super) async fn answer(house: &Arc<House>, caller: &Caller, verb: Verb) -> Result<SignInAnswer, Problem> {
    if house.sign_in.setup().is_none() {
        return Ok(sign_in::not_configured(house.now()));
    }
    match house.sign_in.ask(verb, caller).await {
        Some(Replied::SignIn(answer)) => *answer,
        _ => Err(sign_in::stopping()),
    }
}
