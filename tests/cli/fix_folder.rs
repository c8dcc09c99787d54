//! The folder of `-o fix=DIR`: what is written and what is left alone, and what a shell does with the script.

use crate::data_plane::{APP, CONTRIBUTOR, Plane, READER, assignment, role};
use crate::support::{Bench, Outcome, repository};
use serde_json::json;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

/// What ends the script before anything runs.
const GUARD: &str = "exit 1 # delete this line to run the commands";
/// What ends it before role assignments are deleted that others replace.
const SECOND_GUARD: &str = "exit 1 # delete this line to run the deletions";
const CUSTOM: &str = "57a61460-0000-4000-8000-000000000001";

/// A bench with the sample's snapshot and policy.
fn sample() -> Bench {
    let bench = Bench::offline();
    for (name, path) in [
        ("s.jsonl", "reports/sample/contoso.jsonl"),
        ("p.yaml", "policies/contoso.yaml"),
    ] {
        fs::copy(repository(path), bench.path(name)).unwrap();
    }
    bench
}

fn audit(bench: &Bench, output: &str) -> Outcome {
    bench.run(&["audit", "--snapshot=s.jsonl", "-p=p.yaml", "-o", output])
}

/// Runs the script in a shell; `az` writes its arguments down. The arguments of each call, and the exit code.
fn run(bench: &Bench, shell: &str, script: &str) -> (Vec<Vec<String>>, Option<i32>) {
    let log = bench.path("calls");
    let _ = fs::remove_file(&log);
    bench.install(
        "az",
        &format!("printf '%s\\0' \"$@\" >>'{0}'; printf '\\n\\0' >>'{0}'", log.display()),
    );
    bench.write("run.sh", script);
    let status = Command::new(shell)
        .arg("run.sh")
        .current_dir(bench.path(""))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", bench.path("bin").display()))
        .status()
        .unwrap();
    let log = fs::read_to_string(log).unwrap_or_default();
    let calls = log.split("\n\0").filter(|call| !call.is_empty());
    let calls = calls.map(|call| call.trim_end_matches('\0').split('\0').map(str::to_owned).collect());
    (calls.collect(), status.code())
}

/// The script without a line that ends it.
fn without(script: &str, guard: &str) -> String {
    let lines: Vec<&str> = script.lines().filter(|line| !line.ends_with(guard)).collect();
    assert_eq!(lines.len() + 1, script.lines().count(), "one line is the guard");
    lines.join("\n")
}

/// The script without the lines that end it.
fn unguarded(script: &str) -> String {
    let script = without(script, GUARD);
    match script.contains(SECOND_GUARD) {
        true => without(&script, SECOND_GUARD),
        false => script,
    }
}

#[test]
fn nothing_runs_before_the_guard_is_deleted() {
    let bench = sample();
    let outcome = audit(&bench, "fix=fixes").exits(1);
    assert!(outcome.stderr.contains("Wrote fixes"), "{outcome}");
    let script = bench.read("fixes/fix.sh");
    let expected: Vec<&str> = script.lines().filter(|line| line.starts_with("az ")).collect();
    assert!(expected.len() > 15, "{script}");
    for shell in ["sh", "bash"] {
        assert_eq!(run(&bench, shell, &script), (Vec::new(), Some(1)));
        // Nothing is deleted before the reader has looked at what replaces it.
        let (calls, code) = run(&bench, shell, &without(&script, GUARD));
        let deletes = |call: &Vec<String>| call[..5].join(" ") == "cosmosdb sql role assignment delete";
        assert_eq!((calls.iter().any(deletes), code), (false, Some(1)));
        assert!(!calls.is_empty() && calls.len() < expected.len(), "{calls:?}");
        let (calls, code) = run(&bench, shell, &unguarded(&script));
        assert_eq!((calls.len(), code), (expected.len(), Some(0)));
        assert!(calls.iter().any(deletes), "{calls:?}");
        for (call, line) in calls.iter().zip(&expected) {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(call[..3], words[1..4], "{line}");
        }
    }
}

