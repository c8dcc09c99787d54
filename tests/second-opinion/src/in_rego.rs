//! The containment in Rego, through `regorus`.

use crate::Excess;
use crate::facts::Facts;
use regorus::{Engine, Value};
use serde_json::{Map, json};

/// An engine that has the rules and an input.
#[derive(Debug)]
pub struct InRego(Engine);

impl InRego {
    /// The rules of `excess.rego`, and what the facts say.
    pub fn new(facts: &Facts) -> Self {
        let mut engine = Engine::new();
        engine
            .add_policy("excess.rego".to_owned(), include_str!("excess.rego").to_owned())
            .unwrap();
        let lower = |patterns: &[String]| -> Vec<String> { patterns.iter().map(|text| text.to_lowercase()).collect() };
        let assignments = facts.assignments.iter();
        let assignments: Vec<_> = assignments
            .map(|own| json!({"role": own.role, "principal": own.principal, "place": own.place}))
            .collect();
        let mut grants: Map<String, serde_json::Value> = Map::new();
        for grant in &facts.grants {
            let who = grant.principal.clone().unwrap_or_else(|| "*".to_owned());
            let one = json!({"actions": lower(&grant.actions), "place": grant.place});
            grants
                .entry(who)
                .or_insert_with(|| json!([]))
                .as_array_mut()
                .unwrap()
                .push(one);
        }
        let roles: Vec<Vec<String>> = facts.roles.iter().map(|patterns| lower(patterns)).collect();
        let input = json!({"assignments": assignments, "roles": roles, "grants": grants, "actions": facts.actions()});
        engine.set_input(Value::from_json_str(&input.to_string()).unwrap());
        Self(engine)
    }

    /// What is assigned and not allowed.
    pub fn excess(&mut self) -> Excess {
        let found = self.0.eval_rule("data.cosmos.excess".to_owned()).unwrap();
        let pairs = found.as_set().unwrap().iter().map(|pair| {
            let pair = pair.as_array().unwrap();
            let number = pair[0].as_u64().unwrap();
            (
                usize::try_from(number).unwrap(),
                pair[1].as_string().unwrap().to_string(),
            )
        });
        pairs.collect()
    }
}
