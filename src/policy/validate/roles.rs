//! `roles:` of a block, and every place that names a role.

use super::validator::Validator;
use crate::model::{Permission, RoleKind, ScopePattern};
use crate::policy::contradiction::action_keys;
use crate::policy::raw::Node;
use crate::policy::rules::{PrincipalRule, RoleRule};
use crate::policy::text::quoted;

impl Validator<'_> {
    /// The roles of block number `block`.
    pub(super) fn declare_roles(&mut self, node: &Node, block: usize) -> Option<Vec<RoleRule>> {
        let Some(items) = self.walk.list(node, "`roles`") else {
            self.is_partial = true;
            return None;
        };
        let mut rules = Vec::with_capacity(items.len());
        for item in items {
            rules.extend(self.role(item, block));
        }
        Some(rules)
    }

    fn role(&mut self, node: &Node, block: usize) -> Option<RoleRule> {
        let fields = self
            .walk
            .fields(node, "a role", &["name", "data_actions", "assignable_scopes"])?;
        let name_node = fields.require(&mut self.walk, "name")?;
        let name = self.walk.text(name_node, "a role's name")?;
        if RoleKind::builtins_named(name).next().is_some() {
            let message = format!(
                "{} is a built-in role; grants can name it without a declaration",
                quoted(name)
            );
            self.walk.error(name_node.span, message);
            return None;
        }
        let data_actions = fields
            .require(&mut self.walk, "data_actions")
            .and_then(|node| self.data_actions(node));
        let scopes = fields.get("assignable_scopes").map(|node| self.assignable_scopes(node));
        let declared = self.roles.by_name.entry(name.to_owned()).or_default();
        let Some(data_actions) = data_actions else {
            declared.is_broken = true;
            return None;
        };
        let at = self.walk.place(fields.span);
        let permission = Permission {
            data_actions,
            not_data_actions: Vec::new(),
        };
        declared.by_block.entry(block).or_insert_with(|| permission.clone());
        match &declared.first {
            None => declared.first = Some((permission.clone(), at.clone())),
            Some((first, _)) => {
                if declared.different.is_none() && action_keys(first) != action_keys(&permission) {
                    declared.different = Some(at.clone());
                }
            }
        }
        Some(RoleRule {
            name: name.to_owned(),
            permission,
            assignable_scopes: scopes.flatten(),
            at,
        })
    }

    fn assignable_scopes(&mut self, node: &Node) -> Option<Vec<ScopePattern>> {
        let items = self.walk.list(node, "`assignable_scopes`")?;
        if items.is_empty() {
            let message = "`assignable_scopes` is empty; a role has at least one, `/` for the whole account".to_owned();
            self.walk.error(node.span, message);
        }
        let reason = Some("a role definition names places, not patterns");
        let mut scopes = Vec::with_capacity(items.len());
        for item in items {
            scopes.extend(self.scope(item, "the assignable scope", reason));
        }
        // A part of the list would seem to contradict other declarations of the role.
        (scopes.len() == items.len()).then_some(scopes)
    }

    /// The role that a grant of block number `block` names, and what it grants.
    pub(super) fn role_named(
        &mut self,
        node: &Node,
        block: usize,
        grantee: Option<&PrincipalRule>,
    ) -> Option<(String, Permission)> {
        let name = self.walk.text(node, "`role`")?;
        let is_mongo_user = matches!(grantee, Some(PrincipalRule::One(id)) if id.is_mongo_user());
        if is_mongo_user {
            let builtin = RoleKind::Mongodb.row().builtin;
            if let Some(role) = builtin.iter().find(|role| role.name == name) {
                return Some((name.to_owned(), role.permission()));
            }
            let known = builtin.iter().map(|role| role.name);
            let hint = self.walk.suggestions.hint(name, known);
            let hint = match hint.is_empty() {
                true => "; name `read`, `readWrite`, `dbAdmin` or `dbOwner`, or list `data_actions`".to_owned(),
                false => hint,
            };
            let message = format!("{} isn't a built-in role of MongoDB users{hint}", quoted(name));
            self.walk.error(node.span, message);
            return None;
        }
        if let Some((_, builtin)) = RoleKind::builtins_named(name).next() {
            return Some((name.to_owned(), builtin.permission()));
        }
        if let Some(declared) = self.roles.by_name.get(name) {
            if let Some(own) = declared.by_block.get(&block) {
                return Some((name.to_owned(), own.clone()));
            }
            if declared.is_broken {
                return None;
            }
            let (permission, first) = declared.first.as_ref()?;
            let Some(different) = &declared.different else {
                return Some((name.to_owned(), permission.clone()));
            };
            let message = format!(
                "role {} has more than one meaning, at {first} and {different}; declare it in this block, too",
                quoted(name)
            );
            self.walk.error(node.span, message);
            return None;
        }
        if !self.is_partial {
            let declared = self.roles.by_name.keys().map(String::as_str);
            let known = declared.chain(
                RoleKind::ENTRA
                    .into_iter()
                    .flat_map(|kind| kind.row().builtin)
                    .map(|role| role.name),
            );
            let hint = self.walk.suggestions.hint(name, known);
            let hint = if hint.is_empty() {
                "; declare it below `roles:`, or name a built-in role".to_owned()
            } else {
                hint
            };
            self.walk
                .error(node.span, format!("unknown role {}{hint}", quoted(name)));
        }
        None
    }
}
