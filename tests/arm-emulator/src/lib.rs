//! A stand-in for Azure Resource Manager, login and Microsoft Graph on loopback.
//!
//! It serves a [`Tenant`] over real TLS as the services would, so that clients under test need no special path:
//! they are given other endpoints and a CA certificate, nothing else. [`Fault`]s make it misbehave.
//!
//! ```no_run
//! # async fn example() -> Result<(), arm_emulator::Error> {
//! use arm_emulator::{Emulator, Options, Tenant};
//!
//! let tenant = Tenant::from_file("tenant.yaml")?;
//! let emulator = Emulator::start(tenant, Options::default()).await?;
//! assert!(emulator.arm_endpoint().starts_with("https://localhost:"));
//! # Ok(()) }
//! ```

mod answer;
mod arm;
mod assertion;
mod bodies;
mod body;
mod cluster_route;
mod emulator;
mod error;
mod fault;
mod graph;
mod identity;
mod log;
mod login;
mod options;
mod paging;
mod request;
mod route;
mod route_action;
mod serve;
mod server;
mod state;
mod tenant;
mod throttle;
mod tls;
mod token;
mod util;
mod wire;
mod world;

pub use emulator::Emulator;
pub use error::Error;
pub use fault::{Fault, FaultKind, Matcher};
pub use log::{Authorization, Origin, Request};
pub use options::{Options, Throttle};
pub use tenant::{
    Account, Api, Application, AzureAssignment, AzureRbac, AzureRole, CassandraCluster, ClusterUser, DEFAULT_TENANT_ID,
    DatabaseRole, DelegatedRole, Delegation, DenyAssignment, Generate, ManagementGroup, MongoCluster, MongoRole,
    MongoUser, Permission, Principal, PrincipalKind, Resource, RoleAssignment, RoleDefinition, RoleType, Subscription,
    Tenant, UserAssignedIdentity,
};
