//! Microsoft's clouds: their names, and which endpoints are theirs.

use crate::collect::option_error::OptionError;
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

/// What an endpoint is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Arm,
    Graph,
    Authority,
}

/// Hosts of the clouds; the first of a cloud and role is the one that is used. Sources: learn.microsoft.com/graph/deployments
/// (Graph, that of the Department of Defense included), learn.microsoft.com/entra/identity-platform/authentication-national-cloud
/// (logins), and the clouds that `az cloud list` knows.
const HOSTS: [(Cloud, Role, &[&str]); 9] = [
    (Cloud::Public, Role::Arm, &["management.azure.com"]),
    (Cloud::UsGov, Role::Arm, &["management.usgovcloudapi.net"]),
    (Cloud::China, Role::Arm, &["management.chinacloudapi.cn"]),
    (Cloud::Public, Role::Graph, &["graph.microsoft.com"]),
    (
        Cloud::UsGov,
        Role::Graph,
        &["graph.microsoft.us", "dod-graph.microsoft.us"],
    ),
    (Cloud::China, Role::Graph, &["microsoftgraph.chinacloudapi.cn"]),
    (
        Cloud::Public,
        Role::Authority,
        &[
            "login.microsoftonline.com",
            "login.microsoft.com",
            "login.windows.net",
            "sts.windows.net",
        ],
    ),
    (
        Cloud::UsGov,
        Role::Authority,
        &["login.microsoftonline.us", "login-us.microsoftonline.com"],
    ),
    (
        Cloud::China,
        Role::Authority,
        &["login.chinacloudapi.cn", "login.partner.microsoftonline.cn"],
    ),
];

impl Cloud {
    /// The name on the command line and in snapshots.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// From `AZURE_CLOUD`: our own names, and those that `az cloud list` and Microsoft's SDKs have, in any casing.
    pub(super) fn of_variable(text: &str) -> Result<Self, OptionError> {
        match text.trim().to_ascii_lowercase().as_str() {
            "public" | "azurecloud" | "azurepubliccloud" | "azurepublic" => Ok(Self::Public),
            "usgov" | "azureusgovernment" | "azureusgovernmentcloud" | "azuregovernment" => Ok(Self::UsGov),
            "china" | "azurechinacloud" | "azurechina" => Ok(Self::China),
            _ => Err(OptionError::UnknownCloud(text.to_owned())),
        }
    }

    /// The host of this cloud that is used for something.
    pub(super) fn host(self, role: Role) -> &'static str {
        let of = HOSTS.iter().find(|(cloud, of, _)| (*cloud, *of) == (self, role));
        of.and_then(|(_, _, hosts)| hosts.first()).copied().unwrap_or_default()
    }

    /// Whose endpoint this is; `None`: none of Microsoft's. A region's own endpoint is below that of its cloud.
    pub(super) fn of_endpoint(url: &Url, role: Role) -> Option<Self> {
        let host = url.host_str()?.trim_end_matches('.');
        let is = |known: &&str| {
            let front = host.strip_suffix(*known);
            front.is_some_and(|front| front.is_empty() || front.ends_with('.'))
        };
        let mut of = HOSTS.iter().filter(|(_, of, _)| *of == role);
        of.find(|(_, _, hosts)| hosts.iter().any(is))
            .map(|(cloud, _, _)| *cloud)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cloud_has_a_host_for_everything_and_shares_none() {
        let mut all: Vec<&str> = HOSTS.iter().flat_map(|(_, _, hosts)| hosts.iter().copied()).collect();
        let number = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), number);
        for &cloud in Cloud::VARIANTS {
            assert_eq!(cloud.name().parse(), Ok(cloud));
            assert_eq!(Cloud::of_variable(cloud.name()).unwrap(), cloud);
            for role in [Role::Arm, Role::Graph, Role::Authority] {
                let url = Url::parse(&format!("https://{}/x", cloud.host(role))).unwrap();
                assert_eq!(Cloud::of_endpoint(&url, role), Some(cloud));
            }
        }
    }

    #[test]
    fn a_host_is_known_by_its_end_at_a_dot() {
        let of = |url: &str| Cloud::of_endpoint(&Url::parse(url).unwrap(), Role::Arm);
        assert_eq!(of("https://westeurope.management.azure.com"), Some(Cloud::Public));
        assert_eq!(of("https://MANAGEMENT.azure.com.:443/"), Some(Cloud::Public));
        for other in [
            "https://evilmanagement.azure.com",
            "https://management.azure.com.evil.example",
            "https://graph.microsoft.com",
            "https://localhost:8443",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn clouds_have_the_names_of_the_other_tools() {
        for (text, cloud) in [
            ("AzureCloud", Cloud::Public),
            ("AzurePublicCloud", Cloud::Public),
            ("AzureUSGovernment", Cloud::UsGov),
            ("AZUREUSGOVERNMENTCLOUD", Cloud::UsGov),
            (" AzureChinaCloud\n", Cloud::China),
        ] {
            assert_eq!(Cloud::of_variable(text).unwrap(), cloud, "{text}");
        }
        let error = Cloud::of_variable("AzureGermanCloud").unwrap_err().to_string();
        assert!(error.contains("`AzureGermanCloud`"), "{error}");
    }
}
