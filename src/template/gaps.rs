//! Gaps of a snapshot that a template makes: what only the deployment tells.

use super::arm::flat;
use crate::arm::{Code, Failure};
use crate::model::{Gap, SourceRef};
use crate::snapshot::{Origin, Origins, ScanGap};
use std::collections::BTreeMap;

/// Something that only the deployment tells.
pub(super) fn gap(what: &str, item: Option<&str>, message: String) -> Gap {
    Failure::new(None, Code::UntilDeployment, flat(&message)).into_gap(what, item)
}

/// The same of the file as a whole. Its place tells it from others.
pub(super) fn gap_of_file(origins: &mut Origins, what: &str, at: Option<SourceRef>, message: String) -> ScanGap {
    let item = at.as_ref().map(SourceRef::to_string);
    if let Some(item) = &item {
        let origin = Origin {
            at,
            fields: BTreeMap::new(),
            doubt: None,
        };
        origins.add(item, origin);
    }
    ScanGap {
        subscription: None,
        gap: gap(what, item.as_deref(), message),
    }
}
