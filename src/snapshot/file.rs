//! The file that a scan writes, kept so that the scan can be resumed after a crash at any moment.
//!
//! A new file is written in place, line by line. A snapshot that is there and complete stays until the new one is, which
//! grows beside it as `NAME.part`. A scan that resumes first copies what is kept into `NAME.tmp`, which then takes the
//! place of the old file: whenever the machine stops, one of the two is whole. `NAME` is locked from the decision to the
//! end, so that no two scans decide on the same file.

use super::course::{Course, Place};
use super::format::Header;
use super::resume::ResumeState;
use super::{Compression, Line, Sink, SnapshotError, Writer};
use crate::files::{self, Lock};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Lines after which the file is synced to disk …
const SYNC_LINES: usize = 1000;
/// … and the time. What was written since is lost only if the machine itself stops, not if the program does.
const SYNC_EVERY: Duration = Duration::from_secs(5);
/// Compressed lines are held back no longer: a block takes some lines to be worth it.
const FLUSH_LINES: usize = 64;
const FLUSH_EVERY: Duration = Duration::from_millis(200);

/// A snapshot file in the making.
pub struct SnapshotFile {
    /// Where the snapshot is to be in the end.
    path: PathBuf,
    /// Where it is being written.
    at: PathBuf,
    course: Course,
    kept: Option<Arc<ResumeState>>,
    has_accounts: bool,
    compression: Compression,
    /// `None`: it is a pipe or a device, which any number of programs may write to.
    lock: Option<Lock>,
    /// Made when the header comes, so that a scan that cannot even sign in leaves everything as it was.
    writer: Option<Writer<File>>,
    unflushed: usize,
    unsynced: usize,
    flushed_at: Instant,
    synced_at: Instant,
}

impl SnapshotFile {
    /// Locks the name and looks at what is there; nothing is written yet. With `resume`, goes on with a scan that was
    /// interrupted.
    ///
    /// # Errors
    /// When something is there that should not be lost or that cannot be resumed, or another scan writes it. Says what to
    /// do.
    pub fn open(path: &Path, resume: bool) -> Result<Self, SnapshotError> {
        let Place {
            path,
            at,
            course,
            kept,
            has_accounts,
            lock,
        } = Place::find(path, resume)?;
        let now = Instant::now();
        Ok(Self {
            compression: Compression::of(&path),
            path,
            at,
            course,
            kept: kept.map(Arc::new),
            has_accounts,
            lock,
            writer: None,
            unflushed: 0,
            unsynced: 0,
            flushed_at: now,
            synced_at: now,
        })
    }

    /// What becomes of what was there.
    pub fn course(&self) -> Course {
        self.course
    }

    /// What is there of the scan already.
    pub fn kept(&self) -> Option<Arc<ResumeState>> {
        self.kept.clone()
    }

    /// Whether what was there has accounts, which a scan that read nothing must not take the place of.
    pub fn has_accounts(&self) -> bool {
        self.has_accounts
    }

    /// Where the lines are until the snapshot is complete.
    pub fn written_to(&self) -> &Path {
        &self.at
    }

    /// Whether anything was written, now or earlier.
    pub fn has_begun(&self) -> bool {
        self.writer.is_some() || self.kept.is_some()
    }

    /// Puts the complete snapshot in its place.
    ///
    /// # Errors
    /// When it cannot be stored, or somebody else has changed one of the files meanwhile: what is there then stays.
    pub fn finish(mut self) -> io::Result<()> {
        let Some(mut file) = self.stored()? else { return Ok(()) };
        let Some(lock) = &mut self.lock else { return Ok(()) };
        if !files::is_there(&self.at, &file)? {
            return Err(changed(&self.at, "removed or replaced"));
        }
        // Of a file that was emptied, what was written before is missing, and zeros are in its place.
        let mut first = [0];
        io::Seek::rewind(&mut file)?;
        if io::Read::read(&mut file, &mut first)? == 0 || first == [0] {
            return Err(changed(&self.at, "emptied"));
        }
        if self.at == self.path {
            return Ok(());
        }
        if !lock.is_there()? {
            return Err(changed(&self.path, "removed or replaced"));
        }
        lock.put(&file, &self.at)
    }

