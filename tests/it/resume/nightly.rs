//! One name, night after night, with nobody who looks after it.

use super::*;
use cosmos_rbac::snapshot::Snapshot;

const TENANT: &str = "generate: { subscriptions: 2, accounts_per_subscription: 2, databases: 1, containers: 1 }";
const NAMES: [&str; 2] = ["s.jsonl", "s.jsonl.zst"];

fn night<'a>(name: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["scan", "--all-subscriptions", "--resume", "-o", name][..], more].concat()
}

fn taken_at(path: &Path) -> String {
    Snapshot::read_file(path).unwrap().header.taken_at.to_string()
}

/// The scan of the night that begins at a time, in Unix seconds.
fn scan_at(bench: &Bench, seconds: &str, name: &str) -> String {
    let mut command = bench.command(&night(name, &[]));
    let output = command.env("SOURCE_DATE_EPOCH", seconds).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    said
}

#[test]
fn a_complete_snapshot_is_scanned_anew_under_the_same_name() {
    for name in NAMES {
        let bench = Bench::start(TENANT, Duration::ZERO);
        let path = bench.file(name);
        let said = scan_at(&bench, "1793606400", name);
        assert!(!said.contains("replaced") && !said.contains("resumed"), "{said}");
        let requests = bench.emulator.request_count();
        for (seconds, then, before) in [
            ("1793692800", "2026-11-03T08:00:00Z", "2026-11-02T08:00:00Z"),
            ("1793779200", "2026-11-04T08:00:00Z", "2026-11-03T08:00:00Z"),
        ] {
            bench.emulator.clear_log();
            let said = scan_at(&bench, seconds, name);
            assert!(said.contains(&format!("replaced the snapshot of {before}")), "{said}");
            assert!(!said.contains("earlier"), "{said}");
            assert_eq!(
                bench.emulator.requests().len() as u64,
                requests as u64,
                "everything is read anew"
            );
            assert_eq!(taken_at(&path), then);
        }
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            2,
            "the CA and the snapshot"
        );
        assert_eq!(bench.says(&night(name, &["--quiet"]), 0), "");
    }
}

/// The lines of a snapshot up to a number of accounts: what a scan leaves that is killed there.
fn part_of(path: &Path, accounts: usize) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let is_part = |line: &&str| line.contains("\"format\"") || line.starts_with("{\"account\"");
    text.split_inclusive('\n').filter(is_part).take(1 + accounts).collect()
}

#[test]
fn a_night_that_was_interrupted_is_resumed_beside_the_complete_snapshot() {
    let bench = Bench::start(TENANT, Duration::ZERO);
    let (path, part) = (bench.file("s.jsonl"), bench.file("s.jsonl.part"));
    scan_at(&bench, "1793606400", "s.jsonl");
    let interrupted = part_of(&path, 2).replace("2026-11-02", "2026-11-03");
    std::fs::write(&part, interrupted).unwrap();
    let said = scan_at(&bench, "1793779200", "s.jsonl");
    assert!(said.contains("2 of them earlier."), "{said}");
    assert!(said.contains("resumed the scan of 2026-11-03T08:00:00Z"), "{said}");
    assert_eq!(
        taken_at(&path),
        "2026-11-03T08:00:00Z",
        "the time is that of the oldest line"
    );
    assert!(!part.exists());
}

/// The machine stopped between the last line and the renaming.
#[test]
fn a_complete_part_is_put_in_place_and_the_tenant_scanned_anew() {
    for resume in [true, false] {
        let bench = Bench::start(TENANT, Duration::ZERO);
        let (path, part) = (bench.file("s.jsonl"), bench.file("s.jsonl.part"));
        scan_at(&bench, "1793606400", "s.jsonl");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&part, text.replace("2026-11-02", "2026-11-03")).unwrap();
        let scan = night("s.jsonl", &[]);
        let scan: Vec<&str> = scan.into_iter().filter(|one| resume || *one != "--resume").collect();
        let output = bench
            .command(&scan)
            .env("SOURCE_DATE_EPOCH", "1793779200")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains("replaced the snapshot of 2026-11-03T08:00:00Z"), "{said}");
        assert_eq!(taken_at(&path), "2026-11-04T08:00:00Z");
        assert!(!part.exists());
    }
}

#[test]
fn a_scan_that_cannot_sign_in_leaves_everything_as_it_was() {
    let bench = Bench::start(TENANT, Duration::ZERO);
    let failing = |name: &str| {
        let mut command = bench.command(&night(name, &[]));
        let output = command.env("COSMOS_RBAC_TOKEN", "wrong").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
    };
    failing("s.jsonl");
    assert!(!bench.file("s.jsonl").exists());
    scan_at(&bench, "1793606400", "s.jsonl");
    let whole = std::fs::read(bench.file("s.jsonl")).unwrap();
    failing("s.jsonl");
    assert_eq!(std::fs::read(bench.file("s.jsonl")).unwrap(), whole);
    assert!(!bench.file("s.jsonl.part").exists());
}

