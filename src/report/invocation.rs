//! The command line that made a report, so that the next commands that a report suggests fit it.

use crate::model::Shown;
use crate::shown;

/// An option as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenOption {
    /// What the command line calls it inside the program.
    pub id: String,
    /// How it is written, such as `-p`.
    pub flag: String,
    /// Its value; `None`: it takes none.
    pub value: Option<String>,
}

/// The options that a run of `audit` was given on the command line, in the order of its help.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation(pub Vec<GivenOption>);

impl Invocation {
    /// The value of an option.
    pub(super) fn value(&self, id: &str) -> Option<&str> {
        let given = self.0.iter().find(|given| given.id == id)?;
        given.value.as_deref()
    }

    /// Another run: `command` with the options that `keep` lets through, then `more`. `None`: it can't be pasted safely, or what
    /// it reads from standard input is gone.
    pub fn again(&self, command: &'static str, keep: impl Fn(&str) -> bool, more: &'static str) -> Option<Shown> {
        let mut line = shown!("cosmos-rbac {}", command);
        for given in self.0.iter().filter(|given| keep(&given.id)) {
            match given.value.as_deref() {
                None => line.push(shown!(" {}", Shown::of(&given.flag))),
                Some("-") => return None,
                // What begins with a hyphen would be taken for an option.
                Some(value) if value.starts_with('-') => {
                    line.push(shown!(" {}={}", Shown::of(&given.flag), word(value)?));
                }
                Some(value) => line.push(shown!(" {} {}", Shown::of(&given.flag), word(value)?)),
            }
        }
        if !more.is_empty() {
            line.push(shown!(" {}", more));
        }
        Some(line)
    }
}

/// A value as one word of a POSIX shell. `None`: a terminal would act on it, or it is shown as an escape, which is another value.
pub(in crate::report) fn word(value: &str) -> Option<Shown> {
    let safe = Shown::of(value);
    if safe.as_str() != value {
        return None;
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    // zsh takes `=name` for a path.
    if !value.is_empty() && !value.starts_with('=') && value.chars().all(is_plain) {
        return Some(safe);
    }
    Some(shown!("'{}'", safe.replaced("'", r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(id: &str, flag: &str, value: Option<&str>) -> GivenOption {
        GivenOption {
            id: id.to_owned(),
            flag: flag.to_owned(),
            value: value.map(str::to_owned),
        }
    }

    #[test]
    fn values_stay_one_word() {
        let run = Invocation(vec![
            given("all_subscriptions", "--all-subscriptions", None),
            given("policy", "-p", Some("it's $(mine).yaml")),
            given("baseline", "--baseline", Some("-old.json")),
            given("quiet", "-q", None),
        ]);
        let again = run.again("audit", |id| id != "quiet", "--details");
        assert_eq!(
            again.map(String::from).as_deref(),
            Some(r"cosmos-rbac audit --all-subscriptions -p 'it'\''s $(mine).yaml' --baseline=-old.json --details")
        );
    }

    #[test]
    fn what_cannot_be_pasted_is_not_suggested() {
        for value in ["-", "a\u{1b}[31m", "a\nb", "\u{202e}x", "##vso[task.complete]"] {
            let run = Invocation(vec![given("snapshot", "--snapshot", Some(value))]);
            assert_eq!(run.again("audit", |_| true, ""), None, "{value:?}");
            assert!(run.again("audit", |id| id != "snapshot", "").is_some());
        }
    }
}
