//! One change to a tenant by which somebody can do more.

use super::tenant::{NEWCOMER, collected, stranger};
use cosmos_rbac::finding::Finding;
use cosmos_rbac::model::{
    AccountId, AccountRecord, ActionPattern, Api, AzureRoleAssignment, AzureScope, PrincipalId, PrincipalKind,
    PrincipalRecord, RoleAssignment, RoleDefinition, Scope,
};
use cosmos_rbac::policy::{Policy, Waiver};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::{Line, Snapshot};
use proptest::sample::Index;

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    GrantAdded,
    ScopeWidened,
    ActionAdded,
    KeysOn,
    AzureRoleGiven,
    MemberAdded,
}

impl Change {
    pub(super) const ALL: [Self; 6] = [
        Self::GrantAdded,
        Self::ScopeWidened,
        Self::ActionAdded,
        Self::KeysOn,
        Self::AzureRoleGiven,
        Self::MemberAdded,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::GrantAdded => "grant added",
            Self::ScopeWidened => "scope widened",
            Self::ActionAdded => "action added",
            Self::KeysOn => "keys on",
            Self::AzureRoleGiven => "Azure role given",
            Self::MemberAdded => "member added",
        }
    }
}

/// A tenant after a change, and what has to be named.
pub(super) struct Changed {
    pub(super) snapshot: Snapshot,
    pub(super) what: String,
    account: Option<AccountId>,
    principal: Option<PrincipalId>,
    role: Option<String>,
}

impl Changed {
    /// Whether a finding is about what was changed.
    pub(super) fn is_named_by(&self, finding: &Finding) -> bool {
        let subject = &finding.subject;
        self.account.as_ref().is_none_or(|id| finding.account() == Some(id))
            && self
                .principal
                .as_ref()
                .is_none_or(|id| subject.principal_id() == Some(id))
            && self
                .role
                .as_deref()
                .is_none_or(|name| subject.role_name() == Some(name))
    }
}

/// The tenant with one change; `None`: there is nothing to change so.
pub(super) fn changed(kind: Change, before: &Snapshot, policy: &Policy, picks: &[Index]) -> Option<Changed> {
    let mut snapshot = before.clone();
    let mut made = Changed {
        snapshot: before.clone(),
        what: String::new(),
        account: None,
        principal: None,
        role: None,
    };
    if kind == Change::AzureRoleGiven {
        azure_role(&mut snapshot, &mut made, picks)?;
    } else if kind == Change::MemberAdded {
        member(&mut snapshot, &mut made, policy, picks)?;
    } else {
        let number = snapshot.accounts.len();
        let record = snapshot.accounts.get_mut(picks[6].index(number.max(1)))?;
        made.account = Some(record.account.id.clone());
        match kind {
            Change::GrantAdded => grant(record, &mut made)?,
            Change::ScopeWidened => scope(record, &mut made, picks)?,
            Change::ActionAdded => action(record, &mut made, policy, picks)?,
            Change::KeysOn => {
                // Whether keys of other APIs are refused isn't documented: a waiver accepts that they work, for a while. In
                // Azure, no two accounts have one name.
                let account = &mut record.account;
                let is_waived = |waiver: &Waiver| {
                    let names = waiver
                        .account
                        .as_ref()
                        .is_some_and(|glob| glob.matches(account.id.name()));
                    waiver.check.id == "local-auth-enabled" && names
                };
                let is_off = account.local_auth_disabled == Some(true) && !policy.waivers.iter().any(is_waived);
                is_off.then(|| account.local_auth_disabled = Some(false))?;
            }
            Change::AzureRoleGiven | Change::MemberAdded => {}
        }
    }
    let lines: Vec<Line> = snapshot.lines().skip(1).collect();
    made.snapshot = collected(before.header.clone(), lines.into_iter());
    // What is certainly denied is no change.
    let is_given = kind != Change::AzureRoleGiven || is_reached(&made.snapshot, policy);
    is_given.then_some(made)
}

fn grant(record: &mut AccountRecord, made: &mut Changed) -> Option<()> {
    is_stated(record)?;
    let id = record.account.id.as_str().to_owned();
    made.principal = Some(stranger().into());
    record.role_assignments.as_mut()?.push(RoleAssignment {
        id: format!("{id}/sqlRoleAssignments/{}", stranger()),
        role_definition_id: format!("{id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000009").into(),
        principal_id: stranger().into(),
        scope: id,
    });
    Some(())
}

/// Whether the draft says who has access.
fn is_stated(record: &AccountRecord) -> Option<()> {
    let is_stated =
        record.account.api == Api::Sql && record.has_all_role_assignments() && record.has_all_role_definitions();
    is_stated.then_some(())
}

