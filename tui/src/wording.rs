//! What Counterfoil says, in Chinese and English. The daemon speaks codes; here they become words (DESIGN §4.11).
//!
//! Nothing here draws, asks a clock or knows a key.

pub mod acquirer;
pub mod codes;
mod en;
pub mod measured;
pub(crate) mod people;
pub(crate) mod printer;
pub mod problem;
pub(crate) mod queue;
pub(crate) mod remark;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub mod text;
pub(crate) mod verbs;
mod zh;

use std::borrow::Cow;

use model::Language;

use text::Text;

impl Text<'_> {
    /// The words in a language.
    pub fn say(&self, language: Language) -> Cow<'static, str> {
        match language {
            Language::Zh => zh::say(*self),
            Language::En => en::say(*self),
        }
    }
}
