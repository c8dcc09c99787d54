//! `not-analyzed`: accounts of an API that this version doesn't know, and resources that it only lists. Nothing failed, so the scan
//! is complete; but nothing was checked either.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::row::{Origin, Row, Run};
use crate::finding::{About, Check, Group, Severity};
use crate::shown;
use crate::title;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::Account,
};

static CHECK: Check = Check {
    id: "not-analyzed",
    group: Group::Coverage,
    severity: Severity::Medium,
    about: About::Account,
    needs: &[],
    summary: "This version doesn't analyze the account or cluster",
    why: "Each API of Azure Cosmos DB has role definitions and role assignments of its own. Of an API that this version doesn't \
          know, it can't read them. Who has access to data in the account is then unknown. Its keys, its settings and \
          Azure role assignments are checked like those of other accounts. Clusters of Azure Cosmos DB Garnet Cache and of Azure \
          Cosmos DB for PostgreSQL are listed, and nothing of them is checked. This finding isn't a failed scan: scanning \
          again with the same version doesn't help.",
    fix: "Update cosmos-rbac when a newer version analyzes the account or cluster. Until then, review in Azure who has access to \
          its data, and waive the finding.",
};

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let api = context.account().api;
    if api.is_known() {
        return Vec::new();
    }
    let title = title!("Access to data in {} wasn't analyzed", account_title(context));
    if let Some(row) = api.listed_only() {
        let message = shown!(
            "This version of cosmos-rbac lists {} and doesn't analyze them. {} Nothing of {} was checked.",
            row.title,
            row.why,
            account_name(context)
        );
        return vec![Draft::new(&CHECK, context.about_account(), title, message).remedy(
            "Review in Azure who has access to the cluster, and waive this finding until a newer version analyzes it.",
        )];
    }
    let message = shown!(
        "This version of cosmos-rbac doesn't know the API of {}. Its role assignments weren't read. Who has access to data \
         there is unknown.",
        account_name(context)
    );
    vec![Draft::new(&CHECK, context.about_account(), title, message).remedy(
        "Review the role assignments of the account in Azure, and waive this finding until a newer version knows the API.",
    )]
}
