//! Principals, as a scan looks them up.

use super::authorization::azure;
use super::*;
use cosmos_rbac::collect::CredentialKind;
use cosmos_rbac::model::{PrincipalKind, PrincipalRecord};

fn principal<'s>(snapshot: &'s Snapshot, id: &str) -> &'s PrincipalRecord {
    let mut principals = snapshot.principals.iter().flatten();
    principals
        .find(|one| one.id.as_str() == id)
        .unwrap_or_else(|| panic!("{id} is not known"))
}

fn at_graph(kind: &str, what: FaultKind) -> Fault {
    let on = Matcher {
        kind: Some(kind.to_owned()),
        ..Matcher::origin(Origin::Graph)
    };
    Fault::new(what).on(on)
}

/// An assignment for each principal.
fn assigned(ids: impl IntoIterator<Item = String>) -> String {
    let rows: Vec<String> = ids
        .into_iter()
        .map(|id| format!("        - {{ role: Reader, principal_id: {id} }}\n"))
        .collect();
    format!("    rbac:\n      role_assignments:\n{}", rows.concat())
}

fn guid(number: usize) -> String {
    format!("5f9d1f6e-0000-4000-8000-{number:012}")
}

#[tokio::test]
async fn the_sample_shows_who_is_who() {
    let azure = Azure::sample().await;
    let snapshot = azure.scan().await;
    let orders = principal(&snapshot, "63cf3af1-7ee2-4d4c-9fe6-deb936065faa");
    assert_eq!(
        (orders.name.as_str(), orders.kind),
        ("orders-api", PrincipalKind::ManagedIdentity)
    );
    assert_eq!(orders.created.unwrap().to_string(), "2026-01-15T08:00:00Z");
    let analysts = principal(&snapshot, "0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11");
    assert_eq!((analysts.kind, analysts.members_bounded), (PrincipalKind::Group, false));
    // A group that is in itself, by way of another, ends somewhere.
    assert_eq!(analysts.members.as_ref().unwrap().len(), 4);
    let ada = principal(&snapshot, "4f1d2c3b-0000-4000-8000-000000000003");
    assert_eq!(
        (ada.kind, ada.members.is_none(), ada.created.is_some()),
        (PrincipalKind::User, true, true)
    );
    let gone = principal(&snapshot, "00000000-0000-4000-8000-00000000dead");
    assert_eq!((gone.found, gone.name.as_str()), (false, ""));
    // Who is in a group has a name, though nobody asked for them.
    for member in analysts.members.as_ref().unwrap() {
        assert!(!principal(&snapshot, member.as_str()).name.is_empty(), "{member}");
    }
    // Nobody stands for everybody: the all-zero id of deny assignments is no principal.
    assert_eq!(snapshot.principals.as_ref().unwrap().len(), 6);
}

#[tokio::test]
async fn kinds_and_what_is_hidden() {
    let ids = (1..=4).map(guid).collect::<Vec<_>>();
    let azure = azure(&format!(
        "{}principals:
  - {{ id: {}, displayName: Guest, kind: user, userType: Guest }}
  - {{ id: {}, displayName: Hidden, kind: user, limited: true }}
  - {{ id: {}, displayName: App, kind: servicePrincipal }}",
        assigned(ids.clone()),
        ids[0],
        ids[1],
        ids[2]
    ))
    .await;
    let snapshot = azure.scan().await;
    let kinds: Vec<_> = ids
        .iter()
        .map(|id| principal(&snapshot, id))
        .map(|one| (one.kind, one.found))
        .collect();
    assert_eq!(
        kinds,
        [
            (PrincipalKind::Guest, true),
            (PrincipalKind::User, true),
            (PrincipalKind::ServicePrincipal, true),
            (PrincipalKind::Unknown, false)
        ]
    );
    // Of whom nothing may be read, it is known that they are there.
    assert_eq!(principal(&snapshot, &ids[1]).name, "");
}

