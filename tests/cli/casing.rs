//! Azure ignores the case of names and paths, and GUIDs have several spellings: what lists spell in another way is found all the same, and
//! what is in no place that is known is said.

use crate::support::{Bench, sample};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What an audit of the lines finds: fingerprints, and the bypasses by assignment and way.
fn found(bench: &Bench, lines: &[Value]) -> BTreeSet<String> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    bench.write("spelt.jsonl", text);
    let audit = ["audit", "--snapshot=spelt.jsonl", "-p=policy.yaml", "-f=json"];
    let report = bench.run(&audit).exits(1).report().0;
    let list = |name: &str| report[name].as_array().unwrap().clone();
    let findings = list("findings").into_iter();
    let findings = findings.map(|finding| format!("{} {}", finding["check"], finding["fingerprint"]));
    let ways = list("ways").into_iter();
    let ways = ways.map(|way| {
        let who = way["principal"]["id"].clone();
        json!([who, way["way"], way["certain_accounts"], way["possible_accounts"]]).to_string()
    });
    findings.chain(ways).collect()
}

fn lines(bench: &Bench, edit: impl Fn(String) -> String) -> Vec<Value> {
    let text = edit(bench.read("contoso.jsonl"));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn another_casing_of_letters_beyond_ascii_hides_nothing() {
    let bench = sample::bench();
    let own = lines(&bench, |text| {
        text.replace("/rg-", "/réseau-οδος-").replace("\"rg-", "\"réseau-οδος-")
    });
    let expected = found(&bench, &own);
    assert!(expected.len() > 40, "{}", expected.len());
    // Azure RBAC and the directory spell the resource groups differently than the lists of accounts.
    let mut other = own;
    for line in &mut other {
        if line["control_plane"].is_object() || line["principals"].is_array() {
            let text = line.to_string().replace("/réseau-οδος-", "/RÉSEAU-ΟΔΟΣ-");
            *line = serde_json::from_str(&text).unwrap();
        }
    }
    let found = found(&bench, &other);
    let differing: Vec<&String> = expected.symmetric_difference(&found).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn a_role_is_the_same_in_every_spelling_of_its_guid() {
    let bench = sample::bench();
    let own = lines(&bench, |text| text);
    let expected = found(&bench, &own);
    let spellings: [fn(&str) -> String; 3] = [
        |guid| guid.replace('-', ""),
        |guid| format!("{{{}}}", guid.to_uppercase()),
        |guid| format!("{guid}/"),
    ];
    for spelt in spellings {
        let mut other = own.clone();
        for assignment in other
            .iter_mut()
            .filter_map(|line| line.pointer_mut("/control_plane/role_assignments"))
        {
            for one in assignment.as_array_mut().unwrap() {
                let id = one["role_definition_id"].as_str().unwrap();
                let (list, guid) = id.rsplit_once('/').unwrap();
                one["role_definition_id"] = json!(format!("{list}/{}", spelt(guid)));
            }
        }
        let found = found(&bench, &other);
        let differing: Vec<&String> = expected.symmetric_difference(&found).collect();
        assert!(differing.is_empty(), "{differing:#?}");
    }
}

/// A role assignment that could concern accounts or identities, at a scope that is in no known place.
#[test]
fn an_azure_role_assignment_that_is_nowhere_is_said() {
    let bench = sample::bench();
    let own = lines(&bench, |text| text);
    let names = |line: &Value, id: &Value| {
        let roles = line["control_plane"]["role_definitions"].as_array().unwrap().iter();
        let last = |id: &Value| id.as_str().unwrap().rsplit('/').next().unwrap().to_lowercase();
        let mut named = roles.filter(|role| last(&role["id"]) == last(id));
        named.next().map(|role| role["role_name"].as_str().unwrap().to_owned())
    };
    let plane = own.iter().position(|line| line["control_plane"].is_object()).unwrap();
    let subscription = own[plane]["control_plane"]["subscription"].as_str().unwrap().to_owned();
    for role in ["Owner", "Contributor", "Identity Federation", "Restore Operator"] {
        for scope in [
            String::new(),
            format!("/subscriptions/{}", subscription.replace('-', "")),
            format!("/subscriptions/{{{subscription}}}"),
            format!("/subscriptions/{subscription}?x"),
            format!("/subscriptions/{subscription}//resourceGroups/rg-identities"),
            format!("/subscriptions/{subscription}/resourceGroups/rg-identities "),
            format!("/subscriptions/{subscription}/resourceGroups/rg%2didentities"),
        ] {
            let mut other = own.clone();
            let list = other[plane]["control_plane"]["role_assignments"]
                .as_array_mut()
                .unwrap();
            let mut of_role = list.iter_mut().filter(|one| {
                let is_here = one["scope"].as_str().unwrap().starts_with("/subscriptions/");
                is_here && names(&own[plane], &one["role_definition_id"]).as_deref() == Some(role)
            });
            let one = of_role.next().unwrap();
            one["scope"] = json!(scope);
            let id = one["id"].as_str().unwrap().to_owned();
            let text: String = other.iter().map(|line| format!("{line}\n")).collect();
            bench.write("nowhere.jsonl", text);
            let audit = [
                "audit",
                "--snapshot=nowhere.jsonl",
                "-p=policy.yaml",
                "-f=json",
                "--only=check=collection-incomplete",
            ];
            let report = bench.run(&audit).exits(3).report().0;
            let findings = report["findings"].as_array().unwrap().iter();
            let mut about =
                findings.filter(|finding| finding["role_assignment"] == json!(id) || finding.to_string().contains(&id));
            assert!(about.next().is_some(), "{role} at `{scope}`: {report:#}");
        }
    }
}
