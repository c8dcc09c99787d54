//! Names that were chosen to harm whoever reads them: terminals get them escaped, JSON carries them as they are.

use crate::support::{Bench, golden};
use cosmos_rbac::report::{Format, OpenGraph};
use serde_json::json;

/// Commands to the pipelines that print a report: they must not be carried out.
const PIPELINES: &str = "##vso[task.setvariable variable=x]y ##[error]z ::set-output name=a::b \
    :::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::add-mask::c";

/// A tenant full of them. YAML takes JSON, which can spell every character.
pub(crate) fn tenant() -> String {
    let who = "63cf3af1-7ee2-4d4c-9fe6-deb936065faa";
    let reader = "00000000-0000-0000-0000-000000000001";
    let assignment =
        |id: &str, role: &str, scope: &str| json!({ "id": id, "role": role, "principal_id": who, "scope": scope });
    json!({
        "principals": [{ "id": who, "displayName": "Ada\u{1b}[8m\u{202e}\nPASS", "kind": "user" }],
        "subscriptions": [{
            "id": "5e1f0c1a-0000-4000-8000-000000000001",
            "name": "\u{1b}[2J\u{202e}noitcudorP",
            "rbac": {
                "role_definitions": [{ "name": "Ow\u{1b}[1Aner\n", "actions": ["*\u{9b}"] }],
                "role_assignments": [
                    { "role": "Ow\u{1b}[1Aner\n", "principal_id": who, "condition": "\u{7}", "scope": "/x\u{1b}c\n" }
                ],
                "deny_assignments": [{ "name": "No\u{2028}", "actions": ["*"], "principals": ["\u{1b}[0m"] }]
            },
            "accounts": [{
                "name": "plain",
                "resource_group": "rg",
                "disable_local_auth": false,
                "tags": { "\u{1b}[5m": "\u{7}" },
                "databases": { "or\u{1b}]0;title\u{7}ders": ["a\nFAIL: 0 findings", "\u{200b}"] },
                "role_definitions": [{
                    "name": "Wri\u{1b}[31mter\r\nERROR: fake",
                    "permissions": [{ "data_actions": ["Microsoft.DocumentDB/databaseAccounts/\u{9b}1mx", "readMetadata"] }]
                }, {
                    "name": PIPELINES,
                    "permissions": [{ "data_actions": ["items/*"] }]
                }, {
                    "name": "</script><img src=x onerror=alert(1)>`'\"]]> @org/team #1",
                    "permissions": [{ "data_actions": ["=cmd|' /C calc'!A0"] }]
                }],
                "role_assignments": [
                    assignment("00000000-0000-4000-8000-00000000000a", "Wri\u{1b}[31mter\r\nERROR: fake", "{account}/dbs/\u{2066}gone\u{2069}\nPASS: nothing"),
                    assignment("00000000-0000-4000-8000-00000000000b", reader, "{account}/nonsense\u{1b}[1A\u{1b}[2K"),
                    assignment("00000000-0000-4000-8000-00000000000c", reader, "{account}/dbs/or\u{1b}]0;title\u{7}ders"),
                    { "raw": { "id": "{account}/sqlRoleAssignments/d", "properties": {
                        "roleDefinitionId": "{account}/sqlRoleDefinitions/\u{1b}[7m\u{feff}", "principalId": "who\u{1b}[0m\u{202d}", "scope": "{account}" } } }
                ]
            }]
        }],
        "faults": [{ "on": { "kind": "containers", "path": "*ders*" }, "kind": "forbidden" }]
    })
    .to_string()
    .chars()
    // YAML allows fewer characters than JSON to stand unescaped.
    .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) })
    .collect()
}

/// Whether a terminal would act on the text, or not show all of it.
pub(crate) fn acts(text: &str) -> Option<char> {
    text.chars().find(|c| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    })
}

