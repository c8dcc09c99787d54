//! `identity-takeover`: a principal can act as a managed identity that has access.

use super::chain::{Words, judge, names};
use super::reached::reached;
use super::ways::{Question, Through, Ways};
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::not_checked::{ByPrincipal, Places, Reason, group_members, without_records};
use crate::checks::reached::{Accounts, Reached};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::count;
use crate::finding::{About, Check, Group, Severity, What};
use crate::model::takeover::Identity;
use crate::model::{PrincipalId, Shown};
use crate::policy::Privilege;
use crate::resolve::{Chain, Takeovers};
use crate::shown;
use crate::title;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Audit(run),
    origin: Origin::AzureRole("act as a managed identity with access to"),
};

static CHECK: Check = Check {
    id: "identity-takeover",
    group: Group::Bypass,
    severity: Severity::High,
    about: About::Tenant,
    needs: &[
        What::IdentityAdmins,
        What::AzureRbac,
        What::Delegations,
        What::Identities,
        What::Directory,
        // What an identity has, itself or through a group, decides whether it is worth taking over.
        What::GroupMembers,
        What::RoleAssignments,
        What::RoleDefinitions,
    ],
    summary: "A principal can act as a managed identity that has access",
    why: "A principal that controls a managed identity has its access. A federated credential on a user-assigned \
          identity is enough. So is attaching the identity to a virtual machine or an app that the principal can \
          write. Everyone who can run code on a resource, or sign in to a virtual machine, can use the identity of that \
          resource. Managed identities count if they have a data-plane role assignment or another bypass, themselves or through a group, or \
          can act as an identity that counts. A \
          principal that can read the keys of the account, or grant access to its data, is reported for that \
          instead. Where the policy has neither `identity_admins` nor `role_admins` for an account, this is a note. \
          Identities with an unknown resource ID or host are listed as not checked. So are user-assigned identities: \
          scans don't read which resources use them, and so not who can run code there.",
    fix: "Delete the Azure role assignment, assign it only at the identities and hosts that the principal needs, or \
          list the principal in `identity_admins`.",
};

/// Identities that a message names.
const NAMED: usize = 3;

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let reached = reached(context);
    let identities: Vec<_> = reached.identities().collect();
    let takeovers = context.tenant.powers.takeovers(context.names.directory);
    // Of all that nobody knows where they are, the same.
    let anywhere = OnceLock::new();
    let ways = |(id, holders): &(&PrincipalId, &[&PrincipalId])| {
        ways_to(id, || reached.accounts(holders), context, (&takeovers, &anywhere))
    };
    let question = Question {
        check: &CHECK,
        privilege: Privilege::IdentityAdmins,
        also: &[Privilege::RoleAdmins],
    };
    judge(&question, context, &identities, ways, |identities, accounts| {
        let mut shown: Vec<Shown> = identities.iter().take(NAMED).map(|one| one.name.clone()).collect();
        if identities.len() > NAMED {
            shown.push(count(identities.len() - NAMED, "other", "others"));
        }
        let (noun, verb) = match identities.len() {
            1 => ("the managed identity", "has"),
            _ => ("the managed identities", "have"),
        };
        let shown = Shown::list(&shown);
        let acting = acting(context, reached, identities);
        Words {
            title: |who, identities, accounts| match identities {
                [one] => title!(
                    "{} can act as {}, which has access to {}",
                    who,
                    one.title.clone(),
                    accounts
                ),
                many => title!(
                    "{} can act as {} managed identities that have access to {}",
                    who,
                    many.len(),
                    accounts
                ),
            },
            does: shown!("act as {} {}", noun, &shown),
            consequence: shown!("{} {} access to {}.{}", shown, verb, names(context, accounts), acting),
        }
    })
}

/// Of the managed identities that have their access from others: who these are. Begins with a blank; often nothing.
fn acting(context: &AuditContext<'_>, reached: &Reached<'_>, identities: &[Through]) -> Shown {
    let found = identities.iter().map(|one| (one, reached.only_acts_as(&one.id)));
    let mut found = found.filter(|(_, others)| !others.is_empty());
    let Some((one, others)) = found.next() else {
        return Shown::default();
    };
    let mut all: Vec<Shown> = others.iter().take(NAMED).map(|id| context.names.quoted(id)).collect();
    if others.len() > NAMED {
        all.push(count(others.len() - NAMED, "other", "others"));
    }
    match identities {
        [_] => shown!(" It has this access because it can act as {}.", Shown::list(&all)),
        _ => shown!(
            " {} has this access because it can act as {}.",
            one.name.clone(),
            Shown::list(&all)
        ),
    }
}

