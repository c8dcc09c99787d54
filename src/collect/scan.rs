//! The order of things: sign in, find the subscriptions, then read subscriptions and accounts side by side, and in the end
//! look up the principals that all of these name.
//!
//! Accounts are written as they are complete and in no particular order; only those in work are in memory. The tasks
//! are spawned rather than polled in a chain of streams: one that holds a place at the limiter must never wait for being
//! polled.

use super::elsewhere;
use super::error::CollectError;
use super::http::Transport;
use super::option_error::OptionError;
use super::options::{AzureOptions, Target};
use super::output::Output;
use super::progress::Progress;
use super::read::{Service, graph, subscriptions, tenant};
use super::schedule::{Schedule, broken, scan_gap};
use super::sign_in::{CredentialKind, Credentials, Endpoints, Said, Tokens};
use super::summary::Summary;
use crate::model::guid::is_guid;
use crate::model::{ControlPlane, Gap, PrincipalId, ScannedBy};
use crate::snapshot::{Header, Line, ResumeState, Shards, Sink};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

/// Lines on their way to the sink.
const LINES: usize = 256;
/// How often the sink is reminded of what it holds back.
const TICK: Duration = Duration::from_millis(100);

/// A scan to be run.
#[derive(Debug)]
pub struct Scan<'s> {
    /// How to reach Azure.
    pub options: &'s AzureOptions,
    /// What to scan.
    pub target: &'s Target,
    /// When it begins.
    pub taken_at: Timestamp,
    /// What an earlier scan has left in the sink.
    pub kept: Option<Arc<ResumeState>>,
    /// Whether to leave the snapshot without its end if no list of accounts could be read: it would take the place of one that
    /// has accounts.
    pub needs_accounts: bool,
    /// Where to count.
    pub progress: Arc<Progress>,
}

/// Reads the target into `sink`: the header first, then accounts and gaps as they come, the end last.
///
/// # Errors
/// When there is nothing to begin with (see [`CollectError`]) or the sink fails. What concerns only a part is a gap.
pub async fn collect(
    options: &AzureOptions,
    target: &Target,
    taken_at: Timestamp,
    sink: &mut (dyn Sink + Send),
) -> Result<Summary, CollectError> {
    let scan = Scan {
        options,
        target,
        taken_at,
        kept: None,
        needs_accounts: false,
        progress: Arc::default(),
    };
    scan.run(std::future::pending(), sink).await
}

/// What is to be read, once it is known.
struct Plan {
    arm: Service,
    /// `None`: principals are not looked up.
    graph: Option<graph::Connection>,
    header: Header,
    /// Who reads now; the header has who began.
    signed_in: ScannedBy,
    gaps: Vec<Gap>,
}

