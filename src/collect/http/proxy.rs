//! Proxies that variables name.

use crate::collect::option_error::OptionError;
use url::Url;

/// The variable that names the proxy, if there is one. Refuses a proxy that the client would not use: it says nothing, and
/// sends its requests past it.
pub(super) fn named(get: impl Fn(&str) -> Option<String>) -> Result<Option<&'static str>, OptionError> {
    let is_proxy = |value: &str| {
        let with_scheme = if value.contains("://") {
            value.to_owned()
        } else {
            format!("http://{value}")
        };
        let url = Url::parse(&with_scheme).ok();
        url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            && reqwest::Proxy::all(value).is_ok()
    };
    let mut named = None;
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        match get(variable).filter(|value| !value.trim().is_empty()) {
            None => {}
            Some(value) if is_proxy(&value) => named = named.or(Some(variable)),
            Some(_) => return Err(OptionError::NotAProxy { variable }),
        }
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_proxy_that_would_not_be_used_is_refused() {
        let check = |value: &str| super::named(|name| (name == "https_proxy").then(|| value.to_owned()));
        for good in [
            "",
            "http://proxy:3128",
            "https://u:p@proxy",
            "proxy:3128",
            "10.0.0.1:80",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "http://",
            "http://a b",
            "ftp://proxy",
            "http://proxy:notaport",
            "://",
            "http://u:hunter2@:1",
        ] {
            let error = check(bad).unwrap_err().to_string();
            assert!(
                error.starts_with("https_proxy isn't") && !error.contains("hunter2"),
                "{bad}: {error}"
            );
        }
    }
}
