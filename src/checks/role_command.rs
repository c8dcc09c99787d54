//! Commands on who has access to the data of an account or a cluster: on its role definitions and role assignments, or its
//! users, and on whether keys or passwords open it.

use super::command::{Command, RoleFlag, own_name};
use crate::finding::AccountEdit;
use crate::model::arm_id::last_segment;
use crate::model::cluster::{CASSANDRA, DatabaseRole, ENTRA_ID};
use crate::model::{
    Account, AccountId, Api, PrincipalId, PrincipalKind, RoleAssignment, RoleDefinition, RoleKind, Scope,
};
use serde_json::json;

/// The version of the API for MongoDB vCore clusters: the first stable one with users.
const CLUSTERS: &str = "2025-09-01";

impl Command {
    /// A command on roles of a kind, such as `assignment delete`.
    fn on_roles(account: &Account, kind: RoleKind, words: &'static str) -> Self {
        let command = Self::new(format!("{} {words}", kind.row().az));
        command.naming(&account.id, "--account-name")
    }

    /// Removes a role assignment of the data plane; of a user of MongoDB itself, the user.
    pub(super) fn delete_assignment(account: &Account, assignment: &RoleAssignment) -> Self {
        let id = &assignment.id;
        if account.api.is_cluster() {
            return Self::delete_cluster_user(account, id);
        }
        if assignment.kind.has_passwords() {
            return Self::delete_user(account, id);
        }
        let command = Self::on_roles(account, assignment.kind, "assignment delete");
        let command = command.own(&account.id, "--role-assignment-id", id);
        command.doing(&account.id, AccountEdit::DeleteAssignment { id: id.clone() })
    }

    /// Removes a user of MongoDB itself. Source: `az cosmosdb mongodb user definition delete --help`.
    pub(super) fn delete_user(account: &Account, id: &str) -> Self {
        let words = "az cosmosdb mongodb user definition delete";
        let command = Self::on(&account.id, words, "--account-name");
        let command = command.own(&account.id, "--id", id);
        command.doing(&account.id, AccountEdit::DeleteAssignment { id: id.to_owned() })
    }

    /// Removes a role definition of the data plane.
    pub(super) fn delete_definition(account: &Account, definition: &RoleDefinition) -> Self {
        let id = &definition.id;
        let command = Self::on_roles(account, definition.kind, "definition delete");
        let command = command.own(&account.id, "--id", id);
        command.doing(&account.id, AccountEdit::DeleteDefinition { id: id.clone() })
    }

    /// Gives a principal a role of the data plane, of a kind.
    pub(super) fn create_assignment(
        account: &Account,
        kind: RoleKind,
        role: RoleFlag<'_>,
        (principal, is): (&PrincipalId, PrincipalKind),
        scope: &Scope,
    ) -> Self {
        if account.api.is_cluster() {
            return Self::add_user(account, principal, is, role);
        }
        let at = scope.to_string();
        let fields = [role.value, principal.as_str(), &at];
        let id = AccountEdit::new_id(&account.id, kind.row().assignments, fields);
        let command = Self::on_roles(account, kind, "assignment create");
        let command = command.flag("--role-assignment-id", last_segment(&id));
        let command = command.flag(role.flag, role.value);
        let command = command.flag("--principal-id", principal.as_str());
        let command = command.flag("--scope", &at);
        let edit = AccountEdit::CreateAssignment {
            id,
            role: role.role(),
            principal: principal.clone(),
            scope: scope.clone(),
        };
        command.doing(&account.id, edit)
    }

    /// Changes the role of an assignment. Its scope and its principal cannot be changed.
    /// Source: the service's answer in pulumi-azure-native pull request 3711, "You may only update the associated Role
    /// Definition".
    pub(super) fn update_assignment(account: &Account, assignment: &RoleAssignment, role: RoleFlag<'_>) -> Self {
        let command = Self::on_roles(account, assignment.kind, "assignment update");
        if account.api.is_cluster() {
            return command.refused("the roles of a user of a cluster are set when the user is added");
        }
        let command = command.own(&account.id, "--role-assignment-id", &assignment.id);
        let command = command.flag(role.flag, role.value);
        let edit = AccountEdit::UpdateAssignment {
            id: assignment.id.clone(),
            role: role.role(),
        };
        command.doing(&account.id, edit)
    }

