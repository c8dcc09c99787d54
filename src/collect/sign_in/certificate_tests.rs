use super::*;
use serde_json::Value;

const CLIENT: &str = include_str!("../../../tests/arm-emulator/certificates/client.pem");
const OTHER: &str = include_str!("../../../tests/arm-emulator/certificates/other.pem");
const CURVE: &str = include_str!("../../../tests/arm-emulator/certificates/curve.pem");

fn read(pem: impl AsRef<[u8]>) -> Result<Certificate, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pem).unwrap();
    let name = file.path().display().to_string();
    Certificate::read(file.path()).map_err(|why| why.replace(&name, "FILE"))
}

/// The first item of the text and what follows it.
fn parts() -> (&'static str, &'static str) {
    CLIENT.split_at(CLIENT.find("-----BEGIN CERTIFICATE-----").unwrap())
}

fn assertions(certificate: Certificate, with_chain: bool) -> Assertions {
    Assertions {
        certificate,
        client: "an-application".to_owned(),
        audience: "https://login.example/t/oauth2/v2.0/token".to_owned(),
        with_chain,
    }
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn what_cannot_be_used_says_why_and_what_to_do() {
    let (key, certificate) = parts();
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    for (pem, said) in [
        (
            &b"\x30\x82\x0a\x2f\x02\x01\x03"[..],
            "`FILE` isn't PEM; if it is PKCS #12 (.pfx, .p12), convert it with `openssl pkcs12 -in FILE -nodes -out cert.pem`",
        ),
        (b"", "isn't PEM"),
        (certificate.as_bytes(), "`FILE` contains no private key"),
        (key.as_bytes(), "`FILE` contains no certificate, only a private key"),
        (
            format!("{key}{OTHER}").as_bytes(),
            "no certificate in `FILE` belongs to its private key",
        ),
        (
            format!("{encrypted}{certificate}").as_bytes(),
            "is encrypted; decrypt it with `openssl pkey -in FILE`",
        ),
        (format!("{old}{certificate}").as_bytes(), "is encrypted"),
        (CURVE.as_bytes(), "isn't an RSA key"),
    ] {
        let why = read(pem).err().unwrap();
        assert!(why.contains(said), "{why}");
        assert!(!why.contains("MII"), "{why}");
    }
    let why = Certificate::read(Path::new("/nowhere/c.pem")).err().unwrap();
    assert!(why.starts_with("couldn't read `/nowhere/c.pem`: "), "{why}");
}

#[test]
fn an_assertion_names_its_certificate_and_nobody_elses() {
    let (key, certificate) = parts();
    // In whatever order, and with Windows' line ends.
    let texts = [
        CLIENT.to_owned(),
        format!("Bag Attributes\n    localKeyID: 01\n{OTHER}{certificate}{key}"),
        CLIENT.replace('\n', "\r\n"),
    ];
    let mut thumbprints = Vec::new();
    for text in texts {
        let assertion = assertions(read(text).unwrap(), false).make(1_700_000_000).unwrap();
        let parts: Vec<&str> = assertion.split('.').collect();
        let (header, claims) = (decoded(parts[0]), decoded(parts[1]));
        assert_eq!((&header["alg"], &header["typ"]), (&json!("PS256"), &json!("JWT")));
        assert_eq!(header.get("x5c"), None);
        thumbprints.push(header["x5t#S256"].clone());
        assert_eq!(claims["aud"], "https://login.example/t/oauth2/v2.0/token");
        assert_eq!(
            (&claims["iss"], &claims["sub"]),
            (&json!("an-application"), &json!("an-application"))
        );
        assert_eq!(
            (&claims["nbf"], &claims["exp"]),
            (&json!(1_700_000_000), &json!(1_700_000_600))
        );
    }
    thumbprints.dedup();
    assert_eq!(thumbprints.len(), 1);
}

#[test]
fn the_chain_is_sent_when_it_is_asked_for() {
    let (key, certificate) = parts();
    let all = assertions(read(format!("{OTHER}{key}{certificate}")).unwrap(), true);
    let assertion = all.make(0).unwrap();
    let header = decoded(assertion.split('.').next().unwrap());
    let der = |pem: &str| STANDARD.encode(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap());
    assert_eq!(header["x5c"], json!([der(certificate), der(OTHER)]));
    assert_eq!(format!("{all:?}"), "Assertions { client: \"an-application\", .. }");
}

/// Both forms of RSA keys are read, and no two assertions are alike.
#[test]
fn keys_of_both_forms() {
    let (key, certificate) = parts();
    let PrivateKeyDer::Pkcs8(pkcs8) = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap() else {
        panic!("not PKCS #8")
    };
    // What PKCS #8 wraps around the key of PKCS #1 takes 26 bytes for one of 2048 bits.
    let pkcs1 = STANDARD.encode(&pkcs8.secret_pkcs8_der()[26..]);
    let pem = format!("-----BEGIN RSA PRIVATE KEY-----\n{pkcs1}\n-----END RSA PRIVATE KEY-----\n{certificate}");
    let all = assertions(read(pem).unwrap(), false);
    assert_ne!(all.make(0).unwrap(), all.make(0).unwrap());
}
