//! What a script of fixes does, and in which order.
//!
//! `jobs` says what there is to do. `account` does it to a copy of each account, fix after fix, and audits the account again after
//! each. `staged` puts what replaces a role assignment before all that is deleted. Here, the whole tenant is audited with all changes made: what brings a bad finding there is held back, and what is said
//! of the plan is what that audit says.

mod account;
mod compare;
mod job;
mod jobs;
mod staged;
mod widen;

use super::causes::{Changed, budget, without_assignments};
use super::edit;
use super::examine::{AuditError, examine};
use super::names::Names;
use super::options::Options;
use crate::finding::{AccountEdit, Edit, Finding, Plan, PlannedAccount, Report, State};
use crate::model::{AccountId, AccountRecord, Shown};
use crate::policy::Policy;
use crate::resolve::Tenant;
use account::Bench;
use compare::{ByPrint, by_print, is_harm, opened, told, would_open};
use foldhash::{HashMap, HashMapExt};
use job::{Held, Part, edits};
use jobs::Jobs;
use staged::staged;

/// Audits of the whole tenant that are made at least, and at most.
const FEWEST: usize = 12;
const MOST: usize = 400;

/// The plan of a report; `hidden` are the findings that a filter leaves out of it.
pub(super) fn of(
    report: &Report,
    hidden: &[Finding],
    tenant: &Tenant<'_>,
    policy: &Policy,
    options: Options<'_>,
) -> Result<Plan, AuditError> {
    let jobs = Jobs::of(report, tenant, policy);
    let planner = Planner {
        tenant,
        policy,
        options,
        before: by_print(report.findings.iter().chain(hidden).cloned()),
    };
    let mut audits = budget(tenant, report).clamp(FEWEST, MOST);
    let mut held = Held::new();
    let (parts, after) = loop {
        let parts = planner.parts(&jobs, &held)?;
        let after = planner.audited(&parts)?;
        audits = audits.saturating_sub(1);
        if audits == 0 || !planner.does_harm(&after) {
            break (parts, after);
        }
        match planner.culprit(&parts, &mut audits)? {
            Some((place, why)) => {
                let Some(part) = parts.get(place) else {
                    break (parts, after);
                };
                held.insert(part.id.clone(), why);
            }
            None => break (parts, after),
        }
    };
    let counts = report
        .findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.state == State::New);
    let is_closed = |print: &str| after.get(print).is_none_or(|finding| finding.state != State::New);
    Ok(Plan {
        closes: counts
            .filter(|(_, finding)| is_closed(&finding.likeness()))
            .map(|(place, _)| place)
            .collect(),
        opens: told(&opened(&planner.before, &after)),
        accounts: planner.accounts(&parts)?,
        parts: parts.into_iter().map(|part| part.plan).collect(),
    })
}

struct Planner<'a> {
    tenant: &'a Tenant<'a>,
    policy: &'a Policy,
    options: Options<'a>,
    before: ByPrint,
}

