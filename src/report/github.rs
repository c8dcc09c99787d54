//! Workflow commands of GitHub Actions: annotations on the policy lines ("Workflow commands for GitHub Actions" of its
//! documentation; what is escaped, and how, is what its toolkit does).

use super::annotations::{self, Level};
use super::text::Screen;
use super::{Render, Spec, rows};
use crate::finding::Report;
use crate::model::Shown;
use crate::shown;
use std::io;

pub(super) const SPEC: Spec = Spec {
    name: "github",
    extension: "github.txt",
    render: Render::Text(|report, _, out| render(report, out)),
};

fn render(report: &Report, out: &mut Screen<'_>) -> io::Result<()> {
    let told = annotations::told(report);
    for (level, finding) in told.findings {
        let title = property(&rows::title(finding));
        out.text(shown!("::{} title={}", command(level), title))?;
        if let Some(at) = annotations::place(finding) {
            let file = property(&Shown::of(&at.file.replace('\\', "/")));
            out.text(shown!(",file={},line={},col={}", file, at.line, at.column))?;
        }
        out.line(shown!("::{}", data(&annotations::message(finding, report))))?;
    }
    out.line(shown!(
        "::{} title=cosmos-rbac::{}",
        command(told.level),
        data(&told.verdict)
    ))
}

fn command(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    }
}

fn data(text: &Shown) -> Shown {
    text.escaped(&[('%', "%25"), ('\r', "%0D"), ('\n', "%0A")])
}

fn property(text: &Shown) -> Shown {
    data(text).escaped(&[(':', "%3A"), (',', "%2C")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        let data_of = |text: &'static str| data(&text.into()).to_string();
        assert_eq!(data_of("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        let property_of = |text: &'static str| property(&text.into()).to_string();
        assert_eq!(property_of("a,line=1::b%"), "a%2Cline=1%3A%3Ab%25");
    }
}
