//! Who is signed in, and to which cloud: endpoints, credentials, the tokens that they give, and how secrets are kept out
//! of texts.

mod cloud;
mod credential;
mod redact;
mod token;

pub use cloud::Cloud;
pub(super) use cloud::Endpoints;
pub(super) use credential::Credentials;
pub(super) use redact::redact;
pub(super) use token::Tokens;
