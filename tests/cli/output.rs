//! Where reports go, and what becomes of an older one when they cannot go there.

use crate::support::Bench;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

const OLD: &str = "the report of yesterday\n";
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

/// The older report is as it was, and nothing lies beside it.
#[track_caller]
fn assert_untouched(folder: &Path) {
    assert_eq!(fs::read_to_string(folder.join("report")).unwrap(), OLD);
    let names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["report"]);
}

#[test]
fn standard_output_that_is_full() {
    let bench = bench();
    for arguments in [
        &AUDIT[..],
        &["audit", "--snapshot=s.jsonl", "-f=html"],
        &["audit", "--snapshot=s.jsonl", "-f=csv", "-o=json=out/report"],
        &["list", "roles", "--snapshot=s.jsonl"],
        &["list", "roles", "--snapshot=s.jsonl", "-f=json"],
        &["list", "roles", "--snapshot=s.jsonl", "-f=csv"],
        &["explain"],
        &["schema", "report"],
    ] {
        let full = bench.command(arguments).through(r#"exec "$0" "$@" >/dev/full"#);
        full.run()
            .fails_saying(&["couldn't write to standard output", "No space left"]);
    }
    let help = bench.command(&["--help"]).through(r#"exec "$0" "$@" >/dev/full"#);
    help.run()
        .fails_saying(&["couldn't write to standard output", "No space left"]);
}

/// `head` goes away in the middle of a report: the exit code is that of the audit.
#[test]
fn a_reader_that_has_seen_enough() {
    let bench = bench();
    for format in ["table", "json", "html", "csv", "sarif"] {
        for (fail_on, code) in [("never", "0"), ("medium", "1")] {
            let script = r#"{ "$0" "$@"; echo $? >code; } | /usr/bin/head -n 1"#;
            let arguments = [
                "audit",
                "--snapshot=s.jsonl",
                "--allow-incomplete",
                "-f",
                format,
                "--fail-on",
                fail_on,
            ];
            let outcome = bench.command(&arguments).through(script).run();
            assert_eq!(bench.read("code").trim_end(), code, "{format}: {outcome}");
            assert_eq!(outcome.stderr, "", "{outcome}");
            assert_eq!(outcome.stdout.lines().count(), 1, "{outcome}");
        }
    }
}

/// Standard output has several names, and a closed one changes no verdict.
#[test]
fn a_reader_of_another_name_that_has_seen_enough() {
    let bench = bench();
    for output in ["-f=json", "-o=json=-", "-o=json=/dev/stdout", "-o=csv=/proc/self/fd/1"] {
        for (more, code) in [
            (&["--fail-on=never", "--allow-incomplete"][..], "0"),
            (&["--fail-on=medium"], "1"),
            (&["--fail-on=never"], "3"),
        ] {
            for reader in ["/usr/bin/head -c 1", "/usr/bin/head -c 100000000"] {
                let script = format!(r#"{{ "$0" "$@"; echo $? >code; }} | {reader}"#);
                let arguments = [&["audit", "--snapshot=s.jsonl", output][..], more].concat();
                let outcome = bench.command(&arguments).through(&script).run();
                assert_eq!(bench.read("code").trim_end(), code, "{output} {reader}: {outcome}");
                assert_eq!(outcome.stderr, "", "{outcome}");
            }
        }
    }
}

#[test]
fn a_new_file_replaces_the_old_one() {
    let bench = bench();
    let folder = bench.path("out");
    fs::write(folder.join("report"), OLD).unwrap();
    fs::set_permissions(folder.join("report"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("out/report", bench.path("link")).unwrap();
    bench.command(&AUDIT).args(&["-o=json=link"]).run().exits(0);
    assert!(bench.path("link").is_symlink(), "a link keeps pointing where it does");
    let mode = |name: &str| fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("report"), 0o640, "as readable as the old one");
    // A new one is private, whatever the user allows for other files, and missing folders are made.
    let outcome = bench
        .command(&AUDIT)
        .args(&["-o=json=out/deep/new"])
        .through(r#"umask 022; exec "$0" "$@""#)
        .run();
    assert_eq!(mode("deep/new"), 0o600, "{outcome}");
    fs::set_permissions(folder.join("report"), fs::Permissions::from_mode(0o444)).unwrap();
    bench.command(&AUDIT).args(&["-o=json=link"]).run().exits(0);
    assert_eq!(mode("report"), 0o444, "also where nobody may write");
    assert_eq!(bench.read("out/deep/new"), bench.read("out/report"));
    // What cannot be replaced is written to.
    let piped = bench
        .command(&AUDIT)
        .args(&["-f=table", "-o=json=/dev/stderr"])
        .through(r#"exec "$0" "$@" 2>caught"#)
        .run()
        .exits(0);
    assert!(piped.stdout.contains(" accounts in "), "{piped}");
    let standard = bench.command(&AUDIT).args(&["-o=json=-"]).run().exits(0);
    assert_eq!(standard.stdout, bench.read("out/report"));
}

/// A limit on the size of files fails as a full disk does: in the middle of a file.
#[test]
fn a_file_that_cannot_be_finished() {
    let bench = bench();
    let folder = bench.path("out");
    fs::write(folder.join("report"), OLD).unwrap();
    for format in [
        "table", "html", "markdown", "json", "ndjson", "csv", "sarif", "junit", "ocsf",
    ] {
        let output = format!("-o={format}=out/report");
        // The system would end the program, if the signal were not ignored.
        let script = r#"trap "" XFSZ; ulimit -f 1; exec "$0" "$@""#;
        let outcome = bench.command(&AUDIT).args(&[&output]).through(script).run();
        outcome.fails_saying(&["couldn't write `out/report`", "File too large"]);
        assert_untouched(&folder);
    }
}

/// The system ends the program in the middle of a file, as a crash would. The next run removes what was left behind.
#[test]
fn who_is_killed_while_writing_leaves_the_old_report() {
    let bench = bench();
    let folder = bench.path("out");
    let names = || fs::read_dir(&folder).unwrap().count();
    for format in ["html", "json", "csv"] {
        fs::write(folder.join("report"), OLD).unwrap();
        let output = format!("-o={format}=out/report");
        let script = r#"ulimit -c 0; ulimit -f 1; "$0" "$@"; /usr/bin/test $? -gt 128"#;
        bench.command(&AUDIT).args(&[&output]).through(script).run().exits(0);
        assert_eq!(fs::read_to_string(folder.join("report")).unwrap(), OLD, "{format}");
        assert_eq!(names(), 2, "{format}: the new one had begun");
        bench.command(&AUDIT).args(&[&output]).run().exits(0);
        assert_ne!(fs::read_to_string(folder.join("report")).unwrap(), OLD, "{format}");
        assert_eq!(names(), 1, "{format}");
    }
}

#[test]
#[ignore = "mounts a file system, which takes root: run it with `cargo test --test cli -- --ignored` in a container"]
fn a_disk_that_is_full() {
    let bench = bench();
    let folder = bench.path("out");
    fs::write(folder.join("report"), OLD).unwrap();
    // The mount is the program's own, and gone with it; the older report is put there first.
    let script = r#"export PATH=/usr/bin:/bin:/usr/sbin:/sbin
        exec unshare --mount sh -c '
            mount -t tmpfs -o size=32k none out && echo "the report of yesterday" >out/report
            "$0" "$@"
            code=$?
            ls -A out >left
            cat out/report >kept
            exit $code' "$0" "$@""#;
    for format in ["html", "json"] {
        let output = format!("-o={format}=out/report");
        let outcome = bench.command(&AUDIT).args(&[&output]).through(script).run();
        outcome.fails_saying(&["couldn't write `out/report`", "No space left"]);
        assert_eq!(bench.read("left"), "report\n");
        assert_eq!(bench.read("kept"), OLD);
    }
}

/// Root may write anywhere; what it may is taken from it.
#[test]
fn a_folder_that_is_read_only() {
    let bench = bench();
    let folder = bench.path("out");
    fs::write(folder.join("report"), OLD).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let is_root = fs::write(folder.join("probe"), "").is_ok_and(|()| fs::remove_file(folder.join("probe")).is_ok());
    let script = if is_root {
        r#"exec /usr/bin/setpriv --bounding-set=-all --inh-caps=-all "$0" "$@""#
    } else {
        r#"exec "$0" "$@""#
    };
    for output in ["out/report", "out/new", "out/deep/new"] {
        let arguments = format!("-o=json={output}");
        let outcome = bench.command(&AUDIT).args(&[&arguments]).through(script).run();
        outcome.fails_saying(&["couldn't write", output, "Permission denied"]);
        assert_untouched(&folder);
    }
    // So that it can be removed.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_is_no_place_for_a_file() {
    let bench = bench();
    fs::write(bench.path("out/report"), OLD).unwrap();
    for (output, why) in [
        ("out", "it is a folder"),
        ("out/report/new", "couldn't create the folder `out/report`: File exists"),
        ("/proc/report", "No such file or directory"),
        ("/dev/full", "No space left"),
    ] {
        let argument = format!("-o=json={output}");
        let outcome = bench.command(&AUDIT).args(&[&argument]).run();
        outcome.fails_saying(&["couldn't write", output, why]);
        assert_untouched(&bench.path("out"));
    }
}

#[test]
fn a_link_to_what_is_not_there_yet_stays_a_link() {
    let bench = bench();
    symlink("out/later.json", bench.path("link")).unwrap();
    bench.command(&AUDIT).args(&["-o=json=link"]).run().exits(0);
    assert!(fs::symlink_metadata(bench.path("link")).unwrap().is_symlink());
    assert!(bench.read("out/later.json").starts_with('{'));
}

#[test]
fn a_place_that_fails_keeps_no_other_from_its_report() {
    let bench = bench();
    let outputs = ["-o=csv=/dev/full", "-o=json=out/report", "-f=table"];
    let outcome = bench.command(&AUDIT).args(&outputs).run();
    let outcome = outcome.exits(2).says(&["error: couldn't write `/dev/full`"]);
    assert!(outcome.stdout.contains(" accounts in "), "{outcome}");
    assert!(bench.read("out/report").starts_with('{'));
}

/// The program waits for a snapshot, or for somebody who reads its report, and is told to end.
#[cfg(target_os = "linux")]
/// What is there already is named.
#[test]
fn who_is_interrupted_hears_what_was_written() {
    let bench = bench();
    // Nobody reads from the last one, so that it is never opened.
    let script = r#"/usr/bin/mkfifo pipe; "$0" "$@" & pid=$!
        until test -e out/second.csv; do /usr/bin/sleep 0.01; done
        kill -TERM $pid; wait $pid"#;
    let outputs = ["-o=out/first.json", "-o=out/second.csv", "-o=html=pipe"];
    let outcome = bench.command(&AUDIT).args(&outputs).through(script).run().exits(3);
    let said = "error: interrupted; only `out/first.json`";
    assert!(outcome.stderr.contains(said), "{outcome}");
    assert!(!outcome.stderr.contains("no report was written"), "{outcome}");
}

/// What can't be a snapshot isn't copied to the end to find out.
#[test]
fn a_pipe_that_has_no_line_of_a_snapshot_is_not_read_to_its_end() {
    let bench = bench();
    let header = bench.read("s.jsonl").lines().next().unwrap().to_owned();
    bench.write("header", format!("{header}\n"));
    bench.write("nothing", "");
    for (begin, said) in [
        ("nothing", "the first line is longer than 1 MiB"),
        ("header", "the line is longer than the limit of 64 MiB"),
    ] {
        let script =
            format!(r#"{{ /usr/bin/cat {begin}; /usr/bin/head -c 400000000 /dev/zero; echo $? >code; }} | "$0" "$@""#);
        let outcome = bench.command(&["audit", "--snapshot=-"]).through(&script).run();
        outcome.fails_saying(&[said]);
        assert_ne!(bench.read("code").trim(), "0", "{begin}: all of it was read");
    }
}

#[test]
fn who_is_interrupted_leaves_nothing_behind() {
    let bench = bench();
    let folder = bench.path("out");
    fs::write(folder.join("report"), OLD).unwrap();
    // Signals end it at once until it has asked for them: the third bit of the fourth digit of the mask is SIGTERM's.
    let script = r#"/usr/bin/mkfifo in; exec 3<>in
        "$0" "$@" <in & pid=$!
        until /usr/bin/grep -q "^SigCgt:.*[4-7c-f][0-9a-f]\{3\}$" /proc/$pid/status; do /usr/bin/sleep 0.01; done
        kill -TERM $pid; wait $pid"#;
    for arguments in [
        &["audit", "--snapshot=-", "-o=json=out/report"][..],
        &["list", "roles", "--snapshot=-"],
    ] {
        let outcome = bench.command(arguments).through(script).run().exits(3);
        assert!(outcome.stderr.contains("error: interrupted"), "{outcome}");
        assert_untouched(&folder);
        fs::remove_file(bench.path("in")).unwrap();
    }
}
