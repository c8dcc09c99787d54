//! Microsoft Graph: names for object ids.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::request::Incoming;
use crate::route::Route;
use crate::state::Shared;
use crate::tenant::{Principal, PrincipalKind};
use crate::token::Checked;
use crate::util::{format_time, is_guid, unix_now};

/// The most ids that one call may ask for.
const MOST_IDS: usize = 1000;

/// Answers a request to Graph.
pub(crate) fn answer(request: &Incoming, shared: &Shared) -> Answer {
    if !matches!(request.token, Checked::Valid) {
        let message = match &request.token {
            Checked::Absent => "Access token is empty.",
            Checked::Expired { .. } => "Lifetime validation failed, the token is expired.",
            Checked::WrongAudience(_) => "Access token validation failure. Invalid audience.",
            Checked::Valid | Checked::Invalid => {
                "CompactToken parsing failed with error code: 80049217"
            }
        };
        let challenge = format!(
            r#"Bearer realm="", authorization_uri="{}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000""#,
            shared.endpoints.login
        );
        return failure(401, "InvalidAuthenticationToken", message, request)
            .header("www-authenticate", challenge);
    }
    match (&request.route, request.method.as_str()) {
        (Route::GetByIds, "POST") => get_by_ids(request, shared),
        (Route::GetByIds, _) => failure(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
            request,
        ),
        _ => failure(
            404,
            "ResourceNotFound",
            "Resource not found for the segment.",
            request,
        ),
    }
}

fn get_by_ids(request: &Incoming, shared: &Shared) -> Answer {
    let bad = |message: &str| failure(400, "Request_BadRequest", message, request);
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return failure(
            400,
            "BadRequest",
            "Unable to read JSON request payload.",
            request,
        );
    };
    let Some(ids) = body
        .get("ids")
        .and_then(Value::as_array)
        .filter(|ids| !ids.is_empty())
    else {
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
    let wanted = |principal: &&Principal| {
        let is = type_name(principal.kind);
        types.as_ref().is_none_or(|types| {
            types.iter().any(|one| {
                one.eq_ignore_ascii_case(is) || one.eq_ignore_ascii_case("directoryObject")
            })
        })
    };
    let mut seen = std::collections::HashSet::new();
    let found: Vec<Value> = ids
        .iter()
        .filter_map(|id| shared.world.principal(id))
        .filter(wanted)
        .filter(|principal| seen.insert(principal.id.as_str()))
        .map(principal)
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

fn principal(principal: &Principal) -> Value {
    let mut body = json!({
        "@odata.type": format!("#microsoft.graph.{}", type_name(principal.kind)),
        "id": principal.id,
        "displayName": principal.display_name,
    });
    if let Value::Object(body) = &mut body {
        let mut set = |name: &str, value: Value| {
            body.insert(name.to_owned(), value);
        };
        match principal.kind {
            PrincipalKind::User => {
                let name = principal
                    .display_name
                    .to_ascii_lowercase()
                    .replace(' ', ".");
                set(
                    "userPrincipalName",
                    format!("{name}@contoso.onmicrosoft.com").into(),
                );
            }
            PrincipalKind::Group => {
                set("createdDateTime", json!(principal.created_date_time));
                set("securityEnabled", true.into());
            }
            PrincipalKind::ServicePrincipal => {
                set("createdDateTime", json!(principal.created_date_time));
                set("appId", json!(principal.app_id));
                set(
                    "servicePrincipalType",
                    json!(
                        principal
                            .service_principal_type
                            .as_deref()
                            .unwrap_or("Application")
                    ),
                );
                set("accountEnabled", true.into());
            }
        }
    }
    body
}

fn failure(status: u16, code: &str, message: &str, request: &Incoming) -> Answer {
    let date = format_time(unix_now(), "%Y-%m-%dT%H:%M:%S");
    let inner = json!({ "date": date, "request-id": request.id, "client-request-id": request.id });
    Answer::json(
        status,
        json!({ "error": { "code": code, "message": message, "innerError": inner } }),
    )
}
