//! `docs/checks.md`, made from the table of checks.

use super::registry::CHECKS;
use std::io::{self, Write};

/// Writes the page about all checks, in Markdown.
///
/// # Errors
/// When it cannot be written.
pub fn document(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"# Checks\n\n\
         What `cosmos-rbac audit` looks for. `cosmos-rbac explain CHECK` prints the same at the terminal. Severities are \
         the defaults; a policy changes them below `checks:`.\n",
    )?;
    let mut group = None;
    for check in CHECKS.iter() {
        if group != Some(check.group) {
            write!(out, "\n## {}\n", check.group.title())?;
            group = Some(check.group);
        }
        write!(
            out,
            "\n### {}\n\n{}. Severity: **{}**.\n\n{}\n\n*How to fix:* {}\n",
            check.id,
            check.summary,
            check.severity.word(),
            check.why,
            check.fix
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_is_up_to_date() {
        let mut out = Vec::new();
        super::document(&mut out).unwrap();
        let expected = String::from_utf8(out).unwrap();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/checks.md");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path, &expected).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            page == expected,
            "docs/checks.md is stale; run `UPDATE_GOLDEN=1 cargo test --lib document`"
        );
    }
}