#[test]
fn a_command_that_fails_ends_the_script() {
    let bench = sample();
    audit(&bench, "fix=fixes").exits(1);
    let script = unguarded(&bench.read("fixes/fix.sh"));
    let script = script.replacen("\naz cosmosdb", "\nfalse\naz cosmosdb", 2);
    let (calls, code) = run(&bench, "sh", &script.replacen("false\naz", "az", 1));
    assert_eq!(code, Some(1));
    assert!(calls.len() < 3, "{calls:?}");
}

#[test]
fn hostile_names_stay_names() {
    let name = "it's $(touch pwned) `touch pwned`; touch pwned # ${x} \\";
    let who = "x\n$(touch pwned)\r\u{2028}touch pwned\u{202e}'\"";
    let mut plane = Plane::new(vec![assignment(1, CONTRIBUTOR, APP, "/")])
        .databases(&[("it's $(touch pwned)", &[])])
        .role(role(
            CUSTOM,
            name,
            false,
            &["readMetadata", "sqlDatabases/containers/*"],
        ));
    plane.principals = Some(json!([{"id": APP, "name": who, "kind": "user", "found": true}]));
    let bench = Bench::offline();
    bench.write("s.jsonl", plane.lines());
    let policy = json!({"version": 1, "accounts": [{
        "roles": [
            {"name": name, "data_actions": ["readMetadata"], "assignable_scopes": ["/"]},
            {"name": "shellcheck disable=all", "data_actions": ["readMetadata"]},
        ],
        "grants": [{"principal": APP, "role": name, "scope": "/dbs/it's $(touch pwned)"}],
    }]});
    bench.write("p.yaml", policy.to_string());
    audit(&bench, "fix=fixes").exits(1);
    let script = bench.read("fixes/fix.sh");
    let bad = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{2028}' | '\u{202e}');
    assert!(!script.contains(bad), "{script:?}");
    assert!(!script.lines().any(|line| {
        line.trim_start_matches(['#', ' '])
            .starts_with("shellcheck disable=all")
    }));
    let (calls, code) = run(&bench, "sh", &unguarded(&script));
    assert_eq!(code, Some(0), "{script}");
    let has = |flag: &str, value: &str| {
        calls
            .iter()
            .any(|call| call.windows(2).any(|pair| pair[0] == flag && pair[1] == value))
    };
    assert!(has("--role-definition-name", name), "{calls:#?}\n{script}");
    assert!(has("--scope", "/dbs/it's $(touch pwned)"), "{calls:#?}");
    assert!(!bench.path("pwned").exists(), "{script}");
    let template = bench.read("fixes/5e1f0c1a-0000-4000-8000-000000000001/rg.bicep");
    assert!(
        template.contains(r"roleName: 'it\'s \$(touch pwned) `touch pwned`; touch pwned # \${x} \\'"),
        "{template}"
    );
    assert!(!template.contains(bad), "{template:?}");
}

#[test]
fn a_missing_role_and_what_it_is_required_for_are_created_in_one_run() {
    let plane = Plane::new(vec![assignment(1, READER, APP, "/dbs/d")]).databases(&[("d", &[])]);
    let bench = Bench::offline();
    bench.write("s.jsonl", plane.lines());
    let block = format!(
        "{{ roles: [{{ name: Writer, data_actions: [readMetadata, \"sqlDatabases/containers/items/upsert\"] }}], \
         grants: [{{ principal: {APP}, role: Writer, scope: /dbs/d }}] }}"
    );
    bench.write("p.yaml", format!("version: 1\naccounts: [{block}]\n"));
    audit(&bench, "fix=fixes").exits(1);
    let script = bench.read("fixes/fix.sh");
    let commands: Vec<&str> = script.lines().filter(|line| line.starts_with("az ")).collect();
    let [define, grant, ..] = &commands[..] else {
        panic!("{script}")
    };
    assert!(define.contains("role definition create"), "{script}");
    assert!(
        grant.contains("role assignment") && grant.contains("--role-definition-name Writer"),
        "{script}"
    );
    assert!(script.contains("#   Opens     no finding\n"), "{script}");
    let template = bench.read("fixes/5e1f0c1a-0000-4000-8000-000000000001/rg.bicep");
    assert!(template.contains("roleDefinitionId: account1Role1.id"), "{template}");
    // Names don't change from run to run, so that both can run again.
    audit(&bench, "fix=again").exits(1);
    assert_eq!(bench.read("again/fix.sh"), script);
}

