//! Whether a snapshot is recent enough to be audited.

use crate::finding::Title;
use crate::model::Shown;
use crate::shown;
use crate::title;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use std::str::FromStr;

/// How far the clocks of two machines may differ: the five minutes that Entra and Kerberos allow.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// How old a snapshot can be: `90m`, `36h`, `2d`. Never zero, and a day has 24 hours.
#[derive(Debug, Clone, Copy)]
pub struct MaxAge {
    said: Span,
    duration: SignedDuration,
}

impl FromStr for MaxAge {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected a duration such as `90m`, `36h` or `2d`".to_owned();
        let said: Span = text.parse().map_err(|_| expected())?;
        let days = SpanRelativeTo::days_are_24_hours();
        match said.to_duration(days) {
            Ok(duration) if duration.is_positive() => Ok(Self { said, duration }),
            _ => Err(expected()),
        }
    }
}

/// When the audit takes place, and how old a snapshot can be by then.
#[derive(Debug, Clone, Copy)]
pub struct Freshness {
    /// Now.
    pub now: Timestamp,
    /// `None`: as old as it likes.
    pub max_age: Option<MaxAge>,
}

/// Why a snapshot can be out of date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The same in a few words.
    pub title: Title,
    /// What is wrong with its time, as warnings say it. Says nothing of the present, so that the same snapshot gives the same report.
    pub message: Shown,
    /// What helps.
    pub remedy: &'static str,
    /// Whether the audit counts as incomplete for it.
    pub counts: bool,
}

impl Freshness {
    /// Whether a time is in the future, and not only by a clock that is ahead.
    pub fn is_future(self, time: Timestamp) -> bool {
        self.now.duration_since(time) < -CLOCK_SKEW
    }

    /// What speaks against a snapshot of which all was taken at `taken_at` or later, and nothing after `last`.
    pub fn doubt(self, taken_at: Timestamp, last: Timestamp) -> Option<Doubt> {
        let age = self.now.duration_since(taken_at);
        let at = Shown::of_value(&taken_at);
        let of_future = match (self.is_future(taken_at), self.is_future(last)) {
            (true, _) => Some(shown!(
                "the snapshot says that it was taken at {}, which is in the future",
                at
            )),
            // What a merge took from there counts as newer than everything else.
            (false, true) => Some(shown!(
                "a part of the merged snapshot says that it was taken at {}, which is in the future",
                Shown::of_value(&last)
            )),
            (false, false) => None,
        };
        if let Some(message) = of_future {
            return Some(Doubt {
                title: title!("The age of the snapshot isn't known"),
                message,
                remedy: "Check the clock of the machine that scanned, and scan again.",
                counts: self.max_age.is_some(),
            });
        }
        let max_age = self.max_age.filter(|most| age > most.duration)?;
        Some(Doubt {
            title: title!("The snapshot is older than --max-age allows"),
            message: shown!(
                "the snapshot was taken at {} and is older than the {} that `--max-age` allows",
                at,
                Shown::of(&format!("{:#}", max_age.said))
            ),
            remedy: "Scan again, or allow a greater age with `--max-age`.",
            counts: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, minutes) in [
            ("90m", 90),
            ("36h", 36 * 60),
            ("2d", 48 * 60),
            ("1w", 7 * 24 * 60),
            ("1d 12h", 36 * 60),
            ("2 days", 48 * 60),
            ("PT36H", 36 * 60),
        ] {
            let read: MaxAge = text.parse().unwrap();
            assert_eq!(read.duration, SignedDuration::from_mins(minutes), "{text}");
        }
        for text in [
            "",
            "36",
            "h",
            "-1h",
            "0h",
            "1mo",
            "1y",
            "tomorrow",
            "1d ago",
            "99999999999999h",
        ] {
            let problem = text.parse::<MaxAge>().unwrap_err();
            assert_eq!(problem, "expected a duration such as `90m`, `36h` or `2d`", "{text}");
        }
    }

    #[test]
    fn a_snapshot_is_too_old_beyond_the_age_and_doubtful_beyond_the_present() {
        let now: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let counts = |max_age: Option<&str>, taken_at: &str| {
            let max_age = max_age.map(|text| text.parse().unwrap());
            let taken_at = taken_at.parse().unwrap();
            let doubt = Freshness { now, max_age }.doubt(taken_at, taken_at);
            doubt.map(|doubt| doubt.counts)
        };
        assert_eq!(counts(Some("36h"), "2026-10-31T20:00:00Z"), None);
        assert_eq!(counts(Some("36h"), "2026-10-31T19:59:59Z"), Some(true));
        assert_eq!(counts(None, "1999-01-01T00:00:00Z"), None);
        assert_eq!(counts(Some("36h"), "2026-11-02T08:05:00Z"), None, "clocks differ");
        assert_eq!(counts(Some("36h"), "2026-11-02T08:05:01Z"), Some(true));
        assert_eq!(counts(None, "9999-12-30T00:00:00Z"), Some(false));
    }

    #[test]
    fn a_part_of_a_merged_snapshot_can_be_doubtful_beyond_the_present() {
        let now: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let counts = |max_age: Option<&str>, last: &str| {
            let max_age = max_age.map(|text| text.parse().unwrap());
            let doubt = Freshness { now, max_age }.doubt(now, last.parse().unwrap())?;
            assert!(doubt.message.to_string().starts_with("a part of the merged snapshot "));
            Some(doubt.counts)
        };
        assert_eq!(counts(Some("36h"), "2026-11-02T08:05:00Z"), None, "clocks differ");
        assert_eq!(counts(Some("36h"), "2026-11-02T08:05:01Z"), Some(true));
        assert_eq!(counts(None, "2026-11-02T08:05:01Z"), Some(false));
    }
}
