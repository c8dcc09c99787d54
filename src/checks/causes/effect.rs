//! What the change of a cause closes and opens: the tenant is audited as it would be.
//!
//! A change is done to a copy of what it touches; everything else is borrowed from the tenant. How long an audit takes depends on
//! how large the tenant is, and so does for how many causes it is done again, which depends on nothing else.

use super::remedy::sources;
use super::tenant::{Changed, without_assignments, without_members};
use crate::checks::edit;
use crate::checks::examine::{AuditError, examine};
use crate::checks::options::Options;
use crate::finding::{About, AccountEdit, Cause, ChangeKind, Edit, Effect, Finding, Report, Severity, State};
use crate::model::{AccountId, AccountRecord};
use crate::policy::Policy;
use crate::resolve::Tenant;
use crate::snapshot::SnapshotError;
use foldhash::{HashMap, HashMapExt, HashSet};

/// Accounts that are audited once more, for all causes together …
const ACCOUNTS: usize = 2500;
/// … where this many entries of Azure RBAC are as much work as an account …
const ENTRIES: usize = 50;
/// … and so are this many role assignments, role definitions and findings of its own …
const ITEMS: usize = 20;
/// … and this many pairs of role assignments of one principal in one account, which are compared with each other.
const PAIRS: usize = 900;

/// How often a tenant can be audited once more.
pub(in crate::checks) fn budget(tenant: &Tenant<'_>, report: &Report) -> usize {
    let planes = tenant.frame.control_planes.iter();
    let entries = planes.map(|plane| {
        let assigned = plane.role_assignments.as_ref().map_or(0, Vec::len);
        assigned + plane.eligible.as_ref().map_or(0, Vec::len) + plane.deny_assignments.as_ref().map_or(0, Vec::len)
    });
    let entries: usize = entries.sum();
    let items = report.snapshot.role_assignments + report.snapshot.role_definitions + report.findings.len();
    let principals = report.accounts.iter().flat_map(|account| &account.principals);
    let pairs: u64 = principals.map(|one| u64::from(one.assignments).pow(2)).sum();
    let pairs = usize::try_from(pairs).unwrap_or(usize::MAX);
    let work = 1 + report.accounts.len() + entries / ENTRIES + items / ITEMS;
    ACCOUNTS / work.saturating_add(pairs / PAIRS)
}

/// Says of causes what their change does: of the first, as many as the budget allows. `hidden`: findings that are not in the
/// report. What a change opens is told wherever that is.
pub(in crate::checks) fn add_effects(
    report: &mut Report,
    hidden: &[Finding],
    tenant: &Tenant<'_>,
    policy: &Policy,
    options: Options<'_>,
) -> Result<(), AuditError> {
    let budget = budget(tenant, report);
    let findings = &report.findings;
    let own = |cause: &Cause| -> Vec<&Finding> {
        let places = cause.findings.iter();
        places.filter_map(|place| findings.get(*place)).collect()
    };
    let known = report.causes.iter_mut().filter(|cause| is_known(cause, &own(cause)));
    let picked: Vec<&mut Cause> = known.take(budget).collect();
    let touched: HashSet<AccountId> = picked.iter().flat_map(|cause| accounts(cause, &own(cause))).collect();
    if picked.is_empty() {
        return Ok(());
    }
    let work = Work {
        records: records(tenant, &touched)?,
        before: counting(findings.iter().chain(hidden)),
        tenant,
        policy,
        options,
    };
    for cause in picked {
        cause.effect = work.effect(cause, &own(cause));
    }
    Ok(())
}

/// Whether it is known what the change would be.
fn is_known(cause: &Cause, findings: &[&Finding]) -> bool {
    match cause.change.kind {
        ChangeKind::DisableKeys
        | ChangeKind::DisableKeyMetadataWrites
        | ChangeKind::AzureRoleAssignments
        | ChangeKind::RoleAssignments
        | ChangeKind::GrantAccess
        | ChangeKind::RoleDefinition
        | ChangeKind::GroupMembers => true,
        ChangeKind::Policy => {
            let mut about = findings.iter().map(|finding| finding.check.about);
            about.all(|about| matches!(about, About::Policy | About::Waiver))
        }
        ChangeKind::Account | ChangeKind::Read => false,
    }
}

