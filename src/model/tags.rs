//! Tags of a resource, in as little room as their text takes: an audit holds those of every account.

use super::casing::is_same;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The tags of a resource, sorted by name. Names that differ in case alone can be there side by side, as in files.
#[derive(Clone, Default)]
pub struct Tags {
    /// Names and values, each name before its value.
    text: Box<str>,
    /// Where each of them ends.
    ends: Box<[usize]>,
    /// The places of tags that only the deployment of a template tells in full. No file of a snapshot has them.
    untold: Box<[(usize, Untold)]>,
    /// Whether they couldn't be read, so that there can be others. Files have a gap for it.
    is_lost: bool,
}

/// Whether those that are known are the same: what couldn't be read is a gap of the account.
impl PartialEq for Tags {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, &self.ends, &self.untold) == (&other.text, &other.ends, &other.untold)
    }
}

impl Eq for Tags {}

/// What of a tag only the deployment of a template tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Untold {
    Value,
    /// Its name, and so its value.
    Name,
}

/// Tags by their names, in the order of these: the value, and what isn't told.
type Map = BTreeMap<String, (String, Option<Untold>)>;

impl Tags {
    /// Those that couldn't be read.
    pub fn unread() -> Self {
        Self {
            is_lost: true,
            ..Self::default()
        }
    }

    /// Says that there can be others, which couldn't be read.
    pub fn lose(&mut self) {
        self.is_lost = true;
    }

    /// Each tag: its name and its value. What isn't told stands for itself.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        let mut until = move |end: usize| {
            let part = self.text.get(start..end).unwrap_or_default();
            start = end;
            part
        };
        self.ends.chunks_exact(2).filter_map(move |ends| match ends {
            [name, value] => Some((until(*name), until(*value))),
            _ => None,
        })
    }

    /// Each tag whose name is told, with its value. `None`: only the deployment tells it.
    pub fn told(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let untold = |place: usize| self.untold.iter().find(|(own, _)| *own == place).map(|(_, what)| *what);
        self.iter()
            .enumerate()
            .filter_map(move |(place, (name, value))| match untold(place) {
                None => Some((name, Some(value))),
                Some(Untold::Value) => Some((name, None)),
                Some(Untold::Name) => None,
            })
    }

    /// Whether all of them are told.
    pub fn is_told(&self) -> bool {
        self.untold.is_empty() && !self.is_lost
    }

    /// Whether there can be tags of any other name.
    fn has_untold_name(&self) -> bool {
        self.is_lost || self.untold.iter().any(|(_, what)| *what == Untold::Name)
    }

    /// Whether a tag of that name has a value that fits. `None`: it isn't known.
    pub fn fits(&self, name: &str, fits: impl Fn(&str) -> bool) -> Option<bool> {
        let own = || {
            self.told()
                .filter(|(own, _)| is_same(own, name))
                .map(|(_, value)| value)
        };
        match own().flatten().any(fits) {
            true => Some(true),
            false if own().any(|value| value.is_none()) => None,
            false if own().next().is_none() && self.has_untold_name() => None,
            false => Some(false),
        }
    }

    /// The values of the tags of a name: more than one where names differ in case alone.
    pub fn values<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t str> {
        self.iter()
            .filter(move |(own, _)| is_same(own, name))
            .map(|(_, value)| value)
    }

    /// Sets a tag, whether it is there or not.
    pub fn set(&mut self, name: String, value: String) {
        self.put(name, value, None);
    }

    /// Sets a tag whose value only the deployment of a template tells: `text` stands for it.
    pub fn set_untold(&mut self, name: String, text: String) {
        self.put(name, text, Some(Untold::Value));
    }

    /// Adds tags whose names only the deployment tells: `text` stands for them.
    pub fn add_untold(&mut self, text: String) {
        self.put(text.clone(), text, Some(Untold::Name));
    }

    fn put(&mut self, name: String, value: String, untold: Option<Untold>) {
        let all = self.iter().enumerate().map(|(place, (name, value))| {
            let untold = self.untold.iter().find(|(own, _)| *own == place);
            (name.to_owned(), (value.to_owned(), untold.map(|(_, what)| *what)))
        });
        let mut all: Map = all.collect();
        all.insert(name, (value, untold));
        *self = Self {
            is_lost: self.is_lost,
            ..Self::of(all)
        };
    }

    fn of(tags: Map) -> Self {
        let mut text = String::new();
        let mut ends = Vec::new();
        let mut untold = Vec::new();
        for (place, (name, (value, what))) in tags.iter().enumerate() {
            for part in [name, value] {
                text.push_str(part);
                ends.push(text.len());
            }
            untold.extend(what.map(|what| (place, what)));
        }
        Self {
            text: text.into(),
            ends: ends.into(),
            untold: untold.into(),
            is_lost: false,
        }
    }
}

