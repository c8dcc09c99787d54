//! What couldn't be read, said on standard error beside what could, with the command that helps.

use super::output;
use crate::checks;
use crate::collect::PlacedGap;
use crate::model::{Gap, Part, ScannedBy, Shown};
use crate::shown;
use std::collections::BTreeSet;

/// More of them say nothing that the report does not say better.
const FIRST: usize = 10;

/// Names the first gaps, each with its place, and says how many more there are. There is one for each list.
pub(super) fn say(gaps: &[PlacedGap], all: usize, scanned_by: Option<&ScannedBy>) {
    let mut said = BTreeSet::new();
    for PlacedGap {
        place,
        subscription,
        gap,
        items,
    } in gaps.iter().take(FIRST)
    {
        let fix = checks::reader_command(gap, scanned_by, subscription.as_deref().unwrap_or_default());
        let of = place.as_deref().unwrap_or("the tenant");
        if gap.is_until_deployment() {
            let of = Shown::of(place.as_deref().unwrap_or("the template"));
            let what = match gap.part() {
                Part::Account => shown!("the account {}", of),
                _ => shown!("{} of {}", gap.name(), of),
            };
            output::say(shown!(
                "warning: not known before the deployment: {}: {}",
                what,
                Shown::of(gap.message.trim())
            ));
            continue;
        }
        output::say(shown!(
            "warning: {} of {} couldn't be read ({})",
            name(gap, *items),
            Shown::of(of),
            reason(gap, *items, fix.is_some())
        ));
        // One role assignment helps everything in a subscription.
        if let Some(fix) = fix.filter(|_| said.insert(subscription)) {
            output::say(shown!("  fix: {}", fix));
        }
    }
    if all > FIRST {
        output::say(shown!("warning: {} more couldn't be read", all - FIRST));
    }
}

fn name(gap: &Gap, items: usize) -> Shown {
    let name = gap.name();
    match &gap.item {
        _ if gap.is_in_item() && items > 1 => shown!("{} items of {}", items, name),
        Some(item) => shown!("{} ({})", name, Shown::of(item)),
        None => name,
    }
}

/// Where a command helps, the status says enough.
fn reason(gap: &Gap, items: usize, is_helped: bool) -> Shown {
    let message = gap.message.trim_end().trim_end_matches('.');
    match (gap.status, message) {
        // Each item has a reason of its own.
        _ if gap.is_in_item() && items > 1 => {
            shown!("the first: {}: {}", Shown::of(&gap.code), Shown::of(message))
        }
        (Some(status), _) if is_helped => shown!("{}", status),
        (Some(status), "") => shown!("{} {}", status, Shown::of(&gap.code)),
        (Some(status), message) => shown!("{} {}: {}", status, Shown::of(&gap.code), Shown::of(message)),
        (None, "") => Shown::of(&gap.code),
        (None, message) => shown!("{}: {}", Shown::of(&gap.code), Shown::of(message)),
    }
}
