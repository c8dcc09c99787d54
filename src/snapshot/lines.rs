//! The lines of a snapshot file, plain or compressed, up to where it ends or is torn.
//!
//! A small compressed file can unpack to anything, so nothing is read without a bound: neither a line nor what the
//! decoder needs.

use super::{FORMAT, SnapshotError};
use std::io::{self, BufRead, BufReader, Read};

/// The longest line that is read. That of an account with the 2,000 assignments that Azure allows has less than 2 MiB.
pub(super) const LONGEST_LINE: usize = 64 << 20;
/// Up to here the memory of a line doubles as it grows. One that is longer gets what the longest needs: doubling that once more
/// would take twice as much, and the old and the new at a time.
const GROWING: usize = 16 << 20;
/// The longest first line: it has to be told early that a file is no snapshot.
pub(super) const LONGEST_HEADER: usize = 1 << 20;
/// The logarithm of the bytes that the decoder may look back: 32 MiB, which `zstd -19` needs at most.
const WINDOW_LOG: u32 = 25;
/// What a Zstandard file begins with (RFC 8878, 3.1.1).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A file, line by line.
pub(super) struct Lines<'r> {
    reader: Box<dyn BufRead + Send + 'r>,
    /// What errors call the file.
    file: String,
    pub(super) compressed: bool,
    /// Whether the decoder missed something at the end.
    pub(super) torn: bool,
    /// Of the line read last.
    pub(super) number: usize,
    /// Where the next line begins, in what the file unpacks to.
    pub(super) offset: u64,
}

/// A line, or what there is of it.
pub(super) struct Piece {
    /// Without the line feed.
    pub(super) bytes: Vec<u8>,
    pub(super) end: PieceEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceEnd {
    /// A line feed: whoever wrote the line had all of it.
    Line,
    /// The file's end, in the middle of a line. It may lack the line feed only.
    Torn,
    /// The file's end; there is no piece.
    File,
}

impl Piece {
    pub(super) fn text(&self) -> std::borrow::Cow<'_, str> {
        // What is no UTF-8 is then found to be no JSON, or a text that was never written.
        String::from_utf8_lossy(&self.bytes)
    }

    /// Whether it could be the beginning of a snapshot's first line.
    pub(super) fn may_be_header(&self) -> bool {
        let beginning = format!("{{\"format\":\"{FORMAT}\"").into_bytes();
        beginning.starts_with(&self.bytes) || self.bytes.starts_with(&beginning)
    }
}

impl<'r> Lines<'r> {
    /// Begins to read. Compression is told by the content, not by the name.
    pub(super) fn new(mut reader: impl Read + Send + 'r, file: &str) -> Result<Self, SnapshotError> {
        let io_error = |source| SnapshotError::Io {
            file: file.to_owned(),
            source,
        };
        let mut magic = Vec::new();
        reader.by_ref().take(4).read_to_end(&mut magic).map_err(io_error)?;
        let torn = !magic.is_empty() && magic.len() < ZSTD_MAGIC.len() && ZSTD_MAGIC.starts_with(&magic);
        let compressed = magic.starts_with(&ZSTD_MAGIC) || is_skippable(&magic);
        let mut lines = Self {
            reader: Box::new(io::empty()),
            file: file.to_owned(),
            compressed,
            torn,
            number: 0,
            offset: 0,
        };
        if let Some(problem) = foreign(&magic) {
            return Err(lines.wrong(1, problem));
        }
        if torn {
            return Ok(lines);
        }
        let whole = BufReader::new(io::Cursor::new(magic).chain(reader));
        lines.reader = if compressed {
            let mut decoder = zstd::Decoder::with_buffer(whole).map_err(io_error)?;
            decoder.window_log_max(WINDOW_LOG).map_err(io_error)?;
            Box::new(BufReader::new(decoder))
        } else {
            Box::new(whole)
        };
        Ok(lines)
    }

