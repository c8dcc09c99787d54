//! What the contract says, written a second time and as plainly as possible: no bitsets, no clever matcher, but every
//! action and every place tried one by one.

use crate::listed::listed;
use crate::naming::{Names, TABLES, exists, holds, star, takes_in};
use crate::strategies::{ACCOUNT, Permissions, Place, Plan, db_of};
use cosmos_rbac::finding::Confidence;
use cosmos_rbac::model::Api;
use std::collections::BTreeSet;

/// Stands for whatever nobody named: no generated name or action holds it.
pub(crate) const FRESH: &str = "ζ";

/// The API that plans take foreign roles from.
fn foreign_api(own: Api) -> Api {
    if own == Api::Gremlin {
        Api::Cassandra
    } else {
        Api::Gremlin
    }
}

/// Whoever has one of these reads what the analytical copy, which `readAnalytics` reads, holds too.
const READS: [&str; 5] = [
    "readanalytics",
    "sqldatabases/containers/executequery",
    "sqldatabases/containers/readchangefeed",
    "sqldatabases/containers/items/read",
    "sqldatabases/containers/items/unmask",
];
/// Whoever runs a stored procedure possibly does one of these in its container, under the name of its API.
const CODE: &str = "/containers/executestoredprocedure";
const BY_CODE: [&str; 6] = ["executequery", "create", "read", "replace", "upsert", "delete"];
const PREFIX: &str = "microsoft.documentdb/databaseaccounts/";

/// A reading of the wildcards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum World {
    Least,
    Most,
}

/// "`P/*` covers the actions directly below `P`; other wildcard shapes grant nothing"; a lone `*` is everything.
pub(crate) fn least(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    match pattern.matches('*').count() {
        0 => pattern == action,
        1 if pattern == "*" => true,
        1 if pattern.ends_with("/*") => {
            let below = action.rsplit_once('/');
            below.is_some_and(|(parent, last)| !last.is_empty() && pattern == format!("{parent}/*"))
        }
        _ => false,
    }
}

