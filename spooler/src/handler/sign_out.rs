//! `sign_out` (签退): signing out twice is no failure.

use std::sync::Arc;

use model::{SignInAnswer, caller::Caller};
use protocol::Problem;

use crate::{house::House, sign_in::Verb};

pub(super) async fn answer(house: &Arc<House>, caller: &Caller) -> Result<SignInAnswer, Problem> {
    super::sign_in::answer(house, caller, Verb::SignOut).await
}
