//! Bypasses: what somebody can do through Azure RBAC to get at the data without any role of the data plane, and the
//! actions that let them.
//!
//! Source of the actions: "Azure permissions for Databases", section Microsoft.DocumentDB, and "Azure permissions for
//! Management and governance", section Microsoft.Authorization.
//!
//! Not counted, on purpose:
//! - `databaseAccounts/regenerateKey/action` makes a new key and does not show it: who holds it alone can lock others out,
//!   and read nothing.
//! - `databaseAccounts/dataTransferJobs/write` and `…/copyJobs/write` move data to another place, whose access is then what
//!   matters. Restoring is among the paths of `takeover`.
//! - `mongoClusters/listConnectionStrings/action` answers with placeholders for the user and the password (example of
//!   `MongoClusters_ListConnectionStrings` in the azure-rest-api-specs repository).
//! - `Microsoft.Authorization/roleManagementPolicies/write` loosens what holds others back; the built-in roles that have it
//!   can write role assignments anyway. What lifts a deny assignment counts for what it denies, see [`LiftAction`].

use super::api::Api;
use super::role_kind::RoleKind;
use std::sync::LazyLock;
use strum::IntoStaticStr;

/// A kind of bypass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum BypassKind {
    /// Read the keys that read and write.
    ReadKeys,
    /// Read the keys that read only.
    #[strum(serialize = "read-only-keys")]
    ReadReadOnlyKeys,
    /// Change the account, such as switch keys on again.
    ChangeAccount,
    /// Grant access to the data, be it to oneself.
    GrantData,
    /// Assign Azure roles, be it to oneself, and so all of the above.
    AssignRoles,
}

impl BypassKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ReadKeys,
        Self::ReadReadOnlyKeys,
        Self::ChangeAccount,
        Self::GrantData,
        Self::AssignRoles,
    ];

    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// What its holder may do, as the end of "can …".
    pub fn verb(self) -> &'static str {
        match self {
            Self::ReadKeys => "read account keys",
            Self::ReadReadOnlyKeys => "read read-only keys",
            Self::ChangeAccount => "change account settings",
            Self::GrantData => "grant access to data",
            Self::AssignRoles => "assign Azure roles",
        }
    }

    /// Whether an action of Azure RBAC opens it in accounts of `api`.
    pub fn concerns(self, api: Api) -> bool {
        ACTIONS.iter().any(|action| action.kind == self && action.concerns(api))
    }

    /// Whether it is about account keys, which matter only where the account accepts them.
    pub fn is_of_keys(self) -> bool {
        matches!(self, Self::ReadKeys | Self::ReadReadOnlyKeys)
    }
}

/// Where the request is made that an action is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestPlace {
    /// At the account.
    Account,
    /// At a resource in the account, of this type.
    Child(&'static str),
    /// At any scope from that of the assignment down to the account.
    Anywhere,
    /// At `/`.
    Root,
}

impl RequestPlace {
    /// Whether it is a thing of that type (in any casing) in an account.
    pub fn is_child(self, kind: &str) -> bool {
        matches!(self, Self::Child(own) if own.eq_ignore_ascii_case(kind))
    }
}

/// What an action may lack to be a bypass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caveat {
    /// The action is documented, but nobody has shown that it does what its name says.
    NotSeen,
    /// Sources disagree about what the service answers.
    SourcesDisagree,
    /// A role definition can be widened; that helps only somebody who holds a custom role already.
    NeedsCustomRole,
    /// Users with passwords exist only in accounts with the capability `EnableMongoRoleBasedAccessControl`.
    NeedsMongoUsers,
}

/// What an action of Azure RBAC means something for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// Every account and every cluster.
    ToAll,
    /// Every account.
    ToAccounts,
    /// Accounts of an API, or clusters of a kind.
    ToApi(Api),
    /// Accounts of an API. Accounts of other APIs hold its roles, too, and whether these apply there isn't documented.
    ToRolesOf(Api),
}

