//! What is done in one account: fix after fix, each on the account as the ones before it leave it. After each, the account is
//! audited again.

use super::compare::{ByPrint, by_print, is_harm, opened, told, would_open};
use super::job::{
    ALONE, AccountJobs, BY_HAND, CHANGED, Held, Job, KeysJob, Part, PartId, UNTRIED, can_run, edits, split, stage,
};
use super::widen::widening;
use crate::checks::account::AccountAudit;
use crate::checks::edit;
use crate::checks::examine::finish;
use crate::checks::names::Names;
use crate::checks::options::Options;
use crate::checks::policy_groups::PolicyGroups;
use crate::checks::policy_use::PolicyUse;
use crate::checks::shared::Alike;
use crate::finding::{Opened, PlanPart, Stage, Step};
use crate::model::{AccountRecord, Shown};
use crate::policy::{Joiner, Policy};
use crate::resolve::Tenant;
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeSet;

/// Audits of an average account that may be made for one: of large ones, fewer are made, and more is done between them.
const AUDITS: usize = 2500;
/// At least so many are made.
const FEWEST: usize = 16;
/// This many role assignments and role definitions are as much work as an account …
const ITEMS: usize = 20;
/// … and so are this many pairs of role assignments.
const PAIRS: usize = 900;

/// What an account is audited against.
pub(super) struct Bench<'a> {
    pub(super) tenant: &'a Tenant<'a>,
    pub(super) policy: &'a Policy,
    pub(super) joiner: &'a Joiner<'a>,
    pub(super) names: &'a Names<'a>,
    pub(super) options: Options<'a>,
    pub(super) held: &'a Held,
}

impl Bench<'_> {
    fn audit(&self, record: &AccountRecord) -> ByPrint {
        let audit = AccountAudit {
            joiner: self.joiner,
            names: self.names,
            tenant: self.tenant,
            options: Options {
                without_access: true,
                ..self.options
            },
            alike: Alike::default(),
            policy_use: PolicyUse::default(),
            // They are asked for after all accounts.
            groups: &PolicyGroups::default(),
        };
        let (_, outcome) = audit.of(record);
        by_print(finish(outcome.drafts, self.policy))
    }

    /// What is done in an account, in order.
    pub(super) fn work(&self, record: &AccountRecord, jobs: &AccountJobs) -> Vec<Part> {
        let mut course = Course {
            bench: self,
            jobs: &jobs.jobs,
            record: record.clone(),
            findings: self.audit(record),
            parts: Vec::new(),
            audits: audits(record),
        };
        // Keys come last; what closes findings of theirs in another way is only needed where keys stay enabled.
        let is_of_keys = |job: &&Job| jobs.keys.as_ref().is_some_and(|keys| keys.cause == job.cause);
        let (of_keys, others): (Vec<&Job>, Vec<&Job>) = jobs.jobs.iter().partition(is_of_keys);
        course.run(others);
        if let Some(keys) = &jobs.keys {
            course.disable_keys(keys);
        }
        // What is held of the keys isn't given once more.
        let is_other = |job: &&Job| {
            jobs.keys
                .as_ref()
                .is_none_or(|keys| course.steps_of(job) != Some(&*keys.steps))
        };
        let others = of_keys.into_iter().filter(is_other).collect();
        course.run(others);
        course.parts
    }
}

/// An account on its way.
struct Course<'c, 'a> {
    bench: &'c Bench<'a>,
    /// All that there is to do.
    jobs: &'c [Job],
    record: AccountRecord,
    /// What an audit of it finds now.
    findings: ByPrint,
    parts: Vec<Part>,
    /// How often it can still be audited.
    audits: usize,
}

/// A fix that is next.
struct Next<'j> {
    job: &'j Job,
    steps: Vec<Step>,
    stage: Stage,
}

impl Course<'_, '_> {
    fn run(&mut self, mut todo: Vec<&Job>) {
        while let Some(batch) = self.next(&todo) {
            todo.retain(|job| !batch.iter().any(|next| next.job.finding == job.finding));
            self.take(batch);
        }
    }

