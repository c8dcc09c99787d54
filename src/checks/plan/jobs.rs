//! What there is to do, from the causes of a report.

use super::job::{AccountJobs, BY_HAND, Job, KeysJob, MORE_RIGHTS, Part, PartId, UNMANAGED, split, stage};
use crate::checks::causes::sources;
use crate::checks::fix;
use crate::checks::registry;
use crate::checks::row::Origin;
use crate::checks::wording::quote;
use crate::finding::{Cause, ChangeKind, Edit, Finding, PlanPart, Report, Stage, State, Step};
use crate::model::{AccountId, Shown};
use crate::policy::{Joiner, Policy};
use crate::resolve::Tenant;
use crate::shown;
use foldhash::{HashMap, HashSet, HashSetExt};
use std::collections::BTreeMap;

/// What there is to do in accounts, and what is done above them.
#[derive(Default)]
pub(super) struct Jobs {
    pub(super) accounts: HashMap<AccountId, AccountJobs>,
    pub(super) above: Vec<Part>,
}

impl Jobs {
    pub(super) fn of(report: &Report, tenant: &Tenant<'_>, policy: &Policy) -> Self {
        let mut jobs = Self::default();
        let joiner = policy.joiner();
        for (place, cause) in report.causes.iter().enumerate() {
            let counting = |one: &&usize| {
                report
                    .findings
                    .get(**one)
                    .is_some_and(|finding| finding.state == State::New)
            };
            let findings: Vec<usize> = cause.findings.iter().filter(counting).copied().collect();
            match cause.change.kind {
                ChangeKind::DisableKeys => jobs.keys(report, (tenant, &joiner), (place, cause), &findings),
                ChangeKind::AzureRoleAssignments => jobs.azure(report, place, &findings),
                ChangeKind::Read => jobs.reading(report, place, &findings),
                _ => {}
            }
            if !matches!(cause.change.kind, ChangeKind::AzureRoleAssignments | ChangeKind::Read) {
                jobs.findings(report, place, &findings);
            }
        }
        jobs
    }

    /// Findings of accounts, each with its own fix.
    fn findings(&mut self, report: &Report, cause: usize, findings: &[usize]) {
        for place in findings {
            let Some((finding, account)) = report.findings.get(*place).and_then(|one| Some((one, one.account()?)))
            else {
                continue;
            };
            if finding.subject.reach().is_none() {
                self.accounts.entry(account.clone()).or_default().jobs.push(Job {
                    cause,
                    finding: *place,
                    print: finding.likeness(),
                });
            }
        }
    }

    /// Keys of all accounts of a cause.
    fn keys(
        &mut self,
        report: &Report,
        (tenant, joiner): (&Tenant<'_>, &Joiner<'_>),
        (place, cause): (usize, &Cause),
        findings: &[usize],
    ) {
        let accounts = &tenant.frame.accounts;
        for object in &cause.change.objects {
            let Ok(id) = AccountId::parse(object) else { continue };
            let Ok(at) = accounts.binary_search_by(|account| account.id.cmp(&id)) else {
                continue;
            };
            let Some(account) = tenant.account(at) else { continue };
            let is_own = |one: &&usize| {
                let finding = report.findings.get(**one);
                finding.is_some_and(|finding| report.concerned(finding).contains(&at))
            };
            let own: Vec<usize> = findings.iter().filter(is_own).copied().collect();
            if own.is_empty() {
                continue;
            }
            let is_managed = !joiner.for_account(account).blocks.is_empty();
            let steps = fix::disable_keys(account).finish(Shown::default()).steps;
            let held = waived(report, cause, &id)
                .or_else(|| (!is_managed).then(|| UNMANAGED.into()))
                .or_else(|| {
                    split(&steps)
                        .1
                        .iter()
                        .any(|step| step.command.is_some())
                        .then(|| BY_HAND.into())
                });
            self.accounts.entry(id).or_default().keys.get_or_insert(KeysJob {
                cause: place,
                findings: own,
                place: at,
                steps,
                held,
            });
        }
    }