#[test]
fn shown_escaped_and_carried_whole() {
    let bench = Bench::azure(&tenant());
    bench.write("policy.yaml", "version: 1\naccounts: [{ local_auth: disabled }]\n");
    let table = bench.audit(&["-p=policy.yaml"]).exits(1);
    assert_eq!(acts(&table.stdout), None, "{table}");
    assert_eq!(acts(&table.stderr), None);
    golden("hostile/table.txt", table.table());
    // Nothing of it stands at the beginning of a line, where the program's own words stand.
    let verdicts = ["PASS: ", "FAIL: ", "ERROR: ", "Passed: ", "Failed: ", "Incomplete: "];
    let count = table
        .stdout
        .lines()
        .filter(|line| verdicts.iter().any(|word| line.starts_with(word)));
    assert_eq!(count.count(), 1, "{table}");
    let outcome = bench.audit(&["-f=json"]).exits(1);
    let report = outcome.report();
    let text = outcome.stdout;
    assert!(!text.contains('\u{1b}'), "JSON escapes control characters");
    // Messages are for people, and safe wherever they are printed; ids, names and scopes are what the tenant says.
    let all = |field: &str| -> String {
        let findings = report.findings();
        let values = findings.iter().filter_map(|found| found[field].as_str());
        values.collect()
    };
    let (messages, scopes) = (all("message"), all("scope"));
    assert_eq!(acts(&messages), None, "{messages}");
    assert!(messages.contains(r"/nonsense\x1b[1A\x1b[2K"), "{messages}");
    assert!(scopes.contains("/dbs/\u{2066}gone\u{2069}\nPASS: nothing"), "{scopes}");
    let principals = report.account("plain")["principals"].to_string();
    assert!(principals.contains("who\\u001b[0m\u{202d}"), "{principals}");
}

/// Whether an agent of Azure Pipelines or GitHub Actions would act on a line.
fn commands(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    lower.contains("##vso[") || lower.contains("##[") || line.trim_start().starts_with("::")
}

/// A backtick in a name doesn't end the name: neither where Markdown nor where the page shows names.
#[test]
fn a_name_is_shown_as_one() {
    let bench = Bench::azure(&tenant());
    let markdown = bench.audit(&["-f=markdown"]).exits(1).stdout;
    let name = "&#60;/script&#62;&#60;img src=x onerror=alert(1)&#62;&#96;'\"&#93;&#93;&#62; &#64;&#8203;org/team &#35;&#8203;1";
    assert!(markdown.contains(&format!("<code>{name}</code>")), "{markdown}");
    assert_eq!(markdown.matches(">&#96;").count(), 0, "{markdown}");
}

/// What a terminal or a pipeline prints of any format, it only prints.
#[test]
fn in_every_format() {
    let bench = Bench::azure(&tenant());
    for format in Format::ALL.iter().map(|format| format.name()).chain([OpenGraph::NAME]) {
        let outcome = bench.audit(&["-f", format]).exits(1);
        let text = outcome.stdout;
        match format {
            // Commands are what they are for; nothing but ours may be in them.
            "github" => assert!(
                text.lines()
                    .all(|line| line.starts_with("::") && !line[2..].contains("##"))
            ),
            "azure-devops" => assert!(text.lines().all(|line| {
                let rest = line.strip_prefix("##vso[task.logissue ").unwrap_or(line);
                !commands(rest)
            })),
            name => {
                let command = text.lines().find(|line| commands(line));
                assert_eq!(command, None, "{name}");
            }
        }
        // What is JSON escapes control characters, and keeps the others as they are; CSV ends its lines by the book.
        let is_json = text.starts_with('{');
        let shown = text.replace("\r\n", "\n");
        let found = acts(&shown).filter(|c| !is_json || c.is_control());
        assert_eq!(found, None, "{format}: {text}");
    }
}

