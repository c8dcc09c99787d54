//! The report as the scripts read it: tables of what repeats, and one column for each field of findings and accounts, since
//! an array of numbers is parsed many times faster than as many objects.

use super::super::stream::json_in_html;
use super::super::text::visible;
use super::columns::{Accounts, Check, Findings, Route};
use super::fold::Names;
use super::intern::{NONE, Table};
use super::slot::{SLOTS, slot};
use crate::finding::{Ability, AccountSummary, CheckId, PolicyRef, PrincipalRef, Report, RoleSummary, Severity, State};
use crate::model::action::{PREFIX, catalogue};
use crate::model::{AccountId, Api, PrincipalKind};
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write};

/// A role: id, name, whether it is built in, patterns, and what it allows as action, slot and certainty.
type RoleRow = (i32, i32, bool, Vec<i32>, Vec<(i32, u8, bool)>);

#[derive(Serialize)]
pub(super) struct Data {
    pub(super) strings: Table<String>,
    severities: [&'static str; 5],
    slots: [(char, &'static str, &'static str); 8],
    checks: Vec<Check>,
    subscriptions: Vec<(i32, i32)>,
    states: [&'static str; 3],
    /// Object id, name, and what it is.
    principals: Table<(i32, i32, &'static str)>,
    /// In full, without the common prefix, and as the end of "may …".
    actions: Table<(i32, i32, i32)>,
    roles: Table<RoleRow>,
    /// Sets of actions.
    pub(super) sets: Table<Vec<i32>>,
    /// Principal, action, scope, scope in Azure, assignment, id and name of the role, pattern.
    pub(super) witnesses: Table<[i32; 8]>,
    /// The scope in Azure, and the accounts in runs: the first, and how many.
    pub(super) reaches: Table<(i32, Vec<(usize, usize)>)>,
    pub(super) ways: Vec<(&'static str, &'static str)>,
    pub(super) routes: Vec<Route>,
    /// Until when, why, and the policy line.
    pub(super) waivers: Table<(i32, i32, i32)>,
    /// File, line, column.
    places: Table<(i32, u64, u64)>,
    accounts: Accounts,
    pub(super) findings: Findings,
    #[serde(skip)]
    pub(super) known_actions: HashMap<String, i32>,
}

/// The report as JSON without any character that means something in HTML.
pub(super) fn embed(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    json_in_html(&Data::of(report), out)
}

impl Data {
    fn of(report: &Report) -> Self {
        let mut data = Self {
            strings: Table::new(),
            severities: Severity::ALL.map(Severity::word),
            slots: SLOTS,
            checks: CheckId::ALL.iter().map(|id| Check::of(*id, report)).collect(),
            subscriptions: Vec::new(),
            states: [State::New, State::Known, State::Waived].map(State::word),
            principals: Table::new(),
            actions: Table::new(),
            roles: Table::new(),
            sets: Table::new(),
            witnesses: Table::new(),
            reaches: Table::new(),
            ways: Vec::new(),
            routes: Vec::new(),
            waivers: Table::new(),
            places: Table::new(),
            accounts: Accounts::default(),
            findings: Findings::default(),
            known_actions: HashMap::new(),
        };
        for subscription in &report.snapshot.subscriptions {
            let row = (data.text(&subscription.id), data.text(&subscription.name));
            data.subscriptions.push(row);
        }
        for route in &report.routes {
            data.route(route);
        }
        let mut places: HashMap<&AccountId, i32> = HashMap::new();
        for account in &report.accounts {
            let place = i32::try_from(places.len()).unwrap_or(NONE);
            places.insert(&account.id, place);
            data.account(account);
        }
        for finding in &report.findings {
            let account = finding.account.as_ref().and_then(|id| places.get(id)).copied();
            data.finding(finding, account.unwrap_or(NONE));
        }
        data
    }

    pub(super) fn text(&mut self, text: &str) -> i32 {
        self.strings.place(visible(text))
    }

    pub(super) fn folded(&mut self, names: &Names, text: &str) -> i32 {
        self.strings.place(names.fold(text))
    }

    pub(super) fn policy(&mut self, at: &PolicyRef) -> i32 {
        let file = self.text(&at.file);
        self.places.place((file, at.line, at.column))
    }

    pub(super) fn principal(&mut self, principal: &PrincipalRef) -> i32 {
        let id = self.text(principal.id.as_str());
        let name = principal.name.as_deref().map_or(NONE, |name| self.text(name));
        let kind = match principal.kind {
            PrincipalKind::Unknown => "",
            kind => kind.word(),
        };
        self.principals.place((id, name, kind))
    }

    /// An action of a finding; nearly all findings share a few, so each is looked up once.
    pub(super) fn action_named(&mut self, name: &str) -> i32 {
        if let Some(place) = self.known_actions.get(name) {
            return *place;
        }
        let place = self.action(name, &verb(name));
        self.known_actions.insert(name.to_owned(), place);
        place
    }

    pub(super) fn action(&mut self, name: &str, verb: &str) -> i32 {
        let full = self.text(name);
        let short = self.text(&name.replacen(PREFIX, "", 1));
        let verb = self.text(verb);
        self.actions.place((full, short, verb))
    }

    fn role(&mut self, account: &AccountSummary, role: &RoleSummary) -> i32 {
        let patterns = role.patterns.iter().map(|pattern| self.text(pattern)).collect();
        let ability = |one: &Ability| (self.action(&one.data_action, &one.verb), slot(one), one.certain);
        let abilities = role.abilities.iter().map(ability).collect();
        let id = self.text(account.id.shorten(&role.role.id));
        let name = self.text(&role.role.name);
        self.roles.place((id, name, role.built_in, patterns, abilities))
    }

    fn account(&mut self, account: &AccountSummary) {
        let id = &account.id;
        let row = [
            visible(id.as_str()),
            visible(id.name()),
            visible(id.resource_group()),
            visible(id.subscription()),
            visible(&account.location),
            account.api.title().to_owned(),
        ]
        .map(|text| self.strings.place(text));
        let blocks = account.blocks.iter().map(|block| self.text(block)).collect();
        let principals = account
            .principals
            .iter()
            .map(|one| {
                (
                    self.principal(&one.principal),
                    one.assignments,
                    self.text(one.state.word()),
                )
            })
            .collect();
        let roles: Vec<i32> = account
            .access
            .roles
            .iter()
            .map(|role| self.role(account, role))
            .collect();
        let grants = account
            .access
            .grants
            .iter()
            .map(|grant| {
                let role = roles.get(grant.role).copied().unwrap_or(NONE);
                let scope = self.text(&grant.scope.to_string());
                (grant.principal, role, scope, self.text(id.shorten(&grant.assignment)))
            })
            .collect();
        let columns = &mut self.accounts;
        let [id, name, group, subscription, location, api] = row;
        columns.id.push(id);
        columns.name.push(name);
        columns.group.push(group);
        columns.subscription.push(subscription);
        columns.location.push(location);
        columns.api.push(api);
        columns.keys_refused.push(account.local_auth_disabled);
        columns.key_writes_refused.push(account.key_metadata_writes_disabled);
        columns.blocks.push(blocks);
        columns.role_definitions.push(account.role_definitions);
        columns.role_assignments.push(account.role_assignments);
        columns.databases.push(account.databases);
        columns.gaps.push(account.gaps);
        columns.principals.push(principals);
        columns.grants.push(grants);
        columns
            .ways
            .push(account.ways.iter().map(|way| (way.route, way.certain)).collect());
    }
}

impl Check {
    fn of(id: CheckId, report: &Report) -> Self {
        let ran = report.checks.iter().find(|check| check.id == id);
        Self {
            id: id.id(),
            severity: ran.map_or("", |check| check.severity.word()),
            summary: ran.map_or("", |check| check.summary),
            why: ran.map_or("", |check| check.why),
            fix: ran.map_or("", |check| check.fix),
        }
    }
}

/// What an action in a finding allows, as the end of "may …".
fn verb(name: &str) -> String {
    let short = name.replacen(PREFIX, "", 1);
    // Only one API has data actions so far; another's names do not clash with its.
    let known = catalogue(Api::Sql)
        .iter()
        .find(|action| action.name.eq_ignore_ascii_case(&short));
    match (known, short.strip_prefix("any other action matching ")) {
        (Some(action), _) => action.verb.to_owned(),
        (None, Some(wildcard)) => format!("do any other action matching `{wildcard}`"),
        (None, None) => format!("do `{short}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Gate, Parts, RoleRef, RouteSummary, SnapshotSummary};

    #[test]
    fn nothing_in_the_data_means_something_in_html() {
        let name = "</script><!-- & \u{2028}\u{202e}";
        let snapshot = SnapshotSummary {
            taken_at: jiff::Timestamp::UNIX_EPOCH,
            cloud: String::new(),
            tenant: String::new(),
            subscriptions: Vec::new(),
            accounts: 0,
            gone: 0,
            role_definitions: 0,
            role_assignments: 0,
            complete: true,
        };
        let parts = Parts {
            snapshot,
            policy: Vec::new(),
            notices: Vec::new(),
            checks: Vec::new(),
            accounts: Vec::new(),
            routes: vec![RouteSummary {
                principal: PrincipalRef {
                    id: name.into(),
                    name: None,
                    kind: PrincipalKind::Unknown,
                },
                way: "read-keys",
                verb: "",
                action: "",
                pattern: String::new(),
                role: RoleRef {
                    id: String::new(),
                    name: String::new(),
                },
                scope: String::new(),
                assignment: String::new(),
                eligible: false,
            }],
            findings: Vec::new(),
        };
        let mut out = Vec::new();
        embed(&Report::new(parts, Gate::default()), &mut out).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{202e}']));
        let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
        let strings = parsed["strings"].as_array().unwrap();
        assert!(strings.contains(&visible(name).into()));
    }
}
