//! Several snapshots as one: shards of a scan, or snapshots of different subscriptions. Of what two of them hold, the newer is kept.
//!
//! The result is in one order, whatever the order of the files and of their lines. Lines wait in a file for it, so that memory
//! doesn't grow with what accounts hold.

mod error;
mod header;
mod principals;
mod spool;

pub use error::MergeError;
pub use spool::Unread;

use super::format::{End, Line, ScanGap};
use super::lines::Lines;
use super::read::{each_line, header};
use super::{Compression, Header, Sink, SnapshotError, Writer};
use crate::files;
use crate::model::PrincipalRecord;
use jiff::Timestamp;
use principals::{Joined, Principals, days};
use spool::Spool;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// What became of a merge.
#[derive(Debug)]
pub struct Merged {
    /// The first line of the new file.
    pub header: Header,
    /// What it holds.
    pub counts: End,
    /// The IDs of accounts, and of subscriptions with their Azure RBAC, that several files have, with different contents.
    pub renewed: BTreeSet<String>,
    /// How many principals several files have, with different contents.
    pub renewed_principals: usize,
    /// The groups whose members are those of an older file, by their names or IDs, as a newer one has none.
    pub older_members: BTreeSet<String>,
    /// What the newer contents lack and the older ones have.
    pub unread: Vec<Unread>,
    /// Whether all scans came to their end.
    pub is_ended: bool,
    /// Whether whoever scanned is the same in all files.
    pub is_one_identity: bool,
    /// The files, each with when the newest of what it holds was taken.
    pub taken: Vec<(PathBuf, Timestamp)>,
    /// How many whole days there are between the oldest and the newest of them.
    pub days_apart: usize,
}

/// Writes what the snapshots (`-` is standard input) hold together to a new one, which takes the place of an old one whole or not at all.
/// `allow_incomplete`: also where shards are missing, or a scan was interrupted; the new snapshot says so, too.
///
/// # Errors
/// When they don't belong together, something is missing, or one of them can't be read or the new one written.
pub fn merge(from: &[PathBuf], to: &Path, allow_incomplete: bool) -> Result<Merged, MergeError> {
    for path in from {
        if files::are_same(path, to) {
            return Err(MergeError::Input { file: path.clone() });
        }
    }
    replaceable(to)?;
    let mut merger = Merger::new(to)?;
    for path in from {
        merger.add(path, allow_incomplete)?;
    }
    let (header, is_one_identity) = header::joined(&merger.headers, allow_incomplete)?;
    let principals = merger.one_of_each()?;
    let written = |source| SnapshotError::Write {
        file: to.display().to_string(),
        source,
    };
    let mut counts = End::default();
    files::create_folder(to).map_err(written)?;
    files::replace(to, |out| {
        let records = principals.as_ref().map(|joined| joined.records.as_slice());
        counts = merger.write(&header, records, Writer::new(out, Compression::of(to))?)?;
        Ok(())
    })
    .map_err(written)?;
    Ok(Merged {
        header,
        counts,
        renewed: merger.spool.renewed(),
        unread: merger.spool.unread(),
        is_ended: merger.is_ended,
        renewed_principals: principals.as_ref().map_or(0, |joined| joined.renewed),
        // Of the shards of one scan each reads the members of the groups that have a role there.
        older_members: match merger.headers.iter().any(|(_, header)| header.shards.is_some()) {
            true => BTreeSet::new(),
            false => principals.map(|joined| joined.older_members).unwrap_or_default(),
        },
        is_one_identity,
        days_apart: days_apart(&merger.headers),
        taken: (merger.headers.iter())
            .map(|(file, header)| (file.clone(), header.last_taken_at()))
            .collect(),
    })
}

fn days_apart(headers: &[(PathBuf, Header)]) -> usize {
    let times = headers.iter().map(|(_, header)| header.taken_at);
    let (oldest, newest) = (times.clone().min(), times.max());
    oldest.zip(newest).map_or(0, |(oldest, newest)| days(oldest, newest))
}

/// What is there and is no snapshot, nobody wants to lose.
fn replaceable(to: &Path) -> Result<(), SnapshotError> {
    let file = to.display().to_string();
    let found = match std::fs::metadata(to) {
        Ok(found) if found.is_file() && found.len() > 0 => File::open(to),
        _ => return Ok(()),
    };
    let read = found.map_err(|source| SnapshotError::Io {
        file: file.clone(),
        source,
    });
    let first = read
        .and_then(|found| Lines::new(found, &file))
        .and_then(|mut lines| header(&mut lines));
    match first {
        Ok(_) => Ok(()),
        Err(source) => Err(SnapshotError::NotReplaceable {
            file,
            source: Box::new(source),
        }),
    }
}

