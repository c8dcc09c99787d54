//! Ids of Azure Resource Manager. They ignore case; the casing that the service sent is kept for display.

use super::casing::{folded, is_same};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// What a resource is that has data and says who has access to it, by its type in Azure Resource Manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceType {
    /// An account of Cosmos DB.
    Account,
    /// A cluster of MongoDB by virtual cores (Azure DocumentDB).
    MongoCluster,
    /// A cluster of Azure Managed Instance for Apache Cassandra.
    CassandraCluster,
    /// A cluster of Azure Cosmos DB Garnet Cache.
    GarnetCluster,
    /// A cluster of Azure Cosmos DB for PostgreSQL.
    PostgresqlCluster,
}

impl ResourceType {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Account,
        Self::MongoCluster,
        Self::CassandraCluster,
        Self::GarnetCluster,
        Self::PostgresqlCluster,
    ];

    /// Its name in full, as in filters of Azure Resource Manager.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "Microsoft.DocumentDB/databaseAccounts",
            Self::MongoCluster => "Microsoft.DocumentDB/mongoClusters",
            Self::CassandraCluster => "Microsoft.DocumentDB/cassandraClusters",
            Self::GarnetCluster => "Microsoft.DocumentDB/garnetClusters",
            Self::PostgresqlCluster => "Microsoft.DBforPostgreSQL/serverGroupsv2",
        }
    }

    /// Its name in ids.
    pub fn segment(self) -> &'static str {
        last_segment(self.name())
    }
}

/// The id of a Cosmos DB account or of a cluster:
/// `/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.DocumentDB/databaseAccounts/{name}`.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
// Whatever is said of an account names it: all that name it share one, and none of its parts is held twice.
pub struct AccountId(Arc<Parts>);

/// An id, and where in it what is.
struct Parts {
    text: Box<str>,
    key: Box<str>,
    resource_type: ResourceType,
    subscription: Range<usize>,
    resource_group: Range<usize>,
    /// Where the name begins, which goes to the end.
    name: usize,
}

/// Why a text is no account id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not the id of a Cosmos DB account; it should read \
     `/subscriptions/…/resourceGroups/…/providers/Microsoft.DocumentDB/databaseAccounts/…`"
)]
pub struct AccountIdError(String);

impl AccountId {
    /// Reads an id in any casing. Nothing may follow the account's name.
    ///
    /// # Errors
    /// When the text is not the id of a Cosmos DB account.
    pub fn parse(text: &str) -> Result<Self, AccountIdError> {
        match Self::split_prefix(text) {
            Some((id, "")) => Ok(id),
            _ => Err(AccountIdError(text.to_owned())),
        }
    }

    /// Reads the account id that `text` begins with, and what follows it (empty, or beginning with `/`).
    pub fn split_prefix(text: &str) -> Option<(Self, &str)> {
        let mut rest = text;
        let at = |part: &str, rest: &str| {
            let end = text.len() - rest.len();
            end - part.len()..end
        };
        let subscription = value_after(&mut rest, &["subscriptions"])?;
        let subscription = at(subscription, rest);
        let resource_group = value_after(&mut rest, &["resourceGroups"])?;
        let resource_group = at(resource_group, rest);
        let provider = value_after(&mut rest, &["providers"])?;
        let segment = take_segment(&mut rest)?;
        let is_own = |one: &ResourceType| {
            let own = one.name().split_once('/');
            own.is_some_and(|own| provider.eq_ignore_ascii_case(own.0) && segment.eq_ignore_ascii_case(own.1))
        };
        let resource_type = ResourceType::ALL.into_iter().find(is_own)?;
        let name = take_segment(&mut rest).filter(|name| !name.is_empty())?;
        let own = text.strip_suffix(rest)?;
        let parts = Parts {
            text: own.into(),
            key: folded(own).into(),
            resource_type,
            subscription,
            resource_group,
            name: at(name, rest).start,
        };
        Some((Self(Arc::new(parts)), rest))
    }

