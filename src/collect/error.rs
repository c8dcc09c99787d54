//! What ends a scan. Whatever concerns only a part of it is a gap in the snapshot instead.

use super::option_error::OptionError;
use crate::model::Gap;
use crate::snapshot::Difference;
use std::fmt;

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
    #[error("{}", subscriptions(.ids))]
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
    #[error("couldn't write the snapshot: {0}")]
    Sink(#[from] std::io::Error),
    /// A part of the collector broke down; that is a bug.
    #[error("internal error: {0}")]
    Internal(String),
}

fn subscriptions(ids: &[String]) -> String {
    const NAMED: usize = 5;
    let named: Vec<String> = ids.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    let named = named.join(", ");
    match ids.len() {
        1 => format!("subscription {named} doesn't exist, or the signed-in identity can't see it"),
        all => {
            let more = if all > NAMED {
                format!(" and {} more", all - NAMED)
            } else {
                String::new()
            };
            format!("subscriptions {named}{more} don't exist, or the signed-in identity can't see them")
        }
    }
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
    /// What to do about it.
    fn help(&self) -> Vec<String> {
        if self.gap.status.is_none() {
            return Vec::new();
        }
        if self.gap.status == Some(401) {
            return vec!["sign in again, and check that the token is for this tenant and cloud".to_owned()];
        }
        let role = match &self.management_group {
            None => "check who is signed in with `az account show`; the role Reader is enough".to_owned(),
            Some(id) => format!(
                "assign the signed-in identity the role Reader at \
                 /providers/Microsoft.Management/managementGroups/{id}, or check the ID with \
                 `az account management-group list -o table`"
            ),
        };
        vec![role]
    }

    fn text(&self) -> String {
        let Self { management_group, gap } = self;
        let what = match management_group {
            None => "couldn't list the subscriptions".to_owned(),
            Some(id) => format!("couldn't list the subscriptions of management group `{id}`"),
        };
        let message = gap.message.trim_end().trim_end_matches('.');
        let status = gap.status.map(|status| format!("{status} ")).unwrap_or_default();
        format!("{what}: {status}{}: {message}", gap.code)
    }
}

/// A credential that was tried, or passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Its name on the command line.
    pub credential: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Whether there was anything to try.
    pub configured: bool,
    /// Whether the user picked it, so that no other was to be tried.
    pub picked: bool,
    /// Why it gave no token.
    pub reason: String,
    /// What to do about that, if anything is known.
    pub advice: Option<&'static str>,
}

/// What there is to say of credentials none of which gave a token: what was tried, and why it failed.
struct NoCredential<'t>(&'t [Tried]);

impl NoCredential<'_> {
    fn help(&self) -> Vec<String> {
        let advice = self.0.last().and_then(|last| last.advice).map(str::to_owned);
        match self.0 {
            [one] if one.picked => advice.into_iter().collect(),
            [.., last] if last.configured => {
                let other = format!(
                    "{} is configured, so no other credential was tried; correct it, or choose another with `--credential`",
                    last.credential
                );
                advice.into_iter().chain([other]).collect()
            }
            _ => vec![
                "to sign in as yourself, run `az login`".to_owned(),
                "in CI, set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET".to_owned(),
            ],
        }
    }
}

impl fmt::Display for NoCredential<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no credential for Azure Resource Manager")?;
        let width = self.0.iter().map(|tried| tried.title.len()).max().unwrap_or_default();
        for tried in self.0 {
            let state = if tried.configured { "failed: " } else { "" };
            write!(f, "\n  {:width$}  {state}{}", tried.title, tried.reason)?;
        }
        Ok(())
    }
}

impl CollectError {
    /// What to do about it.
    pub fn help(&self) -> Vec<String> {
        let one = |text: &str| vec![text.to_owned()];
        match self {
            Self::Option(error) => error.help().into_iter().collect(),
            Self::Credential(tried) => NoCredential(tried).help(),
            Self::Subscriptions(error) => error.help(),
            Self::UnknownSubscriptions { .. } => {
                one("list what it can see with `az account list -o table`, and check `--tenant`")
            }
            Self::Internal(_) => one("this is a bug; please report it"),
            Self::OtherScan(_) | Self::Sink(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::CredentialKind;

    fn tried(kind: CredentialKind, configured: bool, picked: bool) -> Tried {
        Tried {
            credential: kind.name(),
            title: kind.title(),
            configured,
            picked,
            reason: "x isn't set".to_owned(),
            advice: None,
        }
    }

    #[test]
    fn every_credential_has_a_line() {
        let all = vec![
            tried(CredentialKind::Env, false, false),
            tried(CredentialKind::Cli, true, false),
        ];
        let error = CollectError::Credential(all);
        assert_eq!(
            error.to_string(),
            "no credential for Azure Resource Manager\n  environment  x isn't set\n  Azure CLI    failed: x isn't set"
        );
        assert!(error.help()[0].starts_with("cli is configured, so no other credential was tried"));
        let none = CollectError::Credential(vec![tried(CredentialKind::Env, false, false)]);
        assert!(none.help()[0].contains("`az login`"));
    }

    #[test]
    fn whoever_picked_a_credential_is_not_told_to_pick_one() {
        let error = CollectError::Credential(vec![tried(CredentialKind::Env, false, true)]);
        assert_eq!(error.help(), Vec::<String>::new());
    }
}