impl From<BTreeMap<String, String>> for Tags {
    fn from(tags: BTreeMap<String, String>) -> Self {
        Self::of(tags.into_iter().map(|(name, value)| (name, (value, None))).collect())
    }
}

impl FromIterator<(String, String)> for Tags {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(tags: I) -> Self {
        Self::from(tags.into_iter().collect::<BTreeMap<_, _>>())
    }
}

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Read)
    }
}

/// Reads tags. Of a name that is there twice, nobody knows which value holds.
struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Tags;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tags: names and their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tags, A::Error> {
        let mut tags: BTreeMap<String, String> = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, String>()? {
            if tags.contains_key(&name) {
                return Err(de::Error::custom(format!("tag `{name}` appears twice")));
            }
            tags.insert(name, value);
        }
        Ok(Tags::from(tags))
    }
}

impl JsonSchema for Tags {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Tags".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, String>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn what_goes_in_comes_out_sorted() {
        let own = tags(&[("owner", "a=b"), ("", ""), ("Env", ""), ("env", "prod\u{e9}")]);
        let all: Vec<_> = own.iter().collect();
        assert_eq!(all, [("", ""), ("Env", ""), ("env", "prod\u{e9}"), ("owner", "a=b")]);
        assert_eq!(Tags::default().iter().count(), 0);
    }

    #[test]
    fn a_tag_is_set_anew() {
        let mut own = tags(&[("a", "1"), ("c", "3")]);
        own.set("b".to_owned(), "2".to_owned());
        own.set("a".to_owned(), "4".to_owned());
        assert_eq!(own, tags(&[("a", "4"), ("b", "2"), ("c", "3")]));
    }

    #[test]
    fn what_only_a_deployment_tells_is_no_text() {
        let mut own = tags(&[("a", "1"), ("c", "⟨3⟩")]);
        assert!(own.is_told());
        own.set_untold("b".to_owned(), "⟨x⟩".to_owned());
        own.set_untold("a".to_owned(), "⟨y⟩".to_owned());
        let told = [("a", None), ("b", None), ("c", Some("⟨3⟩"))];
        assert_eq!(own.told().collect::<Vec<_>>(), told);
        assert!(!own.is_told());
        let fits = |own: &Tags| ["a", "C", "d"].map(|name| own.fits(name, |value| value == "⟨3⟩"));
        assert_eq!(fits(&own), [None, Some(true), Some(false)]);
        own.add_untold("⟨z⟩".to_owned());
        assert_eq!(own.told().collect::<Vec<_>>(), told);
        assert_eq!(fits(&own), [None, Some(true), None]);
        assert_eq!(own.iter().count(), 4);
        assert_eq!(fits(&Tags::unread()), [None; 3]);
    }

    #[test]
    fn in_files_they_are_a_map() -> Result<(), serde_json::Error> {
        let own: Tags = serde_json::from_str(r#"{"b":"3","a":"1","B":"2"}"#)?;
        assert_eq!(own, tags(&[("B", "2"), ("a", "1"), ("b", "3")]));
        assert_eq!(serde_json::to_string(&own)?, r#"{"B":"2","a":"1","b":"3"}"#);
        Ok(())
    }

    #[test]
    fn a_name_that_is_there_twice_is_refused() {
        let twice = serde_json::from_str::<Tags>(r#"{"b":"2","a":"1","b":"3"}"#);
        assert!(twice.is_err_and(|error| error.to_string().starts_with("tag `b` appears twice")));
    }

    #[test]
    fn names_ignore_case_whatever_the_letters() {
        let own = tags(&[("\u{dc}mgebung", "prod"), ("Env", "a"), ("env", "b")]);
        assert_eq!(own.values("\u{fc}mgebung").collect::<Vec<_>>(), ["prod"]);
        assert_eq!(own.values("ENV").collect::<Vec<_>>(), ["a", "b"]);
    }
}
