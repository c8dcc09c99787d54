//! Writes role definitions, as a policy declares them or with what is doubtful in them worked out.

use super::world::{World, is_allowed, is_assignable, required};
use crate::checks::command::{Command, own_name};
use crate::checks::context::AccountContext;
use crate::checks::steps::Steps;
use crate::checks::wording::{count, quote};
use crate::finding::AccountEdit;
use crate::model::arm_id::last_segment;
use crate::model::{ActionPattern, ActionSet, Atom, Bounds, Permission, Scope, Shown};
use crate::policy::RoleRule;
use crate::resolve::Role;
use crate::shown;
use serde::Serialize;

/// The body that `az cosmosdb sql role definition create` and `update` take.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    id: &'a str,
    role_name: &'a str,
    r#type: &'static str,
    assignable_scopes: Vec<String>,
    permissions: [BodyPermission; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BodyPermission {
    data_actions: Vec<String>,
}

/// The body of a role definition that is to be written.
pub(super) fn body(id: &str, role_name: &str, scopes: &[Scope], actions: &[String]) -> Result<String, Shown> {
    if scopes.is_empty() || actions.is_empty() {
        return Err("a role definition needs data actions and assignable scopes".into());
    }
    let body = Body {
        id,
        role_name,
        r#type: "CustomRole",
        assignable_scopes: scopes.iter().map(Scope::to_string).collect(),
        permissions: [BodyPermission {
            data_actions: actions.to_vec(),
        }],
    };
    serde_json::to_string(&body).map_err(|_| "the role definition can't be written as JSON".into())
}

/// A role definition that is to be written.
struct Definition {
    scopes: Vec<Scope>,
    actions: Vec<String>,
}

impl Definition {
    fn body(&self, id: &str, role_name: &str) -> Result<String, Shown> {
        body(id, role_name, &self.scopes, &self.actions)
    }

    fn edit(&self, id: &str, role_name: &str) -> AccountEdit {
        AccountEdit::WriteDefinition {
            id: id.to_owned(),
            name: role_name.to_owned(),
            scopes: self.scopes.clone(),
            actions: self.actions.clone(),
        }
    }

    /// As the policy declares it; what it leaves open is `scopes`.
    fn declared(rule: &RoleRule, scopes: impl FnOnce() -> Option<Vec<Scope>>) -> Result<Self, Shown> {
        if !rule.permission.not_data_actions.is_empty() {
            return Err("the Azure CLI leaves out `NotDataActions`".into());
        }
        let scopes = match &rule.assignable_scopes {
            Some(patterns) => patterns.iter().map(|pattern| pattern.literal()).collect(),
            None => scopes(),
        };
        let scopes: Vec<Scope> = scopes.ok_or("its assignable scopes aren't whole names")?;
        let actions = rule.permission.data_actions.iter();
        let actions: Vec<String> = actions.map(|pattern| pattern.as_str().to_owned()).collect();
        Ok(Self { scopes, actions })
    }

    fn bounds(&self, context: &AccountContext<'_, '_>) -> Bounds {
        context.access.universe.bounds([&Permission {
            data_actions: self.actions.iter().map(ActionPattern::full).collect(),
            not_data_actions: Vec::new(),
        }])
    }

    /// Why the policy would not be kept by changing `role` to this.
    fn objection(&self, context: &AccountContext<'_, '_>, role: &Role<'_>) -> Option<Shown> {
        let bounds = self.bounds(context);
        let own = || {
            let grants = context.access.grants();
            grants.filter(|grant| grant.role.definition.id == role.definition.id)
        };
        for grant in own() {
            let (who, at) = (
                context.names.mentioned(grant.principal()),
                quote(&grant.scope.to_string()),
            );
            let covers = self.scopes.iter().any(|scope| scope.covers(grant.scope));
            if !covers && is_assignable(context, role, grant.scope) {
                return Some(shown!(
                    "the role is assigned to {} at {}, which these scopes don't include",
                    who,
                    at
                ));
            }
            let allowed = |bounds: &Bounds| is_allowed(context, grant.principal(), grant.scope, bounds);
            let is_less = bounds.is_within(&role.bounds);
            if !is_less && !allowed(&bounds) {
                return Some(shown!("{} would get more access at {} than the policy allows", who, at));
            }
        }
        let world = World::with_role(context, &role.definition.id, bounds);
        let broken = required(context).find(|rule| world.breaks(rule));
        broken.map(|rule| {
            shown!(
                "the policy requires more access for {} at {}",
                context.names.mentioned(rule.principal),
                quote(&rule.scope.to_string())
            )
        })
    }

    /// Updates `role` to this.
    fn update(&self, context: &AccountContext<'_, '_>, role: &Role<'_>) -> Result<Steps, Shown> {
        let definition = role.definition;
        let id = own_name(&context.account().id, &definition.id).ok_or("its ID isn't in the account")?;
        if let Some(objection) = self.objection(context, role) {
            return Err(objection);
        }
        let body = self.body(id, &definition.role_name)?;
        let command = Command::write_definition(context.account(), "definition update", &body);
        let edit = self.edit(&definition.id, &definition.role_name);
        let command = command.doing(&context.account().id, edit);
        Ok(Steps::one(command, self.changes(context, role)))
    }

    /// What the holders of `role` lose and get.
    fn changes(&self, context: &AccountContext<'_, '_>, role: &Role<'_>) -> Shown {
        let universe = &context.access.universe;
        let (old, new) = (role.bounds.most(), self.bounds(context));
        let holders = context.access.grants();
        let holders = holders
            .filter(|grant| grant.role.definition.id == role.definition.id)
            .count();
        let mut changes = shown!(
            "Changes role {} for {}.",
            quote(role.definition.name()),
            count(holders, "role assignment", "role assignments")
        );
        let is_named = |atom: &Atom| atom.wildcard().is_none();
        let sides = [
            (old.minus(new.most()), "Its holders can no longer"),
            (new.most().minus(old), "Its holders can also"),
        ];
        for (set, verb) in sides {
            let named: ActionSet = universe.filter(&set, is_named);
            if !named.is_empty() {
                changes.push(shown!(" {} {}.", verb, universe.verbs(&named)));
            } else if !set.is_empty() {
                changes.push(shown!(" {} {}.", verb, universe.verbs(&set)));
            }
        }
        changes
    }
}

fn own_scopes(context: &AccountContext<'_, '_>, role: &Role<'_>, mend: bool) -> Option<Vec<Scope>> {
    let account = context.account();
    let texts = role.definition.assignable_scopes.iter();
    let scope = |text: &String| match account.scope(text) {
        Ok(scope) => Some(scope),
        Err(_) if mend => account.forgiving_scope(text),
        Err(_) => None,
    };
    let mut scopes: Vec<Scope> = texts.map(scope).collect::<Option<_>>()?;
    scopes.sort();
    scopes.dedup();
    Some(scopes)
}

fn or_words(summary: &'static str, steps: Result<Steps, Shown>) -> (Shown, Steps) {
    match steps {
        Ok(steps) => (summary.into(), steps),
        Err(why) => (
            shown!("{} No command is given, because {}.", summary, why),
            Steps::default(),
        ),
    }
}

/// Sets a role definition back to what the policy declares.
pub(in crate::checks) fn restore(context: &AccountContext<'_, '_>, rule: &RoleRule, role: &Role<'_>) -> (Shown, Steps) {
    let declared = Definition::declared(rule, || own_scopes(context, role, false));
    let steps = declared.and_then(|definition| definition.update(context, role));
    or_words("Set the role definition back to the policy's definition.", steps)
}

/// Creates a role definition as the policy declares it.
pub(in crate::checks) fn create(context: &AccountContext<'_, '_>, rule: &RoleRule) -> (Shown, Steps) {
    let steps = Definition::declared(rule, || Some(vec![Scope::Account])).and_then(|definition| {
        let mut same = context.access.own_roles();
        if same.any(|role| role.definition.role_name.eq_ignore_ascii_case(&rule.name)) {
            return Err("another role definition of the account has this name".into());
        }
        let account = &context.account().id;
        let kind = context.account().api.role_kind().unwrap_or_default();
        let id = AccountEdit::new_id(account, kind.row().definitions, [rule.name.as_str()]);
        let body = definition.body(last_segment(&id), &rule.name)?;
        let command = Command::write_definition(context.account(), "definition create", &body);
        let command = command.doing(account, definition.edit(&id, &rule.name));
        let changes = shown!("Creates role {}. It has no assignments yet.", quote(&rule.name));
        Ok(Steps::one(command, changes))
    });
    or_words("Create the role definition from the policy.", steps)
}

/// Writes the malformed assignable scopes of a role as they are meant.
pub(in crate::checks) fn mend_scopes(context: &AccountContext<'_, '_>, role: &Role<'_>) -> (Shown, Steps) {
    let steps = rewritable(context, role).and_then(|()| {
        let permissions = role.definition.permissions.iter();
        let subtracts = role
            .definition
            .permissions
            .iter()
            .any(|one| !one.not_data_actions.is_empty());
        if subtracts {
            return Err("the Azure CLI leaves out `NotDataActions`".into());
        }
        let actions = permissions.flat_map(|permission| &permission.data_actions);
        let mut actions: Vec<String> = actions.map(|pattern| pattern.as_str().to_owned()).collect();
        actions.sort();
        actions.dedup();
        let scopes = own_scopes(context, role, true).ok_or("it isn't clear which scopes are meant")?;
        Definition { scopes, actions }.update(context, role)
    });
    or_words("Correct the assignable scopes of the role.", steps)
}

/// Lists the data actions of a role one by one, without wildcards and `notDataActions`, where it is certain which these are.
pub(in crate::checks) fn rewrite(
    context: &AccountContext<'_, '_>,
    role: &Role<'_>,
    summary: &'static str,
) -> (Shown, Steps) {
    if role.definition.kind.has_passwords() {
        return (summary.into(), Steps::default());
    }
    let rules = context.policy.roles.iter().flatten();
    let rules = rules.filter(|rule| rule.name == role.definition.role_name && !role.definition.is_built_in());
    // Of several that contradict each other, the first in the file, whatever the order of its blocks.
    if let Some(rule) = rules.min_by_key(|rule| &rule.at) {
        return match wider(context, rule, role) {
            Some(why) => or_words(summary, Err(why)),
            None => restore(context, rule, role),
        };
    }
    let steps = rewritable(context, role).and_then(|()| {
        let actions = listed(context, role).ok_or("it isn't certain which actions its wildcards cover")?;
        let scopes = own_scopes(context, role, false).ok_or("its assignable scopes are invalid")?;
        Definition { scopes, actions }.update(context, role)
    });
    or_words(summary, steps)
}

/// What a role would grant in addition if it were set to the policy's definition, which can be an approximation of it.
fn wider(context: &AccountContext<'_, '_>, rule: &RoleRule, role: &Role<'_>) -> Option<Shown> {
    let universe = &context.access.universe;
    let more = universe.bounds([&rule.permission]).more_than(&role.bounds)?;
    Some(shown!(
        "the policy's definition of the role lets its holders also {}",
        universe.verbs(&more)
    ))
}

fn rewritable(context: &AccountContext<'_, '_>, role: &Role<'_>) -> Result<(), Shown> {
    if role.definition.is_built_in() {
        return Err("built-in role definitions can't be changed".into());
    }
    let mut rules = context.policy.roles.iter().flatten();
    if rules.any(|rule| rule.name == role.definition.role_name) {
        return Err("the policy defines the role differently".into());
    }
    Ok(())
}

/// The actions that a role grants by name and was meant to, if both readings agree on them.
fn listed(context: &AccountContext<'_, '_>, role: &Role<'_>) -> Option<Vec<String>> {
    let universe = &context.access.universe;
    let mut meant = [universe.empty(), universe.empty()];
    for permission in &role.definition.permissions {
        let of = |patterns: &[ActionPattern]| {
            universe.bounds([&Permission {
                data_actions: patterns.to_vec(),
                not_data_actions: Vec::new(),
            }])
        };
        let (yes, not) = (of(&permission.data_actions), of(&permission.not_data_actions));
        let [least, most] = meant;
        meant = [
            least.or(&yes.least().minus(not.most())),
            most.or(&yes.most().minus(not.least())),
        ];
    }
    // Of what a wildcard covers beyond the documentation, some names are known only because others name them.
    let is_listed = |atom: &Atom| match atom {
        Atom::Known(_) => true,
        Atom::Unlisted(_) => role.definition.patterns().any(|pattern| pattern.key() == atom.key()),
        Atom::AnyOther(_) => false,
    };
    let [least, most] = meant.map(|set| universe.filter(&set, is_listed));
    let names: Vec<String> = universe.members(&least).map(Atom::name).collect();
    (least == most && !names.is_empty()).then_some(names)
}
