//! Graph: names for ids, and the members of groups.

use arm_emulator::{Emulator, Fault, FaultKind, Matcher, Options, Origin};
use serde_json::{Value, json};

use crate::client::{Answer, build, read};
use crate::samples::{start, start_with};

const ANALYSTS: &str = "0b6d4b0e-2f0e-4f0c-9a55-0d1c3a1f7b11";
const ADA: &str = "4f1d2c3b-0000-4000-8000-000000000003";
const GUSTAV: &str = "4f1d2c3b-0000-4000-8000-000000000004";
const UNSEEN: &str = "4f1d2c3b-0000-4000-8000-000000000006";

async fn ask(emulator: &Emulator, query: &str, ids: &[&str], token: String) -> Answer {
    let url = format!("{}/v1.0/directoryObjects/getByIds{query}", emulator.graph_endpoint());
    let request = build(emulator).post(url).bearer_auth(token);
    read(request.body(json!({ "ids": ids }).to_string())).await.unwrap()
}

async fn get(emulator: &Emulator, url: &str) -> Answer {
    let url = if url.starts_with('/') {
        format!("{}{url}", emulator.graph_endpoint())
    } else {
        url.to_owned()
    };
    read(build(emulator).get(url).bearer_auth(emulator.graph_token()))
        .await
        .unwrap()
}

#[tokio::test]
async fn graph_names_the_ids_it_knows() {
    let emulator = start().await;
    let ids = [
        "63CF3AF1-7EE2-4D4C-9FE6-DEB936065FAA",
        "00000000-0000-0000-0000-00000000dead",
        ANALYSTS,
    ];
    let answer = ask(&emulator, "", &ids, emulator.graph_token()).await;
    let found = answer.body["value"].as_array().unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["@odata.type"], "#microsoft.graph.servicePrincipal");
    assert_eq!(found[0]["servicePrincipalType"], "ManagedIdentity");
    assert_eq!(found[1]["displayName"], "Analysts");
    let many = vec!["00000000-0000-0000-0000-00000000dead"; 1001];
    let answer = ask(&emulator, "", &many, emulator.graph_token()).await;
    assert_eq!((answer.status, answer.code()), (400, "Request_BadRequest"));
}

#[tokio::test]
async fn each_audience_takes_its_own_token() {
    let emulator = start().await;
    assert_eq!(ask(&emulator, "", &[ADA], emulator.token()).await.status, 401);
    let url = format!("{}/subscriptions?api-version=2022-12-01", emulator.arm_endpoint());
    let answer = read(build(&emulator).get(url).bearer_auth(emulator.graph_token()))
        .await
        .unwrap();
    assert_eq!(
        (answer.status, answer.code()),
        (401, "InvalidAuthenticationTokenAudience")
    );
}

#[tokio::test]
async fn of_users_little_comes_unasked_and_of_hidden_ones_nothing() {
    let emulator = start().await;
    let ids = [ADA, GUSTAV, UNSEEN];
    let plain = ask(&emulator, "", &ids, emulator.graph_token()).await;
    assert_eq!(plain.body["value"][1].get("userType"), None);
    assert!(
        plain.body["value"][1]["userPrincipalName"]
            .as_str()
            .unwrap()
            .contains("#EXT#")
    );
    let select = "?$select=id,displayName,userType,createdDateTime,servicePrincipalType";
    let asked = ask(&emulator, select, &ids, emulator.graph_token()).await;
    let found = asked.body["value"].as_array().unwrap();
    let types: Vec<&Value> = found.iter().map(|one| &one["userType"]).collect();
    assert_eq!(types, [&json!("Member"), &json!("Guest"), &Value::Null]);
    assert_eq!(found[0]["createdDateTime"], "2025-02-03T09:00:00Z");
    assert_eq!(found[0].get("userPrincipalName"), None);
    assert_eq!(
        (&found[2]["id"], &found[2]["displayName"]),
        (&json!(UNSEEN), &Value::Null)
    );
}

#[tokio::test]
async fn members_of_groups_in_groups_are_listed_once() {
    for page_size in [1, 1000] {
        let emulator = start_with(Options {
            page_size,
            ..Options::default()
        })
        .await;
        let mut next = format!("/v1.0/groups/{ANALYSTS}/transitiveMembers?$select=id&$top=999");
        let mut found = Vec::new();
        while !next.is_empty() {
            let answer = get(&emulator, &next).await;
            found.extend(answer.body["value"].as_array().unwrap().iter().cloned());
            next = answer.body["@odata.nextLink"].as_str().unwrap_or_default().to_owned();
        }
        let ids: Vec<_> = found.iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(ids, [ADA, "4f1d2c3b-0000-4000-8000-000000000005", GUSTAV, ANALYSTS]);
        assert!(found.iter().all(|one| one.get("displayName").is_none()));
    }
    let emulator = start().await;
    let answer = get(&emulator, &format!("/v1.0/groups/{ADA}/transitiveMembers")).await;
    assert_eq!((answer.status, answer.code()), (404, "Request_ResourceNotFound"));
}

#[tokio::test]
async fn graph_refuses_in_its_own_words() {
    let emulator = start().await;
    emulator.set_faults(vec![
        Fault::new(FaultKind::Forbidden).on(Matcher::origin(Origin::Graph)),
    ]);
    let answer = ask(&emulator, "", &[ADA], emulator.graph_token()).await;
    assert_eq!((answer.status, answer.code()), (403, "Authorization_RequestDenied"));
    emulator.set_faults(vec![
        Fault::new(FaultKind::LoopingNextLink).on(Matcher::origin(Origin::Graph)),
    ]);
    let answer = get(&emulator, &format!("/v1.0/groups/{ANALYSTS}/transitiveMembers")).await;
    let link = answer.body["@odata.nextLink"].as_str().unwrap();
    assert!(link.starts_with(emulator.graph_endpoint()), "{link}");
}
