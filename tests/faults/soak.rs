//! Faults mixed at random over thirty accounts: wherever a snapshot records no gap it is the truth.
//!
//! `COSMOS_RBAC_SOAK=500 cargo test --test faults soak -- --nocapture` runs so many scans. A scan that fails names its
//! seed; `COSMOS_RBAC_SOAK_SEED=N` begins with that one. The seed decides which faults there are and how often they hit;
//! in which order requests come is up to the machine, so a failure may take several tries to come back.

use super::support::{PAGE_BOUND, Patience, Ran, Scan};
use super::truth::differences;
use arm_emulator::FaultKind::*;
use arm_emulator::{Fault, FaultKind, Generate, Matcher, Options, Origin, Tenant};
use cosmos_rbac::collect::{CollectError, Target};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Scans of an ordinary run.
const SCANS: u64 = 12;
/// Scans at once.
const AT_ONCE: usize = 6;

/// Lists that faults choose from; `*` is all of them.
const LISTS: [&str; 12] = [
    "*",
    "*",
    "subscriptions",
    "databaseAccounts",
    "sqlRoleDefinitions",
    "sqlRoleAssignments",
    "sqlDatabases",
    "containers",
    "roleAssignments",
    "roleDefinitions",
    "denyAssignments",
    "roleEligibilityScheduleInstances",
];

const KINDS: [FaultKind; 27] = [
    Latency { ms: 5, jitter_ms: 30 },
    Gzip,
    TooManyRequests {
        retry_after: Some(1),
        retry_after_date: None,
        retry_after_ms: None,
    },
    TooManyRequests {
        retry_after: None,
        retry_after_date: Some(1),
        retry_after_ms: None,
    },
    TooManyRequests {
        retry_after: None,
        retry_after_date: None,
        retry_after_ms: Some(10),
    },
    TooManyRequests {
        retry_after: None,
        retry_after_date: None,
        retry_after_ms: None,
    },
    Status(408),
    Status(500),
    Status(502),
    Status(503),
    Status(504),
    Forbidden,
    Refuse(10),
    Abort,
    Reset,
    Stall,
    StallBody,
    CutBody,
    Html,
    MalformedJson,
    WrongValue,
    WrongItems,
    ForeignNextLink,
    LoopingNextLink,
    EndlessNextLink,
    ExpireTokens,
    Redirect(308),
];

/// Those that would take long, or mean something else, at every list.
const AT_ONE_LIST: [FaultKind; 4] = [Huge(4 << 20), GzipBomb(2 << 20), Drip(1), Deleted];

/// Numbers at random, the same for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    fn pick<'p, T>(&mut self, from: &'p [T]) -> &'p T {
        &from[self.roll(from.len())]
    }

    fn fault(&mut self) -> Fault {
        let mut matcher = Matcher::kind(self.pick::<&str>(&LISTS));
        let kind = if self.roll(8) == 0 {
            matcher = Matcher::kind("containers");
            self.pick(&AT_ONE_LIST).clone()
        } else {
            self.pick(&KINDS).clone()
        };
        match self.roll(6) {
            _ if matcher.kind.as_deref() == Some("subscriptions") => {}
            0 => matcher.subscription = Some(format!("*{}", self.roll(3))),
            1 => matcher.account = Some(format!("*{}", self.roll(10))),
            _ => {}
        }
        let mut fault = Fault::new(kind).on(matcher).rate(*self.pick(&[0.02, 0.1, 0.3, 1.0]));
        fault.skip = *self.pick(&[0, 0, 1, 10]);
        fault.times = *self.pick(&[None, Some(1), Some(3), Some(20)]);
        fault.per_url = self.roll(3) == 0;
        if matches!(fault.kind, Stall | StallBody | Drip(_)) {
            // Each costs the time until it is given up.
            (fault.times, fault.per_url) = (Some(1 + self.roll(10)), false);
        }
        fault
    }

    fn faults(&mut self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = (0..=self.roll(8)).map(|_| self.fault()).collect();
        if self.roll(10) == 0 {
            // A token that ends, and a login that gives no other.
            let login = Matcher {
                kind: Some("token".to_owned()),
                ..Matcher::origin(Origin::Login)
            };
            faults.push(Fault::new(Status(400)).on(login).skip(1));
            faults.push(Fault::new(ExpireTokens).skip(20).times(1));
        }
        faults
    }
}

fn tenant() -> Tenant {
    Tenant::generate(Generate {
        subscriptions: 3,
        accounts_per_subscription: 10,
        resource_groups: 2,
        role_definitions: 1,
        role_assignments: 3,
        databases: 2,
        containers: 2,
        azure_role_assignments: 12,
        ..Generate::default()
    })
}

fn scan(seed: u64, page_size: usize, faults: Vec<Fault>, patience: Patience) -> Scan {
    let options = Options {
        seed,
        page_size,
        ..Options::default()
    };
    Scan {
        tenant: tenant(),
        options,
        faults,
        target: Target::All,
        patience,
    }
}

