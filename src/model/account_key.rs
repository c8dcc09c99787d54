//! The keys of an account, and when each was generated. A key itself is never read.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A key of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKey {
    /// Reads and writes.
    Primary,
    /// The same, for the time in which the other is regenerated.
    Secondary,
    /// Reads.
    PrimaryReadonly,
    /// The same, for the time in which the other is regenerated.
    SecondaryReadonly,
}

impl AccountKey {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Primary,
        Self::Secondary,
        Self::PrimaryReadonly,
        Self::SecondaryReadonly,
    ];

    /// Its field in `keysMetadata` of the account's body.
    pub fn field(self) -> &'static str {
        match self {
            Self::Primary => "primaryMasterKey",
            Self::Secondary => "secondaryMasterKey",
            Self::PrimaryReadonly => "primaryReadonlyMasterKey",
            Self::SecondaryReadonly => "secondaryReadonlyMasterKey",
        }
    }

    /// What `az cosmosdb keys regenerate --key-kind` calls it.
    pub fn az_kind(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::PrimaryReadonly => "primaryReadonly",
            Self::SecondaryReadonly => "secondaryReadonly",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::PrimaryReadonly => "primary read-only",
            Self::SecondaryReadonly => "secondary read-only",
        }
    }
}

/// When a key was generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Generated {
    /// Then.
    At(Timestamp),
    /// Azure notes the time since 2022-06-18, and has none of this key: it is older. Source: "Database Accounts - Get",
    /// `AccountKeyMetadata.generationTime`.
    Before,
}

impl Generated {
    /// The word for a key that is older than the times that Azure has.
    const BEFORE: &'static str = "before-2022-06-18";

    /// The latest time at which it can have been generated.
    pub fn latest(self) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Before => NOTED_SINCE,
        }
    }
}

/// Since when Azure notes when keys are generated: 2022-06-18T00:00:00Z.
const NOTED_SINCE: Timestamp = Timestamp::constant(1_655_510_400, 0);

impl TryFrom<String> for Generated {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == Self::BEFORE {
            return Ok(Self::Before);
        }
        let time = text.parse().map(Self::At);
        time.map_err(|_| {
            format!("`{text}` isn't the time of a key: expected a time such as `2026-11-02T08:00:00Z`, or `before-2022-06-18`")
        })
    }
}

impl From<Generated> for String {
    fn from(generated: Generated) -> Self {
        match generated {
            Generated::At(time) => time.to_string(),
            Generated::Before => Generated::BEFORE.to_owned(),
        }
    }
}

impl JsonSchema for Generated {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Generated".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "When a key was generated: a time in UTC. Or `before-2022-06-18`: Azure has noted it since then, and has no time of this key.",
            "type": "string",
        })
    }
}

/// When the keys of an account were generated. A key that is left out: it is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeysGenerated {
    /// The primary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<Generated>,
    /// The secondary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secondary: Option<Generated>,
    /// The primary read-only key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_readonly: Option<Generated>,
    /// The secondary read-only key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secondary_readonly: Option<Generated>,
}

impl KeysGenerated {
    /// Of each key what `of` says.
    pub fn of(of: impl Fn(AccountKey) -> Option<Generated>) -> Self {
        Self {
            primary: of(AccountKey::Primary),
            secondary: of(AccountKey::Secondary),
            primary_readonly: of(AccountKey::PrimaryReadonly),
            secondary_readonly: of(AccountKey::SecondaryReadonly),
        }
    }

    /// When a key was generated. `None`: it is not known.
    pub fn get(&self, key: AccountKey) -> Option<Generated> {
        match key {
            AccountKey::Primary => self.primary,
            AccountKey::Secondary => self.secondary,
            AccountKey::PrimaryReadonly => self.primary_readonly,
            AccountKey::SecondaryReadonly => self.secondary_readonly,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_the_notes_and_what_is_not_known_stay_apart() {
        let text = r#"{"primary":"2026-06-02T15:35:43Z","secondary":"before-2022-06-18"}"#;
        let keys: KeysGenerated = serde_json::from_str(text).unwrap();
        assert_eq!(keys.get(AccountKey::Secondary), Some(Generated::Before));
        assert_eq!(keys.get(AccountKey::PrimaryReadonly), None);
        assert_eq!(serde_json::to_string(&keys).unwrap(), text);
        assert_eq!(Generated::Before.latest().to_string(), "2022-06-18T00:00:00Z");
        assert!(serde_json::from_str::<KeysGenerated>(r#"{"primary":"before"}"#).is_err());
    }
}
