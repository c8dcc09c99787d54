//! The folder of `audit -o fix=DIR`. Only files of ours are replaced or deleted, and
//! only as they were written: each ends with a line that tells whether somebody has edited it since.

use super::error::CliError;
use super::output;
use crate::files;
use crate::finding::Report;
use crate::model::Shown;
use crate::report::{FIX_SCRIPT, FixFileState, fix_file_state, fix_files};
use crate::shown;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What templates end in.
const TEMPLATE: &str = "bicep";

/// Whether a file is one that the folder can get: the script, or a template one folder down.
pub(super) fn holds(folder: &Path, path: &Path) -> bool {
    let template = || {
        let name = path
            .file_name()
            .filter(|_| path.extension().is_some_and(|end| end == TEMPLATE))?;
        Some(folder.join(path.parent()?.file_name()?).join(name))
    };
    files::are_same(path, &folder.join(FIX_SCRIPT)) || template().is_some_and(|at| files::are_same(path, &at))
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
    let old = templates(folder).map_err(failed)?;
    for file in &files {
        let path = place(&file.path);
        output::write_file(&path, |out| out.write_all(file.text.as_bytes()))?;
        written.insert(path);
    }
    for (old, state) in old.iter().filter(|(path, _)| !written.contains(*path)) {
        match state {
            FixFileState::Foreign => {}
            FixFileState::Unchanged => fs::remove_file(old).map_err(|error| CliError::report_to(old, error))?,
            FixFileState::Edited => output::say(shown!(
                "warning: {} is of an earlier run and was edited since, so it was kept. It doesn't belong to this run",
                Shown::of_value(&old.display())
            )),
        }
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
                match state(path).map_err(|error| CliError::report_to(path, error))? {
                    FixFileState::Unchanged => continue,
                    FixFileState::Edited => {
                        "the file that is there was edited since cosmos-rbac wrote it; move it, or give another folder"
                    }
                    FixFileState::Foreign => {
                        "cosmos-rbac didn't write the file that is there; move it, or give another folder"
                    }
                }
            }
            () => "something else is there; move it, or give another folder",
        };
        return Err(CliError::report_to(one, why));
    }
    Ok(())
}

/// The templates that are there, one folder down.
fn templates(folder: &Path) -> io::Result<BTreeMap<PathBuf, FixFileState>> {
    let mut found = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(found);
    };
    for below in entries {
        let below = below?;
        if !below.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(below.path())? {
            let file = file?;
            let path = file.path();
            let is_template = path.extension().is_some_and(|extension| extension == TEMPLATE);
            if is_template && file.file_type()?.is_file() {
                let state = state(&path)?;
                found.insert(path, state);
            }
        }
    }
    Ok(found)
}

fn state(path: &Path) -> io::Result<FixFileState> {
    Ok(fix_file_state(&String::from_utf8_lossy(&fs::read(path)?)))
}
