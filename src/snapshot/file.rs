//! The file that a scan writes, kept so that the scan can be continued after a crash at any moment.
//!
//! A new file is written in place, line by line. A snapshot that is there and complete stays until the new one is, which
//! grows beside it as `NAME.part`. A scan that goes on first copies what is kept into `NAME.tmp`, which then takes the
//! place of the old file: whenever the machine stops, one of the two is whole.

use super::format::Header;
use super::resume::ResumeState;
use super::{Compression, Line, Sink, SnapshotError, Writer};
use crate::files;
use std::fs::{self, File, TryLockError};
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
    compression: Compression,
    kept: Option<Arc<ResumeState>>,
    /// Made when the header comes, so that a scan that cannot even sign in leaves everything as it was.
    writer: Option<Writer<File>>,
    unflushed: usize,
    unsynced: usize,
    flushed_at: Instant,
    synced_at: Instant,
}

impl SnapshotFile {
    /// Looks at what is there; nothing is written yet. With `resume`, goes on with a scan that was cut off.
    ///
    /// # Errors
    /// When something is there that should not be lost, or that cannot be gone on with. Says what to do.
    pub fn open(path: &Path, resume: bool) -> Result<Self, SnapshotError> {
        let path = files::followed(path);
        let part = beside(&path, ".part");
        let (at, kept) = match fs::metadata(&path) {
            // Pipes and devices take what comes.
            Ok(found) if !found.is_file() => (path.clone(), None),
            _ if resume => resumed(&path, part)?,
            _ => (begun(&path, part)?, None),
        };
        let now = Instant::now();
        Ok(Self {
            compression: Compression::of(&path),
            path,
            at,
            kept: kept.map(Arc::new),
            writer: None,
            unflushed: 0,
            unsynced: 0,
            flushed_at: now,
            synced_at: now,
        })
    }

    /// What is there of the scan already.
    pub fn kept(&self) -> Option<Arc<ResumeState>> {
        self.kept.clone()
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
    /// When it cannot be stored.
    pub fn finish(self) -> io::Result<()> {
        let (path, at) = (self.path.clone(), self.at.clone());
        self.pause()?;
        if at != path {
            files::put(&at, &path)?;
        }
        Ok(())
    }

    /// Stores what there is, to go on another time.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub fn pause(self) -> io::Result<()> {
        match self.writer {
            Some(writer) => {
                let file = writer.finish()?;
                // Pipes cannot be synced.
                if file.metadata()?.is_file() {
                    file.sync_all()?;
                    unlock(&file);
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn begin(&mut self, header: Header) -> io::Result<()> {
        let writer = match &self.kept {
            None => {
                let mut writer = Writer::new(File::create(&self.at)?, self.compression)?;
                lock(writer.get_ref())?;
                writer.line(Line::Header(header))?;
                writer.flush()?;
                files::sync_name(&self.at);
                writer
            }
            Some(kept) => {
                let temporary = beside(&self.path, ".tmp");
                let mut writer = Writer::new(File::create(&temporary)?, self.compression)?;
                lock(writer.get_ref())?;
                writer.line(Line::Header(header))?;
                kept.copy(&mut writer)?;
                writer.flush()?;
                let file = writer.get_ref();
                file.set_permissions(fs::metadata(&self.at)?.permissions())?;
                file.sync_all()?;
                files::put(&temporary, &self.at)?;
                writer
            }
        };
        self.writer = Some(writer);
        Ok(())
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
            let file = writer.get_ref();
            if file.metadata()?.is_file() {
                file.sync_data()?;
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

/// Where a new scan writes.
fn begun(path: &Path, part: PathBuf) -> Result<PathBuf, SnapshotError> {
    let interrupted = |path: &Path| SnapshotError::Interrupted { file: shown(path) };
    if is_there(&part) {
        in_use(&part)?;
        return Err(interrupted(&part));
    }
    if !is_there(path) {
        return Ok(path.to_owned());
    }
    in_use(path)?;
    match ResumeState::read(path) {
        Ok(None) => Ok(path.to_owned()),
        // The old one is of use until the new one is complete.
        Ok(Some(kept)) if kept.is_complete() => Ok(part),
        Ok(Some(_)) => Err(interrupted(path)),
        Err(error) => Err(SnapshotError::NotReplaceable {
            file: shown(path),
            source: Box::new(error),
        }),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Where a scan goes on, and what is there.
fn resumed(path: &Path, part: PathBuf) -> Result<(PathBuf, Option<ResumeState>), SnapshotError> {
    let at = if is_there(&part) { part } else { path.to_owned() };
    if !is_there(&at) {
        return Ok((at, None));
    }
    in_use(&at)?;
    let kept = ResumeState::read(&at)?;
    Ok((at, kept))
}

fn is_there(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.len() > 0)
}

/// Refuses a file that another scan writes.
fn in_use(path: &Path) -> Result<(), SnapshotError> {
    let Ok(file) = File::open(path) else { return Ok(()) };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(SnapshotError::InUse { file: shown(path) }),
        // Some file systems cannot lock; what cannot be opened is told when it is read.
        _ => {
            unlock(&file);
            Ok(())
        }
    }
}

/// Closing is not enough: a process that is being started shares the lock until it becomes another program.
fn unlock(file: &File) {
    let _ = file.unlock();
}

/// Held until the file is closed.
fn lock(file: &File) -> io::Result<()> {
    // Any number of programs may write to a device.
    if !file.metadata()?.is_file() {
        return Ok(());
    }
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(io::Error::other("another scan is writing it")),
        _ => Ok(()),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}
