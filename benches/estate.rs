//! An audit beside the bare parsing of its file: what reading costs whatever is done with it. By hand:
//! `cargo bench --bench estate -- FOLDER`, where the example `estate` has written a snapshot and a policy.
#![allow(missing_docs, reason = "a program")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "run by hand; it may break off")]

use cosmos_rbac::checks::{self, Options};
use cosmos_rbac::model::AccountRecord;
use cosmos_rbac::policy::Policy;
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::{Snapshot, Stored};
use rayon::prelude::*;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Lines that are parsed at a time.
const BATCH: usize = 256;

/// Every line of an account into the types that an audit has, on all cores; and away with it.
fn parse(path: &Path) -> usize {
    let lines = BufReader::with_capacity(1 << 20, File::open(path).unwrap()).split(b'\n');
    let batches = lines.map(Result::unwrap).collect_batches();
    let is_account = |line: &&Vec<u8>| line.starts_with(b"{\"account\":");
    batches
        .map(|batch| {
            let records = batch.par_iter().filter(is_account);
            records
                .map(|line| serde_json::from_slice::<AccountRecord>(line).unwrap())
                .count()
        })
        .sum()
}

/// Batches of what an iterator gives.
trait Batches: Iterator + Sized {
    fn collect_batches(mut self) -> impl Iterator<Item = Vec<Self::Item>> {
        std::iter::from_fn(move || {
            let batch: Vec<Self::Item> = self.by_ref().take(BATCH).collect();
            (!batch.is_empty()).then_some(batch)
        })
    }
}

impl<I: Iterator> Batches for I {}

/// The shortest of three.
fn time<T>(what: impl Fn() -> T) -> Duration {
    let run = || {
        let start = Instant::now();
        let made = what();
        let took = start.elapsed();
        drop(made);
        took
    };
    [run(), run(), run()].into_iter().min().unwrap()
}

fn main() {
    let folder: PathBuf = std::env::args()
        .nth(1)
        .filter(|arg| !arg.starts_with('-'))
        .unwrap_or_else(|| "target/estate".into())
        .into();
    let path = folder.join("tenant.jsonl");
    let policy = Policy::load(&[folder.join("policy.yaml")], &checks::CHECKS).unwrap();
    let bare = time(|| parse(&path));
    let row = |what: &str, took: Duration| {
        println!(
            "| {what} | {:.2} | {:.2} |",
            took.as_secs_f64(),
            took.as_secs_f64() / bare.as_secs_f64()
        );
    };
    println!("| what | seconds | ÷ parsing |\n|---|--:|--:|");
    row("parsing", bare);
    row(
        "audit",
        time(|| {
            let stored = Stored::open(&path).unwrap();
            let options = Options {
                without_access: true,
                ..Options::default()
            };
            checks::audit(&Tenant::new(stored.frame(), &stored), &policy, options)
                .unwrap()
                .findings
                .len()
        }),
    );
    if std::env::args().any(|arg| arg == "--held") {
        row(
            "reading into memory",
            time(|| Snapshot::read_file(&path).unwrap().accounts.len()),
        );
    }
}
