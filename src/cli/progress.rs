//! What a scan shows while it runs, and what it says of itself at the end. All of it goes to standard error, and the
//! first only to a terminal.

use super::args::Common;
use super::output;
use crate::collect::{Progress, Summary};
use crate::model::Shown;
use crate::report::text::count;
use crate::shown;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::VecDeque;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the line is drawn …
const EVERY: Duration = Duration::from_millis(200);
/// … and over how many of these the rate is taken.
const SAMPLES: usize = 10;

/// The line that moves. It is gone when this is dropped.
pub(super) struct Display {
    thread: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Display {
    /// Begins to show `progress`, if anybody is there to see it.
    pub(super) fn start(progress: &Arc<Progress>, common: &Common) -> Self {
        let is_seen = std::io::stderr().is_terminal() && anstyle_query::term_supports_ansi_color();
        // Logs would run into the line.
        let is_logged = common.verbose > 0 || std::env::var_os("RUST_LOG").is_some();
        if common.quiet || is_logged || !is_seen {
            return Self { thread: None };
        }
        let progress = progress.clone();
        let (stop, stopped) = channel();
        let draw = move || {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                bar.set_style(style);
            }
            let begun = Instant::now();
            let mut samples = VecDeque::from([(begun, 0)]);
            while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                samples.push_back((Instant::now(), progress.requests.load(Relaxed)));
                if samples.len() > SAMPLES {
                    samples.pop_front();
                }
                bar.set_message(String::from(line(&progress, rate(&samples), begun.elapsed())));
                bar.tick();
            }
            bar.finish_and_clear();
        };
        // A scan that cannot be shown is still a scan.
        let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(draw).ok();
        Self {
            thread: thread.map(|thread| (stop, thread)),
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.thread.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}

fn rate(samples: &VecDeque<(Instant, u64)>) -> f64 {
    match (samples.front(), samples.back()) {
        (Some((from, first)), Some((to, last))) if to > from => {
            let more = u32::try_from(last.saturating_sub(*first)).unwrap_or(u32::MAX);
            f64::from(more) / to.duration_since(*from).as_secs_f64()
        }
        _ => 0.0,
    }
}

fn line(progress: &Progress, rate: f64, elapsed: Duration) -> Shown {
    let (found, done) = (progress.found.load(Relaxed), progress.done.load(Relaxed));
    if progress.requests.load(Relaxed) == 0 {
        return shown!("signing in, {} s", elapsed.as_secs());
    }
    let mut parts = vec![
        // An account that an earlier scan had read may be gone from the list.
        shown!("{} of {} so far", done.min(found), count(found, "account", "accounts")),
        shown!("{:.0} requests/s", rate),
    ];
    let waits = usize::try_from(progress.waits.load(Relaxed)).unwrap_or(usize::MAX);
    if waits > 0 {
        parts.push(count(waits, "wait", "waits"));
    }
    let principals = progress.principals.load(Relaxed);
    if principals > 0 {
        parts.push(shown!("looking up {}", count(principals, "principal", "principals")));
    }
    let gaps = progress.gaps.load(Relaxed);
    if gaps > 0 {
        parts.push(count(gaps, "gap", "gaps"));
    }
    parts.push(shown!("{} s", elapsed.as_secs()));
    Shown::join(parts, ", ")
}

/// Says what the scan took.
pub(super) fn closing(summary: &Summary, elapsed: Duration, common: &Common) {
    if common.quiet {
        return;
    }
    let number = |number: u64, one, many| count(usize::try_from(number).unwrap_or(usize::MAX), one, many);
    let waits = match summary.waits {
        0 => "no waits".into(),
        waits => shown!(
            "{} of {:.1} s in all",
            number(waits, "wait", "waits"),
            summary.waited.as_secs_f64()
        ),
    };
    let graph = match summary.graph_requests {
        0 => Shown::default(),
        calls => shown!(", and {} to Microsoft Graph", number(calls, "call", "calls")),
    };
    let who = match &summary.scanned_by {
        None => Shown::default(),
        Some(who) => shown!("; signed in as {}", who.shown()),
    };
    output::say(shown!(
        "{} in {:.1} s: {}, {} turned away (429), {}, {}{}{}",
        number(summary.requests, "call", "calls"),
        elapsed.as_secs_f64(),
        number(summary.retries, "retry", "retries"),
        summary.throttled,
        waits,
        bytes(summary.bytes),
        graph,
        who
    ));
}

fn bytes(bytes: u64) -> Shown {
    let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    match units.into_iter().find(|(_, size)| bytes >= *size) {
        Some((unit, size)) => shown!("{}.{} {}", bytes / size, bytes % size * 10 / size, unit),
        None => shown!("{} bytes", bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes(999).as_str(), "999 bytes");
        assert_eq!(bytes(12_345).as_str(), "12.3 kB");
        assert_eq!(bytes(1_999_999_999).as_str(), "1.9 GB");
    }

    #[test]
    fn the_line_says_what_is_known() {
        let progress = Progress::default();
        assert_eq!(line(&progress, 0.0, Duration::from_secs(3)).as_str(), "signing in, 3 s");
        progress.requests.store(9, Relaxed);
        progress.found.store(40, Relaxed);
        progress.done.store(12, Relaxed);
        assert_eq!(
            line(&progress, 99.6, Duration::from_secs(3)).as_str(),
            "12 of 40 accounts so far, 100 requests/s, 3 s"
        );
        progress.waits.store(1, Relaxed);
        progress.gaps.store(2, Relaxed);
        let text = line(&progress, 0.0, Duration::ZERO);
        assert!(text.as_str().contains(", 1 wait, 2 gaps, "), "{text}");
        progress.principals.store(1, Relaxed);
        let text = line(&progress, 0.0, Duration::ZERO);
        assert!(text.as_str().contains(", looking up 1 principal, 2 gaps, "), "{text}");
    }
}
