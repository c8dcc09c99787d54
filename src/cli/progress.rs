//! What a scan shows while it runs, and what it says of itself at the end. All of it goes to standard error, and the
//! first only to a terminal.

use super::args::Common;
use super::output;
use crate::collect::{Progress, Rest, Summary};
use crate::model::Shown;
use crate::report::text::count;
use crate::shown;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the line is drawn.
const EVERY: Duration = Duration::from_millis(200);

/// The line that moves, and what there is to say meanwhile. The line is gone when this is dropped.
pub(super) struct Display {
    thread: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Display {
    /// Begins to show `progress`, if anybody is there to see it. Who waits for long is told so in any case.
    pub(super) fn start(progress: &Arc<Progress>, common: &Common) -> Self {
        let is_seen = std::io::stderr().is_terminal() && anstyle_query::term_supports_ansi_color();
        // Logs would run into the line.
        let is_logged = common.verbose > 0 || std::env::var_os("RUST_LOG").is_some();
        let is_quiet = common.quiet;
        let is_shown = is_seen && !is_quiet && !is_logged;
        let progress = progress.clone();
        let (stop, stopped) = channel();
        let draw = move || {
            let target = if is_shown {
                ProgressDrawTarget::stderr()
            } else {
                ProgressDrawTarget::hidden()
            };
            let bar = ProgressBar::with_draw_target(None, target);
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                bar.set_style(style);
            }
            let begun = Instant::now();
            let mut is_named = is_logged || is_quiet;
            let mut news = || {
                let signed_in = progress.signed_in.get().filter(|_| !is_named);
                is_named |= signed_in.is_some();
                let signed_in = signed_in.map(|who| shown!("Signed in as {}", who.shown()));
                for text in signed_in.into_iter().chain(progress.rests.take().iter().map(resting)) {
                    bar.suspend(|| output::say(text));
                }
            };
            while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                news();
                if is_shown {
                    bar.set_message(String::from(line(&progress, begun.elapsed())));
                    bar.tick();
                }
            }
            // Also of a scan that was over before anybody looked.
            news();
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

fn line(progress: &Progress, elapsed: Duration) -> Shown {
    let (found, done) = (progress.found.load(Relaxed), progress.done.load(Relaxed));
    let seconds = shown!("{} s", elapsed.as_secs());
    if progress.requests.load(Relaxed) == 0 {
        return Shown::join(["Signing in".into(), seconds], "  ");
    }
    // An account that an earlier scan had read may be gone from the list.
    let accounts = shown!("{} of {}", done.min(found), count(found, "account", "accounts"));
    let mut parts = vec!["Scanning".into(), accounts];
    let principals = progress.principals.load(Relaxed);
    if principals > 0 {
        parts.push(shown!("looking up {}", count(principals, "principal", "principals")));
    }
    if progress.throttled.load(Relaxed) > 0 {
        parts.push("throttled (429)".into());
    }
    let gaps = progress.gaps.load(Relaxed);
    if gaps > 0 {
        parts.push(shown!("{} couldn't be read", gaps));
    }
    parts.push(seconds);
    Shown::join(parts, "  ")
}

/// Says for how long the service wants no more requests, and of whom.
fn resting(rest: &Rest) -> Shown {
    let minutes = usize::try_from(rest.time.as_secs().div_ceil(60)).unwrap_or(usize::MAX);
    let whose = match &rest.subscription {
        Some(id) => shown!("Requests to subscription {}", Shown::of(id)),
        None => "Requests about the whole tenant".into(),
    };
    let until = rest.until.strftime("%H:%M");
    shown!(
        "warning: throttled (429): Azure asks to wait {}. {} resume at {} UTC.",
        count(minutes, "minute", "minutes"),
        whose,
        Shown::of_value(&until)
    )
}

/// Says what was scanned, and with `-v` what that took.
pub(super) fn closing(summary: &Summary, elapsed: Duration, common: &Common) {
    if common.quiet {
        return;
    }
    output::say(scanned(summary, elapsed));
    if common.verbose > 0 {
        output::say(figures(summary));
    }
}

fn scanned(summary: &Summary, elapsed: Duration) -> Shown {
    let mut text = shown!(
        "Scanned {} in {} in {:.1} s.",
        count(summary.accounts, "account", "accounts"),
        count(summary.subscriptions, "subscription", "subscriptions"),
        elapsed.as_secs_f64()
    );
    if summary.kept > 0 {
        text.push(shown!(" {} of them earlier.", summary.kept));
    }
    if summary.gone > 0 {
        let gone = count(summary.gone, "account was", "accounts were");
        text.push(shown!(" {} deleted during the scan.", gone));
    }
    if summary.partial > 0 {
        let partial = count(summary.partial, "account", "accounts");
        text.push(shown!(" {} couldn't be fully read.", partial));
    }
    // Those in the accounts are said already.
    let lists = match summary.partial {
        0 => count(summary.unread_above, "list", "lists"),
        _ => count(summary.unread_above, "other list", "other lists"),
    };
    if summary.unread_above > 0 {
        text.push(shown!(" {} couldn't be read.", lists));
    }
    if summary.not_analyzed > 0 {
        let unknown = count(summary.not_analyzed, "account or cluster", "accounts and clusters");
        text.push(shown!(" This version doesn't analyze {}.", unknown));
    }
    text
}

/// Requests and who sent them.
fn figures(summary: &Summary) -> Shown {
    let number = |number: u64, one, many| count(usize::try_from(number).unwrap_or(usize::MAX), one, many);
    let mut text = shown!(
        "{}, {}, {}, {} throttled (429)",
        number(summary.requests, "request", "requests"),
        bytes(summary.bytes),
        number(summary.retries, "retry", "retries"),
        summary.throttled
    );
    if summary.waits > 0 {
        let waited = summary.waited.as_secs_f64();
        text.push(shown!(
            ", {} ({:.1} s in all)",
            number(summary.waits, "wait", "waits"),
            waited
        ));
    }
    if summary.graph_requests > 0 {
        let requests = number(summary.graph_requests, "request", "requests");
        text.push(shown!(", {} to Microsoft Graph", requests));
    }
    if let Some(who) = &summary.scanned_by {
        text.push(shown!("\nSigned in as {}", who.shown()));
    }
    text
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
        let after = |seconds| line(&progress, Duration::from_secs(seconds));
        assert_eq!(after(3).as_str(), "Signing in  3 s");
        progress.requests.store(9, Relaxed);
        progress.found.store(40, Relaxed);
        progress.done.store(12, Relaxed);
        assert_eq!(after(3).as_str(), "Scanning  12 of 40 accounts  3 s");
        progress.throttled.store(1, Relaxed);
        progress.gaps.store(2, Relaxed);
        progress.principals.store(1, Relaxed);
        assert_eq!(
            after(8).as_str(),
            "Scanning  12 of 40 accounts  looking up 1 principal  throttled (429)  2 couldn't be read  8 s"
        );
    }

    #[test]
    fn long_waits_say_how_long_and_for_what() {
        let mut rest = Rest {
            subscription: Some("5e1f0c1a-0000-4000-8000-000000000001".to_owned()),
            time: Duration::from_secs(2541),
            until: "2026-01-02T03:04:05Z".parse().unwrap(),
        };
        assert_eq!(
            resting(&rest).as_str(),
            "warning: throttled (429): Azure asks to wait 43 minutes. Requests to subscription \
             5e1f0c1a-0000-4000-8000-000000000001 resume at 03:04 UTC."
        );
        rest.subscription = None;
        assert!(
            resting(&rest)
                .as_str()
                .contains("Requests about the whole tenant resume")
        );
    }

    #[test]
    fn the_end_says_what_was_scanned_and_what_was_not() {
        let mut summary = Summary {
            accounts: 12,
            subscriptions: 3,
            requests: 65,
            bytes: 349_000,
            ..Summary::default()
        };
        let text = |summary: &Summary| scanned(summary, Duration::from_millis(400)).as_str().to_owned();
        assert_eq!(text(&summary), "Scanned 12 accounts in 3 subscriptions in 0.4 s.");
        summary.unread_above = 1;
        assert!(text(&summary).ends_with(" in 0.4 s. 1 list couldn't be read."));
        summary.partial = 1;
        assert!(
            text(&summary).ends_with(" in 0.4 s. 1 account couldn't be fully read. 1 other list couldn't be read.")
        );
        summary.unread_above = 0;
        assert!(text(&summary).ends_with(" in 0.4 s. 1 account couldn't be fully read."));
        assert_eq!(
            figures(&summary).as_str(),
            "65 requests, 349.0 kB, 0 retries, 0 throttled (429)"
        );
    }
}
