//! `waiver-unused`: a waiver matches no finding.

use crate::checks::draft::Draft;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::waivers::Fate;
use crate::finding::{About, Check, Confidence, Group, Severity};
use crate::shown;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Waiver(run),
    origin: Origin::Policy,
};

static CHECK: Check = Check {
    id: "waiver-unused",
    group: Group::Drift,
    severity: Severity::Low,
    about: About::Waiver,
    needs: &[],
    summary: "A waiver matches no finding",
    why: "Either the accepted finding is fixed, or the waiver has a typing error. The waiver would silently accept \
          the same finding later.",
    fix: "Remove the waiver, or correct its account, principal, role, scope or fingerprint.",
};

fn run(fate: &Fate<'_>) -> Option<Draft> {
    if fate.is_expired || fate.matches {
        return None;
    }
    let draft = fate.draft(
        &CHECK,
        "matches no finding",
        &shown!("expires on {} and matches no finding.", fate.expires()),
    );
    let draft = draft.remedy(shown!(
        "Remove the waiver ({}), or correct what it matches.",
        fate.place()
    ));
    Some(if fate.all_read {
        draft
    } else {
        draft
            .confidence(Confidence::Possible)
            .depends_on("what couldn't be read")
    })
}
