//! Ctrl-C, and what service managers send instead.

use super::error::CliError;
use super::{Exit, output};
use crate::files;
use std::thread;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// From now on, ends the program when the user wants it to stop. What was being written is removed.
pub(super) fn end_when_asked() {
    let Ok(runtime) = Builder::new_current_thread().enable_io().build() else {
        return;
    };
    thread::spawn(move || {
        if runtime.block_on(signal()) {
            files::abandon();
            let interrupted = CliError::Interrupted(output::so_far());
            output::say(interrupted.shown());
            std::process::exit(i32::from(interrupted.exit().code()));
        }
    });
}

/// Completes when the user wants the scan to stop. Whoever does not wait for that any more, or is asked a second time, is
/// ended at once: from here on the system leaves it to us.
pub(super) fn asked_to_stop() -> impl Future<Output = ()> {
    let (stop, stopped) = oneshot::channel();
    let watch = async move {
        if !signal().await {
            return std::future::pending().await;
        }
        if stop.send(()).is_ok() {
            signal().await;
        }
        std::process::exit(i32::from(Exit::Incomplete.code()));
    };
    tokio::spawn(watch);
    async {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Waits for a signal; `false`: there will be none.
#[cfg(unix)]
async fn signal() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return false;
    };
    tokio::select! {
        got = interrupt.recv() => got.is_some(),
        got = terminate.recv() => got.is_some(),
    }
}

/// Waits for a signal; `false`: there will be none.
#[cfg(not(unix))]
async fn signal() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
