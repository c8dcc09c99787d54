//! Outputs that would take the place of something else: of what is read, of each other, or of what is nobody's to remove.

use crate::support::Bench;
use std::fs;
use std::os::unix::fs::symlink;

const AUDIT: [&str; 4] = ["audit", "--snapshot=s.jsonl", "--fail-on=never", "--allow-incomplete"];

/// A folder with the sample's snapshot in it.
fn bench() -> Bench {
    let bench = Bench::contoso();
    bench
        .signed_in(&["scan", "--all-subscriptions", "-o=s.jsonl"])
        .run()
        .exits(3);
    fs::create_dir(bench.path("out")).unwrap();
    bench
}

/// Names differ, the file does not.
#[test]
fn no_report_takes_the_place_of_another_or_of_what_is_read() {
    let bench = bench();
    bench.write("policy.yaml", "version: 1\naccounts: []\n");
    symlink("r.json", bench.path("link")).unwrap();
    symlink("policy.yaml", bench.path("rules")).unwrap();
    for other in ["r.json", "./r.json", "out/../r.json", "no/such/../../r.json", "link"] {
        let arguments = ["-o=json=r.json".to_owned(), format!("-o=html={other}")];
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        bench
            .command(&AUDIT)
            .args(&arguments)
            .run()
            .fails_saying(&["two reports would be written to", other]);
    }
    let folder_is_new = ["-o=json=new/r.json", "-o=html=./new/r.json"];
    let run = bench.command(&AUDIT).args(&folder_is_new).run();
    run.fails_saying(&["two reports would be written to"]);
    let snapshot = bench.read("s.jsonl");
    let policy = bench.read("policy.yaml");
    for output in [
        "json=s.jsonl",
        "csv=./s.jsonl",
        "html=policy.yaml",
        "json=rules",
        "json=no/../s.jsonl",
        "csv=no/./such/../../policy.yaml",
    ] {
        let arguments = ["-p=policy.yaml".to_owned(), format!("-o={output}")];
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        bench
            .command(&AUDIT)
            .args(&arguments)
            .run()
            .fails_saying(&["which this command reads"]);
    }
    assert_eq!((bench.read("s.jsonl"), bench.read("policy.yaml")), (snapshot, policy));
    // A gate that replaces its own baseline passes the second time, whatever it found.
    bench.command(&AUDIT).args(&["-o=json=base.json"]).run().exits(0);
    for output in ["json=base.json", "html=base.json"] {
        let argument = format!("-o={output}");
        bench
            .command(&AUDIT)
            .args(&["--baseline=base.json", &argument])
            .run()
            .fails_saying(&["which this command reads"]);
    }
}

/// Links of the other kind, streams, and files that only the scan of an audit reads.
#[test]
fn no_output_shares_a_file_under_a_name_that_does_not_show_it() {
    let bench = bench();
    bench.write("policy.yaml", "version: 1\naccounts: []\n");
    for (name, twin) in [
        ("s.jsonl", "twin.jsonl"),
        ("policy.yaml", "twin.yaml"),
        ("ca.pem", "twin.pem"),
    ] {
        fs::hard_link(bench.path(name), bench.path(twin)).unwrap();
    }
    let before = ["s.jsonl", "policy.yaml", "ca.pem"].map(|name| bench.read(name));
    for output in [
        "csv=twin.jsonl",
        "json=twin.yaml",
        "html=twin.pem",
        "html=ca.pem",
        "html=out/../ca.pem",
    ] {
        let argument = format!("-o={output}");
        let arguments = ["-p=policy.yaml", "--ca-bundle=ca.pem", &argument];
        let outcome = bench.command(&AUDIT).args(&arguments).run();
        outcome.fails_saying(&["which this command reads"]);
    }
    // A snapshot by standard input, and a report by standard output.
    for (script, arguments) in [
        (
            r#"exec "$0" "$@" <s.jsonl"#,
            &["audit", "--snapshot=-", "-o=json=s.jsonl"][..],
        ),
        (r#"exec "$0" "$@" >>s.jsonl"#, &AUDIT[..]),
        (
            r#"exec "$0" "$@" >>policy.yaml"#,
            &["audit", "--snapshot=s.jsonl", "-p=policy.yaml"],
        ),
    ] {
        let outcome = bench.command(arguments).through(script).run();
        outcome.fails_saying(&["which this command reads"]);
    }
    assert_eq!(
        ["s.jsonl", "policy.yaml", "ca.pem"].map(|name| bench.read(name)),
        before
    );
    for (script, outputs) in [
        (r#"exec "$0" "$@""#, &["-o=json=-", "-o=csv=-"][..]),
        (r#"exec "$0" "$@""#, &["-o=json=/dev/stdout", "-o=csv=-"]),
        (r#"exec "$0" "$@""#, &["-f=csv", "-o=json=/dev/fd/1"]),
        (r#"exec "$0" "$@" >both"#, &["-f=csv", "-o=json=both"]),
        (r#"exec "$0" "$@" >both"#, &["-o=csv=-", "-o=json=./both"]),
    ] {
        let outcome = bench.command(&AUDIT).args(outputs).through(script).run();
        outcome.fails_saying(&["two reports would be written to"]);
    }
    // What keeps nothing loses nothing.
    let outputs = ["-o=json=/dev/null", "-o=csv=/dev/null"];
    bench
        .command(&AUDIT)
        .args(&outputs)
        .through(r#"exec "$0" "$@" >/dev/null"#)
        .run()
        .exits(0);
}

/// Killed while it wrote a report: the next run removes what is left, and nothing that is anybody's.
#[test]
fn what_a_killed_run_has_left_is_removed_by_the_next() {
    let bench = bench();
    let left = ".cosmos-rbac-0123456789ab.tmp";
    let others = [
        ".cosmos-rbac-notes.tmp",
        ".cosmos-rbac-0123456789ab",
        ".cosmos-rbac-policy01.yml.tmp",
    ];
    for name in [left].iter().chain(&others) {
        fs::write(bench.path("out").join(name), "left").unwrap();
    }
    let used = fs::File::create(bench.path("out/.cosmos-rbac-ba9876543210.tmp")).unwrap();
    used.lock().unwrap();
    bench.command(&AUDIT).args(&["-o=json=out/report"]).run().exits(0);
    assert!(!bench.path("out").join(left).exists());
    assert!(
        bench.path("out/.cosmos-rbac-ba9876543210.tmp").exists(),
        "another run writes it"
    );
    assert!(others.iter().all(|name| bench.path("out").join(name).exists()));
}
