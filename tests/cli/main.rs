//! The program from end to end: the real binary, against emulated services over real TLS on loopback.
#![allow(missing_docs, unreachable_pub, reason = "nobody uses a test as a library")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests fail by panicking"
)]

mod access;
mod account_keys;
mod attached;
mod bad_policy;
mod bad_snapshot;
mod baseline;
mod bloodhound;
mod casing;
mod clusters;
mod console;
mod control_plane;
mod credentials;
mod data_plane;
mod diff;
mod docs;
mod doubtful;
mod endpoints;
mod exit;
mod exports;
mod faults;
mod fix_folder;
mod fixed;
mod fixes;
mod foreign;
mod group_members;
mod growth;
mod hostile;
mod identities;
mod identity_chains;
mod invalid_scopes;
mod kept;
mod key_age;
mod kinds;
mod lengths;
mod list;
mod logins;
mod max_age;
mod merge;
mod merge_members;
mod merged_times;
mod mongo;
mod no_accounts;
mod not_analyzed;
mod not_checked;
mod odd_gaps;
mod odd_items;
mod odd_names;
mod only;
mod other_apis;
mod output;
mod outputs_apart;
mod owner;
mod packages;
mod permissions;
mod policy;
mod policy_check;
mod proxies;
#[cfg(feature = "parquet")]
mod queries;
mod reach;
mod recipes;
mod renewals;
mod report;
mod requests;
mod resources;
mod same;
mod scanned_by;
mod sdk;
mod shards;
mod siem;
mod snapshot_bounds;
mod support;
mod surest;
mod table;
mod taken_over;
mod targets;
mod template_forms;
mod templates;
mod terraform;
mod transition;
mod unjoined;
mod unknown_people;
mod unread_roles;
mod unsaid;
mod waive;
mod waivers;
