//! GUIDs, in the spellings that occur. Azure compares them as GUIDs: one that is written without hyphens names the same
//! thing (azure-docs issue 100180 shows the service itself printing a role's id that way).

use super::shown::Shown;
use crate::shown;
use std::cmp::Ordering;
use std::fmt;

/// Whether `text` has the one form that Azure documents: 8-4-4-4-12 hexadecimal digits.
pub fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A name that is nearly always a GUID. As one, in lower case, it takes less than half of the memory that its text takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuidName {
    /// 8-4-4-4-12 hexadecimal digits in lower case.
    Guid([u8; 16]),
    /// Anything else.
    Text(Box<str>),
}

impl From<&str> for GuidName {
    fn from(text: &str) -> Self {
        let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        let mut bytes = [0; 16];
        if is_guid(text) && is_lower {
            let digits = text.bytes().filter(|byte| *byte != b'-').map(value);
            for (place, digit) in digits.enumerate() {
                if let Some(byte) = bytes.get_mut(place / 2) {
                    *byte = *byte << 4 | digit;
                }
            }
            return Self::Guid(bytes);
        }
        Self::Text(text.into())
    }
}

/// What a hexadecimal digit in lower case stands for.
fn value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit.wrapping_sub(b'a') & 0xf) + 10,
    }
}

impl fmt::Display for GuidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = match self {
            Self::Guid(bytes) => bytes,
            Self::Text(text) => return f.write_str(text),
        };
        for (place, byte) in bytes.iter().enumerate() {
            if [4, 6, 8, 10].contains(&place) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// In the order of the texts.
impl Ord for GuidName {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Guid(own), Self::Guid(other)) => own.cmp(other),
            (Self::Text(own), Self::Text(other)) => own.cmp(other),
            _ => self.to_string().cmp(&other.to_string()),
        }
    }
}

impl PartialOrd for GuidName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What an id is compared by: a GUID in lower case with hyphens, however it is spelt (in braces or parentheses, without
/// hyphens, in capitals, with blanks around it). What is no GUID is only trimmed and put into lower case.
pub fn canonical(text: &str) -> String {
    let text = text.trim();
    let wrapped = |open, close| text.strip_prefix(open)?.strip_suffix(close);
    let bare = wrapped('{', '}').or_else(|| wrapped('(', ')')).unwrap_or(text).trim();
    if is_guid(bare) {
        return bare.to_ascii_lowercase();
    }
    let digits: String = bare.chars().filter(|c| *c != '-').collect();
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return text.to_ascii_lowercase();
    }
    let mut guid = String::with_capacity(36);
    for (place, digit) in digits.chars().enumerate() {
        if [8, 12, 16, 20].contains(&place) {
            guid.push('-');
        }
        guid.push(digit.to_ascii_lowercase());
    }
    guid
}

/// The ends of an id, for titles and tables: what comes first and last of a GUID tells it from others.
pub fn short_id(id: &str) -> Shown {
    const HEAD: usize = 8;
    const TAIL: usize = 4;
    let length = id.chars().count();
    if length <= HEAD + TAIL {
        return Shown::of(id);
    }
    let head: String = id.chars().take(HEAD).collect();
    let tail: String = id.chars().skip(length - TAIL).collect();
    shown!("{}…{}", Shown::of(&head), Shown::of(&tail))
}

/// A GUID in the form that it is compared by; `None`: it is no GUID.
pub fn parse(text: &str) -> Option<String> {
    Some(canonical(text)).filter(|found| is_guid(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "63cf3af1-7ee2-4d4c-9fe6-deb936065faa";

    #[test]
    fn every_spelling_of_a_guid_is_one_id() {
        let bare = GUID.replace('-', "");
        for text in [
            GUID.to_uppercase(),
            bare.to_uppercase(),
            format!("{{{GUID}}}"),
            format!("({GUID})"),
            format!(" {{{bare}}}\t"),
            format!("{{ {GUID} }}"),
            bare,
        ] {
            assert_eq!(canonical(&text), GUID, "{text}");
        }
    }

    #[test]
    fn names_keep_their_text_and_its_order() {
        let others = [
            "",
            "a",
            "root",
            "63cf3af1-7ee2-4d4c-9fe6-deb936065fa",
            "63cf3af1-7ee2-4d4c-9fe6-deb936065faa/x",
        ];
        let guids = [
            GUID,
            "00000000-0000-0000-0000-000000000009",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ];
        let capitals = GUID.to_uppercase();
        let all: Vec<&str> = others.into_iter().chain(guids).chain([capitals.as_str()]).collect();
        for one in &all {
            let name = GuidName::from(*one);
            assert_eq!(name.to_string(), *one);
            assert_eq!(matches!(name, GuidName::Guid(_)), guids.contains(one), "{one}");
            for other in &all {
                assert_eq!(name.cmp(&GuidName::from(*other)), one.cmp(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn what_is_no_guid_keeps_its_text() {
        for (text, kept) in [
            ("P", "p"),
            ("", ""),
            (" x ", "x"),
            ("{p}", "{p}"),
            (&GUID[1..], &GUID[1..]),
        ] {
            assert_eq!(canonical(text), kept);
        }
        assert!(is_guid(&GUID.to_uppercase()));
        assert!(!is_guid(&GUID.replace('-', "")));
    }
}
