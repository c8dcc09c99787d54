//! Lines of accounts and of Azure RBAC, kept in a file until all are known. In memory is only where each of them is.

use crate::model::Gap;
use crate::snapshot::Writer;
use crate::snapshot::format::{End, Line};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::btree_map::Entry as Place;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Lists that an older file has and the newer one, which is kept, couldn't read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The ID of the account or the subscription.
    pub id: String,
    /// What gaps call them.
    pub lists: Vec<String>,
    /// When the newer one was taken.
    pub newer: Timestamp,
    /// When the older one was taken.
    pub older: Timestamp,
}

/// Keeps lines by what they are about.
pub(super) struct Spool {
    lines: BufWriter<File>,
    length: u64,
    /// By the account's or subscription's ID in lower case.
    accounts: BTreeMap<String, Kept>,
    planes: BTreeMap<String, Kept>,
    /// What several files have, with different contents: by its key, what isn't kept.
    others: BTreeMap<String, Vec<Version>>,
}

/// What one file has of an account or a subscription.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    taken_at: Timestamp,
    /// Tells contents apart.
    digest: [u8; 32],
    /// The lists that couldn't be read.
    unread: BTreeSet<String>,
    /// Its number.
    file: usize,
    /// The ID, as it is written there.
    id: String,
}

/// A line, where it is. The greater of two is kept: the newer one, or else always the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    version: Version,
    start: u64,
    length: u64,
    gaps: usize,
    /// Whether it says of an account that it was deleted.
    is_gone: bool,
}

impl Spool {
    /// Keeps lines in a file without a name, in a folder that has room for them.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            lines: BufWriter::new(tempfile::tempfile_in(folder)?),
            length: 0,
            accounts: BTreeMap::new(),
            planes: BTreeMap::new(),
            others: BTreeMap::new(),
        })
    }

    /// Keeps a line about an account or a subscription, unless a newer one is there.
    pub(super) fn take(&mut self, file: usize, taken_at: Timestamp, line: &Line) -> io::Result<()> {
        let (all, id, key, gaps): (_, _, _, &[Gap]) = match line {
            Line::Account(record) => {
                let id = &record.account.id;
                (&mut self.accounts, id.as_str(), id.key().to_owned(), &record.gaps)
            }
            Line::Gone(gone) => (&mut self.accounts, gone.id.as_str(), gone.id.key().to_owned(), &[]),
            Line::ControlPlane(plane) => {
                let id = plane.subscription.as_str();
                (&mut self.planes, id, id.to_ascii_lowercase(), &plane.gaps)
            }
            _ => return Ok(()),
        };
        let json = line.to_json()?;
        let length = u64::try_from(json.len()).map_err(io::Error::other)?;
        let kept = Kept {
            version: Version {
                taken_at,
                digest: Sha256::digest(&json).into(),
                unread: gaps.iter().map(|gap| gap.what.clone()).collect(),
                file,
                id: id.to_owned(),
            },
            start: self.length,
            length,
            gaps: gaps.len(),
            is_gone: matches!(line, Line::Gone(_)),
        };
        match all.entry(key) {
            Place::Occupied(mut old) if old.get().version.digest == kept.version.digest => {
                let known = &mut old.get_mut().version;
                if known.taken_at < kept.version.taken_at {
                    *known = kept.version;
                }
                return Ok(());
            }
            Place::Occupied(mut old) => {
                let others = self.others.entry(old.key().clone()).or_default();
                if *old.get() > kept {
                    others.push(kept.version);
                    return Ok(());
                }
                others.push(old.insert(kept).version);
            }
            Place::Vacant(place) => {
                place.insert(kept);
            }
        }
        self.lines.write_all(json.as_bytes())?;
        self.length += length;
        Ok(())
    }

    /// What is kept, where other files have other contents, with these.
    fn contested(&self) -> impl Iterator<Item = (&Version, &[Version])> {
        self.others.iter().filter_map(|(key, others)| {
            let kept = self.accounts.get(key).or_else(|| self.planes.get(key))?;
            Some((&kept.version, others.as_slice()))
        })
    }

    /// What is in two files with different contents, of which none is newer: its ID, and the numbers of the files.
    pub(super) fn of_one_time(&self) -> Option<(&str, [usize; 2])> {
        self.contested().find_map(|(kept, others)| {
            let is_twin = |other: &&Version| other.taken_at == kept.taken_at && other.digest != kept.digest;
            let twin = others.iter().find(is_twin)?;
            let files = [twin.file.min(kept.file), twin.file.max(kept.file)];
            Some((kept.id.as_str(), files))
        })
    }

    /// The IDs of what several files have with different contents.
    pub(super) fn renewed(&self) -> BTreeSet<String> {
        self.contested().map(|(kept, _)| kept.id.clone()).collect()
    }

    /// What an older file has and the newer one couldn't read.
    pub(super) fn unread(&self) -> Vec<Unread> {
        let of = |(kept, others): (&Version, &[Version])| {
            let lost = |other: &Version| -> Vec<String> { kept.unread.difference(&other.unread).cloned().collect() };
            let losing = others.iter().filter(|other| !lost(other).is_empty());
            let newest = losing.max_by_key(|other| other.taken_at)?;
            Some(Unread {
                id: kept.id.clone(),
                lists: lost(newest),
                newer: kept.taken_at,
                older: newest.taken_at,
            })
        };
        self.contested().filter_map(of).collect()
    }

    /// Writes the accounts, those that are gone, and then the control planes, sorted by their IDs.
    pub(super) fn write<W: Write>(&mut self, out: &mut Writer<W>) -> io::Result<End> {
        self.lines.flush()?;
        let mut lines = BufReader::new(self.lines.get_ref());
        let (gone, accounts): (Vec<&Kept>, Vec<&Kept>) = self.accounts.values().partition(|kept| kept.is_gone);
        let planes: Vec<&Kept> = self.planes.values().collect();
        for kept in accounts.iter().chain(&gone).chain(&planes) {
            lines.seek(SeekFrom::Start(kept.start))?;
            let mut line = Vec::new();
            lines.by_ref().take(kept.length).read_to_end(&mut line)?;
            out.raw(&line)?;
        }
        Ok(End {
            accounts: accounts.len(),
            gaps: accounts.iter().chain(&planes).map(|kept| kept.gaps).sum(),
            gone: gone.len(),
            control_planes: planes.len(),
            principals: None,
        })
    }
}
