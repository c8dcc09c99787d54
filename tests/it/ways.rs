//! The checks of the ways round the data plane: who is named, at which accounts, and what the policy, groups, waivers
//! and an earlier report make of it.

use cosmos_rbac::checks::{Options, audit};
use cosmos_rbac::finding::{Baseline, Finding, Report};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::report::{Format, Style};
use cosmos_rbac::snapshot::Snapshot;
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "5e1f0c1a-0000-4000-8000-000000000001";
const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const OPERATOR: &str = "230815da-be43-4aae-9cb4-875f7bd000aa";
const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

/// What a test says of its tenant.
#[derive(Default)]
struct Tenant {
    /// By name, and whether keys are refused.
    accounts: Vec<(String, bool)>,
    /// Principal, role, scope below the subscription.
    azure: Vec<(u8, &'static str, &'static str)>,
    /// Who has a role of the data plane in the first account.
    data: Vec<u8>,
    directory: Vec<Value>,
}

/// An object id.
fn id(number: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{number:02x}")
}

fn role(guid: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{guid}")
}

impl Tenant {
    fn of(accounts: &[(&str, bool)]) -> Self {
        Self {
            accounts: accounts
                .iter()
                .map(|(name, refused)| ((*name).to_owned(), *refused))
                .collect(),
            ..Self::default()
        }
    }

    fn snapshot(&self) -> Snapshot {
        let mut lines = vec![json!({
            "format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-11-02T08:00:00Z", "cloud": "public",
            "tenant": "t", "subscriptions": [{"id": SUBSCRIPTION, "name": "Production"}],
        })];
        for (place, (name, refused)) in self.accounts.iter().enumerate() {
            let account = format!(
                "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/{name}"
            );
            let reader = format!("{account}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000001");
            let data = if place == 0 { &self.data[..] } else { &[] };
            let assignments: Vec<Value> = data
                .iter()
                .map(|who| {
                    json!({"id": format!("{account}/sqlRoleAssignments/{}", id(*who)), "role_definition_id": reader,
                        "principal_id": id(*who), "scope": format!("{account}/dbs/orders")})
                })
                .collect();
            lines.push(json!({
                "account": {"id": account, "name": name, "resource_group": "rg", "subscription": SUBSCRIPTION,
                    "location": "West Europe", "api": "sql", "tags": {}, "local_auth_disabled": refused,
                    "key_metadata_writes_disabled": true},
                "role_definitions": [{"id": reader, "role_name": "Cosmos DB Built-in Data Reader", "built_in": true,
                    "assignable_scopes": [account], "permissions": [{"data_actions":
                    ["Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read"], "not_data_actions": []}]}],
                "role_assignments": assignments, "databases": [{"name": "orders", "containers": []}], "gaps": [],
            }));
        }
        let assignments: Vec<Value> = self
            .azure
            .iter()
            .enumerate()
            .map(|(place, (who, guid, below))| {
                let scope = format!("/subscriptions/{SUBSCRIPTION}{below}");
                let assignment = format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{place:08}");
                json!({"id": assignment, "role_definition_id": role(guid), "principal_id": id(*who), "scope": scope})
            })
            .collect();
        let definition = |guid: &str, name: &str, actions: Value, not: Value| {
            json!({"id": role(guid), "role_name": name, "built_in": true, "assignable_scopes": ["/"],
                "permissions": [{"actions": actions, "not_actions": not}]})
        };
        lines.push(json!({"control_plane": {
            "subscription": SUBSCRIPTION, "role_assignments": assignments,
            "role_definitions": [
                definition(OWNER, "Owner", json!(["*"]), json!([])),
                definition(READER, "Reader", json!(["*/read"]), json!([])),
                definition(OPERATOR, "Cosmos DB Operator", json!(["Microsoft.DocumentDb/databaseAccounts/*"]), json!([
                    "Microsoft.DocumentDB/databaseAccounts/readonlyKeys/*", "Microsoft.DocumentDB/databaseAccounts/regenerateKey/*",
                    "Microsoft.DocumentDB/databaseAccounts/listKeys/*", "Microsoft.DocumentDB/databaseAccounts/listConnectionStrings/*",
                    "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/write",
                    "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/write"])),
            ],
            "deny_assignments": [], "eligible": [], "gaps": [],
        }}));
        lines.push(json!({"principals": self.directory}));
        lines.push(
            json!({"end": {"accounts": self.accounts.len(), "gaps": 0, "control_planes": 1,
            "principals": self.directory.len()}}),
        );
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        Snapshot::read(text.as_bytes(), "s.jsonl").unwrap()
    }

