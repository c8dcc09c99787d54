//! JSON on its way out: streamed, and without what the reader of the file would act on.

use crate::model::shown::is_unsafe;
use rayon::prelude::*;
use serde::Serialize;
use std::io::{self, Write};

/// Writes a value as indented JSON that a pipeline or a terminal can print: no string holds a command to Azure
/// Pipelines, or characters that are acted on or not seen.
///
/// # Errors
/// When it cannot be written.
pub fn json_document<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    let mut out = Escaping::new(out, Reader::Pipeline);
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    out.pass_on()
}

/// As [`json_document`]: a document whose last field is a long list, empty in `head`. `of_part` makes of some of the items the
/// [`json_part`] of an object that has this field and nothing else. Parts are made at the same time, and written in their order.
pub(super) fn json_document_in_parts<H: Serialize, I: Sync>(
    head: &H,
    items: &[I],
    of_part: impl Fn(&[I]) -> io::Result<Vec<u8>> + Sync,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = json_part(head)?;
    // The list is the last that is in it, and begins where the field's name ends.
    let whole = |text: &[u8]| text.strip_suffix(b"[]\n}").map(<[u8]>::len);
    let Some(list) = whole(&head) else {
        return Err(io::Error::other("the document doesn't end with a list"));
    };
    out.write_all(head.get(..list).unwrap_or_default())?;
    let mut is_first = true;
    in_parts(items, of_part, |part| {
        let name_end = part.iter().position(|byte| *byte == b'[');
        let inner = name_end.and_then(|start| part.get(start + 1..)?.strip_suffix(b"\n  ]\n}"));
        let Some(inner) = inner else { return Ok(()) };
        out.write_all(if is_first { b"[" } else { b"," })?;
        is_first = false;
        out.write_all(inner)
    })?;
    out.write_all(if is_first { b"[]\n}\n" } else { b"\n  ]\n}\n" })
}

/// Makes something of many items, of so many of them at the same time as there are threads, and passes it on in their order.
pub(super) fn in_parts<I: Sync>(
    items: &[I],
    of_part: impl Fn(&[I]) -> io::Result<Vec<u8>> + Sync,
    mut pass_on: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    /// Items of a part: enough to be worth a thread's while, few enough to be held in memory.
    const PART: usize = 512;
    for several in items.chunks(PART * 2 * rayon::current_num_threads()) {
        let parts: Vec<io::Result<Vec<u8>>> = several.par_chunks(PART).map(&of_part).collect();
        for part in parts {
            pass_on(&part?)?;
        }
    }
    Ok(())
}

/// The text of [`json_document`] without the line feed at its end.
pub(super) fn json_part<T: Serialize + ?Sized>(value: &T) -> io::Result<Vec<u8>> {
    let text = serde_json::to_vec_pretty(value)?;
    if not_plain(&text).is_none() {
        return Ok(text);
    }
    let mut escaped = Vec::with_capacity(text.len());
    let mut out = Escaping::new(&mut escaped, Reader::Pipeline);
    out.write_all(&text)?;
    out.pass_on()?;
    Ok(escaped)
}

/// JSON Lines: one value a line, otherwise as [`json_document`].
pub(super) fn json_lines<T: Serialize>(values: impl Iterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = Escaping::new(out, Reader::Pipeline);
    for value in values {
        serde_json::to_writer(&mut out, &value)?;
        out.write_all(b"\n")?;
    }
    out.pass_on()
}

/// A JSON document that is mostly lists of objects, one object a line, and never in memory as a whole. Otherwise as [`json_document`].
pub(super) struct JsonLists<'w> {
    out: Escaping<'w>,
    is_first: bool,
}

impl<'w> JsonLists<'w> {
    pub(super) fn new(out: &'w mut dyn Write) -> Self {
        Self {
            out: Escaping::new(out, Reader::Pipeline),
            is_first: true,
        }
    }

    /// The text between lists, which ends with the bracket that opens the next.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        if !self.is_first {
            self.out.write_all(b"\n")?;
        }
        self.is_first = true;
        self.out.write_all(text.as_bytes())
    }

    /// An object of the list.
    pub(super) fn item<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        self.out.write_all(if self.is_first { b"\n" } else { b",\n" })?;
        self.is_first = false;
        serde_json::to_writer(&mut self.out, value)?;
        Ok(())
    }

    /// The text behind the last list.
    pub(super) fn finish(mut self, text: &str) -> io::Result<()> {
        self.text(text)?;
        self.out.pass_on()
    }
}

