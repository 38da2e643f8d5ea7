//! The command line of an edge node.

use crate::cli::Cli;
use clap::{CommandFactory, Parser};

#[test]
fn every_command_has_help_with_an_example() {
    let cli = Cli::command();
    cli.clone().debug_assert();
    for command in cli.get_subcommands().filter(|command| command.get_name() != "help") {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.contains("Example:") && help.contains(command.get_name()), "{}", command.get_name());
    }
}

#[test]
fn a_token_never_stands_among_the_arguments() {
    assert!(Cli::try_parse_from(["edge-node", "enroll", "--data", "d", "--token", "mesh1:x"]).is_err());
    assert!(Cli::try_parse_from(["edge-node", "enroll", "--data", "d", "--token-file", "-", "--via", "town:4710"]).is_ok());
}
