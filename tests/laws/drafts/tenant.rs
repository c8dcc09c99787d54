//! Tenants with accounts of several APIs, role assignments, groups and Azure RBAC, and with names that are hostile.

use crate::strategies::{ACCOUNT, HOSTILE, Plan, Shapes, guid, sql_plan};
use crate::tenants::{TAKEN_AT, Tenant, tenant};
use cosmos_rbac::model::{
    Account, AccountRecord, ActionPattern, Api, Permission, PrincipalKind, PrincipalRecord, RoleAssignment,
    RoleDefinition,
};
use cosmos_rbac::snapshot::{End, Header, Line, Sink, Snapshot, Subscription};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

/// The principals of [`tenant`], each with its object ID. The first are those of [`plan`].
const IDS: [(&str, &str); 8] = [
    ("u0", crate::strategies::PRINCIPALS[0]),
    ("U0", crate::strategies::PRINCIPALS[0]),
    ("u1", crate::strategies::PRINCIPALS[1]),
    ("g0", crate::strategies::PRINCIPALS[2]),
    ("g1", "77777777-0000-4000-8000-00000000000b"),
    ("x", "77777777-0000-4000-8000-00000000000c"),
    ("m0", "77777777-0000-4000-8000-00000000000d"),
    ("m1", "99999999-0000-4000-8000-00000000000d"),
];

/// A principal that has one role in each account, and is in no group.
pub(super) const NEWCOMER: &str = "55555555-0000-4000-8000-000000000001";

/// The same with texts in the place of others.
fn rewritten<T: Serialize + DeserializeOwned>(value: &T, texts: &[(String, String)]) -> T {
    let mut text = serde_json::to_string(value).unwrap();
    for (from, to) in texts {
        text = text.replace(from.as_str(), to);
    }
    serde_json::from_str(&text).unwrap()
}

fn with_ids<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let texts = IDS.map(|(from, to)| (format!("\"{from}\""), format!("\"{to}\"")));
    rewritten(value, &texts)
}

/// An account with what a plan says, and with the roles that every account has.
fn filled(account: &AccountRecord, plan: &Plan) -> AccountRecord {
    let id = account.account.id.as_str();
    let own = ACCOUNT.to_owned();
    let texts = [
        (own.clone(), id.to_owned()),
        (own.to_uppercase(), id.to_uppercase()),
        // As a pattern, it would fit every database.
        ("/dbs/gone\"".to_owned(), "/dbs/*\"".to_owned()),
        ("/dbs/gone/".to_owned(), "/dbs/*/".to_owned()),
    ];
    let plan = plan.clone().of(account.account.api);
    let mut record = plan.record(0);
    record.role_definitions = rewritten(&record.role_definitions, &texts);
    record.role_assignments = rewritten(&record.role_assignments, &texts);
    record.account = Account {
        id: account.account.id.clone(),
        api: account.account.api,
        key_metadata_writes_disabled: Some(plan.states_grants),
        ..record.account
    };
    if record.account.api == Api::Unknown {
        record.role_definitions = None;
        record.role_assignments = None;
        record.databases = None;
    }
    let kind = record.account.api.role_kind().unwrap_or_default();
    let built_in = kind.row().builtin.iter().map(|role| RoleDefinition {
        kind,
        id: format!(
            "{id}/{}/00000000-0000-0000-0000-00000000000{}",
            kind.row().definitions,
            role.number
        ),
        role_name: role.name.to_owned(),
        claims_built_in: true,
        assignable_scopes: vec![id.to_owned()],
        permissions: vec![role.permission()],
    });
    let own = RoleDefinition {
        kind,
        id: format!("{id}/{}/{}", kind.row().definitions, guid(2, 1)),
        role_name: "Metadata Reader".to_owned(),
        claims_built_in: false,
        assignable_scopes: vec![id.to_owned()],
        permissions: vec![Permission {
            data_actions: vec![ActionPattern::from_policy("readMetadata")],
            not_data_actions: Vec::new(),
        }],
    };
    if let (Some(roles), Some(assignments)) = (&mut record.role_definitions, &mut record.role_assignments) {
        assignments.push(RoleAssignment {
            kind,
            id: format!("{id}/{}/{}", kind.row().assignments, guid(2, 2)),
            role_definition_id: own.id.as_str().into(),
            principal_id: NEWCOMER.into(),
            scope: format!("{id}/dbs/a"),
        });
        roles.extend(built_in.chain([own]));
    }
    record
}

