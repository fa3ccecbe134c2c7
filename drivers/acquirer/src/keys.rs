//! Keys of a terminal: the master key from its file, the working keys that a sign-in brings, their check values. Working keys
//! are kept only as the host sent them, encrypted under the master key; none of our messages needs them in the clear.

mod cipher;
mod layout;
mod master;
mod sealed;

pub use cipher::Cipher;
pub use layout::{KeyLayout, Layout};
pub use master::{MasterKey, MasterKeyError};
pub use sealed::{CheckValue, CheckValues, KeyFault, SealedKeys, SealedKeysError};
