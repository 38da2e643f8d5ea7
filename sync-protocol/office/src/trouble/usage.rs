//! Wrong command lines, told as every other trouble is: what, why, the usage line, in the reader's language and form.

use super::{Lang, Trouble};
use crate::face::{Face, Form};
use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::{OsStr, OsString};
use std::io::Write;

/// Prints help and versions on standard output, faults on standard error; returns the exit status.
///
/// Whether JSON or English is asked for is read from `args` themselves: a line that does not parse has no flags yet.
#[must_use]
pub fn tell<P: CommandFactory>(error: &clap::Error, args: &[OsString]) -> u8 {
    let face = face_of(args);
    if !error.use_stderr() {
        let text = error.render().to_string();
        return match written(std::io::stdout().lock().write_all(text.as_bytes()).and_then(|()| std::io::stdout().flush())) {
            Ok(()) => 0,
            Err(trouble) => face.tell(&trouble),
        };
    }
    if face == (Face { lang: Lang::English, form: Form::Text }) || (face.form == Form::Text && is_help(error.kind())) {
        // The parser's own text has hints of similar words.
        let _ = error.print();
        return u8::try_from(error.exit_code()).unwrap_or(2);
    }
    face.tell(&of(error, P::command(), args))
}

/// Takes a closed pipe for an end that the reader wanted, and every other fault for a failure.
///
/// # Errors
/// [`Trouble::Output`].
pub fn written(done: std::io::Result<()>) -> Result<(), Trouble> {
    match done {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Trouble::Output { why: error.to_string() }),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn face_of(args: &[OsString]) -> Face {
    let own: Vec<&OsStr> = args.iter().map(OsString::as_os_str).take_while(|arg| *arg != "--").collect();
    let named = own.iter().zip(own.iter().skip(1)).find(|(flag, _)| **flag == "--lang").and_then(|(_, value)| value.to_str());
    let joined = own.iter().find_map(|arg| arg.to_str()?.strip_prefix("--lang="));
    let lang = named.or(joined).map_or_else(|| Lang::of_environment(|name| std::env::var_os(name)), Lang::of);
    Face { lang, form: if own.iter().any(|arg| *arg == "--json") { Form::Json } else { Form::Text } }
}

fn is_help(kind: ErrorKind) -> bool {
    kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

/// Puts a fault of the command line into the one form of all troubles.
#[must_use]
pub fn of(error: &clap::Error, command: clap::Command, args: &[OsString]) -> Trouble {
    let said = error.render().to_string();
    let first: Vec<&str> = said.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
    let en =
        if is_help(error.kind()) { "a command is missing".to_owned() } else { first.join(" ").trim_start_matches("error: ").to_owned() };
    Trouble::BadArguments { zh: chinese(error), en, usage: usage_line(command, args) }
}

/// Returns the usage line of the command that the words of `args` lead to.
fn usage_line(mut command: clap::Command, args: &[OsString]) -> String {
    command.build();
    let mut at = &mut command;
    for word in args.iter().skip(1).filter_map(|arg| arg.to_str()) {
        if at.find_subcommand(word).is_some() {
            at = at.find_subcommand_mut(word).expect("found above");
        }
    }
    let usage = at.render_usage().to_string();
    usage.trim_start_matches("Usage:").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    Some(match error.get(kind)? {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join("、"),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::Number(number) => number.to_string(),
        _ => return None,
    })
}

fn chinese(error: &clap::Error) -> String {
    let of = |kind| context(error, kind).unwrap_or_default();
    let (argument, value) = (of(ContextKind::InvalidArg), of(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("参数 {argument} 缺少取值"),
        ErrorKind::InvalidValue => format!("参数 {argument} 的取值“{value}”不对，可用：{}", of(ContextKind::ValidValue)),
        ErrorKind::ValueValidation => format!("参数 {argument} 的取值“{value}”不对"),
        ErrorKind::UnknownArgument => format!("没有参数 {argument}"),
        ErrorKind::InvalidSubcommand => format!("没有命令 {}", of(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("缺少参数 {argument}"),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "缺少命令".to_owned(),
        ErrorKind::ArgumentConflict => format!("参数 {argument} 不能与 {} 同用或重复", of(ContextKind::PriorArg)),
        ErrorKind::NoEquals => format!("参数 {argument} 的取值前须有等号"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("参数 {argument} 的取值个数不对")
        }
        ErrorKind::InvalidUtf8 => "命令行不是 UTF-8 编码".to_owned(),
        _ => "命令行有误".to_owned(),
    }
}
