//! What can go wrong in a demo, and how it is told.

use crate::failure::{Exit, Failure};
use crate::lang::Lang;
use std::fmt::Display;
use std::path::Path;

/// Last bytes of a log that are shown.
const LOG_TAIL_BYTES: usize = 600;

/// A demo that could not go on.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// A daemon or one of its commands did not start, or did not end well.
    Start {
        /// The command line.
        command: String,
        /// Why, with the end of its log.
        why: String,
    },
    /// A daemon refused a request.
    Asked(Failure),
    /// Something that was waited for did not happen in time.
    Waited {
        /// What.
        what: &'static str,
        /// Seconds.
        seconds: u64,
        /// How it stood in the end.
        stood: String,
    },
    /// A file or a socket of the demo's own.
    Own {
        /// What.
        what: String,
        /// Why.
        why: String,
    },
    /// Somebody ended the demo.
    Interrupted,
}

impl Trouble {
    /// A command that did not start or end well.
    pub(super) fn start(args: &[String], log: &Path, why: &dyn Display) -> Trouble {
        let text = std::fs::read(log).unwrap_or_default();
        let tail = String::from_utf8_lossy(&text[text.len().saturating_sub(LOG_TAIL_BYTES)..]).trim().to_owned();
        Trouble::Start { command: args.join(" "), why: format!("{why}\n{tail}") }
    }

    /// A file or a socket.
    pub(super) fn own(what: impl Into<String>, why: &dyn Display) -> Trouble {
        Trouble::Own { what: what.into(), why: why.to_string() }
    }

    /// Tells it in the reader's language.
    pub(super) fn told(self, lang: Lang) -> Failure {
        let again = lang.of("用 --data 目录 重跑，并查看该目录中的日志", "run it again with --data DIR and look into the logs there");
        match self {
            Trouble::Asked(failure) => failure,
            Trouble::Start { command, why } => Failure::new(
                "E0611",
                Exit::Failed,
                lang.of(format!("演示的进程没有正常运行: {command}"), format!("a process of the demo did not run: {command}")),
                why,
                again,
            ),
            Trouble::Waited { what, seconds, stood } => Failure::new(
                "E0612",
                Exit::Failed,
                lang.of(format!("{seconds} 秒内未达到: {what}"), format!("not reached within {seconds} s: {what}")),
                stood,
                again,
            ),
            Trouble::Own { what, why } => Failure::new(
                "E0613",
                Exit::Failed,
                lang.of(format!("演示无法准备: {what}"), format!("the demo cannot prepare: {what}")),
                why,
                lang.of("核对目录权限和可用端口", "check the rights on the directory and that ports are free"),
            ),
            Trouble::Interrupted => Failure::new(
                "E0614",
                Exit::Failed,
                lang.of("演示被中断", "the demo was interrupted"),
                lang.of("收到中断信号；所有进程已结束", "a signal asked for it; all its processes have ended"),
                "meshctl demo --once",
            ),
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble::Asked(failure)
    }
}
