//! From a list of planned resources to a snapshot of what there would be, with the place of everything in it.
//!
//! `body` makes JSON of a resource, as Azure would return it, so that the readers of Azure's answers read it. `children` takes
//! what lies below accounts, `principals` names those that only the deployment tells.

mod body;
mod children;
mod principals;

use super::arm::flat;
use super::planned::{Plan, Planned, Presence};
use super::source::Sources;
use crate::arm::{self, Code, Failure, Listed};
use crate::model::listed_only::LISTED_ONLY;
use crate::model::{
    AccountId, AccountRecord, Api, Gap, OnceNative, ResourceType, RoleDefinition, RoleKind, SourceRef,
};
use crate::snapshot::{End, Extent, Header, Line, Origin, Origins, ScanGap, Snapshot, Subscription, TargetKind};
use body::{body, or_default, unknown};
use children::Below;
use principals::Named;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Fields whose places are kept, and where they are in a body.
const FIELDS: [(&str, &[&str]); 11] = [
    ("disableLocalAuth", &["properties", "disableLocalAuth"]),
    ("disableKeyBasedMetadataWriteAccess", &["properties", "disableKeyBasedMetadataWriteAccess"]),
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
    below: Vec<(&'p Planned, Vec<&'p str>)>,
}

impl Gathered<'_> {
    fn plan(&mut self, plan: &Plan) {
        for unread in &plan.unread {
            let message = format!("{} isn't known: {}", unread.what, unread.why);
            let place = unread.at.and_then(|at| self.sources.place(at));
            let message = place.map_or(message.clone(), |place| format!("{place}: {message}"));
            self.gap(Gap::ACCOUNTS, message);
        }
        let mut families: BTreeMap<String, (AccountId, Family<'_>)> = BTreeMap::new();
        for planned in &plan.resources {
            let Some((account, _)) = AccountId::split_prefix(&planned.id) else {
                self.elsewhere(planned);
                continue;
            };
            let (_, types) = planned.resource_type.split_once('/').unwrap_or_default();
            let mut types: Vec<&str> = types.split('/').collect();
            types.remove(0);
            if planned.resource_type.to_ascii_lowercase().starts_with("microsoft.authorization/") {
                self.elsewhere(planned);
                continue;
            }
            let entry = families.entry(account.key().to_owned());
            let (_, family) = entry.or_insert_with(|| (account, Family::default()));
            self.origin(planned);
            if types.is_empty() {
                // The deployment counts, if the file also refers to it.
                if family.own.is_none_or(|own| own.presence == Presence::Existing) {
                    family.own = Some(planned);
                }
            } else {
                family.below.push((planned, types));
            }
        }
        let skipped = plan.skipped.iter();
        self.origins.skipped = skipped.map(|(kind, at)| (kind.clone(), at.and_then(|at| self.sources.place(at)))).collect();
        self.origins.deleted.extend(plan.deleted.iter().map(|(id, _)| id.to_ascii_lowercase()));
        for (id, family) in families.into_values() {
            self.family(&id, &family);
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
        let is_role = |kinds: &[&str]| kinds.last().is_some_and(|kind| kind.to_ascii_lowercase().ends_with("definitions"));
        let (roles, others): (Vec<_>, Vec<_>) = family.below.iter().partition(|(_, kinds)| is_role(kinds));
        for (planned, kinds) in roles.into_iter().chain(others) {
            below.take(id, planned, kinds, &mut self.named);
        }
        for (item, why) in std::mem::take(&mut below.doubts) {
            self.doubt(&item, why);
        }
        match self.record(id, family, below) {
            Ok(record) => self.snapshot.add(Line::Account(Box::new(record))),
            Err(why) => self.gap(Gap::ACCOUNTS, format!("{id}: {why}")),
        }
    }

    fn record(&mut self, id: &AccountId, family: &Family<'_>, below: Below) -> Result<AccountRecord, String> {
        let own = family.own.filter(|own| own.presence != Presence::Existing);
        let mut listed = match own {
            Some(own) => self.listed(id, own, &below)?,
            None => referred(id, &below)?,
        };
        let account_id = Some(id.as_str());
        if let Some(Presence::Possible(why)) = own.map(|own| &own.presence) {
            let why = format!("it isn't known whether the account is deployed: {why}");
            self.doubt(id.as_str(), why.clone());
            listed.gaps.push(gap(Gap::ACCOUNT, account_id, why));
        }
        for (list, item, why) in &below.unread {
            let place = self.origins.get(item).and_then(|origin| origin.at.clone());
            let place = place.map(|place| format!("{place}: ")).unwrap_or_default();
            listed.gaps.push(gap(list, Some(item), format!("{place}{why}")));
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
        definitions.extend(built_in(id, &definitions, api));
        Ok(AccountRecord {
            account: listed.account,
            role_definitions: Some(definitions),
            role_assignments: Some(below.assignments),
            databases: own.is_some().then_some(databases),
            mongo_roles: is_mongo.then_some(below.mongo_roles),
            mongo_users: is_mongo.then_some(below.mongo_users),
            native: OnceNative::default(),
            gaps: listed.gaps,
        })
    }

    /// An account that the file deploys.
    fn listed(&mut self, id: &AccountId, own: &Planned, below: &Below) -> Result<Listed, String> {
        let mut item = body(own);
        let kind = id.resource_type();
        let mut listed = match kind {
            ResourceType::Account => {
                self.account_defaults(&mut item);
                arm::listed_account(&item)?
            }
            ResourceType::MongoCluster => arm::listed_cluster(&item, Api::MongoCluster)?,
            ResourceType::CassandraCluster => arm::listed_cluster(&item, Api::CassandraCluster)?,
            ResourceType::GarnetCluster | ResourceType::PostgresqlCluster => {
                item["type"] = json!(kind.name());
                return arm::listed_only(&item)?.ok_or_else(|| "it has no type".to_owned());
            }
        };
        for gap in &mut listed.gaps {
            let path = ["properties", gap.what.as_str()];
            let path = if gap.what == Gap::TAGS { &path[1..] } else { &path[..] };
            if let Some(unknown) = unknown(own, path) {
                gap.code = Code::UntilDeployment.word().to_owned();
                gap.message = unknown.why.to_string();
            }
        }
        let of_api = unknown(own, &["kind"]).or_else(|| unknown(own, &["properties", "capabilities"]));
        if let Some(unknown) = of_api.filter(|_| kind == ResourceType::Account) {
            match below.apis.first() {
                Some(api) if below.apis.iter().all(|other| other == api) => listed.account.api = *api,
                _ => {
                    let why = format!("the API of the account isn't known: {}", unknown.why);
                    listed.gaps.push(gap(Gap::ACCOUNT, Some(id.as_str()), why));
                }
            }
        }
        Ok(listed)
    }

    /// What Azure sets where a template says nothing. Source: `DatabaseAccountCreateUpdateProperties` in the REST API, and "Online
    /// backup and on-demand data restore" (periodic is the default).
    fn account_defaults(&self, item: &mut Json) {
        if item.get("kind").is_none_or(Json::is_null) {
            item["kind"] = json!("GlobalDocumentDB");
        }
        or_default(item, "backupPolicy", json!({"type": "Periodic"}));
    }

    fn elsewhere(&mut self, planned: &Planned) {
        let kind = planned.resource_type.to_ascii_lowercase();
        if planned.presence != Presence::Existing && kind.starts_with("microsoft.documentdb/databaseaccounts") {
            let place = planned.at.and_then(|at| self.sources.place(at));
            let place = place.map(|place| format!("{place}: ")).unwrap_or_default();
            self.gap(Gap::ACCOUNTS, format!("{place}the ID of the resource isn't known: `{}`", planned.id));
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

    fn doubt(&mut self, id: &str, why: String) {
        let known = self.origins.get(id).cloned();
        let origin = known.unwrap_or_else(|| Origin {
            at: None,
            fields: BTreeMap::new(),
            doubt: None,
        });
        let doubt = Some(origin.doubt.clone().unwrap_or(why));
        self.origins.add(id, Origin { doubt, ..origin });
    }

    fn gap(&mut self, what: &str, message: String) {
        self.snapshot.gaps.push(ScanGap {
            subscription: None,
            gap: gap(what, None, message),
        });
    }

    fn finish(mut self) -> Snapshot {
        let mut ids: Vec<String> = self.snapshot.accounts.iter().map(|one| one.account.id.subscription().to_owned()).collect();
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
            resources: LISTED_ONLY.iter().map(|row| row.resource_type.name().to_owned()).collect(),
            control_plane: false,
            graph: false,
        });
        self.snapshot.origins = Some(self.origins);
        self.snapshot.add(Line::End(End::default()));
        self.snapshot
    }
}

/// An account that the file only refers to: nothing of itself is known.
fn referred(id: &AccountId, below: &Below) -> Result<Listed, String> {
    let item = json!({"id": id.as_str(), "kind": "GlobalDocumentDB", "properties": {}});
    let mut listed = match id.resource_type() {
        ResourceType::Account => arm::listed_account(&item)?,
        ResourceType::MongoCluster => arm::listed_cluster(&item, Api::MongoCluster)?,
        ResourceType::CassandraCluster => arm::listed_cluster(&item, Api::CassandraCluster)?,
        ResourceType::GarnetCluster | ResourceType::PostgresqlCluster => return Err("it isn't deployed by the file".to_owned()),
    };
    let account = &mut listed.account;
    if let Some(api) = below.apis.first() {
        account.api = *api;
    }
    account.local_auth_disabled = None;
    account.key_metadata_writes_disabled = None;
    account.authentication.clear();
    let row = account.api.role_kind().map(RoleKind::row);
    let why = "the file only refers to the account; compare it with a snapshot of the tenant (--against)";
    let settings = [Gap::LOCAL_AUTH, Gap::KEY_METADATA_WRITES].into_iter();
    let lists = row.into_iter().flat_map(|row| [row.definitions, row.assignments]);
    let gaps = settings.chain(lists).map(|what| gap(what, Some(id.as_str()), why.to_owned()));
    listed.gaps = gaps.collect();
    Ok(listed)
}

/// The built-in role definitions of an account, as the service brings them along.
fn built_in(id: &AccountId, own: &[RoleDefinition], api: Api) -> Vec<RoleDefinition> {
    let Some(kind) = api.role_kind() else { return Vec::new() };
    let list = kind.row().definitions;
    let all = kind.row().builtin.iter().map(|role| RoleDefinition {
        id: format!("{id}/{list}/00000000-0000-0000-0000-{:012}", role.number),
        kind,
        role_name: role.name.to_owned(),
        claims_built_in: true,
        assignable_scopes: vec![id.to_string()],
        permissions: vec![role.permission()],
    });
    all.filter(|role| !own.iter().any(|other| other.id.eq_ignore_ascii_case(&role.id))).collect()
}

fn gap(what: &str, item: Option<&str>, message: String) -> Gap {
    Failure::new(None, Code::UntilDeployment, flat(&message)).into_gap(what, item)
}
