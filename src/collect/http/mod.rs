//! One request on the wire: the client, its bounds, the token that it carries, and what can go wrong.

mod asked;
mod bearer;
mod fault;
mod proxy;
mod transport;

pub(super) use asked::Asked;
pub(super) use bearer::Bearer;
pub(super) use fault::{Fault, TransportError};
pub(super) use transport::{ReadBody, Transport};
