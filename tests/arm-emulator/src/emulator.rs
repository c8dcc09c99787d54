//! A running emulator and what a test may ask of it.

use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::{Handle, Runtime};
use tokio::task::JoinHandle;

use crate::fault::{Fault, FaultSet};
use crate::log::{Log, Origin, Request};
use crate::options::Options;
use crate::server::{self, Gate, Port};
use crate::state::{Endpoints, Shared};
use crate::tenant::Tenant;
use crate::throttle::Buckets;
use crate::token::{Audience, Tokens, random, random_guid};
use crate::util::{base64url, lock};
use crate::world::World;
use crate::{Error, tls};

/// A running emulator. Dropping it ends it and its connections.
#[derive(Debug)]
pub struct Emulator {
    shared: Arc<Shared>,
    ca_pem: String,
    tasks: Vec<JoinHandle<()>>,
    runtime: Option<Runtime>,
    token: String,
    graph_token: String,
}

impl Emulator {
    /// Starts an emulator on the runtime of the caller.
    ///
    /// # Errors
    /// When no port can be bound or no certificate be made.
    pub async fn start(mut tenant: Tenant, options: Options) -> Result<Self, Error> {
        let faults = std::mem::take(&mut tenant.faults);
        let world = World::new(tenant);
        let (ca_pem, acceptor) = tls::make()?;
        let origins = [
            Origin::Arm,
            Origin::Login,
            Origin::Graph,
            Origin::Evil,
            Origin::Identity,
        ];
        let mut any = options.listen;
        any.set_port(0);
        let mut ports = Vec::with_capacity(origins.len());
        for origin in origins {
            ports.push(Port::reserve(if origin == Origin::Arm { options.listen } else { any })?);
        }
        let mut numbers = ports.iter().map(Port::number);
        let mut endpoint =
            |scheme: &str, host: &str| format!("{scheme}://{host}:{}", numbers.next().unwrap_or_default());
        // In the order of `origins`; the name must be one that is in the certificate.
        let endpoints = Endpoints {
            arm: endpoint("https", "localhost"),
            login: endpoint("https", "localhost"),
            graph: endpoint("https", "localhost"),
            evil: endpoint("https", "localhost"),
            identity: endpoint("http", "127.0.0.1"),
        };
        let shared = Arc::new(Shared {
            endpoints,
            tokens: Tokens::default(),
            log: Log::new(options.record_log),
            connections: Arc::new(()),
            buckets: Buckets::new(options.throttle),
            faults: Mutex::new(Arc::new(FaultSet::new(faults, options.seed))),
            taken: Mutex::default(),
            gates: std::array::from_fn(|_| Gate::default()),
            identity_header: random_guid()?.to_ascii_uppercase().replace('-', ""),
            pipeline_token: base64url(&random::<48>()?),
            sequence: AtomicU64::new(u64::from_le_bytes(random::<8>()?)),
            world,
            options,
        });
        let mut tasks = Vec::with_capacity(origins.len());
        for (origin, port) in origins.into_iter().zip(ports) {
            let listener = port.listen()?;
            let tls = (origin != Origin::Identity).then(|| acceptor.clone());
            tasks.push(tokio::spawn(server::run(
                origin,
                port,
                listener,
                tls,
                Arc::clone(&shared),
            )));
        }
        let token = issue(&shared, Audience::Arm)?;
        let graph_token = issue(&shared, Audience::Graph)?;
        Ok(Self {
            shared,
            ca_pem,
            tasks,
            runtime: None,
            token,
            graph_token,
        })
    }

