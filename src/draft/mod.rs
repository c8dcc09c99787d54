//! A policy from which a tenant doesn't deviate, for those who have none yet.
//!
//! `probe` asks the checks what is dubious and who can bypass role assignments. `gather` says what an account has, as rules
//! (`rules`) that a policy can express (`expressible`). `blocks` folds accounts with equal rules, each with a `match` (`fold`).
//! `render` writes it down (`principals`, `members`, `lines`, `yaml`, `names`, `matched`). Then the tenant is audited with it (`left`): what is left deviates because
//! it is dubious, and gets a waiver with an end (`waive`). `parts` says how to split what is too large for one file. Nothing is allowed for good that nobody looked at.

mod blocks;
mod expressible;
mod fold;
mod gather;
mod left;
mod lines;
mod matched;
mod members;
mod names;
mod parts;
mod principals;
mod probe;
mod render;
mod rules;
mod summary;
mod unknown;
mod waive;
mod yaml;

pub use parts::Part;
pub use summary::{Failing, Omissions, Review, Summary};

use crate::checks::{AuditError, CHECKS};
use crate::finding::{Finding, Group};
use crate::model::{Account, Gap, Glob, PrincipalId, Shown};
use crate::policy::{LARGEST, Policy, PolicyErrors};
use crate::resolve::{Tenant, Unread};
use crate::shown;
use crate::snapshot::{Frame, Origins, SnapshotError};
use blocks::{Drafted, blocks};
use gather::gather;
use left::{Left, left};
use members::{Members, members};
use names::Names;
use parts::parts;
use probe::Probe;
use render::{Parts, render};
use std::collections::{BTreeMap, BTreeSet};
use waive::{Waivers, expires, reason};

/// Comment lines about what is shared with other accounts.
const SHARED: usize = 20;

/// The policy for those who have nothing to draft it from, with comments.
pub const STARTER: &str = include_str!("../../policies/starter.yaml");

/// What a policy is drafted of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'o> {
    /// The accounts, by their names; empty: all.
    pub accounts: &'o [Glob],
    /// Files of a policy that the draft is added to, by name and text: it is about accounts that these don't cover.
    pub given: &'o [(&'o str, &'o str)],
    /// What the draft is called in messages.
    pub name: &'o str,
}

/// A drafted policy.
#[derive(Debug)]
pub struct Draft {
    /// The file.
    pub text: String,
    /// What it says.
    pub summary: Summary,
    /// Findings that its accounts alone have with it all the same, by their titles; there should be none.
    pub left: Vec<Shown>,
}

/// Why no policy can be drafted.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// It would be larger than a policy file can be.
    #[error("the policy is too large")]
    TooLarge {
        /// How large.
        bytes: usize,
        /// For how many accounts.
        accounts: usize,
        /// Parts of them that are probably small enough, the largest first.
        parts: Vec<Part>,
    },
    /// The tenant can't be audited with it.
    #[error(transparent)]
    Audit(#[from] AuditError),
}

impl From<PolicyErrors> for DraftError {
    fn from(errors: PolicyErrors) -> Self {
        Self::Audit(errors.into())
    }
}

impl From<SnapshotError> for DraftError {
    fn from(error: SnapshotError) -> Self {
        Self::Audit(error.into())
    }
}