/// The accounts that a change touches.
fn accounts(cause: &Cause, findings: &[&Finding]) -> Vec<AccountId> {
    match cause.change.kind {
        ChangeKind::DisableKeys | ChangeKind::DisableKeyMetadataWrites => {
            let ids = cause.change.objects.iter();
            ids.filter_map(|id| AccountId::parse(id).ok()).collect()
        }
        ChangeKind::RoleAssignments | ChangeKind::GrantAccess | ChangeKind::RoleDefinition => findings
            .first()
            .and_then(|finding| finding.account())
            .cloned()
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Copies of the records of accounts.
fn records(
    tenant: &Tenant<'_>,
    touched: &HashSet<AccountId>,
) -> Result<HashMap<AccountId, (usize, AccountRecord)>, SnapshotError> {
    if touched.is_empty() {
        return Ok(HashMap::new());
    }
    let found = tenant.for_each_account(|_, record| touched.contains(&record.account.id).then(|| record.clone()))?;
    let found = found.into_iter().enumerate();
    Ok(found
        .filter_map(|(place, record)| record.map(|record| (record.account.id.clone(), (place, record))))
        .collect())
}

/// Findings that count, with how often there are some that nothing tells apart.
fn counting<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> HashMap<(Severity, String), usize> {
    let mut all = HashMap::new();
    for finding in findings.into_iter().filter(|finding| finding.state == State::New) {
        *all.entry((finding.severity, finding.likeness())).or_default() += 1;
    }
    all
}

/// What all effects are worked out from.
struct Work<'a> {
    tenant: &'a Tenant<'a>,
    policy: &'a Policy,
    options: Options<'a>,
    records: HashMap<AccountId, (usize, AccountRecord)>,
    before: HashMap<(Severity, String), usize>,
}

impl Work<'_> {
    fn effect(&self, cause: &Cause, findings: &[&Finding]) -> Option<Effect> {
        let after = match cause.change.kind {
            ChangeKind::DisableKeys => self.edited(cause, findings, &[AccountEdit::DisableKeys])?,
            ChangeKind::DisableKeyMetadataWrites => {
                self.edited(cause, findings, &[AccountEdit::DisableKeyMetadataWrites])?
            }
            ChangeKind::RoleAssignments | ChangeKind::GrantAccess | ChangeKind::RoleDefinition => {
                let edits = edits(cause, findings)?;
                self.edited(cause, findings, &edits)?
            }
            ChangeKind::AzureRoleAssignments => {
                let planes = without_assignments(self.tenant.frame.control_planes, &cause.change.objects, findings);
                let changed = Changed::of(self.tenant).with_planes(planes);
                self.audited(&changed, self.policy)?
            }
            ChangeKind::GroupMembers => {
                let principals = without_members(self.tenant.frame.principals.unwrap_or_default(), findings);
                self.audited(&Changed::of(self.tenant).with_principals(principals), self.policy)?
            }
            ChangeKind::Policy => self.audited(&Changed::of(self.tenant), &without_entries(self.policy, findings))?,
            ChangeKind::Account | ChangeKind::Read => return None,
        };
        Some(self.compare(findings, &after))
    }

    /// What counts once edits are done to the accounts of a cause.
    fn edited(
        &self,
        cause: &Cause,
        findings: &[&Finding],
        edits: &[AccountEdit],
    ) -> Option<HashMap<(Severity, String), usize>> {
        let mut changed = Changed::of(self.tenant);
        for id in accounts(cause, findings) {
            let (place, record) = self.records.get(&id)?;
            let mut record = record.clone();
            edit::apply(edits, &mut record)?;
            changed.records.insert(*place, record);
        }
        self.audited(&changed, self.policy)
    }

    fn audited(&self, changed: &Changed<'_>, policy: &Policy) -> Option<HashMap<(Severity, String), usize>> {
        let tenant = Tenant::new(changed.frame(), changed);
        // Without the entry that is dropped, the policy can contradict itself.
        let examined = examine(&tenant, policy, self.options).ok()?;
        Some(counting(&examined.report.findings))
    }

    /// Of its own findings, those that count no more; of all others, those that count only now.
    fn compare(&self, own: &[&Finding], after: &HashMap<(Severity, String), usize>) -> Effect {
        let mut effect = Effect::default();
        for finding in own.iter().filter(|finding| finding.state == State::New) {
            if !after.contains_key(&(finding.severity, finding.likeness())) {
                *effect.closes.entry(finding.severity).or_default() += 1;
            }
        }
        for (key, number) in after {
            let before = self.before.get(key).copied().unwrap_or_default();
            if *number > before {
                *effect.opens.entry(key.0).or_default() += number - before;
            }
        }
        effect
    }
}

/// What the commands of a cause do to its account. `None`: there are none.
fn edits(cause: &Cause, findings: &[&Finding]) -> Option<Vec<AccountEdit>> {
    let mut edits: Vec<AccountEdit> = Vec::new();
    let own = sources(cause.change.kind, findings).into_iter();
    let steps = own
        .filter_map(|finding| finding.remedy.as_ref())
        .flat_map(|remedy| &remedy.steps);
    for edit in steps.filter_map(|step| step.edit.as_deref()) {
        match edit {
            Edit::InAccount { edit, .. } if !edits.contains(edit.as_ref()) => edits.push(edit.as_ref().clone()),
            Edit::InAccount { .. } | Edit::DeleteAzureAssignment { .. } => {}
        }
    }
    (!edits.is_empty()).then_some(edits)
}

/// The policy without entries that findings are about.
fn without_entries(policy: &Policy, findings: &[&Finding]) -> Policy {
    let places: HashSet<_> = findings
        .iter()
        .filter_map(|finding| Some(finding.place.as_ref()?.source()))
        .collect();
    let mut policy = policy.clone();
    policy.waivers.retain(|waiver| !places.contains(&waiver.at));
    policy.blocks.retain(|block| !places.contains(&block.at));
    for block in &mut policy.blocks {
        if let Some(grants) = &mut block.grants {
            grants.retain(|grant| !places.contains(&grant.at));
        }
    }
    policy
}
