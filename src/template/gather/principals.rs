//! Principals that only a deployment tells: each gets a name from what will give its id.

use super::super::arm::flat;
use super::super::value::{Form, Unknown, Why};
use crate::model::PrincipalId;
use crate::model::arm_id::last_segment;
use std::collections::BTreeMap;

/// The names that were given, so that two principals never have one.
#[derive(Debug, Default)]
pub(super) struct Named(BTreeMap<String, String>);

impl Named {
    /// The principal that something unknown is: the same for the same expression.
    pub(super) fn principal(&mut self, unknown: &Unknown) -> PrincipalId {
        self.named(name(unknown), &unknown.text)
    }

    /// The same, of something of which only the text is known.
    pub(super) fn of_text(&mut self, text: &str) -> PrincipalId {
        let unknown = Unknown {
            text: text.to_owned(),
            form: Form::Expression,
            why: Why::Deployment(text.into()),
        };
        self.principal(&unknown)
    }

    fn named(&mut self, wanted: String, text: &str) -> PrincipalId {
        let mut name = wanted.clone();
        let mut number = 2;
        // Two sites of one name in two resource groups are two identities.
        while self.0.get(&name).is_some_and(|of| of != text) {
            name = format!("{wanted} ({number})");
            number += 1;
        }
        self.0.insert(name.clone(), text.to_owned());
        PrincipalId::template(&name)
    }
}

/// What people call what an expression gives.
fn name(unknown: &Unknown) -> String {
    match &unknown.why {
        Why::Parameter(name) | Why::KeyVault(name) => return format!("parameter {name}"),
        Why::Placeholder(text) => return format!("placeholder {text}"),
        _ => {}
    }
    let text = flat(&unknown.text);
    if let Some((kind, resource)) = referred(&text) {
        let kind = match kind {
            "userAssignedIdentities" => return format!("identity {resource}"),
            "sites" => "site",
            "containerApps" => "container app",
            "virtualMachines" => "virtual machine",
            "managedClusters" => "AKS cluster",
            other => other,
        };
        if text.ends_with("principalId") {
            return format!("identity of {kind} {resource}");
        }
    }
    let identity = ["identity[0].principal_id", "identity.principalId"];
    match identity.iter().find_map(|end| text.strip_suffix(&format!(".{end}"))) {
        Some(resource) => format!("identity of {resource}"),
        None => match text
            .strip_suffix(".principal_id")
            .or_else(|| text.strip_suffix(".principalId"))
        {
            Some(resource) => format!("identity {resource}"),
            None => text,
        },
    }
}

/// The last type and name of the resource that `reference` names, if they are known.
fn referred(text: &str) -> Option<(&str, &str)> {
    let arguments = text.strip_prefix("reference(")?;
    let id = arguments
        .split('\'')
        .find(|part| part.contains("/providers/") || part.starts_with('/'))?;
    let (above, name) = id.rsplit_once('/')?;
    let kind = last_segment(above);
    (!name.is_empty() && !name.contains('{') && !kind.contains('{')).then_some((kind, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(text: &str) -> Unknown {
        Unknown {
            text: text.to_owned(),
            form: Form::Expression,
            why: Why::Deployment("reference".into()),
        }
    }

    #[test]
    fn names_come_from_what_gives_the_id() {
        let sites = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/orders-web";
        for (text, name) in [
            (
                format!("reference('{sites}', '2022-03-01', 'Full').identity.principalId"),
                "identity of site orders-web",
            ),
            (
                "reference('/…/Microsoft.ManagedIdentity/userAssignedIdentities/orders-id').principalId".to_owned(),
                "identity orders-id",
            ),
            (
                format!(
                    "reference(format('{sites}', subscription().subscriptionId, resourceGroup().name), 'Full').identity.principalId"
                ),
                "identity of site orders-web",
            ),
            (
                "azurerm_linux_web_app.orders.identity[0].principal_id".to_owned(),
                "identity of azurerm_linux_web_app.orders",
            ),
            (
                "azurerm_user_assigned_identity.orders.principal_id".to_owned(),
                "identity azurerm_user_assigned_identity.orders",
            ),
        ] {
            assert_eq!(super::name(&unknown(&text)), name, "{text}");
        }
    }

    #[test]
    fn two_of_a_name_are_two() {
        let mut named = Named::default();
        let texts = [
            "reference('/a/sites/x').identity.principalId",
            "reference('/b/sites/x').identity.principalId",
        ];
        let ids: Vec<PrincipalId> = texts.iter().map(|text| named.principal(&unknown(text))).collect();
        assert_ne!(ids[0], ids[1]);
        assert_eq!(ids[0], named.principal(&unknown(texts[0])));
    }
}
