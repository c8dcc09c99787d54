//! Edges of effective access: those of one account, from its rows of `access -f json`. Members of a group have an edge to the group
//! in place of rows of their own.

use super::super::answer::Told as Row;
use super::id;
use super::kinds::EdgeKind;
use super::paths::Paths;
use super::shape::{Edge, Value};
use super::told::{Told, is_about};
use crate::access::Level;
use crate::finding::{AccountSummary, Confidence, Finding};
use crate::model::{Scope, Shown};
use crate::query::{Actions, Against, Answer, Audited, Found, Via};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// The check that reports a cluster without authentication.
const OPEN: &str = "no-authentication";

/// An edge, of all the paths that are the same edge.
#[derive(Default)]
struct Merged {
    scope: String,
    level: Level,
    policy: Option<Against>,
    depends_on: Vec<Shown>,
    certain: BTreeSet<String>,
    possible: BTreeSet<String>,
    paths: Paths,
    told: Told,
}

/// The edges of an account, by where they begin, their kind, and where they end.
pub(super) struct AccessEdges<'a> {
    account: &'a AccountSummary,
    edges: BTreeMap<(String, EdgeKind, String), Merged>,
}

impl<'a> AccessEdges<'a> {
    pub(super) fn new(account: &'a AccountSummary) -> Self {
        Self {
            account,
            edges: BTreeMap::new(),
        }
    }

    /// What a row says.
    pub(super) fn add(&mut self, answer: &Answer<'_>, audited: &Audited<'_>, found: &Found<'_>) {
        let row = Row {
            found,
            principal: &found.principal,
            group: None,
            depends_on: answer.doubts(found),
        };
        let findings: Vec<&Finding> = audited.findings(found).collect();
        let start = id::of_principal(&found.principal, &self.account.id);
        let end = id::of_scope(&self.account.id, &found.scope);
        for (kind, level) in kinds(found) {
            let edge = self.edge(&start, kind, &end, &found.scope);
            edge.level = edge.level.max(level);
            edge.policy = edge.policy.max(found.against);
            if level == Level::Possible {
                edge.depends_on.extend(row.depends_on.iter().cloned());
            }
            if kind == EdgeKind::OtherActions {
                let Actions { certain, possible } = &*found.actions;
                edge.certain.extend(certain.iter().cloned());
                edge.possible.extend(possible.iter().cloned());
            }
            edge.paths.add(level, &row);
            let about = findings.iter().filter(|finding| is_about(finding, kind));
            about.for_each(|finding| edge.told.add(finding));
        }
    }

    /// Anyone who reaches the account can do everything with its data.
    pub(super) fn add_anyone(&mut self, audited: &Audited<'_>, tenant: &str, place: usize) {
        let account = self.account;
        let start = id::of_anyone(tenant);
        let end = id::of_account(&account.id);
        for kind in [EdgeKind::Read, EdgeKind::Write, EdgeKind::Delete] {
            let edge = self.edge(&start, kind, &end, &Scope::Account);
            edge.level = Level::Yes;
            edge.paths.add_open(OPEN);
            let about = audited.through(account.id.as_str(), place);
            about
                .filter(|finding| finding.check.id == OPEN)
                .for_each(|finding| edge.told.add(finding));
        }
    }

    fn edge(&mut self, start: &str, kind: EdgeKind, end: &str, scope: &Scope) -> &mut Merged {
        let key = (start.to_owned(), kind, end.to_owned());
        self.edges.entry(key).or_insert_with(|| Merged {
            scope: scope.to_string(),
            ..Merged::default()
        })
    }

    /// Passes the edges on, in their order.
    pub(super) fn write(self, taken_at: &str, mut add: impl FnMut(&Edge<'_>) -> io::Result<()>) -> io::Result<()> {
        for ((start, kind, end), merged) in self.edges {
            add(&Edge::new(
                kind,
                [&start, &end],
                properties(self.account, kind, merged, taken_at),
            ))?;
        }
        Ok(())
    }
}

/// The kinds of edges that a row is, and how surely. Keys that don't work have their own edge, of what the Azure role gives.
fn kinds(found: &Found<'_>) -> Vec<(EdgeKind, Level)> {
    let all = [EdgeKind::Read, EdgeKind::Write, EdgeKind::Delete, EdgeKind::Manage];
    let some: Vec<_> = all
        .into_iter()
        .zip(found.levels)
        .filter(|(_, level)| *level > Level::No)
        .collect();
    match &found.via {
        Via::Keys { .. } => some,
        _ if some.is_empty() => vec![(EdgeKind::OtherActions, found.level)],
        _ => some,
    }
}

fn properties(account: &AccountSummary, kind: EdgeKind, merged: Merged, taken_at: &str) -> Vec<(&'static str, Value)> {
    let confidence = match merged.level {
        Level::Indirect | Level::Yes => Confidence::Certain,
        Level::No | Level::Possible => Confidence::Possible,
    };
    let mut depends_on = merged.depends_on;
    if confidence == Confidence::Certain {
        depends_on.clear();
    }
    let mut seen = BTreeSet::new();
    depends_on.retain(|reason| seen.insert(reason.clone()));
    let mut all = vec![
        ("taken_at", Value::text(taken_at)),
        ("account", Value::text(account.id.name())),
        ("scope", Value::text(&merged.scope)),
        ("confidence", Value::text(confidence.word())),
        ("level", Value::text(merged.level.word())),
        ("depends_on", Value::texts(depends_on.iter().map(Shown::as_str))),
        ("policy", Value::text(merged.policy.map_or("", Against::word))),
    ];
    all.extend(merged.told.properties());
    all.extend(merged.paths.properties());
    if kind == EdgeKind::OtherActions {
        let sure = merged.certain.iter().map(String::as_str);
        all.push(("data_actions", Value::texts(sure)));
        let rest = merged.possible.difference(&merged.certain);
        all.push(("possibly", Value::texts(rest.map(String::as_str))));
    }
    all
}