    /// Creates or updates a role definition of the kind of the account's API; `body` says which.
    /// Source: `az cosmosdb sql role definition create --help`.
    pub(super) fn write_definition(account: &Account, words: &'static str, body: &str) -> Self {
        let kind = account.api.role_kind().unwrap_or_default();
        Self::on_roles(account, kind, words).flag("--body", body)
    }

    /// Makes an account refuse keys, or a cluster passwords. Source: azure-cli pull request 32530; since 2.91.0.
    pub(super) fn disable_local_auth(account: &Account) -> Option<Self> {
        let command = match account.api {
            Api::CassandraCluster => return None,
            Api::MongoCluster => Self::allow_entra_id_only(&account.id),
            _ => Self::on(&account.id, "az cosmosdb update", "--name").flag("--disable-local-auth", "true"),
        };
        Some(command.doing(&account.id, AccountEdit::DisableKeys))
    }

    /// Makes clients sign in to a managed Cassandra cluster. Source: `az managed-cassandra cluster update --help`.
    pub(super) fn require_passwords(account: &AccountId) -> Self {
        Self::on(account, "az managed-cassandra cluster update", "--cluster-name")
            .flag("--authentication-method", CASSANDRA)
            .doing(account, AccountEdit::RequirePasswords)
    }

    /// Makes a MongoDB vCore cluster refuse passwords. Source: "Connect to Azure DocumentDB using role-based access control and
    /// Microsoft Entra ID", and `az resource patch --help`.
    fn allow_entra_id_only(cluster: &AccountId) -> Self {
        let properties = json!({ "authConfig": { "allowedModes": [ENTRA_ID] } });
        Self::on_resource("az resource patch", "--ids", cluster.as_str()).flag("--properties", &properties.to_string())
    }

    /// Adds a user to a MongoDB vCore cluster, or writes the one that is there. Source: as above, and `az resource create --help`.
    fn add_user(account: &Account, principal: &PrincipalId, is: PrincipalKind, role: RoleFlag<'_>) -> Self {
        let list = RoleKind::MongoCluster.row().assignments;
        let id = format!("{}/{list}/{}", account.id, principal.as_str());
        let kind = match is {
            PrincipalKind::User | PrincipalKind::Guest => Ok("user"),
            PrincipalKind::ServicePrincipal | PrincipalKind::ManagedIdentity => Ok("servicePrincipal"),
            PrincipalKind::Group => Err("a group can't be a user of a cluster"),
            PrincipalKind::MongoUser => Err("a user with a password isn't added through Azure"),
            PrincipalKind::Unknown => Err("it isn't known whether the principal is a user or a service principal"),
        };
        let properties = json!({
            "identityProvider": { "type": ENTRA_ID, "properties": { "principalType": kind.unwrap_or_default() } },
            "roles": [DatabaseRole::root()],
        });
        let command = Self::on_resource("az resource create", "--id", &id);
        let command = command.flag("--properties", &properties.to_string());
        let edit = AccountEdit::CreateAssignment {
            id,
            role: role.role(),
            principal: principal.clone(),
            scope: Scope::Account,
        };
        let command = match kind {
            Ok(_) => command,
            Err(why) => command.refused(why),
        };
        command.doing(&account.id, edit)
    }

    /// Removes a user from a MongoDB vCore cluster. Source: as above, and `az resource delete --help`.
    fn delete_cluster_user(account: &Account, id: &str) -> Self {
        let command = Self::on_resource("az resource delete", "--ids", id);
        let command = match own_name(&account.id, id) {
            Some(_) => command,
            None => command.refused("its ID isn't in the cluster"),
        };
        command.doing(&account.id, AccountEdit::DeleteAssignment { id: id.to_owned() })
    }

    fn on_resource(words: &'static str, flag: &'static str, id: &str) -> Self {
        Self::new(words).flag(flag, id).flag("--api-version", CLUSTERS)
    }
}
