//! Who is signed in, and to which cloud: endpoints, credentials, the tokens that they give, and how secrets are kept out
//! of texts.
//!
//! `chain` asks one credential after the other, `candidate` makes them, `answer` reads what their endpoints refuse,
//! `environment` has what they are made of, `machine` those that the SDK finds by itself, and `tool` runs `az` and `azd`.
//! `identity` says whose a token is.

mod answer;
mod candidate;
mod chain;
mod cloud;
mod environment;
mod identity;
mod kind;
mod machine;
mod redact;
mod token;
mod tool;

pub(super) use chain::Credentials;
pub use cloud::Cloud;
pub(super) use cloud::Endpoints;
pub use environment::Environment;
pub use kind::CredentialKind;
pub(super) use redact::redact;
pub(super) use token::Tokens;
