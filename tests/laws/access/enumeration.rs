//! The enumeration that answers are held to.

use super::{Case, Inside};
use crate::evaluator::{Sure, by_grant, judge};
use crate::naming::{Names, holds};
use crate::oracle::{World, grants};
use crate::strategies::{PREFIX, Place, Plan};
use crate::tenants::Tenant;
use cosmos_rbac::access::Level;
use cosmos_rbac::model::Api;
use cosmos_rbac::model::bypass::BypassKind;
use proptest::sample::Index;
use std::collections::BTreeMap;

/// Whether somebody has what a holder has.
fn is_or_is_in(tenant: &Tenant, who: &str, holder: &str) -> bool {
    let record = tenant.principals.iter().find(|record| record.id.as_str() == holder);
    let members = record.and_then(|record| record.members.as_ref());
    who == holder || members.is_some_and(|members| members.iter().any(|member| member.as_str() == who))
}

/// The program's words for it.
fn level(sure: Sure, is_indirect: bool) -> Level {
    match sure {
        Sure::No => Level::No,
        Sure::Possible => Level::Possible,
        Sure::Certain if is_indirect => Level::Indirect,
        Sure::Certain => Level::Yes,
    }
}

pub(super) fn full(action: &str) -> String {
    format!("{PREFIX}{action}").to_lowercase()
}

/// What an account is like for the oracle of names.
fn plan(inside: &Inside) -> Plan {
    Plan {
        local_auth_disabled: inside.keys,
        databases: inside.databases.clone(),
        ..Plan::empty(Api::Sql)
    }
}

/// Whether the place is in the account, as far as that is known.
pub(super) fn is_looked_at(inside: &Inside, place: &Place, is_sql: bool) -> bool {
    if !is_sql {
        return true;
    }
    let is_below = |own: &Place| match (place, own) {
        (Place::Account, _) => true,
        (Place::Database(database), Place::Database(own) | Place::Container(own, _)) => database == own,
        (place, own) => place == own,
    };
    let Some(databases) = &inside.databases else {
        return true;
    };
    let found = |name: &String| databases.iter().find(|(own, _)| own == name);
    let is_there = match place {
        Place::Account => true,
        Place::Database(database) => found(database).is_some(),
        Place::Container(database, container) => match found(database) {
            Some((_, Some(containers))) => containers.contains(container),
            Some((_, None)) => true,
            None => false,
        },
    };
    is_there || inside.assignments.iter().any(|(_, _, own)| is_below(own))
}

/// What is certain and what is possible through role assignments of the data plane.
fn by_roles(tenant: &Tenant, inside: &Inside, (who, action, place): &Case) -> Sure {
    let plan = plan(inside);
    let of = |(holder, role, at): &(&str, Index, Place)| {
        if !is_or_is_in(tenant, who, holder) {
            return Sure::No;
        }
        let role = &inside.roles[role.index(inside.roles.len())];
        let given = |action, world, names| grants(role, &full(action), world) && holds(&plan, at, place, names);
        let could = |action| given(action, World::Most, Names::Spelt) || given(action, World::Most, Names::Loose);
        // A stored procedure can do the same with items.
        let is_on_items = ["items/read", "items/delete", "executeQuery"]
            .iter()
            .any(|end| action.ends_with(end));
        if given(action, World::Least, Names::Spelt) {
            Sure::Certain
        } else if could(action) || (is_on_items && could("sqlDatabases/containers/executeStoredProcedure")) {
            Sure::Possible
        } else {
            Sure::No
        }
    };
    inside.assignments.iter().map(of).max().unwrap_or(Sure::No)
}

/// What a read-only key does.
fn reads(action: &str) -> Sure {
    match action {
        "readMetadata" | "sqlDatabases/containers/executeQuery" | "sqlDatabases/containers/items/read" => Sure::Certain,
        "sqlDatabases/containers/items/delete" => Sure::No,
        _ => Sure::Possible,
    }
}

/// Who has which bypass of an account, by assignment.
pub(super) fn bypasses(tenant: &Tenant, who: &str, account: usize) -> Vec<(BypassKind, Sure)> {
    let holders: BTreeMap<(&str, bool), &str> = (tenant.planes.iter())
        .flat_map(|plane| {
            let active = plane.role_assignments.iter().flatten();
            let active = active.map(|one| ((one.id.as_str(), false), one.principal_id.as_str()));
            let eligible = plane.eligible.iter().flatten();
            active.chain(eligible.map(|one| ((one.id.as_str(), true), one.principal_id.as_str())))
        })
        .collect();
    let verdicts = by_grant(&judge(tenant));
    let own = verdicts.into_iter().filter(|((id, eligible, _, place), _)| {
        let holder = holders.get(&(id.as_str(), *eligible));
        *place == account && holder.is_some_and(|holder| is_or_is_in(tenant, who, holder))
    });
    own.map(|((_, _, kind, _), sure)| (kind, sure)).collect()
}

/// The same of a person, with what deny assignments leave of it for them.
pub(super) fn left(tenant: &Tenant, who: &str, account: usize) -> Vec<(BypassKind, Sure)> {
    let own = judge(tenant).into_iter();
    let own = own.filter(|one| one.account == account && one.person.as_deref() == Some(who));
    own.map(|one| (one.action.kind, one.sure)).collect()
}

/// How somebody can, at once and in whatever way, who has these bypasses.
pub(super) fn expected(
    tenant: &Tenant,
    insides: &[Inside],
    account: usize,
    case: &Case,
    has: &[(BypassKind, Sure)],
) -> (Level, Level) {
    let record = &tenant.accounts[account];
    let inside = &insides[account];
    let is_sql = record.account.api == Api::Sql;
    let roles = if is_sql {
        by_roles(tenant, inside, case)
    } else {
        Sure::No
    };
    let keys = match inside.keys {
        Some(false) => Sure::Certain,
        Some(true) if is_sql => Sure::No,
        _ => Sure::Possible,
    };
    let of = |wanted: &[BypassKind]| {
        let own = has.iter().filter(|(kind, _)| wanted.contains(kind));
        own.map(|(_, sure)| *sure).max().unwrap_or(Sure::No)
    };
    // What the account's API doesn't list is possible with a read-only key.
    let has_metadata = matches!(
        record.account.api,
        Api::Table | Api::Cassandra | Api::Gremlin | Api::Mongo
    );
    let is_listed = is_sql || (has_metadata && case.1 == "readMetadata");
    let reads = if is_listed { reads(case.1) } else { Sure::Possible };
    let with_keys = of(&[BypassKind::ReadKeys]).max(of(&[BypassKind::ReadReadOnlyKeys]).min(reads));
    let direct = level(roles, false).max(level(with_keys.min(keys), false));
    let mut indirect = of(&[BypassKind::GrantData, BypassKind::AssignRoles]);
    if keys != Sure::Certain {
        indirect = indirect.max(of(&[BypassKind::ChangeAccount]).min(with_keys));
    }
    (direct, direct.max(level(indirect, true)))
}
