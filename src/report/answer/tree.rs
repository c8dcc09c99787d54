//! How a row comes about, link by link.

use super::words::{account, azure_place, how, name, place_in, role_name};
use crate::access::Level;
use crate::model::{Keys, RoleKind, Shown, arm_id};
use crate::query::{Answer, Found, Via};
use crate::report::table::layout::{Label, Page};
use crate::resolve::{Holder, Power};
use crate::shown;
use std::io;

/// Writes the links, each one set in below the one before.
pub(super) fn write(page: &mut Page<'_, '_, '_>, links: &[Shown]) -> io::Result<()> {
    /// Columns that a link is set in.
    const STEP: usize = 2;
    for (place, link) in links.iter().enumerate() {
        let label = match place {
            0 => Label::none(),
            _ => Label {
                before: place * STEP,
                text: "└".into(),
                paint: None,
            },
        };
        page.labelled(label, (place + 1) * STEP, link, None)?;
    }
    Ok(())
}

/// From the principal to the action.
pub(super) fn links(answer: &Answer<'_>, found: &Found<'_>) -> Vec<Shown> {
    let mut links = vec![name(answer, found.member.as_ref().unwrap_or(&found.principal))];
    if found.member.is_some() {
        links.push(shown!("member of group {}", name(answer, &found.principal)));
    }
    of_via(answer, found, &found.via, &mut links);
    let reasons = answer.doubts(found);
    if !reasons.is_empty() && found.level == Level::Possible {
        links.push(shown!("possible: it depends on {}", Shown::list(&reasons)));
    }
    links
}

fn of_via(answer: &Answer<'_>, found: &Found<'_>, via: &Via<'_>, links: &mut Vec<Shown>) {
    match via {
        Via::RoleAssignment { id, role, proof } => {
            let is_of_user = RoleKind::of_id(id).is_some_and(RoleKind::has_passwords);
            let (assignment, definition) = match is_of_user {
                true => ("MongoDB user", "MongoDB role"),
                false => ("role assignment", "role definition"),
            };
            links.push(shown!(
                "{} {} at {}",
                assignment,
                Shown::of(arm_id::last_segment(id)),
                place_in(&found.scope)
            ));
            links.push(shown!("{} {}", definition, role_name(&role.name)));
            if let Some((pattern, action)) = proof {
                let (pattern, action) = (Shown::of(pattern.short()), Shown::of(&action.short()));
                links.push(match action.as_str().ends_with(pattern.as_str()) {
                    true => pattern,
                    false => shown!("{} matches {}", pattern, action),
                });
            }
        }
        Via::UnknownAzureRole(holder) => assigned(answer, *holder, via.role_name(), links),
        Via::Keys { bypass, reached } => {
            assigned(answer, bypass.holder, &bypass.role.role_name, links);
            links.push(shown!(
                "{} matches {}",
                Shown::of(reached.via.pattern.as_str()),
                reached.via.action.name
            ));
            links.push(keys(answer, found.account));
        }
        Via::AzureRole { bypass, reached, with } => {
            assigned(answer, bypass.holder, &bypass.role.role_name, links);
            links.push(shown!(
                "{} matches {}",
                Shown::of(reached.via.pattern.as_str()),
                reached.via.action.name
            ));
            links.push(match (with, bypass.kind.verb()) {
                (Some((other, _)), _) if other.holder == bypass.holder => {
                    "can enable key-based authentication, and read the keys".into()
                }
                (Some(_), _) => shown!(
                    "can enable key-based authentication, and read the keys ({})",
                    how(answer, via)
                ),
                (None, verb) => shown!("can {}", verb),
            });
        }
        Via::Identity {
            identity,
            chain,
            through,
            ..
        } => {
            power(answer, &chain.first, links);
            if let Some(second) = &chain.second {
                links.push(shown!("with {}", pattern(second)));
            }
            links.push(shown!("can act as managed identity {}", name(answer, identity)));
            of_via(answer, found, through, links);
        }
        Via::Copy { chain, .. } => {
            power(answer, &chain.first, links);
            if let Some(second) = &chain.second {
                links.push(shown!("with {}", pattern(second)));
            }
            links.push("can restore the account into another one, whose keys they can read".into());
        }
    }
}

fn assigned(answer: &Answer<'_>, holder: Holder<'_>, role: &str, links: &mut Vec<Shown>) {
    let place = azure_place(answer, holder.scope());
    let noun = match (holder.delegation().is_some(), holder.is_eligible()) {
        (true, _) => "delegation",
        (false, true) => "eligible Azure role assignment (PIM)",
        (false, false) => "Azure role assignment",
    };
    links.push(shown!(
        "{} {} at {}",
        noun,
        Shown::of(arm_id::last_segment(holder.id())),
        place
    ));
    links.push(shown!("Azure role {}", role_name(role)));
}

fn power(answer: &Answer<'_>, power: &Power<'_>, links: &mut Vec<Shown>) {
    assigned(answer, power.holder, &power.role.role_name, links);
    links.push(pattern(power));
}

fn pattern(power: &Power<'_>) -> Shown {
    shown!("{} matches {}", Shown::of(power.pattern.as_str()), power.action)
}

/// What a key is worth in an account.
fn keys(answer: &Answer<'_>, place: usize) -> Shown {
    let keys = answer.tenant.account(place).map(crate::model::Account::keys);
    let name = account(answer, place);
    match keys {
        Some(Keys::Accepted) => shown!("key-based authentication is enabled on {}", name),
        Some(Keys::Refused) => shown!("key-based authentication is disabled on {}: keys have no effect", name),
        Some(Keys::SaidRefused) => shown!("key-based authentication is said to be disabled on {}", name),
        Some(Keys::Unknown) | None => shown!("whether key-based authentication is enabled on {} isn't known", name),
    }
}
