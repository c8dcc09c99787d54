//! What a scan finds around it to sign in with: variables, and what the machine offers.

use super::machine::{Machine, Nothing, Offers};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Where variables come from, and which credentials the machine offers. By default the process's own, and all that the
/// machine has.
#[derive(Clone)]
pub struct Environment {
    variables: Option<Arc<BTreeMap<String, String>>>,
    offers: Arc<dyn Offers>,
}

impl Environment {
    /// Nothing but these variables: no metadata service is asked, and no tool is run.
    pub fn isolated(variables: BTreeMap<String, String>) -> Self {
        Self {
            variables: Some(Arc::new(variables)),
            offers: Arc::new(Nothing),
        }
    }

    /// The variable's value; an empty one counts as not set.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        match &self.variables {
            Some(variables) => variables.get(name).cloned(),
            None => std::env::var(name).ok(),
        }
        .filter(|value| !value.is_empty())
    }

    /// Whether the variable is set, be it to nothing.
    pub(super) fn has(&self, name: &str) -> bool {
        match &self.variables {
            Some(variables) => variables.contains_key(name),
            None => std::env::var_os(name).is_some(),
        }
    }

    /// What the machine offers.
    pub(super) fn offers(&self) -> &dyn Offers {
        &*self.offers
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            variables: None,
            offers: Arc::new(Machine),
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Variables hold secrets.
        f.debug_struct("Environment")
            .field("isolated", &self.variables.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn isolated(name: &str, value: &str) -> Environment {
        Environment::isolated(BTreeMap::from([(name.to_owned(), value.to_owned())]))
    }

    #[test]
    fn variables_are_not_shown() {
        let environment = isolated("AZURE_CLIENT_SECRET", "hunter2");
        assert_eq!(environment.get("AZURE_CLIENT_SECRET").as_deref(), Some("hunter2"));
        assert!(!format!("{environment:?}").contains("hunter2"));
    }

    #[test]
    fn an_empty_variable_is_set_and_has_no_value() {
        let environment = isolated("X", "");
        assert_eq!((environment.has("X"), environment.get("X")), (true, None));
        assert_eq!((environment.has("PATH"), environment.get("PATH")), (false, None));
    }
}
