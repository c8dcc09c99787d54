//! Lines of accounts and of Azure RBAC, kept in a file until all are known. In memory is only where each of them is.

use crate::snapshot::Writer;
use crate::snapshot::format::{End, Line};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::btree_map::Entry as Place;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Keeps lines by what they are about.
pub(super) struct Spool {
    lines: BufWriter<File>,
    length: u64,
    /// By the account's or subscription's ID in lower case.
    accounts: BTreeMap<String, Kept>,
    planes: BTreeMap<String, Kept>,
    /// What several files have, with different contents.
    pub(super) renewed: BTreeSet<String>,
    /// Those of them of which no file is newer.
    pub(super) of_one_time: BTreeSet<String>,
}

/// A line, where it is. The greater of two is kept: the newer one, or else always the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    taken_at: Timestamp,
    /// Tells contents apart.
    digest: [u8; 32],
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
            renewed: BTreeSet::new(),
            of_one_time: BTreeSet::new(),
        })
    }

    /// Keeps a line about an account or a subscription, unless a newer one is there.
    pub(super) fn take(&mut self, taken_at: Timestamp, line: &Line) -> io::Result<()> {
        let (all, id, key, gaps) = match line {
            Line::Account(record) => {
                let id = &record.account.id;
                (&mut self.accounts, id.as_str(), id.key().to_owned(), record.gaps.len())
            }
            Line::Gone(gone) => (&mut self.accounts, gone.id.as_str(), gone.id.key().to_owned(), 0),
            Line::ControlPlane(plane) => {
                let id = plane.subscription.as_str();
                (&mut self.planes, id, id.to_ascii_lowercase(), plane.gaps.len())
            }
            _ => return Ok(()),
        };
        let json = line.to_json()?;
        let length = u64::try_from(json.len()).map_err(io::Error::other)?;
        let kept = Kept {
            taken_at,
            digest: Sha256::digest(&json).into(),
            start: self.length,
            length,
            gaps,
            is_gone: matches!(line, Line::Gone(_)),
        };
        match all.entry(key) {
            Place::Occupied(old) if old.get().digest == kept.digest => return Ok(()),
            Place::Occupied(mut old) => {
                self.renewed.insert(id.to_owned());
                match old.get().taken_at == kept.taken_at {
                    true => self.of_one_time.insert(id.to_owned()),
                    false => self.of_one_time.remove(id),
                };
                if *old.get() > kept {
                    return Ok(());
                }
                old.insert(kept);
            }
            Place::Vacant(place) => {
                place.insert(kept);
            }
        }
        self.lines.write_all(json.as_bytes())?;
        self.length += length;
        Ok(())
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
