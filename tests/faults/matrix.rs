//! Every fault at every list, while it lasts and when it passes: the gap is where the fault was and nowhere else, all
//! the rest is complete, and no more is asked for than has to be.

use super::lists::{LENGTH, List, PAGE, tenant};
use super::support::{PAGE_BOUND, Patience, Ran, Scan};
use super::table::{Ends, FAULTS, Row};
use super::truth::differences;
use arm_emulator::{Fault, Options, Request};
use cosmos_rbac::collect::CollectError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Cells in work at once, and those of them that mostly wait.
const AT_ONCE: usize = 6;
const WAITING: usize = 12;

/// How much slower a scan is beside the others than alone.
pub(crate) const BESIDE: u32 = 10;

/// When it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// From the first page on, for ever.
    Always,
    /// From the second page on, for ever.
    FromPageTwo,
    /// So often, and then never again.
    Times(usize),
}

impl When {
    fn all(ends: Ends) -> Vec<Self> {
        match ends {
            // Slow pages are better short.
            Ends::Well => vec![Self::FromPageTwo],
            Ends::Exhausted(..) => vec![Self::Always, Self::Times(2)],
            Ends::Disconnected => vec![Self::Always, Self::FromPageTwo, Self::Times(2)],
            // It is requests that are counted, not pages: one that is late on its own would move the fault.
            Ends::TimedOut => vec![Self::Always, Self::Times(1)],
            Ends::Unauthorized(_) => vec![Self::Always, Self::FromPageTwo, Self::Times(1)],
            Ends::Refused(..) | Ends::Astray(_) | Ends::Endless | Ends::Malformed => {
                vec![Self::Always, Self::FromPageTwo]
            }
        }
    }

    fn fault(self, row: &Row, list: List) -> Fault {
        let fault = Fault::new(row.kind.clone()).on(list.matcher());
        match self {
            Self::Always => fault,
            Self::FromPageTwo => fault.skip(1),
            Self::Times(times) => fault.times(times),
        }
    }
}

/// How it has to come out.
#[derive(Debug, PartialEq, Eq)]
struct Expected {
    exit: u8,
    gaps: usize,
    /// Items of the list that are known.
    items: Option<usize>,
    /// Faulty answers.
    faults: usize,
}

impl Expected {
    fn new(row: &Row, list: List, when: When) -> Self {
        let attempts = usize::try_from(row.ends.patience().attempts).unwrap();
        let first = when == When::Always;
        let before = if first { list.nothing() } else { Some(PAGE) };
        let (gaps, items, faults) = match (row.ends, when) {
            // Late answers, and compressed ones, do not count as faulty.
            (Ends::Well, _) => (0, Some(LENGTH), usize::from(row.kind.name() == "drip")),
            (_, When::Times(times)) => (0, Some(LENGTH), times),
            (Ends::Exhausted(..) | Ends::Disconnected | Ends::TimedOut, _) => (1, before, attempts),
            // An earlier version is tried.
            (Ends::Refused(..), _) if list == List::DenyAssignments && first && may_be_a_version(row) => (1, before, 2),
            (Ends::Refused(..), _) => (1, before, 1),
            (Ends::Unauthorized(_), _) => (1, before, 2),
            (Ends::Astray(_), _) => (1, Some(if first { PAGE } else { LENGTH }), 1),
            (Ends::Endless, _) if first => (1, Some(PAGE), PAGE_BOUND),
            (Ends::Endless, _) => (1, Some(LENGTH), PAGE_BOUND - 1),
            // The emulator makes three of each page.
            (Ends::Malformed, _) if first => (6, Some(0), 2),
            (Ends::Malformed, _) => (3, Some(PAGE), 1),
        };
        let refused = matches!(row.ends.gap().0, Some(401 | 403 | 404)) && items == list.nothing();
        let exit = match gaps {
            0 => 0,
            _ if list.is_first() && refused => 2,
            _ => 3,
        };
        Self {
            exit,
            gaps,
            items,
            faults,
        }
    }
}

/// Whether a service could answer so to a version that it does not know.
fn may_be_a_version(row: &Row) -> bool {
    matches!(row.ends.gap().0, Some(400 | 404))
}

fn scan(list: List, faults: Vec<Fault>, patience: Patience) -> Scan {
    let options = Options {
        page_size: PAGE,
        ..Options::default()
    };
    Scan {
        tenant: tenant(),
        options,
        faults,
        target: list.target(),
        patience,
    }
}

/// How often each URL was asked for.
fn urls<'r>(requests: impl IntoIterator<Item = &'r Request>) -> BTreeMap<String, usize> {
    let mut urls = BTreeMap::new();
    for request in requests {
        *urls.entry(format!("{}?{}", request.path, request.query)).or_default() += 1;
    }
    urls
}

