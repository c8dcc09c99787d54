//! From a list of planned resources to a snapshot of what there would be, with the place of everything in it.
//!
//! `body` makes JSON of a resource, as Azure would return it, so that the readers of Azure's answers read it. `children` takes
//! what lies below accounts, `principals` names those that only the deployment tells.

mod account;
mod azure;
mod body;
mod children;
mod principals;

use super::attached;
use super::gaps::{gap, gap_of_file};
use super::kinds::{Standing, standing};
use super::planned::{Plan, Planned, Presence};
use super::source::Sources;
use super::value::Why;
use crate::model::listed_only::LISTED_ONLY;
use crate::model::{AccountId, AccountRecord, Api, Gap, OnceNative, SourceRef};
use crate::snapshot::{
    AzureRole, Doubt, End, Extent, Header, Line, Origin, Origins, Snapshot, Subscription, TargetKind,
};
use account::{built_in, listed, referred};
use azure::is_of_azure_rbac;
use children::Below;
use principals::Named;
use std::collections::{BTreeMap, BTreeSet};

/// Fields whose places are kept, and where they are in a body.
const FIELDS: [(&str, &[&str]); 11] = [
    ("disableLocalAuth", &["properties", "disableLocalAuth"]),
    (
        "disableKeyBasedMetadataWriteAccess",
        &["properties", "disableKeyBasedMetadataWriteAccess"],
    ),
    ("authConfig", &["properties", "authConfig"]),
    ("authenticationMethod", &["properties", "authenticationMethod"]),
    ("permissions", &["properties", "permissions"]),
    ("assignableScopes", &["properties", "assignableScopes"]),
    ("roleName", &["properties", "roleName"]),
    ("scope", &["properties", "scope"]),
    ("principalId", &["properties", "principalId"]),
    ("roleDefinitionId", &["properties", "roleDefinitionId"]),
    ("roles", &["properties", "roles"]),
];

/// The snapshot of what there would be. `header`: when and of what; `kind`: what the file is.
pub(super) fn gather(plan: &Plan, header: Header, sources: &Sources, file: &str, kind: &'static str) -> Snapshot {
    let mut gathered = Gathered {
        sources,
        origins: Origins::new(file.into(), kind),
        named: Named::default(),
        snapshot: Snapshot::new(header),
    };
    gathered.plan(plan);
    gathered.finish()
}

struct Gathered<'s> {
    sources: &'s Sources,
    origins: Origins,
    named: Named,
    snapshot: Snapshot,
}

/// An account, and what belongs to it.
#[derive(Default)]
struct Family<'p> {
    own: Option<&'p Planned>,
    /// The account again: of two of which conditions choose, both count.
    others: Vec<&'p Planned>,
    below: Vec<(&'p Planned, Vec<&'p str>)>,
}

