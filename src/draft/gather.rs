//! What an account has, as rules that it keeps exactly; and what a policy leaves out of it, or can't know, with the reason.

use super::expressible::{data_actions, is_builtin, is_nameable, is_text, scope, takes_away};
use super::probe::Probe;
use super::rules::{DataRules, GrantRule, Granted, Omission, Omitted, RoleRule, Todo};
use super::unknown::of_account;
use super::yaml::shortened;
use crate::model::{
    AccountId, AccountRecord, ActionPattern, Api, Gap, Keys, Part, PrincipalId, RoleAssignment, RoleDefinition,
    RoleKind, Scope, Shown, arm_id,
};
use crate::resolve::{Directory, Grant, Tenant};
use crate::shown;
use foldhash::{HashSet, HashSetExt};
use std::collections::{BTreeMap, BTreeSet};

/// What an account has.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) rules: DataRules,
    pub(super) omissions: Vec<Omission>,
    /// What couldn't be read, so that there is no rule about it: the list, and why.
    pub(super) unknown: Vec<Shown>,
}

/// What is gathered of one account, and what wasn't read of it.
pub(super) fn gather(record: &AccountRecord, probe: &Probe, tenant: &Tenant<'_>) -> Gathered {
    let mut gathered = gather_data(record, probe, tenant);
    let more = of_account(record, &gathered.unknown);
    gathered.unknown.extend(more);
    gathered
}

fn gather_data(record: &AccountRecord, probe: &Probe, tenant: &Tenant<'_>) -> Gathered {
    let account = &record.account;
    let mut gathered = Gathered {
        rules: DataRules {
            local_auth: account.local_auth_disabled.is_some(),
            // Where keys are refused, the rule holds whatever the setting is.
            key_metadata_writes: account.key_metadata_writes_disabled == Some(true)
                || (account.key_metadata_writes_disabled.is_some() && account.keys() == Keys::Refused),
            ..DataRules::default()
        },
        omissions: Vec::new(),
        unknown: Vec::new(),
    };
    if let Some(row) = account.api.listed_only() {
        let why = shown!("who has access: this version doesn't analyze {}", row.title);
        gathered.unknown.push(why);
        return gathered;
    }
    if account.local_auth_disabled.is_none() {
        gathered
            .unknown
            .push(unread(record, Part::LocalAuth, "key-based authentication"));
    }
    if account.api == Api::CassandraCluster {
        let why = "users and roles of the cluster: Azure doesn't list them";
        gathered.unknown.push(why.into());
        return gathered;
    }
    if !account.api.has_roles_read() {
        let why = "roles and role assignments: this version doesn't know the API of the account";
        gathered.unknown.push(why.into());
        return gathered;
    }
    if !record.has_all_role_definitions() {
        gathered
            .unknown
            .push(unread(record, Part::RoleDefinitions, "role definitions"));
        return gathered;
    }
    let roles = gathered.roles(record, probe);
    if record.has_all_role_assignments() {
        gathered.grants(record, probe, tenant, &roles);
    } else {
        gathered
            .unknown
            .push(unread(record, Part::RoleAssignments, "role assignments"));
    }
    gathered.rules.roles = Some(roles.into_values().collect());
    gathered
}

/// What couldn't be read, and the status of the answer.
fn unread(record: &AccountRecord, part: Part, what: &'static str) -> Shown {
    let gap = record
        .gaps
        .iter()
        .find(|gap| gap.part() == part || gap.part() == Part::Account);
    let is_of_users = |gap: &&Gap| RoleKind::of_list(&gap.what).is_some_and(RoleKind::has_passwords);
    let what = gap.filter(is_of_users).map_or_else(|| what.into(), Gap::name);
    match gap.map(|gap| (gap.status, gap.code.as_str())) {
        _ if gap.is_some_and(Gap::is_until_deployment) => {
            let why = gap.map(|gap| Shown::of(gap.message.trim())).unwrap_or_default();
            shown!("{} aren't known before the deployment: {}", what, why)
        }
        Some((Some(status), _)) => shown!("{} couldn't be read ({})", what, status),
        Some((None, code)) => shown!("{} couldn't be read ({})", what, Shown::of(code)),
        _ => shown!("{} couldn't be read", what),
    }
}

impl Gathered {
    fn leave_out(&mut self, what: Omitted, text: Shown, why: &'static str) {
        self.omissions.push(Omission { what, text, why });
    }

    /// The custom roles that a policy can declare, by name.
    fn roles(&mut self, record: &AccountRecord, probe: &Probe) -> BTreeMap<String, RoleRule> {
        let mut rules: BTreeMap<String, RoleRule> = BTreeMap::new();
        let mut ambiguous: HashSet<String> = HashSet::new();
        let custom = record.role_definitions().iter().filter(|role| !role.is_built_in());
        for definition in custom {
            let rule = match role_rule(definition, record, probe) {
                Ok(rule) => rule,
                Err(why) => {
                    self.leave_out(Omitted::Role, shown!("role {}", Shown::of(definition.name())), why);
                    continue;
                }
            };
            match rules.get(&rule.name) {
                Some(other) if *other != rule => {
                    ambiguous.insert(rule.name);
                }
                _ => {
                    rules.insert(rule.name.clone(), rule);
                }
            }
        }
        for name in ambiguous.iter().collect::<BTreeSet<_>>() {
            rules.remove(name);
            let text = shown!("role {}", Shown::of(name));
            self.leave_out(Omitted::Role, text, "several role definitions have this name");
        }
        rules
    }

