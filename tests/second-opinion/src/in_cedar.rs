//! The same in Cedar: a permit for each role assignment, a permit for each grant of the policy, a request for each triple.

use crate::Excess;
use crate::facts::{Facts, Place};
use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use serde_json::{Value, json};
use std::fmt::Write;
use std::str::FromStr;

/// A tenant in Cedar.
#[derive(Debug)]
pub struct InCedar {
    authorizer: Authorizer,
    entities: Entities,
    /// What is assigned.
    assigned: PolicySet,
    /// What is allowed.
    allowed: PolicySet,
}

fn uid(kind: &str, id: &str) -> EntityUid {
    format!("{kind}::{}", json!(id)).parse().unwrap()
}

/// A place of an account, as the id of an entity.
fn place_id(account: usize, place: &[String]) -> String {
    std::iter::once(Facts::account_name(account))
        .chain(place.iter().cloned())
        .collect::<Vec<_>>()
        .join("/")
}

/// Whether the data action is one of these patterns.
fn is_named(patterns: &[String]) -> String {
    let likes = patterns
        .iter()
        .map(|text| format!("context.action like {}", json!(text.to_lowercase())));
    likes.collect::<Vec<_>>().join(" || ")
}

impl InCedar {
    /// What the facts say, without one of the role assignments if `without` names it.
    pub fn new(facts: &Facts, without: Option<usize>) -> Self {
        let mut entities: Vec<Value> = Vec::new();
        for account in 0..facts.accounts {
            for place in facts.places() {
                let parents = place.split_last().map(|(_, above)| place_id(account, above));
                let parents = parents.map(|id| json!({"type": "Place", "id": id}));
                let mut attrs = serde_json::Map::new();
                for (key, name) in ["database", "container"].into_iter().zip(&place) {
                    attrs.insert(key.to_owned(), json!(name));
                }
                entities.push(
                    json!({"uid": {"type": "Place", "id": place_id(account, &place)}, "attrs": attrs,
                    "parents": parents.into_iter().collect::<Vec<_>>()}),
                );
            }
        }
        let mut assigned = String::new();
        let kept = facts
            .assignments
            .iter()
            .enumerate()
            .filter(|(number, _)| Some(*number) != without);
        for (_, own) in kept {
            let (who, place) = (json!(own.principal), json!(place_id(own.account, &own.place)));
            let what = is_named(&facts.roles[own.role]);
            writeln!(
                assigned,
                "permit(principal == Principal::{who}, action, resource in Place::{place}) when {{ {what} }};"
            )
            .unwrap();
        }
        let mut allowed = String::new();
        for grant in &facts.grants {
            let who = grant
                .principal
                .as_ref()
                .map(|id| format!(" == Principal::{}", json!(id)));
            let keys = ["database", "container"].into_iter().zip(&grant.place);
            let places =
                keys.map(|(key, name)| format!("resource has {key} && resource.{key} like {} && ", json!(name)));
            let (places, what) = (places.collect::<String>(), is_named(&grant.actions));
            writeln!(
                allowed,
                "permit(principal{}, action, resource) when {{ {places}({what}) }};",
                who.unwrap_or_default()
            )
            .unwrap();
        }
        Self {
            authorizer: Authorizer::new(),
            entities: Entities::from_json_value(Value::Array(entities), None).unwrap(),
            assigned: PolicySet::from_str(&assigned).unwrap(),
            allowed: PolicySet::from_str(&allowed).unwrap(),
        }
    }

    /// A request for a triple.
    pub fn request(account: usize, principal: &str, action: &str, place: &[String]) -> Request {
        let context = Context::from_json_value(json!({"action": action.to_lowercase()}), None).unwrap();
        let (who, place) = (uid("Principal", principal), uid("Place", &place_id(account, place)));
        Request::new(who, uid("Action", "data"), place, context, None).unwrap()
    }

    /// Whether a role assignment permits it.
    pub fn can(&self, request: &Request) -> bool {
        self.decide(request, &self.assigned)
    }

    /// Whether the policy permits it.
    pub fn may(&self, request: &Request) -> bool {
        self.decide(request, &self.allowed)
    }

    fn decide(&self, request: &Request, policies: &PolicySet) -> bool {
        let response = self.authorizer.is_authorized(request, policies, &self.entities);
        assert_eq!(response.diagnostics().errors().count(), 0, "{response:?}");
        response.decision() == Decision::Allow
    }

    /// What is assigned and not allowed, by a request for each role assignment and action that it gives.
    pub fn excess(&self, triples: &[(usize, String, Request)]) -> Excess {
        let beyond = triples.iter().filter(|(_, _, request)| !self.may(request));
        beyond.map(|(number, action, _)| (*number, action.clone())).collect()
    }
}

/// A request for each role assignment and each action that its role gives.
pub fn triples(facts: &Facts) -> Vec<(usize, String, Request)> {
    let actions = facts.actions();
    let given = |patterns: &[String], action: &str| {
        patterns
            .iter()
            .map(|text| text.to_lowercase())
            .any(|text| match text.strip_suffix('*') {
                Some(start) => action.starts_with(start),
                None => text == action,
            })
    };
    let mut all = Vec::new();
    for (number, own) in facts.assignments.iter().enumerate() {
        for action in actions.iter().filter(|action| given(&facts.roles[own.role], action)) {
            let place: &Place = &own.place;
            all.push((
                number,
                action.clone(),
                InCedar::request(own.account, &own.principal, action, place),
            ));
        }
    }
    all
}
