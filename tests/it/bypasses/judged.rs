//! Bypasses against the lists of a policy.

use super::*;

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
            .all(|finding| finding.subject.reach().unwrap().accounts.len() == 1000)
    );
    assert!(
        keys[0]
            .message
            .as_str()
            .contains("`cosmos-0001`, `cosmos-0003`, `cosmos-0005` and 997 other accounts"),
        "{}",
        keys[0].message
    );
    let grants = of(&report, "self-grant");
    assert!(
        grants
            .iter()
            .all(|finding| finding.subject.reach().unwrap().accounts.len() == 2000)
    );
    // Each account still says who gets round its roles.
    assert!(report.accounts.iter().all(|account| account.bypasses.len() >= 5 * 4));
}

/// A role that gives nothing but what was found goes without a thought, at a resource. Any other is somebody's work.
#[test]
fn what_else_an_azure_role_gives_is_decided_before_it_goes() {
    let account = "/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/closed";
    for (role, below, is_all) in [
        (ASSIGNER, account, true),
        (ASSIGNER, "/resourceGroups/rg", true),
        (ASSIGNER, "", false),
        (OWNER, account, false),
        (ADMINISTRATOR, account, false),
    ] {
        let mut tenant = Tenant::of(&[("closed", true)]);
        tenant.azure = vec![(1, role, below)];
        let report = tenant.audit("accounts: [{ key_readers: [], account_writers: [], role_admins: [] }]");
        let found = ["self-grant", "role-assignment-write"].map(|check| of(&report, check));
        let found = found.iter().flatten().next().unwrap();
        let steps = &found.remedy.as_ref().unwrap().steps;
        let is_by_hand = steps[0].command.is_none();
        assert_eq!(is_by_hand, !is_all, "{role} at {below}: {steps:?}");
    }
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
        let Some(witness) = finding.witness.as_ref().filter(|_| finding.subject.reach().is_some()) else {
            continue;
        };
        assert!(
            witness.assignment.is_some() && witness.azure_scope.is_some() && witness.role.is_some(),
            "{finding:?}"
        );
        assert!(witness.action.is_some() && witness.pattern.is_some(), "{finding:?}");
        let remedy = finding.remedy.as_ref().unwrap();
        let command = |place: usize| remedy.steps[place].command.as_deref();
        if finding.check.id == "key-access" {
            // Keys that are refused open nothing, whoever reads them.
            assert!(
                command(0).unwrap().starts_with("az cosmosdb update --name open "),
                "{remedy:?}"
            );
            assert!(
                remedy
                    .summary
                    .as_str()
                    .contains("Or delete the Azure role assignment, or narrow its role or scope."),
                "{remedy:?}"
            );
        } else {
            // Each of these roles gives more, and what else is lost is looked at first.
            assert!(command(0).is_none(), "{remedy:?}");
            let last = remedy.steps.last().unwrap();
            let delete = last.command.as_deref().unwrap();
            assert!(
                delete.starts_with("az role assignment delete --ids /subscriptions/"),
                "{remedy:?}"
            );
            assert!(
                last.changes
                    .as_str()
                    .contains("and below: access to 2 Azure Cosmos DB accounts and to everything else there"),
                "{remedy:?}"
            );
        }
        assert!(finding.place.is_some());
    }
    let reader = of(&report, "key-access")[1];
    assert_eq!(reader.confidence.word(), "possible");
    assert!(reader.message.as_str().contains("read-only keys"), "{}", reader.message);
    assert!(
        reader.message.as_str().contains("on which sources disagree"),
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
            .filter(|finding| finding.subject.reach().is_some())
            .all(|finding| finding.severity.word() == "note")
    );
    assert_eq!(report.verdict.word(), "pass");
    // Keys open the one anyway: only the other's switch matters.
    assert_eq!(
        of(&report, "local-auth-switch")[0].subject.reach().unwrap().accounts,
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
                finding.subject.reach().unwrap().accounts.clone(),
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
            .as_str()
            .starts_with("`two` can read the account keys of `prod-a` through `Owner`"),
        "{}",
        finding.message
    );
    assert_eq!(finding.place.as_ref().unwrap().source().line, 4);
}

