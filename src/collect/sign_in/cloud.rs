//! Clouds and their endpoints. Every endpoint is https: a bearer token must not travel in the clear.

use crate::collect::error::OptionError;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};
use url::Url;

/// One of Microsoft's clouds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Cloud {
    /// Azure.
    #[default]
    Public,
    /// Azure Government.
    UsGov,
    /// Azure operated by 21Vianet.
    China,
}

impl Cloud {
    /// The name on the command line and in snapshots.
    pub fn name(self) -> &'static str {
        self.into()
    }

    fn arm(self) -> &'static str {
        match self {
            Self::Public => "https://management.azure.com",
            Self::UsGov => "https://management.usgovcloudapi.net",
            Self::China => "https://management.chinacloudapi.cn",
        }
    }

    /// As learn.microsoft.com/graph/deployments has them.
    fn graph(self) -> &'static str {
        match self {
            Self::Public => "https://graph.microsoft.com",
            Self::UsGov => "https://graph.microsoft.us",
            Self::China => "https://microsoftgraph.chinacloudapi.cn",
        }
    }

    fn authority(self) -> &'static str {
        match self {
            Self::Public => "https://login.microsoftonline.com",
            Self::UsGov => "https://login.microsoftonline.us",
            Self::China => "https://login.chinacloudapi.cn",
        }
    }
}

/// Each is an audience of its own; the clouds' own, and that of the Department of Defense
/// (learn.microsoft.com/graph/deployments).
const GRAPHS: [&str; 4] = [
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
];

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
    /// The endpoints of a cloud, save those that are given. An authority that was given on the command line wins over
    /// `AZURE_AUTHORITY_HOST`, which wins over the cloud's.
    pub(crate) fn new(
        cloud: Cloud,
        arm: Option<&Url>,
        graph: Option<&Url>,
        authority: Option<&Url>,
        authority_from_environment: Option<&str>,
    ) -> Result<Self, OptionError> {
        let authority = match (authority, authority_from_environment) {
            (Some(url), _) => checked(url.clone(), "--authority-host")?,
            (None, Some(text)) => checked(parse(text, "AZURE_AUTHORITY_HOST")?, "AZURE_AUTHORITY_HOST")?,
            (None, None) => parse(cloud.authority(), "--cloud")?,
        };
        let graph = match graph {
            Some(url) => Some(checked(url.clone(), "--graph-endpoint")?),
            None if arm.is_some() => None,
            None => Some(parse(cloud.graph(), "--cloud")?),
        };
        let is_microsofts = |url: &&Url| url.host_str().is_some_and(|host| GRAPHS.contains(&host));
        let graph_scope = match graph.as_ref().filter(is_microsofts) {
            Some(url) => url.origin().ascii_serialization(),
            None => cloud.graph().to_owned(),
        };
        let name = if arm.is_some() { "custom" } else { cloud.name() };
        let arm = match arm {
            Some(url) => checked(url.clone(), "--arm-endpoint")?,
            None => parse(cloud.arm(), "--cloud")?,
        };
        let arm_scope = format!("{}/.default", arm.origin().ascii_serialization());
        Ok(Self {
            cloud: name,
            arm,
            arm_scope,
            graph,
            graph_scope: format!("{graph_scope}/.default"),
            authority,
        })
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
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn every_cloud_has_endpoints() {
        for &cloud in Cloud::VARIANTS {
            let endpoints = Endpoints::new(cloud, None, None, None, None).unwrap();
            assert_eq!(endpoints.cloud, cloud.name());
            assert_eq!(endpoints.arm_scope, format!("{}/.default", cloud.arm()));
            assert_eq!(
                endpoints.graph.map(|url| url.origin().ascii_serialization()).as_deref(),
                Some(cloud.graph())
            );
            assert_eq!(cloud.name().parse(), Ok(cloud));
        }
        assert!("mars".parse::<Cloud>().is_err());
    }

    #[test]
    fn a_custom_endpoint_is_its_own_audience() {
        let arm = url("https://localhost:8443/prefix/");
        let endpoints = Endpoints::new(Cloud::UsGov, Some(&arm), None, None, Some("https://login.example")).unwrap();
        assert_eq!(endpoints.cloud, "custom");
        assert_eq!(endpoints.arm_scope, "https://localhost:8443/.default");
        assert_eq!(endpoints.authority.as_str(), "https://login.example/");
        assert_eq!(endpoints.graph, None, "nobody says which it is");
        let graph = url("https://localhost:8444");
        let endpoints = Endpoints::new(Cloud::UsGov, Some(&arm), Some(&graph), None, None).unwrap();
        assert_eq!(endpoints.graph, Some(graph));
        assert_eq!(endpoints.graph_scope, "https://graph.microsoft.us/.default");
        let dod = url("https://dod-graph.microsoft.us");
        let endpoints = Endpoints::new(Cloud::UsGov, None, Some(&dod), None, None).unwrap();
        assert_eq!(endpoints.graph_scope, "https://dod-graph.microsoft.us/.default");
    }

    #[test]
    fn what_is_not_https_is_refused() {
        let plain = url("http://user:hunter2@localhost");
        let errors = [
            Endpoints::new(Cloud::Public, Some(&plain), None, None, None),
            Endpoints::new(Cloud::Public, None, Some(&plain), None, None),
            Endpoints::new(Cloud::Public, None, None, Some(&plain), None),
            Endpoints::new(Cloud::Public, None, None, None, Some("http://localhost")),
            Endpoints::new(Cloud::Public, None, None, None, Some("localhost")),
            Endpoints::new(Cloud::Public, Some(&url("https://u:hunter2@h")), None, None, None),
            Endpoints::new(Cloud::Public, Some(&url("https://h/?q=1")), None, None, None),
        ];
        for error in errors {
            let text = error.unwrap_err().to_string();
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
