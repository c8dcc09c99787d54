//! Microsoft Graph: names for object ids, and who is in a group.

use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::fault::FaultKind;
use crate::paging::{read_token, token};
use crate::request::Incoming;
use crate::route::Route;
use crate::state::Shared;
use crate::tenant::{Principal, PrincipalKind};
use crate::token::Checked;
use crate::util::{format_time, is_guid, unix_now};

/// Where Graph's lists name their next page.
pub(crate) const NEXT_LINK: &str = "@odata.nextLink";
/// The most ids that one call may ask for.
const MOST_IDS: usize = 1000;
/// Members on a page, unless `$top` says otherwise, and the most that it may say.
const PAGE: usize = 100;
const MOST_ON_PAGE: usize = 999;

/// Answers a request to Graph.
pub(crate) fn answer(request: &Incoming, shared: &Shared) -> Answer {
    if !matches!(request.token, Checked::Valid) {
        let message = match &request.token {
            Checked::Absent => "Access token is empty.",
            Checked::Expired { .. } => "Lifetime validation failed, the token is expired.",
            Checked::WrongAudience(_) => "Access token validation failure. Invalid audience.",
            Checked::Valid | Checked::Invalid => "CompactToken parsing failed with error code: 80049217",
        };
        let challenge = format!(
            r#"Bearer realm="", authorization_uri="{}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000""#,
            shared.endpoints.login
        );
        return failure(401, "InvalidAuthenticationToken", message, request).header("www-authenticate", challenge);
    }
    match (&request.route, request.method.as_str()) {
        (Route::GetByIds, "POST") => get_by_ids(request, shared),
        (Route::TransitiveMembers(group), "GET") => transitive_members(group, request, shared),
        (Route::GetByIds, _) => failure(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
            request,
        ),
        _ => failure(404, "ResourceNotFound", "Resource not found for the segment.", request),
    }
}

fn get_by_ids(request: &Incoming, shared: &Shared) -> Answer {
    let bad = |message: &str| failure(400, "Request_BadRequest", message, request);
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return failure(400, "BadRequest", "Unable to read JSON request payload.", request);
    };
    let Some(ids) = body.get("ids").and_then(Value::as_array).filter(|ids| !ids.is_empty()) else {
        return bad("The collection 'ids' must not be empty.");
    };
    if ids.len() > MOST_IDS {
        return bad("Too many ids: the collection 'ids' must have at most 1000 elements.");
    }
    let Some(ids) = ids.iter().map(Value::as_str).collect::<Option<Vec<_>>>() else {
        return bad("Invalid value specified for property 'ids'.");
    };
    if let Some(id) = ids.iter().find(|id| !is_guid(id)) {
        return bad(&format!("Invalid GUID: {id}"));
    }
    let types: Option<Vec<&str>> = body
        .get("types")
        .and_then(Value::as_array)
        .map(|types| types.iter().filter_map(Value::as_str).collect());
    let wanted = |principal: &Principal| {
        let is = type_name(principal.kind);
        types.as_ref().is_none_or(|types| {
            types
                .iter()
                .any(|one| one.eq_ignore_ascii_case(is) || one.eq_ignore_ascii_case("directoryObject"))
        })
    };
    let mut seen = std::collections::HashSet::new();
    let found: Vec<Value> = ids
        .iter()
        .filter_map(|id| shared.world.principal(id))
        .filter(|principal| wanted(principal))
        .filter(|principal| seen.insert(principal.id.clone()))
        .map(|principal| object(&principal, request))
        .collect();
    Answer::ok(json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#directoryObjects",
        "value": found,
    }))
}

const fn type_name(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::User => "user",
        PrincipalKind::Group => "group",
        PrincipalKind::ServicePrincipal => "servicePrincipal",
    }
}

