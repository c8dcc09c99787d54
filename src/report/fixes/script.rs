//! The script: what it does and doesn't, a line that ends it before anything runs, and the commands in order.

use super::bicep::Template;
use super::comment::Comments;
use super::guard;
use crate::finding::{Cause, Finding, Opened, Plan, PlanPart, Report, Severity, Stage, State};
use crate::model::Shown;
use crate::report::text::{Screen, count};
use crate::shown;
use foldhash::{HashMap, HashSet, HashSetExt};
use std::collections::BTreeMap;
use std::io;

pub(super) fn write(report: &Report, plan: &Plan, templates: &[Template], out: &mut Screen<'_>) -> io::Result<()> {
    let mut script = Script {
        report,
        plan,
        held: held(plan),
        done: HashSet::new(),
        out: Comments { out, mark: "#" },
    };
    script.out.out.line("#!/bin/sh")?;
    script.head()?;
    script.opened()?;
    script.left()?;
    script.bicep(templates)?;
    script.out.blank()?;
    if plan.steps().all(|step| step.command.is_none()) {
        let nothing = match plan.parts.is_empty() && report.summary.findings == 0 {
            true => "echo 'fix.sh: there is nothing to do.'",
            false => "echo 'fix.sh: no command is ready to run. The comments say what to do by hand.'",
        };
        script.out.line(&nothing.into())?;
    } else {
        // The lines below the guard are there for whoever deletes it.
        script.out.line(&"# shellcheck disable=SC2317".into())?;
        script.out.line(&"set -eu".into())?;
        script.out.blank()?;
        script.out.line(&guard::BEFORE_ALL.into())?;
    }
    script.parts()?;
    if plan.steps().any(|step| step.command.is_some()) {
        script.out.blank()?;
        script
            .out
            .line(&"echo 'fix.sh: done. Scan and audit again to see what is left.'".into())?;
    }
    Ok(())
}

/// Why fixes are held back, by the findings they are for.
fn held(plan: &Plan) -> HashMap<usize, &Shown> {
    let held = plan.parts.iter().filter_map(|part| Some((part, part.held.as_ref()?)));
    held.flat_map(|(part, why)| part.findings.iter().map(move |place| (*place, why)))
        .collect()
}

struct Script<'o, 'w, 'r> {
    report: &'r Report,
    plan: &'r Plan,
    held: HashMap<usize, &'r Shown>,
    /// Commands that are written already.
    done: HashSet<&'r str>,
    out: Comments<'o, 'w>,
}

impl<'r> Script<'_, '_, 'r> {
    fn head(&mut self) -> io::Result<()> {
        let (report, plan) = (self.report, self.plan);
        let snapshot = &report.snapshot;
        self.out.text(&shown!(
            "Commands that fix findings of `cosmos-rbac audit`, written by cosmos-rbac {}. Nothing runs before you delete the \
             line below that ends the script. The Azure CLI asks before it deletes role assignments and role definitions of an account. It doesn't ask \
             before it deletes Azure role assignments or changes something.",
            env!("CARGO_PKG_VERSION")
        ))?;
        self.out.empty()?;
        let id = Shown::of(&snapshot.tenant);
        self.out.labelled(
            "  Tenant    ",
            &match &snapshot.tenant_name {
                Some(name) => shown!("{} ({})", Shown::of(name), id),
                None => id,
            },
        )?;
        self.out.labelled("  Snapshot  ", &shown!("{}", snapshot.taken_at))?;
        let files: Vec<Shown> = report.policy.iter().map(|file| Shown::of(file)).collect();
        self.out.labelled(
            "  Policy    ",
            &match files.is_empty() {
                true => "built-in baseline".into(),
                false => Shown::list(&files),
            },
        )?;
        let all = report.summary.findings;
        let closed = plan.closes.iter().filter_map(|place| report.findings.get(*place));
        let closed = by_severity(closed.map(|finding| finding.severity));
        self.out.labelled(
            "  Closes    ",
            &shown!(
                "{} of {}{}",
                plan.closes.len(),
                count(all, "finding", "findings"),
                in_brackets(&severities(closed.into_iter()))
            ),
        )?;
        let opened = by_severity(plan.opens.iter().map(|opened| opened.severity));
        self.out.labelled(
            "  Opens     ",
            &match plan.opens.len() {
                0 => "no finding".into(),
                number => shown!(
                    "{}{}",
                    count(number, "finding", "findings"),
                    in_brackets(&severities(opened.into_iter()))
                ),
            },
        )?;
        let leaves = [
            (
                report.summary.waived,
                count(report.summary.waived, "waived finding", "waived findings"),
            ),
            (
                report.summary.known,
                count(report.summary.known, "known finding", "known findings"),
            ),
        ];
        let leaves = leaves.into_iter().filter(|(number, _)| *number > 0);
        let leaves: Vec<Shown> = leaves.map(|(_, text)| text).collect();
        if !leaves.is_empty() {
            let text = shown!("{}, not counted above", Shown::list(&leaves));
            self.out.labelled("  Leaves    ", &text)?;
        }
        self.out.empty()?;
        self.out
            .text(&"This is what an audit of the same snapshot says once the commands have changed it.".into())
    }

