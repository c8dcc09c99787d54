//! `key-metadata-writes`: whether account keys can change databases and containers differs from the policy.

use crate::checks::command::Command;
use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::finding::{About, AccountEdit, Check, Confidence, Group, Severity, What};
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
    summary: "Account keys can change databases, containers and throughput",
    why: "With an account key, clients can create and delete databases and containers and change throughput. Azure \
          RBAC and the activity log don't cover that. The setting `disableKeyBasedMetadataWriteAccess` prevents it. \
          It doesn't prevent keys from reading and writing items. This check finds nothing where key-based \
          authentication is disabled.",
    fix: "Set `disableKeyBasedMetadataWriteAccess` to `true`. Check first that no client creates databases or \
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
                "`disableKeyBasedMetadataWriteAccess` of {} is `false`. The policy requires `true`, so that keys can't create, \
                 change or delete databases and containers.",
                name
            ),
        )
        .fix(
            "Set `disableKeyBasedMetadataWriteAccess` to `true`.",
            Steps::one(
                Command::on(&account.id, "az cosmosdb update", "--name")
                    .flag("--disable-key-based-metadata-write-access", "true")
                    .doing(&account.id, AccountEdit::DisableKeyMetadataWrites),
                shown!(
                    "Clients can no longer create, change or delete databases and containers of {} with a key.",
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
                "`disableKeyBasedMetadataWriteAccess` of {} is `true`. The policy requires `false`.",
                name
            ),
        )
        .remedy("Set `disableKeyBasedMetadataWriteAccess` to `false`, or correct the policy.")
        .key("disabled"),
        _ => return Vec::new(),
    };
    let draft = match (ruled.value, account.keys()) {
        (Switch::Disabled, Keys::SaidRefused) => draft.confidence(Confidence::Possible).depends_on(shown!(
            "whether the service rejects keys of the {} API, which isn't documented",
            account.api.title()
        )),
        _ => draft,
    };
    vec![draft.policy(Some(&ruled.at))]
}
