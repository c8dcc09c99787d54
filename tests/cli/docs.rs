//! What docs and help say can be done: every command in them is run against the sample tenant, and every link leads
//! somewhere.

use crate::support::{Bench, repository};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of `sh` blocks that aren't run here, by what they begin with, and why.
const NOT_RUN: [(&str, &str); 23] = [
    ("cargo build", "compiles"),
    ("python3 -m venv", "installs what is compared with"),
    ("benches/beside/scan", "measures for minutes"),
    ("cargo install", "compiles the program"),
    ("cargo run", "compiles; the demo is run by tests/run"),
    ("cargo test", "is this"),
    ("cargo bench", "measures for minutes"),
    ("PROPTEST_CASES=", "takes hours"),
    ("RUSTC_BOOTSTRAP=1 cargo fuzz", "compiles, and takes hours"),
    ("fuzz/seeds", "is for fuzzing"),
    ("UPDATE_GOLDEN=1 cargo test", "changes files of the repository"),
    ("tests/run", "runs this"),
    (".ci/run", "runs this"),
    ("cd tests/browser", "needs a browser"),
    ("git diff", "is about a working tree"),
    ("export COSMOS_RBAC_", "needs `az` and a person"),
    ("packages/build", "compiles what is shipped"),
    ("sudo apt ", "installs what is shipped"),
    ("docker ", "needs Docker and a person"),
    ("az ", "needs `az` and a person"),
    ("curl ", "needs a BloodHound and a person"),
    ("terraform plan", "needs Terraform and a person"),
    ("terraform show", "needs Terraform and a person"),
];

/// Pages for users, and for contributors.
pub(crate) fn pages() -> Vec<PathBuf> {
    let top = [
        "README.md",
        "CONTRIBUTING.md",
        "STYLE.md",
        "SECURITY.md",
        "CHANGELOG.md",
    ]
    .map(repository);
    let folders = ["docs", "docs/recipes"].map(repository);
    let docs = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = top.into_iter().chain(docs).collect();
    pages.retain(|path| path.extension().is_some_and(|end| end == "md"));
    pages.sort();
    pages
}

/// Commands of the `sh` blocks of a page; a line that ends in `\` or `|` goes on in the next.
fn commands(page: &str) -> Vec<String> {
    let blocks = page
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    let lines = blocks.flat_map(str::lines);
    let mut commands: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in lines {
        let line = line.split(" #").next().unwrap().trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match commands.last_mut().filter(|_| goes_on) {
            Some(last) => {
                last.push(' ');
                last.push_str(line.trim_end_matches('\\').trim());
            }
            None => commands.push(line.trim_end_matches('\\').trim().to_owned()),
        }
        goes_on = line.ends_with(['\\', '|']);
    }
    commands
}

/// A folder in which the examples find what they name.
fn bench() -> Bench {
    let bench = Bench::contoso();
    fs::copy(repository("policies/contoso.yaml"), bench.path("policy.yaml")).unwrap();
    fs::create_dir(bench.path("policies")).unwrap();
    for name in ["baseline", "contoso", "strict"] {
        let name = format!("policies/{name}.yaml");
        fs::copy(repository(&name), bench.path(&name)).unwrap();
    }
    for name in ["orders.json", "orders.parameters.json"] {
        let own = repository(&format!("tests/bodies/templates/{name}"));
        fs::copy(own, bench.path(name)).unwrap();
    }
    for name in ["tenant.jsonl", "tenant.jsonl.zst"] {
        bench
            .signed_in(&["scan", "--all-subscriptions", "-q", "-o", name])
            .run()
            .exits(3);
    }
    for name in ["production.jsonl", "staging.jsonl"] {
        fs::copy(bench.path("tenant.jsonl"), bench.path(name)).unwrap();
    }
    for (name, shard) in [("shard-1.jsonl", "--shard=1/2"), ("shard-2.jsonl", "--shard=2/2")] {
        let scan = [
            "scan",
            "--all-subscriptions",
            "-q",
            "--allow-incomplete",
            shard,
            "-o",
            name,
        ];
        bench.signed_in(&scan).run().exits(0);
    }
    let audit = ["audit", "--snapshot=tenant.jsonl", "-p=policy.yaml"];
    for name in ["report.json", "accepted.json"] {
        bench.command(&audit).args(&["-o", name]).run().exits(1);
    }
    bench
}

