//! What a role definition grants: patterns of data actions, and those it takes away again.

use super::pattern::ActionPattern;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One permissions object of a role definition.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Permission {
    /// What it grants.
    pub data_actions: Vec<ActionPattern>,
    /// What it takes away again; the service is said not to support it.
    pub not_data_actions: Vec<ActionPattern>,
}

impl Permission {
    /// All patterns it names, subtracted ones included.
    pub fn patterns(&self) -> impl Iterator<Item = &ActionPattern> {
        self.data_actions.iter().chain(&self.not_data_actions)
    }

    /// Its patterns for people: short, those that it takes away after `not`.
    pub fn stated(&self) -> impl Iterator<Item = String> + '_ {
        let granted = self.data_actions.iter().map(|pattern| pattern.short().to_owned());
        let taken = self
            .not_data_actions
            .iter()
            .map(|pattern| format!("not {}", pattern.short()));
        granted.chain(taken)
    }
}
