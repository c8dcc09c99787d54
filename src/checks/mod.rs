//! What the tool knows how to find, and the audit that looks for it.
//!
//! To add a check: a file in `drift/`, `hygiene/` or `bypass/` with its texts and its function, and its row in that folder's
//! `mod.rs`. `audit` runs all of them; `context` is what they see, `draft` how they report, `wording` how they speak.

mod account;
mod audit;
mod behind;
mod bypass;
mod causes;
mod command;
mod context;
mod coverage;
mod document;
mod draft;
mod drift;
mod edit;
mod examine;
mod fix;
mod freshness;
mod hygiene;
mod index;
mod lead;
mod leads;
mod names;
mod not_checked;
mod notices;
mod only;
mod options;
mod plan;
mod policy_groups;
mod policy_use;
mod reached;
mod registry;
mod role_command;
mod row;
mod shared;
mod since;
mod steps;
mod summary;
mod unmet;
mod violation;
mod waivers;
mod wording;
mod written;

pub use audit::audit;
pub(crate) use bypass::doubt_in_words;
pub use document::document;
pub use examine::AuditError;
pub(crate) use fix::{assign_command, define_commands, reader_command};
pub use freshness::{Doubt, Freshness, MaxAge};
pub(crate) use names::Names;
pub(crate) use not_checked::{ByPrincipal, Said, group_members, said, unread_above, unread_of, without_records};
pub use only::{Filter, OnlyError};
pub use options::Options;
pub use registry::{CHECKS, check};
pub use unmet::{Unmet, unmet};
