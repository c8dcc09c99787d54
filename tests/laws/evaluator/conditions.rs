//! Conditions that tenants have, each with what it means, worked out by hand.

use super::Sure::{self, Certain, No, Possible};

/// A condition.
pub(crate) struct Known {
    pub(crate) text: &'static str,
    /// What it says of `roleAssignments/write`, for somebody who looks for a role that opens a bypass.
    assigns: Sure,
    /// What it says of that action, where which role is assigned isn't looked at.
    assigns_any: Sure,
    /// What it says of `listKeys`.
    keys: Sure,
    /// What it says of every other action.
    others: Sure,
}

const fn known(text: &'static str, assigns: Sure, assigns_any: Sure, keys: Sure, others: Sure) -> Known {
    Known {
        text,
        assigns,
        assigns_any,
        keys,
        others,
    }
}

/// All of them.
pub(crate) const KNOWN: [Known; 14] = [
    known("", Certain, Certain, Certain, Certain),
    known("  ", Certain, Certain, Certain, Certain),
    // Nothing of a request but the action is known.
    known("@Resource[x] StringEquals 'y'", Possible, Possible, Possible, Possible),
    known("(((@Request[", Possible, Possible, Possible, Possible),
    // AcrPull, as the portal writes it.
    known(
        "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {7f951dda-4ed3-4680-a7ca-43fe172d538d})) AND ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {7f951dda-4ed3-4680-a7ca-43fe172d538d}))",
        No,
        Possible,
        Certain,
        Certain,
    ),
    // All but Owner, User Access Administrator and Role Based Access Control Administrator.
    known(
        "(!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) || (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9, {f58310d9}})",
        Possible,
        Possible,
        Possible,
        Possible,
    ),
    known(
        "(!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) || (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9})",
        Certain,
        Possible,
        Certain,
        Certain,
    ),
    // Owner alone, without dashes; then a role that nobody knows, and Reader, of whose keys sources disagree.
    known(
        "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{8e3af657a8ff443ca75c2fe8c4bcb635}",
        Certain,
        Possible,
        Possible,
        Possible,
    ),
    known(
        "!(ActionMatches{'Microsoft.Authorization/roleAssignments/*'}) OR @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {00000000-0000-4000-8000-00000000dead}",
        Possible,
        Possible,
        Certain,
        Certain,
    ),
    known(
        "!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'}) OR @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {acdd72a7-3385-48ef-bd42-f606fba81ae7, 7f951dda-4ed3-4680-a7ca-43fe172d538d}",
        Possible,
        Possible,
        Certain,
        Certain,
    ),
    // Who may be given a role isn't known.
    known(
        "NOT (ActionMatches{'microsoft.authorization/ROLEASSIGNMENTS/write'}) OR (@Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'})",
        Possible,
        Possible,
        Certain,
        Certain,
    ),
    // An action that is named alone is taken away; those that aren't named can't be.
    known(
        "!(ActionMatches{'Microsoft.DocumentDB/databaseAccounts/listKeys/action'})",
        Certain,
        Certain,
        No,
        Certain,
    ),
    known(
        "ActionMatches{'Microsoft.DocumentDB/databaseAccounts/listKeys/action'}",
        Possible,
        Possible,
        Certain,
        Possible,
    ),
    // Which of the two joins binds more closely isn't known, and matters.
    known(
        "ActionMatches{'*'} || @Resource[x] StringEquals 'y' && !(ActionMatches{'*'})",
        Possible,
        Possible,
        Possible,
        Possible,
    ),
];

pub(crate) fn is_blank(condition: Option<&str>) -> bool {
    condition.is_none_or(|text| text.trim().is_empty())
}

fn of(condition: Option<&str>) -> &'static Known {
    let text = condition.unwrap_or_default();
    KNOWN.iter().find(|one| one.text == text).unwrap()
}

/// Whether a condition of an assignment or a role lets an action pass.
pub(super) fn allows(condition: Option<&str>, action: &str) -> Sure {
    let known = of(condition);
    match action {
        "Microsoft.Authorization/roleAssignments/write" => known.assigns,
        _ if action.ends_with("ScheduleRequests/write") => known.assigns.min(known.others),
        _ if action.starts_with("Microsoft.Authorization/") => holds(condition, action),
        // Nothing says that conditions are evaluated for anything else.
        _ => holds(condition, action).max(Sure::Possible),
    }
}

/// Whether a condition of a deny assignment holds for an action.
pub(super) fn holds(condition: Option<&str>, action: &str) -> Sure {
    let known = of(condition);
    match action {
        "Microsoft.Authorization/roleAssignments/write" => known.assigns_any,
        "Microsoft.DocumentDB/databaseAccounts/listKeys/action" => known.keys,
        _ => known.others,
    }
}
