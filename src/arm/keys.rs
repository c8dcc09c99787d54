//! When the keys of an account were generated. Never a key.

use crate::model::{Generated, KeysGenerated};
use jiff::Timestamp;
use serde_json::Value;

/// Reads `keysMetadata` of an account's body; `None`: the body has none, as in older api-versions. A key without a time was
/// generated before Azure noted times; of one with something else in its place, nothing is known.
pub(super) fn keys_generated_at(item: &Value) -> Option<KeysGenerated> {
    let keys = item.pointer("/properties/keysMetadata")?.as_object()?;
    Some(KeysGenerated::of(|key| match keys.get(key.field()) {
        None | Some(Value::Null) => Some(Generated::Before),
        Some(metadata) => match metadata.as_object()?.get("generationTime") {
            None | Some(Value::Null) => Some(Generated::Before),
            Some(time) => at(time.as_str()?),
        },
    }))
}

/// In whole seconds, as all times of a snapshot.
fn at(text: &str) -> Option<Generated> {
    let time: Timestamp = text.parse().ok()?;
    Timestamp::from_second(time.as_second()).ok().map(Generated::At)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(metadata: Value) -> Option<KeysGenerated> {
        keys_generated_at(&json!({"properties": {"keysMetadata": metadata}}))
    }

    #[test]
    fn a_key_without_a_time_is_older_and_an_account_without_any_is_not_known() {
        assert_eq!(keys_generated_at(&json!({"properties": {}})), None);
        assert_eq!(read(Value::Null), None);
        let keys = read(json!({
            "primaryMasterKey": {"generationTime": "2026-06-02T15:35:43.1591888+00:00"},
            "secondaryMasterKey": {"generationTime": null},
            "primaryReadonlyMasterKey": {},
        }));
        let keys = keys.unwrap();
        let primary = "2026-06-02T15:35:43Z".parse().unwrap();
        assert_eq!(keys.primary, Some(Generated::At(primary)));
        assert_eq!(keys.secondary, Some(Generated::Before));
        assert_eq!(keys.primary_readonly, Some(Generated::Before));
        assert_eq!(keys.secondary_readonly, Some(Generated::Before));
    }

    #[test]
    fn what_is_no_time_is_not_known() {
        assert_eq!(read(json!([])), None);
        for odd in [
            json!("x"),
            json!({"generationTime": 7}),
            json!({"generationTime": "yesterday"}),
        ] {
            let keys = read(json!({ "secondaryReadonlyMasterKey": odd })).unwrap();
            assert_eq!(
                (keys.secondary_readonly, keys.primary),
                (None, Some(Generated::Before)),
                "{odd}"
            );
        }
    }
}
