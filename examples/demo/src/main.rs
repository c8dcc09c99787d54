//! The sample tenant from end to end: starts the emulator, signs in, scans it, audits it with its policy, prints the
//! table and writes the reports. Nothing leaves this machine.

use anstream::{AutoStream, ColorChoice};
use arm_emulator::{Emulator, Options, Tenant};
use cosmos_rbac::checks;
use cosmos_rbac::collect::{self, AzureOptions, CredentialKind, Environment, Target};
use cosmos_rbac::policy::Policy;
use cosmos_rbac::report::{Format, Style};
use cosmos_rbac::resolve;
use cosmos_rbac::snapshot::{Compression, Header, Sink, Snapshot, Writer};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    std::env::set_current_dir(root)?;
    let out = Path::new("reports/out");
    fs::create_dir_all(out)?;

    let emulator = Emulator::start_blocking(Tenant::from_file("tests/tenants/contoso.yaml")?, Options::default())?;
    let folder = tempfile::tempdir()?;
    let ca_bundle = folder.path().join("ca.pem");
    emulator.write_ca(&ca_bundle)?;
    let application = arm_emulator::Application::default();
    let options = AzureOptions {
        credential: CredentialKind::Env,
        arm_endpoint: Some(emulator.arm_endpoint().parse()?),
        graph_endpoint: Some(emulator.graph_endpoint().parse()?),
        authority_host: Some(emulator.authority_host().parse()?),
        ca_bundle: Some(ca_bundle),
        environment: Environment::isolated(BTreeMap::from([
            ("AZURE_TENANT_ID".to_owned(), emulator.tenant_id().to_owned()),
            ("AZURE_CLIENT_ID".to_owned(), application.client_id),
            ("AZURE_CLIENT_SECRET".to_owned(), application.client_secret),
        ])),
        ..AzureOptions::default()
    };

    let snapshot = scan(&options)?;
    let file = out.join("contoso.jsonl");
    save(&snapshot, &file)?;

    let policy = Policy::load(&["policies/contoso.yaml".into()], &checks::CHECKS)?;
    let report = checks::audit(&resolve::Tenant::of(&snapshot), &policy, checks::Options::default())?;
    print(|out| Format::Table.render(&report, terminal(), out))?;
    for &format in Format::ALL {
        let path = out.join(format!("report.{}", format.extension()));
        let mut file = BufWriter::new(File::create(path)?);
        format.render(&report, Style::default(), &mut file)?;
        file.flush()?;
    }
    print(|out| {
        writeln!(
            out,
            "\nThis was the sample tenant, served on this machine. The reports are in reports/out/."
        )
    })?;
    Ok(())
}

fn scan(options: &AzureOptions) -> Result<Snapshot, Box<dyn Error>> {
    let now = jiff::Timestamp::from_second(jiff::Timestamp::now().as_second())?;
    let mut snapshot = Snapshot::new(Header::new(now, String::new(), String::new(), Vec::new()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(collect::collect(options, &Target::All, now, &mut snapshot))?;
    Ok(snapshot)
}

fn save(snapshot: &Snapshot, path: &Path) -> Result<(), Box<dyn Error>> {
    let mut writer = Writer::new(File::create(path)?, Compression::of(path))?;
    for line in snapshot.lines() {
        writer.line(line)?;
    }
    writer.finish()?;
    Ok(())
}

fn terminal() -> Style<'static> {
    let stdout = io::stdout();
    let size = if stdout.is_terminal() {
        terminal_size::terminal_size_of(&stdout)
    } else {
        None
    };
    Style {
        width: size.map_or(Style::default().width, |(width, _)| width.0),
        colour: AutoStream::choice(&stdout) != ColorChoice::Never,
        ..Style::default()
    }
}

fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        // A reader that has seen enough, such as `head`, is no error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
