//! Why a bypass is possible and not certain, in words.

use crate::checks::names::Included;
use crate::checks::wording::quote;
use crate::model::bypass::Caveat;
use crate::model::{Account, Keys, Shown};
use crate::resolve::{DenyDoubt, Doubt, Reached};
use crate::shown;

/// The end of "it depends on …", for the account that a finding shows. `included`: whether the policy names the
/// principal as far as that is known.
pub(super) fn words(reached: &Reached<'_, '_>, account: Option<&Account>, included: Included) -> Shown {
    // Of what only the deployment tells, the finding says why.
    let is_said = |doubt: &&Doubt<'_>| reached.doubts.len() > 1 && **doubt == Doubt::Template;
    let mut reasons: Vec<Shown> = reached
        .doubts
        .iter()
        .filter(|doubt| !is_said(doubt))
        .map(|doubt| reason(*doubt, reached.via.action.name))
        .collect();
    if let Some(account) = account {
        reasons.extend(of_keys(account, reached));
    }
    reasons.extend(of_lists(included));
    reasons.dedup();
    if reasons.is_empty() {
        // Every doubt has its words; this one is about none of them.
        reasons.push("what couldn't be read".into());
    }
    Shown::list(&reasons)
}

/// Whether the policy names the principal depends on the members of a group.
pub(super) fn of_lists(included: Included) -> Option<Shown> {
    match included {
        Included::AsFarAsKnown => {
            Some("whether the group has members that couldn't be read, as the policy lists those that were".into())
        }
        Included::PerhapsMember => {
            Some("whether the principal is in a group that the policy lists, whose members couldn't be read".into())
        }
        Included::Yes | Included::No => None,
    }
}

/// Keys matter only where they work.
fn of_keys(account: &Account, reached: &Reached<'_, '_>) -> Option<Shown> {
    if !reached.via.action.kind.is_of_keys() {
        return None;
    }
    match account.keys() {
        Keys::Unknown => Some("whether key-based authentication is enabled, which couldn't be read".into()),
        Keys::SaidRefused => Some(shown!(
            "whether disabling key-based authentication has an effect for the {} API, which isn't documented",
            account.api.title()
        )),
        Keys::Accepted | Keys::Refused => None,
    }
}

/// One doubt about an action, as the end of "it depends on …".
pub(crate) fn reason(doubt: Doubt<'_>, action: &str) -> Shown {
    match doubt {
        Doubt::Eligible => "activation of the role in Privileged Identity Management".into(),
        Doubt::Condition(_) => "the condition of the role assignment".into(),
        Doubt::RoleCondition(_) => "the condition in the role definition".into(),
        Doubt::Wildcard => shown!(
            "whether a `*` between two slashes can stand for no segment, so that the role includes {}",
            quote(action)
        ),
        Doubt::Action(Caveat::NotSeen) => shown!("what {} does, which is documented by its name only", quote(action)),
        Doubt::Action(Caveat::SourcesDisagree) => shown!(
            "whether Azure returns the keys for {}, on which sources disagree",
            quote(action)
        ),
        Doubt::Action(Caveat::NeedsCustomRole) => "whether the principal has a custom role, which it can widen".into(),
        Doubt::Action(Caveat::NeedsMongoUsers) => "whether users with passwords are enabled for the account".into(),
        Doubt::OnlyToIdentities(_) => {
            "control of a managed identity in this tenant, as the delegation allows assigning some roles to managed \
             identities only"
                .into()
        }
        Doubt::OneRestorable => "whether the role assignment is for the restorable account of this account".into(),
        Doubt::ApiUnknown => "the API of the account, which isn't known".into(),
        Doubt::OtherApi(api) => shown!(
            "whether roles of the {} API apply in an account with another API, which isn't documented",
            api.title()
        ),
        Doubt::WithinAccount => "what can be written below that scope in the account".into(),
        Doubt::DenyUnsure { deny, why } => {
            let deny = quote(&deny.name);
            match why {
                DenyDoubt::Effect => shown!("whether the deny assignment {} blocks requests or only logs them", deny),
                DenyDoubt::Membership => shown!("who is in the groups that the deny assignment {} names", deny),
                DenyDoubt::Condition => shown!("the condition of the deny assignment {}", deny),
                DenyDoubt::Wildcard => shown!(
                    "whether a `*` between two slashes can stand for no segment, so that the deny assignment {} includes {}",
                    deny,
                    quote(action)
                ),
                DenyDoubt::NotEvaluated => shown!("whether the deny assignment {} blocks it", deny),
                DenyDoubt::Scope => shown!(
                    "where the request is made, as the deny assignment {} applies at one scope only",
                    deny
                ),
                DenyDoubt::Lifted => shown!(
                    "whether the principal first lifts the deny assignment {}, which it can do",
                    deny
                ),
            }
        }
        Doubt::DenyNotRead => "deny assignments that weren't read".into(),
        Doubt::Template => "what is known only after the deployment".into(),
    }
}