/// JSON without any character that means something in HTML.
pub(super) fn json_in_html<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    let mut out = Escaping::new(out, Reader::Html);
    serde_json::to_writer(&mut out, value)?;
    out.pass_on()
}

/// Who reads the JSON, as text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Azure Pipelines acts on `##vso[…]` and `##[…]` anywhere in a line: of two number signs, the second is escaped. A
    /// terminal acts on control characters, of which JSON leaves DEL and those of ECMA-48's C1 as they are.
    Pipeline,
    /// A browser, before it gets to the script that parses the JSON.
    Html,
}

/// Passes JSON on with some characters as escapes. All of them can only stand inside strings, where an escape means
/// the same. What is written in one go is whole characters.
struct Escaping<'w> {
    out: &'w mut dyn Write,
    reader: Reader,
    after_sign: bool,
    /// Written and not passed on yet: JSON comes in pieces of a few bytes.
    held: Vec<u8>,
}

/// Bytes that are held back.
const MOST_HELD: usize = 64 * 1024;
/// Bytes that are looked at together.
const BLOCK: usize = 64;

impl<'w> Escaping<'w> {
    fn new(out: &'w mut dyn Write, reader: Reader) -> Self {
        Self {
            out,
            reader,
            after_sign: false,
            held: Vec::with_capacity(MOST_HELD + MOST_HELD / 4),
        }
    }

    fn pass_on(&mut self) -> io::Result<()> {
        let mut held = std::mem::take(&mut self.held);
        let mut rest = str::from_utf8(&held).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        while let Some(found) = not_plain(rest.as_bytes()) {
            let (plain, from) = rest.split_at(found);
            let mut after = from.chars();
            let Some(c) = after.next() else { break };
            self.after_sign &= plain.is_empty();
            self.out.write_all(plain.as_bytes())?;
            rest = after.as_str();
            if self.escapes(c) {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(self.out, "\\u{unit:04x}")?;
                }
            } else {
                self.out.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
        }
        self.after_sign &= rest.is_empty();
        self.out.write_all(rest.as_bytes())?;
        held.clear();
        self.held = held;
        Ok(())
    }

    fn escapes(&mut self, c: char) -> bool {
        match self.reader {
            Reader::Html => matches!(c, '<' | '>' | '&'),
            Reader::Pipeline => {
                let is_second = c == '#' && self.after_sign;
                self.after_sign = c == '#' && !is_second;
                is_second || is_unsafe(c)
            }
        }
    }
}

/// The first byte that is not plain. Whole blocks are tried first, without a branch for each byte.
fn not_plain(bytes: &[u8]) -> Option<usize> {
    let is_plain_block = |block: &&[u8]| block.iter().fold(true, |so_far, byte| so_far & is_plain(*byte));
    let plain = bytes.chunks(BLOCK).take_while(is_plain_block).count() * BLOCK;
    let rest = bytes.get(plain..)?;
    Some(plain + rest.iter().position(|byte| !is_plain(*byte))?)
}

/// Whether it is nothing to anybody. The line feeds between values are the document's own.
fn is_plain(byte: u8) -> bool {
    let printed = (byte == b'\n') | (byte.wrapping_sub(b' ') <= b'~' - b' ');
    printed & (byte != b'#') & (byte != b'<') & (byte != b'>') & (byte != b'&')
}

impl Write for Escaping<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= MOST_HELD {
            self.pass_on()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()?;
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
    fn terminals_are_not_commanded() {
        let text = "a\u{9b}31m\u{7f}\u{202e}\u{200b}\u{e0041}\u{1b}é";
        let mut out = Vec::new();
        json_document(text, &mut out).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert_eq!(json, "\"a\\u009b31m\\u007f\\u202e\\u200b\\udb40\\udc41\\u001bé\"\n");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn it_does_not_matter_where_it_stands() {
        for before in 0..3 * BLOCK {
            for after in [0, 1, BLOCK] {
                let text = format!("{}##é\u{7f}{}", "a".repeat(before), "b".repeat(after));
                let mut out = Vec::new();
                json_document(&text, &mut out).unwrap();
                let json = String::from_utf8(out).unwrap();
                assert!(json.contains("#\\u0023é\\u007f"), "{json}");
                assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
            }
        }
    }

    #[test]
    fn pieces_are_one_text() {
        let mut out = Vec::new();
        let mut writer = Escaping::new(&mut out, Reader::Pipeline);
        for piece in ["a#", "#b", "##", "#"] {
            writer.write_all(piece.as_bytes()).unwrap();
            writer.pass_on().unwrap();
        }
        assert_eq!(out, br"a#\u0023b#\u0023#");
    }
}
