//! `identity-takeover`: a principal can act as a managed identity that has access.

use super::chain::{Path, Question, Through, Words, judge, names};
use super::judge::keys_open;
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::not_checked::{Places, Reason};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::count;
use crate::finding::{About, Check, Group, Severity, What};
use crate::model::bypass::Caveat;
use crate::model::takeover::Identity;
use crate::model::{PrincipalId, Shown};
use crate::policy::Privilege;
use crate::resolve::Doubt;
use crate::shown;
use crate::title;
use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::Arc;

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
    ],
    summary: "A principal can act as a managed identity that has access",
    why: "A principal that controls a managed identity has its access. A federated credential on a user-assigned \
          identity is enough. So is attaching the identity to a virtual machine or an app that the principal can \
          write. Everyone who can run code on a resource can use the identity of that resource. Managed identities \
          count if they have a data-plane role assignment or another bypass, themselves or through a group. A \
          principal that can read the keys of the account, or grant access to its data, is reported for that \
          instead. Where the policy has neither `identity_admins` nor `role_admins` for an account, this is a note. \
          Identities with an unknown resource ID or host are listed as not checked.",
    fix: "Delete the Azure role assignment, assign it only at the identities and hosts that the principal needs, or \
          list the principal in `identity_admins`.",
};

/// Identities that a message names.
const NAMED: usize = 3;

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let directory = context.names.directory;
    let mut paths = Vec::new();
    for (id, accounts) in reached(context) {
        let at = directory.resource(&id);
        let accounts = Arc::new(accounts);
        let through = LazyCell::new(|| Through {
            name: context.names.quoted(&id),
            title: context.names.title_within(&id),
            id: id.clone(),
        });
        for chain in context.tenant.powers.takeovers(at.as_ref(), directory) {
            // The identity has its own access.
            if *chain.actor == id {
                continue;
            }
            paths.push(Path {
                chain,
                through: Some(Through::clone(&through)),
                accounts: Arc::clone(&accounts),
                doubt: at
                    .is_none()
                    .then(|| "where the managed identity is, as its resource ID isn't known".into()),
            });
        }
    }
    let question = Question {
        check: &CHECK,
        privilege: Privilege::IdentityAdmins,
        also: &[Privilege::RoleAdmins],
    };
    judge(&question, context, paths, |_, identities, accounts| {
        let mut shown: Vec<Shown> = identities.iter().take(NAMED).map(|one| one.name.clone()).collect();
        if identities.len() > NAMED {
            shown.push(count(identities.len() - NAMED, "other", "others"));
        }
        let (noun, verb) = match identities.len() {
            1 => ("the managed identity", "has"),
            _ => ("the managed identities", "have"),
        };
        let shown = Shown::list(&shown);
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
            consequence: shown!("{} {} access to {}.", shown, verb, names(context, accounts)),
        }
    })
}

/// The managed identities that have access, by the accounts and whether certainly: through the data plane or a bypass.
fn reached(context: &AuditContext<'_>) -> BTreeMap<PrincipalId, BTreeMap<usize, bool>> {
    let mut found: BTreeMap<PrincipalId, BTreeMap<usize, bool>> = BTreeMap::new();
    let mut add = |id: &PrincipalId, account: usize, sure: bool| {
        *found.entry(id.clone()).or_default().entry(account).or_insert(false) |= sure;
    };
    for (account, identities) in context.identities.iter().enumerate() {
        for (id, sure) in identities {
            add(id, account, *sure);
        }
    }
    let control = &context.tenant.control;
    for bypass in &control.bypasses {
        let identities = context.names.directory.identities(bypass.holder.principal());
        if identities.is_empty() {
            continue;
        }
        for reached in control.reached(bypass) {
            let account = context.tenant.account(reached.account);
            let is_open = !bypass.kind.is_of_keys() || account.and_then(keys_open).is_some();
            if is_open && !reached.doubts.contains(&Doubt::Action(Caveat::NotSeen)) {
                for id in identities {
                    add(id, reached.account, reached.is_certain());
                }
            }
        }
    }
    found
}

/// What was not checked: identities that nobody knows how to find, and subscriptions of which Azure RBAC was not read.
pub(in crate::checks) fn not_checked(context: &AuditContext<'_>) -> Vec<(Reason, Places)> {
    let frame = &context.tenant.frame;
    if !frame.has_control_plane() || frame.principals.is_none() {
        return Vec::new();
    }
    let directory = context.names.directory;
    let (mut lost, mut unknown_hosts, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for (id, accounts) in reached(context) {
        let list = match &directory.resource(&id) {
            None => &mut lost,
            Some(at) if !context.tenant.powers.knows(at) => &mut unread,
            Some(at) if Identity::at(at) == Identity::OfUnknownHost => &mut unknown_hosts,
            Some(_) => continue,
        };
        list.push((context.names.quoted(&id), accounts.into_keys().collect::<Vec<usize>>()));
    }
    let reason = |identities: Vec<(Shown, Vec<usize>)>, why: &'static str| {
        let names = identities.iter().map(|(name, _)| name).take(10);
        let why = shown!(
            "{}: {}: {}",
            count(identities.len(), "managed identity", "managed identities"),
            why,
            Shown::join(names, ", ")
        );
        let accounts = identities
            .iter()
            .flat_map(|(_, accounts)| accounts.iter().copied())
            .collect();
        (!identities.is_empty()).then(|| (Reason::new(What::Identities, why), Some(accounts)))
    };
    let reasons = [
        reason(lost, "the resource ID isn't known"),
        reason(unread, "Azure RBAC of the subscription wasn't read"),
        reason(
            unknown_hosts,
            "this version doesn't know what runs code on the resource",
        ),
    ];
    reasons.into_iter().flatten().collect()
}
