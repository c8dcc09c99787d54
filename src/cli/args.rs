//! Options that several commands share.

use crate::collect::{Cloud, CredentialKind, UserIdentity};
use anstream::{AutoStream, ColorChoice, stream::RawStream};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use strum::VariantArray;
use tracing_subscriber::filter::{EnvFilter, LevelFilter};
use url::Url;

/// For every command.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Log to standard error: -v warnings and request counts, -vv requests, -vvv everything
    ///
    /// Tokens are never logged.
    // The last of their heading, however many options a command has.
    #[arg(short, long, global = true, action = ArgAction::Count, display_order = 900, help_heading = "Output")]
    pub(super) verbose: u8,
    /// Suppress progress and the summary; still print warnings and errors
    #[arg(short, long, global = true, display_order = 901, help_heading = "Output")]
    pub(super) quiet: bool,
    /// When to use color
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        display_order = 902,
        help_heading = "Output"
    )]
    pub(super) color: Colour,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

/// Where accounts come from.
#[derive(Debug, Args)]
#[group(skip)]
#[command(group = clap::ArgGroup::new("scanned").args(["snapshot", "subscription", "management_group", "all_subscriptions"]))]
#[command(group = clap::ArgGroup::new("source").required(true).multiple(true)
    .args(["snapshot", "template", "subscription", "management_group", "all_subscriptions"]))]
pub(super) struct Source {
    /// Snapshot file written by `scan`, or `-` for standard input
    #[arg(long, value_name = "FILE", help_heading = "Source (one of)")]
    pub(super) snapshot: Option<PathBuf>,
    /// File that says what would be deployed: ARM template (compiled Bicep), Bicep snapshot, what-if result or Terraform plan
    ///
    /// The file's own content tells which it is. Nothing is deployed, and Azure isn't asked. What only the deployment tells counts
    /// as not read (exit 3).
    #[arg(long, value_name = "FILE", help_heading = "Source (one of)",
        conflicts_with_all = ["snapshot", "management_group", "all_subscriptions"])]
    pub(super) template: Option<PathBuf>,
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) deployment: Deployment,
    /// Snapshot of the tenant that it is deployed to: what is there already counts as well
    #[arg(long, value_name = "SNAPSHOT", requires = "template", help_heading = "Template")]
    pub(super) against: Option<PathBuf>,
}

/// What a template is deployed with.
#[derive(Debug, Default, Args)]
#[group(skip)]
#[command(next_help_heading = "Template")]
pub(super) struct Deployment {
    /// Parameters file of an ARM template
    #[arg(long, value_name = "FILE", requires = "template")]
    pub(super) parameters: Option<PathBuf>,
    /// Resource group that it is deployed to: its ID, or its name with --subscription
    #[arg(long, value_name = "ID", requires = "template")]
    pub(super) resource_group: Option<String>,
}

/// What to scan in Azure.
#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct Target {
    /// Subscriptions to scan, by ID
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',', help_heading = "Source (one of)")]
    pub(super) subscription: Vec<String>,
    /// Scan all subscriptions below a management group
    #[arg(long, value_name = "ID", help_heading = "Source (one of)")]
    pub(super) management_group: Option<String>,
    /// Scan all subscriptions that the signed-in identity can see
    #[arg(long, help_heading = "Source (one of)")]
    pub(super) all_subscriptions: bool,
}

