//! `waiver-expired`: the day until which a waiver accepts something has passed.

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
    summary: "a waiver's day has passed",
    why: "A waiver accepts a finding until a day, so that somebody looks at it again. That day has passed: the finding \
          counts again.",
    fix: "Fix what the waiver accepted and remove the waiver, or have the risk accepted anew and set a later day.",
};

fn run(fate: &Fate<'_>) -> Option<Draft> {
    if !fate.is_expired {
        return None;
    }
    let still = if fate.matches {
        "what it accepted is still there"
    } else {
        "it accepts nothing"
    };
    let draft = fate.draft(&CHECK, "has expired", &shown!("has expired; {}", still));
    Some(draft.remedy(shown!(
        "fix what it accepted and delete the waiver at {}, or set a later day",
        fate.place()
    )))
}
