//! The words for what differs: who can do what, where, and through what.

use super::people::People;
use crate::access::Sure;
use crate::diff::{self, Change, Difference, Scans, Setting, SettingKind, Unknown, Via};
use crate::model::azure_rbac::AzurePlace;
use crate::model::{AccountId, PrincipalKind, PrincipalRef, Shown};
use crate::report::text::{count, thousands};
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};

/// What principals are called: by their names, and by the ends of their ids, too, where several have the name.
pub(super) struct Names<'d> {
    shared: BTreeSet<&'d str>,
}

impl<'d> Names<'d> {
    pub(super) fn new(difference: &'d Difference) -> Self {
        let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for change in difference.gained.iter().chain(&difference.lost) {
            for principal in std::iter::once(&change.principal).chain(&change.via.group) {
                if let Some(name) = &principal.name {
                    ids.entry(name).or_default().insert(principal.id.as_str());
                }
            }
        }
        let shared = ids.into_iter().filter(|(_, ids)| ids.len() > 1);
        Self {
            shared: shared.map(|(name, _)| name).collect(),
        }
    }

    pub(super) fn of(&self, principal: &PrincipalRef) -> Shown {
        match principal.name.as_deref() {
            Some(name) if self.shared.contains(name) => {
                shown!("{} ({})", Shown::of(name), Shown::of(principal.id.as_str()))
            }
            Some(name) => Shown::of(name),
            None => Shown::of(principal.id.as_str()),
        }
    }
}

/// What can be done, as one of the lines of a table: `read, write, delete`.
pub(super) fn abilities(changes: &[&Change]) -> Shown {
    let mut certain = Vec::new();
    let mut possible = Vec::new();
    for (word, sure) in changes.iter().flat_map(|change| words_of(change)) {
        let list = if sure == Sure::Certain {
            &mut certain
        } else {
            &mut possible
        };
        if !list.contains(&word) {
            list.push(word);
        }
    }
    possible.retain(|word| !certain.contains(word));
    let join = |words: Vec<&'static str>| Shown::join(words, ", ");
    match (certain.is_empty(), possible.is_empty()) {
        (_, true) => join(certain),
        (true, false) => shown!("{} (possible)", join(possible)),
        (false, false) => shown!("{}, possibly {}", join(certain), join(possible)),
    }
}

fn words_of(change: &Change) -> Vec<(&'static str, Sure)> {
    let power = &change.power;
    let verbs = || change.verbs().map(|(verb, sure)| (verb.word(), sure));
    match change.bypass {
        None => {
            let mut words: Vec<_> = verbs().collect();
            if words.is_empty() {
                let sure = power.data.sure();
                let is_metadata = |name: &String| name.ends_with("/readMetadata");
                let all = || change.data_actions.iter().chain(&change.possibly);
                let word = if all().all(is_metadata) {
                    "read metadata"
                } else {
                    "other data actions"
                };
                words.push((word, sure));
            }
            words
        }
        Some(diff::KEY_ACCESS) if power.keys != Sure::No => vec![("read account keys", power.keys)],
        Some(diff::KEY_ACCESS) if power.read_only_keys != Sure::No => {
            vec![("read read-only keys", power.read_only_keys)]
        }
        Some(diff::KEY_ACCESS) => verbs().collect(),
        Some(check) => {
            let word = match check {
                "local-auth-switch" => "change account settings",
                "self-grant" => "grant access to data",
                "role-assignment-write" => "assign Azure roles",
                "identity-takeover" => "act as a managed identity",
                "restore-copy" => "restore a copy",
                other => other,
            };
            vec![(word, change.sure())]
        }
    }
}

/// Where: in the account, or where in Azure the role is assigned.
pub(super) fn place(change: &Change) -> Shown {
    match &change.via.azure {
        None => Shown::of_value(&change.scope),
        Some(azure) => AzurePlace::new(&azure.at, azure.subscription.as_deref()).in_table(),
    }
}

