//! OCSF, read by the models that Prowler writes it with.

use crate::{render, reports, tools};
use serde_json::Value;

/// What the models do not know, although OCSF has it: the cloud profile of this class, which `ocsf.py` reads with the
/// model of its own, and the caption of `compliance.status_id`.
const NOT_IN_THE_MODELS: &[&str] = &["cloud", "compliance.status"];

#[test]
#[ignore = "needs the judges that tests/tools/install brings; tests/run runs it"]
fn the_models_read_it() {
    for (name, report) in reports::with_many() {
        let folder = tempfile::tempdir().unwrap();
        let path = tools::file(&folder, "report.ocsf.jsonl", &render("ocsf", report));
        let output = tools::python("ocsf.py", &[&path]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "OCSF of {name}:\n{said}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        // One more for the audit as a whole.
        let expected = report.findings.len() + report.not_checked.len() + 1;
        assert_eq!(answer["events"], expected, "{name}");
        assert_eq!(
            answer["lost"],
            serde_json::json!(NOT_IN_THE_MODELS),
            "attributes of {name} that the models drop"
        );
    }
}

#[test]
fn waived_findings_are_suppressed() {
    let report = reports::sample();
    let text = render("ocsf", &report);
    let events = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let suppressed = events.filter(|event| event["status_id"] == 3).count();
    assert_eq!(suppressed, report.summary.waived);
}
