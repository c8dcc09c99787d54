//! Makes one thing of an estate ten times as large, and again, and prints what an audit of it costs: nothing may grow much
//! faster than it. By hand, on Linux, after `cargo build --release`:
//!
//! ```sh
//! cargo run --release -p estate --bin steps -- target/release/cosmos-rbac target/steps
//! ```

#![allow(clippy::print_stdout, reason = "prints a table")]

use clap::Parser;
use estate::{Size, Written};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A step that costs more than this many times the one before, where ten times as much is audited, is marked.
const STEEP: f64 = 12.0;
/// As the kernel counts in `/proc/PID/stat` (`USER_HZ`, which is 100 on every architecture that Rust has a Linux for).
const TICKS_PER_SECOND: f64 = 100.0;
/// An audit that takes longer is stopped.
const LONGEST: Duration = Duration::from_secs(300);

/// What becomes larger: what it is, the option of the estate, the numbers, and how large the rest is.
type Dimension = (&'static str, &'static str, &'static str, &'static str);

const FEW: &str = "--accounts 10 --blocks 1 --azure-roles 10 --groups 2";
const FEW_WILDCARDS: &str = "--accounts 10 --blocks 1 --azure-roles 10 --groups 2 --leading-wildcards";
const FEW_DENIES: &str = "--accounts 10 --blocks 1 --azure-roles 10 --groups 2 --denies 20";
const SOME: &str = "--accounts 100 --blocks 10 --azure-roles 100 --groups 10";
const PEOPLE: &str = "--accounts 100 --blocks 10";
const MANY: &str = "--accounts 10000 --azure-roles 1000 --groups 10";
const EXCESS: &str = "--accounts 1000 --findings 100 --azure-roles 100";

const DIMENSIONS: &[Dimension] = &[
    ("accounts", "--accounts", "1000 10000 100000", ""),
    (
        "role assignments in each of 10 accounts",
        "--assignments",
        "200 2000 20000",
        FEW,
    ),
    ("custom roles in each of 10 accounts", "--roles", "20 200 2000", FEW),
    (
        "roles whose actions begin with `*`",
        "--roles",
        "20 200 2000",
        FEW_WILDCARDS,
    ),
    ("containers of each database", "--containers", "10 100 1000 10000", FEW),
    (
        "containers, with 20 denies on the account",
        "--containers",
        "10 100 1000 10000",
        FEW_DENIES,
    ),
    ("denies of each of 10 blocks", "--denies", "10 100 1000", SOME),
    ("grants of each of 10 blocks", "--grants", "10 100 1000", SOME),
    ("blocks of teams", "--blocks", "20 200 2000", "--accounts 1000"),
    (
        "blocks that match every account",
        "--shared-blocks",
        "10 100 1000",
        SOME,
    ),
    ("waivers", "--waivers", "100 1000 10000", SOME),
    ("groups", "--groups", "10 100 1000", PEOPLE),
    ("members of each of 200 groups", "--members", "100 1000 10000", PEOPLE),
    ("Azure role assignments", "--azure-roles", "1000 10000 100000", PEOPLE),
    ("accounts with findings, percent", "--findings", "0.1 1 10 100", MANY),
    ("findings in each of 1000 accounts", "--excess", "10 100 1000", EXCESS),
];

/// What to measure, and with which program.
#[derive(Debug, Parser)]
struct Options {
    /// The program `cosmos-rbac`.
    program: PathBuf,
    /// Where estates are written, each over the one before.
    folder: PathBuf,
    /// Only dimensions with this in their name.
    #[arg(long, default_value = "")]
    only: String,
    /// The first steps of each dimension.
    #[arg(long, default_value_t = usize::MAX)]
    steps: usize,
}

/// What an audit took.
struct Cost {
    seconds: f64,
    cpu: f64,
    /// The most memory that was seen at a time, in KiB.
    memory: u64,
    findings: usize,
    exit: Option<i32>,
}

fn main() -> io::Result<()> {
    let options = Options::parse();
    println!("| what | how much | file MB | seconds | CPU seconds | MB | findings | CPU ÷ the step before |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (what, option, steps, rest) in DIMENSIONS.iter().filter(|(what, ..)| what.contains(&options.only)) {
        let mut before: Option<f64> = None;
        for step in steps.split(' ').take(options.steps) {
            let size = ["estate".as_ref(), options.folder.as_os_str()].into_iter();
            let size = size.chain(rest.split_whitespace().chain([*option, step]).map(OsStr::new));
            let Written { tenant, policy } = estate::write(&Size::parse_from(size))?;
            let file = fs::metadata(&tenant)?.len() as f64 / 1e6;
            let cost = audit(&options.program, &tenant, &policy, &options.folder.join("report.csv"))?;
            let ratio = before.map(|before| cost.cpu / before);
            let ratio = match (ratio, cost.exit) {
                (_, exit) if !matches!(exit, Some(0 | 1)) => format!("**exit {exit:?}**"),
                (Some(ratio), _) if ratio > STEEP => format!("**{ratio:.1}**"),
                (Some(ratio), _) => format!("{ratio:.1}"),
                (None, _) => String::new(),
            };
            println!(
                "| {what} | {step} | {file:.1} | {:.2} | {:.2} | {} | {} | {ratio} |",
                cost.seconds,
                cost.cpu,
                cost.memory / 1024,
                cost.findings
            );
            before = Some(cost.cpu.max(1.0 / TICKS_PER_SECOND));
        }
    }
    Ok(())
}

fn audit(program: &Path, tenant: &Path, policy: &[PathBuf], report: &Path) -> io::Result<Cost> {
    let mut command = Command::new(program);
    command
        .args(["audit", "--quiet", "--format", "csv", "--snapshot"])
        .arg(tenant);
    for file in policy {
        command.arg("--policy").arg(file);
    }
    command.stdout(File::create(report)?).stdin(Stdio::null());
    let (start, earlier) = (Instant::now(), children()?);
    let mut child = command.spawn()?;
    let (exit, memory) = watch(&mut child, start)?;
    let rows = BufReader::new(File::open(report)?).split(b'\n').count();
    Ok(Cost {
        seconds: start.elapsed().as_secs_f64(),
        cpu: children()? - earlier,
        memory,
        findings: rows.saturating_sub(1),
        exit,
    })
}

/// Waits for its end; says how it ended, and the memory that it had at most, in KiB.
fn watch(child: &mut Child, start: Instant) -> io::Result<(Option<i32>, u64)> {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        if let Some(line) = fs::read_to_string(&status)?
            .lines()
            .find(|line| line.starts_with("VmHWM"))
        {
            let digits: String = line.chars().filter(char::is_ascii_digit).collect();
            most = digits.parse().unwrap_or(most);
        }
        if let Some(ended) = child.try_wait()? {
            return Ok((ended.code(), most));
        }
        if start.elapsed() > LONGEST {
            child.kill()?;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// CPU seconds of all children that have ended.
fn children() -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name, in parentheses, may hold anything; user and system time of children are the 14th and 15th word after it.
    let words = stat.rsplit_once(')').map_or("", |(_, words)| words).split_whitespace();
    let ticks: f64 = words.skip(13).take(2).filter_map(|word| word.parse::<f64>().ok()).sum();
    Ok(ticks / TICKS_PER_SECOND)
}
