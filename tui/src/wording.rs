//! What Counterfoil says, in Chinese and English. The daemon speaks codes; here they become words (DESIGN §4.11).
//!
//! Nothing here draws, asks a clock or knows a key.

pub mod codes;
mod en;
pub mod problem;
pub mod text;
pub(crate) mod verbs;
mod zh;
