//! What a refusal of the service means: who lacks what, whether the snapshot agrees, and what would give it.

use super::explain::missing;
use super::table::not_checked;
use super::tally::direct;
use super::words::{account, how, name, place_in};
use crate::access::Level;
use crate::model::{Scope, Shown};
use crate::query::{Answer, Denied, Lacking, built_in};
use crate::report::Style;
use crate::report::facts::taken_at;
use crate::report::table::layout::{BOLD, Label, Page};
use crate::report::text::Screen;
use crate::shown;
use std::io;

/// Columns of a label, blanks included.
const LABEL: usize = 14;

/// Writes what is known from the text alone.
///
/// # Errors
/// When it cannot be written.
pub fn denied_without(denied: &Denied, style: Style<'_>, out: &mut Screen<'_>) -> io::Result<()> {
    let page = &mut Page { out, style };
    let who = denied.principal.as_ref().map(|id| Shown::of(id.as_str()));
    first(page, denied, who, None)?;
    page.blank()?;
    page.labelled(
        Label::bold(0, "Snapshot"),
        LABEL,
        &"none was given: --snapshot FILE says what the principal has".into(),
        None,
    )?;
    page.blank()?;
    let Some((kind, role)) = built_in(&denied.action) else {
        let words = "No built-in role gives it. It takes a custom role.";
        return page.labelled(Label::none(), 0, &words.into(), None);
    };
    let narrowest = shown!("The narrowest built-in role: {}", role.name);
    page.labelled(Label::none(), 0, &narrowest, None)?;
    let words = "This grants access. Replace the words in capitals:";
    page.labelled(Label::none(), 0, &words.into(), None)?;
    let command = shown!(
        "{} assignment create --account-name {} --resource-group RESOURCE_GROUP --role-definition-id \
         00000000-0000-0000-0000-00000000000{} --principal-id {} --scope {}",
        kind.row().az,
        denied.account.as_deref().map_or("ACCOUNT".into(), Shown::of),
        role.number,
        denied
            .principal
            .as_ref()
            .map_or("PRINCIPAL_ID".into(), |id| Shown::of(id.as_str())),
        crate::report::invocation::word(&denied.scope.to_string()).unwrap_or_else(|| "SCOPE".into())
    );
    page.command(Label::none(), 2, &command)
}

/// Writes what a snapshot says of it. `answer`: whether the principal can, in the accounts that could be meant.
///
/// # Errors
/// When it cannot be written.
pub fn denied(
    denied: &Denied,
    answer: &Answer<'_>,
    lacking: Option<&Lacking>,
    style: Style<'_>,
    out: &mut Screen<'_>,
) -> io::Result<()> {
    let page = &mut Page { out, style };
    let who = denied.principal.as_ref().map(|id| name(answer, id));
    let place = match answer.looked.as_slice() {
        [one] => Some(account(answer, one.account)),
        _ => None,
    };
    first(page, denied, who, place)?;
    page.blank()?;
    for (place, line) in snapshot(denied, answer).iter().enumerate() {
        let label = if place == 0 {
            Label::bold(0, "Snapshot")
        } else {
            Label::none()
        };
        page.labelled(label, LABEL, line, None)?;
    }
    for (place, line) in not_checked(answer).iter().enumerate() {
        let label = if place == 0 {
            Label::bold(0, "Not checked")
        } else {
            Label::none()
        };
        page.labelled(label, LABEL, line, None)?;
    }
    if let Some(lacking) = lacking {
        missing(page, lacking)?;
    }
    Ok(())
}

fn first(page: &mut Page<'_, '_, '_>, denied: &Denied, who: Option<Shown>, account: Option<Shown>) -> io::Result<()> {
    let named = account.or_else(|| denied.account.as_deref().map(Shown::of));
    let at = match (&denied.scope, named) {
        (Scope::Account, Some(account)) => shown!("in account {}", account),
        (Scope::Account, None) => "in the whole account".into(),
        (scope, Some(account)) => shown!("at {} of account {}", place_in(scope), account),
        (scope, None) => shown!("at {}", place_in(scope)),
    };
    let sentence = shown!(
        "The service refused {} the data action {} {}.",
        who.unwrap_or_else(|| "a principal".into()),
        Shown::of(denied.action.short()),
        at
    );
    page.labelled(Label::none(), 0, &sentence, Some(BOLD))
}

/// What the snapshot says, and what follows.
fn snapshot(denied: &Denied, answer: &Answer<'_>) -> Vec<Shown> {
    let taken = taken_at(answer.tenant.frame.header.taken_at);
    if denied.principal.is_none() {
        return vec!["the text has no object ID, so nobody can be looked up".into()];
    }
    if answer.looked.len() > 1 {
        let names = answer.looked.iter().take(5).map(|one| account(answer, one.account));
        let names: Vec<Shown> = names.collect();
        return vec![shown!(
            "several accounts have it ({}{}), and the text names none: choose one with --account",
            Shown::join(&names, ", "),
            if answer.looked.len() > names.len() { ", …" } else { "" }
        )];
    }
    // A stored procedure can do the same, but the service asked for the data action.
    let best = answer
        .rows
        .iter()
        .filter(|found| !found.unsure.code)
        .max_by_key(|found| (direct(answer, found), found.level));
    match best {
        Some(found) if direct(answer, found) == Level::Yes && !found.is_part => {
            let mut lines = vec![shown!(
                "of {} says that they have it: {}",
                taken,
                how(answer, &found.via)
            )];
            if found.member.is_some() {
                lines.push(shown!(
                    "It comes through group {}. A token has the groups of when it was issued: sign in again.",
                    name(answer, &found.principal)
                ));
            }
            lines.push(
                "New role assignments take a few minutes. Check that the client connects to this account.".into(),
            );
            lines
        }
        Some(found) if direct(answer, found) > Level::No => {
            let reasons = answer.doubts(found);
            let mut lines = vec![shown!(
                "of {} says that they possibly have it, or in a part of it: {} at {}",
                taken,
                how(answer, &found.via),
                place_in(&found.scope)
            )];
            if !reasons.is_empty() {
                lines.push(shown!(
                    "It depends on {}. The service says that it isn't so.",
                    Shown::list(&reasons)
                ));
            }
            lines
        }
        best if !answer.knows_assignments() => {
            let mut lines = vec![shown!(
                "of {} doesn't know whether they have it. Not everything could be read.",
                taken
            )];
            lines.extend(best.map(|_| "They can grant themselves access.".into()));
            lines
        }
        Some(_) => vec![shown!(
            "of {} agrees: they don't have it. They can grant themselves access.",
            taken
        )],
        None => vec![shown!("of {} agrees: they don't have it.", taken)],
    }
}
