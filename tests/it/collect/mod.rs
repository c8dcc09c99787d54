//! The collector against the emulator, over real TLS on loopback.

mod authorization;
mod child;
mod credentials;
mod delegations;
mod elsewhere;
mod faults;
mod graph;
mod guard;
mod lists;
mod targets;
mod throttled;
mod whole;

use arm_emulator::{Application, Emulator, Fault, FaultKind, Matcher, Options, Origin, Request, Tenant};
use cosmos_rbac::collect::{AzureOptions, CollectError, Environment, Limits, RetryPolicy, Summary, Target, collect};
use cosmos_rbac::model::{AccountRecord, Gap};
use cosmos_rbac::snapshot::{Header, Snapshot};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;
use tempfile::TempDir;

/// An emulated cloud, and the options to scan it with.
pub(crate) struct Azure {
    pub(crate) emulator: Emulator,
    pub(crate) options: AzureOptions,
    variables: BTreeMap<String, String>,
    _directory: TempDir,
}

impl Azure {
    pub(crate) async fn start(tenant: Tenant, options: Options) -> Self {
        let application = tenant.applications.first().cloned().unwrap_or_default();
        let emulator = Emulator::start(tenant, options).await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        let ca = directory.path().join("ca.pem");
        emulator.write_ca(&ca).unwrap();
        let variables = client_secret(&emulator, &application);
        let options = AzureOptions {
            arm_endpoint: Some(emulator.arm_endpoint().parse().unwrap()),
            graph_endpoint: Some(emulator.graph_endpoint().parse().unwrap()),
            authority_host: Some(emulator.authority_host().parse().unwrap()),
            ca_bundle: Some(ca),
            environment: Environment::isolated(variables.clone()),
            limits: LIMITS,
            ..AzureOptions::default()
        };
        Self {
            emulator,
            options,
            variables,
            _directory: directory,
        }
    }

    pub(crate) async fn sample() -> Self {
        let tenant = Tenant::from_file("tests/arm-emulator/tenants/sample.yaml").unwrap();
        Self::start(tenant, Options::default()).await
    }

    /// Two accounts in one subscription, `one` and `two`.
    pub(crate) async fn pair() -> Self {
        let tenant = Tenant::from_yaml(PAIR).unwrap();
        Self::start(tenant, Options::default()).await
    }

    /// Sets a variable, or takes it away.
    pub(crate) fn set(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.variables.insert(name.to_owned(), value.to_owned()),
            None => self.variables.remove(name),
        };
        self.options.environment = Environment::isolated(self.variables.clone());
    }

    pub(crate) fn set_fault(&self, list: &str, account: &str, kind: FaultKind) {
        self.emulator.set_faults(vec![fault(list, account, kind)]);
    }

    pub(crate) async fn try_scan(&self, target: &Target) -> Result<(Snapshot, Summary), CollectError> {
        let taken_at: Timestamp = "2026-03-04T05:06:07.891Z".parse().unwrap();
        let header = Header::new(taken_at, String::new(), String::new(), Vec::new());
        let mut snapshot = Snapshot::new(header);
        let summary = collect(&self.options, target, taken_at, &mut snapshot).await?;
        self.assert_harmless();
        Ok((snapshot, summary))
    }

    pub(crate) async fn scan(&self) -> Snapshot {
        self.try_scan(&Target::All).await.unwrap().0
    }

    pub(crate) fn requests(&self, origin: Origin) -> Vec<Request> {
        let mut requests = self.emulator.requests();
        requests.retain(|request| request.origin == origin);
        requests
    }

    /// What holds for every scan, however it goes.
    pub(crate) fn assert_harmless(&self) {
        assert!(!self.emulator.key_endpoint_was_called());
        assert_eq!(self.requests(Origin::Evil), []);
        assert!(self.requests(Origin::Arm).iter().all(|request| request.method == "GET"));
        for request in self.requests(Origin::Graph) {
            let is_question = request.path.ends_with("/getByIds");
            assert_eq!(request.method, if is_question { "POST" } else { "GET" }, "{request:?}");
        }
    }
}

const PAIR: &str = r#"
subscriptions:
  - id: 5e1f0c1a-0000-4000-8000-000000000001
    name: Production
    accounts:
      - &account
        name: one
        disable_local_auth: true
        role_assignments:
          - { role: 00000000-0000-0000-0000-000000000001, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }
        databases: { orders: [data] }
      - name: two
        disable_local_auth: true
        role_assignments:
          - { role: 00000000-0000-0000-0000-000000000001, principal_id: 63cf3af1-7ee2-4d4c-9fe6-deb936065faa }
        databases: { orders: [data] }
"#;

pub(crate) fn fault(list: &str, account: &str, kind: FaultKind) -> Fault {
    Fault {
        on: Matcher {
            kind: Some(list.to_owned()),
            account: Some(account.to_owned()),
            ..Matcher::default()
        },
        rate: 1.0,
        skip: 0,
        times: None,
        per_url: false,
        kind,
    }
}

/// Pauses are brief, so that tests are quick.
pub(crate) const LIMITS: Limits = Limits {
    retry: RetryPolicy {
        base: Duration::from_millis(5),
        cap: Duration::from_millis(40),
        longest: Duration::from_millis(40),
        attempts: 4,
        total: PATIENT,
        refusals: 4,
        patience: PATIENT,
    },
    connect_timeout: PATIENT,
    read_timeout: PATIENT,
    total_timeout: PATIENT,
    credential_timeout: PATIENT,
    body_cap: 1 << 20,
    page_bound: 20,
};

/// Whoever answers is waited for, however busy the machine is. Tests of silence set bounds of their own.
const PATIENT: Duration = Duration::from_secs(120);

pub(crate) fn client_secret(emulator: &Emulator, application: &Application) -> BTreeMap<String, String> {
    [
        ("AZURE_TENANT_ID", emulator.tenant_id()),
        ("AZURE_CLIENT_ID", &application.client_id),
        ("AZURE_CLIENT_SECRET", &application.client_secret),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

pub(crate) fn account<'s>(snapshot: &'s Snapshot, name: &str) -> &'s AccountRecord {
    let found = snapshot.accounts.iter().find(|record| record.account.id.name() == name);
    found.unwrap_or_else(|| panic!("no account {name}"))
}

/// The gaps as `what: code`.
pub(crate) fn codes(gaps: &[Gap]) -> Vec<String> {
    let mut codes: Vec<String> = gaps.iter().map(|gap| format!("{}: {}", gap.what, gap.code)).collect();
    codes.sort();
    codes
}
