//! The one gate that every request passes. It knows the subscription that the request is charged to, so that pacing,
//! fair shares and rate-limit headers have one place to live in; for now it bounds the requests in flight.

use std::num::NonZeroUsize;
use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};

/// Lets requests through.
#[derive(Debug)]
pub(super) struct Gate {
    in_flight: Semaphore,
}

impl Gate {
    pub(super) fn new(concurrency: NonZeroUsize) -> Self {
        Self {
            in_flight: Semaphore::new(concurrency.get().min(Semaphore::MAX_PERMITS)),
        }
    }

    /// Waits until a request of the subscription (`None`: of none) may be sent; the request lasts as long as the permit
    /// is held. A pause between attempts is not a request: nobody waits with a permit in hand.
    pub(super) async fn pass(&self, _subscription: Option<&str>) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.in_flight.acquire().await
    }
}