    /// What follows this id in `text`, if that begins with it: nothing, or what begins with `/`.
    pub fn rest_of<'t>(&self, text: &'t str) -> Option<&'t str> {
        if self.0.text.is_ascii() {
            let (start, rest) = text.split_at_checked(self.0.text.len())?;
            let is_whole = rest.is_empty() || rest.starts_with('/');
            // Nearly all are spelt alike, and that is seen much sooner.
            let is_this = || *start == *self.0.text || start.eq_ignore_ascii_case(&self.0.text);
            return (is_whole && is_this()).then_some(rest);
        }
        // In another casing it can be of another length.
        let (account, rest) = Self::split_prefix(text)?;
        (account == *self).then_some(rest)
    }

    /// The last part of `id` when the rest of it is this account's path; otherwise all of it.
    pub fn shorten<'t>(&self, id: &'t str) -> &'t str {
        match Self::split_prefix(id) {
            Some((account, _)) if account == *self => last_segment(id),
            _ => id,
        }
    }

    /// The id as the service wrote it.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The id in lower case: two ids with the same key are the same account.
    pub fn key(&self) -> &str {
        &self.0.key
    }

    /// Compares the parts of it that a snapshot repeats: whoever changes one of them would have the account judged by another
    /// name than it has.
    ///
    /// # Errors
    /// When one differs. Says which.
    pub(super) fn check_parts(&self, name: &str, resource_group: &str, subscription: &str) -> Result<(), String> {
        let copies = [
            ("name", name, self.name()),
            ("resource_group", resource_group, self.resource_group()),
            ("subscription", subscription, self.subscription()),
        ];
        match copies.into_iter().find(|(_, copy, own)| !is_same(copy, own)) {
            Some((field, copy, own)) => Err(format!(
                "`{field}` is `{copy}`, but the ID says `{own}`; take a new snapshot"
            )),
            None => Ok(()),
        }
    }

    /// Whether it is an account or a cluster.
    pub fn resource_type(&self) -> ResourceType {
        self.0.resource_type
    }

    /// The subscription's id.
    pub fn subscription(&self) -> &str {
        self.part(self.0.subscription.clone())
    }

    /// The resource group's name.
    pub fn resource_group(&self) -> &str {
        self.part(self.0.resource_group.clone())
    }

    /// The account's name.
    pub fn name(&self) -> &str {
        self.part(self.0.name..self.0.text.len())
    }

    fn part(&self, at: Range<usize>) -> &str {
        self.0.text.get(at).unwrap_or_default()
    }
}

/// Takes `/keyword/…/value` off the front of `rest`, and returns the value.
fn value_after<'t>(rest: &mut &'t str, keywords: &[&str]) -> Option<&'t str> {
    for keyword in keywords {
        let segment = take_segment(rest)?;
        if !segment.eq_ignore_ascii_case(keyword) {
            return None;
        }
    }
    take_segment(rest).filter(|value| !value.is_empty())
}

fn take_segment<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let body = rest.strip_prefix('/')?;
    let (segment, _) = body.split_once('/').unwrap_or((body, ""));
    *rest = body.strip_prefix(segment)?;
    Some(segment)
}

impl PartialEq for AccountId {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.key == other.0.key
    }
}

impl Eq for AccountId {}

impl Ord for AccountId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.key.cmp(&other.0.key)
    }
}

impl PartialOrd for AccountId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for AccountId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.key.hash(state);
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountId({})", self.0.text)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl TryFrom<String> for AccountId {
    type Error = AccountIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.as_str().to_owned()
    }
}

/// Subscription and resource group of an ARM id or scope, as far as it lies in them.
pub fn place(id: &str) -> (Option<&str>, Option<&str>) {
    let mut rest = id;
    let subscription = value_after(&mut rest, &["subscriptions"]);
    let group = subscription.and_then(|_| value_after(&mut rest, &["resourceGroups"]));
    (subscription, group)
}

/// The last segment of an ARM id: the GUID of a role definition or role assignment.
pub fn last_segment(id: &str) -> &str {
    id.trim_end_matches('/').rsplit('/').next().unwrap_or(id)
}

/// A path as it should have been written: one `/` before each segment, no blanks around it. Templates join ids with one
/// slash too many (`'/${subscription().id}…'`) or leave the first one out.
pub(crate) fn tidy(path: &str) -> Cow<'_, str> {
    let path = path.trim();
    if path.starts_with('/') && !path.ends_with('/') && !path.contains("//") {
        return Cow::Borrowed(path);
    }
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    Cow::Owned(segments.flat_map(|segment| ["/", segment]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "/subscriptions/S1/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/Acc";

    #[test]
    fn ids_ignore_case_and_keep_it() -> Result<(), AccountIdError> {
        let id = AccountId::parse(ID)?;
        assert_eq!(id, AccountId::parse(&ID.to_uppercase())?);
        assert_eq!((id.subscription(), id.resource_group(), id.name()), ("S1", "rg", "Acc"));
        assert_eq!(id.as_str(), ID);
        Ok(())
    }

    #[test]
    fn clusters_have_ids_of_their_own() {
        let of = |name: &str| AccountId::parse(&ID.replace("Microsoft.DocumentDB/databaseAccounts", name));
        for resource_type in ResourceType::ALL {
            assert!(of(resource_type.name()).is_ok_and(|id| id.resource_type() == resource_type));
        }
        for name in [
            "Microsoft.DocumentDB/fleets",
            "Microsoft.DocumentDB/serverGroupsv2",
            "Microsoft.DBforPostgreSQL/databaseAccounts",
        ] {
            assert!(of(name).is_err(), "{name}");
        }
    }

    #[test]
    fn slashes_and_blanks_are_forgiven() {
        for text in [
            "/a/b".to_owned(),
            "a/b".to_owned(),
            "//a/b/".to_owned(),
            " /a//b ".to_owned(),
        ] {
            assert_eq!(tidy(&text), "/a/b", "{text}");
        }
        assert_eq!(tidy("/"), "");
    }

    #[test]
    fn what_is_no_account_is_refused() {
        for text in [
            "",
            "/",
            "acc",
            &ID.replace("/rg", "/"),
            &format!("{ID}/"),
            &format!("{ID}/dbs/x"),
        ] {
            assert!(AccountId::parse(text).is_err(), "{text}");
        }
    }
}
