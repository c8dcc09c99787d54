//! Options that several commands share.

use crate::collect::{Cloud, CredentialKind};
use anstream::{AutoStream, ColorChoice, stream::RawStream};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use strum::VariantArray;
use tracing_subscriber::filter::{EnvFilter, LevelFilter};
use url::Url;

/// For every command.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Log more on standard error: -v warnings, -vv requests, -vvv everything; tokens are never logged
    // The last of their heading, however many options a command has.
    #[arg(short, long, global = true, action = ArgAction::Count, display_order = 900, help_heading = "Output")]
    pub(super) verbose: u8,
    /// Neither progress nor a closing summary on standard error; errors and warnings stay
    #[arg(short, long, global = true, display_order = 901, help_heading = "Output")]
    pub(super) quiet: bool,
    /// When to colour
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
#[command(group = clap::ArgGroup::new("source").required(true)
    .args(["snapshot", "subscription", "management_group", "all_subscriptions"]))]
pub(super) struct Source {
    /// A snapshot file that `scan` wrote; `-` for standard input
    #[arg(long, value_name = "FILE", help_heading = "Source (one of)")]
    pub(super) snapshot: Option<PathBuf>,
    #[command(flatten)]
    pub(super) target: Target,
}

/// What to scan in Azure.
#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct Target {
    /// Subscriptions to scan, by id
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',', help_heading = "Source (one of)")]
    pub(super) subscription: Vec<String>,
    /// Scan every subscription below a management group
    #[arg(long, value_name = "ID", help_heading = "Source (one of)")]
    pub(super) management_group: Option<String>,
    /// Scan every subscription that the credential can see
    #[arg(long, help_heading = "Source (one of)")]
    pub(super) all_subscriptions: bool,
}

/// How to reach Azure.
#[derive(Debug, Args)]
#[command(next_help_heading = "Azure")]
pub(super) struct Azure {
    /// The tenant to sign in to
    #[arg(long, value_name = "ID", env = "AZURE_TENANT_ID", hide_env_values = true)]
    pub(super) tenant: Option<String>,
    /// How to sign in; `auto` tries all but `token` in turn, `token` reads COSMOS_RBAC_TOKEN (for Azure Resource Manager)
    /// and COSMOS_RBAC_GRAPH_TOKEN (for Microsoft Graph)
    #[arg(long, value_name = "KIND", default_value = "auto",
        value_parser = one_of(CredentialKind::VARIANTS, CredentialKind::name))]
    pub(super) credential: CredentialKind,
    /// The cloud
    #[arg(long, default_value = "public", value_parser = one_of(Cloud::VARIANTS, Cloud::name))]
    pub(super) cloud: Cloud,
    /// Azure Resource Manager, if it is not the cloud's own
    #[arg(long, value_name = "URL")]
    pub(super) arm_endpoint: Option<Url>,
    /// Microsoft Graph, if it is not the cloud's own; has to be given along with --arm-endpoint
    #[arg(long, value_name = "URL")]
    pub(super) graph_endpoint: Option<Url>,
    /// Where tokens come from, if it is not the cloud's own
    #[arg(long, value_name = "URL", env = "AZURE_AUTHORITY_HOST", hide_env_values = true)]
    pub(super) authority_host: Option<Url>,
    /// Certificates to trust besides the system's
    #[arg(long, value_name = "PEM")]
    pub(super) ca_bundle: Option<PathBuf>,
    /// Requests in flight at once
    #[arg(long, value_name = "N", default_value = "64", value_parser = at_least_one)]
    pub(super) concurrency: NonZeroUsize,
    /// Do not list databases and containers; assignments to scopes that no longer exist are not found then
    #[arg(long)]
    pub(super) no_inventory: bool,
    /// Do not read Azure RBAC; who can read keys or grant themselves access is not found then
    #[arg(long)]
    pub(super) no_control_plane: bool,
    /// Do not look up principals in Microsoft Graph; they are shown by their ids then
    #[arg(long)]
    pub(super) no_graph: bool,
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
    text.parse().map_err(|_| "expected a whole number, 1 or more")
}

/// Takes one of the words.
pub(super) fn one_of<T>(all: &'static [T], word: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    PossibleValuesParser::new(all.iter().map(|one| word(*one))).try_map(move |said| {
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
