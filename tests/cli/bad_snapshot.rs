//! Snapshots that are damaged: an error that names the line, never an audit of a part that looks like the whole.

use crate::support::{Bench, Outcome};

const HEADER: &str = r#"{"format":"cosmos-rbac/snapshot","version":1,"taken_at":"2026-03-04T05:05:06Z","cloud":"public","tenant":"t","subscriptions":[]}"#;

/// An account in which the audit finds nothing.
fn account(name: &str) -> String {
    let id = format!(
        "/subscriptions/5e1f0c1a-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/{name}"
    );
    format!(
        r#"{{"account":{{"id":"{id}","name":"{name}","resource_group":"rg","subscription":"5e1f0c1a-0000-4000-8000-000000000001","location":"West Europe","api":"sql","tags":{{}},"local_auth_disabled":true,"key_metadata_writes_disabled":true}},"role_definitions":[],"role_assignments":[],"databases":[],"gaps":[]}}"#
    )
}

fn end(accounts: usize, gaps: usize) -> String {
    format!(r#"{{"end":{{"accounts":{accounts},"gaps":{gaps}}}}}"#)
}

fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn audit(content: impl AsRef<[u8]>, more: &[&str]) -> Outcome {
    let bench = Bench::offline();
    bench.write("s.jsonl", content);
    bench.command(&["audit", "--snapshot", "s.jsonl"]).args(more).run()
}

#[track_caller]
fn refused(content: impl AsRef<[u8]>, texts: &[&str]) {
    let content = content.as_ref();
    audit(content, &[]).fails_saying(texts);
    // What is damaged is not incomplete: that it may be incomplete does not help.
    audit(content, &["--allow-incomplete", "--fail-on=never", "-f=json"]).fails_saying(texts);
    // The other commands read it no differently, nor does it matter how the file comes.
    let bench = Bench::offline();
    bench
        .command(&["list", "accounts", "--snapshot=-"])
        .input(content)
        .run()
        .fails_saying(
            &texts
                .iter()
                .map(|text| text.strip_prefix("s.jsonl").unwrap_or(text))
                .collect::<Vec<_>>(),
        );
}

#[test]
fn whole() {
    let good = lines(&[HEADER, &account("a"), &end(1, 0)]);
    let outcome = audit(&good, &["-f=json"]).exits(0);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.report().accounts(), ["a"]);
    // Line ends of Windows and a last line without one are no damage.
    audit(good.replace('\n', "\r\n"), &[]).exits(0);
    audit(good.trim_end(), &[]).exits(0);
}

#[test]
fn missing() {
    let bench = Bench::offline();
    bench
        .run(&["audit", "--snapshot", "missing.jsonl"])
        .fails_saying(&["`missing.jsonl`", "No such file"]);
    bench.run(&["audit", "--snapshot", "home"]).fails_saying(&["home"]);
}

#[test]
fn empty() {
    refused("", &["s.jsonl:1: ", "the file is empty"]);
    refused("\n", &["s.jsonl:1: "]);
}

#[test]
fn something_else() {
    refused("account,keys\na,true\n", &["s.jsonl:1: ", "isn't a snapshot"]);
    refused(
        r#"{"format":"cosmos-rbac/report","version":1}"#,
        &["s.jsonl:1: ", "isn't a snapshot"],
    );
    refused([0xff, 0xfe, 0, 0], &["s.jsonl:1: "]);
}

