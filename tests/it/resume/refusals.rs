//! Files that are there when a scan begins.

use super::*;

const TENANT: &str = "generate: { subscriptions: 2, accounts_per_subscription: 2, databases: 1, containers: 1 }";
const ALL: [&str; 4] = ["scan", "--all-subscriptions", "-o", "s.jsonl"];

fn resume(arguments: &[&'static str]) -> Vec<&'static str> {
    [&["scan", "-o", "s.jsonl", "--resume"], arguments].concat()
}

/// A scan of which only so many lines are there: the header, and accounts.
fn cut(bench: &Bench, number: usize) -> String {
    bench.says(&ALL, 0);
    let text = std::fs::read_to_string(bench.file("s.jsonl")).unwrap();
    let lines = text.split_inclusive('\n');
    let is_part = |line: &&str| line.contains("\"format\"") || line.starts_with("{\"account\"");
    let part: String = lines.filter(is_part).take(number).collect();
    std::fs::write(bench.file("s.jsonl"), &part).unwrap();
    part
}

#[test]
fn another_scan_is_not_gone_on_with() {
    let bench = Bench::start(TENANT, Duration::ZERO);
    let part = cut(&bench, 3);
    let header = part.lines().next().unwrap();
    let id = header.split("\"id\":\"").nth(1).unwrap()[..36].to_owned();
    let one = ["scan", "-o", "s.jsonl", "--resume", "--subscription", &id];
    assert!(
        bench
            .says(&one, 2)
            .contains("covers all subscriptions, and this scan covers single subscriptions")
    );
    for (arguments, why) in [
        (
            &["--all-subscriptions", "--no-inventory"][..],
            "without `--no-inventory`",
        ),
        (&["--management-group", bench.emulator.tenant_id()], "management group"),
    ] {
        let said = bench.says(&[&["scan", "-o", "s.jsonl", "--resume"], arguments].concat(), 2);
        assert!(
            said.contains("`s.jsonl` belongs to a different scan") && said.contains(why),
            "{said}"
        );
    }
    let tenant = format!("\"tenant\":\"{}\"", bench.emulator.tenant_id());
    for (from, to, why) in [
        (
            tenant.as_str(),
            "\"tenant\":\"11111111-1111-1111-1111-111111111111\"",
            "tenant",
        ),
        (
            "\"cloud\":\"custom\"",
            "\"cloud\":\"public\"",
            "it was scanned with cloud `public`",
        ),
        ("\"version\":1", "\"version\":2", "unsupported snapshot version 2"),
        (
            ",\"scope\":",
            ",\"other\":",
            "doesn't say which options it was scanned with",
        ),
    ] {
        std::fs::write(bench.file("s.jsonl"), part.replacen(from, to, 1)).unwrap();
        let said = bench.says(&resume(&["--all-subscriptions"]), 2);
        assert!(said.contains(why), "{said}");
        assert_eq!(
            std::fs::read_to_string(bench.file("s.jsonl")).unwrap(),
            part.replacen(from, to, 1)
        );
    }
    std::fs::write(bench.file("s.jsonl"), &part).unwrap();
    bench.says(&resume(&["--all-subscriptions"]), 0);
    // Given one by one, they must be the same.
    std::fs::remove_file(bench.file("s.jsonl")).unwrap();
    bench.says(&one, 0);
    let text = std::fs::read_to_string(bench.file("s.jsonl")).unwrap();
    let text: String = text.split_inclusive('\n').take(2).collect();
    std::fs::write(bench.file("s.jsonl"), &text).unwrap();
    let other = format!("{}1", &id[..35]);
    let said = bench.says(&["scan", "-o", "s.jsonl", "--resume", "--subscription", &other], 2);
    assert!(said.contains(&id), "{said}");
    assert_eq!(std::fs::read_to_string(bench.file("s.jsonl")).unwrap(), text);
}

#[test]
fn a_new_scan_replaces_complete_snapshots_only() {
    let bench = Bench::start(TENANT, Duration::ZERO);
    let part = cut(&bench, 3);
    let said = bench.says(&ALL, 2);
    assert!(said.contains("--resume"), "{said}");
    assert_eq!(std::fs::read_to_string(bench.file("s.jsonl")).unwrap(), part);
    // Something else than a snapshot is somebody's work.
    std::fs::write(bench.file("s.jsonl"), "notes\n").unwrap();
    assert!(bench.says(&ALL, 2).contains("isn't a snapshot that can be replaced"));
    std::fs::write(bench.file("s.jsonl"), "").unwrap();
    bench.says(&ALL, 0);
    // A scan that is cut off beside a complete snapshot leaves that, and is gone on with.
    let whole = std::fs::read_to_string(bench.file("s.jsonl")).unwrap();
    std::fs::write(bench.file("s.jsonl.part"), &part).unwrap();
    assert!(bench.says(&ALL, 2).contains("s.jsonl.part"));
    assert_eq!(std::fs::read_to_string(bench.file("s.jsonl")).unwrap(), whole);
    let said = bench.says(&resume(&["--all-subscriptions"]), 0);
    assert!(said.contains("2 of them earlier."), "{said}");
    assert!(!bench.file("s.jsonl.part").exists());
    bench.says(&ALL, 0);
    // Header, four accounts, two control planes, principals, end.
    assert_eq!(lines(&bench.file("s.jsonl")).len(), 9);
    assert!(!bench.file("s.jsonl.part").exists());
}

#[test]
fn devices_take_what_comes() {
    let bench = Bench::start(TENANT, Duration::ZERO);
    let output = bench.run(&["scan", "--all-subscriptions", "-o", "/dev/stdout"]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 9);
}
