//! What every format says of filters (`--only`): how much they leave out.

use super::text::{count, in_brackets, thousands};
use crate::finding::Report;
use crate::model::Shown;
use crate::shown;

/// What filters leave out: `Shown: 12 of 49 findings (--only account=cosmos-*). 37 findings aren't shown (1 Critical, 36 Low).`
pub(super) fn text(report: &Report) -> Option<Shown> {
    let filtered = report.filtered.as_ref()?;
    let only = filtered.only.iter().map(|one| shown!("--only {}", Shown::of(one)));
    let hidden = filtered.findings.saturating_sub(report.summary.findings);
    let mut text = shown!(
        "Shown: {} of {} ({}).",
        thousands(report.summary.findings),
        count(filtered.findings, "finding", "findings"),
        Shown::join(only, " ")
    );
    if hidden > 0 {
        let verb = if hidden == 1 { "isn't" } else { "aren't" };
        let of_each = in_brackets(filtered.hidden.iter());
        text.push(shown!(
            " {} {} shown{}.",
            count(hidden, "finding", "findings"),
            verb,
            of_each
        ));
    }
    Some(text)
}

/// `12 accounts`; where filters leave some, `3 of 12 accounts`.
pub(super) fn accounts(report: &Report) -> Shown {
    let number = report.number_of_accounts();
    match &report.filtered {
        Some(filtered) if filtered.accounts != number => {
            shown!(
                "{} of {}",
                thousands(number),
                count(filtered.accounts, "account", "accounts")
            )
        }
        _ => count(report.snapshot.accounts, "account", "accounts"),
    }
}
