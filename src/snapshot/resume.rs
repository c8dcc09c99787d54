//! What a scan that was cut off has left, and whether another scan may go on from there.
//!
//! A file is read to where it is torn, be it inside a line or, compressed, inside a block. What is torn is dropped, as it
//! will be read again; a whole line that is not what it should be is an error, as nobody knows what happened to it.

use super::difference::{self, Difference};
use super::format::{Header, Line};
use super::lines::{Lines, PieceEnd};
use super::parse::{parse_header, parse_line};
use super::{End, SnapshotError, Writer};
use crate::model::{AccountId, Gap, PrincipalId};
use foldhash::{HashSet, HashSetExt};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What a file holds of a scan. Of accounts only their ids are in memory, and those as digests.
#[derive(Debug)]
pub struct ResumeState {
    header: Header,
    counts: End,
    /// Gaps above the accounts.
    above: usize,
    /// Accounts with gaps.
    partial: usize,
    /// Lists and fields with gaps in accounts, and in what else stays.
    unread: usize,
    unread_above: usize,
    /// Accounts and clusters that this version doesn't analyze.
    not_analyzed: usize,
    done: HashSet<u128>,
    /// Subscriptions whose control plane is there, in lower case.
    planes: HashSet<String>,
    /// Whom the lines that stay name.
    principals: BTreeSet<PrincipalId>,
    complete: bool,
    path: PathBuf,
    /// Lines that are whole.
    lines: usize,
    /// Those of them that the new scan writes anew.
    replaced: HashSet<usize>,
}

impl ResumeState {
    /// Reads what is there; `None` if that is nothing.
    ///
    /// # Errors
    /// When the file cannot be read or is no snapshot, or a whole line is not as the format wants it.
    pub fn read(path: &Path) -> Result<Option<Self>, SnapshotError> {
        let file = path.display().to_string();
        let opened = match File::open(path) {
            Ok(opened) => opened,
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(SnapshotError::Io { file, source }),
        };
        let mut lines = Lines::new(opened, &file)?;
        let first = lines.next()?;
        let header = match (parse_header(&first.text()), first.end) {
            (Ok(header), _) => header,
            (Err(_), PieceEnd::Torn | PieceEnd::File) if first.may_be_header() => return Ok(None),
            (Err(problem), _) => return Err(lines.wrong(1, problem)),
        };
        let mut kept = Self {
            header,
            counts: End::default(),
            above: 0,
            partial: 0,
            unread: 0,
            unread_above: 0,
            not_analyzed: 0,
            done: HashSet::new(),
            planes: HashSet::new(),
            principals: BTreeSet::new(),
            complete: false,
            path: path.to_owned(),
            lines: 1,
            replaced: HashSet::new(),
        };
        let mut ended = None;
        loop {
            let piece = lines.next()?;
            let number = kept.lines + 1;
            match (parse_line(&piece.text()), piece.end) {
                (_, PieceEnd::File) => break,
                (Err(_), PieceEnd::Torn) => break,
                (Err(problem), PieceEnd::Line) => return Err(lines.wrong(number, problem)),
                (Ok(_), _) if ended.is_some() => {
                    let problem = "there is a line after `end`; a file holds one snapshot";
                    return Err(lines.wrong(number, problem));
                }
                (Ok(Line::End(counts)), end) => ended = Some((number, counts, end)),
                (Ok(line), _) => kept
                    .take(number, &line)
                    .map_err(|problem| lines.wrong(number, problem))?,
            }
            kept.lines = number;
        }
        if let Some((number, counts, end)) = ended {
            counts
                .expect(kept.counts)
                .map_err(|problem| lines.wrong(number, problem))?;
            // A file that is torn behind its last word is yet to be finished: nobody knows whether it is what was written.
            kept.complete = end == PieceEnd::Line && !lines.torn;
            kept.replaced.insert(number);
        }
        if !kept.complete {
            kept.counts.gaps -= kept.above;
            kept.counts.principals = None;
        }
        Ok(Some(kept))
    }

