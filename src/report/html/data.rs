//! The report as the scripts read it: tables of what repeats, and one column for each field of findings and accounts, since
//! an array of numbers is parsed many times faster than as many objects.

use super::super::stream::json_in_html;
use super::columns::{Accounts, Bypass, Cause, Check, Findings, Fixed};
use super::fold::{Folded, Names};
use super::intern::{NONE, Table};
use super::slot::slots;
use super::streamed::Assignments;
use crate::finding::{AccountSummary, CheckSummary, ProvenAction, Report, Severity, SourceRef, State};
use crate::model::action::PREFIX;
use crate::model::{AccountId, Atom, BypassAction, BypassKind, PrincipalKind, PrincipalRef, Shown};
use foldhash::{HashMap, HashMapExt};
use serde::Serialize;
use std::io::{self, Write};

/// A role: id, name, whether it is built in, patterns, and what it allows as action, slot and certainty.
type Role = (i32, i32, bool, Vec<i32>, Vec<(i32, usize, bool)>);

/// The scope in Azure, the accounts in runs: the first, and how many; and how many more aren't shown.
type Reached = (i32, Vec<(usize, usize)>, usize);

#[derive(Serialize)]
pub(super) struct Data<'r> {
    pub(super) strings: Table<Folded>,
    /// Empty: one that has no portal that is known.
    cloud: &'static str,
    taken_at: String,
    /// The template that was audited before its deployment; empty: a scan was.
    template: String,
    severities: [&'static str; 5],
    slots: [(char, &'static str, &'static str); 9],
    checks: Vec<Check>,
    subscriptions: Vec<(i32, i32)>,
    states: [&'static str; 3],
    /// Object id, name, and what it is.
    principals: Table<(i32, i32, &'static str)>,
    /// In full, without the common prefix, and as the end of "may …".
    actions: Table<(i32, i32, i32)>,
    pub(super) roles: Table<Role>,
    /// Sets of actions.
    pub(super) sets: Table<Vec<i32>>,
    /// Principal, action, scope, scope in Azure, assignment, id and name of the role, pattern.
    pub(super) witnesses: Table<[i32; 8]>,
    pub(super) reaches: Table<Reached>,
    /// Every kind of bypass: what its holder can do, and whether it is about keys.
    bypass_kinds: [(&'static str, bool); 5],
    pub(super) bypasses: Vec<Bypass>,
    /// What was not checked, why, in which accounts, if that is known, and the
    /// word for it.
    not_checked: Vec<(i32, i32, Option<Vec<usize>>, &'static str)>,
    /// The group's object id, who is in it, and whether that is everybody.
    groups: Vec<(i32, Vec<i32>, bool)>,
    /// The worst first; empty: they were not worked out.
    pub(super) causes: Vec<Cause>,
    pub(super) fixed: Vec<Fixed>,
    /// Whether there was an earlier report to compare with.
    has_baseline: bool,
    /// What to do one after the other: each command, and what it changes.
    pub(super) steps: Table<Vec<(i32, i32)>>,
    /// Until when, why, and the policy line.
    pub(super) waivers: Table<(i32, i32, i32)>,
    /// Waivers that could be added, by their lines.
    pub(super) drafts: Table<Vec<i32>>,
    /// File, line, column.
    places: Table<(i32, u64, u64)>,
    pub(super) accounts: Accounts<'r>,
    assignments: Assignments<'r>,
    pub(super) findings: Findings,
    /// Findings about a path to accounts that no bypass is: the place, and whether it goes through an identity.
    pub(super) paths: Vec<(usize, bool)>,
    /// Whether the scan went through.
    complete: bool,
    /// Where the accounts of the report are in the data; those that aren't shown are not.
    #[serde(skip)]
    pub(super) shown: Vec<Option<usize>>,
    #[serde(skip)]
    known_actions: HashMap<Atom, i32>,
    #[serde(skip)]
    known_bypasses: HashMap<&'static str, i32>,
}

/// The report as JSON without any character that means something in HTML.
pub(super) fn embed(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    json_in_html(&Data::of(report), out)
}

impl<'r> Data<'r> {
    fn of(report: &'r Report) -> Self {
        let mut data = Self {
            strings: Table::new(),
            cloud: cloud(&report.snapshot.cloud),
            taken_at: report.snapshot.taken_at.to_string(),
            template: report
                .snapshot
                .template
                .as_ref()
                .map(|one| one.file.clone())
                .unwrap_or_default(),
            severities: Severity::ALL.map(Severity::word),
            slots: slots(),
            checks: report.checks.iter().map(|one| Check::of(one, report)).collect(),
            subscriptions: Vec::new(),
            states: [State::New, State::Known, State::Waived].map(State::word),
            principals: Table::new(),
            actions: Table::new(),
            roles: Table::new(),
            sets: Table::new(),
            witnesses: Table::new(),
            reaches: Table::new(),
            bypass_kinds: BypassKind::ALL.map(|kind| (kind.verb(), kind.is_of_keys())),
            bypasses: Vec::new(),
            not_checked: Vec::new(),
            groups: Vec::new(),
            causes: Vec::new(),
            fixed: Vec::new(),
            has_baseline: report.summary.known + report.summary.fixed > 0,
            steps: Table::new(),
            waivers: Table::new(),
            drafts: Table::new(),
            places: Table::new(),
            accounts: Accounts::of(report),
            assignments: Assignments(report),
            findings: Findings::default(),
            paths: Vec::new(),
            complete: report.snapshot.complete,
            shown: Vec::new(),
            known_actions: HashMap::new(),
            known_bypasses: HashMap::new(),
        };
        let mut places = 0..;
        let place = |account: &AccountSummary| account.is_shown.then(|| places.next()).flatten();
        data.shown = report.accounts.iter().map(place).collect();
        for subscription in &report.snapshot.subscriptions {
            let row = (data.text(&subscription.id), data.text(&subscription.name));
            data.subscriptions.push(row);
        }
        for bypass in &report.bypasses {
            data.bypass(bypass);
        }
        for row in &report.not_checked {
            let accounts = row.accounts.as_ref();
            let accounts = accounts.map(|all| all.iter().filter_map(|place| data.place_of(*place)).collect());
            let what = row.what.word();
            let row = (data.text(row.what.title()), data.text(row.why.as_str()), accounts, what);
            data.not_checked.push(row);
        }
        for row in &report.groups {
            let members = row.members.iter().map(|member| data.principal(member)).collect();
            let id = data.text(row.group.as_str());
            data.groups.push((id, members, row.all));
        }
        let mut places: HashMap<&AccountId, i32> = HashMap::new();
        for (index, account) in report.shown_accounts() {
            let place = i32::try_from(places.len()).unwrap_or(NONE);
            places.insert(&account.id, place);
            data.account(account);
            data.not_read(report, index);
        }
        let checks = report.checks.iter().enumerate();
        let checks: HashMap<&str, usize> = checks.map(|(place, one)| (one.check.id, place)).collect();
        for (finding, waiver) in report.findings.iter().zip(report.narrowest()) {
            let account = finding.account().and_then(|id| places.get(id)).copied();
            let owner = data.text_or_none(&report.owner(finding));
            data.findings.owner.push(owner);
            data.finding(finding, account.unwrap_or(NONE), &checks);
            data.draft(finding, waiver, report);
        }
        report.causes.iter().for_each(|cause| data.cause(cause));
        report.fixed.iter().for_each(|fixed| data.fixed(fixed));
        data
    }

    /// Where an account of the report is in the data.
    pub(super) fn place_of(&self, account: usize) -> Option<usize> {
        self.shown.get(account).copied().flatten()
    }

    pub(super) fn text(&mut self, text: &str) -> i32 {
        self.strings.place(Shown::of(text).into())
    }

    /// The place of a text; of an empty one, none.
    pub(super) fn text_or_none(&mut self, text: &str) -> i32 {
        if text.is_empty() { NONE } else { self.text(text) }
    }

    pub(super) fn folded(&mut self, names: &Names, text: &str) -> i32 {
        self.strings.place(names.fold(text))
    }

    pub(super) fn policy(&mut self, at: &SourceRef) -> i32 {
        let file = self.text(&at.file);
        self.places.place((file, at.line, at.column))
    }

    pub(super) fn principal(&mut self, principal: &PrincipalRef) -> i32 {
        let id = self.text(principal.id.as_str());
        let name = principal
            .name
            .as_ref()
            .map_or(NONE, |_| self.text(&principal.to_string()));
        let kind = match principal.kind {
            PrincipalKind::Unknown => "",
            kind => kind.word(),
        };
        self.principals.place((id, name, kind))
    }

    /// An action of a finding; nearly all findings share a few, so each is written once.
    pub(super) fn data_action(&mut self, action: &Atom) -> i32 {
        if let Some(place) = self.known_actions.get(action) {
            return *place;
        }
        let place = self.action(&action.name(), &action.short(), action.verb().as_str());
        self.known_actions.insert(action.clone(), place);
        place
    }

    /// An action of Azure RBAC, with what it comes to.
    pub(super) fn azure_action(&mut self, action: &BypassAction) -> i32 {
        if let Some(place) = self.known_bypasses.get(action.name) {
            return *place;
        }
        let place = self.action(action.name, short(action.name), action.kind.verb());
        self.known_bypasses.insert(action.name, place);
        place
    }

    pub(super) fn proven(&mut self, action: &ProvenAction) -> i32 {
        match action {
            ProvenAction::Data(atom) => self.data_action(atom),
            ProvenAction::Azure(action) => self.azure_action(action),
            ProvenAction::Elsewhere(name) => self.action(name, short(name), ""),
        }
    }

    fn action(&mut self, name: &str, short: &str, verb: &str) -> i32 {
        let row = (self.text(name), self.text(short), self.text(verb));
        self.actions.place(row)
    }
}

impl Check {
    fn of(summary: &CheckSummary, report: &Report) -> Self {
        let check = summary.check;
        Self {
            id: check.id,
            group: check.group.title(),
            not_run: not_run(summary, report),
            needs: check.needs.iter().map(|what| what.word()).collect(),
            severity: summary.severity.map_or("", Severity::word),
            summary: check.summary,
            why: check.why,
            fix: check.fix,
        }
    }
}

/// The name of a cloud that scripts know.
fn cloud(name: &str) -> &'static str {
    ["public", "usgov", "china"]
        .into_iter()
        .find(|known| *known == name)
        .unwrap_or_default()
}

/// Rows of what was not checked that keep a check from passing.
fn not_run(summary: &CheckSummary, report: &Report) -> Vec<usize> {
    let rows = report.not_checked.iter().enumerate();
    let rows = rows.filter(|(_, row)| row.prevents(summary.check.needs, None));
    rows.map(|(place, _)| place).collect()
}

/// An action of Cosmos DB without what all of them begin with, to be read beside data actions.
fn short(name: &'static str) -> &'static str {
    name.strip_prefix(PREFIX).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Gate, Parts, SnapshotSummary};
    use crate::model::RoleRef;
    use crate::model::bypass::ACTIONS;
    use crate::resolve::BypassRow;

    #[test]
    fn nothing_in_the_data_means_something_in_html() {
        let name = "</script><!-- & \u{2028}\u{202e}";
        let snapshot = SnapshotSummary {
            template: None,
            taken_at: jiff::Timestamp::UNIX_EPOCH,
            last_taken_at: jiff::Timestamp::UNIX_EPOCH,
            cloud: String::new(),
            tenant: String::new(),
            tenant_name: None,
            scanned_by: None,
            subscriptions: Vec::new(),
            accounts: 0,
            gone: 0,
            role_definitions: 0,
            role_assignments: 0,
            complete: true,
            all_read: true,
            age_doubt: None,
        };
        let parts = Parts {
            snapshot,
            policy: Vec::new(),
            notices: Vec::new(),
            not_checked: Vec::new(),
            waivers: crate::finding::Waivers::default(),
            checks: Vec::new(),
            accounts: Vec::new(),
            bypasses: vec![BypassRow {
                principal: PrincipalRef {
                    id: name.into(),
                    name: None,
                    kind: PrincipalKind::Unknown,
                    is_ambiguous: false,
                },
                kind: BypassKind::ReadKeys,
                through: Some((&ACTIONS[0], String::new().into())),
                role: RoleRef {
                    id: String::new(),
                    name: String::new(),
                },
                scope: String::new(),
                assignment: String::new(),
                eligible: false,
            }],
            findings: Vec::new(),
            filtered: None,
            groups: Vec::new(),
            causes: Vec::new(),
            fixed: Vec::new(),
        };
        let mut out = Vec::new();
        embed(&Report::new(parts, Gate::default()), &mut out).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{202e}']));
        let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
        let strings = parsed["strings"].as_array().unwrap();
        assert!(strings.contains(&Shown::of(name).as_str().into()));
    }
}
