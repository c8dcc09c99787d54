//! Files that are replaced whole: whoever opens the name finds the old content or the new, never a part, also after the
//! machine stopped.

use std::fs::{self, File};
use std::io::{self, BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};

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

/// Puts a file that is synced in the place of another.
///
/// # Errors
/// When it cannot be moved there.
pub(crate) fn put(file: &Path, path: &Path) -> io::Result<()> {
    fs::rename(file, path)?;
    sync_name(path);
    Ok(())
}

/// What a name leads to: a link keeps pointing where it does, and the file that it points to is replaced.
pub(crate) fn followed(path: &Path) -> PathBuf {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
        _ => path.to_owned(),
    }
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
