//! Answers as the handlers make them: a status, headers and a body that is still a value, so that faults can bend it.

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::{Value, json};

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Payload,
}

/// A body before it is bytes.
#[derive(Debug)]
pub(crate) enum Payload {
    Json(Value),
    Text {
        content_type: Cow<'static, str>,
        bytes: Bytes,
    },
}

impl Answer {
    pub(crate) const fn json(status: u16, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Payload::Json(body),
        }
    }

    pub(crate) const fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    pub(crate) fn text(status: u16, content_type: &'static str, text: &'static str) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Payload::Text {
                content_type: Cow::Borrowed(content_type),
                bytes: Bytes::from_static(text.as_bytes()),
            },
        }
    }

    pub(crate) fn written(status: u16, content_type: String, text: String) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Payload::Text {
                content_type: Cow::Owned(content_type),
                bytes: text.into(),
            },
        }
    }

    /// An error in ARM's wrapper.
    pub(crate) fn error(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self::json(status, json!({ "error": { "code": code, "message": message.into() } }))
    }

    /// An error as the Cosmos DB resource provider gives it, without the wrapper.
    pub(crate) fn bare(status: u16, code: &str, message: &str, activity: &str) -> Self {
        let message = format!("{message}\r\nActivityId: {activity}, Microsoft.Azure.Documents.Common/2.14.0");
        Self::json(status, json!({ "code": code, "message": message }))
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Content type and bytes.
    pub(crate) fn content(&self) -> (&str, Bytes) {
        match &self.body {
            Payload::Json(value) => (
                "application/json; charset=utf-8",
                serde_json::to_vec(value).unwrap_or_default().into(),
            ),
            Payload::Text { content_type, bytes } => (content_type, bytes.clone()),
        }
    }
}
