//! Scans in shards: several machines each read a part of the accounts, and their snapshots are merged. Which shard an account is in
//! depends on nothing but its ID, so that shards have no account in common and miss none, whatever each of them lists.

use crate::model::AccountId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Shards of one scan. More would list the accounts of all subscriptions more often than they read them.
const MOST: u32 = 1000;

/// One shard of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// Whether the shard reads an account.
    pub fn holds(self, account: &AccountId) -> bool {
        self.is_of(account.key())
    }

    /// Whether the shard reads the control plane of a subscription.
    pub fn holds_control_plane(self, subscription: &str) -> bool {
        self.is_of(&subscription.to_ascii_lowercase())
    }

    /// Whether a key falls to this shard: by the first eight bytes of its SHA-256.
    fn is_of(self, key: &str) -> bool {
        let hash = Sha256::digest(key);
        let first = hash
            .first_chunk()
            .map_or(0, |bytes: &[u8; 8]| u64::from_be_bytes(*bytes));
        first % u64::from(self.of) == u64::from(self.number - 1)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let number = |part: &str| part.parse::<u32>().ok();
        match parts.and_then(|(one, all)| Some((number(one)?, number(all)?))) {
            Some((number, of)) if (1..=of).contains(&number) && of <= MOST => Ok(Self { number, of }),
            Some((_, of)) if of > MOST => Err(format!("a scan has at most {MOST} shards")),
            Some((number, of)) => Err(format!(
                "there is no shard {number} of {of}; the first is 1, and the last {of}"
            )),
            None => Err("expected the number of the shard and how many there are, such as `2/4`".to_owned()),
        }
    }
}

/// The shards of a scan that a snapshot holds. A snapshot that holds all of them doesn't say so: it is a whole one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shards {
    /// How many shards the scan has.
    #[schemars(range(min = 1))]
    of: u32,
    /// Those that the snapshot holds, counted from 1 and sorted.
    numbers: Vec<u32>,
}

impl Shards {
    /// Whether the numbers mean something.
    ///
    /// # Errors
    /// Says what is wrong.
    pub(super) fn check(&self) -> Result<(), String> {
        let is_ascending = self.numbers.is_sorted_by(|a, b| a < b);
        let is_within = self.numbers.iter().all(|number| (1..=self.of).contains(number));
        if self.of > MOST || self.numbers.is_empty() || !is_ascending || !is_within {
            return Err("`shards` doesn't say which shards the file holds; take a new snapshot".to_owned());
        }
        Ok(())
    }

    /// The same, unless they are all shards of the scan: a snapshot that holds these is a whole one.
    pub fn some(self) -> Option<Self> {
        (!self.missing().is_empty()).then_some(self)
    }

    /// Those that are in one or the other; `None`: they are of different scans.
    pub(super) fn and(&self, other: &Self) -> Option<Self> {
        let mut numbers = [&self.numbers[..], &other.numbers[..]].concat();
        numbers.sort_unstable();
        numbers.dedup();
        (self.of == other.of).then_some(Self { of: self.of, numbers })
    }

    /// Those that are in both; `None`: there are none.
    pub(super) fn common(&self, other: &Self) -> Option<Self> {
        let mut numbers = self.numbers.clone();
        numbers.retain(|number| self.of == other.of && other.numbers.contains(number));
        (!numbers.is_empty()).then_some(Self { of: self.of, numbers })
    }

    /// Whether one of them reads an account.
    pub fn hold(&self, account: &AccountId) -> bool {
        let mut shards = self.numbers.iter().map(|number| Shard {
            number: *number,
            of: self.of,
        });
        shards.any(|shard| shard.holds(account))
    }

    /// Those that are missing, counted from 1.
    pub fn missing(&self) -> Vec<u32> {
        (1..=self.of).filter(|number| !self.numbers.contains(number)).collect()
    }
}

impl From<Shard> for Shards {
    fn from(shard: Shard) -> Self {
        Self {
            of: shard.of,
            numbers: vec![shard.number],
        }
    }
}

/// `shard 2 of 4`, `shards 1, 3 of 4`.
impl fmt::Display for Shards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, numbers } = self;
        let noun = if numbers.len() == 1 { "shard" } else { "shards" };
        let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
        write!(f, "{noun} {} of {of}", numbers.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_is_in_one_shard_whatever_its_casing() {
        let mut numbers = [0; 5];
        for number in 0..1000 {
            let id =
                format!("/subscriptions/s/resourceGroups/RG/providers/Microsoft.DocumentDB/databaseAccounts/a{number}");
            let (id, lower) = (
                AccountId::parse(&id).unwrap(),
                AccountId::parse(&id.to_lowercase()).unwrap(),
            );
            let shards = (1..=5).map(|number| Shard { number, of: 5 });
            let held: Vec<u32> = shards
                .filter(|shard| shard.holds(&id))
                .map(|shard| shard.number)
                .collect();
            let [held] = held[..] else { panic!("{held:?}") };
            assert!(Shard { number: held, of: 5 }.holds(&lower));
            numbers[held as usize - 1] += 1;
        }
        assert!(numbers.iter().all(|number| (150..250).contains(number)), "{numbers:?}");
    }

    #[test]
    fn a_shard_is_two_numbers() {
        let read = |text: &str| text.parse::<Shard>();
        assert_eq!(read("2/4"), Ok(Shard { number: 2, of: 4 }));
        for (text, problem) in [
            ("0/4", "there is no shard 0 of 4"),
            ("5/4", "there is no shard 5 of 4"),
            ("1/0", "there is no shard 1 of 0"),
            ("1/1001", "at most 1000 shards"),
            ("2", "such as `2/4`"),
            ("-1/4", "such as `2/4`"),
            ("", "such as `2/4`"),
        ] {
            assert!(read(text).unwrap_err().contains(problem), "{text}");
        }
    }

    #[test]
    fn shards_say_what_they_hold_and_what_is_missing() {
        let one: Shards = "2/4".parse::<Shard>().unwrap().into();
        let other: Shards = "4/4".parse::<Shard>().unwrap().into();
        assert_eq!(
            (one.to_string(), one.missing()),
            ("shard 2 of 4".to_owned(), vec![1, 3, 4])
        );
        let both = one.and(&other).unwrap();
        assert_eq!(
            (both.to_string(), both.missing()),
            ("shards 2, 4 of 4".to_owned(), vec![1, 3])
        );
        assert_eq!(both.and(&one), Some(both.clone()));
        assert_eq!(one.and(&"1/3".parse::<Shard>().unwrap().into()), None);
        for (of, numbers) in [(4, vec![]), (4, vec![0]), (4, vec![5]), (4, vec![2, 2]), (0, vec![1])] {
            assert!(Shards { of, numbers }.check().is_err());
        }
    }
}
