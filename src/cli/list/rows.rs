//! What a row of each list holds: fields for machines, columns for people.

use crate::model::{
    Account, AccountId, AccountKey, AccountRecord, ActionPattern, Keys, Permission, RoleAssignment, RoleDefinition,
    Scope, Shown,
};
use crate::report::ListColumn;
use crate::resolve::Access;
use crate::shown;
use serde::Serialize;
use std::borrow::Cow;

/// What a list shows: fields for machines, columns for people.
pub(super) trait Row: Serialize {
    const COLUMNS: &'static [ListColumn];
    fn cells(&self) -> Vec<Shown>;
    /// The columns of CSV: what JSON has, flat.
    const FIELDS: &'static [&'static str];
    fn values(&self) -> Vec<String>;
}

const fn column(title: &'static str) -> ListColumn {
    ListColumn { title }
}

/// A value of CSV that may not be known; nothing is neither yes nor no.
fn known(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[derive(Serialize)]
pub(super) struct AccountRow<'a> {
    #[serde(flatten)]
    pub(super) account: &'a Account,
    /// The subscription's name, or its id where no name is known.
    #[serde(skip)]
    pub(super) subscription: &'a str,
}

impl Row for AccountRow<'_> {
    const COLUMNS: &'static [ListColumn] = &[
        column("account"),
        column("resource group"),
        column("subscription"),
        column("API"),
        column("key auth"),
        column("metadata by key"),
    ];

    fn cells(&self) -> Vec<Shown> {
        let switch = |disabled| match disabled {
            Some(true) => "disabled",
            Some(false) => "enabled",
            None => "unknown",
        };
        let account = self.account;
        vec![
            Shown::of(account.id.name()),
            Shown::of(account.id.resource_group()),
            Shown::of(self.subscription),
            account.api.title().into(),
            match account.keys() {
                _ if !account.api.is_read() => "not analyzed".into(),
                _ if account.accepts_anyone() => "none needed".into(),
                Keys::SaidRefused => "disabled, effect not documented".into(),
                _ => switch(account.local_auth_disabled).into(),
            },
            match account.api.is_cluster() {
                true => "not applicable".into(),
                false => switch(account.key_metadata_writes_disabled).into(),
            },
        ]
    }

    const FIELDS: &'static [&'static str] = &[
        "id",
        "name",
        "resource_group",
        "subscription",
        "subscription_name",
        "location",
        "api",
        "local_auth_disabled",
        "key_metadata_writes_disabled",
        "primary_key_generated_at",
        "secondary_key_generated_at",
        "primary_readonly_key_generated_at",
        "secondary_readonly_key_generated_at",
        "tags",
    ];

    fn values(&self) -> Vec<String> {
        let account = self.account;
        let tags: Vec<String> = account
            .tags
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let generated = |key| {
            known(
                account
                    .keys_generated_at
                    .and_then(|keys| keys.get(key))
                    .map(String::from),
            )
        };
        vec![
            account.id.as_str().to_owned(),
            account.id.name().to_owned(),
            account.id.resource_group().to_owned(),
            account.id.subscription().to_owned(),
            self.subscription.to_owned(),
            account.location.clone(),
            account.api.word().to_owned(),
            known(account.local_auth_disabled),
            known(account.key_metadata_writes_disabled),
            generated(AccountKey::Primary),
            generated(AccountKey::Secondary),
            generated(AccountKey::PrimaryReadonly),
            generated(AccountKey::SecondaryReadonly),
            tags.join("; "),
        ]
    }
}

#[derive(Serialize)]
pub(super) struct RoleRow<'a> {
    account: &'a str,
    #[serde(flatten)]
    role: Cow<'a, RoleDefinition>,
    /// How many assignments name it; `null`: not all could be read.
    assignments: Option<usize>,
    confidence: &'static str,
}

pub(super) fn roles(record: &AccountRecord) -> Vec<RoleRow<'_>> {
    let access = Access::resolve(record, []);
    let uses = |role: &RoleDefinition| {
        let named = access.assignments.iter().filter_map(|found| access.role_of(found));
        named.filter(|found| found.definition.id == role.id).count()
    };
    let definitions = record.role_definitions().iter();
    definitions
        .map(|role| RoleRow {
            account: record.account.id.as_str(),
            assignments: record.has_all_role_assignments().then(|| uses(role)),
            confidence: confidence(!record.is_doubtful(&role.id)),
            role: shown(role),
        })
        .collect()
}

/// A role definition that only claims to be built in is listed as what it is.
fn shown(role: &RoleDefinition) -> Cow<'_, RoleDefinition> {
    let claims_built_in = role.is_built_in();
    if role.claims_built_in == claims_built_in {
        return Cow::Borrowed(role);
    }
    Cow::Owned(RoleDefinition {
        claims_built_in,
        ..role.clone()
    })
}

