//! `local-auth-enabled`: whether account keys work differs from the policy.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::fix;
use crate::checks::row::{Origin, Row, Run};
use crate::finding::{About, Check, Confidence, Group, Severity, What};
use crate::model::{Api, Keys};
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
    summary: "Key-based authentication differs from the policy",
    why: "Account keys bypass role assignments. Anyone with an account key has full access to all data. Keys stay \
          valid when roles change. For APIs other than NoSQL, Microsoft doesn't document that the service honors \
          `disableLocalAuth`. An account of such an API is a possible finding where it is set. In a cluster, the same \
          policy is about users who sign in with a password: native authentication of MongoDB vCore, and \
          `authenticationMethod` of managed Cassandra.",
    fix: "Move clients to Microsoft Entra identities, and then set `disableLocalAuth` to `true`. Clients that still \
          use a key stop working, including Data Explorer with keys.",
};

const FIX: &str = "Move clients that use a key to Microsoft Entra identities, then disable key-based authentication.";

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let account = context.account();
    let (Some(ruled), Some(disabled)) = (context.policy.local_auth, account.local_auth_disabled) else {
        return Vec::new();
    };
    let name = account_name(context);
    if account.api.is_cluster() {
        let draft = of_cluster(context, ruled.value, disabled);
        return draft.map(|draft| draft.policy(Some(&ruled.at))).into_iter().collect();
    }
    let draft = match (ruled.value, disabled) {
        (Switch::Disabled, false) => Draft::new(
            &CHECK,
            context.about_account(),
            title!("Key-based authentication is enabled on {}", account_title(context)),
            shown!(
                "Anyone with an account key of {} has full access to its data, regardless of role assignments. The policy \
                 requires key-based authentication to be disabled.",
                name
            ),
        )
        .fix(
            if account.api.switch_is_documented() {
                FIX.into()
            } else {
                shown!(
                    "{} The service can reject the change for the {} API.",
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
                "Key-based authentication is disabled on {}. Microsoft doesn't document whether the service honors that \
                 setting for the {} API.",
                name,
                account.api.title()
            ),
        )
        .confidence(Confidence::Possible)
        .remedy("Try a key of the account, and regenerate the keys if it works.")
        .key("said to be disabled"),
        (Switch::Enabled, true) => Draft::new(
            &CHECK,
            context.about_account(),
            title!("Key-based authentication is disabled on {}", account_title(context)),
            shown!("Clients can't use keys of {}. The policy requires key-based authentication to be enabled.", name),
        )
        .remedy("Enable key-based authentication, or correct the policy.")
        .key("disabled"),
        _ => return Vec::new(),
    };
    // What is enabled is enabled for every API; only that it is disabled can mean nothing.
    let draft = match (ruled.value, account.keys()) {
        (Switch::Enabled, Keys::SaidRefused) => draft.confidence(Confidence::Possible).depends_on(shown!(
            "whether the setting has an effect for the {} API, which isn't documented",
            account.api.title()
        )),
        _ => draft,
    };
    vec![draft.policy(Some(&ruled.at))]
}

/// The same of a cluster, whose users sign in with passwords instead of keys.
fn of_cluster(context: &AccountContext<'_, '_>, wanted: Switch, disabled: bool) -> Option<Draft> {
    let account = context.account();
    let name = account_name(context);
    let (passwords, how) = match account.api {
        Api::CassandraCluster => (
            "Password authentication",
            "Set the authentication method to `Ldap`, or correct the policy.",
        ),
        _ => (
            "Native (password) authentication",
            "Add the identities that need access as users, move clients to them, and then allow Microsoft Entra ID only.",
        ),
    };
    let draft = match (wanted, disabled) {
        // Without any authentication there are no passwords: `no-authentication` reports that.
        (Switch::Disabled, false) if !account.accepts_anyone() => Draft::new(
            &CHECK,
            context.about_account(),
            title!("{} is enabled on {}", passwords, account_title(context)),
            shown!(
                "Anyone with the password of a database user of {} can sign in. Azure doesn't list database users. The \
                 policy requires password authentication to be disabled.",
                name
            ),
        )
        .fix(how, fix::disable_keys(account))
        .key("enabled"),
        (Switch::Enabled, true) => Draft::new(
            &CHECK,
            context.about_account(),
            title!("{} is disabled on {}", passwords, account_title(context)),
            shown!(
                "Database users of {} can't sign in with a password. The policy requires password authentication to be \
                 enabled.",
                name
            ),
        )
        .remedy("Enable password authentication, or correct the policy.")
        .key("disabled"),
        _ => return None,
    };
    Some(draft)
}
