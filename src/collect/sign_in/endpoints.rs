//! Where a scan sends its requests, and what its tokens are for. Every endpoint is https: a bearer token must not travel in
//! the clear. All of Microsoft's endpoints are of one cloud: a login of another gives no token, or one that is refused, and
//! says neither why.

use super::cloud::{Cloud, Role};
use crate::collect::option_error::OptionError;
use url::Url;

const ARM: &str = "--arm-endpoint";
const AUDIENCE: &str = "--arm-audience";
const GRAPH: &str = "--graph-endpoint";
const AUTHORITY: &str = "--authority-host";
const CLOUD: &str = "--cloud";
const CLOUD_VARIABLE: &str = "AZURE_CLOUD";
const AUTHORITY_VARIABLE: &str = "AZURE_AUTHORITY_HOST";

/// What is said of endpoints, on the command line and in variables.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said<'s> {
    pub(crate) cloud: Option<Cloud>,
    pub(crate) arm: Option<&'s Url>,
    pub(crate) arm_audience: Option<&'s Url>,
    pub(crate) graph: Option<&'s Url>,
    pub(crate) authority: Option<&'s Url>,
    /// `AZURE_CLOUD`, for which the command line has `cloud`.
    pub(crate) cloud_variable: Option<&'s str>,
    /// `AZURE_AUTHORITY_HOST`, for which it has `authority`.
    pub(crate) authority_variable: Option<&'s str>,
}

/// Where a scan sends its requests.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    /// As the snapshot's header names the cloud.
    pub(crate) cloud: &'static str,
    /// Azure Resource Manager.
    pub(crate) arm: Url,
    /// What a token for `arm` is asked for.
    pub(crate) arm_scope: String,
    /// Microsoft Graph. `None`: nobody says which goes with an Azure Resource Manager that is none of Microsoft's.
    pub(crate) graph: Option<Url>,
    /// What a token for `graph` is asked for: the cloud's own Graph, wherever it is reached, unless that is Microsoft's too.
    pub(crate) graph_scope: String,
    /// Where tokens come from.
    pub(crate) authority: Url,
}

impl Endpoints {
    /// The endpoints of a cloud, save those that are given. What is said on the command line wins over variables.
    pub(crate) fn new(said: &Said<'_>) -> Result<Self, OptionError> {
        let cloud = match (said.cloud, said.cloud_variable) {
            (Some(cloud), _) => Meant { cloud, by: Some(CLOUD) },
            (None, Some(text)) => Meant {
                cloud: Cloud::of_variable(text)?,
                by: Some(CLOUD_VARIABLE),
            },
            (None, None) => Meant {
                cloud: Cloud::default(),
                by: None,
            },
        };
        let arm = cloud.endpoint(said.arm.map(|url| (url.clone(), ARM)), Role::Arm)?;
        let authority = match (said.authority, said.authority_variable) {
            (Some(url), _) => Some((url.clone(), AUTHORITY)),
            (None, Some(text)) => Some((parse(text, AUTHORITY_VARIABLE)?, AUTHORITY_VARIABLE)),
            (None, None) => None,
        };
        let authority = cloud.endpoint(authority, Role::Authority)?;
        let graph = match said.graph {
            None if !arm.is_microsofts => None,
            given => Some(cloud.endpoint(given.map(|url| (url.clone(), GRAPH)), Role::Graph)?),
        };
        let graph_scope = match graph.as_ref().filter(|graph| graph.is_microsofts) {
            Some(graph) => graph.url.origin().ascii_serialization(),
            None => format!("https://{}", cloud.cloud.host(Role::Graph)),
        };
        let audience = match said.arm_audience {
            Some(url) => checked(url.clone(), AUDIENCE)?
                .as_str()
                .trim_end_matches('/')
                .to_owned(),
            // A region's endpoint takes the tokens of its cloud.
            None if arm.is_microsofts => format!("https://{}", cloud.cloud.host(Role::Arm)),
            None => arm.url.origin().ascii_serialization(),
        };
        Ok(Self {
            cloud: if arm.is_microsofts {
                cloud.cloud.name()
            } else {
                "custom"
            },
            arm: arm.url,
            arm_scope: format!("{audience}/.default"),
            graph: graph.map(|graph| graph.url),
            graph_scope: format!("{graph_scope}/.default"),
            authority: authority.url,
        })
    }
}

/// The cloud that is meant, and who says so.
struct Meant {
    cloud: Cloud,
    by: Option<&'static str>,
}

/// An endpoint, and whether it is one of the cloud's.
struct Endpoint {
    url: Url,
    is_microsofts: bool,
}

impl Meant {
    /// The endpoint that is given, or the cloud's own.
    fn endpoint(&self, given: Option<(Url, &'static str)>, role: Role) -> Result<Endpoint, OptionError> {
        let Some((url, option)) = given else {
            return Ok(Endpoint {
                url: parse(&format!("https://{}", self.cloud.host(role)), CLOUD)?,
                is_microsofts: true,
            });
        };
        let url = checked(url, option)?;
        match Cloud::of_endpoint(&url, role) {
            Some(of) if of != self.cloud => Err(OptionError::OtherCloud {
                url: Box::new(url),
                option,
                of: of.name(),
                cloud: self.cloud.name(),
                by: self.by,
            }),
            of => Ok(Endpoint {
                url,
                is_microsofts: of.is_some(),
            }),
        }
    }
}

fn parse(text: &str, option: &'static str) -> Result<Url, OptionError> {
    Url::parse(text).map_err(|source| OptionError::NotAUrl {
        text: text.to_owned(),
        option,
        source,
    })
}

fn checked(url: Url, option: &'static str) -> Result<Url, OptionError> {
    // The user part may be a password: it is not repeated.
    let shown = || {
        let mut shown = url.clone();
        let _ = shown.set_password(None);
        let _ = shown.set_username("");
        shown
    };
    if url.scheme() != "https" {
        return Err(OptionError::NotHttps { url: shown(), option });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(OptionError::UserInUrl { url: shown(), option });
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(OptionError::QueryInUrl { url, option });
    }
    Ok(url)
}

#[cfg(test)]
#[path = "endpoints_tests.rs"]
mod tests;
