//! The HTML report: one file that opens from disk, for people who were not in the room.
//!
//! The page is `page.html`, its data and `end.html`, filled by askama. Without JavaScript it shows what [`plain`] makes; with it, the scripts build
//! the views from [`data`]. Everything that comes from the tenant or the policy becomes [`Shown`](crate::model::Shown) on its way in, is escaped
//! by the template or as JSON, and reaches the document as text. The content security policy allows this style and this
//! script by their hashes, and nothing else: no network, no markup from strings.

mod bypasses;
mod columns;
mod data;
mod findings;
mod fold;
mod intern;
mod matrix;
mod plain;
mod section;
mod slot;

use super::{Render, Spec};
use crate::finding::Report;
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
    include_str!("style/table.css"),
    include_str!("style/panel.css"),
    include_str!("style/matrix.css"),
    include_str!("style/print.css"),
);

/// One inline module: what a file declares, the files after it see.
const SCRIPT: &str = concat!(
    include_str!("script/data.js"),
    include_str!("script/dom.js"),
    include_str!("script/route.js"),
    include_str!("script/table.js"),
    include_str!("script/panel.js"),
    include_str!("script/filters.js"),
    include_str!("script/findings.js"),
    include_str!("script/finding.js"),
    include_str!("script/access.js"),
    include_str!("script/matrix.js"),
    include_str!("script/accounts.js"),
    include_str!("script/checks.js"),
    include_str!("script/print.js"),
    include_str!("script/main.js"),
);

/// The page up to its data.
#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    style: &'static str,
    style_hash: String,
    script_hash: String,
    head: plain::Head,
    plain: plain::Plain,
}

/// The page behind its data.
#[derive(Template)]
#[template(path = "end.html")]
struct End {
    script: &'static str,
}

fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let page = Page {
        style: STYLE,
        style_hash: hash(STYLE),
        script_hash: hash(SCRIPT),
        head: plain::Head::of(report),
        plain: plain::Plain::of(report),
    };
    page.write_into(out)?;
    data::embed(report, out)?;
    End { script: SCRIPT }.write_into(out)?;
    out.write_all(b"\n")
}

/// As a content security policy names an inline style or script.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}
