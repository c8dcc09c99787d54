//! A finding in the page's data: its columns, and its witness.

use super::data::Data;
use super::fold::Names;
use super::intern::NONE;
use crate::finding::{Confidence, Finding, Narrowest, Place, ProvenAction, Report, Severity, State, What, Witness};
use crate::model::{ActionPattern, PrincipalId, Shown};
use foldhash::HashMap;
use jiff::Span;
use jiff::tz::TimeZone;

/// Says that a witness has what its finding has.
const SAME: i32 = -2;

/// How long the waivers last that the page proposes.
const WAIVED_DAYS: i64 = 90;

impl Data<'_> {
    /// `checks`: the places of checks by their ids.
    pub(super) fn finding(&mut self, finding: &Finding, account: i32, checks: &HashMap<&str, usize>) {
        let about = &finding.subject;
        let names = Names::of_finding(finding);
        let subject = about.id().map_or(NONE, |id| self.folded(&names, id));
        let subject_name = self.strings.place(names.subject().clone().into());
        let principal = about.principal().map_or(NONE, |one| self.principal(one));
        let scope = about.scope().map_or(NONE, |scope| self.text(&scope.to_string()));
        let actions = about.data_actions().iter();
        let actions = actions.map(|action| self.data_action(action)).collect();
        let actions = self.sets.place(actions);
        let title = self.folded(&names, finding.title.as_str());
        let message = self.folded(&names, finding.message.as_str());
        let reach = about.reach().map_or(NONE, |reach| self.reach(reach));
        let witness = finding
            .witness
            .as_ref()
            .map_or(NONE, |one| self.witness(finding, &names, one));
        let place = finding.place.as_ref().map(Place::source);
        let place = place.map_or(NONE, |at| self.policy(at));
        let remedy = finding.remedy.as_ref();
        let steps = remedy.map(|remedy| remedy.steps.as_slice()).unwrap_or_default();
        let steps = steps.iter().map(|step| {
            let command = step.command.as_deref().map_or(NONE, |text| self.folded(&names, text));
            (command, self.folded(&names, step.changes.as_str()))
        });
        let steps = steps.collect();
        let steps = self.steps.place(steps);
        let remedy = remedy.map_or(NONE, |remedy| self.folded(&names, remedy.summary.as_str()));
        let waiver = finding.waiver.as_ref().map_or(NONE, |waiver| {
            let row = (
                self.text(&waiver.expires.to_string()),
                self.text(&waiver.reason),
                self.policy(&waiver.policy),
            );
            self.waivers.place(row)
        });
        let proven = finding.witness.as_ref().and_then(|one| one.action.as_ref());
        if matches!(proven, Some(ProvenAction::Elsewhere(_))) {
            let place = self.findings.check.len();
            self.paths
                .push((place, finding.check.needs.contains(&What::Identities)));
        }
        let columns = &mut self.findings;
        columns.waiver.push(waiver);
        columns.fingerprints.push_str(&finding.fingerprint());
        let check = checks.get(finding.check.id).copied();
        columns.check.push(check.unwrap_or_default());
        columns.severity.push(place_of(&Severity::ALL, &finding.severity));
        columns
            .possible
            .push(u8::from(finding.confidence == Confidence::Possible));
        columns.state.push(match finding.state {
            State::New => 0,
            State::Known => 1,
            State::Waived => 2,
        });
        columns.account.push(account);
        columns.subject.push(subject);
        columns.subject_name.push(subject_name);
        columns.principal.push(principal);
        columns.scope.push(scope);
        columns.reach.push(reach);
        columns.actions.push(actions);
        columns.title.push(title);
        columns.message.push(message);
        columns.witness.push(witness);
        columns.policy.push(place);
        columns.remedy.push(remedy);
        columns.steps.push(steps);
    }

    /// The waiver that accepts a finding that counts, to be put into the policy.
    pub(super) fn draft(&mut self, finding: &Finding, narrowest: Option<Narrowest>, report: &Report) {
        let narrowest = narrowest.filter(|_| finding.state == State::New);
        let day = report.snapshot.last_taken_at.to_zoned(TimeZone::UTC).date();
        let until = day.saturating_add(Span::new().days(WAIVED_DAYS));
        let place = narrowest.map_or(NONE, |narrowest| {
            let names = Names::of_finding(finding);
            let name = finding.subject.principal().and_then(|one| one.name.as_deref());
            let principal = |id: &PrincipalId| (id.to_string(), name.map(Shown::of));
            let lines = narrowest.lines(until, "…", principal);
            let lines = lines.iter().map(|line| self.folded(&names, line)).collect();
            self.drafts.place(lines)
        });
        self.findings.draft.push(place);
    }

    fn witness(&mut self, finding: &Finding, names: &Names, witness: &Witness) -> i32 {
        let same = witness.principal.as_ref() == finding.subject.principal();
        let principal = match &witness.principal {
            None => NONE,
            Some(_) if same => SAME,
            Some(principal) => self.principal(principal),
        };
        let scope = match &witness.scope {
            None => NONE,
            Some(scope) if Some(scope) == finding.subject.scope() => SAME,
            Some(scope) => self.text(&scope.to_string()),
        };
        let action = witness.action.as_ref().map_or(NONE, |action| self.proven(action));
        let assignment = witness.assignment.as_deref().map_or(NONE, |id| self.folded(names, id));
        let role = witness.role.as_ref();
        let role_id = role.map_or(NONE, |role| self.folded(names, &role.id));
        let azure_scope = witness.azure_scope.as_deref().map_or(NONE, |scope| self.text(scope));
        let role_name = role.map_or(NONE, |role| self.text(&role.name));
        let pattern = witness.pattern.as_ref().map(ActionPattern::short);
        let pattern = pattern.map_or(NONE, |text| self.text(text));
        self.witnesses.place([
            principal,
            action,
            scope,
            azure_scope,
            assignment,
            role_id,
            role_name,
            pattern,
        ])
    }
}

fn place_of<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|other| other == one).unwrap_or_default()
}
