//! `completions`: what shells complete.

use super::Exit;
use super::error::CliError;
use super::output;
use crate::checks::CHECKS;
use crate::finding::Severity;
use clap::builder::PossibleValuesParser;
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

pub(super) fn run(args: &Args, command: clap::Command) -> Result<Exit, CliError> {
    // Only here: the commands take what these lists don't have, and say what is wrong with it.
    let checks = CHECKS.iter().map(|check| check.id);
    let filters = checks.clone().map(|id| format!("check={id}"));
    let severities = Severity::ALL.into_iter().map(|one| format!("severity={}", one.word()));
    // The program ends with them.
    let filters = filters
        .chain(severities)
        .map(|filter| -> &'static str { filter.leak() });
    let filters = PossibleValuesParser::new(filters);
    let mut command = command
        .mut_subcommand("explain", |explain| {
            explain.mut_arg("check", |arg| arg.value_parser(PossibleValuesParser::new(checks)))
        })
        .mut_subcommand("audit", |audit| audit.mut_arg("only", |arg| arg.value_parser(filters)));
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "cosmos-rbac", &mut script);
    // The library writes the hyphen of the program's name in two ways, and completes no option in Bash
    // (https://github.com/clap-rs/clap/issues/6421).
    let script = String::from_utf8_lossy(&script).replace("cosmos__subcmd__rbac", "cosmos__rbac");
    output::print(|out| out.write_all(script.as_bytes()))?;
    Ok(Exit::Ok)
}
