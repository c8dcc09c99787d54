//! `local-auth-enabled`: the switch that lets account keys in is not as the policy wants it.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::fix;
use crate::checks::row::{Origin, Row, Run};
use crate::finding::{About, Check, Confidence, Group, Severity, What};
use crate::model::Keys;
use crate::policy::Switch;
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Keys,
};

static CHECK: Check = Check {
    id: "local-auth-enabled",
    group: Group::Drift,
    severity: Severity::High,
    about: About::Account,
    needs: &[What::LocalAuth],
    summary: "account keys open the account, against the policy",
    why: "While local authentication is on, whoever holds one of the account's keys may read and write everything in \
          it, whatever the role assignments say. Keys are not revoked when roles change. For other APIs than NoSQL \
          it isn't documented that the service honors the switch: an account that has it set is a possible finding there.",
    fix: "Move the clients to Entra identities, then set `disableLocalAuth` to true. Clients that still use keys stop \
          working, Data Explorer with keys among them.",
};

const FIX: &str = "find out who still uses keys of the account and move them to Entra identities, then disable key-based \
                   authentication";

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let account = context.account();
    let (Some(ruled), Some(disabled)) = (context.policy.local_auth, account.local_auth_disabled) else {
        return Vec::new();
    };
    let name = account_name(context);
    let draft = match (ruled.value, disabled) {
        (Switch::Disabled, false) => Draft::new(
            &CHECK,
            context.about_account(),
            title!("Key-based authentication is enabled on {}", account_title(context)),
            shown!("keys still open {}: local authentication is on, so whoever holds a key has full access to all data past every role", name),
        )
        .fix(
            if account.api.switch_is_documented() {
                FIX.into()
            } else {
                shown!(
                    "{}; the service can refuse the change for the {} API",
                    FIX,
                    account.api.title()
                )
            },
            fix::disable_keys(account),
        )
        .key("enabled"),
        (Switch::Disabled, true) if account.keys() == Keys::SaidRefused => Draft::new(
            &CHECK,
            context.about_account(),
            title!("Account keys of {} possibly still work", account_title(context)),
            shown!(
                "key-based authentication of {} is said to be disabled; whether the service honors that for the {} API \
                 isn't documented",
                name,
                account.api.title()
            ),
        )
        .confidence(Confidence::Possible)
        .remedy("try a key of the account, and regenerate the keys if it is accepted")
        .key("said to be disabled"),
        (Switch::Enabled, true) => Draft::new(
            &CHECK,
            context.about_account(),
            title!("Key-based authentication is disabled on {}", account_title(context)),
            shown!("keys do not open {}: local authentication is off, the policy wants it on", name),
        )
        .remedy("turn local authentication on, or correct the policy")
        .key("disabled"),
        _ => return Vec::new(),
    };
    // What is off is off for every API; only that it is on may mean nothing.
    let draft = match (ruled.value, account.keys()) {
        (Switch::Enabled, Keys::SaidRefused) => draft.confidence(Confidence::Possible).depends_on(shown!(
            "it depends on whether the switch works for the {} API, which is not documented",
            account.api.title()
        )),
        _ => draft,
    };
    vec![draft.policy(Some(&ruled.at))]
}
