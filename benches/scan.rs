//! How near a scan comes to the least time that the service allows. Run by hand, on a quiet machine:
//!
//! ```sh
//! cargo bench --bench scan                 # everything but memory, two to three minutes
//! cargo bench --bench scan -- memory       # 100,000 accounts
//! cargo bench --bench scan -- told untold  # some
//! ```
//!
//! The service is the emulator in a process of its own, over TLS, so that each one's CPU time is its own.
#![allow(missing_docs, reason = "a program")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "run by hand; it may break off"
)]

use arm_emulator::{Emulator, Fault, FaultKind, Options, Tenant, Throttle};
use cosmos_rbac::collect::{AzureOptions, CredentialKind, Environment, Summary, Target, collect};
use cosmos_rbac::snapshot::{Compression, Writer};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, BufWriter};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The service takes its orders from here when the program starts itself.
const SERVE: &str = "COSMOS_RBAC_BENCH_SERVE";
const CONCURRENCY: f64 = 64.0;

/// What is measured.
#[derive(Debug, Clone, Copy)]
struct Case {
    name: &'static str,
    about: &'static str,
    subscriptions: usize,
    accounts: usize,
    databases: usize,
    latency_ms: u64,
    /// Bucket and refill of a subscription; none = no limit.
    bucket: Option<(f64, f64)>,
    headers: bool,
    /// Share of the answers that are cut off by a reset of their connection.
    resets: f64,
    /// The time may be so many times the least.
    goal: f64,
}

const LARGE: Case = Case {
    name: "latency",
    about: "50 × 40, 50 ms, no limits",
    subscriptions: 50,
    accounts: 40,
    databases: 2,
    latency_ms: 50,
    bucket: None,
    headers: true,
    resets: 0.0,
    goal: 1.10,
};

const CASES: &[Case] = &[
    LARGE,
    Case {
        name: "told",
        about: "50 × 40, buckets, levels told",
        bucket: Some((250.0, 25.0)),
        goal: 1.05,
        ..LARGE
    },
    Case {
        name: "untold",
        about: "50 × 40, buckets, 429s only",
        bucket: Some((250.0, 25.0)),
        headers: false,
        ..LARGE
    },
    Case {
        name: "told-deep",
        about: "4 × 200, buckets, levels told",
        subscriptions: 4,
        accounts: 200,
        bucket: Some((250.0, 25.0)),
        goal: 1.05,
        ..LARGE
    },
    Case {
        name: "untold-deep",
        about: "4 × 200, buckets, 429s only",
        subscriptions: 4,
        accounts: 200,
        bucket: Some((250.0, 25.0)),
        headers: false,
        ..LARGE
    },
    Case {
        name: "cpu",
        about: "50 × 40, no latency, no limits",
        latency_ms: 0,
        goal: f64::INFINITY,
        ..LARGE
    },
    Case {
        name: "resets",
        about: "50 × 40, 50 ms, 1 % of answers reset",
        resets: 0.01,
        goal: f64::INFINITY,
        ..LARGE
    },
    Case {
        name: "memory",
        about: "100 × 1000, no latency, no limits",
        subscriptions: 100,
        accounts: 1000,
        databases: 1,
        latency_ms: 0,
        goal: f64::INFINITY,
        ..LARGE
    },
];

impl Case {
    /// Four lists: accounts, two types of clusters, other resources. Seven of each account: its databases, two of its roles,
    /// and the assignments of four other APIs. Then the containers of each database.
    fn calls_per_subscription(&self) -> f64 {
        4.0 + self.accounts as f64 * (7.0 + self.databases as f64)
    }

    fn calls(&self) -> f64 {
        // Two: the subscriptions, and the name of the tenant.
        2.0 + self.subscriptions as f64 * self.calls_per_subscription()
    }

    /// The least time: what latency, the subscription's bucket and the global bucket allow.
    fn floor(&self) -> f64 {
        let latency = self.calls() * self.latency_ms as f64 / 1e3 / CONCURRENCY;
        let Some((bucket, refill)) = self.bucket else {
            return latency;
        };
        let factor = Throttle::default().global_factor;
        let own = (self.calls_per_subscription() - bucket) / refill;
        let global = (self.calls() - bucket * factor) / (refill * factor);
        latency.max(own).max(global)
    }
}

