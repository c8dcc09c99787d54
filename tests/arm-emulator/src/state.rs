//! What all connections of an emulator share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::fault::FaultSet;
use crate::log::{Log, Origin};
use crate::options::Options;
use crate::server::Gate;
use crate::throttle::Buckets;
use crate::token::Tokens;
use crate::util::{guid, mix};
use crate::world::World;

/// Where the origins listen.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    pub(crate) arm: String,
    pub(crate) login: String,
    pub(crate) graph: String,
    pub(crate) evil: String,
    pub(crate) identity: String,
}

/// What applications sign in with, where it is no longer as the tenant says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken {
    /// The secret of every application.
    pub(crate) secret: Option<String>,
    /// Whether it is expired.
    pub(crate) secret_is_expired: bool,
    /// The tokens of other issuers that are taken; none = all.
    pub(crate) assertions: Option<Vec<String>>,
}

/// What all connections of an emulator share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) world: World,
    pub(crate) options: Options,
    pub(crate) endpoints: Endpoints,
    pub(crate) tokens: Tokens,
    pub(crate) log: Log,
    /// Each open connection holds a share of it.
    pub(crate) connections: Arc<()>,
    pub(crate) buckets: Buckets,
    pub(crate) faults: Mutex<Arc<FaultSet>>,
    pub(crate) taken: Mutex<Taken>,
    pub(crate) gates: [Gate; 5],
    /// The secret of the managed identity endpoint.
    pub(crate) identity_header: String,
    /// The bearer token that an Azure Pipelines job would have.
    pub(crate) pipeline_token: String,
    /// Ids of requests count up from a random start.
    pub(crate) sequence: AtomicU64,
}

impl Shared {
    /// A number that no other call got.
    pub(crate) fn next_random(&self) -> u64 {
        mix(self.sequence.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn next_guid(&self) -> String {
        let high = self.next_random();
        guid(high, mix(high))
    }

    /// The gate of an origin.
    pub(crate) fn gate(&self, origin: Origin) -> &Gate {
        let [arm, login, graph, evil, identity] = &self.gates;
        match origin {
            Origin::Arm => arm,
            Origin::Login => login,
            Origin::Graph => graph,
            Origin::Evil => evil,
            Origin::Identity => identity,
        }
    }
}
