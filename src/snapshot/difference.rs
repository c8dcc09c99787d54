//! Whether a scan may go on where another one ended, and what speaks against it.

use super::format::{Extent, Header, TargetKind};
use std::collections::BTreeSet;

/// Why a scan cannot go on from a file: it is of another one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Difference {
    /// Another cloud, tenant or choice of subscriptions.
    #[error("it was scanned with {what} `{old}`, and this scan uses `{new}`")]
    Of {
        /// What differs.
        what: &'static str,
        /// In the file.
        old: String,
        /// In the scan.
        new: String,
    },
    /// It is too old to say.
    #[error("it doesn't say which options it was scanned with")]
    NotTold,
    /// An option was given to one of both.
    #[error("it was started {} `{option}`, and this scan runs {} it", with(*.had_it), with(!*.had_it))]
    Option {
        /// Which.
        option: &'static str,
        /// Whether it was given to the one that is in the file.
        had_it: bool,
    },
    /// The subscriptions were chosen in another way, or it is another shard.
    #[error("it covers {old}, and this scan covers {new}")]
    Target {
        /// In the file.
        old: String,
        /// In the scan.
        new: String,
    },
}

fn with(given: bool) -> &'static str {
    if given { "with" } else { "without" }
}

/// The header under which the scan of `old` goes on.
pub(super) fn continued(old: &Header, fresh: &Header) -> Result<Header, Difference> {
    let differs = |what, old: &str, new: &str| {
        Err(Difference::Of {
            what,
            old: old.to_owned(),
            new: new.to_owned(),
        })
    };
    if old.cloud != fresh.cloud {
        return differs("cloud", &old.cloud, &fresh.cloud);
    }
    let known = |tenant: &str| !tenant.is_empty();
    if known(&old.tenant) && known(&fresh.tenant) && !old.tenant.eq_ignore_ascii_case(&fresh.tenant) {
        return differs("tenant", &old.tenant, &fresh.tenant);
    }
    // Each lists what it may read: half of a tenant by one of them and half by another is nobody's view.
    if let (Some(was), Some(is)) = (&old.scanned_by, &fresh.scanned_by)
        && was.differs_from(is)
    {
        return differs(
            "identity",
            was.object_id.as_deref().unwrap_or_default(),
            is.object_id.as_deref().unwrap_or_default(),
        );
    }
    let (Some(was), Some(is)) = (&old.scope, &fresh.scope) else {
        return Err(Difference::NotTold);
    };
    for (option, was, is) in [
        ("--no-inventory", was.inventory, is.inventory),
        ("--own-kinds-only", was.foreign_kinds, is.foreign_kinds),
        ("--no-control-plane", was.control_plane, is.control_plane),
        ("--no-graph", was.graph, is.graph),
    ] {
        if was != is {
            return Err(Difference::Option { option, had_it: is });
        }
    }
    let part = |header: &Header| {
        header
            .shards
            .as_ref()
            .map_or("all shards".to_owned(), ToString::to_string)
    };
    if old.shards != fresh.shards {
        return Err(Difference::Target {
            old: part(old),
            new: part(fresh),
        });
    }
    let group = |extent: &Extent| extent.management_group.as_deref().map(str::to_ascii_lowercase);
    if was.target != is.target || group(was) != group(is) {
        return Err(Difference::Target {
            old: chosen(was),
            new: chosen(is),
        });
    }
    let ids = |header: &Header| -> BTreeSet<String> {
        let lower = header.subscriptions.iter().map(|one| one.id.to_ascii_lowercase());
        lower.collect()
    };
    let (had, has) = (ids(old), ids(fresh));
    if was.target == TargetKind::Subscriptions && had != has {
        let list = |ids: BTreeSet<String>| ids.into_iter().collect::<Vec<_>>().join(", ");
        return differs("subscriptions", &list(had), &list(has));
    }
    let mut header = old.clone();
    header.tenant_name = old.tenant_name.clone().or_else(|| fresh.tenant_name.clone());
    let new = fresh
        .subscriptions
        .iter()
        .filter(|one| !had.contains(&one.id.to_ascii_lowercase()));
    header.subscriptions.extend(new.cloned());
    header.subscriptions.sort();
    Ok(header)
}

fn chosen(extent: &Extent) -> String {
    match (extent.target, &extent.management_group) {
        (TargetKind::Subscriptions, _) => "single subscriptions".to_owned(),
        (TargetKind::AllSubscriptions, _) => "all subscriptions".to_owned(),
        (TargetKind::ManagementGroup, group) => {
            format!("management group `{}`", group.as_deref().unwrap_or_default())
        }
    }
}
