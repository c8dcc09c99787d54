//! Bicep: the role definitions and role assignments that the script creates or changes, one template a resource group.

use super::comment::Comments;
use crate::finding::{Plan, PlannedAccount, Report};
use crate::model::arm_id::last_segment;
use crate::model::shown::is_unsafe;
use crate::model::{AccountId, RoleAssignment, RoleDefinition, RoleKind, Scope, Shown};
use crate::report::invocation::word;
use crate::report::text::Screen;
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// What every template begins with.
pub(super) const FIRST_LINE: &str = "// Written by `cosmos-rbac audit -o fix=`.";

/// The newest API version that all clouds have for accounts, and for roles of the API for NoSQL and their assignments.
/// Source: <https://learn.microsoft.com/azure/templates/microsoft.documentdb/databaseaccounts/sqlroleassignments>.
const VERSION: &str = "2024-05-15";
/// The first that has those of the other APIs.
/// Source: <https://learn.microsoft.com/azure/templates/microsoft.documentdb/databaseaccounts/tableroledefinitions>.
const OTHERS: &str = "2025-05-01-preview";
/// Characters of a file's name.
const LONGEST: usize = 80;

/// A template: what one resource group gets.
pub(super) struct Template<'p> {
    /// Where it is in the folder of fixes.
    pub(super) path: String,
    accounts: Vec<&'p PlannedAccount>,
}

/// The templates of a plan, in one order.
pub(super) fn templates(plan: &Plan) -> Vec<Template<'_>> {
    let mut groups: BTreeMap<(String, String), Vec<&PlannedAccount>> = BTreeMap::new();
    for account in &plan.accounts {
        let group = (
            account.id.subscription().to_ascii_lowercase(),
            account.id.resource_group().to_ascii_lowercase(),
        );
        groups.entry(group).or_default().push(account);
    }
    let mut taken = BTreeSet::new();
    let named = |((subscription, group), accounts): ((String, String), _)| {
        let folder = file_name(&subscription);
        let name = file_name(&group);
        let mut path = format!("{folder}/{name}.bicep");
        let mut number = 1;
        while !taken.insert(path.clone()) {
            number += 1;
            path = format!("{folder}/{name}-{number}.bicep");
        }
        Template { path, accounts }
    };
    groups.into_iter().map(named).collect()
}

/// A name that any file system takes for one of its own.
fn file_name(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    let plain = name.chars().take(LONGEST).enumerate().map(|(place, c)| match c {
        '.' | '-' if place == 0 => '_',
        c if is_plain(c) => c,
        _ => '_',
    });
    plain.collect()
}

impl Template<'_> {
    /// The command that deploys it, run in the folder of fixes. `None`: a name can't be pasted safely.
    pub(super) fn deployment(&self) -> Option<Shown> {
        let id = &self.accounts.first()?.id;
        Some(shown!(
            "az deployment group create --subscription {} --resource-group {} --template-file {}",
            word(id.subscription())?,
            word(id.resource_group())?,
            word(&self.path)?
        ))
    }

    pub(super) fn write(&self, report: &Report, out: &mut Screen<'_>) -> io::Result<()> {
        out.line(FIRST_LINE)?;
        let mut comments = Comments { out, mark: "//" };
        let files: Vec<Shown> = report.policy.iter().map(|file| Shown::of(file)).collect();
        comments.text(&shown!(
            "Role definitions and role assignments that {} requires and the snapshot of {} lacks, or has otherwise. fix.sh creates \
             and changes the same, with the same names. What fix.sh deletes stays when this is deployed.",
            if files.is_empty() { "the built-in baseline".into() } else { Shown::list(&files) },
            report.snapshot.taken_at
        ))?;
        if let Some(command) = self.deployment() {
            comments.empty()?;
            comments.whole(&shown!("  {}", command))?;
        }
        for (place, account) in self.accounts.iter().enumerate() {
            let account = AccountText {
                symbol: shown!("account{}", place + 1),
                planned: account,
            };
            account.write(out)?;
        }
        Ok(())
    }
}

/// An account and what it is called in a template.
struct AccountText<'p> {
    symbol: Shown,
    planned: &'p PlannedAccount,
}

