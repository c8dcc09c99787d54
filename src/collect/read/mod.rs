//! What is read, and how. `service` asks one question, again if need be; `list` is how every list is read; the others say
//! which lists there are.

pub(super) mod authorization;
mod below;
mod clusters;
pub(super) mod cosmos;
mod delegations;
pub(super) mod graph;
mod list;
pub(super) mod listed;
mod mongo;
mod others;
pub(super) mod resources;
mod roles;
mod service;
pub(super) mod subscriptions;
pub(super) mod tenant;
mod transition;
pub(super) mod versions;

pub(super) use service::Service;
