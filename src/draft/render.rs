//! A drafted policy as YAML, with comments on what to review and on what is left out.

use super::blocks::{Block, Remark};
use super::fold::{Match, Pattern};
use super::lines::{Lines, Taken, WIDTH};
use super::matched::{called, matched};
use super::names::Names;
use super::principals::principals;
use super::rules::{DataRules, Dubious, GrantRule, Granted, Holders, RoleRule};
use super::waive::Waivers;
use super::yaml::{list, scalar};
use crate::model::{PrincipalId, Shown, yaml};
use crate::policy::Privilege;
use crate::shown;
use crate::snapshot::Subscription;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Remarks on one block that are written out.
const REMARKS: usize = 50;
/// Principals that a comment names.
const DUBIOUS: usize = 20;
/// Values that aliases of a file repeat at most; a policy may repeat no more than 100,000.
const REPEATED: usize = 90_000;

/// What the text is made of.
pub(super) struct Parts<'p> {
    /// Comment lines above everything.
    pub(super) head: Vec<Shown>,
    pub(super) names: &'p Names<'p>,
    pub(super) blocks: &'p [Block<'p>],
    pub(super) waivers: &'p Waivers,
    /// The last day of the waivers.
    pub(super) expires: Date,
    pub(super) subscriptions: &'p [Subscription],
}

/// The text of the policy.
pub(super) fn render(parts: &Parts<'_>) -> String {
    let mut page = Page {
        lines: Lines::default(),
        names: parts.names,
        subscriptions: parts.subscriptions,
        taken: Taken::default(),
        repeated: 0,
    };
    for line in &parts.head {
        page.lines.comment(0, line);
    }
    page.lines.line(0, "version: 1");
    principals(&mut page.lines, parts.names);
    if !parts.blocks.is_empty() {
        page.lines.part("accounts");
    }
    let mut is_first = true;
    for block in parts.blocks {
        if !std::mem::take(&mut is_first) {
            page.lines.blank();
        }
        page.block(block);
    }
    page.waivers(parts.waivers, parts.expires);
    page.lines.text
}

struct Page<'p> {
    lines: Lines,
    names: &'p Names<'p>,
    subscriptions: &'p [Subscription],
    taken: Taken,
    repeated: usize,
}

