//! Options that cannot be used, and what to do about it.

use std::path::PathBuf;
use url::Url;

/// Why an option cannot be used. `option` is its name on the command line, or that of a variable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OptionError {
    /// It should be a URL.
    #[error("invalid URL `{text}` in {option}: {source}")]
    NotAUrl {
        /// What it is.
        text: String,
        /// Which option.
        option: &'static str,
        /// What is wrong with it.
        source: url::ParseError,
    },
    /// Tokens would travel in the clear.
    #[error("`{url}` in {option} isn't https")]
    NotHttps {
        /// The URL.
        url: Url,
        /// Which option.
        option: &'static str,
    },
    /// It holds a user name or password, which are left out here.
    #[error("`{url}` in {option} contains a user name or password")]
    UserInUrl {
        /// The URL without them.
        url: Url,
        /// Which option.
        option: &'static str,
    },
    /// It holds more than an endpoint.
    #[error("`{url}` in {option} contains a query or fragment")]
    QueryInUrl {
        /// The URL.
        url: Url,
        /// Which option.
        option: &'static str,
    },
    /// A token is of another tenant than the scan.
    #[error(
        "{variable} holds a token of tenant `{of}`, and tenant `{asked}` was asked for (`--tenant` or AZURE_TENANT_ID)"
    )]
    OtherTenant {
        /// The variable.
        variable: &'static str,
        /// Whose it is.
        of: String,
        /// Of which tenant the scan is to be.
        asked: String,
    },
    /// It should name a cloud.
    #[error("unknown cloud `{0}` in AZURE_CLOUD")]
    UnknownCloud(String),
    /// It is of another cloud than the scan.
    #[error("`{url}` in {option} belongs to the cloud {of}, but {}", is_cloud(*.by, .cloud))]
    OtherCloud {
        /// The URL.
        url: Box<Url>,
        /// Which option.
        option: &'static str,
        /// Whose it is.
        of: &'static str,
        /// Of which cloud the scan is.
        cloud: &'static str,
        /// What says so; `None`: nothing does.
        by: Option<&'static str>,
    },
    /// It names a managed identity, and another credential is used.
    #[error("--identity names a managed identity, which only `--credential managed-identity` uses")]
    UnusedIdentity,
    /// The HTTP client cannot be made.
    #[error("couldn't set up TLS: {reason}")]
    Tls {
        /// What it said.
        reason: String,
    },
    /// It should name a proxy. Its value is left out: it may hold a password.
    #[error("{variable} isn't the URL of a proxy")]
    NotAProxy {
        /// The variable.
        variable: &'static str,
    },
    /// The certificates cannot be read.
    #[error("couldn't read `{}` in --ca-bundle: {source}", .path.display())]
    UnreadableBundle {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There are none in it.
    #[error("`{}` in --ca-bundle contains no certificate", .0.display())]
    NoCertificate(PathBuf),
    /// There is nothing to scan.
    #[error("no subscription was given")]
    NoSubscription,
    /// It should be the id of a subscription.
    #[error("invalid subscription ID `{0}`: expected a GUID")]
    NotASubscription(String),
    /// It should be the id of a management group.
    #[error("invalid management group ID `{0}`")]
    NotAManagementGroup(String),
}

fn is_cloud(by: Option<&str>, cloud: &str) -> String {
    match by {
        Some(by) => format!("{by} is {cloud}"),
        None => format!("the scan is of the cloud {cloud}"),
    }
}

impl OptionError {
    /// What to do about it.
    pub(super) fn help(&self) -> Option<String> {
        let fixed = match self {
            Self::UnknownCloud(_) => {
                "expected AzureCloud, AzureUSGovernment or AzureChinaCloud, or public, usgov or china"
            }
            Self::OtherCloud { option, of, by, .. } => {
                return Some(match by {
                    None => format!("pass `--cloud {of}`, or remove {option}"),
                    Some(by) => format!("change {by} or {option}, so that both are of one cloud"),
                });
            }
            Self::OtherTenant { .. } => "set it to a token of that tenant, or ask for the tenant of the token",
            Self::NotAUrl { .. } => "write it as `https://host`",
            Self::NotHttps { .. } => "tokens are sent over TLS only; write it as `https://host`",
            Self::UserInUrl { .. } | Self::QueryInUrl { .. } => "remove that part of the URL",
            Self::UnusedIdentity => "pass `--credential managed-identity`, or leave out --identity",
            Self::Tls { .. } => {
                "if this system has no trusted certificates, pass some with `--ca-bundle`; if SSL_CERT_FILE is set, check it"
            }
            Self::NotAProxy { .. } => "write it as `http://host:port`, or unset it",
            Self::UnreadableBundle { .. } => return None,
            Self::NoCertificate(_) => "expected PEM (`-----BEGIN CERTIFICATE-----`)",
            Self::NoSubscription => "pass its ID with `--subscription`",
            Self::NotASubscription(_) => "list the IDs with `az account list -o table`",
            Self::NotAManagementGroup(_) => "list the IDs with `az account management-group list -o table`",
        };
        Some(fixed.to_owned())
    }
}
