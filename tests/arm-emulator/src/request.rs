//! A request as the handlers see it: read, parsed and with its token judged.

use std::collections::HashMap;

use bytes::Bytes;

use crate::log::Origin;
use crate::route::Route;
use crate::token::Checked;

/// A request.
pub(crate) struct Incoming {
    pub(crate) origin: Origin,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// Decoded parameters of the query.
    pub(crate) parameters: HashMap<String, String>,
    pub(crate) route: Route,
    pub(crate) token: Checked,
    pub(crate) headers: hyper::HeaderMap,
    pub(crate) body: Bytes,
    /// Id of this request, for headers and error messages.
    pub(crate) id: String,
}

impl Incoming {
    /// A parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A header, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The decoded fields of a form.
    pub(crate) fn form(&self) -> HashMap<String, String> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }
}

/// A header, if it is text.
pub(crate) fn header<'a>(headers: &'a hyper::HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