#[test]
fn a_group_that_counts_more_than_it_lists_is_not_excused() {
    let mut tenant = Tenant::of(&[("open", false)]);
    tenant.azure = vec![(9, OWNER, "")];
    let policy = format!("accounts: [{{ key_readers: [{}, {}] }}]", id(1), id(2));
    for (members, count, expected) in [
        (&[1, 2][..], json!(2), 0),
        (&[1, 2], json!(3), 1),
        (&[1, 1], json!(2), 1),
        (&[1, 2], json!(null), 0),
    ] {
        let mut record = group(9, "Platform", members);
        record["members_count"] = count.clone();
        tenant.directory = vec![person(1, "Ada", "user"), person(2, "Ben", "user"), record];
        let report = tenant.audit(&policy);
        let found = of(&report, "key-access");
        assert_eq!(found.len(), expected, "{count}");
        assert!(found.iter().all(|one| one.confidence.word() == "possible"), "{count}");
        let told = report.not_checked.iter().any(|row| row.what == What::GroupMembers);
        assert_eq!(told, expected == 1 || count.is_null(), "{count}");
    }
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
        found.iter().map(|finding| name_of(finding)).collect::<Vec<_>>()
    };
    assert_eq!(keys("platform"), Vec::<String>::new());
    assert_eq!(keys("ada, ben"), Vec::<String>::new());
    assert_eq!(keys("ada"), ["platform"]);
    assert_eq!(keys("ben"), ["ada", "platform"]);
    let report = tenant.audit(&format!("{names}accounts: [{{ key_readers: [ada] }}]"));
    assert!(
        of(&report, "key-access")[0]
            .message
            .as_str()
            .contains("Members: `ada` and `ben`.")
    );
    // Not everybody in the group is known: naming those who are is not enough.
    let last = tenant.directory.len() - 1;
    tenant.directory[last]["members_bounded"] = json!(true);
    let report = tenant.audit(&format!("{names}accounts: [{{ key_readers: [ada, ben] }}]"));
    let found = of(&report, "key-access");
    assert_eq!((found.len(), found[0].confidence.word()), (1, "possible"));
    let message = found[0].message.as_str();
    assert!(
        message.contains("whether the group has members that couldn't be read"),
        "{message}"
    );
    // Somebody in it whom nobody named is no doubt.
    let report_of_one = tenant.audit(&format!("{names}accounts: [{{ key_readers: [ada] }}]"));
    assert_eq!(of(&report_of_one, "key-access")[0].confidence.word(), "certain");
    let group = |row: &NotChecked| row.what == What::GroupMembers && row.why.as_str().contains("member of platform");
    assert!(report.not_checked.iter().any(group), "{:?}", report.not_checked);
}

/// Members that an older version read are taken for all, as they were then, and that is said.
#[test]
fn members_read_by_an_older_version_are_told() {
    let mut tenant = Tenant::of(&[("prod", false)]);
    tenant.directory = vec![group(3, "Platform", &[1])];
    let says = |tenant: &Tenant| {
        let not_checked = tenant.audit("").not_checked;
        let about =
            |row: &NotChecked| row.what == What::GroupMembers && row.why.as_str().contains("service principals");
        not_checked.iter().any(about)
    };
    assert!(says(&tenant));
    tenant.directory[0]["members_count"] = json!(1);
    assert!(!says(&tenant));
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

#[test]
fn readers_are_one_notice_a_subscription_where_the_policy_says_nothing() {
    let mut tenant = Tenant::of(&[("open", false), ("closed", true)]);
    tenant.azure = vec![(1, READER, ""), (2, READER, "/resourceGroups/rg"), (3, OWNER, "")];
    let told = |policy: &str| -> Vec<String> {
        let report = tenant.audit(policy);
        let about = report.notices.iter().map(|notice| notice.message.to_string());
        about.filter(|message| message.contains("readonlykeys")).collect()
    };
    let notices = told("accounts: [{ local_auth: any }]");
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(
        notices[0]
            .starts_with("2 principals can possibly read the read-only keys of 1 account in subscription `Production`"),
        "{notices:?}"
    );
    assert!(told("accounts: [{ key_readers: [] }]").is_empty());
}