/// The words of a command, without their quotes.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = None;
    for letter in command.chars() {
        match (letter, quoted) {
            ('"' | '\'', None) => quoted = Some(letter),
            (_, Some(quote)) if letter == quote => quoted = None,
            (' ', None) => words.push(String::new()),
            (_, _) => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Runs a command of the docs, without what it is piped into. It can find something or be incomplete, but isn't a mistake.
fn run(bench: &Bench, command: &str, from: &str) {
    let command = command.split(" | ").next().unwrap();
    let words = words(command);
    let [program, arguments @ ..] = words.as_slice() else {
        panic!("{from}: nothing to run")
    };
    assert_eq!(
        program, "cosmos-rbac",
        "{from}: `{command}` is neither run nor on the list of what isn't"
    );
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_live = !arguments.contains(&"--template")
        && arguments
            .iter()
            .any(|one| ["--all-subscriptions", "--subscription", "--management-group"].contains(one));
    let outcome = if is_live {
        bench.signed_in(&arguments).run()
    } else {
        bench.command(&arguments).run()
    };
    assert!(matches!(outcome.code, 0 | 1 | 3), "{from}: `{command}`: {outcome}");
}

#[test]
fn every_command_in_the_docs_runs() {
    let bench = bench();
    let (mut number, mut used) = (0, BTreeSet::new());
    for page in pages() {
        let from = page.file_name().unwrap().to_string_lossy().into_owned();
        for command in commands(&fs::read_to_string(&page).unwrap()) {
            match NOT_RUN.iter().find(|(begin, _)| command.starts_with(begin)) {
                Some((begin, _)) => {
                    used.insert(*begin);
                }
                None => {
                    run(&bench, &command, &from);
                    number += 1;
                }
            }
        }
    }
    assert!(number >= 20, "only {number} commands");
    let unused: Vec<_> = NOT_RUN.iter().filter(|(begin, _)| !used.contains(begin)).collect();
    assert!(unused.is_empty(), "no command begins like this any more: {unused:?}");
}

#[test]
fn every_example_in_the_help_runs() {
    let bench = bench();
    let verbs: [&[&str]; 6] = [&[], &["audit"], &["scan"], &["merge"], &["list"], &["policy", "init"]];
    for subcommand in verbs {
        let help = bench.command(subcommand).args(&["--help"]).run().exits(0).stdout;
        let examples = help.split("Examples:\n").nth(1).unwrap().split("\n\n").next().unwrap();
        assert!((2..=4).contains(&examples.trim().lines().count()), "{help}");
        for example in examples.lines() {
            run(&bench, example.trim(), "help");
        }
    }
}

/// A heading's anchor, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
}

fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

/// What `](…)`, `src="…"` and `srcset="…"` name.
fn links(page: &str) -> Vec<String> {
    let prose: String = page.split("```").step_by(2).collect();
    let mut found = Vec::new();
    for (begin, end) in [("](", ')'), (" src=\"", '"'), (" srcset=\"", '"'), ("href=\"", '"')] {
        let targets = prose.split(begin).skip(1).filter_map(|rest| rest.split(end).next());
        found.extend(targets.map(str::to_owned));
    }
    found
}

#[test]
fn every_link_leads_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            if link.starts_with("https://") {
                continue;
            }
            let (path, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let target = if path.is_empty() {
                page.clone()
            } else {
                page.parent().unwrap().join(path)
            };
            assert!(target.exists(), "{}: {link}", page.display());
            if !fragment.is_empty() {
                let there = anchors(&fs::read_to_string(&target).unwrap());
                assert!(there.contains(fragment), "{}: {link}: {there:?}", page.display());
            }
        }
    }
}

#[test]
fn every_path_in_the_docs_exists() {
    let roots = [
        "src/",
        "tests/",
        "docs/",
        "policies/",
        "reports/",
        "examples/",
        "benches/",
        ".ci/",
    ];
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let prose: String = text.split("```").step_by(2).collect();
        for code in prose.split('`').skip(1).step_by(2) {
            let is_path = roots.iter().any(|root| code.starts_with(root)) && !code.contains([' ', '*', '=']);
            if is_path && code != "reports/out" && code != "reports/out/" {
                let from_root = Path::new(&repository("")).join(code);
                assert!(from_root.exists(), "{}: `{code}`", page.display());
            }
        }
    }
}
