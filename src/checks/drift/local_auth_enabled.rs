//! `local-auth-enabled`: the switch that lets account keys in is not as the policy wants it.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name};
use crate::checks::wording::Command;
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Confidence, Severity};
use crate::model::Api;
use crate::policy::Switch;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::LocalAuthEnabled,
    group: Group::Drift,
    severity: Severity::High,
    summary: "account keys open the account, against the policy",
    why: "While local authentication is on, whoever holds one of the account's keys may read and write everything in \
          it, whatever the role assignments say. Keys are not revoked when roles change. For other APIs than NoSQL it \
          is not settled that the switch does what it says, so there the finding is possible, not certain.",
    fix: "Move the clients to Entra identities, then set `disableLocalAuth` to true. Clients that still use keys stop \
          working, Data Explorer with keys among them.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    let account = &context.record.account;
    let (Some(ruled), Some(disabled)) = (context.policy.local_auth, account.local_auth_disabled) else {
        return Vec::new();
    };
    let name = account_name(context);
    let update = || {
        Command::on(
            &context.record.account,
            "az resource update --resource-type Microsoft.DocumentDB/databaseAccounts",
            "--name",
        )
    };
    let draft = match (ruled.value, disabled) {
        (Switch::Disabled, false) => Draft::new(
            CHECK.id,
            format!("keys still open {name}: local authentication is on, so whoever holds a key has full access to all data past every role"),
        )
        .remedy("move clients to Entra identities, then turn local authentication off")
        .command(update().flag("--set", "properties.disableLocalAuth=true"))
        .key("enabled"),
        (Switch::Enabled, true) => Draft::new(
            CHECK.id,
            format!("keys do not open {name}: local authentication is off, the policy wants it on"),
        )
        .remedy("turn local authentication on, or correct the policy")
        .key("disabled"),
        _ => return Vec::new(),
    };
    let draft = match account.api {
        Api::Sql => draft,
        api => draft.confidence(Confidence::Possible).depends_on(&format!(
            "it depends on whether the switch works for the {} API, which is not documented",
            api.title()
        )),
    };
    vec![draft.subject(account.id.as_str()).policy(Some(&ruled.at))]
}