/// Drafts a policy from a tenant. Pure: the same tenant gives the same bytes.
///
/// # Errors
/// When an account cannot be read, or when the draft is no valid policy: it is too large, or contradicts the given files.
pub fn draft(tenant: &Tenant<'_>, options: Options<'_>) -> Result<Draft, DraftError> {
    let given = match options.given {
        [] => None,
        files => Some(Policy::from_sources(files, &CHECKS)?),
    };
    let is_chosen = |account: &Account| {
        let is_named =
            options.accounts.is_empty() || options.accounts.iter().any(|glob| glob.matches(account.id.name()));
        let mut blocks = given.iter().flat_map(|policy| &policy.blocks);
        let mut waivers = given.iter().flat_map(|policy| &policy.waivers);
        // What is only listed has no block, but a waiver.
        let is_covered = match account.api.is_read() {
            true => blocks.any(|block| block.matches.matches(account) == Some(true)),
            false => waivers.any(|waiver| {
                let names = waiver.account.as_ref();
                waiver.check.group == Group::Coverage && names.is_none_or(|glob| glob.matches(account.id.name()))
            }),
        };
        is_named && !is_covered
    };
    let probe = Probe::of(tenant)?;
    let gathered =
        tenant.for_each_account(|_, record| is_chosen(&record.account).then(|| gather(record, &probe, tenant)))?;
    let unread: BTreeMap<&str, &Unread> = (tenant.control.unread.iter())
        .map(|unread| (unread.subscription.as_str(), unread))
        .collect();
    let mut all = Vec::new();
    for (place, (gathered, holders)) in gathered.into_iter().zip(probe.holders).enumerate() {
        let (Some(mut gathered), Some(account)) = (gathered, tenant.account(place)) else {
            continue;
        };
        let subscription = account.id.subscription().to_ascii_lowercase();
        // Azure RBAC isn't checked for what is only listed.
        let is_read = account.api.is_read();
        let unread = unread.get(subscription.as_str()).filter(|_| is_read);
        let is_known = is_read && unread.is_none_or(|unread| !hides_holders(unread));
        if let Some(unread) = unread {
            gathered.unknown.push(unknown::of_azure(unread));
        }
        all.push(Drafted {
            place,
            gathered,
            holders: is_known.then_some(holders),
        });
    }
    let work = Work {
        tenant,
        options,
        given: given.as_ref(),
        all,
    };
    match work.draft(false) {
        // A pattern of names can contain one of the given files that is about no account any more.
        Err(DraftError::Audit(AuditError::Policy(_))) if given.is_some() => work.draft(true),
        done => done,
    }
}

/// Whether those who can bypass role assignments can be missing.
fn hides_holders(unread: &Unread) -> bool {
    let lists = [Gap::AZURE_ROLE_ASSIGNMENTS, Gap::AZURE_ROLE_DEFINITIONS];
    unread.all || !unread.others.is_empty() || unread.lists.iter().any(|list| lists.contains(list))
}

/// What there is to draft.
struct Work<'w, 't> {
    tenant: &'w Tenant<'t>,
    options: Options<'w>,
    given: Option<&'w Policy>,
    /// The chosen accounts, in the order of the tenant's.
    all: Vec<Drafted>,
}

impl Work<'_, '_> {
    fn draft(&self, is_exact: bool) -> Result<Draft, DraftError> {
        let accounts = &self.tenant.frame.accounts;
        let blocks = blocks(&self.all, accounts, is_exact);
        let header = self.tenant.frame.header;
        let mut waivers = Waivers::new();
        let mut shared = Vec::new();
        loop {
            let mut used = self.used(&waivers);
            let unknown = unknown::of_tenant(self.tenant, &used);
            let members = self.members(&used);
            used.extend(members.values().flat_map(|members| match members {
                Members::Listed(list) => list.iter().cloned().collect(),
                Members::LeftOut(_) => Vec::new(),
            }));
            let names = Names::new(&self.tenant.directory, self.given, &used, members);
            let text = render(&Parts {
                head: head(&self.tenant.frame, !self.options.given.is_empty(), &unknown, &shared),
                names: &names,
                blocks: &blocks,
                waivers: &waivers,
                expires: expires(header.last_taken_at()),
                subscriptions: &header.subscriptions,
            });
            let left = self.left(&text)?;
            let mut more = Waivers::new();
            if waivers.is_empty() {
                for (finding, waiver) in &left.own {
                    if let Some(waiver) = waiver {
                        more.entry(waiver.clone()).or_insert_with(|| reason(finding));
                    }
                }
            }
            let title = |finding: &Finding| Shown::of(finding.title.as_str());
            let titles: Vec<Shown> = left.shared.iter().map(title).collect();
            if more.is_empty() && titles == shared {
                let mut summary = summary::summarize(&self.all, accounts, &waivers, &names);
                summary
                    .unknown
                    .splice(0..0, unknown.into_iter().map(|text| (text, Vec::new())));
                summary.failing = summary::failing(&left.failing);
                summary.shared = summary::failing(&left.shared);
                let left = left.own.iter().map(|(finding, _)| title(finding)).collect();
                return Ok(Draft { text, summary, left });
            }
            if !more.is_empty() {
                waivers = more;
            }
            shared = titles;
        }
    }

