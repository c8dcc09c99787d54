//! The folder of fixes: a script to review, and Bicep for what it creates or changes. Nothing here runs anything.
//!
//! `script` writes what the plan of a report does, `bicep` the role definitions and role assignments among it, one file a
//! resource group; `comment` keeps names of the tenant inside comments, and `guard` ends the script until its reader has read it.

mod bicep;
mod comment;
mod guard;
mod script;

use super::text::Screen;
use crate::finding::digest::Digest;
use crate::finding::{Plan, Report};
use std::io;

/// The script, in the folder.
pub const FIX_SCRIPT: &str = "fix.sh";

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixFile {
    /// Where it is in the folder, with `/` between names.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// The files of the folder of fixes, the script last: whoever finds it finds all of them.
///
/// # Errors
/// When a file cannot be put together.
pub fn fix_files(report: &Report) -> io::Result<Vec<FixFile>> {
    let nothing = Plan::default();
    let plan = report.plan.as_deref().unwrap_or(&nothing);
    let templates = bicep::templates(plan);
    let mut files = Vec::new();
    for template in &templates {
        files.push(FixFile {
            path: template.path.clone(),
            text: sealed(text(|out| template.write(report, out))?, "//"),
        });
    }
    files.push(FixFile {
        path: FIX_SCRIPT.to_owned(),
        text: sealed(text(|out| script::write(report, plan, &templates, out))?, "#"),
    });
    Ok(files)
}

/// How every script begins.
const SCRIPT_BEGINNING: &str = "#!/bin/sh\n# Commands that fix findings of `cosmos-rbac audit`";

/// What the last line of a file begins with, behind the mark of a comment: the hash of all lines before.
const SEAL: &str = " Checksum: ";

/// Whose a file in the folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixFileState {
    /// An earlier run wrote it, and it is as it was written.
    Unchanged,
    /// An earlier run wrote it, and somebody has edited it.
    Edited,
    /// No run wrote it.
    Foreign,
}

/// Whose a file is, by what is in it.
pub fn fix_file_state(text: &str) -> FixFileState {
    let mark = match () {
        () if text.starts_with(bicep::FIRST_LINE) => "//",
        () if text.starts_with(SCRIPT_BEGINNING) => "#",
        () => return FixFileState::Foreign,
    };
    let (body, last) = text
        .strip_suffix('\n')
        .and_then(|text| text.rsplit_once('\n'))
        .unwrap_or_default();
    match last == seal(&format!("{body}\n"), mark) {
        true => FixFileState::Unchanged,
        false => FixFileState::Edited,
    }
}

/// The text with a last line that tells whether it was edited.
fn sealed(mut text: String, mark: &str) -> String {
    let seal = seal(&text, mark);
    text.push_str(&seal);
    text.push('\n');
    text
}

/// That line. Whoever runs the script deletes its guards, and nothing else.
fn seal(text: &str, mark: &str) -> String {
    let mut hash = Digest::new("fix file", 1);
    text.lines()
        .filter(|line| !guard::is_guard(line))
        .for_each(|line| hash.field(line));
    format!("{mark}{SEAL}{}", hash.finish())
}

fn text(write: impl FnOnce(&mut Screen<'_>) -> io::Result<()>) -> io::Result<String> {
    let mut out = Vec::new();
    write(&mut Screen::new(&mut out))?;
    String::from_utf8(out).map_err(io::Error::other)
}