    fn take(&mut self, number: usize, line: &Line) -> Result<(), String> {
        self.counts.count(line)?;
        match line {
            Line::Account(record) => {
                if !self.done.insert(digest(&record.account.id)) {
                    return Err(format!("account `{}` appears twice", record.account.id));
                }
                self.partial += usize::from(!record.gaps.is_empty());
                self.unread += Gap::lists(&record.gaps);
                self.not_analyzed += usize::from(!record.account.api.is_known());
                let assigned = record.role_assignments().iter().map(|one| &one.principal_id);
                self.principals.extend(assigned.cloned());
            }
            Line::ControlPlane(plane) => {
                if !self.planes.insert(plane.subscription.to_ascii_lowercase()) {
                    return Err(format!(
                        "the control plane of subscription `{}` appears twice",
                        plane.subscription
                    ));
                }
                let unread = Gap::lists(&plane.gaps);
                self.unread += unread;
                self.unread_above += unread;
                self.principals.extend(plane.principals().cloned());
            }
            Line::Gone(gone) => {
                if !self.done.insert(digest(&gone.id)) {
                    return Err(format!("account `{}` appears twice", gone.id));
                }
            }
            // More of them may be named by now, and what is known of them is read in a few requests.
            Line::Principals(_) => {
                self.replaced.insert(number);
            }
            // Lists of subscriptions and of accounts are asked for anew.
            Line::Gap(_) => {
                self.above += 1;
                self.replaced.insert(number);
            }
            Line::Header(_) | Line::End(_) => {}
        }
        Ok(())
    }

    /// Whether the scan came to its end, so that there is nothing to resume.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// When the scan began.
    pub fn taken_at(&self) -> Timestamp {
        self.header.taken_at
    }

    /// How many of its accounts have gaps.
    pub fn partial(&self) -> usize {
        self.partial
    }

    /// How many lists and fields have gaps in what stays.
    pub fn unread(&self) -> usize {
        self.unread
    }

    /// How many of them aren't in an account.
    pub fn unread_above(&self) -> usize {
        self.unread_above
    }

    /// How many of its accounts and clusters this version doesn't analyze.
    pub fn not_analyzed(&self) -> usize {
        self.not_analyzed
    }

    /// How much is kept.
    pub fn counts(&self) -> End {
        self.counts
    }

    /// Whether the account need not be read again.
    pub fn holds(&self, id: &AccountId) -> bool {
        self.done.contains(&digest(id))
    }

    /// Whether the subscription's control plane need not be read again.
    pub fn holds_control_plane(&self, subscription: &str) -> bool {
        self.planes.contains(&subscription.to_ascii_lowercase())
    }

    /// Whom the lines that stay name: they are looked up together with those that the rest of the scan finds.
    pub fn principals(&self) -> &BTreeSet<PrincipalId> {
        &self.principals
    }

    /// The header under which a scan goes on: the time is the file's. Subscriptions that came meanwhile are added; those
    /// that went stay, so that it is told what of them could not be read.
    ///
    /// # Errors
    /// When `fresh` is the header of another scan. Says what differs.
    pub fn continued_by(&self, fresh: &Header) -> Result<Header, Difference> {
        difference::continued(&self.header, fresh)
    }

    /// Writes the lines that stay, all but the header.
    pub(super) fn copy<W: Write>(&self, into: &mut Writer<W>) -> io::Result<()> {
        let mut lines = Lines::new(File::open(&self.path)?, "").map_err(io::Error::other)?;
        for number in 1..=self.lines {
            let piece = lines.next().map_err(io::Error::other)?;
            if number > 1 && !self.replaced.contains(&number) {
                into.raw(&piece.bytes)?;
            }
        }
        Ok(())
    }
}

/// Half of a SHA-256: no two ids share it, and a hundred thousand take few megabytes.
fn digest(id: &AccountId) -> u128 {
    let whole = Sha256::digest(id.key());
    whole
        .first_chunk()
        .map_or(0, |half: &[u8; 16]| u128::from_be_bytes(*half))
}
