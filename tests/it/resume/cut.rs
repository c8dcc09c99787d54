//! Cuts a finished file at every byte. What follows is what a scan does with it, without Azure.

use super::*;
use cosmos_rbac::snapshot::{Compression, Course, Line, Sink, Snapshot, SnapshotFile, Writer};

pub(super) const LINES: [&str; 9] = [
    r#"{"format":"cosmos-rbac/snapshot","version":1,"taken_at":"2026-11-02T08:00:00Z","cloud":"custom","tenant":"t","subscriptions":[{"id":"s","name":"é"}],"scope":{"target":"all-subscriptions","inventory":true,"control_plane":true,"graph":true}}"#,
    r#"{"account":{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a","name":"a","resource_group":"g","subscription":"s","location":"","api":"sql","tags":{},"local_auth_disabled":true,"key_metadata_writes_disabled":true},"role_definitions":[],"role_assignments":[],"databases":[{"name":"d","containers":["ü"]}],"gaps":[]}"#,
    r#"{"gap":{"subscription":"s","what":"databaseAccounts","item":"x","code":"MalformedItem","message":"m"}}"#,
    r#"{"gone":{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/gone"}}"#,
    r#"{"account":{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/b","name":"b","resource_group":"g","subscription":"s","location":"","api":"sql","tags":{},"local_auth_disabled":true,"key_metadata_writes_disabled":true},"role_definitions":[],"role_assignments":null,"databases":[],"gaps":[{"what":"sqlRoleAssignments","status":403,"code":"AuthorizationFailed","message":"no"}]}"#,
    r#"{"control_plane":{"subscription":"s","role_assignments":[{"id":"a","role_definition_id":"r","principal_id":"p","principal_type":"Group","scope":"/"}],"role_definitions":[],"deny_assignments":null,"eligible":[],"gaps":[{"what":"denyAssignments","status":403,"code":"AuthorizationFailed","message":"no"}]}}"#,
    r#"{"control_plane":{"subscription":"é","role_assignments":[],"role_definitions":[{"id":"r","role_name":"R","built_in":true,"assignable_scopes":["/"],"permissions":[{"actions":["*"],"not_actions":[]}]}],"deny_assignments":[],"eligible":[],"gaps":[]}}"#,
    r#"{"principals":[{"id":"p","name":"ä","kind":"group","found":true,"members":["q"]},{"id":"q","name":"","kind":"unknown","found":false}]}"#,
    r#"{"end":{"accounts":2,"gaps":3,"gone":1,"control_planes":2,"principals":2}}"#,
];

pub(super) fn snapshot() -> Snapshot {
    Snapshot::read(LINES.join("\n").as_bytes(), "test").unwrap()
}

/// The file as a scan writes it; compressed lines can be read one by one.
fn bytes(compression: Compression) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), compression).unwrap();
    for line in snapshot().lines() {
        writer.line(line).unwrap();
        writer.flush().unwrap();
    }
    writer.finish().unwrap()
}

/// Goes on with what is there, as a scan does. Returns how many accounts were there.
fn go_on(path: &Path) -> usize {
    let mut file = SnapshotFile::open(path, true).unwrap();
    let kept = file.kept();
    if let Course::Replaces { .. } = file.course() {
        assert!(kept.is_none());
        return 2;
    }
    for line in snapshot().lines() {
        let line = match (line, &kept) {
            (Line::Header(header), Some(kept)) => Line::Header(kept.continued_by(&header).unwrap()),
            (Line::Account(record), Some(kept)) if kept.holds(&record.account.id) => continue,
            (Line::Gone(gone), Some(kept)) if kept.holds(&gone.id) => continue,
            (Line::ControlPlane(plane), Some(kept)) if kept.holds_control_plane(&plane.subscription) => continue,
            (line, _) => line,
        };
        file.line(line).unwrap();
    }
    file.finish().unwrap();
    kept.map_or(0, |kept| kept.counts().accounts)
}

fn cut_anywhere(name: &str, compression: Compression) {
    // In memory where there is a place for it: each file is synced several times.
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    };
    let path = folder.path().join(name);
    let whole = bytes(compression);
    let expected: BTreeSet<String> = LINES.iter().map(|line| (*line).to_owned()).collect();
    let mut kept = BTreeSet::new();
    for cut in 0..=whole.len() {
        std::fs::write(&path, &whole[..cut]).unwrap();
        kept.insert(go_on(&path));
        assert_eq!(lines(&path), expected, "cut at {cut} of {}", whole.len());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "cut at {cut}");
    }
    // Accounts were found again, also by twos and where the end was missing.
    assert_eq!(kept, BTreeSet::from([0, 1, 2]));
}

#[test]
fn a_file_may_be_cut_at_any_byte() {
    cut_anywhere("s.jsonl", Compression::None);
}

#[test]
fn a_compressed_file_may_be_cut_at_any_byte() {
    cut_anywhere("s.jsonl.zst", Compression::Zstd);
}

#[test]
fn what_is_wrong_in_the_middle_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.jsonl");
    let error = |text: String| {
        std::fs::write(&path, text).unwrap();
        SnapshotFile::open(&path, true).err().unwrap().to_string()
    };
    let mut lines = LINES.map(str::to_owned);
    lines[2].truncate(20);
    let text = error(lines[..5].join("\n"));
    assert!(text.contains("s.jsonl:3: "), "{text}");
    lines[2] = LINES[1].to_owned();
    let text = error(lines[..4].join("\n"));
    assert!(text.contains("s.jsonl:3: ") && text.contains("twice"), "{text}");
    lines[2] = LINES[8].to_owned();
    let text = error(lines[..3].join("\n"));
    assert!(text.contains("s.jsonl:3: `end` counts"), "{text}");
    for twice in [LINES[4], LINES[5]] {
        lines[2] = twice.to_owned();
        lines[1] = twice.to_owned();
        let text = error(lines[..3].join("\n"));
        assert!(text.contains("s.jsonl:3: ") && text.contains("twice"), "{text}");
    }
    let text = error(LINES[0].replace("\"version\":1", "\"version\":9") + "\n");
    assert!(text.contains("version 9"), "{text}");
    for stranger in ["hello", "hello\n", "{\"format\":\"cosmos-rbac/report\""] {
        let text = error(stranger.to_owned());
        assert!(text.contains("isn't a snapshot"), "{text}");
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "{\"format\":\"cosmos-rbac/report\""
    );
}

#[test]
fn only_a_scan_that_reads_the_same_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.jsonl");
    std::fs::write(&path, LINES[..7].join("\n") + "\n").unwrap();
    let kept = ResumeState::read(&path).unwrap().unwrap();
    assert!(kept.holds_control_plane("S") && kept.holds_control_plane("é") && !kept.holds_control_plane("t"));
    assert_eq!(
        kept.principals().iter().map(|id| id.as_str()).collect::<Vec<_>>(),
        ["p"]
    );
    let fresh = snapshot().header;
    assert_eq!(kept.continued_by(&fresh), Ok(fresh.clone()));
    for (option, change) in [("--no-control-plane", 0), ("--no-graph", 1)] {
        let mut other = fresh.clone();
        let scope = other.scope.as_mut().unwrap();
        match change {
            0 => scope.control_plane = false,
            _ => scope.graph = false,
        }
        let why = kept.continued_by(&other).unwrap_err();
        assert_eq!(
            why.to_string(),
            format!("it was started without `{option}`, and this scan runs with it")
        );
    }
}
