//! One line of a snapshot file, from text. Errors say what is wrong in the words of JSON, for somebody who has the file
//! before them.

use super::format::{FORMAT, Gone, Header, Line, ScanGap, VERSION};
use super::shard::Shards;
use super::twins;
use crate::model::cluster::ClusterRecord;
use crate::model::listed_only::ResourceRecord;
use crate::model::{AccountRecord, ControlPlane, Gap, PrincipalRecord};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// What is said of a line that ends too early.
pub(super) const CUT_OFF: &str = "the line is cut off; if the scan was interrupted, resume it with `scan --resume`";

pub(super) fn parse_header(text: &str) -> Result<Header, String> {
    #[derive(Deserialize)]
    struct Version {
        format: String,
        version: Option<Value>,
        taken_at: Option<Value>,
    }
    let not_ours = || format!("this isn't a snapshot: expected a first line with `\"format\":\"{FORMAT}\"`");
    let found: Version = serde_json::from_str(text).map_err(|_| not_ours())?;
    if found.format != FORMAT {
        return Err(not_ours());
    }
    match found.version {
        Some(Value::Number(version)) if version.as_u64() == Some(u64::from(VERSION)) => {}
        Some(Value::Number(version)) => {
            return Err(format!(
                "unsupported snapshot version {version}: expected {VERSION}; take a new snapshot"
            ));
        }
        Some(other) => return Err(format!("`version` is `{other}`, expected the number {VERSION}")),
        None => return Err(format!("`version` is missing, expected the number {VERSION}")),
    }
    if let Some(time) = found.taken_at
        && time.as_str().is_none_or(|time| time.parse::<Timestamp>().is_err())
    {
        return Err(format!("`taken_at` is `{time}`, expected {A_TIME}"));
    }
    let mut header: Header = serde_json::from_str(text).map_err(|error| explain(text, &error))?;
    header.shards.iter().try_for_each(Shards::check)?;
    header.shards = header.shards.and_then(Shards::some);
    Ok(header)
}

/// What a time should look like.
const A_TIME: &str = "a time such as `2026-11-02T08:00:00Z`";

pub(super) fn parse_line(text: &str) -> Result<Line, String> {
    // The keys decide what kind of line it is; the values are then parsed once, into the right type.
    #[derive(Deserialize)]
    struct Keys<'l> {
        #[serde(borrow)]
        account: Option<&'l RawValue>,
        #[serde(borrow)]
        cluster: Option<&'l RawValue>,
        #[serde(borrow)]
        resource: Option<&'l RawValue>,
        #[serde(borrow)]
        control_plane: Option<&'l RawValue>,
        #[serde(borrow)]
        principals: Option<&'l RawValue>,
        #[serde(borrow)]
        gap: Option<&'l RawValue>,
        #[serde(borrow)]
        gone: Option<&'l RawValue>,
        #[serde(borrow)]
        end: Option<&'l RawValue>,
        #[serde(borrow)]
        format: Option<&'l RawValue>,
    }
    let explain = |error: serde_json::Error| explain(text, &error);
    let keys: Keys<'_> = serde_json::from_str(text).map_err(explain)?;
    let kinds = [
        keys.account,
        keys.cluster,
        keys.resource,
        keys.control_plane,
        keys.principals,
        keys.gap,
        keys.gone,
        keys.end,
        keys.format,
    ];
    if kinds.into_iter().flatten().count() > 1 {
        return Err("the line has two kinds at once; take a new snapshot".to_owned());
    }
    match keys {
        Keys { account: Some(_), .. } => {
            let record: AccountRecord = serde_json::from_str(text).map_err(explain)?;
            account(record)
        }
        Keys { cluster: Some(_), .. } => {
            let record: ClusterRecord<'_> = serde_json::from_str(text).map_err(explain)?;
            account(record.try_into()?)
        }
        Keys { resource: Some(_), .. } => {
            let record: ResourceRecord<'_> = serde_json::from_str(text).map_err(explain)?;
            account(record.try_into()?)
        }
        Keys {
            control_plane: Some(plane),
            ..
        } => {
            let plane: ControlPlane = serde_json::from_str(plane.get()).map_err(explain)?;
            explained(plane.unexplained_null())?;
            if plane.subscription.is_empty() {
                return Err("`subscription` is empty; take a new snapshot".to_owned());
            }
            Ok(sorted(Line::ControlPlane(Box::new(plane))))
        }
        Keys {
            principals: Some(list), ..
        } => {
            let list: Vec<PrincipalRecord> = serde_json::from_str(list.get()).map_err(explain)?;
            Ok(sorted(Line::Principals(list)))
        }
        Keys { gap: Some(gap), .. } => {
            let gap: ScanGap = serde_json::from_str(gap.get()).map_err(explain)?;
            Ok(Line::Gap(gap))
        }
        Keys { gone: Some(gone), .. } => {
            let gone: Gone = serde_json::from_str(gone.get()).map_err(explain)?;
            Ok(Line::Gone(gone))
        }
        Keys { end: Some(end), .. } => Ok(Line::End(serde_json::from_str(end.get()).map_err(explain)?)),
        Keys { format: Some(_), .. } => Err("a second snapshot begins here; a file holds one".to_owned()),
        _ => Err(
            "unknown line: expected `account`, `cluster`, `resource`, `control_plane`, `principals`, `gap`, `gone` or `end`; take a new snapshot"
                .to_owned(),
        ),
    }
}