    /// The principals that the draft names.
    fn used(&self, waivers: &Waivers) -> BTreeSet<PrincipalId> {
        let grants = self
            .all
            .iter()
            .flat_map(|one| one.gathered.rules.grants.iter().flatten());
        let holders = self
            .all
            .iter()
            .flat_map(|one| one.holders.iter().flat_map(BTreeMap::values))
            .flat_map(BTreeMap::keys);
        let in_waivers = waivers.keys().filter_map(|waiver| waiver.principal.as_ref());
        let all = grants.map(|grant| &grant.principal).chain(holders).chain(in_waivers);
        all.cloned().collect()
    }

    /// The members of the groups that the draft declares.
    fn members(&self, used: &BTreeSet<PrincipalId>) -> BTreeMap<PrincipalId, Members> {
        let given = self.given.iter().flat_map(|policy| &policy.principals);
        let given: BTreeSet<&PrincipalId> = given.map(|principal| &principal.id).collect();
        let own = used.iter().filter(|id| !given.contains(id)).cloned();
        members(&self.tenant.directory, own)
    }

    /// What the tenant deviates in from the draft, or from the given files with the draft.
    fn left(&self, text: &str) -> Result<Left, DraftError> {
        if text.len() as u64 > LARGEST {
            let (bytes, accounts) = (text.len(), self.all.len());
            let of_tenant = &self.tenant.frame.accounts;
            let chosen = self.all.iter().filter_map(|one| of_tenant.get(one.place));
            // Parts have principals and rules in common, so each is larger than its share.
            let most = accounts * usize::try_from(LARGEST).unwrap_or(usize::MAX) / bytes / 2;
            let parts = parts(chosen.map(|account| account.id.name()), most);
            return Err(DraftError::TooLarge { bytes, accounts, parts });
        }
        let given = self.options.given.iter().copied();
        let files: Vec<(&str, &str)> = given.chain([(self.options.name, text)]).collect();
        Ok(left(self.tenant, &files, &|place| self.has(place))?)
    }

    fn has(&self, place: usize) -> bool {
        self.all.binary_search_by_key(&place, |one| one.place).is_ok()
    }
}

/// The comment above everything.
fn head(frame: &Frame<'_>, is_addition: bool, unknown: &[Shown], shared: &[Shown]) -> Vec<Shown> {
    let header = frame.header;
    let tenant = header.tenant_name.as_deref().unwrap_or(&header.tenant);
    let of = if tenant.is_empty() {
        Shown::default()
    } else {
        shown!(" of {}", Shown::of(tenant))
    };
    let scan = || shown!("the scan{} at {}", of, header.taken_at);
    let template = |origins: &Origins| shown!("the {} {}", origins.kind, Shown::of(&origins.file));
    let (from, what) = match frame.origins {
        None => (scan(), "What is assigned today"),
        Some(origins) if origins.has_tenant => (
            shown!("{} and {}", template(origins), scan()),
            "What is assigned after the deployment",
        ),
        Some(origins) => (template(origins), "What the template assigns"),
    };
    let mut lines = vec![
        shown!("Drafted by `cosmos-rbac policy init` from {}.", from),
        shown!(
            "{} is allowed. Review it, first what is marked TODO. `docs/policy.md` explains every key.",
            what
        ),
    ];
    if is_addition {
        lines.push("It is the second part of a policy: pass both files to `audit`, each with `-p`.".into());
    }
    lines.extend(unknown.iter().map(|text| shown!("Not known: {}.", text)));
    if !shared.is_empty() {
        lines.push("TODO: not waived, because a waiver would accept it in accounts outside this file, too:".into());
        lines.extend(shared.iter().take(SHARED).map(|title| shown!("  {}", title)));
    }
    if let Some(more) = shared.len().checked_sub(SHARED).filter(|more| *more > 0) {
        lines.push(shown!("  {} more", more));
    }
    lines
}
