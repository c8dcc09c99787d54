//! The folder of fixes: a script to review, and Bicep for what it creates or changes. Nothing here runs anything.
//!
//! `script` writes what the plan of a report does, `bicep` the role definitions and role assignments among it, one file a
//! resource group; `comment` keeps names of the tenant inside comments.

mod bicep;
mod comment;
mod script;

use super::text::Screen;
use crate::finding::{Plan, Report};
use std::io;

/// The script.
const SCRIPT: &str = "fix.sh";

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
            text: text(|out| template.write(report, out))?,
        });
    }
    files.push(FixFile {
        path: SCRIPT.to_owned(),
        text: text(|out| script::write(report, plan, &templates, out))?,
    });
    Ok(files)
}

/// How every script begins.
const SCRIPT_BEGINNING: &str = "#!/bin/sh\n# Commands that fix findings of `cosmos-rbac audit`";

/// Whether a file begins as those do that an earlier run wrote: the script, or a template.
pub fn is_own_fix(text: &str) -> bool {
    text.starts_with(bicep::FIRST_LINE) || text.starts_with(SCRIPT_BEGINNING)
}

fn text(write: impl FnOnce(&mut Screen<'_>) -> io::Result<()>) -> io::Result<String> {
    let mut out = Vec::new();
    write(&mut Screen::new(&mut out))?;
    String::from_utf8(out).map_err(io::Error::other)
}