fn transitive_members(group: &str, request: &Incoming, shared: &Shared) -> Answer {
    let Some(group) = shared
        .world
        .principal(group)
        .filter(|one| one.kind == PrincipalKind::Group)
    else {
        let message = format!(
            "Resource '{group}' does not exist or one of its queried reference-property objects are not present."
        );
        return failure(404, "Request_ResourceNotFound", &message, request);
    };
    let top = match request.parameter("$top").map(str::parse) {
        None => PAGE,
        Some(Ok(top)) if (1..=MOST_ON_PAGE).contains(&top) => top,
        Some(_) => return failure(400, "Request_BadRequest", "Invalid page size specified.", request),
    };
    let start = match request.parameter("$skiptoken").map(read_token) {
        None => 0,
        Some(Some(start)) => start,
        Some(None) => return failure(400, "Request_BadRequest", "Invalid skip token.", request),
    };
    // Without the header the count is ignored, and service principals are left out.
    let eventual = request
        .header("consistencylevel")
        .is_some_and(|level| level.eq_ignore_ascii_case("eventual"));
    let mut members = shared.world.transitive_members(&group);
    if !eventual {
        members.retain(|member| member.kind != PrincipalKind::ServicePrincipal);
    }
    let end = start
        .saturating_add(top.min(shared.options.page_size))
        .min(members.len());
    let page = members.iter().skip(start).take(end.saturating_sub(start));
    let mut body = json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#directoryObjects",
        "value": page.map(|member| object(member, request)).collect::<Vec<_>>(),
    });
    if let (true, 0, Some("true"), Value::Object(body)) = (eventual, start, request.parameter("$count"), &mut body) {
        body.insert(
            "@odata.count".to_owned(),
            (members.len() + group.uncounted_members).into(),
        );
    }
    if end < members.len()
        && let Value::Object(body) = &mut body
    {
        let select = request
            .parameter("$select")
            .map(|select| format!("%24select={select}&"))
            .unwrap_or_default();
        let count = request
            .parameter("$count")
            .map(|count| format!("%24count={count}&"))
            .unwrap_or_default();
        let next = format!(
            "{}{}?{select}{count}%24top={top}&%24skiptoken={}",
            shared.endpoints.graph,
            request.path,
            token(end, 0)
        );
        body.insert(NEXT_LINK.to_owned(), next.into());
    }
    Answer::ok(body)
}

/// What a user has without being asked for it is little (learn.microsoft.com/graph/api/directoryobject-getbyids: "only a
/// subset of user properties"); of what the caller may not read there is a type and an id, the rest is null.
fn object(principal: &Principal, request: &Incoming) -> Value {
    let guest = principal.user_type.as_deref() == Some("Guest");
    let mail = principal.display_name.to_ascii_lowercase().replace(' ', ".");
    let upn = if guest {
        format!("{mail}_fabrikam.com#EXT#@contoso.onmicrosoft.com")
    } else {
        format!("{mail}@contoso.onmicrosoft.com")
    };
    // Name, value, and whether it comes unasked.
    let of_kind: Vec<(&str, Value, bool)> = match principal.kind {
        PrincipalKind::User => vec![
            ("userPrincipalName", upn.into(), true),
            (
                "userType",
                principal.user_type.as_deref().unwrap_or("Member").into(),
                false,
            ),
            ("createdDateTime", json!(principal.created_date_time), false),
        ],
        PrincipalKind::Group => vec![
            ("createdDateTime", json!(principal.created_date_time), true),
            ("securityEnabled", true.into(), true),
        ],
        PrincipalKind::ServicePrincipal => vec![
            ("createdDateTime", json!(principal.created_date_time), true),
            ("appId", json!(principal.app_id), true),
            (
                "servicePrincipalType",
                principal
                    .service_principal_type
                    .as_deref()
                    .unwrap_or("Application")
                    .into(),
                true,
            ),
            ("accountEnabled", true.into(), true),
            ("alternativeNames", json!(principal.alternative_names), true),
        ],
    };
    let selected: Option<Vec<&str>> = request.parameter("$select").map(|names| names.split(',').collect());
    let shown = |name: &str, unasked: bool| match &selected {
        Some(names) => names.contains(&name),
        None => unasked,
    };
    let mut body = Map::new();
    let type_name = format!("#microsoft.graph.{}", type_name(principal.kind));
    body.insert("@odata.type".to_owned(), type_name.into());
    let common = [
        ("id", json!(principal.id), true),
        ("displayName", json!(principal.display_name), true),
    ];
    for (name, value, unasked) in common.into_iter().chain(of_kind) {
        if shown(name, unasked) {
            let value = if principal.limited && name != "id" {
                Value::Null
            } else {
                value
            };
            body.insert(name.to_owned(), value);
        }
    }
    Value::Object(body)
}

/// Graph's own words for what ARM says otherwise.
pub(crate) fn fault(kind: &FaultKind, request: &Incoming) -> Option<Answer> {
    Some(match kind {
        FaultKind::Forbidden => failure(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
            request,
        ),
        FaultKind::TooManyRequests { retry_after, .. } => {
            let answer = failure(429, "TooManyRequests", "Too many requests.", request);
            match retry_after {
                Some(seconds) => answer.header("retry-after", seconds.to_string()),
                None => answer,
            }
        }
        FaultKind::Deleted => failure(404, "Request_ResourceNotFound", "The resource does not exist.", request),
        _ => return None,
    })
}

fn failure(status: u16, code: &str, message: &str, request: &Incoming) -> Answer {
    let date = format_time(unix_now(), "%Y-%m-%dT%H:%M:%S");
    let inner = json!({ "date": date, "request-id": request.id, "client-request-id": request.id });
    Answer::json(
        status,
        json!({ "error": { "code": code, "message": message, "innerError": inner } }),
    )
}
