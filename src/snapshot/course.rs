//! Where a scan writes, and what becomes of what is there. Decided with the name locked, so that it stays true.

use super::SnapshotError;
use super::resume::ResumeState;
use crate::files::{self, Lock, LockError};
use jiff::Timestamp;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// What becomes of what was there when a scan began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// There was nothing.
    New,
    /// A complete snapshot stays until the new one is complete.
    Replaces {
        /// When the old one was taken.
        taken_at: Timestamp,
    },
    /// A scan that was interrupted is resumed.
    Resumes {
        /// When it began.
        taken_at: Timestamp,
    },
}

/// Where a scan writes.
pub(super) struct Place {
    /// Where the snapshot is to be in the end; no link.
    pub(super) path: PathBuf,
    /// Where it grows.
    pub(super) at: PathBuf,
    pub(super) course: Course,
    /// What the file there holds of an interrupted scan.
    pub(super) kept: Option<ResumeState>,
    /// Whether what is there has accounts.
    pub(super) has_accounts: bool,
    /// `None`: it is a pipe or a device.
    pub(super) lock: Option<Lock>,
}

impl Place {
    /// Decides by what is there.
    pub(super) fn find(path: &Path, resume: bool) -> Result<Self, SnapshotError> {
        let path = files::followed(path);
        let named = |source| SnapshotError::Write {
            file: shown(&path),
            source,
        };
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => return Err(named(io::ErrorKind::IsADirectory.into())),
            // Pipes and devices take what comes.
            Ok(found) if !found.is_file() => {
                return Ok(Self {
                    at: path.clone(),
                    path,
                    course: Course::New,
                    kept: None,
                    has_accounts: false,
                    lock: None,
                });
            }
            Ok(_) => {}
            Err(_) => files::create_folder(&path).map_err(named)?,
        }
        let mut lock = Lock::take(&path).map_err(|error| refused(&path, error))?;
        let (part, temporary) = (beside(&path, ".part"), beside(&path, ".tmp"));
        // It is written over without being read, so it has to be of an earlier scan.
        if let Some(found) = regular(&temporary)? {
            scan_in(&temporary, &found, false)?;
        }
        let mut old = match lock.metadata() {
            Ok(found) => scan_in(&path, &found, resume)?,
            Err(source) => return Err(named(source)),
        };
        let left = match regular(&part)? {
            Some(found) => scan_in(&part, &found, resume)?,
            None => None,
        };
        let at_part = match left {
            // All that was left to do is to give it its name: it is the newer of the two.
            Some(left) if left.is_complete() => {
                let file = File::open(&part).map_err(named)?;
                lock.put(&file, &part).map_err(named)?;
                old = Some(left);
                None
            }
            other => other,
        };
        let has_accounts = [&at_part, &old]
            .into_iter()
            .flatten()
            .any(|there| there.counts().accounts > 0);
        let (at, interrupted) = match (at_part, old) {
            (Some(left), _) => (part, left),
            (None, None) => return Ok(Self::new(path.clone(), path, Course::New, lock)),
            (None, Some(old)) if old.is_complete() => {
                let taken_at = old.taken_at();
                return Ok(Self {
                    has_accounts,
                    ..Self::new(path, part, Course::Replaces { taken_at }, lock)
                });
            }
            (None, Some(old)) => (path.clone(), old),
        };
        if !resume {
            return Err(SnapshotError::Interrupted { file: shown(&at) });
        }
        let taken_at = interrupted.taken_at();
        Ok(Self {
            kept: Some(interrupted),
            has_accounts,
            ..Self::new(path, at, Course::Resumes { taken_at }, lock)
        })
    }

    fn new(path: PathBuf, at: PathBuf, course: Course, lock: Lock) -> Self {
        Self {
            path,
            at,
            course,
            kept: None,
            has_accounts: false,
            lock: Some(lock),
        }
    }
}

/// The file beside another one.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

/// A file that is neither a link nor anything else that would lead a scan astray.
fn regular(path: &Path) -> Result<Option<Metadata>, SnapshotError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(found)),
        Ok(_) => Err(SnapshotError::NotAFile { file: shown(path) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SnapshotError::Write {
            file: shown(path),
            source,
        }),
    }
}

/// What a file holds of a scan; `None`: nothing that anybody would miss.
fn scan_in(path: &Path, found: &Metadata, resume: bool) -> Result<Option<ResumeState>, SnapshotError> {
    if found.len() == 0 {
        return Ok(None);
    }
    match ResumeState::read(path) {
        // Says in which line the scan cannot be resumed.
        Err(error) if resume => Err(error),
        Err(error) => Err(SnapshotError::NotReplaceable {
            file: shown(path),
            source: Box::new(error),
        }),
        Ok(state) => Ok(state),
    }
}

fn refused(path: &Path, error: LockError) -> SnapshotError {
    let file = shown(path);
    match error {
        LockError::InUse => SnapshotError::InUse { file },
        LockError::NotAFile => SnapshotError::NotAFile { file },
        LockError::Io(source) => SnapshotError::Write { file, source },
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
