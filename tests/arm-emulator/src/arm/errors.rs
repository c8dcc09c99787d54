//! ARM's error bodies.

use crate::answer::Answer;
use crate::request::Incoming;
use crate::state::Shared;
use crate::token::{Audience, Checked};
use crate::util::{format_time, unix_now};

/// 401, if the token is not good.
pub(crate) fn unauthorized(request: &Incoming, shared: &Shared) -> Option<Answer> {
    Some(match &request.token {
        Checked::Valid => return None,
        Checked::Absent => challenge(
            shared,
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
            "The authentication failed because of missing 'Authorization' header.",
        ),
        Checked::Expired { at } => expired(*at, shared),
        Checked::WrongAudience(audience) => {
            let message = format!(
                "The access token has been obtained for wrong audience or resource '{}'. It should exactly match with \
                 one of the allowed audiences 'https://management.core.windows.net/', '{}'.",
                audience.resource(),
                Audience::Arm.resource(),
            );
            challenge(
                shared,
                "InvalidAuthenticationTokenAudience",
                &message,
                "The access token has been obtained from wrong audience or resource.",
            )
        }
        Checked::Invalid => challenge(
            shared,
            "InvalidAuthenticationToken",
            "The access token is invalid.",
            "Could not parse JWT: the access token is invalid.",
        ),
    })
}

/// 401 for a token that was good until then.
pub(crate) fn expired(at: u64, shared: &Shared) -> Answer {
    let time = |unix| format_time(unix, "%-m/%-d/%Y %-I:%M:%S %p");
    let message = format!(
        "The access token expiry UTC time '{}' is earlier than current UTC time '{}'.",
        time(at),
        time(unix_now())
    );
    challenge(
        shared,
        "ExpiredAuthenticationToken",
        &message,
        "The access token expired.",
    )
}

fn challenge(shared: &Shared, code: &str, message: &str, description: &str) -> Answer {
    let authenticate = format!(
        r#"Bearer authorization_uri="{}/{}", error="invalid_token", error_description="{description}""#,
        shared.endpoints.login, shared.world.tenant.id
    );
    Answer::error(401, code, message).header("www-authenticate", authenticate)
}

/// 400, if the api-version is missing or malformed.
pub(crate) fn api_version(request: &Incoming) -> Option<Answer> {
    let Some(version) = request.parameter("api-version") else {
        return Some(Answer::error(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        ));
    };
    let (date, rest) = version.split_at_checked(10).unwrap_or((version, ""));
    let dated = date.len() == 10
        && date.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let valid = dated && (rest.is_empty() || rest.eq_ignore_ascii_case("-preview"));
    (!valid).then(|| {
        let message = format!(
            "The api-version '{version}' is invalid. The supported versions are \
             '2026-03-15,2025-10-15,2025-04-15,2024-11-15,2024-08-15,2022-12-01,2022-09-01,2022-04-01,2020-10-01'."
        );
        Answer::error(400, "InvalidApiVersionParameter", message)
    })
}

/// 403
pub(crate) fn authorization_failed(request: &Incoming, shared: &Shared) -> Answer {
    let application = shared.world.tenant.applications.first().cloned().unwrap_or_default();
    let scope = request.path.trim_end_matches('/');
    let action = match request.method.as_str() {
        "GET" => request.route.read_action(),
        "DELETE" => request.route.read_action().replace("/read", "/delete"),
        "POST" => request.route.read_action().replace("/read", "/action"),
        _ => request.route.read_action().replace("/read", "/write"),
    };
    let message = format!(
        "The client '{}' with object id '{}' does not have authorization to perform action '{action}' over scope \
         '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
        application.client_id, application.object_id
    );
    Answer::error(403, "AuthorizationFailed", message)
}

/// 429, without the header that says when to come back.
pub(crate) fn throttled(request: &Incoming, shared: &Shared, seconds: u64) -> Answer {
    let actor = shared
        .world
        .tenant
        .applications
        .first()
        .cloned()
        .unwrap_or_default()
        .object_id;
    let subscription = request.route.subscription().unwrap_or_default();
    let message = format!(
        "Number of 'read' requests for subscription '{subscription}' actor '{actor}' exceeded. Please try again after \
         '{seconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for \
         additional information."
    );
    Answer::error(429, "SubscriptionRequestsThrottled", message)
}

/// 404 for an account, in ARM's own words.
pub(crate) fn resource_not_found(request: &Incoming) -> Answer {
    let (name, group) = request
        .route
        .account()
        .map_or(("", ""), |account| (account.name.as_str(), account.group.as_str()));
    let kind = request.route.resource_type();
    let message = format!(
        "The Resource 'Microsoft.DocumentDB/{kind}/{name}' under resource group '{group}' was not found. For \
         more details please go to https://aka.ms/ARMResourceNotFoundFix"
    );
    Answer::error(404, "ResourceNotFound", message)
}

/// 404 for a subscription.
pub(crate) fn subscription_not_found(id: &str) -> Answer {
    Answer::error(
        404,
        "SubscriptionNotFound",
        format!("The subscription '{id}' could not be found."),
    )
}

/// 404 for a type that no provider has.
pub(crate) fn invalid_resource_type(name: &str, request: &Incoming) -> Answer {
    let version = request.parameter("api-version").unwrap_or_default();
    let message = format!(
        "The resource type '{name}' could not be found in the namespace 'Microsoft.DocumentDB' for api version \
         '{version}'. The supported api-versions are '2026-03-15,2025-10-15,2025-04-15,2024-11-15,2024-08-15'."
    );
    Answer::error(404, "InvalidResourceType", message)
}

/// 400 for a version that the provider doesn't know.
pub(crate) fn unsupported_version(name: &str, request: &Incoming) -> Answer {
    let version = request.parameter("api-version").unwrap_or_default();
    let message = format!(
        "No registered resource provider found for location 'global' and API version '{version}' for type '{name}'. The \
         supported api-versions are '2022-04-01, 2018-07-01-preview'."
    );
    Answer::error(400, "NoRegisteredProviderFound", message)
}