    fn audit(&self, policy: &str) -> Report {
        self.audit_with(policy, Options::default())
    }

    fn audit_with(&self, policy: &str, options: Options<'_>) -> Report {
        let policy = format!("version: 1\n{policy}");
        let policy = Policy::from_sources(&[("policy.yaml", &policy)]).unwrap_or_else(|errors| panic!("{errors}"));
        audit(&self.snapshot(), &policy, options).unwrap()
    }
}

fn person(number: u8, name: &str, kind: &str) -> Value {
    json!({"id": id(number), "name": name, "kind": kind, "found": true})
}

fn group(number: u8, name: &str, members: &[u8]) -> Value {
    let members: Vec<String> = members.iter().map(|member| id(*member)).collect();
    json!({"id": id(number), "name": name, "kind": "group", "found": true, "members": members})
}

/// What an earlier report leaves to compare with.
fn baseline(report: &Report) -> Baseline {
    let mut out = Vec::new();
    Format::Json.render(report, Style::default(), &mut out).unwrap();
    Baseline::parse(&String::from_utf8(out).unwrap()).unwrap()
}

fn of<'r>(report: &'r Report, check: &str) -> Vec<&'r Finding> {
    report
        .findings
        .iter()
        .filter(|finding| finding.check.id() == check)
        .collect()
}

/// The checks that found something, each with how often.
fn counts(report: &Report) -> Vec<(&'static str, usize)> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for check in ["key-access", "self-grant", "local-auth-switch", "role-assignment-write"] {
        counts.push((check, of(report, check).len()));
    }
    counts
}

#[test]
fn five_owners_are_five_findings_however_many_accounts() {
    let tenant = Tenant {
        accounts: (0..2000)
            .map(|number| (format!("cosmos-{number:04}"), number % 2 == 0))
            .collect(),
        azure: (1..=5).map(|who| (who, OWNER, "")).collect(),
        ..Tenant::default()
    };
    let report = tenant.audit("accounts: [{ key_readers: [], account_writers: [], role_admins: [] }]");
    assert!(
        counts(&report).iter().all(|(_, number)| *number == 5),
        "{:?}",
        counts(&report)
    );
    let keys = of(&report, "key-access");
    // Keys of every second account are refused, and worth nothing.
    assert!(
        keys.iter()
            .all(|finding| finding.reach.as_ref().unwrap().accounts.len() == 1000)
    );
    assert!(
        keys[0]
            .message
            .contains("`cosmos-0001`, `cosmos-0003`, `cosmos-0005` and 997 other accounts"),
        "{}",
        keys[0].message
    );
    let grants = of(&report, "self-grant");
    assert!(
        grants
            .iter()
            .all(|finding| finding.reach.as_ref().unwrap().accounts.len() == 2000)
    );
    // Each account still says who gets round its roles.
    assert!(report.accounts.iter().all(|account| account.ways.len() >= 5 * 4));
}

