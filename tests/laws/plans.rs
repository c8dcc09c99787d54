//! From plans, which are easy to generate, shrink and reason about, to the accounts and policies that they stand for.

use crate::strategies::*;
use cosmos_rbac::finding::SourceRef;
use cosmos_rbac::model::glob::{Case, Glob};
use cosmos_rbac::model::{
    Account, AccountId, AccountRecord, ActionPattern, Database, Gap, Generated, KeysGenerated, OnceNative,
    RoleAssignment, RoleDefinition, RoleKind, ScopePattern, Tags,
};
use cosmos_rbac::policy::{
    AccountMatch, Block, DenyRule, GrantRule, Policy, Presence, Principal, PrincipalRule, RoleRule, Ruled, Switch,
    Waiver,
};
use cosmos_rbac::snapshot::{End, Header, Line, Sink, Snapshot, Subscription};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Plan {
    /// Whether it is known which databases and containers exist.
    pub(crate) fn knows_inventory(&self) -> bool {
        let list = self.databases.as_ref();
        list.is_some_and(|list| list.iter().all(|(_, containers)| containers.is_some()))
    }

    /// The id of a role definition: of built-in ones, one that the service keeps for them.
    fn role_guid(&self, number: usize) -> String {
        match self.roles.get(number) {
            Some(role) if role.built_in => guid(0, number + 1).replace("-4a0b-8c0d-", "-0000-0000-"),
            _ => guid(1, number),
        }
    }

    /// The account of that number.
    pub(crate) fn record(&self, number: usize) -> AccountRecord {
        let id = ACCOUNT.replace("acc0", &format!("acc{number}"));
        let spelt = |text: String, spelling: u8| match spelling % 2 {
            0 => text,
            _ => text.to_uppercase(),
        };
        let own = self.api.role_kind().unwrap_or_default();
        let role = |number: usize, role: &PlanRole, kind: RoleKind| RoleDefinition {
            kind,
            id: format!("{id}/{}/{}", kind.row().definitions, self.role_guid(number)),
            role_name: role.name.clone(),
            claims_built_in: role.built_in,
            assignable_scopes: role.assignable.clone(),
            permissions: role.permissions.iter().map(PlanPermission::build).collect(),
        };
        let numbered = || self.roles.iter().enumerate();
        let mut roles: Vec<RoleDefinition> = numbered().map(|(number, one)| role(number, one, own)).collect();
        if self.assignments.iter().any(|assignment| assignment.is_foreign) {
            roles.extend(numbered().map(|(number, one)| role(number, one, foreign(own))));
        }
        let assignments = self.assignments.iter().enumerate().map(|(number, assignment)| {
            let spelling = assignment.spelling;
            let role = assignment
                .role
                .map_or_else(|| guid(1, 999), |role| self.role_guid(role));
            let suffix = assignment.place.to_string();
            let kind = if assignment.is_foreign { foreign(own) } else { own };
            RoleAssignment {
                kind,
                id: format!("{id}/{}/{}", kind.row().assignments, guid(9, number)),
                role_definition_id: match spelling % 3 {
                    0 => role,
                    _ => spelt(format!("{id}/{}/{role}", kind.row().definitions), spelling),
                }
                .into(),
                principal_id: spelt(assignment.principal.to_owned(), spelling / 2).into(),
                scope: match spelling % 5 {
                    0 => suffix,
                    1 if suffix != "/" => suffix[1..].to_owned(),
                    2 if suffix == "/" => id.clone(),
                    3 => format!("{suffix}/"),
                    _ => format!("{}{suffix}", spelt(id.clone(), spelling / 4)),
                }
                .replace("//", "/"),
            }
        });
        let gap = |what: &str| Gap {
            what: what.to_owned(),
            item: None,
            status: Some(403),
            code: "AuthorizationFailed".to_owned(),
            message: "no".to_owned(),
        };
        let mut gaps = Vec::new();
        gaps.extend(self.has_gap.then(|| gap(own.row().assignments)));
        gaps.extend(self.local_auth_disabled.is_none().then(|| gap(Gap::LOCAL_AUTH)));
        let databases = self.databases.as_ref().map(|list| {
            let database = |(name, containers): &(String, Option<Vec<String>>)| Database {
                name: name.clone(),
                containers: containers.clone(),
            };
            list.iter().map(database).collect()
        });
        AccountRecord {
            account: Account {
                id: AccountId::parse(&id).unwrap(),
                location: "westeurope".to_owned(),
                api: self.api,
                tags: Tags::default(),
                local_auth_disabled: self.local_auth_disabled,
                key_metadata_writes_disabled: Some(false),
                provisioning_state: None,
                keys_generated_at: self.switch.map(|_| KeysGenerated::of(|_| Some(Generated::Before))),
                backup: None,
                authentication: Vec::new(),
            },
            mongo_roles: None,
            mongo_users: None,
            native: OnceNative::default(),
            doubtful: std::collections::BTreeSet::new(),
            role_definitions: Some(roles),
            role_assignments: Some(assignments.collect()),
            databases,
            gaps,
        }
    }
}

/// A kind of role that isn't this one.
fn foreign(own: RoleKind) -> RoleKind {
    if own == RoleKind::Gremlin {
        RoleKind::Cassandra
    } else {
        RoleKind::Gremlin
    }
}

