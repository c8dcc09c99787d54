//! The JSON report as a reader sees it.

use serde_json::Value;

/// A report.
pub(crate) struct Report(pub(crate) Value);

impl Report {
    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(Self)
    }

    pub(crate) fn findings(&self) -> &[Value] {
        self.0["findings"].as_array().unwrap()
    }

    /// The findings of a check.
    pub(crate) fn of(&self, check: &str) -> Vec<&Value> {
        self.findings().iter().filter(|found| found["check"] == check).collect()
    }

    /// The findings in the account of this name.
    pub(crate) fn within(&self, account: &str) -> Vec<&Value> {
        let end = format!("/databaseAccounts/{account}");
        let inside = |found: &&Value| found["account"].as_str().is_some_and(|id| id.ends_with(&end));
        self.findings().iter().filter(inside).collect()
    }

    /// The checks that found something in the account of this name, in the order of the findings.
    pub(crate) fn checks_in(&self, account: &str) -> Vec<&str> {
        let findings = self.within(account).into_iter();
        findings.map(|found| found["check"].as_str().unwrap()).collect()
    }

    /// The account of this name.
    pub(crate) fn account(&self, name: &str) -> &Value {
        let mut accounts = self.0["accounts"].as_array().unwrap().iter();
        accounts.find(|account| account["name"] == name).unwrap_or(&Value::Null)
    }

    /// The names of all accounts, in their order.
    pub(crate) fn accounts(&self) -> Vec<&str> {
        let accounts = self.0["accounts"].as_array().unwrap().iter();
        accounts.map(|account| account["name"].as_str().unwrap()).collect()
    }

    pub(crate) fn verdict(&self) -> &str {
        self.0["summary"]["verdict"].as_str().unwrap()
    }
}
