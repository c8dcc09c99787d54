//! The folder of fixes: its script is run on a model of the tenant, which is audited again. What the script says it closes is
//! closed, what is opened is said, and nobody lacks what they need. `text` reads the script, `bicep` the templates.

mod bicep;
mod text;

use crate::cases;
use crate::effects::{listing, outages, with_azure};
use crate::fixes::apply::apply;
use crate::fixes::{case, named, scanned, scanned_again, shell};
use crate::replay::{audit, likeness};
use crate::tenants::tenant;
use cosmos_rbac::checks::{CHECKS, Options};
use cosmos_rbac::finding::{Finding, Report, Severity, Stage, State};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::report::{FixFile, fix_files};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use text::Script;

/// What the scripts of a test did.
#[derive(Debug, Default)]
struct Seen {
    closed: BTreeMap<&'static str, usize>,
    stages: BTreeMap<Stage, usize>,
    held: BTreeSet<(Stage, String)>,
    resources: BTreeMap<&'static str, usize>,
}

fn planned(snapshot: &Snapshot, policy: &Policy) -> Option<Report> {
    let options = Options {
        plan: true,
        ..Options::default()
    };
    audit(&Tenant::of(snapshot), policy, options).ok()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The findings that count, by what they are alike in.
fn titles(report: &Report) -> BTreeMap<String, (Severity, String)> {
    let counting = report.findings.iter().filter(|finding| finding.state == State::New);
    let told = |finding: &Finding| (finding.severity, finding.title.as_str().to_owned());
    counting.map(|finding| (likeness(finding), told(finding))).collect()
}

/// The snapshot with assignments of Azure roles under ids as Azure writes them: others are in no command.
fn real(mut snapshot: Snapshot) -> Snapshot {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for plane in &mut snapshot.control_planes {
        let assigned = plane.role_assignments.iter_mut().flatten();
        for one in assigned {
            let next = numbers.len();
            let number = *numbers.entry(one.id.clone()).or_insert(next);
            let scope = one.scope.as_str().trim_end_matches('/');
            one.id = format!(
                "{scope}/providers/Microsoft.Authorization/roleAssignments/{number:08x}-0000-4000-8000-0000000000aa"
            );
        }
    }
    scanned_again(snapshot)
}

/// What is wrong with the folder of fixes.
fn wrong(snapshot: &Snapshot, policy: &Policy, seen: &mut Seen) -> Vec<String> {
    let Some(before) = planned(snapshot, policy) else {
        return Vec::new();
    };
    let files = fix_files(&before).unwrap();
    let source = &files.last().unwrap().text;
    let script = Script::read(source);
    let mut changed = snapshot.clone();
    for line in &script.commands {
        let [words] = &shell::commands(line)[..] else {
            panic!("{line}")
        };
        apply(&mut changed, words);
    }
    let changed = scanned_again(changed);
    let mut wrong = Vec::new();
    let after = audit(&Tenant::of(&changed), policy, Options::default()).unwrap();
    let (old, new) = (titles(&before), titles(&after));

    let closed: BTreeSet<&String> = script.closes.iter().collect();
    for finding in before.findings.iter().filter(|finding| finding.state == State::New) {
        let print = likeness(finding);
        let is_there = new.contains_key(&print);
        if closed.contains(&finding.fingerprint()) && is_there {
            wrong.push(format!("isn't closed: {}", finding.title.as_str()));
        }
        if is_there && !words(&script.head).contains(&words(finding.title.as_str())) {
            wrong.push(format!("isn't listed: {}", finding.title.as_str()));
        }
        if !is_there {
            *seen.closed.entry(finding.check.id).or_default() += 1;
        }
    }
    let gone = old.keys().filter(|key| !new.contains_key(*key)).count();
    if script.number_closed != gone {
        wrong.push(format!("closes {gone}, and says {}", script.number_closed));
    }
    // What is there as before, and is as bad or less, is nothing new.
    let is_new = |print: &String, severity: Severity| old.get(print).is_none_or(|(old, _)| *old < severity);
    let opened = new.iter().filter(|(print, (severity, _))| is_new(print, *severity));
    let mut opened: Vec<String> = opened
        .map(|(_, (severity, title))| words(&format!("{}: {title}", severity.title())))
        .collect();
    opened.sort();
    if opened != script.opens {
        wrong.push(format!("opens {opened:#?}, and says {:#?}", script.opens));
    }
    let broken: Vec<String> = outages(&after).difference(&outages(&before)).cloned().collect();
    if !broken.is_empty() {
        wrong.push(format!("breaks {broken:#?}"));
    }
    wrong.extend(script.disorder());
    wrong.extend(templates(snapshot, &changed, &files, seen));
    if !wrong.is_empty() {
        wrong.push(source.clone());
    }
    for part in &before.plan.as_ref().unwrap().parts {
        match &part.held {
            None => *seen.stages.entry(part.stage).or_default() += 1,
            Some(why) => {
                let why = why.as_str().split(" finding: ").next().unwrap();
                seen.held.insert((part.stage, why.to_owned()));
            }
        }
    }
    wrong
}

/// What is wrong with the templates: each says of its role definitions and role assignments what they are after the script.
fn templates(snapshot: &Snapshot, changed: &Snapshot, files: &[FixFile], seen: &mut Seen) -> Vec<String> {
    let mut resources = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".bicep")) {
        resources.extend(bicep::resources(&file.text, snapshot));
    }
    for resource in &resources {
        *seen.resources.entry(resource.kind).or_default() += 1;
    }
    let said: BTreeMap<String, String> = resources
        .into_iter()
        .map(|one| (one.id.to_lowercase(), one.body))
        .collect();
    let (old, new) = (bicep::bodies(snapshot), bicep::bodies(changed));
    let expected: BTreeMap<String, String> = new.into_iter().filter(|(id, body)| old.get(id) != Some(body)).collect();
    match said == expected {
        true => Vec::new(),
        false => vec![format!(
            "the templates say {said:#?}, and the script makes {expected:#?}"
        )],
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_script_does_what_it_says((plan, picks) in case()) {
        let found = wrong(&scanned(&plan, &picks), &named(&plan, &picks), &mut Seen::default());
        prop_assert!(found.is_empty(), "{}", found.join("\n\n"));
    }

    #[test]
    fn a_script_does_what_it_says_above_the_accounts(planned in tenant(), keys in any::<u8>(), lists in any::<u8>()) {
        let found = wrong(&real(with_azure(&planned, keys)), &listing(lists), &mut Seen::default());
        prop_assert!(found.is_empty(), "{}", found.join("\n\n"));
    }
}

