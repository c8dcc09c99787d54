//! Why a question has no answer.

use std::fmt;

/// Why a question has no answer, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskError {
    message: String,
    help: String,
}

impl AskError {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
        }
    }

    /// What to do.
    pub fn help(&self) -> &str {
        &self.help
    }
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AskError {}

/// Names in an error before "and N more".
const NAMED: usize = 8;

/// `did you mean …?`, or what there is.
pub(super) fn did_you_mean<'k>(asked: &str, what: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    if let Some(near) = crate::policy::Suggestions::default().nearest(asked, known.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    let folded = asked.trim_matches('*').to_lowercase();
    let holds = |name: &&&str| !folded.is_empty() && name.to_lowercase().contains(&folded);
    if let Some(one) = known.iter().find(holds) {
        return format!("did you mean `{one}`?");
    }
    let named: Vec<String> = known.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    match known.len() {
        0 => format!("there are no {what}"),
        all if all > NAMED => format!("{what} are {} and {} more", named.join(", "), all - NAMED),
        _ => format!("{what} are {}", named.join(", ")),
    }
}
