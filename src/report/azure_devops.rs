//! Logging commands of Azure Pipelines: issues on the policy lines ("Logging commands" of its documentation, which also
//! says what is escaped). There is no level below a warning; what is milder stays a line of the log.

use super::annotations::{self, Level};
use super::text::Screen;
use super::{Render, Spec, rows};
use crate::finding::Report;
use crate::model::Shown;
use crate::shown;
use std::io;

pub(super) const SPEC: Spec = Spec {
    name: "azure-devops",
    extension: "azure-devops.txt",
    render: Render::Text(|report, _, out| render(report, out)),
};

fn render(report: &Report, out: &mut Screen<'_>) -> io::Result<()> {
    let told = annotations::told(report);
    for (level, finding) in told.findings {
        let message = shown!("{}. {}", rows::title(finding), annotations::message(finding, report));
        let check = finding.check.id;
        let Some(kind) = kind(level) else {
            out.line(shown!("{} ({}): {}", finding.severity.title(), check, message))?;
            continue;
        };
        issue(kind, out)?;
        if let Some(at) = annotations::place(finding) {
            let file = escape(&Shown::of(&at.file));
            out.text(shown!(
                "sourcepath={};linenumber={};columnnumber={};",
                file,
                at.line,
                at.column
            ))?;
        }
        out.line(shown!("code={};]{}", check, escape(&message)))?;
    }
    match kind(told.level) {
        Some(kind) => {
            issue(kind, out)?;
            out.line(shown!("]cosmos-rbac: {}", escape(&told.verdict)))
        }
        None => out.line(shown!("cosmos-rbac: {}", told.verdict)),
    }
}

/// Begins a command. Of two pieces, because no text that is safe to show may hold one.
fn issue(kind: &'static str, out: &mut Screen<'_>) -> io::Result<()> {
    out.text("##vso[task.logissue type=")?;
    out.text(shown!("{};", kind))
}

fn kind(level: Level) -> Option<&'static str> {
    match level {
        Level::Error => Some("error"),
        Level::Warning => Some("warning"),
        Level::Notice => None,
    }
}

fn escape(text: &Shown) -> Shown {
    text.escaped(&[
        ('%', "%AZP25"),
        ('\r', "%0D"),
        ('\n', "%0A"),
        (';', "%3B"),
        (']', "%5D"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        let text = Shown::from("50%;]\r\nx");
        assert_eq!(escape(&text).as_str(), "50%AZP25%3B%5D%0D%0Ax");
    }
}
