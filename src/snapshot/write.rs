//! Writing snapshot files.

use super::Sink;
use super::format::{End, Line};
use crate::model::{AccountRecord, Database, Permission, RoleAssignment, RoleDefinition};
use serde::Serialize;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// How a snapshot is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Plain JSON Lines, `.jsonl`.
    None,
    /// Zstandard, `.jsonl.zst`.
    Zstd,
}

impl Compression {
    /// What a file of this name holds.
    pub fn of(path: &Path) -> Self {
        if path.extension().is_some_and(|extension| extension == "zst") {
            Self::Zstd
        } else {
            Self::None
        }
    }
}

/// Writes a snapshot line by line.
pub struct Writer<W: Write> {
    out: Output<W>,
}

enum Output<W: Write> {
    Plain(BufWriter<W>),
    Zstd(zstd::Encoder<'static, BufWriter<W>>),
}

impl<W: Write> Writer<W> {
    /// A writer onto `out`.
    ///
    /// # Errors
    /// When the compressor cannot be set up.
    pub fn new(out: W, compression: Compression) -> io::Result<Self> {
        let out = BufWriter::new(out);
        let out = match compression {
            Compression::None => Output::Plain(out),
            Compression::Zstd => {
                let mut encoder = zstd::Encoder::new(out, 0)?;
                // Without one, a file that was damaged on the way can unpack to other names and ids.
                encoder.include_checksum(true)?;
                Output::Zstd(encoder)
            }
        };
        Ok(Self { out })
    }

    /// Writes out what is buffered, and gives the sink back.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(self) -> io::Result<W> {
        let out = match self.out {
            Output::Plain(out) => out,
            Output::Zstd(encoder) => encoder.finish()?,
        };
        out.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

impl<W: Write> Sink for Writer<W> {
    fn line(&mut self, line: Line) -> io::Result<()> {
        let mut text = line.to_json()?;
        text.push('\n');
        match &mut self.out {
            Output::Plain(out) => out.write_all(text.as_bytes()),
            Output::Zstd(out) => out.write_all(text.as_bytes()),
        }
    }
}

impl Line {
    /// The line as JSON, without the line feed. Lists are sorted, so that the same account gives the same line.
    ///
    /// # Errors
    /// None in practice; the serialiser's signature has one.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        #[derive(Serialize)]
        struct GapLine<'l> {
            gap: &'l super::ScanGap,
        }
        #[derive(Serialize)]
        struct EndLine<'l> {
            end: &'l End,
        }
        match self {
            Self::Header(header) => serde_json::to_string(header),
            Self::Account(record) => serde_json::to_string(&sorted(record)),
            Self::Gap(gap) => serde_json::to_string(&GapLine { gap }),
            Self::End(end) => serde_json::to_string(&EndLine { end }),
        }
    }
}

fn sorted(record: &AccountRecord) -> AccountRecord {
    let mut record = record.clone();
    record.sort();
    record
}

impl AccountRecord {
    /// Puts all lists into the one order that files and reports rely on.
    pub fn sort(&mut self) {
        let lower = |text: &str| text.to_ascii_lowercase();
        let definitions = self.role_definitions.iter_mut().flatten();
        for RoleDefinition {
            assignable_scopes,
            permissions,
            ..
        } in definitions
        {
            assignable_scopes.sort();
            for Permission {
                data_actions,
                not_data_actions,
            } in permissions.iter_mut()
            {
                data_actions.sort();
                not_data_actions.sort();
            }
            permissions.sort();
        }
        if let Some(definitions) = &mut self.role_definitions {
            definitions.sort_by_cached_key(|role| (lower(&role.id), role.role_name.clone()));
        }
        if let Some(assignments) = &mut self.role_assignments {
            let key = |assignment: &RoleAssignment| (lower(&assignment.id), assignment.scope.clone());
            assignments.sort_by_cached_key(key);
        }
        if let Some(databases) = &mut self.databases {
            databases
                .iter_mut()
                .flat_map(|database: &mut Database| &mut database.containers)
                .for_each(|list| list.sort());
            databases.sort_by(|a, b| a.name.cmp(&b.name));
        }
        self.gaps.sort();
    }
}
