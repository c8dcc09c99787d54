//! The reports that every format is tried on, made by hand or by the audit, always the same.

use cosmos_rbac::checks::{self, CHECKS};
use cosmos_rbac::finding::{
    Ability, AbilityKind, Acceptance, AccessSummary, AccountSummary, CheckId, CheckSummary, Confidence, Finding, Gate,
    GrantSummary, Notice, Parts, PolicyRef, PrincipalRef, PrincipalState, PrincipalSummary, Reach, Remedy, Report,
    RoleRef, RoleSummary, RouteSummary, Severity, SnapshotSummary, State, WaySummary, Witness,
};
use cosmos_rbac::model::{AccountId, Api, PrincipalKind, Scope, action::Effect};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::snapshot::{Snapshot, Subscription};
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// What somebody may have named something, to see what a reader makes of it.
pub(crate) const HOSTILE: &[&str] = &[
    "\"quoted\" 'single' `tick` \\ back\\slash",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\u{1b}[31mred\u{1b}[0m\u{7}\u{8}\u{0}\u{b}\u{7f}\u{9b}31m",
    "]]> --> <!-- &amp; &#0; <![CDATA[",
    "line\nbreak\r\nand\ttab\u{85}",
    "\u{2028}line\u{2029}paragraph",
    "\u{202e}txt.exe\u{2066}bidi\u{200f}",
    "\u{1f600}\u{200d}\u{1f3f4}\u{e0067}\u{e007f}",
    "%0A::error::injected %25 %s {0} {{1}}",
    "##vso[task.complete result=Failed;]done",
    "=cmd()|' /C calc'!A0",
    "+1\t@SUM(1)",
    "[click](https://example.com) ![](x) | **bold** # _em_",
    "\u{feff}bom \u{fffe}\u{ffff}\u{fffd} \u{10ffff}",
    "| a | b |\n|---|---|\n- item\n```",
    "",
    " ",
    "ｆｕｌｌ e\u{301}\u{301}\u{301}\u{301}",
];

/// A severity above and one below every gate, and all between.
const SEVERITIES: [Severity; 5] = [
    Severity::Critical,
    Severity::High,
    Severity::Medium,
    Severity::Low,
    Severity::Note,
];

/// Every kind of report, by name; all small enough to be judged one by one.
pub(crate) fn all() -> Vec<(&'static str, Report)> {
    vec![
        ("sample", sample()),
        ("empty", empty()),
        ("incomplete", incomplete()),
        ("hostile", hostile()),
    ]
}

/// The name of the large one.
pub(crate) const MANY: &str = "many";

/// All of them, and one with more findings than some readers take.
pub(crate) fn with_many() -> Vec<(&'static str, &'static Report)> {
    static REPORTS: LazyLock<Vec<(&'static str, Report)>> = LazyLock::new(|| {
        let mut all = all();
        all.push((MANY, many(30_000)));
        all
    });
    REPORTS.iter().map(|(name, report)| (*name, report)).collect()
}

/// The sample tenant's.
pub(crate) fn sample() -> Report {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let policy = std::fs::read_to_string(root.join("policies/contoso.yaml")).unwrap();
    let policy = Policy::from_sources(&[("policies/contoso.yaml", &policy)]).unwrap();
    let snapshot = Snapshot::read_file(&root.join("reports/sample/contoso.jsonl")).unwrap();
    checks::audit(&snapshot, &policy, checks::Options::default()).unwrap()
}

/// No accounts, no findings.
pub(crate) fn empty() -> Report {
    report(parts())
}

/// A scan in which much could not be read: accounts, and a subscription.
pub(crate) fn incomplete() -> Report {
    let accounts = accounts(150, |place| format!("unread-{place:03}"));
    let gap = |account: Option<&AccountSummary>| Finding {
        account: account.map(|account| account.id.clone()),
        subject: account
            .is_none()
            .then(|| "/subscriptions/0c05a0c5-0000-4000-8000-000000000001".to_owned()),
        ..finding(CheckId::CollectionIncomplete, "role assignments could not be read: 403")
    };
    let findings = std::iter::once(None)
        .chain(accounts.iter().map(Some))
        .map(gap)
        .collect();
    let mut parts = Parts {
        accounts,
        findings,
        ..parts()
    };
    parts.snapshot.complete = false;
    report(parts)
}

/// Every name is an attack, in every check, state and severity.
pub(crate) fn hostile() -> Report {
    let long = "long ".repeat(4000);
    let mut names: Vec<&str> = HOSTILE.to_vec();
    names.push(&long);
    // What an ARM id cannot hold would be no account's name.
    let id_of = |name: &str| match name.replace('/', "∕") {
        name if name.is_empty() => "empty".to_owned(),
        name => name,
    };
    let mut accounts = accounts(names.len(), |place| id_of(names[place]));
    let mut findings = Vec::new();
    for (place, name) in names.iter().enumerate() {
        findings.push(attack(place, name, None));
    }
    for (place, account) in accounts.iter_mut().enumerate() {
        let name = names[place % names.len()];
        account.location = name.to_owned();
        account.blocks = vec![name.to_owned()];
        account.principals = vec![PrincipalSummary {
            principal: principal(name),
            assignments: 1,
            state: PrincipalState::Drift,
        }];
        account.access = access(&account.id, name);
        for step in 0..3 {
            findings.push(attack(place * 3 + step, name, Some(&account.id)));
        }
    }
    let mut parts = Parts {
        accounts,
        findings,
        ..parts()
    };
    parts.policy = names.iter().map(|name| (*name).into()).collect();
    parts.notices = names
        .iter()
        .map(|name| Notice {
            message: (*name).to_owned(),
            policy: Some(policy_ref(name, 1)),
        })
        .collect();
    parts.routes = names.iter().map(|name| route(name)).collect();
    for account in &mut parts.accounts {
        let ways = (0..parts.routes.len()).map(|route| WaySummary {
            route,
            certain: route.is_multiple_of(2),
        });
        account.ways = ways.collect();
    }
    parts.snapshot.tenant = names[0].to_owned();
    parts.snapshot.cloud = names[1].to_owned();
    parts.snapshot.subscriptions = vec![Subscription {
        id: SUBSCRIPTION.to_owned(),
        name: names.concat(),
    }];
    report(parts)
}

/// As many findings, over a hundredth as many accounts; every seventh waived.
pub(crate) fn many(number: usize) -> Report {
    let accounts = accounts(number.div_ceil(100), |place| format!("cosmos-{place:06}"));
    let mut findings = Vec::with_capacity(number);
    for place in 0..number {
        let account = &accounts[place / 100].id;
        let check = CheckId::ALL[place % CheckId::ALL.len()];
        let severity = SEVERITIES[place % SEVERITIES.len()];
        findings.push(Finding {
            severity,
            state: if place.is_multiple_of(7) {
                State::Waived
            } else {
                State::New
            },
            account: Some(account.clone()),
            subject: Some(format!("{account}/sqlRoleAssignments/{place:08}")),
            principal: Some(principal("orders-api")),
            scope: Some(Scope::Database("orders".to_owned())),
            data_actions: vec!["Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/delete".to_owned()],
            policy: Some(policy_ref("policies/contoso.yaml", 1 + place as u64 % 80)),
            ..finding(check, "`orders-api` may delete items; the policy allows less")
        });
    }
    report(Parts {
        accounts,
        findings,
        ..parts()
    })
}

const SUBSCRIPTION: &str = "0c05a0c5-0000-4000-8000-000000000001";

fn report(parts: Parts) -> Report {
    Report::new(parts, Gate::default())
}

fn parts() -> Parts {
    Parts {
        snapshot: SnapshotSummary {
            taken_at: "2026-11-02T08:00:00Z".parse().unwrap(),
            cloud: "public".to_owned(),
            tenant: "72f988bf-0000-4000-8000-00000000c0de".to_owned(),
            subscriptions: Vec::new(),
            accounts: 0,
            gone: 0,
            role_definitions: 0,
            role_assignments: 0,
            complete: true,
        },
        policy: vec!["policies/contoso.yaml".into()],
        notices: Vec::new(),
        checks: CHECKS
            .iter()
            .map(|check| CheckSummary {
                id: check.id,
                severity: check.severity,
                summary: check.summary,
                why: check.why,
                fix: check.fix,
            })
            .collect(),
        accounts: Vec::new(),
        routes: Vec::new(),
        findings: Vec::new(),
    }
}

/// Accounts of these names, in the report's order.
fn accounts(number: usize, name: impl Fn(usize) -> String) -> Vec<AccountSummary> {
    (0..number)
        .map(|place| {
            // The group keeps the order that of the places.
            let id = format!(
                "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-{place:06}/providers/Microsoft.DocumentDB/databaseAccounts/{}",
                name(place)
            );
            AccountSummary {
                id: AccountId::parse(&id).unwrap(),
                location: "West Europe".to_owned(),
                api: Api::Sql,
                local_auth_disabled: Some(true),
                key_metadata_writes_disabled: None,
                blocks: Vec::new(),
                role_definitions: Some(2),
                role_assignments: None,
                databases: Some(0),
                gaps: 0,
                principals: Vec::new(),
                access: AccessSummary::default(),
                ways: Vec::new(),
            }
        })
        .collect()
}

fn finding(check: CheckId, message: &str) -> Finding {
    Finding {
        check,
        severity: Severity::High,
        confidence: Confidence::Certain,
        state: State::New,
        account: None,
        subject: None,
        principal: None,
        scope: None,
        reach: None,
        data_actions: Vec::new(),
        message: message.to_owned(),
        witness: None,
        policy: None,
        remedy: None,
        waiver: None,
        key: String::new(),
    }
}

fn attack(place: usize, name: &str, account: Option<&AccountId>) -> Finding {
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
        account: account.cloned(),
        subject: Some(match account {
            Some(account) => format!("{account}/sqlRoleAssignments/{name}"),
            None => name.to_owned(),
        }),
        principal: Some(principal(name)),
        scope: Some(Scope::Container {
            database: name.to_owned(),
            container: name.to_owned(),
        }),
        reach: place.is_multiple_of(3).then(|| Reach {
            scope: name.to_owned(),
            accounts: vec![0, 1],
        }),
        data_actions: vec![name.to_owned()],
        witness: Some(Witness {
            principal: Some(principal(name)),
            action: Some(name.to_owned()),
            scope: Some(Scope::Database(name.to_owned())),
            azure_scope: Some(name.to_owned()),
            assignment: Some(name.to_owned()),
            role: Some(role(name)),
            pattern: Some(name.to_owned()),
        }),
        policy: Some(policy_ref(name, place as u64 + 1)),
        remedy: Some(Remedy {
            summary: name.to_owned(),
            command: Some(format!("az --name '{name}'")),
        }),
        waiver: place.is_multiple_of(5).then(|| {
            Arc::new(Acceptance {
                reason: name.to_owned(),
                expires: "2027-01-31".parse().unwrap(),
                policy: policy_ref(name, 2),
            })
        }),
        key: format!("{place}"),
        ..finding(CheckId::ALL[place % CheckId::ALL.len()], name)
    }
}

