//! One short connection to a host: resolve, connect, TLS if wanted, send a frame, read one frame, close. Primary host, then
//! backup. Blocking, with a limit on every step; nothing is sent twice once a whole frame has left.

mod address;
mod attempt;
mod fault;
mod reader;
mod resolve;
mod tls;
mod wire;

pub use address::{AddressError, HostAddress};
pub use attempt::{Attempt, Exchange, Limits, Route, Stage, Took, exchange, reach};
pub(crate) use fault::at as utc;
pub use fault::{Ending, LinkFault};
pub use resolve::resolve;
pub use tls::{TlsTrust, TrustError};
