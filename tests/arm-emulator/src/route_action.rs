//! Which action of Azure RBAC reading something takes.

use crate::route::Route;

impl Route {
    /// The action that reading it takes, as error messages name it.
    pub(crate) fn read_action(&self) -> String {
        let account = "Microsoft.DocumentDB/databaseAccounts";
        match self {
            Self::Accounts { .. } | Self::Account(_) => format!("{account}/read"),
            Self::AccountList { list, .. } | Self::AccountItem { list, .. } => {
                format!("{account}/{list}/read")
            }
            Self::Containers { list, below, .. } | Self::Container { list, below, .. } => {
                format!("{account}/{list}/{below}/read")
            }
            Self::Cluster(route) => route.read_action(),
            Self::Keys(_) => format!("{account}/listKeys/action"),
            Self::Authorization { list, .. } => format!("Microsoft.Authorization/{list}/read"),
            Self::RoleDefinition { .. } => "Microsoft.Authorization/roleDefinitions/read".to_owned(),
            Self::Delegations { .. } => "Microsoft.ManagedServices/registrationAssignments/read".to_owned(),
            Self::ManagementGroups | Self::ManagementGroup(_) => {
                "Microsoft.Management/managementGroups/read".to_owned()
            }
            Self::Descendants(_) => "Microsoft.Management/managementGroups/descendants/read".to_owned(),
            Self::Resources(_) => "Microsoft.Resources/subscriptions/resources/read".to_owned(),
            Self::ResourceGroups(_) | Self::ResourceGroup(..) => {
                "Microsoft.Resources/subscriptions/resourceGroups/read".to_owned()
            }
            _ => "Microsoft.Resources/subscriptions/read".to_owned(),
        }
    }
}
