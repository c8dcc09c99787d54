//! Who can do what in an account, through whatever: role assignments, account keys and Azure roles, as rows of one shape.
//! Questions, comparisons and exports are made of them. It knows no policy.
//!
//! `data` is what somebody can do, in both readings; `row` says who, where and through what; `account` finds the rows, and
//! `elsewhere` those whose path begins outside the account.

mod account;
mod data;
mod elsewhere;
mod row;

pub use account::{AccountAccess, unknown_roles};
pub use data::{ANY_DATABASE, CODE_IS_UNKNOWN, Data, Sure, Verb, by_code};
pub use elsewhere::{Blind, Elsewhere, Shorter};
pub use row::{Level, Route, Row, check_of};
