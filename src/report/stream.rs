//! JSON on its way out: streamed, and without what the reader of the file would act on.

use serde::Serialize;
use std::io::{self, Write};

/// Writes a value as indented JSON that a pipeline can print: no string holds a command to Azure Pipelines.
///
/// # Errors
/// When it cannot be written.
pub fn json_document<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(Escaping::new(out, Reader::Pipeline), value)?;
    out.write_all(b"\n")
}

/// JSON Lines: one value a line, otherwise as [`json_document`].
pub(super) fn json_lines<T: Serialize>(values: impl Iterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    for value in values {
        serde_json::to_writer(Escaping::new(out, Reader::Pipeline), &value)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// JSON without any character that means something in HTML.
pub(super) fn json_in_html<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(Escaping::new(out, Reader::Html), value)?;
    Ok(())
}

/// Who reads the JSON, as text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Azure Pipelines acts on `##vso[…]` and `##[…]` anywhere in a line: of two number signs, the second is escaped.
    Pipeline,
    /// A browser, before it gets to the script that parses the JSON.
    Html,
}

/// Passes JSON on with some characters as escapes. All of them can only stand inside strings, where an escape means
/// the same; and all are ASCII, so no character of several bytes is taken for one.
struct Escaping<'w> {
    out: &'w mut dyn Write,
    reader: Reader,
    after_sign: bool,
}

impl<'w> Escaping<'w> {
    fn new(out: &'w mut dyn Write, reader: Reader) -> Self {
        Self {
            out,
            reader,
            after_sign: false,
        }
    }

    fn escapes(&mut self, byte: u8) -> bool {
        match self.reader {
            Reader::Html => matches!(byte, b'<' | b'>' | b'&'),
            Reader::Pipeline => {
                let is_second = byte == b'#' && self.after_sign;
                self.after_sign = byte == b'#' && !is_second;
                is_second
            }
        }
    }
}

impl Write for Escaping<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(place) = rest.iter().position(|byte| self.escapes(*byte)) {
            let (plain, after) = rest.split_at(place);
            self.out.write_all(plain)?;
            if let Some((byte, after)) = after.split_first() {
                write!(self.out, "\\u{byte:04x}")?;
                rest = after;
            }
        }
        self.out.write_all(rest)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipelines_are_not_commanded() {
        let mut out = Vec::new();
        json_document("###vso[", &mut out).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert!(!json.contains("##"));
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), "###vso[");
    }

    #[test]
    fn pieces_are_one_text() {
        let mut out = Vec::new();
        let mut writer = Escaping::new(&mut out, Reader::Pipeline);
        for piece in ["a#", "#b", "##", "#"] {
            writer.write_all(piece.as_bytes()).unwrap();
        }
        assert_eq!(out, br"a#\u0023b#\u0023#");
    }
}