/// The laws say nothing of what no script does.
#[test]
fn scripts_do_everything() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut seen = Seen::default();
    for bits in 0..160 {
        let (plan, picks) = case().new_tree(&mut runner).unwrap().current();
        wrong(&scanned(&plan, &picks), &named(&plan, &picks), &mut seen);
        let planned = tenant().new_tree(&mut runner).unwrap().current();
        wrong(&real(with_azure(&planned, bits)), &listing(bits), &mut seen);
    }
    for stage in [
        Stage::Define,
        Stage::Grant,
        Stage::Redefine,
        Stage::Reassign,
        Stage::Replace,
        Stage::Remove,
        Stage::Undefine,
        Stage::Azure,
        Stage::Keys,
    ] {
        assert!(seen.stages.contains_key(&stage), "{stage:?}: {seen:#?}");
    }
    for check in [
        "excess-access",
        "missing-access",
        "role-drift",
        "role-missing",
        "role-undeclared",
        "local-auth-enabled",
    ] {
        assert!(seen.closed.contains_key(check), "{check}: {seen:#?}");
    }
    assert!(seen.held.len() >= 3, "{seen:#?}");
    assert_eq!(seen.resources.len(), 2, "{seen:#?}");
}

#[test]
fn the_script_of_the_sample_does_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scanned = Snapshot::read_file(&root.join("reports/sample/contoso.jsonl")).unwrap();
    let policy = Policy::load(&[root.join("policies/contoso.yaml")], &CHECKS).unwrap();
    let mut seen = Seen::default();
    let found = wrong(&scanned, &policy, &mut seen);
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    // Azure roles are wide in the sample, so that every one of them is left to the reader.
    let is_held = seen.held.iter().any(|(stage, _)| *stage == Stage::Azure);
    assert!(
        seen.closed.len() >= 15 && seen.stages.len() >= 7 && is_held,
        "{seen:#?}"
    );
}
