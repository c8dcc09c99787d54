//! What could not be read, said on standard error beside what could.

use super::output;
use crate::model::{Gap, Shown};
use crate::shown;

/// More of them say nothing that the report does not say better.
const FIRST: usize = 10;

/// Names the first gaps, each with its place (`None`: the tenant), and says how many more there are.
pub(super) fn say<'g>(gaps: impl Iterator<Item = (Option<&'g str>, &'g Gap)>, all: usize) {
    for (place, gap) in gaps.take(FIRST) {
        let code = match gap.message.as_str() {
            "" => Shown::of(&gap.code),
            message => shown!("{}, {}", Shown::of(&gap.code), Shown::of(message)),
        };
        output::say(shown!(
            "warning: {} of {} could not be read: {}",
            Shown::of(&gap.what),
            Shown::quoted(place.unwrap_or("the tenant")),
            code
        ));
    }
    if all > FIRST {
        output::say(shown!("warning: and {} more", all - FIRST));
    }
}
