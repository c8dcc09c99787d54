//! One scan of an emulated cloud, and what holds for every scan, however it goes.

use arm_emulator::{Application, Emulator, Fault, Options, Origin, Request, Tenant};
use cosmos_rbac::collect::{AzureOptions, CollectError, CredentialKind, Environment, Summary, Target, collect};
use cosmos_rbac::model::Gap;
use cosmos_rbac::snapshot::{Compression, Header, Sink, Snapshot, Writer};
use jiff::Timestamp;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// A scan that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(300);
/// Most pages of a list.
pub(crate) const PAGE_BOUND: usize = 20;
/// Largest body.
pub(crate) const BODY_CAP: u64 = 1 << 20;

/// How patient a scan is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// How often a request is sent, if need be; a renewed token allows for one more.
    pub(crate) attempts: u32,
    /// The first pause, at most.
    pub(crate) base: Duration,
    /// Time without a byte.
    pub(crate) silence: Duration,
    /// Time for a request with its answer.
    pub(crate) total: Duration,
    /// Requests in flight at once.
    pub(crate) concurrency: usize,
}

impl Patience {
    /// Waits long for answers, so that a busy machine makes no difference, and briefly between attempts.
    pub(crate) const CALM: Self = Self {
        attempts: 4,
        base: Duration::from_millis(5),
        silence: Duration::from_secs(120),
        total: Duration::from_secs(120),
        concurrency: 64,
    };

    /// The same, but never less patient than it takes to be: on a busy machine an honest answer may take longer than
    /// silence would be borne. `honest` is a time, measured just now, in which any honest answer comes.
    pub(crate) fn with(self, honest: Duration) -> Self {
        Self {
            silence: self.silence.max(honest),
            total: self.total.max(honest.saturating_mul(2)),
            ..self
        }
    }
}

/// A scan to be run.
pub(crate) struct Scan {
    pub(crate) tenant: Tenant,
    pub(crate) options: Options,
    pub(crate) faults: Vec<Fault>,
    pub(crate) target: Target,
    pub(crate) patience: Patience,
}

