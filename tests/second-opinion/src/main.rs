//! How long the same question takes: `cargo run --release -p second-opinion`.
#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark, run by hand"
)]

use second_opinion::facts::{Facts, Size};
use second_opinion::in_cedar::{InCedar, triples};
use second_opinion::in_rego::InRego;
use second_opinion::ours::{self, Ours};
use std::time::{Duration, Instant};

/// The shortest of some runs, and what the last one said.
fn shortest<T>(runs: usize, mut run: impl FnMut() -> T) -> (Duration, Option<T>) {
    let mut best = Duration::MAX;
    let mut said = None;
    for _ in 0..runs {
        let start = Instant::now();
        said = Some(run());
        best = best.min(start.elapsed());
    }
    (best, said)
}

fn main() {
    println!("| accounts | assignments | grants | triples | too much | this tool | Rego ÷ it | Cedar ÷ it |");
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|");
    let sizes = [(10, 20, 50), (100, 20, 50), (100, 20, 500), (1000, 20, 500)];
    for (accounts, assignments, grants) in sizes {
        let size = Size {
            accounts,
            assignments,
            principals: 50,
            grants,
        };
        let facts = Facts::of(1, size);
        // Reading files and making requests isn't counted for anybody.
        let ours = Ours::new(&facts);
        let mut rego = InRego::new(&facts);
        let cedar = InCedar::new(&facts, None);
        let triples = triples(&facts);
        let (own, report) = shortest(5, || ours.audit());
        let own_said = report.map(|report| ours::excess(&facts, &report));
        let (by_rego, rego_said) = shortest(1, || rego.excess());
        let (by_cedar, cedar_said) = shortest(1, || cedar.excess(&triples));
        assert!(own_said == rego_said && own_said == cedar_said, "they disagree");
        println!(
            "| {accounts} | {} | {grants} | {} | {} | {:.1} ms | {:.0} | {:.0} |",
            accounts * assignments,
            triples.len(),
            own_said.map_or(0, |said| said.len()),
            own.as_secs_f64() * 1e3,
            by_rego.as_secs_f64() / own.as_secs_f64(),
            by_cedar.as_secs_f64() / own.as_secs_f64(),
        );
    }
}
