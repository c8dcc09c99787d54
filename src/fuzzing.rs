//! What the fuzz targets in `fuzz/` need and nobody else: they see only what is public. No part of the library's interface.

use crate::arm;
use crate::model::{Api, RoleKind};
use serde_json::Value;

/// Reads an item as each kind of body of Azure Resource Manager and Microsoft Graph. Says as how many of them it can be read.
pub fn bodies(item: &Value) -> usize {
    let of_kinds = RoleKind::ENTRA.into_iter().flat_map(|kind| {
        [
            arm::role_definition(item, kind).is_ok(),
            arm::role_assignment(item, kind).is_ok(),
        ]
    });
    let others = [
        arm::database(item).is_ok(),
        arm::container(item).is_ok(),
        arm::cluster_user(item).is_ok(),
        arm::delegation(item).is_ok(),
        arm::principal(item).is_ok(),
        arm::azure_role_assignment(item).is_ok(),
        arm::azure_role_definition(item).is_ok(),
        arm::eligible_assignment(item).is_ok(),
        arm::deny_assignment(item).is_ok(),
        arm::deny_assignment_without_effect(item).is_ok(),
        arm::mongo_role(item).is_ok(),
        arm::mongo_user(item).is_ok(),
        arm::listed_account(item).is_ok(),
        arm::listed_cluster(item, Api::MongoCluster).is_ok(),
        arm::listed_cluster(item, Api::CassandraCluster).is_ok(),
        arm::listed_only(item).is_ok(),
    ];
    of_kinds.chain(others).filter(|is_read| *is_read).count()
}
