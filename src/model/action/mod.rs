//! Data actions: which exist (`catalogue`), how roles name them (`pattern`, `permission`), and sets of them (`set`, of `bits`).

mod bits;
pub(super) mod catalogue;
mod pattern;
mod permission;
mod set;
mod words;

pub use catalogue::{AS_OF, Ability, DataAction, MONGODB, PREFIX};
pub use pattern::ActionPattern;
pub use permission::Permission;
pub use set::{ActionSet, Atom, Bounds, Universe};
