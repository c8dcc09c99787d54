//! The formats of the report, judged by those who read them: published schemas and the readers' own validators, on
//! ordinary, empty, incomplete, hostile and large reports (`reports`). And they agree with each other (`agreement`). The same
//! goes for recipes and workflows (`recipes`).
//!
//! What needs a judge that is not a crate is ignored; `tests/run` installs the judges and runs it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod accounts;
mod agreement;
mod csv;
mod json;
mod junit;
mod logs;
mod ocsf;
mod recipes;
mod reports;
mod sarif;
mod summary;
mod table;
mod tools;

use cosmos_rbac::finding::Report;
use cosmos_rbac::report::{Format, Style};

/// The format of this name.
fn format(name: &str) -> Format {
    let mut all = Format::ALL.iter().copied();
    all.find(|format| format.name() == name).unwrap()
}

/// What a file of the format holds.
fn render(name: &str, report: &Report) -> String {
    text(format(name), report)
}

fn text(format: Format, report: &Report) -> String {
    let mut out = Vec::new();
    format.render(report, Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn lines_end_and_bytes_stay() {
    for (name, report) in reports::all() {
        for format in Format::ALL {
            let rendered = text(*format, &report);
            let about = format!("{} of {name}", format.name());
            assert!(
                rendered.is_empty() || rendered.ends_with('\n'),
                "{about} ends in the middle of a line"
            );
            assert!(!rendered.ends_with("\n\n"), "{about} ends with an empty line");
            assert!(rendered == text(*format, &report), "{about} changes");
        }
    }
}
