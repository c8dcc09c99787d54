//! Writing snapshot files.

use super::format::{End, Gone, Header, Line, ScanGap};
use super::{Sink, order};
use crate::model::cluster::ClusterRecord;
use crate::model::listed_only::ResourceRecord;
use crate::model::{AccountRecord, ControlPlane, PrincipalRecord};
use schemars::{JsonSchema, generate::SchemaSettings};
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

    /// Writes out what is buffered, so that it can be read although the rest never comes.
    ///
    /// # Errors
    /// When writing fails.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.out {
            Output::Plain(out) => out.flush(),
            Output::Zstd(out) => out.flush(),
        }
    }

    /// What it writes onto.
    pub fn get_ref(&self) -> &W {
        match &self.out {
            Output::Plain(out) => out.get_ref(),
            Output::Zstd(out) => out.get_ref().get_ref(),
        }
    }

    /// Takes a line that is JSON already, without its line feed.
    pub(super) fn raw(&mut self, line: &[u8]) -> io::Result<()> {
        let out: &mut dyn Write = match &mut self.out {
            Output::Plain(out) => out,
            Output::Zstd(out) => out,
        };
        out.write_all(line)?;
        out.write_all(b"\n")
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
        self.raw(line.to_json()?.as_bytes())
    }
}

/// A line as it is written.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Written<'l> {
    /// The first line: when, where and what was scanned.
    Header(&'l Header),
    /// An account with everything that was read of it.
    Account(&'l AccountRecord),
    /// A cluster with everything that was read of it.
    Cluster(Box<ClusterRecord<'l>>),
    /// A resource that this version lists and doesn't analyze.
    Resource(Box<ResourceRecord<'l>>),
    /// Azure RBAC as one subscription's lists tell it.
    ControlPlane { control_plane: &'l ControlPlane },
    /// What the directory says of principals.
    Principals { principals: &'l [PrincipalRecord] },
    /// Something above the accounts that could not be read.
    Gap { gap: &'l ScanGap },
    /// An account that was listed, and deleted before it was read.
    Gone { gone: &'l Gone },
    /// The last line; without it the scan was cut off.
    End { end: &'l End },
}

/// The JSON Schema of a line of a snapshot.
pub fn schema() -> serde_json::Value {
    let mut schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Written<'static>>();
    schema.insert("title".to_owned(), "a line of a cosmos-rbac snapshot, version 1".into());
    let mut schema = schema.to_value();
    speak_json(&mut schema);
    schema
}

/// Descriptions come from the types' documentation, which speaks of Rust.
fn speak_json(schema: &mut serde_json::Value) {
    use serde_json::Value;
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = text.replace("`None`", "`null`").replace("[`", "`").replace("`]", "`");
            }
            fields.values_mut().for_each(speak_json);
        }
        Value::Array(items) => items.iter_mut().for_each(speak_json),
        _ => {}
    }
}

impl Line {
    /// The line as JSON, without the line feed. Lists are sorted, so that the same account gives the same line.
    ///
    /// # Errors
    /// None in practice; the serialiser's signature has one.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::Header(header) => serde_json::to_string(&Written::Header(header)),
            Self::Account(record) => {
                let mut record = record.clone();
                record.sort();
                if !record.account.api.is_read() {
                    return serde_json::to_string(&Written::Resource(Box::new(ResourceRecord::from(record.as_ref()))));
                }
                if record.account.api.is_cluster() {
                    return serde_json::to_string(&Written::Cluster(Box::new(ClusterRecord::from(record.as_ref()))));
                }
                serde_json::to_string(&Written::Account(&record))
            }
            Self::ControlPlane(plane) => {
                let mut plane = plane.clone();
                plane.sort();
                serde_json::to_string(&Written::ControlPlane { control_plane: &plane })
            }
            Self::Principals(list) => {
                let mut list = list.clone();
                order::sort_principals(&mut list);
                serde_json::to_string(&Written::Principals { principals: &list })
            }
            Self::Gap(gap) => serde_json::to_string(&Written::Gap { gap }),
            Self::Gone(gone) => serde_json::to_string(&Written::Gone { gone }),
            Self::End(end) => serde_json::to_string(&Written::End { end }),
        }
    }
}
