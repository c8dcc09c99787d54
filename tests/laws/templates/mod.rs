//! Templates: a tenant that is printed as a file of any kind that deploys it is found the same as by a scan of it.

mod azurerm;
mod forms;
mod users;

use crate::cases;
use crate::plans::{policy, snapshot};
use crate::replay::audit;
use crate::strategies::{Plan, Shapes, plan};
use cosmos_rbac::checks::Options;
use cosmos_rbac::finding::{Finding, Report};
use cosmos_rbac::model::{AccountRecord, Api, Backup, Permission, RoleDefinition, RoleKind};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::Snapshot;
use cosmos_rbac::template::{Template, deployed_to};
use forms::{FORMS, Form, print};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;

/// A resource, as it is in Azure: its type, its id, and what it says.
struct Resource {
    kind: String,
    id: String,
    body: Value,
}

impl Resource {
    fn new(account: &str, below: &[(&str, &str)], body: Value) -> Self {
        let top = account.split('/').nth(7).unwrap();
        let mut kind = format!("Microsoft.DocumentDB/{top}");
        let mut id = account.to_owned();
        for (list, name) in below {
            kind.push_str(&format!("/{list}"));
            id.push_str(&format!("/{list}/{name}"));
        }
        Self { kind, id, body }
    }

    /// The names in its id, from the account's on.
    fn name(&self) -> String {
        self.id.split('/').skip(8).step_by(2).collect::<Vec<_>>().join("/")
    }
}

/// What an account is made of.
fn resources(record: &AccountRecord) -> Vec<Resource> {
    let account = &record.account;
    let id = account.id.as_str();
    let own = account.api.role_kind().map(RoleKind::row);
    let capability = own.and_then(|row| row.declared.as_ref()?.capability);
    let kind = if account.api == Api::Mongo {
        "MongoDB"
    } else {
        "GlobalDocumentDB"
    };
    let mut all = vec![Resource::new(
        id,
        &[],
        json!({
            "location": account.location, "kind": kind, "tags": account.tags,
            "properties": {
                "capabilities": capability.map(|name| json!({"name": name})).into_iter().collect::<Vec<_>>(),
                "disableLocalAuth": account.local_auth_disabled,
                "disableKeyBasedMetadataWriteAccess": account.key_metadata_writes_disabled,
            },
        }),
    )];
    let last = |id: &str| id.rsplit('/').next().unwrap().to_owned();
    for role in record.role_definitions() {
        let permission = |one: &Permission| {
            let texts = |patterns: &[cosmos_rbac::model::ActionPattern]| {
                patterns
                    .iter()
                    .map(|pattern| pattern.as_str().to_owned())
                    .collect::<Vec<_>>()
            };
            json!({"dataActions": texts(&one.data_actions), "notDataActions": texts(&one.not_data_actions)})
        };
        let body = json!({
            "roleName": role.role_name,
            "type": if role.claims_built_in { "BuiltInRole" } else { "CustomRole" },
            "assignableScopes": role.assignable_scopes,
            "permissions": role.permissions.iter().map(permission).collect::<Vec<_>>(),
        });
        let below = [(role.kind.row().definitions, &*last(&role.id))];
        all.push(Resource::new(id, &below, json!({"properties": body})));
    }
    for one in record.role_assignments() {
        let body = json!({
            "roleDefinitionId": one.role_definition_id, "principalId": one.principal_id, "scope": one.scope,
        });
        let below = [(one.kind.row().assignments, &*last(&one.id))];
        all.push(Resource::new(id, &below, json!({"properties": body})));
    }
    let lists = own.and_then(|row| row.inventory.as_ref());
    for database in record.databases.iter().flatten() {
        let Some(lists) = lists else { continue };
        let name = database.name.as_str();
        if let Some(list) = lists.databases() {
            all.push(Resource::new(id, &[(list, name)], json!({"properties": {}})));
        }
        for container in database.containers.iter().flatten() {
            let inner = (lists.containers(), container.as_str());
            let below = [lists.databases().map(|list| (list, name)), Some(inner)];
            let below: Vec<_> = below.into_iter().flatten().collect();
            all.push(Resource::new(id, &below, json!({"properties": {}})));
        }
    }
    all
}