    /// Starts an emulator with threads of its own, for callers without a runtime or with a busy one.
    ///
    /// # Errors
    /// When no port can be bound, no certificate be made or no thread be started.
    pub fn start_blocking(tenant: Tenant, options: Options) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(options.worker_threads.max(1))
            .thread_name("arm-emulator")
            .enable_all()
            .build()?;
        // On a thread of its own, because a caller inside another runtime may not block in this one.
        let started = std::thread::scope(|scope| scope.spawn(|| runtime.block_on(Self::start(tenant, options))).join());
        let mut emulator = started.map_err(|_| std::io::Error::other("the starting thread panicked"))??;
        emulator.runtime = Some(runtime);
        Ok(emulator)
    }

    /// Ends the emulator and waits until its ports are closed.
    pub async fn stop(mut self) {
        for task in std::mem::take(&mut self.tasks) {
            task.abort();
            // An error only says that it was aborted.
            let _ = task.await;
        }
    }

    /// `https://localhost:PORT` of ARM.
    #[must_use]
    pub fn arm_endpoint(&self) -> &str {
        &self.shared.endpoints.arm
    }

    /// `https://localhost:PORT` of Microsoft Graph.
    #[must_use]
    pub fn graph_endpoint(&self) -> &str {
        &self.shared.endpoints.graph
    }

    /// `https://localhost:PORT` of Entra login, the value of `AZURE_AUTHORITY_HOST`.
    #[must_use]
    pub fn authority_host(&self) -> &str {
        &self.shared.endpoints.login
    }

    /// `https://localhost:PORT` of a server that must never get a token.
    #[must_use]
    pub fn evil_endpoint(&self) -> &str {
        &self.shared.endpoints.evil
    }

    /// The value of `IDENTITY_ENDPOINT`.
    #[must_use]
    pub fn identity_endpoint(&self) -> String {
        format!("{}/msi/token", self.shared.endpoints.identity)
    }

    /// The value of `IDENTITY_HEADER`.
    #[must_use]
    pub fn identity_header(&self) -> &str {
        &self.shared.identity_header
    }

    /// The value of `AZURE_POD_IDENTITY_AUTHORITY_HOST`, for clients that look for IMDS there.
    #[must_use]
    pub fn imds_endpoint(&self) -> &str {
        &self.shared.endpoints.identity
    }

    /// The value of `SYSTEM_OIDCREQUESTURI`.
    #[must_use]
    pub fn oidc_request_uri(&self) -> String {
        format!("{}/oidctoken", self.shared.endpoints.login)
    }

    /// The value of `SYSTEM_ACCESSTOKEN`.
    #[must_use]
    pub fn pipeline_token(&self) -> &str {
        &self.shared.pipeline_token
    }

    /// The tenant's id.
    #[must_use]
    pub fn tenant_id(&self) -> &str {
        &self.shared.world.tenant.id
    }

    /// The CA certificate to trust.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Writes the CA certificate to a file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_ca(&self, path: &Path) -> Result<(), Error> {
        std::fs::write(path, &self.ca_pem).map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })
    }

    /// A token for ARM, the same on every call; it is unique to this start.
    #[must_use]
    pub fn token(&self) -> String {
        self.token.clone()
    }

    /// A token for Graph, the same on every call.
    #[must_use]
    pub fn graph_token(&self) -> String {
        self.graph_token.clone()
    }

    /// The requests so far, in the order they were answered.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log.entries()
    }

    /// How many requests came, also when they are not logged.
    #[must_use]
    pub fn request_count(&self) -> usize {
        self.shared.log.count()
    }

    /// How many connections are open. Once it is none, a client that is gone has no request left that is yet to be logged.
    #[must_use]
    pub fn connections(&self) -> usize {
        Arc::strong_count(&self.shared.connections) - 1
    }

    /// Forgets the requests so far.
    pub fn clear_log(&self) {
        self.shared.log.clear();
    }

    /// Whether any request, of any method and whoever made it, asked for account keys.
    #[must_use]
    pub fn key_endpoint_was_called(&self) -> bool {
        self.shared.log.key_endpoint_was_called()
    }

    /// Replaces the faults in force, from the next request on; their counts start anew.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        *lock(&self.shared.faults) = Arc::new(FaultSet::new(faults, self.shared.options.seed));
    }

    /// Lets all tokens issued so far expire.
    pub fn expire_tokens(&self) {
        self.shared.tokens.expire_all();
    }

    /// Gives every application a new secret; the old one is wrong from now on.
    pub fn rotate_secret(&self, secret: &str) {
        lock(&self.shared.taken).secret = Some(secret.to_owned());
    }

    /// Lets the secret of every application expire.
    pub fn expire_secret(&self) {
        lock(&self.shared.taken).secret_is_expired = true;
    }

    /// Takes these tokens of other issuers (workload identity) from now on, and no others.
    pub fn take_assertions(&self, tokens: &[&str]) {
        lock(&self.shared.taken).assertions = Some(tokens.iter().map(|token| (*token).to_owned()).collect());
    }

    /// Refuses connections to a server for a time, and resets those there are when they are next used.
    pub fn refuse_connections(&self, origin: Origin, time: Duration) {
        self.shared.gate(origin).close_for(time);
    }
}

fn issue(shared: &Shared, audience: Audience) -> Result<String, Error> {
    let application = shared.world.tenant.applications.first().cloned().unwrap_or_default();
    shared.tokens.issue(
        &shared.world.tenant.id,
        &application.client_id,
        &application.object_id,
        audience,
        shared.options.token_lifetime,
    )
}

impl Drop for Emulator {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        if let Some(runtime) = self.runtime.take() {
            // Waiting is not allowed inside another runtime; there the ports close a moment later.
            if Handle::try_current().is_ok() {
                runtime.shutdown_background();
            } else {
                runtime.shutdown_timeout(Duration::from_secs(1));
            }
        }
    }
}
