//! What to do about a refusal, by the code that Entra gives (learn.microsoft.com/entra/identity-platform/reference-error-codes).
//! Codes are added and split over time: one that is not known here has no advice, and nothing else depends on them.

use super::kind::CredentialKind;

/// What to do about the reason why a credential of this kind gave no token.
pub(super) fn advice(kind: CredentialKind, reason: &str) -> Option<&'static str> {
    use CredentialKind::{Azd, Cli, Pipelines, WorkloadIdentity};
    let by = match kind {
        Cli => By::Az,
        Azd => By::Azd,
        WorkloadIdentity | Pipelines => By::Federation,
        _ => By::Application,
    };
    codes(reason).find_map(|code| of_code(code, by))
}

/// What signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Application,
    Federation,
    Az,
    Azd,
}

fn codes(text: &str) -> impl Iterator<Item = u64> {
    let rests = text
        .match_indices("AADSTS")
        .filter_map(|(at, word)| text.get(at + word.len()..));
    rests.filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest.get(..end)?.parse().ok()
    })
}

fn of_code(code: u64, by: By) -> Option<&'static str> {
    Some(match code {
        7_000_215 => {
            "set AZURE_CLIENT_SECRET to the value of one of the application's secrets; its secret ID is something else"
        }
        7_000_222 => {
            "the secret or certificate has expired: add a new one to the application, and update the variable that holds it"
        }
        700_016 => "check AZURE_CLIENT_ID, and that AZURE_TENANT_ID or `--tenant` is the application's tenant",
        90_002 | 900_023 => "check AZURE_TENANT_ID or `--tenant`, and the cloud (`--cloud`)",
        900_382 => "check the cloud (`--cloud`)",
        7_000_112 => "the application is disabled: enable its enterprise application, or use another one",
        700_027 if by == By::Application => {
            "add the certificate to the application, or set AZURE_CLIENT_CERTIFICATE_PATH to one that it has"
        }
        700_024 if by == By::Federation => {
            "the federated token has expired: check that it is renewed, and the clock of this machine"
        }
        700_024 => "check the clock of this machine",
        70_021 | 700_211 | 700_212 | 700_213 => {
            "add a federated credential to the application that has the token's issuer, subject and audience"
        }
        500_011 => "check the cloud (`--cloud`), and with `--arm-endpoint` what its tokens are for (`--arm-audience`)",
        53_000..=53_999 => "a Conditional Access policy forbids this sign-in: ask an administrator of the tenant",
        50_076 | 50_078 | 50_079 | 50_173 | 70_043 | 70_044 | 700_082 if by == By::Az => {
            "sign in again with `az login`, for the tenant that is scanned: `--tenant`"
        }
        50_076 | 50_078 | 50_079 | 50_173 | 70_043 | 70_044 | 700_082 if by == By::Azd => {
            "sign in again with `azd auth login`"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_code_decides() {
        let of = |kind, reason| advice(kind, reason).unwrap_or_default();
        assert!(of(CredentialKind::Env, "AADSTS7000215: no").starts_with("set AZURE_CLIENT_SECRET"));
        assert!(of(CredentialKind::Cli, "ERROR: AADSTS1: x AADSTS700082: y").contains("`az login`"));
        assert!(of(CredentialKind::Azd, "AADSTS700082").contains("`azd auth login`"));
        assert!(of(CredentialKind::WorkloadIdentity, "AADSTS700024: x").contains("federated token"));
        for nothing in ["", "AADSTS", "AADSTSx", "AADSTS1: x", "AADSTS99999999999999999999999"] {
            assert_eq!(advice(CredentialKind::Env, nothing), None, "{nothing}");
        }
    }
}