#[test]
fn every_finding_has_its_chain_and_a_remedy() {
    let mut tenant = Tenant::of(&[("open", false), ("closed", true)]);
    tenant.azure = vec![(1, OWNER, ""), (2, OPERATOR, "/resourceGroups/rg"), (3, READER, "")];
    let report = tenant.audit("accounts: [{ key_readers: [], account_writers: [], role_admins: [] }]");
    assert_eq!(
        counts(&report),
        [
            ("key-access", 2),
            ("self-grant", 1),
            ("local-auth-switch", 2),
            ("role-assignment-write", 1)
        ]
    );
    for finding in &report.findings {
        let Some(witness) = finding.witness.as_ref().filter(|_| finding.reach.is_some()) else {
            continue;
        };
        assert!(
            witness.assignment.is_some() && witness.azure_scope.is_some() && witness.role.is_some(),
            "{finding:?}"
        );
        assert!(witness.action.is_some() && witness.pattern.is_some(), "{finding:?}");
        let remedy = finding.remedy.as_ref().unwrap();
        assert!(
            remedy
                .command
                .as_ref()
                .unwrap()
                .starts_with("az role assignment delete --ids /subscriptions/")
        );
        assert!(finding.policy.is_some());
    }
    let reader = of(&report, "key-access")[1];
    assert_eq!(reader.confidence.word(), "possible");
    assert!(reader.message.contains("read-only keys"), "{}", reader.message);
    assert!(
        reader.message.contains("documented by its name only"),
        "{}",
        reader.message
    );
}

/// Where the policy says nothing it is not broken, but somebody should know.
#[test]
fn what_the_policy_does_not_speak_of_is_a_note() {
    let mut tenant = Tenant::of(&[("open", false), ("closed", true)]);
    tenant.azure = vec![(1, OWNER, ""), (3, READER, "")];
    let report = tenant.audit("accounts: [{ local_auth: any }]");
    let ways = [
        ("key-access", 1),
        ("self-grant", 1),
        ("local-auth-switch", 1),
        ("role-assignment-write", 1),
    ];
    assert_eq!(counts(&report), ways);
    assert!(
        report
            .findings
            .iter()
            .filter(|finding| finding.reach.is_some())
            .all(|finding| finding.severity.word() == "note")
    );
    assert_eq!(report.verdict.word(), "pass");
    // Keys open the one anyway: only the other's switch matters.
    assert_eq!(
        of(&report, "local-auth-switch")[0].reach.as_ref().unwrap().accounts,
        [0]
    );
    // A severity of the policy's own is taken at its word.
    let report = tenant.audit("accounts: [{ local_auth: any }]\nchecks: { self-grant: critical }");
    assert_eq!(of(&report, "self-grant")[0].severity.word(), "critical");
    assert!(
        of(
            &tenant.audit("accounts: [{ local_auth: any }]\nchecks: { self-grant: off }"),
            "self-grant"
        )
        .is_empty()
    );
}

/// The policy forbids it at one account and says nothing of the other: both are told, and no account is left out.
#[test]
fn accounts_without_a_list_are_told_beside_those_with_one() {
    let mut tenant = Tenant::of(&[("prod-a", false), ("test-a", false)]);
    tenant.azure = vec![(1, OWNER, "")];
    let report = tenant.audit("accounts: [{ match: { account: \"prod-*\" }, key_readers: [] }, { local_auth: any }]");
    let found: Vec<_> = of(&report, "key-access")
        .into_iter()
        .map(|finding| {
            (
                finding.severity.word(),
                finding.reach.as_ref().unwrap().accounts.clone(),
            )
        })
        .collect();
    assert_eq!(found, [("high", vec![0]), ("note", vec![1])]);
}

/// What was worth a note is a violation once the policy forbids it: that an earlier report has the note changes nothing.
#[test]
fn a_baseline_with_the_note_does_not_hide_the_violation() {
    let mut tenant = Tenant::of(&[("one", false)]);
    tenant.azure = vec![(1, OWNER, "")];
    let earlier = tenant.audit("accounts: [{ local_auth: any }]");
    assert_eq!(of(&earlier, "key-access")[0].severity.word(), "note");
    let baseline = baseline(&earlier);
    let options = Options {
        baseline: Some(&baseline),
        ..Options::default()
    };
    let report = tenant.audit_with("accounts: [{ local_auth: any, key_readers: [] }]", options);
    assert_eq!(of(&report, "key-access")[0].state.word(), "new");
    assert_eq!(report.verdict.word(), "fail");
    // The others are notes still, and known.
    assert_eq!(of(&report, "self-grant")[0].state.word(), "known");
}

