//! "Did you mean …?"

use crate::policy::text::quoted;

/// How many words an audit may compare before it stops suggesting: ten thousand wrong names must not take minutes.
const MOST_COMPARED: usize = 200_000;

/// Nobody mistypes words longer than this by a letter or two.
const LONGEST: usize = 128;

/// Finds the word that was meant, in policies and wherever else words are typed.
#[derive(Debug, Default)]
pub struct Suggestions {
    compared: usize,
}

impl Suggestions {
    /// The known word nearest to `word`, if it is near enough to be meant.
    pub fn nearest<'k>(&mut self, word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
        if word.len() > LONGEST {
            return None;
        }
        let folded = word.to_lowercase();
        // A third of the letters may be wrong, one in the shortest words, and never more than a few.
        let letters = word.chars().count();
        let limit = (letters / 3).clamp(usize::from(letters > 1), 4);
        let mut best: Option<(usize, &str)> = None;
        for candidate in known {
            if self.compared >= MOST_COMPARED {
                break;
            }
            self.compared += 1;
            if candidate.len().abs_diff(word.len()) > limit.saturating_mul(4) {
                continue;
            }
            let distance = strsim::osa_distance(&folded, &candidate.to_lowercase());
            if distance <= limit && best.is_none_or(|best| (distance, candidate) < best) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }

    /// `; did you mean …?`, or nothing.
    pub(super) fn hint<'k>(&mut self, word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
        self.nearest(word, known)
            .map_or_else(String::new, |known| format!("; did you mean {}?", quoted(known)))
    }

    /// `; did you mean …?`, or the words that are known.
    pub(super) fn hint_or_all(&mut self, word: &str, known: &[&str]) -> String {
        match self.nearest(word, known.iter().copied()) {
            Some(known) => format!("; did you mean {}?", quoted(known)),
            None => format!("; it can be {}", crate::policy::text::quoted_all(known.iter().copied())),
        }
    }
}
