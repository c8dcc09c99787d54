//! What changed between two scans of a tenant: who gained access, and who lost it. It compares what access comes to, and not
//! what was written: a role that was renamed, an assignment that was made again or moved to a group with the same members is
//! no change.
//!
//! `world` has what concerns the tenant as a whole, and `pairs` finds the accounts. `account` compares one of them: `holdings` is
//! what is held there, `claims` what each principal has in one scan only, `fold` what of that is told of a group, and `changes`
//! gives it names and proof. `change` has the result.
//!
//! What one scan didn't read is never a change: `level` leaves out of both what takes access away or says who somebody is,
//! with `lookups` and `groups`, and `needs` says of each path what a scan without it must have read. `unread`, `unsettled` and
//! `unknown` say what that leaves, and `deployed` which of it a template gives.

mod account;
mod change;
mod changes;
mod claims;
mod deployed;
mod fold;
mod groups;
mod holdings;
mod identities;
mod level;
mod lookups;
mod needs;
mod pairs;
mod power;
mod scans;
mod settings;
mod undocumented;
mod unknown;
mod unplaced;
mod unread;
mod unsettled;
mod world;

pub use change::{
    Accounts, AzureRole, Because, Change, Difference, Effect, Members, NotCompared, ScanFacts, Setting, SettingKind,
    TemplateFacts, Unknown, Via,
};
pub use holdings::KEY_ACCESS;
pub use power::Power;
pub use scans::{Scan, Scans};

use crate::model::AccountId;
use crate::resolve::Tenant;
use crate::snapshot::{Header, SnapshotError};
use account::AccountDifference;
use level::Levelled;
use lookups::Lookups;
use world::World;

/// Why two scans cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// They are of different tenants or clouds.
    #[error("the snapshots are of different {what}: `{old}` and `{new}`")]
    Apart {
        /// What differs.
        what: &'static str,
        /// In the earlier one.
        old: String,
        /// In the later one.
        new: String,
    },
    /// A record cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

impl Difference {
    /// Compares two scans of a tenant.
    ///
    /// # Errors
    /// When they are of different tenants, or an account cannot be read.
    pub fn of(old: &Tenant<'_>, new: &Tenant<'_>) -> Result<Self, DiffError> {
        check(old.frame.header, new.frame.header)?;
        let read = Scans { old, new };
        let lookups = Lookups::new(read)?;
        let levelled = Levelled::new(read, &lookups);
        let tenants = Scans::of(|scan| levelled.tenant(scan, read.get(scan)));
        let tenants = Scans {
            old: tenants.old.as_ref().unwrap_or(old),
            new: tenants.new.as_ref().unwrap_or(new),
        };
        let world = World::new(tenants, read, &lookups);
        let pairs = pairs::pairs(read);
        let mut found = world.all(&pairs)?;
        found.not_compared.extend(world.not_compared(&found));
        found.not_compared.extend(pairs.not_compared);
        let mut difference = Self {
            scans: Scans::of(|scan| facts(read.get(scan))),
            accounts: Accounts {
                compared: pairs.both.len(),
                added: ids(read, &pairs.only, Scan::New),
                removed: ids(read, &pairs.only, Scan::Old),
            },
            settings: found.settings,
            gained: found.gained,
            lost: found.lost,
            not_compared: found.not_compared,
        };
        difference.sort();
        Ok(difference)
    }

    fn sort(&mut self) {
        let order = |change: &Change| {
            (
                change.account.clone(),
                change.principal.id.clone(),
                change.bypass,
                change.scope.clone(),
            )
        };
        self.gained.sort_by_cached_key(order);
        self.lost.sort_by_cached_key(order);
        self.settings.sort();
        self.not_compared.sort();
        self.not_compared.dedup();
    }
}

impl World<'_> {
    /// What all accounts come to, in the order of their pairs.
    fn all(&self, pairs: &pairs::Pairs) -> Result<AccountDifference, SnapshotError> {
        use rayon::prelude::*;
        let both = pairs.both.iter().map(|pair| Scans {
            old: Some(pair.old),
            new: Some(pair.new),
        });
        let only = pairs
            .only
            .iter()
            .map(|(scan, place)| Scans::of(|one| (one == *scan).then_some(*place)));
        let places: Vec<Scans<Option<usize>>> = both.chain(only).collect();
        let found: Vec<Result<AccountDifference, SnapshotError>> =
            places.into_par_iter().map(|places| self.at(places)).collect();
        let mut all = AccountDifference::default();
        for one in found {
            let one = one?;
            all.settings.extend(one.settings);
            all.gained.extend(one.gained);
            all.lost.extend(one.lost);
            all.not_compared.extend(one.not_compared);
            all.unread_groups.extend(one.unread_groups);
            all.unknown.extend(one.unknown);
            all.unseen.extend(one.unseen);
            all.unread_subscriptions.extend(one.unread_subscriptions);
        }
        Ok(all)
    }

    /// Compares the account of these places, with both records lent at a time.
    fn at(&self, places: Scans<Option<usize>>) -> Result<AccountDifference, SnapshotError> {
        let tenants = self.tenants;
        let found = match (places.old, places.new) {
            (Some(old), Some(new)) => tenants.old.for_account(old, |earlier| {
                tenants.new.for_account(new, |later| {
                    self.compare(Scans {
                        old: Some((old, earlier)),
                        new: Some((new, later)),
                    })
                })
            })?,
            (old, new) => {
                let alone = |scan: Scan, place: Option<usize>| {
                    let Some(place) = place else { return Ok(None) };
                    tenants.get(scan).for_account(place, |record| {
                        self.compare(Scans::of(|one| (one == scan).then_some((place, record))))
                    })
                };
                Some(alone(Scan::Old, old)?.map_or_else(|| alone(Scan::New, new), |one| Ok(Some(one))))
            }
        };
        Ok(found.transpose()?.flatten().unwrap_or_default())
    }
}

/// Two scans of different tenants share no access.
fn check(old: &Header, new: &Header) -> Result<(), DiffError> {
    let apart = |what, old: &str, new: &str| {
        Err(DiffError::Apart {
            what,
            old: old.to_owned(),
            new: new.to_owned(),
        })
    };
    if old.cloud != new.cloud {
        return apart("clouds", &old.cloud, &new.cloud);
    }
    let is_known = !old.tenant.is_empty() && !new.tenant.is_empty();
    if is_known && !old.tenant.eq_ignore_ascii_case(&new.tenant) {
        return apart("tenants", &old.tenant, &new.tenant);
    }
    Ok(())
}

fn facts(tenant: &Tenant<'_>) -> ScanFacts {
    let frame = &tenant.frame;
    ScanFacts {
        taken_at: frame.header.taken_at,
        tenant: frame.header.tenant.clone(),
        tenant_name: frame.header.tenant_name.clone(),
        accounts: frame.accounts.len(),
        is_complete: frame.is_complete(),
        template: frame.origins.map(|origins| TemplateFacts {
            file: origins.file.to_string(),
            kind: origins.kind,
        }),
    }
}

fn ids(tenants: Scans<&Tenant<'_>>, only: &[(Scan, usize)], of: Scan) -> Vec<AccountId> {
    let own = only.iter().filter(|(scan, _)| *scan == of);
    let found = own.filter_map(|(_, place)| tenants.get(of).account(*place));
    let mut ids: Vec<AccountId> = found.map(|account| account.id.clone()).collect();
    ids.sort();
    ids
}
