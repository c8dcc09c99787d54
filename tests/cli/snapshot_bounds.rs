//! Snapshots that are larger inside than out, cut off in a compressed block, or another kind of file: an error that says
//! where and what to do, in bounded memory.

use crate::support::{Bench, Outcome};
use std::io::Write;

const HEADER: &str = r#"{"format":"cosmos-rbac/snapshot","version":1,"taken_at":"2026-03-04T05:05:06Z","cloud":"public","tenant":"t","subscriptions":[]}"#;
const END: &str = r#"{"end":{"accounts":0,"gaps":0}}"#;
const MIB: usize = 1 << 20;

/// A compressed file, and whether its end is written.
fn compressed(whole: bool, write: impl FnOnce(&mut dyn Write)) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    write(&mut encoder);
    if whole {
        return encoder.finish().unwrap();
    }
    encoder.flush().unwrap();
    encoder.get_ref().clone()
}

fn filled(out: &mut dyn Write, mib: usize) {
    let block = [b'a'; MIB];
    (0..mib).for_each(|_| out.write_all(&block).unwrap());
}

/// Audits with less memory than the file would take. Thread stacks and the program itself count.
fn audit_in_little_memory(content: &[u8]) -> Outcome {
    let bench = Bench::offline();
    bench.write("s.jsonl", content);
    bench
        .command(&["audit", "--snapshot=s.jsonl", "--allow-incomplete"])
        .env("RAYON_NUM_THREADS", "2")
        .through(r#"ulimit -v 450000; exec "$0" "$@""#)
        .run()
}

#[test]
fn a_line_is_read_up_to_a_bound() {
    let line = |out: &mut dyn Write| {
        writeln!(out, "{HEADER}").unwrap();
        out.write_all(br#"{"gap":{"what":""#).unwrap();
        filled(out, 600);
    };
    audit_in_little_memory(&compressed(true, line)).fails_saying(&["s.jsonl:2: ", "longer than the limit of 64 MiB"]);
    let plain = [HEADER.as_bytes(), b"\n", &vec![b'a'; 65 * MIB]].concat();
    audit_in_little_memory(&plain).fails_saying(&["s.jsonl:2: ", "longer than the limit of 64 MiB"]);
    // What is cut off within such a line is too long all the same.
    audit_in_little_memory(&compressed(false, line)).fails_saying(&["s.jsonl:2: ", "longer than the limit of 64 MiB"]);
}

#[test]
fn the_first_line_is_read_up_to_a_lower_bound() {
    let first = compressed(true, |out| filled(out, 600));
    audit_in_little_memory(&first).fails_saying(&["s.jsonl:1: ", "isn't a snapshot"]);
    audit_in_little_memory(&vec![b' '; 2 * MIB]).fails_saying(&["s.jsonl:1: ", "isn't a snapshot"]);
    let header = HEADER.replace(r#""t""#, &format!("\"{}\"", "t".repeat(2 * MIB)));
    audit_in_little_memory(header.as_bytes()).fails_saying(&["s.jsonl:1: ", "longer than 1 MiB"]);
}

#[test]
fn many_long_lines_are_not_held_at_once() {
    // Blanks around an object are JSON; the account is missing, and that is told of the first.
    let lines = compressed(true, |out| {
        writeln!(out, "{HEADER}").unwrap();
        for _ in 0..20 {
            filled(out, 60);
            writeln!(out).unwrap();
        }
    });
    audit_in_little_memory(&lines).fails_saying(&["s.jsonl:2: "]);
}

#[test]
fn gaps_are_read_up_to_a_bound() {
    let gap = r#"{"gap":{"what":"databaseAccounts","status":403,"code":"c","message":"m"}}"#;
    let gaps = compressed(true, |out| {
        writeln!(out, "{HEADER}").unwrap();
        (0..200_000).for_each(|_| writeln!(out, "{gap}").unwrap());
    });
    audit_in_little_memory(&gaps).fails_saying(&["s.jsonl:50002: ", "more than 50000 gaps"]);
    // Those of a control plane count as well.
    let gap = r#"{"what":"roleAssignments","code":"c","message":"m"}"#;
    let plane = format!(
        r#"{{"control_plane":{{"subscription":"s","role_assignments":[],"role_definitions":[],"deny_assignments":[],"eligible":[],"gaps":[{}]}}}}"#,
        vec![gap; 60_000].join(",")
    );
    audit_in_little_memory(format!("{HEADER}\n{plane}\n").as_bytes())
        .fails_saying(&["s.jsonl:2: ", "more than 51000 gaps"]);
}

/// As a scan that was killed leaves it: blocks are whole, the end of the frame is missing.
#[test]
fn a_compressed_file_that_was_cut_off_between_lines_is_incomplete() {
    let cut = compressed(false, |out| writeln!(out, "{HEADER}").unwrap());
    let bench = Bench::offline();
    bench.write("s.jsonl.zst", &cut);
    let outcome = bench.run(&["audit", "--snapshot=s.jsonl.zst", "-f=json"]).exits(3);
    let report = outcome.report();
    assert_eq!(report.verdict(), "incomplete");
    let [finding] = report.of("collection-incomplete")[..] else {
        panic!("{outcome}")
    };
    assert_eq!(finding["title"], "The scan was interrupted", "{finding}");
    // Nobody knows whether what was read is what was written, although the end is there.
    let unchecked = compressed(false, |out| write!(out, "{HEADER}\n{END}\n").unwrap());
    bench.write("s.jsonl.zst", &unchecked);
    bench.run(&["audit", "--snapshot=s.jsonl.zst"]).exits(3);
    let whole = compressed(true, |out| write!(out, "{HEADER}\n{END}\n").unwrap());
    bench.write("s.jsonl.zst", &whole);
    bench.run(&["audit", "--snapshot=s.jsonl.zst"]).exits(4);
}

/// As `pzstd` writes it: a frame that decoders skip is before each of the others.
#[test]
fn a_compressed_file_can_have_several_frames() {
    let skipped = |number: u8| [&[number, 0x2a, 0x4d, 0x18, 4, 0, 0, 0], &b"size"[..]].concat();
    let frame = |text: &str| compressed(true, |out| write!(out, "{text}").unwrap());
    let (start, end) = END.split_at(5);
    let first = [skipped(0x50), frame(&format!("{HEADER}\n"))].concat();
    let middle = [skipped(0x5f), skipped(0x57), frame(start)].concat();
    let last = [frame(&format!("{end}\n")), skipped(0x50)].concat();
    let bench = Bench::offline();
    for (content, exit) in [
        ([&first[..], &middle, &last].concat(), 4),
        ([&first[..], &middle].concat(), 2),
        (first.clone(), 3),
        (first[..14].to_vec(), 2),
        (skipped(0x50), 2),
    ] {
        bench.write("s.jsonl.zst", &content);
        bench.run(&["audit", "--snapshot=s.jsonl.zst"]).exits(exit);
    }
}

#[test]
fn a_compressed_file_that_was_cut_off_in_a_line_is_refused() {
    let cut = compressed(false, |out| {
        write!(out, "{HEADER}\n{{\"account\":{{\"id\":\"ü").unwrap()
    });
    let bench = Bench::offline();
    for (content, line) in [(&cut[..], 2), (&cut[..5], 1)] {
        bench.write("s.jsonl", content);
        let outcome = bench.run(&["audit", "--snapshot=s.jsonl", "--allow-incomplete"]);
        outcome.fails_saying(&[
            &format!("s.jsonl:{line}: "),
            "cut off",
            "resume it with `scan --resume`",
        ]);
    }
}

#[test]
fn a_compressed_file_that_is_not_whole_is_never_complete() {
    let bench = Bench::contoso();
    let written = bench
        .signed_in(&["scan", "--all-subscriptions", "-o", "s.jsonl.zst"])
        .run();
    assert_eq!(written.code, 3, "{written}");
    let whole = std::fs::read(bench.path("s.jsonl.zst")).unwrap();
    for cut in (1..20).map(|part| whole.len() * part / 20).chain([whole.len() - 1]) {
        bench.write("cut.jsonl.zst", &whole[..cut]);
        let outcome = bench.run(&["list", "accounts", "--snapshot", "cut.jsonl.zst"]);
        match outcome.code {
            2 => outcome.fails_saying(&["cut.jsonl.zst:", "cut off"]),
            _ => outcome.exits(3).says(&["warning: the scan was interrupted"]),
        };
    }
    // Garbage within the file, too.
    let mut bent = whole.clone();
    let middle = bent.len() / 2;
    bent[middle..middle + 40].fill(0x55);
    bench.write("bent.jsonl.zst", &bent);
    bench
        .run(&["audit", "--snapshot", "bent.jsonl.zst"])
        .fails_saying(&["bent.jsonl.zst"]);
    // Compression is told by the content.
    bench.write("plain-name.jsonl", &whole);
    bench
        .run(&["list", "accounts", "--snapshot", "plain-name.jsonl"])
        .exits(3);
}

/// What is damaged cannot be resumed.
#[test]
fn a_compressed_file_that_is_damaged_is_refused() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    write!(encoder, "{HEADER}\n{END}\n").unwrap();
    let whole = encoder.finish().unwrap();
    let mut other_checksum = whole.clone();
    *other_checksum.last_mut().unwrap() ^= 1;
    let rubbish_behind = [&whole[..], b"rubbish"].concat();
    let mut bent = whole.clone();
    bent[5..12].fill(0xff);
    for damaged in [other_checksum, rubbish_behind, bent] {
        let bench = Bench::offline();
        bench.write("s.jsonl.zst", &damaged);
        let outcome = bench.run(&["audit", "--snapshot=s.jsonl.zst", "--allow-incomplete"]);
        let outcome = outcome.fails_saying(&["s.jsonl.zst:", "damaged", "take a new snapshot"]);
        assert!(!outcome.stderr.contains("--resume"), "{outcome}");
    }
}

/// The decoder would take as much memory as the file asks for.
#[test]
fn a_compressed_file_that_needs_much_memory_is_refused() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(27).unwrap();
    encoder.long_distance_matching(true).unwrap();
    write!(encoder, "{HEADER}\n{END}\n").unwrap();
    audit_in_little_memory(&encoder.finish().unwrap()).fails_saying(&["s.jsonl:1: ", "more than 32 MiB"]);
}

#[test]
fn other_kinds_of_files_are_named_with_what_to_do() {
    let whole = format!("{HEADER}\n{END}\n");
    for (content, said) in [
        (Vec::new(), "the file is empty"),
        ([b"\xef\xbb\xbf", whole.as_bytes()].concat(), "byte order mark"),
        (b"\x1f\x8b\x08\x00rest".to_vec(), "gunzip"),
        (b"PK\x03\x04rest".to_vec(), "ZIP archive"),
        (b"\xfd7zXZ\x00".to_vec(), "xz"),
        (b"\xff\xfe{\x00".to_vec(), "UTF-16"),
        (b"\x28\xb5".to_vec(), "cut off"),
    ] {
        let bench = Bench::offline();
        bench.write("s.jsonl", &content);
        bench
            .run(&["audit", "--snapshot=s.jsonl"])
            .fails_saying(&["s.jsonl:1: ", said]);
        bench
            .command(&["audit", "--snapshot=-"])
            .input(content)
            .run()
            .fails_saying(&["-:1: ", said]);
    }
}

#[test]
fn a_header_with_other_types_is_named_in_words_of_json() {
    for (from, to, said) in [
        (
            r#""version":1"#,
            r#""version":"1""#,
            r#"`version` is `"1"`, expected the number 1"#,
        ),
        (r#""version":1"#, r#""version":null"#, "`version` is missing"),
        (r#""version":1,"#, "", "`version` is missing"),
        (r#""version":1"#, r#""version":1.5"#, "unsupported snapshot version 1.5"),
        (
            "2026-03-04T05:05:06Z",
            "yesterday",
            "expected a time such as `2026-11-02T08:00:00Z`",
        ),
        (
            "2026-03-04T05:05:06Z",
            "2026-02-30T05:05:06Z",
            "expected a time such as",
        ),
        (
            r#""2026-03-04T05:05:06Z""#,
            "1772600706",
            "`taken_at` is `1772600706`, expected a time",
        ),
        (r#""taken_at":"2026-03-04T05:05:06Z","#, "", "missing field `taken_at`"),
    ] {
        let bench = Bench::offline();
        bench.write("s.jsonl", format!("{}\n{END}\n", HEADER.replace(from, to)));
        let outcome = bench.run(&["audit", "--snapshot=s.jsonl"]);
        outcome.fails_saying(&["s.jsonl:1: ", said]);
    }
}

#[test]
fn an_account_is_not_deleted_and_read_nor_deleted_twice() {
    let gone = |id: &str| {
        format!(
            r#"{{"gone":{{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/{id}"}}}}"#
        )
    };
    let bench = Bench::offline();
    bench.write("s.jsonl", [HEADER, &gone("a"), &gone("b"), &gone("A")].join("\n"));
    let outcome = bench.run(&["audit", "--snapshot=s.jsonl"]);
    outcome.fails_saying(&["s.jsonl:4: ", "already appears on line 2"]);
}
