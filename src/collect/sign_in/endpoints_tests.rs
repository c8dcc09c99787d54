use super::*;
use strum::VariantArray;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn every_cloud_has_endpoints() {
    for &cloud in Cloud::VARIANTS {
        let said = Said {
            cloud: Some(cloud),
            ..Said::default()
        };
        let endpoints = Endpoints::new(&said).unwrap();
        assert_eq!(endpoints.cloud, cloud.name());
        let origins = [&endpoints.arm, &endpoints.authority, endpoints.graph.as_ref().unwrap()]
            .map(|url| url.origin().ascii_serialization());
        assert_eq!(endpoints.arm_scope, format!("{}/.default", origins[0]));
        assert_eq!(endpoints.graph_scope, format!("{}/.default", origins[2]));
    }
}

/// Written out: what is sent where is worth a second source.
#[test]
fn endpoints_of_the_clouds() {
    for (variable, arm, graph, login) in [
        (
            "AzureCloud",
            "https://management.azure.com",
            "https://graph.microsoft.com",
            "https://login.microsoftonline.com/",
        ),
        (
            "AzureUSGovernment",
            "https://management.usgovcloudapi.net",
            "https://graph.microsoft.us",
            "https://login.microsoftonline.us/",
        ),
        (
            "AzureChinaCloud",
            "https://management.chinacloudapi.cn",
            "https://microsoftgraph.chinacloudapi.cn",
            "https://login.chinacloudapi.cn/",
        ),
    ] {
        let said = Said {
            cloud_variable: Some(variable),
            ..Said::default()
        };
        let endpoints = Endpoints::new(&said).unwrap();
        assert_eq!(endpoints.arm_scope, format!("{arm}/.default"));
        assert_eq!(endpoints.graph_scope, format!("{graph}/.default"));
        assert_eq!(endpoints.authority.as_str(), login);
    }
}

#[test]
fn a_custom_endpoint_is_its_own_audience() {
    let (arm, audience) = (
        url("https://localhost:8443/prefix/"),
        url("https://management.example/"),
    );
    let mut said = Said {
        cloud: Some(Cloud::UsGov),
        arm: Some(&arm),
        authority_variable: Some("https://login.example"),
        ..Said::default()
    };
    let endpoints = Endpoints::new(&said).unwrap();
    assert_eq!(endpoints.cloud, "custom");
    assert_eq!(endpoints.arm_scope, "https://localhost:8443/.default");
    assert_eq!(endpoints.authority.as_str(), "https://login.example/");
    assert_eq!(endpoints.graph, None, "nobody says which it is");
    let graph = url("https://localhost:8444");
    said.graph = Some(&graph);
    said.arm_audience = Some(&audience);
    let endpoints = Endpoints::new(&said).unwrap();
    assert_eq!(endpoints.graph, Some(graph.clone()));
    assert_eq!(endpoints.graph_scope, "https://graph.microsoft.us/.default");
    assert_eq!(endpoints.arm_scope, "https://management.example/.default");
}

#[test]
fn endpoints_of_microsofts_are_of_their_cloud() {
    let (dod, region) = (
        url("https://dod-graph.microsoft.us"),
        url("https://usgovvirginia.management.usgovcloudapi.net"),
    );
    let said = Said {
        cloud_variable: Some("usgov"),
        arm: Some(&region),
        graph: Some(&dod),
        authority_variable: Some("https://login.microsoftonline.us/"),
        ..Said::default()
    };
    let endpoints = Endpoints::new(&said).unwrap();
    assert_eq!(endpoints.cloud, "usgov");
    assert_eq!(endpoints.arm, region);
    assert_eq!(endpoints.arm_scope, "https://management.usgovcloudapi.net/.default");
    assert_eq!(endpoints.graph_scope, "https://dod-graph.microsoft.us/.default");
}

#[test]
fn a_mixture_of_clouds_is_refused() {
    let (arm, graph, login) = (
        url("https://management.azure.com"),
        url("https://graph.microsoft.us"),
        url("https://login.partner.microsoftonline.cn/"),
    );
    let nothing = Said::default();
    for (said, expected) in [
        (
            Said {
                authority_variable: Some("https://login.microsoftonline.us/"),
                ..nothing
            },
            "`https://login.microsoftonline.us/` in AZURE_AUTHORITY_HOST belongs to the cloud usgov, but the scan is of the cloud public",
        ),
        (
            Said {
                cloud: Some(Cloud::UsGov),
                arm: Some(&arm),
                ..nothing
            },
            "`https://management.azure.com/` in --arm-endpoint belongs to the cloud public, but --cloud is usgov",
        ),
        (
            Said {
                cloud_variable: Some("AzureChinaCloud"),
                graph: Some(&graph),
                ..nothing
            },
            "`https://graph.microsoft.us/` in --graph-endpoint belongs to the cloud usgov, but AZURE_CLOUD is china",
        ),
        (
            Said {
                cloud: Some(Cloud::Public),
                cloud_variable: Some("china"),
                authority: Some(&login),
                authority_variable: Some("https://login.microsoftonline.com"),
                ..nothing
            },
            "`https://login.partner.microsoftonline.cn/` in --authority-host belongs to the cloud china, but --cloud is public",
        ),
    ] {
        assert_eq!(Endpoints::new(&said).unwrap_err().to_string(), expected);
    }
    // The command line wins over variables, whatever they are.
    let said = Said {
        cloud: Some(Cloud::China),
        cloud_variable: Some("mars"),
        authority: Some(&login),
        authority_variable: Some("https://login.microsoftonline.us"),
        ..nothing
    };
    assert_eq!(Endpoints::new(&said).unwrap().cloud, "china");
}

#[test]
fn what_is_not_https_is_refused() {
    let (plain, user, query) = (
        url("http://user:hunter2@localhost"),
        url("https://u:hunter2@h"),
        url("https://h/?q=1"),
    );
    let nothing = Said::default();
    let all = [
        Said {
            arm: Some(&plain),
            ..nothing
        },
        Said {
            arm_audience: Some(&plain),
            ..nothing
        },
        Said {
            graph: Some(&plain),
            ..nothing
        },
        Said {
            authority: Some(&plain),
            ..nothing
        },
        Said {
            authority_variable: Some("http://localhost"),
            ..nothing
        },
        Said {
            authority_variable: Some("localhost"),
            ..nothing
        },
        Said {
            arm: Some(&user),
            ..nothing
        },
        Said {
            arm: Some(&query),
            ..nothing
        },
    ];
    for said in all {
        let text = Endpoints::new(&said).unwrap_err().to_string();
        assert!(!text.contains("hunter2"), "{text}");
    }
}