/// "`*` matches anything, across `/`", ignoring case.
pub(crate) fn most(pattern: &str, action: &str) -> bool {
    star(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
}

/// Whether permissions objects grant an action.
pub(crate) fn grants(permissions: &Permissions, action: &str, world: World) -> bool {
    permissions.iter().any(|permission| {
        let has = |patterns: &[String], covers: fn(&str, &str) -> bool| patterns.iter().any(|p| covers(p, action));
        match world {
            World::Least => has(&permission.yes, least) && !has(&permission.not, most),
            World::Most => has(&permission.yes, most),
        }
    })
}

/// Whether a deny of these patterns forbids an action of the universe: also one by which a forbidden one could be done.
pub(crate) fn denies(api: Api, universe: &BTreeSet<String>, patterns: &[String], action: &str, world: World) -> bool {
    let named = |action: &str| patterns.iter().any(|pattern| most(pattern, action));
    if world == World::Least {
        return patterns.iter().any(|pattern| least(pattern, action));
    }
    let is_copy = api == Api::Sql && action == format!("{PREFIX}readanalytics");
    let reads = |action: &&String| READS.iter().any(|read| **action == format!("{PREFIX}{read}"));
    let by_copy = is_copy && universe.iter().filter(reads).any(|action| named(action));
    let by_code = action.strip_suffix(CODE).is_some_and(|api| {
        let held = ["", "items/", "entities/"].into_iter();
        let mut works = held.flat_map(|held| BY_CODE.map(|work| format!("{api}/containers/{held}{work}")));
        works.any(|work| universe.contains(&work) && named(&work))
    });
    named(action) || by_copy || by_code
}

/// An action, and one more for each wildcard: "any other action matching it".
pub(crate) fn concrete(text: &str) -> String {
    text.trim_start_matches("any other action matching ")
        .replace('*', FRESH)
        .to_ascii_lowercase()
}

/// What an audit must say of access: who is concerned, through which assignment, at which scope, with which action.
pub(crate) type Said = BTreeSet<(&'static str, String, Option<String>, String, String, Confidence)>;

/// Every action of the account that can be told apart.
pub(crate) fn actions(plan: &Plan) -> BTreeSet<String> {
    let is_foreign = plan.assignments.iter().any(|assignment| assignment.is_foreign);
    let others = is_foreign.then(|| listed(foreign_api(plan.api))).into_iter().flatten();
    let known = listed(plan.api).into_iter().chain(others);
    let known = known.map(|action| format!("{PREFIX}{action}"));
    let roles = plan.roles.iter().flat_map(|role| &role.permissions);
    let rules = plan.grants.iter().flat_map(|rule| &rule.permissions);
    let declared = plan.declared.iter().map(|rule| &rule.permission);
    let named = roles
        .chain(rules)
        .chain(declared)
        .flat_map(|permission| permission.yes.iter().chain(&permission.not));
    let denied = plan.denies.iter().flat_map(|deny| &deny.actions);
    known.chain(named.chain(denied).map(|text| concrete(text))).collect()
}

/// Every place of the account that can be told apart, and some that nobody named.
fn places(plan: &Plan) -> BTreeSet<Place> {
    let mut databases = BTreeSet::from([FRESH.to_owned()]);
    let mut containers = databases.clone();
    let existing = plan.databases.iter().flatten();
    for (database, names) in existing {
        databases.insert(database.clone());
        containers.extend(names.iter().flatten().cloned());
    }
    for assignment in &plan.assignments {
        databases.extend(db_of(&assignment.place).cloned());
        if let Place::Container(_, container) = &assignment.place {
            containers.insert(container.clone());
        }
    }
    let rules = plan.grants.iter().map(|rule| &rule.scope);
    for scope in rules.chain(plan.denies.iter().map(|deny| &deny.scope)) {
        for (glob, names) in [(&scope.0, &mut databases), (&scope.1, &mut containers)] {
            names.extend(
                glob.iter()
                    .flat_map(|text| [text.replace('*', FRESH), text.replace('*', "")]),
            );
        }
    }
    if plan.api == Api::Table {
        containers.extend(databases.iter().cloned());
        databases.insert(TABLES.to_owned());
    }
    databases.remove("");
    containers.remove("");
    let mut places = BTreeSet::from([Place::Account]);
    for database in databases {
        places.insert(Place::Database(database.clone()));
        places.extend(
            containers
                .iter()
                .map(|name| Place::Container(database.clone(), name.clone())),
        );
    }
    places
}

/// What all readings come to for one subject: certain where they agree; if nowhere, possible.
fn settle(readings: &[BTreeSet<String>]) -> (BTreeSet<String>, Confidence) {
    let any: BTreeSet<String> = readings.iter().flatten().cloned().collect();
    let in_all = |action: &&String| readings.iter().all(|found| found.contains(*action));
    let all: BTreeSet<String> = any.iter().filter(in_all).cloned().collect();
    if all.is_empty() {
        (any, Confidence::Possible)
    } else {
        (all, Confidence::Certain)
    }
}

/// What an audit of `plan` must say about excess, missing and denied access.
pub(crate) fn judge(plan: &Plan) -> Said {
    let mut one_form = plan.clone();
    for assignment in &mut one_form.assignments {
        assignment.place = in_one_form(plan, assignment.place.clone());
    }
    let plan = &one_form;
    let actions = actions(plan);
    let places = places(plan);
    let mut said = Said::new();
    // Assignments that mean something: the role exists. Malformed scopes are not generated here.
    let live: Vec<_> = (plan.assignments.iter().enumerate())
        .filter_map(|(number, assignment)| Some((number, assignment, plan.roles.get(assignment.role?)?)))
        .collect();
    // Whether roles of another API apply: both readings, where there are some.
    let is_foreign = plan.assignments.iter().any(|assignment| assignment.is_foreign);
    let applies: &[bool] = if is_foreign { &[false, true] } else { &[true] };
    let worlds = |judge: &dyn Fn(&str, World, Names, bool) -> bool| {
        let found = |(world, names, applies)| {
            let judged = |action: &&String| judge(action, world, names, applies);
            actions.iter().filter(judged).cloned().collect()
        };
        let all = [World::Least, World::Most].into_iter().flat_map(|world| {
            let names = [Names::Spelt, Names::Loose].into_iter();
            names.flat_map(move |names| applies.iter().map(move |applies| (world, names, *applies)))
        });
        settle(&all.map(found).collect::<Vec<_>>())
    };
    for (number, assignment, role) in &live {
        let who = assignment.principal.to_owned();
        let here: Vec<&Place> = places
            .iter()
            .filter(|place| holds(plan, &assignment.place, place, Names::Spelt))
            .collect();
        let mut say = |check, (found, confidence): (BTreeSet<String>, Confidence)| {
            for action in found {
                let subject = Some(assignment_id(plan, *number));
                said.insert((
                    check,
                    who.clone(),
                    subject,
                    assignment.place.to_string(),
                    action,
                    confidence,
                ));
            }
        };
        if plan.states_grants {
            let allowed = |action: &str, place: &Place, world, names| {
                plan.grants.iter().any(|rule| {
                    rule.principal.is_none_or(|id| id == who)
                        && takes_in(plan, &rule.scope, place, names)
                        && grants(&rule.permissions, action, world)
                })
            };
            say(
                "excess-access",
                worlds(&|action, world, names, applies| {
                    let is_there = applies || !assignment.is_foreign;
                    let is_allowed = |place: &&Place| allowed(action, place, world, names);
                    is_there && grants(&role.permissions, action, world) && !here.iter().all(is_allowed)
                }),
            );
        }
        for deny in plan
            .denies
            .iter()
            .filter(|deny| !deny.except.contains(&assignment.principal))
        {
            let there = |names| {
                let there = here
                    .iter()
                    .filter(move |place| takes_in(plan, &deny.scope, place, names));
                there.collect::<Vec<_>>()
            };
            let (found, mut confidence) = worlds(&|action, world, names, applies| {
                let is_there = applies || !assignment.is_foreign;
                let denied = denies(plan.api, &actions, &deny.actions, action, world);
                is_there && !there(names).is_empty() && denied && grants(&role.permissions, action, world)
            });
            // Where only a part of the grant is denied, it depends on there being such a place: one that exists today, or,
            // where it is not known what exists, one that the deny names without `*`.
            let named = [&deny.scope.0, &deny.scope.1]
                .into_iter()
                .flatten()
                .all(|name| !name.contains('*'));
            let is_there = match plan.knows_inventory() {
                true => there(Names::Spelt).iter().any(|place| exists(plan, place)),
                false => named,
            };
            let there = there(Names::Spelt);
            if there.len() < here.len() && !there.is_empty() && !is_there {
                confidence = Confidence::Possible;
            }
            say("denied-access", (found, confidence));
        }
    }
    let is_read = !plan.has_gap;
    for rule in plan.grants.iter().filter(|rule| rule.required && is_read) {
        let who = rule.principal.expect("required grants name somebody");
        let scope = match rule.scope.clone() {
            (None, _) => Place::Account,
            (Some(database), None) => Place::Database(database),
            (Some(database), Some(container)) => Place::Container(database, container),
        };
        let scope = in_one_form(plan, scope);
        let there = places.iter().filter(|place| holds(plan, &scope, place, Names::Spelt));
        let there: Vec<&Place> = there.collect();
        let has = |action: &str, place: &Place, world, names, applies| {
            live.iter().any(|(_, assignment, role)| {
                (applies || !assignment.is_foreign)
                    && assignment.principal == who
                    && holds(plan, &assignment.place, place, names)
                    && grants(&role.permissions, action, world)
            })
        };
        let (found, confidence) = worlds(&|action, world, names, applies| {
            let has = |place: &&&Place| has(action, place, world, names, applies);
            grants(&rule.permissions, action, world) && !there.iter().all(|place| has(&place))
        });
        for action in found {
            let (check, who) = ("missing-access", who.to_owned());
            said.insert((check, who, None, scope.to_string(), action, confidence));
        }
    }
    said
}

/// Of an account with the API for Table, every place that is granted or required in one form: a table is a container of one
/// database.
pub(crate) fn in_one_form(plan: &Plan, place: Place) -> Place {
    match place {
        Place::Database(name) if plan.api == Api::Table && !name.eq_ignore_ascii_case(TABLES) => {
            Place::Container(TABLES.to_owned(), name)
        }
        own => own,
    }
}

/// The id of the plan's assignment of that number.
fn assignment_id(plan: &Plan, number: usize) -> String {
    let api = match plan.assignments[number].is_foreign {
        true => foreign_api(plan.api),
        false => plan.api,
    };
    let word = match api {
        Api::Sql
        | Api::Unknown
        | Api::MongoCluster
        | Api::CassandraCluster
        | Api::GarnetCluster
        | Api::PostgresqlCluster => "sql",
        Api::Table => "table",
        Api::Cassandra => "cassandra",
        Api::Gremlin => "gremlin",
        Api::Mongo => "mongoMI",
    };
    format!("{ACCOUNT}/{word}RoleAssignments/{}", crate::strategies::guid(9, number))
}
