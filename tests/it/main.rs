//! The integration tests, as one binary: one thing to link.
#![allow(missing_docs)]
// What clippy allows in tests, also in the functions that they share.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod bodies;
mod builtin_roles;
mod bypasses;
mod collect;
mod large_tenant;
mod layers;
mod resume;
mod sample;
mod schemas;
mod sign_ins;
mod words;
mod written_roles;
