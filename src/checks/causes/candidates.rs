//! What could be changed to close a finding.

use super::azure::Roles;
use super::object::{Kind, Object};
use crate::checks::names::Names;
use crate::checks::registry;
use crate::checks::row::Origin;
use crate::checks::wording::azure_place;
use crate::finding::title::Piece;
use crate::finding::{About, Finding, ProvenAction, Severity, State, Subject};
use crate::model::{Account, AccountId, AzureScope, Keys};
use crate::resolve::Tenant;
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

/// What findings say together: needed to tell what one of them comes from.
pub(super) struct Candidates<'a> {
    tenant: &'a Tenant<'a>,
    pub(super) azure: Roles<'a>,
    pub(super) names: &'a Names<'a>,
    origins: HashMap<&'static str, Origin>,
    /// Accounts that accept keys, against the policy or without its word, and would refuse them.
    closable: Vec<bool>,
    /// Accounts with findings that end when keys are refused, besides writes of metadata.
    with_keys: HashSet<usize>,
    /// Accounts that accept keys against the policy, and nobody accepted that.
    to_close: HashSet<usize>,
    /// Accounts that no block of the policy matches, and how bad that is.
    uncovered: HashMap<&'a AccountId, Severity>,
    /// Invalid or obsolete role assignments, in lower case.
    stale: HashSet<String>,
    /// Names of the declared roles in whose place there are others, by account and the other's id in lower case.
    instead: HashMap<(&'a AccountId, String), &'a str>,
}

impl<'a> Candidates<'a> {
    /// Where in Azure something is, in a title.
    pub(super) fn azure_place(&self, id: &str) -> Piece {
        azure_place(&AzureScope::from(id), &self.tenant.frame.header.subscriptions)
    }

    pub(super) fn new(
        findings: &'a [Finding],
        tenant: &'a Tenant<'a>,
        names: &'a Names<'a>,
        keys_wanted: &[bool],
    ) -> Self {
        let origins = registry::rows().map(|row| (row.check.id, row.origin)).collect();
        let accounts = tenant.frame.accounts.iter();
        let closable = accounts
            .zip(keys_wanted)
            .map(|(account, wanted)| account.keys() == Keys::Accepted && account.api.switch_is_documented() && !wanted);
        let mut all = Self {
            tenant,
            azure: Roles::of(findings, tenant),
            names,
            origins,
            closable: closable.collect(),
            with_keys: HashSet::new(),
            to_close: HashSet::new(),
            uncovered: HashMap::new(),
            stale: HashSet::new(),
            instead: HashMap::new(),
        };
        all.look_around(findings);
        all
    }

    fn look_around(&mut self, findings: &'a [Finding]) {
        let mut missing: HashMap<&AccountId, Vec<&str>> = HashMap::new();
        for finding in findings {
            match (self.origin(finding), &finding.subject) {
                (Origin::Keys, Subject::Account(id)) => {
                    self.with_keys.extend(self.place(id));
                    let is_accepted = finding.state == State::Waived;
                    self.to_close.extend(self.place(id).filter(|_| !is_accepted));
                }
                (Origin::AzureRole(_), subject) if self.ends_with_keys(finding) => {
                    let reach = subject.reach().map_or(&[][..], |reach| &reach.accounts);
                    self.with_keys.extend(reach.iter().copied());
                }
                (Origin::Uncovered, Subject::Account(id)) => {
                    self.uncovered.insert(id, finding.severity);
                }
                // What users of MongoDB have is not deleted by itself.
                (Origin::StaleAssignment, Subject::Grant { principal, .. }) if !principal.id.is_mongo_user() => {
                    self.stale.extend(finding.subject.id().map(str::to_ascii_lowercase));
                }
                (
                    Origin::Role,
                    Subject::Role {
                        account,
                        id: None,
                        name,
                        ..
                    },
                ) => {
                    missing.entry(account).or_default().push(name);
                }
                _ => {}
            }
        }
        // A role that goes by the name of a declared one that is missing was meant to be it.
        for finding in findings {
            if self.origin(finding) != Origin::UndeclaredRole {
                continue;
            }
            let Subject::Role {
                account,
                id: Some(id),
                name,
                ..
            } = &finding.subject
            else {
                continue;
            };
            let declared = missing.get(account).into_iter().flatten();
            let same = declared.filter(|declared| is_version_of(name, declared));
            if let Some(declared) = same.max_by_key(|declared| (declared.len(), **declared)) {
                self.instead.insert((account, id.to_ascii_lowercase()), declared);
            }
        }
    }

    pub(super) fn origin(&self, finding: &Finding) -> Origin {
        self.origins.get(finding.check.id).copied().unwrap_or(Origin::Account)
    }

