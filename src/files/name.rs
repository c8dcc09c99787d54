//! Names in folders: what they lead to, and how files get theirs.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Makes a file that only its owner can read: it tells who can do what in a whole tenant. Fails where the name is taken,
/// also by a link that leads nowhere.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the folders that lead to a file.
///
/// # Errors
/// When they cannot be made. Names the folder.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let folder = folder(path);
    let named = |error: io::Error| {
        let problem = format!("couldn't create the folder `{}`: {error}", folder.display());
        io::Error::new(error.kind(), problem)
    };
    fs::create_dir_all(folder).map_err(named)
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

/// A name is safe when its folder is. Not every system can sync a folder; the file itself is synced in any case.
pub(crate) fn sync_name(path: &Path) {
    if let Ok(folder) = File::open(folder(path)) {
        let _ = folder.sync_all();
    }
}

/// The folder that a name is in.
pub(super) fn folder(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}
