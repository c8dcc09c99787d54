//! The recipes of `docs/recipes`: what is in them does what they say.

mod jobs;
mod nights;
mod role;
mod stage;
