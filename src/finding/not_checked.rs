//! What an audit did not check, and why. It stands beside the verdict in every format: a verdict says no more than was
//! checked.

use super::place::Place;
use crate::model::Shown;
use strum::IntoStaticStr;

/// Something that an audit can leave unchecked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum What {
    /// Whether there are more accounts.
    Accounts,
    /// What lies in an account: none of it was read, or only the deployment tells what the account is.
    Account,
    /// Everything that a policy can require: no block of the policy matches.
    Policy,
    /// What checks that the policy turned off would find.
    Checks,
    /// Whether principals can do more, or less, than the policy allows.
    Access,
    /// Whether principals can do what the policy forbids.
    DeniedActions,
    /// Whether role definitions are as the policy declares them.
    Roles,
    /// Whether key-based authentication is as the policy requires.
    LocalAuth,
    /// Whether account keys can change metadata.
    KeyMetadataWrites,
    /// How old account keys are.
    KeyAge,
    /// Who can read account keys.
    KeyReaders,
    /// Who can change accounts.
    AccountWriters,
    /// Who can grant access.
    RoleAdmins,
    /// Who can take over managed identities.
    IdentityAdmins,
    /// Role definitions of an account.
    RoleDefinitions,
    /// Role assignments of an account.
    RoleAssignments,
    /// Databases and containers of an account.
    Databases,
    /// Roles of an API that this version doesn't read.
    OtherApis,
    /// Users of MongoDB itself, with passwords, and its roles.
    MongoUsers,
    /// Clusters, which older versions didn't list.
    Clusters,
    /// Resources that this version lists and doesn't analyze; of older versions, whether there are any.
    OtherResources,
    /// Resources of a template that aren't deployed, as a condition is false.
    Undeployed,
    /// Users of clusters that Azure doesn't list.
    ClusterUsers,
    /// Role assignments of other APIs than an account's own.
    ForeignRoles,
    /// Role assignments and role definitions of Azure RBAC.
    AzureRbac,
    /// Deny assignments of Azure RBAC.
    DenyAssignments,
    /// What is delegated to other tenants (Azure Lighthouse).
    Delegations,
    /// What publishers of managed applications can do.
    Publishers,
    /// Who can act as managed identities that have access.
    Identities,
    /// Principals in the directory.
    Directory,
    /// Members of groups.
    GroupMembers,
    /// Whether those who are in a group are those who should be: the policy doesn't list them.
    Membership,
}

