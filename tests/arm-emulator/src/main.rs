//! Runs an emulator until it is killed: `arm-emulator --tenant FILE --ca-out ca.pem`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use arm_emulator::{Emulator, Options, Tenant};

const USAGE: &str = "usage: arm-emulator --tenant FILE --ca-out FILE [--listen ADDRESS:PORT] [--latency-ms N] \
[--page-size N]\n\nServes the tenant on loopback until killed; prints its endpoints, one `name=value` a line.\n";

struct Arguments {
    tenant: PathBuf,
    ca_out: PathBuf,
    options: Options,
}

fn main() -> ExitCode {
    let outcome = parse(std::env::args().skip(1)).and_then(|arguments| match arguments {
        Some(arguments) => run(arguments),
        None => write!(std::io::stdout(), "{USAGE}").map_err(|error| error.to_string()),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // With stderr gone there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "error: {message}");
            ExitCode::from(2)
        }
    }
}

/// Reads the command line; none = help was asked for.
fn parse(mut words: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let (mut tenant, mut ca_out) = (None, None);
    // Somebody who starts the binary watches it from outside, not through the log.
    let mut options = Options {
        record_log: false,
        worker_threads: 2,
        ..Options::default()
    };
    while let Some(word) = words.next() {
        if word == "--help" || word == "-h" {
            return Ok(None);
        }
        let value = words
            .next()
            .ok_or_else(|| format!("`{word}` needs a value\n{USAGE}"))?;
        let wrong = |error: &dyn std::fmt::Display| {
            format!("invalid value `{value}` for `{word}`: {error}")
        };
        match word.as_str() {
            "--tenant" => tenant = Some(PathBuf::from(value)),
            "--ca-out" => ca_out = Some(PathBuf::from(value)),
            "--listen" => {
                options.listen = value.parse::<SocketAddr>().map_err(|error| wrong(&error))?;
                if !options.listen.ip().is_loopback() {
                    return Err(wrong(&"only loopback addresses are served"));
                }
            }
            "--latency-ms" => {
                options.latency = value
                    .parse()
                    .map(Duration::from_millis)
                    .map_err(|error| wrong(&error))?;
            }
            "--page-size" => options.page_size = value.parse().map_err(|error| wrong(&error))?,
            _ => return Err(format!("unknown option `{word}`\n{USAGE}")),
        }
    }
    match (tenant, ca_out) {
        (Some(tenant), Some(ca_out)) => Ok(Some(Arguments {
            tenant,
            ca_out,
            options,
        })),
        _ => Err(format!("`--tenant` and `--ca-out` are required\n{USAGE}")),
    }
}

fn run(arguments: Arguments) -> Result<(), String> {
    let text = |error: arm_emulator::Error| error.to_string();
    let tenant = Tenant::from_file(&arguments.tenant).map_err(text)?;
    let application = tenant.applications.first().cloned().unwrap_or_default();
    let emulator = Emulator::start_blocking(tenant, arguments.options).map_err(text)?;
    emulator.write_ca(&arguments.ca_out).map_err(text)?;
    let mut out = std::io::stdout().lock();
    let lines = [
        ("arm", emulator.arm_endpoint().to_owned()),
        ("login", emulator.authority_host().to_owned()),
        ("graph", emulator.graph_endpoint().to_owned()),
        ("evil", emulator.evil_endpoint().to_owned()),
        ("identity", emulator.identity_endpoint()),
        ("identity_header", emulator.identity_header().to_owned()),
        ("oidc_request_uri", emulator.oidc_request_uri()),
        ("pipeline_token", emulator.pipeline_token().to_owned()),
        ("tenant", emulator.tenant_id().to_owned()),
        ("client_id", application.client_id),
        ("client_secret", application.client_secret),
        ("token", emulator.token()),
        ("graph_token", emulator.graph_token()),
    ];
    for (name, value) in lines {
        writeln!(out, "{name}={value}").map_err(|error| error.to_string())?;
    }
    out.flush().map_err(|error| error.to_string())?;
    loop {
        std::thread::park();
    }
}
