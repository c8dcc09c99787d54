//! The one list function. Every list of Azure Resource Manager and of Microsoft Graph is read here: page by page, item by item, so that a bad
//! page or item costs no more than itself, and nothing that is missing looks like an empty list.

use super::service::Service;
use crate::arm::{Code, Failure, Item, Malformed};
use crate::model::Gap;
use azure_core::http::Url;
use percent_encoding::percent_decode_str;
use serde::de::{DeserializeSeed, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt;

/// No list of the service comes near to these; they bound the memory that a hostile one can take.
pub(crate) const MOST_ITEMS: usize = 100_000;
const MOST_GAPS: usize = 1_000;
const LARGEST_ITEM: usize = 1 << 20;

/// Parameters of a URL, not encoded.
pub(crate) type Query = &'static [(&'static str, &'static str)];

/// A list to read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List<'l> {
    /// Names it in gaps.
    pub(crate) what: &'static str,
    /// Which of several, in gaps.
    pub(crate) item: Option<&'l str>,
    /// The path, segment by segment, not encoded.
    pub(crate) path: &'l [&'l str],
    pub(crate) query: Query,
    /// JSON that is sent along; the list is asked for by POST then, and has one page.
    pub(crate) question: Option<&'l [u8]>,
    /// Items beyond these are not read.
    pub(crate) most: usize,
    /// Whom the requests are charged to.
    pub(crate) subscription: Option<&'l str>,
}

/// What was read of a list.
#[derive(Debug, PartialEq)]
pub(crate) struct Listing<T> {
    /// `None`: nothing was read, as opposed to nothing being there.
    pub(crate) items: Option<Vec<T>>,
    /// What was not read.
    pub(crate) gaps: Vec<Gap>,
}

/// Asks Microsoft Graph for the number of items beside them.
pub(crate) const COUNTED: (&str, &str) = ("$count", "true");

/// What was read of a list, and how many items the service says it has.
#[derive(Debug)]
pub(crate) struct Counted<T> {
    pub(crate) listing: Listing<T>,
    /// `None`: it does not say.
    pub(crate) count: Option<u64>,
}

impl Service {
    /// Reads a list to its end, or as far as it goes. `parse` reads an item; `Ok(None)` passes it over.
    pub(crate) async fn list<T: PartialEq>(
        &self,
        list: List<'_>,
        parse: impl Fn(&Value) -> Result<Option<Item<T>>, Malformed>,
    ) -> Listing<T> {
        self.list_counted(list, parse).await.listing
    }

    /// The same, with the number of items, if it is asked for.
    pub(crate) async fn list_counted<T: PartialEq>(
        &self,
        list: List<'_>,
        parse: impl Fn(&Value) -> Result<Option<Item<T>>, Malformed>,
    ) -> Counted<T> {
        let mut reading = Reading::default();
        let mut pages = 0_usize;
        let outcome = async {
            let first = url(&self.endpoint, list.path, list.query)?;
            let mut seen = HashSet::from([first.clone()]);
            let mut next = Some(first.clone());
            while let Some(current) = next {
                if pages >= self.page_bound {
                    let message = format!("the list has more than {} pages", self.page_bound);
                    return Err(Failure::new(None, Code::TooManyPages, message));
                }
                let body = match list.question {
                    None if list.query.contains(&COUNTED) => self.get_eventual(&current).await?,
                    None => self.get(&current, list.subscription).await?,
                    Some(json) => self.post(&current, json).await?,
                };
                pages += 1;
                let link = reading.page(&list, &body, &parse)?;
                next = match link.filter(|link| !link.is_empty()) {
                    Some(_) if list.question.is_some() => {
                        let message = "the answer has another page, which wasn't read";
                        return Err(Failure::new(None, Code::NextLinkRefused, message));
                    }
                    Some(link) => Some(follow(&first, &current, &link)?),
                    None => None,
                };
                if next.as_ref().is_some_and(|next| !seen.insert(next.clone())) {
                    let message = "a page links to one that was read already";
                    return Err(Failure::new(None, Code::NextLinkLoop, message));
                }
            }
            Ok(())
        }
        .await;
        if let Err(failure) = outcome {
            reading.gaps.push(failure.into_gap(list.what, list.item));
        }
        let read = pages > 0 && (reading.pages_understood > 0);
        Counted {
            listing: Listing {
                items: read.then_some(reading.items),
                gaps: reading.gaps,
            },
            count: reading.count,
        }
    }
}

