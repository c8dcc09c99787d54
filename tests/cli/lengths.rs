//! What is said about a snapshot stays readable, whatever is in it.

use crate::support::Bench;
use crate::support::lines::{account, changed, snapshot};
use serde_json::json;

/// The middle of what is quoted is left out.
#[test]
fn a_message_does_not_repeat_a_line_of_millions_of_characters() {
    let bench = Bench::offline();
    let whole = snapshot(&[account("one", &[], &[])], None);
    let long = "é".repeat(200_000);
    bench.write(
        "s.jsonl",
        changed(&whole, |lines| lines[1]["account"]["id"] = long.as_str().into()),
    );
    let run = bench.run(&["list", "accounts", "--snapshot=s.jsonl"]).exits(2);
    assert!(
        run.stderr.contains("s.jsonl:2: ") && run.stderr.contains('…'),
        "{}",
        &run.stderr[..100]
    );
    assert!(run.stderr.chars().count() < 1500, "{}", run.stderr.chars().count());
}

#[test]
fn an_annotation_tells_the_first_reasons_and_how_many_more_there_are() {
    let bench = Bench::offline();
    let accounts: Vec<_> = (0..300)
        .map(|number| account(&format!("a{number}"), &[], &[]))
        .collect();
    let gapped = changed(&snapshot(&accounts, None), |lines| {
        for (number, line) in lines
            .iter_mut()
            .enumerate()
            .filter(|(_, line)| line.get("account").is_some())
        {
            line["role_assignments"] = json!(null);
            line["gaps"] = json!([{"what": "sqlRoleAssignments", "status": 400 + number, "code": "Odd", "message": format!("odd {number}")}]);
        }
        lines.last_mut().unwrap()["end"]["gaps"] = json!(accounts.len());
    });
    bench.write("s.jsonl", gapped);
    for format in ["github", "azure-devops"] {
        let run = bench.run(&["audit", "--snapshot=s.jsonl", "-f", format]).exits(3);
        let longest = run.stdout.lines().map(str::len).max().unwrap_or_default();
        assert!(
            run.stdout.contains(" more.") && longest < 8_000,
            "{format}: {longest} bytes"
        );
    }
}
