//! Who gets access: the object id of an Entra user, group, service principal or managed identity, or a user of MongoDB
//! itself.

use super::guid;
use super::shown::Shown;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::IntoStaticStr;

/// Who a principal is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
#[schemars(with = "String")]
pub enum PrincipalId {
    /// By an object id of Entra ID. It is compared and shown in one spelling, that of Entra, because an assignment can have
    /// been written with another. What the service returns is kept even when it is no GUID.
    Entra(String),
    /// A user of MongoDB itself, as `mongo:<database>.<user>`. Like a scope, that is said within an account: another account's
    /// user of this name is somebody else.
    MongoUser(String),
    /// One that only the deployment of a template tells, as `template:<name>`: the name says what gives its object id.
    Template(String),
}

/// What begins the id of a user of MongoDB itself.
const MONGO: &str = "mongo:";
/// What begins the id of a principal that only a deployment tells.
const TEMPLATE: &str = "template:";

impl PrincipalId {
    /// A user of MongoDB itself: the database that it is defined in, and its name.
    pub fn mongo_user(database: &str, name: &str) -> Self {
        Self::MongoUser(format!("{MONGO}{database}.{name}"))
    }

    /// The id: a GUID in lower case with hyphens if it is one.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Entra(id) | Self::MongoUser(id) | Self::Template(id) => id,
        }
    }

    /// The id in few characters, for titles and tables.
    pub fn short(&self) -> Shown {
        match self {
            Self::Entra(id) => guid::short_id(id),
            Self::MongoUser(id) | Self::Template(id) => Shown::of(id),
        }
    }

    /// Whether a policy can name it as it is.
    pub fn is_nameable(&self) -> bool {
        match self {
            Self::Entra(id) => guid::is_guid(id),
            Self::MongoUser(id) => Shown::of(id).as_str() == id && Self::parse_mongo_user(id).as_ref() == Some(self),
            Self::Template(id) => Shown::of(id).as_str() == id,
        }
    }

    /// A principal that only a deployment tells, by what will give its object id.
    pub fn template(name: &str) -> Self {
        Self::Template(format!("{TEMPLATE}{name}"))
    }

    /// The principal of a template that a text names.
    pub fn parse_template(text: &str) -> Option<Self> {
        let name = after(TEMPLATE, text)?.trim();
        (!name.is_empty()).then(|| Self::template(name))
    }

    /// Whether only the deployment of a template tells who it is.
    pub fn is_of_template(&self) -> bool {
        matches!(self, Self::Template(_))
    }

    /// Whether no directory knows it: it is a user of MongoDB itself, or only a deployment tells it.
    pub fn is_in_no_directory(&self) -> bool {
        !matches!(self, Self::Entra(_))
    }

    /// Whether it is a user of MongoDB itself, whom no directory knows.
    pub fn is_mongo_user(&self) -> bool {
        matches!(self, Self::MongoUser(_))
    }

    /// The user of MongoDB itself that a text names: a database, which has no dot in its name, and a user.
    pub fn parse_mongo_user(text: &str) -> Option<Self> {
        let (database, user) = after(MONGO, text)?.split_once('.')?;
        (!database.is_empty() && !user.is_empty()).then(|| Self::mongo_user(database, user))
    }
}

impl From<String> for PrincipalId {
    fn from(mut id: String) -> Self {
        // Nearly every one is a GUID as Entra writes it, and a big snapshot has millions.
        if guid::is_guid(&id) {
            id.make_ascii_lowercase();
            return Self::Entra(id);
        }
        Self::from(id.as_str())
    }
}

impl From<&str> for PrincipalId {
    fn from(id: &str) -> Self {
        let special = |id: &str| Self::parse_mongo_user(id).or_else(|| Self::parse_template(id));
        special(id.trim()).unwrap_or_else(|| Self::Entra(guid::canonical(id)))
    }
}

/// What follows a prefix, in whatever casing that is: an id that differs in it only is no other principal with the same text.
fn after<'t>(prefix: &str, text: &'t str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

impl From<PrincipalId> for String {
    fn from(id: PrincipalId) -> Self {
        match id {
            PrincipalId::Entra(id) | PrincipalId::MongoUser(id) | PrincipalId::Template(id) => id,
        }
    }
}

impl fmt::Display for PrincipalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a principal is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum PrincipalKind {
    /// A member of the tenant.
    User,
    /// A user of another tenant, or one who was invited.
    Guest,
    /// A group; what it has, its members have.
    Group,
    /// An application.
    ServicePrincipal,
    /// An identity that Azure manages for a resource.
    ManagedIdentity,
    /// A user of MongoDB itself, who signs in with a password.
    MongoUser,
    /// None that this version knows, or not known.
    #[default]
    #[serde(other)]
    Unknown,
}

impl PrincipalKind {
    /// All but [`Self::Unknown`].
    pub const KNOWN: [Self; 6] = [
        Self::User,
        Self::Guest,
        Self::Group,
        Self::ServicePrincipal,
        Self::ManagedIdentity,
        Self::MongoUser,
    ];

    /// The word for it in policies, snapshots and reports.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A principal, with the name that the policy or the directory gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrincipalRef {
    /// Its object id.
    pub id: PrincipalId,
    /// Its name, if one is known.
    pub name: Option<String>,
    /// What it is, as far as the directory said.
    pub kind: PrincipalKind,
    /// Whether the name alone could be somebody else's: whoever makes a principal chooses its name.
    pub is_ambiguous: bool,
}

impl fmt::Display for PrincipalRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) if self.is_ambiguous => write!(f, "{name} ({})", self.id),
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.id),
        }
    }
}

/// What the directory says of a principal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PrincipalRecord {
    /// The object id.
    pub id: PrincipalId,
    /// The name that people see, or empty when it is not known.
    pub name: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// Whether the directory knows it. One that it does not know was deleted, or is of another tenant.
    pub found: bool,
    /// When it was made; one that is new may not be found everywhere yet.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::model::time::optional"
    )]
    pub created: Option<Timestamp>,
    /// All members of a group, those of groups within it included. `None`: it is no group, or they were not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<PrincipalId>>,
    /// Whether there are, or may be, more members than were read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub members_bounded: bool,
    /// How many members the directory counts. `None` with members: an older version of this program read them, to which
    /// Microsoft Graph did not list service principals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members_count: Option<u64>,
    /// The ARM id of a managed identity: of itself if it was assigned by a user, or of the resource that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
}

impl PrincipalRecord {
    /// Whether the list of members is known to be whole. A list that is shorter than its count is not, and neither is one that
    /// is not there, of a group.
    pub fn has_all_members(&self) -> bool {
        let Some(members) = &self.members else {
            return self.kind != PrincipalKind::Group || !self.found;
        };
        let distinct = members.iter().collect::<std::collections::BTreeSet<_>>().len() as u64;
        !self.members_bounded && self.members_count.is_none_or(|count| count <= distinct)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written is read again as the same principal, and no two have one text.
    #[test]
    fn a_principal_is_its_text() {
        for (text, id) in [
            ("template:Web", PrincipalId::template("Web")),
            ("TEMPLATE:Web", PrincipalId::template("Web")),
            (" Template:web ", PrincipalId::template("web")),
            ("MONGO:db.App", PrincipalId::mongo_user("db", "App")),
            ("template:", PrincipalId::Entra("template:".to_owned())),
            ("P", PrincipalId::Entra("p".to_owned())),
        ] {
            let read = PrincipalId::from(text);
            assert_eq!(read, id, "{text}");
            assert_eq!(PrincipalId::from(read.as_str()), id, "{text}");
        }
    }
}
