//! Keys of rows: the same thing has the same key in every export, and two rows of an export have different ones. How sure something
//! is, or how much it grants, is no part of a key, so that two nights can be compared.

use super::super::answer::Told;
use super::table::Cell;
use crate::finding::digest::Digest;
use crate::model::casing::folded;
use crate::model::{AccountId, PrincipalId};
use crate::query::Via;

/// Of these texts. IDs of Azure are compared without regard to case.
pub(super) fn of<'t>(table: &'static str, fields: impl IntoIterator<Item = &'t str>) -> Cell {
    let mut hash = Digest::new(table, 1);
    for field in fields {
        hash.field(&folded(field));
    }
    Cell::text(&hash.finish())
}

/// Of an account.
pub(super) fn of_account(id: &AccountId) -> Cell {
    of("export/account", [id.as_str()])
}

/// Of a row of an answer: who, where, and through what.
pub(super) fn of_access(account: &str, told: &Told<'_, '_>) -> Cell {
    let mut hash = Digest::new("export/access", 1);
    let group = told.group.map(PrincipalId::as_str).unwrap_or_default();
    for id in [account, told.principal.as_str(), group] {
        hash.field(&folded(id));
    }
    // Names of databases and containers differ by case.
    hash.field(&told.found.scope.to_string());
    path(&told.found.via, &mut hash);
    Cell::text(&hash.finish())
}

fn path(via: &Via<'_>, hash: &mut Digest) {
    let mut field = |text: &str| hash.field(&folded(text));
    field(via.assignment());
    // A role assignment and one that must be activated can share an ID.
    if via.is_eligible() {
        field("eligible");
    }
    match via {
        Via::RoleAssignment { .. } => field("role-assignment"),
        Via::UnknownAzureRole(_) => field("unknown-role"),
        Via::Keys { bypass, .. } => field(bypass.kind.word()),
        Via::AzureRole { bypass, with, .. } => {
            field(bypass.kind.word());
            if let Some((other, _)) = with {
                field(other.kind.word());
                field(other.holder.id());
                if other.holder.is_eligible() {
                    field("eligible");
                }
            }
        }
        Via::Identity {
            identity,
            chain,
            through,
            ..
        } => {
            field("identity");
            field(identity.as_str());
            field(chain.first.action);
            if let Some(second) = &chain.second {
                field(second.action);
                field(second.holder.id());
            }
            path(through, hash);
        }
        Via::Copy { chain, .. } => {
            field("copy");
            field(chain.first.action);
            if let Some(second) = &chain.second {
                field(second.action);
                field(second.holder.id());
            }
        }
    }
}