    /// Assignments of Azure roles, each once.
    fn azure(&mut self, report: &Report, cause: usize, findings: &[usize]) {
        let own: Vec<&Finding> = findings
            .iter()
            .filter_map(|place| report.findings.get(*place))
            .collect();
        let mut by_subject: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for place in findings {
            let subject = report.findings.get(*place).and_then(|finding| finding.subject.id());
            by_subject
                .entry(subject.unwrap_or_default().to_ascii_lowercase())
                .or_default()
                .push(*place);
        }
        for source in sources(ChangeKind::AzureRoleAssignments, &own) {
            let subject = source.subject.id().unwrap_or_default().to_ascii_lowercase();
            let places = by_subject.remove(&subject).unwrap_or_default();
            let removes = |finding: &&Finding| finding.remedy.iter().flat_map(|remedy| &remedy.steps).any(is_removal);
            let same = places
                .iter()
                .filter_map(|place| report.findings.get(*place))
                .filter(removes);
            // What asks for something by hand first knows why.
            let Some(steps) = same
                .map(steps_of)
                .max_by_key(|steps| steps.iter().any(|one| one.command.is_none()))
            else {
                continue;
            };
            let (first, _) = split(&steps);
            let scanned_by = report
                .snapshot
                .scanned_by
                .as_ref()
                .and_then(|by| by.object_id.as_deref());
            let is_own = source
                .subject
                .principal_id()
                .is_some_and(|id| Some(id.as_str()) == scanned_by);
            let held = match () {
                () if first.is_empty() => Some(BY_HAND.into()),
                () if is_own => Some(shown!(
                    "they take the role from {}, which scanned and can be who runs this script",
                    quote(scanned_by.unwrap_or_default())
                )),
                () => None,
            };
            let Some(id) = places.first() else { continue };
            self.above.push(Part {
                id: PartId::Finding(*id),
                plan: PlanPart {
                    stage: Stage::Azure,
                    cause,
                    findings: places.clone(),
                    steps,
                    held,
                    opens: Vec::new(),
                },
            });
        }
    }

    /// What lets the next scan read more. Each command once.
    fn reading(&mut self, report: &Report, cause: usize, findings: &[usize]) {
        let mut seen = HashSet::new();
        for place in findings {
            let Some(finding) = report.findings.get(*place) else {
                continue;
            };
            let steps = steps_of(finding);
            let (first, _) = split(&steps);
            if first.is_empty() || !seen.insert(steps.clone()) {
                continue;
            }
            self.above.push(Part {
                id: PartId::Finding(*place),
                plan: PlanPart {
                    stage: stage(first, None),
                    cause,
                    findings: findings.to_vec(),
                    steps,
                    held: Some(MORE_RIGHTS.into()),
                    opens: Vec::new(),
                },
            });
        }
    }
}

fn steps_of(finding: &Finding) -> Vec<Step> {
    finding
        .remedy
        .iter()
        .flat_map(|remedy| &remedy.steps)
        .cloned()
        .collect()
}

fn is_removal(step: &Step) -> bool {
    matches!(step.edit.as_deref(), Some(Edit::DeleteAzureAssignment { .. }))
}

/// Why keys of an account stay enabled: somebody accepted that.
fn waived(report: &Report, cause: &Cause, account: &AccountId) -> Option<Shown> {
    let is_about_keys = |finding: &&Finding| {
        let mut rows = registry::rows();
        rows.any(|row| row.check.id == finding.check.id && row.origin == Origin::Keys)
    };
    let own = cause.findings.iter().filter_map(|place| report.findings.get(*place));
    let mut own = own
        .filter(is_about_keys)
        .filter(|finding| finding.account() == Some(account));
    let waiver = own.find_map(|finding| finding.waiver.as_deref().filter(|_| finding.state == State::Waived))?;
    Some(shown!("the finding of this account is waived until {}", waiver.expires))
}
