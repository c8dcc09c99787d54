//! Users of MongoDB itself, who sign in with a name and a password, and their roles. They are read from
//! `mongodbUserDefinitions` and `mongodbRoleDefinitions` of accounts with the API for MongoDB. Passwords and custom data
//! have no place here, and so in no snapshot and no report.
//!
//! Source: "Configure role-based access control in Azure Cosmos DB for MongoDB".

use super::principal::PrincipalId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which role is meant: roles have a name in a database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct MongoRoleName {
    /// The database that the role is defined in.
    pub db: String,
    /// The role's name.
    pub role: String,
}

/// What a role grants on one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct MongoPrivilege {
    /// The database; empty: any.
    pub db: String,
    /// The collection; empty: any.
    pub collection: String,
    /// MongoDB's actions, such as `find`.
    pub actions: Vec<String>,
}

/// A custom role of MongoDB itself. Built-in roles are in no list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct MongoRole {
    /// Its ARM id.
    pub id: String,
    /// Its name, and the database that it is defined in.
    #[serde(flatten)]
    pub name: MongoRoleName,
    /// What it grants by itself.
    pub privileges: Vec<MongoPrivilege>,
    /// The roles that it inherits.
    pub roles: Vec<MongoRoleName>,
}

/// A user of MongoDB itself, with a password.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct MongoUser {
    /// Its ARM id.
    pub id: String,
    /// The database that the user is defined in.
    pub db: String,
    /// The user's name.
    pub user: String,
    /// The user's roles.
    pub roles: Vec<MongoRoleName>,
}

impl MongoUser {
    /// The user as a principal.
    pub fn principal(&self) -> PrincipalId {
        PrincipalId::mongo_user(&self.db, &self.user)
    }
}
