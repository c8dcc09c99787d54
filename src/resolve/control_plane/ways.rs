//! The ways around the data plane's access control, and the actions of Azure RBAC that open them.
//!
//! Source of the actions: "Azure permissions for Databases", section Microsoft.DocumentDB, and "Azure permissions for
//! Management and governance", section Microsoft.Authorization.
//!
//! Not counted, on purpose:
//! - `databaseAccounts/regenerateKey/action` makes a new key and does not show it: who holds it alone can lock others out,
//!   and read nothing.
//! - `databaseAccounts/dataTransferJobs/write`, `…/copyJobs/write` and `Microsoft.DocumentDB/locations/…/restore/action`
//!   move data to another place, whose access is then what matters.
//! - `Microsoft.Authorization/roleManagementPolicies/write` and `…/denyAssignments/delete` loosen what holds others back;
//!   the built-in roles that have them may write role assignments anyway.

use super::Doubt;
use crate::model::Api;

/// What somebody can do to get at the data without a role of the data plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// Read the keys that read and write.
    ReadKeys,
    /// Read the keys that read only.
    ReadReadOnlyKeys,
    /// Change the account, such as switch keys on again.
    ChangeAccount,
    /// Grant access to the data, be it to oneself.
    GrantData,
    /// Assign Azure roles, be it to oneself, and so all of the above.
    AssignRoles,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ReadKeys,
        Self::ReadReadOnlyKeys,
        Self::ChangeAccount,
        Self::GrantData,
        Self::AssignRoles,
    ];

    /// What its holder may do, as the end of "may …".
    pub fn verb(self) -> &'static str {
        match self {
            Self::ReadKeys => "read the account's keys",
            Self::ReadReadOnlyKeys => "read the account's read-only keys",
            Self::ChangeAccount => "change the account",
            Self::GrantData => "grant access to the data",
            Self::AssignRoles => "assign Azure roles",
        }
    }
}

/// Where the request is made that an action is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At the account.
    Account,
    /// At a resource in the account, of this type.
    Child(&'static str),
    /// At any scope from that of the assignment down to the account.
    Anywhere,
    /// At `/`.
    Root,
}

/// An action of Azure RBAC that opens a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WayAction {
    /// The action in full, in the documentation's casing.
    pub name: &'static str,
    /// The way that it opens.
    pub way: Way,
    /// The API of the accounts that it concerns; `None`: every account.
    pub api: Option<Api>,
    /// Why it may not suffice.
    pub doubt: Option<Doubt<'static>>,
    pub(super) place: Place,
}

const fn on_account(way: Way, name: &'static str) -> WayAction {
    WayAction {
        name,
        way,
        api: None,
        doubt: None,
        place: Place::Account,
    }
}

/// Writes something of `kind` in an account of `api`.
const fn grants(api: Api, kind: &'static str, name: &'static str) -> WayAction {
    WayAction {
        name,
        way: Way::GrantData,
        api: Some(api),
        doubt: None,
        place: Place::Child(kind),
    }
}

const fn assigns(name: &'static str) -> WayAction {
    WayAction {
        name,
        way: Way::AssignRoles,
        api: None,
        doubt: None,
        place: Place::Anywhere,
    }
}

impl WayAction {
    const fn but(self, doubt: Doubt<'static>) -> Self {
        Self {
            doubt: Some(doubt),
            ..self
        }
    }

    const fn at_root(self) -> Self {
        Self {
            place: Place::Root,
            ..self
        }
    }

    /// Whether it means something for accounts of `api`. Of an account whose API is not known any may.
    pub fn concerns(&self, api: Api) -> bool {
        self.api.is_none_or(|own| own == api || api == Api::Unknown)
    }
}