    pub(super) fn account(&self, id: &AccountId) -> Option<&'a Account> {
        self.tenant.account(self.place(id)?)
    }

    fn place(&self, id: &AccountId) -> Option<usize> {
        self.tenant
            .frame
            .accounts
            .binary_search_by(|account| account.id.cmp(id))
            .ok()
    }

    fn is_closable(&self, place: usize) -> bool {
        self.closable.get(place).copied().unwrap_or_default()
    }

    /// Whether a finding about an Azure role is about reading keys, and ends when the accounts refuse them.
    fn ends_with_keys(&self, finding: &Finding) -> bool {
        let proven = finding.witness.as_ref().and_then(|witness| witness.action.as_ref());
        let reads_keys = matches!(proven, Some(ProvenAction::Azure(action)) if action.kind.is_of_keys());
        let reach = finding.subject.reach().map_or(&[][..], |reach| &reach.accounts);
        reads_keys && !reach.is_empty() && reach.iter().all(|place| self.is_closable(*place))
    }

    /// The objects, at least one, whose change could close a finding.
    pub(super) fn of(&self, finding: &Finding) -> (Object, Option<Object>) {
        let subject = &finding.subject;
        let account = finding.account().map_or("", AccountId::key);
        match (self.origin(finding), subject) {
            (_, Subject::AzureAssignment { .. }) => self.of_azure(finding),
            (Origin::Keys, Subject::Account(id)) if self.is_open(id) => {
                let is_cluster = self.account(id).is_some_and(|account| account.api.is_cluster());
                (
                    Object::new(if is_cluster { Kind::Passwords } else { Kind::Keys }, []),
                    None,
                )
            }
            (Origin::KeyAge, Subject::Account(id)) => {
                let own = Object::new(Kind::KeyAge, []);
                let place = self.place(id);
                let place = place.filter(|place| self.to_close.contains(place) && self.is_closable(*place));
                (own, place.map(|_| Object::new(Kind::Keys, [])))
            }
            (Origin::KeyMetadataWrites, Subject::Account(id)) if self.is_writable(id) => {
                let own = Object::new(Kind::KeyMetadataWrites, []);
                let place = self.place(id);
                let place = place.filter(|place| self.with_keys.contains(place) && self.is_closable(*place));
                (own, place.map(|_| Object::new(Kind::Keys, [])))
            }
            (
                _,
                Subject::Grant {
                    assignment: Some(id), ..
                },
            ) => {
                let is_access = matches!(finding.check.about, About::Access);
                if !is_access && self.stale.contains(&id.to_ascii_lowercase()) {
                    return (Object::new(Kind::StaleAssignments, [account]), None);
                }
                (Object::new(Kind::Assignment, [account, id]), None)
            }
            (_, Subject::Grant { principal, scope, .. }) => {
                let scope = scope.as_ref().map(ToString::to_string).unwrap_or_default();
                // Names of databases are not folded.
                let object = Object::exact(Kind::Required, [account, principal.id.as_str(), &scope]);
                (object, None)
            }
            (
                _,
                Subject::Role {
                    account: of,
                    id: Some(id),
                    ..
                },
            ) => {
                let declared = self.instead.get(&(of, id.to_ascii_lowercase()));
                let object = match declared {
                    Some(declared) => Object::exact(Kind::Role, [account, "declared", declared]),
                    None => Object::new(Kind::Role, [account, id]),
                };
                (object, None)
            }
            (_, Subject::Role { name, .. }) => (Object::exact(Kind::Role, [account, "declared", name]), None),
            (_, Subject::Member { group, .. }) => (Object::new(Kind::Members, [group.id.as_str()]), None),
            (Origin::Uncovered, _) => (Object::new(Kind::Uncovered, []), None),
            (Origin::Contradiction, _) => (Object::exact(Kind::Contradiction, [&finding.key]), None),
            (Origin::Policy, _) => (Object::new(Kind::Policy, []), None),
            // What one command makes readable is one thing to change.
            (_, Subject::Unread { .. }) if let Some(command) = only_command(finding) => {
                (Object::exact(Kind::Unread, ["command", command]), None)
            }
            (_, Subject::Unread { id, .. }) => {
                let id = id.as_deref().unwrap_or_default();
                let key = if account.is_empty() && id.is_empty() {
                    &finding.key
                } else {
                    ""
                };
                (Object::new(Kind::Unread, [account, id, key]), None)
            }
            (_, Subject::Account(_) | Subject::Rule) => (
                Object::new(Kind::Account, [account, finding.check.id, &finding.key]),
                None,
            ),
        }
    }

    fn of_azure(&self, finding: &Finding) -> (Object, Option<Object>) {
        let own = self.azure.object(finding);
        let own = own.unwrap_or_else(|| Object::new(Kind::AzureRole, [finding.subject.id().unwrap_or_default()]));
        if self.ends_with_keys(finding) {
            return (own, Some(Object::new(Kind::Keys, [])));
        }
        let reach = finding.subject.reach().map_or(&[][..], |reach| &reach.accounts);
        // What is worse than that the policy says nothing is no matter of the policy.
        let is_uncovered = |place: &usize| {
            let account = self.tenant.account(*place);
            let severity = account.and_then(|account| self.uncovered.get(&account.id));
            severity.is_some_and(|severity| finding.severity <= *severity)
        };
        let uncovered = !reach.is_empty() && reach.iter().all(is_uncovered);
        (own, uncovered.then(|| Object::new(Kind::Uncovered, [])))
    }

    fn is_open(&self, id: &AccountId) -> bool {
        self.account(id).is_some_and(|account| account.keys() == Keys::Accepted)
    }

    fn is_writable(&self, id: &AccountId) -> bool {
        self.account(id)
            .is_some_and(|account| account.key_metadata_writes_disabled == Some(false))
    }
}

/// The command of a finding whose fix is no other.
fn only_command(finding: &Finding) -> Option<&str> {
    match finding.remedy.as_ref()?.steps.as_slice() {
        [only] => only.command.as_deref(),
        _ => None,
    }
}

/// Whether a name is another with a version at its end, such as `Writer v2` of `Writer`.
fn is_version_of(name: &str, declared: &str) -> bool {
    let Some((start, rest)) = name.split_at_checked(declared.len()) else {
        return false;
    };
    let version = rest.trim_start_matches([' ', '-', '_', '.']);
    let digits = version.trim_start_matches(['v', 'V']);
    let is_version = rest.len() > version.len() && version.len() - digits.len() <= 1 && !digits.is_empty();
    start.eq_ignore_ascii_case(declared) && is_version && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
}
