//! An estate: the snapshot of a tenant of any size, and a policy that fits it. It has accounts of every API, clusters, custom
//! roles, groups and Azure RBAC. The same numbers give the same bytes.

mod account;
mod control_plane;
mod policy;
mod principals;
mod random;

use clap::Parser;
use random::Random;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// How large the estate is.
#[derive(Debug, Parser)]
pub struct Size {
    /// Where `tenant.jsonl` and `policy.yaml` are written; a policy over 1 MB goes on in `policy-2.yaml`.
    folder: PathBuf,
    /// Accounts.
    #[arg(long, default_value_t = 1000)]
    pub(crate) accounts: usize,
    /// Role assignments in each account.
    #[arg(long, default_value_t = 20)]
    pub(crate) assignments: usize,
    /// Custom roles in each account, beside the built-in ones.
    #[arg(long, default_value_t = 1)]
    pub(crate) roles: usize,
    /// Databases in each account.
    #[arg(long, default_value_t = 2)]
    pub(crate) databases: usize,
    /// Containers in each database.
    #[arg(long, default_value_t = 4)]
    pub(crate) containers: usize,
    /// Accounts in each subscription.
    #[arg(long, default_value_t = 200)]
    pub(crate) per_subscription: usize,
    /// Azure role assignments, in all subscriptions together.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) azure_roles: usize,
    /// Groups in the directory.
    #[arg(long, default_value_t = 200)]
    pub(crate) groups: usize,
    /// Members of each group.
    #[arg(long, default_value_t = 20)]
    pub(crate) members: usize,
    /// Blocks of the policy, one for each team.
    #[arg(long, default_value_t = 200)]
    pub(crate) blocks: usize,
    /// Blocks that all match every account.
    #[arg(long, default_value_t = 0)]
    pub(crate) shared_blocks: usize,
    /// Grants in each block.
    #[arg(long, default_value_t = 10)]
    pub(crate) grants: usize,
    /// Denies in each block.
    #[arg(long, default_value_t = 0)]
    pub(crate) denies: usize,
    /// Waivers, of findings that aren't there.
    #[arg(long, default_value_t = 0)]
    pub(crate) waivers: usize,
    /// Accounts with a role assignment that no grant allows, in percent.
    #[arg(long, default_value_t = 0.0)]
    pub(crate) findings: f64,
    /// How many such role assignments such an account has.
    #[arg(long, default_value_t = 1)]
    pub(crate) excess: usize,
    /// Actions of custom roles begin with `*`.
    #[arg(long)]
    pub(crate) leading_wildcards: bool,
    /// Writes `tenant.jsonl.zst`, too.
    #[arg(long)]
    compressed: bool,
}

/// An id of a kind of thing, by its number.
pub(crate) fn guid(kind: u32, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

/// What was written.
#[derive(Debug)]
pub struct Written {
    /// The snapshot.
    pub tenant: PathBuf,
    /// The files of the policy.
    pub policy: Vec<PathBuf>,
}

/// Writes an estate into its folder.
///
/// # Errors
/// The folder or a file can't be written.
pub fn write(size: &Size) -> io::Result<Written> {
    std::fs::create_dir_all(&size.folder)?;
    let mut policy = Vec::new();
    for (place, text) in policy::files(size).into_iter().enumerate() {
        let name = match place {
            0 => "policy.yaml".to_owned(),
            _ => format!("policy-{}.yaml", place + 1),
        };
        let path = size.folder.join(name);
        std::fs::write(&path, text)?;
        policy.push(path);
    }
    let tenant = size.folder.join("tenant.jsonl");
    let mut out = BufWriter::new(File::create(&tenant)?);
    snapshot(size, &mut out)?;
    out.flush()?;
    if size.compressed {
        let packed = File::create(size.folder.join("tenant.jsonl.zst"))?;
        zstd::stream::copy_encode(File::open(&tenant)?, packed, 3)?;
    }
    Ok(Written { tenant, policy })
}

fn snapshot(size: &Size, out: &mut impl Write) -> io::Result<()> {
    let subscriptions = size.accounts.div_ceil(size.per_subscription.max(1)).max(1);
    line(out, &header(subscriptions))?;
    let mut random = Random::new(20);
    for number in 0..size.accounts {
        line(out, &account::account(size, number, &mut random))?;
    }
    for subscription in 0..subscriptions {
        line(out, &control_plane::control_plane(size, subscription, subscriptions))?;
    }
    let principals = principals::all(size);
    // A line may have 64 MiB: fewer large groups, or many identities.
    for some in principals.chunks((100_000 / size.members.max(1)).clamp(1, 1000)) {
        line(out, &json!({"principals": some}))?;
    }
    line(
        out,
        &json!({"end": {"accounts": size.accounts, "gaps": 0, "control_planes": subscriptions, "principals": principals.len()}}),
    )
}

fn line(out: &mut impl Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn header(subscriptions: usize) -> Value {
    let all: Vec<Value> = (0..subscriptions)
        .map(|number| json!({"id": guid(1, number), "name": format!("Subscription {number}")}))
        .collect();
    let resources = [
        "Microsoft.DocumentDB/garnetClusters",
        "Microsoft.DBforPostgreSQL/serverGroupsv2",
    ];
    json!({"format": "cosmos-rbac/snapshot", "version": 1, "taken_at": "2026-11-02T08:00:00Z", "cloud": "public",
        "tenant": guid(9, 0), "subscriptions": all,
        "scope": {"target": "all-subscriptions", "inventory": true, "foreign_kinds": true, "clusters": true,
            "resources": resources, "control_plane": true, "graph": true}})
}
