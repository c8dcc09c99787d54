//! A name that one program at a time writes to.

use super::identity::{Sameness, sameness};
use super::name::create_private;
use std::fs::{self, File, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// How often a name is looked at again when what it leads to changes all the time.
const ATTEMPTS: usize = 100;

/// Holds a name until it is dropped. The file is made if there is none, and removed again if nothing was written to it.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    file: File,
    /// Whether there was no file before.
    made: bool,
    writable: bool,
}

/// Why a name cannot be had.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Another program has it.
    InUse,
    /// It leads to something that is no file, or to a file by a link.
    NotAFile,
    /// The system refuses.
    Io(io::Error),
}

impl From<io::Error> for LockError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Lock {
    /// Takes the name. What the file holds stays as it is: whoever comes second must not have touched it.
    ///
    /// # Errors
    /// When another program has it, or the file cannot be opened or made.
    pub(crate) fn take(path: &Path) -> Result<Self, LockError> {
        for _ in 0..ATTEMPTS {
            let (file, writable, made) = match there(path)? {
                Some(_) => match open(path) {
                    Ok((file, writable)) => (file, writable, false),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(error.into()),
                },
                None => match create_private(path) {
                    Ok(file) => (file, true, true),
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                    Err(error) => return Err(error.into()),
                },
            };
            lock(&file)?;
            let lock = Self {
                path: path.to_owned(),
                file,
                made,
                writable,
            };
            // Until it was locked, another program could put another file in its place.
            if is_there(path, &lock.file)? {
                return Ok(lock);
            }
        }
        Err(LockError::InUse)
    }

    /// The same of a name that nothing but locks has: a file that was there is of a program that was killed, and is removed at the
    /// end, too.
    #[cfg(feature = "parquet")]
    pub(crate) fn own(mut self) -> Self {
        self.made = true;
        self
    }

    /// The locked file with nothing in it, to write to.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub(crate) fn emptied(&self) -> io::Result<File> {
        if !self.writable {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        self.file.set_len(0)?;
        io::Seek::rewind(&mut &self.file)?;
        self.file.try_clone()
    }

    /// Whether the name still leads to the locked file.
    ///
    /// # Errors
    /// When the system does not say.
    pub(crate) fn is_there(&self) -> io::Result<bool> {
        is_there(&self.path, &self.file)
    }

    /// What the file is.
    ///
    /// # Errors
    /// When the system does not say.
    pub(crate) fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }

    /// Puts another file in the place of the locked one, as readable to others as that was, and holds the name on.
    ///
    /// # Errors
    /// When it cannot be moved there.
    pub(crate) fn put(&mut self, file: &File, from: &Path) -> io::Result<()> {
        file.set_permissions(self.metadata()?.permissions())?;
        file.sync_all()?;
        let file = file.try_clone()?;
        // Others must find the new file locked from the moment that it is there.
        lock(&file).map_err(|_| io::Error::other("another program uses the new file"))?;
        super::put(from, &self.path)?;
        let old = std::mem::replace(&mut self.file, file);
        (self.made, self.writable) = (false, true);
        unlock(&old);
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let is_empty = self.made && self.file.metadata().is_ok_and(|found| found.len() == 0);
        if is_empty && matches!(is_there(&self.path, &self.file), Ok(true)) {
            let _ = fs::remove_file(&self.path);
        }
        unlock(&self.file);
    }
}

/// Whether the name still leads to the file.
pub(crate) fn is_there(path: &Path, file: &File) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(sameness(&found, &file.metadata()?) != Sameness::Different),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a file that no program has locked.
///
/// # Errors
/// When it is in use, or cannot be opened, locked or removed.
pub(super) fn remove_idle(path: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Ok(());
    }
    let file = File::open(path)?;
    file.try_lock()?;
    if is_there(path, &file)? {
        fs::remove_file(path)?;
    }
    unlock(&file);
    Ok(())
}

/// What the name itself leads to, without any link.
fn there(path: &Path) -> Result<Option<Metadata>, LockError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(found)),
        Ok(_) => Err(LockError::NotAFile),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Opens a file for writing if that is allowed; who only replaces it need not write to it.
fn open(path: &Path) -> io::Result<(File, bool)> {
    match File::options().read(true).write(true).open(path) {
        Ok(file) => Ok((file, true)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok((File::open(path)?, false)),
        Err(error) => Err(error),
    }
}

/// Some file systems cannot lock; there, two programs are not kept from each other.
fn lock(file: &File) -> Result<(), LockError> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(LockError::InUse),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Closing is not enough: a process that is being started shares the lock until it becomes another program.
fn unlock(file: &File) {
    let _ = file.unlock();
}