impl Scan<'_> {
    /// Reads the target into `sink` until `stop`; what is complete by then is written.
    ///
    /// # Errors
    /// As [`collect`], and when the scan is not the one that `kept` is of.
    pub async fn run(
        self,
        stop: impl Future<Output = ()>,
        sink: &mut (dyn Sink + Send),
    ) -> Result<Summary, CollectError> {
        let mut stop = std::pin::pin!(stop);
        let counts = self.kept.as_ref().map(|kept| kept.counts()).unwrap_or_default();
        let mut summary = Summary {
            accounts: counts.accounts,
            kept: counts.accounts,
            partial: self.kept.as_ref().map_or(0, |kept| kept.partial()),
            not_analyzed: self.kept.as_ref().map_or(0, |kept| kept.not_analyzed()),
            gaps: counts.gaps,
            unread: self.kept.as_ref().map_or(0, |kept| kept.unread()),
            unread_above: self.kept.as_ref().map_or(0, |kept| kept.unread_above()),
            gone: counts.gone,
            ..Summary::default()
        };
        let plan = tokio::select! {
            plan = self.plan() => plan?,
            () = &mut stop => {
                summary.stopped = true;
                return Ok(summary);
            }
        };
        summary.subscriptions = plan.header.subscriptions.len();
        summary.scanned_by = Some(plan.signed_in);
        let ids: Vec<String> = plan.header.subscriptions.iter().map(|one| one.id.clone()).collect();
        self.progress.gaps.fetch_add(summary.unread, Relaxed);
        let mut output = Output::new(sink, summary, counts, &self.progress);
        if let Some(kept) = &self.kept {
            output.principals.extend(kept.principals().iter().cloned());
        }
        output.line(Line::Header(plan.header))?;
        for gap in plan.gaps {
            output.line(scan_gap(None, gap))?;
        }
        let (lines, mut written) = mpsc::channel(LINES);
        let arm = Arc::new(plan.arm);
        let schedule = Arc::new(Schedule::new(arm.clone(), self.options, self.kept.clone(), lines));
        // Dropping the set ends all of its tasks, so a sink that fails and a scan that is given up leave nothing behind.
        let mut tasks = JoinSet::new();
        tasks.spawn(schedule.clone().run(ids));
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                Some(line) = written.recv() => output.line(line)?,
                ended = tasks.join_next() => {
                    if let Some(ended) = ended {
                        ended.map_err(broken)??;
                    }
                    break;
                }
                () = &mut stop => {
                    output.summary.stopped = true;
                    break;
                }
                _ = tick.tick() => output.sink.tick()?,
            }
        }
        drop(tasks);
        // Whatever was sent was sent before the tasks ended.
        while let Ok(line) = written.try_recv() {
            output.line(line)?;
        }
        output.planes.append(&mut schedule.planes());
        let is_ended = !output.summary.stopped;
        output.summary.nothing_listed = is_ended && self.needs_accounts && !schedule.knows_accounts();
        if let Some(connection) = plan.graph.filter(|_| is_ended && !output.summary.nothing_listed) {
            self.look_up(connection, &arm, &mut output, &mut stop).await?;
        }
        Ok(output.end()?.with(&self.progress))
    }

    /// Looks up whom the snapshot names, and reads what Azure RBAC says of managed identities that live elsewhere. The scan
    /// may be stopped meanwhile.
    async fn look_up(
        &self,
        connection: graph::Connection,
        arm: &Service,
        output: &mut Output<'_>,
        stop: &mut (impl Future<Output = ()> + Unpin),
    ) -> Result<(), CollectError> {
        let ids = std::mem::take(&mut output.principals);
        let first = std::mem::take(&mut output.data_principals);
        let planes = std::mem::take(&mut output.planes);
        // The other numbers are of Azure Resource Manager.
        let counters = Arc::new(self.progress.beside());
        let asked = async {
            if ids.is_empty() {
                return Ok((graph::LookedUp::nobody(), Vec::new()));
            }
            let graph = graph::Graph::sign_in(connection, self.options, counters.clone()).await?;
            let mut found = graph.look_up(&ids, &first).await;
            if !self.options.control_plane {
                return Ok((found, Vec::new()));
            }
            let is_read =
                |id: &str| planes.contains(id) || self.kept.as_ref().is_some_and(|kept| kept.holds_control_plane(id));
            let elsewhere = elsewhere::read(arm, found.principals.as_deref().unwrap_or_default(), is_read).await;
            let named = elsewhere.iter().flat_map(ControlPlane::principals);
            let named: BTreeSet<PrincipalId> = named.filter(|id| !ids.contains(*id)).cloned().collect();
            if !named.is_empty() {
                found.add(graph.look_up(&named, &BTreeSet::new()).await);
            }
            Ok::<_, String>((found, elsewhere))
        };
        self.progress.principals.store(ids.len(), Relaxed);
        let mut asked = std::pin::pin!(asked);
        let mut tick = tokio::time::interval(TICK);
        let found = loop {
            tokio::select! {
                found = &mut asked => break found,
                () = &mut *stop => {
                    output.summary.stopped = true;
                    return Ok(());
                }
                _ = tick.tick() => output.sink.tick()?,
            }
        };
        self.progress.principals.store(0, Relaxed);
        let (found, elsewhere) = found.unwrap_or_else(|why| {
            let nothing = graph::LookedUp {
                warnings: vec![format!("principals are shown by ID: {why}")],
                ..graph::LookedUp::default()
            };
            (nothing, Vec::new())
        });
        output.summary.graph_requests = counters.requests.load(Relaxed);
        output.summary.warnings = found.warnings;
        for plane in elsewhere {
            output.line(Line::ControlPlane(Box::new(plane)))?;
        }
        let Some(mut principals) = found.principals else {
            return Ok(());
        };
        // In one order, whatever was looked up first: lines of shards are compared with those of a whole scan.
        principals.sort();
        for line in Line::of_principals(&principals) {
            output.line(line)?;
        }
        Ok(())
    }

    async fn plan(&self) -> Result<Plan, CollectError> {
        let Self { options, target, .. } = self;
        subscriptions::check(target)?;
        if options.identity.is_some() && options.credential != CredentialKind::ManagedIdentity {
            return Err(OptionError::UnusedIdentity.into());
        }
        let environment = &options.environment;
        let endpoints = Endpoints::new(&Said {
            cloud: options.cloud,
            arm: options.arm_endpoint.as_ref(),
            arm_audience: options.arm_audience.as_ref(),
            graph: options.graph_endpoint.as_ref(),
            authority: options.authority_host.as_ref(),
            cloud_variable: environment.get("AZURE_CLOUD").as_deref(),
            authority_variable: environment.get("AZURE_AUTHORITY_HOST").as_deref(),
        })?;
        let transport = Transport::remote(options.ca_bundle.as_deref(), &options.limits)?;
        let credentials = Credentials::new(
            options.tenant.clone(),
            options.identity.clone(),
            options.environment.clone(),
            &endpoints,
            &options.limits,
            transport.clone(),
        )?;
        if options.credential == CredentialKind::Token {
            credentials.check_given_tokens(options.graph)?;
        }
        let tokens = Tokens::sign_in(credentials.clone(), options.credential, endpoints.arm_scope.clone()).await?;
        let graph = options.graph.then(|| graph::Connection {
            endpoint: endpoints.graph.clone(),
            scope: endpoints.graph_scope.clone(),
            transport: transport.clone(),
            credentials,
            kind: tokens.kind(),
        });
        let signed_in = tokens.identity().clone();
        if options.credential == CredentialKind::Auto {
            let _ = self.progress.signed_in.set(signed_in.clone());
        }
        let arm = Service::new(options, endpoints.arm.clone(), transport, tokens, self.progress.clone());
        let (found, tenants) = futures::join!(subscriptions::find(&arm, target), tenant::all(&arm));
        let found = found?;
        let id = match (&options.tenant, found.tenant) {
            (Some(given), _) if is_guid(given) => given.clone(),
            (_, Some(tenant)) => tenant,
            (given, None) => given.clone().unwrap_or_default(),
        };
        // Whole seconds: nobody needs more, and snapshots are compared.
        let taken_at = Timestamp::from_second(self.taken_at.as_second()).unwrap_or(self.taken_at);
        let tenant_name = tenant::name_of(tenants, &id);
        let mut header = Header::new(taken_at, endpoints.cloud.to_owned(), id, found.subscriptions);
        header.tenant_name = tenant_name;
        header.scope = Some(subscriptions::extent(target, options));
        header.shards = options.shard.and_then(|shard| Shards::from(shard).some());
        header.scanned_by = Some(signed_in.clone());
        if let Some(kept) = &self.kept {
            header = kept.continued_by(&header)?;
        }
        Ok(Plan {
            arm,
            graph,
            header,
            signed_in,
            gaps: found.gaps,
        })
    }
}
