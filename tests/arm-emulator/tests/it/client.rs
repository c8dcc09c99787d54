//! A client that trusts the emulator's CA and no other.

use arm_emulator::Emulator;
use serde_json::Value;

pub(crate) fn build(emulator: &Emulator) -> reqwest::Client {
    builder(emulator).build().unwrap()
}

pub(crate) fn builder(emulator: &Emulator) -> reqwest::ClientBuilder {
    // The first test to get here installs it; the others find it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ca = reqwest::Certificate::from_pem(emulator.ca_pem().as_bytes()).unwrap();
    reqwest::Client::builder()
        .tls_certs_only([ca])
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(10))
}

/// An answer with its body read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The code of an error in ARM's wrapper.
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.body["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].as_str().unwrap_or(""))
            .collect()
    }
}

/// GET with a valid token; a path is one of ARM.
pub(crate) async fn get(emulator: &Emulator, url: &str) -> Answer {
    try_get(&build(emulator), emulator, url).await.unwrap()
}

pub(crate) async fn try_get(
    client: &reqwest::Client,
    emulator: &Emulator,
    url: &str,
) -> reqwest::Result<Answer> {
    let url = if url.starts_with('/') {
        format!("{}{url}", emulator.arm_endpoint())
    } else {
        url.to_owned()
    };
    read(client.get(url).bearer_auth(emulator.token())).await
}

pub(crate) async fn read(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await?;
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Ok(Answer {
        status,
        headers,
        body,
    })
}

/// All items of a list, following `nextLink`, and the number of pages.
pub(crate) async fn all(emulator: &Emulator, path: &str) -> (Vec<Value>, usize) {
    let client = build(emulator);
    let (mut items, mut pages, mut next) = (Vec::new(), 0, path.to_owned());
    while !next.is_empty() {
        assert!(pages < 100, "a list that never ends");
        let answer = try_get(&client, emulator, &next).await.unwrap();
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        pages += 1;
        items.extend(answer.body["value"].as_array().unwrap().iter().cloned());
        next = answer.body["nextLink"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
    }
    (items, pages)
}
