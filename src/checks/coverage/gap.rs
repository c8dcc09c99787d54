//! What is said of something that could not be read.

use crate::checks::wording::{count, quote};
use crate::finding::Title;
use crate::finding::title::Piece;
use crate::model::{AccountId, Api, Gap, Part, Shown};
use crate::shown;
use crate::title;
use std::collections::BTreeMap;

/// The code of a gap that the snapshot does not name.
pub(super) const NOT_READ: &str = "NotRead";

/// Something that could not be read, and where.
pub(super) fn unread_title(gap: &Gap, place: Piece) -> Title {
    title!("{} of {} couldn't be read", noun_title(gap), place)
}

/// What was not read, at the beginning of a title.
fn noun_title(gap: &Gap) -> Piece {
    let noun = noun(gap).capitalised();
    match gap.part() {
        Part::Principals | Part::Other => Piece::Name(noun),
        _ => Piece::Text(noun),
    }
}

/// What is missing of an account.
pub(super) fn account_title(gap: &Gap, account: Shown, api: Api) -> Title {
    match gap.code.as_str() {
        Gap::API_NOT_SUPPORTED => title!("Roles of {} weren't read ({} API)", account, api.title()),
        NOT_READ => title!("{} of {} aren't in the snapshot", noun_title(gap), account),
        _ => unread_title(gap, account.into()),
    }
}

/// For each kind of thing its name, its first gap, and what to say of all of them.
pub(super) fn by_what<'g>(
    gaps: impl Iterator<Item = &'g Gap>,
    place: Shown,
    lost: impl Fn(&Gap) -> &'static str,
) -> impl Iterator<Item = (&'g str, &'g Gap, Shown)> {
    let mut by_what: BTreeMap<&str, Vec<&Gap>> = BTreeMap::new();
    for gap in gaps {
        by_what.entry(&gap.what).or_default().push(gap);
    }
    by_what.into_iter().filter_map(move |(what, gaps)| {
        let first = *gaps.first()?;
        // An account's own id says no more than its name.
        let item = match (&first.item, gaps.len()) {
            (Some(item), 1) if AccountId::parse(item).is_ok() => Shown::default(),
            (Some(item), 1) => shown!(" ({})", quote(item)),
            (Some(item), many) => shown!(" ({} and {})", quote(item), count(many - 1, "other", "others")),
            (None, _) => Shown::default(),
        };
        let message = shown!(
            "{}{} of {} could not be read, so {}: {}",
            noun(first),
            item,
            &place,
            lost(first),
            reason(first)
        );
        Some((what, first, message))
    })
}

/// What tells gaps of a place apart.
pub(super) fn key(gap: &Gap) -> String {
    format!("{}\n{}", gap.what, gap.item.as_deref().unwrap_or_default())
}

/// What the service answered.
pub(super) fn reason(gap: &Gap) -> Shown {
    let message = gap.message.trim_end().trim_end_matches('.');
    match gap.status {
        Some(status) => shown!("{} {}, {}", status, Shown::of(&gap.code), Shown::of(message)),
        None => shown!("{}, {}", Shown::of(&gap.code), Shown::of(message)),
    }
}

/// What was not read.
pub(super) fn noun(gap: &Gap) -> Shown {
    let known = match gap.part() {
        Part::RoleDefinitions => "role definitions",
        Part::RoleAssignments => "role assignments",
        Part::Databases => "databases",
        Part::Containers => "containers",
        Part::LocalAuth => "the local-auth switch",
        Part::KeyMetadataWrites => "the switch for metadata writes by key",
        Part::Account => "roles and databases",
        Part::Accounts => "accounts",
        Part::Subscriptions => "the list of subscriptions",
        Part::AzureRoleAssignments => "Azure role assignments",
        Part::AzureRoleDefinitions => "Azure role definitions",
        Part::DenyAssignments => "deny assignments",
        Part::Eligible => "eligible role assignments",
        Part::Delegations => "delegations to other tenants (Azure Lighthouse)",
        Part::Principals | Part::Other => return Shown::of(&gap.what),
    };
    known.into()
}

/// What cannot be said without it.
pub(super) fn lost(gap: &Gap) -> &'static str {
    let what = gap.what.as_str();
    match gap.part() {
        Part::RoleDefinitions => "what its assignments grant is known in part only, and missing roles are not reported",
        Part::RoleAssignments | Part::Account => {
            "who has access is known in part only, and missing access is not reported"
        }
        Part::Other if what == Gap::TAGS => "rules that go by tags may not be applied to it",
        Part::Databases | Part::Containers => "assignments to scopes that no longer exist are not reported",
        Part::LocalAuth => "whether keys open it is not known",
        Part::AzureRoleAssignments | Part::AzureRoleDefinitions => {
            "who can read keys, change accounts or give access is known in part only"
        }
        Part::DenyAssignments => "access that is denied may be reported as possible",
        Part::Eligible => "who could activate a role is known in part only",
        Part::Delegations => "what principals of other tenants can do was not checked",
        Part::KeyMetadataWrites | Part::Accounts | Part::Subscriptions | Part::Principals | Part::Other => {
            "it was not judged"
        }
    }
}

pub(super) fn remedy(gap: &Gap) -> &'static str {
    match (gap.status, gap.code.as_str()) {
        (Some(401 | 403), _) if gap.part() == Part::Principals => {
            "grant the scanning identity the Directory.Read.All application permission of Microsoft Graph, and scan again"
        }
        (Some(401 | 403), _) => "give the scanning identity the Reader role there, and scan again",
        (_, Gap::API_NOT_SUPPORTED) => {
            "review the roles of this account by hand; this version reads those of NoSQL accounts"
        }
        (_, Gap::ACCOUNT_IN_TRANSITION) => "scan again when the account has been created or deleted",
        (_, Gap::UNUSABLE_NAME) => {
            "scanning again does not help: review what has this name by hand, or scan with `--no-inventory`"
        }
        _ if gap.part() == Part::Containers && gap.item.as_ref().is_some_and(|name| name.contains('%')) => {
            "look at this database by hand: Azure Resource Manager refuses names with `%`; `--no-inventory` scans without it"
        }
        _ => "scan again; if it stays, report it with the message above",
    }
}
