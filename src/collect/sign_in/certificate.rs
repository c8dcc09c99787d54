//! Signing in with a certificate: what Entra takes in place of a secret is an assertion that the certificate's private key
//! has signed (learn.microsoft.com/entra/identity-platform/certificate-credentials). The SDK's own needs OpenSSL; here it is
//! signed by what TLS needs anyway.

use azure_core::error::ErrorKind;
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SigningKey};
use rustls::{SignatureAlgorithm, SignatureScheme};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// How long an assertion is good for, in seconds. It is made when it is sent.
const LIFE: i64 = 600;

/// A certificate with its private key.
pub(super) struct Certificate {
    key: Arc<dyn SigningKey>,
    /// The certificate itself, and those beside it in the file.
    chain: Vec<CertificateDer<'static>>,
}

/// Makes assertions for one application.
pub(super) struct Assertions {
    pub(super) certificate: Certificate,
    pub(super) client: String,
    /// The URL that tokens are asked of.
    pub(super) audience: String,
    /// Whether the whole chain is sent along, which applications need that name an issuer in place of a certificate.
    pub(super) with_chain: bool,
}

impl fmt::Debug for Assertions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertions")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

impl Certificate {
    /// Reads a PEM file, or says what is wrong with it and how to make a good one of it.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let file = path.display();
        let pem = std::fs::read(path).map_err(|error| format!("couldn't read `{file}`: {error}"))?;
        if !contains(&pem, b"-----BEGIN ") {
            return Err(format!(
                "`{file}` isn't PEM; if it is PKCS #12 (.pfx, .p12), convert it with `openssl pkcs12 -in {file} -nodes -out cert.pem`"
            ));
        }
        if contains(&pem, b"-----BEGIN ENCRYPTED PRIVATE KEY-----") || contains(&pem, b"\nProc-Type: 4,ENCRYPTED") {
            return Err(format!(
                "the private key in `{file}` is encrypted; decrypt it with `openssl pkey -in {file}`, and keep the certificate in the file"
            ));
        }
        let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| format!("`{file}` contains no private key"))?;
        let key = ring::sign::any_supported_type(&key)
            .ok()
            .filter(|key| key.algorithm() == SignatureAlgorithm::RSA)
            .ok_or_else(|| format!("the private key in `{file}` isn't an RSA key of 2048 bits or more"))?;
        let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let all = all.map_err(|_| format!("a certificate in `{file}` is malformed"))?;
        if all.is_empty() {
            return Err(format!("`{file}` contains no certificate, only a private key"));
        }
        let is_own =
            |one: &CertificateDer<'static>| CertifiedKey::new(vec![one.clone()], key.clone()).keys_match().is_ok();
        let Some(own) = all.iter().position(is_own) else {
            return Err(format!("no certificate in `{file}` belongs to its private key"));
        };
        let mut chain = all;
        chain.get_mut(..=own).unwrap_or_default().rotate_right(1);
        Ok(Self { key, chain })
    }
}

impl Assertions {
    fn make(&self, now: i64) -> Result<String, String> {
        let own = self.certificate.chain.first().ok_or("no certificate")?;
        let mut header = json!({
            "alg": "PS256",
            "typ": "JWT",
            "x5t#S256": URL_SAFE_NO_PAD.encode(Sha256::digest(own)),
        });
        if let Some(fields) = header.as_object_mut().filter(|_| self.with_chain) {
            let chain: Vec<String> = self.certificate.chain.iter().map(|one| STANDARD.encode(one)).collect();
            fields.insert("x5c".to_owned(), json!(chain));
        }
        let mut id = [0; 16];
        let random = ring::default_provider().secure_random;
        random.fill(&mut id).map_err(|_| "the system gave no random bytes")?;
        let claims = json!({
            "aud": self.audience,
            "iss": self.client,
            "sub": self.client,
            "jti": URL_SAFE_NO_PAD.encode(id),
            "nbf": now,
            "exp": now.saturating_add(LIFE),
        });
        let part = |json: &serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signer = self.certificate.key.choose_scheme(&[SignatureScheme::RSA_PSS_SHA256]);
        let signer = signer.ok_or("the private key can't sign")?;
        let signature = signer.sign(signed.as_bytes()).map_err(|error| error.to_string())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[async_trait::async_trait]
impl ClientAssertion for Assertions {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let made = self.make(Timestamp::now().as_second());
        made.map_err(|why| azure_core::Error::with_message(ErrorKind::Credential, why))
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
#[path = "certificate_tests.rs"]
mod tests;
