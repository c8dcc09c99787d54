//! Files that say what would be deployed, as a snapshot of what there would be: ARM templates, snapshots of Bicep, results of
//! what-if, plans of Terraform. Nothing is deployed, and nothing is asked of Azure.
//!
//! `source` reads files into values with their places (`value`), `expression` evaluates what is in brackets, and one
//! module a kind of file makes a list of resources (`planned`). `kinds` says which types have to do with access.

mod arm;
mod attached;
mod control_planes;
mod deployed;
mod expression;
mod gaps;
mod gather;
mod kinds;
mod nowhere;
mod partly;
mod planned;
mod predicted;
mod read;
mod scope;
mod source;
mod terraform;
mod value;
mod what_if;

pub use deployed::deployed_to;
pub use read::{Template, TemplateError};
