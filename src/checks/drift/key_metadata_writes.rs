//! `key-metadata-writes`: the switch that lets keys change databases and containers is not as the policy wants it.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name};
use crate::checks::wording::Command;
use crate::checks::{Check, Group, Run};
use crate::finding::{CheckId, Severity};
use crate::policy::Switch;

pub(in crate::checks) const CHECK: Check = Check {
    id: CheckId::KeyMetadataWrites,
    group: Group::Drift,
    severity: Severity::Medium,
    summary: "keys may change databases, containers and throughput, against the policy",
    why: "With this switch off, whoever holds an account key may create and delete databases and containers and change \
          throughput, past Azure RBAC and its activity log. It does not stop keys from reading and writing items; only \
          turning local authentication off does, and where that is off this check has nothing to say.",
    fix: "Set `disableKeyBasedMetadataWriteAccess` to true, after making sure that no client creates databases or \
          containers with a key.",
    run: Run::Account(run),
};

fn run(context: &AccountContext<'_>) -> Vec<Draft> {
    let account = &context.record.account;
    let (Some(ruled), Some(disabled)) = (context.policy.key_metadata_writes, account.key_metadata_writes_disabled)
    else {
        return Vec::new();
    };
    let name = account_name(context);
    let draft = match (ruled.value, disabled) {
        // Where keys are refused altogether they change nothing.
        (Switch::Disabled, false) if account.local_auth_disabled == Some(true) => return Vec::new(),
        (Switch::Disabled, false) => Draft::new(
            CHECK.id,
            format!("keys of {name} may create, change and delete its databases and containers, not only items"),
        )
        .remedy("keep keys from changing metadata")
        .command(
            Command::on(&context.record.account, "az cosmosdb update", "--name")
                .flag("--disable-key-based-metadata-write-access", "true"),
        )
        .key("enabled"),
        (Switch::Enabled, true) => Draft::new(
            CHECK.id,
            format!("keys of {name} may not change databases and containers, the policy wants that they may"),
        )
        .remedy("allow metadata writes by key, or correct the policy")
        .key("disabled"),
        _ => return Vec::new(),
    };
    vec![draft.subject(account.id.as_str()).policy(Some(&ruled.at))]
}
