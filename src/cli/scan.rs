//! `scan`: read accounts from Azure into a snapshot file.

use super::args::{Azure, Common, Target};
use super::output::{self, Failure};
use super::{Exit, source};
use crate::report::text::count;
use crate::snapshot::{Compression, Writer};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").args(["subscription", "management_group", "all_subscriptions"]).required(true))]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,
    /// The snapshot file to write; compressed if it ends in `.zst`
    #[arg(short, long, value_name = "SNAPSHOT")]
    output: PathBuf,
    /// Exit with 0 although something could not be read
    #[arg(long)]
    allow_incomplete: bool,
    #[command(flatten)]
    azure: Azure,
}

pub(super) fn run(args: Args, _: &Common) -> Result<Exit, Failure> {
    let failed = |error: std::io::Error| format!("cannot write snapshot `{}`: {error}", args.output.display());
    let options = source::azure_options(&args.azure)?;
    let target = source::target(&args.target);
    let file = LazyFile {
        path: &args.output,
        file: None,
    };
    let mut writer = Writer::new(file, Compression::of(&args.output)).map_err(failed)?;
    let summary = source::collect(&options, &target, &mut writer)?;
    writer.finish().and_then(LazyFile::sync).map_err(failed)?;
    output::say(&format!(
        "wrote {} and {} to {}",
        count(summary.accounts, "account", "accounts"),
        count(summary.gaps, "gap", "gaps"),
        args.output.display()
    ));
    Ok(match (summary.accounts, summary.gaps) {
        (_, 1..) if !args.allow_incomplete => Exit::Incomplete,
        (0, _) => Exit::Empty,
        _ => Exit::Ok,
    })
}

/// A file that is made when something is first written to it, so that a scan that cannot even sign in leaves an older
/// snapshot as it was.
struct LazyFile<'p> {
    path: &'p Path,
    file: Option<File>,
}

impl LazyFile<'_> {
    fn sync(self) -> io::Result<()> {
        self.file.map_or(Ok(()), |file| file.sync_all())
    }
}

impl Write for LazyFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => self.file.insert(File::create(self.path)?).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}
