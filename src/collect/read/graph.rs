//! What is read of Microsoft Graph: names and kinds of principals, and who is in the groups among them.
//!
//! Nothing in it decides what an audit finds wrong with access; it says whom it concerns. So what cannot be read is no gap
//! in the snapshot but a warning, and a principal of whom nothing is known is left out. Only one that Graph was asked for,
//! answered about and did not return is noted as not found: it was deleted, or is of another tenant.

use super::list::{COUNTED, Counted, List, Listing, Query};
use super::service::Service;
use crate::arm::{self, Code};
use crate::collect::error::CollectError;
use crate::collect::http::Transport;
use crate::collect::options::AzureOptions;
use crate::collect::progress::Progress;
use crate::collect::sign_in::{CredentialKind, Credentials, Tokens};
use crate::model::guid::is_guid;
use crate::model::{Gap, PrincipalId, PrincipalKind, PrincipalRecord};
use azure_core::http::Url;
use futures::{StreamExt, stream};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Ids of one request (learn.microsoft.com/graph/api/directoryobject-getbyids).
const BATCH: usize = 1000;
const BATCHES_AT_ONCE: usize = 4;
/// Of users `userType` and `createdDateTime` come only when they are asked for (learn.microsoft.com/graph/api/resources/user,
/// "Returned only on $select").
const OBJECTS: Query = &[(
    "$select",
    "id,displayName,userType,servicePrincipalType,createdDateTime,alternativeNames",
)];
/// The largest page that there is (learn.microsoft.com/graph/api/group-list-transitivemembers). Without being counted, a
/// list lacks the service principals ("known issue where service principals are not listed as group members in v1.0",
/// learn.microsoft.com/graph/api/group-list-members); the count also proves that nobody else is missing.
const MEMBERS: Query = &[SELECT_MEMBERS, MOST_ON_PAGE, COUNTED];
/// Where counting is refused.
const UNCOUNTED_MEMBERS: Query = &[SELECT_MEMBERS, MOST_ON_PAGE];
const SELECT_MEMBERS: (&str, &str) = (
    "$select",
    "id,displayName,userType,servicePrincipalType,createdDateTime,alternativeNames",
);
const MOST_ON_PAGE: (&str, &str) = ("$top", "999");
/// Members of a group whose names are kept although nobody else asked for them, so that answers can name people.
const NAMED_MEMBERS: usize = 100;
/// Members that are read of a group, and groups whose members are read: a group of all employees says nothing more when the
/// last of them is known.
const MOST_MEMBERS: usize = 5_000;
const MOST_GROUPS: usize = 500;
const GROUPS_AT_ONCE: usize = 8;
/// So many principals, and not one of them known, are a wrong directory rather than a purge.
const SUSPICIOUS: usize = 10;

/// What could be found out.
#[derive(Debug, Default)]
pub(crate) struct LookedUp {
    /// Whom something is known of. `None`: nothing is known of anybody.
    pub(crate) principals: Option<Vec<PrincipalRecord>>,
    /// What to tell the user.
    pub(crate) warnings: Vec<String>,
}

impl LookedUp {
    /// Adds what was found out of others.
    pub(crate) fn add(&mut self, others: Self) {
        self.principals
            .get_or_insert_default()
            .extend(others.principals.into_iter().flatten());
        self.warnings.extend(
            others
                .warnings
                .into_iter()
                .filter(|one| !self.warnings.contains(one))
                .collect::<Vec<_>>(),
        );
    }

    /// Nobody was to be looked up.
    pub(crate) fn nobody() -> Self {
        Self {
            principals: Some(Vec::new()),
            warnings: Vec::new(),
        }
    }
}

/// Asks Microsoft Graph.
pub(crate) struct Graph {
    service: Service,
}

/// How to reach Microsoft Graph.
pub(crate) struct Connection {
    pub(crate) endpoint: Option<Url>,
    pub(crate) scope: String,
    pub(crate) transport: Arc<Transport>,
    pub(crate) credentials: Credentials,
    /// The kind of credential that Azure Resource Manager took.
    pub(crate) kind: CredentialKind,
}