#[tokio::test]
async fn many_are_asked_for_in_batches() {
    let ids = (1..=2500).map(guid).collect::<Vec<_>>();
    let people: String = ids
        .iter()
        .skip(1)
        .map(|id| format!("  - {{ id: {id}, displayName: x, kind: user }}\n"))
        .collect();
    let mut azure = azure(&format!("{}principals:\n{people}", assigned(ids.clone()))).await;
    azure.options.limits.body_cap = 8 << 20;
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    let principals = snapshot.principals.as_ref().unwrap();
    assert_eq!((principals.len(), summary.graph_requests), (2500, 3));
    assert_eq!(principals.iter().filter(|one| !one.found).count(), 1);
    assert_eq!(summary.warnings, Vec::<String>::new());
    // One batch that fails costs its own names, and makes nobody a stranger.
    azure.emulator.clear_log();
    azure
        .emulator
        .set_faults(vec![at_graph("getByIds", FaultKind::Forbidden).times(1)]);
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    let principals = snapshot.principals.as_ref().unwrap();
    assert!([1500, 2000].contains(&principals.len()), "{}", principals.len());
    assert!(principals.iter().filter(|one| !one.found).count() <= 1);
    assert!(snapshot.is_complete());
    let [warning] = summary.warnings.as_slice() else {
        panic!("{summary:?}")
    };
    assert!(
        warning.contains("of 2500 principals couldn't be looked up: Authorization_RequestDenied"),
        "{warning}"
    );
}

#[tokio::test]
async fn large_groups_are_read_up_to_a_bound() {
    let members = |count: usize| (1..=count).map(guid).collect::<Vec<_>>();
    let people: String = members(5001)
        .iter()
        .map(|id| format!("  - {{ id: {id}, displayName: x, kind: user }}\n"))
        .collect();
    let (large, full) = (guid(900_001), guid(900_002));
    let mut azure = azure(&format!(
        "{}principals:
  - {{ id: {large}, displayName: All, kind: group, members: [{}] }}
  - {{ id: {full}, displayName: Most, kind: group, members: [{}] }}
{people}",
        assigned([large.clone(), full.clone()]),
        members(5001).join(", "),
        members(5000).join(", "),
    ))
    .await;
    azure.options.limits.body_cap = 8 << 20;
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    for (id, bounded) in [(&large, true), (&full, false)] {
        let group = principal(&snapshot, id);
        assert_eq!(
            (group.members.as_ref().unwrap().len(), group.members_bounded),
            (5000, bounded)
        );
    }
    // That is as it should be.
    assert_eq!(summary.warnings, Vec::<String>::new());
    assert_eq!(summary.graph_requests, 1 + 2 * 6);
}

const TEAM: &str = "5f9d1f6e-0000-4000-8000-000000000900";

/// A group of a user and an application, and of as many others that Graph counts, but does not list.
async fn team(unlisted: usize) -> Azure {
    azure(&format!(
        "{}principals:
  - {{ id: {TEAM}, displayName: Team, kind: group, members: [{}, {}], uncountedMembers: {unlisted} }}
  - {{ id: {}, displayName: Ada, kind: user }}
  - {{ id: {}, displayName: robot, kind: servicePrincipal }}
",
        assigned([TEAM.to_owned()]),
        guid(901),
        guid(902),
        guid(901),
        guid(902),
    ))
    .await
}

/// How many members were read, whether there may be more, and how many the directory counts.
fn members(snapshot: &Snapshot) -> (usize, bool, Option<u64>) {
    let team = principal(snapshot, TEAM);
    (
        team.members.as_ref().unwrap().len(),
        team.members_bounded,
        team.members_count,
    )
}

#[tokio::test]
async fn service_principals_in_a_group_are_listed() {
    let snapshot = team(0).await.scan().await;
    assert_eq!(members(&snapshot), (2, false, Some(2)));
}

#[tokio::test]
async fn a_list_shorter_than_its_count_is_not_whole() {
    let snapshot = team(1).await.scan().await;
    assert_eq!(members(&snapshot), (2, true, Some(3)));
}

#[tokio::test]
async fn where_counting_is_refused_a_list_is_not_whole() {
    let azure = team(0).await;
    let refused = Fault {
        times: Some(1),
        ..at_graph("transitiveMembers", FaultKind::Status(400))
    };
    azure.emulator.set_faults(vec![refused]);
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    assert_eq!(members(&snapshot), (1, true, None), "the application is left out");
    assert!(
        summary.warnings[0].starts_with("1 of 1 groups can have members"),
        "{:?}",
        summary.warnings
    );
}