#[test]
fn where_nothing_is_wrong_there_is_nothing_to_do() {
    let bench = Bench::offline();
    bench.write("s.jsonl", Plane::new(Vec::new()).lines());
    bench.write("p.yaml", "version: 1\naccounts: [{ local_auth: disabled }]\n");
    audit(&bench, "fix=fixes").exits(0);
    let script = bench.read("fixes/fix.sh");
    let (script, checksum) = script.trim_end().rsplit_once('\n').unwrap();
    assert!(checksum.starts_with("# Checksum: "), "{checksum}");
    assert!(script.ends_with("\necho 'fix.sh: there is nothing to do.'"), "{script}");
    assert_eq!(run(&bench, "sh", script), (Vec::new(), Some(0)));
    assert_eq!(fs::read_dir(bench.path("fixes")).unwrap().count(), 1);
}

#[test]
fn only_files_of_an_earlier_run_are_replaced_or_deleted() {
    let bench = sample();
    audit(&bench, "fix=fixes").exits(1);
    let folder = "fixes/0c05a0c5-0000-4000-8000-000000000001";
    bench.write("fixes/notes.txt", "mine");
    bench.write(&format!("{folder}/own.bicep"), "// mine\n");
    symlink(
        bench.path("fixes/notes.txt"),
        bench.path(&format!("{folder}/link.bicep")),
    )
    .unwrap();
    assert!(bench.path(&format!("{folder}/rg-orders.bicep")).exists());
    // Without rules about access, nothing is created or changed there.
    bench.write("p.yaml", "version: 1\naccounts: [{ local_auth: disabled }]\n");
    audit(&bench, "fix=fixes").exits(1);
    assert!(!bench.path(&format!("{folder}/rg-orders.bicep")).exists());
    for kept in ["own.bicep", "link.bicep"] {
        assert!(bench.path(&format!("{folder}/{kept}")).exists(), "{kept}");
    }
    assert_eq!(bench.read("fixes/notes.txt"), "mine");
    // What somebody else wrote, and what leads elsewhere, is left alone.
    bench.write("fixes/fix.sh", "#!/bin/sh\nmine\n");
    let refused = audit(&bench, "fix=fixes").exits(2);
    assert!(refused.stderr.contains("didn't write the file"), "{}", refused.stderr);
    assert_eq!(bench.read("fixes/fix.sh"), "#!/bin/sh\nmine\n");
    std::fs::remove_file(bench.path("fixes/fix.sh")).unwrap();
    symlink(bench.path("elsewhere"), bench.path("fixes/fix.sh")).unwrap();
    let refused = audit(&bench, "fix=fixes").exits(2);
    assert!(refused.stderr.contains("symbolic link"), "{}", refused.stderr);
    assert!(!bench.path("elsewhere").exists());
}

