//! What ends a command, and with which exit code.

use super::Exit;
use crate::checks::{AuditError, OnlyError};
use crate::collect::CollectError;
use crate::diff::DiffError;
use crate::draft::Part;
use crate::finding::{About, Check};
use crate::model::Shown;
use crate::policy::PolicyErrors;
use crate::query::{AskError, NoAnswer};
use crate::report::text::count;
use crate::shown;
use crate::snapshot::{Difference, MergeError, SnapshotError};
use crate::template::TemplateError;
use jiff::civil::Date;
use std::io;
use std::path::{Path, PathBuf};

/// Why a command has no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    Policy(#[from] PolicyErrors),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(
        "`{0}` is not a resource group; give its ID (`/subscriptions/…/resourceGroups/…`), or its name with --subscription"
    )]
    ResourceGroup(String),
    #[error("`{0}` is about a template; give it with --template")]
    NoTemplate(&'static str),
    #[error("the folder of fixes is about what is deployed, and a template is fixed in its file")]
    FixesOfTemplate,
    #[error(
        "an export is of the whole tenant as it was scanned, so it can't be of a template, nor of a part (`--only`)"
    )]
    PartOfExport,
    #[error("this program was built without Parquet")]
    WithoutParquet,
    #[error("a template is deployed to one subscription; give one")]
    OneSubscription,
    #[error(transparent)]
    Merge(#[from] MergeError),
    #[error(transparent)]
    Only(OnlyError),
    #[error(transparent)]
    Collect(#[from] CollectError),
    #[error(transparent)]
    Question(#[from] AskError),
    #[error("couldn't read the baseline `{}`: {why}", file.display())]
    Baseline { file: PathBuf, why: String },
    #[error("couldn't read the report `{}`: {why}", file.display())]
    Report { file: PathBuf, why: String },
    #[error("no finding in `{}` has a fingerprint that begins with `{start}`", file.display())]
    NoFinding { file: PathBuf, start: String },
    #[error("`{start}` begins the fingerprints of {} findings", found.len())]
    ManyFindings { start: String, found: Vec<String> },
    #[error("the finding `{fingerprint}` of check `{check}` can't be waived")]
    Unwaivable { check: &'static Check, fingerprint: String },
    #[error("the fingerprints of `{}` are of another version of cosmos-rbac, and the waiver needs one", file.display())]
    OldFingerprints { file: PathBuf },
    #[error("`--until {day}` has passed; today is {today} (UTC)")]
    Passed { day: Date, today: Date },
    #[error("`{}` belongs to a different scan: {why}", file.display())]
    OtherScan { file: PathBuf, why: Difference },
    #[error("couldn't write the snapshot `{}`: {why}", file.display())]
    WriteSnapshot { file: PathBuf, why: io::Error },
    #[error("couldn't write `{}`: {why}", file.display())]
    WriteReport { file: PathBuf, why: String },
    #[error("`{}` already exists", .0.display())]
    Exists(PathBuf),
    #[error("no account is named `{0}`")]
    NoSuchAccount(String),
    #[error("the policy for {accounts} accounts would have {} MiB; a policy file has at most 1 MiB", bytes.div_ceil(1 << 20))]
    LargeDraft {
        bytes: usize,
        accounts: usize,
        parts: Vec<Part>,
    },
    #[error("couldn't read standard input: {0}")]
    ReadInput(io::Error),
    #[error("couldn't write to standard output: {0}")]
    WriteOutput(io::Error),
    #[error("two reports would be written to `{}`", .0.display())]
    SameFile(PathBuf),
    #[error("the output would overwrite `{}`, which this command reads", .0.display())]
    Input(PathBuf),
    #[error("a snapshot can't be written to standard output (`-`)")]
    ToStandardOutput,
    #[error(transparent)]
    Diff(#[from] DiffError),
    #[error("standard input (`-`) can be read only once")]
    StandardInputTwice,
    #[error("unknown check `{id}`")]
    UnknownCheck { id: String, hint: String },
    #[error("invalid SOURCE_DATE_EPOCH `{0}`: expected a number of seconds")]
    SourceDateEpoch(String),
    #[error("couldn't start the scan: {0}")]
    Runtime(io::Error),
    /// A scan found nothing to put in the place of what there is.
    #[error("{why}, so {kept}")]
    NothingListed {
        why: &'static str,
        kept: String,
        /// Whether nothing failed: there are no subscriptions.
        is_empty: bool,
    },
    /// The user stopped the command before its end.
    #[error("interrupted; {0}")]
    Interrupted(String),
}

impl From<AuditError> for CliError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Policy(errors) => Self::Policy(errors),
            AuditError::Only(error) => Self::Only(error),
            AuditError::Snapshot(error) => Self::Snapshot(error),
        }
    }
}

impl From<NoAnswer> for CliError {
    fn from(error: NoAnswer) -> Self {
        match error {
            NoAnswer::Question(error) => Self::Question(error),
            NoAnswer::Snapshot(error) => Self::Snapshot(error),
        }
    }
}

impl CliError {
    pub(super) fn report_to(file: &Path, why: impl ToString) -> Self {
        Self::WriteReport {
            file: file.to_owned(),
            why: why.to_string(),
        }
    }

    /// The exit code that goes with it.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Interrupted(_) | Self::NothingListed { is_empty: false, .. } => Exit::Incomplete,
            Self::NothingListed { is_empty: true, .. } => Exit::Empty,
            _ => Exit::Error,
        }
    }

    /// What to do about it.
    fn help(&self) -> Vec<String> {
        let one = |text: &str| vec![text.to_owned()];
        match self {
            Self::Collect(error) => error.help(),
            Self::Question(error) => one(error.help()),
            Self::Only(OnlyError::Nothing { hint, .. }) => one(hint),
            Self::Only(OnlyError::NoAccount { .. }) => {
                one("filters with different keys have to fit the same account; repeat a key to add accounts")
            }
            Self::Merge(error) => merging(error).map(str::to_owned).into_iter().collect(),
            Self::OtherScan { .. } => one("rerun with the original options, or choose another file"),
            Self::SameFile(_) => one("give each report a file of its own"),
            Self::Input(_) => one("choose another file"),
            Self::ToStandardOutput => one("name a file; one that is called `-` is written `./-`"),
            Self::Exists(_) => one("choose another file, or replace this one with `--force`"),
            Self::NoSuchAccount(_) => one("list their names with `cosmos-rbac list accounts`"),
            Self::LargeDraft { parts, .. } => in_parts(parts),
            Self::Diff(DiffError::Apart { .. }) => one("compare two snapshots of one tenant"),
            Self::StandardInputTwice => one("name files for the others"),
            Self::UnknownCheck { hint, .. } => one(hint),
            Self::NoFinding { .. } => one(
                "each finding has its fingerprint in the JSON report as `fingerprint`, in `audit --details`, and in the HTML \
                 report below Details",
            ),
            Self::ManyFindings { found, .. } => vec![format!("write more of it: {}", found.join(", "))],
            Self::OldFingerprints { .. } => {
                one("write the report again with this version, and take the fingerprint from there")
            }
            Self::Unwaivable { check, .. } => one(match check.about {
                About::Coverage => {
                    "use `--allow-incomplete` to accept for a single run that something couldn't be read"
                }
                _ => "correct or remove the waiver that the finding names",
            }),
            Self::Passed { .. } => one("choose a day on which the finding is to count again"),
            Self::NothingListed { .. } => one(
                "check the roles of the signed-in identity (`az account list -o table` has its subscriptions), then scan again; \
                 `audit --max-age` reports a snapshot that is too old",
            ),
            Self::ResourceGroup(_) => one("its properties in the Azure portal have the ID"),
            Self::PartOfExport => one("filter in your queries, or write another format in a run of its own"),
            Self::WithoutParquet => one(
                "build it with the feature `parquet`, which is a default; `access -f json` and `-o ndjson=…` have the same data",
            ),
            Self::OneSubscription => one("audit each deployment by itself"),
            Self::Template(_)
            | Self::NoTemplate(_)
            | Self::FixesOfTemplate
            | Self::Policy(_)
            | Self::Snapshot(_)
            | Self::Diff(DiffError::Snapshot(_))
            | Self::Baseline { .. }
            | Self::Report { .. }
            | Self::WriteSnapshot { .. }
            | Self::WriteReport { .. }
            | Self::WriteOutput(_)
            | Self::ReadInput(_)
            | Self::SourceDateEpoch(_)
            | Self::Runtime(_)
            | Self::Interrupted(_) => Vec::new(),
        }
    }

    /// As the user sees it.
    pub(super) fn shown(&self) -> Shown {
        let text = self.to_string();
        let mut shown = match self {
            // One line a credential.
            Self::Collect(CollectError::Credential(_)) => shown!("error: {}", Shown::of_lines(&text)),
            _ => shown!("error: {}", Shown::of(&text)),
        };
        for help in self.help() {
            shown.push(shown!("\nhelp: {}", Shown::of(&help)));
        }
        shown
    }
}