/// A scan that was run.
pub(crate) struct Ran {
    pub(crate) outcome: Result<Summary, CollectError>,
    /// What was read, up to the error if there was one.
    pub(crate) snapshot: Snapshot,
    /// What arrived at ARM.
    pub(crate) requests: Vec<Request>,
    /// What arrived at Graph.
    pub(crate) asked: Vec<Request>,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Scan {
    /// Runs it against an emulator of its own.
    pub(crate) async fn run(self) -> Result<Ran, String> {
        let application = Application::default();
        let emulator = Emulator::start(self.tenant, self.options).await.unwrap();
        emulator.set_faults(self.faults);
        let directory = tempfile::tempdir().unwrap();
        let ca = directory.path().join("ca.pem");
        emulator.write_ca(&ca).unwrap();
        let mut options = AzureOptions {
            credential: CredentialKind::Env,
            arm_endpoint: Some(emulator.arm_endpoint().parse().unwrap()),
            graph_endpoint: Some(emulator.graph_endpoint().parse().unwrap()),
            authority_host: Some(emulator.authority_host().parse().unwrap()),
            ca_bundle: Some(ca),
            concurrency: self.patience.concurrency.try_into().unwrap(),
            ..AzureOptions::default()
        };
        options.limits.retry.attempts = self.patience.attempts;
        options.limits.retry.refusals = self.patience.attempts;
        options.limits.retry.base = self.patience.base;
        options.limits.retry.cap = Duration::from_millis(40);
        // Nobody waits for an hour here; that is tried with a clock that tests turn.
        options.limits.retry.longest = Duration::ZERO;
        options.limits.retry.total = LIMIT;
        options.limits.connect_timeout = LIMIT;
        options.limits.credential_timeout = LIMIT;
        options.limits.read_timeout = self.patience.silence;
        options.limits.total_timeout = self.patience.total;
        options.limits.body_cap = BODY_CAP;
        options.limits.page_bound = PAGE_BOUND;
        let environment = [
            ("AZURE_TENANT_ID", emulator.tenant_id()),
            ("AZURE_CLIENT_ID", &application.client_id),
            ("AZURE_CLIENT_SECRET", &application.client_secret),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        options.environment = Environment::isolated(environment.into());

        let taken_at = Timestamp::UNIX_EPOCH;
        let mut snapshot = Snapshot::new(Header::new(taken_at, String::new(), String::new(), Vec::new()));
        let start = Instant::now();
        let scan = collect(&options, &self.target, taken_at, &mut snapshot);
        let Ok(outcome) = timeout(LIMIT, scan).await else {
            return Err(format!("the scan did not end within {LIMIT:?}"));
        };
        let took = start.elapsed();
        let of = |origin| {
            let mut requests = emulator.requests();
            requests.retain(|request| request.origin == origin);
            requests
        };
        let ran = Ran {
            outcome,
            snapshot,
            requests: of(Origin::Arm),
            asked: of(Origin::Graph),
            took,
        };
        if emulator.key_endpoint_was_called() || ran.requests.iter().any(|request| request.method != "GET") {
            return Err("more than reads was asked for".to_owned());
        }
        let is_harmless = |request: &Request| match request.method.as_str() {
            "POST" => request.path.ends_with("/getByIds"),
            method => method == "GET",
        };
        if !ran.asked.iter().all(is_harmless) {
            return Err("Graph was asked for more than names".to_owned());
        }
        if !of(Origin::Evil).is_empty() {
            return Err("a request went astray".to_owned());
        }
        ran.check(&application.client_secret)?;
        Ok(ran)
    }
}

impl Ran {
    /// What the program would exit with.
    pub(crate) fn exit(&self) -> u8 {
        match &self.outcome {
            Err(_) => 2,
            Ok(summary) if summary.gaps > 0 => 3,
            Ok(summary) if summary.accounts == 0 => 4,
            Ok(_) => 0,
        }
    }

    /// All gaps, and where they are: an account's name, a subscription's id or nothing.
    pub(crate) fn gaps(&self) -> Vec<(&str, &Gap)> {
        let above = self.snapshot.gaps.iter();
        let above = above.map(|gap| (gap.subscription.as_deref().unwrap_or_default(), &gap.gap));
        let accounts = self.snapshot.accounts.iter();
        let accounts = accounts.flat_map(|one| one.gaps.iter().map(|gap| (one.account.id.name(), gap)));
        let planes = self.snapshot.control_planes.iter();
        let planes = planes.flat_map(|one| one.gaps.iter().map(|gap| (one.subscription.as_str(), gap)));
        above.chain(accounts).chain(planes).collect()
    }

    /// What holds of everything that comes out of a scan.
    fn check(&self, secret: &str) -> Result<(), String> {
        let shown = format!("{:?}\n{:?}", self.outcome, self.snapshot);
        let mut file = Writer::new(Vec::new(), Compression::None).unwrap();
        let snapshot = &self.snapshot;
        snapshot.lines().try_for_each(|line| file.line(line)).unwrap();
        let file = file.finish().unwrap();
        let said = match &self.outcome {
            Err(error) => error.to_string(),
            Ok(_) => String::new(),
        };
        for text in [&shown, &String::from_utf8(file.clone()).unwrap(), &said] {
            // However a token is cut, the head of a JSON Web Token tells it.
            if text.contains("eyJ") || text.contains(secret) || text.contains("Bearer") {
                return Err(format!("a secret is in the output: {text}"));
            }
        }
        if let Some((_, gap)) = self.gaps().iter().find(|(_, gap)| gap.message.len() > 4_000) {
            return Err(format!("a message of {} bytes", gap.message.len()));
        }
        let Ok(summary) = &self.outcome else { return Ok(()) };
        if !Snapshot::read(&file[..], "scan").is_ok_and(|read| read == *snapshot) {
            return Err("the file reads back as something else".to_owned());
        }
        if let Some(null) = snapshot.accounts.iter().find_map(|one| one.unexplained_null()) {
            return Err(format!("nothing says why `{null}` is null"));
        }
        if let Some(null) = snapshot.control_planes.iter().find_map(|one| one.unexplained_null()) {
            return Err(format!("nothing says why `{null}` of a control plane is null"));
        }
        let counted = (
            snapshot.accounts.len(),
            self.gaps().len(),
            snapshot.header.subscriptions.len(),
        );
        if !snapshot.ended || counted != (summary.accounts, summary.gaps, summary.subscriptions) {
            return Err(format!("{summary:?}, but {counted:?} accounts, gaps and subscriptions"));
        }
        Ok(())
    }
}
