//! Why something was not checked.

use crate::checks::wording::{count, quote};
use crate::finding::{Place, What};
use crate::model::{Gap, Part, RoleKind, Shown};
use crate::shown;

/// One thing that was not checked in one account or above them, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::checks) struct Reason {
    pub(super) what: What,
    pub(super) why: Why,
    pub(super) place: Option<Place>,
}

impl Reason {
    pub(in crate::checks) fn new(what: What, why: impl Into<Shown>) -> Self {
        Self {
            what,
            why: Why::Said(why.into()),
            place: None,
        }
    }

    pub(in crate::checks) fn at(self, place: Option<Place>) -> Self {
        Self { place, ..self }
    }
}

/// Why something was not checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Why {
    /// For this reason.
    Said(Shown),
    /// Nothing says when keys were generated.
    Undated,
    /// So many role assignments have an invalid scope. What is known of all others was compared.
    WithoutPlace(usize),
}

impl Why {
    /// In words. `is_template`: no scan read it, but a template.
    pub(super) fn words(self, is_template: bool) -> Shown {
        match self {
            Self::Said(why) => why,
            Self::Undated if is_template => "a template doesn't say when they were generated".into(),
            Self::Undated => "the snapshot doesn't say when they were generated".into(),
            Self::WithoutPlace(number) => {
                shown!(
                    "{} at an invalid scope",
                    count(number, "role assignment", "role assignments")
                )
            }
        }
    }
}

/// The accounts that something concerns, by their places; `None`: nobody knows which.
pub(in crate::checks) type Places = Option<Vec<usize>>;

/// Of something that could not be read. `other`: what it can be where this version doesn't know it.
pub(super) fn of_gap(gap: &Gap, other: What) -> Reason {
    let is_of_users = RoleKind::of_list(&gap.what).is_some_and(RoleKind::has_passwords);
    let (what, list) = match gap.part() {
        Part::RoleDefinitions if is_of_users => (What::MongoUsers, Some("their roles")),
        Part::RoleAssignments if is_of_users => (What::MongoUsers, None),
        Part::RoleDefinitions => (What::RoleDefinitions, None),
        Part::RoleAssignments => (What::RoleAssignments, None),
        Part::Databases => (What::Databases, None),
        Part::Containers => (What::Databases, Some("containers")),
        Part::LocalAuth => (What::LocalAuth, Some("the setting")),
        Part::KeyMetadataWrites => (What::KeyMetadataWrites, Some("the setting")),
        Part::Account => (What::Account, None),
        Part::Subscriptions => (What::Accounts, Some("the list of subscriptions")),
        Part::Accounts => (What::Accounts, Some("the list of accounts")),
        Part::AzureRoleAssignments => (What::AzureRbac, Some("role assignments")),
        Part::AzureRoleDefinitions => (What::AzureRbac, Some("role definitions")),
        Part::Eligible => (What::AzureRbac, Some("eligible role assignments")),
        Part::DenyAssignments => (What::DenyAssignments, None),
        Part::Delegations => (What::Delegations, None),
        Part::Principals => (What::Directory, None),
        // Nobody knows whether a block of the policy matches that asks for tags.
        Part::Other if gap.is_in_tags() => (What::Policy, Some("the account's tags")),
        Part::Other => (other, None),
    };
    let list = match gap.part() {
        Part::Other if !gap.is_in_tags() => shown!("{} ", quote(&gap.what)),
        _ => list.map(|list| shown!("{} ", list)).unwrap_or_default(),
    };
    if gap.is_until_deployment() {
        return Reason::new(
            what,
            shown!("not known before the deployment: {}", Shown::of(gap.message.trim())),
        );
    }
    if gap.code == Gap::NOT_READ {
        return Reason::new(what, shown!("{}not in the snapshot, and nothing says why", list));
    }
    let code = match gap.status {
        Some(status) => shown!("{} {}", status, Shown::of(&gap.code)),
        None => Shown::of(&gap.code),
    };
    Reason::new(what, shown!("{}couldn't be read: {}", list, code))
}