/// An action of Azure RBAC that opens a bypass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BypassAction {
    /// The action in full, in the documentation's casing.
    pub name: &'static str,
    /// What it lets its holder do.
    pub kind: BypassKind,
    /// What it means something for.
    pub applies: Applies,
    /// Why it may not suffice.
    pub caveat: Option<Caveat>,
    /// Where the request is made.
    pub place: RequestPlace,
}

const fn on_account(kind: BypassKind, name: &'static str) -> BypassAction {
    BypassAction {
        name,
        kind,
        applies: Applies::ToAccounts,
        caveat: None,
        place: RequestPlace::Account,
    }
}

/// Does something with the clusters of a kind.
const fn on_cluster(api: Api, kind: BypassKind, name: &'static str) -> BypassAction {
    BypassAction {
        applies: Applies::ToApi(api),
        ..on_account(kind, name)
    }
}

/// Writes something of type `child` in an account.
const fn grants(applies: Applies, child: &'static str, name: &'static str) -> BypassAction {
    BypassAction {
        name,
        kind: BypassKind::GrantData,
        applies,
        caveat: None,
        place: RequestPlace::Child(child),
    }
}

const fn assigns(name: &'static str) -> BypassAction {
    BypassAction {
        name,
        kind: BypassKind::AssignRoles,
        applies: Applies::ToAll,
        caveat: None,
        place: RequestPlace::Anywhere,
    }
}

impl BypassAction {
    const fn but(self, caveat: Caveat) -> Self {
        Self {
            caveat: Some(caveat),
            ..self
        }
    }

    const fn at_root(self) -> Self {
        Self {
            place: RequestPlace::Root,
            ..self
        }
    }

    /// Whether it asks Privileged Identity Management for a role assignment.
    pub fn is_of_pim(&self) -> bool {
        self.name.ends_with("ScheduleRequests/write")
    }

    /// Whether it means something for accounts of `api`. Of an account whose API is not known any may.
    pub fn concerns(&self, api: Api) -> bool {
        match self.applies {
            Applies::ToAll => true,
            Applies::ToAccounts | Applies::ToRolesOf(_) => !api.is_cluster(),
            Applies::ToApi(own) => own == api || self.is_guess(api),
        }
    }

    /// Whether it is not known if it means something for accounts of `api`.
    pub fn is_guess(&self, api: Api) -> bool {
        let is_of_accounts = match self.applies {
            Applies::ToApi(own) | Applies::ToRolesOf(own) => !own.is_cluster(),
            Applies::ToAll | Applies::ToAccounts => false,
        };
        is_of_accounts && api == Api::Unknown
    }

    /// The API whose roles it gives, if accounts of `api` have another.
    pub fn other_api(&self, api: Api) -> Option<Api> {
        match self.applies {
            Applies::ToRolesOf(own) => (own != api && api != Api::Unknown).then_some(own),
            Applies::ToAll | Applies::ToAccounts | Applies::ToApi(_) => None,
        }
    }
}

/// The actions that are the same for every kind of role.
const ON_ACCOUNT: [BypassAction; 5] = [
    on_account(
        BypassKind::ReadKeys,
        "Microsoft.DocumentDB/databaseAccounts/listKeys/action",
    ),
    on_account(
        BypassKind::ReadKeys,
        "Microsoft.DocumentDB/databaseAccounts/listConnectionStrings/action",
    ),
    on_account(
        BypassKind::ReadReadOnlyKeys,
        "Microsoft.DocumentDB/databaseAccounts/readonlykeys/action",
    ),
    // The REST API has it (`DatabaseAccounts_GetReadOnlyKeys`, "Lists the read-only access keys"), and Reader's `*/read`
    // matches it; users report that Reader is refused.
    on_account(
        BypassKind::ReadReadOnlyKeys,
        "Microsoft.DocumentDB/databaseAccounts/readonlykeys/read",
    )
    .but(Caveat::SourcesDisagree),
    on_account(BypassKind::ChangeAccount, "Microsoft.DocumentDB/databaseAccounts/write"),
];

