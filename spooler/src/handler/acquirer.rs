//! `acquirer`: the state of the sign-in. Asks nobody outside.

use protocol::{AcquirerState, Problem};

use crate::house::{House, problem};

pub(super) fn answer(house: &House) -> Result<AcquirerState, Problem> {
    house.sign_in.state(house).map_err(|error| problem("reading the sign-in", &error))
}
