//! Who can do what in an account, through whatever: role assignments, account keys and Azure roles, as rows of one shape.
//! Questions, comparisons and exports are made of them. It knows no policy.
//!
//! `data` is what somebody can do, in both readings; `row` says who, where and through what; `account` finds the rows, and
//! `elsewhere` those whose path begins outside the account, unless `shorter` knows a better one.

mod account;
mod data;
mod elsewhere;
mod row;
mod shorter;

pub use account::{AccountAccess, unknown_roles};
pub use data::{ANY_DATABASE, CODE_IS_UNKNOWN, Data, Sure, Verb, by_code};
pub use elsewhere::{Blind, Elsewhere};
pub use row::{Level, Route, Row, check_of};
pub use shorter::Shorter;
