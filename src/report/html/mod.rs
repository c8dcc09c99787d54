//! The HTML report: one file that opens from disk, for people who were not in the room.
//!
//! The page is `page.html`, its data and `end.html`, filled by askama. Without JavaScript it shows what [`plain`] makes; with it, the scripts build
//! the views from [`data`]. Everything that comes from the tenant or the policy becomes [`Shown`] on its way in, is escaped
//! by the template or as JSON, and reaches the document as text. The content security policy allows this style and this
//! script by their hashes, and nothing else: no network, no markup from strings.

mod accounts;
mod bypasses;
mod causes;
mod columns;
mod coverage;
mod data;
mod findings;
mod fix_first;
mod fold;
mod head;
mod intern;
mod matrix;
mod plain;
mod section;
mod sentence;
mod slot;
mod streamed;

use super::{Render, Spec};
use crate::finding::Report;
use crate::model::Shown;
use crate::shown;
use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

pub(super) const SPEC: Spec = Spec {
    name: "html",
    extension: "html",
    render: Render::Data(render),
};

/// In the order of the cascade.
const STYLE: &str = concat!(
    include_str!("style/tokens.css"),
    include_str!("style/page.css"),
    include_str!("style/list.css"),
    include_str!("style/panel.css"),
    include_str!("style/table.css"),
    include_str!("style/narrow.css"),
    include_str!("style/print.css"),
);

/// The style of pages without a script.
pub(super) const PLAIN_STYLE: &str = concat!(
    include_str!("style/tokens.css"),
    include_str!("style/page.css"),
    include_str!("style/table.css"),
    include_str!("style/narrow.css"),
    include_str!("style/comparison.css"),
    include_str!("style/print.css"),
);

/// One inline module: what a file declares, the files after it see.
const SCRIPT: &str = concat!(
    include_str!("script/data.js"),
    include_str!("script/finding_data.js"),
    include_str!("script/dom.js"),
    include_str!("script/route.js"),
    include_str!("script/blocks.js"),
    include_str!("script/unread.js"),
    include_str!("script/panel.js"),
    include_str!("script/filter.js"),
    include_str!("script/group.js"),
    include_str!("script/tools.js"),
    include_str!("script/findings.js"),
    include_str!("script/proof.js"),
    include_str!("script/finding.js"),
    include_str!("script/reach.js"),
    include_str!("script/paths.js"),
    include_str!("script/answer.js"),
    include_str!("script/access.js"),
    include_str!("script/accounts.js"),
    include_str!("script/checks.js"),
    include_str!("script/print.js"),
    include_str!("script/main.js"),
);

/// The page up to its data.
#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    style: String,
    style_hash: String,
    script_hash: String,
    head: head::Head,
    plain: plain::Plain,
    tenant: Shown,
    scanned_by: Shown,
}

/// The page behind its data.
#[derive(Template)]
#[template(path = "end.html")]
struct End {
    script: &'static str,
}

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    // A page without it would look as if nobody could do anything.
    if report.accounts.iter().any(|account| account.access.is_none()) {
        return Err(io::Error::other(
            "the report was made without who can do what in each account",
        ));
    }
    let head = head::Head::of(report);
    let style = format!("{STYLE}{}", running_foot(&head.running_foot()));
    let scanned_by = report.snapshot.scanned_by.as_ref();
    let page = Page {
        style_hash: hash(&style),
        style,
        script_hash: hash(SCRIPT),
        head,
        plain: plain::Plain::of(report),
        tenant: Shown::of(&report.snapshot.tenant),
        scanned_by: scanned_by
            .map(|who| shown!("Scanned by {}. ", who.shown()))
            .unwrap_or_default(),
    };
    page.write_into(out)?;
    data::embed(report, out)?;
    End { script: SCRIPT }.write_into(out)?;
    out.write_all(b"\n")
}

/// As a content security policy names an inline style or script.
pub(super) fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// What stands at the foot of each printed page. Everything but letters, digits and spaces is escaped, so that no name can
/// end the string, the rule or the element.
fn running_foot(text: &Shown) -> String {
    let escaped: String = (text.as_str().chars())
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() || c == ' ' => c.to_string(),
            c => format!("\\{:x} ", u32::from(c)),
        })
        .collect();
    format!("@page{{@bottom-left{{content:\"{escaped}\";font:8pt sans-serif;color:#555}}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_the_string_that_is_printed() {
        let rule = running_foot(&Shown::of("</style>\"; } * { x: y \\"));
        assert_eq!(rule.matches('"').count(), 2);
        assert!(!rule.contains('<') && !rule.contains("; }"), "{rule}");
    }
}