#[test]
fn wrong_version() {
    let text = lines(&[&HEADER.replace(r#""version":1"#, r#""version":2"#), &end(0, 0)]);
    refused(text, &["s.jsonl:1: ", "unsupported snapshot version 2"]);
}

#[test]
fn garbage_line() {
    let account = account("a");
    refused(
        lines(&[HEADER, &account, "%%%", &end(1, 0)]),
        &["s.jsonl:3: ", "isn't JSON"],
    );
    refused(lines(&[HEADER, "", &account, &end(1, 0)]), &["s.jsonl:2: ", "empty"]);
    refused(lines(&[HEADER, "{}", &end(0, 0)]), &["s.jsonl:2: ", "unknown line"]);
    refused(lines(&[HEADER, "[]", &end(0, 0)]), &["s.jsonl:2: "]);
    let latin = [HEADER.as_bytes(), b"\n{\"account\": \"caf\xe9\"}\n"].concat();
    refused(latin, &["s.jsonl:2: ", "UTF-8"]);
}

#[test]
fn cut_off_in_a_line() {
    let text = lines(&[HEADER, &account("a"), &account("b")]);
    for cut in [text.len() - 2, text.len() - 200, HEADER.len() + 5] {
        let line = text[..cut].lines().count();
        refused(&text[..cut], &[&format!("s.jsonl:{line}: "), "cut off"]);
    }
}

#[test]
fn no_end() {
    let text = lines(&[HEADER, &account("a")]);
    let outcome = audit(&text, &["-f=json"]).exits(3);
    let report = outcome.report();
    assert_eq!(report.verdict(), "incomplete");
    assert_eq!(report.0["snapshot"]["complete"], false);
    let [cut] = report.of("collection-incomplete")[..] else {
        panic!("{outcome}")
    };
    assert_eq!(cut["title"], "The scan was interrupted", "{cut}");
    // Accepting that leaves the exit code to the other findings.
    audit(&text, &["--allow-incomplete"]).exits(0);
    let open = text.replace(r#""local_auth_disabled":true"#, r#""local_auth_disabled":false"#);
    audit(&open, &[]).exits(1);
    audit(&open, &["--allow-incomplete"]).exits(1);
    audit(&open, &["--allow-incomplete", "--fail-on=never"]).exits(0);
    audit(&open, &["--fail-on=never"]).exits(3);
}

#[test]
fn after_the_end() {
    let account = account("a");
    refused(
        lines(&[HEADER, &end(0, 0), &account]),
        &["s.jsonl:3: ", "line after `end`"],
    );
    refused(lines(&[HEADER, &end(0, 0), &end(0, 0)]), &["s.jsonl:3: "]);
    refused(
        lines(&[HEADER, &account, HEADER, &end(1, 0)]),
        &["s.jsonl:3: ", "second snapshot"],
    );
}

#[test]
fn wrong_counts() {
    let account = account("a");
    for wrong in [end(2, 0), end(0, 0), end(1, 1)] {
        refused(lines(&[HEADER, &account, &wrong]), &["s.jsonl:3: ", "`end` counts"]);
    }
    refused(
        lines(&[HEADER, &account, r#"{"end":{"accounts":1}}"#]),
        &["s.jsonl:3: "],
    );
}

#[test]
fn account_twice() {
    let text = lines(&[HEADER, &account("a"), &account("b"), &account("A"), &end(3, 0)]);
    refused(text, &["s.jsonl:4: ", "already appears on line 2"]);
}

/// One of them would be read, and nothing told of the other.
#[test]
fn a_line_of_two_kinds() {
    let both = account("a").replacen(
        '{',
        r#"{"gap":{"what":"databaseAccounts","status":403,"code":"c","message":"m"},"#,
        1,
    );
    refused(lines(&[HEADER, &both, &end(1, 0)]), &["s.jsonl:2: ", "two kinds"]);
}

#[test]
fn account_without_what_it_needs() {
    let good = account("a");
    let id = good.split(r#""id":""#).nth(1).unwrap().split('"').next().unwrap();
    let without_id = good.replace(&format!(r#""id":"{id}","#), "");
    refused(lines(&[HEADER, &without_id, &end(1, 0)]), &["s.jsonl:2: ", "`id`"]);
    refused(
        lines(&[HEADER, &good.replace(id, "/subscriptions/x"), &end(1, 0)]),
        &["s.jsonl:2: "],
    );
    refused(lines(&[HEADER, &good.replace(id, ""), &end(1, 0)]), &["s.jsonl:2: "]);
    for field in ["role_definitions", "role_assignments", "databases"] {
        let without = good.replace(&format!(r#""{field}":[],"#), "");
        refused(
            lines(&[HEADER, &without, &end(1, 0)]),
            &["s.jsonl:2: ", &format!("`{field}`")],
        );
    }
    let without = good.replace(r#","gaps":[]"#, "");
    refused(lines(&[HEADER, &without, &end(1, 0)]), &["s.jsonl:2: ", "`gaps`"]);
    // What could not be read has a gap that says so; without one, something was lost.
    for field in ["role_definitions", "role_assignments"] {
        let null = good.replace(&format!(r#""{field}":[]"#), &format!(r#""{field}":null"#));
        refused(
            lines(&[HEADER, &null, &end(1, 0)]),
            &["s.jsonl:2: ", &format!("`{field}`"), "no gap"],
        );
    }
    let wrong = good.replace(r#""local_auth_disabled":true"#, r#""local_auth_disabled":"yes""#);
    refused(lines(&[HEADER, &wrong, &end(1, 0)]), &["s.jsonl:2: "]);
}

/// What Azure RBAC says of a subscription, in full.
const PLANE: &str = r#"{"control_plane":{"subscription":"5e1f0c1a-0000-4000-8000-000000000001","role_assignments":[{"id":"/a","role_definition_id":"/r","principal_id":"p","scope":"/"}],"role_definitions":[{"id":"/r","role_name":"R","built_in":true,"assignable_scopes":["/"],"permissions":[{"actions":["*/read"],"not_actions":[]}]}],"deny_assignments":[],"eligible":[],"gaps":[]}}"#;
const PRINCIPALS: &str = r#"{"principals":[{"id":"p","name":"P","kind":"user","found":true}]}"#;

fn end_of(more: &str) -> String {
    format!(r#"{{"end":{{"accounts":1,"gaps":0{more}}}}}"#)
}

#[test]
fn control_plane_and_principals() {
    let account = account("a");
    let end = end_of(r#","control_planes":1,"principals":1"#);
    let whole = lines(&[HEADER, PRINCIPALS, PLANE, &account, &end]);
    audit(&whole, &["-f=json"]).exits(0);
    // Kinds that a later version knows are no damage.
    audit(whole.replace(r#""kind":"user""#, r#""kind":"agent""#), &[]).exits(0);
    for wrong in [
        "",
        r#","control_planes":1"#,
        r#","control_planes":2,"principals":1"#,
        r#","principals":1"#,
    ] {
        let text = lines(&[HEADER, PRINCIPALS, PLANE, &account, &end_of(wrong)]);
        refused(text, &["s.jsonl:5: ", "`end` counts", "1 control plane", "1 principal"]);
    }
    let shouted = PLANE.replace("5e1f0c1a", "5E1F0C1A");
    refused(
        lines(&[HEADER, PLANE, &account, &shouted, &end]),
        &["s.jsonl:4: ", "control plane", "already appears on line 2"],
    );
    refused(
        lines(&[
            HEADER,
            PRINCIPALS,
            &account,
            &PRINCIPALS.replace(r#""p""#, r#""P""#),
            &end,
        ]),
        &["s.jsonl:4: ", "principal `p` already appears on line 2"],
    );
}

#[test]
fn control_plane_without_what_it_needs() {
    for field in ["deny_assignments", "eligible"] {
        let without = PLANE.replace(&format!(r#""{field}":[],"#), "");
        refused(lines(&[HEADER, &without]), &["s.jsonl:2: ", &format!("`{field}`")]);
        let null = PLANE.replace(&format!(r#""{field}":[]"#), &format!(r#""{field}":null"#));
        refused(
            lines(&[HEADER, &null]),
            &["s.jsonl:2: ", &format!("`{field}`"), "no gap"],
        );
    }
    let without = PLANE.replace(r#","gaps":[]"#, "");
    refused(lines(&[HEADER, &without]), &["s.jsonl:2: ", "`gaps`"]);
    let nameless = PLANE.replace("5e1f0c1a-0000-4000-8000-000000000001", "");
    refused(lines(&[HEADER, &nameless]), &["s.jsonl:2: ", "`subscription` is empty"]);
    for (from, to) in [
        (r#""actions":["*/read"]"#, r#""actions":"*/read""#),
        (r#""scope":"/""#, r#""scope":7"#),
        (r#""scope":"/""#, r#""scope":"/","created_on":"yesterday""#),
        (r#""built_in":true"#, r#""built_in":"BuiltInRole""#),
        (r#"{"control_plane":{"#, r#"{"control_plane":[{"#),
    ] {
        refused(lines(&[HEADER, &PLANE.replace(from, to)]), &["s.jsonl:2: "]);
    }
    let unfound = PRINCIPALS.replace(r#","found":true"#, "");
    refused(lines(&[HEADER, &unfound]), &["s.jsonl:2: ", "`found`"]);
    refused(lines(&[HEADER, r#"{"principals":{}}"#]), &["s.jsonl:2: "]);
}

#[test]
fn nothing_in_it() {
    let text = lines(&[HEADER, &end(0, 0)]);
    let outcome = audit(&text, &["-f=json"]).exits(4);
    assert_eq!(outcome.report().verdict(), "empty");
    audit(lines(&[HEADER]), &[]).exits(3);
    audit(lines(&[HEADER]), &["--allow-incomplete"]).exits(4);
}