fn main() {
    if let Ok(orders) = std::env::var(SERVE) {
        return serve(&orders);
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let [one] = &wanted[..] {
        let case = CASES.iter().find(|case| case.name == *one).expect("no such case");
        return measure(case);
    }
    println!("load before: {}", load());
    println!(
        "| case | what | calls | floor s | wall s | wall ∕ floor | goal | 429s | retries | gaps | CPU µs ∕ call | peak MB |"
    );
    println!("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for case in CASES {
        let asked_for = wanted.iter().any(|name| name == case.name);
        if asked_for || (wanted.is_empty() && case.name != "memory") {
            // A process for each: peak memory is the process's.
            let status = Command::new(std::env::current_exe().unwrap()).arg(case.name).status();
            assert!(status.unwrap().success(), "{} broke off", case.name);
        }
    }
    println!("load after: {}", load());
}

/// Scans once, into a file.
fn measure(case: &Case) {
    let directory = tempfile::tempdir().unwrap();
    let ca = directory.path().join("ca.pem");
    let (mut service, lines) = start(case, ca.to_str().unwrap());
    let options = AzureOptions {
        credential: CredentialKind::Token,
        arm_endpoint: Some(lines["arm"].parse().unwrap()),
        authority_host: Some(lines["login"].parse().unwrap()),
        ca_bundle: Some(ca),
        // Four requests a subscription would blur what an account costs.
        control_plane: false,
        graph: false,
        environment: Environment::isolated(BTreeMap::from([(
            "COSMOS_RBAC_TOKEN".to_owned(),
            lines["token"].clone(),
        )])),
        ..AzureOptions::default()
    };
    let file = std::fs::File::create(directory.path().join("snapshot.jsonl")).unwrap();
    let mut writer = Writer::new(BufWriter::new(file), Compression::None).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let (cpu, start) = (cpu_time(), Instant::now());
    let summary = runtime
        .block_on(collect(&options, &Target::All, Timestamp::UNIX_EPOCH, &mut writer))
        .unwrap();
    let (wall, cpu) = (start.elapsed(), cpu_time().saturating_sub(cpu));
    writer.finish().unwrap();
    service.kill().unwrap();
    service.wait().unwrap();
    assert_eq!(
        (summary.accounts, summary.gaps),
        (case.subscriptions * case.accounts, 0)
    );
    print(case, &summary, wall, cpu);
}

fn print(case: &Case, summary: &Summary, wall: Duration, cpu: Duration) {
    let (floor, wall) = (case.floor(), wall.as_secs_f64());
    let or_none = |number: f64| {
        if number.is_finite() && number > 0.0 {
            format!("{number:.3}")
        } else {
            "–".into()
        }
    };
    println!(
        "| {} | {} | {} | {} | {wall:.2} | {} | {} | {} | {} | {} | {:.0} | {:.0} |",
        case.name,
        case.about,
        summary.requests,
        or_none(floor),
        or_none(wall / floor),
        or_none(case.goal),
        summary.throttled,
        summary.retries,
        summary.gaps,
        cpu.as_secs_f64() * 1e6 / summary.requests as f64,
        peak_memory_mb(),
    );
}

/// Starts the service in a process of its own; returns what it says of itself.
fn start(case: &Case, ca: &str) -> (Child, BTreeMap<String, String>) {
    let (bucket, refill) = case.bucket.unwrap_or_default();
    let orders = format!(
        "{} {} {} {} {bucket} {refill} {} {} {ca}",
        case.subscriptions,
        case.accounts,
        case.databases,
        case.latency_ms,
        u8::from(case.headers),
        case.resets
    );
    let mut child = Command::new(std::env::current_exe().unwrap())
        .env(SERVE, orders)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BTreeMap::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some((name, value)) = line.split_once('=') else {
            break;
        };
        lines.insert(name.to_owned(), value.to_owned());
    }
    (child, lines)
}

/// The service: until its standard input is closed, so that it does not outlive the benchmark.
fn serve(orders: &str) {
    let words: Vec<&str> = orders.splitn(9, ' ').collect();
    let number = |at: usize| words[at].parse::<usize>().unwrap();
    let float = |at: usize| words[at].parse::<f64>().unwrap();
    let yaml = format!(
        "generate: {{ subscriptions: {}, accounts_per_subscription: {}, databases: {}, containers: 2, role_definitions: 2, role_assignments: 4 }}",
        number(0),
        number(1),
        number(2)
    );
    let options = Options {
        latency: Duration::from_millis(words[3].parse().unwrap()),
        throttle: (float(4) > 0.0).then(|| Throttle {
            bucket: float(4),
            refill_per_second: float(5),
            ..Throttle::default()
        }),
        rate_limit_headers: number(6) == 1,
        record_log: false,
        worker_threads: 2,
        ..Options::default()
    };
    let emulator = Emulator::start_blocking(Tenant::from_yaml(&yaml).unwrap(), options).unwrap();
    if float(7) > 0.0 {
        let mut resets = Fault::new(FaultKind::Reset);
        resets.rate = float(7);
        emulator.set_faults(vec![resets]);
    }
    emulator.write_ca(std::path::Path::new(words[8])).unwrap();
    println!(
        "arm={}\nlogin={}\ntoken={}\n",
        emulator.arm_endpoint(),
        emulator.authority_host(),
        emulator.token()
    );
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// CPU time of this process. Linux counts it in hundredths of a second.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    // The name of the program may hold blanks; the fields after it are counted.
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

fn peak_memory_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap().trim().to_owned()
}
