//! Messages, ids and commands repeat but for the names in them. Folding puts a mark where a finding's own names stand, so
//! that a hundred thousand sentences become a few hundred, each stored once.
//!
//! Marks are control characters. [`Shown`] has written all others as escapes before, so no text can hold one of its own, and
//! putting the names back (`unfold` in `script/data.js`) always gives the same text.

use crate::finding::Finding;
use crate::model::{AccountId, Shown, arm_id::last_segment};
use serde::Serialize;

/// What a mark stands for, in the order of the marks: U+0001, U+0002, …
const NAMES: usize = 8;

/// The names of a finding or account that are folded away.
pub(super) struct Names([Shown; NAMES]);

/// Text that is safe to show, with marks for the names in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub(super) struct Folded(String);

impl From<Shown> for Folded {
    fn from(text: Shown) -> Self {
        Self(text.into())
    }
}

impl Names {
    pub(super) fn of_account(id: Option<&AccountId>) -> Self {
        let [name, group, subscription, full] = match id {
            Some(id) => [id.name(), id.resource_group(), id.subscription(), id.as_str()].map(Shown::of),
            None => Default::default(),
        };
        let empty = Shown::default;
        Self([name, group, subscription, full, empty(), empty(), empty(), empty()])
    }

    pub(super) fn of_finding(finding: &Finding) -> Self {
        let mut names = Self::of_account(finding.account());
        let [.., principal, name, scope, subject] = &mut names.0;
        if let Some(one) = finding.subject.principal() {
            *principal = Shown::of(one.id.as_str());
            // As the page's data has it, from which the name is put back.
            *name = one.name.as_ref().map(|_| Shown::of_value(one)).unwrap_or_default();
        }
        *scope = finding.subject.scope().map(Shown::of_value).unwrap_or_default();
        *subject = finding
            .subject
            .id()
            .map(|id| Shown::of(last_segment(id)))
            .unwrap_or_default();
        names
    }

    /// The last segment of the finding's subject.
    pub(super) fn subject(&self) -> &Shown {
        let [.., subject] = &self.0;
        subject
    }

    /// The text as it is shown, with marks for the names in it.
    pub(super) fn fold(&self, text: &str) -> Folded {
        let text = Shown::of(text);
        let mut out = String::with_capacity(text.as_str().len());
        let mut rest = text.as_str();
        while !rest.is_empty() {
            // Only whole words: a name that is a part of another word would make sentences differ for nothing.
            let length = match self.longest(rest) {
                Some((mark, length)) => {
                    out.push(mark);
                    length
                }
                None => {
                    let length = word(rest);
                    out.push_str(rest.get(..length).unwrap_or_default());
                    length
                }
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        Folded(out)
    }

    /// The mark and length of the longest name that `text` begins with.
    fn longest(&self, text: &str) -> Option<(char, usize)> {
        let marks = '\u{1}'..;
        let first = text.as_bytes().first();
        let here = |name: &str| {
            // Most names are told from what is here by a look at one byte, and a report has millions of words.
            if name.as_bytes().first() != first {
                return None;
            }
            let after = text.strip_prefix(name)?;
            // A bare `/` would only be longer as a mark.
            (name.len() > 1 && !after.chars().next().is_some_and(is_word)).then_some(name.len())
        };
        self.0
            .iter()
            .zip(marks)
            .filter_map(|(name, mark)| Some((mark, here(name.as_str())?)))
            .max_by_key(|(_, length)| *length)
    }
}

/// Bytes up to the next place where a name may begin: behind a sign, or at a slash.
fn word(text: &str) -> usize {
    let mut before = None;
    let next = |(_, c): &(usize, char)| {
        let begins = before.is_some_and(|before| !is_word(before) || *c == '/');
        before = Some(*c);
        begins
    };
    text.char_indices().find(next).map_or(text.len(), |(place, _)| place)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_' || c == '.'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let id = AccountId::parse(
            "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/orders",
        )
        .unwrap();
        let mut names = Names::of_account(Some(&id));
        let [.., scope, _] = &mut names.0;
        *scope = "/dbs/orders".into();
        names
    }

    fn unfold(names: &Names, text: &str) -> String {
        let mark = |c: char| {
            let place = u32::from(c).wrapping_sub(1);
            names.0.get(usize::try_from(place).unwrap())
        };
        text.chars()
            .map(|c| mark(c).map_or_else(|| c.to_string(), Shown::to_string))
            .collect()
    }

    #[test]
    fn names_are_marks_and_come_back() {
        for (text, folded) in [
            ("keys open `orders`", "keys open `\u{1}`"),
            ("az --name orders -g rg", "az --name \u{1} -g \u{2}"),
            ("`orders-api` in `/dbs/orders`", "`orders-api` in `\u{7}`"),
            (
                "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.DocumentDB/databaseAccounts/orders/x/1",
                "\u{4}/x/1",
            ),
            ("a \u{1} of its own", "a \\x01 of its own"),
            ("/dbs/orders/colls/é", "\u{7}/colls/é"),
        ] {
            assert_eq!(names().fold(text).0, folded);
            assert_eq!(unfold(&names(), folded), Shown::of(text).as_str());
        }
    }
}