    fn opened(&mut self) -> io::Result<()> {
        if self.plan.opens.is_empty() {
            return Ok(());
        }
        self.out.empty()?;
        self.out.text(&"Opened by these commands:".into())?;
        for opened in &self.plan.opens {
            self.out.labelled("  - ", &told(opened))?;
        }
        Ok(())
    }

    /// The findings that are still there afterwards, and what to do about them.
    fn left(&mut self) -> io::Result<()> {
        let (report, plan) = (self.report, self.plan);
        let counts = |place: &usize| {
            let finding = report.findings.get(*place);
            finding.is_some_and(|finding| finding.state == State::New) && !plan.closes.contains(place)
        };
        let left: Vec<(&Cause, Vec<usize>)> = report
            .causes
            .iter()
            .map(|cause| (cause, cause.findings.iter().copied().filter(counts).collect::<Vec<_>>()))
            .filter(|(_, left)| !left.is_empty())
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        let number = left.iter().map(|(_, left)| left.len()).sum();
        self.out.empty()?;
        self.out.text(&shown!(
            "Not closed by these commands: {}.",
            count(number, "finding", "findings")
        ))?;
        for (cause, places) in left {
            self.out
                .labelled("  - ", &shown!("{}: {}", cause.severity.title(), cause.title.shown()))?;
            let places = places.into_iter();
            let mut findings: Vec<(&Finding, Shown)> = places
                .filter_map(|place| report.findings.get(place).map(|one| (place, one)))
                .map(|(place, finding)| (finding, self.what_to_do(place, finding, cause)))
                .collect();
            // What is to do is said once for those that follow each other.
            while let Some((_, what)) = findings.first().cloned() {
                let same = findings.iter().take_while(|(_, other)| *other == what).count();
                for (finding, _) in findings.drain(..same) {
                    self.out.labelled("      - ", &named(finding))?;
                }
                self.out.labelled("        ", &what)?;
            }
        }
        Ok(())
    }

    fn what_to_do(&self, place: usize, finding: &Finding, cause: &Cause) -> Shown {
        if let Some(why) = self.held.get(&place) {
            return shown!("Commented out below, because {}.", *why);
        }
        if self.plan.parts.iter().any(|part| part.findings.contains(&place)) {
            return "A new scan shows whether its commands closed it.".into();
        }
        let remedy = finding.remedy.as_ref().or(cause.remedy.as_ref());
        shown!(
            "By hand: {}",
            remedy.map_or_else(|| Shown::of("see the report."), |remedy| remedy.summary.clone())
        )
    }

    fn bicep(&mut self, templates: &[Template]) -> io::Result<()> {
        if templates.is_empty() {
            return Ok(());
        }
        self.out.empty()?;
        self.out.text(
            &"Role definitions and role assignments that these commands create or change are also written as Bicep, with the same \
              names. To deploy them in place of those commands:"
                .into(),
        )?;
        for template in templates {
            match template.deployment() {
                Some(command) => self.out.whole(&shown!("  {}", command))?,
                None => self.out.labelled("  ", &Shown::of(&template.path))?,
            }
        }
        Ok(())
    }