    /// What comes next, as far as it has commands now. Several, where the account can't be audited between them.
    fn next<'j>(&self, todo: &[&'j Job]) -> Option<Vec<Next<'j>>> {
        let next = |job: &&'j Job| {
            let steps = &self.findings.get(&job.print)?.remedy.as_ref()?.steps;
            steps.iter().any(|step| step.command.is_some()).then(|| Next {
                job,
                stage: stage(steps, Some(&self.record)),
                steps: steps.clone(),
            })
        };
        let mut all: Vec<Next<'j>> = todo.iter().filter_map(next).collect();
        // What one cause needs stays together.
        let mut last: HashMap<usize, Stage> = HashMap::new();
        for next in &all {
            let stage = last.entry(next.job.cause).or_insert(next.stage);
            *stage = next.stage.max(*stage);
        }
        let rank = |next: &Next<'_>| (last.get(&next.job.cause).copied(), next.job.cause);
        all.sort_by_key(|next| (rank(next), next.job.finding));
        let first = all.first().map(|next| rank(next).0)?;
        if self.audits > 0 {
            all.truncate(1);
        } else {
            all.retain(|next| rank(next).0 == first);
        }
        Some(all)
    }

    fn take(&mut self, batch: Vec<Next<'_>>) {
        let mut record = self.record.clone();
        let mut taken = Vec::new();
        for next in batch {
            let (first, _) = split(&next.steps);
            let held = self.bench.held.get(&PartId::Finding(next.job.finding)).cloned();
            let held = held.or_else(|| first.is_empty().then(|| BY_HAND.into()));
            let held = held.or_else(|| widening(&record, edits(first).map(|(_, edit)| edit), self.bench.names));
            let mut changed = record.clone();
            let can_run = held.is_none()
                && can_run(first, &record)
                && edit::apply(edits(first).map(|(_, edit)| edit), &mut changed).is_some();
            match held {
                None if can_run => {
                    record = changed;
                    taken.push(next);
                }
                held => self.hold(&next, held.unwrap_or_else(|| CHANGED.into())),
            }
        }
        if taken.is_empty() {
            return;
        }
        let after = self.audit(&record);
        let opened = opened(&self.findings, &after);
        let harm = opened.iter().find(|finding| is_harm(finding, &self.findings));
        let objection = match (harm, taken.as_slice()) {
            (Some(harm), [_]) => Some(would_open(harm)),
            (Some(_), _) => Some(UNTRIED.into()),
            (None, [only]) if after.contains_key(&only.job.print) => Some(ALONE.into()),
            (None, _) => None,
        };
        if let Some(why) = objection {
            for next in taken {
                self.hold(&next, why.clone());
            }
            return;
        }
        let mut opens = told(&opened);
        let gone = |job: &&Job| self.findings.contains_key(&job.print) && !after.contains_key(&job.print);
        // What closes with them is told of the first.
        let mut closed: BTreeSet<usize> = self.jobs.iter().filter(gone).map(|job| job.finding).collect();
        taken.iter().for_each(|next| {
            closed.remove(&next.job.finding);
        });
        for next in taken {
            self.accept(next, std::mem::take(&mut closed), std::mem::take(&mut opens));
        }
        self.record = record;
        self.findings = after;
    }

    fn audit(&mut self, record: &AccountRecord) -> ByPrint {
        self.audits = self.audits.saturating_sub(1);
        self.bench.audit(record)
    }

    fn hold(&mut self, next: &Next<'_>, why: Shown) {
        self.push(next.job, next.stage, next.steps.clone(), Some(why), Vec::new());
    }

    fn accept(&mut self, next: Next<'_>, closed: BTreeSet<usize>, opens: Vec<Opened>) {
        let (first, rest) = split(&next.steps);
        let is_done = rest.iter().all(|step| step.command.is_none());
        let place = self.parts.len();
        if is_done {
            self.push(next.job, next.stage, next.steps, None, opens);
        } else {
            self.push(next.job, next.stage, first.to_vec(), None, opens);
            self.push(next.job, next.stage, rest.to_vec(), Some(BY_HAND.into()), Vec::new());
        }
        if let Some(part) = self.parts.get_mut(place) {
            part.plan.findings.extend(closed);
        }
    }

    fn push(&mut self, job: &Job, stage: Stage, steps: Vec<Step>, held: Option<Shown>, opens: Vec<Opened>) {
        self.parts.push(Part {
            id: PartId::Finding(job.finding),
            plan: PlanPart {
                stage,
                cause: job.cause,
                findings: vec![job.finding],
                steps,
                held,
                opens,
            },
        });
    }

    fn steps_of(&self, job: &Job) -> Option<&[Step]> {
        Some(&self.findings.get(&job.print)?.remedy.as_ref()?.steps)
    }

    fn disable_keys(&mut self, keys: &KeysJob) {
        let id = PartId::Keys(keys.place);
        let mut record = self.record.clone();
        let is_done = edit::apply(edits(&keys.steps).map(|(_, edit)| edit), &mut record).is_some();
        let held = self.bench.held.get(&id).or(keys.held.as_ref()).cloned();
        let mut part = Part {
            id,
            plan: PlanPart {
                stage: Stage::Keys,
                cause: keys.cause,
                findings: keys.findings.clone(),
                steps: keys.steps.clone(),
                held: held.or_else(|| (!is_done).then(|| CHANGED.into())),
                opens: Vec::new(),
            },
        };
        if part.plan.held.is_none() {
            let after = self.audit(&record);
            let opened = opened(&self.findings, &after);
            part.plan.held = opened
                .iter()
                .find(|finding| is_harm(finding, &self.findings))
                .map(|harm| would_open(harm));
            if part.plan.held.is_none() {
                part.plan.opens = told(&opened);
                self.record = record;
                self.findings = after;
            }
        }
        self.parts.push(part);
    }
}

fn audits(record: &AccountRecord) -> usize {
    let assigned = record.role_assignments().len();
    let items = assigned + record.role_definitions().len();
    let cost = 1 + items / ITEMS + assigned.saturating_mul(assigned) / PAIRS;
    (AUDITS / cost).max(FEWEST)
}