/// Takes the items of an array one after the other: a body of nothing but commas and zeros would otherwise fill many times
/// its size. The function says whether to go on; the value is whether it did to the end.
struct Each<F>(F);

impl<'de, F: FnMut(&'de RawValue) -> bool> DeserializeSeed<'de> for Each<F> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&'de RawValue) -> bool> Visitor<'de> for Each<F> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<bool, A::Error> {
        let mut whole = true;
        // Read to the end in any case: the rest of an array is no error.
        while let Some(item) = items.next_element::<&RawValue>()? {
            whole = whole && (self.0)(item);
        }
        Ok(whole)
    }
}

/// A list as far as it was read.
struct Reading<T> {
    items: Vec<T>,
    gaps: Vec<Gap>,
    /// Where in `items` the item with this id is; ids ignore case.
    by_id: HashMap<String, usize>,
    pages_understood: usize,
    count: Option<u64>,
}

impl<T> Default for Reading<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            gaps: Vec::new(),
            by_id: HashMap::new(),
            pages_understood: 0,
            count: None,
        }
    }
}

impl<T: PartialEq> Reading<T> {
    /// Reads a page; returns its link to the next.
    fn page(
        &mut self,
        list: &List<'_>,
        body: &[u8],
        parse: &impl Fn(&Value) -> Result<Option<Item<T>>, Malformed>,
    ) -> Result<Option<String>, Failure> {
        #[derive(Deserialize)]
        struct Page<'p> {
            #[serde(borrow)]
            value: Option<&'p RawValue>,
            // The one is ARM's name for it, the other Graph's.
            #[serde(borrow, rename = "nextLink", alias = "@odata.nextLink")]
            next_link: Option<&'p RawValue>,
            #[serde(borrow)]
            error: Option<&'p RawValue>,
            #[serde(borrow, rename = "@odata.count")]
            count: Option<&'p RawValue>,
        }
        let wrong = |message: String| Failure::new(Some(200), Code::UnexpectedAnswer, message);
        let page: Page<'_> =
            serde_json::from_slice(body).map_err(|error| wrong(format!("the answer isn't a list: {error}")))?;
        let value = page
            .value
            .ok_or_else(|| wrong("the answer has no `value`".to_owned()))?;
        if !value.get().starts_with('[') {
            return Err(wrong("`value` of the answer isn't a list".to_owned()));
        }
        self.pages_understood += 1;
        // The first page has it. One that is no number proves nothing.
        let count = page.count.and_then(|raw| raw.get().parse().ok());
        self.count = self.count.or(count);
        let each = Each(|raw: &RawValue| {
            if self.items.len() >= list.most || self.gaps.len() >= MOST_GAPS {
                return false;
            }
            if raw.get().len() > LARGEST_ITEM {
                self.malformed(list, None, format!("the item is larger than {LARGEST_ITEM} bytes"));
                return true;
            }
            // Cannot fail on what was parsed a moment ago, save for numbers beyond all bounds.
            match serde_json::from_str(raw.get()) {
                Ok(item) => self.item(list, &item, parse),
                Err(error) => self.malformed(list, None, error.to_string()),
            }
            true
        });
        let whole = each
            .deserialize(&mut serde_json::Deserializer::from_str(value.get()))
            .map_err(|error| wrong(format!("`value` of the answer isn't a list: {error}")))?;
        if !whole {
            let message = format!(
                "the list has more than {} items, or {MOST_GAPS} of them are malformed",
                list.most
            );
            return Err(Failure::new(None, Code::TooManyItems, message));
        }
        if let Some(error) = page.error.filter(|error| error.get() != "null") {
            return Err(wrong(format!(
                "the answer contains an error besides the list: {}",
                error.get()
            )));
        }
        match page.next_link {
            None => Ok(None),
            Some(raw) => serde_json::from_str::<Option<String>>(raw.get())
                .map_err(|_| wrong("`nextLink` of the answer isn't a string".to_owned())),
        }
    }

    fn item(&mut self, list: &List<'_>, item: &Value, parse: &impl Fn(&Value) -> Result<Option<Item<T>>, Malformed>) {
        let id = item.get("id").and_then(Value::as_str);
        let parsed = match parse(item) {
            Ok(Some(parsed)) => parsed,
            Ok(None) => return,
            Err(why) => return self.malformed(list, id, why),
        };
        if let Some(id) = id {
            match self.by_id.entry(id.to_ascii_lowercase()) {
                Entry::Occupied(known) => {
                    // Lists that change while they are read repeat items; only a contradiction is worth a word.
                    if self.items.get(*known.get()) != Some(&parsed.value) {
                        let failure = Failure::new(
                            None,
                            Code::ContradictoryItem,
                            "the list has it twice, with different contents",
                        );
                        self.gaps.push(failure.into_gap(list.what, Some(id)));
                    }
                    return;
                }
                Entry::Vacant(free) => {
                    free.insert(self.items.len());
                }
            }
        }
        self.items.push(parsed.value);
        self.gaps.extend(parsed.gaps);
    }

    fn malformed(&mut self, list: &List<'_>, id: Option<&str>, why: String) {
        let failure = Failure::new(None, Code::MalformedItem, why);
        self.gaps.push(failure.into_gap(list.what, id.or(list.item)));
    }
}