    /// What is left of the file, unpacked.
    pub(super) fn unpacked(self) -> impl Read + use<'r> {
        self.reader
    }

    /// The error of a line.
    pub(super) fn wrong(&self, line: usize, problem: impl Into<String>) -> SnapshotError {
        SnapshotError::Line {
            file: self.file.clone(),
            line,
            problem: problem.into(),
        }
    }

    /// The next line.
    pub(super) fn next(&mut self) -> Result<Piece, SnapshotError> {
        self.number += 1;
        let longest = if self.number == 1 { LONGEST_HEADER } else { LONGEST_LINE };
        let mut bytes = Vec::new();
        // One byte more than a line may have shows that it has too many.
        let mut read = self.read_to(GROWING.min(longest + 1), &mut bytes);
        if read.is_ok() && bytes.len() == GROWING {
            bytes.reserve_exact(longest + 1 - GROWING);
            read = self.read_to(longest + 1, &mut bytes);
        }
        if let Err(error) = read {
            self.failed(error)?;
        }
        self.offset += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let end = match bytes.last() {
            Some(b'\n') => PieceEnd::Line,
            Some(_) if bytes.len() > longest => return Err(self.wrong(self.number, too_long(self.number))),
            Some(_) => PieceEnd::Torn,
            None => PieceEnd::File,
        };
        if end == PieceEnd::Line {
            bytes.pop();
        }
        Ok(Piece { bytes, end })
    }

    /// Goes on with a line until it has so many bytes.
    fn read_to(&mut self, length: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        if bytes.last() == Some(&b'\n') {
            return Ok(());
        }
        let more = u64::try_from(length.saturating_sub(bytes.len())).unwrap_or(u64::MAX);
        self.reader.by_ref().take(more).read_until(b'\n', bytes)?;
        Ok(())
    }

    /// A compressed file that was cut off ends in the middle of a block; any other error of the decoder is damage.
    fn failed(&mut self, error: io::Error) -> Result<(), SnapshotError> {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            self.torn = true;
            return Ok(());
        }
        if !self.compressed || error.raw_os_error().is_some() {
            return Err(SnapshotError::Io {
                file: self.file.clone(),
                source: error,
            });
        }
        let problem = format!(
            "the compressed data is damaged, or needs more than {} MiB to decompress ({error}); take a new snapshot",
            (1_u32 << WINDOW_LOG) >> 20
        );
        Err(self.wrong(self.number, problem))
    }
}

/// Whether it begins a frame that decoders skip (RFC 8878, 3.1.2): `pzstd` writes one before each frame.
fn is_skippable(magic: &[u8]) -> bool {
    matches!(magic, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

fn too_long(number: usize) -> String {
    if number == 1 {
        let most = LONGEST_HEADER >> 20;
        return format!("the first line is longer than {most} MiB, so this isn't a snapshot");
    }
    let most = LONGEST_LINE >> 20;
    format!("the line is longer than the limit of {most} MiB; take a new snapshot")
}

/// What another kind of file is, by its first bytes, and what to do with it.
fn foreign(magic: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 6] = [
        (
            &[0x1f, 0x8b],
            "the file is compressed with gzip; unpack it with `gunzip`, or compress it with `zstd` instead",
        ),
        (
            b"PK\x03\x04",
            "the file is a ZIP archive; unpack it, and pass the file in it",
        ),
        (
            &[0xfd, b'7', b'z', b'X'],
            "the file is compressed with xz; unpack it, or compress it with `zstd` instead",
        ),
        (
            &[0xef, 0xbb, 0xbf],
            "the file begins with a byte order mark; save it as UTF-8 without one",
        ),
        (&[0xff, 0xfe], "the file is UTF-16; save it as UTF-8"),
        (&[0xfe, 0xff], "the file is UTF-16; save it as UTF-8"),
    ];
    let found = known.into_iter().find(|(start, _)| magic.starts_with(start));
    found.map(|(_, problem)| problem)
}
