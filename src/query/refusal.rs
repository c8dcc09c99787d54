//! Refusals of the service that no role would change: network rules, key-based authentication, and what isn't done with data.

use super::error::AskError;

/// What such a refusal means. `text` has its words in any casing, with one blank between two.
pub(super) fn not_about_roles(text: &str) -> Option<AskError> {
    let folded = text.to_lowercase();
    let has = |words: &str| folded.contains(words);
    if let Some((_, from)) = folded.split_once("request originated from ") {
        let message = format!(
            "this refusal isn't about roles: the network rules of the account block {}",
            origin(from)
        );
        let help = "allow the client's IP address or network in the account's networking settings, or connect through one that \
                    they allow; a change takes up to 15 minutes";
        return Some(AskError::new(message, help));
    }
    if has("cosmos db account firewall") {
        let help = "check the account's networking settings and how the client signs in; if the client does, ask \
                    `access --principal` what the roles give";
        let message = "this refusal names no role: the network rules of the account or the client's token caused it";
        return Some(AskError::new(message, help));
    }
    if has("local authorization is disabled") {
        let message = "this refusal isn't about roles: the request was made with an account key, and key-based authentication \
                       is disabled";
        let help = "connect with a Microsoft Entra token, and assign the principal a data-plane role";
        return Some(AskError::new(message, help));
    }
    has("is not allowed through azure cosmos db endpoint").then(|| {
        let message = "this refusal isn't about data-plane roles: what was asked for isn't done with data, so no Microsoft Entra \
                       token can do it at the account's endpoint";
        AskError::new(message, USE_ARM)
    })
}

/// What to do where no data-plane role allows something.
pub(super) const USE_ARM: &str = "no data-plane role allows it; use Azure Resource Manager, for example \
                                  `az cosmosdb sql container create`, with an Azure role";

/// `requests from 203.0.113.7 through the public internet`: an address is repeated only if it is one.
fn origin(from: &str) -> String {
    let address = from.trim_start_matches("client ").strip_prefix("ip ");
    let address = address.and_then(|rest| rest.split(' ').next()?.parse::<std::net::IpAddr>().ok());
    let paths = [
        ("through public internet", " through the public internet"),
        ("through service endpoint", " through a service endpoint"),
        ("through private endpoint", " through a private endpoint"),
    ];
    let path = paths.iter().find(|(words, _)| from.contains(words));
    let client = address.map_or_else(|| "the client".to_owned(), |address| address.to_string());
    format!(
        "requests from {client}{}",
        path.map(|(_, words)| *words).unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_role_would_change_is_told_from_what_one_would() {
        for (text, expected) in [
            (
                "Request originated from IP 203.0.113.7 through public internet. This is blocked by your Cosmos DB account \
                 firewall settings.",
                "block requests from 203.0.113.7 through the public internet",
            ),
            (
                "Request originated from client IP 2001:db8::1 through public internet. This is blocked by your Cosmos DB \
                 account firewall settings.",
                "block requests from 2001:db8::1 through the public internet",
            ),
            (
                "Request originated from client VNET through private endpoint. This is blocked by",
                "block requests from the client through a private endpoint",
            ),
            (
                "Request is blocked. Please check your authorization token and Cosmos DB account firewall settings.",
                "the network rules of the account or the client's token",
            ),
            (
                "Local Authorization is disabled. Use an AAD token",
                "with an account key",
            ),
            (
                "Operation 'POST' on resource 'dbs' is not allowed through Azure Cosmos DB endpoint",
                "isn't about data-plane roles",
            ),
        ] {
            let error = not_about_roles(text).unwrap();
            assert!(error.to_string().contains(expected), "{error}");
        }
        assert_eq!(not_about_roles("Partition key reached maximum size of 20 GB"), None);
    }
}
