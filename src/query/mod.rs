//! A question about a tenant: who can do what where, and through what. It is asked with the texts of a command line, and answered
//! from the rows of [`access`](crate::access).
//!
//! `wanted`, `place`, `who` and `accounts` read the parts of a question, `question` puts them together; `asking` puts it to each account,
//! `making` makes rows of those of the account, `found` is one of them, `doubts` says why one is only possible, and `answer` has them all.
//! `complete` says whether they are all the access there is, of `unread`, which couldn't be read, and `unknown`, the data actions that
//! this version doesn't know. `policy_state` compares the rows with a policy.
//!
//! Where nobody can, `closest` says what comes closest and `lacking` what is missing. `denied` reads what the service says when it
//! refuses a request, `refusal` what it says where no role would change that.

mod accounts;
mod against;
mod answer;
mod asked;
mod asking;
mod closest;
mod complete;
mod denied;
mod doubts;
mod error;
mod found;
mod lacking;
mod making;
mod place;
mod policy_state;
mod question;
mod refusal;
mod sets;
mod unknown;
mod unread;
mod wanted;
mod who;

pub use against::Against;
pub use answer::{Answer, Looked, NoAnswer, ask, ask_in_parts};
pub use asked::Asked;
pub use closest::{Closest, closest, only};
pub use complete::Completeness;
pub use denied::{Denied, LONGEST};
pub use error::AskError;
pub use found::{Actions, Found, Unsure, Via};
pub use lacking::{Lacking, Role, built_in, lacking};
pub use place::Presence;
pub use policy_state::Audited;
pub use question::Question;
pub use unread::Unread;
pub use wanted::Wanted;
pub use who::Who;
