//! What a policy says that is valid and probably not meant: rules that add nothing, can't apply, or leave something unchecked.
//! Says nothing of a tenant.

mod blocks;
mod grants;
mod principals;
mod unstated;
mod waivers;
mod warning;

use super::error::PolicyError;
use super::rules::Policy;
use crate::finding::SourceRef;
use crate::model::Shown;
use jiff::civil::Date;
pub use warning::Warning;

impl Policy {
    /// What is valid and probably a mistake, in the order of the files and of the places in them. Waivers expire as of `today`.
    pub fn lint(&self, today: Date) -> Vec<Warning> {
        let notices = self.notices.iter();
        let notices = notices.map(|notice| Warning::new("unknown-action", &notice.at, notice.value.clone()));
        let mut warnings: Vec<Warning> = (notices.collect::<Vec<_>>().into_iter())
            .chain(blocks::lint(self))
            .chain(grants::lint(self))
            .chain(principals::lint(self))
            .chain(unstated::lint(self))
            .chain(waivers::lint(self, today))
            .collect();
        self.sort_warnings(&mut warnings);
        warnings
    }

    /// Sorts warnings by the order of the files, then by place.
    pub fn sort_warnings(&self, warnings: &mut [Warning]) {
        let order = |at: &SourceRef| self.files.iter().position(|file| *file == at.file);
        warnings.sort_by_cached_key(|warning| {
            let at = warning.at.as_ref();
            let place = at.map(|at| (order(at), at.line, at.column));
            // What is about the policy as a whole comes last.
            (place.is_none(), place, warning.code, warning.message.clone())
        });
    }

    /// A warning with its lines, for a terminal of so many columns; `None`: for files, pipes and logs.
    pub fn show_warning(&self, warning: &Warning, width: Option<u16>, coloured: bool) -> Shown {
        let places = (warning.at.as_ref(), warning.other.as_ref());
        PolicyError::warning(&self.sources, warning.code, warning.message.clone(), places).render(width, coloured)
    }
}
