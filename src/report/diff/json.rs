//! The JSON of a comparison, version 1. It has its own types, so that a change inside the program cannot change the format.

use super::scan::Scan;
use super::words;
use crate::access::{Level, Sure, Verb};
use crate::diff::{self, Because, Change, Difference, Effect, Unknown};
use crate::model::{AccountId, PrincipalId, PrincipalKind, PrincipalRef};
use crate::report::answer::Levels;
use crate::report::stream;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::Serialize;
use std::io::{self, Write};

/// The JSON Schema of a comparison.
pub fn schema() -> serde_json::Value {
    let mut schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Document<'static>>();
    schema.insert("title".to_owned(), "a cosmos-rbac comparison, version 1".into());
    schema.to_value()
}

pub(super) fn render(difference: &Difference, out: &mut dyn Write) -> io::Result<()> {
    stream::json_document(&Document::of(difference), out)
}

/// What differs between two scans.
#[derive(Serialize, JsonSchema)]
struct Document<'d> {
    /// Always `cosmos-rbac/diff`.
    #[schemars(extend("enum" = ["cosmos-rbac/diff"]))]
    format: &'static str,
    /// Always 1; a version gains fields, but none is renamed or changes its meaning.
    #[schemars(extend("enum" = [1]))]
    version: u32,
    /// The earlier scan.
    old: Scan<'d>,
    /// The later scan.
    new: Scan<'d>,
    /// Whether everything could be compared that either scan was to read. If not, `not_compared` says what is missing.
    complete: bool,
    /// The accounts.
    accounts: Accounts<'d>,
    /// Settings that differ, by account.
    settings: Vec<Setting<'d>>,
    /// Access that only the later scan has, by account.
    gained: Vec<Row<'d>>,
    /// Access that only the earlier scan has, by account.
    lost: Vec<Row<'d>>,
    /// What could not be compared. Access there may have changed.
    not_compared: Vec<NotCompared<'d>>,
}

/// The accounts of two scans.
#[derive(Serialize, JsonSchema)]
struct Accounts<'d> {
    /// How many are in both.
    compared: usize,
    /// The ARM ids of those that only the later scan has. Access to them is in `gained`.
    added: Vec<&'d str>,
    /// The ARM ids of those that only the earlier scan has. Access to them is in `lost`.
    removed: Vec<&'d str>,
}

/// A setting that differs.
#[derive(Serialize, JsonSchema)]
struct Setting<'d> {
    /// The account's ARM id.
    account: &'d str,
    /// Which.
    #[schemars(extend("enum" = ["local_auth", "anonymous_access", "key_metadata_writes", "api", "backup", "resource_group", "subscription"]))]
    what: &'static str,
    /// What it was.
    old: &'d str,
    /// What it is.
    new: &'d str,
    /// Whether it lets more in (`gain`) or less (`loss`) by itself.
    #[schemars(extend("enum" = ["gain", "loss", "none"]))]
    effect: &'static str,
}

/// Access that one of the scans has, and that goes beyond what the other one has.
#[derive(Serialize, JsonSchema)]
struct Row<'d> {
    /// The account's ARM id.
    account: &'d str,
    /// Who. If it is a group, its members are concerned: see `members`.
    principal: Principal<'d>,
    /// Where, relative to the account, and so everywhere below it.
    scope: String,
    /// The kind of role of the account's API, in ARM's words; left out when the API is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// The data actions that are certain, in full.
    data_actions: &'d [String],
    /// Further data actions that are possible.
    possibly: &'d [String],
    /// What that comes to.
    access: Levels,
    /// Whether account keys can be read, accepted or not: those that read and write, or the read-only ones alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["all", "read-only"]))]
    keys: Option<&'static str>,
    /// `possible`: nothing of it is certain.
    #[schemars(extend("enum" = ["certain", "possible"]))]
    confidence: &'static str,
    /// Whether the principal must first change something: grant themselves access, act as an identity or restore a copy.
    indirect: bool,
    /// Whether a role must be activated first (PIM).
    eligible: bool,
    /// Whether only the certainty differs: the other scan has the same, as possible.
    certainty_only: bool,
    /// What made the difference.
    #[schemars(extend("enum" = [Because::Grant, Because::Membership, Because::LocalAuth, Because::Account].map(Because::word)))]
    because: &'static str,
    /// Through what.
    via: Via<'d>,
    /// If all people in the group are known: for whom of them the row holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Members<'d>>,
}

/// A principal.
#[derive(Serialize, JsonSchema)]
struct Principal<'d> {
    /// Its object id.
    id: &'d str,
    /// Its name; left out when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'d str>,
    /// What it is; left out when that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<PrincipalKind>,
}

/// The people in a group.
#[derive(Serialize, JsonSchema)]
struct Members<'d> {
    /// How many there are.
    people: usize,
    /// The object ids of those for whom the row doesn't hold. What they gained or lost of it is in rows of their own.
    apart: Vec<&'d str>,
}

/// Through what somebody has access.
#[derive(Serialize, JsonSchema)]
struct Via<'d> {
    /// What gives it: `group` where the principal is in the group that has it.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["role-assignment", "group", "key", "azure-role", "delegation"]))]
    kind: &'static str,
    /// The group.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Principal<'d>>,
    /// The ARM id of the role assignment, or of the delegation.
    role_assignment: &'d str,
    /// The name of the role.
    role: &'d str,
    /// The ARM id of its definition.
    role_definition: &'d str,
    /// The check that reports such a bypass of the data plane's roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    bypass: Option<&'static str>,
    /// The scope of the role assignment in Azure.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<&'d str>,
}

