//! How old account keys can be: `max_key_age` of a block.

use jiff::{SignedDuration, Span, SpanRelativeTo};
use std::fmt;
use std::str::FromStr;

/// How old account keys can be, in whole days of 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MaxKeyAge {
    days: i64,
}

impl MaxKeyAge {
    /// What holds where the policy says nothing.
    pub const DEFAULT: Self = Self { days: 90 };
    /// More than any account is old.
    const MOST: i64 = 36_500;

    /// Whether a key of this age is too old.
    pub fn is_exceeded_by(self, age: SignedDuration) -> bool {
        age > SignedDuration::from_hours(24 * self.days)
    }
}

impl FromStr for MaxKeyAge {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let span: Span = text.parse().map_err(|_| ())?;
        let age = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| ())?;
        let days = age.as_hours() / 24;
        let is_whole = age == SignedDuration::from_hours(24 * days);
        ((1..=Self::MOST).contains(&days) && is_whole)
            .then_some(Self { days })
            .ok_or(())
    }
}

impl fmt::Display for MaxKeyAge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} day{}", self.days, if self.days == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_whole_days() {
        for (text, days) in [
            ("90d", 90),
            ("1d", 1),
            ("12w", 84),
            ("90 days", 90),
            ("48h", 2),
            ("36500d", 36_500),
        ] {
            assert_eq!(text.parse(), Ok(MaxKeyAge { days }), "{text}");
        }
        for text in [
            "",
            "90",
            "0d",
            "-90d",
            "36h",
            "3mo",
            "1y",
            "never",
            "36501d",
            "99999999999999h",
        ] {
            assert!(text.parse::<MaxKeyAge>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_is_too_old_beyond_its_last_second() {
        let most = MaxKeyAge::DEFAULT;
        assert!(!most.is_exceeded_by(SignedDuration::from_hours(24 * 90)));
        assert!(most.is_exceeded_by(SignedDuration::from_hours(24 * 90) + SignedDuration::from_secs(1)));
        assert_eq!(most.to_string(), "90 days");
    }
}
