//! Lets the identity that scanned read more.

use crate::checks::command::Command;
use crate::checks::steps::Steps;
use crate::checks::wording::quote;
use crate::model::{Gap, Part, ScannedBy, guid::is_guid};
use crate::shown;

/// Gives the identity that scanned the Reader role in the subscription that it could not read. Nothing where something else
/// is missing, or it is not known who scanned.
pub(in crate::checks) fn make_reader(gap: &Gap, scanned_by: Option<&ScannedBy>, subscription: &str) -> Steps {
    if !matches!(gap.status, Some(401 | 403)) || gap.part() == Part::Principals {
        return Steps::default();
    }
    let id = scanned_by
        .and_then(|by| by.object_id.as_deref())
        .filter(|id| is_guid(id));
    let Some(id) = id.filter(|_| is_guid(subscription)) else {
        return Steps::default();
    };
    let command = Command::new("az role assignment create --role Reader")
        .flag("--assignee-object-id", id)
        .flag("--scope", &format!("/subscriptions/{subscription}"));
    let changes = shown!(
        "Assigns the scanning identity {} the role `Reader` in subscription {}. The role reads settings, not data.",
        quote(id),
        quote(subscription)
    );
    Steps::one(command, changes)
}
