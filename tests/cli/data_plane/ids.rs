//! Ids of roles and principals in other spellings than Azure documents.

use super::{ACCOUNT, APP, CONTRIBUTOR, Plane, assignment};

const NOBODY: &str = "grants: []";

#[test]
fn a_role_id_names_its_role_however_it_is_spelt() {
    let bare = CONTRIBUTOR.replace('-', "");
    let list = format!("{ACCOUNT}/sqlRoleDefinitions");
    for id in [
        format!("{list}/{CONTRIBUTOR}"),
        format!("{list}/{bare}"),
        format!("{list}/{{{CONTRIBUTOR}}}"),
        format!("{list}/({CONTRIBUTOR})"),
        format!("{list}/{CONTRIBUTOR} "),
        format!("{list}/{CONTRIBUTOR}/"),
        format!("/{list}/{CONTRIBUTOR}"),
        format!("{}/{bare}", &list[1..]),
        list.to_uppercase() + "/" + CONTRIBUTOR,
        CONTRIBUTOR.to_owned(),
        bare.to_uppercase(),
        format!("{{{bare}}}"),
    ] {
        let found = Plane::new(vec![assignment(1, &id, APP, "/")]).found(NOBODY);
        assert_eq!(found, ["excess-access certain"], "{id}");
    }
}

#[test]
fn a_role_id_of_which_only_the_end_names_a_role_possibly_does() {
    for id in [
        format!("{ACCOUNT}/sqlRoleAssignments/{CONTRIBUTOR}"),
        format!("{ACCOUNT}/cosmosRoleDefinitions/{CONTRIBUTOR}"),
        format!("sqlRoleDefinitions/{CONTRIBUTOR}"),
        // An account that was moved keeps its name.
        format!("{}/sqlRoleDefinitions/{CONTRIBUTOR}", ACCOUNT.replace("/rg/", "/old/")),
    ] {
        let plane = Plane::new(vec![assignment(1, &id, APP, "/")]);
        assert_eq!(plane.found(NOBODY), ["excess-access possible"], "{id}");
        let said = plane.messages(NOBODY, "excess-access");
        assert!(said[0].contains("only the end of that ID names it"), "{said:?}");
        let deny = "deny: [{ data_actions: [\"*\"], scope: / }]";
        let found = plane.found(deny);
        assert!(found.contains(&"denied-access possible".to_owned()), "{id} {found:?}");
        // What possibly gives it does not make it certain that nothing is missing.
        let needed = format!("grants: [{{ principal: {APP}, role: Cosmos DB Built-in Data Contributor, scope: / }}]");
        assert_eq!(plane.found(&needed), ["missing-access possible"], "{id}");
    }
}

#[test]
fn a_role_id_of_something_else_names_none() {
    for id in [
        format!("{}/sqlRoleDefinitions/{CONTRIBUTOR}", ACCOUNT.replace("/acc", "/other")),
        format!(
            "//{}/sqlRoleDefinitions/{CONTRIBUTOR}",
            &ACCOUNT.replace("/acc", "/other")[1..]
        ),
        format!("/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}"),
        "85b89bee-d2f4-51f9-aba6-a13fed62f737".to_owned(),
    ] {
        let found = Plane::new(vec![assignment(1, &id, APP, "/")]).found(NOBODY);
        assert_eq!(found, ["dangling-role certain"], "{id}");
    }
}

#[test]
fn a_principal_is_the_same_however_its_id_is_spelt() {
    let bare = APP.replace('-', "");
    let declared = format!("grants: [{{ principal: {APP}, role: Cosmos DB Built-in Data Contributor, scope: / }}]");
    for id in [
        APP.to_uppercase(),
        bare.clone(),
        format!("{{{APP}}}"),
        format!(" ({bare}) "),
    ] {
        let plane = Plane::new(vec![assignment(1, CONTRIBUTOR, &id, "/")]);
        assert_eq!(plane.found(&declared), [""; 0], "{id}");
        let report = plane.audit(&declared).report();
        let principals = report.account("acc")["principals"].as_array().unwrap();
        assert_eq!((principals.len(), &principals[0]["id"]), (1, &APP.into()), "{id}");
    }
}

#[test]
fn whoever_has_an_assignment_that_cannot_be_resolved_is_not_as_declared() {
    let other = ACCOUNT.replace("/acc", "/other");
    for (role, scope, state) in [
        (CONTRIBUTOR, "/", "drift"),
        ("85b89bee-d2f4-51f9-aba6-a13fed62f737", "/", "not-judged"),
        (CONTRIBUTOR, "/dbs/a/colls/b/docs", "not-judged"),
        (CONTRIBUTOR, &other, "not-judged"),
    ] {
        let report = Plane::new(vec![assignment(1, role, APP, scope)]).audit(NOBODY).report();
        assert_eq!(report.account("acc")["principals"][0]["state"], state, "{role} {scope}");
    }
}