/// Accounts as a scan would hand them over, in the order given.
pub(crate) fn snapshot(records: Vec<AccountRecord>) -> Snapshot {
    let subscription = Subscription {
        id: "5ub".to_owned(),
        name: "production".to_owned(),
    };
    let taken_at = "2020-06-01T00:00:00Z".parse().unwrap();
    let header = Header::new(taken_at, "public".to_owned(), "tenant".to_owned(), vec![subscription]);
    let end = End {
        accounts: records.len(),
        gaps: records.iter().map(|record| record.gaps.len()).sum(),
        ..End::default()
    };
    let mut snapshot = Snapshot::new(header);
    for record in records {
        snapshot.line(Line::Account(Box::new(record))).unwrap();
    }
    snapshot.line(Line::End(end)).unwrap();
    snapshot
}

/// Gives every rule its line.
struct Lines(u64);

impl Lines {
    fn next(&mut self) -> SourceRef {
        self.0 += 1;
        SourceRef {
            file: Arc::from("policy.yaml"),
            line: self.0,
            column: 5,
        }
    }
}

/// A policy for the accounts of these plans, two blocks for each, written from `first_line` on.
pub(crate) fn policy(plans: &[Plan], first_line: u64) -> Policy {
    let mut lines = Lines(first_line);
    let principals = PRINCIPALS
        .iter()
        .zip(HOSTILE.iter())
        .take(2)
        .map(|(id, name)| Principal {
            kind: None,
            members: None,
            name: name.clone(),
            id: (*id).into(),
            at: lines.next(),
        });
    let principals = principals.collect();
    let mut blocks = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        let mut halves = [Vec::new(), Vec::new()];
        for (place, rule) in plan.grants.iter().enumerate() {
            halves[place % 2].push(grant_rule(rule, &mut lines));
        }
        for (half, grants) in halves.into_iter().enumerate() {
            let first = half == 0;
            let at = lines.next();
            blocks.push(Block {
                name: format!("block {number}{half}"),
                at,
                matches: AccountMatch {
                    account: Some(Glob::new(format!("ACC{number}"), Case::Ignored)),
                    ..AccountMatch::default()
                },
                owner: None,
                local_auth: plan.switch.map(|on| Ruled {
                    value: if on { Switch::Enabled } else { Switch::Disabled },
                    at: lines.next(),
                }),
                key_metadata_writes: None,
                max_key_age: None,
                roles: (first && !plan.declared.is_empty())
                    .then(|| plan.declared.iter().map(|rule| role_rule(rule, &mut lines)).collect()),
                grants: plan.states_grants.then_some(grants),
                denies: plan
                    .denies
                    .iter()
                    .filter(|_| first)
                    .map(|rule| deny_rule(rule, &mut lines))
                    .collect(),
                holders: Default::default(),
            });
        }
    }
    let waivers = plans.iter().enumerate().flat_map(|(number, plan)| {
        let waiver = move |waiver: &PlanWaiver| (number, waiver.clone());
        plan.waivers.iter().map(waiver)
    });
    let waivers = waivers.map(|(number, waiver)| Waiver {
        check: waiver.check,
        account: Some(Glob::new(format!("acc{number}"), Case::Ignored)),
        principal: waiver.principal.map(Into::into),
        scope: waiver.scope.as_ref().map(scope_pattern),
        only_possible: false,
        fingerprint: None,
        role: None,
        expires: jiff::civil::date(waiver.year, 6, 1),
        reason: "accepted".to_owned(),
        at: lines.next(),
    });
    Policy {
        sources: Vec::new(),
        files: vec![Arc::from("policy.yaml")],
        principals,
        waivers: waivers.collect(),
        blocks,
        severities: BTreeMap::new(),
        notices: Vec::new(),
    }
}

fn scope_pattern(scope: &ScopeGlob) -> ScopePattern {
    ScopePattern::parse(&scope_text(scope)).unwrap()
}

fn grant_rule(rule: &PlanGrant, lines: &mut Lines) -> GrantRule {
    GrantRule {
        principal: rule
            .principal
            .map_or(PrincipalRule::Anyone, |id| PrincipalRule::One(id.into())),
        permission: rule.permissions[0].build(),
        role: None,
        scope: scope_pattern(&rule.scope),
        presence: if rule.required {
            Presence::Required
        } else {
            Presence::Optional
        },
        at: lines.next(),
    }
}

fn role_rule(rule: &PlanDeclared, lines: &mut Lines) -> RoleRule {
    RoleRule {
        name: rule.name.clone(),
        permission: rule.permission.build(),
        assignable_scopes: rule
            .scopes
            .as_ref()
            .map(|scopes| scopes.iter().map(scope_pattern).collect()),
        at: lines.next(),
    }
}

fn deny_rule(rule: &PlanDeny, lines: &mut Lines) -> DenyRule {
    DenyRule {
        data_actions: rule.actions.iter().map(ActionPattern::full).collect(),
        scope: scope_pattern(&rule.scope),
        except: rule.except.iter().map(|id| (*id).into()).collect(),
        reason: None,
        at: lines.next(),
    }
}
