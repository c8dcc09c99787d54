//! `restore-copy`: a principal can restore an account into one that it can read.

use super::chain::{Words, judge, names};
use super::copies::restorable;
use super::ways::{Question, Ways};
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::lead::Lead;
use crate::checks::reached::Accounts;
use crate::checks::row::{Origin, Row, Run};
use crate::finding::{About, Check, Group, Severity, What};
use crate::policy::Privilege;
use crate::shown;
use crate::title;
use std::borrow::Cow;

use std::sync::Arc;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Audit(run),
    origin: Origin::AzureRole("restore a copy of"),
};

static CHECK: Check = Check {
    id: "restore-copy",
    group: Group::Bypass,
    severity: Severity::High,
    about: About::Tenant,
    needs: &[What::KeyReaders, What::AzureRbac, What::Delegations],
    summary: "A principal can restore an account as a copy and read it",
    why: "An account with continuous backup can be restored into a new account, as of any moment of the last days. \
          Firewall rules and data-plane role assignments aren't restored. Restoring requires \
          `locations/restorableDatabaseAccounts/restore/action` at the subscription and `databaseAccounts/write` in \
          any resource group of it. A principal that can write the copy can read its keys. A principal that can \
          read the keys of the account itself, or grant access to its data, is reported for that instead. If the \
          snapshot doesn't say how accounts are backed up, the finding is possible.",
    fix: "Delete one of the two Azure role assignments, narrow the scope of the one that restores, or list the \
          principal in `key_readers`.",
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    let restorable = (restorable(context).into_iter()).map(|(subscription, accounts)| {
        let accounts = accounts.into_iter().map(|(place, sure)| (place, Lead::of(sure)));
        (subscription, Arc::new(accounts.collect()))
    });
    let subscriptions: Vec<(String, Arc<Accounts>)> = restorable.collect();
    let ways = |(subscription, accounts): &(String, Arc<Accounts>)| {
        let is_known = accounts.iter().any(|(_, lead)| lead.is_sure);
        let powers = &context.tenant.powers;
        Some(Ways {
            chains: Cow::Owned(powers.restores(subscription, context.names.directory)),
            through: None,
            accounts: Arc::clone(accounts),
            doubt: (!is_known).then(|| "whether the account has continuous backup".into()),
        })
    };
    let question = Question {
        check: &CHECK,
        privilege: Privilege::KeyReaders,
        also: &[],
    };
    judge(&question, context, &subscriptions, ways, |_, accounts| Words {
        title: |who, _, accounts| title!("{} can restore and read a copy of {}", who, accounts),
        does: shown!("restore a copy of {}", names(context, accounts)),
        consequence:
            "The copy has none of the role assignments and firewall rules, and the principal can read its keys.".into(),
    })
}