#[test]
fn in_lists_and_snapshots() {
    let bench = Bench::azure(&tenant());
    let scan = ["scan", "--all-subscriptions", "-o=s.jsonl"];
    bench.signed_in(&scan).run().exits(3);
    for (kind, format) in ["accounts", "roles", "assignments"]
        .into_iter()
        .flat_map(|kind| ["table", "json", "csv"].map(|format| (kind, format)))
    {
        let outcome = bench.run(&["list", kind, "--snapshot=s.jsonl", "-f", format]).exits(3);
        assert_eq!(
            outcome.stdout.lines().find(|line| commands(line)),
            None,
            "{kind} {format}"
        );
        if format != "table" {
            continue;
        }
        assert_eq!(acts(&outcome.stdout), None, "{outcome}");
        assert_eq!(acts(&outcome.stderr), None, "{outcome}");
    }
    let roles = bench.run(&["list", "roles", "--snapshot=s.jsonl", "-f=json"]).exits(3);
    let roles: serde_json::Value = serde_json::from_str(&roles.stdout).unwrap();
    let names: Vec<_> = roles
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["role_name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"Wri\u{1b}[31mter\r\nERROR: fake"), "{names:?}");
    // A line feed in a name does not end a line of the file.
    // Header, account, control plane, principals, end.
    assert_eq!(bench.read("s.jsonl").lines().count(), 5);
    let live = bench.audit(&["-f=json"]).exits(1).stdout;
    let file = bench.run(&["audit", "--snapshot=s.jsonl", "-f=json"]).exits(1).stdout;
    assert_eq!(live, file);
}

/// Remedies are pasted into shells: what one of them could act on is in no command.
#[test]
fn in_commands() {
    let assignment = |id: &str| {
        json!({ "raw": { "id": format!("{{account}}/sqlRoleAssignments/{id}"), "properties": {
            "roleDefinitionId": "{account}/sqlRoleDefinitions/none",
            "principalId": "63cf3af1-7ee2-4d4c-9fe6-deb936065faa",
            "scope": "{account}"
        } } })
    };
    let tenant = json!({ "subscriptions": [{
        "id": "5e1f0c1a-0000-4000-8000-000000000001",
        "accounts": [{ "name": "plain", "role_assignments": [
            assignment("\u{1}'; >pwned #"),
            assignment("it's `>pwned` $(>pwned)!")
        ] }]
    }] });
    let bench = Bench::azure(&tenant.to_string());
    let report = bench.audit(&["-f=json"]).exits(1).report();
    let remedies: Vec<_> = report
        .findings()
        .iter()
        .filter(|finding| finding["check"] == "dangling-role")
        .map(|finding| &finding["remedy"])
        .collect();
    let [refused, quoted] = remedies[..] else {
        panic!("{remedies:?}")
    };
    assert_eq!(refused["command"], json!(null));
    let why = " No command is given, because a name or ID has control or invisible characters.";
    assert!(refused["summary"].as_str().unwrap().ends_with(why), "{refused}");
    let command = quoted["command"].as_str().unwrap();
    assert!(command.ends_with(r"'it'\''s `>pwned` $(>pwned)!'"), "{command}");
}

/// In errors, too: what the user typed may come from somebody else's script.
#[test]
fn in_errors() {
    let bench = Bench::offline();
    for arguments in [
        &["audit", "--snapshot", "\u{1b}[31m\u{202e}.jsonl"][..],
        &["audit", "--all-subscriptions", "--policy", "\u{1b}[31m\u{202e}.yaml"],
        &["list", "accounts", "--subscription", "\u{1b}[31m\u{202e}"],
        &["audit", "--all-subscriptions", "--ca-bundle", "\u{1b}[31m\u{202e}.pem"],
    ] {
        let outcome = bench.run(arguments).fails_saying(&["[31m"]);
        assert_eq!(acts(&outcome.stderr), None, "{outcome}");
    }
    // A warning names the file, too: the action is in no list.
    let policy = "version: 1\naccounts: [{ deny: [{ data_actions: [Microsoft.DocumentDB/databaseAccounts/lock], scope: / }] }]\n";
    bench.write("p\u{1b}[31m\u{202e}.yaml", policy);
    let outcome = bench.run(&["audit", "--snapshot=none", "-p=p\u{1b}[31m\u{202e}.yaml"]);
    let outcome = outcome.exits(2).says(&["warning: p\\x1b[31m\\u{202e}.yaml:2:"]);
    assert_eq!(acts(&outcome.stderr), None, "{outcome}");
    bench.write("s.jsonl", "{\"format\":\"\u{1b}[31m\"}\n");
    let outcome = bench.run(&["audit", "--snapshot=s.jsonl"]).exits(2);
    assert_eq!(acts(&outcome.stderr), None, "{outcome}");
}

/// A script may pass on what it was given.
#[test]
fn arguments_are_repeated_escaped() {
    let bench = Bench::offline();
    let hostile = "\u{1b}[31m##vso[x]\n::error::x\u{202e}";
    for arguments in [
        vec!["audit".to_owned(), "-f".to_owned(), hostile.to_owned()],
        vec!["audit".to_owned(), format!("--format={hostile}")],
        vec![hostile.to_owned()],
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let outcome = bench.run(&arguments).fails_saying(&["::error::x"]);
        for raw in ["\u{1b}", "##vso[", "\n::error", "\u{202e}"] {
            assert!(!outcome.stderr.contains(raw), "{raw:?}\n{outcome}");
        }
    }
}