#[tokio::test]
async fn members_that_cannot_be_read_are_not_nobody() {
    let azure = Azure::sample().await;
    azure
        .emulator
        .set_faults(vec![at_graph("transitiveMembers", FaultKind::Forbidden)]);
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    let analysts = principal(&snapshot, "0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11");
    assert_eq!((analysts.members.as_ref(), analysts.name.as_str()), (None, "Analysts"));
    let [warning] = summary.warnings.as_slice() else {
        panic!("{summary:?}")
    };
    assert!(
        warning.contains("1 of 1 groups") && warning.contains("GroupMember.Read.All"),
        "{warning}"
    );
}

#[tokio::test]
async fn a_directory_that_knows_nobody_is_the_wrong_one() {
    let few = azure(&assigned((1..=9).map(guid))).await;
    let (snapshot, summary) = few.try_scan(&Target::All).await.unwrap();
    assert!(snapshot.principals.iter().flatten().all(|one| !one.found));
    assert_eq!(
        (snapshot.principals.as_ref().unwrap().len(), summary.warnings.len()),
        (9, 0)
    );
    let many = azure(&assigned((1..=10).map(guid))).await;
    let (snapshot, summary) = many.try_scan(&Target::All).await.unwrap();
    assert_eq!(snapshot.principals, None);
    assert!(
        summary.warnings[0].contains("check that the Microsoft Graph token is for this tenant"),
        "{summary:?}"
    );
}

#[tokio::test]
async fn tokens_go_to_their_own_service() {
    let mut azure = Azure::sample().await;
    azure.options.credential = CredentialKind::Token;
    let (arm, graph) = (azure.emulator.token(), azure.emulator.graph_token());
    azure.set("COSMOS_RBAC_TOKEN", Some(&arm));
    // None: that is told, and nothing is sent.
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    assert_eq!((snapshot.principals.as_ref(), summary.graph_requests), (None, 0));
    assert!(
        summary.warnings[0].contains("COSMOS_RBAC_GRAPH_TOKEN isn't set"),
        "{summary:?}"
    );
    assert!(summary.warnings[0].contains("--no-graph"), "{summary:?}");
    // The wrong one is refused, once more with what would be a new one.
    azure.set("COSMOS_RBAC_GRAPH_TOKEN", Some(&arm));
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    assert_eq!((snapshot.principals.as_ref(), summary.graph_requests), (None, 2));
    assert!(
        summary.warnings[0].contains("InvalidAuthenticationToken"),
        "{summary:?}"
    );
    assert!(!summary.warnings[0].contains(&arm));
    azure.set("COSMOS_RBAC_GRAPH_TOKEN", Some(&graph));
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    assert_eq!((snapshot.principals.unwrap().len(), summary.warnings.len()), (6, 0));
    // The other way about there is nothing to begin with.
    azure.set("COSMOS_RBAC_TOKEN", Some(&graph));
    let error = azure.try_scan(&Target::All).await.unwrap_err().to_string();
    assert!(error.contains("InvalidAuthenticationTokenAudience"), "{error}");
}

#[tokio::test]
async fn it_can_be_left_out() {
    let mut azure = Azure::sample().await;
    azure.options.graph = false;
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    assert_eq!(snapshot.principals, None);
    assert!(!snapshot.header.scope.as_ref().unwrap().graph && summary.warnings.is_empty());
    assert_eq!(azure.requests(Origin::Graph), []);
    assert_eq!(azure.requests(Origin::Login).len(), 1);
}

#[tokio::test]
async fn a_private_cloud_says_which_graph_is_its_own() {
    let mut azure = Azure::sample().await;
    azure.options.graph_endpoint = None;
    let (snapshot, summary) = azure.try_scan(&Target::All).await.unwrap();
    assert_eq!((snapshot.principals.as_ref(), summary.graph_requests), (None, 0));
    assert!(summary.warnings[0].contains("--graph-endpoint"), "{summary:?}");
    azure.options.graph_endpoint = Some("http://localhost:1".parse().unwrap());
    let error = azure.try_scan(&Target::All).await.unwrap_err().to_string();
    assert!(error.contains("--graph-endpoint isn't https"), "{error}");
}

#[tokio::test]
async fn without_anybody_nobody_is_asked_for() {
    let azure = azure("").await;
    let (snapshot, _) = azure.try_scan(&Target::All).await.unwrap();
    assert_eq!(snapshot.principals, Some(Vec::new()));
    assert_eq!(azure.requests(Origin::Graph), []);
    assert!(snapshot.is_complete());
}
