//! `completions`: what shells complete.

use super::Exit;
use super::error::CliError;
use super::output;
use clap_complete::Shell;

/// Where a shell looks for them.
pub(super) const WHERE: &str = "\
Where the output belongs:
  bash        ~/.local/share/bash-completion/completions/cosmos-rbac
  zsh         _cosmos-rbac, in a folder of your `fpath`
  fish        ~/.config/fish/completions/cosmos-rbac.fish
  powershell  append it to your `$PROFILE`";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args, mut command: clap::Command) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "cosmos-rbac", &mut script);
    // The library writes the hyphen of the program's name in two ways, and completes no option in Bash
    // (https://github.com/clap-rs/clap/issues/6421).
    let script = String::from_utf8_lossy(&script).replace("cosmos__subcmd__rbac", "cosmos__rbac");
    output::print(|out| out.write_all(script.as_bytes()))?;
    Ok(Exit::Ok)
}