fn scope(record: &mut AccountRecord, made: &mut Changed, picks: &[Index]) -> Option<()> {
    is_stated(record)?;
    let id = record.account.id.clone();
    let grants = |list: &[RoleDefinition], one: &RoleAssignment| {
        let mut named = list.iter().filter(|role| {
            one.role_definition_id
                .as_str()
                .to_lowercase()
                .ends_with(&role.id.rsplit('/').next().unwrap().to_lowercase())
        });
        named.any(|role| {
            role.permissions
                .iter()
                .any(|permission| !permission.data_actions.is_empty())
        })
    };
    let roles = record.role_definitions.clone()?;
    let list = record.role_assignments.as_mut()?;
    let is_whole = |one: &RoleAssignment| {
        !matches!(
            Scope::parse(&one.scope, &id),
            Ok(Scope::Database(_) | Scope::Container { .. })
        )
    };
    // Whoever has it everywhere already gets nothing.
    let has_whole = list.iter().any(is_whole);
    let is_fit = |one: &RoleAssignment| {
        !is_whole(one) && grants(&roles, one) && (!has_whole || one.principal_id.as_str() == NEWCOMER)
    };
    let fit: Vec<usize> = (0..list.len()).filter(|place| is_fit(&list[*place])).collect();
    let one = list.get_mut(*fit.get(picks[7].index(fit.len().max(1)))?)?;
    made.what = format!("{one:?}");
    made.principal = Some(one.principal_id.clone());
    one.scope = id.as_str().to_owned();
    Some(())
}

fn action(record: &mut AccountRecord, made: &mut Changed, policy: &Policy, picks: &[Index]) -> Option<()> {
    const MORE: &str = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/replace";
    let of_account = policy.for_account(&record.account);
    let declared: Vec<&str> = of_account
        .roles
        .iter()
        .flatten()
        .map(|rule| rule.name.as_str())
        .collect();
    // What a policy can't describe is waived as a whole.
    let is_waived = |waiver: &Waiver, name: &str| {
        waiver
            .account
            .as_ref()
            .is_none_or(|glob| glob.matches(record.account.id.name()))
            && waiver.role.as_ref().is_none_or(|glob| glob.matches(name))
            && ["role-drift", "role-undeclared"].contains(&waiver.check.id)
    };
    let roles = record.role_definitions.as_mut()?;
    let is_fit = |role: &RoleDefinition| {
        let name = role.role_name.as_str();
        let has_it = role.patterns().any(|pattern| pattern.covers_most(MORE));
        let is_waived = policy.waivers.iter().any(|waiver| is_waived(waiver, name));
        !role.is_built_in() && declared.contains(&name) && !has_it && !is_waived && !role.permissions.is_empty()
    };
    let fit: Vec<usize> = (0..roles.len()).filter(|place| is_fit(&roles[*place])).collect();
    let role = roles.get_mut(*fit.get(picks[5].index(fit.len().max(1)))?)?;
    let name = role.role_name.clone();
    role.permissions
        .first_mut()?
        .data_actions
        .push(ActionPattern::full(MORE));
    made.what = format!("{name:?}");
    made.role = Some(name);
    Some(())
}

/// Of a group that the draft declares, unless it says in a comment that not all members are known.
fn member(snapshot: &mut Snapshot, made: &mut Changed, policy: &Policy, picks: &[Index]) -> Option<()> {
    let records = snapshot.principals.as_mut()?;
    let is_fit = |record: &PrincipalRecord| {
        let is_declared = policy.principals.iter().any(|one| one.id == record.id);
        let is_counted = record.has_all_members() && record.members_count.is_some();
        record.kind == PrincipalKind::Group && is_declared && is_counted
    };
    let fit: Vec<usize> = (0..records.len()).filter(|place| is_fit(&records[*place])).collect();
    let group = records.get_mut(*fit.get(picks[3].index(fit.len().max(1)))?)?;
    made.what = format!("{group:?}");
    made.principal = Some(stranger().into());
    group.members.as_mut()?.push(stranger().into());
    group.members_count = group.members_count.map(|count| count + 1);
    Some(())
}

fn azure_role(snapshot: &mut Snapshot, made: &mut Changed, picks: &[Index]) -> Option<()> {
    let number = snapshot.control_planes.len();
    let plane = snapshot.control_planes.get_mut(picks[4].index(number.max(1)))?;
    let at = format!("/subscriptions/{}", plane.subscription);
    let administrator = plane.role_definitions.iter().flatten().last()?.id.clone();
    made.principal = Some(stranger().into());
    plane.role_assignments.as_mut()?.push(AzureRoleAssignment {
        id: format!("{at}/providers/Microsoft.Authorization/roleAssignments/{}", stranger()),
        role_definition_id: administrator,
        principal_id: stranger().into(),
        principal_type: Some("User".to_owned()),
        scope: AzureScope::from(at),
        condition: None,
        created_on: None,
    });
    Some(())
}

/// Whether the stranger has a bypass to an account of which the policy says who can have it.
fn is_reached(snapshot: &Snapshot, policy: &Policy) -> bool {
    let tenant = Tenant::of(snapshot);
    // Keys that are refused open nothing.
    let own = tenant
        .control
        .bypasses
        .iter()
        .filter(|bypass| !bypass.kind.is_of_keys());
    let own = own.filter(|bypass| *bypass.holder.principal() == stranger().as_str().into());
    let mut places = own
        .flat_map(|bypass| tenant.control.reached(bypass))
        .map(|reached| reached.account);
    places.any(|place| {
        let account = tenant.account(place);
        account.is_some_and(|account| !policy.for_account(account).holders.is_empty())
    })
}