    /// The grants that somebody certainly has and that nothing speaks against.
    fn grants(
        &mut self,
        record: &AccountRecord,
        probe: &Probe,
        tenant: &Tenant<'_>,
        roles: &BTreeMap<String, RoleRule>,
    ) {
        let no_patterns: [&ActionPattern; 0] = [];
        let access = tenant.access(record, no_patterns);
        let mut rules: BTreeMap<(PrincipalId, Granted, String), bool> = BTreeMap::new();
        for (place, found) in access.assignments.iter().enumerate() {
            let assignment = found.assignment;
            let at = match &found.scope {
                Ok(scope) => Shown::of_value(scope),
                Err(_) => malformed(&assignment.scope),
            };
            let who = principal(&tenant.directory, &assignment.principal_id);
            let role = access.role_of(found);
            let text = shown!(
                "{} at {} for {}",
                role.map_or_else(|| unknown_role(assignment), |role| Shown::of(role.definition.name())),
                at,
                who
            );
            let dubious = probe.why(found, role).map_or(Ok(()), Err);
            match dubious.and_then(|()| grant_rule(access.grant(place), roles)) {
                Ok(rule) => {
                    let key = (rule.principal, rule.what, rule.scope);
                    let is_optional = rules.entry(key).or_insert(rule.is_optional);
                    *is_optional &= rule.is_optional;
                }
                Err(why) => self.leave_out(Omitted::Assignment, text, why),
            }
        }
        let rule = |((principal, what, scope), is_optional)| GrantRule {
            principal,
            what,
            scope,
            is_optional,
        };
        self.rules.grants = Some(rules.into_iter().map(rule).collect());
    }
}

/// An assignment whose role wasn't read, by what it is. A user of MongoDB has its role by name.
fn unknown_role(assignment: &RoleAssignment) -> Shown {
    match assignment.kind.has_passwords() {
        true => Shown::of(arm_id::last_segment(assignment.role_definition_id.as_str())),
        false => "role assignment".into(),
    }
}

/// A malformed scope in few words: without the paths of accounts that it begins with.
fn malformed(scope: &str) -> Shown {
    let mut rest = scope;
    while let Some((_, below)) = AccountId::split_prefix(rest) {
        rest = below;
    }
    let begin = if rest.len() < scope.len() { "…" } else { "" };
    shown!("{}{}", begin, Shown::of(&shortened(rest)))
}

/// A principal as comments name it.
pub(super) fn principal(directory: &Directory<'_>, id: &PrincipalId) -> Shown {
    Shown::of(directory.principal(id).name.as_deref().unwrap_or(id.as_str()))
}

fn role_rule(definition: &RoleDefinition, record: &AccountRecord, probe: &Probe) -> Result<RoleRule, &'static str> {
    let name = definition.role_name.as_str();
    if definition.claims_built_in {
        return Err("the role claims to be built in, but its ID isn't one of Azure's");
    }
    if !is_text(name) {
        return Err("a policy can't hold its name");
    }
    if RoleKind::builtins_named(name).next().is_some() {
        return Err("the role has the name of a built-in role");
    }
    let data_actions = data_actions(definition).ok_or("a policy can't name what the role grants")?;
    let texts = definition.assignable_scopes.iter();
    let scopes: Option<BTreeSet<String>> = texts
        .map(|text| scope(&Scope::parse(text, &record.account.id).ok()?))
        .collect();
    let scopes = scopes.filter(|scopes| !scopes.is_empty());
    let mut todo = probe.todo(&definition.id);
    if takes_away(definition) {
        todo.insert(Todo::NotDataActions);
    }
    if scopes.is_none() {
        todo.insert(Todo::AssignableScopes);
    } else {
        todo.remove(&Todo::AssignableScopes);
    }
    Ok(RoleRule {
        name: name.to_owned(),
        data_actions,
        assignable_scopes: scopes.map(|scopes| scopes.into_iter().collect()),
        todo,
    })
}

fn grant_rule(grant: Option<Grant<'_, '_>>, roles: &BTreeMap<String, RoleRule>) -> Result<GrantRule, &'static str> {
    let Some(grant) = grant else {
        return Err("the role assignment grants nothing");
    };
    if grant.is_foreign {
        return Err("the role is of another API than the account's");
    }
    if !grant.is_certain() {
        return Err("it isn't certain which role it names");
    }
    if !is_nameable(grant.principal()) {
        return Err("a policy can't name the principal");
    }
    let definition = grant.role.definition;
    let is_declared = || {
        let can_be = !definition.is_built_in() && !definition.kind.has_passwords();
        can_be && roles.contains_key(&definition.role_name)
    };
    let what = if is_builtin(definition) || is_declared() {
        Granted::Role(definition.role_name.clone())
    } else {
        Granted::Actions(data_actions(definition).ok_or("a policy can't name what the role grants")?)
    };
    Ok(GrantRule {
        principal: grant.principal().clone(),
        what,
        scope: scope(grant.scope).ok_or("a policy can't name the scope as one place")?,
        is_optional: takes_away(definition),
    })
}
