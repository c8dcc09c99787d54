//! Logging commands of Azure Pipelines: issues on the policy lines ("Logging commands" of its documentation, which also
//! says what is escaped). There is no level below a warning; what is milder stays a line of the log.

use super::Spec;
use super::annotations::{self, Level};
use crate::finding::Report;
use std::io::{self, Write};

pub(super) const SPEC: Spec = Spec {
    name: "azure-devops",
    extension: "azure-devops.txt",
    render: |report, _, out| render(report, out),
};

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for (level, finding) in annotations::shown(report) {
        let message = annotations::message(finding);
        let Some(kind) = kind(level) else {
            writeln!(out, "{} ({}): {message}", finding.severity.word(), finding.check)?;
            continue;
        };
        write!(out, "##vso[task.logissue type={kind};")?;
        if let Some(at) = &finding.policy {
            let (line, column) = (at.line, at.column);
            let file = escape(&at.file);
            write!(out, "sourcepath={file};linenumber={line};columnnumber={column};")?;
        }
        writeln!(out, "code={};]{}", escape(finding.check.id()), escape(&message))?;
    }
    let (level, text) = annotations::summary(report);
    match kind(level) {
        Some(kind) => writeln!(out, "##vso[task.logissue type={kind};]cosmos-rbac: {}", escape(&text)),
        None => writeln!(out, "cosmos-rbac: {text}"),
    }
}

fn kind(level: Level) -> Option<&'static str> {
    match level {
        Level::Error => Some("error"),
        Level::Warning => Some("warning"),
        Level::Notice => None,
    }
}

fn escape(text: &str) -> String {
    // The percent sign first: the others bring it in.
    [
        ("%", "%AZP25"),
        ("\r", "%0D"),
        ("\n", "%0A"),
        (";", "%3B"),
        ("]", "%5D"),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (what, escaped)| text.replace(what, escaped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(escape("50%;]\r\nx"), "50%AZP25%3B%5D%0D%0Ax");
    }
}
