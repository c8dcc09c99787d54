//! Tests of the policy loader as a whole.

mod contradictions;
mod docs;
mod golden;
mod hostile;
mod laws;
mod lint;
mod matching;
mod members;
mod reading;
mod schema;
mod snippets;

use super::{Policy, PolicyErrors};
use crate::checks::CHECKS;
use crate::model::{Account, AccountId, Api, Tags};
use std::path::PathBuf;

/// A policy of one text.
pub(super) fn load(text: &str) -> Result<Policy, PolicyErrors> {
    Policy::from_sources(&[("policy.yaml", text)], &CHECKS)
}

/// The errors of one text as users see them; empty when it is a policy.
fn errors(text: &str) -> String {
    load(text).err().map(|errors| errors.to_string()).unwrap_or_default()
}

/// Tags; what begins with `⟨` only a deployment tells.
fn tags_of(pairs: &[(&str, &str)]) -> Tags {
    let is_untold = |(name, value): &&(&str, &str)| name.starts_with('⟨') || value.starts_with('⟨');
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let mut tags: Tags = pairs.iter().filter(|pair| !is_untold(pair)).map(owned).collect();
    for (name, value) in pairs.iter().filter(is_untold).map(owned) {
        match name.starts_with('⟨') {
            true => tags.add_untold(name),
            false => tags.set_untold(name, value),
        }
    }
    tags
}

/// An account that blocks may match.
fn account(name: &str, tags: &[(&str, &str)]) -> Account {
    let id = format!("/subscriptions/s/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/{name}");
    Account {
        id: AccountId::parse(&id).unwrap(),
        location: "westeurope".to_owned(),
        api: Api::Sql,
        tags: tags_of(tags),
        local_auth_disabled: Some(true),
        key_metadata_writes_disabled: Some(true),
        provisioning_state: None,
        keys_generated_at: None,
        backup: None,
        authentication: Vec::new(),
    }
}

/// A path in the repository.
fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
