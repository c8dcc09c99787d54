//! NDJSON: the findings of the JSON report, one a line, for whatever reads a file line by line. Without findings it is
//! empty.

use super::{Render, Spec, json, stream};
use crate::finding::Report;
use std::io::{self, Write};

pub(super) const SPEC: Spec = Spec {
    name: "ndjson",
    extension: "ndjson",
    render: Render::Data(render),
};

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let findings = report.findings.iter();
    stream::json_lines(findings.map(|finding| json::Finding::of(finding, report)), out)
}
