//! `waiver-expired`: a waiver has expired.

use crate::checks::draft::Draft;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::waivers::Fate;
use crate::finding::{About, Check, Group, Severity};
use crate::shown;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Waiver(run),
    origin: Origin::Policy,
};

static CHECK: Check = Check {
    id: "waiver-expired",
    group: Group::Drift,
    severity: Severity::Medium,
    about: About::Waiver,
    needs: &[],
    summary: "A waiver has expired",
    why: "A waiver accepts a finding until its expiry date. After that date, the finding counts again.",
    fix: "Resolve the underlying finding and remove the waiver, or renew the risk acceptance and extend `expires`.",
};

fn run(fate: &Fate<'_>) -> Option<Draft> {
    if !fate.is_expired {
        return None;
    }
    let still = if fate.matches {
        "What it accepted still exists."
    } else {
        "It matches no finding."
    };
    let draft = fate.draft(
        &CHECK,
        "has expired",
        &shown!("expired on {}. {}", fate.expires(), still),
    );
    Some(draft.remedy(shown!(
        "Resolve the underlying finding and remove the waiver ({}), or extend `expires`.",
        fate.place()
    )))
}