#[test]
fn lists_of_all_blocks_that_match_count_together() {
    let mut tenant = Tenant::of(&[("prod-a", false), ("test-a", false)]);
    tenant.azure = vec![(1, OWNER, ""), (2, OWNER, "")];
    let principals = format!("principals: {{ one: {{ id: {} }}, two: {{ id: {} }} }}\n", id(1), id(2));
    let report = tenant.audit(&format!(
        "{principals}accounts:\n  - key_readers: [one]\n  - {{ match: {{ account: \"test-*\" }}, key_readers: [two] }}\n"
    ));
    let [finding] = of(&report, "key-access")[..] else {
        panic!("{:?}", report.findings)
    };
    assert!(
        finding
            .message
            .starts_with("`two` may read the keys of `prod-a` through `Owner`"),
        "{}",
        finding.message
    );
    assert_eq!(finding.policy.as_ref().unwrap().line, 4);
}

#[test]
fn a_policy_names_groups_or_their_members() {
    let mut tenant = Tenant::of(&[("open", false)]);
    tenant.azure = vec![(1, OWNER, ""), (9, OWNER, "")];
    tenant.directory = vec![
        person(1, "Ada", "user"),
        person(2, "Ben", "user"),
        group(9, "Platform", &[1, 2]),
    ];
    let names = format!(
        "principals: {{ ada: {{ id: {} }}, ben: {{ id: {} }}, platform: {{ id: {} }} }}\n",
        id(1),
        id(2),
        id(9)
    );
    let keys = |readers: &str| {
        let report = tenant.audit(&format!("{names}accounts: [{{ key_readers: [{readers}] }}]"));
        let found = of(&report, "key-access");
        found
            .iter()
            .map(|finding| finding.principal.as_ref().unwrap().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(keys("platform"), Vec::<String>::new());
    assert_eq!(keys("ada, ben"), Vec::<String>::new());
    assert_eq!(keys("ada"), ["platform"]);
    assert_eq!(keys("ben"), ["ada", "platform"]);
    let report = tenant.audit(&format!("{names}accounts: [{{ key_readers: [ada] }}]"));
    assert!(
        of(&report, "key-access")[0]
            .message
            .contains("in it are `ada` and `ben`")
    );
    // Not everybody in the group is known: naming those who are is not enough.
    let last = tenant.directory.len() - 1;
    tenant.directory[last]["members_bounded"] = json!(true);
    let report = tenant.audit(&format!("{names}accounts: [{{ key_readers: [ada, ben] }}]"));
    assert_eq!(of(&report, "key-access").len(), 1);
    assert!(report.notices.iter().any(|notice| {
        notice
            .message
            .contains("not all members of 1 group were read: `Platform`")
    }));
}

/// A waiver accepts what it names, not what it does not name.
#[test]
fn a_waiver_for_one_account_does_not_cover_another() {
    let mut tenant = Tenant::of(&[("prod-a", false), ("prod-b", false)]);
    tenant.azure = vec![(1, OWNER, "")];
    let waived = |account: &str| {
        let report = tenant.audit(&format!(
            "accounts: [{{ key_readers: [] }}]\nwaivers:\n  - {{ check: key-access, account: \"{account}\", expires: 2027-01-01, reason: r }}\n"
        ));
        of(&report, "key-access")[0].state.word()
    };
    assert_eq!(waived("prod-a"), "new");
    assert_eq!(waived("prod-*"), "waived");
}

/// Azure RBAC was read of other subscriptions, so its absence is no choice of the user's.
#[test]
fn a_subscription_without_azure_rbac_is_incomplete() {
    let mut snapshot = Tenant::of(&[("one", true)]).snapshot();
    let policy = Policy::from_sources(&[("policy.yaml", "version: 1\naccounts: [{ key_readers: [] }]")]).unwrap();
    let verdict = |snapshot: &Snapshot| audit(snapshot, &policy, Options::default()).unwrap().verdict.word();
    assert_eq!(verdict(&snapshot), "pass");
    snapshot.control_planes[0].subscription = "5e1f0c1a-0000-4000-8000-000000000002".to_owned();
    assert_eq!(verdict(&snapshot), "incomplete");
    // Left out on purpose, it is told, and no more.
    snapshot.control_planes.clear();
    let report = audit(&snapshot, &policy, Options::default()).unwrap();
    assert_eq!(report.verdict.word(), "pass");
    let [notice] = &report.notices[..] else {
        panic!("{:?}", report.notices)
    };
    assert!(
        notice.message.contains("though the policy says who may"),
        "{}",
        notice.message
    );
    assert_eq!(notice.policy.as_ref().unwrap().line, 2);
}

#[test]
fn orphans_are_certain_unless_they_may_be_new() {
    let mut tenant = Tenant::of(&[("one", true)]);
    tenant.data = vec![7, 8];
    tenant.azure = vec![(7, OWNER, "")];
    tenant.directory = vec![
        json!({"id": id(7), "name": "", "kind": "unknown", "found": false}),
        person(8, "app", "service-principal"),
    ];
    let policy = "accounts: [{ local_auth: any }]";
    let report = tenant.audit(policy);
    let orphans = of(&report, "orphaned-principal");
    assert_eq!(orphans.len(), 2, "one of the data plane, one of Azure");
    assert!(orphans.iter().all(|finding| finding.confidence.word() == "certain"));
    // An earlier report has it: still certain. It does not: it may be too new.
    for (earlier, expected) in [(&tenant, "certain"), (&Tenant::of(&[("one", true)]), "possible")] {
        let baseline = baseline(&earlier.audit(policy));
        let options = Options {
            baseline: Some(&baseline),
            ..Options::default()
        };
        let report = tenant.audit_with(policy, options);
        let in_account = of(&report, "orphaned-principal")
            .into_iter()
            .find(|finding| finding.account.is_some())
            .unwrap();
        assert_eq!(in_account.confidence.word(), expected);
    }
    // Who was not looked up is not called deleted.
    tenant.directory.remove(0);
    assert!(of(&tenant.audit(policy), "orphaned-principal").is_empty());
}

#[test]
fn persons_are_named_unless_the_policy_names_them() {
    let mut tenant = Tenant::of(&[("one", true)]);
    tenant.data = vec![1, 2, 3, 9];
    tenant.directory = vec![
        person(1, "Ada", "user"),
        person(2, "Gus", "guest"),
        person(3, "app", "managed-identity"),
        group(9, "Team", &[1]),
    ];
    let names = |report: &Report| -> Vec<String> {
        of(report, "direct-user")
            .iter()
            .map(|finding| finding.principal.as_ref().unwrap().to_string())
            .collect()
    };
    assert_eq!(names(&tenant.audit("accounts: [{ local_auth: any }]")), ["Ada", "Gus"]);
    let declared = format!(
        "principals: {{ ada: {{ id: {} }} }}\naccounts:\n  - grants: [{{ principal: ada, data_actions: [\"*\"], scope: /dbs/orders, presence: optional }}]\n",
        id(1)
    );
    assert_eq!(names(&tenant.audit(&declared)), ["Gus"]);
}

/// What a group has its members have, and what the policy gives a group it gives its members.
#[test]
fn grants_know_groups() {
    let mut tenant = Tenant::of(&[("one", true)]);
    tenant.directory = vec![person(1, "Ada", "user"), group(9, "Team", &[1])];
    let policy = |who: u8| {
        format!(
            "principals: {{ p: {{ id: {} }} }}\naccounts:\n  - grants: [{{ principal: p, data_actions: [sqlDatabases/containers/items/read], scope: /dbs/orders }}]\n",
            id(who)
        )
    };
    // Required of a person who has it through the group: nothing is missing.
    tenant.data = vec![9];
    assert!(of(&tenant.audit(&policy(1)), "missing-access").is_empty());
    // Allowed for the group: a member's own assignment is not excessive.
    tenant.data = vec![1];
    let report = tenant.audit(&policy(9));
    assert!(of(&report, "excess-access").is_empty());
    assert_eq!(of(&report, "missing-access").len(), 1, "the group itself has nothing");
    // Without the directory nobody is in any group.
    tenant.directory.clear();
    assert_eq!(of(&tenant.audit(&policy(9)), "excess-access").len(), 1);
}
