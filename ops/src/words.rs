//! Words for the codes of replies: rungs, levels, outcomes. The daemons name states and events themselves.

use crate::lang::Lang;
use mesh_model::division::Level;
use mesh_office::api::DueDay;
use mesh_office::api::case::SiteRef;
use mesh_office::trouble::chinese;

/// Names a rung.
#[must_use]
pub fn rung(lang: Lang, code: &str) -> String {
    let (chinese, english) = match code {
        "window" => ("本机", "window"),
        "relay" => ("乡镇已存", "relay"),
        "county" => ("县级已落账", "county"),
        "safe" => ("县级已备份", "safe"),
        "refused" => ("县级拒收", "refused"),
        "none" => ("无", "none"),
        newer => (newer, newer),
    };
    lang.of(chinese, english).to_owned()
}

/// Names what became of a row, an item or a clock.
#[must_use]
pub fn outcome(lang: Lang, code: &str) -> String {
    let (chinese, english) = match code {
        "added" => ("新增", "added"),
        "changed" => ("变更", "changed"),
        "unchanged" => ("未变", "unchanged"),
        "published" => ("已发布", "published"),
        "listed" => ("在册", "listed"),
        "complete" => ("可办", "complete"),
        "withdrawn" => ("已撤销", "withdrawn"),
        "running" => ("计时中", "running"),
        "overdue" => ("已超期", "overdue"),
        "met" => ("按期", "met"),
        "late" => ("逾期完成", "late"),
        "ended" => ("已终止", "ended"),
        "unknown" => ("不明", "unknown"),
        "left_out" => ("有坏行，未发布", "left out: a row is bad"),
        "after_revocation" => ("撤销之后", "after the revocation"),
        "unauthorised" => ("无权办理", "unauthorised"),
        "unknown_kind" => ("未知环节", "of an unknown kind"),
        "unreadable" => ("无法读取", "unreadable"),
        "waiting" => ("等待前序事件", "waiting"),
        "in person" => ("当面", "in person"),
        "grant" => ("准予", "granted"),
        "refuse" => ("不予", "refused"),
        "effective" => ("有效", "effective"),
        "superseded" => ("被取代", "superseded"),
        "holiday" => ("休息", "holiday"),
        "workday" => ("上班", "workday"),
        "required" => ("必要", "required"),
        "conditional" => ("视情况", "conditional"),
        "free" => ("不收费", "free"),
        "charged" => ("收费", "charged"),
        "here" => ("在本机", "here"),
        "partly" => ("部分在本机", "partly here"),
        "not_here" => ("不在本机", "not here"),
        "missing" => ("缺失", "missing"),
        "refused" => ("拒收", "refused"),
        newer => (newer, newer),
    };
    lang.of(chinese, english).to_owned()
}

/// Names a clock for clerks, with its code.
#[must_use]
pub fn clock(lang: Lang, code: &str) -> String {
    let (chinese, english) = match code {
        "C1" => ("报送时限", "report-up"),
        "C3" => ("承诺时限", "promise"),
        "C4" => ("返还时限", "sending back"),
        "C5" => ("告知时限", "telling"),
        newer => return newer.to_owned(),
    };
    format!("{code} {}", lang.of(chinese, english))
}

/// Names a kind of identity document (GA/T 2000.156); other kinds stay numbers.
#[must_use]
pub fn id_kind(lang: Lang, code: &str) -> String {
    let (chinese, english) = match code {
        "111" => ("居民身份证", "resident identity card"),
        "113" => ("户口簿", "household register"),
        "414" => ("普通护照", "passport"),
        newer => return newer.to_owned(),
    };
    lang.of(chinese, english).to_owned()
}

/// Names why an event has no effect; the code stays where people compare it with another's.
#[must_use]
pub fn reason(lang: Lang, code: &str) -> String {
    lang.of(mesh_office::words::refusal(code), code).to_owned()
}

/// Writes what is wrong with a row of a file: the name of the defect and the sentence.
#[must_use]
pub fn defect(lang: Lang, code: &str, text: &str) -> String {
    lang.of(format!("[{}] {}", chinese::defect(code), chinese::row(code, text)), format!("[{code}] {text}"))
}

/// Names an act or event by its code.
#[must_use]
pub fn act(lang: Lang, code: &str) -> String {
    let chinese = match code {
        "register" => "收件登记",
        "forward" => "报送",
        "receive" => "接收",
        "accept" => "受理",
        "assign" => "分办",
        "decide" => "决定",
        "conclude" => "办结",
        "return" => "返还",
        "notify" => "通知",
        "deliver" => "送达",
        "withdraw" => "撤回",
        newer => newer,
    };
    lang.of(chinese, code).to_owned()
}

/// Returns the name of a state: the daemon's Chinese one, or the code, whose words are English.
#[must_use]
pub fn state(lang: Lang, code: &str, chinese: &str) -> String {
    lang.of(chinese, code).to_owned()
}

/// Names a level.
#[must_use]
pub fn level(lang: Lang, level: Level) -> &'static str {
    match level {
        Level::County => lang.of("县", "county"),
        Level::Township => lang.of("乡镇", "township"),
        Level::Village => lang.of("村", "village"),
    }
}

/// Names a site by its name, else its code, else its id.
#[must_use]
pub fn site(site: &SiteRef) -> String {
    match (&site.name, site.code) {
        (Some(name), _) => name.clone(),
        (None, Some(code)) => code.to_string(),
        (None, None) => site.site.to_string(),
    }
}

/// Names a site that may be missing.
#[must_use]
pub fn site_or_dash(given: Option<&SiteRef>) -> String {
    given.map_or_else(|| "—".to_owned(), site)
}

/// Writes a due day, marked where it may still move.
#[must_use]
pub fn due(lang: Lang, due: Option<DueDay>) -> String {
    match due {
        None => "—".to_owned(),
        Some(due) if due.provisional => format!("{}{}", due.day, lang.of("（暂定）", " (provisional)")),
        Some(due) => due.day.to_string(),
    }
}

/// Writes a number of bytes with three figures at most, in steps of 1,024.
#[must_use]
pub fn bytes(count: u64) -> String {
    let (value, unit) = match count {
        0..=1_023 => return format!("{count} B"),
        1_024..=1_048_575 => (count as f64 / 1_024.0, "KB"),
        _ => (count as f64 / 1_048_576.0, "MB"),
    };
    if value < 10.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

/// Writes how long ago something was.
#[must_use]
pub fn ago(lang: Lang, ms: u64) -> String {
    let (number, chinese, english) = match ms {
        0..=999 => (ms, "毫秒前", "ms ago"),
        1_000..=119_999 => (ms / 1_000, "秒前", "s ago"),
        120_000..=7_199_999 => (ms / 60_000, "分钟前", "min ago"),
        _ => (ms / 3_600_000, "小时前", "h ago"),
    };
    format!("{number} {}", lang.of(chinese, english))
}

/// Writes a value that may be missing.
#[must_use]
pub fn or_dash<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests;
