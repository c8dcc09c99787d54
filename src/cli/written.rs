//! JSON reports of earlier runs, as files that a command reads.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

/// More than the report of any tenant; what never ends must not fill the memory.
const LARGEST: u64 = 1 << 30;

/// The text of a report file; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let read = match path.as_os_str() == "-" {
        true => io::stdin().lock().take(LARGEST + 1).read_to_string(&mut text),
        false => fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text)),
    };
    let length = read.map_err(|error| error.to_string())?;
    if length as u64 > LARGEST {
        return Err("it is larger than 1 GiB; expected a report written by `audit -f json`".to_owned());
    }
    Ok(text)
}
