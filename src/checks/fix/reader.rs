//! Lets the identity that scanned read more.

use crate::checks::command::Command;
use crate::checks::steps::Steps;
use crate::checks::wording::quote;
use crate::model::{Gap, Part, ScannedBy, Shown, guid::is_guid};
use crate::shown;

/// Assigns Reader in a subscription to the identity that scanned.
fn command<'b>(scanned_by: &'b ScannedBy, subscription: &str) -> Option<(&'b str, Command)> {
    let id = scanned_by.object_id.as_deref().filter(|id| is_guid(id))?;
    let scope = is_guid(subscription).then(|| format!("/subscriptions/{subscription}"))?;
    let command = Command::new("az role assignment create --role Reader").flag("--assignee-object-id", id);
    let command = if scanned_by.is_service_principal() {
        command.flag("--assignee-principal-type", "ServicePrincipal")
    } else {
        command
    };
    Some((id, command.flag("--scope", &scope)))
}

/// The same, as text, where a gap is about a missing role.
pub(crate) fn reader_command(gap: &Gap, scanned_by: Option<&ScannedBy>, subscription: &str) -> Option<Shown> {
    if !is_refused(gap) {
        return None;
    }
    let (_, command) = command(scanned_by?, subscription)?;
    command.finish().ok().map(|text| Shown::of(&text))
}

fn is_refused(gap: &Gap) -> bool {
    gap.status == Some(403) && gap.part() != Part::Principals
}

/// Gives the identity that scanned the Reader role in the subscription that it could not read. Nothing where something else
/// is missing, or it is not known who scanned.
pub(in crate::checks) fn make_reader(gap: &Gap, scanned_by: Option<&ScannedBy>, subscription: &str) -> Steps {
    if !is_refused(gap) {
        return Steps::default();
    }
    let Some((id, command)) = scanned_by.and_then(|by| command(by, subscription)) else {
        return Steps::default();
    };
    let changes = shown!(
        "Assigns the scanning identity {} the role `Reader` in subscription {}. The role includes \
         `readonlykeys/read`.",
        quote(id),
        quote(subscription)
    );
    Steps::one(command, changes)
}