/// Something that could not be compared.
#[derive(Serialize, JsonSchema)]
struct NotCompared<'d> {
    /// The account's ARM id, if it is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'d str>,
    /// The subscription, if it is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<&'d str>,
    /// The principal, if it is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<Principal<'d>>,
    /// Which scan lacks it.
    #[schemars(extend("enum" = ["old", "new", "both"]))]
    missing_in: &'static str,
    /// Whether it should have been read: then the comparison is not complete.
    failure: bool,
    /// Whether the template gives somebody access there of which the scan doesn't tell whether it is new.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    possible_gain: bool,
    /// What is missing, in words.
    message: String,
}

impl<'d> Document<'d> {
    fn of(difference: &'d Difference) -> Self {
        let accounts = &difference.accounts;
        let ids = |ids: &'d [AccountId]| ids.iter().map(AccountId::as_str).collect();
        Self {
            format: "cosmos-rbac/diff",
            version: 1,
            old: Scan::of(&difference.scans.old),
            new: Scan::of(&difference.scans.new),
            complete: !difference.is_incomplete(),
            accounts: Accounts {
                compared: accounts.compared,
                added: ids(&accounts.added),
                removed: ids(&accounts.removed),
            },
            settings: difference.settings.iter().map(Setting::of).collect(),
            gained: difference.gained.iter().map(Row::of).collect(),
            lost: difference.lost.iter().map(Row::of).collect(),
            not_compared: difference
                .not_compared
                .iter()
                .map(|one| NotCompared::of(one, difference))
                .collect(),
        }
    }
}

impl<'d> Setting<'d> {
    fn of(setting: &'d diff::Setting) -> Self {
        Self {
            account: setting.account.as_str(),
            what: setting.what.word(),
            old: &setting.values.old,
            new: &setting.values.new,
            effect: match setting.effect() {
                Effect::Gain => "gain",
                Effect::Loss => "loss",
                Effect::None => "none",
            },
        }
    }
}

impl<'d> Row<'d> {
    fn of(change: &'d Change) -> Self {
        let is_indirect = change.bypass.is_some_and(|bypass| bypass != diff::KEY_ACCESS);
        let level = |sure, is_indirect| Level::of(sure, is_indirect).word();
        let [read, write, delete] = Verb::ALL.map(|verb| level(change.power.data.can(verb), is_indirect));
        Self {
            account: change.account.as_str(),
            principal: Principal::of(&change.principal),
            scope: change.scope.to_string(),
            kind: change.api.role_kind().map(|kind| kind.row().word),
            data_actions: &change.data_actions,
            possibly: &change.possibly,
            access: Levels {
                read,
                write,
                delete,
                manage: level(change.power.manages, false),
            },
            keys: match (change.power.keys, change.power.read_only_keys) {
                (Sure::No, Sure::No) => None,
                (Sure::No, _) => Some("read-only"),
                _ => Some("all"),
            },
            confidence: match change.sure() {
                Sure::Certain => "certain",
                Sure::Possible | Sure::No => "possible",
            },
            indirect: is_indirect,
            eligible: change.via.azure.as_ref().is_some_and(|azure| azure.eligible),
            certainty_only: change.is_certainty,
            because: change.because.word(),
            via: Via::of(change),
            members: change.members.as_ref().map(|members| Members {
                people: members.people,
                apart: members.apart.iter().map(PrincipalId::as_str).collect(),
            }),
        }
    }
}

impl<'d> Principal<'d> {
    fn of(principal: &'d PrincipalRef) -> Self {
        Self {
            id: principal.id.as_str(),
            name: principal.name.as_deref(),
            kind: Some(principal.kind).filter(|kind| *kind != PrincipalKind::Unknown),
        }
    }
}

impl<'d> Via<'d> {
    fn of(change: &'d Change) -> Self {
        let via = &change.via;
        Self {
            kind: match &via.azure {
                _ if via.group.is_some() => "group",
                None => "role-assignment",
                Some(azure) if azure.delegated => "delegation",
                Some(azure) if azure.of_keys => "key",
                Some(_) => "azure-role",
            },
            group: via.group.as_ref().map(Principal::of),
            role_assignment: &via.assignment,
            role: &via.role.name,
            role_definition: &via.role.id,
            bypass: change.bypass,
            at: via.azure.as_ref().map(|azure| azure.at.as_str()),
        }
    }
}

impl<'d> NotCompared<'d> {
    fn of(one: &'d diff::NotCompared, difference: &Difference) -> Self {
        let (mut account, mut subscription, mut principal) = (None, None, None);
        match &one.of {
            Unknown::Tenant => {}
            Unknown::Subscription(name) => subscription = Some(name.as_str()),
            Unknown::Account(id) => account = Some(id.as_str()),
            Unknown::Principal(who) => principal = Some(Principal::of(who)),
        }
        Self {
            account,
            subscription,
            principal,
            missing_in: match (one.missing.old, one.missing.new) {
                (true, true) => "both",
                (true, false) => "old",
                (false, _) => "new",
            },
            failure: one.is_failure,
            possible_gain: one.may_be_gain,
            message: words::not_compared(one, difference).into(),
        }
    }
}
