//! Policies from files, from the program itself, and from texts.

use super::error::{PolicyError, PolicyErrors};
use super::rules::Policy;
use super::source::Source;
use super::validate::validate;
use crate::finding::Check;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Far more than people write, little enough to be read in no time.
pub(crate) const LARGEST: u64 = 1024 * 1024;

/// The policy for those who have none yet, and the name under which it shows in messages.
const BASELINE: (&str, &str) = (
    "policies/baseline.yaml (built in)",
    include_str!("../../policies/baseline.yaml"),
);

impl Policy {
    /// Reads one or more files as one policy; `-` is standard input. A file that is named twice counts once. `checks` are those that it can name.
    ///
    /// # Errors
    /// Every error of every file, unreadable files included.
    pub fn load(paths: &[PathBuf], checks: &[&'static Check]) -> Result<Self, PolicyErrors> {
        let texts = paths.iter().map(|path| (path.display().to_string(), read(path)));
        from_texts(texts.collect(), checks)
    }

    /// The policy that is used when none is named: what every tenant can want without being known.
    pub fn baseline(checks: &[&'static Check]) -> Self {
        let (name, text) = BASELINE;
        #[expect(clippy::expect_used, reason = "the text is part of the program, and a test loads it")]
        Self::from_sources(&[(name, text)], checks).expect("the built-in policy is valid")
    }

    /// Reads texts as if they were files of these names.
    ///
    /// # Errors
    /// Every error of every text.
    pub fn from_sources(sources: &[(&str, &str)], checks: &[&'static Check]) -> Result<Self, PolicyErrors> {
        let texts = sources.iter().map(|(name, text)| {
            (
                (*name).to_owned(),
                check_size(text.len() as u64).map(|()| (*text).to_owned()),
            )
        });
        from_texts(texts.collect(), checks)
    }
}

fn from_texts(texts: Vec<(String, Result<String, String>)>, checks: &[&'static Check]) -> Result<Policy, PolicyErrors> {
    let mut sources: Vec<Source> = Vec::with_capacity(texts.len());
    let mut unreadable = Vec::new();
    if texts.is_empty() {
        unreadable.push(PolicyError::of_file(
            "--policy",
            0,
            "no policy file is named".to_owned(),
        ));
    }
    for (name, text) in texts {
        let text = text.unwrap_or_else(|problem| {
            unreadable.push(PolicyError::of_file(&name, sources.len(), problem));
            String::new()
        });
        let source = Source::new(&name, &text);
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    validate(sources, unreadable, checks)
}

fn read(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large from one that just fits, also when it is a pipe.
    let read = match path.as_os_str() == "-" {
        true => io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes),
        false => File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)),
    };
    read.map_err(|error| format!("couldn't read the policy `{}`: {}", path.display(), reason(&error)))?;
    check_size(bytes.len() as u64)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("the policy isn't UTF-8 text (byte {at}); save it as UTF-8")
    })
}

fn check_size(bytes: u64) -> Result<(), String> {
    if bytes > LARGEST {
        return Err("the policy is larger than 1 MiB; split it into several files".to_owned());
    }
    Ok(())
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "the file doesn't exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    }
}
