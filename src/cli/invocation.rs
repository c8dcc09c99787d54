//! The options of this run as they were given, so that a report can suggest what to run next.

use crate::report::{GivenOption, Invocation};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// The options of a command that stand on the command line. What the environment or a default says is no part of it.
pub(super) fn of(command: &Command, matches: &ArgMatches) -> Invocation {
    let given = command.get_arguments().flat_map(|argument| of_one(argument, matches));
    Invocation(given.collect())
}

fn of_one(argument: &Arg, matches: &ArgMatches) -> Vec<GivenOption> {
    let id = argument.get_id().as_str();
    let is_given = matches
        .try_contains_id(id)
        .is_ok_and(|_| matches.value_source(id) == Some(ValueSource::CommandLine));
    let flag = match (argument.get_short(), argument.get_long()) {
        (Some(short), _) => format!("-{short}"),
        (None, Some(long)) => format!("--{long}"),
        (None, None) => return Vec::new(),
    };
    if !is_given {
        return Vec::new();
    }
    let option = |value| GivenOption {
        id: id.to_owned(),
        flag: flag.clone(),
        value,
    };
    match argument.get_action() {
        ArgAction::Set | ArgAction::Append => {
            let values = matches.get_raw(id).into_iter().flatten();
            // What is no UTF-8 is shown with escapes, and so never suggested.
            values
                .map(|value| match value.to_str() {
                    Some(text) => option(Some(text.to_owned())),
                    None => option(Some("\u{0}".to_owned())),
                })
                .collect()
        }
        _ => vec![option(None)],
    }
}