fn account(mut record: AccountRecord) -> Result<Line, String> {
    explained(record.unexplained_null())?;
    if record.gaps.iter().any(Gap::is_in_tags) {
        record.account.tags.lose();
    }
    record.sort();
    twins::join(&mut record)?;
    Ok(Line::Account(Box::new(record)))
}

fn sorted(mut line: Line) -> Line {
    line.sort();
    line
}

/// What could not be read has a gap that says so; without one, something was lost.
fn explained(null: Option<&str>) -> Result<(), String> {
    match null {
        None => Ok(()),
        Some(field) => Err(format!("`{field}` is null, but no gap says why; take a new snapshot")),
    }
}

/// Says what a line lacks without the words of the JSON library's line numbers, which always say line 1.
fn explain(text: &str, error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let detail = error.to_string();
    let detail = detail.split(" at line ").next().unwrap_or_default();
    match error.classify() {
        _ if text.trim().is_empty() => "the line is empty".to_owned(),
        Category::Data if !text.trim_start().starts_with('{') => "the line isn't a JSON object".to_owned(),
        Category::Eof => CUT_OFF.to_owned(),
        // The library for times says what it was reading when it gave up.
        Category::Data if detail.starts_with("failed to parse") => {
            format!("invalid time: expected {A_TIME} (column {})", error.column())
        }
        Category::Data => format!("{} (column {})", in_words_of_json(detail), error.column()),
        _ => format!("the line isn't JSON: {detail} (column {})", error.column()),
    }
}

/// What serde expected is named by types of Rust.
fn in_words_of_json(detail: &str) -> String {
    let Some((found, expected)) = detail.rsplit_once(", expected ") else {
        return detail.to_owned();
    };
    let expected = match expected {
        "usize" | "u64" | "u32" | "u16" => "a whole number",
        "a sequence" => "a list",
        "a map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other if other.starts_with("enum ") => "one of the words for it",
        other => other,
    };
    format!("{found}, expected {expected}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_do_not_speak_of_rust() {
        for (text, said) in [
            ("[]", "the line isn't a JSON object"),
            (r#"{"end":{"accounts":"12","gaps":0}}"#, "expected a whole number"),
            (r#"{"account":[],"role_definitions":[]}"#, "expected"),
            (r#"{"principals":{}}"#, "expected a list"),
            (r#"{"gone":3}"#, "expected an object"),
        ] {
            let problem = parse_line(text).unwrap_err();
            assert!(problem.contains(said), "{text}: {problem}");
            for word in ["struct", "usize", "enum ", "Keys"] {
                assert!(!problem.contains(word), "{text}: {problem}");
            }
        }
    }
}
