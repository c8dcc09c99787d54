//! Files that are replaced whole: whoever opens the name finds the old content or the new, never a part, also after the
//! machine stopped.

use super::lock::{is_there, remove_idle};
use super::name::{create_private, folder, followed, sync_name};
use std::fs::{self, File};
use std::io::{self, BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Writes a file beside the one that is there, and puts it in its place when all of it is stored. The new one is as
/// readable to others as the old one was; where there was none, only its owner can read it. Whatever goes wrong, the old one
/// stays as it was and nothing else stays behind.
///
/// # Errors
/// When it cannot be stored.
pub(crate) fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let path = followed(path);
    // What `/dev/stdout` leads to need not have a name.
    let leads_nowhere = fs::metadata(&path).is_err();
    if leads_nowhere && fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink()) {
        return Err(io::Error::other("the link leads to itself"));
    }
    let old = fs::metadata(&path).ok();
    // Devices and pipes cannot be replaced, only written to.
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        let mut out = BufWriter::new(File::options().write(true).open(&path)?);
        write(&mut out)?;
        return out.flush();
    }
    let folder = folder(&path);
    remove_left_behind(folder);
    let temporary = tempfile::Builder::new()
        .prefix(PREFIX)
        .rand_bytes(RANDOM)
        .suffix(SUFFIX)
        .make_in(folder, begun)?;
    let _unfinished = Unfinished::new(temporary.path());
    let mut out = BufWriter::new(temporary);
    write(&mut out)?;
    let temporary = out.into_inner().map_err(IntoInnerError::into_error)?;
    let file = temporary.as_file();
    if let Some(old) = old {
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()?;
    temporary.persist(&path).map_err(|error| error.error)?;
    sync_name(&path);
    Ok(())
}

/// What a file is called that is being written; nobody gives that name to a file of their own.
const PREFIX: &str = ".cosmos-rbac-";
const RANDOM: usize = 12;
const SUFFIX: &str = ".tmp";

/// Locked, so that other runs see that it is being written.
fn begun(path: &Path) -> io::Result<File> {
    let file = create_private(path)?;
    let _ = file.try_lock();
    // Before it was locked, another run could take it for one that was left behind.
    if is_there(path, &file)? {
        return Ok(file);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Removes what runs have left behind that were killed. Whoever still writes has a lock.
fn remove_left_behind(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let random = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
        let is_ours = random
            .is_some_and(|random| random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if is_ours {
            // What is not ours to remove, or cannot be locked here, stays.
            let _ = remove_idle(&entry.path());
        }
    }
}

/// Files that are there only while a program works, such as what is being written beside the file that it is to replace.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Has its file removed if the program is told to end while it lives.
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    pub(crate) fn new(path: &Path) -> Self {
        unfinished().push(path.to_owned());
        Self(path.to_owned())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes them, for a program that ends now.
pub(crate) fn abandon() {
    for path in unfinished().iter() {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_abandoned_is_gone_and_the_old_file_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report");
        fs::write(&report, "old").unwrap();
        let names = || fs::read_dir(folder.path()).unwrap().count();
        let written = replace(&report, |out| {
            out.write_all(b"new")?;
            assert_eq!(names(), 2);
            // As a program does that ends here.
            for path in unfinished().iter().filter(|path| path.starts_with(folder.path())) {
                fs::remove_file(path)?;
            }
            assert_eq!(names(), 1);
            Ok(())
        });
        assert!(written.is_err());
        assert_eq!(fs::read_to_string(&report).unwrap(), "old");
        replace(&report, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&report).unwrap(), "new");
        assert!(!unfinished().iter().any(|path| path.starts_with(folder.path())));
    }
}
