//! Azure Resource Manager: the checks that every request passes, and the tenant-wide resources.

mod authorization;
mod clusters;
mod cosmos;
pub(crate) mod errors;
mod metadata;
mod resources;
mod tenant_wide;

use crate::answer::Answer;
use crate::request::Incoming;
use crate::route::Route;
use crate::state::Shared;
use crate::util::is_guid;

/// Answers a request to ARM.
pub(crate) fn answer(request: &Incoming, shared: &Shared) -> Answer {
    if matches!(request.route, Route::MetadataEndpoints) {
        return metadata::answer(request, shared);
    }
    if let Some(error) = errors::api_version(request).or_else(|| errors::unauthorized(request, shared)) {
        return error;
    }
    let grant = shared.buckets.take(request.route.subscription());
    let answer = match grant.wait {
        Some(seconds) => errors::throttled(request, shared, seconds).header("retry-after", seconds.to_string()),
        None => dispatch(request, shared),
    };
    if !shared.options.rate_limit_headers {
        return answer;
    }
    let (own, global) = if request.route.subscription().is_some() {
        (
            "x-ms-ratelimit-remaining-subscription-reads",
            "x-ms-ratelimit-remaining-subscription-global-reads",
        )
    } else {
        (
            "x-ms-ratelimit-remaining-tenant-reads",
            "x-ms-ratelimit-remaining-tenant-global-reads",
        )
    };
    answer
        .header(own, grant.remaining.to_string())
        .header(global, grant.remaining_global.to_string())
}

fn dispatch(request: &Incoming, shared: &Shared) -> Answer {
    if request.method != "GET" || matches!(request.route, Route::Keys(_)) {
        return match request.method.as_str() {
            // The tenant's client is a reader: it may change nothing and get no key.
            "GET" | "PUT" | "POST" | "PATCH" | "DELETE" => errors::authorization_failed(request, shared),
            method => Answer::error(
                405,
                "HttpMethodNotAllowed",
                format!("The http method '{method}' is not supported for the requested resource."),
            )
            .header("allow", "GET"),
        };
    }
    let Some(id) = request.route.subscription() else {
        return tenant_wide::answer(request, shared);
    };
    if !is_guid(id) {
        let message = format!("The provided subscription identifier '{id}' is malformed or invalid.");
        return Answer::error(400, "InvalidSubscriptionId", message);
    }
    match shared.world.find_subscription(id) {
        Some(which) => cosmos::answer(which, request, shared),
        None => errors::subscription_not_found(id),
    }
}