/// An assignment and a definition of a kind of role; of users of MongoDB itself, the user in place of the assignment.
fn of_kind(kind: RoleKind) -> impl Iterator<Item = BypassAction> {
    let row = kind.row();
    let applies = match kind.has_passwords() || row.api.is_cluster() {
        true => Applies::ToApi(row.api),
        false => Applies::ToRolesOf(row.api),
    };
    let assignment = grants(applies, row.assignments, row.writes.assignment);
    let assign = match kind.has_passwords() {
        true => assignment.but(Caveat::NeedsMongoUsers),
        false => assignment,
    };
    let define = row.writes.definition;
    let define = define.map(|name| grants(applies, row.definitions, name).but(Caveat::NeedsCustomRole));
    std::iter::once(assign).chain(define)
}

/// Of clusters. Whoever writes one sets the password of its administrator, or that nobody needs any, whatever was so before.
/// Source: `administrator` and `authConfig` of `mongoClusters`, `authenticationMethod` of `cassandraClusters`.
const CLUSTERS: [BypassAction; 2] = [
    on_cluster(
        Api::MongoCluster,
        BypassKind::GrantData,
        "Microsoft.DocumentDB/mongoClusters/write",
    ),
    on_cluster(
        Api::CassandraCluster,
        BypassKind::GrantData,
        "Microsoft.DocumentDB/cassandraClusters/write",
    ),
];

/// The action that assigns roles. Conditions can say which.
pub const ROLE_ASSIGNMENTS_WRITE: &str = "Microsoft.Authorization/roleAssignments/write";
/// The action that defines roles.
pub const ROLE_DEFINITIONS_WRITE: &str = "Microsoft.Authorization/roleDefinitions/write";

const ASSIGN: [BypassAction; 5] = [
    assigns(ROLE_ASSIGNMENTS_WRITE),
    // A custom role that one holds can be widened. Source: "Azure custom roles", section "Who can create, delete,
    // update, or view a custom role".
    assigns(ROLE_DEFINITIONS_WRITE).but(Caveat::NeedsCustomRole),
    // Privileged Identity Management writes role assignments on behalf of whoever asks. Its documentation wants
    // `roleAssignments/write` for it; that these suffice alone is not shown, nor that they do not.
    assigns("Microsoft.Authorization/roleAssignmentScheduleRequests/write").but(Caveat::NotSeen),
    assigns("Microsoft.Authorization/roleEligibilityScheduleRequests/write").but(Caveat::NotSeen),
    // Makes its caller User Access Administrator at `/`, and is asked for there: at any narrower scope it gives nothing.
    // It is said to be for Global Administrators, who may call it without any role.
    // Source: "Elevate access to manage all Azure subscriptions and management groups".
    assigns("Microsoft.Authorization/elevateAccess/action")
        .at_root()
        .but(Caveat::NotSeen),
];

/// Every action that opens a bypass. Of those of the same kind, the first that somebody has is shown.
pub static ACTIONS: LazyLock<Vec<BypassAction>> = LazyLock::new(|| {
    let of_kinds = RoleKind::ALL.into_iter().flat_map(of_kind);
    ON_ACCOUNT
        .into_iter()
        .chain(of_kinds)
        .chain(CLUSTERS)
        .chain(ASSIGN)
        .collect()
});

/// Whether things of that type (in any casing) in an account grant access to its data.
pub fn grants_data(kind: &str) -> bool {
    ACTIONS.iter().any(|action| action.place.is_child(kind))
}

/// What lifts a deny assignment, so that what it denies can be had again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LiftAction {
    /// Deletes one that isn't protected by the system. Such a deny assignment can't deny this action itself.
    /// Source: "Create deny assignments", section on limitations.
    Delete,
    /// Changes the deny settings of the deployment stack that made it.
    /// Source: "Create and deploy Azure deployment stacks", section "Built-in roles".
    ManageStack,
}

impl LiftAction {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Delete, Self::ManageStack];

    /// The action in full.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delete => "Microsoft.Authorization/denyAssignments/delete",
            Self::ManageStack => "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
        }
    }
}
