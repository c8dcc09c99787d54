//! OpenGraph: the tenant as a graph for BloodHound: who can do what in which account, through whatever, beside what else is known of
//! these principals there.
//!
//! The document has no `metadata.source_kind`, on purpose. BloodHound puts that kind on every node that an upload names, also on the
//! users and groups of AzureHound, so that deleting the source would delete them (OpenGraph FAQ, "Why do AD/AZ nodes disappear after I
//! delete OpenGraph data?"). The nodes that are this program's own have it among their kinds instead.
//!
//! `kinds` names what there is, `id` makes ids, `shape` is what is written; `places` and `principals` are the nodes, `access` and
//! `bypasses` the edges, of which `paths` and `told` are the properties. `extension` says what the kinds are.
//!
//! Source: <https://bloodhound.specterops.io/opengraph/developer/graph-data>.

mod access;
mod bypasses;
mod extension;
mod id;
mod kinds;
mod paths;
mod places;
mod principals;
mod shape;
mod told;

use super::answer::People;
use super::stream::JsonLists;
use crate::finding::{AccountSummary, Report};
use crate::query::{Answer, Audited, Found};
pub use extension::extension;

use access::AccessEdges;
use bypasses::Takeovers;
use std::io::{self, Write};
use told::Told;

/// The graph.
#[derive(Debug, Clone, Copy)]
pub struct OpenGraph;

impl OpenGraph {
    /// Its name on the command line.
    pub const NAME: &'static str = "opengraph";
    /// What its files are called.
    pub const EXTENSION: &'static str = "opengraph.json";

    /// Writes it: what an audit found, and who can do what in all of its accounts.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(report: &Report, answer: &Answer<'_>, out: &mut dyn Write) -> io::Result<()> {
        let graph = Graph {
            report,
            answer,
            people: People::of(answer),
            audited: Audited::new(report),
            taken_at: report.snapshot.taken_at.to_string(),
        };
        let mut out = JsonLists::new(out);
        out.text("{\n  \"graph\": {\n    \"nodes\": [")?;
        graph.nodes(&mut out)?;
        out.text("    ],\n    \"edges\": [")?;
        graph.edges(&mut out)?;
        out.finish("    ]\n  }\n}\n")
    }
}

struct Graph<'f, 't> {
    report: &'f Report,
    answer: &'f Answer<'t>,
    people: People<'f>,
    audited: Audited<'f>,
    taken_at: String,
}

impl<'f, 't> Graph<'f, 't> {
    /// The accounts with their places and their rows.
    fn accounts(&self) -> impl Iterator<Item = (usize, &'f AccountSummary, &'f [Found<'t>])> {
        let mut rest = self.answer.rows.as_slice();
        self.report.accounts.iter().enumerate().map(move |(place, account)| {
            let own = rest.iter().take_while(|found| found.account == place).count();
            let (own, others) = rest.split_at(own);
            rest = others;
            (place, account, own)
        })
    }

    fn nodes(&self, out: &mut JsonLists<'_>) -> io::Result<()> {
        let (report, answer, taken_at) = (self.report, self.answer, self.taken_at.as_str());
        out.item(&places::run(report, answer, taken_at))?;
        if !answer.open.is_empty() {
            out.item(&principals::anyone(report, taken_at))?;
        }
        let mut told: Vec<Told> = Vec::new();
        told.resize_with(report.accounts.len(), Told::default);
        for finding in &report.findings {
            for place in report.concerned(finding) {
                if let Some(told) = told.get_mut(place) {
                    told.add(finding);
                }
            }
        }
        for ((place, account, rows), told) in self.accounts().zip(&told) {
            out.item(&places::account(report, answer, (place, account), told, taken_at))?;
            places::nodes(account, rows, taken_at, |node| out.item(node))?;
            principals::of_account(account, rows, &self.people, taken_at, |node| out.item(node))?;
        }
        for principal in principals::of_tenant(report, &self.people).into_values() {
            out.item(&principals::node(answer, principal, taken_at))?;
        }
        Ok(())
    }

    fn edges(&self, out: &mut JsonLists<'_>) -> io::Result<()> {
        let (report, answer, taken_at) = (self.report, self.answer, self.taken_at.as_str());
        let mut takeovers = Takeovers::default();
        for (place, account, rows) in self.accounts() {
            places::edges(report, answer, (place, account), rows, |edge| out.item(edge))?;
            let mut access = AccessEdges::new(account);
            for found in rows {
                access.add(answer, &self.audited, found);
                takeovers.add(&self.audited, found);
            }
            if answer.open.binary_search(&place).is_ok() {
                access.add_anyone(&self.audited, &report.snapshot.tenant, place);
            }
            access.write(taken_at, |edge| out.item(edge))?;
            bypasses::write(report, &self.audited, (place, account), taken_at, |edge| out.item(edge))?;
        }
        takeovers.write(taken_at, |edge| out.item(edge))?;
        principals::memberships(&self.people, taken_at, |edge| out.item(edge))
    }
}
