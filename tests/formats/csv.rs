//! CSV, read back by Python's `csv`: as many cells in every row, no cell a formula, and what was written is read.

use crate::{render, reports, tools};
use serde_json::Value;

fn is_formula(cell: &str) -> bool {
    cell.trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[test]
#[ignore = "needs the judges that tests/tools/install brings; tests/run runs it"]
fn python_reads_it() {
    for (name, report) in reports::with_many() {
        let folder = tempfile::tempdir().unwrap();
        let path = tools::file(&folder, "report.csv", &render("csv", report));
        let output = tools::python("csv_rows.py", &[&path]);
        assert!(
            output.status.success(),
            "CSV of {name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let rows: Vec<Vec<&str>> = answer["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                row.as_array()
                    .unwrap()
                    .iter()
                    .map(|cell| cell.as_str().unwrap())
                    .collect()
            })
            .collect();
        // The headings, the verdict, and what was not checked.
        let others = 2 + report.not_checked.len();
        assert_eq!(rows.len(), report.findings.len() + others, "{name}");
        let column = |title: &str| rows[0].iter().position(|cell| *cell == title).unwrap();
        let (fingerprint, check, state) = (column("fingerprint"), column("check"), column("state"));
        for (row, finding) in rows[1..].iter().zip(&report.findings) {
            assert_eq!(row.len(), rows[0].len(), "{name}");
            assert_eq!(row[fingerprint], finding.fingerprint());
            assert_eq!((row[check], row[state]), (finding.check.id, finding.state.word()));
            for cell in row {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']),
                    "{name}: {cell}"
                );
                assert!(!cell.contains(['\n', '\r']), "{name}: {cell}");
            }
        }
        for cell in answer["loose"].as_array().unwrap() {
            assert!(!is_formula(cell.as_str().unwrap()), "{name}: {cell}");
        }
    }
}
