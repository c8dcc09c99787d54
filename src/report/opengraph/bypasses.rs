//! Edges of what Azure roles give besides the roles of the data plane: to an account, as `ways` of the JSON report, and to managed
//! identities that somebody can act as.

use super::id;
use super::kinds::EdgeKind;
use super::paths::AzurePaths;
use super::shape::{Edge, Value};
use super::told::Told;
use crate::access::check_of;
use crate::finding::{AccountSummary, Confidence, Report};
use crate::query::{Audited, Found, Via};
use crate::report::local_auth::local_auth;
use crate::resolve::Power;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// An edge to an account, of all assignments that are the same edge.
#[derive(Default)]
struct Merged {
    is_certain: bool,
    paths: AzurePaths,
    told: Told,
}

/// Passes the edges to the account of a place on.
pub(super) fn write(
    report: &Report,
    audited: &Audited<'_>,
    (place, account): (usize, &AccountSummary),
    taken_at: &str,
    mut add: impl FnMut(&Edge<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut edges: BTreeMap<(String, EdgeKind), Merged> = BTreeMap::new();
    for reached in &account.bypasses {
        let Some(bypass) = report.bypasses.get(reached.bypass) else {
            continue;
        };
        let start = id::of_principal(&bypass.principal.id, &account.id);
        let edge = edges.entry((start, EdgeKind::Bypass(bypass.kind))).or_default();
        edge.is_certain |= reached.certain;
        edge.paths.add(confidence(reached.certain), bypass);
        let about = audited.through(&bypass.assignment, place).filter(|finding| {
            finding.check.id == check_of(bypass.kind) && finding.subject.principal_id() == Some(&bypass.principal.id)
        });
        about.for_each(|finding| edge.told.add(finding));
    }
    let end = id::of_account(&account.id);
    for ((start, kind), merged) in edges {
        let mut properties = vec![
            ("taken_at", Value::text(taken_at)),
            ("account", Value::text(account.id.name())),
            ("local_auth", Value::text(local_auth(account))),
            ("confidence", Value::text(confidence(merged.is_certain).word())),
        ];
        properties.extend(merged.told.properties());
        properties.extend(merged.paths.properties());
        add(&Edge::new(kind, [&start, &end], properties))?;
    }
    Ok(())
}

fn confidence(is_certain: bool) -> Confidence {
    match is_certain {
        true => Confidence::Certain,
        false => Confidence::Possible,
    }
}

/// How an identity can be taken over: by which assignment and action, and which others that takes besides.
type Way = [String; 6];

/// Who can act as which managed identity, of the rows of all accounts.
#[derive(Default)]
pub(super) struct Takeovers(BTreeMap<(String, String), Takeover>);

#[derive(Default)]
struct Takeover {
    is_certain: bool,
    ways: BTreeSet<Way>,
    told: Told,
}

impl Takeovers {
    pub(super) fn add(&mut self, audited: &Audited<'_>, found: &Found<'_>) {
        let Via::Identity {
            identity,
            chain,
            is_lost,
            ..
        } = &found.via
        else {
            return;
        };
        let key = (id::of_entra(&found.principal), id::of_entra(identity));
        let edge = self.0.entry(key).or_default();
        edge.is_certain |= chain.is_certain() && !is_lost;
        let second =
            |of: for<'p> fn(&Power<'p>) -> &'p str| chain.second.as_ref().map(of).unwrap_or_default().to_owned();
        edge.ways.insert([
            chain.first.action.to_owned(),
            chain.first.role.role_name.clone(),
            chain.first.holder.id().to_owned(),
            second(|power| power.action),
            second(|power| power.role.role_name.as_str()),
            second(|power| power.holder.id()),
        ]);
        audited.findings(found).for_each(|finding| edge.told.add(finding));
    }

    pub(super) fn write(self, taken_at: &str, mut add: impl FnMut(&Edge<'_>) -> io::Result<()>) -> io::Result<()> {
        const NAMES: [&str; 6] = [
            "actions",
            "roles",
            "role_assignments",
            "with_actions",
            "with_roles",
            "with_role_assignments",
        ];
        for ((start, end), takeover) in self.0 {
            let mut properties = vec![
                ("taken_at", Value::text(taken_at)),
                ("confidence", Value::text(confidence(takeover.is_certain).word())),
            ];
            properties.extend(takeover.told.properties());
            for (field, name) in NAMES.into_iter().enumerate() {
                let column = takeover.ways.iter().filter_map(|way| way.get(field));
                properties.push((name, Value::texts(column.map(String::as_str))));
            }
            add(&Edge::new(EdgeKind::ActAs, [&start, &end], properties))?;
        }
        Ok(())
    }
}
