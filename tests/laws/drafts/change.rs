//! One change to a tenant by which somebody can do more.

use super::tenant::{NEWCOMER, collected, stranger};
use cosmos_rbac::finding::Finding;
use cosmos_rbac::model::{
    AccountId, AccountRecord, ActionPattern, Api, AzureRoleAssignment, AzureScope, PrincipalId, PrincipalKind,
    PrincipalRecord, RoleAssignment, RoleDefinition, RoleKind, Scope,
};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::{Line, Snapshot};
use proptest::sample::Index;

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    GrantAdded,
    GrantBeside,
    RoleBeside,
    ScopeWidened,
    ActionAdded,
    KeysOn,
    AzureRoleGiven,
    MemberAdded,
}

impl Change {
    pub(super) const ALL: [Self; 8] = [
        Self::GrantAdded,
        Self::GrantBeside,
        Self::RoleBeside,
        Self::ScopeWidened,
        Self::ActionAdded,
        Self::KeysOn,
        Self::AzureRoleGiven,
        Self::MemberAdded,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::GrantAdded => "grant added",
            Self::GrantBeside => "grant added at a similar scope",
            Self::RoleBeside => "role with a similar name added",
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
        let records = before.principals.iter().flatten();
        let is_in = |id: &PrincipalId, holder: &PrincipalId| {
            let mut groups = records.clone().filter(|record| record.id == *holder);
            id == holder || groups.any(|group| group.members.iter().flatten().any(|member| member == id))
        };
        let record = snapshot.accounts.get_mut(picks[6].index(number.max(1)))?;
        made.account = Some(record.account.id.clone());
        match kind {
            Change::GrantAdded => grant(record, &mut made)?,
            Change::GrantBeside => grant_beside(record, &mut made, picks, is_in)?,
            Change::RoleBeside => role_beside(record, &mut made, policy, picks)?,
            Change::ScopeWidened => scope(record, &mut made, picks)?,
            Change::ActionAdded => action(record, &mut made, policy, picks)?,
            Change::KeysOn => {
                let account = &mut record.account;
                (account.local_auth_disabled == Some(true)).then(|| account.local_auth_disabled = Some(false))?;
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
        kind: RoleKind::Sql,
        id: format!("{id}/sqlRoleAssignments/{}", stranger()),
        role_definition_id: format!("{id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002").into(),
        principal_id: stranger().into(),
        scope: id,
    });
    Some(())
}

/// A name that a pattern fits as well if it was made of the name by `*` in the place of odd characters.
fn beside(name: &str) -> String {
    let odd = |c: char| !c.is_ascii_alphanumeric() && c != '/';
    let similar: String = name
        .chars()
        .map(|c| if odd(c) { "q".to_owned() } else { c.to_string() })
        .collect();
    match similar == name {
        true => format!("{name}q"),
        false => similar,
    }
}

/// The same role for the same principal, at a place with a similar name where it has nothing.
fn grant_beside(
    record: &mut AccountRecord,
    made: &mut Changed,
    picks: &[Index],
    is_in: impl Fn(&PrincipalId, &PrincipalId) -> bool,
) -> Option<()> {
    is_stated(record)?;
    let id = record.account.id.clone();
    let roles: Vec<String> = record
        .role_definitions()
        .iter()
        .filter(|role| {
            role.patterns().next().is_some() && !role.permissions.iter().any(|one| !one.not_data_actions.is_empty())
        })
        .map(|role| role.id.to_lowercase())
        .collect();
    let list = record.role_assignments.as_mut()?;
    let scope = |one: &RoleAssignment| Scope::parse(&one.scope, &id).ok();
    let placed = |one: &RoleAssignment| {
        let scope = match scope(one)? {
            // Read without the account's API, no scope is a table.
            Scope::Account | Scope::Tables(_) | Scope::Table { .. } => return None,
            Scope::Database(name) => Scope::Database(beside(&name)),
            Scope::Container { database, container } => Scope::Container {
                database: beside(&database),
                container,
            },
        };
        let is_real = roles.contains(&one.role_definition_id.as_str().to_lowercase());
        let others = || {
            list.iter()
                .filter(|other| is_in(&one.principal_id, &other.principal_id))
        };
        // Where something is held in any reading, be it through a group, it is nothing new.
        let is_new = others().all(|other| {
            Scope::parse(&other.scope, &id).is_ok_and(|other| {
                other
                    .database()
                    .is_some_and(|name| !name.eq_ignore_ascii_case(scope.database().unwrap_or_default()))
            })
        });
        (is_real && is_new).then_some((one.clone(), scope))
    };
    let fit: Vec<(RoleAssignment, Scope)> = list.iter().filter_map(placed).collect();
    let (mut one, scope) = fit.get(picks[7].index(fit.len().max(1)))?.clone();
    made.principal = Some(one.principal_id.clone());
    made.what = format!("{one:?} at {scope}");
    one.id = format!("{}/sqlRoleAssignments/{}", id.as_str(), stranger());
    one.scope = format!("{}{scope}", id.as_str());
    list.push(one);
    Some(())
}

/// A role with a similar name.
fn role_beside(record: &mut AccountRecord, made: &mut Changed, policy: &Policy, picks: &[Index]) -> Option<()> {
    policy.for_account(&record.account).roles.as_ref()?;
    let id = record.account.id.as_str().to_owned();
    let roles = record.role_definitions.as_mut()?;
    let own: Vec<RoleDefinition> = roles.iter().filter(|role| !role.is_built_in()).cloned().collect();
    let mut role = own.get(picks[5].index(own.len().max(1)))?.clone();
    role.role_name = beside(&role.role_name);
    if own.iter().any(|other| other.role_name == role.role_name) {
        return None;
    }
    role.id = format!("{id}/sqlRoleDefinitions/{}", stranger());
    made.what = format!("{role:?}");
    made.role = Some(role.role_name.clone());
    roles.push(role);
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
    policy.for_account(&record.account).roles.as_ref()?;
    let roles = record.role_definitions.as_mut()?;
    let is_fit = |role: &RoleDefinition| {
        let has_it = role.patterns().any(|pattern| pattern.covers_most(MORE));
        !role.is_built_in() && !has_it && !role.permissions.is_empty()
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
    let id = group.id.clone();
    // The members of a group are those of groups within it, too.
    for group in records {
        let is_within = group.id == id || group.members.iter().flatten().any(|member| *member == id);
        if let Some(members) = group.members.as_mut().filter(|_| is_within) {
            members.push(stranger().into());
            group.members_count = group.members_count.map(|count| count + 1);
        }
    }
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
