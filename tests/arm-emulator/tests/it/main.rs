//! Drives the emulator over real TLS, as the programs under test do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop where it is"
)]

mod arm;
mod azure_rbac;
mod binary;
mod client;
mod faults;
mod graph;
mod lists;
mod login;
mod recordings;
mod samples;
mod throttling;
