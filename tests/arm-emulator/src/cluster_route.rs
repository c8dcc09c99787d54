//! What a path below a type of clusters means.

use crate::route::AccountPath;

/// The types of clusters, as paths name them.
pub(crate) const TYPES: [&str; 2] = ["mongoClusters", "cassandraClusters"];

/// A path of clusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ClusterRoute {
    /// All of a type in a subscription.
    All {
        /// The subscription.
        subscription: String,
        /// The type.
        kind: &'static str,
    },
    /// One of them.
    One {
        /// Which.
        cluster: AccountPath,
        /// The type.
        kind: &'static str,
    },
    /// A list below one of them.
    List {
        /// Which.
        cluster: AccountPath,
        /// The type.
        kind: &'static str,
        /// The list.
        list: String,
    },
}

impl ClusterRoute {
    /// Parses what stands below a subscription; `lower` is in lower case.
    pub(crate) fn parse(subscription: &str, lower: &[&str], names: &[&str]) -> Option<Self> {
        let type_of = |segment: &str| TYPES.into_iter().find(|kind| kind.eq_ignore_ascii_case(segment));
        let subscription = subscription.to_owned();
        if let ["providers", "microsoft.documentdb", kind] = lower {
            let kind = type_of(kind)?;
            return Some(Self::All { subscription, kind });
        }
        let (
            ["resourcegroups", _, "providers", "microsoft.documentdb", kind, _, ..],
            [_, group, _, _, _, name, below @ ..],
        ) = (lower, names)
        else {
            return None;
        };
        let kind = type_of(kind)?;
        let cluster = AccountPath {
            subscription,
            group: (*group).to_owned(),
            name: (*name).to_owned(),
        };
        match below {
            [] => Some(Self::One { cluster, kind }),
            [list] => Some(Self::List {
                cluster,
                kind,
                list: (*list).to_owned(),
            }),
            _ => None,
        }
    }

    /// The name that the matcher of a fault gives it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::All { kind, .. } => kind,
            Self::One {
                kind: "mongoClusters", ..
            } => "mongoCluster",
            Self::One { .. } => "cassandraCluster",
            Self::List { list, .. } => list,
        }
    }

    /// The type.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::All { kind, .. } | Self::One { kind, .. } | Self::List { kind, .. } => kind,
        }
    }

    /// The subscription that the path names.
    pub(crate) fn subscription(&self) -> &str {
        match self {
            Self::All { subscription, .. } => subscription,
            Self::One { cluster, .. } | Self::List { cluster, .. } => &cluster.subscription,
        }
    }

    /// The cluster that the path names.
    pub(crate) fn cluster(&self) -> Option<&AccountPath> {
        match self {
            Self::All { .. } => None,
            Self::One { cluster, .. } | Self::List { cluster, .. } => Some(cluster),
        }
    }

    /// The action that reading it takes.
    pub(crate) fn read_action(&self) -> String {
        match self {
            Self::All { kind, .. } | Self::One { kind, .. } => format!("Microsoft.DocumentDB/{kind}/read"),
            Self::List { kind, list, .. } => format!("Microsoft.DocumentDB/{kind}/{list}/read"),
        }
    }
}
