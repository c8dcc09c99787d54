//! `no-authentication`: a cluster that lets in whoever reaches it. It is a check of its own, because no setting of
//! `local_auth` in a policy can mean that this is right.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::fix;
use crate::checks::row::{Origin, Row, Run};
use crate::finding::{About, Check, Group, Severity, What};
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Account,
};

static CHECK: Check = Check {
    id: "no-authentication",
    group: Group::Hygiene,
    severity: Severity::Critical,
    about: About::Account,
    needs: &[What::LocalAuth],
    summary: "A cluster doesn't authenticate its clients",
    why: "The `authenticationMethod` of a managed Cassandra cluster can be `None`. Anyone who reaches the cluster through the \
          network then has full access to all data, without a user or a password. Microsoft documents it for \
          emergencies only.",
    fix: "Set `authenticationMethod` to `Cassandra`. Clients that don't sign in can no longer connect.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let account = context.account();
    if !account.accepts_anyone() {
        return Vec::new();
    }
    let draft = Draft::new(
        &CHECK,
        context.about_account(),
        title!("{} doesn't authenticate its clients", account_title(context)),
        shown!(
            "`authenticationMethod` of {} is `None`. Anyone who reaches the cluster through the network has full access to \
             its data, without a user or a password.",
            account_name(context)
        ),
    );
    vec![
        draft
            .fix(
                "Set the authentication method to `Cassandra`.",
                fix::require_passwords(account),
            )
            .key("none"),
    ]
}
