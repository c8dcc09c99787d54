//! What ends a scan. Whatever concerns only a part of it is a gap in the snapshot instead.

use crate::model::Gap;
use crate::snapshot::Difference;
use std::fmt;
use std::path::PathBuf;
use url::Url;

/// Why there is no scan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CollectError {
    /// An option cannot be used.
    #[error(transparent)]
    Option(#[from] OptionError),
    /// No credential gave a token.
    #[error("{}", NoCredential(.0))]
    Credential(Vec<Tried>),
    /// The subscriptions to scan could not be found out.
    #[error(transparent)]
    Subscriptions(#[from] Box<Unlisted>),
    /// Subscriptions that were given by id are not there, or not for whoever is signed in.
    #[error(
        "{} not found ({reason}); check the IDs and `--tenant`, and that the signed-in identity has a role there (Reader is enough)",
        subscriptions(.ids)
    )]
    UnknownSubscriptions {
        /// Which, in lower case.
        ids: Vec<String>,
        /// The code that the service gives for the first.
        reason: String,
    },
    /// The snapshot that is there is of another scan.
    #[error(transparent)]
    OtherScan(#[from] Difference),
    /// The snapshot could not be written.
    #[error("cannot write the snapshot: {0}")]
    Sink(#[from] std::io::Error),
    /// A part of the collector broke down; that is a bug.
    #[error("the scan broke down ({0}); please report this")]
    Internal(String),
}

fn subscriptions(ids: &[String]) -> String {
    const NAMED: usize = 5;
    let named: Vec<String> = ids.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    let named = named.join(", ");
    match ids.len() {
        1 => format!("subscription {named} was"),
        all if all > NAMED => format!("subscriptions {named} and {} more were", all - NAMED),
        _ => format!("subscriptions {named} were"),
    }
}

/// Why an option cannot be used. `option` is its name on the command line, or that of a variable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OptionError {
    /// It should be a URL.
    #[error("`{text}` in {option} is not a URL ({source}); write it as `https://host`")]
    NotAUrl {
        /// What it is.
        text: String,
        /// Which option.
        option: &'static str,
        /// What is wrong with it.
        source: url::ParseError,
    },
    /// Tokens would travel in the clear.
    #[error("`{url}` in {option} is not https; tokens are sent over TLS only")]
    NotHttps {
        /// The URL.
        url: Url,
        /// Which option.
        option: &'static str,
    },
    /// It holds a user name or password, which are left out here.
    #[error("`{url}` in {option} must not hold a user name or password; take it out")]
    UserInUrl {
        /// The URL without them.
        url: Url,
        /// Which option.
        option: &'static str,
    },
    /// It holds more than an endpoint.
    #[error("`{url}` in {option} must not hold a query or fragment; take it out")]
    QueryInUrl {
        /// The URL.
        url: Url,
        /// Which option.
        option: &'static str,
    },
    /// The HTTP client cannot be made.
    #[error("cannot set up TLS ({reason}); if this system has no trusted certificates, pass some with `--ca-bundle`")]
    Tls {
        /// What it said.
        reason: String,
    },
    /// It should name a proxy. Its value is left out: it may hold a password.
    #[error("{variable} is not the URL of a proxy; write it as `http://host:port`, or unset it")]
    NotAProxy {
        /// The variable.
        variable: &'static str,
    },
    /// The certificates cannot be read.
    #[error("cannot read `{}` in --ca-bundle: {source}", .path.display())]
    UnreadableBundle {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There are none in it.
    #[error(
        "`{}` in --ca-bundle holds no certificate; it should be PEM (`-----BEGIN CERTIFICATE-----`)",
        .0.display()
    )]
    NoCertificate(PathBuf),
    /// There is nothing to scan.
    #[error("no subscription is given; pass one with `--subscription`")]
    NoSubscription,
    /// It should be the id of a subscription.
    #[error("`{0}` is no subscription id; it should be a GUID, as `az account list` shows it")]
    NotASubscription(String),
    /// It should be the id of a management group.
    #[error("`{0}` is no management group; pass its id")]
    NotAManagementGroup(String),
}

/// Why subscriptions cannot be listed.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub struct Unlisted {
    /// The management group, if the list is of those below it.
    pub management_group: Option<String>,
    /// What went wrong.
    pub gap: Gap,
}

impl Unlisted {
    fn text(&self) -> String {
        let Self { management_group, gap } = self;
        let what = match management_group {
            None => "the subscriptions cannot be listed".to_owned(),
            Some(id) => format!("the subscriptions below management group `{id}` cannot be listed"),
        };
        let message = gap.message.trim_end().trim_end_matches('.');
        let hint = match gap.status {
            Some(_) => "; check who is signed in and their role (Reader is enough)",
            None => "",
        };
        format!("{what}: {}: {message}{hint}", gap.code)
    }
}

/// A credential that was tried, or passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Its name on the command line.
    pub credential: &'static str,
    /// Whether there was anything to try.
    pub configured: bool,
    /// Whether the user picked it, so that no other was to be tried.
    pub picked: bool,
    /// Why it gave no token.
    pub reason: String,
}

/// What there is to say of credentials none of which gave a token: what was asked, and what to do.
struct NoCredential<'t>(&'t [Tried]);

impl fmt::Display for NoCredential<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no credential gave a token for Azure Resource Manager")?;
        for tried in self.0 {
            let state = if tried.configured { "failed" } else { "not configured" };
            write!(f, "\n  {}: {state}: {}", tried.credential, tried.reason)?;
        }
        match self.0 {
            [one] if one.picked => Ok(()),
            [.., last] if last.configured => write!(
                f,
                "\n{} is configured, so no other credential was tried; correct it, or pick one with `--credential`",
                last.credential
            ),
            _ => f.write_str("\nset one of them up, or pick one with `--credential`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_credential_has_a_line() {
        let tried = |credential, configured, reason: &str| Tried {
            credential,
            configured,
            picked: false,
            reason: reason.to_owned(),
        };
        let error = CollectError::Credential(vec![tried("env", false, "x is not set"), tried("cli", true, "no")]);
        let text = error.to_string();
        assert!(
            text.contains("\n  env: not configured: x is not set\n  cli: failed: no\n"),
            "{text}"
        );
        assert!(text.ends_with(
            "cli is configured, so no other credential was tried; correct it, or pick one with `--credential`"
        ));
    }

    #[test]
    fn whoever_picked_a_credential_is_not_told_to_pick_one() {
        let tried = Tried {
            credential: "env",
            configured: false,
            picked: true,
            reason: "x is not set".to_owned(),
        };
        let text = CollectError::Credential(vec![tried]).to_string();
        assert!(text.ends_with("\n  env: not configured: x is not set"), "{text}");
    }
}
