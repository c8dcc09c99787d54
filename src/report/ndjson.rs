//! NDJSON: the findings of the JSON report, one a line, for whatever reads a file line by line. Each line says of which run it is,
//! so that many nights fit one table. The last line is the summary: also a night without findings has a line, with every column
//! of the run.

use super::{Render, Spec, json, stream};
use crate::finding::Report;
use serde::Serialize;
use std::io::{self, Write};

pub(super) const SPEC: Spec = Spec {
    name: "ndjson",
    extension: "ndjson",
    render: Render::Data(render),
};

/// The run that a line is of.
#[derive(Clone, Copy, Serialize)]
struct Run<'r> {
    run_id: &'r str,
    taken_at: &'r str,
    tenant_id: &'r str,
    tenant_name: Option<&'r str>,
}

/// A line.
#[derive(Serialize)]
struct Line<'r> {
    #[serde(flatten)]
    run: Run<'r>,
    #[serde(flatten)]
    content: Content<'r>,
}

/// What a line holds beside its run.
#[derive(Serialize)]
#[serde(untagged)]
enum Content<'r> {
    Finding(Box<json::Finding<'r>>),
    Last { summary: Box<json::Summary<'r>> },
}

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (run_id, taken_at) = (report.run_id(), report.snapshot.taken_at.to_string());
    let run = Run {
        run_id: &run_id,
        taken_at: &taken_at,
        tenant_id: &report.snapshot.tenant,
        tenant_name: report.snapshot.tenant_name.as_deref(),
    };
    let findings = report.findings.iter();
    let findings = findings.map(|finding| Content::Finding(Box::new(json::Finding::of(finding, report))));
    let last = std::iter::once_with(|| Content::Last {
        summary: Box::new(json::Summary::of(report)),
    });
    let lines = findings.chain(last).map(|content| Line { run, content });
    stream::json_lines(lines, out)
}