impl What {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 32] = [
        Self::Accounts,
        Self::Account,
        Self::Policy,
        Self::Checks,
        Self::Access,
        Self::DeniedActions,
        Self::Roles,
        Self::LocalAuth,
        Self::KeyMetadataWrites,
        Self::KeyAge,
        Self::KeyReaders,
        Self::AccountWriters,
        Self::RoleAdmins,
        Self::IdentityAdmins,
        Self::RoleDefinitions,
        Self::RoleAssignments,
        Self::Databases,
        Self::OtherApis,
        Self::MongoUsers,
        Self::Clusters,
        Self::OtherResources,
        Self::Undeployed,
        Self::ClusterUsers,
        Self::ForeignRoles,
        Self::AzureRbac,
        Self::DenyAssignments,
        Self::Delegations,
        Self::Publishers,
        Self::Identities,
        Self::Directory,
        Self::GroupMembers,
        Self::Membership,
    ];

    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Accounts => "further accounts",
            Self::Account => "roles and databases",
            Self::Policy => "the policy's rules",
            Self::Checks => "checks that are turned off",
            Self::Access => "data access",
            Self::DeniedActions => "denied actions",
            Self::Roles => "custom role definitions",
            Self::LocalAuth => "key-based authentication",
            Self::KeyMetadataWrites => "metadata writes with account keys",
            Self::KeyAge => "the age of account keys",
            Self::KeyReaders => "key readers",
            Self::AccountWriters => "account writers",
            Self::RoleAdmins => "role admins",
            Self::IdentityAdmins => "identity admins",
            Self::RoleDefinitions => "role definitions",
            Self::RoleAssignments => "role assignments",
            Self::Databases => "databases",
            Self::OtherApis => "roles and role assignments",
            Self::MongoUsers => "MongoDB users",
            Self::Clusters => "MongoDB vCore and managed Cassandra clusters",
            Self::OtherResources => "other resource types",
            Self::Undeployed => "undeployed resources",
            Self::ClusterUsers => "database users",
            Self::ForeignRoles => "assigned roles of another API",
            Self::AzureRbac => "Azure RBAC",
            Self::DenyAssignments => "deny assignments",
            Self::Delegations => "delegations to other tenants",
            Self::Publishers => "publishers of managed applications",
            Self::Identities => "control of managed identities",
            Self::Directory => "principals in the directory",
            Self::GroupMembers => "group members",
            Self::Membership => "who is in groups",
        }
    }

    /// Whether `need` is not checked either where this is not.
    fn includes(self, need: Self) -> bool {
        self == need
            || match self {
                Self::Policy => need.is_of_policy(),
                Self::OtherApis => matches!(need, Self::RoleDefinitions | Self::RoleAssignments | Self::Databases),
                // Its settings are in the list of accounts.
                Self::Account => need.is_of_account() && !need.is_setting(),
                Self::OtherResources => need.is_of_account(),
                // Of an account that isn't in the report, somebody can have keys, and groups access.
                Self::Accounts => matches!(need, Self::AzureRbac | Self::GroupMembers),
                Self::ClusterUsers => need == Self::RoleAssignments,
                Self::MongoUsers => matches!(need, Self::RoleDefinitions | Self::RoleAssignments),
                _ => false,
            }
    }

    /// Whether it is something of an account itself.
    fn is_of_account(self) -> bool {
        matches!(
            self,
            Self::RoleDefinitions
                | Self::RoleAssignments
                | Self::Databases
                | Self::MongoUsers
                | Self::Access
                | Self::DeniedActions
                | Self::Roles
                | Self::LocalAuth
                | Self::KeyMetadataWrites
                | Self::KeyAge
        )
    }

    /// Whether it is a setting of an account.
    fn is_setting(self) -> bool {
        matches!(self, Self::LocalAuth | Self::KeyMetadataWrites | Self::KeyAge)
    }

    /// Whether it concerns the account of a place, for certain or possibly, where it wasn't checked in these. `accounts`: in order;
    /// `None`: nobody knows in which.
    pub fn is_about(self, accounts: Option<&[usize]>, account: usize) -> bool {
        let Some(accounts) = accounts else {
            // Whether there are others is nothing about one that is there.
            return !matches!(
                self,
                Self::Accounts | Self::Clusters | Self::OtherResources | Self::Undeployed
            );
        };
        accounts.binary_search(&account).is_ok()
    }

    /// Whether it is a comparison with what the policy states.
    pub fn is_of_policy(self) -> bool {
        matches!(
            self,
            Self::Access
                | Self::DeniedActions
                | Self::Roles
                | Self::LocalAuth
                | Self::KeyMetadataWrites
                | Self::KeyReaders
                | Self::AccountWriters
                | Self::RoleAdmins
                | Self::IdentityAdmins
        )
    }
}

/// Something that an audit did not check, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotChecked {
    /// What.
    pub what: What,
    /// Why.
    pub why: Shown,
    /// Where: places in the accounts of the report, in order. `None`: it is not known in which accounts, or in how many.
    pub accounts: Option<Vec<usize>>,
    /// How many principals it concerns, where that is known.
    pub principals: Option<usize>,
    /// The line concerned.
    pub place: Option<Place>,
}

impl NotChecked {
    /// Whether a check that needs one of `needs` cannot pass because of it: in the account of this place, or anywhere.
    pub fn prevents(&self, needs: &[What], account: Option<usize>) -> bool {
        needs.iter().any(|need| self.what.includes(*need)) && account.is_none_or(|account| self.is_about(account))
    }

    /// Whether it concerns the account of this place, for certain or possibly.
    pub fn is_about(&self, account: usize) -> bool {
        self.what.is_about(self.accounts.as_deref(), account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_listed_in_their_order() {
        assert!(What::ALL.is_sorted());
        let last = What::ALL.last().copied();
        assert_eq!(last.map(|what| what as usize + 1), Some(What::ALL.len()));
    }
}
