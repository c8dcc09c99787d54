//! The lists of users and roles of MongoDB itself, of accounts with the API for MongoDB.

use super::below::{below, path};
use super::list::Listing;
use super::roles::is_no_such_list;
use super::service::Service;
use crate::arm;
use crate::model::{Account, Api, Gap, MongoRole, MongoUser, RoleKind};
use futures::join;

/// What was read of them.
#[derive(Debug, Default)]
pub(super) struct Users {
    pub(super) roles: Option<Vec<MongoRole>>,
    pub(super) users: Option<Vec<MongoUser>>,
    pub(super) gaps: Vec<Gap>,
}

/// Reads them. An account without the capability for them that says it has no such lists has none; `may_have`: whether it has
/// that capability, or its capabilities couldn't be read.
pub(super) async fn users(arm: &Service, account: &Account, may_have: bool) -> Users {
    if account.api != Api::Mongo {
        return Users::default();
    }
    let row = RoleKind::Mongodb.row();
    let paths = [row.definitions, row.assignments].map(|list| path(account, &[list]));
    let [of_roles, of_users] = &paths;
    let (roles, users) = join!(
        arm.list(below(account, row.definitions, of_roles), arm::mongo_role),
        arm.list(below(account, row.assignments, of_users), arm::mongo_user),
    );
    let (roles, users) = (known(roles, may_have), known(users, may_have));
    let mut gaps = roles.gaps;
    gaps.extend(users.gaps);
    Users {
        roles: roles.items,
        users: users.items,
        gaps,
    }
}

fn known<T>(listing: Listing<T>, may_have: bool) -> Listing<T> {
    let is_none = listing.items.is_none() && listing.gaps.iter().all(is_no_such_list);
    match is_none && !may_have {
        true => Listing {
            items: Some(Vec::new()),
            gaps: Vec::new(),
        },
        false => listing,
    }
}
