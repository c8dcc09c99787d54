//! DuckDB over exports of the sample tenant: its rows are those of `access` and `audit`, and the queries of `docs/queries.md` have the
//! answers that are shown there. `UPDATE_GOLDEN=1` writes the answers; then read what changed.

use crate::support::tools::python;
use crate::support::{Bench, assert_same, repository, sample};
use std::fs;
use std::path::Path;

/// The two nights of the page.
const NIGHTS: [(&str, &str); 2] = [("contoso.jsonl", "2026-11-02"), ("today.jsonl", "2026-11-09")];

/// The sample tenant, exported on both nights.
fn exported() -> Bench {
    let bench = sample::bench();
    for (snapshot, night) in NIGHTS {
        let (snapshot, tables) = (format!("--snapshot={snapshot}"), format!("-o=parquet=tables/{night}"));
        bench.run(&["audit", &snapshot, "-p=policy.yaml", &tables]).exits(1);
    }
    bench
}

#[test]
#[ignore = "needs the judges that tests/tools/install brings; tests/run runs it"]
fn rows_are_those_of_access_and_audit() {
    let bench = exported();
    for (snapshot, night) in NIGHTS {
        let snapshot = format!("--snapshot={snapshot}");
        let report = bench.run(&["audit", &snapshot, "-p=policy.yaml", "-f=json"]).exits(1);
        let access = bench.run(&["access", &snapshot, "-p=policy.yaml", "-f=json"]).exits(0);
        bench.write("report.json", report.stdout);
        bench.write("access.json", access.stdout);
        let tables = Path::new("tables").join(night);
        let output = python(
            &bench,
            "duckdb_rows.py",
            &[&tables, Path::new("report.json"), Path::new("access.json")],
        );
        let said = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{night}: {said}{errors}");
    }
}

#[test]
#[ignore = "needs the judges that tests/tools/install brings; tests/run runs it"]
fn answers_are_those_of_the_docs() {
    let bench = exported();
    let path = repository("docs/queries.md");
    let output = python(&bench, "duckdb_queries.py", &[&path]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let page = String::from_utf8(output.stdout).unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_same(&page, &fs::read_to_string(&path).unwrap(), "docs/queries.md");
}