/// What somebody has worked on is neither written over nor deleted.
#[test]
fn files_that_were_edited_are_kept() {
    let bench = sample();
    audit(&bench, "fix=fixes").exits(1);
    let script = bench.read("fixes/fix.sh");
    let template = "fixes/0c05a0c5-0000-4000-8000-000000000001/rg-orders.bicep";
    let edited = format!("{}\n// reviewed by us", bench.read(template));
    bench.write(template, &edited);
    let refused = audit(&bench, "fix=fixes").exits(2);
    assert!(
        refused.stderr.contains("rg-orders.bicep") && refused.stderr.contains("was edited since cosmos-rbac wrote it"),
        "{refused}"
    );
    assert_eq!(bench.read(template), edited);
    // Without rules about access, there would be no such template.
    bench.write("p.yaml", "version: 1\naccounts: [{ local_auth: disabled }]\n");
    let kept = audit(&bench, "fix=fixes").exits(1);
    assert!(kept.stderr.contains("was edited since, so it was kept"), "{kept}");
    assert_eq!(bench.read(template), edited);
    // Guards are there to be deleted. Anything else is an edit.
    fs::remove_file(bench.path(template)).unwrap();
    bench.write("fixes/fix.sh", format!("{}\n", unguarded(&script)));
    audit(&bench, "fix=fixes").exits(1);
    assert_ne!(bench.read("fixes/fix.sh"), script);
    bench.write("fixes/fix.sh", script.replacen("\naz ", "\n# az ", 1));
    let refused = audit(&bench, "fix=fixes").exits(2);
    assert!(refused.stderr.contains("was edited since"), "{refused}");
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_before_the_scan() {
    let bench = sample();
    bench.write("file", "");
    for (output, why) in [
        (
            "fix=file",
            "error: couldn't write `file`: `fix=` takes a folder, and this is a file",
        ),
        (
            "fix=-",
            "error: couldn't write `-`: `fix=` takes a folder, not standard output",
        ),
        ("fix=", "the folder is missing; write for example `fix=fixes`"),
        ("fixx=a", "unknown format `fixx`"),
        ("md=x.md", "unknown format `md`; did you mean `markdown`?"),
    ] {
        let outcome = audit(&bench, output).exits(2);
        assert!(outcome.stderr.contains(why), "{outcome}");
    }
    let twice = bench
        .run(&["audit", "--snapshot=s.jsonl", "-o", "fix=a", "-o", "fix=a"])
        .exits(2);
    assert!(twice.stderr.contains("two reports would be written to `a`"), "{twice}");
    assert!(!bench.path("a").exists());
}

#[test]
fn no_report_takes_the_place_of_a_file_of_the_folder() {
    let bench = sample();
    for exists in [false, true] {
        if exists {
            std::fs::create_dir_all(bench.path("a/rg-orders")).unwrap();
        }
        for other in ["a/fix.sh", "./a/fix.sh", "a/rg-orders/x.bicep"] {
            let report = format!("json={other}");
            for outputs in [["-o", "fix=a", "-o", &report], ["-o", &report, "-o", "fix=a"]] {
                let run = bench.command(&["audit", "--snapshot=s.jsonl"]).args(&outputs).run();
                run.fails_saying(&[&format!("two reports would be written to `{other}`")]);
                assert!(!bench.path(other).exists());
            }
        }
    }
    for (one, other) in [("fix=a", "parquet=a"), ("parquet=./a", "fix=a"), ("fix=a", "fix=./a/")] {
        let both = ["audit", "--snapshot=s.jsonl", "-o", one, "-o", other];
        bench.run(&both).fails_saying(&["two reports would be written to"]);
    }
    let beside = ["audit", "--snapshot=s.jsonl", "-o=fix=a", "-o=json=a/report.json"];
    bench.run(&beside).exits(1);
    assert!(bench.path("a/report.json").exists() && bench.path("a/fix.sh").exists());
}

#[test]
fn a_folder_of_fixes_leaves_the_report_as_it_is() {
    let bench = sample();
    let [with, without] = [&["-f=json", "-o=fix=fixes"][..], &["-f=json"]].map(|more| {
        let all = [&["audit", "--snapshot=s.jsonl", "-p=p.yaml"], more].concat();
        bench.run(&all).exits(1).stdout
    });
    assert_eq!(with, without);
}

#[test]
fn keys_of_an_account_whose_waiver_holds_stay_enabled() {
    let mut plane = Plane::new(Vec::new());
    plane.record["account"]["local_auth_disabled"] = false.into();
    let bench = Bench::offline();
    bench.write("s.jsonl", plane.lines());
    let waiver = "waivers: [{ check: local-auth-enabled, account: acc, expires: 2099-01-31, reason: moving }]";
    bench.write(
        "p.yaml",
        format!("version: 1\naccounts: [{{ local_auth: disabled }}]\n{waiver}\n"),
    );
    audit(&bench, "fix=fixes").exits(0);
    let script = bench.read("fixes/fix.sh");
    assert!(!script.lines().any(|line| line.starts_with("az ")), "{script}");
    assert!(
        script.contains("#   Leaves    1 waived finding, not counted above"),
        "{script}"
    );
}
