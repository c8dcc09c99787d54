//! `accounts:`: what a block says by itself. What refers to principals and roles is filled in later, by `finish`.

use super::validator::Validator;
use super::walk::{Entry, Fields};
use crate::model::casing::folded;
use crate::model::glob::Case;
use crate::model::{Api, Glob};
use crate::policy::account_match::AccountMatch;
use crate::policy::key_age::MaxKeyAge;
use crate::policy::raw::Node;
use crate::policy::rules::{Block, Privilege, Ruled, Switch};
use crate::policy::text::quoted;
use std::collections::BTreeMap;

/// A block that is not finished yet.
pub(super) struct Draft<'n> {
    pub(super) file: usize,
    /// Its number among the blocks of all files.
    pub(super) number: usize,
    pub(super) block: Block,
    pub(super) grants: Option<&'n Node>,
    pub(super) deny: Option<&'n Node>,
    pub(super) holders: Vec<(Privilege, Entry<'n>)>,
    /// Whether it is clear which accounts it is for.
    pub(super) has_match: bool,
}

impl Validator<'_> {
    /// Reads block `index` of its file, which is block `number` of all.
    pub(super) fn draft<'n>(&mut self, node: &'n Node, index: usize, number: usize) -> Option<Draft<'n>> {
        let privileges = Privilege::ALL.map(Privilege::key);
        let keys = [
            &[
                "name",
                "match",
                "owner",
                "local_auth",
                "key_metadata_writes",
                "max_key_age",
                "roles",
                "grants",
                "deny",
            ][..],
            &privileges,
        ]
        .concat();
        let fields = self.walk.fields(node, "a block below `accounts`", &keys)?;
        let name = fields.get("name").and_then(|node| self.walk.text(node, "`name`"));
        let matches = match fields.get("match") {
            Some(node) => self.account_match(node),
            None => Some(AccountMatch::default()),
        };
        let has_match = matches.is_some();
        let block = Block {
            name: name.map_or_else(|| format!("accounts[{index}]"), str::to_owned),
            at: self.walk.place(fields.span),
            matches: matches.unwrap_or_default(),
            owner: fields.get("owner").and_then(|node| self.owner(node)),
            local_auth: self.switch(&fields, "local_auth"),
            key_metadata_writes: self.switch(&fields, "key_metadata_writes"),
            max_key_age: fields.get("max_key_age").and_then(|node| self.max_key_age(node)),
            roles: fields.get("roles").and_then(|node| self.declare_roles(node, number)),
            grants: None,
            denies: Vec::new(),
            holders: BTreeMap::new(),
        };
        Some(Draft {
            file: self.walk.file,
            number,
            block,
            grants: fields.get("grants"),
            deny: fields.get("deny"),
            holders: Privilege::ALL
                .into_iter()
                .filter_map(|privilege| Some((privilege, fields.entry(privilege.key())?)))
                .collect(),
            has_match,
        })
    }

    /// Who answers for the accounts. Reports join the names of several with commas.
    fn owner(&mut self, node: &Node) -> Option<Ruled<String>> {
        let text = self.walk.text(node, "`owner`")?.trim();
        let problem = match text {
            "" => "`owner` is empty; write who answers for these accounts, such as a team, or remove the key",
            text if text.contains(',') => "`owner` has a comma; write one owner, such as a team",
            text => {
                return Some(Ruled {
                    value: text.to_owned(),
                    at: self.walk.place(node.span),
                });
            }
        };
        self.walk.error(node.span, problem.to_owned());
        None
    }

    fn switch(&mut self, fields: &Fields<'_>, key: &str) -> Option<Ruled<Switch>> {
        let node = fields.get(key)?;
        let words = Switch::ALL.map(|switch| (switch.word(), switch));
        let value = self.walk.word(node, &quoted(key), &words)?;
        let at = self.walk.place(node.span);
        Some(Ruled { value, at })
    }

    fn max_key_age(&mut self, node: &Node) -> Option<Ruled<MaxKeyAge>> {
        let text = self.walk.text(node, "`max_key_age`")?;
        if let Ok(value) = text.parse() {
            let at = self.walk.place(node.span);
            return Some(Ruled { value, at });
        }
        let message = format!("`max_key_age` is {}; write whole days, such as `90d`", quoted(text));
        self.walk.error(node.span, message);
        None
    }

    /// `None`: it was wrong, so nobody knows which accounts are meant.
    fn account_match(&mut self, node: &Node) -> Option<AccountMatch> {
        let errors = self.walk.errors.len();
        let keys = ["account", "subscription", "resource_group", "api", "tags"];
        let fields = self.walk.fields(node, "`match`", &keys)?;
        let mut glob = |key: &str| {
            let node = fields.get(key)?;
            self.glob(node, &quoted(key), Case::Ignored)
        };
        let (account, subscription, resource_group) = (glob("account"), glob("subscription"), glob("resource_group"));
        let apis = Api::ALL.map(|api| (api.word(), api));
        let api = fields.get("api").and_then(|node| self.walk.word(node, "`api`", &apis));
        let tags = fields.get("tags").map(|node| self.tags(node)).unwrap_or_default();
        (self.walk.errors.len() == errors).then_some(AccountMatch {
            account,
            subscription,
            resource_group,
            api,
            tags,
        })
    }

    fn tags(&mut self, node: &Node) -> BTreeMap<String, Glob> {
        let mut tags = BTreeMap::new();
        let mut seen = BTreeMap::new();
        for Entry { key, key_span, value } in self.walk.entries(node, "`tags`").unwrap_or_default() {
            if let Some(other) = seen.insert(folded(key), key) {
                let message = format!(
                    "tags {} and {} are one: their names ignore case",
                    quoted(other),
                    quoted(key)
                );
                self.walk.error(key_span, message);
            }
            if let Some(glob) = self.glob(value, &format!("tag {}", quoted(key)), Case::Sensitive) {
                tags.insert(key.to_owned(), glob);
            }
        }
        tags
    }

    /// A name that may have a `*`.
    pub(super) fn glob(&mut self, node: &Node, what: &str, case: Case) -> Option<Glob> {
        let text = self.walk.text(node, what)?;
        // Names in Azure have no slash; an id pasted here would match nothing, silently.
        if case == Case::Ignored && text.contains('/') {
            let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let message = format!(
                "{what} {} has a `/`; write the name alone, such as {}",
                quoted(text),
                quoted(last)
            );
            self.walk.error(node.span, message);
            return None;
        }
        Some(Glob::new(text, case))
    }
}