/// Through what: the role, and the group that has it.
pub(super) fn through(via: &Via, names: &Names<'_>) -> Shown {
    let mut text = Shown::of(&via.role.name);
    if let Some(azure) = &via.azure {
        if azure.eligible {
            text.push(" (PIM-eligible)");
        }
        if azure.delegated {
            text.push(", delegated to another tenant");
        }
    }
    if let Some(group) = &via.group {
        text.push(shown!(", through group {}", names.of(group)));
    }
    text
}

/// Who: the principal, and how many people there are in the group that it is.
pub(super) fn who(change: &Change, names: &Names<'_>) -> Shown {
    let name = names.of(&change.principal);
    match &change.members {
        None if change.principal.kind == PrincipalKind::Group => shown!("{} (group)", name),
        None => name,
        Some(members) if members.apart.is_empty() => {
            shown!("{} (group, {})", name, count(members.people, "member", "members"))
        }
        Some(members) => shown!(
            "{} (group, {} of {})",
            name,
            thousands(members.people.saturating_sub(members.apart.len())),
            count(members.people, "member", "members")
        ),
    }
}

/// `key-based authentication`.
pub(super) fn setting(what: SettingKind) -> &'static str {
    match what {
        SettingKind::LocalAuth => "key-based authentication",
        SettingKind::AnonymousAccess => "access without authentication",
        SettingKind::KeyMetadataWrites => "metadata writes with account keys",
        SettingKind::Api => "API",
        SettingKind::Backup => "backup",
        SettingKind::ResourceGroup => "resource group",
        SettingKind::Subscription => "subscription",
    }
}

/// `enabled → disabled`.
pub(super) fn values(setting: &Setting) -> Shown {
    shown!(
        "{} → {}",
        Shown::of(&setting.values.old),
        Shown::of(&setting.values.new)
    )
}

/// Something that could not be compared, as a line.
pub(super) fn not_compared(one: &diff::NotCompared, difference: &Difference) -> Shown {
    let of = match &one.of {
        Unknown::Tenant => Shown::default(),
        Unknown::Subscription(name) => shown!("subscription {}: ", Shown::of(name)),
        Unknown::Account(id) => shown!("{}: ", Shown::of(id.name())),
        Unknown::Principal(who) => shown!("{}: ", Shown::of_value(who)),
    };
    shown!(
        "{}{}",
        of,
        said(&one.what, one.verb, &one.reason, one.missing, difference)
    )
}

fn said(what: &Shown, verb: &str, reason: &Shown, missing: Scans<bool>, difference: &Difference) -> Shown {
    let reason = match reason.is_empty() {
        true => Shown::default(),
        false => shown!(" ({})", reason),
    };
    shown!(
        "{} {} {}{}",
        what,
        Shown::of(verb),
        missing_in(missing, difference),
        reason
    )
}

fn missing_in(missing: Scans<bool>, difference: &Difference) -> &'static str {
    let is_template = difference.scans.new.template.is_some();
    match (missing.old, missing.new) {
        // What a scan lacks, no template adds.
        (true, _) if is_template => "in the scan",
        (true, true) => "in either scan",
        (true, false) => "in the old scan",
        (false, _) if is_template => "in the template",
        (false, _) => "in the new scan",
    }
}

/// What could not be compared, a line each: what several accounts lack for the same reason is one.
pub(super) fn all_not_compared(difference: &Difference) -> Vec<Shown> {
    let mut accounts: BTreeMap<(&Shown, &str, &Shown, Scans<bool>), Vec<&AccountId>> = BTreeMap::new();
    let mut lines = Vec::new();
    for one in &difference.not_compared {
        match &one.of {
            Unknown::Account(id) => {
                let key = (&one.what, one.verb, &one.reason, one.missing);
                accounts.entry(key).or_default().push(id);
            }
            Unknown::Tenant | Unknown::Subscription(_) | Unknown::Principal(_) => {
                lines.push(not_compared(one, difference))
            }
        }
    }
    lines.extend(accounts.into_iter().map(|((what, verb, reason, missing), ids)| {
        let said = said(what, verb, reason, missing, difference);
        shown!("{}: {}", account_names(&ids), said)
    }));
    lines
}

