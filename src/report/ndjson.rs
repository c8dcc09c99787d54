//! NDJSON: the findings of the JSON report, one a line, for whatever reads a file line by line. Without findings it is
//! empty.

use super::{Spec, json};
use crate::finding::Report;

pub(super) const SPEC: Spec = Spec {
    name: "ndjson",
    extension: "ndjson",
    render: |report, _| render(report),
};

fn render(report: &Report) -> String {
    super::lines(report.findings.iter().map(|finding| json::Finding::of(finding, report)))
}
