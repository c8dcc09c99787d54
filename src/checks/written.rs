//! Findings about what a template deploys: each is shown at the template's line, and is possible only where the template
//! doesn't say all.

use crate::finding::{Confidence, Finding, Place, Report, Subject};
use crate::model::{Gap, Shown, SourceRef};
use crate::shown;
use crate::snapshot::{Origin, Origins};
use std::collections::BTreeSet;

/// The field that a check is about.
const FIELDS: [(&str, &str); 14] = [
    ("local-auth-enabled", Gap::LOCAL_AUTH),
    ("key-metadata-writes", Gap::KEY_METADATA_WRITES),
    ("no-authentication", Gap::AUTHENTICATION_METHOD),
    ("excess-access", "principalId"),
    ("denied-access", "principalId"),
    ("account-scope-write", "scope"),
    ("dangling-role", "roleDefinitionId"),
    ("dangling-scope", "scope"),
    ("malformed-scope", "scope"),
    ("scope-not-assignable", "scope"),
    ("wildcard-action", "permissions"),
    ("unknown-action", "permissions"),
    ("not-data-actions", "permissions"),
    ("role-drift", "permissions"),
];

/// Shows findings where the template says what is wrong.
pub(super) fn at_template(findings: &mut Vec<Finding>, origins: &Origins) {
    // What could be any role is no role that somebody wrote.
    let is_made_up = |finding: &Finding| {
        matches!(&finding.subject, Subject::Role { id: Some(id), .. } if origins.get(id).is_some_and(|own| own.at.is_none()))
    };
    findings.retain(|finding| !is_made_up(finding));
    for finding in findings {
        let account = finding.account().map(|id| id.as_str());
        let subject = finding.subject.id().or(account);
        let own = subject.and_then(|id| origins.get(id));
        let origin = own.or_else(|| origins.get(account?));
        let Some(origin) = origin else { continue };
        let check = finding.check.id;
        let field = FIELDS.iter().find(|(id, _)| *id == check).map(|(_, field)| *field);
        if let Some(at) = at(origin, field) {
            finding.place = Some(Place::Template(at.clone()));
        }
        let is_about_it = !finding.is_gap() && own.is_some();
        if let Some(doubt) = origin.doubt.as_ref().filter(|_| is_about_it) {
            finding.confidence = Confidence::Possible;
            finding.message.push(shown!(" This is possible only: {}.", Shown::of(doubt)));
        }
        // What a template deploys is mended in the template.
        if let Some(remedy) = &mut finding.remedy {
            remedy.steps.iter_mut().for_each(|step| step.command = None);
        }
    }
}

/// Places that one cause names.
const MOST_PLACES: usize = 3;

/// What a template deploys is mended in the template, at the lines that the findings are shown at.
pub(super) fn mended_there(report: &mut Report) {
    for cause in &mut report.causes {
        let findings = cause.findings.iter().filter_map(|place| report.findings.get(*place));
        let places = findings.filter_map(|finding| match &finding.place {
            Some(Place::Template(at)) => Some(at),
            _ => None,
        });
        let places: BTreeSet<&SourceRef> = places.collect();
        let Some(remedy) = &mut cause.remedy else { continue };
        remedy.steps.clear();
        if places.is_empty() {
            continue;
        }
        let shown: Vec<Shown> = places.iter().take(MOST_PLACES).map(|at| Shown::of_value(*at)).collect();
        let more = places.len().saturating_sub(MOST_PLACES);
        let more = if more > 0 { shown!(" and {} more", more) } else { Shown::default() };
        let summary = remedy.summary.to_string();
        let summary = summary.trim_end_matches('.');
        remedy.summary = shown!("{}: {}{}", Shown::of(summary), Shown::join(shown, ", "), more);
    }
}

/// The place of a field, or else of the resource: cluster settings have names of their own.
fn at<'o>(origin: &'o Origin, field: Option<&str>) -> Option<&'o SourceRef> {
    let Some(field) = field else {
        return origin.at.as_ref();
    };
    let of_clusters = [Gap::AUTH_CONFIG, Gap::AUTHENTICATION_METHOD].into_iter();
    let mut names = std::iter::once(field).chain(of_clusters.filter(|_| field == Gap::LOCAL_AUTH));
    names.find_map(|name| origin.fields.get(name)).or(origin.at.as_ref())
}
