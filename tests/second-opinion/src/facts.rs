//! Generated tenants and policies, in plain words, and as the files that the library reads.

use serde_json::{Map, Value, json};
use std::fmt::Write;

/// What every data action begins with.
pub const PREFIX: &str = "Microsoft.DocumentDB/databaseAccounts/";
/// An action that nobody documents; wildcards match it.
pub const FRESH: &str = "zeta";

/// The documented data actions of the API for NoSQL.
pub const ACTIONS: [&str; 12] = [
    "readMetadata",
    "readAnalytics",
    "sqlDatabases/containers/executeQuery",
    "sqlDatabases/containers/readChangeFeed",
    "sqlDatabases/containers/manageConflicts",
    "sqlDatabases/containers/items/create",
    "sqlDatabases/containers/items/read",
    "sqlDatabases/containers/items/replace",
    "sqlDatabases/containers/items/upsert",
    "sqlDatabases/containers/items/delete",
    "sqlDatabases/containers/items/unmask",
    CODE,
];
/// No role and no grant names it: what a stored procedure does isn't known, so there would be a second reading.
const CODE: &str = "sqlDatabases/containers/executeStoredProcedure";
const ITEMS: &str = "sqlDatabases/containers/items/*";

/// A place: nothing is the account, one name a database, two a container of one. In a policy, a name may end with `*`.
pub type Place = Vec<String>;

/// A place as text.
pub fn place_text(place: &[String]) -> String {
    match place {
        [] => "/".to_owned(),
        [database] => format!("/dbs/{database}"),
        [database, rest @ ..] => format!("/dbs/{database}/colls/{}", rest.join("")),
    }
}

/// A role assignment of an account.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The account, by its number.
    pub account: usize,
    /// The role, by its number.
    pub role: usize,
    /// Who.
    pub principal: String,
    /// Where.
    pub place: Place,
}

/// What the policy allows in every account.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Who; `None` is everybody.
    pub principal: Option<String>,
    /// Patterns of data actions, in full.
    pub actions: Vec<String>,
    /// Where.
    pub place: Place,
}

/// A tenant and its policy.
#[derive(Debug, Clone)]
pub struct Facts {
    /// How many accounts there are.
    pub accounts: usize,
    /// All principals.
    pub principals: Vec<String>,
    /// Databases and their containers, the same in every account.
    pub databases: Vec<(String, Vec<String>)>,
    /// The patterns of every role, in full; the same roles are in every account.
    pub roles: Vec<Vec<String>>,
    /// Who has which.
    pub assignments: Vec<Assignment>,
    /// What is allowed.
    pub grants: Vec<Grant>,
}

/// How large a tenant is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Accounts.
    pub accounts: usize,
    /// Role assignments of an account.
    pub assignments: usize,
    /// Principals.
    pub principals: usize,
    /// Grants of the policy.
    pub grants: usize,
}

/// Numbers that depend on nothing but the seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// A GUID of a kind of thing.
fn guid(kind: usize, number: usize) -> String {
    format!("{kind:08x}-0000-4a0b-8c0d-{number:012x}")
}

fn patterns(random: &mut Random) -> Vec<String> {
    let count = 1 + random.below(4);
    let short = (0..count).map(|_| match random.below(20) {
        0 => "*".to_owned(),
        1..5 => format!("{PREFIX}{ITEMS}"),
        _ => format!("{PREFIX}{}", random.one(&ACTIONS[..11])),
    });
    short.collect()
}

impl Facts {
    /// The tenant of a seed.
    pub fn of(seed: u64, size: Size) -> Self {
        let mut random = Random(seed);
        let databases: Vec<(String, Vec<String>)> = ["sales", "stock", "ledger"]
            .into_iter()
            .map(|name| {
                (
                    name.to_owned(),
                    vec!["orders".to_owned(), "old-orders".to_owned(), "events".to_owned()],
                )
            })
            .collect();
        let principals: Vec<String> = (0..size.principals).map(|number| guid(3, number)).collect();
        let roles: Vec<Vec<String>> = (0..8).map(|_| patterns(&mut random)).collect();
        let place = |random: &mut Random| {
            let (database, containers) = &databases[random.below(3)];
            match random.below(4) {
                0 => Vec::new(),
                1 => vec![database.clone()],
                _ => vec![database.clone(), random.one(containers).clone()],
            }
        };
        let assignments: Vec<Assignment> = (0..size.accounts * size.assignments)
            .map(|number| Assignment {
                account: number / size.assignments,
                role: random.below(roles.len()),
                principal: random.one(&principals).clone(),
                place: place(&mut random),
            })
            .collect();
        let grants = (0..size.grants).map(|_| {
            // Half of them allow what somebody has, or a little less.
            if let (false, true) = (assignments.is_empty(), random.below(2) == 0) {
                let own = random.one(&assignments).clone();
                let mut actions = roles[own.role].clone();
                if actions.len() > 1 && random.below(3) == 0 {
                    actions.pop();
                }
                return Grant {
                    principal: Some(own.principal),
                    actions,
                    place: own.place,
                };
            }
            let mut place = place(&mut random);
            for name in &mut place {
                match random.below(6) {
                    0 => *name = "*".to_owned(),
                    1 => *name = format!("{}*", &name[..2]),
                    _ => {}
                }
            }
            Grant {
                principal: (random.below(8) > 0).then(|| random.one(&principals).clone()),
                actions: patterns(&mut random),
                place,
            }
        });
        let grants = grants.collect();
        Self {
            accounts: size.accounts,
            principals,
            databases,
            roles,
            assignments,
            grants,
        }
    }

