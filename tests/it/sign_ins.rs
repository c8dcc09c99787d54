//! Which built-in roles of Azure sign in to machines or run pods. Those are data actions, which no snapshot holds.

use crate::bodies::recording;
use crate::builtin_roles::texts;
use cosmos_rbac::model::takeover;

/// Whether a data action, in lower case, runs code where an identity can be.
fn runs_code(action: &str) -> bool {
    let (provider, rest) = action.split_once('/').unwrap_or_default();
    let (kind, rest) = rest.split_once('/').unwrap_or_default();
    match (provider, kind) {
        ("microsoft.compute", "virtualmachines") | ("microsoft.hybridcompute", "machines") => rest.contains("login"),
        (_, "managedclusters" | "connectedclusters" | "fleets") => {
            rest == "*"
                || ["pods", "apps/deployments"].iter().any(|kind| {
                    let of_kind = rest.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/'));
                    matches!(of_kind, Some("*" | "write"))
                })
        }
        _ => false,
    }
}

#[test]
#[ignore = "needs COSMOS_RBAC_RECORDINGS; tests/run runs it where that is set"]
fn recorded_roles_that_run_code_by_data_actions_are_known() {
    let mut known = 0;
    for role in recording("built-in-roles.json") {
        let permissions = role["permissions"].as_array().unwrap();
        let data_actions = permissions.iter().flat_map(|one| texts(&one["dataActions"]));
        let runs = data_actions
            .map(str::to_ascii_lowercase)
            .any(|action| runs_code(&action));
        let is_known = !takeover::sign_ins_of(role["id"].as_str().unwrap()).is_empty();
        assert_eq!(runs, is_known, "{}", role["roleName"]);
        known += usize::from(is_known);
    }
    assert_eq!(known, 13);
}
