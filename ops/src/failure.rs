//! A command that did not come about: three parts (what, why, what next), a stable code, an exit status.
//!
//! A daemon's problem is passed on as it came. The command line's own are the `E06` codes; a code is never used again for something else.

use crate::lang::Lang;
use mesh_office::trouble::{Trouble, chinese};
use mesh_runtime::admin::Problem;
use mesh_runtime::admin::client::ClientError;
use mesh_runtime::admin::problem::SCHEMA;

/// Exit statuses; 0 is success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Something broke, or the demo could not prove what it shows.
    Failed = 1,
    /// The request makes no sense.
    Usage = 2,
    /// There is no such thing.
    NotFound = 3,
    /// The rules do not allow it; nothing was written.
    Refused = 4,
    /// Nobody answers.
    Unreachable = 5,
    /// Done in part: the answer was printed, and says what was left out.
    Partly = 6,
}

/// A command that did not come about.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The three parts, the code and the exit status, as `--json` prints them.
    pub problem: Box<Problem>,
}

impl Failure {
    /// Puts a failure of the command line's own together.
    #[must_use]
    pub fn new(code: &str, exit: Exit, what: impl Into<String>, cause: impl Into<String>, next: impl Into<String>) -> Failure {
        let problem = Problem {
            schema: SCHEMA.to_owned(),
            code: code.to_owned(),
            what: what.into(),
            cause: Some(cause.into()),
            next: Some(next.into()),
            exit: exit as u8,
        };
        Failure { problem: Box::new(problem) }
    }

    /// A trouble that the daemons' desk knows too, in the reader's language.
    #[must_use]
    pub fn of_trouble(lang: Lang, trouble: &Trouble) -> Failure {
        let spoken = lang.of(mesh_office::trouble::Lang::Chinese, mesh_office::trouble::Lang::English);
        Failure { problem: Box::new(mesh_office::routes::problem(trouble, spoken)) }
    }

    /// A file that cannot be read.
    #[must_use]
    pub fn file(lang: Lang, path: &str, error: &std::io::Error) -> Failure {
        use std::io::ErrorKind;
        let why = error.to_string();
        let chinese = match error.kind() {
            ErrorKind::InvalidData => "内容不是 UTF-8 编码",
            ErrorKind::FileTooLarge => "文件过大",
            _ => chinese::fault(&why).unwrap_or("读取失败"),
        };
        let convert = error.kind() == ErrorKind::InvalidData;
        let next = if convert {
            lang.of(
                format!("若为 GBK 编码，先转换：iconv -f GBK -t UTF-8 {path} > 新文件"),
                format!("if it is GBK, convert it first: iconv -f GBK -t UTF-8 {path} > NEW"),
            )
        } else {
            lang.of("核对文件名和权限", "check the name and the rights").to_owned()
        };
        Failure::new(
            "E0601",
            Exit::Usage,
            lang.of(format!("无法读取文件 {path}"), format!("{path} cannot be read")),
            lang.of(chinese.to_owned(), why),
            next,
        )
    }

    /// A command that was not told which daemon to ask.
    #[must_use]
    pub fn no_data(lang: Lang) -> Failure {
        Failure::new(
            "E0602",
            Exit::Usage,
            lang.of("不知道要向哪个节点询问", "it is not clear which daemon to ask"),
            lang.of("没有给出数据目录", "no data directory is given"),
            lang.of("加上 --data 目录，或设置环境变量 MESH_DATA", "add --data DIR, or set MESH_DATA"),
        )
    }

    /// An applicant that is no JSON object. The text itself is never repeated: it is about a citizen.
    #[must_use]
    pub fn applicant(lang: Lang, line: usize, column: usize) -> Failure {
        Failure::new(
            "E0603",
            Exit::Usage,
            lang.of("申请人信息不是 JSON", "the applicant is not JSON"),
            lang.of(format!("第 {line} 行第 {column} 列处无法读取"), format!("it does not read at line {line}, column {column}")),
            r#"{"name": "示例甲", "id_type": "111", "id_no": "…"}"#,
        )
    }

    /// Nobody answers on the admin socket.
    #[must_use]
    pub fn unreachable(lang: Lang, data: &std::path::Path, why: &dyn std::fmt::Display) -> Failure {
        let data = data.display();
        Failure::new(
            "E0604",
            Exit::Unreachable,
            lang.of(format!("{data} 的节点没有应答"), format!("no daemon answers for {data}")),
            in_words(lang, why),
            lang.of(
                format!("启动节点：hub serve --data {data}（县级），或 edge-node run --data {data}（乡镇、村）"),
                format!("start it: hub serve --data {data} (county), or edge-node run --data {data} (township, village)"),
            ),
        )
    }

    /// The connection broke, or the answer does not read.
    #[must_use]
    pub fn broken(lang: Lang, why: &dyn std::fmt::Display) -> Failure {
        Failure::new(
            "E0605",
            Exit::Failed,
            lang.of("没有得到可用的应答；操作是否已写入尚不知道", "no usable answer came; whether the act was written is not known"),
            in_words(lang, why),
            lang.of(
                "先用 meshctl status 和 meshctl case list 核对，再决定是否重做",
                "look with meshctl status and meshctl case list before doing it again",
            ),
        )
    }

    /// Takes over what the client of the admin socket met.
    #[must_use]
    pub fn of_client(lang: Lang, data: &std::path::Path, error: ClientError) -> Failure {
        match error {
            ClientError::Problem(problem) => Failure { problem },
            ClientError::NotRunning { source, .. } => Failure::unreachable(lang, data, &source),
            ClientError::Broken(source) | ClientError::Form(source) => Failure::broken(lang, &source),
        }
    }

    /// Returns the text for people, one part a line.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let Problem { code, what, cause, next, .. } = &*self.problem;
        let mut text = format!("{} {code}: {what}\n", lang.of("错误", "error"));
        for (name, part) in [(lang.of("原因", "why"), cause), (lang.of("下一步", "next"), next)] {
            if let Some(part) = part {
                text.push_str(&format!("  {name}: {part}\n"));
            }
        }
        text
    }

    /// Returns the exit status; a daemon's is kept within 1 to 6.
    #[must_use]
    pub fn exit(&self) -> u8 {
        if (1..=6).contains(&self.problem.exit) { self.problem.exit } else { Exit::Failed as u8 }
    }
}

/// Returns the cause: in Chinese the system's fault where it has a name, in English as it came.
fn in_words(lang: Lang, why: &dyn std::fmt::Display) -> String {
    let why = why.to_string();
    let chinese = chinese::fault(&why).unwrap_or("连接中断或应答无法读取（详情见 --lang en）").to_owned();
    lang.of(chinese, why)
}

#[cfg(test)]
mod tests;
