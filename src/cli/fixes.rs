//! The folder of `audit -o fix=DIR`: checked before the scan, written after it. Only files of ours are replaced or deleted.

use super::error::CliError;
use super::output;
use crate::finding::Report;
use crate::report::{fix_files, is_own_fix};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// What templates end in.
const TEMPLATE: &str = "bicep";
/// Bytes of a file that say whether it is ours.
const BEGINNING: u64 = 256;

/// Finds out before the scan whether the folder can be written.
pub(super) fn check(folder: &Path) -> Result<(), CliError> {
    if folder.as_os_str() == "-" {
        return Err(CliError::report_to(
            folder,
            "`fix=` takes a folder, not standard output",
        ));
    }
    match fs::metadata(folder) {
        Ok(found) if !found.is_dir() => Err(CliError::report_to(folder, "`fix=` takes a folder, and this is a file")),
        _ => Ok(()),
    }
}

/// Writes the folder, and deletes templates of an earlier run that this one doesn't have.
pub(super) fn write(folder: &Path, report: &Report) -> Result<(), CliError> {
    let failed = |error: io::Error| CliError::report_to(folder, error);
    let files = fix_files(report).map_err(failed)?;
    let mut written = BTreeSet::new();
    let place = |file: &str| file.split('/').fold(folder.to_owned(), |path, name| path.join(name));
    for file in &files {
        refuse_foreign(folder, &place(&file.path))?;
    }
    for file in &files {
        let path = place(&file.path);
        output::write_file(&path, |out| out.write_all(file.text.as_bytes()))?;
        written.insert(path);
    }
    for old in own_templates(folder).map_err(failed)?.difference(&written) {
        fs::remove_file(old).map_err(|error| CliError::report_to(old, error))?;
    }
    Ok(())
}

/// Nothing is written over that isn't ours, nor through a link to somewhere else.
fn refuse_foreign(folder: &Path, path: &Path) -> Result<(), CliError> {
    let below = path.ancestors().take_while(|one| *one != folder);
    for one in below {
        let Ok(found) = fs::symlink_metadata(one) else { continue };
        let why = match () {
            () if found.is_symlink() => "it is a symbolic link; remove it, or give another folder",
            () if one != path && found.is_dir() => continue,
            () if one == path && found.is_file() => {
                match is_own(path).map_err(|error| CliError::report_to(path, error))? {
                    true => continue,
                    false => "cosmos-rbac didn't write the file that is there; move it, or give another folder",
                }
            }
            () => "something else is there; move it, or give another folder",
        };
        return Err(CliError::report_to(one, why));
    }
    Ok(())
}

/// Templates that a run of ours wrote: one folder down, and with our first line.
fn own_templates(folder: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    for below in fs::read_dir(folder)? {
        let below = below?;
        if !below.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(below.path())? {
            let file = file?;
            let path = file.path();
            let is_template = path.extension().is_some_and(|extension| extension == TEMPLATE);
            if is_template && file.file_type()?.is_file() && is_own(&path)? {
                found.insert(path);
            }
        }
    }
    Ok(found)
}

fn is_own(path: &Path) -> io::Result<bool> {
    let mut beginning = Vec::new();
    fs::File::open(path)?.take(BEGINNING).read_to_end(&mut beginning)?;
    Ok(is_own_fix(&String::from_utf8_lossy(&beginning)))
}
