//! A question about a tenant: who can do what where, and through what. It is asked with the texts of a command line, and answered
//! from the rows of [`access`](crate::access).
//!
//! `wanted`, `place`, `who` and `accounts` read the parts of a question, `question` puts them together; `answer` finds the rows,
//! `making` makes them of those of an account, `found` is one of them, `doubts` says why one is only possible, and `unread` what the answer doesn't know.

mod accounts;
mod answer;
mod doubts;
mod error;
mod found;
mod making;
mod place;
mod question;
mod unread;
mod wanted;
mod who;

pub use answer::{Answer, Looked, NoAnswer, ask};
pub use error::AskError;
pub use found::{Actions, Found, Unsure, Via};
pub use place::Presence;
pub use question::{Asked, Question};
pub use unread::Unread;
pub use wanted::Wanted;
pub use who::Who;