/// What was read so far.
struct Merger {
    headers: Vec<(PathBuf, Header)>,
    spool: Spool,
    /// `None`: no file has any.
    principals: Option<Principals>,
    gaps: BTreeSet<ScanGap>,
    is_ended: bool,
}

impl Merger {
    fn new(to: &Path) -> Result<Self, SnapshotError> {
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.filter(|folder| folder.is_dir()).unwrap_or(Path::new("."));
        let spool = Spool::new(folder).map_err(|source| SnapshotError::Write {
            file: to.display().to_string(),
            source,
        })?;
        Ok(Self {
            headers: Vec::new(),
            spool,
            principals: None,
            gaps: BTreeSet::new(),
            is_ended: true,
        })
    }

    fn add(&mut self, path: &Path, allow_incomplete: bool) -> Result<(), MergeError> {
        let file = path.display().to_string();
        let opened: Box<dyn Read + Send> = match path.as_os_str() == "-" {
            true => Box::new(io::stdin()),
            false => Box::new(File::open(path).map_err(|source| SnapshotError::Io {
                file: file.clone(),
                source,
            })?),
        };
        let mut lines = Lines::new(opened, &file)?;
        let header = header(&mut lines)?;
        let taken_at = header.taken_at;
        self.headers.push((path.to_owned(), header.clone()));
        // Found out before the lines are read, which can take long.
        header::joined(&self.headers, true)?;
        let (mut own, mut others) = (0_usize, 0_usize);
        let is_ended = each_line(&mut lines, &mut |mut line| {
            if let (Line::Account(record), Some(shards)) = (&line, &header.shards) {
                match shards.hold(&record.account.id) {
                    true => own += 1,
                    false => others += 1,
                }
            }
            header.explain(&mut line);
            self.take(taken_at, line).map_err(|error| error.to_string())
        })?;
        if !is_ended && !allow_incomplete {
            return Err(MergeError::Interrupted { file: path.to_owned() });
        }
        // One that was moved while the scan ran can be of another shard; all of them can't.
        if let Some(shards) = header.shards.filter(|_| own == 0 && others > 0) {
            return Err(MergeError::NotItsShard {
                shards,
                file: path.to_owned(),
            });
        }
        self.is_ended &= is_ended;
        Ok(())
    }

    /// Of two contents of one time, each can hold a finding that the other lacks. Gives the principals.
    fn one_of_each(&mut self) -> Result<Option<Joined>, MergeError> {
        if let Some((id, files)) = self.spool.of_one_time() {
            let name = id.rsplit('/').next().unwrap_or_default();
            let what = match id.starts_with('/') {
                true => format!("account `{name}`"),
                false => format!("Azure RBAC of subscription `{name}`"),
            };
            return Err(self.of_one_time(what, files));
        }
        let newest = header::newest_about(&self.headers);
        let newest_about = |file: usize| newest.get(file.checked_sub(1)?).copied().flatten();
        let joined = self.principals.take().map(|all| all.join(newest_about)).transpose();
        joined.map_err(|twice| self.of_one_time(format!("principal `{}`", twice.id.as_str()), twice.files))
    }

    /// Two files of one time differ in something. Files are counted from 1.
    fn of_one_time(&self, what: String, files: [usize; 2]) -> MergeError {
        let [first, file] = files.map(|number| {
            let header = self.headers.get(number.saturating_sub(1));
            header.map(|(path, _)| path.clone()).unwrap_or_default()
        });
        MergeError::OneTime { what, file, first }
    }

    fn take(&mut self, taken_at: Timestamp, line: Line) -> io::Result<()> {
        match line {
            Line::Principals(list) => {
                let known = self.principals.get_or_insert_default();
                for record in list {
                    known.take(self.headers.len(), taken_at, record);
                }
            }
            Line::Gap(gap) => {
                self.gaps.insert(gap);
            }
            Line::Account(_) | Line::ControlPlane(_) | Line::Gone(_) => {
                self.spool.take(self.headers.len(), taken_at, &line)?
            }
            Line::Header(_) | Line::End(_) => {}
        }
        Ok(())
    }

    /// The accounts, those that are gone, the control planes, the principals, the gaps.
    fn write<W: Write>(
        &mut self,
        header: &Header,
        principals: Option<&[PrincipalRecord]>,
        mut out: Writer<W>,
    ) -> io::Result<End> {
        out.line(Line::Header(header.clone()))?;
        let mut counts = self.spool.write(&mut out)?;
        if let Some(all) = principals {
            counts.principals = Some(all.len());
            for line in Line::of_principals(all) {
                out.line(line)?;
            }
        }
        for gap in &self.gaps {
            out.line(Line::Gap(gap.clone()))?;
        }
        counts.gaps += self.gaps.len();
        if self.is_ended {
            out.line(Line::End(counts))?;
        }
        out.finish()?.flush()?;
        Ok(counts)
    }
}