/// How to reach Azure.
#[derive(Debug, Args)]
#[command(next_help_heading = "Azure")]
pub(super) struct Azure {
    /// Tenant to sign in to
    #[arg(long, value_name = "ID", env = "AZURE_TENANT_ID", hide_env_values = true)]
    pub(super) tenant: Option<String>,
    /// How to sign in
    ///
    /// `auto` takes the first one that is configured, in the order below. If that one is refused, the run ends: another identity
    /// can see less.
    #[arg(long, value_name = "KIND", default_value = "auto",
        value_parser = one_of_explained(CredentialKind::VARIANTS, CredentialKind::name, CredentialKind::reads))]
    pub(super) credential: CredentialKind,
    /// User-assigned managed identity to sign in as: client-id=ID, object-id=ID or resource-id=ID
    ///
    /// For `--credential managed-identity`. Without it, AZURE_CLIENT_ID names the identity by its client ID. If that isn't set
    /// either, the system-assigned identity is used.
    #[arg(long, value_name = "KIND=ID")]
    pub(super) identity: Option<UserIdentity>,
    /// Azure cloud. Default: the one in AZURE_CLOUD, or `public`
    ///
    /// AZURE_CLOUD takes the names of `az cloud list`, too: AzureCloud, AzureUSGovernment, AzureChinaCloud.
    #[arg(long, value_name = "CLOUD", value_parser = one_of(Cloud::VARIANTS, Cloud::name))]
    pub(super) cloud: Option<Cloud>,
    /// Skip databases and containers. Disables the `dangling-scope` check
    #[arg(long)]
    pub(super) no_inventory: bool,
    /// Skip the role assignments of other APIs than an account's own, which saves 4 requests an account. Disables the
    /// `foreign-role-kind` check
    #[arg(long)]
    pub(super) own_kinds_only: bool,
    /// Skip Azure RBAC. Disables the bypass checks (`key-access`, `self-grant`, …)
    #[arg(long)]
    pub(super) no_control_plane: bool,
    /// Skip Microsoft Graph. Principals are shown by ID, and deleted principals aren't found
    #[arg(long)]
    pub(super) no_graph: bool,
    #[command(flatten)]
    pub(super) advanced: Advanced,
}

/// What few people need: other clouds, proxies, tests.
#[derive(Debug, Args)]
#[command(next_help_heading = "Advanced Azure")]
pub(super) struct Advanced {
    /// Override the Azure Resource Manager endpoint
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub(super) arm_endpoint: Option<Url>,
    /// Override what tokens for Azure Resource Manager are for. Default: the endpoint itself
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub(super) arm_audience: Option<Url>,
    /// Override the Microsoft Graph endpoint
    ///
    /// With `--arm-endpoint` alone, Microsoft Graph isn't used.
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub(super) graph_endpoint: Option<Url>,
    /// Override the endpoint that issues tokens. Default: the one in AZURE_AUTHORITY_HOST, or that of the cloud
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub(super) authority_host: Option<Url>,
    /// Additional CA certificates to trust (PEM)
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(super) ca_bundle: Option<PathBuf>,
    /// Maximum number of requests in flight
    #[arg(long, value_name = "N", default_value = "64", value_parser = at_least_one, hide_short_help = true)]
    pub(super) concurrency: NonZeroUsize,
}

impl Common {
    /// Whether to colour what goes to `stream`.
    pub(super) fn colours(&self, stream: &impl RawStream) -> bool {
        match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => AutoStream::choice(stream) != ColorChoice::Never,
        }
    }
}

fn at_least_one(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "expected a whole number of 1 or more")
}

/// Takes one of the words, which help explains.
fn one_of_explained<T>(
    all: &'static [T],
    word: fn(T) -> &'static str,
    help: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    let values = all.iter().map(|one| PossibleValue::new(word(*one)).help(help(*one)));
    among(PossibleValuesParser::new(values), all, word)
}

/// Takes one of the words.
pub(super) fn one_of<T>(all: &'static [T], word: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    among(PossibleValuesParser::new(all.iter().map(|one| word(*one))), all, word)
}

fn among<T>(
    parser: PossibleValuesParser,
    all: &'static [T],
    word: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    parser.try_map(move |said| {
        let found = all.iter().copied().find(|one| word(*one) == said);
        found.ok_or("not one of them")
    })
}

/// Logs go to standard error, and only when asked for by `-v` or `RUST_LOG`.
pub(super) fn start_logging(common: &Common) {
    let level = match common.verbose {
        0 => LevelFilter::OFF,
        1 => LevelFilter::WARN,
        2 => LevelFilter::DEBUG,
        3.. => LevelFilter::TRACE,
    };
    let builder = EnvFilter::builder().with_default_directive(level.into());
    let filter = if common.verbose > 0 {
        builder.parse_lossy("")
    } else {
        builder.from_env_lossy()
    };
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(common.colours(&std::io::stderr()))
        .try_init();
}
