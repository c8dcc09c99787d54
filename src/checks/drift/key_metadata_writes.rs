//! `key-metadata-writes`: the switch that lets keys change databases and containers is not as the policy wants it.

use crate::checks::command::Command;
use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::finding::{About, Check, Confidence, Group, Severity, What};
use crate::model::Keys;
use crate::policy::Switch;
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::KeyMetadataWrites,
};

static CHECK: Check = Check {
    id: "key-metadata-writes",
    group: Group::Drift,
    severity: Severity::Medium,
    about: About::Account,
    needs: &[What::KeyMetadataWrites],
    summary: "keys may change databases, containers and throughput, against the policy",
    why: "With this switch off, whoever holds an account key may create and delete databases and containers and change \
          throughput, past Azure RBAC and its activity log. It does not stop keys from reading and writing items; only \
          turning local authentication off does, and where that is off this check has nothing to say.",
    fix: "Set `disableKeyBasedMetadataWriteAccess` to true, after making sure that no client creates databases or \
          containers with a key.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let account = context.account();
    let (Some(ruled), Some(disabled)) = (context.policy.key_metadata_writes, account.key_metadata_writes_disabled)
    else {
        return Vec::new();
    };
    let name = account_name(context);
    let draft = match (ruled.value, disabled) {
        // Where keys are refused altogether they change nothing.
        (Switch::Disabled, false) if account.keys() == Keys::Refused => return Vec::new(),
        (Switch::Disabled, false) => Draft::new(
            &CHECK,
            context.about_account(),
            title!(
                "Account keys can change databases and containers in {}",
                account_title(context)
            ),
            shown!(
                "keys of {} may create, change and delete its databases and containers, not only items",
                name
            ),
        )
        .fix(
            "keep keys from changing metadata",
            Steps::one(
                Command::on(&account.id, "az cosmosdb update", "--name")
                    .flag("--disable-key-based-metadata-write-access", "true"),
                shown!(
                    "clients that create, change or delete databases and containers of {} with a key are refused",
                    name
                ),
            ),
        )
        .key("enabled"),
        (Switch::Enabled, true) => Draft::new(
            &CHECK,
            context.about_account(),
            title!(
                "Account keys can't change databases and containers in {}",
                account_title(context)
            ),
            shown!(
                "keys of {} may not change databases and containers, the policy wants that they may",
                name
            ),
        )
        .remedy("allow metadata writes by key, or correct the policy")
        .key("disabled"),
        _ => return Vec::new(),
    };
    let draft = match (ruled.value, account.keys()) {
        (Switch::Disabled, Keys::SaidRefused) => draft.confidence(Confidence::Possible).depends_on(shown!(
            "it depends on whether the service refuses keys of the {} API, which is not documented",
            account.api.title()
        )),
        _ => draft,
    };
    vec![draft.policy(Some(&ruled.at))]
}