impl Gathered<'_> {
    fn plan(&mut self, plan: &Plan) {
        for unread in &plan.unread {
            let message = format!("{} isn't known: {}", unread.what, unread.why);
            let at = unread.at.and_then(|at| self.sources.place(at));
            if let Some(of_azure) = plan.uncounted.get(&unread.what) {
                self.origins.uncounted.insert(message.clone(), *of_azure);
            }
            self.gap(Gap::ACCOUNTS, at, message);
        }
        let mut families: BTreeMap<String, (AccountId, Family<'_>)> = BTreeMap::new();
        let mut azure = Vec::new();
        self.origins.attached = attached::of_plan(plan);
        for planned in &plan.resources {
            if !self.is_read(planned) {
                continue;
            }
            if is_of_azure_rbac(&planned.resource_type) {
                azure.push(planned);
                continue;
            }
            let Some((account, _)) = AccountId::split_prefix(&planned.id) else {
                self.elsewhere(planned);
                continue;
            };
            let (_, types) = planned.resource_type.split_once('/').unwrap_or_default();
            let mut types: Vec<&str> = types.split('/').collect();
            types.remove(0);
            let entry = families.entry(account.key().to_owned());
            let (_, family) = entry.or_insert_with(|| (account, Family::default()));
            self.origin(planned);
            if types.is_empty() {
                // The deployment counts, if the file also refers to it.
                match family.own {
                    Some(own) if planned.presence == Presence::Existing || own.presence != Presence::Existing => {
                        if planned.presence != Presence::Existing {
                            family.others.push(planned);
                        }
                    }
                    _ => family.own = Some(planned),
                }
            } else {
                family.below.push((planned, types));
            }
        }
        let skipped = plan.skipped.iter();
        self.origins.skipped = skipped
            .map(|(kind, at)| (kind.clone(), at.and_then(|at| self.sources.place(at))))
            .collect();
        let others = plan.not_analyzed.iter();
        let others = others.map(|(kind, at)| (kind.clone(), at.and_then(|at| self.sources.place(at))));
        self.origins.not_analyzed.extend(others);
        self.origins
            .deleted
            .extend(plan.deleted.iter().map(|(id, _)| id.to_ascii_lowercase()));
        let accounts = families.values().map(|(id, _)| id.clone()).collect();
        for (id, family) in families.into_values() {
            self.family(&id, &family);
        }
        self.azure_rbac(&azure, &accounts);
    }

    fn azure_rbac(&mut self, resources: &[&Planned], accounts: &BTreeSet<AccountId>) {
        resources.iter().for_each(|planned| self.origin(planned));
        let mut read = azure::read(resources, accounts, &mut self.named);
        for (id, why) in read.doubts {
            self.doubt(&id, why);
        }
        for (at, why) in read.unread {
            let at = at.and_then(|at| self.sources.place(at));
            self.gap(Gap::AZURE_ROLE_ASSIGNMENTS, at, why);
        }
        let not_analyzed = read.not_analyzed.into_iter().map(|one| AzureRole {
            id: one.id,
            at: one.at.and_then(|at| self.sources.place(at)),
            why: one.why,
            assignment: one.assignment,
        });
        self.origins.azure_roles = not_analyzed.collect();
        read.planes
            .spread(accounts.iter().map(|id| id.subscription().to_owned()));
        for plane in read.planes.all() {
            self.snapshot.add(Line::ControlPlane(Box::new(plane)));
        }
    }

    fn family(&mut self, id: &AccountId, family: &Family<'_>) {
        let is_referred = |own: &&Planned| own.presence == Presence::Existing;
        if family.below.is_empty() && family.own.as_ref().is_some_and(is_referred) {
            // Nothing of it would change.
            return;
        }
        let mut below = Below::default();
        // Roles first: assignments name them.
        let is_role = |kinds: &[&str]| {
            kinds
                .last()
                .is_some_and(|kind| kind.to_ascii_lowercase().ends_with("definitions"))
        };
        let (roles, others): (Vec<_>, Vec<_>) = family.below.iter().partition(|(_, kinds)| is_role(kinds));
        for (planned, kinds) in roles.into_iter().chain(others) {
            below.take(id, planned, kinds, &mut self.named);
        }
        let doubts = std::mem::take(&mut below.doubts);
        let doubtful: BTreeSet<String> = doubts.iter().map(|(id, _)| id.to_ascii_lowercase()).collect();
        for (item, why) in doubts {
            self.doubt(&item, why);
        }
        match self.record(id, family, below, doubtful) {
            Ok(record) => self.snapshot.add(Line::Account(Box::new(record))),
            Err(why) => self.gap(Gap::ACCOUNTS, None, format!("{id}: {why}")),
        }
    }

    fn record(
        &mut self,
        id: &AccountId,
        family: &Family<'_>,
        below: Below,
        doubtful: BTreeSet<String>,
    ) -> Result<AccountRecord, String> {
        let own = family.own.filter(|own| own.presence != Presence::Existing);
        let mut listed = match own {
            Some(own) => listed(id, own, &below)?,
            None => referred(id, &below)?,
        };
        let account_id = Some(id.as_str());
        for other in &family.others {
            let again = account::listed(id, other, &below)?;
            if let Some(why) = account::differing(&mut listed, again) {
                self.doubt(id.as_str(), Doubt::Presence(why.to_owned()));
            }
        }
        if let Some(Presence::Possible(why)) = own.map(|own| &own.presence) {
            let why = format!("it isn't known whether the account is deployed: {why}");
            self.doubt(id.as_str(), Doubt::Presence(why.clone()));
            listed.gaps.push(gap(Gap::ACCOUNT, account_id, why));
        }
        for (list, item, why) in &below.unread {
            let place = self.origins.get(item).and_then(|origin| origin.at.clone());
            let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
            listed.gaps.push(gap(list, Some(item), format!("{why}{place}")));
        }
        let api = listed.account.api;
        if api.listed_only().is_some() || listed.account.api.is_cluster() {
            let users = (api == Api::MongoCluster).then_some(below.cluster_users);
            return Ok(match api.listed_only() {
                Some(_) => AccountRecord::without_lists(listed.account, listed.gaps),
                None => AccountRecord::of_cluster(listed.account, users, listed.gaps),
            });
        }
        let is_mongo = api == Api::Mongo;
        let databases = below.databases();
        let mut definitions = below.definitions;
        definitions.extend(built_in(id, &definitions, &below.assignments, api));
        Ok(AccountRecord {
            account: listed.account,
            role_definitions: Some(definitions),
            role_assignments: Some(below.assignments),
            databases: own.is_some().then_some(databases),
            mongo_roles: is_mongo.then_some(below.mongo_roles),
            mongo_users: is_mongo.then_some(below.mongo_users),
            native: OnceNative::default(),
            doubtful,
            gaps: listed.gaps,
        })
    }

    /// Whether resources of its type are read. Of others that have to do with access, it is said that they aren't.
    fn is_read(&mut self, planned: &Planned) -> bool {
        let is_there = planned.presence == Presence::Existing;
        let at = planned.at.and_then(|at| self.sources.place(at));
        match standing(&planned.resource_type) {
            Standing::Unread if !is_there => {
                let why = Why::Unsupported(format!("resources of type `{}`", planned.resource_type).into());
                self.gap(Gap::ACCOUNTS, at, format!("`{}` isn't known: {why}", planned.id));
                false
            }
            Standing::NotAnalyzed if !is_there => {
                self.origins.not_analyzed.push((planned.resource_type.clone(), at));
                false
            }
            Standing::Unread | Standing::NotAnalyzed | Standing::Connection | Standing::Harmless => false,
            Standing::Read => true,
        }
    }

    fn elsewhere(&mut self, planned: &Planned) {
        if planned.presence == Presence::Existing {
            return;
        }
        let kind = planned.resource_type.to_ascii_lowercase();
        let at = planned.at.and_then(|at| self.sources.place(at));
        if kind.starts_with("microsoft.documentdb/databaseaccounts") {
            self.gap(
                Gap::ACCOUNTS,
                at,
                format!("the ID of the resource isn't known: `{}`", planned.id),
            );
        }
    }

    fn origin(&mut self, planned: &Planned) {
        let place = |at: Option<super::value::Spot>| -> Option<SourceRef> { self.sources.place(at?) };
        let fields = FIELDS.iter().filter_map(|(name, path)| {
            let node = planned.body.at_path(path)?;
            Some((*name, place(node.at)?))
        });
        let origin = Origin {
            at: place(planned.at),
            fields: fields.collect(),
            doubt: None,
        };
        self.origins.add(&planned.id, origin);
    }

    fn doubt(&mut self, id: &str, why: Doubt) {
        let known = self.origins.get(id).cloned();
        let origin = known.unwrap_or_else(|| Origin {
            at: None,
            fields: BTreeMap::new(),
            doubt: None,
        });
        let doubt = Some(origin.doubt.clone().unwrap_or(why));
        self.origins.add(id, Origin { doubt, ..origin });
    }

    /// Something of the file as a whole.
    fn gap(&mut self, what: &str, at: Option<SourceRef>, message: String) {
        let gap = gap_of_file(&mut self.origins, what, at, message);
        self.snapshot.gaps.push(gap);
    }

    fn finish(mut self) -> Snapshot {
        let mut ids: Vec<String> = self
            .snapshot
            .accounts
            .iter()
            .map(|one| one.account.id.subscription().to_owned())
            .collect();
        ids.sort();
        ids.dedup();
        let header = &mut self.snapshot.header;
        header.subscriptions = ids
            .into_iter()
            .map(|id| Subscription {
                id,
                name: String::new(),
            })
            .collect();
        header.scope = Some(Extent {
            target: TargetKind::Subscriptions,
            management_group: None,
            inventory: true,
            foreign_kinds: true,
            clusters: true,
            resources: LISTED_ONLY
                .iter()
                .map(|row| row.resource_type.name().to_owned())
                .collect(),
            control_plane: false,
            graph: false,
        });
        self.snapshot.origins = Some(self.origins);
        self.snapshot.add(Line::End(End::default()));
        self.snapshot
    }
}