impl Graph {
    /// Signs in anew: a token for Azure Resource Manager is of no use here, nor is one for Graph there.
    ///
    /// # Errors
    /// Says why nobody can be looked up, and what to do.
    pub(crate) async fn sign_in(
        connection: Connection,
        options: &AzureOptions,
        counters: Arc<Progress>,
    ) -> Result<Self, String> {
        let Some(endpoint) = connection.endpoint else {
            let why = "`--arm-endpoint` was given without `--graph-endpoint`";
            return Err(format!("{why}; pass `--graph-endpoint`, or `--no-graph` to do without"));
        };
        let tokens = Tokens::sign_in(connection.credentials.for_graph(), connection.kind, connection.scope).await;
        let tokens = tokens.map_err(|error| match error {
            CollectError::Credential(tried) => {
                let reasons: Vec<String> = tried.into_iter().map(|one| one.reason).collect();
                format!(
                    "no token for Microsoft Graph: {}; pass `--no-graph` to do without",
                    reasons.join("; ")
                )
            }
            other => other.to_string(),
        })?;
        Ok(Self {
            service: Service::new(options, endpoint, connection.transport, tokens, counters),
        })
    }

    /// Looks principals up. `groups_first` are those whose members matter most.
    pub(crate) async fn look_up(&self, ids: &BTreeSet<PrincipalId>, groups_first: &BTreeSet<PrincipalId>) -> LookedUp {
        let mut found = LookedUp::default();
        let asked: Vec<PrincipalId> = ids.iter().filter(|id| is_guid(id.as_str())).cloned().collect();
        // Owned: a future that borrows from an iterator's item is not known to be `Send`.
        let batches: Vec<Vec<PrincipalId>> = asked.chunks(BATCH).map(<[PrincipalId]>::to_vec).collect();
        let batches = batches.into_iter().map(|batch| self.batch(batch));
        let mut answers = stream::iter(batches).buffer_unordered(BATCHES_AT_ONCE);
        let mut records: BTreeMap<PrincipalId, PrincipalRecord> = BTreeMap::new();
        let mut failed: Option<(usize, Gap)> = None;
        while let Some((read, unknown)) = answers.next().await {
            records.extend(read.into_iter().map(|record| (record.id.clone(), record)));
            if let Some((number, gap)) = unknown {
                let before = failed.as_ref().map_or(0, |(number, _)| *number);
                failed = Some((before + number, gap));
            }
        }
        if let Some((number, gap)) = failed {
            found.warnings.push(format!(
                "{number} of {} principals couldn't be looked up: {}; they are shown by ID ({PERMISSION})",
                asked.len(),
                reason(&gap)
            ));
            if number == asked.len() {
                return found;
            }
        }
        if records.len() >= SUSPICIOUS && records.values().all(|record| !record.found) {
            found.warnings.push(format!(
                "none of {} principals was found in the directory, so they are shown by ID; check that the Microsoft Graph token is for this tenant",
                records.len()
            ));
            return found;
        }
        found.warnings.extend(self.members(&mut records, groups_first).await);
        found.principals = Some(records.into_values().collect());
        found
    }

    /// Looks up a batch: what is known, and of how many nothing is, and why.
    async fn batch(&self, ids: Vec<PrincipalId>) -> (Vec<PrincipalRecord>, Option<(usize, Gap)>) {
        let question = json!({ "ids": ids }).to_string();
        let list = List {
            what: Gap::PRINCIPALS,
            item: None,
            path: &["v1.0", "directoryObjects", "getByIds"],
            query: OBJECTS,
            question: Some(question.as_bytes()),
            most: ids.len(),
            subscription: None,
        };
        let Listing { items, gaps } = self.service.list(list, arm::principal).await;
        let mut records: Vec<PrincipalRecord> = items.into_iter().flatten().collect();
        let mut missing: BTreeSet<&PrincipalId> = ids.iter().collect();
        // Nobody is named who was not asked for.
        records.retain(|record| missing.remove(&record.id));
        match gaps.into_iter().next() {
            // Whatever is wrong with the answer, those that are missing may be missing for that reason.
            Some(gap) => (records, Some((missing.len(), gap))),
            None => {
                records.extend(missing.into_iter().map(not_found));
                (records, None)
            }
        }
    }

