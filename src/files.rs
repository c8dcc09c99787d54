//! Files that are replaced whole: whoever opens the name finds the old content or the new, never a part, also after the
//! machine stopped.

use std::fs::{self, File};
use std::io::{self, BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Writes a file beside the one that is there, and puts it in its place when all of it is stored. The new one is as
/// readable to others as the old one was. Whatever goes wrong, the old one stays as it was and nothing else stays behind.
///
/// # Errors
/// When it cannot be stored.
pub(crate) fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let path = followed(path);
    let old = fs::metadata(&path).ok();
    // Devices and pipes cannot be replaced, only written to.
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        let mut out = BufWriter::new(File::options().write(true).open(&path)?);
        write(&mut out)?;
        return out.flush();
    }
    // Made by `File::create_new` and not by `tempfile`, which would let nobody else read it.
    let temporary = tempfile::Builder::new()
        .prefix(".cosmos-rbac-")
        .make_in(folder(&path), |path| File::create_new(path))?;
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

/// Files that are being written beside those that they are to replace.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Has its file in the list for as long as it lives.
struct Unfinished(PathBuf);

impl Unfinished {
    fn new(path: &Path) -> Self {
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

/// Removes what is being written, for a program that ends now.
pub(crate) fn abandon() {
    for path in unfinished().iter() {
        let _ = fs::remove_file(path);
    }
}

/// Puts a file that is synced in the place of another.
///
/// # Errors
/// When it cannot be moved there.
pub(crate) fn put(file: &Path, path: &Path) -> io::Result<()> {
    fs::rename(file, path)?;
    sync_name(path);
    Ok(())
}

/// Links in a row that are followed; more are a circle.
const MOST_LINKS: usize = 40;

/// What a name leads to: a link keeps pointing where it does, and the file that it points to is replaced, or made.
pub(crate) fn followed(path: &Path) -> PathBuf {
    // What a link of the system's own leads to, such as `/dev/stdout`, need not have a name.
    if fs::metadata(path).is_ok() {
        let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
        let found = is_link.then(|| fs::canonicalize(path).ok()).flatten();
        return found.unwrap_or_else(|| path.to_owned());
    }
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&path) else { break };
        // A target that begins at the root takes the place of the folder.
        path = folder(&path).join(target);
    }
    path
}

/// Whether two names lead to one file, also to one that is yet to be made. What is no file, such as a device, can be
/// written to more than once.
pub(crate) fn are_same(one: &Path, other: &Path) -> bool {
    if fs::metadata(one).is_ok_and(|found| !found.is_file()) {
        return false;
    }
    let whole = |path: &Path| {
        let path = followed(path);
        let folder = fs::canonicalize(folder(&path)).unwrap_or_else(|_| folder(&path).to_owned());
        match path.file_name() {
            Some(name) => folder.join(name),
            None => path,
        }
    };
    whole(one) == whole(other)
}

/// A name is safe when its folder is. Not every system can sync a folder; the file itself is synced in any case.
pub(crate) fn sync_name(path: &Path) {
    if let Ok(folder) = File::open(folder(path)) {
        let _ = folder.sync_all();
    }
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
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
