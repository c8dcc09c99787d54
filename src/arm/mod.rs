//! Bodies of Azure Resource Manager's and Microsoft Graph's items, as this program's types. Whoever has an item reads it
//! here, wherever it came from: an answer of the service, or a template that is yet to be deployed.
//!
//! Nothing here knows how an item is come by: no HTTP, no tokens, no pacing, no pages, no files. What an item does not say
//! is `Known::Unknown`, with the reason; whoever has asked for it makes that the `null` and the gap of a snapshot. What
//! makes an item useless is `Malformed`.
//!
//! The models are those of the SDK's generated crates, which nothing else may use, and never their clients. They lose a
//! whole item for one odd value, so `prune` cuts it down first.

mod azure_rbac;
mod cluster;
mod code;
mod cosmos;
mod delegation;
mod directory;
mod failure;
mod item;
mod keys;
mod known;
mod listed;
mod mongo;
mod prune;
mod resource;
#[cfg(test)]
pub(crate) mod testing;

pub(crate) use azure_rbac::{
    azure_role_assignment, azure_role_definition, deny_assignment, deny_assignment_without_effect, eligible_assignment,
};
pub(crate) use cluster::cluster_user;
pub(crate) use code::Code;
pub(crate) use cosmos::{container, database, role_assignment, role_definition};
pub(crate) use delegation::delegation;
pub(crate) use directory::principal;
pub(crate) use failure::{Failure, cut};
pub(crate) use item::{Item, Malformed};
pub(crate) use listed::{Listed, listed_account, listed_cluster, listed_only};
pub(crate) use mongo::{mongo_role, mongo_user};
