//! What a scan has written: counted, and with whom it names.

use super::error::CollectError;
use super::progress::Progress;
use super::summary::{PlacedGap, Summary};
use crate::model::{Gap, PrincipalId};
use crate::snapshot::{End, Line, Sink};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering::Relaxed;

/// Gaps that are kept to be shown.
const SHOWN_GAPS: usize = 10;

/// Counts what is written.
pub(super) struct Output<'s> {
    pub(super) sink: &'s mut (dyn Sink + Send),
    pub(super) summary: Summary,
    /// What the end of the snapshot is to say.
    counts: End,
    progress: &'s Progress,
    /// The subscriptions whose Azure RBAC the lines hold or another shard reads, in lower case.
    pub(super) planes: BTreeSet<String>,
    /// Whom the lines name …
    pub(super) principals: BTreeSet<PrincipalId>,
    /// … and who of these has access to data.
    pub(super) data_principals: BTreeSet<PrincipalId>,
    /// The lists above the accounts that have gaps, each of which has a line of its own.
    above: BTreeSet<(Option<String>, String, Option<String>)>,
}

impl<'s> Output<'s> {
    pub(super) fn new(sink: &'s mut (dyn Sink + Send), summary: Summary, counts: End, progress: &'s Progress) -> Self {
        Self {
            sink,
            summary,
            counts,
            progress,
            planes: BTreeSet::new(),
            principals: BTreeSet::new(),
            data_principals: BTreeSet::new(),
            above: BTreeSet::new(),
        }
    }

    /// Writes a line.
    pub(super) fn line(&mut self, line: Line) -> Result<(), CollectError> {
        let (accounts, gone, gaps) = match &line {
            Line::Account(record) => (1, 0, record.gaps.len()),
            Line::ControlPlane(plane) => (0, 0, plane.gaps.len()),
            Line::Gone(_) => (0, 1, 0),
            Line::Gap(_) => (0, 0, 1),
            Line::Header(_) | Line::Principals(_) | Line::End(_) => (0, 0, 0),
        };
        match &line {
            Line::Account(record) => {
                let assigned = record.role_assignments().iter().map(|one| one.principal_id.clone());
                self.data_principals.extend(assigned.clone());
                self.summary.not_analyzed += usize::from(!record.account.api.is_known());
                self.principals.extend(assigned);
            }
            Line::ControlPlane(plane) => {
                self.planes.insert(plane.subscription.to_ascii_lowercase());
                self.principals.extend(plane.principals().cloned());
            }
            _ => {}
        }
        let unread = self.unread(&line);
        self.keep_gaps(&line);
        self.counts.count(&line).map_err(std::io::Error::other)?;
        self.summary.accounts += accounts;
        self.summary.partial += usize::from(accounts > 0 && gaps > 0);
        self.summary.gone += gone;
        self.summary.gaps += gaps;
        self.summary.unread += unread;
        self.summary.unread_above += if accounts > 0 { 0 } else { unread };
        self.progress.done.fetch_add(accounts + gone, Relaxed);
        self.progress.gaps.fetch_add(unread, Relaxed);
        Ok(self.sink.line(line)?)
    }

    /// How many more lists and fields a line says weren't read.
    fn unread(&mut self, line: &Line) -> usize {
        match line {
            Line::Account(record) => Gap::lists(&record.gaps),
            Line::ControlPlane(plane) => Gap::lists(&plane.gaps),
            Line::Gap(above) => {
                let (what, item) = above.gap.list();
                let list = (above.subscription.clone(), what.to_owned(), item.map(str::to_owned));
                usize::from(self.above.insert(list))
            }
            Line::Header(_) | Line::Gone(_) | Line::Principals(_) | Line::End(_) => 0,
        }
    }

    fn keep_gaps(&mut self, line: &Line) {
        let (place, subscription, gaps): (_, _, &[Gap]) = match line {
            Line::Account(record) => {
                let id = &record.account.id;
                (Some(id.name()), Some(id.subscription()), &record.gaps)
            }
            Line::ControlPlane(plane) => {
                let id = Some(plane.subscription.as_str());
                (id, id, &plane.gaps)
            }
            Line::Gap(above) => {
                let id = above.subscription.as_deref();
                (id, id, std::slice::from_ref(&above.gap))
            }
            Line::Header(_) | Line::Gone(_) | Line::Principals(_) | Line::End(_) => return,
        };
        if gaps.is_empty() {
            return;
        }
        // The first by name, not those that came first: which these are depends on the network.
        let mut first = std::mem::take(&mut self.summary.first_gaps);
        first.extend(gaps.iter().map(|gap| PlacedGap::new(place, subscription, gap)));
        first = PlacedGap::by_list(first);
        first.truncate(SHOWN_GAPS);
        self.summary.first_gaps = first;
    }

    /// Ends the snapshot, unless the scan was stopped or has nothing to say.
    pub(super) fn end(self) -> Result<Summary, CollectError> {
        let summary = self.summary;
        if !summary.stopped && !summary.nothing_listed {
            self.sink.line(Line::End(self.counts))?;
        }
        Ok(summary)
    }
}
