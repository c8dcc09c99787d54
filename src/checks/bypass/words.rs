//! The words for a bypass: who, what, which accounts, and where.

use super::question::Hit;
use crate::checks::context::AuditContext;
use crate::checks::wording::{azure_scope, count, quote};
use crate::finding::Title;
use crate::finding::title::Piece;
use crate::model::{BypassKind, PrincipalId, PrincipalKind, Shown};
use crate::policy::Privilege;
use crate::resolve::Holder;
use crate::shown;

/// Accounts that a message names.
const NAMED: usize = 3;
/// Members of a group that a message names.
const MEMBERS: usize = 5;

pub(super) fn verb(kind: BypassKind) -> &'static str {
    match kind {
        BypassKind::ReadKeys => "read the account keys of",
        BypassKind::ReadReadOnlyKeys => "read the read-only keys of",
        BypassKind::ChangeAccount => "change the settings of",
        BypassKind::GrantData => "create data-plane role assignments in",
        BypassKind::AssignRoles => "assign Azure roles that cover",
    }
}

/// What a title says that the holder of a bypass can do, before the accounts.
pub(super) fn does(context: &AuditContext<'_>, kind: BypassKind, accounts: &[usize]) -> &'static str {
    let is_disabled = |place: &usize| {
        let account = context.tenant.account(*place);
        account.is_some_and(|account| account.local_auth_disabled == Some(true))
    };
    match kind {
        BypassKind::ReadKeys => "read the account keys of",
        BypassKind::ReadReadOnlyKeys => "read the read-only keys of",
        BypassKind::ChangeAccount if accounts.iter().all(is_disabled) => "re-enable account keys of",
        BypassKind::ChangeAccount => "change the settings of",
        BypassKind::GrantData => "grant access to data in",
        BypassKind::AssignRoles => "assign Azure roles that cover",
    }
}

/// A title that names one or two accounts where they fit, and else says how many there are.
pub(super) fn title_of(context: &AuditContext<'_>, accounts: &[usize], title: impl Fn(Piece) -> Title) -> Title {
    let names = accounts.iter().filter_map(|place| context.tenant.account(*place));
    let names: Vec<Shown> = names.map(|account| Shown::of(account.id.name())).collect();
    match names.as_slice() {
        [one] => return title(one.into()),
        [_, _] => {
            let both = Shown::list(&names);
            let named = title(Piece::from(&both));
            if named.as_str().contains(both.as_str()) {
                return named;
            }
        }
        _ => {}
    }
    title(Piece::Text(count(accounts.len(), "account", "accounts")))
}

/// What the policy says of it, as a sentence.
pub(super) fn unlisted(privilege: Privilege, is_stated: bool) -> Shown {
    match is_stated {
        true => shown!("Not listed in {}.", quote(privilege.key())),
        false => shown!("The policy has no {} there.", quote(privilege.key())),
    }
}

pub(super) fn who(context: &AuditContext<'_>, holder: Holder<'_>) -> Shown {
    let principal = context.names.principal(holder.principal());
    if let Some(delegation) = holder.delegation() {
        let name = quote(&principal.to_string());
        return shown!("{} of the managing tenant {}", name, quote(delegation.managed_by()));
    }
    let kind = match principal.kind {
        _ if holder.is_of_another_tenant() => Some("group of another tenant".to_owned()),
        // The service says so, too, if the directory was not asked.
        PrincipalKind::Unknown => holder.principal_type().map(|kind| match kind {
            "User" => "user".to_owned(),
            "Group" => "group".to_owned(),
            "ServicePrincipal" => "service principal".to_owned(),
            other => other.to_owned(),
        }),
        kind => Some(kind.word().replace('-', " ")),
    };
    match kind {
        Some(kind) => shown!("{} ({})", quote(&principal.to_string()), Shown::of(&kind)),
        None => quote(&principal.to_string()),
    }
}

/// The people in a group, as a sentence of their own. The members of groups in it are among them.
pub(super) fn members(context: &AuditContext<'_>, id: &PrincipalId) -> Option<Shown> {
    let record = context.names.directory.record(id)?;
    let members = record.members.iter().flatten();
    let members: Vec<&PrincipalId> = members.filter(|id| !context.names.directory.is_group(id)).collect();
    if members.is_empty() {
        return None;
    }
    let mut names: Vec<Shown> = members
        .iter()
        .take(MEMBERS)
        .map(|member| context.names.mentioned(member))
        .collect();
    let others = members.len() - names.len();
    match (record.has_all_members(), others) {
        (true, 0) => {}
        (true, others) => names.push(count(others, "other", "others")),
        (false, 0) => names.push("possibly others".into()),
        (false, others) => names.push(shown!("at least {}", count(others, "other", "others"))),
    }
    Some(shown!(" Members: {}.", Shown::list(&names)))
}

pub(super) fn accounts(context: &AuditContext<'_>, hits: &[Hit<'_, '_>]) -> Shown {
    account_names(context, hits.iter().map(|hit| hit.reached.account))
}

/// The first of the accounts, and how many others there are.
pub(in crate::checks) fn account_names(
    context: &AuditContext<'_>,
    accounts: impl ExactSizeIterator<Item = usize>,
) -> Shown {
    let all = accounts.len();
    let found = accounts.filter_map(|place| context.tenant.account(place));
    let mut names: Vec<Shown> = found.take(NAMED).map(|account| quote(account.id.name())).collect();
    if all > names.len() {
        names.push(count(all - names.len(), "other account", "other accounts"));
    }
    Shown::list(&names)
}

/// Where the role is assigned.
pub(super) fn scope_name(context: &AuditContext<'_>, holder: Holder<'_>) -> Shown {
    azure_scope(holder.scope(), &context.tenant.frame.header.subscriptions)
}
