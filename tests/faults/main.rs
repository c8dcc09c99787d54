//! Everything that can go wrong with a service, at every list that is read, and all of it mixed.
//!
//! `table` has the faults and what each comes to, `matrix` tries each at every list, `soak` mixes them at random;
//! `support` runs a scan, `truth` compares what it read. Exit codes of the real program are in `tests/cli/faults.rs`, and
//! that nothing is asked for twice when nothing goes wrong in `tests/cli/requests.rs`.
#![allow(missing_docs, unreachable_pub, reason = "nobody uses a test as a library")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests fail by panicking"
)]

mod graph;
mod lists;
mod matrix;
mod soak;
mod support;
mod table;
mod truth;
