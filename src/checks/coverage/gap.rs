//! What is said of something that could not be read.

use crate::checks::wording::{count, quote, stopped};
use crate::finding::Title;
use crate::finding::title::Piece;
use crate::model::{AccountId, Gap, Part, Shown};
use crate::shown;
use crate::title;
use std::collections::BTreeMap;

/// Something that could not be read, and where.
pub(super) fn unread_title(gap: &Gap, place: Piece) -> Title {
    if gap.is_until_deployment() && gap.part() == Part::Account {
        return title!("Not known before the deployment: the account {}", place);
    }
    if gap.is_until_deployment() {
        return title!(
            "Not known before the deployment: {} of {}",
            Piece::Text(gap.name()),
            place
        );
    }
    match gap.code.as_str() {
        Gap::NOT_READ => title!("{} of {} aren't in the snapshot", noun_title(gap), place),
        _ => title!("{} of {} couldn't be read", noun_title(gap), place),
    }
}

/// What was not read, at the beginning of a title.
fn noun_title(gap: &Gap) -> Piece {
    let noun = gap.name().capitalised();
    match gap.part() {
        Part::Principals | Part::Other => Piece::Name(noun),
        _ => Piece::Text(noun),
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
        if first.is_until_deployment() {
            return Some((what, first, until_deployment(&gaps, lost(first))));
        }
        if first.code == Gap::NOT_READ {
            let name = first.name().capitalised();
            let message = shown!(
                "{} of {} aren't in the snapshot, and nothing says why. {}",
                name,
                &place,
                lost(first)
            );
            return Some((what, first, message));
        }
        // An account's own id says no more than its name.
        let item = match (&first.item, gaps.len()) {
            (Some(item), 1) if AccountId::parse(item).is_ok() => Shown::default(),
            (Some(item), 1) => shown!(" ({})", quote(item)),
            (Some(item), many) => shown!(" ({} and {})", quote(item), count(many - 1, "other", "others")),
            (None, _) => Shown::default(),
        };
        let message = shown!(
            "Reading {}{} of {} failed with {}. {}{}",
            first.name(),
            item,
            &place,
            code(first),
            lost(first),
            details(first)
        );
        Some((what, first, message))
    })
}

/// Reasons that are told of one thing.
const MOST_REASONS: usize = 5;

/// What isn't known before the deployment, and why.
pub(super) fn until_deployment(gaps: &[&Gap], lost: &'static str) -> Shown {
    let mut reasons: Vec<&str> = gaps.iter().map(|gap| gap.message.trim()).collect();
    reasons.dedup();
    let mut text = Shown::default();
    for reason in reasons.iter().take(MOST_REASONS) {
        text.push(shown!("{} ", stopped(&Shown::of(reason).capitalised().to_string())));
    }
    if let Some(more) = reasons.len().checked_sub(MOST_REASONS).filter(|more| *more > 0) {
        text.push(shown!("Not shown: {}. ", count(more, "more reason", "more reasons")));
    }
    text.push(Shown::from(lost));
    text
}

/// What tells gaps of a place apart.
pub(super) fn key(gap: &Gap) -> String {
    format!("{}\n{}", gap.what, gap.item.as_deref().unwrap_or_default())
}

/// What the service answered, in a word: `403 AuthorizationFailed`.
pub(super) fn code(gap: &Gap) -> Shown {
    match gap.status {
        Some(status) => shown!("{} {}", status, Shown::of(&gap.code)),
        None => Shown::of(&gap.code),
    }
}

/// What the service answered, as a sentence to add; nothing where it said no more.
pub(super) fn details(gap: &Gap) -> Shown {
    match gap.message.trim() {
        "" => Shown::default(),
        message => shown!(" Details: {}", stopped(message)),
    }
}

/// What is missing from the report without it, as a sentence.
pub(super) fn lost(gap: &Gap) -> &'static str {
    let what = gap.what.as_str();
    match gap.part() {
        Part::RoleDefinitions => {
            "What its role assignments grant is only partly known, and missing roles aren't reported."
        }
        Part::Account if gap.is_until_deployment() => "After the deployment, findings about it can differ.",
        Part::RoleAssignments | Part::Account => {
            "Principals can have more data access than this report shows, and missing access isn't reported."
        }
        Part::Other if what == Gap::TAGS => "Policy rules that use tags can be missing for this account.",
        Part::Databases | Part::Containers => {
            "Role assignments at databases or containers that no longer exist aren't reported."
        }
        Part::LocalAuth if what == Gap::LOCAL_AUTH => "Whether account keys work isn't known.",
        Part::LocalAuth => "Whether clients can sign in with a password isn't known.",
        Part::AzureRoleAssignments | Part::AzureRoleDefinitions => {
            "Principals with a control-plane bypass can be missing from this report."
        }
        Part::DenyAssignments => "Access that is denied can be reported as possible.",
        Part::Eligible => "Principals that can activate a role can be missing from this report.",
        Part::Delegations => "What principals of other tenants can do wasn't checked.",
        Part::KeyMetadataWrites | Part::Accounts | Part::Subscriptions | Part::Principals | Part::Other => {
            "It wasn't checked."
        }
    }
}

/// What to do so that it can be read.
pub(super) fn remedy(gap: &Gap) -> &'static str {
    match (gap.status, gap.code.as_str()) {
        (Some(401), _) | (_, "CredentialFailed") => {
            "Renew the credential of the scanning identity, or sign in again: its token was refused, or there was no new one. Then scan again."
        }
        (Some(403), _) if gap.part() == Part::Principals => {
            "Grant the scanning identity the `Directory.Read.All` application permission of Microsoft Graph, and scan again."
        }
        (Some(403), _) if gap.part() == Part::Subscriptions => {
            "Assign the scanning identity the Reader role on the subscriptions, and scan again."
        }
        (Some(403), _) => "Assign the scanning identity the Reader role on this subscription, and scan again.",
        (_, "SubscriptionNotFound" | "InvalidSubscriptionId") => {
            "Check the ID of the subscription, and that the scanning identity has the Reader role there. Then scan again."
        }
        (_, "ReadOnlyDisabledSubscription" | "SubscriptionDisabled") => {
            "Enable the subscription, or leave it out of the scan. Scanning again doesn't help."
        }
        _ if gap.is_of_unknown_version() => {
            "Use a newer version of cosmos-rbac. If the list is of another API than the account's, `--own-kinds-only` leaves it out. Scanning again \
             doesn't help."
        }
        (_, Gap::UNTIL_DEPLOYMENT) => {
            "Give what can be given: `--parameters`, `--subscription`, `--resource-group`, linked templates within the file, a Terraform plan \
             without errors. Then audit the tenant after the deployment."
        }
        (_, Gap::AS_IT_IS) => "Say what is there already: `--against` takes a snapshot of the tenant.",
        (_, Gap::ACCOUNT_IN_TRANSITION) => "Scan again when the account has been created or deleted.",
        (_, Gap::UNUSABLE_NAME) => {
            "Review what has this name in Azure, or scan with `--no-inventory`. Scanning again doesn't help."
        }
        _ if gap.part() == Part::Containers && gap.item.as_ref().is_some_and(|name| name.contains('%')) => {
            "Review this database in Azure, or scan with `--no-inventory`. Azure Resource Manager rejects names with `%`."
        }
        _ => "Scan again. If the error persists, open an issue and include this message.",
    }
}
