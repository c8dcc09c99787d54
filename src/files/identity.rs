//! Whether two names, or a name and a stream, lead to one file.

use super::name::{folder, followed};
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};

/// What can be said of two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sameness {
    Same,
    Different,
    /// This system does not say.
    #[cfg_attr(unix, expect(dead_code, reason = "every Unix says"))]
    Unknown,
}

#[cfg(unix)]
pub(super) fn sameness(one: &Metadata, other: &Metadata) -> Sameness {
    use std::os::unix::fs::MetadataExt;
    if (one.dev(), one.ino()) == (other.dev(), other.ino()) {
        Sameness::Same
    } else {
        Sameness::Different
    }
}

#[cfg(not(unix))]
pub(super) fn sameness(_: &Metadata, _: &Metadata) -> Sameness {
    Sameness::Unknown
}

/// Whether two names lead to one file, also by links of either kind, and also to one that is yet to be made. What is no
/// file, such as a device, can be written to more than once.
pub(crate) fn are_same(one: &Path, other: &Path) -> bool {
    if let (Ok(one), Ok(other)) = (fs::metadata(one), fs::metadata(other)) {
        match sameness(&one, &other) {
            Sameness::Same => return one.is_file() || one.is_dir(),
            Sameness::Different => return false,
            Sameness::Unknown => {}
        }
    }
    let whole = |path: &Path| {
        let path = followed(path);
        let folder = canonical(folder(&path));
        match path.file_name() {
            Some(name) => folder.join(name),
            None => path,
        }
    };
    let (one, other) = (whole(one), whole(other));
    // There, names that differ in case alone usually lead to one file.
    let ignores_case = cfg!(any(windows, target_vendor = "apple"));
    one == other || (ignores_case && one.as_os_str().eq_ignore_ascii_case(other.as_os_str()))
}

/// A folder without links and dots. What of it doesn't exist is yet to be made, as plain folders: there, `..` is the one above.
fn canonical(folder: &Path) -> PathBuf {
    let found = folder.ancestors().find_map(|above| {
        let there = fs::canonicalize(if above.as_os_str().is_empty() {
            Path::new(".")
        } else {
            above
        })
        .ok()?;
        Some(walked(there, folder.strip_prefix(above).ok()?))
    });
    found.unwrap_or_else(|| folder.to_owned())
}

/// Where a path leads from a folder. Above it, there can be links again.
fn walked(from: PathBuf, path: &Path) -> PathBuf {
    path.components().fold(from, |mut at, part| match part {
        Component::ParentDir => {
            at.pop();
            at
        }
        Component::Normal(name) => {
            let next = at.join(name);
            fs::canonicalize(&next).unwrap_or(next)
        }
        _ => at,
    })
}

/// Whether a name leads to where standard output goes. What is written to `/dev/null` is lost in any case.
pub(crate) fn is_standard_output(path: &Path) -> bool {
    let Some(output) = stream(&io::stdout()) else {
        return false;
    };
    fs::metadata(path).is_ok_and(|found| sameness(&found, &output) == Sameness::Same && !is_sink(path))
}

/// Whether a name leads to the file that standard input comes from.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    let Some(input) = stream(&io::stdin()) else {
        return false;
    };
    input.is_file() && fs::metadata(path).is_ok_and(|found| sameness(&found, &input) == Sameness::Same)
}

fn is_sink(path: &Path) -> bool {
    fs::canonicalize(path).is_ok_and(|path| path == Path::new("/dev/null"))
}

#[cfg(unix)]
fn stream(stream: &impl std::os::fd::AsFd) -> Option<Metadata> {
    let copy = stream.as_fd().try_clone_to_owned().ok()?;
    File::from(copy).metadata().ok()
}

#[cfg(not(unix))]
fn stream<S>(_: &S) -> Option<Metadata> {
    None
}
