//! What a scan reads besides accounts: control planes are kept, and principals are looked up for all that is there.

use super::*;
use cosmos_rbac::snapshot::Snapshot;

const SUBSCRIPTION: &str = "5e1f0c1a-0000-4000-8000-000000000001";
/// Ada has access to data, Bob manages the resources.
const TENANT: &str = r#"
principals:
  - { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa, displayName: Ada, kind: user }
  - { id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fab, displayName: Bob, kind: user }
subscriptions:
  - id: 5e1f0c1a-0000-4000-8000-000000000001
    rbac: { role_assignments: [{ role: Owner, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065fab }] }
    accounts:
      - name: one
        role_assignments:
          - { role: 00000000-0000-0000-0000-000000000001, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }
      - { name: two }
"#;
const SCAN: [&str; 5] = ["scan", "--all-subscriptions", "--resume", "-o", "s.jsonl"];

/// Leaves only those lines that are wanted.
fn keep(bench: &Bench, wanted: impl Fn(&str) -> bool) {
    let text = std::fs::read_to_string(bench.file("s.jsonl")).unwrap();
    let part: String = text.split_inclusive('\n').filter(|line| wanted(line)).collect();
    std::fs::write(bench.file("s.jsonl"), part).unwrap();
}

fn asked(bench: &Bench, part: &str) -> usize {
    let requests = bench.emulator.requests();
    requests.iter().filter(|request| request.path.contains(part)).count()
}

#[test]
fn whom_kept_lines_name_is_looked_up_again() {
    let bench = Bench::start(TENANT, Duration::ZERO);
    bench.says(&SCAN, 0);
    let whole = lines(&bench.file("s.jsonl"));
    for kept in [
        &["{\"format\"", "\"name\":\"one\""][..],
        &["{\"format\"", "{\"control_plane\""],
        &[
            "{\"format\"",
            "\"name\":\"one\"",
            "{\"control_plane\"",
            "\"name\":\"two\"",
        ],
        // Names are read anew with the rest, since more may be needed by now.
        &["{\"format\"", "\"name\":\"one\"", "{\"principals\""],
    ] {
        keep(&bench, |line| kept.iter().any(|start| line.contains(start)));
        let before = ResumeState::read(&bench.file("s.jsonl")).unwrap();
        bench.emulator.clear_log();
        bench.says(&SCAN, 0);
        bench.assert_nothing_twice(before.as_ref());
        assert_eq!(lines(&bench.file("s.jsonl")), whole, "{kept:?}");
        let is_kept = kept.contains(&"{\"control_plane\"");
        assert_eq!(
            asked(&bench, "Microsoft.Authorization"),
            if is_kept { 0 } else { 4 },
            "{kept:?}"
        );
        assert_eq!(asked(&bench, "getByIds"), 1, "{kept:?}");
    }
    let snapshot = Snapshot::read_file(&bench.file("s.jsonl")).unwrap();
    let names: Vec<_> = snapshot
        .principals
        .iter()
        .flatten()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["Ada", "Bob"]);
    assert!(snapshot.control_plane(SUBSCRIPTION).is_some());
}

#[cfg(unix)]
#[test]
fn a_scan_can_be_stopped_while_names_are_looked_up() {
    use arm_emulator::{Fault, FaultKind, Matcher, Origin};
    let bench = Bench::start(TENANT, Duration::ZERO);
    bench
        .emulator
        .set_faults(vec![Fault::new(FaultKind::Stall).on(Matcher::origin(Origin::Graph))]);
    let child = bench.spawn(&SCAN);
    let end = std::time::Instant::now() + Duration::from_secs(20);
    while asked(&bench, "getByIds") == 0 {
        assert!(std::time::Instant::now() < end, "Graph was never asked");
        std::thread::sleep(Duration::from_millis(5));
    }
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("holds 2 accounts so far"), "{said}");
    // All is there but the names and the end.
    assert_eq!(lines(&bench.file("s.jsonl")).len(), 1 + 2 + 1);
    bench.emulator.set_faults(Vec::new());
    bench.emulator.clear_log();
    bench.says(&SCAN, 0);
    assert_eq!(asked(&bench, "sqlRole") + asked(&bench, "Microsoft.Authorization"), 0);
    assert!(Snapshot::read_file(&bench.file("s.jsonl")).unwrap().is_complete());
}
