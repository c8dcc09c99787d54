//! Parts of made-up reports.

use super::*;
use cosmos_rbac::title;

pub(super) const SUBSCRIPTION: &str = "0c05a0c5-0000-4000-8000-000000000001";

pub(super) fn report(parts: Parts) -> Report {
    Report::new(parts, Gate::default())
}

pub(super) fn parts() -> Parts {
    Parts {
        snapshot: SnapshotSummary {
            template: None,
            taken_at: "2026-11-02T08:00:00Z".parse().unwrap(),
            last_taken_at: "2026-11-02T08:00:00Z".parse().unwrap(),
            cloud: "public".to_owned(),
            tenant: "72f988bf-0000-4000-8000-00000000c0de".to_owned(),
            tenant_name: None,
            scanned_by: None,
            subscriptions: Vec::new(),
            accounts: 0,
            gone: 0,
            role_definitions: 0,
            role_assignments: 0,
            complete: true,
            all_read: true,
            age_doubt: None,
        },
        policy: vec!["policies/contoso.yaml".into()],
        notices: Vec::new(),
        not_checked: Vec::new(),
        waivers: Waivers::default(),
        checks: CHECKS
            .iter()
            .map(|check| CheckSummary {
                check,
                severity: Some(check.severity),
            })
            .collect(),
        accounts: Vec::new(),
        bypasses: Vec::new(),
        filtered: None,
        findings: Vec::new(),
        groups: Vec::new(),
        causes: Vec::new(),
        fixed: Vec::new(),
    }
}

/// Accounts of these names, in the report's order.
pub(super) fn accounts(number: usize, name: impl Fn(usize) -> String) -> Vec<AccountSummary> {
    (0..number)
        .map(|place| {
            // The group keeps the order that of the places.
            let id = format!(
                "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-{place:06}/providers/Microsoft.DocumentDB/databaseAccounts/{}",
                name(place)
            );
            AccountSummary {
                id: AccountId::parse(&id).unwrap(),
                is_shown: true,
                location: "West Europe".into(),
                api: Api::Sql,
                local_auth_disabled: Some(true),
                accepts_anyone: false,
                key_metadata_writes_disabled: None,
                blocks: [].into(),
                owners: [].into(),
                role_definitions: Some(2),
                role_assignments: None,
                databases: Some(0),
                database_names: Some(Vec::new()),
                gaps: 0,
                principals: Vec::new(),
                all_principals: false,
                access: Some(AccessRows::default()),
                bypasses: Vec::new(),
            }
        })
        .collect()
}

pub(super) fn check(id: &str) -> &'static Check {
    checks::check(id).unwrap()
}

pub(super) fn finding(check: &'static Check, message: &str) -> Finding {
    Finding {
        check,
        severity: Severity::High,
        confidence: Confidence::Certain,
        state: State::New,
        subject: Subject::Rule,
        title: title!("{}", Shown::of(message)),
        message: Shown::of(message),
        witness: None,
        place: None,
        remedy: None,
        waiver: None,
        wrong: Wrong::default(),
        key: String::new(),
        behind: String::new(),
    }
}

pub(super) fn not_checked(what: What, why: &str, accounts: Option<Vec<usize>>) -> NotChecked {
    NotChecked {
        what,
        why: Shown::of(why),
        accounts,
        principals: None,
        place: None,
    }
}

pub(super) fn attack(place: usize, name: &str, account: Option<&AccountId>) -> Finding {
    Finding {
        severity: SEVERITIES[place % SEVERITIES.len()],
        confidence: if place.is_multiple_of(2) {
            Confidence::Certain
        } else {
            Confidence::Possible
        },
        state: if place.is_multiple_of(5) {
            State::Waived
        } else {
            State::New
        },
        subject: match account {
            Some(account) if !place.is_multiple_of(3) => Subject::Grant {
                account: account.clone(),
                assignment: Some(format!("{account}/sqlRoleAssignments/{name}")),
                principal: principal(name),
                role: None,
                scope: Some(Scope::Container {
                    database: name.to_owned(),
                    container: name.to_owned(),
                }),
                actions: vec![Atom::Unlisted(name.to_owned())],
            },
            _ => Subject::AzureAssignment {
                account: account.cloned(),
                id: name.to_owned(),
                principal: principal(name),
                reach: Some(Reach {
                    scope: Some(name.to_owned()),
                    possible: Vec::new(),
                    accounts: vec![0, 1],
                }),
            },
        },
        witness: Some(Witness {
            principal: Some(principal(name)),
            action: Some(ProvenAction::Data(Atom::Unlisted(name.to_owned()))),
            scope: Some(Scope::Database(name.to_owned())),
            azure_scope: Some(name.to_owned()),
            assignment: Some(name.to_owned()),
            role: Some(role(name)),
            pattern: Some(ActionPattern::full(name)),
        }),
        place: Some(Place::Policy(policy_ref(name, place as u64 + 1))),
        remedy: Some(Remedy {
            summary: Shown::of(name),
            steps: vec![Step {
                edit: None,
                command: Some(format!("az --name '{name}'")),
                changes: Shown::of(name),
            }],
        }),
        waiver: place.is_multiple_of(5).then(|| {
            Arc::new(Acceptance {
                reason: name.to_owned(),
                expires: "2027-01-31".parse().unwrap(),
                policy: policy_ref(name, 2),
            })
        }),
        key: format!("{place}"),
        ..finding(CHECKS[place % CHECKS.len()], name)
    }
}

pub(super) fn access(account: &AccountId, name: &str) -> AccessRows {
    AccessRows {
        roles: vec![Arc::new(RoleRow {
            role: role(name),
            built_in: false,
            patterns: vec![name.to_owned()],
            can: vec![Can {
                action: Atom::Unlisted(name.to_owned()),
                certain: false,
            }],
        })],
        grants: vec![GrantRow {
            principal: 0,
            role: 0,
            scope: Arc::new(Scope::Database(name.to_owned())),
            assignment: format!("{account}/sqlRoleAssignments/{name}").as_str().into(),
        }],
    }
}

pub(super) fn bypass(name: &str) -> BypassRow {
    BypassRow {
        principal: principal(name),
        kind: BypassKind::ReadKeys,
        through: (!name.len().is_multiple_of(3)).then(|| (&ACTIONS[0], ActionPattern::full(name))),
        role: role(name),
        scope: name.to_owned(),
        assignment: name.to_owned(),
        eligible: name.len().is_multiple_of(2),
    }
}

pub(super) fn principal(name: &str) -> PrincipalRef {
    PrincipalRef {
        id: name.into(),
        name: Some(name.to_owned()),
        kind: PrincipalKind::Guest,
        is_ambiguous: false,
    }
}

pub(super) fn role(name: &str) -> RoleRef {
    RoleRef {
        id: name.to_owned(),
        name: name.to_owned(),
    }
}

pub(super) fn policy_ref(file: &str, line: u64) -> SourceRef {
    SourceRef {
        file: file.into(),
        line,
        column: 5,
    }
}
