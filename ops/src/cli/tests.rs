//! The help of every command, as it is printed, and what the command line accepts.

use super::*;
use clap::CommandFactory;

/// Returns the long help of a command and of everything below it.
fn help(command: &mut clap::Command, path: &str, into: &mut String) {
    let name = format!("{path} {}", command.get_name());
    into.push_str(&format!("==== {}\n{}\n", name.trim(), command.render_long_help()));
    let below: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    for mut sub in below {
        help(&mut sub, &name, into);
    }
}

fn whole() -> clap::Command {
    let mut command = Cli::command().term_width(120);
    command.build();
    command
}

#[test]
fn the_help_of_every_command_stays_what_it_is() {
    let mut text = String::new();
    help(&mut whole(), "", &mut text);
    insta::assert_snapshot!("help", text);
}

#[test]
fn every_command_shows_an_example() {
    fn leaves(command: &clap::Command, path: String, without: &mut Vec<String>) {
        let path = format!("{path} {}", command.get_name());
        if command.has_subcommands() {
            command.get_subcommands().for_each(|sub| leaves(sub, path.clone(), without));
        } else if !command.get_after_help().is_some_and(|text| text.to_string().contains("Example")) {
            without.push(path);
        }
    }
    let mut without = Vec::new();
    leaves(&whole(), String::new(), &mut without);
    assert_eq!(without, Vec::<String>::new());
}

#[test]
fn the_command_line_has_no_slip() {
    Cli::command().debug_assert();
}

fn parsed(line: &str) -> Result<Cli, clap::Error> {
    let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
    parse(&args)
}

#[test]
fn global_flags_stand_before_or_behind_the_command() {
    for line in ["meshctl --data /d --json status", "meshctl status --data /d --json"] {
        let cli = parsed(line).expect("parses");
        assert_eq!((cli.global.data, cli.global.json), (Some(PathBuf::from("/d")), true));
    }
}

#[test]
fn an_applicant_is_never_an_argument() {
    assert!(parsed("meshctl case register --item A-1 --as zhang --applicant {}").is_err());
    assert!(parsed("meshctl case register --item A-1 --as zhang --applicant-file -").is_ok());
}

#[test]
fn a_number_that_is_none_is_a_usage_error() {
    let error = parsed("meshctl case show 12").expect_err("no number");
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn a_document_is_explained_by_its_id_or_by_its_case_s_number() {
    for asked in ["0123456789abcdef0123456789abcdef", "511602101201-20260917-0A-0001"] {
        assert!(parsed(&format!("meshctl sync explain {asked}")).is_ok(), "{asked}");
    }
    assert!(parsed("meshctl sync explain 12").is_err());
}

#[test]
fn a_wrong_command_line_is_told_in_chinese_with_its_usage() {
    use mesh_office::trouble::{Lang as Spoken, usage};
    for (line, named) in [
        ("meshctl case show", "缺少参数"),
        ("meshctl status --nonsense", "没有参数 --nonsense"),
        ("meshctl fly", "没有命令 fly"),
        ("meshctl case show 12", "取值“12”不对"),
        ("meshctl case list --limit", "缺少取值"),
    ] {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let trouble = usage::of(&parsed(line).expect_err("does not parse"), Cli::command(), &args);
        let said = trouble.say(Spoken::Chinese);
        assert!(said.what.contains(named) && said.next.contains("meshctl"), "{line}: {said:?}");
        assert_eq!((trouble.code(), trouble.exit() as u8), ("E0107", 2), "{line}");
    }
}

#[test]
fn every_act_takes_a_number_and_who_acts() {
    for act in ["forward", "receive", "accept", "assign", "decide", "conclude", "return", "notify", "deliver", "withdraw"] {
        let number = "511602101201-20260917-0A-0001";
        assert!(parsed(&format!("meshctl case {act} {number} --as zhang")).is_ok(), "{act}");
        assert!(parsed(&format!("meshctl case {act} {number}")).is_err(), "{act}");
    }
}

/// Every command that can be run, such as `site import`.
fn commands(command: &clap::Command, path: &str, into: &mut Vec<String>) {
    for sub in command.get_subcommands() {
        let path = format!("{path} {}", sub.get_name()).trim().to_owned();
        if sub.has_subcommands() {
            commands(sub, &path, into);
        } else {
            into.push(path);
        }
    }
}

#[test]
fn every_command_and_flag_stands_in_the_document() {
    let document = include_str!("../../docs/cli.md");
    let mut all = Vec::new();
    commands(&whole(), "", &mut all);
    assert!(all.len() > 30, "{}", all.len());
    let missing: Vec<&String> = all.iter().filter(|command| !document.contains(&format!("| `{command}"))).collect();
    assert_eq!(missing, Vec::<&String>::new());
    for command in &all {
        let mut at = whole();
        for word in command.split(' ') {
            at = at.find_subcommand(word).expect("listed above").clone();
        }
        for flag in at.get_arguments().filter_map(clap::Arg::get_long).filter(|flag| *flag != "help") {
            assert!(document.contains(&format!("--{flag}")), "--{flag} of {command}");
        }
    }
}

#[test]
fn the_shape_of_every_reply_stands_in_the_document() {
    use mesh_office::api::{Ask, act, calendar, case, catalog, doc, node, site};
    let document = include_str!("../../docs/cli.md");
    let schemas = [
        site::Import::SCHEMA,
        site::Add::SCHEMA,
        site::List::SCHEMA,
        site::Show::SCHEMA,
        site::Token::SCHEMA,
        calendar::Import::SCHEMA,
        calendar::Show::SCHEMA,
        calendar::Due::SCHEMA,
        catalog::Import::SCHEMA,
        catalog::Publish::SCHEMA,
        catalog::List::SCHEMA,
        catalog::Show::SCHEMA,
        catalog::Withdraw::SCHEMA,
        case::Register::SCHEMA,
        case::List::SCHEMA,
        case::Show::SCHEMA,
        act::Forward::SCHEMA,
        node::Status::SCHEMA,
        node::DigestAsked::SCHEMA,
        node::SyncNow::SCHEMA,
        node::Explain::SCHEMA,
        node::Version::SCHEMA,
        doc::Dump::SCHEMA,
    ];
    for schema in schemas {
        assert!(document.contains(&format!("\n### {schema}\n")), "{schema}");
    }
}

#[test]
fn the_examples_of_the_help_stand_in_the_document() {
    let document = include_str!("../../docs/cli.md");
    let mut all = Vec::new();
    commands(&whole(), "", &mut all);
    for command in all {
        let mut at = whole();
        for word in command.split(' ') {
            at = at.find_subcommand(word).expect("listed above").clone();
        }
        let help = at.get_after_help().map(ToString::to_string).unwrap_or_default();
        for example in help.lines().map(str::trim).filter(|line| line.starts_with("meshctl")) {
            let example = example.split("   ").next().unwrap_or_default();
            assert!(document.contains(example), "{example}");
        }
    }
}
