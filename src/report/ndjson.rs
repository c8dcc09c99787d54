//! NDJSON: the findings of the JSON report, one a line, for whatever reads a file line by line. The last line is the
//! summary, so that a file without findings says what was found, and what was not checked.

use super::{Render, Spec, json, stream};
use crate::finding::Report;
use serde::Serialize;
use std::io::{self, Write};

pub(super) const SPEC: Spec = Spec {
    name: "ndjson",
    extension: "ndjson",
    render: Render::Data(render),
};

/// A line.
#[derive(Serialize)]
#[serde(untagged)]
enum Line<'r> {
    Finding(Box<json::Finding<'r>>),
    Last { summary: json::Summary<'r> },
}

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let findings = report.findings.iter();
    let findings = findings.map(|finding| Line::Finding(Box::new(json::Finding::of(finding, report))));
    let last = std::iter::once_with(|| Line::Last {
        summary: json::Summary::of(report),
    });
    stream::json_lines(findings.chain(last), out)
}