    /// Reads who is in a group, with their number; without it, where counting is refused.
    async fn members_of(&self, id: &PrincipalId) -> Counted<PrincipalRecord> {
        let path = ["v1.0", "groups", id.as_str(), "transitiveMembers"];
        let list = List {
            what: Gap::PRINCIPALS,
            item: Some(id.as_str()),
            path: &path,
            query: MEMBERS,
            question: None,
            most: MOST_MEMBERS,
            subscription: None,
        };
        let counted = self.service.list_counted(list, arm::principal).await;
        let is_refused = |gap: &Gap| gap.status == Some(400);
        if counted.listing.items.is_some() || !counted.listing.gaps.iter().any(is_refused) {
            return counted;
        }
        let query = UNCOUNTED_MEMBERS;
        self.service.list_counted(List { query, ..list }, arm::principal).await
    }

    /// Reads who is in the groups; returns what to warn of.
    async fn members(
        &self,
        records: &mut BTreeMap<PrincipalId, PrincipalRecord>,
        first: &BTreeSet<PrincipalId>,
    ) -> Vec<String> {
        let is_group = |record: &&PrincipalRecord| record.kind == PrincipalKind::Group && record.found;
        let mut groups: Vec<PrincipalId> = records.values().filter(is_group).map(|one| one.id.clone()).collect();
        groups.sort_by_key(|id| !first.contains(id));
        let all = groups.len();
        groups.truncate(MOST_GROUPS);
        let lists = groups.into_iter().map(|id| async move {
            let members = self.members_of(&id).await;
            (id, members)
        });
        let mut answers = stream::iter(lists).buffer_unordered(GROUPS_AT_ONCE);
        let (mut unread, mut why) = (all.saturating_sub(MOST_GROUPS), None);
        let mut uncounted = 0_usize;
        while let Some((id, Counted { listing, count })) = answers.next().await {
            let Listing { items, gaps } = listing;
            let gap = gaps.into_iter().next();
            let mut members = items;
            members.iter_mut().for_each(|list| list.sort());
            if let Some(record) = records.get_mut(&id) {
                let is_whole = gap.is_none() && count == members.as_ref().map(|list| list.len() as u64);
                record.members_bounded = members.is_some() && !is_whole;
                uncounted += usize::from(record.members_bounded && gap.is_none());
                record.members_count = count.filter(|_| members.is_some());
                let ids = |list: &Vec<PrincipalRecord>| list.iter().map(|member| member.id.clone()).collect();
                record.members = members.as_ref().map(ids);
            }
            for member in members.into_iter().flatten().take(NAMED_MEMBERS) {
                records.entry(member.id.clone()).or_insert(member);
            }
            // That a group is too large to be read to its end is no failure.
            if let Some(gap) = gap.filter(|gap| !Code::TooManyItems.is_of(gap)) {
                unread += 1;
                why = Some(gap);
            }
        }
        let mut warnings = Vec::new();
        if unread > 0 {
            let why = why.map_or_else(
                || format!("there are more than {MOST_GROUPS} groups"),
                |gap| reason(&gap),
            );
            warnings.push(format!(
                "the members of {unread} of {all} groups couldn't be read in full: {why} (GroupMember.Read.All lets Microsoft Graph list them)"
            ));
        }
        if uncounted > 0 {
            warnings.push(format!(
                "{uncounted} of {all} groups can have members that Microsoft Graph didn't list: it gave another count, or none"
            ));
        }
        warnings
    }
}

/// What it takes, for whoever lacks it.
const PERMISSION: &str = "Directory.Read.All in Microsoft Graph lets them be read; `--no-graph` does without";

fn reason(gap: &Gap) -> String {
    let message = gap.message.trim_end().trim_end_matches('.');
    format!("{}: {message}", gap.code)
}

fn not_found(id: &PrincipalId) -> PrincipalRecord {
    PrincipalRecord {
        id: id.clone(),
        name: String::new(),
        kind: PrincipalKind::Unknown,
        found: false,
        created: None,
        members: None,
        members_bounded: false,
        members_count: None,
        resource_id: None,
    }
}
