//! What stands around the options in help: how a command is called, and examples that can be copied.

use super::exit;
use clap::builder::StyledStr;
use std::fmt::Write;

/// How accounts are chosen, in a line that the environment doesn't change.
pub(super) const AUDIT_USAGE: &str = "cosmos-rbac audit [OPTIONS] <SOURCE>";
pub(super) const ACCESS_USAGE: &str = "cosmos-rbac access [OPTIONS] <SOURCE>";
pub(super) const WHO_CAN_USAGE: &str = "cosmos-rbac who-can [OPTIONS] <ACTION> <SOURCE>";
pub(super) const DIFF_USAGE: &str = "cosmos-rbac diff [OPTIONS] <OLD> <NEW|SOURCE>";
pub(super) const LIST_USAGE: &str = "cosmos-rbac list [OPTIONS] <accounts|roles|assignments> <SOURCE>";
pub(super) const SCAN_USAGE: &str = "cosmos-rbac scan [OPTIONS] <SOURCE> --output <SNAPSHOT>";
pub(super) const MERGE_USAGE: &str = "cosmos-rbac merge [OPTIONS] <SNAPSHOT>... --output <SNAPSHOT>";
pub(super) const POLICY_INIT_USAGE: &str = "cosmos-rbac policy init [OPTIONS] [SOURCE]";

pub(super) const TOP: &[&str] = &[
    "cosmos-rbac audit --all-subscriptions",
    "cosmos-rbac audit --all-subscriptions -p policy.yaml -o report.html",
    "cosmos-rbac scan --all-subscriptions -o tenant.jsonl",
    "cosmos-rbac explain excess-access",
];
pub(super) const AUDIT: &[&str] = &[
    "cosmos-rbac audit --all-subscriptions",
    "cosmos-rbac audit --snapshot tenant.jsonl -p policy.yaml -o report.html",
    "cosmos-rbac audit --snapshot tenant.jsonl -p policy.yaml --baseline report.json",
    "cosmos-rbac audit --snapshot tenant.jsonl -p policy.yaml -o fix=fixes",
];
pub(super) const SCAN: &[&str] = &[
    "cosmos-rbac scan --all-subscriptions -o tenant.jsonl",
    "cosmos-rbac scan --all-subscriptions -o tenant.jsonl.zst --resume",
    "cosmos-rbac scan --all-subscriptions --shard 1/2 -o shard-1.jsonl",
];
pub(super) const MERGE: &[&str] = &[
    "cosmos-rbac merge shard-1.jsonl shard-2.jsonl -o tenant.jsonl",
    "cosmos-rbac merge production.jsonl staging.jsonl -o tenant.jsonl.zst",
];
pub(super) const ACCESS: &[&str] = &[
    "cosmos-rbac access --snapshot tenant.jsonl --principal orders-api",
    "cosmos-rbac access --snapshot tenant.jsonl --account 'cosmos-prod-*' -f csv",
];
pub(super) const WHO_CAN: &[&str] = &[
    "cosmos-rbac who-can delete --snapshot tenant.jsonl",
    "cosmos-rbac who-can write --on cosmos-orders/dbs/orders --all-subscriptions",
    "cosmos-rbac who-can keys --snapshot tenant.jsonl --tag env=prod",
];
pub(super) const DIFF: &[&str] = &[
    "cosmos-rbac diff last-week.jsonl today.jsonl",
    "cosmos-rbac diff last-week.jsonl --all-subscriptions --fail-on-gain",
    "cosmos-rbac diff last-week.jsonl today.jsonl -f json",
];
pub(super) const LIST: &[&str] = &[
    "cosmos-rbac list accounts --all-subscriptions",
    "cosmos-rbac list assignments --snapshot tenant.jsonl -f csv",
];
pub(super) const POLICY_CHECK: &[&str] = &[
    "cosmos-rbac policy check policy.yaml",
    "cosmos-rbac policy check policies/*.yaml --snapshot tenant.jsonl --strict",
];
pub(super) const WAIVE: &[&str] =
    &["cosmos-rbac waive 3f2a91 --report report.json --until 2027-01-31 --reason \"CHG-1234: migration\""];
pub(super) const POLICY_INIT: &[&str] = &[
    "cosmos-rbac policy init --snapshot tenant.jsonl -o new-policy.yaml",
    "cosmos-rbac policy init --snapshot tenant.jsonl --merge-into policy.yaml",
    "cosmos-rbac policy init",
];

/// The examples, under their heading.
pub(super) fn examples(commands: &[&str]) -> StyledStr {
    let mut text = StyledStr::new();
    let _ = write!(text, "Examples:");
    for command in commands {
        let _ = write!(text, "\n  {command}");
    }
    text
}

/// The examples, and the exit codes of a command that answers a question.
pub(super) fn answers(commands: &[&str]) -> StyledStr {
    with_codes(commands, exit::ANSWERS)
}

/// The examples, and the exit codes of a command that drafts a policy.
pub(super) fn drafts(commands: &[&str]) -> StyledStr {
    with_codes(commands, exit::DRAFTS)
}

/// The examples, and the exit codes of a comparison.
pub(super) fn comparison(commands: &[&str]) -> StyledStr {
    with_codes(commands, exit::COMPARISON)
}

/// The examples and the exit codes.
pub(super) fn long(commands: &[&str]) -> StyledStr {
    with_codes(commands, exit::HELP)
}

fn with_codes(commands: &[&str], codes: &str) -> StyledStr {
    let mut text = examples(commands);
    let _ = write!(text, "\n\n{codes}");
    text
}

/// The examples, and the exit codes of `policy check`.
pub(super) fn checks(commands: &[&str]) -> StyledStr {
    let mut text = examples(commands);
    let _ = write!(
        text,
        "\n\nExit codes:\n  0  no errors, possibly warnings\n  1  warnings, with --strict\n  2  errors in a policy, or it couldn't be read"
    );
    text
}
