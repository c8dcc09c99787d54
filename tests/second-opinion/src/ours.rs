//! What the library says.

use crate::Excess;
use crate::facts::{Facts, place_text};
use cosmos_rbac::access::Level;
use cosmos_rbac::checks::{CHECKS, Options, audit};
use cosmos_rbac::finding::{Confidence, Report};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::query::{Asked, Question, Via, ask};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;

/// The files of a tenant, read.
#[derive(Debug)]
pub struct Ours {
    snapshot: Snapshot,
    policy: Policy,
}

impl Ours {
    /// Reads what the facts are as files.
    pub fn new(facts: &Facts) -> Self {
        Self {
            snapshot: Snapshot::read(facts.snapshot().as_bytes(), "facts.jsonl").unwrap(),
            policy: Policy::from_sources(&[("facts.yaml", &facts.policy())], &CHECKS).unwrap(),
        }
    }

    /// Whether the snapshot says that a principal certainly can do an action in the whole of a place, asked as a user asks.
    pub fn can(&self, tenant: &Tenant<'_>, account: usize, principal: &str, action: &str, place: &[String]) -> bool {
        let asked = Asked {
            principals: vec![principal.to_owned()],
            can: Some(action.to_owned()),
            on: Some(place_text(place)),
            accounts: vec![Facts::account_name(account)],
            ..Asked::default()
        };
        let question = Question::new(asked, tenant, &self.policy).unwrap();
        let answer = ask(tenant, &self.policy, question).unwrap();
        let own = answer
            .rows
            .iter()
            .filter(|row| matches!(row.via, Via::RoleAssignment { .. }));
        own.filter(|row| !row.is_part).any(|row| {
            // All readings agree here.
            assert_eq!(row.level, Level::Yes, "{row:?}");
            true
        })
    }

    /// The tenant, resolved.
    pub fn tenant(&self) -> Tenant<'_> {
        Tenant::of(&self.snapshot)
    }

    /// The whole audit, with every check.
    pub fn audit(&self) -> Report {
        audit(&self.tenant(), &self.policy, Options::default()).unwrap()
    }
}

/// What a report says is too much.
pub fn excess(facts: &Facts, report: &Report) -> Excess {
    let ids: std::collections::BTreeMap<String, usize> = (0..facts.assignments.len())
        .map(|number| (facts.assignment_id(number), number))
        .collect();
    let found = report
        .findings
        .iter()
        .filter(|finding| finding.check.id == "excess-access");
    let one = |finding: &cosmos_rbac::finding::Finding| {
        assert_eq!(finding.confidence, Confidence::Certain, "{finding:?}");
        let number = ids[finding.subject.id().unwrap()];
        let actions = finding.subject.data_actions().iter();
        let concrete = actions.map(move |atom| {
            let text = atom.name();
            let text = text.trim_start_matches("any other action matching ");
            (number, text.replace('*', crate::facts::FRESH).to_lowercase())
        });
        concrete.collect::<Vec<_>>()
    };
    found.flat_map(one).collect()
}
