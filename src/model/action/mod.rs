//! Data actions: which exist (`catalogue`), how roles name them (`pattern`), and sets of them (`set`).

mod catalogue;
mod pattern;
mod set;

pub use catalogue::{DataAction, Effect, PREFIX, catalogue};
pub use pattern::ActionPattern;
pub use set::{ActionSet, Atom, Bounds, Universe};
