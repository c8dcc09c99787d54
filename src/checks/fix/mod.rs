//! What to do about findings on roles of the data plane, so that the account is left as the policy wants it: nobody gets
//! more than it allows, and nobody loses what it requires.
//!
//! `world` compares the access that there would be with what the policy says; `removal` takes role assignments away, and
//! first gives what has to stay; `grant` gives what is missing; `definition` writes role definitions, `reassign` puts a role of
//! the policy in the place of another, `keys` makes accounts refuse keys, `reader` lets the scan read more, and
//! `lacking` gives somebody what they lack, whatever a policy says.

mod definition;
mod grant;
mod keys;
mod lacking;
mod reader;
mod reassign;
mod removal;
mod world;

pub(super) use definition::{create, mend_scopes, restore, rewrite};
pub(super) use grant::{give, replace_role};
pub(super) use keys::{disable_keys, regenerate_keys, require_passwords};
pub(crate) use lacking::{assign_command, define_commands};
pub(super) use reader::make_reader;
pub(crate) use reader::reader_command;
pub(super) use reassign::reassign;
pub(super) use removal::{Removal, is_needed};
pub(super) use world::is_allowed;
