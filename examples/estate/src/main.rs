//! Writes an estate, for benchmarks and trials.
//!
//! ```sh
//! cargo run --release -p estate -- /tmp/estate --accounts 100000 --findings 1
//! ```

use clap::Parser;

fn main() -> std::io::Result<()> {
    estate::write(&estate::Size::parse())?;
    Ok(())
}
