//! The bytes of a snapshot file, from any place and as often as they are needed.

use super::place::Place;
use crate::snapshot::lines::{Lines, PieceEnd};
use crate::snapshot::{SnapshotError, read};
use rayon::prelude::*;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

/// Bytes that are read at a time.
const CHUNK: usize = 2 << 20;

/// A file that stays open: whatever becomes of its name, it is the same file.
#[derive(Debug)]
pub(super) struct Bytes {
    /// What errors call it.
    name: String,
    file: File,
    packed: bool,
    /// Unpacked, once single lines of it are asked for.
    unpacked: OnceLock<File>,
}

impl Bytes {
    pub(super) fn open(path: &Path) -> Result<Self, SnapshotError> {
        let name = path.display().to_string();
        let failed = |source| SnapshotError::Io {
            file: name.clone(),
            source,
        };
        let file = if path.as_os_str() == "-" {
            lines_of(io::stdin(), &name)?
        } else {
            let file = File::open(path).map_err(failed)?;
            match file.metadata().map_err(failed)?.is_file() {
                true => file,
                false => lines_of(file, &name)?,
            }
        };
        Ok(Self {
            name,
            file,
            packed: false,
            unpacked: OnceLock::new(),
        })
    }

    /// Its lines, from the first.
    pub(super) fn lines(&self) -> Result<Lines<'_>, SnapshotError> {
        Lines::new(
            Reader {
                file: &self.file,
                offset: 0,
            },
            &self.name,
        )
    }

    /// Says that its lines are found in what it unpacks to.
    pub(super) fn set_packed(&mut self, packed: bool) {
        self.packed = packed;
    }

    /// The error of a line.
    pub(super) fn wrong(&self, line: usize, problem: String) -> SnapshotError {
        SnapshotError::Line {
            file: self.name.clone(),
            line,
            problem,
        }
    }

    /// The error of a line that isn't there any more.
    pub(super) fn changed(&self, line: usize) -> SnapshotError {
        self.wrong(line, "the file was changed while it was read; try again".to_owned())
    }

    fn io(&self, source: io::Error) -> SnapshotError {
        SnapshotError::Io {
            file: self.name.clone(),
            source,
        }
    }

    /// Hands out the lines of all places, which are in the order of the file; calls come in any order and in parallel.
    pub(super) fn each(&self, places: &[Place], take: &(dyn Fn(Place, &[u8]) + Sync)) -> Result<(), SnapshotError> {
        if self.packed {
            return self.each_unpacked(places, take);
        }
        chunks(places).into_par_iter().try_for_each(|some| {
            let text = self.stretch(&self.file, some)?;
            let start = some.first().map_or(0, |place| place.offset);
            for place in some {
                take(*place, slice(&text, place.offset - start, place.length));
            }
            Ok(())
        })
    }

    /// Unpacks the file anew, the next stretch while the one before is worked on.
    fn each_unpacked(&self, places: &[Place], take: &(dyn Fn(Place, &[u8]) + Sync)) -> Result<(), SnapshotError> {
        let mut lines = self.lines()?;
        let mut places = places.iter().peekable();
        let mut next = || -> Result<Vec<(Place, Vec<u8>)>, SnapshotError> {
            let (mut some, mut length) = (Vec::new(), 0);
            while let Some(place) = places.peek().filter(|_| length < 4 * CHUNK) {
                let piece = lines.next()?;
                if piece.end == PieceEnd::File {
                    return Err(self.changed(place.line));
                }
                if lines.number == place.line {
                    length += piece.bytes.len();
                    some.push((**place, piece.bytes));
                    places.next();
                }
            }
            Ok(some)
        };
        let mut some = next()?;
        while !some.is_empty() {
            let work = || some.par_iter().for_each(|(place, text)| take(*place, text));
            let (ahead, ()) = rayon::join(&mut next, work);
            some = ahead?;
        }
        Ok(())
    }

    /// One line.
    pub(super) fn one(&self, place: Place) -> Result<Vec<u8>, SnapshotError> {
        let file = match self.packed {
            false => &self.file,
            true => self.unpacked()?,
        };
        self.stretch(file, &[place])
    }

    /// All of it, unpacked in a temporary file.
    fn unpacked(&self) -> Result<&File, SnapshotError> {
        if let Some(file) = self.unpacked.get() {
            return Ok(file);
        }
        let copy = copied(&mut self.lines()?.unpacked());
        let copy = copy.map_err(|source| self.io(source))?;
        // Of two that were made at the same time one is enough.
        Ok(self.unpacked.get_or_init(|| copy))
    }

    /// What is between the beginning of the first place and the end of the last.
    fn stretch(&self, file: &File, places: &[Place]) -> Result<Vec<u8>, SnapshotError> {
        let (Some(first), Some(last)) = (places.first(), places.last()) else {
            return Ok(Vec::new());
        };
        let end = last.offset - first.offset;
        let mut text = vec![0; usize::try_from(end).unwrap_or(usize::MAX) + last.length];
        read_at(file, &mut text, first.offset).map_err(|source| self.io(source))?;
        Ok(text)
    }
}

/// Places that are read at once: what lies between them isn't much.
fn chunks(places: &[Place]) -> Vec<&[Place]> {
    let mut found = Vec::new();
    let mut rest = places;
    while let Some(first) = rest.first() {
        let end = first.offset + CHUNK as u64;
        let number = rest.partition_point(|place| place.offset < end).max(1);
        let (some, behind) = rest.split_at(number);
        found.push(some);
        rest = behind;
    }
    found
}

fn slice(text: &[u8], start: u64, length: usize) -> &[u8] {
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    text.get(start..start.saturating_add(length)).unwrap_or_default()
}

/// A copy that ends with the process, whatever ends it.
fn copied(from: &mut dyn io::Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(from, &mut file)?;
    Ok(file)
}

/// A copy of what can't be read twice, as far as it has lines that a snapshot can have: what never ends must not fill the disk. Behind
/// the line that is none, nothing is copied, and whoever reads the copy finds that line.
fn lines_of(from: impl io::Read + Send, name: &str) -> Result<File, SnapshotError> {
    let failed = |source| SnapshotError::Io {
        file: name.to_owned(),
        source,
    };
    let copy = tempfile::tempfile().map_err(failed)?;
    let copying = Copying { from, to: &copy };
    let read = Lines::new(copying, name).and_then(|mut lines| {
        read::header(&mut lines)?;
        while lines.next()?.end != PieceEnd::File {}
        Ok(())
    });
    match read {
        Err(error @ SnapshotError::Io { .. }) => Err(error),
        _ => Ok(copy),
    }
}

/// Copies what is read.
struct Copying<'f, R> {
    from: R,
    to: &'f File,
}

impl<R: io::Read> io::Read for Copying<'_, R> {
    fn read(&mut self, text: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(text)?;
        io::Write::write_all(&mut self.to, text.get(..length).unwrap_or_default())?;
        Ok(length)
    }
}

/// Reads a file from its beginning. Others may read it at the same time, so the position is its own.
struct Reader<'f> {
    file: &'f File,
    offset: u64,
}

impl io::Read for Reader<'_> {
    fn read(&mut self, text: &mut [u8]) -> io::Result<usize> {
        let read = read_some(self.file, text, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}

fn read_at(file: &File, text: &mut [u8], offset: u64) -> io::Result<()> {
    let mut reader = Reader { file, offset };
    io::Read::read_exact(&mut reader, text)
}

#[cfg(unix)]
fn read_some(file: &File, text: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, text, offset)
}

#[cfg(windows)]
fn read_some(file: &File, text: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, text, offset)
}
