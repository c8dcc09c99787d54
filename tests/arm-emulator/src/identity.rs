//! The endpoints of managed identities: those of App Service and of the machine.

use serde_json::json;

use crate::answer::Answer;
use crate::login::{audience, issue, unavailable};
use crate::request::Incoming;
use crate::route::Route;
use crate::state::Shared;
use crate::tenant::Application;
use crate::util::unix_now;

/// Answers a request to the managed identity endpoint.
pub(crate) fn answer(request: &Incoming, shared: &Shared) -> Answer {
    let allowed = match &request.route {
        Route::AppServiceToken => request.header("x-identity-header") == Some(&shared.identity_header),
        Route::ImdsToken => request
            .header("metadata")
            .is_some_and(|value| value.eq_ignore_ascii_case("true")),
        _ => {
            return Answer::json(
                404,
                json!({ "error": "not_found", "error_description": "Identity not found" }),
            );
        }
    };
    if !allowed {
        let description = "Required header is missing or wrong";
        return Answer::json(400, json!({ "error": "bad_request", "error_description": description }));
    }
    let (Some(resource), Some(_)) = (request.parameter("resource"), request.parameter("api-version")) else {
        let description = "Required query variables `resource` and `api-version`";
        return Answer::json(
            400,
            json!({ "error": "invalid_request", "error_description": description }),
        );
    };
    let Some(audience) = audience(resource, shared) else {
        let description = format!("AADSTS500011: The resource principal named {resource} was not found in the tenant.");
        return Answer::json(
            400,
            json!({ "error": "invalid_resource", "error_description": description }),
        );
    };
    let Some(application) = whose(request, shared) else {
        return Answer::json(
            400,
            json!({ "error": "invalid_request", "error_description": "Identity not found" }),
        );
    };
    let lifetime = shared.options.token_lifetime;
    let Some(token) = issue(&application, audience, shared) else {
        return unavailable();
    };
    Answer::ok(json!({
        "access_token": token,
        "client_id": application.client_id,
        "expires_in": lifetime.as_secs().to_string(),
        "expires_on": (unix_now() + lifetime.as_secs()).to_string(),
        "not_before": unix_now().to_string(),
        "resource": resource,
        "token_type": "Bearer",
    }))
}

/// The identity that is asked for. A tenant that names no user-assigned ones gives the same to everybody.
fn whose(request: &Incoming, shared: &Shared) -> Option<Application> {
    let tenant = &shared.world.tenant;
    let own = || Some(tenant.applications.first().cloned().unwrap_or_default());
    let asked = |names: &[&str]| names.iter().find_map(|name| request.parameter(name));
    let client = asked(&["client_id", "clientid"]);
    let object = asked(&["object_id", "principal_id"]);
    let resource = asked(&["msi_res_id", "mi_res_id"]);
    if tenant.identities.is_empty() || (client.is_none() && object.is_none() && resource.is_none()) {
        return own();
    }
    let is = |asked: Option<&str>, id: &str| asked.is_some_and(|asked| asked.eq_ignore_ascii_case(id));
    let found = tenant.identities.iter().find(|identity| {
        is(client, &identity.client_id) || is(object, &identity.object_id) || is(resource, &identity.resource_id)
    })?;
    Some(Application {
        client_id: found.client_id.clone(),
        object_id: found.object_id.clone(),
        ..Application::default()
    })
}