/// An account that a file can deploy: all of it is known, and the built-in roles are there.
fn deployable(mut plan: Plan) -> (Plan, Snapshot) {
    plan.has_gap = false;
    plan.local_auth_disabled.get_or_insert(false);
    plan.switch = None;
    for (_, containers) in plan.databases.get_or_insert_default() {
        containers.get_or_insert_default();
    }
    let mut record = plan.record(0);
    record.account.backup = Some(Backup::Periodic);
    let flat = record
        .account
        .api
        .role_kind()
        .and_then(|kind| kind.row().inventory.as_ref());
    if flat.is_some_and(|lists| lists.databases().is_none()) {
        record
            .databases
            .iter_mut()
            .for_each(|list| list.retain(|one| one.name == "TablesDB"));
        record
            .databases
            .iter_mut()
            .for_each(|list| list.retain(|one| one.containers.as_ref().is_some_and(|all| !all.is_empty())));
    }
    let names = record.databases.clone();
    plan.databases = names.map(|list| list.into_iter().map(|one| (one.name, one.containers)).collect());
    if plan.api == Api::Mongo {
        (record.mongo_roles, record.mongo_users) = (Some(Vec::new()), Some(Vec::new()));
    }
    (plan, snapshot(vec![record]))
}

fn with_built_ins(mut scanned: Snapshot) -> Snapshot {
    for record in &mut scanned.accounts {
        let Some(kind) = record.account.api.role_kind() else {
            continue;
        };
        // A scan lists those of other APIs where one of their roles is assigned.
        let assigned = record.role_assignments.iter().flatten();
        let assigned = assigned.flat_map(|one| one.kinds_of_role());
        let kinds: BTreeSet<RoleKind> = assigned.chain([kind]).collect();
        let own = record.role_definitions.get_or_insert_default();
        let all = kinds
            .into_iter()
            .flat_map(|kind| kind.row().builtin.iter().map(move |role| (kind, role)));
        for (kind, role) in all {
            let list = kind.row().definitions;
            let id = format!(
                "{}/{list}/00000000-0000-0000-0000-{:012}",
                record.account.id, role.number
            );
            if !own.iter().any(|other| other.id.eq_ignore_ascii_case(&id)) {
                own.push(RoleDefinition {
                    id,
                    kind,
                    role_name: role.name.to_owned(),
                    claims_built_in: true,
                    assignable_scopes: vec![record.account.id.to_string()],
                    permissions: vec![role.permission()],
                });
            }
        }
        own.sort_by(|a, b| a.id.cmp(&b.id));
    }
    scanned
}

fn read(form: Form, printed: &Value, scanned: &Snapshot) -> Snapshot {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(printed.to_string().as_bytes()).unwrap();
    let id = &scanned.accounts[0].account.id;
    let template = Template {
        file: file.path(),
        parameters: None,
        subscription: Some(id.subscription().into()),
        resource_group: Some(id.resource_group().into()),
    };
    let read = template.read(scanned.header.taken_at);
    let planned = read.unwrap_or_else(|error| panic!("{form:?}: {error}: {printed}"));
    // Into a tenant that has nothing yet.
    deployed_to(planned, snapshot(Vec::new()))
}

/// What is said of a finding, wherever it was read.
fn told(report: &Report) -> Vec<String> {
    let one = |finding: &Finding| {
        let what = (finding.check.id, finding.severity, finding.confidence, finding.state);
        format!(
            "{what:?} {:?} {} {}",
            finding.subject,
            finding.title.as_str(),
            finding.message
        )
    };
    let mut all: Vec<String> = report.findings.iter().map(one).collect();
    all.sort();
    all
}

/// That whatever prints a tenant is found as a scan of it is.
fn is_found_alike(scanned: &Snapshot, printed: Vec<(Form, Value)>, policy: &Policy) -> Result<(), TestCaseError> {
    let mut scanned = with_built_ins(scanned.clone());
    let mut reports = Vec::new();
    for (form, printed) in printed {
        let planned = read(form, &printed, &scanned);
        prop_assert_eq!(&planned.gaps, &Vec::new(), "{:?}", form);
        scanned.header.scope = planned.header.scope.clone();
        scanned.header.subscriptions = planned.header.subscriptions.clone();
        reports.push((form, audit(&Tenant::of(&planned), policy, Options::default()).ok()));
    }
    let expected = audit(&Tenant::of(&scanned), policy, Options::default()).ok();
    for (form, report) in reports {
        prop_assert_eq!(report.as_ref().map(told), expected.as_ref().map(told), "{:?}", form);
    }
    Ok(())
}

/// A tenant in all forms.
fn in_all_forms(all: &[Resource]) -> Vec<(Form, Value)> {
    FORMS.map(|form| (form, print(form, all))).into()
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn what_a_file_deploys_is_found_as_if_it_was_scanned(plan in plan(Shapes::Any), foreign in any::<bool>()) {
        prop_assume!(plan.api.role_kind().is_some());
        let mut plan = plan;
        if let (true, Some(one)) = (foreign, plan.assignments.first_mut()) {
            one.is_foreign = true;
        }
        let (plan, scanned) = deployable(plan);
        let all = resources(&scanned.accounts[0]);
        let policy = policy(std::slice::from_ref(&plan), 0);
        is_found_alike(&scanned, in_all_forms(&all), &policy)?;
    }
}
