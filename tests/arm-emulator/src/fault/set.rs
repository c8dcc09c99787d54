//! The faults in force: which of them hits a request.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use super::{Fault, FaultKind, Matcher};
use crate::log::Origin;
use crate::request::Incoming;
use crate::util::{Rng, glob, lock};

/// What the faults make of a request.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    pub(crate) delay: Duration,
    pub(crate) gzip: bool,
    /// The first fault that hit, but for those that only delay or compress.
    pub(crate) kind: Option<FaultKind>,
}

/// The faults in force.
#[derive(Debug)]
pub(crate) struct FaultSet {
    faults: Vec<Fault>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    rng: Rng,
    /// Matching requests seen, by fault and (when it counts so) URL.
    seen: HashMap<(usize, String), usize>,
}

impl FaultSet {
    pub(crate) fn new(faults: Vec<Fault>, seed: u64) -> Self {
        Self {
            faults,
            state: Mutex::new(State {
                rng: Rng(seed),
                seen: HashMap::new(),
            }),
        }
    }

    pub(crate) fn decide(&self, request: &Incoming) -> Decision {
        let mut decision = Decision::default();
        if self.faults.is_empty() {
            return decision;
        }
        let mut state = lock(&self.state);
        for (number, fault) in self.faults.iter().enumerate() {
            let hit = fault.on.fits(request) && state.hits(number, fault, request);
            match &fault.kind {
                _ if !hit => {}
                FaultKind::Latency { ms, jitter_ms } => {
                    let jitter = (state.rng.unit() * *jitter_ms as f64) as u64;
                    decision.delay += Duration::from_millis(ms + jitter);
                }
                FaultKind::Gzip => decision.gzip = true,
                other => {
                    decision.kind = Some(other.clone());
                    break;
                }
            }
        }
        decision
    }
}

impl State {
    fn hits(&mut self, number: usize, fault: &Fault, request: &Incoming) -> bool {
        let url = if fault.per_url {
            format!("{}?{}", request.path, request.query)
        } else {
            String::new()
        };
        let chosen = fault.rate >= 1.0 || self.rng.unit() < fault.rate;
        if !chosen {
            return false;
        }
        let seen = self.seen.entry((number, url)).or_default();
        *seen += 1;
        *seen > fault.skip && fault.times.is_none_or(|times| *seen - fault.skip <= times)
    }
}

impl Matcher {
    fn fits(&self, request: &Incoming) -> bool {
        let route = &request.route;
        let fits = |pattern: &Option<String>, text: Option<&str>| {
            pattern
                .as_ref()
                .is_none_or(|pattern| text.is_some_and(|text| glob(pattern, text)))
        };
        self.origin.unwrap_or(Origin::Arm) == request.origin
            && fits(&self.method, Some(&request.method))
            && fits(&self.path, Some(&request.path))
            && fits(&self.kind, Some(route.kind()))
            && fits(
                &self.account,
                route.account().map(|account| account.name.as_str()),
            )
            && fits(&self.subscription, route.subscription())
    }
}