/// Every action that opens a way. Of those that open the same way, the first that somebody has is shown.
pub const ACTIONS: &[WayAction] = &[
    on_account(Way::ReadKeys, "Microsoft.DocumentDB/databaseAccounts/listKeys/action"),
    on_account(
        Way::ReadKeys,
        "Microsoft.DocumentDB/databaseAccounts/listConnectionStrings/action",
    ),
    on_account(
        Way::ReadReadOnlyKeys,
        "Microsoft.DocumentDB/databaseAccounts/readonlykeys/action",
    ),
    // The documentation lists it, and Reader's `*/read` matches it. Nobody has shown what the service answers.
    on_account(
        Way::ReadReadOnlyKeys,
        "Microsoft.DocumentDB/databaseAccounts/readonlykeys/read",
    )
    .but(Doubt::ActionNotSeen),
    on_account(Way::ChangeAccount, "Microsoft.DocumentDB/databaseAccounts/write"),
    grants(
        Api::Sql,
        "sqlRoleAssignments",
        "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments/write",
    ),
    grants(
        Api::Sql,
        "sqlRoleDefinitions",
        "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/write",
    )
    .but(Doubt::NeedsCustomRole),
    grants(
        Api::Table,
        "tableRoleAssignments",
        "Microsoft.DocumentDB/databaseAccounts/tableRoleAssignments/write",
    ),
    grants(
        Api::Table,
        "tableRoleDefinitions",
        "Microsoft.DocumentDB/databaseAccounts/tableRoleDefinitions/write",
    )
    .but(Doubt::NeedsCustomRole),
    grants(
        Api::Cassandra,
        "cassandraRoleAssignments",
        "Microsoft.DocumentDB/databaseAccounts/cassandraRoleAssignments/write",
    ),
    grants(
        Api::Cassandra,
        "cassandraRoleDefinitions",
        "Microsoft.DocumentDB/databaseAccounts/cassandraRoleDefinitions/write",
    )
    .but(Doubt::NeedsCustomRole),
    grants(
        Api::Gremlin,
        "gremlinRoleAssignments",
        "Microsoft.DocumentDB/databaseAccounts/gremlinRoleAssignments/write",
    ),
    grants(
        Api::Gremlin,
        "gremlinRoleDefinitions",
        "Microsoft.DocumentDB/databaseAccounts/gremlinRoleDefinitions/write",
    )
    .but(Doubt::NeedsCustomRole),
    grants(
        Api::Mongo,
        "mongoMIRoleAssignments",
        "Microsoft.DocumentDB/databaseAccounts/mongoMIRoleAssignments/write",
    ),
    grants(
        Api::Mongo,
        "mongoMIRoleDefinitions",
        "Microsoft.DocumentDB/databaseAccounts/mongoMIRoleDefinitions/write",
    )
    .but(Doubt::NeedsCustomRole),
    // A user with a password. Source: "Configure role-based access control in Azure Cosmos DB for MongoDB".
    grants(
        Api::Mongo,
        "mongodbUserDefinitions",
        "Microsoft.DocumentDB/databaseAccounts/mongodbUserDefinitions/write",
    )
    .but(Doubt::NeedsMongoUsers),
    grants(
        Api::Mongo,
        "mongodbRoleDefinitions",
        "Microsoft.DocumentDB/databaseAccounts/mongodbRoleDefinitions/write",
    )
    .but(Doubt::NeedsCustomRole),
    assigns("Microsoft.Authorization/roleAssignments/write"),
    // A custom role that one holds can be widened. Source: "Azure custom roles", section "Who can create, delete,
    // update, or view a custom role".
    assigns("Microsoft.Authorization/roleDefinitions/write").but(Doubt::NeedsCustomRole),
    // Privileged Identity Management writes role assignments on behalf of whoever asks. Its documentation wants
    // `roleAssignments/write` for it; that these suffice alone is not shown, nor that they do not.
    assigns("Microsoft.Authorization/roleAssignmentScheduleRequests/write").but(Doubt::ActionNotSeen),
    assigns("Microsoft.Authorization/roleEligibilityScheduleRequests/write").but(Doubt::ActionNotSeen),
    // Makes its caller User Access Administrator at `/`, and is asked for there: at any narrower scope it gives nothing.
    // It is said to be for Global Administrators, who may call it without any role.
    // Source: "Elevate access to manage all Azure subscriptions and management groups".
    assigns("Microsoft.Authorization/elevateAccess/action")
        .at_root()
        .but(Doubt::ActionNotSeen),
];

/// Whether things of that type (in lower case) in an account grant access to its data.
pub(super) fn grants_data(kind: &str) -> bool {
    ACTIONS.iter().any(|action| is_kind(action.place, kind))
}

/// Whether a request at `place` is made at something of that type (in lower case) in an account.
pub(super) fn is_kind(place: Place, kind: &str) -> bool {
    matches!(place, Place::Child(own) if own.eq_ignore_ascii_case(kind))
}
