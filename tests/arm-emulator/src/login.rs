//! Entra's token endpoint with what clients ask before, and Azure Pipelines' OIDC endpoint.

use std::collections::HashMap;

use serde_json::json;

use crate::answer::Answer;
use crate::assertion;
use crate::request::Incoming;
use crate::route::Route;
use crate::state::Shared;
use crate::tenant::Application;
use crate::token::Audience;
use crate::util::{format_time, lock, unix_now};

/// Answers a request to the login origin.
pub(crate) fn answer(request: &Incoming, shared: &Shared) -> Answer {
    match &request.route {
        Route::InstanceDiscovery => instance_discovery(request, shared),
        Route::OpenId(tenant) => match unknown_tenant(tenant, request, shared) {
            Some(error) => error,
            None => open_id(tenant, shared),
        },
        Route::Token(tenant) if request.method == "POST" => match unknown_tenant(tenant, request, shared) {
            Some(error) => error,
            None => token(request, shared),
        },
        Route::OidcRequest => oidc_token(request, shared),
        _ => Answer::text(
            404,
            "text/html; charset=utf-8",
            "<html><body>404 - File or directory not found.</body></html>",
        ),
    }
}

fn instance_discovery(request: &Incoming, shared: &Shared) -> Answer {
    let login = &shared.endpoints.login;
    let host = login.trim_start_matches("https://");
    let tenant = request
        .parameter("authorization_endpoint")
        .and_then(|endpoint| endpoint.split('/').nth(3))
        .unwrap_or("common");
    Answer::ok(json!({
        "tenant_discovery_endpoint": format!("{login}/{tenant}/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    }))
}

fn unknown_tenant(tenant: &str, request: &Incoming, shared: &Shared) -> Option<Answer> {
    let known = ["common", "organizations", "adfs"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(tenant))
        || shared.world.tenant.id.eq_ignore_ascii_case(tenant);
    (!known).then(|| {
        let message = format!(
            "AADSTS90002: Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing \
             into the correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        failure(400, "invalid_request", 90002, &message, request)
    })
}

fn open_id(tenant: &str, shared: &Shared) -> Answer {
    let login = &shared.endpoints.login;
    let issuer = if tenant.eq_ignore_ascii_case(&shared.world.tenant.id) {
        tenant
    } else {
        "{tenantid}"
    };
    Answer::ok(json!({
        "token_endpoint": format!("{login}/{tenant}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{login}/{tenant}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{login}/{issuer}/v2.0"),
        "request_uri_parameter_supported": false,
        "authorization_endpoint": format!("{login}/{tenant}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{login}/{tenant}/oauth2/v2.0/devicecode"),
        "end_session_endpoint": format!("{login}/{tenant}/oauth2/v2.0/logout"),
        "tenant_region_scope": "EU",
        "cloud_instance_name": login.trim_start_matches("https://"),
        "msgraph_host": shared.endpoints.graph.trim_start_matches("https://"),
    }))
}

fn token(request: &Incoming, shared: &Shared) -> Answer {
    let form = request.form();
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    if field("grant_type") != "client_credentials" {
        let message = "AADSTS70003: The app requested an unsupported grant type.";
        return failure(400, "unsupported_grant_type", 70003, message, request);
    }
    let client = field("client_id");
    let application = shared
        .world
        .tenant
        .applications
        .iter()
        .find(|application| application.client_id.eq_ignore_ascii_case(client));
    let Some(application) = application else {
        let message = format!(
            "AADSTS700016: Application with identifier '{client}' was not found in the directory '{}'.",
            shared.world.tenant.name
        );
        return failure(400, "unauthorized_client", 700_016, &message, request);
    };
    if let Some(error) = wrong_credential(application, &form, request, shared) {
        return error;
    }
    // Version 1 of the endpoint names a resource, version 2 a scope.
    let wanted = if field("scope").is_empty() {
        field("resource")
    } else {
        field("scope")
    };
    let Some(audience) = audience(wanted.trim_end_matches(".default"), shared) else {
        let message = format!(
            "AADSTS500011: The resource principal named {wanted} was not found in the tenant named {}.",
            shared.world.tenant.name
        );
        return failure(400, "invalid_resource", 500_011, &message, request);
    };
    let Some(token) = issue(application, audience, shared) else {
        return unavailable();
    };
    let seconds = shared.options.token_lifetime.as_secs();
    Answer::ok(json!({
        "token_type": "Bearer",
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": token,
    }))
    .header("cache-control", "no-store, no-cache")
}

fn wrong_credential(
    application: &Application,
    form: &HashMap<String, String>,
    request: &Incoming,
    shared: &Shared,
) -> Option<Answer> {
    let client = &application.client_id;
    let taken = lock(&shared.taken).clone();
    let right = taken.secret.as_ref().unwrap_or(&application.client_secret);
    match (form.get("client_secret"), form.get("client_assertion")) {
        (Some(secret), _) if secret == right && taken.secret_is_expired => {
            let message = format!(
                "AADSTS7000222: The provided client secret keys for app '{client}' are expired. Visit the Azure portal to \
                 create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials \
                 for added security: https://aka.ms/certCreds."
            );
            Some(failure(401, "invalid_client", 7_000_222, &message, request))
        }
        (Some(secret), _) if secret == right => None,
        (Some(_), _) => {
            let message = format!(
                "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client \
                 secret value, not the client secret ID, for a secret added to app '{client}'."
            );
            Some(failure(401, "invalid_client", 7_000_215, &message, request))
        }
        (None, Some(assertion)) => {
            let jwt = form
                .get("client_assertion_type")
                .is_some_and(|kind| kind.ends_with(":jwt-bearer"));
            let audience = format!("{}{}", shared.endpoints.login, request.path);
            let (code, message) = if jwt && application.assertions {
                assertion::check(assertion, application, taken.assertions.as_deref(), &audience).err()?
            } else {
                (50027, "AADSTS50027: JWT token is invalid or malformed.".to_owned())
            };
            Some(failure(401, "invalid_client", code, &message, request))
        }
        (None, None) => {
            let message = "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required for the \
                           'client_credentials' grant type.";
            Some(failure(401, "invalid_client", 7_000_216, message, request))
        }
    }
}

/// What a resource or the front of a scope is for.
pub(crate) fn audience(resource: &str, shared: &Shared) -> Option<Audience> {
    let resource = resource.trim_end_matches('/');
    let is = |known: &[&str]| {
        known
            .iter()
            .any(|one| one.trim_end_matches('/').eq_ignore_ascii_case(resource))
    };
    let arm = [
        "https://management.azure.com",
        "https://management.core.windows.net",
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net",
        "https://management.chinacloudapi.cn",
        "https://management.core.chinacloudapi.cn",
        &shared.endpoints.arm,
    ];
    let graph = [
        "https://graph.microsoft.com",
        "https://graph.microsoft.us",
        "https://dod-graph.microsoft.us",
        "https://microsoftgraph.chinacloudapi.cn",
        &shared.endpoints.graph,
    ];
    if is(&arm) {
        Some(Audience::Arm)
    } else if is(&graph) {
        Some(Audience::Graph)
    } else {
        None
    }
}

pub(crate) fn issue(application: &Application, audience: Audience, shared: &Shared) -> Option<String> {
    shared
        .tokens
        .issue(
            &shared.world.tenant.id,
            &application.client_id,
            &application.object_id,
            audience,
            shared.options.token_lifetime,
        )
        .ok()
}

/// Only without random bytes from the system.
pub(crate) fn unavailable() -> Answer {
    Answer::json(
        503,
        json!({ "error": "temporarily_unavailable", "error_description": "AADSTS90033" }),
    )
}

/// What an Azure Pipelines job gets for its own token.
fn oidc_token(request: &Incoming, shared: &Shared) -> Answer {
    if request.method != "POST" {
        return Answer::json(
            405,
            json!({ "message": "The requested resource does not support this http method." }),
        );
    }
    let bearer = format!("Bearer {}", shared.pipeline_token);
    if request.header("authorization") != Some(&bearer) {
        return Answer::json(
            401,
            json!({ "message": "The user is not authorized to access this resource." }),
        );
    }
    if request.parameter("serviceConnectionId").is_none_or(str::is_empty) {
        return Answer::json(400, json!({ "message": "No service connection was named." }));
    }
    let application = shared.world.tenant.applications.first().cloned().unwrap_or_default();
    match issue(&application, Audience::Graph, shared) {
        Some(token) => Answer::ok(json!({ "oidcToken": token })),
        None => unavailable(),
    }
}

fn failure(status: u16, error: &str, code: u32, message: &str, request: &Incoming) -> Answer {
    let timestamp = format_time(unix_now(), "%Y-%m-%d %H:%M:%SZ");
    let correlation = request.header("client-request-id").unwrap_or(&request.id);
    Answer::json(
        status,
        json!({
            "error": error,
            "error_description": format!(
                "{message}\r\nTrace ID: {}\r\nCorrelation ID: {correlation}\r\nTimestamp: {timestamp}",
                request.id
            ),
            "error_codes": [code],
            "timestamp": timestamp,
            "trace_id": request.id,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
        }),
    )
}
