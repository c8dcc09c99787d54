//! `waiver-unused`: a waiver accepts nothing.

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
    summary: "a waiver accepts nothing",
    why: "No finding matches the waiver: what it accepted is fixed, or the waiver is misspelt. Left in place it would \
          silently accept the same thing when it comes back.",
    fix: "Remove the waiver, or correct its account, principal or scope.",
};

fn run(fate: &Fate<'_>) -> Option<Draft> {
    if fate.is_expired || fate.matches {
        return None;
    }
    let draft = fate.draft(&CHECK, "matches no finding", &shown!("matches no finding"));
    let draft = draft.remedy(shown!(
        "delete the waiver at {}, or correct what it matches",
        fate.place()
    ));
    Some(if fate.all_read {
        draft
    } else {
        draft
            .confidence(Confidence::Possible)
            .depends_on("what could not be read may hold what it accepts")
    })
}
