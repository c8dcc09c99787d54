//! A second opinion: the same questions put to engines that others wrote and prove.
//!
//! [`facts`] makes tenants on which all readings agree: every data action is documented or lies directly below a wildcard, every
//! name exists once. [`ours`] asks the library, [`in_cedar`] asks `cedar-policy` one request at a time, [`in_rego`] asks the
//! containment as a whole. Nothing here knows how the library compares.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests and a benchmark; they fail by panicking"
)]

pub mod facts;
pub mod in_cedar;
pub mod in_rego;
pub mod ours;

use std::collections::BTreeSet;

/// What is too much: the number of the role assignment, and a data action in lower case.
pub type Excess = BTreeSet<(usize, String)>;