async fn cell(truth: &Ran, row: &Row, list: List, when: When) -> Result<(), String> {
    let expected = Expected::new(row, list, when);
    let mut scan = scan(
        list,
        vec![when.fault(row, list)],
        row.ends.patience().with(truth.took * BESIDE),
    );
    // Fewer bytes to wait for.
    scan.options.gzip = row.kind.name() == "drip";
    let ran = scan.run().await?;
    let gaps = ran.gaps();
    let seen = (ran.exit(), gaps.len(), list.items(&ran));
    if expected.exit == 2 {
        let told = matches!(&ran.outcome, Err(CollectError::Subscriptions(_)));
        return if told {
            requests(&expected, &truth.requests, &ran, row, when)
        } else {
            Err(format!("{:?}", ran.outcome))
        };
    }
    if seen != (expected.exit, expected.gaps, expected.items) {
        return Err(format!(
            "{seen:?} in place of {expected:?}; {:?}, {gaps:?}",
            ran.outcome
        ));
    }
    let ((place, what, item), (status, codes)) = (list.gap(), row.ends.gap());
    for (at, gap) in &gaps {
        let right = *at == place && gap.what == what && gap.item.as_deref() == item && gap.status == status;
        if !right || !codes.contains(&gap.code.as_str()) || gap.message.is_empty() {
            return Err(format!("at {at}: {gap:?}"));
        }
    }
    let differences = differences(&truth.snapshot, &ran.snapshot);
    if !differences.is_empty() {
        return Err(differences.join("; "));
    }
    requests(&expected, &truth.requests, &ran, row, when)
}

/// Nothing is asked for that a scan without faults would not ask for, and nothing more often than it has to be.
fn requests(expected: &Expected, clean: &[Request], ran: &Ran, row: &Row, when: When) -> Result<(), String> {
    let clean: BTreeSet<String> = urls(clean).into_keys().collect();
    let (faulty, rest): (Vec<_>, Vec<_>) = ran.requests.iter().partition(|request| request.fault.is_some());
    let strange = |request: &&&Request| {
        let url = format!("{}?{}", request.path, request.query);
        // Such answers come from accounts that are being created or deleted: whether this one is may be asked.
        let is_account = matches!(row.ends.gap().0, Some(400 | 404)) && request.path.ends_with("/target");
        !is_account && !clean.contains(&url)
    };
    if let Some(request) = rest.iter().find(strange) {
        return Err(format!("asked for {request:?}"));
    }
    if !row.ends.is_confined() {
        // HTTP itself may repeat a request whose connection was gone before it began.
        let bound = 2 * usize::try_from(row.ends.patience().attempts).unwrap();
        let most = urls(&ran.requests).into_iter().find(|(_, times)| *times > bound);
        return match most {
            Some(most) => Err(format!("asked for {most:?}, at most {bound} were expected")),
            None if faulty.is_empty() => Err("nothing went wrong".to_owned()),
            None => Ok(()),
        };
    }
    if faulty.len() != expected.faults {
        return Err(format!("{} faulty answers in place of {expected:?}", faulty.len()));
    }
    if let Some(twice) = urls(rest.iter().copied()).into_iter().find(|(_, times)| *times > 1) {
        return Err(format!("asked for {twice:?}"));
    }
    if matches!(when, When::Times(_)) && rest.len() != clean.len() {
        return Err(format!("{} of {} requests", rest.len(), clean.len()));
    }
    match &ran.outcome {
        Ok(summary) if summary.requests != u64::try_from(ran.requests.len()).unwrap() => {
            Err(format!("{} requests, but {summary:?}", ran.requests.len()))
        }
        _ => Ok(()),
    }
}

/// All cells together, a few at once. `COSMOS_RBAC_FAULT=NAME` tries one row.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_at_every_list() {
    let places = [AT_ONCE, WAITING].map(|places| Arc::new(Semaphore::new(places)));
    let mut cells = JoinSet::new();
    let wanted = std::env::var("COSMOS_RBAC_FAULT").ok();
    let rows = FAULTS
        .iter()
        .filter(|row| wanted.as_ref().is_none_or(|name| name == row.name));
    let truths = truths().await;
    for row in rows {
        for (list, truth) in &truths {
            for when in When::all(row.ends) {
                let (truth, places, list) = (truth.clone(), places[usize::from(row.is_long())].clone(), *list);
                cells.spawn(async move {
                    let _place = places.acquire_owned().await.unwrap();
                    let result = cell(&truth, row, list, when).await;
                    result.map_err(|why| format!("{} at {list:?}, {when:?}: {why}", row.name))
                });
            }
        }
    }
    let results = cells.join_all().await;
    let failures: Vec<String> = results.iter().filter_map(|result| result.clone().err()).collect();
    eprintln!("{} cells", results.len());
    assert!(!results.is_empty(), "no such fault");
    assert!(
        failures.is_empty(),
        "{} cells failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// What a scan without faults reads for each list.
async fn truths() -> Vec<(List, Arc<Ran>)> {
    let mut truths = Vec::new();
    for list in List::ALL {
        let truth = scan(list, Vec::new(), Patience::CALM).run().await.unwrap();
        assert_eq!((truth.exit(), list.items(&truth)), (0, Some(LENGTH)));
        let counts = (truth.snapshot.header.subscriptions.len(), truth.snapshot.accounts.len());
        assert_eq!(counts, (3, 7));
        truths.push((list, Arc::new(truth)));
    }
    truths
}
