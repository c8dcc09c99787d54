//! Who is signed in, and to which cloud: endpoints, credentials, the tokens that they give, and how secrets are kept out
//! of texts.
//!
//! `cloud` knows Microsoft's clouds, and `endpoints` where requests go. `chain` asks one credential after the other, `candidates` makes them (`certificate` what one signs), `advice` says what to do about a refusal, `answer` reads what their endpoints refuse,
//! `environment` has what they are made of, `machine` those that the SDK finds by itself, and `tool` runs `az` and `azd`.
//! `identity` says whose a token is.

mod advice;
mod answer;
mod candidate;
mod candidates;
mod certificate;
mod chain;
mod cloud;
mod endpoints;
mod environment;
mod identity;
mod kind;
mod machine;
mod redact;
mod token;
mod tool;
mod user_identity;

pub(super) use chain::Credentials;
pub use cloud::Cloud;
pub(super) use endpoints::{Endpoints, Said};
pub use environment::Environment;
pub use kind::CredentialKind;
pub(super) use redact::redact;
pub(super) use token::Tokens;
pub use user_identity::UserIdentity;
