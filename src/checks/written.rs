//! Findings about what a template deploys: each is shown at the template's line, and is possible only where the template
//! doesn't say all.

use super::wording::quote;
use crate::finding::{AccountSummary, ChangeKind, Confidence, Finding, Group, Place, Report, Subject};
use crate::model::{Gap, Shown, SourceRef};
use crate::shown;
use crate::snapshot::{Doubt, Origin, Origins};
use crate::title;

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

/// What these miss, the tenant can have.
const ABSENT: [&str; 4] = ["dangling-role", "dangling-scope", "missing-access", "role-missing"];

/// Shows findings where the template says what is wrong.
pub(super) fn at_template(findings: &mut Vec<Finding>, accounts: &[AccountSummary], origins: &Origins) {
    // What could be any role is no role that somebody wrote.
    let is_made_up = |finding: &Finding| matches!(&finding.subject, Subject::Role { id: Some(id), .. } if origins.get(id).is_some_and(|own| own.at.is_none()));
    // Nor is how broad something is, that is only taken for the most that it could be: that it isn't known is told.
    let is_guess = |finding: &Finding| {
        let own = finding.subject.id().and_then(|id| origins.get(id));
        let is_of_content = own.is_some_and(|own| matches!(own.doubt, Some(Doubt::Content(_))));
        is_of_content && finding.check.group == Group::Hygiene
    };
    findings.retain(|finding| !is_made_up(finding) && !is_guess(finding));
    for finding in findings {
        let account = finding.account().map(|id| id.as_str().to_owned());
        let account = account.as_deref();
        // What is of the file as a whole has its place in its key.
        let key = finding.key.split_once('\n').map(|(_, item)| item.to_owned());
        let above = key.as_deref().filter(|_| finding.is_gap() && account.is_none());
        let subject = finding.subject.id().or(account).or(above);
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
            finding
                .message
                .push(shown!(" This is possible only: {}.", Shown::of(doubt.why())));
        }
        if ABSENT.contains(&check) && !origins.has_tenant && finding.confidence == Confidence::Certain {
            finding.confidence = Confidence::Possible;
            let why = " It can be there already: `--against` takes a snapshot of the tenant.";
            finding.message.push(Shown::from(why));
        }
        if let Some(doubt) = of_principals(finding, accounts) {
            finding.confidence = Confidence::Possible;
            finding.message.push(shown!(" {}", doubt));
        }
        // What a template deploys is mended in the template.
        if let Some(remedy) = &mut finding.remedy {
            remedy.steps.iter_mut().for_each(|step| step.command = None);
        }
    }
}

/// Why it depends on who principals are that only the deployment tells.
fn of_principals(finding: &Finding, accounts: &[AccountSummary]) -> Option<Shown> {
    let principal = finding.subject.principal_id()?;
    match finding.check.id {
        "excess-access" | "denied-access" if principal.is_of_template() => Some(shown!(
            "Who that is isn't known before the deployment. If it can have this access, name it in the policy as {}.",
            quote(principal.as_str())
        )),
        "missing-access" if !principal.is_of_template() => {
            let own = accounts.iter().find(|own| Some(&own.id) == finding.account())?;
            let mut with_access = own.principals.iter().filter(|one| one.assignments > 0);
            with_access.any(|one| one.principal.id.is_of_template()).then(|| {
                "Who has access isn't fully known before the deployment: it can be one of those that the template names.".into()
            })
        }
        _ => None,
    }
}

/// What a template deploys is mended in the template, at the lines that the findings are shown at.
pub(super) fn mended_there(report: &mut Report) {
    for cause in &mut report.causes {
        // What is there already is mended in Azure.
        let mut findings = cause.findings.iter().filter_map(|place| report.findings.get(*place));
        let is_written = findings.any(|finding| matches!(finding.place, Some(Place::Template(_))));
        if !is_written {
            continue;
        }
        if let Some(remedy) = &mut cause.remedy {
            remedy.steps.clear();
        }
        if let (ChangeKind::Read, [first, _, ..]) = (cause.change.kind, cause.findings.as_slice()) {
            let account = report.findings.get(*first).and_then(Finding::account);
            let account = account.map_or_else(|| "the template".into(), |id| Shown::of(id.name()));
            let parts = cause.findings.len();
            cause.title = title!("{} parts of {} aren't known before the deployment", parts, account);
        }
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