/// How to draft a policy in several files: the largest parts first, as options to copy.
fn in_parts(parts: &[Part]) -> Vec<String> {
    const NAMED: usize = 5;
    let one = |part: &Part| {
        format!(
            "--account '{}' ({})",
            part.glob,
            count(part.accounts, "account", "accounts")
        )
    };
    let mut named: Vec<String> = parts.iter().take(NAMED).map(one).collect();
    if let Some(more) = parts.len().checked_sub(NAMED).filter(|more| *more > 0) {
        named.push(format!("and {}", count(more, "smaller part", "smaller parts")));
    }
    vec![
        format!(
            "draft a policy for each part of the accounts, for example {}",
            named.join(", ")
        ),
        "`--merge-into` with the files so far drafts the rest; pass all files to `audit`".to_owned(),
    ]
}

/// What to do where snapshots can't be merged.
fn merging(error: &MergeError) -> Option<&'static str> {
    match error {
        MergeError::Snapshot(_) | MergeError::Nothing => None,
        MergeError::Input { .. } => Some("choose another file"),
        MergeError::Other { .. } => Some("only snapshots of one tenant can be merged"),
        MergeError::OtherScan { .. } => {
            Some("scan all shards with the same subscriptions and options, or merge each scan on its own first")
        }
        MergeError::SameShards { .. } => Some("leave out the older one"),
        MergeError::NotItsShard { .. } => Some("scan that shard again"),
        MergeError::OneTime { .. } => Some("leave one of the files out, or scan again"),
        MergeError::Missing { .. } => Some("add the missing shards, or merge without them: --allow-incomplete"),
        MergeError::Interrupted { .. } => {
            Some("resume it with `scan --resume`, or merge it as it is: --allow-incomplete")
        }
    }
}