impl Row for RoleRow<'_> {
    const COLUMNS: &'static [ListColumn] = &[
        column("account"),
        column("role"),
        column("type"),
        column("data actions"),
        column("assigned"),
    ];

    fn cells(&self) -> Vec<Shown> {
        let actions = self.role.permissions.iter().flat_map(Permission::stated);
        vec![
            account_name(self.account),
            marked(Shown::of(self.role.name()), self.confidence),
            if self.role.is_built_in() { "built-in" } else { "custom" }.into(),
            Shown::join(actions.map(|action| Shown::of(&action)), "\n"),
            self.assignments
                .map_or_else(|| "unknown".into(), |number| shown!("{}", number)),
        ]
    }

    const FIELDS: &'static [&'static str] = &[
        "account",
        "id",
        "role_name",
        "built_in",
        "assignable_scopes",
        "data_actions",
        "not_data_actions",
        "assignments",
        "confidence",
    ];

    fn values(&self) -> Vec<String> {
        let role = &self.role;
        let joined = |patterns: fn(&Permission) -> &Vec<ActionPattern>| {
            let patterns: Vec<&str> = role
                .permissions
                .iter()
                .flat_map(patterns)
                .map(ActionPattern::as_str)
                .collect();
            patterns.join(" ")
        };
        vec![
            self.account.to_owned(),
            role.id.clone(),
            role.role_name.clone(),
            role.is_built_in().to_string(),
            role.assignable_scopes.join(" "),
            joined(|permission| &permission.data_actions),
            joined(|permission| &permission.not_data_actions),
            known(self.assignments),
            self.confidence.to_owned(),
        ]
    }
}

#[derive(Serialize)]
pub(super) struct AssignmentRow<'a> {
    account: &'a str,
    #[serde(skip)]
    id: &'a AccountId,
    #[serde(flatten)]
    assignment: &'a RoleAssignment,
    /// `null`: no role definition of that id was read.
    role_name: Option<&'a str>,
    /// The scope relative to the account; `null`: it is malformed.
    relative_scope: Option<String>,
    confidence: &'static str,
}

pub(super) fn assignments(record: &AccountRecord) -> Vec<AssignmentRow<'_>> {
    let access = Access::resolve(record, []);
    // What a template doesn't say for certain is possible, and so is a role of which only the end of its ID is known.
    let is_certain = |place| access.grant(place).is_none_or(|grant| grant.is_certain());
    let row = |(place, found)| AssignmentRow {
        account: record.account.id.as_str(),
        id: &record.account.id,
        role_name: access.role_of(found).map(|role| role.definition.name()),
        assignment: found.assignment,
        relative_scope: found.scope.as_ref().ok().map(Scope::to_string),
        confidence: confidence(is_certain(place)),
    };
    access.assignments.iter().enumerate().map(row).collect()
}

fn confidence(is_certain: bool) -> &'static str {
    match is_certain {
        true => "certain",
        false => "possible",
    }
}

/// A name in a table, with the mark of what is only possible.
fn marked(name: Shown, confidence: &'static str) -> Shown {
    match confidence {
        "possible" => shown!("{} (possible)", name),
        _ => name,
    }
}

impl Row for AssignmentRow<'_> {
    const COLUMNS: &'static [ListColumn] = &[column("account"), column("principal"), column("role"), column("scope")];

    fn cells(&self) -> Vec<Shown> {
        let unknown = || {
            let id = self.id.shorten(self.assignment.role_definition_id.as_str());
            shown!("(unknown) {}", Shown::of(id))
        };
        // A doubled path is all that matters of a malformed scope; JSON has it whole.
        let malformed = || {
            let scope = self.assignment.scope.replace(self.account, "<account>");
            shown!("(malformed) {}", Shown::of(&scope))
        };
        vec![
            account_name(self.account),
            Shown::of(self.assignment.principal_id.as_str()),
            marked(self.role_name.map_or_else(unknown, Shown::of), self.confidence),
            self.relative_scope.as_deref().map_or_else(malformed, Shown::of),
        ]
    }

    const FIELDS: &'static [&'static str] = &[
        "account",
        "id",
        "principal_id",
        "role_definition_id",
        "role_name",
        "scope",
        "relative_scope",
        "confidence",
    ];

    fn values(&self) -> Vec<String> {
        let assignment = self.assignment;
        vec![
            self.account.to_owned(),
            assignment.id.clone(),
            assignment.principal_id.to_string(),
            assignment.role_definition_id.as_str().to_owned(),
            known(self.role_name),
            assignment.scope.clone(),
            known(self.relative_scope.as_ref()),
            self.confidence.to_owned(),
        ]
    }
}

fn account_name(id: &str) -> Shown {
    Shown::of(crate::model::arm_id::last_segment(id))
}