    /// Every data action that can be told apart in an account, in lower case: the documented ones, and one more below each
    /// wildcard of its roles and of the policy.
    pub fn actions(&self) -> Vec<String> {
        let known = ACTIONS.iter().map(|short| format!("{PREFIX}{short}"));
        let named = self.roles.iter().flatten();
        let named = named.chain(self.grants.iter().flat_map(|grant| &grant.actions));
        let fresh = named
            .filter(|text| text.contains('*'))
            .map(|text| text.replace('*', FRESH));
        let mut all: Vec<String> = known.chain(fresh).map(|text| text.to_lowercase()).collect();
        all.sort();
        all.dedup();
        all
    }

    /// Every place that exists in an account.
    pub fn places(&self) -> Vec<Place> {
        let mut all = vec![Vec::new()];
        for (database, containers) in &self.databases {
            all.push(vec![database.clone()]);
            all.extend(containers.iter().map(|name| vec![database.clone(), name.clone()]));
        }
        all
    }

    /// The name of an account.
    pub fn account_name(number: usize) -> String {
        format!("cosmos-{number:05}")
    }

    fn account_id(number: usize) -> String {
        let group = "/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg";
        let name = Self::account_name(number);
        format!("{group}/providers/Microsoft.DocumentDB/databaseAccounts/{name}")
    }

    /// The id of a role assignment.
    pub fn assignment_id(&self, number: usize) -> String {
        let account = Self::account_id(self.assignments[number].account);
        format!("{account}/sqlRoleAssignments/{}", guid(9, number))
    }

    /// The tenant as a snapshot file.
    pub fn snapshot(&self) -> String {
        let header = json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-11-02T08:00:00Z",
            "cloud": "public", "tenant": "t",
            "subscriptions": [{"id": "11111111-0000-4000-8000-000000000001", "name": "s"}]});
        let mut lines = vec![header];
        let mut assignments = vec![Vec::new(); self.accounts];
        for (number, own) in self.assignments.iter().enumerate() {
            let account = Self::account_id(own.account);
            let below = place_text(&own.place);
            assignments[own.account].push(json!({"id": self.assignment_id(number), "principal_id": own.principal,
                "role_definition_id": format!("{account}/sqlRoleDefinitions/{}", guid(2, own.role)),
                "scope": format!("{account}{}", below.trim_end_matches('/'))}));
        }
        for (number, own) in assignments.into_iter().enumerate() {
            lines.push(self.account(number, own));
        }
        lines.push(json!({"end": {"accounts": self.accounts, "gaps": 0}}));
        lines.iter().fold(String::new(), |mut text, line| {
            writeln!(text, "{line}").unwrap();
            text
        })
    }

    fn account(&self, number: usize, assignments: Vec<Value>) -> Value {
        let id = Self::account_id(number);
        let role = |(number, actions): (usize, &Vec<String>)| {
            json!({"id": format!("{id}/sqlRoleDefinitions/{}", guid(2, number)), "role_name": format!("role {number}"),
                "built_in": false, "assignable_scopes": [id],
                "permissions": [{"data_actions": actions, "not_data_actions": []}]})
        };
        let roles: Vec<Value> = self.roles.iter().enumerate().map(role).collect();
        let databases = self.databases.iter();
        let databases: Vec<Value> = databases
            .map(|(name, containers)| json!({"name": name, "containers": containers}))
            .collect();
        json!({"account": {"id": id, "name": Self::account_name(number), "resource_group": "rg",
                "subscription": "11111111-0000-4000-8000-000000000001", "location": "westeurope", "api": "sql",
                "tags": {}, "local_auth_disabled": true, "key_metadata_writes_disabled": true},
            "role_definitions": roles, "role_assignments": assignments, "databases": databases, "gaps": []})
    }

    /// The policy as a file.
    pub fn policy(&self) -> String {
        let name = |id: &String| format!("p{}", self.principals.iter().position(|own| own == id).unwrap());
        let grants = self.grants.iter().map(|grant| {
            let principal = grant.principal.as_ref().map_or_else(|| "*".to_owned(), name);
            json!({"principal": principal, "data_actions": grant.actions, "scope": place_text(&grant.place),
                "presence": "optional"})
        });
        let grants: Vec<Value> = grants.collect();
        let principals = self.principals.iter().map(|id| (name(id), json!({"id": id})));
        let principals: Map<String, Value> = principals.collect();
        // JSON is YAML.
        json!({"version": 1, "principals": principals, "accounts": [{"name": "all", "grants": grants}]}).to_string()
    }
}
