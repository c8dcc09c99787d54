//! The recipes of `docs/recipes`: what is in them does what they say.

mod role;
