//! Times in snapshots.

use jiff::Timestamp;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// A time that is left out where it isn't known, or never comes. The last day of the year 9999 is what .NET writes for "never"
/// (`DateTime.MaxValue`), and later than the latest time that is known here.
pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<Cow<'de, str>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    match text.parse() {
        Ok(time) => Ok(Some(time)),
        Err(_) if text.starts_with("9999-12-31") => Ok(None),
        Err(_) => Err(D::Error::custom(format!(
            "invalid time `{text}`: expected one such as 2026-03-04T05:06:07Z"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_is_no_time_and_nonsense_is_an_error() {
        let read = |text: &str| optional(&mut serde_json::Deserializer::from_str(text));
        assert!(read("\"2026-03-04T05:06:07Z\"").unwrap().is_some());
        for never in ["null", "\"9999-12-31T23:59:59.9999999Z\"", "\"9999-12-31T00:00:00Z\""] {
            assert_eq!(read(never).unwrap(), None, "{never}");
        }
        for odd in ["\"yesterday\"", "\"2026-13-01T00:00:00Z\"", "\"\""] {
            let error = read(odd).unwrap_err().to_string();
            assert!(error.starts_with("invalid time `"), "{error}");
        }
    }
}