/// The ways to take over one managed identity. `anywhere`: those to one that nobody knows where it is, found when the first
/// asks.
fn ways_to<'w, 'a>(
    id: &PrincipalId,
    accounts: impl FnOnce() -> Arc<Accounts>,
    context: &AuditContext<'a>,
    (takeovers, anywhere): (&Takeovers<'_, 'a>, &'w OnceLock<Vec<Chain<'a>>>),
) -> Option<Ways<'w, 'a>> {
    let at = context.names.directory.resource(id);
    let chains = match &at {
        Some(place) => Cow::Owned(takeovers.of(Some(place))),
        None => Cow::Borrowed(anywhere.get_or_init(|| takeovers.of(None)).as_slice()),
    };
    let is_open = !chains.is_empty();
    is_open.then(|| Ways {
        chains,
        through: Some(Through {
            name: context.names.quoted(id),
            title: context.names.title_within(id),
            id: id.clone(),
        }),
        accounts: accounts(),
        doubt: at
            .is_none()
            .then(|| "where the managed identity is, as its resource ID isn't known".into()),
    })
}

/// What was not checked: identities that nobody knows how to find, and subscriptions of which Azure RBAC was not read.
pub(in crate::checks) fn not_checked(context: &AuditContext<'_>) -> Vec<(Reason, Places)> {
    let frame = &context.tenant.frame;
    if !frame.has_control_plane() || frame.principals.is_none() {
        return Vec::new();
    }
    let directory = context.names.directory;
    let (mut lost, mut unknown_hosts, mut unread, mut attached) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let reached = reached(context);
    for (id, holders) in reached.identities() {
        let list = match &directory.resource(id) {
            None => &mut lost,
            Some(at) if !context.tenant.powers.knows(at) => &mut unread,
            Some(at) => match Identity::at(at) {
                Identity::OfUnknownHost => &mut unknown_hosts,
                // Whoever runs code on a resource that has it can act as it, and no list that is read says which have it.
                Identity::UserAssigned => &mut attached,
                Identity::Of(_) => continue,
            },
        };
        list.push((context.names.quoted(id), holders));
    }
    let reason = |identities: Vec<(Shown, &[&PrincipalId])>, [one, several]: [&'static str; 2]| {
        let names = identities.iter().map(|(name, _)| name).take(10);
        let why = if identities.len() == 1 { one } else { several };
        let why = shown!(
            "{}: {}: {}",
            count(identities.len(), "managed identity", "managed identities"),
            why,
            Shown::join(names, ", ")
        );
        let holders: BTreeSet<&PrincipalId> = identities.iter().flat_map(|(_, holders)| *holders).copied().collect();
        let accounts = reached.accounts(&Vec::from_iter(holders));
        let accounts = accounts.places().collect();
        (!identities.is_empty()).then(|| (Reason::new(What::Identities, why), Some(accounts)))
    };
    let reasons = [
        reason(lost, ["the resource ID isn't known", "their resource IDs aren't known"]),
        reason(
            unread,
            [
                "Azure RBAC of the subscription wasn't read",
                "Azure RBAC of their subscriptions wasn't read",
            ],
        ),
        reason(
            unknown_hosts,
            [
                "this version doesn't know what runs code on the resource",
                "this version doesn't know what runs code on their resources",
            ],
        ),
        reason(
            attached,
            [
                "scans don't read which resources use it",
                "scans don't read which resources use them",
            ],
        ),
    ];
    reasons.into_iter().flatten().chain(hidden(context, reached)).collect()
}

/// Those who can act as an identity, and who could be identities themselves, or groups with others in them.
fn hidden(context: &AuditContext<'_>, reached: &Reached<'_>) -> Vec<(Reason, Places)> {
    let (mut groups, mut nameless) = (ByPrincipal::new(), ByPrincipal::new());
    for (actor, (hidden, identities)) in &reached.hidden {
        let holders = identities.iter().filter_map(|id| reached.holders_of.get(id)).flatten();
        let holders: BTreeSet<&PrincipalId> = holders.copied().collect();
        let places: BTreeSet<usize> = reached.accounts(&Vec::from_iter(holders)).places().collect();
        let lost = context.names.directory.nameless_members(actor);
        for id in lost.chain(hidden.record.then_some(*actor)) {
            nameless.entry(id.clone()).or_default().extend(&places);
        }
        if hidden.members {
            groups.entry((*actor).clone()).or_default().extend(places);
        }
    }
    let mut said = group_members(context.names, groups, false);
    said.extend(without_records(context.tenant, context.names, nameless));
    let reason = |(what, why, places)| (Reason::new(what, why), Some(places));
    said.into_iter().map(reason).collect()
}
