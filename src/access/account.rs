//! All rows of an account.

use super::data::{Data, Sure};
use super::row::{Route, Row};
use crate::model::{AccountRecord, ActionPattern, BypassKind, Keys, PrincipalId, Scope};
use crate::resolve::{Access, Assignment, Bypass, Directory, Holder, Reached, Tenant};
use std::cell::OnceCell;

/// An account, with everything that gives access to it.
#[derive(Debug)]
pub struct AccountAccess<'r, 't> {
    /// The account.
    pub record: &'r AccountRecord,
    /// What its own roles say.
    pub access: Access<'r>,
    place: usize,
    bypasses: Vec<(&'t Bypass<'t>, Reached<'t, 't>)>,
    unknown_azure: Vec<Holder<'t>>,
    directory: &'t Directory<'t>,
    /// What a read-only key reads, made when it is first needed.
    read_only: OnceCell<Data>,
}

impl<'r, 't> AccountAccess<'r, 't> {
    /// The access to the account of `place`, whose record is lent. Data actions that `also` names are told apart, too.
    pub fn of<'p>(
        tenant: &'t Tenant<'t>,
        place: usize,
        record: &'r AccountRecord,
        also: impl IntoIterator<Item = &'p ActionPattern>,
    ) -> Self {
        Self {
            record,
            access: tenant.access(record, also),
            place,
            bypasses: tenant.control.on(place).collect(),
            unknown_azure: tenant.control.unknown_on(place).collect(),
            directory: &tenant.directory,
            read_only: OnceCell::new(),
        }
    }

    /// Its place in the frame.
    pub fn place(&self) -> usize {
        self.place
    }

    /// Who can do what: role assignments first, then account keys, then Azure roles.
    pub fn rows(&self) -> Vec<Row<'_, 't>> {
        let universe = &self.access.universe;
        let mut rows: Vec<Row<'_, 't>> = self
            .access
            .grants()
            .map(|grant| Row {
                principal: grant.principal(),
                scope: grant.scope,
                data: Data::of(universe, &grant.role.bounds, grant.is_certain()),
                manages: Sure::No,
                route: Route::RoleAssignment(grant),
            })
            .collect();
        rows.extend(self.keys().map(|(bypass, reached)| Row {
            principal: bypass.holder.principal(),
            scope: &Scope::Account,
            data: self.by_key(bypass.kind, self.accepts_keys().min(sure(reached))),
            manages: Sure::No,
            route: Route::Keys {
                bypass,
                reached: reached.clone(),
            },
        }));
        for (bypass, reached) in self.bypasses.iter().filter(|(bypass, _)| !bypass.kind.is_of_keys()) {
            self.azure_role(bypass, reached, &mut rows);
        }
        rows
    }

    /// Who could do anything, as the role definition of their assignment wasn't read. What an audit or a comparison says is never
    /// made of these: nothing of them is certain.
    pub fn unknown_rows(&self) -> Vec<Row<'_, 't>> {
        let universe = &self.access.universe;
        let own = self.unknown_roles().map(|(found, scope, is_scope_meant)| Row {
            principal: &found.assignment.principal_id,
            scope,
            data: Data::all(universe, Sure::Possible),
            manages: Sure::No,
            route: Route::UnknownRole {
                assignment: found.assignment,
                is_scope_meant,
                is_foreign: found.is_foreign,
            },
        });
        let azure = self.unknown_azure.iter().map(|holder| Row {
            principal: holder.principal(),
            scope: &Scope::Account,
            data: Data::all(universe, Sure::Possible),
            manages: Sure::Possible,
            route: Route::UnknownAzureRole(*holder),
        });
        own.chain(azure).collect()
    }

    /// The role assignments whose role definitions weren't read, see [`unknown_roles`].
    pub fn unknown_roles(&self) -> impl Iterator<Item = (&Assignment<'r>, &Scope, bool)> {
        unknown_roles(self.record, &self.access)
    }

    /// Who can change the account or read its keys, each with a group that can do the other and of which it isn't known whether
    /// they are in it: together that would open the account.
    pub fn unjoined(&self) -> Vec<(&'t PrincipalId, &'t PrincipalId)> {
        let mut found = Vec::new();
        if self.accepts_keys() == Sure::Certain {
            return found;
        }
        let is_open = |bypass: &Bypass<'t>| {
            let holder = bypass.holder;
            self.directory
                .hidden(holder.principal(), holder.principal_type())
                .members
        };
        let with_open = |bypass: &'t Bypass<'t>| (bypass.holder.principal(), is_open(bypass));
        let keys: Vec<_> = self.keys().map(|(bypass, _)| with_open(bypass)).collect();
        let changes = self
            .bypasses()
            .filter(|(bypass, _)| bypass.kind == BypassKind::ChangeAccount);
        for (change, is_change_open) in changes.map(|(bypass, _)| with_open(bypass)) {
            for (key, is_key_open) in &keys {
                if (is_change_open || *is_key_open) && self.directory.both(change, key).is_empty() {
                    found.extend(is_key_open.then_some((change, *key)));
                    found.extend(is_change_open.then_some((*key, change)));
                }
            }
        }
        found
    }

    /// What Azure roles give.
    pub(super) fn bypasses(&self) -> impl Iterator<Item = (&'t Bypass<'t>, &Reached<'t, 't>)> {
        self.bypasses.iter().map(|(bypass, reached)| (*bypass, reached))
    }

    /// Whether a key opens the account.
    fn accepts_keys(&self) -> Sure {
        match self.record.account.keys() {
            Keys::Accepted => Sure::Certain,
            Keys::Unknown | Keys::SaidRefused => Sure::Possible,
            Keys::Refused => Sure::No,
        }
    }

    fn keys(&self) -> impl Iterator<Item = (&'t Bypass<'t>, &Reached<'t, 't>)> {
        let keys = self.bypasses.iter().filter(|(bypass, _)| bypass.kind.is_of_keys());
        keys.map(|(bypass, reached)| (*bypass, reached))
    }

    fn by_key(&self, kind: BypassKind, sure: Sure) -> Data {
        match kind {
            BypassKind::ReadReadOnlyKeys => self.read_only(sure),
            _ => Data::all(&self.access.universe, sure),
        }
    }

    /// What a read-only key reads, no surer than this.
    pub(super) fn read_only(&self, sure: Sure) -> Data {
        let universe = &self.access.universe;
        let certain = self.read_only.get_or_init(|| Data::read_only(universe));
        certain.at_most(universe, sure)
    }

    /// How surely somebody can grant access to the account.
    fn grants(&self, actor: &PrincipalId) -> Sure {
        let grants = self.bypasses.iter().filter(|(bypass, _)| {
            let is_one = matches!(bypass.kind, BypassKind::GrantData | BypassKind::AssignRoles);
            is_one && self.directory.is_or_is_in(actor, bypass.holder.principal())
        });
        grants.map(|(_, reached)| sure(reached)).max().unwrap_or_default()
    }

    /// How surely somebody can enable key-based authentication and read the keys, through one assignment.
    fn has_both(&self, actor: &PrincipalId) -> Sure {
        let writes = self.bypasses.iter().filter(|(bypass, _)| {
            bypass.kind == BypassKind::ChangeAccount && self.directory.is_or_is_in(actor, bypass.holder.principal())
        });
        let both = writes.flat_map(|(bypass, reached)| {
            let own = self
                .keys()
                .filter(|(key, _)| key.kind == BypassKind::ReadKeys && key.holder == bypass.holder);
            own.map(|(_, read)| sure(reached).min(sure(read)))
        });
        both.max().unwrap_or_default()
    }

    fn azure_role<'x>(&'x self, bypass: &'t Bypass<'t>, reached: &Reached<'t, 't>, rows: &mut Vec<Row<'x, 't>>) {
        let universe = &self.access.universe;
        let row = |principal: &'x PrincipalId, data, with| Row {
            principal,
            scope: &Scope::Account,
            data,
            manages: sure(reached),
            route: Route::AzureRole {
                bypass,
                reached: reached.clone(),
                with,
            },
        };
        let holder = bypass.holder.principal();
        if bypass.kind != BypassKind::ChangeAccount {
            rows.push(row(holder, Data::all(universe, sure(reached)), None));
            return;
        }
        // Where keys are accepted, whoever can read them needs not change anything.
        let mut is_told = false;
        let keys = self.keys().filter(|_| self.accepts_keys() != Sure::Certain);
        for (key, read) in keys {
            let both = sure(reached).min(sure(read));
            let is_other = key.holder != bypass.holder;
            let data = self.by_key(key.kind, both);
            for actor in self.directory.both(holder, key.holder.principal()) {
                // Two assignments say nothing of somebody who can grant access through one.
                if is_other && (self.grants(actor) >= both || self.has_both(actor) >= both) {
                    continue;
                }
                is_told |= actor == holder;
                rows.push(row(actor, data.clone(), Some((key, read.clone()))));
            }
        }
        if !is_told {
            rows.push(row(holder, Data::none(universe), None));
        }
    }
}

fn sure(reached: &Reached<'_, '_>) -> Sure {
    Sure::of(reached.is_certain())
}

/// The role assignments of an account whose role definitions weren't read, each with where it holds or could, and whether that is only
/// what a malformed scope could mean. One whose role the account doesn't have gives nothing.
pub fn unknown_roles<'x, 'r>(
    record: &'x AccountRecord,
    access: &'x Access<'r>,
) -> impl Iterator<Item = (&'x Assignment<'r>, &'x Scope, bool)> {
    let is_unread = |kind| record.lacks_role_definitions(kind);
    let unread = access
        .without_role()
        .filter(move |(found, ..)| found.assignment.kinds_of_role().any(is_unread));
    // A role of MongoDB itself can have privileges in other databases than its own.
    unread.map(|(found, scope, is_meant)| match found.assignment.kind.has_passwords() {
        true => (found, &Scope::Account, is_meant),
        false => (found, scope, is_meant),
    })
}
