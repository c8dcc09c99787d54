//! `grants:`, `deny:` and the lists of privileged principals: the rules of a block that refer to principals and roles.

use super::blocks::Draft;
use super::validator::Validator;
use super::walk::{Entry, Fields};
use crate::model::{Permission, PrincipalId};
use crate::policy::raw::Node;
use crate::policy::rules::{DenyRule, GrantRule, Holders, Presence, PrincipalRule, Privilege};
use crate::policy::text::quoted;

impl Validator<'_> {
    /// Fills in what refers to principals and roles, and adds the block to the policy.
    pub(super) fn finish(&mut self, draft: Draft<'_>) {
        let Draft { number, mut block, .. } = draft;
        block.grants = draft.grants.and_then(|node| {
            let items = self.walk.list(node, "`grants`")?;
            Some(items.iter().filter_map(|item| self.grant(item, number)).collect())
        });
        if let Some(items) = draft.deny.and_then(|node| self.walk.list(node, "`deny`")) {
            block.denies = items.iter().filter_map(|item| self.deny(item)).collect();
        }
        for (privilege, entry) in draft.holders {
            if let Some(holders) = self.holders(privilege, entry) {
                block.holders.insert(privilege, holders);
            }
        }
        // A block for nobody knows which accounts would seem to contradict others; its own error was reported.
        if draft.has_match {
            self.policy.blocks.push(block);
        }
    }

    fn grant(&mut self, node: &Node, block: usize) -> Option<GrantRule> {
        let keys = ["principal", "role", "data_actions", "scope", "presence"];
        let fields = self.walk.fields(node, "a grant", &keys)?;
        // Everything is read before anything is given up, so that all errors of a grant show.
        let presence = match fields.get("presence") {
            None => Some(Presence::Required),
            Some(node) => {
                let words = [("required", Presence::Required), ("optional", Presence::Optional)];
                self.walk.word(node, "`presence`", &words)
            }
        };
        let principal = self.grantee(&fields, presence);
        let what = self.granted(&fields, block, principal.as_ref());
        let reason = (presence == Some(Presence::Required))
            .then_some("a required grant must name one place; name it, or add `presence: optional`");
        let scope = fields
            .require(&mut self.walk, "scope")
            .and_then(|node| self.scope(node, "the scope", reason));
        let (role, permission) = what?;
        Some(GrantRule {
            principal: principal?,
            permission,
            role,
            scope: scope?,
            presence: presence?,
            at: self.walk.place(fields.span),
        })
    }

    fn grantee(&mut self, fields: &Fields<'_>, presence: Option<Presence>) -> Option<PrincipalRule> {
        let node = fields.require(&mut self.walk, "principal")?;
        let principal = self.principal_rule(node)?;
        if principal == PrincipalRule::Anyone && presence == Some(Presence::Required) {
            let message = "a grant to `*` can't be required of everybody; add `presence: optional`".to_owned();
            self.walk.error(node.span, message);
            return None;
        }
        Some(principal)
    }

    fn granted(
        &mut self,
        fields: &Fields<'_>,
        block: usize,
        grantee: Option<&PrincipalRule>,
    ) -> Option<(Option<String>, Permission)> {
        match (fields.get("role"), fields.get("data_actions")) {
            (Some(role), None) => {
                let (name, permission) = self.role_named(role, block, grantee)?;
                Some((Some(name), permission))
            }
            (None, Some(actions)) => {
                let data_actions = self.data_actions(actions)?;
                let not_data_actions = Vec::new();
                Some((
                    None,
                    Permission {
                        data_actions,
                        not_data_actions,
                    },
                ))
            }
            (Some(_), Some(actions)) => {
                let message =
                    "a grant has `role` or `data_actions`, not both; remove one, or write two grants".to_owned();
                self.walk.error(actions.span, message);
                None
            }
            (None, None) => {
                let message = "a grant needs the key `role` or `data_actions`".to_owned();
                self.walk.error(fields.span, message);
                None
            }
        }
    }

    fn deny(&mut self, node: &Node) -> Option<DenyRule> {
        let keys = ["data_actions", "scope", "except", "reason"];
        let fields = self.walk.fields(node, "a deny", &keys)?;
        let data_actions = fields
            .require(&mut self.walk, "data_actions")
            .and_then(|node| self.data_actions(node));
        let scope = fields
            .require(&mut self.walk, "scope")
            .and_then(|node| self.scope(node, "the scope", None));
        let except = match fields.get("except") {
            Some(node) => self.excepted(node),
            None => Some(Vec::new()),
        };
        let reason = fields.get("reason").and_then(|node| self.walk.prose(node, "`reason`"));
        Some(DenyRule {
            data_actions: data_actions?,
            scope: scope?,
            except: except?,
            reason,
            at: self.walk.place(fields.span),
        })
    }

    /// `None`: somebody in it is unknown, and without them the deny would seem to contradict grants.
    fn excepted(&mut self, node: &Node) -> Option<Vec<PrincipalId>> {
        let items = self.walk.list(node, "`except`")?;
        let mut except = Vec::with_capacity(items.len());
        for item in items {
            except.extend(self.principal(item, "a principal in `except`"));
        }
        (except.len() == items.len()).then_some(except)
    }

    fn holders(&mut self, privilege: Privilege, entry: Entry<'_>) -> Option<Holders> {
        let key = quoted(privilege.key());
        let items = self.walk.list(entry.value, &key)?;
        let what = format!("a principal in {key}");
        Some(Holders {
            at: self.walk.place(entry.key_span),
            principals: items.iter().filter_map(|item| self.principal(item, &what)).collect(),
        })
    }
}
