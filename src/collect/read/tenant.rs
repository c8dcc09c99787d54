//! The tenant's name, so that a report says `Contoso` and not a GUID.

use super::list::{List, Listing, MOST_ITEMS, Query};
use super::service::Service;
use crate::arm::{Malformed, cut};
use crate::model::guid::is_guid;
use serde_json::Value;

/// Stable; `resources/resource-manager/Microsoft.Resources/stable/2022-12-01` in the azure-rest-api-specs repository.
const TENANTS: Query = &[("api-version", "2022-12-01")];

/// A tenant that the signed-in identity belongs to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tenant {
    id: String,
    name: String,
}

/// The tenants of the signed-in identity.
pub(crate) async fn all(arm: &Service) -> Listing<Tenant> {
    let list = List {
        what: "tenants",
        item: None,
        path: &["tenants"],
        query: TENANTS,
        question: None,
        most: MOST_ITEMS,
        subscription: None,
    };
    arm.list(list, |item| tenant(item).map(|one| one.map(Into::into))).await
}

/// The name of the tenant with this id. Names change nothing in an audit: one that can't be read is no gap.
pub(crate) fn name_of(all: Listing<Tenant>, id: &str) -> Option<String> {
    let mut items = all.items.into_iter().flatten();
    let found = items.find(|one| one.id.eq_ignore_ascii_case(id));
    if let (None, Some(gap)) = (&found, all.gaps.first()) {
        tracing::warn!(status = gap.status, code = ?gap.code, "the tenant's name couldn't be read");
    }
    found.map(|one| one.name)
}

/// Reads a tenant; one without a name is passed over.
fn tenant(item: &Value) -> Result<Option<Tenant>, Malformed> {
    let text = |name| item.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let id = text("tenantId").filter(|id| is_guid(id));
    let id = id.ok_or("the item has no `tenantId`")?.to_owned();
    let name = text("displayName").or_else(|| text("defaultDomain"));
    Ok(name.map(|name| Tenant {
        id,
        name: cut(name.to_owned()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "72f988bf-0000-4000-8000-00000000C0DE";

    #[test]
    fn a_tenant_is_named_by_its_display_name_or_its_domain() {
        let name = |item: Value| tenant(&item).map(|one| one.map(|one| one.name));
        let both = json!({"tenantId": ID, "displayName": "Contoso", "defaultDomain": "contoso.com"});
        assert_eq!(name(both), Ok(Some("Contoso".to_owned())));
        let unnamed = json!({"tenantId": ID, "displayName": "", "defaultDomain": "contoso.com"});
        assert_eq!(name(unnamed), Ok(Some("contoso.com".to_owned())));
        assert_eq!(name(json!({"tenantId": ID})), Ok(None));
        assert!(name(json!({"displayName": "Contoso"})).is_err());
    }

    #[test]
    fn the_name_is_that_of_the_scanned_tenant() {
        let one = |id: &str, name: &str| Tenant {
            id: id.to_owned(),
            name: name.to_owned(),
        };
        let all = || Listing {
            items: Some(vec![
                one("72f988bf-0000-4000-8000-000000000001", "Fabrikam"),
                one(ID, "Contoso"),
            ]),
            gaps: Vec::new(),
        };
        assert_eq!(name_of(all(), &ID.to_lowercase()), Some("Contoso".to_owned()));
        assert_eq!(name_of(all(), "72f988bf-0000-4000-8000-000000000002"), None);
    }
}