impl Planner<'_> {
    /// All parts, in order, without those that are held back.
    fn parts(&self, jobs: &Jobs, held: &Held) -> Result<Vec<Part>, AuditError> {
        let names = Names::new(self.policy, &self.tenant.directory);
        let joiner = self.policy.joiner();
        let bench = Bench {
            tenant: self.tenant,
            policy: self.policy,
            joiner: &joiner,
            names: &names,
            options: self.options,
            held,
        };
        let of_accounts = self.tenant.for_each_account(|_, record| {
            let jobs = jobs.accounts.get(&record.account.id);
            jobs.map(|jobs| bench.work(record, jobs)).unwrap_or_default()
        })?;
        let mut ranked = Vec::new();
        for parts in of_accounts {
            let parts = staged(parts);
            // In an account, what comes later stays later.
            let mut last = None;
            for mut part in parts {
                let rank = last.max(Some((part.plan.stage, part.plan.cause)));
                part.plan.stage = rank.map_or(part.plan.stage, |(stage, _)| stage);
                last = rank;
                ranked.push((rank, part));
            }
        }
        for part in &jobs.above {
            let mut part = part.clone();
            part.plan.held = held.get(&part.id).cloned().or(part.plan.held);
            ranked.push((Some((part.plan.stage, part.plan.cause)), part));
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        Ok(ranked.into_iter().map(|(_, part)| part).collect())
    }

    /// What an audit finds once all parts are done that aren't held back.
    fn audited(&self, parts: &[Part]) -> Result<ByPrint, AuditError> {
        let by_account = by_account(parts);
        let records = self.tenant.for_each_account(|_, record| changed(record, &by_account))?;
        let deleted: Vec<String> = active(parts).flat_map(deleted_azure).map(str::to_owned).collect();
        let planes = without_assignments(self.tenant.frame.control_planes, &deleted, &[]);
        let mut all = Changed::of(self.tenant).with_planes(planes);
        all.records = records
            .into_iter()
            .enumerate()
            .filter_map(|(place, one)| Some((place, one?)))
            .collect();
        let tenant = Tenant::new(all.frame(), &all);
        Ok(by_print(examine(&tenant, self.policy, self.options)?.report.findings))
    }

    fn does_harm(&self, after: &ByPrint) -> bool {
        opened(&self.before, after)
            .iter()
            .any(|finding| is_harm(finding, &self.before))
    }

    /// The part that brings what nobody should get, and why it is held back: the shortest beginning of the plan that brings it ends
    /// there. `None`: there are no audits left to look for it.
    fn culprit(&self, parts: &[Part], audits: &mut usize) -> Result<Option<(usize, Shown)>, AuditError> {
        let (mut without, mut with) = (0, parts.len());
        while with - without > 1 {
            if *audits == 0 {
                return Ok(None);
            }
            *audits -= 1;
            let middle = without.midpoint(with);
            let some = parts.get(..middle).unwrap_or_default();
            if self.does_harm(&self.audited(some)?) {
                with = middle;
            } else {
                without = middle;
            }
        }
        let after = self.audited(parts.get(..with).unwrap_or_default())?;
        let opened = opened(&self.before, &after);
        let harm = opened.iter().find(|finding| is_harm(finding, &self.before));
        let place = with.saturating_sub(1);
        let is_held = parts.get(place).is_none_or(|part| part.plan.held.is_some());
        Ok(harm.filter(|_| !is_held).map(|harm| (place, would_open(harm))))
    }

    /// What the accounts have afterwards and don't have today.
    fn accounts(&self, parts: &[Part]) -> Result<Vec<PlannedAccount>, AuditError> {
        let by_account = by_account(parts);
        let found = self.tenant.for_each_account(|_, record| {
            // Users of clusters are in the script alone.
            let after = changed(record, &by_account).filter(|after| !after.account.api.is_cluster())?;
            let (definitions, assignments) = (record.role_definitions(), record.role_assignments());
            let planned = PlannedAccount {
                id: record.account.id.clone(),
                definitions: new(after.role_definitions(), definitions),
                assignments: new(after.role_assignments(), assignments),
            };
            (!planned.definitions.is_empty() || !planned.assignments.is_empty()).then_some(planned)
        })?;
        Ok(found.into_iter().flatten().collect())
    }
}

fn active(parts: &[Part]) -> impl Iterator<Item = &Part> {
    parts.iter().filter(|part| part.plan.held.is_none())
}

/// What parts do to each account.
fn by_account(parts: &[Part]) -> HashMap<&AccountId, Vec<&AccountEdit>> {
    let mut all: HashMap<&AccountId, Vec<&AccountEdit>> = HashMap::new();
    for (account, edit) in active(parts).flat_map(|part| edits(&part.plan.steps)) {
        all.entry(account).or_default().push(edit);
    }
    all
}

/// An account once edits are done. `None`: there are none for it.
fn changed(record: &AccountRecord, by_account: &HashMap<&AccountId, Vec<&AccountEdit>>) -> Option<AccountRecord> {
    let edits = by_account.get(&record.account.id)?;
    let mut record = record.clone();
    edit::apply(edits.iter().copied(), &mut record)?;
    Some(record)
}

/// What is not among what there was as it is.
fn new<T: Clone + PartialEq>(after: &[T], before: &[T]) -> Vec<T> {
    after.iter().filter(|one| !before.contains(one)).cloned().collect()
}

fn deleted_azure(part: &Part) -> impl Iterator<Item = &str> {
    part.plan.steps.iter().filter_map(|step| match step.edit.as_deref()? {
        Edit::DeleteAzureAssignment { id } => Some(id.as_str()),
        Edit::InAccount { .. } => None,
    })
}