/// The URL of a list. A name cannot change the request, whatever is in it: what is not encoded is refused. Tabs and line
/// feeds are dropped by the parser of URLs (url.spec.whatwg.org, "remove all ASCII tab or newline").
pub(crate) fn url(endpoint: &Url, path: &[&str], query: Query) -> Result<Url, Failure> {
    let bad = |segment: &str| {
        let message = format!("`{segment}` can't be part of a request");
        Failure::new(None, Code::UnusableName, message)
    };
    let is_bad = |segment: &str| matches!(segment, "" | "." | "..") || segment.contains(['\t', '\r', '\n']);
    if let Some(segment) = path.iter().find(|segment| is_bad(segment)) {
        return Err(bad(segment));
    }
    let mut url = endpoint.clone();
    url.path_segments_mut()
        .map_err(|()| bad(endpoint.as_str()))?
        .pop_if_empty()
        .extend(path);
    url.query_pairs_mut().extend_pairs(query);
    Ok(url)
}

/// Where a `nextLink` leads: absolute or relative, but never to another origin (the token would go there), nor to another
/// path: another list of the same name belongs to another account, and some lists hold keys.
fn follow(first: &Url, current: &Url, link: &str) -> Result<Url, Failure> {
    let refuse = |message: &str| Err(Failure::new(None, Code::NextLinkRefused, message));
    let Ok(next) = current.join(link) else {
        return refuse("the link to the next page isn't a URL");
    };
    if next.origin() != first.origin() || !next.username().is_empty() || next.password().is_some() {
        return refuse("the link to the next page leads to another host, so it wasn't followed");
    }
    if !is_same_path(&next, first) {
        return refuse("the link to the next page leads to another list, so it wasn't followed");
    }
    Ok(next)
}

/// Azure Resource Manager does not always repeat a path as it was sent: casing differs, and what is encoded. The name of the
/// list has nothing to encode.
fn is_same_path(next: &Url, first: &Url) -> bool {
    let segments = |url: &Url| -> Vec<String> {
        let path = url.path().trim_matches('/').to_ascii_lowercase();
        let (above, list) = path.rsplit_once('/').unwrap_or(("", &path));
        let names = above
            .split('/')
            .map(|name| percent_decode_str(name).decode_utf8_lossy().to_lowercase());
        names.chain([list.to_owned()]).collect()
    };
    segments(next) == segments(first)
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