/// What came of a scan that went as it should.
#[derive(Debug, Default)]
struct Tally {
    scans: usize,
    complete: usize,
    ended_early: usize,
    requests: usize,
    gaps: usize,
    faults: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn add(&mut self, ran: &Ran) {
        self.scans += 1;
        self.complete += usize::from(ran.exit() == 0);
        self.ended_early += usize::from(ran.exit() == 2);
        self.requests += ran.requests.len();
        self.gaps += ran.gaps().len();
        for fault in ran.requests.iter().filter_map(|request| request.fault) {
            *self.faults.entry(fault).or_default() += 1;
        }
    }
}

async fn one(seed: u64, truth: &Ran) -> Result<Ran, String> {
    let mut dice = Dice(seed);
    let patience = Patience {
        attempts: *dice.pick(&[1, 2, 4, 8]),
        base: Duration::from_millis(2),
        silence: Duration::from_millis(400),
        total: Duration::from_millis(800),
        concurrency: *dice.pick(&[1, 8, 64]),
    };
    // That scan asks two hundred times; one answer is not slower than all of it, also beside others.
    let patience = patience.with(truth.took);
    let page_size = *dice.pick(&[2, 5, 1000]);
    let faults = dice.faults();
    let ran = scan(seed, page_size, faults, patience).run().await?;
    let met = |statuses: &[u16]| {
        let refused = |status| statuses.contains(&status);
        ran.requests
            .iter()
            .any(|one| one.path == "/subscriptions" && one.status.is_some_and(refused))
    };
    match &ran.outcome {
        Ok(_) => {}
        // Without the subscriptions there is nothing to scan.
        Err(CollectError::Subscriptions(_)) if met(&[401, 403, 404]) => {}
        Err(error) => return Err(format!("ended with {error}")),
    }
    if ran.outcome.is_ok() {
        let differences = differences(&truth.snapshot, &ran.snapshot);
        if !differences.is_empty() {
            return Err(differences.join("\n  "));
        }
    }
    bounded(&ran, patience)?;
    Ok(ran)
}

/// Each URL is asked for as often as there are attempts, and once more with a new token. HTTP itself may repeat a request
/// whose connection was gone before it began. Only endless links bring new URLs, one each.
fn bounded(ran: &Ran, patience: Patience) -> Result<(), String> {
    let bound = 2 * (usize::try_from(patience.attempts).unwrap() + 1);
    let mut urls: HashMap<(&str, &str), usize> = HashMap::new();
    let mut lists: HashMap<&str, usize> = HashMap::new();
    for request in &ran.requests {
        let times = urls.entry((&request.path, &request.query)).or_default();
        *times += 1;
        if *times > bound {
            return Err(format!("asked for {request:?} more than {bound} times"));
        }
        if *times == 1 {
            *lists.entry(&request.path).or_default() += 1;
        }
    }
    match lists.into_iter().find(|(_, pages)| *pages > PAGE_BOUND) {
        Some(list) => Err(format!("so many pages of a list: {list:?}")),
        None => Ok(()),
    }
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is `{text}`, not a number")),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak() {
    let first = number("COSMOS_RBAC_SOAK_SEED").unwrap_or(1);
    let scans = number("COSMOS_RBAC_SOAK").unwrap_or(SCANS);
    let truth = Arc::new(scan(0, 1000, Vec::new(), Patience::CALM).run().await.unwrap());
    let accounts = &truth.snapshot.accounts;
    assert_eq!(
        (truth.exit(), accounts.len(), truth.requests.len()),
        (0, 30, 2 + 3 * (1 + 2 + 1 + 4 + 1 + 2) + 30 * (3 + 4 + 2))
    );
    let full = |counts: (usize, usize, usize)| counts == (3, 3, 2);
    assert!(accounts.iter().all(|one| {
        let databases = one.inventory().map_or(0, <[_]>::len);
        full((one.role_definitions().len(), one.role_assignments().len(), databases))
    }));

    let (mut tally, mut failures) = (Tally::default(), Vec::new());
    let mut running = JoinSet::new();
    let mut seeds = first..first + scans;
    loop {
        while running.len() < AT_ONCE {
            let (Some(seed), truth) = (seeds.next(), truth.clone()) else {
                break;
            };
            running.spawn(async move { (seed, one(seed, &truth).await) });
        }
        let Some(ended) = running.join_next().await else { break };
        // A scan that panics fails the test as it is: its message is on standard error.
        match ended.unwrap() {
            (_, Ok(ran)) => tally.add(&ran),
            (seed, Err(why)) => {
                eprintln!("COSMOS_RBAC_SOAK_SEED={seed}: {why}");
                failures.push(seed);
            }
        }
    }
    eprintln!("seeds from {first}: {tally:?}, {} failures", failures.len());
    assert!(
        failures.is_empty(),
        "replay with COSMOS_RBAC_SOAK_SEED=N COSMOS_RBAC_SOAK=1 and N of {failures:?}"
    );
    assert!(tally.faults.values().sum::<usize>() > 0, "no fault was met");
}