impl Page<'_> {
    fn block(&mut self, block: &Block<'_>) {
        let mut anchors: Vec<(&'static str, String)> = Vec::new();
        for (place, one) in block.matches.iter().enumerate() {
            let label = self.label(&one.pattern, block.data.is_some());
            self.lines.line(2, &format!("- name: {}", scalar(&label)));
            if let Some(matched) = matched(&one.pattern) {
                self.lines.line(4, &format!("match: {matched}"));
            }
            if place == 0 {
                self.unknown(block);
            }
            if let Some(data) = block.data {
                let is_shared = block.matches.len() > 1;
                self.data(data, &label, is_shared, place > 0, &mut anchors, &block.matches);
            }
            if place == 0 {
                self.omitted(block);
            }
            if let Some(holders) = block.holders {
                self.holders(holders);
            }
        }
    }

    fn data(
        &mut self,
        data: &DataRules,
        label: &str,
        is_shared: bool,
        is_again: bool,
        anchors: &mut Vec<(&'static str, String)>,
        matches: &[Match],
    ) {
        if data.local_auth {
            self.lines.line(4, "local_auth: disabled");
        }
        if data.key_metadata_writes {
            self.lines.line(4, "key_metadata_writes: disabled");
        }
        for key in ["roles", "grants"] {
            let (is_stated, number, weight) = match key {
                "roles" => (
                    data.roles.is_some(),
                    data.roles.iter().flatten().count(),
                    weight_of_roles(data),
                ),
                _ => (
                    data.grants.is_some(),
                    data.grants.iter().flatten().count(),
                    weight_of_grants(data),
                ),
            };
            if !is_stated {
                continue;
            }
            if number == 0 {
                self.lines.line(4, &format!("{key}: []"));
                continue;
            }
            if is_again && let Some((_, anchor)) = anchors.iter().find(|(own, _)| *own == key) {
                let line = format!("{key}: *{anchor}");
                self.lines.line(4, &line);
                continue;
            }
            let more = weight.saturating_mul(matches.len().saturating_sub(1));
            if is_shared && !is_again && self.repeated + more <= REPEATED {
                self.repeated += more;
                let anchor = self.anchor(label, key);
                self.lines.line(4, &format!("{key}: &{anchor}"));
                anchors.push((key, anchor));
            } else {
                self.lines.line(4, &format!("{key}:"));
            }
            match key {
                "roles" => data.roles.iter().flatten().for_each(|role| self.role(role)),
                _ => data.grants.iter().flatten().for_each(|grant| self.grant(grant)),
            }
        }
    }

    fn role(&mut self, role: &RoleRule) {
        for todo in &role.todo {
            self.lines.comment(6, &shown!("TODO: {}", todo.comment()));
        }
        let name = scalar(&role.name);
        let actions: Vec<String> = role.data_actions.iter().map(|action| scalar(action)).collect();
        let scopes: Option<Vec<String>> = role
            .assignable_scopes
            .as_ref()
            .map(|scopes| scopes.iter().map(|scope| scalar(scope)).collect());
        let at = scopes.as_ref().map_or_else(String::new, |scopes| {
            format!(", assignable_scopes: {}", list(scopes.clone()))
        });
        let line = format!("- {{ name: {name}, data_actions: {}{at} }}", list(actions.clone()));
        if 6 + line.chars().count() <= WIDTH {
            self.lines.line(6, &line);
            return;
        }
        self.lines.line(6, &format!("- name: {name}"));
        self.lines.list(8, "data_actions", &actions);
        if let Some(scopes) = scopes {
            self.lines.list(8, "assignable_scopes", &scopes);
        }
    }

    fn grant(&mut self, grant: &GrantRule) {
        // Those that a policy can't name are left out before.
        let Some(name) = self.names.of(&grant.principal) else {
            return;
        };
        let principal = scalar(name);
        let what = match &grant.what {
            Granted::Role(name) => format!("role: {}", scalar(name)),
            Granted::Actions(actions) => format!("data_actions: {}", list(actions.iter().map(|one| scalar(one)))),
        };
        let scope = scalar(&grant.scope);
        let presence = if grant.is_optional { ", presence: optional" } else { "" };
        let line = format!("- {{ principal: {principal}, {what}, scope: {scope}{presence} }}");
        if 6 + line.chars().count() <= WIDTH {
            self.lines.line(6, &line);
            return;
        }
        self.lines.line(6, &format!("- principal: {principal}"));
        match &grant.what {
            Granted::Role(_) => self.lines.line(8, &what),
            Granted::Actions(actions) => {
                let actions: Vec<String> = actions.iter().map(|one| scalar(one)).collect();
                self.lines.list(8, "data_actions", &actions);
            }
        }
        self.lines.line(8, &format!("scope: {scope}"));
        if grant.is_optional {
            self.lines.line(8, "presence: optional");
        }
    }

    fn holders(&mut self, holders: &Holders) {
        for privilege in Privilege::ALL {
            let names = self
                .names
                .sorted(holders.get(&privilege).into_iter().flat_map(BTreeMap::keys));
            // Without this list, those who can grant access are the ones who can do that, too.
            if names.is_empty() && privilege == Privilege::IdentityAdmins {
                continue;
            }
            self.dubious(holders.get(&privilege).into_iter().flatten());
            self.lines.list(4, privilege.key(), &names);
        }
    }

    /// What is to be reviewed in a list, above it.
    fn dubious<'h>(&mut self, holders: impl Iterator<Item = (&'h PrincipalId, &'h Option<Dubious>)> + Clone) {
        let about = |why: Dubious| {
            let these = holders.clone().filter(|(_, dubious)| **dubious == Some(why));
            let mut names: Vec<Shown> = these.filter_map(|(id, _)| self.names.of(id)).map(Shown::of).collect();
            names.sort_unstable();
            let more = names.len().saturating_sub(DUBIOUS);
            names.truncate(DUBIOUS);
            if more > 0 {
                names.push(shown!("{} more", more));
            }
            (!names.is_empty()).then(|| shown!("{} ({})", Shown::list(&names), why.comment()))
        };
        let all: Vec<Shown> = Dubious::ALL.into_iter().filter_map(about).collect();
        if !all.is_empty() {
            self.lines.comment(4, &shown!("TODO: {}.", Shown::join(all, ", ")));
        }
    }

    fn unknown(&mut self, block: &Block<'_>) {
        let unknown = block.remarks.iter().filter_map(|remark| match remark {
            Remark::Unknown(account, text) => Some(shown!("Not known in {}: {}.", Shown::of(account), *text)),
            Remark::Omitted(..) => None,
        });
        self.remarks(unknown.collect());
    }

    fn omitted(&mut self, block: &Block<'_>) {
        let omitted = block.remarks.iter().filter_map(|remark| match remark {
            Remark::Omitted(account, one) => Some(shown!(
                "Left out in {}: {} ({}).",
                Shown::of(account),
                &one.text,
                one.why
            )),
            Remark::Unknown(..) => None,
        });
        self.remarks(omitted.collect());
    }

    fn remarks(&mut self, remarks: Vec<Shown>) {
        for remark in remarks.iter().take(REMARKS) {
            self.lines.comment(4, remark);
        }
        if let Some(more) = remarks.len().checked_sub(REMARKS).filter(|more| *more > 0) {
            self.lines.comment(4, &shown!("… and {} more.", more));
        }
    }

    fn waivers(&mut self, waivers: &Waivers, expires: Date) {
        if waivers.is_empty() {
            return;
        }
        self.lines.part("waivers");
        for (waiver, reason) in waivers {
            let principal = |id: &PrincipalId| self.names.of(id).unwrap_or(id.as_str()).to_owned();
            let keys = waiver.keys(principal).into_iter();
            let mut keys: Vec<String> = keys
                .map(|(key, value)| format!("{key}: {}", yaml::scalar(&value)))
                .collect();
            // In quotes: readers of YAML 1.1 take a day for a time, which the schema has no place for.
            keys.push(format!("expires: \"{expires}\""));
            keys.push(format!("reason: {}", yaml::scalar(reason)));
            let line = format!("- {{ {} }}", keys.join(", "));
            if 2 + line.chars().count() <= WIDTH {
                self.lines.line(2, &line);
                continue;
            }
            for (place, key) in keys.iter().enumerate() {
                self.lines
                    .line(2, &format!("{}{key}", if place == 0 { "- " } else { "  " }));
            }
        }
    }

    /// What a block is called in messages; two of one name are told apart.
    fn label(&mut self, pattern: &Pattern, has_data: bool) -> String {
        let name = called(pattern, self.subscriptions);
        let name = if has_data {
            name
        } else {
            format!("control plane of {name}")
        };
        self.taken.unused(&name, |number| format!("{name} ({number})"))
    }

    fn anchor(&mut self, label: &str, key: &str) -> String {
        let words = label
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty());
        let name = format!("{}-{key}", words.collect::<Vec<_>>().join("-"));
        let name = name.trim_start_matches('-');
        self.taken.unused(name, |number| format!("{name}-{number}"))
    }
}

/// How many values the roles are made of.
fn weight_of_roles(data: &DataRules) -> usize {
    let roles = data.roles.iter().flatten();
    1 + roles
        .map(|role| 8 + role.data_actions.len() + role.assignable_scopes.as_ref().map_or(0, Vec::len))
        .sum::<usize>()
}

/// How many values the grants are made of.
fn weight_of_grants(data: &DataRules) -> usize {
    let grants = data.grants.iter().flatten();
    1 + grants
        .map(|grant| match &grant.what {
            Granted::Role(_) => 9,
            Granted::Actions(actions) => 9 + actions.len(),
        })
        .sum::<usize>()
}
