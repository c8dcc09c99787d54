//! The reports that every format is tried on, made by hand or by the audit, always the same.

mod parts;

use crate::render;
use cosmos_rbac::checks::{self, CHECKS};
use cosmos_rbac::finding::{
    Acceptance, AccountBypass, AccountSummary, Baseline, Cause, Change, ChangeKind, Check, CheckSummary, Confidence,
    Effect, Finding, Gate, NotChecked, Notice, Parts, Place, PrincipalState, PrincipalSummary, ProvenAction, Reach,
    Remedy, Report, Severity, SnapshotSummary, SourceRef, State, Step, Subject, Waivers, What, Witness, Wrong,
};
use cosmos_rbac::model::bypass::ACTIONS;
use cosmos_rbac::model::{
    AccountId, ActionPattern, Api, Atom, BypassKind, PrincipalKind, PrincipalRef, RoleRef, Scope, Shown,
};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::{AccessRows, BypassRow, Can, GrantRow, RoleRow, Tenant};
use cosmos_rbac::snapshot::{Snapshot, Subscription};
use cosmos_rbac::title;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use parts::*;

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
    let policy = Policy::from_sources(&[("policies/contoso.yaml", &policy)], &CHECKS).unwrap();
    let snapshot = Snapshot::read_file(&root.join("reports/sample/contoso.jsonl")).unwrap();
    checks::audit(&Tenant::of(&snapshot), &policy, checks::Options::default()).unwrap()
}

/// No accounts, no findings.
pub(crate) fn empty() -> Report {
    report(parts())
}

/// A scan in which much could not be read: accounts, and a subscription.
pub(crate) fn incomplete() -> Report {
    let accounts = accounts(150, |place| format!("unread-{place:03}"));
    let gap = |account: Option<&AccountSummary>| Finding {
        subject: Subject::Unread {
            account: account.map(|account| account.id.clone()),
            id: account
                .is_none()
                .then(|| "/subscriptions/0c05a0c5-0000-4000-8000-000000000001".to_owned()),
        },
        ..finding(
            check("collection-incomplete"),
            "role assignments could not be read: 403",
        )
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
    parts.not_checked = vec![
        not_checked(What::Accounts, "the list of accounts couldn't be read: 403", None),
        not_checked(
            What::RoleAssignments,
            "couldn't be read: 403",
            Some((0..parts.accounts.len()).collect()),
        ),
    ];
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
        account.location = name.into();
        account.blocks = [name.to_owned()].into();
        account.principals = vec![PrincipalSummary {
            principal: principal(name).into(),
            assignments: 1,
            state: PrincipalState::Drift,
        }];
        account.access = Some(access(&account.id, name));
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
            message: Shown::of(name),
            place: Some(Place::Policy(policy_ref(name, 1))),
        })
        .collect();
    parts.not_checked = names
        .iter()
        .enumerate()
        .map(|(place, name)| NotChecked {
            principals: Some(place),
            place: Some(Place::Policy(policy_ref(name, 1))),
            ..not_checked(What::ALL[place % What::ALL.len()], name, Some(vec![place]))
        })
        .collect();
    parts.not_checked.sort_by_key(|row| row.what);
    parts.bypasses = names.iter().map(|name| bypass(name)).collect();
    for account in &mut parts.accounts {
        let bypasses = (0..parts.bypasses.len()).map(|bypass| AccountBypass {
            bypass,
            certain: bypass.is_multiple_of(2),
        });
        account.bypasses = bypasses.collect();
    }
    parts.snapshot.tenant = names[0].to_owned();
    parts.snapshot.cloud = names[1].to_owned();
    parts.snapshot.subscriptions = vec![Subscription {
        id: SUBSCRIPTION.to_owned(),
        name: names.concat(),
    }];
    report(parts)
}

/// Compared with a baseline: some findings are new, some known, some waived, and one is fixed.
pub(crate) fn compared() -> Report {
    let mut sample = sample();
    for (place, finding) in sample.findings.iter_mut().enumerate() {
        if finding.state == State::New && place % 3 > 0 && !finding.is_gap() {
            finding.state = State::Known;
        }
    }
    let baseline = render("json", &sample).replace(
        "\"findings\": [",
        &format!("\"findings\": [{},", serde_json::json!({
            "fingerprint": "00000000000000000000000000000000", "check": "denied-access", "severity": "critical",
            "confidence": "certain", "state": "new", "account": null, "subject": "/dbs/gone", "principal": null,
            "scope": null, "title": "support-tool can delete items in a container that is gone", "message": "It can."
        })),
    );
    let baseline = Baseline::parse(&baseline).unwrap();
    let fixed = baseline.fixed(&sample.findings, |_| true);
    report(Parts {
        filtered: None,
        snapshot: sample.snapshot,
        policy: sample.policy,
        notices: sample.notices,
        waivers: sample.waivers,
        not_checked: sample.not_checked,
        checks: sample.checks,
        accounts: sample.accounts,
        bypasses: sample.bypasses,
        groups: sample.groups,
        findings: sample.findings,
        causes: sample.causes,
        fixed,
    })
}

/// Three findings of one cause, and one of its own.
pub(crate) fn with_causes() -> Report {
    let accounts = accounts(4, |place| format!("cosmos-{place}"));
    let findings: Vec<Finding> = accounts
        .iter()
        .map(|account| Finding {
            subject: Subject::Account(account.id.clone()),
            ..finding(check("local-auth-enabled"), "Key-based authentication is enabled")
        })
        .collect();
    let cause = |findings: Vec<usize>, effect| Cause {
        id: format!("{:032x}", findings.len()),
        title: title!(
            "Key-based authentication is enabled on {} of {} accounts",
            findings.len(),
            4usize
        ),
        detail: Some("Anyone with an account key has full access.".into()),
        severity: Severity::High,
        remedy: None,
        change: Change {
            kind: ChangeKind::DisableKeys,
            objects: Vec::new(),
        },
        findings,
        effect,
    };
    let effect = Effect {
        closes: [(Severity::High, 3)].into(),
        opens: [(Severity::Low, 1)].into(),
    };
    report(Parts {
        causes: vec![cause(vec![0, 1, 3], Some(effect)), cause(vec![2], None)],
        accounts,
        findings,
        ..parts()
    })
}

/// As many findings, over a hundredth as many accounts; every seventh waived.
pub(crate) fn many(number: usize) -> Report {
    let accounts = accounts(number.div_ceil(100), |place| format!("cosmos-{place:06}"));
    let mut findings = Vec::with_capacity(number);
    for place in 0..number {
        let account = &accounts[place / 100].id;
        let check = CHECKS[place % CHECKS.len()];
        let severity = SEVERITIES[place % SEVERITIES.len()];
        findings.push(Finding {
            severity,
            state: if place.is_multiple_of(7) {
                State::Waived
            } else {
                State::New
            },
            subject: Subject::Grant {
                account: account.clone(),
                assignment: Some(format!("{account}/sqlRoleAssignments/{place:08}")),
                principal: principal("orders-api"),
                role: None,
                scope: Some(Scope::Database("orders".to_owned())),
                actions: vec![Atom::Known(&Api::Sql.catalogue()[6])],
            },
            place: Some(Place::Policy(policy_ref(
                "policies/contoso.yaml",
                1 + place as u64 % 80,
            ))),
            ..finding(check, "`orders-api` may delete items; the policy allows less")
        });
    }
    report(Parts {
        accounts,
        findings,
        ..parts()
    })
}