#[test]
fn missing_folders_are_made() {
    let bench = Bench::start(TENANT, Duration::ZERO);
    bench.says(&night("deep/er/s.jsonl", &[]), 0);
    assert!(
        Snapshot::read_file(&bench.file("deep/er/s.jsonl"))
            .unwrap()
            .is_complete()
    );
    std::fs::write(bench.file("file"), "").unwrap();
    let said = bench.says(&night("file/s.jsonl", &[]), 2);
    assert!(
        said.contains("couldn't write the snapshot `file/s.jsonl`") && said.contains("couldn't create the folder"),
        "{said}"
    );
}

#[test]
fn a_scan_goes_neither_to_standard_output_nor_over_what_it_reads() {
    let bench = Bench::start(TENANT, Duration::ZERO);
    let said = bench.says(&night("-", &[]), 2);
    assert!(said.contains("standard output") && said.contains("`./-`"), "{said}");
    let certificate = std::fs::read(bench.file("ca.pem")).unwrap();
    std::fs::hard_link(bench.file("ca.pem"), bench.file("twin")).unwrap();
    for name in ["ca.pem", "./ca.pem", "twin"] {
        let said = bench.says(&night(name, &[]), 2);
        assert!(said.contains("which this command reads"), "{said}");
    }
    assert_eq!(std::fs::read(bench.file("ca.pem")).unwrap(), certificate);
    let said = bench.says(&night(".", &[]), 2);
    assert!(said.contains("is a directory"), "{said}");
    assert_eq!(bench.emulator.requests(), []);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_new_snapshot_is_private_and_an_old_one_keeps_its_mode() {
        for name in NAMES {
            let bench = Bench::start(TENANT, Duration::ZERO);
            let path = bench.file(name);
            scan_at(&bench, "1793606400", name);
            assert_eq!(mode(&path), 0o600);
            for kept in [0o640, 0o444, 0o604] {
                set_mode(&path, kept);
                scan_at(&bench, "1793606400", name);
                assert_eq!(mode(&path), kept, "replaced");
            }
        }
        let bench = Bench::start(TENANT, Duration::ZERO);
        let path = bench.file("s.jsonl");
        scan_at(&bench, "1793606400", "s.jsonl");
        std::fs::write(&path, part_of(&path, 2)).unwrap();
        set_mode(&path, 0o640);
        scan_at(&bench, "1793606400", "s.jsonl");
        assert_eq!(mode(&path), 0o640, "resumed");
    }

    /// Somebody who can make names in the folder must not lead a scan to other files.
    #[test]
    fn no_link_is_followed_where_a_scan_keeps_its_own_files() {
        for (suffix, leads_to) in [
            (".tmp", "precious"),
            (".part", "precious"),
            (".tmp", "none"),
            (".part", "none"),
        ] {
            let bench = Bench::start(TENANT, Duration::ZERO);
            let (path, precious) = (bench.file("s.jsonl"), bench.file("precious"));
            scan_at(&bench, "1793606400", "s.jsonl");
            let interrupted = part_of(&path, 2);
            std::fs::write(&precious, &interrupted).unwrap();
            for old in [interrupted.clone(), std::fs::read_to_string(&path).unwrap()] {
                std::fs::write(&path, &old).unwrap();
                let link = bench.file(&format!("s.jsonl{suffix}"));
                let _ = std::fs::remove_file(&link);
                symlink(leads_to, &link).unwrap();
                let said = bench.says(&night("s.jsonl", &[]), 2);
                assert!(
                    said.contains(&format!("`s.jsonl{suffix}` is a symbolic link")),
                    "{said}"
                );
                assert_eq!(std::fs::read_to_string(&precious).unwrap(), interrupted);
                assert_eq!(std::fs::read_to_string(&path).unwrap(), old);
                assert!(!bench.file("none").exists() && !path.is_symlink());
            }
        }
    }

    /// As reports do: the link stays, what it leads to is replaced.
    #[test]
    fn a_name_that_is_a_link_keeps_pointing_where_it_does() {
        let bench = Bench::start(TENANT, Duration::ZERO);
        std::fs::create_dir(bench.file("store")).unwrap();
        symlink("store/today.jsonl", bench.file("s.jsonl")).unwrap();
        for _ in 0..2 {
            scan_at(&bench, "1793606400", "s.jsonl");
            assert!(bench.file("s.jsonl").is_symlink());
            assert_eq!(std::fs::read_dir(bench.file("store")).unwrap().count(), 1);
        }
    }

    #[test]
    fn notes_under_the_name_of_a_scans_own_file_are_not_lost() {
        for suffix in [".tmp", ".part"] {
            let bench = Bench::start(TENANT, Duration::ZERO);
            scan_at(&bench, "1793606400", "s.jsonl");
            let notes = bench.file(&format!("s.jsonl{suffix}"));
            std::fs::write(&notes, "notes\n").unwrap();
            let said = bench.says(&night("s.jsonl", &[]), 2);
            assert!(said.contains(&format!("s.jsonl{suffix}")), "{said}");
            assert_eq!(std::fs::read_to_string(&notes).unwrap(), "notes\n");
        }
    }
}
