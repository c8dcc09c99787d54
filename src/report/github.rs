//! Workflow commands of GitHub Actions: annotations on the policy lines ("Workflow commands for GitHub Actions" of its
//! documentation; what is escaped, and how, is what its toolkit does).

use super::Spec;
use super::annotations::{self, Level};
use crate::finding::Report;
use std::io::{self, Write};

pub(super) const SPEC: Spec = Spec {
    name: "github",
    extension: "github.txt",
    render: |report, _, out| render(report, out),
};

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let shown = annotations::shown(report);
    for &(level, finding) in &shown {
        write!(out, "::{} title={}", command(level), property(finding.check.id()))?;
        if let Some(at) = &finding.policy {
            let file = property(&at.file.replace('\\', "/"));
            write!(out, ",file={file},line={},col={}", at.line, at.column)?;
        }
        writeln!(out, "::{}", data(&annotations::message(finding)))?;
    }
    let (level, text) = annotations::summary(report);
    // Ten of a level are shown of a step; the eleventh would not be.
    let free = |level: &Level| shown.iter().filter(|(other, _)| other == level).count() < annotations::SHOWN;
    match [level, Level::Notice].into_iter().find(free) {
        Some(level) => writeln!(out, "::{} title=cosmos-rbac::{}", command(level), data(&text)),
        None => writeln!(out, "cosmos-rbac: {text}"),
    }
}

fn command(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a,line=1::b%"), "a%2Cline=1%3A%3Ab%25");
    }
}
