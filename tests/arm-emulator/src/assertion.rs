//! Client assertions: those that a certificate has signed are verified as Entra does, those of other issuers are known or
//! taken as they are.

use ring::digest::{SHA256, digest};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;

use crate::tenant::Application;
use crate::util::{base64url, base64url_decoded, unix_now};

/// Why an assertion is refused: a code of Entra's and what it says.
pub(crate) type Refusal = (u32, String);

/// Judges an assertion for an application. `known`: the tokens of other issuers that are taken; none = all.
pub(crate) fn check(
    assertion: &str,
    application: &Application,
    known: Option<&[String]>,
    audience: &str,
) -> Result<(), Refusal> {
    let malformed = || (50027, "AADSTS50027: JWT token is invalid or malformed.".to_owned());
    let parts: Vec<&str> = assertion.split('.').filter(|part| !part.is_empty()).collect();
    let [header, claims, signature] = parts.as_slice() else {
        return Err(malformed());
    };
    let header = json(header).unwrap_or_default();
    if let Some(thumbprint) = header.get("x5t#S256").and_then(Value::as_str) {
        let claims = json(claims).ok_or_else(malformed)?;
        let signature = base64url_decoded(signature).ok_or_else(malformed)?;
        let signed = assertion
            .rsplit_once('.')
            .map(|(signed, _)| signed)
            .ok_or_else(malformed)?;
        return signed_by_certificate(
            application,
            &header,
            thumbprint,
            &claims,
            signed.as_bytes(),
            &signature,
            audience,
        );
    }
    match known {
        Some(known) if !known.iter().any(|one| one == assertion) => Err((
            700_024,
            "AADSTS700024: Client assertion is not within its valid time range. Current time: now, assertion valid from \
             then, expiry time of assertion just now."
                .to_owned(),
        )),
        _ => Ok(()),
    }
}

fn signed_by_certificate(
    application: &Application,
    header: &Value,
    thumbprint: &str,
    claims: &Value,
    signed: &[u8],
    signature: &[u8],
    audience: &str,
) -> Result<(), Refusal> {
    let refused = |reason: &str| {
        let text = format!(
            "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on \
             application. [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}'.]"
        );
        Err((700_027, text))
    };
    let mut registered = application
        .certificates
        .iter()
        .filter_map(|pem| CertificateDer::from_pem_slice(pem.as_bytes()).ok());
    let Some(certificate) = registered.find(|one| base64url(digest(&SHA256, one).as_ref()) == thumbprint) else {
        return refused("The key was not found");
    };
    let Ok(parsed) = webpki::EndEntityCert::try_from(&certificate) else {
        return refused("The certificate can't be read");
    };
    let is_signed = header.get("alg").and_then(Value::as_str) == Some("PS256")
        && parsed
            .verify_signature(webpki::ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY, signed, signature)
            .is_ok();
    if !is_signed {
        return refused("The key was found, but use of the key to verify the signature failed");
    }
    let is = |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
    if !is("iss", &application.client_id) || !is("sub", &application.client_id) || !is("aud", audience) {
        return Err((
            700_023,
            "AADSTS700023: Client assertion audience claim does not match Realm issuer.".to_owned(),
        ));
    }
    let time = |name: &str| claims.get(name).and_then(Value::as_u64);
    // Entra forgives five minutes.
    let now = unix_now();
    match (time("nbf"), time("exp")) {
        (Some(from), Some(to)) if from <= now + 300 && now <= to + 300 && to > from => Ok(()),
        _ => Err((
            700_024,
            "AADSTS700024: Client assertion is not within its valid time range.".to_owned(),
        )),
    }
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&base64url_decoded(part)?).ok()
}
