//! Tokens that look like real ones, are unique to a start and are known to the emulator alone.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Error;
use crate::log::Authorization;
use crate::util::{base64url, guid, lock, unix_now};

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Arm,
    Graph,
}

impl Audience {
    pub(crate) const fn resource(self) -> &'static str {
        match self {
            Self::Arm => "https://management.azure.com/",
            Self::Graph => "https://graph.microsoft.com/",
        }
    }
}

#[derive(Debug)]
struct Issued {
    audience: Audience,
    expires: Instant,
    expires_unix: u64,
}

/// All tokens of a start.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    issued: Mutex<HashMap<String, Issued>>,
}

/// What a token turned out to be.
pub(crate) enum Checked {
    Absent,
    Valid,
    Expired { at: u64 },
    WrongAudience(Audience),
    Invalid,
}

impl From<&Checked> for Authorization {
    fn from(checked: &Checked) -> Self {
        match checked {
            Checked::Absent => Self::Absent,
            Checked::Valid => Self::Valid,
            Checked::Expired { .. } => Self::Expired,
            Checked::WrongAudience(_) | Checked::Invalid => Self::Invalid,
        }
    }
}

impl Tokens {
    /// Issues a token.
    pub(crate) fn issue(
        &self,
        tenant: &str,
        client: &str,
        object: &str,
        audience: Audience,
        lifetime: Duration,
    ) -> Result<String, Error> {
        let now = unix_now();
        let expires_unix = now + lifetime.as_secs();
        let header = json!({ "typ": "JWT", "alg": "RS256", "x5t": key_id(), "kid": key_id() });
        let claims = json!({
            "aud": audience.resource(),
            "iss": format!("https://sts.windows.net/{tenant}/"),
            "iat": now,
            "nbf": now,
            "exp": expires_unix,
            "appid": client,
            "appidacr": "1",
            "idp": format!("https://sts.windows.net/{tenant}/"),
            "idtyp": "app",
            "oid": object,
            "sub": object,
            "tid": tenant,
            "uti": base64url(&random::<16>()?),
            "ver": "1.0",
        });
        // No key signs it: the emulator knows its tokens by heart, and a client must not look inside.
        let token = format!(
            "{}.{}.{}",
            part(&header),
            part(&claims),
            base64url(&random::<256>()?)
        );
        let issued = Issued {
            audience,
            expires: Instant::now() + lifetime,
            expires_unix,
        };
        lock(&self.issued).insert(token.clone(), issued);
        Ok(token)
    }

    /// Judges an `Authorization` header; `audience` none = any will do.
    pub(crate) fn check(&self, header: Option<&str>, audience: Option<Audience>) -> Checked {
        let Some(header) = header else {
            return Checked::Absent;
        };
        let Some((scheme, token)) = header.split_once(' ') else {
            return Checked::Invalid;
        };
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Checked::Invalid;
        }
        match lock(&self.issued).get(token.trim()) {
            None => Checked::Invalid,
            Some(issued) if audience.is_some_and(|wanted| wanted != issued.audience) => {
                Checked::WrongAudience(issued.audience)
            }
            Some(issued) if issued.expires <= Instant::now() => Checked::Expired {
                at: issued.expires_unix,
            },
            Some(_) => Checked::Valid,
        }
    }

    /// Lets every token issued so far expire now.
    pub(crate) fn expire_all(&self) {
        let (now, now_unix) = (Instant::now(), unix_now());
        for issued in lock(&self.issued).values_mut() {
            issued.expires = now;
            issued.expires_unix = now_unix.saturating_sub(1);
        }
    }
}

/// The id of a signing key that does not exist.
const fn key_id() -> &'static str {
    "emulatorEmulatorEmulatorEmul"
}

fn part(value: &Value) -> String {
    base64url(value.to_string().as_bytes())
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    rustls::crypto::ring::default_provider()
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| Error::Random)?;
    Ok(bytes)
}

/// A random GUID.
pub(crate) fn random_guid() -> Result<String, Error> {
    let bytes = random::<16>()?;
    let value = u128::from_le_bytes(bytes);
    Ok(guid((value >> 64) as u64, value as u64))
}