/// The principals that the directory knows, some by a name that others have, some as deleted.
fn directory(records: &[PrincipalRecord], names: &[Index]) -> Vec<PrincipalRecord> {
    let mut records: Vec<PrincipalRecord> = records.iter().map(with_ids).collect();
    for (record, pick) in records.iter_mut().zip(names) {
        let names = ["app", "app", "Break Glass", "", "null", "4"].map(str::to_owned);
        let all: Vec<&String> = names.iter().chain(HOSTILE.iter()).collect();
        record.name = all[pick.index(all.len())].clone();
        // Older versions didn't count members.
        let members: Option<BTreeSet<_>> = record.members.as_ref().map(|members| members.iter().collect());
        let count = members.map(|members| members.len() as u64);
        record.members_count = count.filter(|_| pick.index(6) > 0);
        record.found = record.kind == PrincipalKind::Group || pick.index(5) > 0;
    }
    records.sort_by(|a, b| a.id.cmp(&b.id));
    records.dedup_by(|a, b| a.id == b.id);
    records
}

fn built(tenant: &Tenant, plans: &[Plan], picks: &[Index]) -> Snapshot {
    let subscriptions = ["S0", "s1"].map(|id| Subscription {
        id: id.to_owned(),
        name: "same name".to_owned(),
    });
    let header = Header::new(
        TAKEN_AT,
        "public".to_owned(),
        "tenant".to_owned(),
        subscriptions.to_vec(),
    );
    let accounts: Vec<AccountRecord> = tenant
        .accounts
        .iter()
        .zip(plans.iter().cycle())
        .map(|(account, plan)| filled(account, plan))
        .collect();
    let principals = directory(&tenant.principals, picks);
    let gaps = accounts.iter().map(|record| record.gaps.len()).sum::<usize>()
        + tenant.planes.iter().map(|plane| plane.gaps.len()).sum::<usize>();
    let end = End {
        accounts: accounts.len(),
        gaps,
        control_planes: tenant.planes.len(),
        principals: Some(principals.len()),
        ..End::default()
    };
    let lines = accounts.into_iter().map(|record| Line::Account(Box::new(record)));
    let planes = tenant
        .planes
        .iter()
        .map(|plane| Line::ControlPlane(Box::new(with_ids(plane))));
    let all = lines
        .chain(planes)
        .chain([Line::Principals(principals), Line::End(end)]);
    collected(header, all)
}

/// A snapshot of lines in any order.
pub(super) fn collected(header: Header, lines: impl Iterator<Item = Line>) -> Snapshot {
    let mut snapshot = Snapshot::new(header);
    for line in lines {
        snapshot.line(line).unwrap();
    }
    snapshot
}

/// The same, read in another order.
pub(super) fn reversed(snapshot: &Snapshot) -> Snapshot {
    let mut lines: Vec<Line> = snapshot.lines().skip(1).collect();
    let end = lines.pop();
    lines.reverse();
    collected(snapshot.header.clone(), lines.into_iter().chain(end))
}

/// A tenant, and what decides about changes to it.
pub(crate) fn case() -> impl Strategy<Value = (Snapshot, Vec<Index>)> {
    let picks = vec(any::<Index>(), 8);
    (tenant(), vec(sql_plan(Shapes::Any), 1..4), picks).prop_map(|(tenant, plans, picks)| {
        let snapshot = built(&tenant, &plans, &picks);
        (snapshot, picks)
    })
}

/// Nobody that any tenant knows.
pub(super) fn stranger() -> String {
    guid(0xdead, 1)
}