    fn parts(&mut self) -> io::Result<()> {
        let mut last: Option<&PlanPart> = None;
        let mut number = 0;
        for part in &self.plan.parts {
            let heading = title(part.stage);
            if last.is_none_or(|last| title(last.stage) != heading) {
                if part.stage == Stage::Remove && self.plan.waits() {
                    guard::before_deletions(&mut self.out)?;
                }
                number += 1;
                self.out.blank()?;
                self.out.whole(&shown!("==== {}. {}", number, heading))?;
            }
            let is_same = last.is_some_and(|last| last.cause == part.cause && title(last.stage) == heading);
            self.part(part, is_same)?;
            last = Some(part);
        }
        Ok(())
    }

    /// A part of a cause; `is_same`: the part before it is of that cause, too.
    fn part(&mut self, part: &'r PlanPart, is_same: bool) -> io::Result<()> {
        let (report, plan) = (self.report, self.plan);
        let Some(cause) = report.causes.get(part.cause) else {
            return Ok(());
        };
        self.out.blank()?;
        if !is_same {
            self.out
                .text(&shown!("{}: {}", cause.severity.title(), cause.title.shown()))?;
        }
        for place in &part.findings {
            let Some(finding) = report.findings.get(*place) else {
                continue;
            };
            let closes = plan.closes.contains(place) && part.held.is_none() && part.stage != Stage::Replace;
            let label = match closes {
                true => "  Closes ",
                false => "  For    ",
            };
            self.out.labelled(label, &named(finding))?;
        }
        for opened in &part.opens {
            self.out.labelled("  Opens  ", &told(opened))?;
        }
        if let (false, Stage::Azure | Stage::Keys, Some(effect)) = (is_same, part.stage, &cause.effect) {
            let opens: Vec<Shown> = severities(effect.opens.iter().map(|(severity, number)| (*severity, *number)));
            if !opens.is_empty() {
                self.out.labelled(
                    "  Opens  ",
                    &shown!("{} findings, with all of this cause changed", Shown::list(&opens)),
                )?;
            }
        }
        if let Some(why) = &part.held {
            self.out.labelled("  ", &shown!("Commented out, because {}.", why))?;
        }
        for step in &part.steps {
            match &step.command {
                None => self.out.labelled("  By hand: ", &step.changes)?,
                Some(command) => {
                    self.out.labelled("  ", &step.changes)?;
                    let line = Shown::of(command);
                    match part.held.is_some() {
                        true => self.out.whole(&line)?,
                        false if self.done.insert(command) => self.out.line(&line)?,
                        false => self.out.text(&"  The command is above.".into())?,
                    }
                }
            }
        }
        Ok(())
    }
}

fn named(finding: &Finding) -> Shown {
    shown!(
        "{} ({} {})",
        finding.title.shown(),
        finding.check.id,
        Shown::of(&finding.fingerprint())
    )
}

fn told(opened: &Opened) -> Shown {
    shown!("{}: {}", opened.severity.title(), opened.title.shown())
}

fn by_severity(all: impl Iterator<Item = Severity>) -> BTreeMap<Severity, usize> {
    let mut counts = BTreeMap::new();
    all.for_each(|severity| *counts.entry(severity).or_default() += 1);
    counts
}

fn in_brackets(severities: &[Shown]) -> Shown {
    match severities {
        [] => Shown::default(),
        some => shown!(" ({})", Shown::join(some, ", ")),
    }
}

/// `2 High`, the worst first.
fn severities(counts: impl DoubleEndedIterator<Item = (Severity, usize)>) -> Vec<Shown> {
    let there = counts.rev().filter(|(_, number)| *number > 0);
    there
        .map(|(severity, number)| shown!("{} {}", number, severity.title()))
        .collect()
}

fn title(stage: Stage) -> &'static str {
    match stage {
        Stage::Define => "Create role definitions",
        Stage::Grant => "Grant access",
        Stage::Redefine => "Change role definitions",
        Stage::Reassign => "Change the roles of role assignments",
        Stage::Replace => "Create the role assignments that replace others",
        Stage::Remove => "Delete role assignments",
        Stage::Undefine => "Delete role definitions",
        Stage::Azure => "Delete Azure role assignments",
        Stage::KeyMetadataWrites => "Keep keys from changing databases and containers",
        Stage::Keys => "Disable key-based authentication",
        Stage::RegenerateKeys => "Regenerate account keys",
    }
}
