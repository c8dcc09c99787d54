//! Whose a token is. Its claims are read and not verified: they say whose view a snapshot is, and decide nothing. The
//! service that takes the token is the one that verifies it.

use super::kind::CredentialKind;
use crate::model::ScannedBy;
use crate::model::guid::{self, is_guid};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Claims of a token of Azure take a few kilobytes.
const LARGEST: usize = 64 << 10;

/// The identity of a token that a credential gave. An opaque token says nothing, and neither does a claim that is no GUID.
pub(super) fn of_token(kind: CredentialKind, token: &str) -> ScannedBy {
    let claims = claims(token);
    // learn.microsoft.com/entra/identity-platform/access-token-claims-reference: `appid` in version 1, `azp` in version 2.
    let guid = |name: &str| {
        let id = claims.as_ref()?.get(name)?.as_str()?;
        is_guid(id).then(|| id.to_ascii_lowercase())
    };
    ScannedBy {
        credential: kind.name().to_owned(),
        object_id: guid("oid"),
        application_id: guid("appid").or_else(|| guid("azp")),
    }
}

/// The tenant of a token.
pub(super) fn tenant_of(token: &str) -> Option<String> {
    guid::parse(claims(token)?.get("tid")?.as_str()?)
}

fn claims(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    if payload.len() > LARGEST {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECT: &str = "99999999-8888-4777-8666-55555555555A";

    fn read(claims: &str) -> (Option<String>, Option<String>) {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
        let found = of_token(CredentialKind::Env, &token);
        (found.object_id, found.application_id)
    }

    #[test]
    fn object_and_application_are_read_from_both_versions_of_a_token() {
        let id = Some(OBJECT.to_ascii_lowercase());
        assert_eq!(
            read(&format!(r#"{{"oid":"{OBJECT}","appid":"{OBJECT}"}}"#)),
            (id.clone(), id.clone())
        );
        assert_eq!(
            read(&format!(r#"{{"oid":"{OBJECT}","azp":"{OBJECT}"}}"#)),
            (id.clone(), id)
        );
    }

    #[test]
    fn claims_that_are_no_ids_are_not_taken_over() {
        let long = format!(r#"{{"oid":"{}"}}"#, "9".repeat(1 << 20));
        for claims in [
            r#"{"oid":"<script>"}"#,
            r#"{"oid":7}"#,
            r#"{"oid":"\u001b[31m"}"#,
            "[]",
            "{",
            "",
            &long,
        ] {
            assert_eq!(read(claims), (None, None), "{claims:.40}");
        }
        for token in ["opaque", "", "..", "a.b", "a.b.c.d", "e30.!.c2ln"] {
            assert_eq!(of_token(CredentialKind::Token, token).object_id, None, "{token}");
        }
    }
}