    /// Stores what there is, to resume another time.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub fn pause(mut self) -> io::Result<()> {
        self.stored().map(|_| ())
    }

    /// Leaves what was there: a complete snapshot as it is, and an interrupted scan to be resumed.
    ///
    /// # Errors
    /// When that cannot be stored.
    pub fn give_up(mut self) -> io::Result<()> {
        if self.kept.is_some() {
            return self.pause();
        }
        drop(self.writer.take());
        match self.at == self.path {
            true => Ok(()),
            false => fs::remove_file(&self.at),
        }
    }

    fn stored(&mut self) -> io::Result<Option<File>> {
        let Some(writer) = self.writer.take() else {
            return Ok(None);
        };
        let file = writer.finish()?;
        // Pipes cannot be synced.
        if self.lock.is_some() {
            file.sync_all()?;
        }
        Ok(Some(file))
    }

    fn begin(&mut self, header: Header) -> io::Result<()> {
        let writer = match self.kept.clone() {
            None => {
                let mut writer = Writer::new(self.emptied()?, self.compression)?;
                writer.line(Line::Header(header))?;
                writer.flush()?;
                files::sync_name(&self.at);
                writer
            }
            Some(kept) => {
                let temporary = super::course::beside(&self.path, ".tmp");
                let mut writer = Writer::new(renewed(&temporary)?, self.compression)?;
                writer.line(Line::Header(header))?;
                kept.copy(&mut writer)?;
                writer.flush()?;
                let file = writer.get_ref();
                match &mut self.lock {
                    Some(lock) if self.at == self.path => lock.put(file, &temporary)?,
                    _ => {
                        file.sync_all()?;
                        files::put(&temporary, &self.at)?;
                    }
                }
                writer
            }
        };
        self.writer = Some(writer);
        Ok(())
    }

    /// The file to write to, with nothing in it.
    fn emptied(&self) -> io::Result<File> {
        match &self.lock {
            None => File::options().write(true).open(&self.at),
            Some(lock) if self.at == self.path => lock.emptied(),
            Some(_) => renewed(&self.at),
        }
    }

    /// Flushes and syncs what is due.
    fn store(&mut self) -> io::Result<()> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let plain = self.compression == Compression::None;
        let late = self.flushed_at.elapsed() >= FLUSH_EVERY;
        if self.unflushed > 0 && (plain || late || self.unflushed >= FLUSH_LINES) {
            writer.flush()?;
            self.unflushed = 0;
            self.flushed_at = Instant::now();
        }
        let late = self.synced_at.elapsed() >= SYNC_EVERY;
        if self.unsynced > 0 && (late || self.unsynced >= SYNC_LINES) {
            writer.flush()?;
            if self.lock.is_some() {
                writer.get_ref().sync_data()?;
            }
            (self.unflushed, self.unsynced) = (0, 0);
            self.synced_at = Instant::now();
        }
        Ok(())
    }
}

impl Sink for SnapshotFile {
    fn line(&mut self, line: Line) -> io::Result<()> {
        if let Line::Header(header) = line {
            return self.begin(header);
        }
        if let Some(writer) = &mut self.writer {
            writer.line(line)?;
            self.unflushed += 1;
            self.unsynced += 1;
        }
        self.store()
    }

    fn tick(&mut self) -> io::Result<()> {
        self.store()
    }
}

fn changed(path: &Path, what: &str) -> io::Error {
    let path = path.display();
    io::Error::other(format!("another program has {what} `{path}` meanwhile; scan again"))
}

/// A new file in the place of one that an interrupted scan has left, and that is of no use any more.
fn renewed(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // Fails where somebody puts a link there meanwhile.
    files::create_private(path)
}