fn access(account: &AccountId, name: &str) -> AccessSummary {
    AccessSummary {
        roles: vec![RoleSummary {
            role: role(name),
            built_in: false,
            patterns: vec![name.to_owned()],
            abilities: vec![Ability {
                data_action: name.to_owned(),
                verb: name.to_owned(),
                kind: AbilityKind::Known(Effect::Write),
                certain: false,
            }],
        }],
        grants: vec![GrantSummary {
            principal: 0,
            role: 0,
            scope: Scope::Database(name.to_owned()),
            assignment: format!("{account}/sqlRoleAssignments/{name}").into(),
        }],
    }
}

fn route(name: &str) -> RouteSummary {
    RouteSummary {
        principal: principal(name),
        way: "read-keys",
        verb: "read the account's keys",
        action: "Microsoft.DocumentDB/databaseAccounts/listKeys/action",
        pattern: name.to_owned(),
        role: role(name),
        scope: name.to_owned(),
        assignment: name.to_owned(),
        eligible: name.len().is_multiple_of(2),
    }
}

fn principal(name: &str) -> PrincipalRef {
    PrincipalRef {
        id: name.into(),
        name: Some(name.to_owned()),
        kind: PrincipalKind::Guest,
    }
}

fn role(name: &str) -> RoleRef {
    RoleRef {
        id: name.to_owned(),
        name: name.to_owned(),
    }
}

fn policy_ref(file: &str, line: u64) -> PolicyRef {
    PolicyRef {
        file: file.into(),
        line,
        column: 5,
    }
}
