//! Who is signed in, and to which cloud: endpoints, credentials, the tokens that they give, and how secrets are kept out
//! of texts.
//!
//! `chain` asks one credential after the other, `candidate` makes them, `environment` has what they are made of, and
//! `machine` those that the SDK finds by itself.

mod candidate;
mod chain;
mod cloud;
mod environment;
mod kind;
mod machine;
mod redact;
mod token;

pub(super) use chain::Credentials;
pub use cloud::Cloud;
pub(super) use cloud::Endpoints;
pub use environment::Environment;
pub use kind::CredentialKind;
pub(super) use redact::redact;
pub(super) use token::Tokens;