/// One account by its name, many by the first and their number.
pub(super) fn account_names(accounts: &[&AccountId]) -> Shown {
    const NAMED: usize = 3;
    let mut names: Vec<Shown> = accounts.iter().take(NAMED).map(|id| Shown::of(id.name())).collect();
    match accounts.len().saturating_sub(names.len()) {
        0 => Shown::list(&names),
        more => {
            names.push(shown!("{} more", thousands(more)));
            let all = count(accounts.len(), "account", "accounts");
            shown!("{}, {}", all, Shown::list(&names))
        }
    }
}

/// When both scans were taken or what is deployed, and how many accounts are in both.
pub(super) fn facts(difference: &Difference) -> Vec<Shown> {
    let [old, new] = [&difference.scans.old, &difference.scans.new].map(|scan| scan.taken_at);
    let days = [old, new].map(|time| time.strftime("%-d %b %Y").to_string());
    let format = match days {
        [old, new] if old == new => "%-d %b %Y, %H:%M UTC",
        _ => "%-d %b %Y",
    };
    let [old, new] = match &difference.scans.new.template {
        None => [old, new].map(|time| Shown::of_value(&time.strftime(format))),
        // What is deployed is deployed to what the scan has.
        Some(template) => [
            Shown::of_value(&old.strftime("%-d %b %Y, %H:%M UTC")),
            shown!("with {} {}", template.kind, Shown::of(&template.file)),
        ],
    };
    let accounts = &difference.accounts;
    let number = |ids: &[AccountId], word: &'static str| {
        let number = thousands(ids.len());
        (!ids.is_empty()).then(|| shown!("{} {}", number, word))
    };
    let mut facts = vec![
        shown!("{} → {}", old, new),
        shown!("{} in both", count(accounts.compared, "account", "accounts")),
    ];
    facts.extend(number(&accounts.added, "added"));
    facts.extend(number(&accounts.removed, "deleted"));
    facts
}

/// What can't be told of a template.
fn unsure(difference: &Difference) -> Option<Shown> {
    let other = if difference.gained.is_empty() { "" } else { "else " };
    let text = shown!("It isn't known whether somebody {}gains access.", other);
    difference.may_have_gain().then_some(text)
}

/// What differs, in sentences with their counts.
pub(super) fn sentence(difference: &Difference) -> Shown {
    if difference.is_empty() {
        let accounts = count(difference.accounts.compared, "account", "accounts");
        return match difference.not_compared.is_empty() {
            true => shown!("No access was gained or lost in {}.", accounts),
            false => unsure(difference).unwrap_or_else(|| "No access was gained or lost in what was compared.".into()),
        };
    }
    let people = |changes: &'_ [Change], did: &'static str| {
        let people = People::of(changes);
        let text = shown!("{} {} access{}.", people.count(), did, people.possibly());
        (!changes.is_empty()).then_some(text)
    };
    let settings = difference.settings.len();
    let mut concerned: BTreeSet<&AccountId> = difference.settings.iter().map(|setting| &setting.account).collect();
    concerned.extend(
        difference
            .gained
            .iter()
            .chain(&difference.lost)
            .map(|change| &change.account),
    );
    let accounts = &difference.accounts;
    concerned.extend(accounts.added.iter().chain(&accounts.removed));
    let all = accounts.compared + accounts.added.len() + accounts.removed.len();
    let sentences = [
        people(&difference.gained, "gained"),
        unsure(difference),
        people(&difference.lost, "lost"),
        (settings > 0).then(|| shown!("{} changed.", count(settings, "setting", "settings"))),
        Some(shown!(
            "{} of {} {}.",
            thousands(concerned.len()),
            count(all, "account", "accounts"),
            if concerned.len() == 1 { "differs" } else { "differ" }
        )),
    ];
    Shown::join(sentences.into_iter().flatten(), " ")
}
