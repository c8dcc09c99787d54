//! The comparison as one page that opens from disk, in the style of the report's. It has no script. Everything that comes from
//! the tenant is [`Shown`], and the template escapes it.

use super::lines::{self, Block, Sign};
use super::words;
use crate::diff::Difference;
use crate::model::Shown;
use crate::report::html::{PLAIN_STYLE, hash};
use askama::Template;
use std::io::{self, Write};

#[derive(Template)]
#[template(path = "comparison.html")]
struct Page {
    style: &'static str,
    style_hash: String,
    tenant: Shown,
    facts: Vec<Shown>,
    sentence: Shown,
    sections: Vec<Section>,
    not_compared: Vec<Shown>,
}

/// What differs in some accounts.
struct Section {
    accounts: Shown,
    rows: Vec<Row>,
}

struct Row {
    change: &'static str,
    is_gained: bool,
    who: Shown,
    what: Shown,
    place: Shown,
    below: Shown,
}

pub(super) fn render(difference: &Difference, out: &mut dyn Write) -> io::Result<()> {
    let names = [&difference.scans.new, &difference.scans.old].map(|scan| scan.tenant_name.as_deref());
    let page = Page {
        style: PLAIN_STYLE,
        style_hash: hash(PLAIN_STYLE),
        tenant: names.into_iter().flatten().next().map(Shown::of).unwrap_or_default(),
        facts: words::facts(difference),
        sentence: words::sentence(difference),
        sections: lines::blocks(difference).iter().map(section).collect(),
        not_compared: words::all_not_compared(difference),
    };
    page.write_into(out)?;
    out.write_all(b"\n")
}

fn section(block: &Block<'_>) -> Section {
    let rows = block.lines.iter().map(|line| Row {
        change: match line.sign {
            Sign::Setting => "Setting",
            Sign::Gained => "Gained",
            Sign::Lost => "Lost",
        },
        is_gained: line.sign == Sign::Gained,
        who: line.who.clone(),
        what: line.what.clone(),
        place: line.place.clone(),
        below: line.below.clone(),
    });
    Section {
        accounts: words::account_names(&block.accounts),
        rows: rows.collect(),
    }
}