impl AccountText<'_> {
    fn write(&self, out: &mut Screen<'_>) -> io::Result<()> {
        out.line("")?;
        out.line(shown!(
            "resource {} 'Microsoft.DocumentDB/databaseAccounts@{}' existing = {{",
            &self.symbol,
            VERSION
        ))?;
        out.line(shown!("  name: {}", text(self.planned.id.name())))?;
        out.line("}")?;
        // The service takes one change of an account's roles after the other.
        let mut before: Option<Shown> = None;
        for (place, role) in self.planned.definitions.iter().enumerate() {
            let symbol = self.role_symbol(place);
            self.definition(role, &symbol, before.as_ref(), out)?;
            before = Some(symbol);
        }
        for (place, assignment) in self.planned.assignments.iter().enumerate() {
            let symbol = shown!("{}Assignment{}", &self.symbol, place + 1);
            self.assignment(assignment, &symbol, before.as_ref(), out)?;
            before = Some(symbol);
        }
        Ok(())
    }

    fn role_symbol(&self, place: usize) -> Shown {
        shown!("{}Role{}", &self.symbol, place + 1)
    }

    fn head(
        &self,
        symbol: &Shown,
        kind: RoleKind,
        list: &'static str,
        id: &str,
        out: &mut Screen<'_>,
    ) -> io::Result<()> {
        let version = match kind {
            RoleKind::Sql => VERSION,
            _ => OTHERS,
        };
        out.line("")?;
        out.line(shown!(
            "resource {} 'Microsoft.DocumentDB/databaseAccounts/{}@{}' = {{",
            symbol,
            list,
            version
        ))?;
        out.line(shown!("  parent: {}", &self.symbol))?;
        out.line(shown!("  name: {}", text(last_segment(id))))
    }

    fn foot(&self, before: Option<&Shown>, out: &mut Screen<'_>) -> io::Result<()> {
        if let Some(before) = before {
            out.line("  dependsOn: [")?;
            out.line(shown!("    {}", before))?;
            out.line("  ]")?;
        }
        out.line("}")
    }

    fn definition(
        &self,
        role: &RoleDefinition,
        symbol: &Shown,
        before: Option<&Shown>,
        out: &mut Screen<'_>,
    ) -> io::Result<()> {
        self.head(symbol, role.kind, role.kind.row().definitions, &role.id, out)?;
        out.line("  properties: {")?;
        out.line(shown!("    roleName: {}", text(&role.role_name)))?;
        out.line("    type: 'CustomRole'")?;
        out.line("    assignableScopes: [")?;
        for scope in &role.assignable_scopes {
            out.line(shown!("      {}", self.scope(scope)))?;
        }
        out.line("    ]")?;
        out.line("    permissions: [")?;
        for permission in &role.permissions {
            out.line("      {")?;
            for (name, actions) in [
                ("dataActions", &permission.data_actions),
                ("notDataActions", &permission.not_data_actions),
            ] {
                if actions.is_empty() {
                    continue;
                }
                out.line(shown!("        {}: [", name))?;
                for action in actions {
                    out.line(shown!("          {}", text(action.as_str())))?;
                }
                out.line("        ]")?;
            }
            out.line("      }")?;
        }
        out.line("    ]")?;
        out.line("  }")?;
        self.foot(before, out)
    }

    fn assignment(
        &self,
        assignment: &RoleAssignment,
        symbol: &Shown,
        before: Option<&Shown>,
        out: &mut Screen<'_>,
    ) -> io::Result<()> {
        let lists = assignment.kind.row();
        self.head(symbol, assignment.kind, lists.assignments, &assignment.id, out)?;
        let id = assignment.role_definition_id.as_str();
        let mut own = self.planned.definitions.iter();
        let role = match own.position(|role| role.id.eq_ignore_ascii_case(id)) {
            Some(place) => shown!("{}.id", self.role_symbol(place)),
            None => self.below(&format!("/{}/{}", lists.definitions, last_segment(id))),
        };
        // What it names already comes before it.
        let before = before.filter(|before| shown!("{}.id", *before) != role);
        out.line("  properties: {")?;
        out.line(shown!("    roleDefinitionId: {}", role))?;
        out.line(shown!("    principalId: {}", text(assignment.principal_id.as_str())))?;
        out.line(shown!("    scope: {}", self.scope(&assignment.scope)))?;
        out.line("  }")?;
        self.foot(before, out)
    }

    /// A scope, which is the account or lies below it.
    fn scope(&self, scope: &str) -> Shown {
        let id = &self.planned.id;
        match Scope::parse(scope, id) {
            Ok(Scope::Account) => shown!("{}.id", &self.symbol),
            Ok(below) => self.below(&below.to_string()),
            Err(_) => text(&absolute(scope, id)),
        }
    }

    /// What lies below the account, as an expression.
    fn below(&self, rest: &str) -> Shown {
        shown!("'${{{}.id}}{}'", &self.symbol, escaped(rest))
    }
}

fn absolute(scope: &str, id: &AccountId) -> String {
    match scope.starts_with("/subscriptions/") {
        true => scope.to_owned(),
        false => format!("{id}{scope}"),
    }
}

/// A text as Bicep writes it.
fn text(value: &str) -> Shown {
    shown!("'{}'", escaped(value))
}

/// What stands between the quotes of a text.
/// Source: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings>.
fn escaped(value: &str) -> Shown {
    let mut out = String::with_capacity(value.len());
    let mut before = ' ';
    for c in value.chars() {
        match c {
            '\\' => out.push_str(r"\\"),
            '\'' => out.push_str(r"\'"),
            '\n' => out.push_str(r"\n"),
            '\r' => out.push_str(r"\r"),
            '\t' => out.push_str(r"\t"),
            '$' => out.push_str(r"\$"),
            // Azure Pipelines acts on two of them in what it prints.
            '#' if before == '#' => out.push_str(r"\u{23}"),
            c if c.is_control() || is_unsafe(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
        before = c;
    }
    Shown::of(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_text() {
        for (name, expected) in [
            ("plain", "'plain'"),
            ("it's", r"'it\'s'"),
            ("a\\", r"'a\\'"),
            ("${x}", r"'\${x}'"),
            ("a\nb\r", r"'a\nb\r'"),
            ("\u{202e}\u{2028}", r"'\u{202e}\u{2028}'"),
            ("##vso[x]", r"'#\u{23}vso[x]'"),
        ] {
            assert_eq!(text(name).as_str(), expected);
        }
    }

    #[test]
    fn file_names_are_plain() {
        for (name, expected) in [
            ("rg-a.b", "rg-a.b"),
            ("../x", "_._x"),
            ("-f", "_f"),
            ("rüg (1)", "r_g__1_"),
        ] {
            assert_eq!(file_name(name), expected);
        }
    }
}
