//! Nodes of the run, of accounts, and of the places in them at which access ends; and the edges between these.

use super::id;
use super::kinds::{EdgeKind, NodeKind};
use super::shape::{Edge, Node, Properties, Value};
use super::told::Told;
use crate::finding::{AccountSummary, Report, Severity};
use crate::model::Scope;
use crate::query::{Answer, Found};
use crate::report::local_auth::local_auth;
use crate::report::verdict;
use std::collections::BTreeSet;
use std::io;

/// The audit: its verdict, and what it didn't check. Each run has a node of its own, so that no other run's verdict replaces it.
pub(super) fn run(report: &Report, answer: &Answer<'_>, taken_at: &str) -> Node {
    let (snapshot, counts) = (&report.snapshot, &report.summary);
    let tenant = snapshot.tenant_name.as_deref().unwrap_or(&snapshot.tenant);
    let number = |severity| Value::Number(counts.by_severity.get(&severity).copied().unwrap_or_default());
    let scanned_by = snapshot.scanned_by.as_ref().and_then(|one| one.object_id.as_deref());
    let mut properties = vec![
        ("taken_at", Value::text(taken_at)),
        ("name", Value::text(&format!("Audit of {tenant} at {taken_at}"))),
        ("run_id", Value::text(&report.run_id())),
        ("tenant_id", Value::text(&snapshot.tenant)),
        (
            "tenant_name",
            Value::text(snapshot.tenant_name.as_deref().unwrap_or_default()),
        ),
        ("cloud", Value::text(&snapshot.cloud)),
        ("verdict", Value::text(report.verdict.word())),
        ("message", Value::text(verdict::text(report).as_str())),
        ("complete", Value::Flag(snapshot.complete)),
        ("access_complete", Value::Flag(answer.is_complete())),
    ];
    properties.extend(not_checked(report, answer));
    properties.extend([
        ("subscriptions", Value::Number(snapshot.subscriptions.len())),
        ("accounts", Value::Number(snapshot.accounts)),
        ("findings", Value::Number(counts.findings)),
        ("failing", Value::Number(counts.failing)),
        ("known", Value::Number(counts.known)),
        ("waived", Value::Number(counts.waived)),
        ("critical", number(Severity::Critical)),
        ("high", number(Severity::High)),
        ("medium", number(Severity::Medium)),
        ("low", number(Severity::Low)),
        ("note", number(Severity::Note)),
        (
            "fail_on",
            Value::text(report.gate.fail_on.map_or("never", Severity::word)),
        ),
        ("policies", Value::texts(report.policy.iter().map(|file| &**file))),
        ("scanned_by", Value::text(scanned_by.unwrap_or_default())),
        ("tool_version", Value::text(env!("CARGO_PKG_VERSION"))),
    ]);
    Node {
        id: of_run(report),
        kinds: NodeKind::Run.all(),
        properties: Properties(properties),
    }
}

/// The id of the run's node.
fn of_run(report: &Report) -> String {
    report.run_id().to_ascii_uppercase()
}

/// What wasn't checked in the whole run: lists with one entry each, in one order. `not_checked_accounts` is in how many accounts, or
/// `unknown`.
fn not_checked(report: &Report, answer: &Answer<'_>) -> [(&'static str, Value); 4] {
    let of_audit = report
        .not_checked
        .iter()
        .map(|row| ("audit", row.what, &row.why, row.accounts.as_deref()));
    let of_access = answer
        .unread
        .iter()
        .map(|row| ("access", row.what, &row.why, row.accounts.as_deref()));
    let all: Vec<_> = of_audit.chain(of_access).collect();
    let number = |accounts: Option<&[usize]>| accounts.map_or("unknown".to_owned(), |some| some.len().to_string());
    [
        ("not_checked", Value::texts(all.iter().map(|(_, what, ..)| what.word()))),
        (
            "not_checked_why",
            Value::texts(all.iter().map(|(_, _, why, _)| why.as_str())),
        ),
        (
            "not_checked_source",
            Value::texts(all.iter().map(|(source, ..)| *source)),
        ),
        (
            "not_checked_accounts",
            Value::Texts(all.iter().map(|(.., accounts)| number(*accounts)).collect()),
        ),
    ]
}

/// Whether all access to an account is known, and what of it isn't, and why: others can have access.
fn completeness(answer: &Answer<'_>, place: usize) -> (bool, [(&'static str, Value); 2]) {
    let known = answer.completeness(place);
    let properties = [
        ("access_not_known", Value::texts(known.whats())),
        ("access_not_known_why", Value::texts(known.whys())),
    ];
    (known.is_complete(), properties)
}

