//! Conditions of Azure RBAC, in three values: which action is asked for and which role is assigned are decided, everything
//! else about a request is unknown.
//!
//! Source: "Azure role assignment condition format and syntax" and "Delegate Azure role assignment management to others
//! with conditions".

mod evaluate;
mod parse;
mod token;

pub(super) use evaluate::Condition;