/// An account.
pub(super) fn account(
    report: &Report,
    answer: &Answer<'_>,
    (place, account): (usize, &AccountSummary),
    told: &Told,
    taken_at: &str,
) -> Node {
    let id = &account.id;
    let tags = answer.tenant.account(place).into_iter().flat_map(|one| one.tags.iter());
    let tags: Vec<String> = tags.map(|(name, value)| format!("{name}={value}")).collect();
    let metadata_writes = match account.key_metadata_writes_disabled {
        Some(true) => "disabled",
        Some(false) => "enabled",
        None => "unknown",
    };
    let (is_complete, [not_known, why]) = completeness(answer, place);
    let list = |all: &[String]| Value::texts(all.iter().map(String::as_str));
    let mut properties = vec![
        ("taken_at", Value::text(taken_at)),
        ("name", Value::text(id.name())),
        ("account_id", Value::text(id.as_str())),
        ("scope", Value::text("/")),
        ("subscription_id", Value::text(id.subscription())),
        ("subscription", Value::text(report.snapshot.subscription_name(id))),
        ("resource_group", Value::text(id.resource_group())),
        ("location", Value::text(&account.location)),
        ("api", Value::text(account.api.word())),
        ("tags", list(&tags)),
        ("owners", list(&account.owners)),
        ("policy_blocks", list(&account.blocks)),
        ("local_auth", Value::text(local_auth(account))),
        ("key_metadata_writes", Value::text(metadata_writes)),
        ("access_complete", Value::Flag(is_complete)),
        not_known,
        why,
        ("not_checked", Value::texts(report.not_checked_in(place))),
        ("gaps", Value::Number(account.gaps)),
    ];
    properties.extend(told.properties());
    Node {
        id: id::of_account(id),
        kinds: NodeKind::Account.all(),
        properties: Properties(properties),
    }
}

/// Passes on the run's edge to the account of a place, whose kind says whether all who have access are known, and what is in it.
pub(super) fn edges(
    report: &Report,
    answer: &Answer<'_>,
    (place, account): (usize, &AccountSummary),
    rows: &[Found<'_>],
    mut add: impl FnMut(&Edge<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let taken_at = report.snapshot.taken_at.to_string();
    let (is_complete, [not_known, why]) = completeness(answer, place);
    let kind = match is_complete {
        true => EdgeKind::ReadInFull,
        false => EdgeKind::NotReadInFull,
    };
    let properties = vec![("taken_at", Value::text(&taken_at)), not_known, why];
    let (run, end) = (of_run(report), id::of_account(&account.id));
    add(&Edge::new(kind, [&run, &end], properties))?;
    for scope in scopes(rows) {
        let Some(parent) = parent(&scope) else { continue };
        let [start, end] = [&parent, &scope].map(|scope| id::of_scope(&account.id, scope));
        let properties = vec![("taken_at", Value::text(&taken_at))];
        add(&Edge::new(EdgeKind::Contains, [&start, &end], properties))?;
    }
    Ok(())
}

/// Passes on the nodes of the places in an account.
pub(super) fn nodes(
    account: &AccountSummary,
    rows: &[Found<'_>],
    taken_at: &str,
    mut add: impl FnMut(&Node) -> io::Result<()>,
) -> io::Result<()> {
    for scope in scopes(rows) {
        let kind = match &scope {
            Scope::Account | Scope::Database(_) | Scope::Tables(_) => NodeKind::Database,
            Scope::Container { .. } | Scope::Table { .. } => NodeKind::Container,
        };
        add(&Node {
            id: id::of_scope(&account.id, &scope),
            kinds: kind.all(),
            properties: Properties(vec![
                ("taken_at", Value::text(taken_at)),
                ("name", Value::text(&format!("{}{scope}", account.id.name()))),
                ("account", Value::text(account.id.name())),
                ("account_id", Value::text(account.id.as_str())),
                ("scope", Value::text(&scope.to_string())),
            ]),
        })?;
    }
    Ok(())
}

/// The places in an account that have nodes, parents first: those at which access ends, and what they are in.
pub(super) fn scopes(rows: &[Found<'_>]) -> BTreeSet<Scope> {
    let mut all = BTreeSet::new();
    for found in rows {
        match &found.scope {
            Scope::Account => {}
            scope => {
                all.extend(parent(scope));
                all.insert(scope.clone());
            }
        }
    }
    all.remove(&Scope::Account);
    all
}

fn parent(scope: &Scope) -> Option<Scope> {
    match scope {
        Scope::Account => None,
        Scope::Database(_) | Scope::Tables(_) | Scope::Table { .. } => Some(Scope::Account),
        Scope::Container { database, .. } => Some(Scope::Database(database.clone())),
    }
}
